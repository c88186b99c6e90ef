"""Whatever LoRA passes its door, it is applied whole, or what keeps it from that is one clear error."""

from __future__ import annotations

import hashlib

import pytest
import torch
from safetensors.torch import load_file, save_file

from farm.backends.diffusion.loading.loras import LoraRack
from farm.backends.diffusion.loading.pipelines import load_pipeline
from farm.media.loras import LoraError, look_at
from storyboard.errors import FarmError
from storyboard.planning.spec import ResolvedFile, ResolvedLora
from tests.support.diffusion.tiny_models import lora
from tests.support.mutations import SOAK, USUAL, clear, mutated_tensors


@pytest.mark.parametrize(
    "count", [USUAL, pytest.param(SOAK, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]
)
def test_any_lora_that_passes_is_applied_whole_or_an_error(models, tmp_path, count):
    pipe = load_pipeline(models("wan"), "WanPipeline", "fp32")
    path = tmp_path / "a.safetensors"
    whole = lora(models("wan"), "transformer", path, 1).read_bytes()
    ends = {"applied": 0, "of another model": 0, "refused": 0, "not loaded": 0}
    for data in mutated_tensors(whole, count):
        path.write_bytes(data)
        try:
            look_at(path)
        except LoraError as error:
            clear(error.message)
            ends["refused"] += 1
            continue
        try:
            ends[applied(pipe, path)] += 1
        except FarmError as error:
            clear(error.message)
            ends["not loaded"] += 1
    assert ends["applied"] > count / 20, "both ends are tried"
    assert ends["refused"] > count / 20, "both ends are tried"


def applied(pipe, path):
    """Which end applying has, when it raises nothing."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    wanted = [ResolvedLora(file=ResolvedFile(sha256=sha256), weight=1.0, trigger=None)]
    rack, files = LoraRack(pipe), {sha256: path}
    if not rack.fitting(wanted, files):
        return "of another model"
    rack.switch(wanted, files)
    (name,) = rack._loaded
    halves = [part for key, part in pipe.transformer.named_parameters() if name in key]
    assert halves
    assert not any(part.is_meta for part in halves), "both halves of each are there"
    assert all(part.dtype == torch.float32 for part in halves)
    pipe.delete_adapters(name)
    return "applied"


def test_a_lora_whose_halves_are_called_alike_is_refused_and_leaves_nothing_behind(models, tmp_path):
    pipe = load_pipeline(models("wan"), "WanPipeline", "fp32")
    path = lora(models("wan"), "transformer", tmp_path / "a.safetensors", 1)
    tensors = load_file(path)
    first = next(iter(tensors)).partition("lora_")[0]
    halves = [tensors.pop(f"{first}lora_{half}.weight") for half in "AB"]
    save_file(tensors | {f"{first}lora__.weight": halves[0]}, path)
    look_at(path)
    with pytest.raises(FarmError, match="cannot be applied: a half of it is missing"):
        applied(pipe, path)
    assert not any("lora_" in key for key, _ in pipe.transformer.named_parameters())
