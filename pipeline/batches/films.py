"""The films of a slate's entries, each read once, and every production that the entries come to."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from pipeline.batches.rows import TableError, rows_of
from pipeline.batches.slate import LoadedSlate
from pipeline.batches.versions import MOST_PRODUCTIONS, Place, Version, places_of, versions_of
from storyboard.document.load import declared_parameters, film_document, read_text
from storyboard.document.named_files import confine
from storyboard.document.problems import in_order
from storyboard.document.templates import PARAMETERS
from storyboard.document.text import Document
from storyboard.document.values import Given, GivenValues, given_at
from storyboard.errors import DocumentError, Problem
from storyboard.wording import did_you_mean


class Films:
    """The film documents of a slate's entries, before anything is laid over them.

    Attributes:
        document: the path and the document of an entry; it raises a DocumentError where there is none.
    """

    def __init__(self, loaded: LoadedSlate) -> None:
        self._slate = loaded
        self.document = functools.cache(self._of_entry)
        self._read = functools.cache(self._read_document)

    def defaults(self, entry: int) -> dict[str, Given]:
        """The default of each parameter of an entry's film, as its document has it; checked later.

        Raises:
            DocumentError: there is no such film, or it cannot be read.
        """
        _, document = self.document(entry)
        return {
            name: given_at(document, (PARAMETERS, name, "default"), one["default"])
            for name, one in declared_parameters(document).items()
            if isinstance(one.get("default"), str | int | float)
        }

    def declared(self, entry: int) -> set[str]:
        """The names of the parameters of an entry's film.

        Raises:
            DocumentError: there is no such film, or it cannot be read.
        """
        return {*declared_parameters(self.document(entry)[1])}

    def _of_entry(self, entry: int) -> tuple[Path, Document]:
        """A film's document, before anything is laid over it.

        Raises:
            DocumentError: there is no such film, or it cannot be read.
        """
        try:
            return self._read(self._slate.slate.productions[entry].film)
        except ValueError as error:
            raise DocumentError([self._slate.problem(("productions", entry, "film"), str(error))]) from None

    def _read_document(self, named: str) -> tuple[Path, Document]:
        """The document of a film as entries name it.

        Raises:
            ValueError: there is no such film.
            DocumentError: it cannot be read.
        """
        is_folder = (self._slate.folder / named).is_dir()
        confined = confine(self._slate.folder, f"{named}/film.yaml" if is_folder else named)
        path = self._slate.folder / named / "film.yaml" if is_folder else self._slate.folder / named
        return path, film_document(read_text(confined), path)


def expanded(loaded: LoadedSlate, films: Films, given: GivenValues) -> tuple[list[Version], list[Place]]:
    """Every production of a slate, and where it goes.

    Args:
        loaded: the slate.
        films: of its entries.
        given: values of parameters that count more than the slate's.

    Raises:
        DocumentError: a film cannot be read, or a table, a matrix or a pattern is wrong.
    """
    versions: list[Version] = []
    problems: list[Problem] = []
    defaults: dict[int, Mapping[str, Given]] = {}
    declared: set[str] = set()
    for index, entry in enumerate(loaded.slate.productions):
        own: Mapping[str, Given] = {}
        try:
            names = films.declared(index)
            defaults[index] = films.defaults(index)
            declared |= names
            own = {name: one for name, one in given.items() if name in names}
        except DocumentError as error:
            problems += error.problems
        try:
            rows = None if entry.rows is None else rows_of(loaded.folder, entry.rows)
        except TableError as error:
            problems.append(loaded.problem(("productions", index, "rows"), str(error)))
            continue
        made, wrong = versions_of(loaded, index, rows, own)
        versions += made
        problems += wrong
    if len(versions) > MOST_PRODUCTIONS:
        words = f"the slate has {len(versions):,} productions; the most is {MOST_PRODUCTIONS:,}"
        problems.append(loaded.problem(("productions",), words))
    for name, one in given.items() if not problems else ():
        if name not in declared:
            near = did_you_mean(name, declared)
            problems.append(one.problem(f'no film of the slate has a parameter "{name}"{near}'))
    places, wrong = places_of(loaded, versions, defaults) if not problems else ([], [])
    problems += wrong
    if problems:
        raise DocumentError(in_order(problems))
    return versions, places
