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


class _Places:
    """Offsets → lines and columns, asked for in rising order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line = 1
        self._line_start = 0
        self._seen = 0

    def at(self, offset: int) -> tuple[int, int]:
        newlines = self._text.count("\n", self._seen, offset)
        if newlines:
            self._line += newlines
            self._line_start = self._text.rfind("\n", self._seen, offset) + 1
        self._seen = offset
        return self._line, offset - self._line_start + 1


def json_events(text: str) -> Iterator[Event]:
    """The events of one JSON value.

    Raises:
        SyntaxProblem: at the first place where the text is not JSON.
    """
    places = _Places(text)
    open_with: list[str] = []
    state = "value"  # what may stand here: value, first (key, value or end), key, comma, done
    offset = 0

    def skip(offset: int) -> int:
        found = _SPACE.match(text, offset)
        return found.end() if found else offset

    def expected(what: str, offset: int) -> SyntaxProblem:
        found = json.dumps(text[offset], ensure_ascii=False) if offset < len(text) else "the end of the text"
        return SyntaxProblem(*places.at(offset), f"found {found} where {what} is expected")

    def string(offset: int) -> tuple[str, int]:
        try:
            words, end = scanstring(text, offset + 1, True)  # noqa: FBT003  (it takes no keywords)
        except json.JSONDecodeError as error:
            message = error.msg[0].lower() + error.msg[1:].removesuffix(" at")
            raise SyntaxProblem(*places.at(error.pos), message) from None
        if _SURROGATE.search(words):
            raise SyntaxProblem(*places.at(offset), "a \\u escape is half of a surrogate pair")
        return words, end

    while state != "done":
        offset = skip(offset)
        char = text[offset : offset + 1]
        inside = open_with[-1] if open_with else ""
        if state in {"first", "comma"} and char and char == {"{": "}", "[": "]"}.get(inside):
            yield Event("end", *places.at(offset))
            open_with.pop()
            offset += 1
            state = "comma" if open_with else "done"
        elif state == "comma":
            if char != ",":
                raise expected(f'"," or "{"}" if inside == "{" else "]"}"', offset)
            offset += 1
            state = "key" if inside == "{" else "value"
        elif inside == "{" and state in {"first", "key"}:
            if char != '"':
                raise expected("a key in double quotes", offset)
            place = places.at(offset)
            key, offset = string(offset)
            yield Event("scalar", *place, text=key)
            offset = skip(offset)
            if text[offset : offset + 1] != ":":
                raise expected('":"', offset)
            offset += 1
            state = "value"
        elif char and char in "{[":
            yield Event("mapping" if char == "{" else "list", *places.at(offset))
            open_with.append(char)
            offset += 1
            state = "first"
        else:
            place = places.at(offset)
            if char == '"':
                words, offset = string(offset)
                yield Event("scalar", *place, text=words)
            else:
                word = _NUMBER.match(text, offset) or _WORD.match(text, offset)
                if not word or (word.group()[-1].isalpha() and word.group() not in {"true", "false", "null"}):
                    shown = word.group() if word else ""
                    raise (
                        SyntaxProblem(*place, f"{shown} is not a JSON value")
                        if shown
                        else expected("a value", offset)
                    )
                yield Event("scalar", *place, text=word.group(), plain=True)
                offset = word.end()
            state = "comma" if open_with else "done"
    offset = skip(offset)
    if offset < len(text):
        raise expected("the end of the text", offset)
