"""Mounts: who rides what, by words, and that it is under them."""

from __future__ import annotations

import pytest

from farm.backend.conformance import character, location, shot
from farm.backends.animatic.staging import stage
from farm.backends.animatic.stills import still
from farm.backends.animatic.understanding.background import background
from farm.backends.animatic.understanding.missing import missing
from farm.backends.animatic.understanding.mounts import mounts_of
from storyboard.schema.vocabulary import Pose

ADA = character("ada", name="Ada", description="a woman", wardrobe="", position="left")
STORM = character("storm", name="Storm", description="a white horse", wardrobe="", position="right")


def spec_of(action, *people, place="Field", **changes):
    here = location(place, description="")
    return shot(action=action, location=here, characters=people or (ADA,), size="WS", **changes)


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("Ada rides her bicycle along the road.", "bicycle"),
        ("Ada pedals up the hill.", "bicycle"),
        ("Ada comes on a black motorcycle.", "motorcycle"),
        ("Ada rides a yellow scooter.", "scooter"),
        ("Ada rides a grey horse across the field.", "horse"),
        ("Ada gallops past on horseback.", "horse"),
        ("Ada rides away.", "horse"),
        ("Ada rides a donkey.", "horse"),
        ("Ada flies on a red dragon.", "dragon"),
        ("Ada sits on a bear.", "bear"),
        ("Ada rides an elephant.", "elephant"),
        ("Ada crosses the field on a camel.", "camel"),
        ("Ada drives the wagon across the field.", "cart"),
        ("Ada sits on the box of the carriage.", "carriage"),
        ("Ada drives a red car.", "car"),
        ("Ada rides in a taxi.", "taxi"),
    ],
)
def test_somebody_rides_what_is_said(action, kind):
    spec = spec_of(action)
    assert {rider: one.kind for rider, one in mounts_of(spec).items()} == {"ada": kind}
    assert missing(spec) == []


@pytest.mark.parametrize(
    "action",
    [
        "Ada stands beside a taxi.",
        "Ada sits beside a horse.",
        "Ada looks at the bicycle.",
        "Storm runs to Ada.",
    ],
)
def test_nobody_rides_what_they_only_see_or_sit_in(action):
    assert mounts_of(spec_of(action, ADA, STORM)) == {}


def test_a_description_may_have_somebody_in_the_saddle():
    knight = character("ada", description="a knight on horseback", wardrobe="")
    assert mounts_of(spec_of("Ada waits.", knight))["ada"].kind == "horse"


def test_a_character_who_is_ridden_is_where_the_rider_is():
    spec = spec_of("Ada rides Storm.", ADA, STORM)
    staged = stage(spec)
    assert [one.character.id for one in staged.actors] == ["ada"]
    assert staged.mounts["ada"].animal == STORM


def test_a_passenger_sits_where_the_driver_is_and_no_second_cart_is_there():
    bo = character("bo", name="Bo", description="a man", wardrobe="", position="right")
    spec = spec_of("Ada and Bo ride on a cart.", ADA, bo)
    driver, passenger = stage(spec).actors
    assert mounts_of(spec)["bo"].beside == "ada"
    assert passenger.x == driver.x
    assert background(spec).vehicles == ()


def test_who_gallops_runs_and_who_rides_walks():
    poses = (
        stage(spec_of(f"Ada {does} on a horse.")).actors[0].character.pose for does in ("gallops", "rides")
    )
    assert [*poses] == [Pose.RUNNING, Pose.WALKING]


def test_each_mount_is_drawn_under_its_rider():
    kinds = ("bicycle", "motorcycle", "scooter", "horse", "dragon", "elephant", "camel", "cart")
    specs = [spec_of(f"Ada rides on a {kind}.") for kind in kinds]
    pictures = {still(spec, 0, (96, 54)).tobytes() for spec in (*specs, spec_of("Ada walks."))}
    assert len(pictures) == len(kinds) + 1
