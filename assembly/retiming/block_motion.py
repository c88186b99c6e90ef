"""Pictures between frames by the movement of blocks: ffmpeg's minterpolate, through PyAV.

The filter knows times, not phases, and keeps its first and last frames to itself (of N frames it makes
2N - 3 twice as many). So it is given a time base in which every place is a whole number of ticks, and copies
of the first and the last frame around the others.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from av.filter import Graph

from storyboard.media.mezzanine import PIXEL_FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembly.frames.clips import Planes

_BEFORE, _AFTER = 3, 4
"""copies of the first and the last frame"""
FILTER = "fps=1:mi_mode=mci:mc_mode=aobmc:me_mode=bidir:vsbmc=1:scd=none"


def moved(
    source: Iterable[Planes], first: Fraction, step: Fraction, frames: int, total: int
) -> Iterator[Planes]:
    """Pictures at the places `first + n * step` of frames that are counted from 0.

    Args:
        source: the frames.
        first: 0 or more, below 1.
        step: above 0.
        frames: how many pictures.
        total: how many frames the source has; beyond the last there is that one.
    """
    # A picture lasts a second here: frame n of the source is at (n - first) / step seconds.
    ticks = first.denominator * step.numerator
    spacing = first.denominator * step.denominator
    lead = -(-(_BEFORE + 1) * spacing // ticks)
    """pictures before the first one that is wanted, so that no time is negative"""
    start = lead * ticks - first.numerator * step.denominator
    beyond = max(0, -(-(frames * ticks) // spacing) - total)
    graph: Graph | None = None
    made = 0
    for number, planes in _padded(source, total, beyond):
        if graph is None:
            graph = _graph(planes, Fraction(1, ticks))
        frame = av.VideoFrame.from_ndarray(planes, format=PIXEL_FORMAT)
        frame.pts, frame.time_base = start + number * spacing, Fraction(1, ticks)
        graph.vpush(frame)
        for picture in _ready(graph):
            if (picture.pts or 0) * (picture.time_base or 1) >= lead and made < frames:
                made += 1
                yield np.asarray(picture.to_ndarray(), np.uint8)
        if made == frames:
            return
    raise AssertionError(f"{made} of {frames} pictures were made")


def _padded(source: Iterable[Planes], total: int, beyond: int) -> Iterator[tuple[int, Planes]]:
    """The frames with their numbers, and copies around them."""
    for number, planes in enumerate(source):
        copies = range(-_BEFORE, 0) if number == 0 else ()
        yield from ((copy, planes) for copy in copies)
        yield number, planes
        if number == total - 1:
            yield from ((copy, planes) for copy in range(total, total + _AFTER + beyond))


def _graph(planes: Planes, time_base: Fraction) -> Graph:
    graph = Graph()
    # The result depends on how the work is shared out in ffmpeg; one thread is the same on every machine.
    graph.threads = 1
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    form = av.VideoFormat(PIXEL_FORMAT, width, height)
    source = graph.add_buffer(width=width, height=height, format=form, time_base=time_base)
    graph.link_nodes(source, graph.add("minterpolate", FILTER), graph.add("buffersink")).configure()
    return graph


def _ready(graph: Graph) -> Iterator[av.VideoFrame]:
    """The pictures that the filter has made so far."""
    while True:
        try:
            yield graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return
