"""SoundFonts: whether one can be played, and the sound that FluidSynth makes of music with it.

FluidSynth comes as one of the libraries in the wheels of pygame-ce (the extra `soundfont`); nothing else of
that package is used. It runs in a process of its own (`assembly/sound/music/fluidsynth_process.py`).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

import numpy as np

from assembly.programs.leash import leashed
from assembly.sound.music import fluidsynth_process
from storyboard.document.given_files import using_given
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from assembly.sound.music.arrangement import Arrangement, Program
    from assembly.sound.signal.wav import Floats
    from assembly.sound.sources import SoundFont

ENVIRONMENT_VARIABLE = "SHOTFARM_FLUIDSYNTH"
TIMEOUT_S = 120
"""seconds that looking at a font may take; a large one needs less than one"""

_PACKAGE = "pygame-ce"
_SAMPLE_BYTES = 8
_LONGEST_LINE = 2**20


def library() -> str:
    """The FluidSynth to play with: the one that `SHOTFARM_FLUIDSYNTH` names, else the one that comes along.

    Raises:
        AssemblyError: there is none.
    """
    if named := os.environ.get(ENVIRONMENT_VARIABLE):
        return named
    try:
        bundled = files(_PACKAGE) or []
    except PackageNotFoundError:
        bundled = []
    for file in bundled:
        if file.name.startswith("libfluidsynth"):
            return str(file.locate())
    raise AssemblyError(
        "there is no FluidSynth to play a SoundFont with",
        f"pip install 'shotfarm[soundfont]', or name its library in {ENVIRONMENT_VARIABLE}",
    )


@dataclass(frozen=True, slots=True)
class FontFacts:
    """What is known of a font before it plays.

    Attributes:
        player: what would play it, with its version.
        missing: the programs that it neither has nor has another for.
        silent: the programs of which nothing is heard.
    """

    player: str
    missing: list[Program]
    silent: list[Program]


def look_at(font: Path, programs: Collection[Program]) -> FontFacts:
    """What would play a font, and how some programs fare in it: a few notes of each are played.

    Raises:
        AssemblyError: it cannot be read, or there is no FluidSynth.
    """
    with TemporaryFile() as words, _started(font, words, programs=sorted(programs), tried=True) as process:
        try:
            answer, _ = process.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise AssemblyError(f"FluidSynth could not read it in {TIMEOUT_S} s") from error
        if process.returncode:
            raise AssemblyError(_last_words(process, words))
    found = json.loads(answer)
    missing, silent = ([(bank, number) for bank, number in found[which]] for which in ("missing", "silent"))
    return FontFacts(f"FluidSynth {found['version']}", missing, silent)


def play(font: SoundFont, music: Arrangement, samples: int, sample_rate: int, block: int) -> Iterator[Floats]:
    """Music in a font's instruments, dry, exactly `samples` long, in blocks of float [n, 2].

    A note begins within 64 samples of its own.

    Raises:
        AssemblyError: the font cannot be played, or FluidSynth fails.
        FileChangedError: the font has other bytes than those of its digest.
    """
    order = {
        "programs": sorted(music.programs),
        "events": music.events,
        "samples": samples,
        "sample_rate": sample_rate,
    }
    # Samples are read while they are played.
    with (
        using_given(font.path, font.sha256),
        TemporaryFile() as words,
        _started(font.path, words, **order) as process,
    ):
        out = process.stdout
        assert out is not None  # noqa: S101  it is a pipe
        try:
            head = out.readline(_LONGEST_LINE)
            if head and (missing := json.loads(head)["missing"]):
                raise AssemblyError(f"{font.path}: the SoundFont has no programs {missing}")
            for first in range(0, samples, block):
                wanted = min(block, samples - first) * _SAMPLE_BYTES
                heard = out.read(wanted)
                if len(heard) < wanted:
                    process.wait()
                    raise AssemblyError(
                        f"{font.path}: the SoundFont cannot be played: {_last_words(process, words)}"
                    )
                yield np.frombuffer(heard, np.float32).reshape(-1, 2).astype(np.float64)
        finally:
            process.kill()


def _started(font: Path, words: IO[bytes], **order: object) -> subprocess.Popen[bytes]:
    """FluidSynth's process with its order; it reads all of that before it answers."""
    order = {
        "library": library(),
        "font": str(font),
        "samples": 0,
        "sample_rate": 48_000,
        "events": [],
        "tried": False,
        **order,
    }
    script = str(Path(fluidsynth_process.__file__).absolute())
    process = subprocess.Popen(
        leashed([sys.executable, "-I", "-S", script]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=words,
    )
    assert process.stdin is not None  # noqa: S101  it is a pipe
    try:
        process.stdin.write(json.dumps(order).encode())
        process.stdin.close()
    except BrokenPipeError:
        pass  # it ended; why is in its last words
    process.stdin = None
    return process


def _last_words(process: subprocess.Popen[bytes], words: IO[bytes]) -> str:
    if process.returncode < 0:
        return f"FluidSynth crashed on it ({signal.Signals(-process.returncode).name})"
    words.seek(0)
    lines = words.read(_LONGEST_LINE).decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"FluidSynth ended with status {process.returncode}"
