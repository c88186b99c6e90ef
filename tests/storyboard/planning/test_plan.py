from __future__ import annotations

import copy
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.errors import UsageError
from tests.support.storyboard.small_films import digests, large, plan, shot, small

TRAITS = st.fixed_dictionaries({"draws_lines": st.booleans(), "draws_shot_id": st.booleans()})


@st.composite
def films(draw) -> dict:
    """Films whose shots continue each other at random."""
    film = small()
    film["music"] = []
    names: list[str] = []
    film["scenes"] = []
    for number in range(draw(st.integers(1, 3))):
        shots = []
        for index in range(draw(st.integers(1, 4))):
            one: dict = {"id": f"{number}{'ABCD'[index]}", "duration": draw(st.integers(1, 60))}
            people = draw(st.lists(st.sampled_from(["mira", "tom"]), unique=True))
            one["characters"] = [{"id": name} for name in people]
            if draw(st.booleans()):
                one["lines"] = [{"character": "tom", "text": "Ahoy"}]
            if names and draw(st.booleans()):
                one["continues"] = draw(st.sampled_from(names))
            names.append(one["id"])
            shots.append(one)
        scene = {"id": f"s{number}", "slug": "S", "location": draw(st.sampled_from(["harbour", "tower"]))}
        film["scenes"].append({**scene, "shots": shots})
    return film


def shots_of(film: dict) -> list[dict]:
    return [one for scene in film["scenes"] for one in scene["shots"]]


def closure(film: dict, names: set[str]) -> set[str]:
    """The shots and all that continue them, directly or not."""
    reached = set(names)
    for one in shots_of(film):
        if one.get("continues") in reached:
            reached.add(one["id"])
    return reached


def changed(before: dict, after: dict, **traits: object) -> set[str]:
    old, new = digests(before, **traits), digests(after, **traits)
    return {name for name in new if old[name] != new[name]}


@given(film=films(), data=st.data())
def test_a_spoken_line_changes_pictures_only_where_lines_are_drawn(film, data):
    name = data.draw(st.sampled_from([one["id"] for one in shots_of(film)]))
    after = copy.deepcopy(film)
    shot(after, name)["lines"] = [{"character": "mira", "text": "Something new"}]
    assert changed(film, after, draws_lines=False) == set()
    assert changed(film, after, draws_lines=True) == closure(film, {name})


@given(film=films(), traits=TRAITS)
def test_a_character_changes_her_shots_and_what_continues_them(film, traits):
    after = copy.deepcopy(film)
    after["characters"]["mira"]["description"] = "a keeper with a scar"
    hers = {one["id"] for one in shots_of(film) if {"id": "mira"} in one["characters"]}
    assert changed(film, after, **traits) == closure(film, hers)


@given(film=films(), traits=TRAITS)
def test_a_character_s_lora_changes_her_shots_and_what_continues_them(film, traits):
    after, heavier = copy.deepcopy(film), copy.deepcopy(film)
    after["characters"]["mira"]["loras"] = [{"file": "mira.safetensors", "trigger": "m1ra"}]
    heavier["characters"]["mira"]["loras"] = [{"file": "mira.safetensors", "trigger": "m1ra", "weight": 0.5}]
    hers = {one["id"] for one in shots_of(film) if {"id": "mira"} in one["characters"]}
    assert changed(film, after, **traits) == closure(film, hers)
    assert changed(after, heavier, **traits) == closure(film, hers)


def performed(file: str, **keys: str) -> dict:
    return {"file": file, "consent": "J. Doe, in writing, 1 March", **keys}


@given(film=films(), data=st.data())
def test_a_performance_changes_its_shot_where_it_is_followed(film, data):
    name = data.draw(st.sampled_from([one["id"] for one in shots_of(film)]))
    takes = []
    replaced = performed("b.mp4", face="face.mp4", background="set.mp4", mask="mask.mp4")
    for performance in (
        performed("a.mp4"),
        performed("b.mp4"),
        performed("b.mp4", face="face.mp4"),
        replaced,
    ):
        takes.append(copy.deepcopy(film))
        shot(takes[-1], name)["performance"] = performance
    for before, after in zip([film, *takes], takes, strict=False):
        assert changed(before, after, follows_performances=True) == closure(film, {name})
        assert changed(before, after) == set()
    agreed = copy.deepcopy(takes[0])
    shot(agreed, name)["performance"]["consent"] = "J. Doe, again"
    assert changed(takes[0], agreed, follows_performances=True) == set()


