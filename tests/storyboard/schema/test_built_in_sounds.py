import tomllib

import pytest

from storyboard.schema.built_in_sounds import BUILT_IN_SOUNDS, SOUNDS_BY_KIND, sounds_like
from tests.support import ROOT

DRAWN = tomllib.loads((ROOT / "farm/backends/animatic/lexicon/places.toml").read_text("utf-8"))
"""the places that the animatic draws"""
TONE_OF = {
    "aeroplane": "aeroplane-inside",
    "boat": "ship-deck",
    "car": "car-inside",
    "castle hall": "castle",
    "city street": "street",
    "hill": "meadow",
    "hospital": "hospital",
    "Japanese house": "japanese-house",
    "lamp room": "lens",
    "lift": "corridor",
    "lighthouse": "headland",
    "meeting room": "office",
    "platform": "station",
    "police station": "police-station",
    "ship's bridge": "starship",
    "shore": "sea",
    "space": "space",
    "stairs": "corridor",
    "train": "train-inside",
}
TONES = {*SOUNDS_BY_KIND["places, as room tones"], "lens", "sea"}


def test_a_sound_has_one_name_and_one_kind():
    assert sum(map(len, SOUNDS_BY_KIND.values())) == len(BUILT_IN_SOUNDS)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("police siren", "police-siren"),
        ("gun shot", "gunshot"),
        ("dogs", "dog"),
        ("seagulls", "gulls"),
        ("elevator", "lift"),
        ("truck", "lorry"),
        ("sounds/Church_Bells.wav", "church-bell"),
        ("breaking glass", "glass"),
        ("crowds", "crowd"),
        ("the beach", "sea"),
        ("an operating theatre", "hospital"),
        ("space station", "starship"),
        ("petrol station", "motorway"),
    ],
)
def test_words_find_the_sound_that_they_speak_of(words, first):
    assert sounds_like(words)[0] == first


def test_words_of_no_sound_find_none_however_many_they_are():
    assert sounds_like("xyzzy" * 10_000) == []
    assert sounds_like("") == []


@pytest.mark.parametrize(("place", "tone"), TONE_OF.items())
def test_a_place_finds_its_room_tone(place, tone):
    assert next(name for name in sounds_like(place) if name in TONES) == tone


def test_nearly_all_words_for_places_that_the_animatic_draws_find_a_room_tone():
    words = [word for name, place in DRAWN.items() for word in (name, *place["words"][::4])]
    silent = [word for word in words if not TONES & {*sounds_like(word)}]
    assert len(silent) < len(words) / 10, silent
