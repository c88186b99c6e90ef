"""Lines of places and of action, each with what must be seen; nine of ten are understood."""

from __future__ import annotations

from farm.backend.conformance import character, location, shot
from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.understanding.deeds import holding
from farm.backends.animatic.understanding.missing import missing
from farm.backends.animatic.understanding.phrases import take_apart
from farm.backends.animatic.understanding.places import where

PLACES = """
INT. DETECTIVE'S OFFICE - NIGHT = office
The platform at Elsinore = platform
A room in the castle = room
Another part of the forest = forest
A desert place = desert
A heath near Forres = -
The court of the palace = court
Venice. A street = city street street
Before the cave of Prospero = cave
On a ship at sea = boat
A hall in Macbeth's castle = castle hall corridor
A churchyard = graveyard
Friar Laurence's cell = cell
Capulet's orchard = park
The sea-coast = shore
Ranevskaya's nursery = bedroom
An old chapel in the fields = church
Helmer's living room = living room
A garden in front of the house = park
The ward of the hospital = hospital
Rooftop above Fifth Avenue = rooftop
The back alley behind the jazz club = alley
Mission control = ship's bridge
Bridge of the starship Ardent = river ship's bridge
Cockpit = ship's bridge
Airlock = corridor
Orbit of Saturn = space
Surface of the moon = planet
Alien planet = planet
Railway station at dawn = platform
Night train to Lisbon = train
Compartment = train
Police station = police station
Interrogation room = police station
Prison cell = cell
Courtroom = court
High school classroom = classroom
Chemistry lab = laboratory
Boiler room = workshop
Dr. Frank's laboratory = laboratory
Grandfather's attic = cellar
Wine cellar = cellar
Village bakery = shop
Opera house stage = theatre
Dive bar = bar
Corner café = bar
Public library = library
Hotel corridor = corridor
Throne room = castle hall
Abandoned mine = cave
Mountain pass = mountain
Frozen lake = snowfield
Riverbank = river
Coral reef = underwater
Country road = road
Gas station = road
City park = park
Rice fields = Japanese village
Fishing village = street
Lighthouse = lighthouse
"""

ACTIONS = """
Ada sits at the window. = sit
Ada takes the letter from the drawer and hands it to Bo. = take hand
Bo reads the letter by the candle. = read
She runs across the bridge. = run
He kneels beside the grave. = kneel
Ada draws her sword. = draw
Bo drinks the wine. = drink
The door opens and Ada enters. = open enter
Ada walks in, looks around and sits down. = walk look sit
Bo points at the ship. = point
A bell rings. = ring
They dance. = dance
The dog barks at Bo. = bark
Ada lights a lantern. = light
Bo opens the chest. = open
The wind blows through the trees. = blow
She weeps. = weep
He laughs and waves. = laugh wave
Ada hides behind a tree. = hide
Bo climbs the stairs. = climb
The ghost vanishes. = vanish
Enter Hamlet, reading. = enter
Exit, pursued by a bear. = exit pursue
He kisses her hand. = kiss
Ada lifts the glass and drinks. = lift drink
Bo lies on the bench. = lie
The robot turns its head. = turn
Two soldiers stand at the gate. = stand
Ada throws a stone into the water. = throw
Bo catches the ball. = catch
Ada whispers to Bo. = whisper
He falls to the ground. = fall
She leads the horse to the river. = lead
The boat sinks. = sink
Ada writes in her diary. = write
Bo shuts the book. = shut
The lamp goes out. = go
She looks at him for a long time. = look
He steps back. = step
Ada gives the key to Bo. = give
Bo runs after the train. = run
The crowd cheers. = cheer
Ada embraces her sister. = embrace
He hurries away. = hurry
The moon rises over the hill. = rise
She cuts the rope. = cut
Ada and Bo fight. = fight
He pours the tea. = pour
A shot rings out. = ring
Bo sleeps in the chair. = sleep
"""


def lines(table: str) -> list[tuple[str, str]]:
    parted = (line.split(" = ") for line in table.strip().splitlines())
    return [(words, expected) for words, expected in parted]


def test_nine_of_ten_places_are_the_ones_that_are_named_and_the_rest_is_told():
    wrong = []
    for name, expected in lines(PLACES):
        found = where(location(name)).place
        named = found.name if found else "-"
        if found is None:
            spec = shot(location=location(name), characters=())
            assert any("a labelled card stands for the place" in str(one) for one in missing(spec))
        if named not in expected:
            wrong.append((name, named))
    assert len(lines(PLACES)) == 60
    assert len(wrong) <= 6, wrong


def test_nine_of_ten_actions_have_the_deeds_that_are_named_and_unknown_ones_are_told():
    names = frozenset({"ada", "bo", "hamlet"})
    wrong = []
    for words, expected in lines(ACTIONS):
        deeds = [deed.verb for deed in take_apart(words, names).deeds]
        if deeds != expected.split():
            wrong.append((words, deeds))
        people = (character("ada"), character("bo"))
        told = [one.word for one in missing(shot(action=words, characters=people))]
        assert {deed for deed in deeds if deed not in lexicon().deeds} <= {*told}
    assert len(wrong) <= len(lines(ACTIONS)) // 10, wrong


def test_what_is_held_is_found_in_a_shots_own_action():
    held = {
        "Ada takes the letter from the drawer": "letter",
        "Ada draws her sword": "sword",
        "Ada gives the key to Bo": "key",
        "Ada lifts the glass": "glass",
    }
    found = {words: holding(character("ada", pose="holding"), words).thing for words in held}
    assert found == held
