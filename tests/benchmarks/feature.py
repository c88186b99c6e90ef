"""A feature put together from its takes: every frame counted, sound and picture compared at planted claps.

    python -m tests.benchmarks feature

A clap is a frame that is white all over and a chirp that begins with it, as a slate's is on a set.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import yaml
from scipy import signal

from assembly.sound.signal import wav
from pipeline.film.assemble import assemble, check_output, film_path
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.media.timing import seconds_at
from tests.benchmarks.takes import publish_slates
from tests.benchmarks.watching import Watched, watched
from tests.support import ROOT

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = Fraction(24000, 1001)
SAMPLE_RATE = 48000
WIDTH, HEIGHT = 320, 180
SCENES, CLAPS = 108, 100
LENGTHS = (72, 96, 60, 144, 84, 120, 96, 108, 132, 76, 92, 120)
"""frames of the shots of a scene: a hundred on the average"""
SPOKEN = (1, 2, 4, 6, 8)
"""shots of a scene in which somebody speaks"""
MOODS = ("calm", "tense", "hopeful", "sad", "mysterious", "tender", "triumphant")
ROOMS = {"harbour": "sea", "marsh": "wind", "kitchen": "fire", "engine room": "hum"}
CLAP = "clap.wav"
_CLAP_S = 0.02
_FLASH_LUMA = 200
_LIKENESS = 0.5
"""the correlation with a clap from which a sound is one; noise stays below 0.4 in a whole feature"""
_BLOCK = 2**20


def film_of(scenes: int, claps: int, width: int, height: int) -> tuple[dict[str, Any], dict[str, int]]:
    """A film document, and the frame of the clap in each shot that has one.

    Scenes of twelve shots and 50 s: a fade at the beginning, dissolves, a wipe, a J-cut and an L-cut, five
    lines by two voices, footsteps and a door, room tone, a lower third; music by the composer in every other
    scene, now and then over three scenes; a main title and an end roll.
    """
    shots = scenes * len(LENGTHS)
    clapped = {(2 * clap + 1) * shots // (2 * claps): clap for clap in range(claps)}
    clapped = {shot: clap for shot, clap in clapped.items() if clap < claps - 1} | {shots - 1: claps - 1}
    flashes: dict[str, int] = {}
    listed, music = [], []
    for scene in range(scenes):
        of_scene = []
        for number, frames in enumerate(LENGTHS):
            shot = _shot(scene, number, frames)
            clap = clapped.get(scene * len(LENGTHS) + number)
            if clap is not None:
                # Clear of transitions and titles, at another place of each shot; the last one at its end.
                frame = frames - 2 if clap == claps - 1 else 30 + clap * 7 % (frames - 50)
                flashes[shot["id"]] = frame
                shot.setdefault("effects", []).append({"sound": CLAP, "at": str(frame)})
            of_scene.append(shot)
        of_scene[0]["titles"] = [{"text": f"Scene {scene + 1}", "style": "lower-third", "duration": 24}]
        room = [*ROOMS][scene % len(ROOMS)].replace(" ", "-")
        listed.append(
            {"id": str(scene + 1), "slug": f"INT. ROOM {scene + 1}", "location": room, "shots": of_scene}
        )
        if scene % 2 == 0 and scene % 16 != 2:
            last = min(scene + (3 if scene % 16 == 0 else 1), scenes)
            music.append(
                {
                    "id": f"M{scene + 1}",
                    "from": f"{scene + 1}A",
                    "to": f"{last}L",
                    "mood": MOODS[scene // 2 % len(MOODS)],
                    "tempo": 72 + scene * 5 % 60,
                    "fade_out": "2s",
                }
            )
    listed[0]["shots"][3]["titles"] = [{"text": "A Feature of Slates", "style": "main", "at": "12"}]
    roll = "\n".join(f"Role {number}: Player {number}" for number in range(40))
    listed[-1]["shots"][-2] |= {"titles": [{"text": roll, "style": "credits"}]}
    film = {
        "schema": 1,
        "title": "A Feature of Slates",
        "format": {"width": width, "height": height, "rate": str(RATE), "sample_rate": SAMPLE_RATE},
        "characters": {
            "ada": {"name": "Ada", "voice": {"name": "en-gb", "pitch": 70}},
            "ben": {"name": "Ben", "voice": {"name": "en-us", "pitch": 30, "words_per_minute": 175}},
        },
        "locations": {
            name.replace(" ", "-"): {"name": name, "room_tone": tone} for name, tone in ROOMS.items()
        },
        "music": music,
        "scenes": listed,
    }
    return film, flashes


def _shot(scene: int, number: int, frames: int) -> dict[str, Any]:
    shot: dict[str, Any] = {"id": f"{scene + 1}{chr(65 + number)}", "duration": str(frames)}
    transitions = {
        0: {"kind": "fade", "duration": "24"},
        3: {"kind": "dissolve", "duration": "24"},
        5: {"kind": "wipe-left", "duration": "12"},
        7: {"kind": "dissolve", "duration": "12"},
        9: {"kind": "cut", "sound_leads": "12"},
        10: {"kind": "cut", "sound_trails": "12"},
    }
    if number in transitions:
        shot["transition"] = transitions[number]
    if number in SPOKEN:
        speaker = ("ada", "ben")[number % 2]
        shot["lines"] = [{"character": speaker, "text": f"This is scene {scene + 1}.", "at": "12"}]
    if number in {5, 11}:
        shot["effects"] = [{"sound": "footsteps" if number == 5 else "door", "at": "6"}]
    return shot


def chirp() -> NDArray[np.float64]:
    """The sound of a clap, loud from its first sample on: float [n]."""
    time = np.arange(round(_CLAP_S * SAMPLE_RATE)) / SAMPLE_RATE
    sweep = signal.chirp(time, 3000, _CLAP_S, 9000, phi=-90)
    return np.asarray(0.5 * sweep * np.minimum(1, (_CLAP_S - time) / 0.004))


@dataclass(frozen=True, slots=True)
class Found:
    """What was seen and heard of a finished film.

    Attributes:
        frames: decoded.
        picture_s: when the last frame has been shown.
        sound_s: when the last sample has been heard.
        flashes: the frames that are white.
        chirps: the samples at which a chirp begins.
        out_of_order: packets of picture or sound that come no later than the one before, or whose picture is
            not on the frame grid.
    """

    frames: int
    picture_s: Fraction
    sound_s: Fraction
    flashes: tuple[int, ...]
    chirps: tuple[int, ...]
    out_of_order: int


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature that was put together, what that took, and what it should be."""

    film: Path
    shots: int
    frames: int
    claps: tuple[int, ...]
    """frames of the film"""
    told: dict[str, Any]
    """by the process that assembled"""
    seen: Watched

    def worst_clap_ms(self, found: Found) -> float:
        """The greatest distance of a chirp from its flash, in milliseconds."""
        return max(
            abs(float(seconds_at(frame, RATE) - Fraction(sample, SAMPLE_RATE))) * 1000
            for frame, sample in zip(found.flashes, found.chirps, strict=True)
        )


