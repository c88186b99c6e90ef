"""A slate's entries become productions: each combination of values, and the file that it goes to. Pure."""

from __future__ import annotations

import itertools
import math
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from pydantic import JsonValue

from pipeline.batches.rows import Row
from pipeline.batches.slate import Entry, LoadedSlate
from storyboard.document.load import NO_VALUES
from storyboard.document.text import DocumentPath
from storyboard.document.values import Given, GivenValues
from storyboard.errors import Problem, UsageError
from storyboard.foreign_names import file_stem
from storyboard.wording import did_you_mean, listed, shown

MOST_PRODUCTIONS = 10_000
"""of one slate"""
ENDING = ".mp4"
LOCAL = frozenset({"file", "local"})
"""how URLs of this machine's files begin"""
_OBJECTS = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oci", "oss"}
REMOTE = frozenset({*_OBJECTS, "sftp", "ssh", "ftp", "smb", "webdav", "hdfs", "webhdfs"})
"""how those begin that fsspec writes to, each with the package that it needs"""


@dataclass(frozen=True, slots=True)
class Version:
    """A production of a slate: a film with values.

    Attributes:
        entry: the number of its entry, from 0.
        given: its values, each with its place.
        varies: the names of those that differ from version to version.
    """

    entry: int
    given: Mapping[str, Given]
    varies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a production goes.

    Attributes:
        name: what it is called: its file without the ending, from the slate's folder or the root of its URL.
        out: the file, or its URL.
    """

    name: str
    out: str


def versions_of(
    loaded: LoadedSlate, index: int, rows: Sequence[Row] | None, given: GivenValues = NO_VALUES
) -> tuple[list[Version], list[Problem]]:
    """The versions of one entry in the order of its matrix and rows, and what is wrong with them.

    Args:
        loaded: the slate.
        index: of the entry.
        rows: those of its table; None when it has none.
        given: values that count more than the slate's; a matrix has these alone of their names.
    """
    entry = loaded.slate.productions[index]
    here: DocumentPath = ("productions", index)
    common = _given(loaded, (*here, "values"), entry.values)
    problems = [
        loaded.problem((*here, "matrix", name), f"{name} has a value for all versions already (values:)")
        for name in entry.matrix.keys() & common.keys()
    ]
    lengths = [1 if name in given else len(values) for name, values in entry.matrix.items()]
    number = math.prod(lengths) * (len(rows) if rows is not None else 1)
    if number + len(entry.include) > MOST_PRODUCTIONS:
        words = f"these are {number:,} productions; a slate has at most {MOST_PRODUCTIONS:,}"
        return [], [loaded.problem((*here, "matrix") if entry.matrix else here, words)]
    if rows is not None and not rows:
        problems.append(loaded.problem((*here, "rows"), "the table has no rows"))
    axes = [
        [(name, given[name])]
        if name in given
        else [(name, loaded.given((*here, "matrix", name, at), value)) for at, value in enumerate(values)]
        for name, values in entry.matrix.items()
    ]
    excluded = [
        (place, _given(loaded, (*here, "exclude", place), one)) for place, one in enumerate(entry.exclude)
    ]
    used: set[int] = set()
    made: list[Version] = []
    for row, combination in itertools.product(rows if rows is not None else [{}], itertools.product(*axes)):
        own = {**row, **dict(combination)}
        own |= {name: given[name] for name in own.keys() & given.keys()}
        hits = {place for place, one in excluded if _matches(one, own)}
        used |= hits
        if not hits:
            varies = tuple(given) if loaded.of_film else tuple(own)
            made.append(Version(index, {**common, **own, **given}, varies))
    for place, values in excluded:
        if place not in used and not values.keys() & given.keys():
            problems.append(
                loaded.problem((*here, "exclude", place), "no version of the matrix is like this")
            )
    for place, one in enumerate(entry.include):
        own = _given(loaded, (*here, "include", place), one)
        made.append(Version(index, {**common, **own, **given}, tuple(own)))
    return made, problems


def _given(loaded: LoadedSlate, at: DocumentPath, values: Mapping[str, JsonValue]) -> dict[str, Given]:
    return {name: loaded.given((*at, name), value) for name, value in values.items()}


def _matches(wanted: Mapping[str, Given], own: Mapping[str, Given]) -> bool:
    return all(name in own and _written(own[name]) == _written(one) for name, one in wanted.items())


def _written(given: Given) -> str:
    return given.text if given.text is not None else str(given.value)


def places_of(
    loaded: LoadedSlate, versions: Sequence[Version], defaults: Mapping[int, Mapping[str, Given]]
) -> tuple[list[Place], list[Problem]]:
    """Where each production goes, in the same order; two at one place are told at the line of the second.

    What values say becomes small letters, digits and dashes, so a name never leads out of its folder.

    Args:
        loaded: the slate.
        versions: of all its entries.
        defaults: what the film of an entry has for the parameters that are not given.
    """
    places: list[Place] = []
    problems: list[Problem] = []
    taken: dict[str, Version] = {}
    told: set[int] = set()
    for version in versions:
        entry = loaded.slate.productions[version.entry]
        at: DocumentPath = ("productions", version.entry, *(("out",) if entry.out else ()))
        try:
            name = _name(loaded, entry, version, defaults.get(version.entry, {}))
        except ValueError as error:
            if version.entry not in told:
                problems.append(loaded.problem(at, str(error)))
            told.add(version.entry)
            places.append(Place("", ""))
            continue
        places.append(_place(loaded.folder, name))
        other = taken.setdefault(name, version)
        if other is not version:
            words = (
                f"two productions go to {shown(name)}: {_in_words(other)} and {_in_words(version)}; "
                "out: names each by what differs"
            )
            problems.append(loaded.problem(at, words))
    return places, problems


def _place(folder: Path, name: str) -> Place:
    """Where a name leads: below the slate's folder, or, for a URL, where that says."""
    protocol, is_url, path = name.partition("://")
    if not is_url:
        return Place(name.removesuffix(ENDING), str(folder / name))
    out = f"/{path.lstrip('/')}" if protocol in LOCAL else name
    return Place(path.lstrip("/").removesuffix(ENDING), out)


