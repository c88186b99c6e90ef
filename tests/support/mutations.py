"""Files as they come after a bad disk, a bad cable or a bad mind: mutated, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

USUAL = 200
"""inputs a door in the ordinary run"""
SOAK = 10_000

_EDGES = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\1")


def mutated(files: list[bytes], count: int, seed: int = 1) -> Iterator[bytes]:
    """So many broken files, each made of one of these."""
    chance = random.Random(seed)
    for _ in range(count):
        data = bytearray(chance.choice(files))
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            if not data:
                break
            at = chance.randrange(len(data))
            # Heads say most about a file, so that they are hit most.
            at = at if chance.random() < 0.5 else min(at, chance.randrange(256))
            match chance.randrange(7):
                case 0:
                    data[at] ^= 1 << chance.randrange(8)
                case 1:
                    data[at] = chance.randrange(256)
                case 2:
                    data[at : at + 4] = chance.choice(_EDGES)
                case 3:
                    del data[at:]
                case 4:
                    del data[at : at + chance.randrange(1, 64)]
                case 5:
                    data[at:at] = data[at : at + chance.randrange(1, 64)]
                case 6:
                    data[at : at + 16] = chance.randbytes(16)
        yield bytes(data)


def clear(words: str) -> None:
    """Make sure that an error says something, in one line."""
    assert words.strip()
    assert "\n" not in words
