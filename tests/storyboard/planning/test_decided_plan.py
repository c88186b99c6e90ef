"""The plan with people's decisions: what they change, and that they change nothing else."""

from __future__ import annotations

import copy
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from storyboard.checks.time import find_in_time
from storyboard.errors import UsageError
from storyboard.media.take_shape import TakeShape
from storyboard.planning.adjustments import Adjustment, seed_of_take
from storyboard.planning.decided import Circled, Decided
from storyboard.planning.decided_film import cut_film
from storyboard.planning.resolve import KnownSpecs, derived_seed
from storyboard.schema.film import Film
from tests.support.storyboard.small_films import plan, renderer, shot, small

SEEDS = st.integers(0, 3)
BACKENDS = renderer(), renderer(name="oil", draws_shot_id=True), renderer(version=2)
KINDS = ("cut", "dissolve", "fade", "dip-to-white", "wipe-left")


@st.composite
def films(draw) -> dict:
    """Films with transitions, J-cuts, fades, chains and music, all of which fit."""
    film = small()
    names: list[str] = []
    lengths: list[int] = []
    film["scenes"] = []
    for number in range(draw(st.integers(1, 3))):
        shots = []
        for index in range(draw(st.integers(1, 4))):
            first = not names
            length = draw(st.integers(24, 60))
            one: dict = {"id": f"{number}{'ABCD'[index]}", "duration": length}
            kind = draw(st.sampled_from(("cut", "fade") if first else KINDS))
            if names and kind == "cut" and draw(st.booleans()):
                one["continues"] = draw(st.sampled_from(names))
            transition: dict = {"kind": kind}
            if kind != "cut":
                transition["duration"] = draw(st.integers(1, 12))
            if not first:
                transition["sound_leads"] = draw(st.integers(0, min(lengths[-1], 30)))
                transition["sound_trails"] = draw(st.integers(0, length))
            one["transition"] = transition
            if draw(st.booleans()):
                one["fade_out"] = draw(st.integers(1, 5))
            names.append(one["id"])
            lengths.append(length)
            shots.append(one)
        film["scenes"].append({"id": f"s{number}", "slug": "S", "location": "harbour", "shots": shots})
    start = draw(st.integers(0, len(names) - 1))
    end = draw(st.integers(start, len(names) - 1))
    film["music"] = [{"id": "M1", "from": names[start], "to": names[end], "at": draw(st.integers(0, 20))}]
    return film


def ids(film: dict) -> list[str]:
    return [one["id"] for scene in film["scenes"] for one in scene["shots"]]


def by_shot(planned) -> dict:
    return {one.shot: one for one in planned.shots}


def frames(planned) -> int:
    return planned.film.duration_frames()


@given(film=films(), data=st.data())
def test_what_was_resolved_before_makes_no_other_plan_whatever_has_changed_since(film, data):
    known, names = KnownSpecs(), ids(film)
    film["characters"]["mira"]["references"] = ["mira.png"]
    shot(film, names[0])["characters"] = [{"id": "mira"}]
    opened, digests, by = Film.model_validate(film), {"mira.png": "a" * 64}, BACKENDS[0]
    decided: dict[str, Decided] = {}
    for _ in range(data.draw(st.integers(2, 5))):
        match data.draw(
            st.sampled_from(["decided", "omitted", "circled", "file", "film", "read", "backend"])
        ):
            case "decided":
                decided |= {
                    data.draw(st.sampled_from(names)): Decided(adjustment=Adjustment(seed=data.draw(SEEDS)))
                }
            case "omitted" if len(names) > 1:
                decided |= {data.draw(st.sampled_from(names)): Decided(omitted=True)}
            case "circled":
                one = data.draw(st.sampled_from(plan(opened, digests=digests, known=known).shots))
                decided |= {one.shot: Decided(circled=Circled("c" * 64, one.spec, None))}
            case "file":
                digests = {"mira.png": data.draw(st.sampled_from("ab")) * 64}
            case "film":
                opened = opened.model_copy(update={"seed": data.draw(SEEDS)})
            case "read":
                opened = Film.model_validate(film)
            case "backend":
                by = data.draw(st.sampled_from(BACKENDS))
        if len([one for one in decided.values() if one.omitted]) == len(names):
            decided.clear()
        now = {"decided": decided, "digests": digests, "by": by, "published": lambda _: True}
        planned = plan(opened, known=known, **now)
        assert planned == plan(opened, **now)
        again = plan(opened, known=known, **now)
        assert all(one.spec is other.spec for one, other in zip(planned.shots, again.shots, strict=True))


