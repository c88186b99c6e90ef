"""Sounds that action calls for, and tones of places: what a sound editor would lay there."""

import pytest

from storyboard.schema.built_in_sounds import BUILT_IN_SOUNDS, SOUNDS_BY_KIND
from storyboard.schema.vocabulary import TimeOfDay
from storyboard.screenplay.breakdown import broken_down
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.heard import MOST, heard_in
from storyboard.screenplay.sound_words import BEDS, HEARD
from storyboard.screenplay.tones import tone_of

TONES = {*SOUNDS_BY_KIND["places, as room tones"]}

CALLED_FOR = {
    "The PHONE RINGS. She doesn't answer.": ["telephone"],
    "A knock at the door.": ["knock"],
    "Three knocks.": ["knock"],
    "She opens the door and a dog barks outside.": ["door", "dog"],
    "Thunder rolls over the hills.": ["thunder"],
    "Sirens wail in the distance.": ["siren"],
    "A police siren approaches.": ["police-siren"],
    "Tires screech. A car crashes into the wall.": ["brakes", "crash"],
    "Footsteps on gravel. She turns.": ["steps-gravel"],
    "Boots crunch in the snow.": ["steps-snow"],
    "SOUND: a train.": ["train"],
    "We hear a helicopter.": ["helicopter"],
    "The audience applauds.": ["applause"],
    "Rain drums on the tin roof.": ["rain-on-roof"],
    "Rain lashes the window.": ["rain-on-window"],
    "He cocks the gun and fires.": ["gun-cocked"],
    "A shot rings out.": ["gunshot"],
    "Swords clash.": ["sword"],
    "The clock ticks.": ["clock"],
    "The church bells ring.": ["church-bell"],
    "A baby cries.": ["baby"],
    "Mara pours the coffee.": ["pour"],
    "He strikes a match.": ["match"],
    "The elevator dings and the doors open.": ["lift"],
    "Waves crash on the rocks.": ["sea"],
    "Glass shatters.": ["glass"],
    "She types on the keyboard.": ["typing"],
    "The cell door slams shut.": ["door-metal"],
    "The door slams.": ["door-slam"],
    "An owl hoots. Crickets.": ["crickets", "owl"],
    "The fire crackles in the hearth.": ["fire"],
    "He unlocks the door.": ["lock"],
    "The alarm goes off.": ["alarm"],
    "Gulls cry above the harbour.": ["gulls"],
    "The steam locomotive whistles.": ["train-whistle"],
    "An explosion throws him to the ground.": ["explosion"],
    "A truck rumbles past. Somewhere a horn blares.": ["lorry", "car-horn"],
    "The robot whirs and beeps.": ["robot"],
    "Wolves howl beyond the ridge.": ["wolf"],
    "Die Tür schlägt zu. Draußen bellt ein Hund.": ["door-slam", "dog"],
    "Regen prasselt, dann grollt der Donner.": ["rain", "thunder"],
    "Das Telefon klingelt.": ["telephone"],
    "Ein Schuss fällt.": ["gunshot"],
    "La porte claque. Le téléphone sonne.": ["door-slam", "telephone"],
    "Il pleut. Le tonnerre gronde au loin.": ["rain", "thunder"],
    "Un coup de feu retentit, des sirènes hurlent.": ["gunshot", "siren"],
    "La puerta se cierra de golpe y suena el teléfono.": ["door-slam", "telephone"],
    "Llueve. Un perro ladra.": ["rain", "dog"],
    "Suena un disparo.": ["gunshot"],
    "ドアがバタンと閉まる。電話が鳴る。": ["door-slam", "telephone"],
    "外では雨が降っている。犬が吠える。": ["rain", "dog"],
    "銃声が響く。遠くで雷が鳴る。": ["gunshot", "thunder"],
}
SILENT = (
    "He pats the dog.",
    "The phone stops ringing.",
    "The phone does not ring.",
    "Das Telefon klingelt nicht.",
    "Le téléphone ne sonne pas.",
    "No suena ningún teléfono.",
    "電話は鳴らない。",
    "Nobody knocks. The door is closed.",
    "A gun lies on the table.",
    "She breaks the bread.",
    "He takes a shot of whisky.",
    "A low shot of the house.",
    "They wait by the bakery door and read the opening hours.",
    "A broken window.",
    "The door is open.",
    "Somewhere a saxophone plays.",
    "",
)
PLACES = (
    (True, "KITCHEN", "kitchen"),
    (True, "MARA'S HOUSE - KITCHEN", "kitchen"),
    (False, "MARA'S HOUSE", None),
    (True, "POLICE STATION - INTERROGATION ROOM", "police-station"),
    (False, "HARBOUR", "harbour"),
    (True, "HARBOUR OFFICE", "office"),
    (True, "CAR", "car-inside"),
    (False, "CAR", "street"),
    (True, "SHIP - BRIDGE", "starship"),
    (False, "SPACESHIP", "space"),
    (True, "BOAT", "ship-inside"),
    (False, "BOAT", "ship-deck"),
    (False, "EDGE OF THE FOREST", "forest"),
    (False, "BOTTOM OF THE SEA", "underwater"),
    (False, "CAR PARK", "street"),
    (True, "LIGHTHOUSE - LAMP ROOM", "lens"),
    (False, "CHURCH", None),
    (True, "ABANDONED WAREHOUSE", "workshop"),
    (None, "RIVERBANK", "river"),
    (True, "BOB'S PLACE", None),
    (False, "EXT", None),
)


