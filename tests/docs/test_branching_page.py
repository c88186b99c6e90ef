"""The page on films that respond: its film is one, its commands run, its keys and numbers are the code's."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from storyboard.branching.answers import MOST_LETTERS
from storyboard.schema.choices import Answer, Ask, Choices
from storyboard.schema.parameters import AnswerForm
from tests.support import ROOT
from tests.support.doc_blocks import files_shown, lines_typed, write_files
from tests.support.pipeline.slate_films import Shotfarm

PAGE = (ROOT / "docs" / "branching.md").read_text("utf-8")
BLOCKS = files_shown(PAGE)
LINES = lines_typed(PAGE)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shotfarm:
    write_files(BLOCKS, tmp_path)
    monkeypatch.chdir(tmp_path)
    return Shotfarm(tmp_path / "home")


def test_the_commands_of_the_page_do_what_it_says(command):
    said = ""
    for line in LINES:
        if not line.startswith("$ shotfarm "):
            assert line in said
            continue
        # What makes films is run elsewhere.
        words = line.removeprefix("$ shotfarm ").replace("render ", "plan ").replace("variant ", "plan ")
        done = command.here(*shlex.split(words.replace(" --out ana.mp4", "")))
        assert done.returncode == 0, f"{words}: {done.stderr}{done.stdout}"
        said = done.stdout


def test_the_ways_are_told_to_scripts(command):
    told = json.loads(command.here("plan", "f", "--paths", "--json").stdout)
    assert (told["ways"], told["shortest"], told["longest"]) == (2, 14 * 24, 23 * 24)
    assert [ending["name"] for ending in told["endings"]] == ["The one who stayed", "The other side"]
    assert told["way"] == {"scenes": ["bank", "home"], "frames": 14 * 24}
    assert [one.get("default") for one in told["questions"]] == ["stay", None]
    way = json.loads(command.here("plan", "f", "--choose", "bank=cross", "--json").stdout)
    assert way["way"] == ["1A", "1B", "2A", "4A"]
    assert [shot["shot"] for shot in way["shots"] if not shot["on_way"]] == ["3A"]
    assert [(one["scene"], one["first"], one["due"]) for one in way["questions"]] == [
        ("bank", 96, 240),
        ("river", 312, 432),
    ]


def test_a_way_that_there_is_not_is_refused(command):
    done = command.here("render", "f", "--choose", "bank=swim")
    assert done.returncode == 2
    assert 'no answer of scene "bank" is called "swim" (there are: cross, stay)' in done.stderr


@pytest.mark.parametrize("key", [*Choices.model_fields, *Ask.model_fields, *Answer.model_fields])
def test_the_page_names_every_key(key):
    assert f"`{key}`" in PAGE


def test_the_page_says_how_long_answers_may_be():
    for form in AnswerForm:
        assert re.search(rf"`{form}` \| .* \| {MOST_LETTERS[form]} letters", PAGE)
