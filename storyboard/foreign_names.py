"""What people call things, as other systems can take it. Pure.

Every name that leaves for a system with a narrower idea of text passes through here. Two names that differ
stay different, except in the form of the same letters (NFC and NFD), which is one name.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

MOST_METRIC_TAG = 255
"""characters of a tag's value, in OpenCensus and so in Ray"""
MOST_TASK_NAME = 200
MOST_LABEL = 200
MOST_FILE_STEM = 80
"""so that with every ending it is shorter than the 255 bytes that file systems take"""
_DIGITS = 8

_LATIN = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
        "đ": "d",
        "ø": "o",
        "ł": "l",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "ng",
        "ı": "i",  # noqa: RUF001  (that letter is meant)
    }
)
"""Latin letters that Unicode takes for letters of their own, without a plain one inside"""


def metric_tag(name: str) -> str:
    """A value of one of Ray's metric tags: printable ASCII; everything else as Python escapes it."""
    return _bounded(_escaped(name), name, MOST_METRIC_TAG)


def task_name(name: str) -> str:
    """The name of one of Ray's tasks or actors: printable ASCII."""
    return _bounded(_escaped(name), name, MOST_TASK_NAME)


def label(name: str) -> str:
    """A name or tag that Prefect keeps in its database and shows: any letters, no control characters."""
    normal = unicodedata.normalize("NFC", name)
    plain = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in normal)
    return _bounded(plain, name, MOST_LABEL)


def deployment_name(name: str) -> str:
    """The name of one of Prefect's deployments, which stands in addresses: a label without `/ % & < >`.

    Where letters have no place in it, digits that stand for the whole name follow.
    """
    told = label(name)
    plain = re.sub(r"\s*[/%&<>]+\s*", " ", told).strip()
    if plain and not re.search("[/%&<>]", told):
        return told
    return f"{plain[: MOST_LABEL - _DIGITS - 1]} {_digits(name)}".strip()


def file_stem(name: str) -> str:
    """A file's or an object's name without its ending: small ASCII letters, digits and dashes.

    Latin letters lose their accents. Where letters have no place in it, digits that stand for the whole name
    follow.
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LATIN))
    stem = re.sub(r"[^a-z0-9]+", "-", _without_marks(plain)).strip("-")
    lost = any(c.isalnum() and not c.isascii() for c in plain)
    if lost or len(stem) > MOST_FILE_STEM:
        return f"{stem[:MOST_FILE_STEM].rstrip('-') or 'film'}-{_digits(name)}"
    return stem or "film"


def _without_marks(text: str) -> str:
    return "".join(c for c in text if not unicodedata.combining(c))


def _escaped(name: str) -> str:
    normal = unicodedata.normalize("NFC", name).replace("\\", "\\x5c")
    plain = normal.encode("ascii", "backslashreplace").decode()
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in plain)


def _bounded(plain: str, name: str, most: int) -> str:
    return plain if len(plain) <= most else f"{plain[: most - _DIGITS - 1]}-{_digits(name)}"


def _digits(name: str) -> str:
    normal = unicodedata.normalize("NFC", name)
    return hashlib.sha256(normal.encode(errors="surrogatepass")).hexdigest()[:_DIGITS]
