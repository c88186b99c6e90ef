"""Who speaks for whom."""

from __future__ import annotations

import pytest

from storyboard.planning.speakers import PERSONS, Speaker, person_in, speaker_of
from storyboard.schema.film import Character


@pytest.mark.parametrize(
    ("voice", "language", "speaker"),
    [
        ({}, "en", Speaker("hibari", "old-man")),
        ({"pitch": 40}, "en-GB", Speaker("hibari", "old-man")),
        ({}, "de", Speaker("espeak", None)),
        ({"name": "en-gb+m3"}, "en", Speaker("espeak", "en-gb+m3")),
        ({"name": "girl"}, "en", Speaker("hibari", "girl")),
        ({"name": "girl"}, "de", Speaker("hibari", "girl")),
        ({"engine": "espeak"}, "en", Speaker("espeak", None)),
        ({"engine": "hibari"}, "en", Speaker("hibari", "old-man")),
        ({"engine": "larynx"}, "en", Speaker("larynx", None)),
    ],
)
def test_the_best_engine_of_the_language_speaks_unless_another_is_named(voice, language, speaker):
    somebody = Character.model_validate({"name": "Abel", "description": "An old man", "voice": voice})
    assert speaker_of(somebody, language) == speaker


@pytest.mark.parametrize(
    ("description", "person"),
    [
        ("An old coat, and an old man in it", "old-man"),
        ("A mechanic in an old coat, a woman of thirty", "woman"),
        ("Her grandson, a boy", "boy"),
        ("A little old lady", "old-woman"),
        ("A postman", "man"),
        ("A girl of ten, slim and quick", "girl"),
        ("Tom, 8, her son, a boy", "boy"),
        ("A boy of twelve, slim", "boy"),
        ("The keeper of the lamp, an old woman of seventy, lean and upright", "old-woman"),
        ("An old woman, 67, small, a red scarf in her hair", "old-woman"),
        ("A ferryman of seventy, white beard, heavy hands", "old-man"),
        ("A fisherman of forty, broad and burly, with a full black beard", "low-man"),
        ("A woman of thirty, short black hair", "woman"),
        ("A stout lady", "low-woman"),
        ("A young woman with long red hair", "young-woman"),
        ("A man, 16 years old", "young-man"),
        ("A man in a coat with 3 buttons", "man"),
        ("A man with one eye", "man"),
    ],
)
def test_a_person_sounds_as_described(description, person):
    assert person_in(description, "Kim") == person
    assert person in PERSONS


@pytest.mark.parametrize(
    ("name", "description", "person"),
    [
        ("Jake", "an outlaw", "man"),
        ("Clara Voss", "a surgeon", "woman"),
        ("Dr. José Ruiz", "", "man"),
        ("Inspector Mary Hill", "a detective", "woman"),
        ("Jake", "an outlaw, a woman of thirty", "woman"),
        ("Mr. Rose", "", "man"),
    ],
)
def test_a_given_name_tells_where_no_word_does(name, description, person):
    assert person_in(description, name) == person


def test_whose_sex_no_word_tells_keeps_one_by_the_name():
    found = {
        name: person_in("a robot", name)
        for name in ("Kim", "Unit 7", "Robin", "Sasha", "Mrs. Bolt", "Mr. Bolt")
    }
    assert {*found.values()} == {"woman", "man"}
    assert (found["Mrs. Bolt"], found["Mr. Bolt"]) == ("woman", "man")
    assert found["Kim"] == person_in("", "Kim")
