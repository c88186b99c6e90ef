"""What of a language model's answer is taken for a proposal, and what it comes to in a document."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from storyboard.document.load import parse_film
from storyboard.schema.vocabulary import ShotSize
from storyboard.screenplay.accepting import accepted_text, diff_of
from storyboard.screenplay.breakdown import Choices
from storyboard.screenplay.importing import choices_like, imported, reimported
from storyboard.screenplay.proposals import NoAnswerError, answer_schema, heard
from storyboard.screenplay.questions import questions_of
from tests.support.storyboard.screenplays import TWO_ROOMS

MADE = imported(TWO_ROOMS.encode(), "a.fountain", Choices())
FIRST, SECOND = questions_of(MADE.film)


def diff(answer, text=MADE.text, question=FIRST):
    return diff_of(MADE.film, text, [(question, heard(json.dumps(answer)))])


def accepted(answer, text=MADE.text, question=FIRST):
    found = diff(answer, text, question)
    assert not found.refused
    made = accepted_text(text, found.proposals)
    return made, {shot.id: shot for _, shot in parse_film(made, Path("film.yaml")).film.shots()}


def changed(shot, **values):
    return {"shots": [{"shot": shot, "size": None, "camera": None, "action": None, "why": "", **values}]}


def added(after="1B", **values):
    shot = {
        "after": after,
        "size": "CU",
        "camera": "static",
        "action": "The letter in her hand.",
        "seconds": 2,
    }
    return {"added": [{**shot, "people": ["mara"], "why": "", **values}]}


def test_a_changed_shot_changes_its_rows_alone():
    text, shots = accepted(changed("1B", size="MS", camera="push-in", action="Mara reads; her lips move."))
    assert (shots["1B"].size, shots["1B"].camera) == ("MS", "push-in")
    was, now = MADE.text.splitlines(), text.splitlines()
    at = was.index("      - id: 1B")
    assert now[:at] == was[:at]
    assert now[at + 2 : at + 5] == [
        "        size: MS",
        "        camera: push-in",
        "        action: Mara reads; her lips move.",
    ]
    assert now[at + 5 :] == was[at + 4 :]


def test_a_new_shot_stands_behind_its_own_with_people_where_they_stood():
    text, shots = accepted({"added": added()["added"] + added(action="And the stamp.")["added"]})
    assert [*shots][1:4] == ["1B", "1B-1", "1B-2"]
    assert shots["1B-1"].characters == tuple(one for one in shots["1B"].characters if one.id == "mara")
    assert str(shots["1B-1"].duration) == "2s"
    again = diff({"added": added()["added"] + added(action="And the stamp.")["added"]}, text)
    assert again.proposals == []


def test_a_shot_is_left_out_and_stays_so():
    text, shots = accepted({"left_out": [{"shot": "1C", "why": "nothing new"}]})
    assert "1C" not in shots
    assert diff({"left_out": [{"shot": "1C", "why": ""}]}, text).proposals == []


def test_people_and_the_place_are_described_where_they_come_first():
    people = [{"id": "mara", "description": "Forty, tired, a green coat.", "why": ""}]
    text, _ = accepted({"people": people, "place": "A narrow kitchen."})
    film = parse_film(text, Path("film.yaml")).film
    assert film.characters["mara"].description == "Forty, tired, a green coat."
    assert film.locations["kitchen"].description == "A narrow kitchen."
    later = diff({"people": people}, question=SECOND)
    assert later.proposals == []
    assert later.refused == ['scene 2: character "mara": is not to be described here']


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (changed("1B", size="HUGE"), r'shots "1B": size: .*not "HUGE"'),
        (changed("1B", lines=["Yes."]), r'shots "1B": lines: Extra inputs are not permitted'),
        (changed("1B", id="9Z"), "Extra inputs"),
        (changed("9Z", size="CU"), 'shot "9Z": there is no such shot in the scene'),
        (changed("2A", size="CU"), 'shot "2A": there is no such shot in the scene'),
        (changed("1B", size="OTS"), "there must be two people"),
        (changed("1B", action="{{ env }}"), "begins a formula"),
        (changed("1B", action=" "), "is empty"),
        (changed("1B", action="x" * 4001), "has 4001 letters, of 4000 at most"),
        (changed("1B", action="a\x1b[2Jb"), "character U\\+001B"),
        (changed("1B", action="a\u202eb"), "character U\\+202E"),
        (added(people=["nobody"]), 'has "nobody", who is not there'),
        (added(after="2A"), "no such shot in the scene"),
        (added(seconds=900), "seconds: .*less than or equal to 30"),
        (added(seconds="NaN"), "seconds: "),
        ({"left_out": [{"shot": "1D", "why": ""}]}, 'shot "1D": it has dialogue or titles and stays'),
        ({"left_out": [{"shot": "9Z", "why": ""}]}, "there is no such shot"),
        ({"shots": {"1B": "CU"}}, "shots: is no list"),
        ({"shots": ["1B"]}, "shots: Input should be a valid dictionary"),
        ({"shots": [], "titles": ["MINE"]}, '"titles" is nothing that can be proposed'),
        ({"place": 7}, "place: Input should be a valid string"),
    ],
)
def test_what_is_not_valid_is_named_and_left_out(answer, why):
    other = {"shot": "1C", "size": "ECU", "camera": None, "action": None, "why": "closer"}
    shots = answer.get("shots", [])
    mixed = {**answer, "shots": [*shots, other]} if isinstance(shots, list) else answer
    found = diff(mixed)
    assert len(found.refused) == 1
    assert re.search(why, found.refused[0])
    assert [one.id for one in found.proposals] == (["1C"] if isinstance(shots, list) else [])


def test_one_shot_of_a_scene_and_those_that_others_name_stay():
    gone = {"left_out": [{"shot": one.id, "why": ""} for one in MADE.film.scenes[1].shots]}
    found = diff(gone, question=SECOND)
    assert len(found.proposals) == len(MADE.film.scenes[1].shots) - 1
    assert "it is the only one of its scene and stays" in found.refused[0]
    text = MADE.text.replace("- id: 2B\n", "- id: 2B\n        continues: 2A\n")
    assert "name it, and it stays" in diff(gone, text, SECOND).refused[0]


@pytest.mark.parametrize(
    "text", ["", "I would cut it all.", "[1]", "7", '{"a": 1}', "[" * 10_000, '{"shots": [', "\x00"]
)
def test_what_is_in_no_form_is_no_answer(text):
    with pytest.raises(NoAnswerError):
        heard(text)


def test_a_fence_around_an_answer_does_no_harm():
    assert heard('```json\n{"place": "A room."}\n```').answer.place == "A room."
    assert heard("{}").answer.shots == ()


def test_what_was_changed_by_hand_stays_and_is_said():
    text = MADE.text.replace("A boat leaves. Jonah", "A ship leaves. Jonah")
    found = diff(changed("2B", action="A boat goes.", size="WS"), text, SECOND)
    assert found.by_hand == ["shot 2B: action"]
    assert [one.key for one in found.proposals[0].changes] == ["size"]


def test_accepted_proposals_stay_through_a_rewrite():
    text, _ = accepted({**changed("1B", size="MS"), **added(), "left_out": [{"shot": "1C", "why": ""}]})
    rewritten = TWO_ROOMS.replace("He is coming back.", "He will come back.")
    choices = choices_like(MADE.record, Choices(), calibrate=False)
    after = reimported(rewritten.encode(), "a.fountain", choices, MADE.record, text)
    shots = {shot.id: shot for _, shot in parse_film(after.text, Path("film.yaml")).film.shots()}
    assert [*shots] == ["1A", "1B", "1B-1", "1D", "2A", "2B", "2C"]
    assert (shots["1B"].size, shots["1D"].lines[0].text) == ("MS", "He will come back.")


def test_no_answer_that_is_taken_changes_dialogue_ids_or_the_order():
    every = {
        "shots": [
            {"shot": shot.id, "size": "CU", "camera": "pan-left", "action": f"{shot.id} other", "why": ""}
            for shot in MADE.film.scenes[0].shots
        ],
        **added(),
        "people": [{"id": "mara", "description": "Somebody else.", "why": ""}],
        "place": "Elsewhere.",
    }
    _, shots = accepted(every)
    before = {shot.id: shot for _, shot in MADE.film.shots()}
    assert [name for name in shots if name in before] == [*before]
    for name, shot in before.items():
        assert (shots[name].lines, shots[name].duration, shots[name].titles) == (
            shot.lines,
            shot.duration,
            shot.titles,
        )


def test_the_schema_is_closed_and_asks_for_every_property():
    def objects(value):
        if isinstance(value, dict):
            if "properties" in value:
                yield value
            for one in value.values():
                yield from objects(one)
        elif isinstance(value, list):
            for one in value:
                yield from objects(one)

    found = [*objects(answer_schema())]
    assert len(found) == 5
    for one in found:
        assert one["additionalProperties"] is False
        assert one["required"] == [*one["properties"]]
    added = found[0]["properties"]["added"]["items"]["properties"]
    assert added["size"]["enum"] == [*ShotSize]
    assert "$" not in json.dumps(answer_schema())


def test_a_question_tells_lines_and_says_who_is_to_be_described():
    told = FIRST.told
    assert [one["describe"] for one in told["people"]] == [True, True]
    assert [one["describe"] for one in SECOND.told["people"]] == [False]
    assert told["shots"][3]["lines"][0] == {"who": "mara", "text": "He is coming back."}
    assert FIRST.messages()[0]["role"] == "system"
    assert "delete every line" not in FIRST.messages()[0]["content"] + SECOND.messages()[0]["content"]
