"""Frames → mezzanine clip → frames."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from farm.backend.conformance import Recorder
from farm.backend.protocol import Conditioning, Frame
from farm.backends.slate import SlateBackend, read_barcode
from farm.takes.clip import encode_clip, read_frames
from storyboard.errors import FarmError
from storyboard.media import mezzanine
from tests.support.farm.orders_of_slates import slate

RATES = [Fraction(24), Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60)]


def slates(frames: int, **changes: object) -> list[Frame]:
    spec = slate("1A", frames=frames, **changes)
    return list(SlateBackend().render(spec, Conditioning(), Recorder()))


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    assert encode_clip(iter(slates(40)), path, Fraction(24)) == 40
    return path


_ENCODE = """
import hashlib, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from farm.takes.clip import encode_clip
frames = np.random.default_rng(5).integers(0, 256, (30, 36, 64, 3), np.uint8)
path = Path(sys.argv[1])
encode_clip(frames, path, Fraction(24))
print(hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_the_same_frames_give_the_same_bytes_here_and_in_another_process(tmp_path):
    frames = np.random.default_rng(5).integers(0, 256, (30, 36, 64, 3), np.uint8)
    found = set()
    for name in ("a.mp4", "b.mp4"):
        encode_clip(frames, tmp_path / name, Fraction(24))
        found.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    done = subprocess.run(
        [sys.executable, "-c", _ENCODE, str(tmp_path / "c.mp4")], capture_output=True, text=True, check=True
    )
    assert found == {done.stdout.strip()}


def test_a_keyframe_stands_at_every_gop_and_nowhere_else(clip):
    with av.open(str(clip)) as container:
        pictures = list(container.decode(video=0))
    assert [number for number, picture in enumerate(pictures) if picture.key_frame] == [
        *range(0, 40, mezzanine.GOP_FRAMES)
    ]


def test_gops_are_closed_so_each_decodes_alone(clip):
    """The packets from each keyframe up to the next give their pictures without any other packet."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        extradata = stream.codec_context.extradata
    starts = [number for number, packet in enumerate(packets) if packet.is_keyframe]
    whole = [frame.tobytes() for frame in read_frames(clip, 0, 40)]
    for start, end in zip(starts, [*starts[1:], len(packets)], strict=True):
        decoder = av.CodecContext.create("h264", "r")
        decoder.extradata = extradata
        pictures = [picture for packet in packets[start:end] for picture in decoder.decode(packet)]
        pictures += decoder.decode(None)
        alone = [
            picture.to_ndarray(
                format="rgb24",
                src_color_range=ColorRange.MPEG,
                dst_color_range=ColorRange.JPEG,
                src_colorspace=Colorspace.ITU709,
            ).tobytes()
            for picture in pictures
        ]
        assert alone == whole[start:end]


def test_the_clip_says_that_it_is_bt709_in_limited_range(clip):
    with av.open(str(clip)) as container:
        context = container.streams.video[0].codec_context
        assert context.color_primaries == ColorPrimaries.BT709
        assert context.color_trc == ColorTrc.BT709
        assert context.colorspace == Colorspace.ITU709
        assert context.color_range == ColorRange.MPEG
        assert context.pix_fmt == mezzanine.PIXEL_FORMAT


def test_black_and_white_are_stored_in_limited_range(tmp_path):
    black, white = (np.full((36, 64, 3), level, np.uint8) for level in (0, 255))
    encode_clip([black, white], tmp_path / "clip.mp4", Fraction(24))
    with av.open(str(tmp_path / "clip.mp4")) as container:
        luma = [picture.to_ndarray()[:36].mean() for picture in container.decode(video=0)]
    assert luma == pytest.approx([16, 235], abs=1.5)


@pytest.mark.parametrize(
    "colour", [(200, 40, 30), (20, 160, 60), (40, 60, 220), (128, 128, 128), (240, 220, 20)]
)
def test_colours_survive_the_round_trip(tmp_path, colour):
    frame = np.full((36, 64, 3), colour, np.uint8)
    encode_clip([frame] * 3, tmp_path / "clip.mp4", Fraction(24))
    for read in read_frames(tmp_path / "clip.mp4", 0, 3):
        assert np.abs(read.astype(int) - frame).max() <= 4


def test_a_slate_comes_back_with_a_small_error(clip):
    wrote = np.stack(slates(40)).astype(float)
    read = np.stack(read_frames(clip, 0, 40)).astype(float)
    psnr_db = 10 * np.log10(255**2 / np.mean((wrote - read) ** 2))
    assert psnr_db > 28


@pytest.mark.parametrize(
    ("first", "last"), [(0, 1), (0, 40), (11, 13), (12, 24), (13, 14), (23, 40), (39, 40), (5, 5)]
)
def test_a_range_of_frames_is_exact(clip, first, last):
    read = [read_barcode(frame) for frame in read_frames(clip, first, last)]
    assert [found and found[1] for found in read] == [*range(first, last)]


@pytest.mark.parametrize(("first", "last"), [(0, 41), (39, 42), (40, 41), (100, 101)])
def test_frames_that_the_clip_has_not_are_refused(clip, first, last):
    with pytest.raises(FarmError, match="has no frames"):
        read_frames(clip, first, last)


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_every_frame_stands_on_the_grid_of_its_rate(tmp_path, rate):
    path = tmp_path / "clip.mp4"
    encode_clip(iter(slates(26)), path, rate)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == rate
        assert stream.time_base == Fraction(1, mezzanine.timescale(rate))
        assert stream.frames == 26
        times = [picture.pts * stream.time_base for picture in container.decode(stream)]
    assert times == [number / rate for number in range(26)]
    assert [read_barcode(frame)[1] for frame in read_frames(path, 11, 15)] == [11, 12, 13, 14]


def test_a_single_frame_is_a_clip(tmp_path):
    assert encode_clip(slates(1), tmp_path / "clip.mp4", Fraction(24)) == 1
    assert len(read_frames(tmp_path / "clip.mp4", 0, 1)) == 1


def test_no_frames_are_no_clip(tmp_path):
    with pytest.raises(FarmError, match="at least one frame"):
        encode_clip(iter(()), tmp_path / "clip.mp4", Fraction(24))
