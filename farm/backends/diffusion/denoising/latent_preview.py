"""What latents look like, without the decoder: a linear map to colours, fitted to what the encoder gives.

A decoder takes seconds and gigabytes; for a look at what comes, the best linear map does. It is found by
least squares on a chart of colours that is encoded once for each model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import diffusers
import torch

from farm.backend.protocol import Frame

CELLS, CELL = 8, 32
"""the chart has so many cells a side, of so many pixels"""
RIDGE = 1e-3
"""keeps the map small where the chart says little, in shares of the latents' own spread"""
_STILL = (diffusers.AutoencoderKL, diffusers.AutoencoderKLTemporalDecoder)
"""encoders of single pictures"""


@dataclass(frozen=True, slots=True)
class LatentColours:
    """Colours as a linear function of latents: float [channels + 1, 3], the constant last."""

    weights: torch.Tensor

    def picture(self, latents: torch.Tensor) -> Frame:
        """What one frame of latents (float [channels, height, width]) looks like, as small as they are."""
        values = latents.detach().float().cpu().flatten(1).T
        colours = torch.cat([values, torch.ones(len(values), 1)], dim=1) @ self.weights
        shaped = colours.reshape(*latents.shape[1:], 3).nan_to_num(0.5).clamp(0, 1)
        frame: Frame = (shaped * 255).round().to(torch.uint8).numpy()
        return frame


def colours_of(vae: Any) -> LatentColours:
    """The map for what a pipeline denoises with this encoder and decoder."""
    chart = _chart()
    device, dtype = vae.device, vae.dtype
    pixels = (chart * 2 - 1)[None].to(device, dtype)
    still = type(vae) in _STILL
    with torch.no_grad():
        seen: torch.Tensor = vae.encode(pixels if still else pixels[:, :, None]).latent_dist.mode()[0]
    latents = _normalised(vae, (seen if still else seen[:, 0]).float().cpu())
    target = (
        torch.nn.functional.adaptive_avg_pool2d(chart, (latents.shape[1], latents.shape[2]))
        .flatten(1)
        .T.double()
    )
    values = latents.flatten(1).T.double()
    values = torch.cat([values, torch.ones(len(values), 1, dtype=torch.float64)], dim=1)
    ridge = (
        RIDGE * len(values) * values[:, :-1].var(0).mean() * torch.eye(values.shape[1], dtype=torch.float64)
    )
    ridge[-1, -1] = 0
    return LatentColours(torch.linalg.solve(values.T @ values + ridge, values.T @ target).float())


def _chart() -> torch.Tensor:
    """Cells of even colours: float [3, height, width], 0 to 1."""
    colours = torch.rand(3, CELLS, CELLS, generator=torch.Generator().manual_seed(0))
    return colours.repeat_interleave(CELL, 1).repeat_interleave(CELL, 2)


def _normalised(vae: Any, latents: torch.Tensor) -> torch.Tensor:
    """Encoded pictures (float [channels, height, width]) as pipelines denoise them."""
    mean, spread = (_of_channels(vae, name) for name in ("latents_mean", "latents_std"))
    if mean is not None and spread is not None:
        latents = (latents - mean) / spread
    return latents * (vae.config.get("scaling_factor") or 1.0)


def _of_channels(vae: Any, name: str) -> torch.Tensor | None:
    values = vae.config[name] if name in vae.config else getattr(vae, name, None)
    return None if values is None else torch.as_tensor(values).float().cpu().reshape(-1, 1, 1)
