"""The page on versions and slates: its films are films, its commands run, its words are the code's."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from pipeline.batches.slate import Entry
from storyboard.document.expressions import _FUNCTIONS
from storyboard.document.load import parse_film
from storyboard.errors import DocumentError
from storyboard.schema.parameters import RESERVED_NAMES, Parameter, ParameterType
from tests.support import ROOT
from tests.support.doc_blocks import files_shown, lines_typed, write_files
from tests.support.pipeline.slate_films import Shotfarm

PAGE = (ROOT / "docs" / "batches.md").read_text("utf-8")
BLOCKS = files_shown(PAGE)
COMMANDS = [line.removeprefix("$ shotfarm ") for line in lines_typed(PAGE)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_files(BLOCKS, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_of_the_page_do_what_it_says(folder):
    assert [name for name, _ in BLOCKS] == ["f/film.yaml", "slate.yaml", "spoken/film.yaml"]
    command = Shotfarm(folder / "home")
    for words in COMMANDS:
        # What makes films is run elsewhere (tests/pipeline/orchestration/test_batch_runs.py).
        quick = {"batch run": "batch run --dry-run", "variant f": "plan f", " -o ana.mp4": ""}
        for written, instead in quick.items():
            words = words.replace(written, instead)  # noqa: PLW2901
        done = command.here(*shlex.split(words))
        assert done.returncode == 0, f"{words}: {done.stderr}{done.stdout}"
    shown = command.here("batch", "plan")
    assert "4 productions, 8 shots: 4 takes in all" in shown.stdout


def test_the_film_of_the_page_speaks_three_languages(folder):
    command = Shotfarm(folder / "home")
    for language in ("en", "de", "ja"):
        done = command.here("validate", "spoken", "--set", f"language={language}")
        assert done.returncode == 0, done.stderr
        assert "No problems." in done.stdout or "No errors, " in done.stdout


def test_the_error_of_the_page_is_what_is_said():
    text = dict(BLOCKS)["f/film.yaml"].replace("{{ long }}s", "{{ long }}x")
    with pytest.raises(DocumentError) as caught:
        parse_film(text, Path("film.yaml"))
    first, _, last = next(line.strip() for line in PAGE.splitlines() if " became " in line).partition(" … ")
    told = str(caught.value)
    assert told.startswith(first), told
    assert told.endswith(last), told


@pytest.mark.parametrize("word", [*ParameterType, *Parameter.model_fields, *Entry.model_fields])
def test_the_page_names_every_type_and_key(word):
    assert word == "description" or re.search(rf"`{word}|{word}:", PAGE)


def test_the_page_names_every_function_and_a_parameter_has_no_such_name():
    assert all(f"`{name}(…)`" in PAGE for name in _FUNCTIONS)
    assert {*_FUNCTIONS, "true", "false"} == RESERVED_NAMES
