"""Sentences taken apart, places and persons read from words, and what is told of the rest."""

from __future__ import annotations

import pytest

from farm.backend.conformance import character, location, shot
from farm.backends.animatic import AnimaticBackend
from farm.backends.animatic.creatures import CREATURES
from farm.backends.animatic.gestures import BOWS, FACES, Gesture, gesture_at
from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.props import PROPS
from farm.backends.animatic.sets import PLACES
from farm.backends.animatic.understanding.deeds import holding
from farm.backends.animatic.understanding.people import who
from farm.backends.animatic.understanding.phrases import take_apart
from farm.backends.animatic.understanding.places import where
from farm.backends.animatic.understanding.surroundings import throne_in
from storyboard.schema.vocabulary import Pose

NAMES = frozenset({"ada", "bo"})


def place(name, description=""):
    found = where(location(name, description=description)).place
    return found.name if found else None


def told(**changes):
    traits = AnimaticBackend.TRAITS
    assert traits.check_files is not None
    spec = shot(**({"location": location("Harbour"), "characters": (character(),)} | changes))
    said = traits.check_files(spec, {}, lambda _: False)
    assert {one.severity for one in said} <= {"warning"}
    return [one.message for one in said]


def test_every_word_of_the_lexicon_has_its_drawing():
    known = lexicon()
    assert set(known.place_names) == set(PLACES)
    assert set(known.things.values()) <= set(PROPS)
    assert set(known.kinds.values()) == {"person", "child", "alien", *CREATURES}
    assert set(known.deeds.values()) <= {"", *(pose.value for pose in Pose), *known.gestures}
    moving = {name for name in known.gestures if gesture_at(name, 1.2, side=True, holds=True) != Gesture()}
    assert known.gestures - moving <= {"looking", *BOWS, *FACES}


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("The old pier", "", "harbour"),
        ("The lamp room", "a lighthouse", "lamp room"),
        ("Mara's place", "a kitchen with a stove", "room"),
        ("The deck of the Petrel", "", "boat"),
        ("Kitchen above the harbour", "", "room"),
        ("INT. KITCHEN - NIGHT", "", "room"),
        ("Nowhere", "The end of a narrow village street", "street"),
        ("森の中", "", "forest"),
        ("Nowhere", "", None),
        ("Space elevator", "", None),
        ("Tennis court", "", None),
        ("Radio station", "", None),
        ("Saltmarsh station", "", "platform"),
        ("Ada's room", "", "room"),
        ("The police station", "", "police station"),
        ("The detective's office", "", "office"),
        ("The surface of Mars", "", "planet"),
        ("Ship's bridge", "", "ship's bridge"),
        ("Footbridge", "", "river"),
        ("居酒屋", "", "bar"),
        ("山の村", "", "Japanese village"),
        ("Harbour master's submarine", "", None),
        ("The conference room", "", "meeting room"),
        ("INT. HOTEL ELEVATOR - NIGHT", "", "lift"),
        ("Stairs of the opera", "", "stairs"),
        ("Ada's bathroom", "", "bathroom"),
        ("Inside the police car", "", "car"),
        ("On the plane", "", "aeroplane"),
        ("Airport, gate 7", "", "airport"),
        ("The night market", "", "market"),
        ("EXT. STADIUM - NIGHT", "", "stadium"),
        ("No man's land", "", "battlefield"),
        ("Bridge of the Valkyrie", "", "ship's bridge"),
        ("The bridge", "Consoles, screens and a chair", "ship's bridge"),
        ("Bridge of the Heron", "Reeds and stones beside the water", "river"),
        ("A small round room", "", "room"),
        ("School gate", "A high school with cherry trees", "park"),
        ("EXT. SCHOOL - DAY", "", "city street"),
        ("Chapel", "Exterior. A chapel on the hill.", "street"),
        ("Escape pod", "", "ship's bridge"),
        ("Prairie", "", "hill"),
    ],
)
def test_the_last_noun_of_a_name_is_the_place(name, description, expected):
    assert place(name, description) == expected


