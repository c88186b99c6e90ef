"""XML of other programs → elements, hardened: no entities, nothing is fetched, not too deep."""

from __future__ import annotations

import io
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from defusedxml.ElementTree import parse as parse_hardened

from storyboard.interchange.text_file import refusal
from storyboard.wording import shown

MAX_DEPTH = 100
"""of elements in each other; nested cuts need about forty"""


class _TooDeepError(Exception):
    """Elements lie in each other without an end."""


class _Builder(TreeBuilder):
    """Counts how deep it is."""

    depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _TooDeepError
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)


def parsed_xml(data: bytes, name: str, top: str, what: str) -> Element:
    """The top element of a document.

    Args:
        data: the document.
        name: of the file, for messages.
        top: the name that the element has.
        what: such documents are, for people.

    Raises:
        DocumentError: it is no XML, declares entities, nests too deeply, or has another top.
    """
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        root: Element = parse_hardened(io.BytesIO(data), parser=parser).getroot()
    except ParseError as error:
        raise refusal(name, f"this is not XML: {error.msg}", error.position[0]) from None
    except DefusedXmlException:
        raise refusal(name, f"it declares entities, which {what} never does; they are not read") from None
    except _TooDeepError:
        raise refusal(name, f"elements lie more than {MAX_DEPTH} deep in each other") from None
    except (ValueError, LookupError) as error:
        raise refusal(name, f"this is not XML: {error}") from None
    if root.tag != top:
        raise refusal(name, f"this is no {what}: its top is {shown(str(root.tag))}, not {shown(top)}")
    return root
