"""A document's text → plain values, and where in the text each of them stands.

YAML is read with libyaml's parser and nothing above it: events become `dict`, `list`, `str`, `int`, `float`,
`bool` and `None` here, so a document cannot construct anything else. Plain scalars follow YAML 1.2's core
schema, so that `NO` and `00:00:02:00` stay text. JSON has a reader of its own: libyaml refuses the surrogate
pairs that JSON writers escape emoji with.

A document may be hostile, so its size, depth and number of values are bounded. Anchors and aliases are
allowed, because repeating a blocking by hand is worse, but an alias counts as all that it stands for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from storyboard.document.json_events import Event, SyntaxProblem, json_events
from storyboard.document.unquoted import comment_after, explained
from storyboard.errors import DocumentError, Problem
from storyboard.wording import composed

MAX_VALUES = 300_000
"""in a document, aliases expanded; 5,000 shots have about 100,000"""
MAX_DEPTH = 64
"""of mappings and lists in each other; a film needs ten"""
MAX_NUMBER_LENGTH = 400
"""digits of a number; Python refuses to convert more than 4,300"""

DocumentPath = tuple[str | int, ...]
"""keys and list indexes from the top of a document"""

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER = re.compile(
    r"(?P<int>[-+]?[0-9]+)|(?P<based>0o[0-7]+|0x[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<special>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
)

_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(slots=True)
class Mark:
    """Where a value stands, and those inside it.

    Attributes:
        line: 1-based.
        column: 1-based.
        text: how a YAML number was written (`01`, `1E2`), in case a text was meant.
        comment: what stands after a ` #` on the line of words without quotes, and so is none of them.
        filled: what was made of a text with formulas, in words; empty for any other value.
        indexes: of a list from which some were left out: where those that stayed stand in the document.
        keys: of a mapping: where each key stands.
        children: of a mapping or list: the marks of its values.
    """

    line: int
    column: int
    text: str | None = None
    keys: dict[str, tuple[int, int]] | None = None
    children: dict[str, Mark] | list[Mark] | None = None
    comment: str = ""
    filled: str = ""
    indexes: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What a document says, before anything is known of its meaning.

    Attributes:
        name: the document, as the user named it.
        value: its plain value; keys of mappings are always text.
        root: where everything in it stands.
        problems: what is wrong in it already; `value` has a stand-in (None or the first of two) there.
    """

    name: str
    value: Any
    root: Mark
    problems: tuple[Problem, ...] = ()

    def mark(self, path: DocumentPath) -> Mark:
        """Where a value stands, or the nearest thing around it that the document has."""
        mark = self.root
        for step in path:
            children = mark.children
            if isinstance(children, dict):
                inner = children.get(str(step))
            elif isinstance(children, list) and isinstance(step, int) and step < len(children):
                inner = children[step]
            else:
                inner = None
            if inner is None:
                break
            mark = inner
        return mark

    def problem(self, path: DocumentPath, message: str) -> Problem:
        """A problem with the value at a path."""
        mark = self.mark(path)
        told = f"{message} ({mark.filled})" if mark.filled else message
        return Problem(self.name, mark.line, mark.column, format_path(self._written(path)), told)

    def key_problem(self, path: DocumentPath, message: str) -> Problem:
        """A problem with the key that a path ends in."""
        mark = self.mark(path[:-1])
        line, column = (mark.keys or {}).get(str(path[-1]), (mark.line, mark.column))
        return Problem(self.name, line, column, format_path(self._written(path)), message)

    def _written(self, path: DocumentPath) -> DocumentPath:
        """A path with the indexes that its lists have in the document, where some of theirs were left out."""
        written: list[str | int] = []
        for depth, step in enumerate(path):
            indexes = self.mark(path[:depth]).indexes if isinstance(step, int) else None
            written.append(
                indexes[step] if indexes and isinstance(step, int) and step < len(indexes) else step
            )
        return tuple(written)


def kind_of_word(text: str) -> Literal["null", "bool", "int", "float", "str"]:
    """What plain words of YAML are read as, by the last part of the name of its tag."""
    if text in _NULL:
        return "null"
    if text in _TRUTH:
        return "bool"
    number = _NUMBER.fullmatch(text)
    if number is None:
        return "str"
    return "int" if number["int"] or number["based"] else "float"


