"""A film in another language than it was written in: its translations become what is said and shown. Pure.

A film that says its `original_language` has its texts in that one. Where its `language` is another, each line
says its translation, titles show theirs, and characters have the voices of that language. What was there
before is a translation then, for subtitles. What is wrong with a translated line stands at its translation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from storyboard.document.text import Document, DocumentPath, Mark
from storyboard.errors import DocumentError, Problem
from storyboard.wording import listed

USUAL_LANGUAGE = "en"
"""of a film that says none"""
_VOICE_OF_ANY_LANGUAGE = ("pitch", "words_per_minute")
"""what a voice keeps in a language that it has no own voice for"""

_Part = tuple[Any, Mark]


def in_its_language(document: Document) -> Document:
    """A film document as it is in its language; itself where that is the original one, or none is said.

    Args:
        document: with the values of its parameters in it.

    Raises:
        DocumentError: lines or titles that are not translated; lists each.
    """
    film = document.value
    if not isinstance(film, dict) or not isinstance(film.get("original_language"), str):
        return document
    language, original = film.get("language", USUAL_LANGUAGE), film["original_language"]
    if not isinstance(language, str) or language == original:
        return document
    work = _Translating(document, language, original)
    value, mark = work.film((film, document.root))
    if work.problems:
        raise DocumentError([*document.problems, *work.problems])
    return replace(document, value=value, root=mark)


@dataclass(slots=True)
class _Translating:
    document: Document
    language: str
    original: str
    problems: list[Problem] = field(default_factory=list)

    def film(self, part: _Part) -> _Part:
        part = _inside(part, "characters", lambda inner: self.every(inner, (), self.character))
        return _inside(part, "scenes", lambda inner: self.every(inner, ("scenes",), self.scene))

    def scene(self, part: _Part, path: DocumentPath) -> _Part:
        return _inside(part, "shots", lambda inner: self.every(inner, (*path, "shots"), self.shot))

    def shot(self, part: _Part, path: DocumentPath) -> _Part:
        part = _inside(part, "lines", lambda inner: self.every(inner, (*path, "lines"), self.line))
        return _inside(part, "titles", lambda inner: self.every(inner, (*path, "titles"), self.title))

    def every(self, part: _Part, path: DocumentPath, work: Callable[[_Part, DocumentPath], _Part]) -> _Part:
        """What work makes of each part of a list or a mapping that is a mapping itself."""
        value, mark = part
        if isinstance(value, dict):
            changed = {
                key: work(inner, (*path, key)) if isinstance(inner[0], dict) else inner
                for key, one in value.items()
                for inner in [(one, _child(mark, key))]
            }
            return _mapping(mark, changed)
        if not isinstance(value, list):
            return part
        children = mark.children if isinstance(mark.children, list) else [mark] * len(value)
        made = [
            work((one, place), (*path, index)) if isinstance(one, dict) else (one, place)
            for index, (one, place) in enumerate(zip(value, children, strict=True))
        ]
        return [one for one, _ in made], replace(mark, children=[place for _, place in made])

    def character(self, part: _Part, path: DocumentPath) -> _Part:
        """A character with the voice of this language, else with the usual one of it."""
        del path
        value, mark = part
        voices = value.get("voices")
        if isinstance(voices, dict) and (key := self.found_in(voices)):
            own = voices[key], _child(_child(mark, "voices"), key)
        elif isinstance(value.get("voice"), dict):
            place = _child(mark, "voice")
            kept = {name: one for name, one in value["voice"].items() if name in _VOICE_OF_ANY_LANGUAGE}
            own = _mapping(place, {name: (one, _child(place, name)) for name, one in kept.items()})
        else:
            return part
        return _with(part, {"voice": own})

    def line(self, part: _Part, path: DocumentPath) -> _Part:
        """A line that says its translation."""
        return self.translated(part, path, needed=True)

    def title(self, part: _Part, path: DocumentPath) -> _Part:
        """A title that shows its translation; one that has none at all is the same in every language."""
        return self.translated(part, path, needed=bool(part[0].get("translations")))

    def translated(self, part: _Part, path: DocumentPath, *, needed: bool) -> _Part:
        value, mark = part
        translations = value.get("translations", {})
        if not isinstance(translations, dict) or "text" not in value:
            return part  # which the schema refuses
        key = self.found_in(translations)
        if key is None:
            if needed:
                there_are = f"; it is into {listed([*translations])}" if translations else ""
                example = f"translations: {{{self.language}: …}}"
                words = f'it is not translated into "{self.language}" ({example}){there_are}'
                self.problems.append(self.document.problem((*path, "text"), words))
            return part
        place = _child(mark, "translations")
        others = {name: (one, _child(place, name)) for name, one in translations.items() if name != key}
        others[self.original] = value["text"], _child(mark, "text")
        return _with(
            part, {"text": (translations[key], _child(place, key)), "translations": _mapping(place, others)}
        )

    def found_in(self, by_language: Mapping[str, Any]) -> str | None:
        """The key of this language, or of its first part: de-AT takes what stands under de."""
        short = self.language.partition("-")[0]
        return next((key for key in (self.language, short) if key in by_language), None)


def _child(mark: Mark, key: str) -> Mark:
    """Where an inner value stands, or the mapping around it."""
    return mark.children.get(key, mark) if isinstance(mark.children, dict) else mark


def _inside(part: _Part, key: str, work: Callable[[_Part], _Part]) -> _Part:
    """A mapping in which work was done on one value."""
    value, mark = part
    return _with(part, {key: work((value[key], _child(mark, key)))}) if key in value else part


def _with(part: _Part, changes: Mapping[str, _Part]) -> _Part:
    """A mapping with some values instead of its own."""
    value, mark = part
    children = mark.children if isinstance(mark.children, dict) else {}
    return {**value, **{key: one for key, (one, _) in changes.items()}}, replace(
        mark, children={**children, **{key: place for key, (_, place) in changes.items()}}
    )


def _mapping(mark: Mark, parts: Mapping[str, _Part]) -> _Part:
    """A mapping of these parts, which stands at a mark."""
    children = {key: place for key, (_, place) in parts.items()}
    return {key: one for key, (one, _) in parts.items()}, replace(mark, children=children)
