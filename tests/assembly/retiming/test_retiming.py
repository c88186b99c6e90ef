"""Frames between those of a take: at exact places, the take's own unchanged, by every way of retiming."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from assembly.cut import segments
from assembly.cut.form import FrameForm
from assembly.cut.segments import Retiming, Segment
from assembly.frames.mezzanine_encoder import encode_planes
from assembly.picture.conform import needs_conform, render_segment
from assembly.retiming import retiming
from assembly.retiming.block_motion import moved
from storyboard.schema.vocabulary import Retime
from tests.support.assembly.pictures import SMALL, clip, decoded, named

WITHOUT_WEIGHTS = (Retime.NONE, Retime.BLEND, Retime.FLOW, Retime.MCI)
HEIGHT, WIDTH = 96, 128
RATES = [
    (Fraction(16), Fraction(24)),
    (Fraction(24), Fraction(48)),
    (Fraction(12), Fraction(24)),
    (Fraction(24000, 1001), Fraction(24)),
    (Fraction(24), Fraction(24000, 1001)),
    (Fraction(24), Fraction(25)),
    (Fraction(25), Fraction(24)),
    (Fraction(25), Fraction(24000, 1001)),
]


def scene(number: float) -> np.ndarray:
    """A ball of 24 pixels over a soft field, 6 pixels further to the right in each frame."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    at = np.hypot(rows - 48, columns - (24 + 6 * number))
    ball = np.clip(12.5 - at, 0, 1)
    field = 70 + 10 * np.sin(columns / 9) + 10 * np.cos(rows / 7)
    shade = 190 + 20 * np.sin((columns - 6 * number) / 3)
    planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    planes[:HEIGHT] = field * (1 - ball) + shade * ball
    return planes


def ball_at(planes: np.ndarray) -> float:
    """The middle of what is bright, in the numbers of `scene`."""
    bright = planes[:HEIGHT].astype(float) - 110
    columns = np.clip(bright, 0, None).sum(axis=0)
    return float(((columns * np.arange(WIDTH)).sum() / columns.sum() - 24) / 6)


def made(mode: Retime, first: Fraction, step: Fraction, frames: int, source: list, tmp_path) -> list:
    if mode is Retime.FLOW:
        pytest.importorskip("cv2")
    picture = FrameForm(WIDTH, HEIGHT, Fraction(24))
    path = tmp_path / "take.mp4"
    encode_planes(source, picture, path)
    way = Retiming(mode, picture.rate, first, step)
    return list(retiming.retimed(path, way, frames))


@pytest.mark.parametrize("mode", WITHOUT_WEIGHTS)
@pytest.mark.parametrize(("native", "film"), RATES)
def test_frames_at_whole_places_are_the_take_s_own_and_the_others_lie_between(mode, native, film, tmp_path):
    source = [scene(number) for number in range(12)]
    step = native / film
    frames = math.floor(11 / step) + 1
    pictures = made(mode, Fraction(0), step, frames, source, tmp_path)
    stored = decoded(tmp_path / "take.mp4")
    assert len(pictures) == frames
    slack = {Retime.NONE: 1.05, Retime.BLEND: 0.3, Retime.FLOW: 0.2, Retime.MCI: 0.3}[mode]
    for number, picture in enumerate(pictures):
        place = number * step
        if place.denominator == 1:
            assert np.array_equal(picture, stored[int(place)]), number
        else:
            assert ball_at(picture) == pytest.approx(float(place), abs=slack), number


@pytest.mark.parametrize("mode", WITHOUT_WEIGHTS)
def test_a_take_may_begin_between_two_frames_and_end_before_the_film_does(mode, tmp_path):
    source = [scene(number) for number in range(6)]
    pictures = made(mode, Fraction(1, 3), Fraction(2, 3), 12, source, tmp_path)
    stored = decoded(tmp_path / "take.mp4")
    assert np.array_equal(pictures[1], stored[1])
    assert np.array_equal(pictures[7], stored[5])
    assert all(np.array_equal(picture, stored[5]) for picture in pictures[7:])


def test_a_frozen_picture_stays_frozen_between_its_frames():
    frozen = scene(3)
    pictures = list(moved([frozen] * 8, Fraction(0), Fraction(1, 4), 29, 8))
    assert len(pictures) == 29
    assert all(np.array_equal(picture, frozen) for picture in pictures)


def test_two_equal_frames_have_that_frame_between_them():
    frame = scene(2)
    frames = iter([frame, frame.copy(), scene(4)])

    def never(before, after, phase):
        raise AssertionError("nothing has to be made between two equal frames")

    pictures = list(retiming.interpolated(frames, [Fraction(n, 3) for n in range(4)], never))
    assert all(np.array_equal(picture, frame) for picture in pictures)


@pytest.mark.parametrize("mode", WITHOUT_WEIGHTS)
def test_the_same_take_gives_the_same_bytes(mode, tmp_path):
    if mode is Retime.FLOW:
        pytest.importorskip("cv2")
    take = tmp_path / "take.mp4"
    encode_planes([scene(number) for number in range(8)], FrameForm(WIDTH, HEIGHT, Fraction(16)), take)
    film = FrameForm(64, 48, Fraction(24))
    segment = Segment("t", Fraction(0), 11, film, Retiming(mode, Fraction(16), Fraction(0), Fraction(2, 3)))
    written = []
    for name in ("a", "b"):
        render_segment(segment, take, tmp_path / f"{name}.mp4")
        written.append((tmp_path / f"{name}.mp4").read_bytes())
    assert written[0] == written[1]
    assert not needs_conform(tmp_path / "a.mp4", film)
    assert len(decoded(tmp_path / "a.mp4")) == 11


def test_more_frames_than_the_film_wants_are_left_out_evenly(tmp_path):
    clip(tmp_path / "take.mp4", 1, 40, FrameForm(64, 48, Fraction(48)))
    segment = Segment(
        "t", Fraction(4, 48), 18, SMALL, Retiming(Retime.MCI, Fraction(48), Fraction(4), Fraction(2))
    )
    render_segment(segment, tmp_path / "take.mp4", tmp_path / "segment.mp4")
    assert [named(each)[1] for each in decoded(tmp_path / "segment.mp4")] == list(range(4, 40, 2))


def test_a_digest_holds_the_way_its_version_its_network_and_its_places(monkeypatch):
    def digest(mode=Retime.RIFE, first="0", step="1/2", model="m"):
        way = Retiming(mode, Fraction(12), Fraction(first), Fraction(step), model)
        return Segment("t", Fraction(0), 9, SMALL, way).digest()

    known = {digest(), digest(Retime.FLOW), digest(first="1/2"), digest(step="1/3"), digest(model="n")}
    assert len(known) == 5
    whole = digest(first="3", step="2")
    assert whole == digest(Retime.FLOW, first="3", step="2", model="n"), "nothing has to be made there"
    monkeypatch.setitem(segments.RETIME_VERSIONS, Retime.RIFE, 2)
    assert digest() not in known


def test_segments_that_are_only_scaled_keep_their_digests():
    segment = Segment("take", Fraction(1, 6), 18, FrameForm(512, 288, Fraction(24)))
    assert segment.digest() == "ae2681babaabd453a13946f757cb6344426fd091aa2f4034ec90a31579e39439"
