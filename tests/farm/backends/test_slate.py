from __future__ import annotations

import io
from typing import ClassVar

import av
import numpy as np
import pytest

from farm.backend.conformance import BackendConformance, Recorder, render, shot
from farm.backend.protocol import Conditioning
from farm.backend.traits import complete_options
from farm.backends.slate import SlateBackend, read_barcode, shot_hash


class TestSlateConforms(BackendConformance):
    backend = SlateBackend
    other_options: ClassVar = {"delay_s": 0.001}


def slate(options=None, **changes):
    complete = complete_options(SlateBackend.TRAITS, options or {})
    return shot(shot="12A-b", options=complete, **changes)


def compressed(frames, crf):
    height, width = frames[0].shape[:2]
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": str(crf), "preset": "veryfast"}
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        out.mux(stream.encode())
    file.seek(0)
    with av.open(file) as back:
        return [frame.to_ndarray(format="rgb24") for frame in back.decode(video=0)]


@pytest.mark.parametrize(("width", "height"), [(64, 36), (320, 180), (180, 320), (1280, 720), (1920, 1080)])
def test_the_barcode_survives_compression(width, height):
    frames = render(SlateBackend, slate(width=width, height=height, frames=4))
    wanted = [(shot_hash("12A-b"), index) for index in range(len(frames))]
    assert [read_barcode(frame) for frame in frames] == wanted
    assert [read_barcode(frame) for frame in compressed(frames, 20)] == wanted


def test_a_picture_without_a_barcode_reads_as_none():
    noise = np.random.default_rng(0).integers(0, 256, (180, 320, 3), dtype=np.uint8)
    assert read_barcode(noise) is None
    assert read_barcode(np.zeros((180, 320, 3), np.uint8)) is None
    assert read_barcode(np.full((180, 320, 3), 255, np.uint8)) is None
    assert read_barcode(np.zeros((4, 4, 3), np.uint8)) is None


def test_two_shots_have_two_hashes():
    assert shot_hash("1A") != shot_hash("1B")


def test_it_fails_where_it_was_told_to():
    with pytest.raises(RuntimeError, match="frame 3"):
        render(SlateBackend, slate({"raise_at_frame": 3}))
    assert len(render(SlateBackend, slate({"stop_at_frame": 3}))) == 3


def test_the_predecessor_shows_in_the_corner():
    before = np.zeros((180, 320, 3), np.uint8)
    before[:] = (255, 0, 255)
    spec = slate(width=320, height=180)
    plain, warm = render(SlateBackend, spec)[0], render(SlateBackend, spec, before)[0]
    changed = np.abs(plain.astype(int) - warm).sum(2) > 0
    assert changed[125:165, 250:].all()
    assert not changed[:120].any()


def test_the_text_tells_the_spec_apart():
    first = next(SlateBackend().render(slate(seed=1), Conditioning(), Recorder()))
    second = next(SlateBackend().render(slate(seed=2), Conditioning(), Recorder()))
    assert (first != second).any()