def _name(loaded: LoadedSlate, entry: Entry, version: Version, defaults: Mapping[str, Given]) -> str:
    """The file of a production, relative to the slate's folder, or its URL.

    Raises:
        ValueError: the pattern names what there is not, or leads where nothing may be written.
    """
    film = PurePosixPath(entry.film)
    stem = film.stem if film.suffix.lower() in {".yaml", ".yml", ".json"} and film.stem != "film" else ""
    inside = (loaded.folder / film).resolve()
    stem = stem or (inside.parent if film.suffix.lower() in {".yaml", ".yml", ".json"} else inside).name
    words = {name: file_stem(_written(given)) for name, given in {**defaults, **version.given}.items()}
    words |= {"film": file_stem(stem), "renderer": file_stem(entry.renderer or entry.backend or "default")}
    pattern = entry.out or f"out/{'-'.join(f'{{{name}}}' for name in ('film', *version.varies))}{ENDING}"
    name = "".join(_filled(pattern, words))
    if "://" in name:
        if why := why_no_url(name):
            raise ValueError(why)
        if not name.endswith(ENDING):
            raise ValueError(f"{shown(name)} is no film; it ends in {ENDING}")
        return name
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise ValueError(f"{shown(name)} leads out of the slate's folder")
    if path.suffix != ENDING:
        raise ValueError(f"{shown(name)} is no film; it ends in {ENDING}")
    return path.as_posix()


def why_no_url(url: str) -> str | None:
    """What keeps a URL from being written to, in words; None for one that may be."""
    protocol, _, path = url.partition("://")
    if protocol not in LOCAL | REMOTE:
        return f'nothing here writes to "{protocol}://"'
    if ".." in PurePosixPath(path).parts or {*path} & {*"?#\\\0"}:
        return f"{shown(url)} leads elsewhere"
    if protocol not in LOCAL and not all(path.partition("/")[::2]):
        return f"{shown(url)} names no file in a bucket or on a server"
    return None


def _filled(pattern: str, words: Mapping[str, str]) -> Iterator[str]:
    try:
        parts = [*string.Formatter().parse(pattern)]
    except ValueError as error:
        raise ValueError(f"{shown(pattern)} is no pattern: {error}") from None
    for text, name, form, conversion in parts:
        yield text
        if name is None:
            continue
        if form or conversion or name not in words:
            near = did_you_mean(name, words)
            raise ValueError(f'there is no value "{name}" for the name{near} (there are: {listed(words)})')
        yield words[name]


def _in_words(version: Version) -> str:
    said = ", ".join(f"{name} {shown(version.given[name].value)}" for name in version.varies)
    return said or f"entry {version.entry + 1}"


def selected(names: Sequence[str], patterns: Sequence[str]) -> set[str]:
    """The names that patterns match, as a whole or by their last part; all when there are no patterns.

    Raises:
        UsageError: a pattern matches none.
    """
    if not patterns:
        return set(names)
    chosen: set[str] = set()
    for pattern in patterns:
        found = {
            name
            for name in names
            if fnmatchcase(name, pattern) or fnmatchcase(name.rpartition("/")[2], pattern)
        }
        if not found:
            raise UsageError(
                f'no production is called "{pattern}"{did_you_mean(pattern, names)}',
                f"there are: {listed(names)}",
            )
        chosen |= found
    return chosen
