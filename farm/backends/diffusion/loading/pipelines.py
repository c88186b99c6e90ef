"""Model folders to pipelines: safetensors only, on one device, and the same bits in every process."""

from __future__ import annotations

import contextlib
import functools
import gc
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers.models.attention_dispatch import attention_backend

from farm.backends.diffusion.denoising.steps import DENOISERS
from farm.backends.diffusion.families.family import Family
from farm.backends.diffusion.families.memory import MemoryChoice
from farm.backends.diffusion.families.step_caches import cache_config
from farm.backends.diffusion.models.folders import variant_of
from farm.backends.diffusion.models.weights import read_variant
from farm.backends.diffusion.options import DiffusionOptions, Memory, Scheduler
from storyboard.errors import FarmError, UsageError
from storyboard.wording import first_line

DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
ALIGNMENT = 64
"""bytes; on a CPU, kernels of another alignment round otherwise, and safetensors does not align"""
_FLOW_SOLVERS = {
    Scheduler.FLOW_EULER: "FlowMatchEulerDiscreteScheduler",
    Scheduler.FLOW_HEUN: "FlowMatchHeunDiscreteScheduler",
    Scheduler.UNIPC: "UniPCMultistepScheduler",
    Scheduler.DPM: "DPMSolverMultistepScheduler",
}
_NOISE_SOLVERS = {
    Scheduler.EULER: "EulerDiscreteScheduler",
    Scheduler.EULER_ANCESTRAL: "EulerAncestralDiscreteScheduler",
    Scheduler.DDIM: "DDIMScheduler",
    Scheduler.DPM: "DPMSolverMultistepScheduler",
    Scheduler.UNIPC: "UniPCMultistepScheduler",
}
_COG_SOLVERS = {Scheduler.DDIM: "CogVideoXDDIMScheduler", Scheduler.DPM: "CogVideoXDPMScheduler"}


