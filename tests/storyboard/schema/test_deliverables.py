from __future__ import annotations

import pytest

from storyboard.checks.deliverables import chosen
from storyboard.checks.film import find_problems
from storyboard.errors import DocumentError, UsageError
from storyboard.schema.deliverables import DeliverableKind
from tests.support.storyboard.small_films import loaded, small


def problems_of(**deliverable: object) -> list[str]:
    film = small()
    film["deliverables"] = {"one": deliverable}
    return [f"{problem.path}: {problem.message}" for problem in find_problems(loaded(film))]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"kind": "web", "renditions": [180]}, "deliverables.one.renditions: only hls has renditions"),
        ({"kind": "hls", "renditions": [180, 360]}, "each rendition is smaller than the one before"),
        ({"kind": "hls", "renditions": [180, 180]}, "each rendition is smaller than the one before"),
        ({"kind": "hls", "height": 180}, 'hls has no height; it has "renditions"'),
        ({"kind": "stems", "height": 180}, "stems has no height; they have no picture"),
        ({"kind": "poster", "loudness_lufs": -23.0}, "deliverables.one.loudness_lufs: poster has no sound"),
        ({"kind": "web", "shot": "1A"}, "deliverables.one.shot: only a poster is of one shot"),
        (
            {"kind": "web", "address": "https://films.example/ferry/"},
            "deliverables.one.address: only a share is a page that has an address; web is none",
        ),
        ({"kind": "poster", "shot": "9Z"}, 'deliverables.one.shot: there is no shot "9Z"'),
        (
            {"kind": "web", "date": "today"},
            "deliverables.one.date: only a review copy has a slate; web has none",
        ),
        (
            {"kind": "review", "subtitles": ["en"]},
            "review has no subtitle tracks; burned_subtitles draws them",
        ),
        ({"kind": "master-dnxhr", "height": 90}, "at least 256x120 pixels"),
        ({"kind": "web-hevc", "height": 34}, "at least 64x32 pixels, and this would be 60x34"),
    ],
)
def test_what_a_kind_does_not_have_is_refused_at_its_place(said, words):
    (problem,) = problems_of(**said)
    assert words in problem


@pytest.mark.parametrize(
    "address",
    [
        "films.example/ferry",
        "javascript://films.example/%0aalert(1)",
        "https://films.example/?film=1",
        "https://ada:secret@films.example/",
        "https://films.example/a b/",
    ],
)
def test_the_address_of_a_share_is_one_of_a_folder_on_the_web(address):
    film = small()
    film["deliverables"] = {"one": {"kind": "share", "address": address}}
    with pytest.raises(DocumentError, match=r"deliverables\.one\.address"):
        loaded(film)


@pytest.mark.parametrize("kind", DeliverableKind)
def test_every_kind_can_be_asked_for_by_its_own_name(kind):
    assert chosen(loaded(small()).film, [kind.value])[kind.value].kind is kind


def test_a_name_of_the_film_wins_over_a_kind():
    film = small()
    film["deliverables"] = {"web": {"kind": "web-av1", "loudness_lufs": -14.0}}
    assert chosen(loaded(film).film, ["web"])["web"].kind is DeliverableKind.WEB_AV1


def test_a_misspelt_name_is_answered_with_what_there_is():
    with pytest.raises(UsageError, match='no deliverable is called "mastre"') as caught:
        chosen(loaded(small()).film, ["mastre"])
    assert "master" in str(caught.value)
    assert "contact-sheet" in (caught.value.hint or "")


def test_renditions_go_down_from_the_films_own_height():
    film = small()
    film["format"] = {"width": 1920, "height": 1080}
    film["deliverables"] = {"hls": {"kind": "hls"}, "two": {"kind": "hls", "renditions": [1080, 360]}}
    read = loaded(film).film
    assert read.deliverables["hls"].heights(read.format.size) == (1080, 720, 480, 360)
    assert read.deliverables["two"].heights(read.format.size) == (1080, 360)
