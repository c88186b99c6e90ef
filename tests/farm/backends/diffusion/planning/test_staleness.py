"""What a plan makes of a renderer's options and of the files of its models, before anything loads."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file, save_file

from farm.backends.diffusion.models.folders import fingerprint
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.errors import DocumentError, UsageError
from storyboard.planning.plan import Plan
from tests.support.diffusion.small_takes import Stage, small
from tests.support.diffusion.two_tiny_shots import film, write

COMMIT = "0123456789abcdef" * 2 + "01234567"


@pytest.fixture
def model(models, tmp_path, monkeypatch) -> Path:
    """A model folder of the test's own."""
    folder = tmp_path / "models"
    monkeypatch.setenv("SHOTFARM_MODEL_FOLDERS", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return shutil.copytree(models("wan"), folder / "wan")


def planned(model: Path | str, folder: Path, **options: Any) -> Plan:
    shutil.rmtree(folder, ignore_errors=True)
    document = film(model, **options)
    return open_production(write(folder, document) / "film.yaml", load_settings(home=folder / "home")).plan()


def digests(plan: Plan) -> list[str]:
    return [shot.digest for shot in plan.shots]


def change_weights(model: Path) -> None:
    (weights,) = (model / "transformer").glob("*.safetensors")
    arrays = load_file(weights)
    name = next(iter(arrays))
    save_file(arrays | {name: arrays[name] + 1}, weights)


def test_a_worker_renders_with_the_weights_that_a_film_was_planned_with_or_not_at_all(model):
    old = small(model, {"fingerprints": {"model": fingerprint(model)}})
    change_weights(model)
    new = small(model, {"fingerprints": {"model": fingerprint(model)}})
    with Stage() as stage, pytest.raises(UsageError, match="not the one that the film was planned with"):
        stage.take(old)
    with Stage() as stage:
        stage.take(new)
        change_weights(model)
        with pytest.raises(UsageError, match="not the one"):
            stage.take(new)
        stage.take(small(model, {"fingerprints": {"model": fingerprint(model)}}))
        assert stage.studio.loads == 2


def test_other_weights_in_a_model_folder_make_every_shot_stale(model, tmp_path):
    before = planned(model, tmp_path / "film")
    assert digests(planned(model, tmp_path / "film")) == digests(before)
    change_weights(model)
    after = planned(model, tmp_path / "film")
    assert not {*digests(before)} & {*digests(after)}


@pytest.mark.parametrize(
    "option",
    [
        {"checkpoint_every": 1, "checkpoint_seconds": 9},
        {"memory": "full"},
        {"retakes": 7},
        {"preview_every": 0},
    ],
)
def test_an_option_that_changes_no_pixel_makes_nothing_stale_and_reaches_the_worker(model, tmp_path, option):
    before, after = planned(model, tmp_path / "film"), planned(model, tmp_path / "film", **option)
    assert digests(after) == digests(before)
    assert option.items() <= after.shots[0].spec.options.items()
    assert digests(planned(model, tmp_path / "film", steps=3)) != digests(before)


def test_a_take_is_planned_in_the_models_own_size_and_rate(model, tmp_path):
    spec = planned(model, tmp_path / "film", width=96, height=64).shots[0].spec
    assert (spec.width, spec.height, spec.rate) == (96, 64, Fraction(16))
    assert (spec.frames, spec.seconds) == (4, Fraction(6, 16))


def test_a_model_that_is_not_here_must_be_told_enough_of_to_plan_with_it(model, tmp_path):
    with pytest.raises(DocumentError) as refused:
        planned("owner/name", tmp_path / "film", revision=COMMIT)
    assert "to plan without it, give family, width, height, rate" in str(refused.value)
    told = {"family": "wan", "width": 64, "height": 64, "rate": 16}
    plan = planned("owner/name", tmp_path / "film", revision=COMMIT, **told)
    assert any("is not on this machine" in warning.message for warning in plan.warnings)
    assert plan.shots[0].spec.rate == 16


def test_a_folder_that_is_not_here_needs_its_fingerprint_too(model, tmp_path):
    told = {"family": "wan", "width": 64, "height": 64, "rate": 16}
    here = planned(model, tmp_path / "film", **told)
    fingerprints = here.shots[0].spec.options["fingerprints"]
    model.rename(model.parent / "elsewhere")
    with pytest.raises(DocumentError, match="fingerprints"):
        planned(model, tmp_path / "film", **told)
    elsewhere = planned(model, tmp_path / "film", **told, fingerprints=fingerprints)
    assert digests(elsewhere) == digests(here)
