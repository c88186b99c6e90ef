"""A film document, YAML or JSON → Film, or every problem in it at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from storyboard.branching.route import Chosen
from storyboard.document.choosing import chosen_of, parted, told
from storyboard.document.expressions import Value
from storyboard.document.problems import MOST_ERRORS, in_order, problems_of
from storyboard.document.rest_of_film import RestOfFilm, rest_of
from storyboard.document.templates import PARAMETERS, fill
from storyboard.document.text import Document, DocumentPath, Mark, parse_document
from storyboard.document.translating import in_its_language
from storyboard.document.values import GivenValues, differing
from storyboard.errors import DocumentError, Problem
from storyboard.schema.film import SCHEMA_VERSION, Film
from storyboard.schema.upgrades import UPGRADES, Upgrade, upgrade

MAX_BYTES = 16 * 1024 * 1024
"""of a document; 5,000 shots take about 2 MB"""

MOST_PROBLEMS_WITH_A_REST = 100
"""of a document whose rest is checked too; one with more is no film yet"""

NO_VALUES: GivenValues = MappingProxyType({})
"""a film with the defaults of its parameters"""

STDIN = Path("-")
"""asks for the document on standard input"""


@dataclass(frozen=True, slots=True)
class LoadedFilm:
    """A film and the document it stands in.

    Attributes:
        film: what the document says.
        path: the document's file; `-` for standard input.
        document: where everything in it stands.
        values: those of its parameters, which it was read with.
        given: what they come from; whoever reads the document again reads it with them.
        chosen: which way of the film this is.
        written: the document with its formulas.
    """

    film: Film
    path: Path
    document: Document
    values: Mapping[str, Value] = field(default_factory=dict)
    given: GivenValues = field(default_factory=dict)
    chosen: Chosen = field(default_factory=dict)
    written: Document | None = None

    @property
    def folder(self) -> Path:
        """The project folder: every file that the film names lies in it."""
        return self.path.parent

    @property
    def version(self) -> dict[str, Value]:
        """The values that tell this version of the film from the one with every default."""
        return {**differing(self.film.parameters, self.values), **told(self.film, self.chosen)}

    def problem(self, path: DocumentPath, message: str) -> Problem:
        """A problem with the value at `path`, such as `("scenes", 0, "shots", 2, "continues")`."""
        return self.document.problem(path, message)


@dataclass(frozen=True, slots=True)
class ReadFilm:
    """A document as far as its schema takes it.

    Attributes:
        loaded: the film; without what the schema refuses, when there are problems.
        problems: what the schema refuses, in document order.
        gone: the ids of what was left out.
        timed: whether all its shots have their own lengths.
    """

    loaded: LoadedFilm
    problems: list[Problem] = field(default_factory=list)
    gone: frozenset[str] = frozenset()
    timed: bool = True


def parse_film(
    text: str, path: Path, given: GivenValues = NO_VALUES, *, upgrades: Mapping[int, Upgrade] = UPGRADES
) -> LoadedFilm:
    """Read a film from the text of a document; `path` names it, and JSON when it ends in .json.

    Raises:
        DocumentError: what it says is not a film; lists every problem.
    """
    read = parse_parts(film_document(text, path), path, given, upgrades=upgrades)
    if read.problems:
        raise DocumentError(read.problems)
    return read.loaded


def film_document(text: str, path: Path) -> Document:
    """The text of a film document, read; nothing is known of its meaning.

    Raises:
        DocumentError: it is neither YAML nor JSON, or larger than a film document may be.
    """
    json = path.suffix.lower() == ".json" or (path == STDIN and text.lstrip().startswith("{"))
    return parse_document(text, str(path), json=json)


def declared_parameters(document: Document) -> dict[str, Mapping[str, Any]]:
    """What a film document declares as its parameters, as far as each is a mapping; checked later."""
    declared = document.value.get(PARAMETERS) if isinstance(document.value, dict) else None
    named = declared.items() if isinstance(declared, dict) else ()
    return {str(name): one for name, one in named if isinstance(one, dict)}


def parse_parts(
    document: Document,
    path: Path,
    given: GivenValues = NO_VALUES,
    *,
    upgrades: Mapping[int, Upgrade] = UPGRADES,
) -> ReadFilm:
    """The same, with what the schema refuses left out, so that the rest can be checked in the same round.

    Args:
        document: what was read.
        path: its file.
        given: values of the film's parameters; the others have their defaults.
        upgrades: how older documents become newer ones.

    Raises:
        DocumentError: too little of it can be read; lists every problem.
    """
    values, answers = parted(given)
    written, filled = document, fill(document, values)
    document = in_its_language(filled.document)
    value = document.value
    if not isinstance(value, dict):
        raise DocumentError([document.problem((), "a film is a mapping (schema: 1, title: …) at its top")])
    if "schema" not in value:
        raise DocumentError(
            [document.problem((), f'missing key "schema"; write schema: {SCHEMA_VERSION} first')]
        )
    try:
        value = upgrade(value, to=SCHEMA_VERSION, upgrades=upgrades)
    except ValueError as error:
        raise DocumentError([document.problem(("schema",), str(error))]) from None
    try:
        film = _validate(value, document)
    except ValidationError as error:
        problems = problems_of(error, document, Film, beside=document.problems)
        few = error.error_count() <= MOST_PROBLEMS_WITH_A_REST
        part = rest_of(value, error) if few else RestOfFilm(None)
        if part.film is None:
            raise DocumentError(problems) from None
        loaded = LoadedFilm(part.film, path, document, filled.values, given, written=written)
        return ReadFilm(loaded, problems, part.gone, part.timed)
    chosen, wrong = chosen_of(film, answers)
    loaded = LoadedFilm(film, path, document, filled.values, given, chosen, written)
    return ReadFilm(loaded, [*wrong, *in_order(document.problems)])


def _validate(value: dict[str, Any], document: Document) -> Film:
    """Validate, and once more with numbers as they were written where text is wanted (`id: 01`).

    YAML reads a scene's `id: 1` as a number, yet no one who writes it means one; only the schema knows which.
    """
    try:
        return Film.model_validate(value)
    except ValidationError as error:
        numbers = _numbers_for_text(error, document)
        if not numbers:
            raise
    for number in numbers:
        holder: Any = value
        for step in number[:-1]:
            holder = holder[step]
        holder[number[-1]] = document.mark(number).text
    return Film.model_validate(value)


def _numbers_for_text(error: ValidationError, document: Document) -> list[DocumentPath]:
    if error.error_count() > MOST_ERRORS:
        return []
    return [
        details["loc"]
        for details in error.errors(include_url=False, include_context=False)
        if details["type"] == "string_type" and _number(document, details["loc"])
    ]


def _number(document: Document, path: DocumentPath) -> Mark | None:
    """The mark of a plain YAML number at exactly this path."""
    mark = document.mark(path)
    return mark if mark.text is not None and mark is not document.mark(path[:-1]) else None


def read_bytes(path: Path, most: int, *, what: str, instead: str) -> bytes:
    """What a file holds, bounded.

    Args:
        path: of the file.
        most: bytes that it may have.
        what: it is, for people: `a film document`.
        instead: what to do where it is a folder.

    Raises:
        DocumentError: no such file, a folder, not readable, or too large.
    """

    def read(size: int) -> bytes:
        with path.open("rb") as file:
            return file.read(size)

    return _bounded(path, read, most, what, instead)


def _bounded(path: Path, read: Callable[[int], bytes], most: int, what: str, instead: str) -> bytes:
    try:
        data = read(most + 1)
    except FileNotFoundError:
        raise _refused(path, "there is no such file") from None
    except IsADirectoryError:
        raise _refused(path, f"this is a folder; {instead}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _refused(path, f"cannot be read: {reason}") from None
    if len(data) > most:
        raise _refused(path, f"larger than {what} may be ({most // 2**20} MiB)")
    return data


def _refused(path: Path, message: str, line: int = 0, column: int = 0) -> DocumentError:
    return DocumentError([Problem(str(path), line, column, "", message)])


def read_text(path: Path) -> str:
    """The text of a file (or of standard input), bounded and UTF-8.

    Raises:
        DocumentError: no such file, not a file, not readable, too large, or not text.
    """
    what, instead = "a film document", "name the film document in it (film.yaml)"
    if path == STDIN:
        data = _bounded(path, sys.stdin.buffer.read, MAX_BYTES, what, instead)
    else:
        data = read_bytes(path, MAX_BYTES, what=what, instead=instead)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"byte {data[error.start]:#04x} is not UTF-8 text"
        raise _refused(path, message, line, column) from None
