"""A SoundFont of one sine, written here: every note of every program in it is that sine at its pitch."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

import numpy as np

ROOT_KEY = 69
SAMPLE_RATE = 44_000
_PERIOD = SAMPLE_RATE // 440
_PERIODS = 40
_RELEASE_S = 0.2
_END = bytes(46)

_SAMPLE_ID, _SAMPLE_MODES, _RELEASE, _INSTRUMENT = 53, 54, 38, 41


def write(
    path: Path, programs: Iterable[tuple[int, int]] = tuple((0, number) for number in range(128))
) -> Path:
    """Write the font with the programs (bank, number); SoundFont 2.01, section numbers of its standard."""
    programs = sorted(programs)
    sine = np.sin(2 * np.pi * np.arange(_PERIOD * _PERIODS) / _PERIOD)
    smpl = (sine * 2**14).astype("<i2").tobytes() + _END * 2
    phdr = b"".join(
        _name(f"P{bank}-{number}") + struct.pack("<HHHIII", number, bank, place, 0, 0, 0)
        for place, (bank, number) in enumerate(programs)
    )
    phdr += _name("EOP") + struct.pack("<HHHIII", 0, 0, len(programs), 0, 0, 0)
    pbag = b"".join(struct.pack("<HH", place, 0) for place in range(len(programs) + 1))
    pgen = struct.pack("<HH", _INSTRUMENT, 0) * len(programs) + bytes(4)
    inst = _name("Sine") + struct.pack("<H", 0) + _name("EOI") + struct.pack("<H", 1)
    ibag = struct.pack("<HHHH", 0, 0, 3, 0)
    release = round(1200 * np.log2(_RELEASE_S))
    igen = struct.pack("<HhHHHH", _RELEASE, release, _SAMPLE_MODES, 1, _SAMPLE_ID, 0) + bytes(4)
    length = _PERIOD * _PERIODS
    shdr = _name("Sine") + struct.pack(
        "<IIIIIBbHH", 0, length, _PERIOD, length - _PERIOD, SAMPLE_RATE, ROOT_KEY, 0, 0, 1
    )
    shdr += _name("EOS") + bytes(26)
    info = _chunk(b"ifil", struct.pack("<HH", 2, 1)) + _chunk(b"isng", b"EMU8000\0")
    info += _chunk(b"INAM", b"Tiny\0\0")
    pdta = b"".join(
        _chunk(name, body)
        for name, body in (
            (b"phdr", phdr),
            (b"pbag", pbag),
            (b"pmod", bytes(10)),
            (b"pgen", pgen),
            (b"inst", inst),
            (b"ibag", ibag),
            (b"imod", bytes(10)),
            (b"igen", igen),
            (b"shdr", shdr),
        )
    )
    lists = ((b"INFO", info), (b"sdta", _chunk(b"smpl", smpl)), (b"pdta", pdta))
    body = b"sfbk" + b"".join(_chunk(b"LIST", name + part) for name, part in lists)
    path.write_bytes(_chunk(b"RIFF", body))
    return path


def silence(path: Path) -> None:
    """Make every sample of a font zero; its instruments stay."""
    data = path.read_bytes()
    first = data.index(b"smpl") + 8
    length = int.from_bytes(data[first - 4 : first], "little")
    path.write_bytes(data[:first] + bytes(length) + data[first + length :])


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _name(name: str) -> bytes:
    return name.encode().ljust(20, b"\0")
