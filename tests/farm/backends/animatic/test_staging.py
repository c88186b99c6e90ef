"""Where people stand and what the camera sees of them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from farm.backend.conformance import character, shot
from farm.backends.animatic.casting import cast
from farm.backends.animatic.skeleton import skeleton
from farm.backends.animatic.staging import SHOULDERS, height_of, stage
from storyboard.schema.vocabulary import Facing, Pose

HD = {"width": 160, "height": 90}


@pytest.mark.parametrize("size", ["WS", "MWS", "MS", "MCU"])
@pytest.mark.parametrize("count", [2, 3])
def test_nobody_stands_inside_somebody_else(size, count):
    people = tuple(character(f"c{index}") for index in range(count))
    places = sorted(actor.x for actor in stage(shot(size=size, characters=people, **HD)).actors)
    assert min(second - first for first, second in pairwise(places)) >= SHOULDERS - 0.5


@pytest.mark.parametrize("size", ["WS", "MWS", "MS", "MCU"])
def test_a_standing_head_is_whole_beside_a_sitting_one(size):
    sits = character("a", pose="sitting", position="left")
    stands = character("b", description="a tall man", position="right")
    view = stage(shot(size=size, characters=(sits, stands), **HD)).start
    top, bottom = view.y - view.height / 2, view.y + view.height / 2
    assert top < -height_of(stands)
    assert -0.6 * height_of(sits) < bottom


@pytest.mark.parametrize("facing", ["left", "camera"])
@pytest.mark.parametrize("size", ["ECU", "CU", "MCU"])
def test_what_is_held_is_in_a_close_frame(size, facing):
    holder = character(pose="holding", facing=facing, action="holds a key")
    staging = stage(shot(size=size, characters=(holder,), **HD))
    body = skeleton(
        cast(holder), Pose.HOLDING, 0.0, side=facing is not Facing.CAMERA, hold_above=staging.hold_above
    )
    for view in (staging.start, staging.end):
        for _, y in body.hands:
            assert view.y - view.height / 2 < y < view.y + view.height / 2


def test_somebody_is_as_tall_as_their_age_says():
    years = ("four", "ten", "fourteen", "seventeen", "forty")
    tall = [height_of(character(description=f"A boy of {one}")) for one in years]
    assert tall == sorted(tall)
    assert (tall[1] < 135, tall[3] == tall[4] > 160) == (True, True)


def test_what_is_said_not_to_be_worn_is_not_worn():
    assert cast(character(wardrobe="a red coat, no hat")).hat == "none"
    assert cast(character(wardrobe="a red coat and a hat")).hat == "brim"
    assert not cast(character(description="a man without a beard")).beard


def test_the_wardrobe_goes_before_the_colours():
    yellow = cast(character(wardrobe="a yellow raincoat", colours=("#203060",)))
    assert (yellow.coat[0] > 200, yellow.coat[2] < 120) == (True, True)
    own = cast(character(wardrobe="a blue coat", colours=("#305a90",)))
    assert own.coat == (0x30, 0x5A, 0x90)


def test_hair_is_as_long_as_it_is_said_to_be():
    assert cast(character(description="a tall man")).hair_style != "long"
    long = cast(character(description="a woman with long black hair", colours=()))
    assert (long.hair_style, max(long.hair) < 60) == ("long", True)


def test_all_in_black_is_black():
    design = cast(character(description="a man in black", wardrobe="", colours=()))
    assert max(design.coat) < 60
    assert max(design.trousers) < 60
