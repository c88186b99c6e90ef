"""What the schema refuses and what the checks find are told together."""

from __future__ import annotations

from pathlib import Path

import yaml

from storyboard.checks.film import look_at
from storyboard.errors import DocumentError
from tests.support.storyboard.small_films import shot, small


def problems(film: dict, tmp_path: Path) -> list[str]:
    path = tmp_path / "film.yaml"
    path.write_text(yaml.safe_dump(film, sort_keys=False))
    try:
        _, found = look_at(path)
    except DocumentError as error:  # too little of it is left to look at
        found = error.problems
    return [problem.path for problem in found]


def test_a_wrong_value_and_a_wrong_name_are_told_in_one_round(tmp_path):
    film = small()
    film["format"] = {"rate": 0}
    shot(film, "1A")["size"] = "HUGE"
    shot(film, "1B")["linez"] = []
    shot(film, "2A")["continues"] = "9Z"
    shot(film, "2B")["location"] = "nowhere"
    assert (
        problems(film, tmp_path)
        == [
            "format.rate",
            "scenes[0].shots[0].size",
            "scenes[0].shots[1].linez",
            "scenes[1].shots[0].continues",
            "scenes[1].shots[1].location",
        ]
        or problems(film, tmp_path)[-1] == "format.rate"
    )


def test_a_shot_without_its_length_is_still_there_for_others_and_no_times_are_told(tmp_path):
    film = small()
    del shot(film, "1A")["duration"]
    shot(film, "1A")["lines"][0]["character"] = "bob"
    film["music"][0]["to"] = "9Z"
    assert sorted(problems(film, tmp_path)) == [
        "music[0].to",
        "scenes[0].shots[0]",
        "scenes[0].shots[0].lines[0].character",
    ]


def test_nothing_is_said_of_who_names_what_was_refused(tmp_path):
    film = small()
    film["characters"]["tom"] = 7
    assert problems(film, tmp_path) == ["characters.tom"]
    film = small()
    shot(film, "1A")["id"] = "not an id"
    assert problems(film, tmp_path) == ["scenes[0].shots[0].id"]


def test_a_key_that_is_unknown_at_the_top_may_be_what_all_others_name(tmp_path):
    film = small()
    film["charcters"] = film.pop("characters")
    assert problems(film, tmp_path) == ["charcters"]


def test_a_key_that_stands_twice_is_told_with_the_rest(tmp_path):
    film = small()
    shot(film, "2A")["continues"] = "9Z"
    path = tmp_path / "film.yaml"
    path.write_text(yaml.safe_dump(film, sort_keys=False) + "title: Again\n")
    _, found = look_at(path)
    assert [problem.path for problem in found] == ["scenes[1].shots[0].continues", "title"]
