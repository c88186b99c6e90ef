"""Screenplays through the command: in, planned, rewritten, out again."""

from __future__ import annotations

import json

import pytest

from pipeline.cli.app import app
from storyboard.errors import DocumentError, UsageError
from storyboard.screenplay.read import read_script
from tests.support.storyboard.screenplays import LAST_LOAF


@pytest.fixture
def script(capsys, monkeypatch, tmp_path):
    """Runs a command in a folder of its own and returns what it says."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        app([*map(str, words)], standalone_mode=False)
        return capsys.readouterr().out

    return run


def test_a_screenplay_becomes_a_film_that_can_be_planned_and_comes_back(script, tmp_path):
    said = script("script", "import", LAST_LOAF, "-o", "film.yaml")
    assert "The Last Loaf: 2.9 pages, 5 scenes, 38 shots, 3 characters" in said
    assert "line 1: an entry of the title page, kept for export: Author: A. Person" in said
    planned = json.loads(script("plan", "film.yaml", "--backend", "slate", "--json"))
    assert len(planned["shots"]) == 38
    assert script("script", "export", "film.yaml", "-o", "again.fountain") == "again.fountain: written\n"
    first, again = read_script(LAST_LOAF), read_script(tmp_path / "again.fountain")
    assert [(one.kind, one.text) for one in again.elements] == [
        (one.kind, one.text) for one in first.elements
    ]
    assert again.title_page == first.title_page


def test_a_second_import_says_what_changed_and_writes_nothing_when_asked_so(script, tmp_path):
    script("script", "import", LAST_LOAF, "-o", "film.yaml")
    (tmp_path / "b.fountain").write_text(
        LAST_LOAF.read_text("utf-8").replace("forty years", "fifty years"), "utf-8"
    )
    before = (tmp_path / "film.yaml").read_text("utf-8")
    said = json.loads(script("script", "import", "b.fountain", "--dry-run", "--json"))
    assert (said["written"], said["kept"], len(said["changes"])) == (False, 37, 1)
    assert (tmp_path / "film.yaml").read_text("utf-8") == before
    assert "shot 2D changed (lines)" in script("script", "import", "b.fountain")
    assert "fifty years" in (tmp_path / "film.yaml").read_text("utf-8")


def test_words_of_ones_own_are_remembered_by_later_imports(script, tmp_path):
    text = "SISÄ. KEITTIÖ - YÖ\n\nHän istuu ja odottaa.\n\nMUMMO ANNA\nNo niin.\n\nANNA\nNiin.\n"
    (tmp_path / "a.fountain").write_text(text, "utf-8")
    words = ["--interior", "SISÄ", "--alias", "ANNA=MUMMO ANNA", "--language", "fi", "--json"]
    first = json.loads(script("script", "import", "a.fountain", *words))
    assert (first["scenes"], first["language"], first["characters"]) == (1, "fi", ["Mummo Anna"])
    again = json.loads(script("script", "import", "a.fountain", "--json"))
    assert (again["scenes"], again["language"], again["changes"]) == (1, "fi", [])


def test_what_cannot_be_is_refused_before_anything_is_written(script, tmp_path):
    (tmp_path / "film.yaml").write_text("schema: 1\ntitle: Mine\n", "utf-8")
    with pytest.raises(UsageError, match="exists already and was not imported from a screenplay"):
        script("script", "import", LAST_LOAF)
    with pytest.raises(UsageError, match="is no name of a film document"):
        script("script", "import", LAST_LOAF, "-o", "film.json")
    with pytest.raises(UsageError, match="is not of the form NAME=WHOSE"):
        script("script", "import", LAST_LOAF, "-o", "b.yaml", "--alias", "ANNA")
    with pytest.raises(UsageError, match="--language 'Klingon'"):
        script("script", "import", LAST_LOAF, "-o", "b.yaml", "--language", "Klingon")
    (tmp_path / "bad.fdx").write_bytes(b"<FinalDraft><Content>")
    with pytest.raises(DocumentError, match=r"bad\.fdx:1:"):
        script("script", "import", "bad.fdx", "-o", "b.yaml")
    with pytest.raises(DocumentError, match="there is no such file"):
        script("script", "import", "none.fountain", "-o", "b.yaml")
    assert {path.name for path in tmp_path.iterdir()} == {"film.yaml", "bad.fdx"}


def test_a_film_with_mistakes_is_named_before_a_script_comes_into_it(script, tmp_path):
    script("script", "import", LAST_LOAF, "-o", "film.yaml")
    text = (tmp_path / "film.yaml").read_text("utf-8")
    (tmp_path / "film.yaml").write_text(text.replace("size: EWS", "size: HUGE"), "utf-8")
    with pytest.raises(DocumentError, match="HUGE"):
        script("script", "import", LAST_LOAF)
    (tmp_path / "film.yaml").write_text(text, "utf-8")
    (tmp_path / "film.script.json").write_text('{"version": 1}', "utf-8")
    with pytest.raises(DocumentError, match="this is no record of an import"):
        script("script", "import", LAST_LOAF)
