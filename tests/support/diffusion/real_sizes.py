"""Models of random weights in the sizes that are published, written as ordinary model folders.

The numbers are those of the conversion scripts in diffusers (`scripts/convert_wan_to_diffusers.py`,
`scripts/convert_ltx_to_diffusers.py`), which are those of the published checkpoints. Only the text encoder is
small: it runs once a prompt, apart from the rendering. Built on the `meta` device a model takes no memory.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import torch

from tests.support.diffusion.tiny_models import t5

TEXT_WIDTH = 4096
"""of the encoders that these models were trained with: UMT5-XXL and T5 1.1 XXL"""


@dataclass(frozen=True)
class RealSize:
    """A published model.

    Attributes:
        parameters: of its transformer, in billions, as its page on the hub counts them.
        transformer: makes it; its arguments replace those of the configuration.
        vae: makes its decoder and encoder.
        pipeline: puts the parts together.
        small: arguments that make the transformer small enough for a test without a card.
    """

    parameters: float
    transformer: Callable[..., Any]
    vae: Callable[..., Any]
    pipeline: Callable[..., Any]
    small: dict[str, Any]
    small_vae: dict[str, Any]


def _wan(**config: Any) -> Callable[..., Any]:
    values = {
        "attention_head_dim": 128,
        "cross_attn_norm": True,
        "eps": 1e-6,
        "freq_dim": 256,
        "in_channels": 16,
        "out_channels": 16,
        "patch_size": (1, 2, 2),
        "qk_norm": "rms_norm_across_heads",
        "text_dim": TEXT_WIDTH,
        **config,
    }
    return lambda **more: diffusers.WanTransformer3DModel(**(values | more))


def _wan_pipeline(transformer: Any, vae: Any) -> Any:
    # The shift is the model card's for 480p.
    return diffusers.WanPipeline(
        **t5("UMT5", TEXT_WIDTH),
        transformer=transformer,
        transformer_2=None,
        vae=vae,
        scheduler=diffusers.UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
        ),
    )


def _ltx_vae(**more: Any) -> Any:
    values: dict[str, Any] = {
        "latent_channels": 128,
        "block_out_channels": (128, 256, 512, 512),
        "decoder_block_out_channels": (128, 256, 512, 512),
        "layers_per_block": (4, 3, 3, 3, 4),
        "decoder_layers_per_block": (4, 3, 3, 3, 4),
        "spatio_temporal_scaling": (True, True, True, False),
        "decoder_spatio_temporal_scaling": (True, True, True, False),
        "decoder_inject_noise": (False,) * 5,
        "upsample_residual": (False,) * 4,
        "upsample_factor": (1,) * 4,
        "timestep_conditioning": False,
    }
    return diffusers.AutoencoderKLLTXVideo(**(values | more))


def _ltx_pipeline(transformer: Any, vae: Any) -> Any:
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler(
        use_dynamic_shifting=True,
        base_shift=0.95,
        max_shift=2.05,
        base_image_seq_len=1024,
        max_image_seq_len=4096,
        shift_terminal=0.1,
    )
    return diffusers.LTXPipeline(
        **t5(width=TEXT_WIDTH), transformer=transformer, vae=vae, scheduler=scheduler
    )


_SMALL_WAN = {"num_layers": 1, "num_attention_heads": 1, "ffn_dim": 64}
_SMALL_WAN_VAE = {"base_dim": 8, "num_res_blocks": 1}

REAL_SIZES = {
    "wan-1.3b": RealSize(
        parameters=1.42,
        transformer=_wan(num_layers=30, num_attention_heads=12, ffn_dim=8960),
        vae=diffusers.AutoencoderKLWan,
        pipeline=_wan_pipeline,
        small=_SMALL_WAN,
        small_vae=_SMALL_WAN_VAE,
    ),
    "wan-14b": RealSize(
        parameters=14.3,
        transformer=_wan(num_layers=40, num_attention_heads=40, ffn_dim=13824),
        vae=diffusers.AutoencoderKLWan,
        pipeline=_wan_pipeline,
        small=_SMALL_WAN,
        small_vae=_SMALL_WAN_VAE,
    ),
    "ltx-2b": RealSize(
        parameters=1.92,
        transformer=diffusers.LTXVideoTransformer3DModel,
        vae=_ltx_vae,
        pipeline=_ltx_pipeline,
        small={"num_layers": 1, "num_attention_heads": 1, "cross_attention_dim": 64},
        small_vae={
            "block_out_channels": (8,) * 4,
            "decoder_block_out_channels": (8,) * 4,
            "layers_per_block": (1,) * 5,
            "decoder_layers_per_block": (1,) * 5,
        },
    ),
}


def build_real(name: str, folder: Path, *, small: bool = False) -> Path:
    """Write a model with random weights in bf16; returns its folder.

    Args:
        name: a key of `REAL_SIZES`.
        folder: where it is put.
        small: with a transformer and decoder that a test without a card can run.
    """
    place = folder / (f"{name}-small" if small else name)
    if place.exists():
        return place
    size = REAL_SIZES[name]
    device = torch.device("cuda" if torch.cuda.is_available() and not small else "cpu")
    torch.manual_seed(0)
    with made_in(torch.bfloat16, device):
        transformer = size.transformer(**(size.small if small else {})).eval()
        vae = size.vae(**(size.small_vae if small else {})).eval()
    pipe = size.pipeline(transformer, vae)
    pipe.save_pretrained(place)
    del pipe, transformer, vae
    if device.type == "cuda":
        torch.cuda.empty_cache()
    return place


@contextlib.contextmanager
def made_in(dtype: torch.dtype, device: torch.device) -> Iterator[None]:
    """Models are made with these numbers, there, instead of first in 32 bits on the CPU."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with device:
            yield
    finally:
        torch.set_default_dtype(before)


def parameters(model: torch.nn.Module) -> int:
    """How many numbers a model has learned."""
    return sum(tensor.numel() for tensor in model.parameters())