@given(film=films())
def test_without_decisions_the_plan_is_what_it_was_and_its_film_the_document_s(film):
    bare, nothing = (
        plan(film),
        plan(film, decided={"0A": Decided(), "of another film": Decided(omitted=True)}),
    )
    assert bare == nothing
    assert bare.film is not None
    assert bare.film == Film.model_validate(film)
    assert bare.cut == bare.shots


@given(film=films(), data=st.data())
def test_an_omitted_shot_takes_its_frames_along_and_changes_no_other_take_but_for_longer_handles(film, data):
    names = ids(film)
    gone = data.draw(st.sets(st.sampled_from(names), max_size=len(names) - 1))
    before = plan(film)
    after = plan(film, decided={name: Decided(omitted=True) for name in gone})
    old, new = by_shot(before), by_shot(after)
    assert [one.shot for one in after.cut] == [name for name in names if name not in gone]
    assert [shot.id for _, shot in after.film.shots()] == [one.shot for one in after.cut]
    assert frames(after) == frames(before) - sum(old[name].shape.frames for name in gone)
    others: set[str] = set()
    for name in names:
        then, now = old[name].spec, new[name].spec
        if (now.head, now.tail) != (then.head, then.tail):
            assert now.head >= then.head
            assert now.tail >= then.tail
            others.add(name)
        elif new[name].digest != old[name].digest:
            assert now.source is not None
            assert now.source.shot in others
            others.add(name)


@given(film=films(), data=st.data())
def test_what_is_left_of_a_film_passes_the_checks_of_time(film, data):
    names = ids(film)
    gone = data.draw(st.sets(st.sampled_from(names), max_size=len(names) - 1))
    whole = Film.model_validate(film)
    assume(not [*find_in_time(whole)])
    left = cut_film(whole, frozenset(gone))
    assert [*find_in_time(left)] == []
    for cue in left.music:
        kept = [shot.id for _, shot in left.shots()]
        assert kept.index(cue.start) <= kept.index(cue.end)


def test_a_film_of_cuts_loses_frames_and_nothing_else():
    film = small()
    shot(film, "1B").pop("transition")
    before, after = plan(film), plan(film, decided={"1B": Decided(omitted=True)})
    assert {name: one.digest for name, one in by_shot(before).items()} == {
        name: one.digest for name, one in by_shot(after).items()
    }
    assert [cue.id for cue in after.film.music] == ["M1"]


def test_what_continues_an_omitted_shot_keeps_its_take_as_source_and_has_it_rendered_when_it_is_missing():
    decided = {"1A": Decided(omitted=True)}
    everything = plan(small(), decided=decided)
    assert [one.shot for one in everything.missing] == ["1A", "1B", "2A", "2B"]
    there = {one.digest for one in everything.shots if one.shot != "1A"}
    assert plan(small(), decided=decided, published=there.__contains__).missing == ()
    without_followers = {one.digest for one in everything.shots if one.shot in {"2A", "2B"}}
    left = plan(small(), decided=decided, published=without_followers.__contains__)
    assert [one.shot for one in left.missing] == ["1B"]


def test_an_omitted_shot_is_rendered_when_it_is_named_and_not_when_a_pattern_catches_it():
    decided = {"1B": Decided(omitted=True)}
    named = plan(small(), decided=decided, selection=["1B"])
    assert [one.shot for one in named.missing] == ["1B"]
    caught = plan(small(), decided=decided, selection=["1*"])
    assert [one.shot for one in caught.missing] == ["1A"]


def test_a_film_whose_shots_are_all_omitted_is_refused():
    with pytest.raises(UsageError, match="every shot is omitted"):
        plan(small(), decided={name: Decided(omitted=True) for name in ids(small())})