@given(film=films(), data=st.data())
def test_a_picture_of_a_first_or_last_frame_changes_its_shot_where_it_is_taken(film, data):
    name = data.draw(st.sampled_from([one["id"] for one in shots_of(film) if "continues" not in one]))
    key = data.draw(st.sampled_from(["first_frame", "last_frame"]))
    after, other = copy.deepcopy(film), copy.deepcopy(film)
    shot(after, name)[key] = "start.png"
    shot(other, name)[key] = "end.png"
    for one, two in ((film, after), (after, other)):
        assert changed(one, two, takes_frames=True) == closure(film, {name})
        assert changed(one, two) == set()
    spec = next(one.spec for one in plan(after, takes_frames=True).shots if one.shot == name)
    assert {file.sha256 for file in spec.files()} == {"digest of start.png"}


def test_the_bytes_of_a_performance_are_in_the_spec_and_are_brought_to_the_worker():
    film = small()
    shot(film, "1B")["performance"] = performed("dance.mp4", pose="pose.mp4")
    specs = {one.shot: one.spec for one in plan(film, follows_performances=True).shots}
    acted = specs["1B"].performance
    assert acted is not None
    assert (acted.file.sha256, acted.face) == ("digest of dance.mp4", None)
    assert {file.sha256 for file in specs["1B"].files()} == {"digest of dance.mp4", "digest of pose.mp4"}
    assert specs["1A"].performance is None


@given(film=films(), data=st.data())
def test_a_match_cut_changes_its_shot_and_follows_the_shot_that_it_matches(film, data):
    shots = shots_of(film)
    free = [index for index, one in enumerate(shots) if index and "continues" not in one]
    if not free:
        return
    index = data.draw(st.sampled_from(free))
    name, earlier = shots[index]["id"], data.draw(st.sampled_from([one["id"] for one in shots[:index]]))
    after = copy.deepcopy(film)
    shot(after, name)["match_cut"] = earlier
    assert changed(film, after, matches_cuts=True) == closure(film, {name})
    assert changed(film, after) == set()
    again = copy.deepcopy(after)
    shot(again, earlier)["action"] = "Another"
    moved = closure(film, {earlier})
    assert changed(after, again, matches_cuts=True) == closure(film, {*moved, name})


def test_a_shot_that_matches_another_waits_for_it_and_asks_for_it():
    film = small()
    shot(film, "1B")["match_cut"] = "1A"
    planned = {one.shot: one for one in plan(film, selection=["1B"], matches_cuts=True).shots}
    assert planned["1B"].after == planned["1A"].digest
    assert {one.shot for one in planned.values() if one.selected} == {"1A", "1B"}
    assert planned["1A"].rank >= planned["1B"].rank + planned["1A"].estimate_s
    assert plan(film, selection=["1B"]).missing[0].after is None


@given(film=films(), data=st.data())
def test_shots_of_one_set_up_share_a_seed_and_only_their_digests_change(film, data):
    names = [one["id"] for one in shots_of(film)]
    chosen = data.draw(st.sets(st.sampled_from(names), min_size=1))
    seeded = data.draw(st.sets(st.sampled_from(names)))
    for name in seeded:
        shot(film, name)["seed"] = 7
    after = copy.deepcopy(film)
    for name in chosen:
        shot(after, name)["setup"] = "wide"
    assert changed(film, after) == closure(film, chosen - seeded)
    seeds = {one.shot: one.spec.seed for one in plan(after).shots}
    assert len({seeds[name] for name in chosen - seeded}) <= 1
    assert all(seeds[name] == 7 for name in seeded)


def test_a_set_up_is_no_shot():
    film = small()
    shot(film, "1B")["setup"] = "1A"
    seeds = {one.shot: one.spec.seed for one in plan(film).shots}
    assert seeds["1A"] != seeds["1B"]


@given(film=films(), traits=TRAITS, data=st.data())
def test_a_shot_changes_itself_and_what_continues_it(film, traits, data):
    name = data.draw(st.sampled_from([one["id"] for one in shots_of(film)]))
    after = copy.deepcopy(film)
    key, value = data.draw(
        st.sampled_from(
            [
                ("action", "Another"),
                ("size", "ECU"),
                ("seed", 99),
                ("duration", 61),
                ("backend_options", {"ink": {"x": 1}}),
            ]
        )
    )
    shot(after, name)[key] = value
    assert changed(film, after, **traits) == closure(film, {name})


@given(film=films(), data=st.data())
def test_what_shows_in_no_picture_changes_no_digest(film, data):
    after = copy.deepcopy(film)
    name = data.draw(st.sampled_from([one["id"] for one in shots_of(film)]))
    shot(after, name).update(notes="softer", titles=[{"text": "T"}], effects=[{"sound": "gulls"}], fade_out=1)
    shot(after, name)["backend_options"] = {"another": {"x": 1}}
    after.update(title="Another", logline="Another")
    after["characters"]["mira"]["voice"] = {"pitch": 9}
    after["scenes"][0]["synopsis"] = "Another"
    assert changed(film, after, draws_lines=True, draws_shot_id=True) == set()


