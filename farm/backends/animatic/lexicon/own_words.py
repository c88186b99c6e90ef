"""A project's own words: a file that says as what known word each of them is drawn."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from farm.backends.animatic.lexicon import SPOKEN, Lexicon, PlaceWords, shipped
from storyboard.errors import DocumentError, Problem
from storyboard.wording import did_you_mean, listed

Value = TypeVar("Value")

PARTS = ("places", "people", "things", "deeds", "epochs")
MOST_BYTES = 256 * 1024
_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
"""letters of languages that write without spaces, or with particles at their words"""


@contextmanager
def in_the_words_of(path: Path | None) -> Iterator[None]:
    """Look words up in a project's own first, then in those that ship.

    Args:
        path: its file; None for a project without one.

    Raises:
        DocumentError: it cannot be used; says at which line.
    """
    if path is None:
        yield
        return
    before = SPOKEN.set(_read(path))
    try:
        yield
    finally:
        SPOKEN.reset(before)


def _read(path: Path) -> Lexicon:
    try:
        written = path.read_bytes()
    except OSError as error:
        raise DocumentError([Problem(path.name, 0, 0, "", f"it cannot be read: {error.strerror}")]) from None
    if len(written) > MOST_BYTES:
        words = f"it is larger than {MOST_BYTES // 1024} KiB, the most that own words may have"
        raise DocumentError([Problem(path.name, 0, 0, "", words)])
    return _extended(written)


@lru_cache(8)
def _extended(written: bytes) -> Lexicon:
    """The lexicon that ships with the words of a file.

    Raises:
        DocumentError: what is wrong in the file, all of it.
    """
    try:
        text = written.decode("utf-8-sig")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = written[: error.start].count(b"\n") + 1
        raise DocumentError([_problem(line, "it is written in UTF-8; this is not")]) from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+), column \d+\)$", str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise DocumentError([_problem(line, f"no TOML: {str(error).partition(' (at ')[0]}")]) from None
    known, problems = shipped(), list[Problem]()
    parts = {part: _part(part, table.get(part, {}), text, known, problems) for part in PARTS}
    for name in table.keys() - {*PARTS}:
        words = f"there is no part {name!r}; there are {listed(PARTS)}{did_you_mean(name, PARTS)}"
        problems.append(_problem(_line_of(text, name), words))
    if problems:
        raise DocumentError(sorted(problems, key=lambda one: one.line))
    return _with(known, parts)


def _part(part: str, said: object, text: str, known: Lexicon, problems: list[Problem]) -> dict[str, str]:
    """The words of a part, in lower case, and what known word each is drawn as."""
    if not isinstance(said, dict):
        problems.append(_problem(_line_of(text, part), f"{part} is a table of words: [{part}]"))
        return {}
    targets, found = _targets(part, known), dict[str, str]()
    for word, drawn_as in said.items():
        line = _line_of(text, word, part)
        own = " ".join(word.lower().split())
        if not isinstance(drawn_as, str):
            problems.append(_problem(line, f'"{word}" is drawn as one known word: "{word}" = "…"'))
        elif not own:
            problems.append(_problem(line, "a word has a letter at least"))
        elif own in found:
            problems.append(_problem(line, f'"{word}" is there twice'))
        elif drawn_as.lower() not in targets:
            near = did_you_mean(drawn_as.lower(), targets)
            words = f'"{word}": the animatic draws no "{drawn_as}" among its {part}{near}'
            problems.append(_problem(line, words))
        else:
            found[own] = drawn_as.lower()
    return found


def _targets(part: str, known: Lexicon) -> frozenset[str]:
    """The words that a part's own may be drawn as."""
    every: dict[str, Iterable[str]] = {
        "places": (*known.places, *map(str.lower, known.place_names)),
        "people": (*known.kinds, *known.kinds.values()),
        "things": (*known.things, *known.things.values()),
        "deeds": (*known.deeds, *known.poseless),
        "epochs": (*known.epochs, *known.epochs.values()),
    }
    return frozenset(every[part])


