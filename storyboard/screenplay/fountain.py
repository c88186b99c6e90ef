"""Fountain text → script, line by line, in time that grows with the length of the text alone.

https://fountain.io/syntax; what people write beside it is read as they mean it: slug lines of other
languages, scenes and cues without blank lines around them, extensions in any case, indentation by tabs.
`fountain_text.py` is the way back.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace

from storyboard.screenplay.languages import Prefixes, is_shot_direction, is_transition
from storyboard.screenplay.script import SPOKEN, Element, Kind, Left, Script

_KEY = re.compile(r"^(?P<key>[^\W\d_][\w .'/-]{0,39}?)\s*[:：](?P<value>.*)$")
_KNOWN_KEYS = frozenset(
    (
        *(
            "title",
            "credit",
            "author",
            "authors",
            "source",
            "notes",
            "draft",
            "draft date",
            "date",
            "contact",
        ),
        *("contact info", "copyright", "revision", "format", "written by", "based on", "episode", "font"),
    )
)
_NUMBER = re.compile(r"\s*#(?P<number>[^\s#][^#]{0,30})#\s*$")
_CUE = re.compile(r"^(?P<name>[^()（）^]*[^()（）^\s])(?:\s*[(（][^()（）]*[)）])*\s*(?P<dual>\^?)$")
LONGEST_CUE = 60
"""characters; a longer line in capitals is action"""
_NONE = Prefixes()


def read_fountain(text: str, prefixes: Prefixes = _NONE) -> Script:
    """What Fountain text says. Any text is Fountain: what is not understood is action.

    Args:
        text: with line feeds alone (`letters.decoded`).
        prefixes: words of one's own that slug lines begin with.
    """
    title_page, first = _title_page(text.split("\n"))
    lines, aside, left = _without_asides(text, first)
    reader = _Reader(lines, prefixes)
    reader.read()
    return Script(tuple(title_page), tuple(_together(reader.elements, aside)), tuple(left))


def _title_page(lines: list[str]) -> tuple[list[tuple[str, str]], int]:
    """The entries of the title page, and how many lines it takes."""
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    entries: list[tuple[str, list[str]]] = []
    number = start
    while number < len(lines) and lines[number].strip():
        line = lines[number]
        found = None if line[0] in " \t" and entries else _KEY.match(line.strip())
        if found is not None:
            entries.append((found["key"].strip(), [found["value"].strip()] if found["value"].strip() else []))
        elif entries and (line[0] in " \t" or entries[-1][1] == []):
            entries[-1][1].append(line.strip())
        else:
            return [], 0
        number += 1
    if not entries or not _is_title_key(*entries[0]):
        return [], 0
    return [(key, "\n".join(value)) for key, value in entries], number


def _is_title_key(key: str, value: list[str]) -> bool:
    if key.casefold() in _KNOWN_KEYS:
        return True
    return bool(value) and key != key.upper() and not Prefixes().begins(key)


@dataclass(slots=True)
class _Line:
    """A line without its notes and boneyards."""

    number: int
    text: str
    emptied: bool = False
    soft: bool = False

    @property
    def blank(self) -> bool:
        return not self.text


def _without_asides(text: str, first: int) -> tuple[list[_Line], list[Element], list[Left]]:
    """The lines after the title page, and the notes and boneyards that stood in them."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    begin = starts[first] if first < len(starts) else len(text)
    kept: list[str] = []
    touched: set[int] = set()
    aside: list[Element] = []
    left: list[Left] = []
    at, gone = begin, {"*/": False, "]]": False}
    for found in re.compile(r"\\?(?:/\*|\[\[)").finditer(text, begin):
        if found.start() < at:
            continue
        line = bisect_right(starts, found.start())
        mark = found.group()[-2:]
        if found.group()[0] == "\\":
            kept += [text[at : found.start()], mark]
            at = found.end()
            continue
        close = "*/" if mark == "/*" else "]]"
        end = -1 if gone[close] else text.find(close, found.end())
        if end < 0 or (mark == "[[" and "\n\n" in text[found.end() : min(end, found.end() + 100_000)]):
            gone[close] = gone[close] or end < 0
            what = "boneyard" if mark == "/*" else "note"
            left.append(
                Left(
                    line,
                    text[found.start() : found.start() + 60],
                    f"a {what} that does not end, read as text",
                )
            )
            continue
        body = text[found.end() : end]
        aside.append(Element(Kind.BONEYARD if mark == "/*" else Kind.NOTE, body.strip(), line))
        before = text[at : found.start()]
        kept += [before, "\n" * body.count("\n")]
        touched.update(range(line, line + body.count("\n") + 1))
        at = end + 2
        if before[-1:] == " " and text[at : at + 1] == " ":
            at += 1
    kept.append(text[at:])
    lines = []
    for number, raw in enumerate("".join(kept).split("\n"), first + 1):
        row = raw.replace("\t", "    ")
        words = row.strip()
        lines.append(_Line(number, words, number in touched and not words, len(row) >= 2 and not words))
    return lines, aside, left