@given(film=films(), order=st.randoms(use_true_random=False))
def test_digests_do_not_depend_on_the_order_of_keys(film, order: random.Random):
    def shuffled(value):
        if isinstance(value, dict):
            items = list(value.items())
            order.shuffle(items)
            return {key: shuffled(inner) for key, inner in items}
        return [shuffled(inner) for inner in value] if isinstance(value, list) else value

    assert digests(film) == digests(shuffled(film))


@given(film=films(), data=st.data())
def test_ranks_do_not_rise_along_chains(film, data):
    everything = digests(film)
    exist = data.draw(st.sets(st.sampled_from(sorted(everything.values()))))
    planned = {one.shot: one for one in plan(film, published=exist.__contains__).shots}
    for one in planned.values():
        assert one.exists == (one.digest in exist)
        assert one.exists == (not one.reasons)
        assert one.rank >= (0 if one.exists else one.estimate_s)
        if one.spec.predecessor:
            before = planned[one.spec.predecessor.shot]
            assert before.rank >= one.rank
            assert one.after == one.spec.predecessor.digest == before.digest


def test_a_whole_number_and_its_float_give_one_digest():
    film, same = small(), small()
    film["look"]["loras"] = [{"file": "a.safetensors", "weight": 1}]
    same["look"]["loras"] = [{"file": "a.safetensors", "weight": 1.0}]
    assert digests(film) == digests(same)


def test_the_spec_has_the_scene_s_clothes_light_and_weather():
    specs = {one.shot: one.spec for one in plan(small()).shots}
    (mira,) = specs["1A"].characters
    assert mira.wardrobe == "coat"
    assert [character.wardrobe for character in specs["2A"].characters] == ["", "oilskin"]
    assert (specs["1A"].location.weather, specs["1A"].location.time_of_day) == ("fog", "day")
    assert (specs["2A"].location.weather, specs["2A"].location.time_of_day) == ("clear", "night")


def test_the_spec_has_the_handles_of_its_dissolves():
    handles = {one.shot: (one.spec.head, one.spec.tail) for one in plan(small()).shots}
    assert handles == {"1A": (0, 4), "1B": (5, 0), "2A": (0, 0), "2B": (0, 0)}


def j_and_l_cut() -> dict:
    film = small()
    shot(film, "1B")["transition"] |= {"sound_leads": 8, "sound_trails": 3}
    shot(film, "2A")["transition"] = {"sound_leads": 6, "sound_trails": 7}
    return film


def test_a_take_with_sound_is_as_long_beyond_its_cut_as_the_sound_is_heard():
    takes = plan(j_and_l_cut(), makes_sound=lambda options: options["detail"] == 1).shots
    handles = {one.shot: (one.spec.head, one.spec.tail) for one in takes}
    # 2A continues 1A, whose sound it has before its own
    assert handles == {"1A": (0, 4), "1B": (8, 7), "2A": (0, 0), "2B": (0, 0)}


@pytest.mark.parametrize("makes_sound", [None, lambda _: False])
def test_where_sound_leads_and_trails_changes_no_take_without_sound(makes_sound):
    assert changed(small(), j_and_l_cut(), makes_sound=makes_sound) == set()


def test_a_line_that_leads_its_picture_is_drawn_so_and_one_with_a_moment_stays():
    film = j_and_l_cut()
    shot(film, "2A")["lines"] = [
        {"character": "tom", "text": "Ahoy"},
        {"character": "mira", "text": "Ay", "at": 2},
    ]
    specs = {one.shot: one.spec for one in plan(film, draws_lines=True).shots}
    assert [line.start for line in specs["2A"].lines] == [-6, 2]


def test_the_shot_s_id_and_lines_are_in_the_spec_only_for_backends_that_draw_them():
    (plain, *_), (drawn, *_) = (
        plan(small()).shots,
        plan(small(), draws_lines=True, draws_shot_id=True).shots,
    )
    assert (plain.spec.shot, plain.spec.lines) == ("", ())
    assert drawn.spec.shot == "1A"
    assert [(line.name, line.text, line.start) for line in drawn.spec.lines] == [("Tom", "Ahoy", 12)]


def test_seeds_are_the_shot_s_own_or_made_from_the_film_s_and_the_id():
    seeds = {one.shot: one.spec.seed for one in plan(small()).shots}
    assert seeds["2B"] == 5
    assert seeds["1A"] == 3659781030317180
    assert len(set(seeds.values())) == 4
    assert all(0 <= seed < 2**53 for seed in seeds.values())


