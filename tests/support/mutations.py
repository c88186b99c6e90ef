"""Files as they come after a bad disk, a bad cable or a bad mind: mutated, the same for the same seed.

What Hypothesis breaks it breaks in few ways, and makes them fewer and smaller where a test fails of them.
"""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

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


in_one_folder = settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
"""of tests whose examples share a folder: each broken file is written in the place of the one before"""


def broken(made: Callable[[], list[bytes]]) -> st.SearchStrategy[bytes]:
    """One of these files, whole or with a few changes; they are made when the first is drawn."""
    files = cache(made)
    return st.deferred(lambda: st.sampled_from(files()).flatmap(_changed))


def _changed(whole: bytes) -> st.SearchStrategy[bytes]:
    place = st.integers(0, len(whole) - 1) | st.integers(0, min(len(whole) - 1, 255))
    cut = st.tuples(place, st.integers(0, 64) | st.just(len(whole)), st.binary(max_size=16))
    return st.lists(cut, max_size=4).map(lambda cuts: _with(whole, cuts))


def _with(data: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    """Other bytes in the place of so many at some places."""
    for at, length, other in cuts:
        data = data[:at] + other + data[at + length :]
    return data


_ODD_KINDS = ("F16", "BF16", "F64", "I8", "U8", "F8_E4M3", "BOOL", "X9")
_ODD_SHAPES = ([0], [], [-1], [1, 1], [2**40, 2**40], ["1"], [1.5])
_ODD_NUMBERS = (float("nan"), float("inf"), 1e38)


def mutated_tensors(data: bytes, count: int, seed: int = 1) -> Iterator[bytes]:
    """So many safetensors files, in sound JSON, that say other things than this one of 32-bit floats."""
    chance = random.Random(seed)
    length = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:length])
    header.pop("__metadata__", None)
    for _ in range(count):
        tensors = {
            name: ({"dtype": one["dtype"], "shape": one["shape"]}, data[length + first : length + last])
            for name, one in header.items()
            for first, last in [one["data_offsets"]]
        }
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            if tensors:
                tensors = _mutated_tensor(tensors, chance)
        yield _written(tensors, chance)


_Tensors = dict[str, tuple[dict[str, Any], bytes]]


def _mutated_tensor(tensors: _Tensors, chance: random.Random) -> _Tensors:
    """Tensors of which one is another."""
    name, other = chance.choice(list(tensors)), chance.choice(list(tensors))
    said, numbers = tensors[name]
    match chance.randrange(10):
        case 0:
            return {each: tensors[each] for each in tensors if each != name}
        case 1:
            at = chance.randrange(len(name))
            renamed = name[:at] + chance.choice("abq.0_") + name[at + 1 :]
            return {renamed if each == name else each: tensors[each] for each in tensors}
        case 2:
            said = said | {"dtype": chance.choice(_ODD_KINDS)}
        case 3:
            said = said | {"shape": chance.choice((said.get("shape", [])[::-1], *_ODD_SHAPES))}
        case 4:
            numbers = numbers[: 4 * chance.randrange(1 + len(numbers) // 4)]
        case 5:
            at = chance.randrange(0, max(4, len(numbers)), 4)
            numbers = numbers[:at] + struct.pack("<f", chance.choice(_ODD_NUMBERS)) + numbers[at + 4 :]
        case 6:
            return tensors | {name: tensors[other], other: tensors[name]}
        case 7:
            lost = chance.choice(list(said) or ["shape"])
            said = {key: said[key] for key in said if key != lost}
        case 8:
            return {f"base_model.model.{each}": tensors[each] for each in tensors}
        case 9:
            scale = name.partition(".lora_")[0] + ".alpha"
            return tensors | {scale: ({"dtype": "F32", "shape": []}, struct.pack("<f", 2.0))}
    return tensors | {name: (said, numbers)}


def _written(tensors: _Tensors, chance: random.Random) -> bytes:
    """The file of tensors, which in some do not lie where they are said to."""
    header, body = {}, b""
    shift = chance.choice((-4, 4)) if chance.random() < 0.1 else 0
    for name, (said, numbers) in tensors.items():
        header[name] = said | {"data_offsets": [len(body) + shift, len(body) + len(numbers)]}
        body += numbers
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def clear(words: str) -> None:
    """Make sure that an error says something, in one line."""
    assert words.strip()
    assert "\n" not in words
