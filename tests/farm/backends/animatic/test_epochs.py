"""When a film is, by its words: places, things and clothes of their time; and what people wear."""

from __future__ import annotations

from dataclasses import replace

import pytest

from farm.backend.conformance import character, location, shot
from farm.backends.animatic.casting import STEEL, cast
from farm.backends.animatic.hats import HATS
from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.lexicon.own_words import in_the_words_of
from farm.backends.animatic.props import PROPS
from farm.backends.animatic.props_of_epochs import OF_EPOCHS
from farm.backends.animatic.stills import still
from farm.backends.animatic.understanding.epochs import UNSAID, told_in, when
from farm.backends.animatic.understanding.looks import manner
from farm.backends.animatic.understanding.missing import missing
from farm.backends.animatic.understanding.places import where
from storyboard.planning.spec import ResolvedLook

SIZE = (96, 54)


def spec_of(place="City street", description="", film="", **changes):
    told = {
        "location": location(place, description=description),
        "look": ResolvedLook(description=film, negative="", palette=(), references=(), loras=()),
        "characters": (),
    }
    return shot(**(told | changes), size="WS", width=SIZE[0], height=SIZE[1], frames=1, head=0, tail=0)


@pytest.mark.parametrize(
    ("words", "epoch"),
    [
        ("a medieval town", "medieval"),
        ("a street in the Middle Ages", "medieval"),
        ("London in 1348", "medieval"),
        ("a street of the 1920s", "1920s"),
        ("New York, jazz age", "1920s"),
        ("in 1926", "1920s"),
        ("a modern office", "today"),
        ("the present day", "today"),
        ("a city of the future", "future"),
        ("cyberpunk, neon", "future"),
        ("the year 2340", "future"),
        ("a western town in 1881", "1920s"),
        ("in 1750", "1920s"),
        ("a woman in her twenties", UNSAID),
        ("room 1348", UNSAID),
        ("futures and options", UNSAID),
        ("a street of houses", UNSAID),
        ("not far from a medieval church, today", "medieval"),
    ],
)
def test_words_and_years_say_when_it_is(words, epoch):
    assert told_in(words).epoch == epoch


def test_a_places_own_words_go_before_the_films():
    assert when(spec_of(film="ink, medieval")).epoch == "medieval"
    assert when(spec_of(description="in the 1920s", film="ink, medieval")).epoch == "1920s"
    assert when(spec_of()).epoch == UNSAID


def test_a_word_for_an_epoch_hides_neither_the_place_nor_the_look():
    assert where(location("A medieval street")).place.name == "street"
    assert where(location("1920s office")).place.name == "office"
    assert manner("the 1920s").unknown == ""
    assert missing(spec_of("City street", "A street of the 1920s, wet with rain", "ink, the 1920s")) == []


def test_an_epoch_that_is_not_drawn_is_told_with_what_stands_for_it():
    (told,) = missing(spec_of("City street", "A Victorian street"))
    assert (told.word, told.instead) == ("victorian", "it is drawn as 1920s")


def test_an_own_word_may_be_an_epoch(tmp_path):
    own = tmp_path / "lexicon.toml"
    own.write_text('[epochs]\n"the gilded years" = "1920s"\n', "utf-8")
    spec = spec_of(film="cut paper, the gilded years")
    with in_the_words_of(own):
        assert when(spec).epoch == "1920s"
    assert when(spec).epoch == UNSAID


@pytest.mark.parametrize("place", ["City street", "Village street", "Office", "Bar", "Kitchen", "Laboratory"])
def test_each_epoch_has_shapes_of_its_own(place):
    films = ("cut paper", *(f"cut paper, {epoch}" for epoch in ("medieval", "1920s", "future")))
    pictures = {still(spec_of(place, film=film), 0, SIZE).tobytes() for film in films}
    assert len(pictures) == len(films)


@pytest.mark.parametrize(
    ("place", "epoch"),
    [
        ("Train", "today"),
        ("Train", "future"),
        ("Lift", "1920s"),
        ("Lift", "future"),
        ("Airport", "future"),
        ("Car", "1920s"),
        ("Corridor", "medieval"),
        ("Corridor", "future"),
        ("Cell", "medieval"),
        ("Theatre", "medieval"),
    ],
)
def test_an_epoch_changes_what_is_inside(place, epoch):
    plain, then = (spec_of(place, film=film) for film in ("cut paper", f"cut paper, {epoch}"))
    assert still(plain, 0, SIZE).tobytes() != still(then, 0, SIZE).tobytes()
    assert missing(then) == []


def test_a_place_that_an_epoch_had_not_is_told():
    (told,) = missing(spec_of("Airport", "A medieval airport"))
    assert (told.word, told.instead) == (
        "medieval",
        "there was no airport then; one is drawn as without that word",
    )


def test_things_of_an_epoch_stand_for_things_that_are_drawn():
    assert {epoch for epoch, _ in OF_EPOCHS} <= {*lexicon().years}
    assert {thing for _, thing in OF_EPOCHS} <= {*PROPS}


def test_clothes_are_of_the_films_time_where_no_word_says_them():
    plain = character(description="a woman", wardrobe="", colours=())
    assert cast(plain, epoch="medieval") != cast(plain) == cast(plain, epoch=UNSAID)
    dressed = character(description="a woman", wardrobe="a red coat", colours=())
    assert cast(dressed, epoch="medieval") == cast(dressed)
    assert cast(character(description="a robot", wardrobe=""), epoch="1920s") == cast(
        character(description="a robot", wardrobe="")
    )


@pytest.mark.parametrize(
    ("wardrobe", "has"),
    [
        ("armour", {"armour": STEEL, "tabard": False}),
        ("black armour under a red tabard, a helm", {"tabard": True, "hat": "visor"}),
        ("a green ball gown and a black half mask", {"gown": True, "mask": "half"}),
        ("a tailcoat, a white mask and a top hat", {"tails": True, "mask": "whole", "hat": "top hat"}),
        ("a blue gown and a fox mask", {"mask": "beast"}),
        ("a robe and a plague mask", {"mask": "beak", "wide_sleeves": True}),
        ("a coat without a mask", {"mask": ""}),
        ("a cloche hat", {"hat": "cloche"}),
        ("a bowler", {"hat": "bowler"}),
        ("a golden crown", {"hat": "crown"}),
    ],
)
def test_a_wardrobe_is_worn(wardrobe, has):
    design = cast(character(description="a person", wardrobe=wardrobe, colours=()))
    assert replace(design, **has) == design
    assert design.hat in {"none", *HATS}


def test_a_trade_brings_its_armour_and_its_crown():
    assert cast(character(description="a knight", wardrobe="")).armour == STEEL
    assert cast(character(description="a king", wardrobe="")).hat == "crown"