def test_a_scene_whose_shots_are_omitted_is_no_scene_and_its_music_is_not_played():
    film = small()
    film["music"] = [{"id": "M1", "from": "1A", "to": "2B"}, {"id": "M2", "from": "2A", "to": "2B"}]
    left = plan(film, decided={"2A": Decided(omitted=True), "2B": Decided(omitted=True)}).film
    assert [scene.id for scene in left.scenes] == ["s1"]
    assert [(cue.id, cue.start, cue.end) for cue in left.music] == [("M1", "1A", "1B")]


def test_music_that_begins_in_an_omitted_shot_begins_so_much_earlier():
    film = small()
    film["music"] = [{"id": "M1", "from": "1A", "to": "2A", "at": 50}]
    left = plan(film, decided={"1A": Decided(omitted=True)}).film
    assert [(cue.start, str(cue.at)) for cue in left.music] == [("1B", "2")]


def test_a_dissolve_is_shortened_where_the_shots_that_meet_now_are_too_short_for_it():
    film = small()
    shot(film, "1A")["duration"] = 3
    shot(film, "1A").pop("lines")
    shot(film, "2A").pop("continues")
    shot(film, "2A")["transition"] = {"kind": "dissolve", "duration": 20}
    left = plan(film, decided={"1B": Decided(omitted=True)}).film
    transition = left.shots()[1][1].transition
    assert (transition.kind, str(transition.duration)) == ("dissolve", "6")


def circled(planned, name: str, adjustment: Adjustment | None = None) -> dict[str, Decided]:
    one = by_shot(planned)[name]
    return {name: Decided(circled=Circled(one.digest, one.spec, adjustment))}


@given(film=films(), data=st.data(), sounding=st.booleans())
def test_circling_the_current_take_changes_nothing(film, data, sounding):
    traits = {"makes_sound": lambda _: True} if sounding else {}
    before = plan(film, **traits)
    name = data.draw(st.sampled_from(ids(film)))
    after = plan(film, decided=circled(before, name), **traits)
    assert by_shot(after)[name].circled
    assert after == replace(
        before,
        shots=tuple(replace(one, circled=one.shot == name) for one in before.shots),
    )


@given(film=films(), data=st.data())
def test_a_circled_take_stays_though_the_storyboard_changed_and_says_why_it_is_stale(film, data):
    name = data.draw(st.sampled_from(ids(film)))
    before = plan(film)
    changed = copy.deepcopy(film)
    shot(changed, name)["action"] = "Something else"
    after = plan(changed, decided=circled(before, name), published=lambda _: True)
    assert {one.shot: one.digest for one in after.shots} == {one.shot: one.digest for one in before.shots}
    assert by_shot(after)[name].stale == ("action changed",)
    assert after.missing == ()


def test_what_continues_a_shot_continues_its_circled_take():
    film, other = small(), small()
    shot(other, "1A")["seed"] = 99
    chosen = circled(plan(other), "1A", Adjustment(seed=99))
    after = plan(film, decided=chosen, published=lambda digest: digest == chosen["1A"].circled.digest)
    assert by_shot(after)["2A"].after == chosen["1A"].circled.digest
    assert by_shot(after)["1A"].adjusted == ("seed 99",)
    assert by_shot(after)["1A"].stale == ()
    assert by_shot(after) | {"1A": None} == by_shot(plan(other)) | {"1A": None}


def test_a_circled_take_that_is_gone_and_cannot_be_made_again_gives_way_and_says_so():
    film = small()
    chosen = circled(plan(film), "1B")
    shot(film, "1B")["action"] = "Something else"
    after = by_shot(plan(film, decided=chosen))["1B"]
    assert not after.circled
    assert after.digest == by_shot(plan(film))["1B"].digest
    assert after.reasons == ("its circled take is missing from the store", "action changed")


def test_a_circled_take_that_is_gone_is_made_again_where_the_storyboard_is_the_same():
    chosen = circled(plan(small()), "1B")
    after = by_shot(plan(small(), decided=chosen))["1B"]
    assert after.circled
    assert not after.exists


