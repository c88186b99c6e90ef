"""Step caches: what diffusers is told of each, and a new start of them for every take."""

from __future__ import annotations

from typing import Any

import diffusers

from farm.backends.diffusion.options import DiffusionOptions, StepCache

_FIRST_BLOCK, _MAGNITUDE, _SPECTRUM = 0.05, 0.06, 0.25
"""thresholds when the options name none: diffusers' own, which are their authors'"""


def cache_config(options: DiffusionOptions, pipe: Any, steps: int) -> Any:
    """What diffusers' `enable_cache` is given for the step cache of the options.

    Args:
        options: with a `cache`.
        pipe: whose denoisers it is for.
        steps: how often a denoiser runs in a take; only the magnitude cache looks at it.
    """

    def timestep() -> Any:
        return getattr(pipe, "_current_timestep", None)

    threshold = options.cache_threshold
    match options.cache:
        case StepCache.FIRST_BLOCK:
            return diffusers.FirstBlockCacheConfig(threshold=_FIRST_BLOCK if threshold is None else threshold)
        case StepCache.MAGNITUDE:
            return diffusers.MagCacheConfig(
                threshold=_MAGNITUDE if threshold is None else threshold,
                num_inference_steps=steps,
                mag_ratios=list(options.cache_ratios or ()),
            )
        case StepCache.SPECTRUM:
            return diffusers.SeaCacheConfig(threshold=_SPECTRUM if threshold is None else threshold)
        case StepCache.PYRAMID_ATTENTION:
            return diffusers.PyramidAttentionBroadcastConfig(
                spatial_attention_block_skip_range=2,
                spatial_attention_timestep_skip_range=(100, 800),
                current_timestep_callback=timestep,
            )
        case StepCache.FASTER:
            return diffusers.FasterCacheConfig(current_timestep_callback=timestep, tensor_format="BCFHW")
        case _:
            return diffusers.TaylorSeerCacheConfig(use_lite_mode=True)


def begin_take(pipe: Any, options: DiffusionOptions, steps: int) -> None:
    """Empty the step caches of a pipeline's denoisers, and set them for this take.

    A pipeline empties them when its call ends, but not when the call was cancelled or ran out of memory: the
    next take would go on with what the one before left. A model that stays loaded does not know the threshold
    of a take either, nor its steps, which the magnitude cache counts.

    Args:
        pipe: a pipeline whose caches are enabled as the options say.
        options: of the take.
        steps: of the take.
    """
    if options.cache is None:
        return
    for model in pipe.components.values():
        if getattr(model, "is_cache_enabled", False):
            model._reset_stateful_cache()  # noqa: SLF001  (diffusers has no public name for it)
            config = cache_config(options, pipe, steps)
            # The hooks hold the object that the cache was enabled with; the first block's copies from it.
            vars(model._cache_config).update(vars(config))  # noqa: SLF001
            for block in model.modules():
                hooks = getattr(block, "_diffusers_hook", None)
                for hook in hooks.hooks.values() if hooks else ():
                    if hasattr(hook, "threshold"):
                        hook.threshold = config.threshold
