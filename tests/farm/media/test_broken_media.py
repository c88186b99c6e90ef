"""Whatever a picture or a video is, it is a result or one clear error."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from farm.media.pictures import PictureError, open_picture
from farm.media.videos import VideoError, frames, look_at
from tests.support import heic
from tests.support.mutations import SOAK, USUAL, broken, clear, in_one_folder, mutated

CASES = Path(__file__).parent / "cases"
COUNTS = [USUAL, pytest.param(SOAK, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]


@cache
def some_pictures():
    noise = np.random.default_rng(1).integers(0, 255, (24, 16, 4), np.uint8)
    made = [path.read_bytes() for path in sorted(CASES.glob("*.*g")) if path.name != "upright.png"]
    for form, mode in (
        *((form, "RGB") for form in ("JPEG", "PNG", "TIFF", "WEBP", "AVIF", "BMP", "JPEG2000", "PPM", "TGA")),
        ("GIF", "P"),
        ("PNG", "RGBA"),
        ("TIFF", "F"),
        ("TIFF", "CMYK"),
    ):
        written = BytesIO()
        Image.fromarray(noise).convert("RGB" if mode in {"F", "P"} else mode).convert(
            "L" if mode == "F" else mode
        ).convert(mode).save(written, form)
        made.append(written.getvalue())
    with TemporaryDirectory() as folder:
        made.append(heic.write(Path(folder) / "a.heic", noise[..., :3]).read_bytes())
    return made


@cache
def some_videos():
    made = [(CASES / "phone.mp4").read_bytes()]
    for form, codec, pixels in (
        ("matroska", "libx264", "yuv420p"),
        ("mpegts", "mpeg2video", "yuv420p"),
        ("mov", "qtrle", "argb"),
        ("webm", "libvpx-vp9", "yuva420p"),
        ("avi", "mjpeg", "yuvj420p"),
    ):
        written = BytesIO()
        with av.open(written, "w", format=form) as container:
            stream = container.add_stream(codec, rate=24)
            stream.width, stream.height, stream.pix_fmt = 64, 32, pixels
            for number in range(3 if form != "mpegts" else 24):  # FFmpeg opens no shorter ones
                frame = av.VideoFrame.from_ndarray(
                    np.full((32, 64, 3), number * 60 % 256, np.uint8), format="rgb24"
                )
                frame.pts = number
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        made.append(written.getvalue())
    return made


def end_of_picture(path, data):
    path.write_bytes(data)
    try:
        found = open_picture(path)
    except PictureError as error:
        clear(error.message)
        return "refused"
    assert found.image.mode == "RGB"
    assert 0 not in found.image.size
    return "read"


@pytest.mark.parametrize("count", COUNTS)
def test_any_picture_is_a_picture_or_an_error(tmp_path, count):
    ends = {"read": 0, "refused": 0}
    for data in mutated(some_pictures(), count):
        ends[end_of_picture(tmp_path / "a.png", data)] += 1
    assert min(ends.values()) > count / 20, "both ends are tried"


@in_one_folder
@given(broken(some_pictures))
def test_a_picture_with_a_few_other_bytes_is_a_picture_or_an_error(tmp_path, data):
    assert end_of_picture(tmp_path / "a.png", data) == "read" or data not in some_pictures()


def end_of_video(path, data, *, mask):
    path.write_bytes(data)
    try:
        facts = look_at(path, mask=mask)
        assert facts.width * facts.height > 0
        shown = [frame.start for frame, _ in zip(frames(path, mask=mask), range(50), strict=False)]
        assert shown == sorted(shown)
    except VideoError as error:
        clear(error.message)
        return "refused"
    return "read"


@pytest.mark.parametrize("count", COUNTS)
def test_any_video_is_frames_or_an_error(tmp_path, count):
    av.logging.set_level(None)
    ends = {"read": 0, "refused": 0}
    for number, data in enumerate(mutated(some_videos(), count)):
        ends[end_of_video(tmp_path / "a.mp4", data, mask=bool(number % 2))] += 1
    assert min(ends.values()) > count / 20, "both ends are tried"


@in_one_folder
@given(broken(some_videos), st.booleans())
def test_a_video_with_a_few_other_bytes_is_frames_or_an_error(tmp_path, data, mask):
    av.logging.set_level(None)
    assert end_of_video(tmp_path / "a.mp4", data, mask=mask) == "read" or data not in some_videos()