def format_path(path: DocumentPath) -> str:
    """`("scenes", 2, "slug")` → `scenes[2].slug`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def parse_document(text: str, name: str, *, json: bool = False) -> Document:
    """Read YAML (or JSON) text.

    Raises:
        DocumentError: the text cannot be read to its end, or is larger than a film document may be. What is
            wrong within readable text (a key twice, a tag) is left in `Document.problems`.
    """
    builder = _Builder(name)
    try:
        if half := _SURROGATE.search(text):
            raise _not_text(text, half.start())
        for event in json_events(text) if json else _yaml_events(text):
            builder.take(event)
    except SyntaxProblem as problem:
        raise DocumentError(
            [*builder.problems, Problem(name, problem.line, problem.column, "", problem.message)]
        ) from None
    if builder.root is None:
        raise DocumentError(
            [Problem(name, 0, 0, "", "the document is empty")], "a film starts with: schema: 1"
        )
    return Document(name, builder.value, builder.root, tuple(builder.problems))


def _yaml_events(text: str) -> Iterator[Event]:
    """What libyaml makes of the text, up to the end of its first document."""
    documents = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            mark = (event.start_mark.line + 1, event.start_mark.column + 1) if event.start_mark else (0, 0)
            if isinstance(event, yaml.ScalarEvent):
                plain = event.implicit[0]
                comment = comment_after(text, event.end_mark.index) if plain and event.end_mark else ""
                yield Event("scalar", *mark, event.value, plain, event.anchor, event.tag, comment)
            elif isinstance(event, yaml.CollectionStartEvent):
                kind: Literal["mapping", "list"] = (
                    "mapping" if isinstance(event, yaml.MappingStartEvent) else "list"
                )
                yield Event(kind, *mark, anchor=event.anchor, tag=event.tag)
            elif isinstance(event, yaml.CollectionEndEvent):
                yield Event("end", *mark)
            elif isinstance(event, yaml.AliasEvent):
                yield Event("alias", *mark, anchor=event.anchor)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise SyntaxProblem(*mark, "a second document starts here; a film is one document")
    except yaml.MarkedYAMLError as error:
        where = error.problem_mark or error.context_mark
        message = ", ".join(part for part in (error.context, error.problem) if part)
        line, column = (where.line + 1, where.column + 1) if where else (0, 0)
        if where and error.problem:
            begins = (error.context_mark or where).line
            if meant := explained(text, error.problem, begins, where.line, where.column):
                line, column, message = meant[0] + 1, meant[1] + 1, f"{error.problem}: {meant[2]}"
        raise SyntaxProblem(line, column, f"this is not YAML: {message}") from None
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes; the character that it stopped at is the first of its kind in the text.
        character = error.character if isinstance(error.character, str) else chr(error.character)
        raise _not_text(text, text.find(character)) from None


def _not_text(text: str, offset: int) -> SyntaxProblem:
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return SyntaxProblem(line, column, f"U+{ord(text[offset]):04X} is not a character of a text document")


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    value: Any
    mark: Mark
    anchor: str | None
    count_before: int
    height: int = 1
    key: str | None = None
    has_key: bool = False


@dataclass(frozen=True, slots=True)
class _Anchored:
    """A whole value that aliases can stand for."""

    value: Any
    mark: Mark
    count: int
    height: int


@dataclass(slots=True)
class _Builder:
    """Events → values and marks, without recursion."""

    name: str
    value: Any = None
    root: Mark | None = None
    problems: list[Problem] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    anchors: dict[str, _Anchored] = field(default_factory=dict)
    count: int = 0

    def take(self, event: Event) -> None:
        if event.tag is not None:
            self._object(event, f"the tag {event.tag} is not part of a film document; write a plain value")
        if event.kind == "end":
            self._close()
        elif self._expects_key():
            self._take_key(event)
        elif event.kind == "scalar":
            value: Any
            value, mark = self._scalar(event)
            self._anchor(event.anchor, _Anchored(value, mark, 1, 0))
            self._add(value, mark, 1, 0)
        elif event.kind == "alias":
            anchored = self.anchors.get(event.anchor or "")
            if anchored is None:
                raise SyntaxProblem(
                    event.line, event.column, f"*{event.anchor} stands for nothing that ends before it"
                )
            self._add(anchored.value, anchored.mark, anchored.count, anchored.height, event)
        else:
            mark = Mark(event.line, event.column)
            if event.kind == "mapping":
                value, mark.keys, mark.children = {}, {}, {}
            else:
                value, mark.children = [], []
            self.open.append(_Open(value, mark, event.anchor, self.count))
            self._bound_depth(0, event)

    def _expects_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1].value, dict) and not self.open[-1].has_key

    def _take_key(self, event: Event) -> None:
        top = self.open[-1]
        if event.kind != "scalar":
            message = "a key is a word, not a mapping, a list or an alias"
            if event.kind == "mapping":
                message += ' (a formula stands in quotes: "{{ name }}")'
            raise SyntaxProblem(event.line, event.column, message)
        top.has_key = True
        top.key = key = composed(event.text)
        keys = top.mark.keys
        if keys is None:
            return
        if key in keys:
            line = keys[key][0]
            self._object(event, f'the key "{event.text}" is here twice (first on line {line})', event.text)
            top.key = None
        else:
            keys[key] = (event.line, event.column)

    def _scalar(self, event: Event) -> tuple[Any, Mark]:
        mark = Mark(event.line, event.column, comment=event.comment)
        text = event.text
        if not event.plain:
            return text, mark
        if text in _NULL:
            return None, mark
        if text in _TRUTH:
            return _TRUTH[text], mark
        number = _NUMBER.fullmatch(text)
        if number is None:
            return text, mark
        mark.text = text
        if len(text) > MAX_NUMBER_LENGTH:
            self._object(event, f"a number of {len(text)} digits is too long")
            return None, mark
        if number["int"]:
            return int(text), mark
        if number["based"]:
            return int(text, 0), mark
        value = math.nan if number["special"] else float(text)
        if not math.isfinite(value):
            self._object(event, f"{text} is not a finite number (write it in quotes if a text is meant)")
            return None, mark
        return value, mark

    def _add(self, value: Any, mark: Mark, count: int, height: int, alias: Event | None = None) -> None:
        """Put a whole value where the document has it."""
        self.count += count
        if self.count > MAX_VALUES:
            line, column = (alias.line, alias.column) if alias else (mark.line, mark.column)
            raise SyntaxProblem(
                line, column, f"the document has more than {MAX_VALUES:,} values, aliases counted"
            )
        if not self.open:
            self.value, self.root = value, mark
            return
        top = self.open[-1]
        top.height = max(top.height, height + 1)
        if alias:
            self._bound_depth(height, alias)
        if isinstance(top.mark.children, list):
            top.value.append(value)
            top.mark.children.append(mark)
        else:
            top.has_key = False
            if top.key is not None and top.mark.children is not None:
                top.value[top.key] = value
                top.mark.children[top.key] = mark

    def _close(self) -> None:
        done = self.open.pop()
        count = self.count - done.count_before + 1
        self._anchor(done.anchor, _Anchored(done.value, done.mark, count, done.height))
        self._add(done.value, done.mark, 1, done.height)

    def _anchor(self, name: str | None, anchored: _Anchored) -> None:
        if name is not None:
            self.anchors[name] = anchored

    def _bound_depth(self, height: int, event: Event) -> None:
        if len(self.open) + height > MAX_DEPTH:
            message = f"values lie in each other more than {MAX_DEPTH} deep"
            raise SyntaxProblem(event.line, event.column, message)

    def _object(self, event: Event, message: str, *more: str) -> None:
        """Note a problem that does not keep the rest from being read."""
        path: list[str | int] = []
        for item in self.open:
            if isinstance(item.value, list):
                path.append(len(item.value))
            elif item.has_key and item.key is not None and not (more and item is self.open[-1]):
                path.append(item.key)
        self.problems.append(
            Problem(self.name, event.line, event.column, format_path((*path, *more)), message)
        )
