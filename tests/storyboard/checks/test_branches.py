from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from storyboard.checks.film import find_problems
from storyboard.errors import DocumentError
from tests.support.storyboard.branching_films import forked, leads, plain, scene
from tests.support.storyboard.small_films import loaded, shot

Change = Callable[[dict[str, Any]], object]


def said(film: dict[str, Any]) -> list[str]:
    try:
        problems = find_problems(loaded(film))
    except DocumentError as error:
        problems = list(error.problems)
    return [f"{problem.path}: {problem.message}" for problem in problems]


def of(name: str, **keys: object) -> Change:
    return lambda film: scene(film, name).update(keys)


def choice(name: str, **keys: object) -> Change:
    return lambda film: scene(film, name)["choices"].update(keys)


def answer(name: str, index: int, **keys: object) -> Change:
    return lambda film: scene(film, name)["choices"]["answers"][index].update(keys)


def of_shot(name: str, **keys: object) -> Change:
    return lambda film: shot(film, name).update(keys)


def without(name: str, key: str) -> Change:
    return lambda film: scene(film, name).pop(key)


def test_a_film_that_branches_passes():
    assert said(forked()) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            answer("quay", 0, goes_to="boot"),
            'scenes[0].choices.answers[0].goes_to: no scene is called "boot"; did you mean "boat"?',
        ),
        (of("boat", goes_to="lam"), 'scenes[1].goes_to: no scene is called "lam"; did you mean "lamp"?'),
        (choice("quay", default="see"), 'scenes[0].choices.default: no answer is called "see"'),
        (answer("quay", 1, id="sea"), 'scenes[0].choices.answers[1].id: there is an answer "sea" already'),
        (
            answer("quay", 1, text="out to SEA"),
            'scenes[0].choices.answers[1].text: "out to SEA" is the answer before; viewers cannot tell them',
        ),
        (
            answer("path", 1, goes_to="lamp"),
            'scenes[2].choices.answers[1].goes_to: another answer leads to "lamp" already; it changes',
        ),
        (
            without("boat", "goes_to"),
            'scenes[1].id: "boat" does not say how it goes on, and an answer leads to the next scene',
        ),
        (of("boat", ending="Drowned"), 'scenes[1].ending: "goes_to" says already how the scene goes on'),
        (of("quay", goes_to="boat"), 'scenes[0].goes_to: "choices" says already how the scene goes on'),
        (
            of("path", ask={"parameter": "who", "question": "Who?"}),
            'scenes[2].ask: one thing is asked at a scene\'s end, and "choices" does',
        ),
        (
            of("shore", ask={"parameter": "who", "question": "Who?"}),
            "scenes[4].ask: the film ends with this scene: nothing follows that is answered",
        ),
        (
            answer("path", 1, goes_to="boat"),
            'scenes[4].id: no way through the film comes to this ending, "shore"',
        ),
        (choice("path", within=73), 'scenes[2].choices.within: "73" is 73 frames, and the scene has 72'),
        (choice("path", within=0), 'scenes[2].choices.within: "0" is no time to answer'),
        (
            of_shot("2A", transition={"kind": "dissolve"}),
            'scenes[1].shots[0].transition.kind: "2A" begins what follows what is asked in "quay", and ',
        ),
        (
            of_shot("4A", transition={"kind": "fade"}),
            'scenes[3].shots[0].transition.kind: "4A" begins what follows what is asked in "boat"',
        ),
        (
            of_shot("5A", transition={"kind": "cut", "sound_leads": 4}),
            'scenes[4].shots[0].transition.sound_leads: "5A" begins what follows what is asked in "path", ',
        ),
        (
            of_shot("4A", continues="2B"),
            'scenes[3].shots[0].continues: not every way to "lamp" comes through "boat", its scene',
        ),
    ],
)
def test_what_is_wrong_with_ways_is_said_at_its_place(change, expected):
    film = forked()
    change(film)
    found = said(film)
    assert any(one.startswith(expected) for one in found), found


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda film: film["parameters"]["who"].pop("default"),
            "parameters.who: it has no default, and no value is given",
        ),
        (
            lambda film: scene(film, "boat")["ask"].update(parameter="whom"),
            'scenes[1].ask.parameter: no parameter is called "whom"; did you mean "who"? (there are: who)',
        ),
        (
            of_shot("1A", action="{{ who }} looks out"),
            'scenes[0].shots[0].action: "who" is asked for at the end of scene "boat", and this is needed b',
        ),
        (
            of_shot("2A", when="who == 'friend'"),
            'scenes[1].shots[0].when: "who" is asked for at the end of scene "boat", and this is needed',
        ),
        (
            of_shot("1B", characters=[{"id": "you"}]),
            'characters.you.name: "who" is asked for at the end of scene "boat", and this is needed before',
        ),
        (
            lambda film: film["locations"]["sea"].update(description="for {{ who }}"),
            'locations.sea.description: "who" is asked for at the end of scene "boat"',
        ),
        (
            lambda film: film.update(look={"description": "for {{ who }}"}),
            'look.description: "who" is asked for at the end of scene "boat"',
        ),
        (
            lambda film: (leads(film, "lamp", "quay", "shore"), scene(film, "lamp").pop("ending")),
            'scenes[1].ask.parameter: "who" would be asked for again: scene "boat" can come again',
        ),
    ],
)
def test_what_is_wrong_with_what_is_asked_for_is_said_at_its_place(change, expected):
    film = forked()
    change(film)
    found = said(film)
    assert any(one.startswith(expected) for one in found), found