def make(folder: Path, scenes: int, claps: int, width: int, height: int) -> Feature:
    """Write the film, its takes, and put it together in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    document, flashes = film_of(scenes, claps, width, height)
    (folder / "film.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    wav.write(folder / CLAP, chirp(), SAMPLE_RATE)
    production = open_production(folder, load_settings(home=folder / "home", backend="slate"))
    publish_slates(production, production.plan(), flashes)
    words = [sys.executable, "-m", "tests.benchmarks.feature", str(folder)]
    takes = Path(production.store.root) / "takes"
    seen = watched(words, folder, takes, {"PYTHONPATH": str(ROOT)})
    lengths = {shot.id: shot.duration.frames(RATE) for _, shot in production.film.shots()}
    starts = dict(zip(lengths, accumulate(lengths.values(), initial=0), strict=False))
    claps_at = tuple(starts[shot] + frame for shot, frame in flashes.items())
    film = film_path(production.film.title, production.folder)
    return Feature(film, len(lengths), sum(lengths.values()), claps_at, json.loads(seen.stdout), seen)


def examine(film: Path) -> Found:
    """Read every packet, decode every frame and every sample of a film."""
    frames, flashes = _watch(film)
    samples, chirps = _listen(film)
    return Found(
        frames, seconds_at(frames, RATE), Fraction(samples, SAMPLE_RATE), flashes, chirps, _packets(film)
    )


def _packets(film: Path) -> int:
    """How many packets of a film are out of order or off the frame grid."""
    wrong = 0
    last: dict[int, int] = {}
    shown: list[Fraction] = []
    with av.open(str(film)) as container:
        for packet in container.demux():
            if not packet.size:
                continue
            index = packet.stream_index
            wrong += packet.dts is None or packet.dts <= last.get(index, packet.dts - 1)
            last[index] = packet.dts
            if packet.stream.type == "video":
                shown.append(packet.pts * packet.time_base)
    wrong += sum(at != seconds_at(number, RATE) for number, at in enumerate(sorted(shown)))
    return wrong


def _watch(film: Path) -> tuple[int, tuple[int, ...]]:
    frames, flashes = 0, []
    with av.open(str(film)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            plane = frame.planes[0]
            luma = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]
            if luma[::4, ::4].mean() > _FLASH_LUMA:
                flashes.append(frames)
            frames += 1
    return frames, tuple(flashes)


def _listen(film: Path) -> tuple[int, tuple[int, ...]]:
    """The number of samples, and where chirps begin."""
    pattern = chirp()
    size = len(pattern)
    energy, ones = float(np.square(pattern).sum()), np.ones(size)
    chirps: list[int] = []
    first = total = 0

    def search(block: NDArray[np.float32], at: int) -> None:
        alike = signal.oaconvolve(block, pattern[::-1], "valid")
        power = np.maximum(signal.oaconvolve(np.square(block), ones, "valid"), 1e-6)
        likeness = alike / np.sqrt(power * energy)
        places, _ = signal.find_peaks(likeness, height=_LIKENESS, distance=size)
        chirps.extend(at + int(place) for place in places)

    with av.open(str(film)) as container:
        blocks: list[NDArray[np.float32]] = []
        for frame in container.decode(audio=0):
            total += frame.samples
            blocks.append(frame.to_ndarray().mean(axis=0, dtype=np.float32))
            if total - first >= _BLOCK:
                waiting = np.concatenate(blocks)
                search(waiting, first)
                first += len(waiting) - size + 1
                blocks = [waiting[-size + 1 :]]
        search(np.concatenate(blocks), first)
    return total, tuple(chirps)


def run(folder: Path) -> dict[str, float | str]:
    """Measure once."""
    feature = make(folder / "feature", SCENES, CLAPS, WIDTH, HEIGHT)
    found = examine(feature.film)
    if found.frames != feature.frames or found.flashes != feature.claps or len(found.chirps) != CLAPS:
        raise SystemExit(f"the film is not the cut: {found}, {feature.claps}")
    size = feature.film.stat().st_size
    film_s = float(seconds_at(feature.frames, RATE))
    return {
        "shots": feature.shots,
        "picture": f"{WIDTH}x{HEIGHT} at {RATE}",
        "film_s": round(film_s, 2),
        "film_MB": round(size / 1e6),
        "assembly_s": round(feature.told["seconds"]),
        **{f"of_that: {name}, s": round(seconds) for name, seconds in feature.told["stages"].items()},
        "film_to_assembly_ratio": round(film_s / feature.told["seconds"], 1),
        "frames_more_or_less_than_the_cut": found.frames - feature.frames,
        "packets_out_of_order": found.out_of_order,
        "claps_found": len(found.chirps),
        "greatest_distance_of_a_clap's_sound_and_picture_ms": round(feature.worst_clap_ms(found), 2),
        "sound_longer_than_the_picture_ms": round(float(found.sound_s - found.picture_s) * 1000, 2),
        "loudness_LUFS": feature.told["lufs"],
        "peak_memory_MB": round(feature.seen.memory_bytes / 1e6),
        "temporary_disk_to_film_ratio": round(feature.seen.temporary_bytes / size, 2),
        "kept_beside_the_takes_GB": round(feature.seen.kept_bytes / 1e9, 2),
    }


class _Clock:
    """Hears how far the assembly is, and adds up the seconds of each of its stages."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._name = "plan and cut"
        self._since = time.perf_counter()

    def stage(self, name: str, done: int, total: int) -> None:
        """Another one begins where the last one was heard of."""
        del done, total
        self.end(name)

    def end(self, name: str = "") -> None:
        now = time.perf_counter()
        self.seconds[self._name] = self.seconds.get(self._name, 0.0) + now - self._since
        self._name, self._since = name, now


def assemble_here(folder: Path) -> dict[str, Any]:
    """Put the film together in this process."""
    clock = _Clock()
    began = time.perf_counter()
    production = open_production(folder, load_settings(home=folder / "home", backend="slate"))
    out = film_path(production.film.title, production.folder)
    check_output(out)
    finished = assemble(production.material(production.plan()), production.store, out, clock)
    clock.end()
    return {"seconds": time.perf_counter() - began, "stages": clock.seconds, "lufs": finished.lufs}


if __name__ == "__main__":
    print(json.dumps(assemble_here(Path(sys.argv[1]))))
