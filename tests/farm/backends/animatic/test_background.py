"""What goes on behind the people of a shot: vehicles, crowds, and what is told of the rest."""

from __future__ import annotations

import numpy as np
import pytest

from farm.backend.conformance import character, location, shot
from farm.backends.animatic.painter import Painter
from farm.backends.animatic.understanding.background import Background, Crowd, background
from farm.backends.animatic.understanding.missing import missing

ADA = character("ada", name="Ada", description="a woman", position="left")


def spec_of(action, place="City street", description="", **changes):
    told = {"location": location(place, description=description), "characters": (ADA,), "size": "WS"}
    return shot(action=action, **(told | changes))


@pytest.mark.parametrize(
    ("action", "kind", "motion", "colour"),
    [
        ("A red car drives past.", "car", "passing", "red"),
        ("A car stops at the kerb.", "car", "stopping", ""),
        ("The taxi drives away.", "taxi", "leaving", ""),
        ("A taxi waits.", "taxi", "parked", ""),
        ("Ada stands beside a blue van.", "lorry", "parked", "blue"),
        ("Ada walks to the police car.", "police car", "parked", ""),
        ("A tram rattles past.", "tram", "passing", ""),
        ("A carriage passes.", "carriage", "passing", ""),
        ("A hansom cab rolls past.", "carriage", "passing", ""),
        ("A hay cart trundles by.", "cart", "passing", ""),
    ],
)
def test_a_vehicle_moves_as_its_verb_says(action, kind, motion, colour):
    (vehicle,) = background(spec_of(action)).vehicles
    assert (vehicle.kind, vehicle.motion, vehicle.colour) == (kind, motion, colour)
    assert [str(one) for one in missing(spec_of(action)) if vehicle.named in one.word] == []


@pytest.mark.parametrize(
    ("action", "kind", "manner"),
    [
        ("A crowd stands on the street.", "people", "standing"),
        ("Passers-by hurry past.", "people", "walking"),
        ("The villagers cheer.", "people", "cheering"),
        ("The guests dance.", "people", "dancing"),
        ("The dancers whirl.", "dancers", "dancing"),
        ("Soldiers march past.", "soldiers", "walking"),
        ("Ada looks at the crowd.", "people", "standing"),
        ("People stroll by.", "people", "walking"),
    ],
)
def test_a_crowd_does_what_is_said_of_it(action, kind, manner):
    crowd = background(spec_of(action)).crowd
    assert crowd is not None
    assert (crowd.kind, crowd.manner) == (kind, manner)
    assert missing(spec_of(action)) == []


@pytest.mark.parametrize(
    ("action", "noun", "count", "manner"),
    [
        ("Three sailors wait on the street.", "sailor", 3, "standing"),
        ("The children run past.", "child", 0, "walking"),
        ("Ada looks at 4 nurses.", "nurse", 4, "standing"),
        ("Some fishermen cheer.", "fisherman", 0, "cheering"),
        ("Twelve monks walk by.", "monk", 0, "walking"),
        ("Two soldiers stand on the street.", "", 2, "standing"),
        ("Cows stand on the street.", "cow", 0, "standing"),
        ("Three dogs run past.", "dog", 3, "walking"),
        ("Ada looks at two sheep.", "sheep", 2, "standing"),
    ],
)
def test_several_people_are_as_many_as_are_said(action, noun, count, manner):
    crowd = background(spec_of(action)).crowd
    assert crowd is not None
    assert (crowd.noun, crowd.count, crowd.manner) == (noun, count, manner)
    assert missing(spec_of(action)) == []


def test_who_stands_beside_somebody_stands_at_both_sides():
    crowd = background(spec_of("Ada sits. Four guards stand beside her.")).crowd
    assert crowd is not None
    assert (crowd.count, crowd.flanking) == (4, True)


def test_several_people_who_are_characters_are_not_there_twice():
    bo = character("bo", name="Bo", description="a sailor", position="right")
    for action in ("The sailors wait.", "The two friends embrace."):
        assert background(spec_of(action, characters=(ADA, bo))).crowd is None


def test_a_place_may_have_its_crowd_and_its_vehicles():
    described = background(spec_of("Ada waits.", description="A street with a crowd and a parked car"))
    assert described.crowd == Crowd("people", "standing", "crowd")
    assert [one.motion for one in described.vehicles] == ["parked"]
    assert background(spec_of("Ada waits.")) == Background()


def test_what_has_no_room_is_told():
    (told,) = missing(spec_of("A car drives past.", "Office"))
    assert (told.word, told.instead) == ("car", "no vehicle is drawn in this place")
    (told,) = missing(spec_of("A car drives past.", size="CU"))
    assert told.instead == "the shot is too close for it"
    (told,) = missing(spec_of("A crowd cheers.", "Lift"))
    assert told.instead == "no crowd is drawn in this place"
    assert background(spec_of("A crowd cheers.", "Market")).crowd is None  # it has one of its own
    assert missing(spec_of("A crowd cheers.", "Market")) == []


@pytest.mark.parametrize("action", ["A red car drives past.", "Passers-by hurry past."])
def test_what_moves_behind_is_elsewhere_later_and_the_same_again(action):
    spec = spec_of(action, width=96, height=54, frames=48, head=0, tail=0, camera="static", characters=())

    def frames(*indexes):
        painter = Painter(spec, captions=False, soft_focus=False)
        try:
            return [painter.frame(index) for index in indexes]
        finally:
            painter.canvas.close()

    early, middle = frames(0, 24)
    assert np.abs(early.astype(int) - middle).max() > 60
    again = frames(0, 12, 24)[-1]
    assert again.tobytes() == middle.tobytes()


@pytest.mark.parametrize("action", ["Passers-by hurry past.", "Three sailors walk by.", "The dancers whirl."])
def test_a_crowd_is_the_same_whatever_was_drawn_before(action):
    spec = spec_of(action, width=160, height=90, frames=24)
    whole, part = (Painter(spec, captions=False, soft_focus=True) for _ in range(2))
    drawn = [whole.frame(index) for index in range(12)]
    part.frame(0)
    assert np.array_equal(part.frame(11), drawn[-1])
    for painter in (whole, part):
        painter.canvas.close()