def test_something_is_asked_for_once_on_a_way_and_on_several_ways():
    film = plain(5)
    film["parameters"] = {"who": {"type": "text", "default": "x"}}
    leads(film, "s0", "s1", "s2")
    for name in ("s1", "s2"):
        scene(film, name)["ask"] = {"parameter": "who", "question": "Who?"}
        leads(film, name, "s3")
    assert said(film) == []
    scene(film, "s3")["ask"] = {"parameter": "who", "question": "Who?"}
    assert '"who" is asked for already in scene "s1", which comes before' in str(said(film))


def test_a_title_may_say_what_is_asked_for_later():
    film = forked()
    film["title"] = "For {{ who }}"
    assert said(film) == []


def test_a_circle_that_leads_out_is_a_film():
    film = plain(3)
    leads(film, "s1", "s2", "s0")
    assert said(film) == []


def test_a_circle_without_an_exit_is_none():
    film = plain(4)
    leads(film, "s0", "s3", "s1")
    leads(film, "s2", "s1")
    assert said(film) == ["scenes[1].id: from here no ending can be reached (neither from s1, s2)"]


def test_who_never_answers_comes_to_an_end():
    film = plain(3)
    leads(film, "s1", "s0", "s2")
    (problem,) = said(film)
    assert problem.startswith("scenes[1].choices.default: whoever never answers stays in a circle (s0, s1);")


def test_a_film_of_thousands_of_scenes_is_checked():
    film = plain(3001)
    for number in range(0, 3000, 3):
        leads(film, f"s{number}", f"s{number + 1}", f"s{number + 2}")
        leads(film, f"s{number + 1}", f"s{number + 3}")
        leads(film, f"s{number + 2}", f"s{number + 3}")
    assert said(film) == []


@pytest.mark.parametrize(
    ("cue", "expected"),
    [
        ({"from": "2A", "to": "3A"}, 'music[0].to: no way through the film comes from "2A" to "3A"'),
        ({"from": "1A", "to": "4A", "file": "a.mid"}, "music[0].file: MIDI is played as a whole"),
        ({"from": "2A", "to": "2B", "follows": "M9"}, 'music[0].follows: no cue is called "M9"'),
        (
            {"from": "2B", "to": "2B", "follows": "M2"},
            'music[0].follows: "M2" ends with shot "1B", and "2B" does not come after it',
        ),
        (
            {"from": "3A", "to": "3A", "follows": "M2", "at": 0},
            "music[0].follows: what follows another cue begins",
        ),
    ],
)
def test_music_goes_where_the_film_does(cue, expected):
    film = forked()
    film["music"] = [{"id": "M1", **cue}, {"id": "M2", "from": "1A", "to": "1B"}]
    found = said(film)
    assert any(one.startswith(expected) for one in found), found


def test_a_cue_follows_another_on_each_way():
    film = forked()
    film["music"] = [
        {"id": "M1", "from": "1A", "to": "1B"},
        {"id": "M2", "from": "2A", "to": "2B", "follows": "M1"},
        {"id": "M3", "from": "3A", "to": "4A", "follows": "M1", "mood": "tense"},
    ]
    assert said(film) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"bad\n# why\nworse*\n", []),
        (b"a*b", ['blocked_words: "words.txt": line 1: a word, with * at its ends at most, is expected']),
        (b"\xff\xfe", ['blocked_words: "words.txt": is not UTF-8 text']),
        (b"w\n" * 2**20, ['blocked_words: "words.txt": is larger than a list of words may be (1 MiB)']),
        (None, ['blocked_words: there is no file "words.txt" in the project folder']),
    ],
)
def test_a_block_list_is_read_with_the_film(tmp_path, content, expected):
    if content is not None:
        (tmp_path / "words.txt").write_bytes(content)
    film = loaded(forked() | {"blocked_words": "words.txt"}, tmp_path)
    assert [f"{problem.path}: {problem.message}" for problem in find_problems(film)] == expected
