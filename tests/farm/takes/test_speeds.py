"""How long takes took is known in the store: by kind, and for what is like it."""

from __future__ import annotations

import pytest

from farm.store.store import Store
from farm.takes.speeds import MOST_KINDS, Speeds, keep_speed, kept_speeds
from storyboard.planning.renderer import Spread
from tests.support.storyboard.small_films import plan, small

SPEC = plan(small()).shots[2].spec
"""12 frames"""


def spec(width=1280, height=720, frames=SPEC.frames, **options):
    return SPEC.model_copy(
        update={
            "width": width,
            "height": height,
            "frames": frames,
            "options": options,
            "idle_options": ("keep_every",),
        }
    )


def after(*takes) -> Speeds:
    speeds = Speeds()
    for one, seconds in takes:
        speeds = speeds.with_take(one, seconds)
    return speeds


def test_nothing_is_known_before_the_first_take():
    assert Speeds().seconds(spec()) is None


def test_a_longer_take_of_the_same_kind_takes_longer():
    speeds = after((spec(frames=24), 12.0))
    assert speeds.seconds(spec(frames=48)) == pytest.approx(24)


def test_the_size_asked_for_counts_where_it_was_measured():
    speeds = after((spec(320, 180), 1.0), (spec(1280, 720), 40.0))
    assert speeds.seconds(spec(320, 180)) == pytest.approx(1)
    assert speeds.seconds(spec(1280, 720)) == pytest.approx(40)


def test_another_size_is_reckoned_by_the_pixels_of_the_nearest():
    speeds = after((spec(320, 180), 1.0), (spec(1280, 720), 40.0))
    assert speeds.seconds(spec(1920, 1080)) == pytest.approx(40 * 1.5**2)
    assert speeds.seconds(spec(160, 90)) == pytest.approx(0.25)


def test_options_count_but_those_that_change_no_pixel():
    speeds = after((spec(steps=4), 4.0), (spec(steps=40), 40.0))
    assert speeds.seconds(spec(steps=4)) == pytest.approx(4)
    assert speeds.seconds(spec(steps=40, keep_every=3)) == pytest.approx(40)
    assert speeds.seconds(spec(steps=7)) == pytest.approx(22), "between what is known, for want of better"


def test_another_version_of_the_backend_is_reckoned_anew():
    speeds = after((spec(), 4.0))
    newer = spec().model_copy(update={"backend_version": SPEC.backend_version + 1})
    assert speeds.seconds(newer) == pytest.approx(4), "better than a guess"
    assert speeds.with_take(newer, 400.0).seconds(newer) == pytest.approx(400)


def test_what_was_measured_lately_counts_most():
    speeds = after((spec(), 100.0), *[(spec(), 10.0)] * 12)
    assert 10 < speeds.seconds(spec()) < 14


def test_a_record_stays_small():
    assert len(after(*[(spec(steps=number), 1.0) for number in range(MOST_KINDS + 9)]).measured) == MOST_KINDS


def test_a_store_keeps_it_for_every_production(tmp_path):
    keep_speed(Store(tmp_path).notes, spec(), 6.0)
    assert kept_speeds(Store(tmp_path).notes, SPEC.backend).seconds(spec()) == pytest.approx(6)
    assert kept_speeds(Store(tmp_path).notes, "another") == Speeds()


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": 1}', b'[{"version": 1}]'])
def test_a_record_that_cannot_be_understood_counts_as_none(tmp_path, content):
    Store(tmp_path).notes.keep_speeds(SPEC.backend, content)
    assert kept_speeds(Store(tmp_path).notes, SPEC.backend) == Speeds()


def test_how_much_takes_differ_is_told_when_enough_of_a_kind_were_measured():
    takes = [(spec(frames=10), float(seconds)) for seconds in range(1, 12)]
    assert Speeds().spread(spec()) is None
    assert after(*takes[:3]).spread(spec(frames=10)) == Spread()
    spread = after(*takes).spread(spec(frames=20))
    assert (spread.low_s, spread.high_s) == (pytest.approx(4.0), pytest.approx(20.0))


def test_the_card_is_that_of_the_latest_take_of_the_kind():
    speeds = after((spec(), 1.0)).with_take(spec(), 1.0, "NVIDIA H200")
    assert speeds.spread(spec()).card == "NVIDIA H200"
