"""Characters that must be like their references, as small random image models see them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import transformers

from farm.backend.conformance import Recorder, character
from farm.backends.diffusion.conditioning.pictures import open_picture
from farm.backends.diffusion.families.call import Rendered
from farm.backends.diffusion.families.registry import FAMILIES
from farm.backends.diffusion.models.named import named_models
from farm.backends.diffusion.options import DiffusionOptions
from farm.takes.quality import QualityError
from storyboard.errors import FarmError
from tests.support.diffusion.small_takes import Stage, small
from tests.support.diffusion.tiny_models import clip_vision, picture


def dinov2():
    torch.manual_seed(0)
    config = transformers.Dinov2Config(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=28, patch_size=14
    )
    return transformers.Dinov2Model(config).eval()


@pytest.fixture(params=["clip", "dinov2"])
def looks(request, models, tmp_path):
    """The folder of an image model, in a place where models may lie."""
    folder = models("wan").parent / f"looks-{request.param}"
    if not folder.exists():
        (clip_vision() if request.param == "clip" else dinov2()).save_pretrained(folder)
    return folder


@pytest.fixture
def stage():
    with Stage() as opened:
        yield opened


def people(stage, tmp_path, *names):
    """Characters with a reference each."""
    return tuple(
        character(name, references=(stage.file(picture(tmp_path / f"{name}.png", seed)),))
        for seed, name in enumerate(names)
    )


def wan_that_shows(monkeypatch, stage, *shown):
    """Wan whose takes move over these pictures, one take after another: side by side where there are two."""
    module, left = FAMILIES["wan"].module, list(shown)
    real = module.render

    def render(pipe, take):
        frames = real(pipe, take).frames
        wanted = left.pop(0)
        wide = frames.shape[-1] // len(wanted)
        parts = [
            open_picture(stage.files, one.references[0]).resize((wide, frames.shape[-2])) for one in wanted
        ]
        pixels = torch.cat([torch.tensor(np.array(part)) for part in parts], 1)
        still = pixels.permute(2, 0, 1).float() / 255
        noise = torch.linspace(0, 0.05, len(frames)).reshape(-1, 1, 1, 1)
        return Rendered((still + noise).clamp(0, 1))

    monkeypatch.setattr(module, "render", render)
    return left


def asked(models, looks, characters, **options):
    gated = {"gate": True, "leave_out": ["references"], "identity": {"model": str(looks), **options}}
    return small(models("wan"), gated | {"retakes": 1}, characters=characters)


def test_a_character_who_is_the_reference_is_as_alike_as_can_be(models, looks, stage, monkeypatch, tmp_path):
    ada, bea = people(stage, tmp_path, "ada", "bea")
    wan_that_shows(monkeypatch, stage, [ada], [bea])
    found = []
    for _ in range(2):
        context = Recorder()
        stage.take(asked(models, looks, (ada,), threshold=-1), context=context)
        found.append(context.notes["diffusion"]["likeness"]["ada"])
    assert found[0] > 0.99
    assert found[1] < found[0] - 0.005


def test_a_take_of_somebody_else_is_tried_with_the_next_seed(models, looks, stage, monkeypatch, tmp_path):
    ada, bea = people(stage, tmp_path, "ada", "bea")
    left = wan_that_shows(monkeypatch, stage, [bea], [ada])
    context = Recorder()
    stage.take(asked(models, looks, (ada,), threshold=0.995), context=context)
    assert left == []
    (refused,) = context.notes["diffusion"]["refused"]
    assert refused["failures"][0].startswith("ada is not like the references: 0.")
    assert refused["likeness"]["ada"] < 0.995
    assert context.notes["diffusion"]["likeness"]["ada"] >= 0.995


def test_each_of_two_characters_has_to_be_found(models, looks, stage, monkeypatch, tmp_path):
    ada, bea = people(stage, tmp_path, "ada", "bea")
    wan_that_shows(monkeypatch, stage, [ada], [ada])
    with pytest.raises(QualityError) as refused:
        stage.take(asked(models, looks, (ada, bea), threshold=0.995))
    assert "bea is not like" in str(refused.value)
    assert "ada is not like" not in str(refused.value)


def test_an_image_model_that_does_not_fit_on_the_card_looks_from_the_cpu(
    models, looks, stage, monkeypatch, tmp_path
):
    (ada,) = people(stage, tmp_path, "ada")
    wan_that_shows(monkeypatch, stage, [ada], [ada], [ada])
    spec = asked(models, looks, (ada,), threshold=-1)
    fits, short, after = Recorder(), Recorder(), Recorder()
    stage.take(spec, context=fits)
    (embedder,) = stage.studio._gate._identity._models.values()
    embedder._device = torch.device("cuda")
    asked_for = []
    move = embedder._model.to

    def allocate(device):
        asked_for.append(torch.device(device).type)
        if asked_for[-1] == "cuda":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return move(device)

    monkeypatch.setattr(embedder._model, "to", allocate)
    for context in (short, after):
        stage.take(spec, context=context)
    found = [context.notes["diffusion"] for context in (fits, short, after)]
    assert found[0]["likeness"] == found[1]["likeness"] == found[2]["likeness"]
    assert "identity" not in found[0]
    assert "on the CPU: the card ran out of memory (CUDA out of memory)" in found[1]["identity"]
    assert asked_for.count("cuda") == 1, "it stays on the CPU"


def test_a_model_that_is_none_for_pictures_is_refused_in_words(models, stage, tmp_path):
    spec = asked(models, models("wan"), people(stage, tmp_path, "ada"))
    with pytest.raises(FarmError, match=r"the identity model .* cannot be loaded"):
        stage.take(spec)


def test_the_image_model_is_among_the_models_that_a_film_needs(models, looks):
    options = DiffusionOptions(model=str(models("wan")), identity={"model": str(looks)})
    assert [named.option for named in named_models(options)] == ["model", "identity.model"]
