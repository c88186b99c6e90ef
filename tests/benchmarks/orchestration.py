"""What the farm costs a shot beyond a plain loop that calls the same backend and encoder."""

from __future__ import annotations

import time
from pathlib import Path

from farm.backend.protocol import Conditioning
from farm.backends.slate import SlateBackend
from farm.takes.clip import encode_clip, read_frames
from pipeline.observer import Nobody
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.services.prefect_server import use_prefect_server
from pipeline.services.standing_farm import farm_down, farm_up
from pipeline.settings import Settings, load_settings
from tests.benchmarks.films import slate_film
from tests.benchmarks.takes import Quiet

SHOTS = 300
WORKERS = 2


def run(folder: Path, shots: int = SHOTS) -> dict[str, float]:
    """Measure once."""
    settings = load_settings(home=folder / "home", backend="slate", workers=WORKERS)
    farm = farm_up(settings, cpus=WORKERS)
    try:
        use_prefect_server(settings.home, farm.prefect_port, farm.prefect_password)
        # The last scene is not asked for, so that the flow ends before the assembly.
        warm = _production(folder / "warm", 20, settings)
        _through_the_farm(warm, settings, "1*")
        production = _production(folder / "film", shots + 10, settings)
        loop_s = _in_a_loop(_production(folder / "loop", shots, settings), folder)
        farm_s = _through_the_farm(
            production, settings, *[f"{number + 1}[A-J]" for number in range(shots // 10)]
        )
    finally:
        farm_down(settings)
    return {
        "shots": shots,
        "workers": WORKERS,
        "loop_s": round(loop_s, 2),
        "farm_s": round(farm_s, 2),
        "loop_ms_per_shot": round(loop_s / shots * 1000, 1),
        "farm_ms_per_shot": round(farm_s / shots * 1000, 1),
        "cost_ms_per_shot": round((farm_s - loop_s) / shots * 1000, 1),
        "worker_ms_per_shot_beyond_the_loop": round((farm_s * WORKERS - loop_s) / shots * 1000, 1),
        "farm_to_loop_ratio": round(farm_s / loop_s, 2),
    }


def _production(folder: Path, shots: int, settings: Settings) -> Production:
    folder.mkdir()
    (folder / "film.yaml").write_text(slate_film(shots))
    return open_production(folder / "film.yaml", settings)


def _in_a_loop(production: Production, folder: Path) -> float:
    plan = production.plan()
    backend = SlateBackend()
    backend.load()
    clips = folder / "clips"
    clips.mkdir()
    started = time.perf_counter()
    for shot in plan.shots:
        before = ()
        if shot.after:
            end = shot.spec.frames
            before = read_frames(
                clips / f"{shot.after}.mp4", end - SlateBackend.TRAITS.continuity_frames, end
            )
        frames = backend.render(shot.spec, Conditioning(predecessor_frames=before), Quiet())
        encode_clip(frames, clips / f"{shot.digest}.mp4", shot.spec.rate)
    return time.perf_counter() - started


def _through_the_farm(production: Production, settings: Settings, *patterns: str) -> float:
    from pipeline.orchestration.flows import Run, run_flow
    from pipeline.services.farm_access import open_farm
    from pipeline.services.standing_farm import standing_farm

    with open_farm(settings, standing_farm(settings)) as client:
        started = time.perf_counter()
        plan = production.plan(patterns)
        run_flow(Run(production, plan, production.folder / "film.mp4", client, Nobody()))
        return time.perf_counter() - started