def _together(elements: list[Element], aside: list[Element]) -> list[Element]:
    """Elements with notes and boneyards behind those in which they stood."""
    merged: list[Element] = []
    rest = [*reversed(aside)]
    for element in elements:
        while rest and rest[-1].line < element.line:
            merged.append(rest.pop())
        merged.append(element)
    return [*merged, *reversed(rest)]


@dataclass(slots=True)
class _Reader:
    """Lines → elements."""

    lines: list[_Line]
    prefixes: Prefixes
    elements: list[Element] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    """cues that stand as they should, which are known without blank lines too"""
    relaxed: bool = False
    """whether there are hardly any blank lines"""

    def read(self) -> None:
        """All of them."""
        self.lines = [line for line in self.lines if not line.emptied]
        blank = sum(line.blank for line in self.lines)
        self.relaxed = len(self.lines) > 10 and blank < len(self.lines) / 25
        for at, line in enumerate(self.lines):
            if line.blank or not self._before(at) or not self._is_cue(at):
                continue
            if not is_transition(line.text) and not is_shot_direction(line.text):
                self.names.add(name_of(line.text))
        at = 0
        while at < len(self.lines):
            if self.lines[at].blank:
                at += 1
                continue
            at = self._paragraph(at)

    def _before(self, at: int) -> bool:
        return at == 0 or self.lines[at - 1].blank

    def _after(self, at: int) -> bool:
        """Whether a blank line or the end follows."""
        return at + 1 >= len(self.lines) or (self.lines[at + 1].blank and not self.lines[at + 1].soft)

    def _add(self, kind: Kind, text: str, at: int, **more: object) -> int:
        self.elements.append(replace(Element(kind, text, self.lines[at].number), **more))  # type: ignore[arg-type]
        return at + 1

    def _single(self, at: int) -> Element | None:
        """The element that a line is by itself, whatever surrounds it."""
        text, line = self.lines[at].text, self.lines[at].number
        if len(text) >= 3 and set(text) == {"="}:
            return Element(Kind.PAGE_BREAK, "", line)
        if text[0] == "#" and text.strip("#").strip():
            return Element(
                Kind.SECTION, text.lstrip("#").strip(), line, level=len(text) - len(text.lstrip("#"))
            )
        if text[0] == "=" and text[1:].strip():
            return Element(Kind.SYNOPSIS, text[1:].strip(), line)
        if text[0] == ">":
            inner = text[1:].strip()
            if inner.endswith("<") and inner[:-1].strip():
                return Element(Kind.CENTRED, inner[:-1].strip(), line)
            return Element(Kind.TRANSITION, inner, line) if inner else None
        return None

    def _heading(self, at: int) -> Element | None:
        text, line = self.lines[at].text, self.lines[at].number
        forced = (
            len(text) > 1
            and text[0] == "."
            and (text[1].isalnum() or (text[1] in "#([\"'«„“" and self._before(at)))
        )
        if forced and not self._before(at):
            forced = text[1].isalpha() and text == text.upper()
        body = text[1:].strip() if forced else text
        number = _NUMBER.search(body)
        if number:
            body = body[: number.start()].strip()
        if not body or not (forced or self.prefixes.begins(body)):
            return None
        if not forced and not self._before(at) and body != body.upper():
            return None
        return Element(Kind.HEADING, body, line, number=number["number"].strip() if number else "")

    def _is_cue(self, at: int) -> bool:
        text = self.lines[at].text
        if text[0] == "@" and len(text.strip("@^ ")) > 0:
            return True
        if self._after(at) or text[0] in "!.>~#=([（" or self._heading(at):
            return False
        found = _CUE.match(text)
        if found is None or len(text) > LONGEST_CUE:
            return False
        name = found["name"]
        return name == name.upper() and name != name.lower() and (name[-1] not in ".:,;" or _is_short(name))

    def _is_cue_amid(self, at: int) -> bool:
        """Whether a line without a blank one before it is a cue all the same."""
        text = self.lines[at].text
        if text[0] == "@" and self._is_cue(at):
            return True
        if not self._is_cue(at) or is_transition(text) or is_shot_direction(text):
            return False
        if name_of(text) in self.names:
            return True
        following = self.lines[at + 1].text
        return self.relaxed and text[-1] not in ".!?…" and following != following.upper()

    def _paragraph(self, at: int) -> int:
        """What begins at a line, and the line after it."""
        text = self.lines[at].text
        found = self._single(at) or (self._heading(at) if text[0] != "!" else None)
        if found is not None:
            self.elements.append(found)
            return at + 1
        if text[0] == "~":
            return self._add(Kind.LYRIC, text[1:].strip(), at)
        transition = is_transition(text) and (self._after(at) or text.endswith(":"))
        if transition and text[0] not in "!@":
            return self._add(Kind.TRANSITION, text, at)
        direction = is_shot_direction(text) and text[0] not in "!@"
        if direction and (self._after(at) or not self._may_speak(at)):
            return self._add(Kind.SHOT, text, at)
        if text[0] != "!" and (self._before(at) or self._starts_fresh()) and self._is_cue(at):
            return self._speech(at)
        if self._is_cue_amid(at):
            return self._speech(at)
        return self._action(at)

    def _starts_fresh(self) -> bool:
        """Whether the line before was one by itself, after which blank lines are often missing."""
        return not self.elements or self.elements[-1].kind not in {*SPOKEN, Kind.ACTION}

    def _may_speak(self, at: int) -> bool:
        return name_of(self.lines[at].text) in self.names and not re.match(
            r"(?i)close|insert|angle|pov", self.lines[at].text
        )

    def _action(self, at: int) -> int:
        first, rows = at, []
        while at < len(self.lines) and not self.lines[at].blank:
            text = self.lines[at].text
            if at > first and text[0] != "!" and self._breaks(at):
                break
            rows.append(_unescaped(text[1:].strip() if text[0] == "!" else text))
            at += 1
        self._add(Kind.ACTION, "\n".join(rows).strip("\n"), first)
        return at

    def _breaks(self, at: int) -> bool:
        """Whether something else than the paragraph's next row begins at a line."""
        text = self.lines[at].text
        if self._single(at) or self._heading(at) or text[0] == "~" or self._is_cue_amid(at):
            return True
        return is_transition(text) and text.endswith(":")

    def _speech(self, at: int) -> int:
        """A cue and what is said under it."""
        text = self.lines[at].text
        dual = text.endswith("^")
        self._add(Kind.CUE, text.removeprefix("@").rstrip("^").strip(), at, dual=dual)
        first = at = at + 1
        rows: list[tuple[Kind, str, int]] = []
        within = False
        while at < len(self.lines):
            line = self.lines[at]
            if line.blank:
                if not (line.soft and rows and at + 1 < len(self.lines) and not self.lines[at + 1].blank):
                    break
                rows.append((Kind.DIALOGUE, "", at))
            else:
                if at > first - 1 and (self._amid_speech(at) or (line.text[0] == "!" and len(line.text) > 1)):
                    break
                kind = self._spoken(line.text, within=within)
                within = (
                    kind is Kind.PARENTHETICAL and not line.text.endswith((")", "）")) and self._closes(at)
                )
                rows.append((kind, line.text, at))
            at += 1
        self._say(rows)
        return at

    def _amid_speech(self, at: int) -> bool:
        text = self.lines[at].text
        if text[0] == ">" and self._single(at):
            return True
        if text[0] in "#=" and self._single(at) and not self._before(at):
            return True
        heading = self._heading(at)
        if heading is not None and text[0] == "." and not heading.text[0].isupper():
            return False
        return heading is not None or self._is_cue_amid(at) or (is_transition(text) and text.endswith("TO:"))

    def _spoken(self, text: str, *, within: bool) -> Kind:
        if within or text[0] in "(（":
            return Kind.PARENTHETICAL
        return Kind.LYRIC if text[0] == "~" else Kind.DIALOGUE

    def _closes(self, at: int) -> bool:
        """Whether a parenthesis ends within the speech."""
        for line in self.lines[at : at + 6]:
            if line.blank:
                return False
            if line.text.endswith((")", "）")):
                return True
        return False

    def _say(self, rows: list[tuple[Kind, str, int]]) -> None:
        """Rows of one kind are one element; a lyric's each its own."""
        together: list[tuple[Kind, list[str], int]] = []
        for kind, text, at in rows:
            open_parenthesis = (
                together and kind is Kind.PARENTHETICAL and not together[-1][1][-1].endswith((")", "）"))
            )
            joins = kind is Kind.DIALOGUE or (kind is Kind.PARENTHETICAL and open_parenthesis)
            row = text[1:].strip() if kind is Kind.LYRIC else _unescaped(text)
            if together and together[-1][0] is kind and joins:
                together[-1][1].append(row)
            else:
                together.append((kind, [row], at))
        for kind, texts, at in together:
            self._add(kind, "\n".join(texts).strip("\n"), at)


def _unescaped(row: str) -> str:
    """A row without the backslash that makes words of what would be something else."""
    return row[1:] if len(row) > 1 and row[0] == "\\" and row[1] not in "*_" else row


def _is_short(name: str) -> bool:
    """`DR.`, `MR. T.`: a name that ends with a full stop."""
    return name.endswith(".") and len(name) <= 12


def name_of(cue: str) -> str:
    """Whose cue a line is, in the form that names are compared in."""
    found = _CUE.match(cue.removeprefix("@"))
    return (found["name"] if found else cue).casefold()
