from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
import torch

from farm.backend.conformance import Recorder
from farm.backend.protocol import Cancelled
from farm.backends.diffusion.families.memory import (
    LADDER,
    ModelSize,
    bytes_needed,
    choose_memory,
    model_size,
    next_memory,
)
from farm.backends.diffusion.families.registry import FAMILIES
from farm.backends.diffusion.options import Memory, StepCache
from storyboard.errors import FarmError, UsageError
from tests.support.diffusion.small_takes import Stage, small

GIB = 1 << 30
WAN_14B = ModelSize(denoiser=28 * GIB, others=2 * GIB)
PIXELS = 81 * 832 * 480


@pytest.mark.parametrize(
    ("free", "memory"),
    [(140, Memory.FULL), (40, Memory.FULL), (34, Memory.TILED), (12, Memory.OFFLOADED), (5, Memory.STREAMED)],
)
def test_memory_is_chosen_from_what_is_free(free, memory):
    choice = choose_memory(free * GIB, WAN_14B, PIXELS, FAMILIES["wan"])
    assert choice.memory is memory
    assert f"{free}.0 GiB" in choice.words


def test_each_way_to_save_memory_needs_less_than_the_one_before():
    needs = [bytes_needed(memory, WAN_14B, PIXELS) for memory in LADDER]
    assert needs == sorted(needs, reverse=True)
    assert len(set(needs)) == len(needs)


def test_the_ladder_holds_what_the_family_can():
    rungs, rung = [], Memory.FULL
    while rung is not None:
        rungs.append(rung)
        rung = next_memory(rung, FAMILIES["svd"])
    assert rungs == [Memory.FULL, Memory.OFFLOADED, Memory.STREAMED]


def test_eight_bits_halve_the_denoiser_alone():
    files = {"transformer": 100, "text_encoder": 50, "vae": 10}
    assert model_size(files, "bf16") == ModelSize(100, 10)
    assert model_size(files, "bf16", fp8=True) == ModelSize(50, 10)


@pytest.fixture
def stage():
    with Stage() as opened:
        yield opened


def short_of_memory(monkeypatch, enough):
    """A denoiser for which only these ways to save memory leave enough."""
    seen = []
    render = FAMILIES["wan"].module.render

    def starved(pipe, take):
        loaded = starved.studio._held._video
        seen.append(loaded.memory.memory)
        if loaded.memory.memory not in enough:
            starved.held.append(weakref.ref(pipe))
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 9.00 GiB.")
        return render(pipe, take)

    starved.held = []
    monkeypatch.setattr(FAMILIES["wan"].module, "render", starved)
    return starved, seen


def test_out_of_memory_goes_on_with_the_next_way_to_save_it(models, stage, monkeypatch):
    spec = small(models("wan"))
    wanted = stage.take(spec)
    starved, seen = short_of_memory(monkeypatch, {Memory.OFFLOADED})
    starved.studio = stage.studio
    context = Recorder()
    assert np.array_equal(stage.take(spec, context=context), wanted)
    assert seen == [Memory.FULL, Memory.TILED, Memory.OFFLOADED]
    assert "after running out of memory with tiled" in context.notes["diffusion"]["memory"]
    assert context.done == sorted(context.done)
    gc.collect()
    assert [held() for held in starved.held] == [None, None], "what did not fit was given back"


def test_out_of_memory_with_every_way_says_what_would_fit(models, stage, monkeypatch):
    starved, seen = short_of_memory(monkeypatch, set())
    starved.studio = stage.studio
    with pytest.raises(FarmError, match=r"9 frames of 64 by 32.*full, then tiled") as caught:
        stage.take(small(models("wan")))
    assert seen == [Memory.FULL, Memory.TILED, Memory.OFFLOADED, Memory.STREAMED]
    assert "larger card" in caught.value.hint
    starved, _ = short_of_memory(monkeypatch, set(Memory))
    starved.studio = stage.studio


@pytest.mark.parametrize(
    ("model", "memory"),
    [
        (model, memory)
        for model in ("wan", "ltx", "animatediff")
        for memory in ("tiled", "offloaded", "streamed")
    ],
)
def test_saving_memory_changes_nothing_in_a_picture_of_one_tile(models, stage, model, memory):
    wanted = stage.take(small(models(model)))
    assert np.array_equal(stage.take(small(models(model), {"memory": memory})), wanted)


def cached(cache, steps=4):
    """A step cache, with ratios for a model whose additions stay of one size."""
    ratios = {"cache_ratios": [1.0] * steps} if cache == StepCache.MAGNITUDE else {}
    return {"steps": steps, "cache": cache, **ratios}


