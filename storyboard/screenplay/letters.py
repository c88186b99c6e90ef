"""The bytes of a screenplay → text, whatever program wrote them."""

from __future__ import annotations

import codecs
import unicodedata

from storyboard.errors import DocumentError, Problem

MAX_BYTES = 16 * 2**20
"""of a screenplay; 120 pages have 200 KB"""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MOST_CONTROLS = 0.01
"""control characters in a text; a picture or a program has more"""


def decoded(data: bytes, name: str) -> str:
    """Text in the form NFC with line feeds alone: UTF-8, UTF-16, UTF-32, else Windows-1252.

    Raises:
        DocumentError: the bytes are no text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = data[len(bom) :].decode(encoding, "replace")
            break
    else:
        text = _without_bom(data)
    controls = sum(1 for c in text if c < " " and c not in "\t\n\r\f\v")
    if controls > _MOST_CONTROLS * len(text):
        raise DocumentError(
            [Problem(name, 0, 0, "", "this is no text: a screenplay is a .fountain or .fdx file")]
        )
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c if c >= " " or c in "\t\n" else "\n" if c in "\f\v" else "" for c in text)
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n")
    return unicodedata.normalize("NFC", text.replace("\ufeff", "").replace("\xa0", " "))


def _without_bom(data: bytes) -> str:
    """UTF-16 shows by its zeros, UTF-8 by its form; what is neither is Windows-1252."""
    sample = data[:4000]
    for encoding, start in (("utf-16-le", 1), ("utf-16-be", 0)):
        half = sample[start::2]
        if (
            len(half) >= 4
            and half.count(0) > 0.4 * len(half)
            and sample[1 - start :: 2].count(0) < len(half) / 10
        ):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
