from __future__ import annotations

import json
from pathlib import Path

import pytest

from storyboard.checks.film import look_at
from storyboard.errors import StoreError, UsageError
from storyboard.project import new_project, template
from storyboard.schema.json_schema import film_json_schema
from tests.support.storyboard.small_films import plan


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


NEW = {"film.yaml", ".gitignore", ".shotfarm", ".shotfarm/film.schema.json", "references"}


@pytest.mark.parametrize(
    "title", ["Mine", 'A "quoted": title', "1984", "# no", "Ünï 😀 \u2028\x85 end", "back\\slash", "{a: b}"]
)
def test_a_new_project_passes_every_check(tmp_path, title):
    film = new_project(tmp_path / "a" / "b", title)
    assert names(tmp_path / "a" / "b") == NEW
    assert names(tmp_path / "a") == {"b", *(f"b/{name}" for name in NEW)}
    loaded, problems = look_at(film)
    assert (loaded.film.title, problems) == (title, [])
    assert json.loads((film.parent / ".shotfarm/film.schema.json").read_text()) == film_json_schema()
    assert film.read_text().splitlines()[0] == "# yaml-language-server: $schema=.shotfarm/film.schema.json"


def test_the_template_shows_what_a_film_can_have(tmp_path):
    film = look_at(new_project(tmp_path))[0].film
    shots = [shot for _, shot in film.shots()]
    assert (len(film.characters), len(film.locations), len(film.music), len(shots)) == (2, 2, 1, 4)
    assert {shot.transition.kind for shot in shots} == {"cut", "dissolve", "fade"}
    assert any(shot.lines for shot in shots)
    assert any(shot.continues for shot in shots)
    assert len(plan(film.model_dump(mode="json", by_alias=True)).missing) == 4


def test_a_film_that_is_there_is_not_overwritten(tmp_path):
    (tmp_path / "film.yaml").write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        new_project(tmp_path, "Another")
    assert names(tmp_path) == {"film.yaml"}
    assert (tmp_path / "film.yaml").read_text() == "mine"


def test_other_files_of_a_folder_stay_as_they_are(tmp_path):
    (tmp_path / ".gitignore").write_text("mine")
    (tmp_path / "references").mkdir()
    (tmp_path / "references" / "a.png").touch()
    new_project(tmp_path, "T")
    assert (tmp_path / ".gitignore").read_text() == "mine"
    assert names(tmp_path) == NEW | {"references/a.png"}


@pytest.mark.parametrize("title", ["", "two\nlines", "x" * 401, "\udc80"])
def test_what_is_no_title_is_refused_before_anything_is_written(tmp_path, title):
    with pytest.raises(UsageError, match="this is not a title"):
        new_project(tmp_path / "new", title)
    assert names(tmp_path) == set()


def test_a_file_in_the_way_is_told(tmp_path):
    (tmp_path / "new").touch()
    with pytest.raises(UsageError, match="is a file"):
        new_project(tmp_path / "new")
    with pytest.raises(StoreError, match="in the way"):
        new_project(tmp_path / "new" / "inner")
    assert names(tmp_path) == {"new"}


def test_the_template_without_a_title_keeps_its_own():
    assert 'title: "The Last Ferry"' in template()
