"""Prints: the part of a take that another frame shows, and where it stands between bars."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from assembly.cut.cut import cut_film
from assembly.cut.form import FrameForm
from assembly.cut.pieces import Excerpt, FadeSpan, Joint, TitleSpan
from assembly.frames import clips, mezzanine_encoder
from assembly.frames.blending import planes_of
from assembly.picture.joint import pictures as joint_pictures
from assembly.picture.prints import Pan, Print, reframed, render_print
from storyboard.schema.vocabulary import TitleStyle
from tests.support.assembly import pictures
from tests.support.assembly.films import film_of, takes_of

WIDE = FrameForm(128, 72, Fraction(24))
TALL = FrameForm(40, 72, Fraction(24))
BOXED = FrameForm(128, 160, Fraction(24), inside=(0, 44, 128, 72))


def shot(**said):
    return film_of([{"duration": 24, **said}]).scenes[0].shots[0]


def pan(picture=TALL, head=0, frames=24, **said):
    return Pan.of(shot(**said), (128, 72), (picture.width, picture.height), head, frames)


def test_a_crop_without_a_focus_is_the_middle_and_with_one_goes_there_as_far_as_it_can():
    assert pan().at(7).x == 44
    assert pan(focus=[0.3, 0.5]).at(7).x == pytest.approx(0.3 * 128 - 20, abs=1)
    assert pan(focus=[0, 0.5]).at(0).x == 0
    assert pan(focus=[1, 1]).at(0).x == 88
    assert pan(focus=[1, 1]).at(0).y == 0


def test_a_moving_focus_rests_in_the_handles_and_goes_smoothly_from_one_place_to_the_other():
    moving = pan(head=6, focus=[0.2, 0.5], focus_to=[0.8, 0.5])
    places = [float(moving.at(frame).x) for frame in range(36)]
    assert len({*places[:7]}) == len({*places[29:]}) == 1
    steps = np.diff(places)
    assert (steps >= 0).all()
    assert steps.max() < 2 * (places[-1] - places[0]) / 23
    assert np.abs(np.diff(steps)).max() < 1
    assert places[-1] - places[0] == pytest.approx(0.6 * 128, abs=1)


def test_what_is_not_scaled_is_the_very_pixels_of_the_take(tmp_path):
    clip = pictures.clip(tmp_path / "take.mp4", 2, 24, WIDE)
    (frame,) = clips.planes(clip, 5, 6, WIDE.rate, (128, 72))
    part = reframed(frame, pan(focus=[0.3, 0.5]).at(0), (40, 72))
    x = int(pan(focus=[0.3, 0.5]).at(0).x)
    for scale, whole, seen in zip((1, 2, 2), planes_of(frame), planes_of(part), strict=True):
        assert np.array_equal(seen, whole[:, x // scale : x // scale + 40 // scale])


def test_a_crop_shows_the_same_place_whatever_its_size(tmp_path):
    planes = np.full((108, 128), 128, np.uint8)
    luma, blue, _ = planes_of(planes)
    luma[:], luma[:, 60:68], blue[:, 30:34] = 60, 200, 200
    for size in ((40, 72), (80, 144), (120, 216), (20, 36)):
        seen = reframed(planes, pan(focus=[0.5, 0.5]).at(0), size)
        light, colour, _ = (plane.astype(float) for plane in planes_of(seen))
        across = np.arange(size[0]) + 0.5
        middle = ((light - 60) * across).sum() / (light - 60).sum()
        assert middle == pytest.approx(size[0] / 2, abs=size[0] / 80)
        across = np.arange(size[0] // 2) + 0.5
        middle = ((colour - 128) * across).sum() / (colour - 128).sum()
        assert middle == pytest.approx(size[0] / 4, abs=size[0] / 80)


@pytest.mark.parametrize("picture", [TALL, FrameForm(90, 160, Fraction(24)), BOXED])
def test_a_print_has_every_frame_and_joins_by_copy(picture, tmp_path):
    clip = pictures.clip(tmp_path / "take.mp4", 2, 30, WIDE)
    shown = pan(picture) if picture.inside is None else None
    render_print(Print("take", 30, WIDE, picture, None, None, shown), clip, [], tmp_path / "print.mp4")
    facts = clips.inspect(tmp_path / "print.mp4")
    assert (facts.width, facts.height, facts.frames) == (picture.width, picture.height, 30)
    assert facts.keyframes == (0, 12, 24)
    assert facts.parameter_sets == mezzanine_encoder.parameter_sets(picture)


def test_between_bars_the_take_is_whole_and_the_bars_are_black_through_any_look(tmp_path):
    clip = pictures.clip(tmp_path / "take.mp4", 2, 24, WIDE)
    lifted = np.linspace(0.3, 1, 16)[:, None].repeat(3, 1)
    for tables in ([], [lifted]):
        one = Print("take", 24, WIDE, BOXED, None, "look" if tables else None, None)
        render_print(one, clip, tables, tmp_path / "print.mp4")
        for number, frame in enumerate(pictures.decoded(tmp_path / "print.mp4")):
            luma = frame[:160]
            assert max(luma[:42].max(), luma[118:].max()) <= 18
            assert pictures.named(np.vstack([luma[44:116], np.full((36, 128), 128)])) == (2, number)


def test_what_changes_the_digest_of_a_print():
    base = Print("take", 24, WIDE, TALL, None, None, pan())
    assert Print("take", 24, WIDE, WIDE, None, None, None).digest() == "take"
    others = [
        Print("other", 24, WIDE, TALL, None, None, pan()),
        Print("take", 24, WIDE, TALL, None, "look", pan()),
        Print("take", 24, WIDE, BOXED, None, None, None),
        Print("take", 24, WIDE, TALL, None, None, pan(focus=[0.2, 0.5])),
        Print("take", 24, WIDE, TALL, None, None, pan(focus_to=[0.2, 0.5])),
    ]
    assert len({base.digest(), *(one.digest() for one in others)}) == 6
    high = Print("take", 24, WIDE, TALL, None, None, pan(focus=[0.5, 0.9]))
    assert high.digest() == base.digest()  # the frame is as high as the take


def test_a_dip_to_white_leaves_bars_black_and_takes_words_on_them_away(tmp_path):
    clip = tmp_path / "print.mp4"
    render_print(
        Print("take", 24, WIDE, BOXED, None, None, None),
        pictures.clip(tmp_path / "take.mp4", 2, 24, WIDE),
        [],
        clip,
    )
    title = TitleSpan("Ada\nKeeper", TitleStyle.LOWER_THIRD, 0, 24)
    fade = FadeSpan(rising=False, start=12, length=12, plain="white")
    joint = Joint((Excerpt("1A", "print", 0, 24, 0, (title,), (fade,)),), BOXED)
    shown = list(joint_pictures(joint, {"print": clip}))
    assert shown[6][118:160].max() > 150  # the title stands in the bar below
    last = shown[-1][:160]
    assert last[44:116].min() == 235
    assert max(last[:44].max(), last[116:].max()) <= 18


def test_a_film_in_another_frame_is_cut_at_the_same_frames_with_titles_of_its_own():
    film = film_of(
        [{"duration": 48, "titles": [{"text": "One", "at": 3, "duration": 12}]}, {"duration": 36}],
        width=128,
        height=72,
    )
    takes = takes_of(film)
    wide, tall = cut_film(film, takes), cut_film(film, takes, TALL)
    assert [piece.frames for piece in wide.pieces] == [piece.frames for piece in tall.pieces]
    assert wide.joints[0].digest != tall.joints[0].digest
    assert tall.joints[0].recipe()["type"]
    assert wide.joints[0].recipe()["type"] is None
