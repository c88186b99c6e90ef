"""Names of clips and of media, which tell other programs' files apart: `2A_take3_1f2e3d4c.mp4`.

Other programs drop what they do not know of a clip, and keep its name and its file's. So both say which shot
and which take it is, and a file that comes back is read by them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = 8
_NAME = re.compile(
    r"(?P<shot>[\w-]+?)_(?:take(?P<take>\d{1,6})|new)_(?P<digest>[0-9a-fA-F]{8})(?![0-9A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class NamedTake:
    """What a name says.

    Attributes:
        shot: its id, as the name spells it.
        take: its number; 0 for a take that was not rendered yet.
        digits: the first eight of the take's digest.
    """

    shot: str
    take: int
    digits: str


def take_name(shot: str, take: int, digest: str) -> str:
    """What a take is called.

    >>> take_name("2A", 3, "1f2e3d4c" * 8), take_name("2A", 0, "1f2e3d4c" * 8)
    ('2A_take3_1f2e3d4c', '2A_new_1f2e3d4c')
    """
    return f"{shot}_{f'take{take}' if take else 'new'}_{digest[:_DIGITS]}"


def named_take(name: str) -> NamedTake | None:
    """What a name of a clip or of a file says; None for one that is not ours.

    >>> named_take("file:///media/2A_take3_1F2E3D4C.mp4")
    NamedTake(shot='2A', take=3, digits='1f2e3d4c')
    """
    match = _NAME.search(name.replace("\\", "/").rsplit("/", 1)[-1])
    if match is None:
        return None
    return NamedTake(match["shot"], int(match["take"] or 0), match["digest"].lower())


def sound_name(what: str, digest: str) -> str:
    """What a sound is called: `2A_line1_1f2e3d4c`, `stem_music_1f2e3d4c`."""
    return f"{what}_{digest[:_DIGITS]}"