@pytest.mark.parametrize("words", CALLED_FOR)
def test_action_calls_for_its_sounds_in_their_order(words):
    made = heard_in(words)
    assert sorted(one.sound for one in made) == sorted(CALLED_FOR[words])
    others = [one for one in made if one.sound not in BEDS]
    assert [one.sound for one in others] == [name for name in CALLED_FOR[words] if name not in BEDS]
    assert all(0 <= one.after < 1 for one in made)


@pytest.mark.parametrize("words", SILENT)
def test_things_that_are_only_there_make_no_sound(words):
    assert heard_in(words) == []


def test_every_built_in_sound_but_the_tones_has_words_and_no_other_has():
    assert {*HEARD} == {*BUILT_IN_SOUNDS} - TONES
    assert {*HEARD} >= BEDS


def test_a_paragraph_full_of_sounds_has_but_a_few():
    words = " ".join(CALLED_FOR)
    assert len(heard_in(words)) == MOST


def test_a_sound_is_heard_where_its_words_are_and_one_that_was_there_from_the_beginning():
    film = broken_down(
        read_fountain(
            "INT. KITCHEN - NIGHT\n\nAnna sits at the table for a long time and waits. A dog barks.\n\n"
            "Anna stands up and goes to the window. Rain lashes the window.\n"
        )
    ).film
    effects = [effect for _, shot in film.shots() for effect in shot.effects]
    rate = film.format.rate
    assert [one.sound for one in effects] == ["dog", "rain-on-window"]
    barking = next(shot for _, shot in film.shots() if shot.effects and shot.effects[0].sound == "dog")
    at = effects[0].at.frames(rate)
    assert barking.duration.frames(rate) / 2 < at < barking.duration.frames(rate)
    assert effects[1].at.frames(rate) == 0


@pytest.mark.parametrize(("interior", "place", "tone"), PLACES)
def test_a_place_sounds_as_it_is_inside_or_outside(interior, place, tone):
    assert tone_of(place, interior=interior, time=TimeOfDay.DAY) == tone


def test_the_night_has_tones_of_its_own():
    assert tone_of("DARK FOREST", interior=False, time=TimeOfDay.NIGHT) == "forest-night"
    assert tone_of("CITY STREET", interior=False, time=TimeOfDay.NIGHT) == "street-night"


def test_an_imported_place_has_its_room_tone():
    film = broken_down(read_fountain("INT. LIBRARY - DAY\n\nDust.\n\nEXT. NOWHERE - DAY\n\nDust.\n")).film
    assert [place.room_tone for place in film.locations.values()] == ["library", None]
