"""Names that tell media apart in formats that have little room."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from opentimelineio.core import Item

from storyboard.interchange.placed import Placed, media_url

REEL_LETTERS = 8
_DIGEST = re.compile(r"_take\d+_([0-9a-f]{8})$")


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

    It is the beginning of the name; where that is another's too, the digest at its end, else a number. A reel
    that an EDL gave to a clip stays.
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
        if beginnings[reel] > 1 or reel in {"BL", "BLACK", "BARS", "AX"}:
            digest = _DIGEST.search(name)
            reel = digest[1].upper() if digest else reel
        number = 1
        while reel in taken:
            number += 1
            reel = f"{short[name][: REEL_LETTERS - len(str(number))]}{number}"
        taken.add(reel)
        found[name] = reel
    return found