@pytest.mark.parametrize(("length", "held"), [(60, (0, 12)), (30, (0, 0)), (48, (0, 0))])
def test_a_circled_take_that_is_too_short_now_holds_its_last_frame_for_what_is_missing(length, held):
    film = small()
    for name in ("1A", "1B", "2A", "2B"):
        shot(film, name).pop("transition", None)
    shot(film, "1A").pop("lines")
    chosen = circled(plan(film), "1A")
    shot(film, "1A")["duration"] = length
    after = by_shot(plan(film, decided=chosen, published=lambda _: True))["1A"]
    assert after.held == held
    assert after.shape.frames == length
    assert after.spec.frames == 48


def test_a_circled_take_without_handles_holds_its_first_frame_under_a_new_dissolve():
    film = small()
    shot(film, "1B").pop("transition")
    chosen = circled(plan(film), "1B")
    after = by_shot(plan(small(), decided=chosen, published=lambda _: True))["1B"]
    assert after.held == (5, 0)
    assert after.stale == ("head handle 0 → 5 frames (transition changed)",)


def test_frames_are_held_where_a_take_of_another_rate_has_none():
    native = TakeShape(64, 36, Fraction(12), 0, 24, 0)
    asked = TakeShape(64, 36, Fraction(24), 4, 60, 0)
    assert native.held(asked) == (4, 12)
    assert native.held(replace(asked, head=0, frames=48)) == (0, 0)
    assert native.held(replace(asked, head=0, frames=49)) == (0, 1)


@given(film=films(), data=st.data())
def test_an_adjusted_shot_is_digested_as_if_the_storyboard_said_so(film, data):
    name = data.draw(st.sampled_from(ids(film)))
    adjustment = Adjustment(
        add_prompt="in the rain",
        seed=data.draw(st.integers(0, 2**53 - 1)),
        options={"ink": {"detail": 3}},
        last_frame="end.png",
    )
    written = copy.deepcopy(film)
    shot(written, name).update(
        {
            "action": "in the rain",
            "seed": adjustment.seed,
            "backend_options": {"ink": {"detail": 3}},
            "last_frame": "end.png",
        }
    )
    laid = plan(film, decided={name: Decided(adjustment=adjustment)}, takes_frames=True)
    said = plan(written, takes_frames=True)
    assert {one.shot: one.digest for one in laid.shots} == {one.shot: one.digest for one in said.shots}
    assert by_shot(laid)[name].adjusted


def test_alternatives_are_rendered_beside_the_take_that_the_film_shows_and_nothing_starts_from_them():
    seeds = [seed_of_take(7, number) for number in (2, 3)]
    first, second = (Adjustment(seed=seed) for seed in seeds)
    decided = {"1A": Decided(adjustment=first)}
    planned = plan(small(), decided=decided, alternatives={"1A": [second]}, selection=["1A"])
    assert [(one.shot, one.spec.seed) for one in planned.missing] == [("1A", seeds[0]), ("1A", seeds[1])]
    assert by_shot(planned)["2A"].after == by_shot(planned)["1A"].digest
    assert planned.cut == plan(small(), decided=decided, selection=["1A"]).cut


def test_seeds_of_takes_are_the_same_everywhere_and_fit_a_json_number():
    assert seed_of_take(7, 2) == seed_of_take(7, 2) != seed_of_take(7, 3)
    assert 0 <= seed_of_take(2**53 - 1, 64) < 2**53
    film = Film.model_validate(small())
    assert seed_of_take(derived_seed(film.seed, film.shots()[0][1]), 2) == 7109721454495271


def test_adjustments_follow_each_other():
    first = Adjustment(add_prompt="more rain", seed=4, options={"ink": {"detail": 2, "wash": 1}})
    then = first.then(Adjustment(add_prompt="at dusk", options={"ink": {"detail": 5}}))
    assert then == Adjustment(
        add_prompt="more rain at dusk", seed=4, options={"ink": {"detail": 5, "wash": 1}}
    )
    assert then.in_words() == ('"more rain at dusk" added', "seed 4", "detail = 5", "wash = 1")
    assert not Adjustment()


def test_words_that_make_an_action_too_long_are_refused():
    film = small()
    shot(film, "1A")["action"] = "x" * 3990
    with pytest.raises(UsageError, match="the action of shot 1A has 4001 letters"):
        plan(film, decided={"1A": Decided(adjustment=Adjustment(add_prompt="0123456789"))})
