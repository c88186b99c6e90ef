"""Takes that the gate refuses, one after another."""

from __future__ import annotations

import torch

from farm.backends.diffusion.families.call import Rendered
from farm.backends.diffusion.families.registry import FAMILIES


def wan_that_gives(monkeypatch, *outcomes, family="wan"):
    """Wan whose takes are these, one after another: a level for a flat picture, None for one that moves."""
    module = FAMILIES[family].module
    real = module.render
    left = list(outcomes)

    def render(pipe, take):
        frames = real(pipe, take).frames
        level = left.pop(0)
        if level is not None:
            return Rendered(torch.full_like(frames, level))
        slope = torch.linspace(0, 1, frames.shape[-1]).expand(frames.shape[1:])
        return Rendered(torch.stack([slope.roll(number, -1) for number in range(len(frames))]))

    monkeypatch.setattr(module, "render", render)
    return left


GATED = {"gate": True, "steps": 2}