def _with(known: Lexicon, own: Mapping[str, Mapping[str, str]]) -> Lexicon:
    places = {word: _place(known, target) for word, target in own["places"].items()}
    people = {word: known.kinds.get(target, target) for word, target in own["people"].items()}
    things = {word: known.things.get(target, target) for word, target in own["things"].items()}
    deeds = {verb: known.deeds.get(target, "") for verb, target in own["deeds"].items()}
    unseen = {verb for verb, target in own["deeds"].items() if target in known.poseless}
    foreign = [(word, kind) for word, kind in people.items() if _WITHOUT_SPACES.search(word)]
    names = {name: _named_too(one, places) for name, one in known.place_names.items()}
    return replace(
        known,
        places={word: names[one.name] for word, one in (known.places | places).items()},
        place_names=names,
        ambiguous=known.ambiguous - places.keys(),
        kinds=known.kinds | people,
        other_kinds=tuple(sorted((*foreign, *known.other_kinds), key=lambda pair: -len(pair[0]))),
        trades=known.trades | _like(own["people"], known.trades),
        heights=known.heights | _like(own["people"], known.heights),
        coats=known.coats | _like(own["people"], known.coats),
        things=known.things | things,
        deeds=known.deeds | deeds,
        epochs=known.epochs
        | {word: known.epochs.get(target, target) for word, target in own["epochs"].items()},
        near_epochs={word: one for word, one in known.near_epochs.items() if word not in own["epochs"]},
        poseless=(known.poseless - deeds.keys()) | unseen,
        forms={form: verb for verb in deeds for form in _forms(verb)},
    )


def _place(known: Lexicon, target: str) -> PlaceWords:
    by_name = {name.lower(): one for name, one in known.place_names.items()}
    return known.places.get(target) or by_name[target]


def _named_too(place: PlaceWords, own: Mapping[str, PlaceWords]) -> PlaceWords:
    """A place with the own words that are drawn as it, and without those that are drawn as another."""
    words = {word for word, one in own.items() if one.name == place.name}
    foreign = tuple(word for word in words if _WITHOUT_SPACES.search(word))
    kept = place.words - own.keys()
    return replace(place, words=kept | words, other=tuple(sorted({*place.other, *foreign})))


def _like(own: Mapping[str, str], told: Mapping[str, Value]) -> dict[str, Value]:
    """What is told of the words that own ones are drawn as."""
    return {word: told[target] for word, target in own.items() if target in told}


def _forms(verb: str) -> Iterator[str]:
    """The regular forms of a verb: those of one that is in the dictionary are found there."""
    if re.search("[^aeiou]y$", verb):
        yield from (f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing")
        return
    yield f"{verb}es" if re.search("(?:s|x|z|ch|sh|o)$", verb) else f"{verb}s"
    stems = [verb.removesuffix("e")]
    if re.search("[^aeiou][aeiou][^aeiouwxy]$", verb):
        stems.append(verb + verb[-1])
    for stem in stems:
        yield from (f"{stem}ed", f"{stem}ing")


def _line_of(text: str, key: str, part: str = "") -> int:
    """The line of a key of a file that can be read, 1-based; of its part's, where it has one."""
    inside = not part
    named = re.compile(rf"""\s*\[?\s*(["']?){re.escape(key)}\1\s*[\]=.]""")
    dotted = re.compile(rf"""\s*(["']?){re.escape(part)}\1\s*[.=]""")
    for number, line in enumerate(text.splitlines(), 1):
        if part and line.lstrip().startswith("["):
            inside = line.strip().strip("[] \"'").startswith(part)
            continue
        if (inside and named.match(line)) or (part and dotted.match(line) and key in line):
            return number
    return 0


def _problem(line: int, words: str) -> Problem:
    return Problem("lexicon.toml", line, 1 if line else 0, "", words)
