"""An editor's cut laid over a film: what is shown, and what of it must be rendered."""

from __future__ import annotations

from fractions import Fraction

from storyboard.planning.decided import THE_CUT, Circled, Decided
from storyboard.planning.editors_cut import CutShot, CutTransition, EditorsCut, edited_film
from storyboard.schema.film import Film
from storyboard.schema.vocabulary import TransitionKind
from tests.support.storyboard.small_films import plan, shot, small

ALL = ("1A", "1B", "2A", "2B")


def cut_of(*shots: CutShot | str, known: tuple[str, ...] = ALL) -> EditorsCut:
    places = tuple(CutShot(shot=one) if isinstance(one, str) else one for one in shots)
    return EditorsCut(shots=places, known=known)


def film() -> Film:
    return Film.model_validate(small())


def shown(cut: EditorsCut) -> list[str]:
    return [shot.id for _, shot in edited_film(film(), cut).film.shots()]


def planned(cut: EditorsCut, document: dict | None = None, **more: object):
    return plan(document or small(), decided={THE_CUT: Decided(cut=cut)}, **more)


def test_the_storyboards_own_cut_is_the_film_as_it_is():
    assert edited_film(film(), cut_of(*ALL)).film == film()
    assert [one.digest for one in planned(cut_of(*ALL)).cut] == [one.digest for one in plan(small()).cut]


def test_shots_stand_in_the_editors_order_as_often_as_they_do_there():
    assert shown(cut_of("2B", "1A", "2B")) == ["2B", "1A", "2B·2"]
    scenes = edited_film(film(), cut_of("1A", "2A", "1B")).film.scenes
    assert [(scene.id, [one.id for one in scene.shots]) for scene in scenes] == [
        ("s1", ["1A"]),
        ("s2", ["2A"]),
        ("s1·2", ["1B"]),
    ]


def test_a_shot_that_is_trimmed_keeps_its_take():
    before = {one.shot: one for one in plan(small()).shots}
    after = planned(cut_of(CutShot(shot="1A", first=10, frames=20), "1B", "2A", "2B"))
    assert {one.shot: one.digest for one in after.shots} == {name: one.digest for name, one in before.items()}
    seen = after.cut[0]
    assert (seen.shape.frames, seen.first, seen.held) == (20, 10, (0, 0))
    assert after.film.duration_frames() == plan(small()).film.duration_frames() - 28


def test_a_shot_that_is_extended_needs_as_much_more_of_its_take_and_no_other_shot_does():
    before = {one.shot: one for one in plan(small()).shots}
    after = {
        one.shot: one for one in planned(cut_of(*ALL[:3], CutShot(shot="2B", first=-4, frames=34))).shots
    }
    assert {name for name in ALL if before[name].digest != after[name].digest} == {"2B"}
    assert (after["2B"].spec.head, after["2B"].spec.frames, after["2B"].spec.tail) == (4, 24, 6)


def test_a_shot_at_half_speed_is_as_long_as_the_editor_has_it_and_needs_nothing_new():
    cut = cut_of("1A", "1B", "2A", CutShot(shot="2B", frames=48, speed=Fraction(1, 2)))
    after = planned(cut)
    assert after.film.shots()[-1][1].speed == Fraction(1, 2)
    assert [one.digest for one in after.shots] == [one.digest for one in plan(small()).shots]
    assert after.cut[-1].held == (0, 0)


def test_what_is_not_in_the_cut_is_not_rendered_unless_another_starts_from_it():
    after = planned(cut_of("1B", "2B"))
    assert {one.shot for one in after.missing} == {"1A", "1B", "2A", "2B"}  # 2B goes on from 2A, and so 1A
    assert {one.shot for one in planned(cut_of("1B")).missing} == {"1B"}


def test_a_shot_that_the_storyboard_has_gained_since_comes_after_the_one_that_it_follows():
    assert shown(cut_of("2B", "1A", known=("1A", "2A", "2B"))) == ["2B", "1A", "1B"]
    assert shown(cut_of("2B", known=("2B",))) == ["1A", "1B", "2A", "2B"]


def test_a_shot_that_the_storyboard_has_lost_is_passed_over():
    assert shown(cut_of("9Z", "1B", known=(*ALL, "9Z"))) == ["1B"]
    assert shown(cut_of("9Z", known=(*ALL, "9Z"))) == list(ALL)


def test_an_omitted_shot_is_out_of_the_editors_cut_too():
    decided = {THE_CUT: Decided(cut=cut_of("2B", "1A")), "2B": Decided(omitted=True)}
    assert [one.id for _, one in plan(small(), decided=decided).film.shots()] == ["1A"]


def test_transitions_are_the_editors_as_far_as_they_fit():
    dissolve = CutTransition(kind=TransitionKind.DISSOLVE, frames=12)
    begins = CutShot(shot="1A", transition=dissolve)
    long = CutShot(shot="2A", frames=4, transition=dissolve)
    shots = [one for _, one in edited_film(film(), cut_of(begins, long)).film.shots()]
    assert shots[0].transition.kind is TransitionKind.CUT, "a film cannot begin with a dissolve"
    assert shots[1].transition.duration.frames(Fraction(24)) == 9, "four frames hold half of nine"


def test_lines_stay_with_the_pictures_that_they_were_spoken_to():
    (first, *_) = edited_film(film(), cut_of(CutShot(shot="1A", first=5), "1B")).film.shots()
    assert first[1].lines[0].at.frames(Fraction(24)) == 7
    (first, *_) = edited_film(film(), cut_of(CutShot(shot="1A", first=-5, frames=53), "1B")).film.shots()
    assert first[1].lines[0].at.frames(Fraction(24)) == 17
    (first, *_) = edited_film(film(), cut_of(CutShot(shot="1A", frames=12), "1B")).film.shots()
    assert first[1].lines == ()


def test_a_cue_goes_from_where_its_first_shot_is_to_where_those_after_it_end():
    cue = edited_film(film(), cut_of("2B", "1A", "2A", "1B")).film.music[0]
    assert (cue.start, cue.end) == ("1A", "1B")
    assert edited_film(film(), cut_of("2B")).film.music == ()
    cue = edited_film(film(), cut_of("1B", "2B", "2A")).film.music[0]
    assert (cue.start, cue.end) == ("1B", "1B")


def test_a_take_that_a_person_chose_stays_and_stands_still_where_it_has_no_frames():
    document = small()
    own = {one.shot: one for one in plan(document).shots}["2B"]
    decided = {
        THE_CUT: Decided(cut=cut_of("1A", "1B", "2A", CutShot(shot="2B", first=-3, frames=30))),
        "2B": Decided(circled=Circled(own.digest, own.spec)),
    }
    seen = plan(document, decided=decided, published=lambda _: True).cut[-1]
    assert (seen.digest, seen.held) == (own.digest, (3, 3))


def test_a_film_that_branches_has_no_editors_cut():
    document = small()
    document["scenes"][0]["choices"] = {
        "question": "Where?",
        "default": "on",
        "answers": [
            {"id": "on", "text": "On", "goes_to": "s2"},
            {"id": "too", "text": "Too", "goes_to": "s2"},
        ],
    }
    shot(document, "2A").pop("continues")
    document["scenes"][1]["ending"] = "The end"
    assert len(planned(cut_of("1A"), document).film.shots()) == 4
