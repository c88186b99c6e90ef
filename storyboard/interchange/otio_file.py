"""OpenTimelineIO's own files → timeline, also of newer versions of it than the one that is installed."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import opentimelineio as otio
from opentimelineio import schema

from storyboard.interchange.text_file import refusal

MAX_DEPTH = 200
"""of lists and objects in each other; a cut needs about thirty"""
_SCHEMA = re.compile(r"([A-Za-z]\w{0,80})\.(\d{1,4})")
_CONTENT = "content.otio"


def read_otio(data: bytes, name: str, most: int) -> object:
    """What an `.otio` or `.otioz` file holds.

    Args:
        data: the file.
        name: of the file, for messages.
        most: bytes that its JSON may have.

    Raises:
        DocumentError: it is none, or too much.
    """
    if data.startswith(b"PK\x03\x04"):
        data = _unpacked(data, name, most)
    _check_depth(data, name)
    try:
        document = json.loads(data)
    except UnicodeDecodeError:
        raise refusal(name, "this is no OpenTimelineIO file: it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise refusal(name, f"this is no OpenTimelineIO file: {error.msg}", error.lineno) from None
    except (ValueError, RecursionError) as error:
        raise refusal(name, f"this is no OpenTimelineIO file: {error}") from None
    if not isinstance(document, dict) or "OTIO_SCHEMA" not in document:
        raise refusal(name, "this is no OpenTimelineIO file: its top has no OTIO_SCHEMA")
    _lower_versions(document)
    try:
        return otio.adapters.otio_json.read_from_string(json.dumps(document))
    except Exception as error:  # noqa: BLE001  (of C++, in classes of its own and Python's)
        words = " ".join(str(error).split())[:300]
        raise refusal(name, f"OpenTimelineIO cannot read it: {words}") from None


def _unpacked(data: bytes, name: str, most: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle, bundle.open(_CONTENT) as file:
            content = file.read(most + 1)
    except KeyError:
        raise refusal(name, f"this bundle has no {_CONTENT} in it") from None
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise refusal(name, f"this bundle cannot be read: {error}") from None
    except Exception as error:  # noqa: BLE001  (zlib.error and LZMAError are of no common class)
        raise refusal(name, f"this bundle cannot be read: {error}") from None
    if len(content) > most:
        raise refusal(name, f"{_CONTENT} in it is larger than a cut may be ({most // 2**20} MiB)")
    return content


def _check_depth(data: bytes, name: str) -> None:
    """How deep brackets lie in each other, without what stands in strings."""
    depth = 0
    for match in re.finditer(rb'"(?:[^"\\]+|\\.)*+"?|[\[{]|[\]}]', data, re.DOTALL):
        sign = match[0]
        if sign in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise refusal(name, f"lists and objects lie more than {MAX_DEPTH} deep in each other")
        elif sign in b"]}":
            depth -= 1


def _objects(document: object) -> Iterator[dict[str, Any]]:
    """Every object in a document; no recursion."""
    waiting = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _lower_versions(document: dict[str, Any]) -> None:
    """Schemas of a newer OpenTimelineIO as the installed one knows them; it would refuse them.

    Marker.3 has its colour as an object with a name, Marker.2 has the name.
    """
    known = otio.core.type_version_map()
    for one in _objects(document):
        match = _SCHEMA.fullmatch(str(one.get("OTIO_SCHEMA", "")))
        if match is None or match[1] not in known or int(match[2]) <= known[match[1]]:
            continue
        one["OTIO_SCHEMA"] = f"{match[1]}.{known[match[1]]}"
        if match[1] == "Marker" and isinstance(one.get("color"), dict):
            one["color"] = str(one["color"].get("name") or schema.MarkerColor.RED).upper()
