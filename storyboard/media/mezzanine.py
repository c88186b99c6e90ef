"""The one set of codec parameters that takes, segments and joints share, so that they join by copy.

H.264 High in MP4: closed GOPs of `GOP_FRAMES`, two B-frames, no scene-cut keyframes, a fixed timescale and
BT.709 limited-range tags. The same x264 parameters give the same parameter sets (SPS and PPS) in every
build that was tried (libavcodec 59 to 62), which is what lets packets of different encoders stand in one
track. `threads` is pinned because x264's output depends on it; macroblock-tree rate control is off because at
small sizes (320 by 180) it gave other bytes for the same frames from run to run.
"""

from __future__ import annotations

from fractions import Fraction

CODEC = "libx264"
PIXEL_FORMAT = "yuv420p"
GOP_FRAMES = 12
B_FRAMES = 2
PRESET = "veryfast"
CRF = 16
X264_PARAMS = (
    f"keyint={GOP_FRAMES}:min-keyint={GOP_FRAMES}:scenecut=0:open-gop=0:force-cfr=1:"
    f"bframes={B_FRAMES}:b-adapt=0:threads=2:mbtree=0:stitchable=1"
)
CODEC_FLAGS = "+cgop+bitexact"
PARAMETERS_VERSION = 1
"""goes into every digest that depends on these parameters; raise it when one of them changes;
code of storyboard.media.mezzanine: c8f050ab
"""


def timescale(rate: Fraction) -> int:
    """Ticks a second of the video track: a multiple of the rate's numerator, so frames are whole ticks.

    At least 10,000 ticks, as ffmpeg's own muxer chooses (24 → 12288, 24000/1001 → 24000).
    """
    ticks = rate.numerator
    while ticks < 10_000:
        ticks *= 2
    return ticks


def ticks_per_frame(rate: Fraction) -> int:
    """Whole ticks of `timescale(rate)` in a frame."""
    return timescale(rate) * rate.denominator // rate.numerator
