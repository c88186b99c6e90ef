from __future__ import annotations

import pytest

from storyboard.branching.route import Step, chosen_in, follow
from storyboard.branching.route_film import Question
from storyboard.errors import UsageError
from storyboard.planning.decided import Decided
from storyboard.planning.plan import Plan, plan_film
from storyboard.schema.film import Film
from tests.support.storyboard.branching_films import forked, leads, plain, scene
from tests.support.storyboard.small_films import Everything, renderer, shot


def names(steps, document) -> list[str]:
    return [document["scenes"][step.scene]["id"] for step in steps]


def way(document, **chosen: tuple[str, ...]) -> list[str]:
    return names(follow(Film.model_validate(document), chosen), document)


def plan(document, selection=(), decided=None, draws_shot_id=False, **chosen) -> Plan:
    one = renderer(draws_shot_id=draws_shot_id)
    return plan_film(
        Film.model_validate(document),
        Everything(),
        lambda _: one,
        published=lambda _: False,
        previous={},
        selection=selection,
        decided=decided,
        chosen=chosen,
    )


def test_who_chooses_nothing_goes_the_way_of_the_defaults():
    assert way(forked()) == ["quay", "path", "lamp"]
    assert way(forked(), quay=("sea",)) == ["quay", "boat", "lamp"]
    assert way(forked(), path=("down",)) == ["quay", "path", "shore"]
    assert follow(Film.model_validate(forked()), {})[0] == Step(0, 1, "hill")


def test_a_way_whose_end_is_open_stops_before_it():
    film = Film.model_validate(forked())
    assert names(follow(film, {}, until_open=True), forked()) == ["quay"]
    steps = follow(film, {"quay": ("hill",)}, until_open=True)
    assert (names(steps, forked()), steps[-1].answer) == (["quay", "path"], None)


def test_what_is_no_scene_s_answer_is_refused():
    with pytest.raises(UsageError, match=r'no scene "quai" has choices; did you mean "quay"\?'):
        way(forked(), quai=("sea",))
    with pytest.raises(UsageError, match='no answer of scene "quay" is called "see"'):
        way(forked(), quay=("see",))
    with pytest.raises(UsageError, match="the film has none"):
        way(plain(2), s0=("x",))


def test_what_is_chosen_where_the_way_does_not_come_is_refused():
    with pytest.raises(UsageError, match='what is chosen does not come to scene "path"'):
        way(forked(), quay=("sea",), path=("on",))
    with pytest.raises(UsageError, match='does not come to scene "quay" 2 times'):
        way(forked(), quay=("hill", "sea"))


def hub() -> dict:
    """A room that one comes back to until one leaves."""
    document = plain(3)
    leads(document, "s0", "s2", "s1")
    leads(document, "s1", "s0")
    return document


def test_a_scene_comes_again_as_often_as_it_is_chosen():
    decisions = [("s0", "s1"), ("s0", "s1"), ("s0", "s2")]
    assert way(hub(), **chosen_in(decisions)) == ["s0", "s1", "s0", "s1", "s0", "s2"]


def test_shots_that_come_again_are_the_same_takes_under_other_names():
    planned = plan(hub(), draws_shot_id=True, s0=("s1",))
    assert [one.shot for one in planned.cut] == ["0A", "1A", "0A·2", "2A"]
    assert [shot.id for _, shot in planned.film.shots()] == [one.shot for one in planned.cut]
    assert planned.cut[0].digest == planned.cut[2].digest
    assert [one.shot for one in planned.shots] == ["0A", "1A", "2A"]
    assert planned.film.duration_frames() == 4 * 24
    assert len({scene.id for scene in planned.film.scenes}) == 4


def test_all_shots_are_planned_and_the_way_is_cut():
    planned = plan(forked())
    assert [one.shot for one in planned.shots] == ["1A", "1B", "2A", "2B", "3A", "4A", "5A"]
    assert [one.shot for one in planned.cut] == ["1A", "1B", "3A", "4A"]
    assert [one.shot for one in planned.elsewhere] == ["2A", "2B", "5A"]
    assert all(one.selected for one in planned.shots)


def test_of_a_chosen_way_its_own_shots_are_made():
    planned = plan(forked(), quay=("sea",))
    assert [one.shot for one in planned.missing] == ["1A", "1B", "2A", "2B", "4A"]
    assert [one.shot for one in plan(forked(), selection=["5A"], quay=("sea",)).missing] == ["5A"]


def test_shots_have_one_digest_on_every_way():
    ways = [plan(forked(), **chosen) for chosen in ({}, {"quay": ("sea",)}, {"path": ("down",)})]
    digests = [{one.shot: one.digest for one in planned.shots} for planned in ways]
    assert digests[0] == digests[1] == digests[2]
    for planned, known in zip(ways, digests, strict=True):
        assert {one.shot: one.digest for one in planned.cut}.items() <= known.items()


def test_a_dissolve_takes_handles_inside_a_stretch_alone():
    handles = {one.shot: (one.shape.head, one.shape.tail) for one in plan(forked()).shots}
    assert handles["2A"] == (0, 4)
    assert handles["2B"] == (4, 0)
    assert all(handles[name] == (0, 0) for name in ("1A", "1B", "3A", "4A", "5A"))