def test_options_of_the_film_and_the_shot_reach_the_spec():
    film = small()
    film["backend_options"] = {"ink": {"wash": 2}, "other": {"x": 1}}
    shot(film, "1B")["backend_options"] = {"ink": {"wash": 3}}
    options = {one.shot: one.spec.options for one in plan(film).shots}
    assert options["1A"] == {"detail": 1, "wash": 2}
    assert options["1B"] == {"detail": 1, "wash": 3}


@pytest.mark.parametrize(
    ("selection", "exist", "selected"),
    [
        ((), (), {"1A", "1B", "2A", "2B"}),
        (("1B",), (), {"1B"}),
        (("2B",), (), {"1A", "2A", "2B"}),
        (("2B",), ("2A",), {"2A", "2B"}),
        (("2B",), ("2B",), {"2B"}),
        (("1*", "2A"), (), {"1A", "1B", "2A"}),
        (("?B",), ("1A",), {"1B", "1A", "2A", "2B"}),
    ],
)
def test_a_selection_has_the_predecessors_that_it_needs(selection, exist, selected):
    exist = {digests(small())[name] for name in exist}
    planned = plan(small(), published=exist.__contains__, selection=selection)
    assert {one.shot for one in planned.shots if one.selected} == selected
    assert {one.shot for one in planned.missing} == {
        one.shot for one in planned.shots if one.selected and not one.exists
    }


def test_a_selection_that_matches_nothing_is_refused():
    with pytest.raises(UsageError, match=r'no shot is called "1a"; did you mean "1A"\?') as caught:
        plan(small(), selection=["2*", "1a"])
    assert caught.value.hint == "there are: 1A, 1B, 2A, 2B"


def test_estimates_add_up():
    planned = plan(small())
    pixels = 1280 * 720 / (1280 * 720)
    assert [one.estimate_s for one in planned.shots] == [52 * 0.5, 53 * 0.5, 12 * pixels, 12.0]
    assert planned.estimate_s == 26 + 26.5 + 12 + 12
    assert planned.critical_path_s == 26 + 12 + 12
    assert plan(small(), published=lambda _: True).critical_path_s == 0


def test_chains_may_be_thousands_long():
    length = 3000
    film = small()
    film["music"] = []
    film["scenes"][0]["shots"] = [
        {"id": f"x{index}", "duration": 1, **({"continues": f"x{index - 1}"} if index else {})}
        for index in range(length)
    ]
    film["scenes"] = film["scenes"][:1]
    planned = plan(film, selection=[f"x{length - 1}"])
    assert len(planned.missing) == length
    assert planned.critical_path_s == planned.estimate_s


def test_a_large_film_is_planned_whole():
    planned = plan(large(400))
    assert len({one.digest for one in planned.missing}) == 400


@pytest.mark.parametrize("key", ["continues", "match_cut"])
def test_another_name_for_a_shot_renders_none_of_those_that_start_from_it(key):
    film = small()
    shot(film, "1A")["seed"] = 4
    after = copy.deepcopy(film)
    shot(film, "2A")["seed"] = shot(after, "2A")["seed"] = 6
    shot(film, "2A").pop("continues")
    shot(after, "2A").pop("continues")
    shot(film, "2A")[key], shot(after, "2A")[key] = "1A", "Opening"
    shot(after, "1A")["id"] = after["music"][0]["from"] = "Opening"
    old, new = digests(film, matches_cuts=True), digests(after, matches_cuts=True)
    assert new.pop("Opening") == old.pop("1A")
    assert new == old


def test_a_name_that_is_not_drawn_changes_no_take():
    film, after = small(), small()
    shot(film, "1A")["lines"] = shot(after, "1A")["lines"] = [{"character": "mira", "text": "Words."}]
    after["characters"]["mira"]["name"] = "美良"
    never = {"draws_lines": True, "draws_names": lambda options: options["detail"] != 1}
    assert changed(film, after, **never) == set()
    film["backend_options"] = after["backend_options"] = {"ink": {"detail": 2}}
    assert "1A" in changed(film, after, **never)
    assert "1A" in changed(film, after, draws_lines=True)


def test_another_voice_changes_the_shots_in_which_mouths_are_seen_to_speak_with_it():
    film = small()
    said = {"character": "mira", "text": "Words."}
    shot(film, "1A")["lines"] = [said]
    for name in ("1B", "2A"):
        shot(film, name)["lines"] = [{**said, "delivery": "voice-over"}]
        shot(film, name).pop("continues", None)
    after = copy.deepcopy(film)
    after["characters"]["mira"]["voice"] = {"pitch": 60}
    assert changed(film, after, draws_lines=True) == set()
    moved = changed(film, after, draws_lines=True, moves_mouths=lambda options: True)
    assert "1A" in moved
    assert moved <= closure(film, {"1A"})
    shot(after, "1A")["characters"] = shot(film, "1A")["characters"] = []
    assert changed(film, after, draws_lines=True, moves_mouths=lambda options: True) == set()
