"""What is rendered of a shot at a speed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from storyboard.media.timing import parse_speed
from tests.support.storyboard.small_films import plan, shot, small


@pytest.mark.parametrize("speed", ["1/8", "1/3", "24/25", "0.999", "3/2", "4"])
@pytest.mark.parametrize("rate", [None, 12, 16, 25, "24000/1001"])
def test_every_frame_of_the_film_lies_among_those_that_are_rendered(speed, rate):
    film = small()
    for name in ("1A", "1B"):
        shot(film, name)["speed"] = speed

    def native(_options, wanted):
        return wanted.at(wanted.width, wanted.height, Fraction(rate))

    for one in plan(film, native=native if rate else None).shots[:2]:
        spec, shape = one.spec, one.shape
        take = spec.shape
        assert take.place_of(shape, 0, Fraction(speed)) >= 0
        assert take.place_of(shape, shape.total - 1, Fraction(speed)) <= take.total - 1
        least = shape.total * Fraction(speed) * spec.rate / shape.rate
        assert take.total <= least + 2 + 2 * max(1, spec.rate / shape.rate)


def test_lines_that_a_backend_draws_keep_their_moment_in_the_film():
    film = small()
    shot(film, "1A")["speed"] = "1/2"
    (line,) = plan(film, draws_lines=True).shots[0].spec.lines
    assert line.start == 6


def test_a_take_at_a_speed_has_no_frames_for_its_sound():
    film = small()
    shot(film, "1B")["transition"] = {"sound_leads": 12}
    sounding = {"makes_sound": lambda _: True}
    assert plan(film, **sounding).shots[1].spec.head == 12
    shot(film, "1B")["speed"] = 2
    assert plan(film, **sounding).shots[1].spec.head == 0


@pytest.mark.parametrize(
    ("written", "speed"),
    [(1, 1), ("1/2", "1/2"), (0.5, "1/2"), ("0.25", "1/4"), (2.5, "5/2"), ("1.5/2", "3/4")],
)
def test_a_speed_is_an_exact_ratio(written, speed):
    assert parse_speed(written) == Fraction(speed)