def device_of_this_worker() -> torch.device:
    """The card, or the CPU where there is none."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load_pipeline(
    folder: Path,
    pipeline: str,
    precision: str,
    *,
    without: Iterable[str] = (),
    fp32: Iterable[str] = (),
    parts: Mapping[str, Any] | None = None,
) -> Any:
    """A pipeline on the CPU, of a folder that was checked.

    Args:
        folder: the model.
        pipeline: the diffusers class.
        precision: of its components.
        without: components that are left out.
        fp32: components that stay in 32 bits.
        parts: components that come from elsewhere.

    Raises:
        FarmError: the folder lacks something that the pipeline needs.
    """
    dtypes = {"default": DTYPES[precision], **dict.fromkeys(fp32, torch.float32)}
    with quiet():
        try:
            pipe = getattr(diffusers, pipeline).from_pretrained(
                str(folder),
                dtype=dtypes,
                use_safetensors=True,
                local_files_only=True,
                variant=variant_of(folder) or None,
                **dict.fromkeys(without),
                **(parts or {}),
            )
        except Exception as error:  # a folder from anywhere, read by somebody else's code
            words = f"the model {folder} cannot be loaded as {pipeline}: {first_line(error)}"
            raise FarmError(words) from error
    pipe.set_progress_bar_config(disable=True)
    for component in pipe.components.values():
        if isinstance(component, torch.nn.Module):
            # The first LoRA freezes what it adapts, and torch multiplies by frozen weights in another order.
            component.requires_grad_(requires_grad=False)
            align(component)
    return pipe


def load_motion_adapter(folder: Path, precision: str) -> Any:
    """The motion module of AnimateDiff.

    Raises:
        FarmError: the folder holds none.
    """
    with quiet():
        try:
            return diffusers.MotionAdapter.from_pretrained(
                str(folder),
                dtype=DTYPES[precision],
                use_safetensors=True,
                local_files_only=True,
                variant=read_variant([folder]) or None,
            )
        except Exception as error:  # the same
            raise FarmError(f"the motion adapter {folder} cannot be loaded: {first_line(error)}") from error


class quiet:  # noqa: N801  (reads as a statement)
    """Without diffusers' and transformers' advice and progress bars, which are for people at a prompt."""

    def __enter__(self) -> None:
        from transformers.utils import logging as transformers_logging

        self._levels = (diffusers.utils.logging.get_verbosity(), transformers_logging.get_verbosity())
        diffusers.utils.logging.set_verbosity_error()
        diffusers.utils.logging.disable_progress_bar()
        transformers_logging.set_verbosity_error()
        transformers_logging.disable_progress_bar()

    def __exit__(self, *_: object) -> None:
        from transformers.utils import logging as transformers_logging

        diffusers.utils.logging.set_verbosity(self._levels[0])
        transformers_logging.set_verbosity(self._levels[1])


def align(model: torch.nn.Module) -> None:
    """Move weights that do not start at a multiple of 64 bytes."""
    for tensor in (*model.parameters(), *model.buffers()):
        if tensor.device.type == "cpu" and tensor.data_ptr() % ALIGNMENT:
            tensor.data = tensor.data.clone()


def fresh_scheduler(pipe: Any, config: Mapping[str, Any], options: Any) -> Any:
    """A scheduler with no memory of other shots: the model's own, or the one that was asked for.

    Args:
        pipe: whose scheduler it replaces.
        config: the configuration that the model came with.
        options: with `scheduler` and perhaps `shift`.
    """
    own = type(pipe.scheduler).__name__ if "_class_name" not in config else str(config["_class_name"])
    flow = (
        own.startswith("FlowMatch")
        or config.get("use_flow_sigmas")
        or "flow" in str(config.get("prediction_type", ""))
    )
    if options.scheduler is None:
        name = own
    elif own.startswith("CogVideoX"):
        name = _COG_SOLVERS[options.scheduler]
    else:
        name = (_FLOW_SOLVERS if flow else _NOISE_SOLVERS)[options.scheduler]
    more: dict[str, Any] = {}
    shift = getattr(options, "shift", None)
    if shift is None and flow:
        shift = config.get("flow_shift", config.get("shift"))
    if name.startswith("FlowMatch") and shift is not None:
        more["shift"] = shift
    elif flow:
        more = {"prediction_type": "flow_prediction", "use_flow_sigmas": True, "flow_shift": shift or 1.0}
    with quiet():
        return getattr(diffusers, name).from_config(dict(config), **more)


def place(pipe: Any, device: torch.device, choice: MemoryChoice) -> None:
    """Put a pipeline on its device, in the way that the memory choice says."""
    memory = choice.memory
    vae = pipe.vae
    if memory is Memory.SLICED and hasattr(vae, "enable_slicing"):
        vae.enable_slicing()
    if memory in {Memory.TILED, Memory.OFFLOADED, Memory.STREAMED} and hasattr(vae, "enable_tiling"):
        vae.enable_tiling()
    if memory not in {Memory.OFFLOADED, Memory.STREAMED}:
        pipe.to(device)
        return
    how: dict[str, Any] = {"offload_type": "leaf_level"}
    if memory is Memory.OFFLOADED:
        how = {"offload_type": "block_level", "num_blocks_per_group": 2}
    denoisers = [model for name in DENOISERS if (model := getattr(pipe, name, None)) is not None]
    for model in denoisers:
        model.enable_group_offload(
            onload_device=device,
            offload_device=torch.device("cpu"),
            use_stream=device.type == "cuda",
            **how,
        )
    for component in pipe.components.values():
        if isinstance(component, torch.nn.Module) and not any(component is model for model in denoisers):
            component.to(device)


def tune(pipe: Any, options: DiffusionOptions, family: Family) -> None:
    """Apply the speed options to the denoisers of a pipeline.

    Raises:
        UsageError: an option does not work with this model or on this machine; says which and why.
    """
    models = [model for name in DENOISERS if (model := getattr(pipe, name, None)) is not None]
    for model in models:
        if options.fp8_weights:
            with understood("fp8_weights", family):
                model.enable_layerwise_casting(
                    storage_dtype=torch.float8_e4m3fn, compute_dtype=DTYPES[options.precision]
                )
        if options.cache is not None:
            with understood("cache", family):
                model.enable_cache(cache_config(options, pipe, options.steps or family.steps))
        if options.compile:
            with understood("compile", family):
                model.compile_repeated_blocks(fullgraph=True)


@contextlib.contextmanager
def understood(option: str, family: Family) -> Iterator[None]:
    """Turn what a library says against an option into a message that names the option."""
    try:
        with quiet():
            yield
    except (ValueError, RuntimeError, ImportError, AttributeError, NotImplementedError) as error:
        raise UsageError(
            f"the option {option} does not work with this model of {family.name}: {error}", "leave it out"
        ) from error


@contextlib.contextmanager
def attention(kernel: str | None, family: Family) -> Iterator[None]:
    """With this attention kernel, and afterwards with the one before: it is a setting of the whole process.

    Raises:
        UsageError: there is no such kernel here, or it would be fetched as code.
    """
    if kernel is None:
        yield
        return
    if "hub" in kernel:
        raise UsageError(
            f"the attention kernel {kernel} is code that is fetched from the hub; that is never run",
            "install a kernel as a package, and use flash or sage",
        )
    with contextlib.ExitStack() as stack:
        with understood("attention", family):
            stack.enter_context(attention_backend(kernel))
        yield


def one_at_a_time(vae: Any) -> None:
    """Let threads wait for each other at a decoder: some keep what they saw last in the module itself."""
    lock = threading.Lock()

    def locked(call: Any) -> Any:
        @functools.wraps(call)
        def waiting(*args: Any, **kwargs: Any) -> Any:
            with lock:
                return call(*args, **kwargs)

        return waiting

    vae.encode, vae.decode = locked(vae.encode), locked(vae.decode)


def give_back(device: torch.device) -> None:
    """Really free what nothing holds any more."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()


def free_bytes(device: torch.device) -> int | None:
    """Free memory of the card; None on a CPU."""
    if device.type != "cuda":
        return None
    free: int = torch.cuda.mem_get_info(device)[0]
    return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
