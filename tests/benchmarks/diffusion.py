"""What a take costs over calling the pipeline in a loop, with tiny models on the CPU, in one run.

    python tests/benchmarks/diffusion.py [--model wan] [--shots 12] [--frames 25] [--steps 8]

Prompts are encoded before either loop, and both end with frames as uint8 pictures of the film's size; the
last column also writes the take into a store. Shots of both kinds take turns, and medians are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/farm"), str(ROOT / "tests/farm/backends/diffusion")]


def run(model: str = "wan", shots: int = 12, frames: int = 25, steps: int = 8) -> dict[str, float]:
    """Median milliseconds a shot: plain, through the backend, and into a store; and their ratios."""
    import numpy as np
    import torch
    from conformance import Recorder
    from orders_of_slates import render_order
    from small_takes import Stage, small
    from tiny_models import build

    from farm.backends.diffusion.loading import load_pipeline
    from farm.backends.diffusion.prompt import prompt_of
    from farm.worker import render_take

    folder = Path(tempfile.mkdtemp(prefix="shotfarm-bench-"))
    os.environ["SHOTFARM_MODEL_FOLDERS"] = str(folder)
    place = build(model, folder)
    specs = [
        small(
            place, {"steps": steps, "checkpoint_every": 5}, frames=frames, head=0, tail=0, height=32, seed=one
        )
        for one in range(shots)
    ]
    pipe = load_pipeline(place, json.loads((place / "model_index.json").read_text())["_class_name"], "fp32")
    words = prompt_of(specs[0])
    with torch.no_grad():
        embeds = pipe.encode_prompt(
            words.text, "", do_classifier_free_guidance=True, max_sequence_length=512
        )[:2]

    def plain(seed: int) -> Any:
        with torch.no_grad():
            made = pipe(
                prompt_embeds=embeds[0],
                negative_prompt_embeds=embeds[1],
                height=32,
                width=64,
                num_frames=frames,
                num_inference_steps=steps,
                guidance_scale=5.0,
                generator=torch.Generator().manual_seed(seed),
                output_type="pt",
            ).frames[0]
        return (made * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()

    times: dict[str, list[float]] = {"plain": [], "backend": [], "worker": []}
    with Stage() as stage:
        assert np.array_equal(stage.take(specs[0]), plain(0)), "both make the same pictures"
        for seed, spec in enumerate(specs):
            ways: list[tuple[str, Callable[[], object]]] = [
                ("plain", lambda seed=seed: plain(seed)),
                ("backend", lambda spec=spec: stage.take(spec)),
                (
                    "worker",
                    lambda spec=spec: render_take(
                        stage.backend, render_order(spec, folder / "store"), Recorder()
                    ),
                ),
            ]
            turn = seed % len(ways)
            for name, make in ways[turn:] + ways[:turn]:
                started = time.perf_counter()
                make()
                times[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(values) * 1000 for name, values in times.items()}
    return {
        **{f"{name}_ms": round(value, 1) for name, value in medians.items()},
        "backend_over_plain_ms": round(medians["backend"] - medians["plain"], 1),
        "backend_ratio": round(medians["backend"] / medians["plain"], 3),
        "worker_ratio": round(medians["worker"] / medians["plain"], 3),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="wan")
    parser.add_argument("--shots", type=int, default=12)
    parser.add_argument("--frames", type=int, default=25)
    parser.add_argument("--steps", type=int, default=8)
    print(json.dumps(run(**vars(parser.parse_args())), indent=1))
