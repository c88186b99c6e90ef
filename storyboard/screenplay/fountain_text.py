"""A script → Fountain text that says the same when it is read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from storyboard.screenplay.fountain import name_of, read_fountain
from storyboard.screenplay.languages import Prefixes, is_transition
from storyboard.screenplay.script import SPOKEN, Element, Kind, Script

_NONE = Prefixes()
_MARKS = "(（~.@!>#=\\"
"""what makes something else of a line than words; a backslash before them keeps them words"""


def fountain_text(script: Script, prefixes: Prefixes = _NONE) -> str:
    """A script as Fountain.

    Args:
        script: which.
        prefixes: words of one's own that slug lines begin with; headings with others are forced.
    """
    parts: list[str] = []
    if script.title_page:
        parts.append("\n".join(_entry(key, value) for key, value in script.title_page))
    parts += _blocks(script.elements, prefixes)
    return "\n\n".join(part for part in parts if part) + "\n"


def _entry(key: str, value: str) -> str:
    rows = value.split("\n")
    if len(rows) == 1:
        return f"{key}: {value}".rstrip()
    return "\n".join([f"{key}:", *(f"    {row}" for row in rows)])


def _blocks(elements: tuple[Element, ...], prefixes: Prefixes) -> Iterator[str]:
    writer = _Writer(prefixes, frozenset(name_of(one.text) for one in elements if one.kind is Kind.CUE))
    speech: list[str] = []
    for element in elements:
        if element.kind in SPOKEN and element.kind is not Kind.CUE and speech:
            speech.append(writer.spoken(element))
            continue
        if speech and element.kind in {Kind.NOTE, Kind.BONEYARD}:
            speech.append(_aside(element))
            continue
        if speech:
            yield "\n".join(speech)
            speech = []
        if element.kind is Kind.CUE:
            speech = [_cue(element)]
        else:
            yield writer.written(element)
    if speech:
        yield "\n".join(speech)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Elements → text, in a script with these cues."""

    prefixes: Prefixes
    names: frozenset[str]

    def spoken(self, element: Element) -> str:
        if element.kind is Kind.LYRIC:
            return "\n".join(f"~{row}" for row in element.text.split("\n"))
        if element.kind is Kind.PARENTHETICAL:
            text = element.text
            return text if text[:1] in "(（" else f"({text})"
        return "\n".join(self._said(row) for row in element.text.split("\n"))

    def _said(self, row: str) -> str:
        """A row of dialogue: an empty one is two spaces."""
        if not row:
            return "  "
        return f"\\{_open(row)}" if row[0] in _MARKS or self._misread(row) else _open(row)

    def _misread(self, row: str) -> bool:
        """Whether a row amid others looks like a cue, a slug line or a transition."""
        return row == row.upper() and (
            name_of(row) in self.names or self.prefixes.begins(row) or is_transition(row)
        )

    def written(self, element: Element) -> str:
        text, kind = element.text, element.kind
        if kind in {Kind.NOTE, Kind.BONEYARD}:
            return _aside(element)
        if kind is Kind.HEADING:
            number = f" #{element.number}#" if element.number else ""
            return f"{'' if self.prefixes.begins(text) and text[0] != '.' else '.'}{text}{number}"
        if kind is Kind.TRANSITION:
            return text if _reads(text, kind, text) else f"> {text}"
        if kind is Kind.PAGE_BREAK:
            return "==="
        if kind is Kind.SECTION:
            return f"{'#' * max(1, element.level)} {text}"
        simple = {Kind.SYNOPSIS: f"= {text}", Kind.CENTRED: f"> {text} <", Kind.LYRIC: f"~{text}"}
        if kind in simple:
            return simple[kind]
        if kind is Kind.SHOT and _reads(text, kind, text):
            return text
        return self._action(text)

    def _action(self, text: str) -> str:
        rows = text.split("\n")
        natural = "\n".join(_open(row) for row in rows)
        if not any(self._misread(row) for row in rows) and _reads(natural, Kind.ACTION, text):
            return natural
        return "\n".join(f"!{_escaped(row)}" for row in rows)


def _cue(element: Element) -> str:
    line = f"{element.text}{' ^' if element.dual else ''}"
    return line if _reads(f"{line}\nYes.", Kind.CUE, element.text) else f"@{line}"


def _reads(text: str, kind: Kind, words: str) -> bool:
    read = read_fountain(f"\n\nA line before.\n\n{text}\n").elements[1:]
    return bool(read) and read[0].kind is kind and read[0].text == words


def _open(text: str) -> str:
    """Words in which nothing begins a note or a boneyard."""
    return text.replace("[[", "\\[[").replace("/*", "\\/*")


def _aside(element: Element) -> str:
    return f"/*{element.text}*/" if element.kind is Kind.BONEYARD else f"[[{element.text}]]"


def _escaped(row: str) -> str:
    return f"\\{_open(row)}" if row[:1] in _MARKS and row else _open(row)
