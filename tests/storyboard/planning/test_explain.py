from __future__ import annotations

import pytest

from storyboard.planning.explain import MISSING
from storyboard.planning.spec import ShotSpec
from tests.support.storyboard.small_films import plan, shot, small


def reasons(change, name: str, /, before: dict | None = None, **traits: object) -> tuple[str, ...]:
    """Why a shot renders again after a change of the film; its last spec as it comes back from JSON."""
    last = {
        one.shot: ShotSpec.model_validate_json(one.spec.model_dump_json())
        for one in plan(before or small()).shots
    }
    film = small()
    change(film)
    (found,) = (one.reasons for one in plan(film, previous=last, **traits).shots if one.shot == name)
    return found


def first(name: str, **keys: object):
    return lambda film: shot(film, name).update(keys)


@pytest.mark.parametrize(
    ("change", "name", "expected"),
    [
        (lambda film: None, "1A", MISSING),
        (
            lambda film: film["characters"]["mira"].update(description="x"),
            "1A",
            "character mira: description changed",
        ),
        (
            lambda film: film["characters"]["mira"].update(wardrobe={}),
            "1A",
            "character mira: wardrobe changed",
        ),
        (first("1B", characters=[{"id": "tom"}]), "1B", "character tom: added"),
        (first("1A", characters=[]), "1A", "character mira: removed"),
        (
            first("2A", characters=[{"id": "mira"}, {"id": "tom"}]),
            "2A",
            "characters: order changed",
        ),
        (
            first("1A", characters=[{"id": "mira", "pose": "sitting"}]),
            "1A",
            "character mira: pose standing → sitting",
        ),
        (lambda film: film["look"].update(palette=["#000000"]), "1A", "look: palette changed"),
        (
            lambda film: film["locations"]["harbour"].update(weather="rain"),
            "1A",
            "location harbour: weather fog → rain",
        ),
        (first("1A", location="tower"), "1A", "location harbour → tower"),
        (first("2B", duration=60), "2B", "duration 24 → 60 frames"),
        (first("1B", transition={"kind": "cut"}), "1A", "tail handle 4 → 0 frames (transition changed)"),
        (first("1B", transition={"kind": "cut"}), "1B", "head handle 5 → 0 frames (transition changed)"),
        (first("1A", action="x"), "2A", "starts from shot 1A, which changes"),
        (first("2B", continues="1B"), "2B", "starts from shot 1B"),
        (lambda film: shot(film, "2B").pop("continues"), "2B", "starts from no other shot"),
        (first("1A", action="x"), "1A", "action changed"),
        (first("1A", size="CU"), "1A", "size MS → CU"),
        (first("1A", camera="push-in"), "1A", "camera static → push-in"),
        (first("2B", seed=6), "2B", "seed 5 → 6"),
        (first("1A", backend_options={"ink": {"detail": 2}}), "1A", "option detail: 1 → 2"),
        (first("1A", backend_options={"ink": {"paper": "rough"}}), "1A", "option paper: none → rough"),
        (
            lambda film: film.update(format={"width": 1920, "height": 1080}),
            "1A",
            "picture 1280×720 → 1920×1080",  # noqa: RUF001
        ),
    ],
)
def test_one_change_is_told_in_words(change, name, expected):
    assert reasons(change, name) == (expected,)


def test_a_new_shot_is_new():
    assert {one.reasons for one in plan(small()).shots} == {("new shot",)}


def test_a_backend_and_its_version_are_told():
    assert "backend: ink → slate" in reasons(lambda film: None, "1A", name="slate")
    assert reasons(lambda film: None, "1A", version=2) == ("backend ink: version 1 → 2",)
    assert reasons(lambda film: None, "1A", draws_lines=True) == ("dialogue changed",)


def acted(**keys: str) -> dict:
    return {"performance": {"file": "a.mp4", "consent": "given", **keys}}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, acted(), "performance: added"),
        (acted(), {}, "performance: removed"),
        (acted(), acted(file="b.mp4"), "performance: video changed"),
        (acted(), acted(pose="pose.mp4"), "performance: pose changed"),
        (acted(background="a.mp4"), acted(background="b.mp4"), "performance: background changed"),
        ({}, {"first_frame": "a.png"}, "first frame: added"),
        ({"last_frame": "a.png"}, {"last_frame": "b.png"}, "last frame: changed"),
        ({"last_frame": "a.png"}, {}, "last frame: removed"),
        ({}, {"match_cut": "1A"}, "matches shot 1A"),
        ({"match_cut": "1A"}, {}, "matches no other shot"),
    ],
)
def test_performances_and_match_cuts_are_told(before, after, expected):
    film = small()
    shot(film, "1B").update(before)
    able = {"follows_performances": True, "matches_cuts": True, "takes_frames": True}
    last = {one.shot: one.spec for one in plan(film, **able).shots}
    film = small()
    shot(film, "1B").update(after)
    (found,) = (one.reasons for one in plan(film, previous=last, **able).shots if one.shot == "1B")
    assert found == (expected,)


def test_several_changes_are_all_told():
    def change(film):
        shot(film, "2A").update(size="CU", duration=30)
        film["look"]["negative"] = "text"

    assert reasons(change, "2A") == (
        "look: negative changed",
        "duration 24 → 30 frames",
        "size MS → CU",
        "starts from shot 1A, which changes",
    )


def test_the_rate_of_a_film_is_told():
    assert "frame rate 24 → 25" in reasons(lambda film: film.update(format={"rate": 25}), "1A")


def test_a_shot_that_was_given_another_id_is_compared_with_what_it_was():
    before = {one.shot: one.spec for one in plan(small()).shots}
    film = small()
    shot(film, "1A")["id"] = "9A"
    for one in (one for scene in film["scenes"] for one in scene["shots"]):
        one.update({"continues": "9A"} if one.get("continues") == "1A" else {})
    film["music"] = []
    film["characters"]["mira"]["description"] = "a sailor"
    found = {one.shot: one.reasons for one in plan(film, previous=before).shots}
    assert found["9A"][:2] == ("was shot 1A", "character mira: description changed")
    assert all("was shot" not in reason for name in found.keys() - {"9A"} for reason in found[name])
