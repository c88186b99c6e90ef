"""The bytes of a text that another program wrote → its lines."""

from __future__ import annotations

import codecs

from storyboard.errors import DocumentError, Problem

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def refusal(name: str, message: str, line: int = 0, hint: str | None = None) -> DocumentError:
    """One problem with a file, as an error."""
    return DocumentError([Problem(name, line, 1 if line else 0, "", message)], hint)


def lines_of(data: bytes, name: str, what: str) -> list[str]:
    """The lines of a text in UTF-8, UTF-16 with its mark, else Windows-1252.

    Raises:
        DocumentError: the bytes are no text; `what` says what they should be.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = data[len(bom) :].decode(encoding, "replace")
            break
    else:
        if b"\0" in data[:4000]:
            raise refusal(name, f"this is no text: {what}")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    if sum(1 for letter in text[:10_000] if letter < " " and letter not in "\t\n\r\f") > len(text) // 100:
        raise refusal(name, f"this is no text: {what}")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
