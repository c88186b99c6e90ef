"""Takes of a real-size model on a card: the farm against a plain diffusers script, in one run.

`python -m tests.benchmarks.diffusion_gpu --tiny` runs the same code with a small model on the CPU and prints
what it found: numbers that mean nothing.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from farm.cluster.connect import new_token, ray_environment
from farm.takes.clip import encode_clip, read_frames

MODEL = "wan-1.3b"
SAMPLE_MS = 200


@dataclass(frozen=True)
class Scale:
    """How much is rendered: shots of the film and of each option, steps, size, and the options."""

    shots: int
    option_shots: int
    steps: int
    size: tuple[int, int]
    precision: str
    options: dict[str, dict[str, Any]]


_OPTIONS: dict[str, dict[str, Any]] = {
    "compile": {"compile": True},
    **{
        cache: {"cache": cache}
        for cache in ("first-block", "magnitude", "spectrum", "pyramid-attention", "taylor")
    },
    "fp8_weights": {"fp8_weights": True},
}
CARD = Scale(20, 4, 30, (832, 480), "bf16", _OPTIONS)
TINY = Scale(3, 2, 3, (64, 64), "fp32", {name: _OPTIONS[name] for name in ("magnitude", "fp8_weights")})


@dataclass(frozen=True)
class Film:
    """What a render left: takes by shot."""

    facts: dict[str, Any]
    clips: dict[str, Path]
    published: list[datetime]

    @property
    def seconds_a_shot(self) -> float:
        """Between the first take and the last: starting and loading are left out."""
        return (self.published[-1] - self.published[0]).total_seconds() / (len(self.published) - 1)


def run(folder: Path, *, tiny: bool = False) -> dict[str, Any]:
    """Shots per hour of both, the options with their PSNR, and how busy the card was."""
    import torch

    from tests.support.diffusion.real_sizes import build_real
    from tests.support.diffusion.small_cluster import cluster_of_cards

    if not (tiny or torch.cuda.is_available()):
        raise SystemExit("there is no CUDA card here; --tiny tries the code without one")
    scale = TINY if tiny else CARD
    os.environ["SHOTFARM_MODEL_FOLDERS"] = str(folder)
    if tiny:  # Ray's own cluster listens where others could reach it: it is joined with a token only
        os.environ.update(ray_environment(new_token()))
    model = build_real(MODEL, folder, small=tiny)
    with cluster_of_cards() if tiny else contextlib.nullcontext() as address, _card_busy(folder) as busy:
        more = ("--address", address) if address else ()
        lossless = _render(folder, "lossless", model, scale, scale.shots, {}, more)
        share = busy(lossless.published[0], lossless.published[-1])
        ratios, plain_s = _plain(folder, model, lossless.facts, scale)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        measured: dict[str, Any] = {
            "card": "none" if tiny else torch.cuda.get_device_name(),
            "model": MODEL,
            "shots": scale.shots,
            "steps": scale.steps,
            "farm shots per hour": round(3600 / lossless.seconds_a_shot),
            "script shots per hour": round(3600 / plain_s),
            "farm to script ratio": round(plain_s / lossless.seconds_a_shot, 2),
            "card busy share": share,
        }
        for name, options in scale.options.items():
            given = options | ({"cache_ratios": ratios} if name == "magnitude" else {})
            film = _render(folder, name, model, scale, scale.option_shots, given, more)
            measured[f"{name}: shots per hour"] = round(3600 / film.seconds_a_shot)
            measured[f"{name}: PSNR against lossless, dB"] = round(_psnr(film, lossless), 1)
    return measured


def _render(
    folder: Path,
    name: str,
    model: Path,
    scale: Scale,
    shots: int,
    options: dict[str, Any],
    more: tuple[str, ...],
) -> Film:
    from tests.support.diffusion.real_films import film, rendered, written

    profile = {"model": str(model), "steps": scale.steps, "precision": scale.precision, **options}
    listed: dict[str, dict[str, Any]] = {f"S{number}": {} for number in range(shots)}
    place = written(folder / name, film(scale.size, listed, card=profile))
    rendered(place, folder / "home", *more)
    manifests = [
        (path, json.loads(path.read_text()))
        for path in (place / ".shotfarm/store/takes").rglob("manifest.json")
    ]
    manifests.sort(key=lambda one: one[1]["created"])
    return Film(
        manifests[0][1]["facts"],
        {
            one["facts"]["spec"]["shot"]: path.parent / one["files"]["clip.mp4"]["path"]
            for path, one in manifests
        },
        [datetime.fromisoformat(one["created"]) for _, one in manifests],
    )


def _plain(folder: Path, model: Path, facts: dict[str, Any], scale: Scale) -> tuple[list[float], float]:
    """A script as a model's page shows it, its prompt encoded before: the magnitude cache's ratios, and its
    seconds a shot.

    Raises:
        RuntimeError: its denoiser ran another number of times than the farm's.
    """
    import diffusers
    import torch

    from farm.backends.diffusion.families.registry import FAMILIES

    made = facts["notes"]["diffusion"]
    dtype = {"bf16": torch.bfloat16, "fp32": torch.float32}[scale.precision]
    pipe = diffusers.WanPipeline.from_pretrained(model, dtype={"default": dtype, "vae": torch.float32})
    device = "cuda" if torch.cuda.is_available() else "cpu"
    pipe.set_progress_bar_config(disable=True)
    # As the farm does: prompts are encoded before, and the text encoder is not on the card.
    with torch.no_grad():
        pipe.text_encoder.to(device)
        words, negative = pipe.encode_prompt(
            made["prompt"], "", do_classifier_free_guidance=True, max_sequence_length=512, device=device
        )[:2]
    pipe.text_encoder = None
    gc.collect()
    pipe.to(device)
    runs = 0

    def count(*_: Any) -> None:
        nonlocal runs
        runs += 1

    counting = pipe.transformer.register_forward_pre_hook(count)

    def shot(number: int) -> None:
        frames = pipe(
            prompt_embeds=words,
            negative_prompt_embeds=negative,
            guidance_scale=FAMILIES[made["family"]].guidance,
            width=made["size"][0],
            height=made["size"][1],
            num_frames=made["frames"],
            num_inference_steps=scale.steps,
            generator=torch.Generator("cpu").manual_seed(number),
            output_type="np",
        ).frames[0]
        pictures = (frames * 255).round().astype(np.uint8)
        encode_clip(pictures, folder / f"plain-{number}.mp4", Fraction(made["rate"]))

    shot(0)
    started = time.perf_counter()
    for number in range(1, scale.shots):
        shot(number)
    seconds = (time.perf_counter() - started) / (scale.shots - 1)
    counting.remove()
    if runs != scale.shots * made["denoiser_runs"]:
        raise RuntimeError(f"{runs} runs of the denoiser in the script, {made['denoiser_runs']} in each take")
    said = io.StringIO()
    pipe.transformer.enable_cache(diffusers.MagCacheConfig(calibrate=True, num_inference_steps=scale.steps))
    with contextlib.redirect_stdout(said):
        shot(0)
    ratios: list[float] = json.loads(re.findall(r"^\[[\d., e-]+\]$", said.getvalue(), re.MULTILINE)[0])
    return ratios, seconds


def _psnr(film: Film, reference: Film) -> float:
    """In decibels over all pixels of the shots that both have, as their clips are decoded."""
    errors = []
    for shot, clip in film.clips.items():
        pairs = zip(_frames(clip), _frames(reference.clips[shot]), strict=True)
        errors += [np.mean((one.astype(float) - other) ** 2) for one, other in pairs]
    return float(10 * np.log10(255**2 / max(float(np.mean(errors)), 1e-9)))


def _frames(clip: Path) -> Any:
    manifest = json.loads((clip.parents[1] / "manifest.json").read_text())
    return read_frames(clip, 0, manifest["facts"]["quality"]["frames"])


@contextlib.contextmanager
def _card_busy(folder: Path) -> Iterator[Any]:
    """Samples the card all the time; gives what tells its mean share of busy time between two moments."""
    import torch

    if not torch.cuda.is_available():
        yield lambda _first, _last: "no card"
        return
    samples = folder / "busy.csv"
    query = ["--query-gpu=timestamp,utilization.gpu", "--format=csv,noheader,nounits", f"-lms={SAMPLE_MS}"]
    with samples.open("w") as file, subprocess.Popen(["nvidia-smi", *query], stdout=file) as sampler:

        def share(first: datetime, last: datetime) -> float:
            shares = []
            for line in samples.read_text().splitlines()[:-1]:
                at, percent = line.split(", ")
                when = datetime.strptime(at, "%Y/%m/%d %H:%M:%S.%f").astimezone()
                if first <= when <= last:
                    shares.append(float(percent) / 100)
            return round(float(np.mean(shares)), 3)

        try:
            yield share
        finally:
            sampler.terminate()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(json.dumps(run(Path(made), tiny="--tiny" in sys.argv), indent=1))
