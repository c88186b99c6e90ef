"""Words of the sample films that a small recogniser hears wrongly, by engine, and how even their lines are.

python -m tests.benchmarks speech

The recogniser has an environment of its own, which `make bench` sets up; HEARING names another's Python.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import wave
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import scipy

from assembly.sound.lay_soundtrack import soundtrack
from assembly.sound.signal import wav
from assembly.sound.signal.loudness import integrated
from assembly.sound.sources import SpokenSource
from assembly.sound.speech.voices import speak
from storyboard.checks.film import look_at
from storyboard.project import new_project
from storyboard.schema.vocabulary import LineDelivery

if TYPE_CHECKING:
    from collections.abc import Sequence

HEARING = Path(os.environ.get("HEARING", Path(sys.prefix) / "hearing" / "bin" / "python"))
FILM = "lamp_at_saltmarsh"
ESPEAKS = {"mara": 38, "wren": 78, "jonah": 22}
"""the pitch at which espeak speaks for each"""
RATE = 16_000
_AROUND_S = 0.4
"""silence before and after a line, as a recogniser is used to"""
_PAUSE_DB, _STEP_S = -40.0, 0.01


def run(folder: Path) -> dict[str, str]:
    """Speak the lines of the sample film, have them heard, and count the words that differ."""
    film, speakers = _lines(folder)
    espeak = [
        replace(line, engine="espeak", engine_version="", voice="en-gb", pitch=ESPEAKS[who])
        for line, who in zip(film, speakers, strict=True)
    ]
    one = [replace(line, voice="woman") for line in film]
    whispers = [
        [replace(line, delivery=LineDelivery.WHISPERED) for line in lines] for lines in (film, espeak)
    ]
    return {
        "as the film is heard (hibari, a person for each)": _heard(folder, film),
        "hibari, its own voice for all": _heard(folder, one),
        "espeak-ng, British English": _heard(folder, espeak),
        "all whispered, by hibari": _heard(folder, whispers[0]),
        "all whispered, by espeak-ng": _heard(folder, whispers[1]),
    }


def _lines(folder: Path) -> tuple[list[SpokenSource], list[str]]:
    """The film's lines, and who speaks each."""
    new_project(folder / FILM, example=FILM)
    loaded, _ = look_at(folder / FILM / "film.yaml")
    heard = soundtrack(loaded.film, {}, folder / FILM).speech
    lines = [(event.source, event.character) for event in heard if isinstance(event.source, SpokenSource)]
    return [line for line, _ in lines], [who for _, who in lines]


def _heard(folder: Path, lines: Sequence[SpokenSource]) -> str:
    files = [folder / f"line{number}.wav" for number in range(len(lines))]
    speak(lines, files)
    levels, pauses = [], []
    for line, file in zip(lines, files, strict=True):
        samples = wav.inspect(file).read()
        levels.append(integrated(samples, line.sample_rate) if line.delivery is LineDelivery.NORMAL else None)
        pauses.append(_longest_pause_s(samples, line.sample_rate))
        small = scipy.signal.resample_poly(samples.reshape(len(samples), -1)[:, 0], RATE, line.sample_rate)
        small = np.pad(small, int(_AROUND_S * RATE))
        with wave.open(str(file), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes((np.clip(small, -1, 1) * 32767).astype("<i2").tobytes())
    script = Path(__file__).with_name("hear_lines.py")
    order = json.dumps([str(file) for file in files])
    done = subprocess.run([HEARING, script], input=order, capture_output=True, text=True, check=True)
    said = [_words(line.text) for line in lines]
    wrong = sum(
        _differences(words, _words(heard)) for words, heard in zip(said, json.loads(done.stdout), strict=True)
    )
    if os.environ.get("HEARD"):
        for words, heard in zip(said, json.loads(done.stdout), strict=True):
            print(_differences(words, _words(heard)), " ".join(words), "|", heard)
    words = sum(map(len, said))
    even = [level for level in levels if level is not None]
    lines_at = f"lines at {min(even):.1f} to {max(even):.1f} LUFS; " if even else ""
    return (
        f"{wrong} of {words} words wrong ({100 * wrong / words:.1f} %); {lines_at}"
        f"longest pause {max(pauses):.2f} s"
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower().replace("\u2019", "'"))


def _differences(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words that were left out, put in or mistaken, the fewest that explain it (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (word != other)),
            )
    return row[-1]


def _longest_pause_s(samples: wav.Floats, rate: int) -> float:
    """The longest silence inside a line."""
    step = int(_STEP_S * rate)
    whole = len(samples) // step * step
    power = np.square(samples[:whole]).reshape(whole // step, -1).mean(axis=1)
    quiet = power < power.max() * 10 ** (_PAUSE_DB / 10)
    ends = np.flatnonzero(np.diff(np.concatenate([[0], quiet[: np.flatnonzero(~quiet)[-1] + 1], [0]])))
    return float((ends[1::2] - ends[::2]).max(initial=0) * _STEP_S)
