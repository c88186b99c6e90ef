"""When captions of takes and lower thirds stand where subtitles would."""

from __future__ import annotations

from fractions import Fraction

from assembly.cut.form import FrameForm
from pipeline.delivery.burned_words import standing_low
from tests.support.storyboard.small_films import loaded, shot, small

RATE = Fraction(24)


def test_captions_and_lower_thirds_stand_low_and_nothing_else_does():
    document = small()
    first, second, *_ = (one["id"] for scene in document["scenes"] for one in scene["shots"][:2])
    shot(document, second)["titles"] = [
        {"text": "Ada\nKeeper", "style": "lower-third", "at": 6, "duration": 9},
        {"text": "FIN", "style": "main"},
        {"text": "Ada", "style": "lower-third", "at": 20},
    ]
    film = loaded(document).film
    starts, start = {}, 0
    for _, one in film.shots():
        starts[one.id] = start
        start += one.duration.frames(RATE)
    ends = {one.id: starts[one.id] + one.duration.frames(RATE) for _, one in film.shots()}
    at = starts[second]
    lower = [(at + 6, at + 15), (at + 20, ends[second])]
    whole, bars = FrameForm(640, 360, RATE), FrameForm(360, 640, RATE, (0, 218, 360, 202))

    def low(picture, captioned):
        return standing_low(film, starts, picture, lambda one: one.id in captioned)

    assert low(whole, set()) == lower
    assert low(whole, {first}) == [(0, ends[first] + 4), *lower], (
        "it is seen for half of a dissolve of 9 more"
    )
    assert low(whole, {second})[0] == (at - 5, ends[second])
    assert low(bars, {first}) == lower, "captions between bars lie above where subtitles stand"