def test_the_film_of_a_way_is_an_ordinary_film():
    planned = plan(forked(), quay=("sea",))
    assert all((one.choices, one.ask, one.goes_to, one.ending) == (None,) * 4 for one in planned.film.scenes)
    linear = forked()
    linear["scenes"] = [scene(linear, name) for name in ("quay", "boat", "lamp")]
    for one in linear["scenes"]:
        for key in ("choices", "ask", "goes_to", "ending"):
            one.pop(key, None)
    alone = plan(linear)
    assert [one.digest for one in alone.shots] == [one.digest for one in planned.cut]
    assert alone.film.duration_frames() == planned.film.duration_frames() == 192


def test_questions_stand_before_the_ends_of_their_scenes():
    assert plan(forked()).questions == (
        Question("quay", 1, chooses=True, first=0, due=96),
        Question("path", 1, chooses=True, first=144, due=168),
    )
    at_sea = plan(forked(), quay=("sea",))
    assert at_sea.questions[1] == Question("boat", 1, chooses=False, first=96, due=144)
    assert at_sea.borders == (96, 144)
    assert plan(plain(3)).questions == ()


def test_an_omitted_shot_is_on_no_way():
    omitted = {"2A": Decided(omitted=True), "3A": Decided(omitted=True)}
    document = forked()
    assert [one.shot for one in plan(document, decided=omitted).cut] == ["1A", "1B", "4A"]
    at_sea = plan(document, decided=omitted, quay=("sea",))
    assert [one.shot for one in at_sea.cut] == ["1A", "1B", "2B", "4A"]
    # What began with a dissolve from it begins with a cut now, as its stretch does on every way.
    assert (
        shot({"scenes": [one.model_dump() for one in at_sea.film.scenes]}, "2B")["transition"]["kind"]
        == "cut"
    )
    assert at_sea.borders == (96, 120)
    assert plan(document, decided=omitted).borders == (96, 96)
    digests = [
        {one.shot: one.digest for one in plan(document, decided=omitted, **chosen).shots}
        for chosen in ({}, {"quay": ("sea",)})
    ]
    assert digests[0] == digests[1]


def test_a_shot_that_is_omitted_is_omitted_whenever_it_comes():
    planned = plan(hub(), decided={"0A": Decided(omitted=True)}, s0=("s1",))
    assert [one.shot for one in planned.cut] == ["1A", "2A"]
    with pytest.raises(UsageError, match="every shot is omitted"):
        plan(plain(1), decided={"0A": Decided(omitted=True)})


MUSIC = [{"id": "M1", "from": "1A", "to": "4A"}]


def cues(document, **chosen) -> list[tuple]:
    film = plan(document, **chosen).film
    return [
        (cue.id, cue.start, cue.end, cue.follows, cue.rings_on, cue.at.frames(film.format.rate))
        for cue in film.music
    ]


def test_a_cue_over_questions_is_heard_in_parts_up_to_each():
    document = forked() | {"music": MUSIC}
    assert cues(document) == [
        ("M1", "1A", "1B", None, True, 0),
        ("M1", "3A", "3A", "M1", True, 0),
        ("M1", "4A", "4A", "M1", False, 0),
    ]
    assert cues(document, quay=("sea",))[0] == cues(document)[0]


def test_a_cue_ends_where_a_way_leads_elsewhere():
    document = forked() | {"music": MUSIC}
    assert cues(document, path=("down",)) == [
        ("M1", "1A", "1B", None, True, 0),
        ("M1", "3A", "3A", "M1", True, 0),
    ]


def test_a_cue_that_is_not_on_a_way_is_not_heard():
    document = forked() | {"music": [{"id": "M1", "from": "2A", "to": "2B"}]}
    assert cues(document) == []
    assert cues(document, quay=("sea",)) == [("M1", "2A", "2B", None, False, 0)]


def test_a_cue_of_its_own_length_ends_after_it_on_every_way():
    document = forked() | {"music": [{"id": "M1", "from": "1B", "to": "4A", "at": 24, "duration": 48}]}
    film = plan(document).film
    lengths = [cue.duration and cue.duration.frames(film.format.rate) for cue in film.music]
    assert cues(document) == [("M1", "1B", "1B", None, True, 24), ("M1", "3A", "3A", "M1", False, 0)]
    assert lengths == [None, 24]


def test_a_recording_goes_over_questions_whole():
    document = forked() | {"music": [{**MUSIC[0], "file": "a.wav"}]}
    assert cues(document) == [("M1", "1A", "4A", None, False, 0)]
    assert cues(document, path=("down",)) == [("M1", "1A", "3A", None, True, 0)]


def test_a_cue_that_comes_again_is_heard_again():
    document = hub() | {"music": [{"id": "M1", "from": "1A", "to": "1A"}]}
    assert [cue[1] for cue in cues(document, s0=("s1", "s1"))] == ["1A", "1A·2"]


def test_what_another_cue_follows_rings_on_where_that_one_is_not_heard_too():
    document = forked() | {
        "music": [
            {"id": "M1", "from": "1A", "to": "1B"},
            {"id": "M2", "from": "2A", "to": "2B", "follows": "M1"},
        ]
    }
    assert cues(document) == [("M1", "1A", "1B", None, True, 0)]
    assert cues(document, quay=("sea",))[0] == cues(document)[0]
