"""How soon a cut of 90 minutes is shared, against a copy of as many bytes.

python -m tests.benchmarks cuts
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from statistics import median
from typing import Any

import ffmpeg as ffmpeg_python
import yaml

from assembly.programs import ffmpeg
from assembly.sound import aac
from farm.backend.protocol import Conditioning
from farm.backends.slate import SlateBackend
from farm.takes.clip import encode_clip
from pipeline.audience.cut_files import FILES, FILM
from pipeline.audience.cuts import CutState, KeptCuts, read
from pipeline.audience.projector import Projector
from pipeline.audience.sharing import Sharing
from pipeline.film.mixing import JOINED_SOUNDS
from pipeline.film.sound import ENCODED_SOUND, ENCODED_SOUNDS, encoded_digest, soundtrack_of
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from tests.benchmarks.takes import Quiet, publish_clip

MINUTES, SHOTS = 90, 1080
RATE = 24
WIDTH, HEIGHT = 320, 180
TIMES = 3
_LOOK_S = 0.01


def run(folder: Path) -> dict[str, Any]:
    """Share it as several viewers, each time from nothing, and copy as many bytes in between; seconds."""
    way = _way(folder)
    settings = load_settings(home=folder / "home", backend="slate")
    signs = settings.signing
    shared, copied, linked = [], [], []
    size = 0
    for number in range(TIMES):
        kept = KeptCuts(folder / f"cuts-{number}")
        sharing = Sharing(kept, "secret", signs)
        shared.append(_share(sharing, way, "first"))
        linked.append(_share(sharing, way, "second"))
        sharing.close()
        film = kept.folder_of(sharing.name_of("first", way)) / FILM
        size = film.stat().st_size
        copied.append(_copy(film, folder / "copy.mp4"))
        shutil.rmtree(folder / f"cuts-{number}")
    way.close()
    return {
        "film_min": round(way.cut.frames / RATE / 60),
        "shots": SHOTS,
        "film_mb": round(size / 1e6),
        "shared_s": round(median(shared), 2),
        "slowest_s": round(max(shared), 2),
        "copy_s": round(median(copied), 2),
        "times_a_copy": round(median(shared) / median(copied), 1),
        "same_cut_again_s": round(median(linked), 3),
    }


def _share(sharing: Sharing, way: Projector, viewer: str) -> float:
    begun = time.perf_counter()
    folder = sharing.kept.folder_of(sharing.share(viewer, way, ()))
    while (cut := read(folder)) is None or cut.state is CutState.MAKING:
        time.sleep(_LOOK_S)
    seconds = time.perf_counter() - begun
    if cut.state is not CutState.READY or not all((folder / name).is_file() for name in FILES):
        raise AssertionError(f"it was not shared: {cut.error}")
    return seconds


def _copy(film: Path, out: Path) -> float:
    """Read and write as many bytes, so that they are on the disk."""
    begun = time.perf_counter()
    with film.open("rb") as source, out.open("wb") as target:
        shutil.copyfileobj(source, target, 2**20)
        target.flush()
        os.fsync(target.fileno())
    return time.perf_counter() - begun


def _way(folder: Path) -> Projector:
    """A film all of whose takes and sounds are there and have been read before."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = MINUTES * 60 * RATE // SHOTS
    scenes = [
        {
            "id": f"{scene}",
            "slug": f"INT. ROOM {scene}",
            "location": "here",
            "shots": [{"id": f"{scene}S{shot}", "duration": frames} for shot in range(10)],
        }
        for scene in range(SHOTS // 10)
    ]
    film = {
        "schema": 1,
        "title": "Ninety Minutes",
        "format": {"width": WIDTH, "height": HEIGHT, "rate": RATE},
        "locations": {"here": {"name": "Here", "room_tone": "wind"}},
        "scenes": scenes,
    }
    (folder / "film.yaml").write_text(yaml.safe_dump(film, sort_keys=False))
    settings = load_settings(home=folder / "home", backend="slate")
    production = open_production(folder, settings)
    clip = folder / "clip.mp4"
    plan = production.plan()
    slates = SlateBackend().render(plan.shots[0].spec, Conditioning(), Quiet())
    encode_clip(slates, clip, production.film.format.rate)
    for shot in plan.missing:
        publish_clip(production, shot.spec, clip)
    material = production.material(production.plan())
    sound = soundtrack_of(material, production.store)
    name = encoded_digest(sound, material.loudness_lufs)
    store = production.store
    with store.attempt(JOINED_SOUNDS, name) as attempt:  # mixing it takes minutes
        noise = ffmpeg_python.input(f"anoisesrc=d={MINUTES * 60}:r=48000:a=0.05:c=pink", f="lavfi")
        stereo, out = noise.filter("aformat", channel_layouts="stereo"), str(attempt.path(ENCODED_SOUND))
        ffmpeg.run(stereo.output(out, **{"c:a": "aac", "b:a": aac.BITS_PER_SECOND}))
        attempt.publish({})
    with store.attempt(ENCODED_SOUNDS, name) as attempt:
        attempt.publish({})
    way = Projector(folder, settings)
    way.pieces()
    return way
