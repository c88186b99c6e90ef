from __future__ import annotations

import numpy as np
import pytest

from farm.takes.quality import DRIFT, QualityMeter, QualityReport, TakeQuality, drift_failures, measure
from storyboard.media.colour import Colours, colours_from_json


def noise(seed, count=12, level=110):
    rows = np.random.default_rng(seed).integers(0, level, (count, 36, 64, 3), np.uint8)
    return list(rows)


def test_a_moving_picture_passes():
    assert measure(noise(1)).failures() == []


def test_black_frames_fail_when_they_are_most_of_the_take():
    dark = [np.full((36, 64, 3), 3, np.uint8)] * 8
    assert "67% of the frames are black" in measure(noise(1, 4) + dark).failures()
    few = measure(noise(1, 21, 60) + dark[:3])
    assert few.black == pytest.approx(3 / 24)
    assert few.failures() == []


def test_a_dark_picture_with_something_in_it_is_not_black():
    night = np.zeros((36, 64, 3), np.uint8)
    night[8:24, 16:32] = 120
    assert measure([night] * 2).black == 0


def test_a_frozen_take_fails():
    report = measure(noise(1, 1) * 10)
    assert report.still == 1
    assert report.failures() == ["100% of the frames do not move"]


def test_a_single_frame_is_not_frozen():
    assert measure(noise(1, 1)).failures() == []


def test_flicker_is_a_brightness_that_jumps_and_no_fade():
    steady = noise(1, 16, 100)
    flickering = [frame + np.uint8(40 * (number % 2)) for number, frame in enumerate(steady)]
    fading = [(frame * (number / 16)).astype(np.uint8) for number, frame in enumerate(steady)]
    assert "flickers" in measure(flickering).failures()[0]
    assert measure(fading).failures() == []


def test_frames_pass_through_a_meter_unchanged():
    meter = QualityMeter()
    frames = noise(2, 3)
    assert [one is other for one, other in zip(meter.watch(frames), frames, strict=True)] == [True] * 3
    assert meter.report().frames == 3


def test_no_frames_at_all_are_a_report_too():
    nothing = Colours((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    assert measure([]) == QualityReport(0, 0.0, 0.0, 0.0, 0.0, nothing)


def grey(level):
    return [np.full((36, 64, 3), level, np.uint8)] * 2


def test_a_take_has_drifted_when_its_colours_left_those_that_its_chain_began_with():
    start = measure(grey(200)).colours
    assert start.mean == pytest.approx((80.6, 0, 0), abs=0.1)
    assert drift_failures(measure(grey(150)).colours, start) == []
    (told,) = drift_failures(measure(grey(100)).colours, start)
    assert told.startswith("its colours have drifted by 38")
    assert drift_failures(measure(grey(100)).colours, None) == []


def test_half_the_light_on_a_grey_is_just_within_the_limit():
    lit, half = (measure(grey(level)).colours for level in (255, 188))  # 188 is half of the light in sRGB
    assert 20 < lit.distance(half) < DRIFT


def test_a_report_in_a_chain_says_where_the_chain_began_and_how_far_it_came():
    start = measure(grey(200)).colours
    told = measure(grey(150)).in_chain(start)
    assert told.chain_start == start.rounded()
    assert told.drift == pytest.approx(18.4, abs=0.5)
    assert TakeQuality.model_validate_json(told.model_dump_json()) == told


def test_colours_are_read_back_as_they_were_kept():
    colours = measure(grey(200)).colours
    assert colours_from_json(colours.as_json()) == colours.rounded()
    assert colours_from_json(None) is None
    assert colours_from_json({"mean": 3}) is None
    assert colours_from_json({"mean": [1, 2], "spread": [1, 2, "x"]}) is None
