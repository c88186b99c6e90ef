"""Makes `docs/retiming.png`: RIFE=rife.onnx python -m tests.support.pages.retiming_pictures.

The file is what `shotfarm models rife` writes. Clips of the benchmark, half-way between two frames that are
kept, made by each way of retiming, beside the frame that was left out.
"""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
from font_source_sans_pro import font_files_ttf
from PIL import Image, ImageDraw, ImageFont

from assembly.cut.segments import Retiming
from assembly.retiming.block_motion import moved
from assembly.retiming.onnx_network import Colours
from assembly.retiming.retiming import between
from storyboard.schema.vocabulary import Retime
from tests.benchmarks import interpolation
from tests.support import ROOT

SIDE, GAP, TOP = 210, 6, 28
PLACES = {"fast": (250, 140), "synthetic": (480, 120)}
"""the left upper corner of what is shown"""
PAPER, INK = (250, 248, 244), (34, 36, 40)


def main() -> None:
    """Draw and write."""
    ways = [None, *Retime]
    page = Image.new("RGB", (len(ways) * (SIDE + GAP) + GAP, TOP + len(PLACES) * (SIDE + GAP)), PAPER)
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(font_files_ttf["SourceSansPro"], 17)
    for row, (name, (left, top)) in enumerate(PLACES.items()):
        clip = interpolation._drawn(name, 9) if name == "fast" else interpolation._synthetic(9)
        for column, way in enumerate(ways):
            rgb = Colours().rgb(_made(clip, way))[top : top + SIDE, left : left + SIDE]
            x = GAP + column * (SIDE + GAP)
            page.paste(Image.fromarray(np.ascontiguousarray(rgb)), (x, TOP + row * (SIDE + GAP)))
            pen.text(
                (x + 4, TOP / 2), "left out" if way is None else way.value, fill=INK, font=font, anchor="lm"
            )
    page.save(ROOT / "docs" / "retiming.png", optimize=True)


def _made(clip: list[np.ndarray], way: Retime | None) -> np.ndarray:
    """The frame between two of the kept ones."""
    if way is None:
        return clip[5]
    if way is Retime.MCI:
        return list(moved(clip[::2], Fraction(0), Fraction(1, 2), 9, 5))[5]
    step = Fraction(1, 2)
    make = between(Retiming(way, Fraction(12), Fraction(0), step), Path(os.environ["RIFE"]))
    return make(clip[4], clip[6], step)


main()
