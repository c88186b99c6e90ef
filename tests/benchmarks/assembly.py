"""How fast a film is put together from its takes, against ffmpeg, MoviePy and copying, in the same run.

    python -m tests.benchmarks assembly

60 clips of 4 s at 1280x720 and 24 frames a second, or as many as the variable CLIPS says. MoviePy runs in an
environment of its own (`make bench` makes it).
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ffmpeg as ffmpeg_python
import numpy as np
import yaml

from assembly.cut.form import FrameForm
from assembly.cut.segments import Segment
from assembly.frames.mezzanine_encoder import mezzanine_output
from assembly.picture import film_file
from assembly.picture.conform import render_segment
from assembly.programs import ffmpeg
from assembly.sound import aac
from assembly.sound.signal import wav
from pipeline.film.assemble import assemble, check_output, film_in_parts, film_path
from pipeline.film.mixing import gain_of, mix_of
from pipeline.observer import Nobody
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.media import mezzanine
from tests.benchmarks.takes import publish_clip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.production.material import Material
    from pipeline.production.production import Production
    from storyboard.planning.plan import Plan

CLIPS = int(os.environ.get("CLIPS", "60"))
PICTURE = FrameForm(1280, 720, Fraction(24))
NATIVE = (832, 480)
FRAMES = 96
DISSOLVE = 24
HANDLE = DISSOLVE // 2
SAMPLE_RATE = 48000
WORKERS = 2
RETAKES = 3
MOVIEPY = Path(sys.prefix) / "moviepy" / "bin" / "python"


def run(folder: Path, clips: int = CLIPS) -> dict[str, float]:
    """Measure once; seconds of wall time of each way, and ratios."""
    if not MOVIEPY.exists():
        raise SystemExit(f"MoviePy is not in {MOVIEPY.parents[1]}: `make bench` puts it there")
    native = [
        _clip(folder / f"native-{number}.mp4", number, _handles(number, clips), NATIVE)
        for number in range(clips)
    ]
    takes = [folder / f"take-{number}.mp4" for number in range(clips)]
    conforming_s = _timed(lambda: _conform(native, takes))

    project = folder / "film"
    _write_project(project, clips, {})
    production, plan = _opened(project)
    for shot, clip in zip(plan.shots, takes, strict=True):
        publish_clip(production, shot.spec, clip)
    first_s = _timed(lambda: _assemble(project))

    again, joined, copied = [], [], []
    changed = 5 * max(1, clips // 10)  # it begins with a dissolve
    for retake in range(RETAKES):
        _write_project(project, clips, {changed: f"retake {retake}"})
        production, plan = _opened(project)
        (missing,) = plan.missing
        size = PICTURE.width, PICTURE.height
        clip = _clip(folder / f"retake-{retake}.mp4", clips + retake, _handles(changed, clips), size)
        publish_clip(production, missing.spec, clip)
        again.append(_timed(lambda: _assemble(project)))
        production, plan = _opened(project)
        material = production.material(plan)
        film, copy = film_path(production.film.title, production.folder), folder / "copy.mp4"
        film.unlink()
        joined.append(_timed(partial(_put_together, production, material)))
        copied.append(_timed(partial(_copy, film, copy)))
        copy.unlink()
    again_s, joined_s, copy_s = map(statistics.median, (again, joined, copied))

    sound = _mix(production, plan)
    graph, graph_native, moviepy = (folder / f"{name}.mp4" for name in ("graph", "native-graph", "moviepy"))
    graph_s = _timed(lambda: _one_graph(takes, sound, graph))
    graph_native_s = _timed(lambda: _one_graph(native, sound, graph_native))
    moviepy_s = _moviepy(takes, sound, moviepy)
    for path in (film, graph, graph_native, moviepy):
        frames = film_file.probe(path).frames
        if frames != clips * FRAMES:
            raise SystemExit(f"{path.name} has {frames} frames where {clips * FRAMES} are right")
    return {
        "clips": clips,
        "film_s": clips * FRAMES / float(PICTURE.rate),
        "dissolves": len([*range(5, clips, 5)]),
        "first_assembly_s": round(first_s, 2),
        "assembly_after_a_retake_s": round(again_s, 2),
        "of_that:_joined_from_its_parts_s": round(joined_s, 2),
        "one_graph_encoded_again_s": round(graph_s, 1),
        "MoviePy_s": round(moviepy_s, 1),
        "copying_the_film_s": round(copy_s, 2),
        "takes_of_another_size:_conformed_by_two_workers_s": round(conforming_s, 1),
        "takes_of_another_size:_one_graph_s": round(graph_native_s, 1),
        "one_graph_to_first_assembly_ratio": round(graph_s / first_s, 1),
        "takes_of_another_size:_one_graph_to_conforming_and_assembly_ratio": round(
            graph_native_s / (conforming_s + first_s), 2
        ),
        "MoviePy_to_first_assembly_ratio": round(moviepy_s / first_s, 1),
        "one_graph_to_assembly_after_a_retake_ratio": round(graph_s / again_s, 1),
        "MoviePy_to_assembly_after_a_retake_ratio": round(moviepy_s / again_s, 1),
        "assembly_after_a_retake_to_copying_ratio": round(again_s / copy_s, 1),
        "joining_from_parts_to_copying_ratio": round(joined_s / copy_s, 1),
    }


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _dissolves_into(number: int) -> bool:
    return number % 5 == 0 and number > 0


def _write_project(folder: Path, clips: int, actions: dict[int, str]) -> None:
    """One scene: a dissolve at each fifth cut, music from a file, a recorded line in each third shot."""
    folder.mkdir(exist_ok=True)
    shots = []
    for number in range(clips):
        shot: dict[str, Any] = {"id": f"{number}", "duration": FRAMES, "action": actions.get(number, "")}
        if _dissolves_into(number):
            shot["transition"] = {"kind": "dissolve", "duration": DISSOLVE}
        if number % 3 == 0:
            shot["lines"] = [{"character": "ada", "text": "One line.", "recording": "line.wav", "at": "12"}]
        shots.append(shot)
    film = {
        "schema": 1,
        "title": "Benchmark",
        "format": {"width": PICTURE.width, "height": PICTURE.height, "rate": int(PICTURE.rate)},
        "characters": {"ada": {"name": "Ada"}},
        "locations": {"here": {"name": "Here", "room_tone": "wind"}},
        "music": [{"id": "M1", "from": "0", "to": str(clips - 1), "file": "music.wav", "fade_out": "2s"}],
        "scenes": [{"id": "1", "slug": "INT. HERE", "location": "here", "shots": shots}],
    }
    (folder / "film.yaml").write_text(yaml.safe_dump(film, sort_keys=False))
    if not (folder / "music.wav").exists():
        random = np.random.default_rng(1)
        seconds = np.arange(clips * FRAMES * SAMPLE_RATE // int(PICTURE.rate)) / SAMPLE_RATE
        chord = sum(np.sin(2 * np.pi * hertz * seconds) for hertz in (110.0, 164.8, 220.5))
        wav.write(folder / "music.wav", np.stack([chord, chord], 1) * 0.1, SAMPLE_RATE)
        syllables = np.square(np.sin(2 * np.pi * 4 * seconds[: 2 * SAMPLE_RATE]))
        wav.write(folder / "line.wav", random.normal(0, 0.1, len(syllables)) * syllables, SAMPLE_RATE)


def _opened(project: Path) -> tuple[Production, Plan]:
    production = open_production(project, load_settings(home=project / "home", backend="slate"))
    return production, production.plan()


def _assemble(project: Path) -> None:
    """From the document to the film at its place."""
    production, plan = _opened(project)
    _put_together(production, production.material(plan))


def _put_together(production: Production, material: Material) -> None:
    """From takes to the film at its place; what was made of them before is there."""
    out = film_path(production.film.title, production.folder)
    check_output(out)
    assemble(material, production.store, out, Nobody())


def _mix(production: Production, plan: Plan) -> Path:
    """The mix that the others get ready made."""
    sound = film_in_parts(production.material(plan), production.store).sound
    lufs = production.settings.loudness_lufs
    path = production.folder / "mix.wav"
    mix_of(production.store, sound, gain_of(production.store, sound, lufs)).write(path)
    return path


def _handles(number: int, clips: int) -> tuple[int, int]:
    """Frames of a take before and after its body."""
    return _dissolves_into(number) * HANDLE, (_dissolves_into(number + 1) and number + 1 < clips) * HANDLE


def _clip(path: Path, number: int, handles: tuple[int, int], size: tuple[int, int]) -> Path:
    """A moving test picture with grain, another hue for each clip."""
    source = ffmpeg_python.input(f"testsrc2=size={size[0]}x{size[1]}:rate={PICTURE.rate}", f="lavfi")
    moving = (
        source.filter("trim", end_frame=handles[0] + FRAMES + handles[1])
        .filter("hue", h=number * 37 % 360)
        .filter("noise", alls=1, allf="t", all_seed=number + 1)
        .filter("format", pix_fmts=mezzanine.PIXEL_FORMAT)
        .filter("setsar", sar="0")  # not said, as in takes
    )
    ffmpeg.run(mezzanine_output(moving, path, PICTURE.rate))
    return path


def _conform(native: Sequence[Path], takes: Sequence[Path]) -> None:
    """Bring every take to the film's size, as workers of a farm do when it arrives."""

    def one(number: int) -> None:
        frames = FRAMES + sum(_handles(number, len(takes)))
        segment = Segment(str(number), Fraction(0), frames, PICTURE, None)
        render_segment(segment, native[number], takes[number])

    with ThreadPoolExecutor(WORKERS) as pool:
        for _ in pool.map(one, range(len(takes))):
            pass