@pytest.mark.parametrize(
    ("model", "cache"),
    [
        (name, cache)
        for name in ("wan", "wan-vace", "ltx", "cogvideox")
        for cache in sorted(FAMILIES[name].caches)
    ],
)
def test_every_cache_that_a_family_allows_works_and_leaves_nothing_behind(models, stage, model, cache):
    plain = small(models(model), {"steps": 4})
    wanted = stage.take(plain)
    first = stage.take(small(models(model), cached(cache)))
    assert np.array_equal(stage.take(small(models(model), cached(cache))), first)
    assert np.array_equal(stage.take(plain), wanted)


@pytest.mark.parametrize(
    ("model", "cache"),
    [
        ("wan", StepCache.FIRST_BLOCK),
        ("wan", StepCache.MAGNITUDE),
        ("wan", StepCache.SPECTRUM),
        ("ltx", StepCache.MAGNITUDE),
        ("cogvideox", StepCache.MAGNITUDE),
    ],
)
def test_a_cache_with_a_high_threshold_leaves_out_work(models, stage, model, cache):
    plain, generous = {"steps": 6}, {**cached(cache, steps=6), "cache_threshold": 1}
    assert not np.array_equal(
        stage.take(small(models(model), generous)), stage.take(small(models(model), plain))
    )


@pytest.mark.parametrize("cache", [StepCache.FIRST_BLOCK, StepCache.MAGNITUDE, StepCache.SPECTRUM])
def test_a_cancelled_take_leaves_nothing_in_a_cache(models, stage, cache):
    spec = small(models("wan"), {**cached(cache, steps=6), "cache_threshold": 1})
    wanted = stage.take(spec)
    with pytest.raises(Cancelled):
        stage.take(spec, context=Recorder(cancel_after=3))
    assert np.array_equal(stage.take(spec), wanted)
    longer = small(models("wan"), {**cached(cache, steps=6), "cache_threshold": 1}, frames=13)
    with pytest.raises(Cancelled):
        stage.take(longer, context=Recorder(cancel_after=3))
    assert np.array_equal(stage.take(spec), wanted)


def test_the_magnitude_cache_counts_the_steps_of_each_take_of_a_model_that_stays_loaded(models, stage):
    def spec(steps):
        return small(
            models("wan"),
            {"steps": steps, "cache": "magnitude", "cache_threshold": 1, "cache_ratios": [1.0, 0.9, 1.1]},
        )

    with Stage() as other:
        wanted = other.take(spec(7))
    stage.take(spec(4))
    loads = stage.studio.loads
    assert np.array_equal(stage.take(spec(7)), wanted)
    assert stage.studio.loads == loads


@pytest.mark.parametrize("cache", [StepCache.FIRST_BLOCK, StepCache.MAGNITUDE, StepCache.SPECTRUM])
def test_another_threshold_of_a_cache_loads_no_model_again(models, stage, cache):
    strict, generous = (
        small(
            models("wan"),
            cached(cache, steps=6)
            | ({"cache_ratios": [1.0, 0.9, 1.1, 0.9, 1.1, 0.9]} if cache is StepCache.MAGNITUDE else {})
            | {"cache_threshold": threshold},
        )
        for threshold in (1e-6, 1.0)
    )
    with Stage() as other:
        wanted = other.take(generous)
    first = stage.take(strict)
    loads = stage.studio.loads
    found = stage.take(generous)
    assert np.array_equal(found, wanted)
    assert not np.array_equal(found, first)
    assert np.array_equal(stage.take(strict), first)
    assert stage.studio.loads == loads


def test_eight_bit_weights_change_the_picture(models, stage):
    wanted = stage.take(small(models("wan")))
    assert not np.array_equal(stage.take(small(models("wan"), {"fp8_weights": True})), wanted)


def test_an_attention_kernel_that_is_not_there_is_named(models, stage):
    with pytest.raises(UsageError, match="the option attention does not work"):
        stage.take(small(models("wan"), {"attention": "no_such_kernel"}))


def test_an_attention_kernel_does_not_leak_into_the_next_model(models, stage):
    from diffusers.models.attention_dispatch import _AttentionBackendRegistry

    before = _AttentionBackendRegistry.get_active_backend()[0]
    stage.take(small(models("wan"), {"attention": "_native_math"}))
    stage.take(small(models("ltx")))
    assert _AttentionBackendRegistry.get_active_backend()[0] == before


def test_an_attention_kernel_from_the_hub_is_never_run(models, stage):
    with pytest.raises(UsageError, match="never run"):
        stage.take(small(models("wan"), {"attention": "flash_hub"}))


@pytest.mark.slow
def test_compiled_blocks_give_nearly_the_same_picture(models, stage):
    wanted = stage.take(small(models("wan"))).astype(int)
    compiled = stage.take(small(models("wan"), {"compile": True}))
    assert np.abs(compiled - wanted).max() <= 2
