"""Backends by name, their options, and one that a third party brings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from farm.backend.registry import available_backends, backend_class
from farm.backend.traits import BackendOptions, BackendTraits, complete_options
from farm.backends.slate import SlateBackend
from farm.takes.clip import read_frames
from storyboard.errors import UsageError
from tests.support.pipeline.slate_films import home_with_history
from tests.support.waiting import PATIENCE_S


class Options(BackendOptions):
    steps: int = 20
    sampler: str = "euler"
    scale: float | None = None


TRAITS = BackendTraits(name="test", version=1, options=Options)


def test_the_backends_that_come_along_are_found_by_name():
    assert {"animatic", "slate"} <= {*available_backends()}
    assert backend_class("slate") is SlateBackend


def test_an_unknown_backend_is_refused_with_the_names_there_are():
    with pytest.raises(UsageError, match="no backend is named 'slat'") as caught:
        backend_class("slat")
    assert "animatic" in (caught.value.hint or "")
    assert "slate" in (caught.value.hint or "")


def test_later_options_win_and_defaults_fill_the_rest():
    assert complete_options(TRAITS) == {"steps": 20, "sampler": "euler", "scale": None}
    assert complete_options(TRAITS, {"steps": 4, "scale": 2}, {"steps": 8}) == {
        "steps": 8,
        "sampler": "euler",
        "scale": 2.0,
    }
    assert complete_options(TRAITS, {"scale": 2}, {"scale": None})["scale"] is None


@pytest.mark.parametrize("wrong", [{"stpes": 4}, {"steps": "many"}, {"sampler": 7}, {"steps": None}])
def test_options_are_closed_and_typed(wrong):
    with pytest.raises(ValidationError):
        complete_options(TRAITS, wrong)
    with pytest.raises(ValidationError):
        complete_options(TRAITS, {}, wrong)


PYPROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "plain-colours"
version = "1.0"

[project.entry-points."shotfarm.backends"]
plain = "plain_colours:PlainBackend"
lost = "plain_colours:NoSuchClass"
unmade = "no_such_module_of_plain_colours:Backend"
hungry = "plain_colours:HungryBackend"

[tool.setuptools]
py-modules = ["plain_colours"]
"""
MODULE = '''
"""A backend of somebody else: every frame is one colour."""
import numpy as np
from farm.backend.traits import BackendOptions, BackendTraits, Resources


class PlainOptions(BackendOptions):
    level: int = 10


class PlainBackend:
    TRAITS = BackendTraits(name="plain", version=1, options=PlainOptions)

    def load(self):
        self.colours = np.zeros(3, np.uint8)

    def render(self, spec, conditioning, context):
        context.check_cancelled()
        for number in range(spec.total_frames):
            context.progress((number + 1) / spec.total_frames)
            frame = np.zeros((spec.height, spec.width, 3), np.uint8)
            frame[:] = (spec.options["level"], 200, 40)
            yield frame

    def close(self):
        pass


class HungryBackend(PlainBackend):
    TRAITS = BackendTraits(name="hungry", version=1, options=PlainOptions, resources=Resources(gpus=64))
'''
FILM = """
schema: 1
title: Plain
format: {width: 64, height: 36}
backend_options: {plain: {level: 180}}
locations: {here: {name: Here}}
scenes:
- id: "1"
  slug: INT. HERE - DAY
  location: here
  shots:
  - {id: 1A, duration: 8}
  - {id: 1B, duration: 8, continues: 1A, backend_options: {plain: {level: 60}}}
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> dict[str, str]:
    """An environment in which a third party's package is installed beside shotfarm."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "source").mkdir()
    (folder / "source" / "pyproject.toml").write_text(PYPROJECT)
    (folder / "source" / "plain_colours.py").write_text(textwrap.dedent(MODULE))
    subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--no-build-isolation",
                "--no-index",
            ),
            *("--disable-pip-version-check", "--target", str(folder / "site"), str(folder / "source")),
        ],
        check=True,
        capture_output=True,
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAY_", "SHOTFARM_"))}
    home = home_with_history(folder / "home")
    return {**kept, "PYTHONPATH": str(folder / "site"), "SHOTFARM_HOME": str(home)}


@pytest.fixture(scope="module")
def plain_farm(plain) -> Iterator[dict[str, str]]:
    """The same environment, in which a farm is up."""
    up = shotfarm(plain, "farm", "up", "--cpus", 1)
    try:
        assert up.returncode == 0, up.stderr
        yield plain
    finally:
        shotfarm(plain, "farm", "down")


@pytest.fixture
def film(tmp_path) -> Path:
    (tmp_path / "film.yaml").write_text(FILM)
    return tmp_path


def shotfarm(environment: dict[str, str], *words: object) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("shotfarm")), *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, check=False, timeout=PATIENCE_S
    )


@pytest.mark.slow
def test_a_third_party_s_backend_renders_a_film_after_pip_install(plain_farm, film):
    done = shotfarm(plain_farm, "render", film, "--backend", "plain", "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["rendered"], summary["film"]["frames"]) == (2, 16)
    frames = np.stack(read_frames(Path(summary["film"]["path"]), 0, 16)).astype(int)
    assert np.abs(frames[:8] - (180, 200, 40)).max() <= 5
    assert np.abs(frames[8:] - (60, 200, 40)).max() <= 5


@pytest.mark.slow
def test_a_third_party_s_backend_is_listed_and_its_options_are_checked(plain, film):
    unknown = shotfarm(plain, "plan", film, "--backend", "plane")
    assert unknown.returncode == 2
    assert "plain" in unknown.stderr
    (film / "film.yaml").write_text(FILM.replace("level: 60", "level: dark"))
    wrong = shotfarm(plain, "plan", film, "--backend", "plain")
    assert wrong.returncode == 2
    assert "film.yaml:13:" in wrong.stderr
    assert "level" in wrong.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("name", "words"), [("lost", "NoSuchClass"), ("unmade", "no_such_module")])
def test_a_package_whose_backend_cannot_be_imported_is_named(plain, film, name, words):
    (film / "film.yaml").write_text(FILM.replace("plain", name))
    done = shotfarm(plain, "plan", film, "--backend", name)
    assert done.returncode == 2
    assert f"the backend {name!r}" in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_backend_that_no_node_can_hold_is_an_error_and_not_a_wait_for_ever(plain_farm, film):
    (film / "film.yaml").write_text(FILM.replace("plain", "hungry"))
    done = shotfarm(plain_farm, "render", film, "--backend", "hungry")
    assert done.returncode == 1
    assert "64 GPUs" in done.stderr
    assert "Traceback" not in done.stderr