def _one_graph(takes: Sequence[Path], sound: Path, out: Path) -> None:
    """The same cut through one filter graph, encoded with the mezzanine's codec, preset and quality."""
    groups: list[list[Any]] = []
    lengths: list[int] = []
    for number, path in enumerate(takes):
        stream = ffmpeg_python.input(str(path)).video
        stream = stream.filter(
            "scale", w=1280, h=720, force_original_aspect_ratio="increase", flags="lanczos"
        )
        stream = stream.filter("crop", w=PICTURE.width, h=PICTURE.height).filter("setsar", sar="1")
        if _dissolves_into(number) or not groups:
            groups.append([])
            lengths.append(0)
        groups[-1].append(stream)
        lengths[-1] += FRAMES + sum(_handles(number, len(takes)))
    joined = None
    done = 0
    for group, length in zip(groups, lengths, strict=True):
        stream = ffmpeg_python.concat(*group, v=1, a=0) if len(group) > 1 else group[0]
        stream = stream.filter("settb", expr="1/12288").filter("fps", fps=str(PICTURE.rate))
        if joined is None:
            joined, done = stream, length
            continue
        offset = float((done - DISSOLVE) / PICTURE.rate)
        joined = ffmpeg_python.filter(
            [joined, stream], "xfade", transition="fade", duration=DISSOLVE / 24, offset=offset
        )
        done += length - DISSOLVE
    ffmpeg.run(
        ffmpeg_python.output(
            joined,
            ffmpeg_python.input(str(sound)).audio,
            str(out),
            **{
                "c:v": mezzanine.CODEC,
                "preset": mezzanine.PRESET,
                "crf": mezzanine.CRF,
                "pix_fmt": mezzanine.PIXEL_FORMAT,
                "c:a": "aac",
                "b:a": aac.BITS_PER_SECOND,
                "movflags": "+faststart",
            },
        )
    )


def _moviepy(takes: Sequence[Path], sound: Path, out: Path) -> float:
    """The same cut by MoviePy: the seconds that it says it took."""
    second = float(1 / PICTURE.rate)
    order = {
        "shots": [
            {
                "path": str(path),
                "first_s": _handles(number, len(takes))[0] * second,
                "frames_s": FRAMES * second,
                "dissolve_s": DISSOLVE * second if _dissolves_into(number) else 0,
            }
            for number, path in enumerate(takes)
        ],
        "sound": str(sound),
        "out": str(out),
        "fps": int(PICTURE.rate),
        "preset": mezzanine.PRESET,
        "crf": mezzanine.CRF,
    }
    script = Path(__file__).with_name("moviepy_cut.py")
    done = subprocess.run(
        [MOVIEPY, script], input=json.dumps(order), stdout=subprocess.PIPE, text=True, check=True
    )
    return float(json.loads(done.stdout)["seconds"])


def _copy(film: Path, out: Path) -> None:
    shutil.copyfile(film, out)
    with out.open("rb") as file:
        os.fsync(file.fileno())
