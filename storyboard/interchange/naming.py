"""Names that tell media apart in formats that have little room."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from opentimelineio import schema
from opentimelineio.core import Item

from storyboard.interchange.names import named_take
from storyboard.interchange.placed import Placed, media_url

REEL_LETTERS = 8


def marker_words(marker: schema.Marker) -> str:
    """What a marker says, in a line: its name is often the beginning of its comment."""
    name, comment = one_line(str(marker.name or "")), one_line(str(marker.comment or ""))
    return comment if comment.startswith(name) else f"{name} {comment}".strip()


def one_line(text: str) -> str:
    """Text without line breaks, tabs and other control characters."""
    return " ".join("".join(max(letter, " ") for letter in text).split())


def file_name(item: Item) -> str:
    """The name of a clip's media file; nothing where it has none."""
    return one_line(last_of(media_url(item)))


def last_of(url: str) -> str:
    """The last part of a path or URL."""
    path = unquote(urlsplit(url).path) if "://" in url else url
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def reel_names(things: Iterable[Placed]) -> dict[str, str]:
    """A reel of eight letters and digits for each name of a clip, by that name: no two share one.

    It is the beginning of the name; where that is another's too, or has other letters, the digest at its end,
    else a number. A reel that an EDL gave to a clip stays.
    """
    given = {
        thing.name: str(thing.item.metadata.get("cmx_3600", {}).get("reel", ""))[:REEL_LETTERS]
        for thing in things
    }
    names = [name for name, reel in given.items() if not reel]
    short = {name: re.sub(r"[^A-Za-z0-9_]", "", name)[:REEL_LETTERS].upper() or "CLIP" for name in names}
    beginnings = Counter(short.values())
    found = {name: one_line(reel) for name, reel in given.items() if reel}
    taken = set(found.values())
    for name in names:
        reel = short[name]
        if beginnings[reel] > 1 or not name.isascii() or reel in {"BL", "BLACK", "BARS", "AX"}:
            take = named_take(name)
            reel = take.digits.upper() if take else reel
        number = 1
        while reel in taken:
            number += 1
            reel = f"{short[name][: REEL_LETTERS - len(str(number))]}{number}"
        taken.add(reel)
        found[name] = reel
    return found
