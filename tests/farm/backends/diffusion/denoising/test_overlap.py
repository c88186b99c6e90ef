"""Shots that begin while the one before is decoded, and small pictures of what comes."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from farm.backend.conformance import Recorder
from farm.backends.diffusion.denoising.latent_preview import colours_of
from tests.support.diffusion.small_takes import Stage, small
from tests.support.waiting import PATIENCE_S


@pytest.fixture
def stage():
    with Stage() as opened:
        yield opened


class Signalling(Recorder):
    """A context that says when the next shot may begin."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    def begin_next(self) -> None:
        self.begun.set()


def in_thread(work):
    """Runs it beside the test; call what is returned for the result."""
    result = []
    thread = threading.Thread(target=lambda: result.append(work()), daemon=True)
    thread.start()

    def end():
        thread.join(PATIENCE_S)
        assert result, "it came to no end"
        return result[0]

    return end


@pytest.mark.slow
@pytest.mark.parametrize("model", ["wan", "wan-two", "ltx", "animatediff"])
def test_a_shot_denoises_while_the_one_before_is_decoded_and_neither_changes(
    models, stage, monkeypatch, model
):
    first, second = (small(models(model), seed=seed) for seed in (1, 2))
    alone = [stage.take(first), stage.take(second)]
    vae = stage.studio._held._video.pipe.vae
    denoised, real, waited = threading.Event(), vae.decode, []

    def decode(*args, **kwargs):
        if not waited:
            waited.append(denoised.wait(PATIENCE_S))
        return real(*args, **kwargs)

    monkeypatch.setattr(vae, "decode", decode)
    before, after = Signalling(), Signalling()
    ends = [in_thread(lambda: stage.take(first, context=before))]
    assert before.begun.wait(PATIENCE_S)
    ends.append(in_thread(lambda: stage.take(second, context=after)))
    assert after.begun.wait(PATIENCE_S), "the second waits for the first to be decoded"
    denoised.set()
    both = [end() for end in ends]
    assert all(waited)
    assert [np.array_equal(*pair) for pair in zip(both, alone, strict=True)] == [True, True]
    assert stage.studio.loads == 1


def test_another_model_waits_until_the_one_before_is_decoded(models, stage, monkeypatch):
    first, second = small(models("wan")), small(models("wan-two"))
    stage.take(first)
    vae = stage.studio._held._video.pipe.vae
    go_on, real = threading.Event(), vae.decode
    monkeypatch.setattr(
        vae, "decode", lambda *args, **kwargs: go_on.wait(PATIENCE_S) and real(*args, **kwargs)
    )
    before, after = Signalling(), Signalling()
    ends = [in_thread(lambda: stage.take(first, context=before))]
    assert before.begun.wait(PATIENCE_S)
    ends.append(in_thread(lambda: stage.take(second, context=after)))
    assert not after.begun.wait(1)
    assert stage.studio.loads == 1
    go_on.set()
    assert all(len(end()) for end in ends)
    assert stage.studio.loads == 2


@pytest.mark.parametrize("options", [{"cache": "first-block"}, {"memory": "offloaded"}])
def test_nobody_begins_where_models_move_or_remember(models, stage, options):
    context = Signalling()
    stage.take(small(models("wan"), options), context=context)
    assert not context.begun.is_set()


@pytest.mark.parametrize(
    "model",
    [
        "wan",
        "wan-vace",
        pytest.param("ltx", marks=pytest.mark.slow),
        pytest.param("ltx-2", marks=pytest.mark.slow),
        pytest.param("hunyuan-1.5", marks=pytest.mark.slow),
        pytest.param("cogvideox", marks=pytest.mark.slow),
        pytest.param("animatediff", marks=pytest.mark.slow),
    ],
)
def test_every_few_steps_a_small_picture_shows_what_comes(models, stage, model):
    spec = small(models(model), {"steps": 4, "preview_every": 2})
    context = Recorder()
    take = stage.take(spec, context=context)
    assert len(context.previews) == 2
    for preview in context.previews:
        assert preview.dtype == np.uint8
        assert preview.shape[2] == 3
        assert preview.shape[0] * 2 == preview.shape[1] <= spec.width
    silent = Recorder()
    assert np.array_equal(
        stage.take(small(models(model), {"steps": 4, "preview_every": 0}), context=silent), take
    )
    assert silent.previews == []


class LinearVae(torch.nn.Module):
    """An encoder that mixes the means of 8 by 8 pixels into four channels, of uneven mean and spread."""

    device, dtype = torch.device("cpu"), torch.float32
    mix = torch.tensor([[1.0, 0.5, 0.0], [0.0, 1.0, -0.5], [0.3, 0.0, 1.0], [1.0, 1.0, 1.0]])

    def __init__(self) -> None:
        super().__init__()
        self.config = {"latents_mean": [1.0, -2.0, 0.5, 0.0], "latents_std": [2.0, 0.5, 1.0, 3.0]}

    def encode(self, pixels):
        pooled = torch.nn.functional.avg_pool3d(pixels, (1, 8, 8))
        latents = torch.einsum("lc,bcthw->blthw", self.mix, pooled)
        return SimpleNamespace(latent_dist=SimpleNamespace(mode=lambda: latents))


def test_latents_of_a_linear_encoder_are_shown_in_their_colours():
    vae = LinearVae()
    colours = torch.rand(3, 4, 6, generator=torch.Generator().manual_seed(1))
    pixels = (colours * 2 - 1).repeat_interleave(8, 1).repeat_interleave(8, 2)
    latents = vae.encode(pixels[None, :, None]).latent_dist.mode()[0, :, 0]
    mean, spread = (torch.tensor(vae.config[f"latents_{name}"]).reshape(4, 1, 1) for name in ("mean", "std"))
    shown = colours_of(vae).picture((latents - mean) / spread)
    assert np.abs(shown / 255 - colours.permute(1, 2, 0).numpy()).max() < 0.02
