"""A program of a film: draws a take as PPM frames. `draw.py {spec} [--look=N]`; needs nothing but Python."""

import json
import struct
import sys
import zlib
from pathlib import Path
from random import Random


def last_row(path: str, width: int) -> list[bytes]:
    """The pixels of a PNG's first row, as it is written with a filter of no or any kind but averages."""
    data, at, packed = Path(path).read_bytes(), 8, b""
    while at < len(data):
        (size,), kind = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
        packed += data[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    raw = bytearray(zlib.decompress(packed)[: 1 + width * 3])
    if raw[0] in {1, 4}:  # of a first row, both are the difference to the pixel on the left
        for place in range(4, len(raw)):
            raw[place] = (raw[place] + raw[place - 3]) & 255
    return [bytes(raw[1 + 3 * x : 4 + 3 * x]) for x in range(width)]


def main() -> None:
    told = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    shot, out = told["shot"], Path(told["out"])
    width, height = shot["width"], shot["height"]
    random = Random(f"{shot['seed']} {sys.argv[2:]}")
    colours = [bytes(random.randrange(256) for _ in range(3)) for _ in range(8)]
    row = [colours[x * 8 // width] for x in range(width)]
    if told["predecessor_frames"]:
        row = last_row(told["predecessor_frames"][-1], width)
    out.mkdir()
    for number in range(told["frames"]):
        turned = row[number:] + row[:number]
        (out / f"{number}.ppm").write_bytes(b"P6 %d %d 255\n" % (width, height) + b"".join(turned) * height)
        print(f"progress {number + 1}/{told['frames']}", flush=True)


main()
