"""`slate.yaml`: films with values for their parameters; every error at its line. A film is a slate of one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, JsonValue, StringConstraints, ValidationError

from storyboard.document.load import read_text
from storyboard.document.problems import problems_of
from storyboard.document.templates import PARAMETERS
from storyboard.document.text import Document, DocumentPath, parse_document
from storyboard.document.values import Given, given_at
from storyboard.errors import DocumentError, Problem
from storyboard.foreign_names import file_stem
from storyboard.schema.base import Id, Line, Model, PlainName, RelativePath
from storyboard.schema.budget import Budget
from storyboard.schema.notices import Notices

SLATE, FILM = "slate.yaml", "film.yaml"
Values = dict[str, JsonValue]
OutPattern = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^[^\r\n]*$")]


class Table(Model):
    """Rows of values: a CSV or Excel file whose first row has the names, or what a database answers."""

    file: RelativePath | None = None
    """a .csv or .xlsx file beside the slate"""
    sheet: Line | None = None
    """the sheet of an Excel file; its first when left out"""
    database: Annotated[str, StringConstraints(min_length=1, max_length=2000)] | None = None
    """a database as SQLAlchemy names it: `sqlite:///viewers.db`, `postgresql://me@host/db`"""
    query: Annotated[str, StringConstraints(min_length=1, max_length=10_000)] | None = None
    """the query whose columns have the names of parameters; it can only read"""


class Entry(Model):
    """A film in as many versions as its matrix or its rows have."""

    film: RelativePath
    """the film document, or the folder that holds film.yaml, beside the slate"""
    renderer: Id | None = None
    """the film's renderer that renders it"""
    backend: PlainName | None = None
    """the backend that renders it, whatever renderers the film has"""
    values: Values = Field(default_factory=dict)
    """values that all of its versions have"""
    matrix: dict[str, Annotated[tuple[JsonValue, ...], Field(min_length=1)]] = Field(default_factory=dict)
    """values by name: a version for each combination of them"""
    include: tuple[Values, ...] = ()
    """further versions beside those of the matrix"""
    exclude: tuple[Values, ...] = ()
    """combinations of the matrix that are not made; what is not named in one may be anything"""
    rows: RelativePath | Table | None = None
    """a version for each row of a table: a .csv or .xlsx file, or a table described"""
    out: OutPattern | None = None
    """the file of each version: `{film}`, `{renderer}` and `{name of a parameter}` stand in it"""
    deliverables: tuple[Line, ...] = ()
    """names of the film's deliverables, or kinds, that are made; those of the film when left out"""
    priority: Annotated[int, Field(strict=True, ge=-1000, le=1000)] | None = None
    """of its productions on the farm, higher ones first; SHOTFARM_PRIORITY when left out"""
    deadline: AwareDatetime | None = None
    """when it must be there, with its zone: 2026-12-24T18:00:00+01:00"""


class Slate(Model):
    """Productions that are made together."""

    model_config = ConfigDict(title="shotfarm slate")

    schema_version: Annotated[Literal[1], Field(alias="schema")] = 1
    """the version of this document's form"""
    budget: Budget | None = None
    """what rendering all of them may cost"""
    productions: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=1000)]
    """films, each in its versions"""
    notices: Annotated[Notices, Field(max_length=20)] = Field(default_factory=dict)
    """who hears of the slate as a whole, and when (docs/notices.md)"""


@dataclass(frozen=True, slots=True)
class LoadedSlate:
    """A slate and the document it stands in.

    Attributes:
        slate: what the document says.
        path: its file; everything that it names lies beside it.
        document: where everything in it stands.
        of_film: whether it was made for a film, whose document this is.
    """

    slate: Slate
    path: Path
    document: Document
    of_film: bool = False

    @property
    def folder(self) -> Path:
        """The folder that films, tables and results are named from."""
        return self.path.parent

    def problem(self, path: DocumentPath, message: str) -> Problem:
        """A problem with the value at a path, such as `("productions", 0, "out")`."""
        return self.document.problem(() if self.of_film else path, message)

    def given(self, path: DocumentPath, value: JsonValue) -> Given:
        """A value of a parameter that stands at a path."""
        return given_at(self.document, path, value)


def slate_at(path: Path) -> Path:
    """The document that a person means: that of a folder is its slate, or else its film."""
    if not path.is_dir():
        return path
    return path / (FILM if (path / FILM).exists() and not (path / SLATE).exists() else SLATE)


def load_slate(path: Path) -> LoadedSlate:
    """Read a slate, or the one of a folder; what it names is not opened. A film is a slate of that one.

    Raises:
        DocumentError: it cannot be read, or is no slate; lists every problem.
    """
    path = slate_at(path)
    document = parse_document(read_text(path), str(path), json=path.suffix.lower() == ".json")
    if not isinstance(document.value, dict):
        raise DocumentError([document.problem((), "a slate is a mapping (productions: …) at its top")])
    if "productions" not in document.value and "scenes" in document.value:
        return _of_film(path, document)
    try:
        slate = Slate.model_validate(document.value)
    except ValidationError as error:
        raise DocumentError(problems_of(error, document, Slate, beside=document.problems)) from None
    problems = [*document.problems]
    loaded = LoadedSlate(slate, path, document)
    for index, entry in enumerate(slate.productions):
        if entry.renderer is not None and entry.backend is not None:
            where = ("productions", index, "backend")
            problems.append(
                loaded.problem(where, "renderer and backend exclude each other; give one of them")
            )
        if (entry.include or entry.exclude) and not entry.matrix:
            key = "include" if entry.include else "exclude"
            problems.append(loaded.problem(("productions", index, key), f"{key} goes with a matrix"))
    if problems:
        raise DocumentError(problems)
    return loaded


def _of_film(path: Path, document: Document) -> LoadedSlate:
    """A film as the only production of a slate: at the place of `render`, or at one that its values name."""
    film = document.value if isinstance(document.value, dict) else {}
    title = film.get("title")
    out = None if PARAMETERS in film or not isinstance(title, str) else f"out/{file_stem(title)}.mp4"
    return LoadedSlate(Slate(productions=(Entry(film=path.name, out=out),)), path, document, of_film=True)
