"""What a take costs over calling the pipeline in a loop, with a tiny model on the CPU, in one run.

Prompts are encoded before either loop. Both end with a clip of uint8 pictures of the film's size, made by the
same encoder; a take is also kept with its states, digests and facts in a store. A shot of the loop and the
same shot as a take are a pair that is measured one right after the other, in turns, and what counts is the
median of the pairs' ratios: a machine that others use is slow for both.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import psutil

SHOTS = 15
FRAMES = 25
RATE = 24
SIZES = {"short": (8, 64, 32), "long": (20, 192, 96)}
"""steps, width and height of shots that take less than a second, and more"""


def run(folder: Path) -> dict[str, float]:
    """The costs of shots of few and of many steps."""
    from tests.support.diffusion.small_takes import Stage
    from tests.support.diffusion.tiny_models import build

    os.environ["SHOTFARM_MODEL_FOLDERS"] = str(folder)
    place = build("wan", folder)
    psutil.cpu_percent()
    mine = psutil.Process()
    before, started = sum(mine.cpu_times()), time.perf_counter()
    measured: dict[str, float] = {"shots": SHOTS, "frames_a_shot": FRAMES}
    with Stage() as stage:
        for name, (steps, width, height) in SIZES.items():
            costs = _costs(stage, place, folder / name, steps, (width, height))
            measured |= {f"{name} shots: {what}": value for what, value in costs.items()}
    busy = psutil.cpu_percent() / 100 * (psutil.cpu_count() or 1)
    own = (sum(mine.cpu_times()) - before) / (time.perf_counter() - started)
    return {**measured, "cores that others kept busy": round(max(0.0, busy - own), 2)}


def _costs(stage: Any, place: Path, folder: Path, steps: int, size: tuple[int, int]) -> dict[str, float]:
    import numpy as np

    from farm.backend.conformance import Recorder
    from tests.support.diffusion.small_takes import small
    from tests.support.farm.orders_of_slates import render_order
    from tests.support.farm.takes import render_take

    folder.mkdir()
    specs = [
        small(
            place,
            {"steps": steps, "width": size[0], "height": size[1]},
            frames=FRAMES,
            head=0,
            tail=0,
            width=size[0],
            height=size[1],
            seed=seed,
        )
        for seed in range(SHOTS)
    ]
    plain = _plain(place, specs[0], steps, size)
    assert np.array_equal(stage.take(specs[0]), plain(specs[0].seed)), "both make the same pictures"
    ways: dict[str, Callable[[Any], object]] = {
        "loop": lambda spec: _clip(plain(spec.seed), folder),
        "take": lambda spec: render_take(stage.backend, render_order(spec, folder / "store"), Recorder()),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number, spec in enumerate(specs):
        for name in sorted(ways, reverse=bool(number % 2)):
            started = time.perf_counter()
            ways[name](spec)
            times[name].append(time.perf_counter() - started)
    ratios = [take / loop for take, loop in zip(times["take"], times["loop"], strict=True)]
    medians = {name: statistics.median(values) * 1000 for name, values in times.items()}
    return {
        "loop ms a shot": round(medians["loop"]),
        "take ms a shot": round(medians["take"]),
        "cost ms a shot": round(
            statistics.median(take - loop for take, loop in zip(times["take"], times["loop"], strict=True))
            * 1000
        ),
        "take to loop ratio": round(statistics.median(ratios), 3),
    }


def _plain(place: Path, spec: Any, steps: int, size: tuple[int, int]) -> Callable[[int], Any]:
    """The pipeline, called as its documentation says."""
    import torch

    from farm.backends.diffusion.loading.pipelines import load_pipeline
    from farm.backends.diffusion.prompt import prompt_of

    pipe = load_pipeline(place, json.loads((place / "model_index.json").read_text())["_class_name"], "fp32")
    with torch.no_grad():
        words, negative = pipe.encode_prompt(
            prompt_of(spec).text, "", do_classifier_free_guidance=True, max_sequence_length=512
        )[:2]

    def call(seed: int) -> Any:
        with torch.no_grad():
            made = pipe(
                prompt_embeds=words,
                negative_prompt_embeds=negative,
                height=size[1],
                width=size[0],
                num_frames=FRAMES,
                num_inference_steps=steps,
                guidance_scale=5.0,
                generator=torch.Generator().manual_seed(seed),
                output_type="pt",
            ).frames[0]
        return (made * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()

    return call


def _clip(frames: Any, folder: Path) -> None:
    from farm.takes.clip import encode_clip

    encode_clip(frames, folder / "loop.mp4", Fraction(RATE))
