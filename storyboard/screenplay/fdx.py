"""Final Draft's FDX → script. The XML is read by defusedxml: no DTD, no entities, bounded depth."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from storyboard.errors import DocumentError, Problem
from storyboard.screenplay.letters import decoded
from storyboard.screenplay.script import Element, Kind, Left, Script

MAX_DEPTH = 60
"""of elements in each other; FDX needs ten"""
_KINDS = {
    "scene heading": Kind.HEADING,
    "action": Kind.ACTION,
    "general": Kind.ACTION,
    "character": Kind.CUE,
    "parenthetical": Kind.PARENTHETICAL,
    "dialogue": Kind.DIALOGUE,
    "singing": Kind.LYRIC,
    "lyrics": Kind.LYRIC,
    "transition": Kind.TRANSITION,
    "shot": Kind.SHOT,
    "new act": Kind.SECTION,
    "end of act": Kind.SECTION,
    "act break": Kind.SECTION,
    "cold opening": Kind.SECTION,
    "teaser": Kind.SECTION,
    "script note": Kind.NOTE,
    "note": Kind.NOTE,
}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ASIDE = frozenset({"ScriptNote", "OmittedScene", "DualDialogue", "SceneProperties", "Paragraph"})
"""what stands in a paragraph and is none of its words"""


@dataclass(slots=True)
class _Node:
    tag: str
    attributes: dict[str, str]
    line: int
    children: list[_Node | str] = field(default_factory=list)

    def nodes(self, *tags: str) -> Iterator[_Node]:
        """Children with one of these names."""
        for child in self.children:
            if isinstance(child, _Node) and child.tag in tags:
                yield child

    def first(self, *path: str) -> _Node | None:
        """The first node down a path of names."""
        node: _Node | None = self
        for tag in path:
            node = next(node.nodes(tag), None) if node else None
        return node

    def below(self, *tags: str) -> Iterator[_Node]:
        """All nodes inside with one of these names; not those inside of them."""
        for child in self.children:
            if isinstance(child, _Node):
                if child.tag in tags:
                    yield child
                else:
                    yield from child.below(*tags)


class _TooDeepError(Exception):
    """Elements lie in each other without an end."""


class _Tree(ContentHandler):
    """What the parser meets, as nodes."""

    def __init__(self) -> None:
        super().__init__()
        self.root: _Node | None = None
        self._open: list[_Node] = []
        self._where: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802  (SAX)
        self._where = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802  (SAX)
        node = _Node(name.rpartition(":")[2], dict(attrs.items()), self._where.getLineNumber())
        if self._open:
            self._open[-1].children.append(node)
        self.root = self.root or node
        self._open.append(node)
        if len(self._open) > MAX_DEPTH:
            raise _TooDeepError

    def endElement(self, name: str) -> None:  # noqa: N802  (SAX)
        del name
        self._open.pop()

    def characters(self, content: str) -> None:
        if self._open:
            self._open[-1].children.append(content)


def read_fdx(data: bytes, name: str) -> Script:
    """What an FDX document says.

    Args:
        data: the document.
        name: of the document, for messages.

    Raises:
        DocumentError: it is no XML, has a DTD or entities, nests too deeply, or is no Final Draft document.
    """
    try:
        root = _parsed(data, name)
    except DocumentError:
        repaired = "".join(c for c in _DECLARATION.sub("", decoded(data, name)) if c >= " " or c in "\t\n")
        root = _parsed(repaired.encode(), name)
    content = root.first("Content")
    if root.tag != "FinalDraft" or content is None:
        raise _refusal(
            name,
            root.line,
            f"this is no Final Draft document: its top is <{root.tag[:40]}>, not <FinalDraft>",
        )
    reading = _Reading()
    for paragraph in content.nodes("Paragraph"):
        reading.paragraph(paragraph)
    for note in root.below("ScriptNotes"):
        for one in note.nodes("ScriptNote"):
            reading.note(one)
    return Script(_title_page(root), tuple(reading.elements), tuple(reading.left), _cast(root))


def _refusal(name: str, line: int, message: str, column: int = 0) -> DocumentError:
    return DocumentError([Problem(name, line, column, "", message)])


def _parsed(data: bytes, name: str) -> _Node:
    parser, tree = make_parser(), _Tree()
    parser.forbid_dtd = True
    parser.setContentHandler(tree)
    try:
        parser.parse(io.BytesIO(data))
    except SAXParseException as error:
        line, column = error.getLineNumber() or 0, (error.getColumnNumber() or 0) + 1
        raise _refusal(name, line, f"this is not XML: {error.getMessage()}", column) from None
    except DefusedXmlException:
        raise _refusal(
            name, 1, "it declares a DTD or entities, which Final Draft never does; they are not read"
        ) from None
    except _TooDeepError:
        raise _refusal(
            name, 1, f"elements lie more than {MAX_DEPTH} deep in each other; Final Draft's ten"
        ) from None
    except (ValueError, LookupError) as error:
        raise _refusal(name, 1, f"this is not XML: {error}") from None
    if tree.root is None:
        raise _refusal(name, 0, "the document is empty")
    return tree.root


@dataclass(slots=True)
class _Reading:
    """Paragraphs → elements."""

    elements: list[Element] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def paragraph(self, node: _Node) -> None:
        """A paragraph, with what lies in it."""
        kind = node.attributes.get("Type", "").strip()
        for properties in node.nodes("SceneProperties"):
            self._waiting = [*self._synopses(properties)]
            break
        else:
            self._waiting = []
        text, revised = _words(node)
        if text.strip():
            self._add(node, kind, text, revised=revised)
        self.elements += self._waiting
        for omitted in node.nodes("OmittedScene"):
            self._omitted(omitted)
        for double in node.nodes("DualDialogue"):
            self._dual(double)
        for note in node.below("ScriptNote"):
            self.note(note)
        for inner in node.nodes("Paragraph"):
            self.paragraph(inner)

    _waiting: list[Element] = field(default_factory=list)

    def _add(self, node: _Node, kind: str, text: str, *, revised: bool) -> None:
        found = _KINDS.get(kind.casefold())
        if found is None and kind.casefold().startswith("outline"):
            found = Kind.SECTION if not kind.casefold().endswith("body") else Kind.SYNOPSIS
        if found is None:
            found = Kind.ACTION
            if kind:
                self.left.append(
                    Left(node.line, text, f'paragraphs of the kind "{kind[:40]}" are read as action')
                )
        if found is Kind.ACTION and node.attributes.get("Alignment") == "Center":
            found = Kind.CENTRED
        if found is Kind.ACTION and kind.casefold() == "cast list":
            found = Kind.NOTE
        text = (
            "\n".join(row.strip() for row in text.strip().split("\n"))
            if found is not Kind.ACTION
            else text.strip()
        )
        if found in {Kind.HEADING, Kind.CUE, Kind.TRANSITION, Kind.SECTION, Kind.CENTRED, Kind.SHOT}:
            text = " ".join(text.split())
        number = node.attributes.get("Number", "").strip() if found is Kind.HEADING else ""
        level = 1 if found is Kind.SECTION else 0
        self.elements.append(Element(found, text, node.line, number, level=level, revised=revised))
        if node.attributes.get("StartsNewPage") == "Yes" and found is not Kind.HEADING:
            self.elements.insert(-1, Element(Kind.PAGE_BREAK, "", node.line))

    def _synopses(self, properties: _Node) -> Iterator[Element]:
        title = properties.attributes.get("Title", "").strip()
        if title:
            yield Element(Kind.SYNOPSIS, title, properties.line)
        for summary in properties.nodes("Summary"):
            for paragraph in summary.nodes("Paragraph"):
                text = " ".join(_words(paragraph)[0].split())
                if text:
                    yield Element(Kind.SYNOPSIS, text, paragraph.line)

    def _omitted(self, node: _Node) -> None:
        texts = [(one.line, _words(one)[0].strip()) for one in node.below("Paragraph")]
        texts = [(line, text) for line, text in texts if text]
        if texts:
            text = "\n".join(text for _, text in texts)
            self.elements.append(Element(Kind.BONEYARD, text, texts[0][0]))

    def _dual(self, node: _Node) -> None:
        """Speeches side by side: every one but the first is heard beside the one before it."""
        first = len(self.elements)
        for inner in node.nodes("Paragraph"):
            self.paragraph(inner)
        cues = [at for at in range(first, len(self.elements)) if self.elements[at].kind is Kind.CUE]
        for at in cues[1:]:
            one = self.elements[at]
            self.elements[at] = Element(one.kind, one.text, one.line, dual=True, revised=one.revised)

    def note(self, node: _Node) -> None:
        """A script note, at its place or in the list of all."""
        text = "\n".join(filter(None, (_words(one)[0].strip() for one in node.below("Paragraph"))))
        text = text or _words(node)[0].strip()
        if text and not any(one.kind is Kind.NOTE and one.text == text for one in self.elements):
            self.elements.append(Element(Kind.NOTE, text, node.line))


def _words(node: _Node) -> tuple[str, bool]:
    """All runs of a paragraph, with marks of emphasis; whether one of them is revised."""
    runs: list[tuple[frozenset[str], str]] = []
    revised = False
    for child in node.children:
        if isinstance(child, str):
            if child.strip():
                runs.append((frozenset(), child.strip()))
        elif child.tag == "Text":
            revised = revised or child.attributes.get("RevisionID", "0") not in {"", "0"}
            style = frozenset(child.attributes.get("Style", "").split("+")) & {"Bold", "Italic", "Underline"}
            text = "".join(_letters(child))
            if runs and runs[-1][0] == style:
                runs[-1] = (style, runs[-1][1] + text)
            elif text:
                runs.append((style, text))
        elif child.tag not in _ASIDE:
            runs.append((frozenset(), "".join(_letters(child))))
    return "".join(_marked(text, style) for style, text in runs), revised


def _letters(node: _Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, str):
            yield child
        elif child.tag == "LineBreak":
            yield "\n"
        elif child.tag not in _ASIDE:
            yield from _letters(child)


def _marked(text: str, style: frozenset[str]) -> str:
    """Fountain's marks around the letters of a run, never around the spaces beside them."""
    text = re.sub(r"([*_\\])", r"\\\1", text)
    inner = text.strip()
    if not style or not inner or "\n" in inner:
        return text
    stars = "*" * (("Italic" in style) + 2 * ("Bold" in style))
    line = "_" if "Underline" in style else ""
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{line}{stars}{inner}{stars}{line}{after}"


