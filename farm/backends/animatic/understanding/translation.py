"""The words of a shot in English, which the lexicon and its grammar are of. Pure.

A film's descriptions and action lines may be in Japanese, German, French or Spanish. Their small words say
which it is, because a film may have its lines in another language than its directions. A language's table is
read when the first shot has words of it.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from farm.backends.animatic.understanding import european, japanese
from farm.backends.animatic.understanding.phrases import names_of
from farm.backends.animatic.understanding.places import where
from storyboard.planning.spec import ResolvedCharacter, ResolvedLocation, ShotSpec

_TABLES = Path(__file__).parent.parent / "lexicon"
_WORD = re.compile(r"[^\W\d_]+'?")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_SMALL = {
    "en": "the an and of to is with he she his her at on in from into it him them for by its are as up",
    "de": "der das den dem des ein eine einen einem einer und ist nicht mit sie ihr ihm ihn sich auf im vom "
    "zum zur aus von zu bei nach hinter seinen seinem seine ihren ihrem ihre durch für unter über neben er",
    "fr": "le la les l' un une du de d' et est dans sur avec il elle ils elles lui au aux se s' sa son ses "
    "leur qui vers chez sous derrière",
    "es": "el la los las un una y de del al con se su sus por para que él ella ellos hacia desde en",
}
"""small words by which a text is known"""

Translate = Callable[[str, frozenset[str]], str]


def in_english(spec: ShotSpec) -> ShotSpec:
    """A shot with its action, its people and its place told in English; one that is stays as it is."""
    language = language_of(spec)
    if language is None:
        return spec
    names = names_of(spec.characters)
    translate = translation(language)
    counted = _counted(spec)
    mostly = counted[language] >= counted["en"]

    def told(text: str) -> str:
        is_so = language in _languages(text) or (mostly and not _languages(text))
        if language == "ja":
            is_so = _JAPANESE.search(text) is not None
        return translate(text, names) if text and is_so else text

    def as_told(person: ResolvedCharacter) -> ResolvedCharacter:
        return person.model_copy(
            update={
                "description": told(person.description),
                "wardrobe": told(person.wardrobe),
                "action": told(person.action),
            }
        )

    return spec.model_copy(
        update={
            "action": told(spec.action),
            "characters": tuple(map(as_told, spec.characters)),
            "location": _place(spec.location, told),
        }
    )


def _place(location: ResolvedLocation, told: Callable[[str], str]) -> ResolvedLocation:
    """A place told in English; its name only where that names a place which is drawn."""
    there = location.model_copy(update={"description": told(location.description)})
    if where(location).place is not None:
        return there
    named = there.model_copy(update={"name": told(location.name).strip(" .,")})
    return named if where(named).place is not None else there


@cache
def translation(language: str) -> Translate:
    """What puts texts of a language into English; its table is read when it is first asked for."""
    table = tomllib.loads((_TABLES / f"{language}.toml").read_text("utf-8"))
    if language == "ja":
        kana = japanese.tongue_of(table)
        return lambda text, names: japanese.in_english(text, kana, names)
    tongue = european.tongue_of(table, german=language == "de")
    return lambda text, names: european.in_english(text, tongue, names)


def language_of(spec: ShotSpec) -> str | None:
    """The language of a shot's directions, of those that have a table; None where they are English."""
    others = [(count, tag) for tag, count in _counted(spec).items() if tag != "en"]
    return max(others)[1] if others else None


def _counted(spec: ShotSpec) -> Counter[str]:
    """In how many texts of a shot the words of each language are."""
    return Counter(tag for text in _texts(spec) for tag in _languages(text))


def _texts(spec: ShotSpec) -> list[str]:
    own = [text for one in spec.characters for text in (one.description, one.wardrobe, one.action)]
    return [text for text in (spec.action, spec.location.name, spec.location.description, *own) if text]


@lru_cache(4096)
def _languages(text: str) -> tuple[str, ...]:
    """The language of a text; several where its words are of each (`La playa`), none where none says."""
    if _KANA.search(text):
        return ("ja",)
    written = _WORD.findall(text.replace("\u2019", "'"))
    words = [word.lower() for word in written]
    scores = {tag: sum(word in small for word in words) for tag, small in _sets().items()}
    for word, following in pairwise(written):
        # `abraza a Ada`, `llama a la puerta` are Spanish, `a red coat` is English.
        if word in ("a", "A"):
            scores["en" if following.islower() and following not in _sets()["es"] else "es"] += 1
    most = max(scores.values())
    best = tuple(tag for tag, score in scores.items() if score == most)
    return () if not most else ("en",) if "en" in best else best


@cache
def _sets() -> dict[str, frozenset[str]]:
    return {tag: frozenset(words.split()) for tag, words in _SMALL.items()}
