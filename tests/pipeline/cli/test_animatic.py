"""Sheets of what the animatic draws."""

from __future__ import annotations

from PIL import Image
from typer.testing import CliRunner

from farm.backends.animatic.sheet import HEIGHT, LABEL, WIDTH
from pipeline.cli.app import app
from storyboard.project import new_project


def test_a_sheet_shows_a_films_people_and_places(tmp_path):
    new_project(tmp_path / "film", example="template")
    path = tmp_path / "cast.png"
    done = CliRunner().invoke(app, ["animatic", "sheet", str(tmp_path / "film"), "-o", str(path)])
    assert done.output == f"{path}: 8 pictures\n"
    assert Image.open(path).size == (8 * WIDTH, HEIGHT + LABEL)


def test_a_sheet_of_something_else_is_refused(tmp_path):
    done = CliRunner().invoke(app, ["animatic", "sheet", "--of", "clouds", "-o", str(tmp_path / "a.png")])
    assert "there is no sheet of 'clouds'" in str(done.exception)
    done = CliRunner().invoke(app, ["animatic", "sheet", "-o", str(tmp_path / "a.txt")])
    assert "a.txt" in str(done.exception)
