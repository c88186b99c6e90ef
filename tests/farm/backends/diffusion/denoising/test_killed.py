"""A worker that is killed -9 in mid-shot: another goes on from the state that it kept, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from farm.backend.conformance import Recorder, character
from farm.backends.diffusion.families.registry import FAMILIES
from farm.store.store import Store
from farm.takes.clip import CLIP
from storyboard.planning.spec import ResolvedPerformance
from tests.support.diffusion.gated import GATED, wan_that_gives
from tests.support.diffusion.killed_takes import killed
from tests.support.diffusion.small_takes import Stage, small
from tests.support.diffusion.tiny_models import picture, video
from tests.support.farm.orders_of_slates import render_order
from tests.support.farm.takes import render_take

KEPT = {"steps": 3, "checkpoint_every": 1, "checkpoint_seconds": 0}


@pytest.fixture(scope="module")
def stage():
    with Stage() as opened:
        yield opened


def shot_of(models, stage, model, folder):
    """A shot of a model that keeps states, with what its family must have."""
    options, changes = dict(KEPT), {}
    if model == "svd":
        options |= {"width": 64, "height": 64}
    if model in {"hunyuan-1.5-i2v", "cogvideox-i2v", "svd"}:
        changes["first_frame"] = stage.file(picture(folder / "first.png", 1))
    if model == "wan-i2v":
        options["keyframe"] = {"model": str(models("sd15")), "steps": 1}
    if model == "wan-animate":
        acted = stage.file(video(folder / "acted.mp4", 1))
        changes["performance"] = ResolvedPerformance(file=acted, pose=acted, face=acted)
        changes["characters"] = (character(references=(stage.file(picture(folder / "ada.png", 1)),)),)
    return small(models(model), options, **changes)


@pytest.mark.slow
@pytest.mark.parametrize("model", [*(name for name, one in FAMILIES.items() if one.resumes), "wan-two"])
def test_a_shot_of_every_family_that_can_goes_on_where_its_killed_worker_was(models, stage, tmp_path, model):
    spec = shot_of(models, stage, model, tmp_path)
    files = {file.sha256: stage.files[file.sha256] for file in spec.files()}
    state = killed(spec, tmp_path, files=files).notes.kept_state(spec.digest())
    resumed, whole = Recorder(state=state), Recorder()
    assert np.array_equal(stage.take(spec, context=resumed), stage.take(spec, context=whole))
    facts, of_whole = resumed.notes["diffusion"], whole.notes["diffusion"]
    assert facts["resumed_after_step"] is not None
    assert facts["denoiser_runs"] < of_whole["denoiser_runs"]
    assert of_whole["resumed_after_step"] is None


@pytest.mark.slow
def test_the_take_of_a_killed_worker_is_published_as_if_nothing_had_happened(models, stage, tmp_path):
    spec = small(models("wan"), KEPT)
    store, other = killed(spec, tmp_path), Store(tmp_path / "other")
    for one in (store, other):
        render_take(stage.backend, render_order(spec, one.root), Recorder())
    resumed, whole = (one.find("takes", spec.digest()) for one in (store, other))
    assert resumed.facts["notes"]["diffusion"]["resumed_after_step"] is not None
    assert resumed.files[CLIP].sha256 == whole.files[CLIP].sha256
    assert store.notes.kept_state(spec.digest()) is None


@pytest.mark.slow
def test_a_shot_that_was_killed_in_its_second_try_goes_on_in_that_try(models, stage, monkeypatch, tmp_path):
    spec = small(models("wan"), GATED | KEPT)
    store = killed(spec, tmp_path, in_second_try=True)
    wan_that_gives(monkeypatch, None)
    render_take(stage.backend, render_order(spec, store.root), Recorder())
    facts = store.find("takes", spec.digest()).facts["notes"]["diffusion"]
    (refused,) = facts["refused"]
    assert refused["quality"]["black"] == 1.0
    assert facts["seed"] != refused["seed"] == spec.seed
    assert facts["resumed_after_step"] is not None
    assert store.notes.kept_refused(spec.digest()) == []
