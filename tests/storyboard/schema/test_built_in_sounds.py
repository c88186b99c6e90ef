import pytest

from storyboard.schema.built_in_sounds import BUILT_IN_SOUNDS, SOUNDS_BY_KIND, sounds_like


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
    ],
)
def test_words_find_the_sound_that_they_speak_of(words, first):
    assert sounds_like(words)[0] == first


def test_words_of_no_sound_find_none_however_many_they_are():
    assert sounds_like("xyzzy" * 10_000) == []
    assert sounds_like("") == []