def _title_page(root: _Node) -> tuple[tuple[str, str], ...]:
    content = root.first("TitlePage", "Content")
    rows = [" ".join(_words(one)[0].split()) for one in content.nodes("Paragraph")] if content else []
    rows = [row for row in rows if row]
    if not rows:
        return ()
    entries, credit = [("Title", rows[0])], None
    rest: list[str] = []
    for row in rows[1:]:
        if credit is None and re.match(
            r"(?i)(?:screenplay |teleplay |story |script )?(?:written )?by\b|an? .* by$", row
        ):
            credit = len(entries)
            entries.append(("Credit", row))
        elif credit is not None and len(entries) == credit + 1:
            entries.append(("Author", row))
        else:
            rest.append(row)
    return (*entries, *((("Contact", "\n".join(rest)),) if rest else ()))


def _cast(root: _Node) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for member in root.below("CastMember", "CastListMember"):
        name = (
            member.attributes.get("Character") or member.attributes.get("Name") or "".join(_letters(member))
        )
        names |= dict.fromkeys(filter(None, [name.strip()]))
    for characters in root.below("Characters"):
        for one in characters.nodes("Character"):
            names |= dict.fromkeys(
                filter(None, [(one.attributes.get("Name") or "".join(_letters(one))).strip()])
            )
    return tuple(names)
