"""JSON text as a stream of events with places; iterative, so that depth is the caller's to bound."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # (public, but not in typeshed)
from typing import Literal, NamedTuple

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORD = re.compile(r"-?[A-Za-z]+")
_CLOSES = {"{": "}", "[": "]"}
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Event(NamedTuple):
    """One step through a document.

    A scalar is text when `plain` is false; otherwise its words are to be resolved (a number, a truth value).
    """

    kind: Literal["scalar", "mapping", "list", "end", "alias"]
    line: int
    column: int
    text: str = ""
    plain: bool = False
    anchor: str | None = None
    tag: str | None = None
    comment: str = ""
    """on its line, after words without quotes"""


@dataclass
class SyntaxProblem(Exception):  # noqa: N818  (it becomes a DocumentError one call up)
    """The text cannot be read any further."""

    line: int
    column: int
    message: str


class _Reader:
    """JSON text, read from its beginning to its end; lines are counted on the way."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._offset = 0
        self._line = 1
        self._line_start = 0
        self._seen = 0

    def char(self) -> str:
        """The next character that is no space; nothing at the end."""
        if found := _SPACE.match(self._text, self._offset):
            self._offset = found.end()
        return self._text[self._offset : self._offset + 1]

    def mark(self, offset: int | None = None) -> tuple[int, int]:
        """Line and column of an offset, this one when left out; asked for in rising order."""
        offset = self._offset if offset is None else offset
        newlines = self._text.count("\n", self._seen, offset)
        if newlines:
            self._line += newlines
            self._line_start = self._text.rfind("\n", self._seen, offset) + 1
        self._seen = offset
        return self._line, offset - self._line_start + 1

    def step(self, kind: Literal["mapping", "list", "end"]) -> Event:
        """The event of the bracket that stands here."""
        event = Event(kind, *self.mark())
        self._offset += 1
        return event

    def take(self, sign: str, what: str) -> None:
        """Go past this sign, which must stand here."""
        if self.char() != sign:
            raise self.expected(what)
        self._offset += 1

    def key(self) -> Event:
        """The event of a mapping's key."""
        if not self._text.startswith('"', self._offset):
            raise self.expected("a key in double quotes")
        mark = self.mark()
        return Event("scalar", *mark, text=self._string())

    def scalar(self) -> Event:
        """The event of a text, a number or a word."""
        mark = self.mark()
        if self._text.startswith('"', self._offset):
            return Event("scalar", *mark, text=self._string())
        word = _NUMBER.match(self._text, self._offset) or _WORD.match(self._text, self._offset)
        if not word:
            raise self.expected("a value")
        if word.group()[-1].isalpha() and word.group() not in {"true", "false", "null"}:
            raise SyntaxProblem(*mark, f"{word.group()} is not a JSON value")
        self._offset = word.end()
        return Event("scalar", *mark, text=word.group(), plain=True)

    def expected(self, what: str) -> SyntaxProblem:
        """What is wrong when something else stands here."""
        char = self.char()
        found = json.dumps(char, ensure_ascii=False) if char else "the end of the text"
        return SyntaxProblem(*self.mark(), f"found {found} where {what} is expected")

    def _string(self) -> str:
        start = self._offset
        try:
            words, self._offset = scanstring(self._text, start + 1, True)  # noqa: FBT003  (it takes no keywords)
        except json.JSONDecodeError as error:
            message = error.msg[0].lower() + error.msg[1:].removesuffix(" at")
            raise SyntaxProblem(*self.mark(error.pos), message) from None
        if _SURROGATE.search(words):
            raise SyntaxProblem(*self.mark(start), "a \\u escape is half of a surrogate pair")
        return str(words)


def json_events(text: str) -> Iterator[Event]:
    """The events of one JSON value.

    Raises:
        SyntaxProblem: at the first place where the text is not JSON.
    """
    reader = _Reader(text)
    open_with: list[str] = []
    state = "value"  # what may stand here: value, first (key, value or end), key, comma, done
    while state != "done":
        char = reader.char()
        inside = open_with[-1] if open_with else ""
        if state in {"first", "comma"} and char and char == _CLOSES.get(inside):
            yield reader.step("end")
            open_with.pop()
            state = "comma" if open_with else "done"
        elif state == "comma":
            reader.take(",", f'"," or "{_CLOSES[inside]}"')
            state = "key" if inside == "{" else "value"
        elif inside == "{" and state in {"first", "key"}:
            yield reader.key()
            reader.take(":", '":"')
            state = "value"
        elif char and char in "{[":
            yield reader.step("mapping" if char == "{" else "list")
            open_with.append(char)
            state = "first"
        else:
            yield reader.scalar()
            state = "comma" if open_with else "done"
    if reader.char():
        raise reader.expected("the end of the text")
