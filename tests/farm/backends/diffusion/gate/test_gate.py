"""Takes that fail the gate, attempts that are killed, and shots through the worker and the store."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from farm.backend.conformance import Recorder
from farm.backends.diffusion import DiffusionBackend
from farm.store.store import Store
from farm.takes.clip import CLIP, read_frames
from farm.takes.quality import QualityError
from farm.takes.render import encode_takes
from storyboard.media.colour import Colours
from storyboard.planning.spec import Predecessor
from tests.support.diffusion.gated import GATED, wan_that_gives
from tests.support.diffusion.small_takes import Stage, small
from tests.support.farm.orders_of_slates import render_order
from tests.support.farm.takes import render_take


@pytest.fixture
def stage():
    with Stage() as opened:
        yield opened


def test_a_take_that_fails_is_tried_with_the_next_seed(models, stage, monkeypatch):
    left = wan_that_gives(monkeypatch, 0.0, float("nan"), None)
    context = Recorder()
    frames = stage.take(small(models("wan"), GATED), context=context)
    assert left == []
    assert frames.std() > 3
    first, second = context.notes["diffusion"]["refused"]
    assert (first["seed"], first["quality"]["black"]) == (7, 1.0)
    assert "100% of the frames are black" in first["failures"]
    assert "no numbers" in second["failures"][0]
    assert context.notes["diffusion"]["seed"] != 7
    assert context.done == sorted(context.done)


def test_a_take_whose_colours_left_its_chain_is_tried_with_the_next_seed(models, stage, monkeypatch):
    left = wan_that_gives(monkeypatch, None, None, family="wan-vace")
    options = GATED | {"retakes": 1, "colour_match": 0.0}
    before = Predecessor(shot="1A", digest="0" * 64)
    spec = small(models("wan-vace"), options, predecessor=before)
    last = np.full((spec.height, spec.width, 3), 40, np.uint8)
    dark = Colours((15.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    with pytest.raises(QualityError, match=r"drifted by \d+ .*; seed \d+: .*drifted"):
        stage.take(spec, last, chain_start=dark)
    assert left == []


def test_when_no_seed_passes_the_shot_fails_and_says_why(models, stage, monkeypatch):
    wan_that_gives(monkeypatch, 0.0, 0.5)
    with pytest.raises(QualityError, match=r"seed 7: 100% .* black.*; seed \d+: 100% .* do not move"):
        stage.take(small(models("wan"), GATED | {"retakes": 1}))


def test_what_was_measured_of_a_shot_that_failed_is_kept_where_the_message_says(
    models, stage, monkeypatch, tmp_path
):
    wan_that_gives(monkeypatch, 0.0, 0.5)
    spec = small(models("wan"), GATED | {"retakes": 1})
    with pytest.raises(QualityError) as refused:
        render_take(stage.backend, render_order(spec, tmp_path), Recorder())
    (told,) = re.findall(r"measured of each: (.*?);", refused.value.hint)
    first, second = json.loads(Path(told).read_text())["tries"]
    assert (first["seed"], first["quality"]["black"]) == (7, 1.0)
    assert (second["quality"]["black"], second["quality"]["still"]) == (0.0, 1.0)
    assert second["failures"] == ["100% of the frames do not move"]


def test_tries_that_were_refused_are_not_rendered_again(models, stage, monkeypatch):
    context = Recorder()
    spec = small(models("wan"), GATED | {"retakes": 1})
    left = wan_that_gives(monkeypatch, 0.0, 0.5, None)
    for _ in range(2):
        with pytest.raises(QualityError, match=r"seed 7: 100% .* black.*; seed \d+: 100% .* do not move"):
            stage.take(spec, context=context)
        assert left == [None]
    more = small(models("wan"), GATED | {"retakes": 2})
    assert more.digest() == spec.digest()
    stage.take(more, context=context)
    assert left == []
    assert len(context.notes["diffusion"]["refused"]) == 2


def test_tries_that_were_refused_elsewhere_are_rendered_again(models, stage, monkeypatch):
    wan_that_gives(monkeypatch, None)
    context = Recorder()
    context.keep_refused([None, {"seed": 7}, {"seed": 7, "failures": ["black"], "under": {"torch": "1"}}])
    stage.take(small(models("wan"), GATED), context=context)
    assert context.notes["diffusion"]["seed"] == 7


def test_a_take_that_is_published_leaves_no_report_beside_it(models, stage, monkeypatch, tmp_path):
    wan_that_gives(monkeypatch, 0.0, None)
    spec = small(models("wan"), GATED)
    render_take(stage.backend, render_order(spec, tmp_path), Recorder())
    store = Store(tmp_path)
    assert store.notes.kept_refused(spec.digest()) == []
    (refused,) = store.find("takes", spec.digest()).facts["notes"]["diffusion"]["refused"]
    assert refused["seed"] == 7


def test_without_the_gate_a_black_take_is_delivered(models, stage, monkeypatch):
    wan_that_gives(monkeypatch, 0.0)
    assert stage.take(small(models("wan"))).max() == 0


def test_numbers_that_are_none_are_never_delivered(models, stage, monkeypatch):
    wan_that_gives(monkeypatch, float("inf"))
    with pytest.raises(QualityError, match="NaN or infinity"):
        stage.take(small(models("wan")))


def test_a_take_says_how_to_render_it_again(models, tmp_path):
    spec = small(models("wan"))
    backend = DiffusionBackend()
    backend.load()
    render_take(backend, render_order(spec, tmp_path), Recorder())
    backend.close()
    manifest = Store(tmp_path).find("takes", spec.digest())
    facts = manifest.facts["notes"]["diffusion"]
    wanted = {"model", "revision", "seed", "prompt", "scheduler", "memory", "torch", "diffusers", "device"}
    assert wanted <= facts.keys()
    assert manifest.facts["quality"]["frames"] == spec.total_frames
    assert list((Path(tmp_path) / "conditioning").glob("*/*/manifest.json"))


def test_a_film_is_encoded_once_by_one_and_rendered_by_another(models, tmp_path):
    keyframe = {"keyframe": {"model": str(models("sd15")), "steps": 2}}
    first = small(models("wan-i2v"), keyframe)
    second = small(
        models("wan-i2v"),
        seed=9,
        predecessor=Predecessor(shot="1A", digest=first.digest()),
        action="She goes.",
    )
    orders = [render_order(first, tmp_path), render_order(second, tmp_path, first)]
    encoder = DiffusionBackend()
    encoder.load()
    assert encode_takes(encoder, orders, Recorder()) == 3
    assert encode_takes(encoder, orders, Recorder()) == 0
    assert encoder._studio.loads == 0
    encoder.close()
    with Stage() as stage:
        for order in orders:
            render_take(stage.backend, order, Recorder())
        assert stage.studio._encoders._text == {}
        assert stage.studio.loads == 2, "one video model and one for keyframes, for both shots"


def test_a_continuing_shot_starts_from_the_clip_of_its_predecessor(models, tmp_path):
    first = small(models("ltx"), seed=1)
    second = small(models("ltx"), seed=2, head=0, predecessor=Predecessor(shot="1A", digest=first.digest()))
    backend = DiffusionBackend()
    backend.load()
    for order in (render_order(first, tmp_path), render_order(second, tmp_path, first)):
        render_take(backend, order, Recorder())
    backend.close()
    store = Store(tmp_path)
    clips = [store.file(store.find("takes", spec.digest()), CLIP) for spec in (first, second)]
    last = read_frames(clips[0], first.head + first.frames - 1, first.head + first.frames)[0]
    start = read_frames(clips[1], 0, 1)[0]
    assert np.abs(last.astype(int).mean((0, 1)) - start.mean((0, 1))).max() < 12