@pytest.mark.parametrize(
    ("words", "nouns", "verbs"),
    [
        ("Gulls turn over the boats.", ["gulls", "boats"], ["turn"]),
        ("Ada takes the letter from the drawer and hands it to Bo.", ["letter", "drawer"], ["take", "hand"]),
        ("A boy with a bag stands on the quay.", ["boy", "bag", "quay"], ["stand"]),
        ("The gryphon squelches through deep mud.", ["gryphon", "mud"], ["squelch"]),
        ("Out of the fog comes the ferryman.", ["fog", "ferryman"], ["come"]),
        ("A man and a girl stand on the quay.", ["man", "girl", "quay"], ["stand"]),
        ("Ada runs.", [], ["run"]),
        ("Ms. Ada writes on the wall.", ["wall"], ["write"]),
        ("Three cows graze behind the fence.", ["cows", "fence"], ["graze"]),
        ("Ada looks through the round window.", ["window"], ["look"]),
        ("Ada walks round the house.", ["house"], ["walk"]),
    ],
)
def test_sentences_are_taken_apart(words, nouns, verbs):
    sentence = take_apart(words, NAMES)
    assert [phrase.name for phrase in sentence.phrases] == nouns
    assert [deed.verb for deed in sentence.deeds] == verbs


@pytest.mark.parametrize(
    ("description", "kind", "known"),
    [
        ("The keeper of the lamp, an old woman of seventy", "person", True),
        ("A girl of ten, slim and quick", "child", True),
        ("short black hair, a narrow face", "person", True),
        ("A clockmaker of fifty", "person", False),
        ("A gryphon of bronze", "unknown", False),
        ("A robot of brass with a lamp for a face", "robot", True),
        ("An old dog, deaf in one ear", "dog", True),
        ("A boy with a dog", "child", True),
        ("A tall boy of seventeen", "person", True),
        ("A small round robot", "robot", True),
        ("An outlaw with a scar", "person", True),
        ("A large black ant", "ant", True),
        ("白い鶴", "bird", True),
        ("小さな少女", "child", True),
    ],
)
def test_a_description_says_what_somebody_is(description, kind, known):
    found = who(character(description=description))
    assert (found.kind, found.known) == (kind, known)


@pytest.mark.parametrize(
    ("action", "thing"),
    [
        ("draws a revolver", "gun"),
        ("speaks into the telephone", "telephone"),
        ("holds the brass gear of the clock", "gear"),
        ("carries a parcel", "parcel"),
        ("lifts a glass", "glass"),
        ("holds a theodolite", "tag"),
    ],
)
def test_what_is_held_is_what_the_action_names(action, thing):
    assert holding(character(pose="holding", action=action), "").thing == thing


def test_what_is_held_has_the_colour_that_is_named():
    held = holding(character(pose="holding", action="holds a red umbrella"), "")
    assert (held.thing, held.colour) == ("umbrella", "red")
    assert held == holding(character(pose="holding", action="holds the umbrella"), "")


def test_who_sits_on_a_throne_has_one_below_them():
    king = character("king", name="The King", description="a king", pose="standing")
    for action, throned in (
        ("The King sits down on the throne.", {"king"}),
        ("The King sits down.", set()),
        ("The King looks at the throne.", set()),
    ):
        assert throne_in(shot(characters=(king,), action=action)) == throned


def test_what_is_not_drawn_is_told_with_what_stands_for_it():
    assert told() == []
    (message,) = told(location=location("Space elevator"))
    assert message.startswith('not drawn: "Space elevator": a labelled card stands for the place')
    assert message.endswith("(words that it knows: service elevator, office elevator, elevator)")
    (message,) = told(location=location("Harbour", description="A quay with a carousel"))
    assert message == 'not drawn: "carousel": the harbour is drawn without it'
    assert told(location=location("School gate")) == ['not drawn: "school gate": it is drawn as park']
    (message,) = told(characters=(character(description="A gryphon"),))
    assert message.startswith('not drawn: "gryphon": a labelled figure stands for it')
    (message,) = told(action="Ada yodels at the sea.")
    assert message.startswith('not drawn: "yodel": nobody is seen to do it')
    assert told(action="Ada sits on the quay and looks at the boats.") == []


def test_the_words_that_are_nearest_are_told():
    (message,) = told(characters=(character(wardrobe="a swetter"),))
    assert "sweater" in message
