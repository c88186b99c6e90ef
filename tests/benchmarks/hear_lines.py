"""What a small recogniser hears in lines; it runs in an environment of its own, the project needs it not.

    .venv/hearing/bin/python hear_lines.py < files.json

stdin: paths of WAV files with 16-bit mono samples at 16 kHz, in the order of a film. stdout: what was heard
in each.
"""

import json
import sys
import wave

from pocketsphinx import Decoder


def heard_in(path, decoder):
    """The words of a file."""
    with wave.open(path) as file:
        samples = file.readframes(file.getnframes())
    decoder.start_utt()
    decoder.process_raw(samples, full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    return found.hypstr if found else ""


if __name__ == "__main__":
    listening = Decoder(samprate=16000, loglevel="FATAL")
    json.dump([heard_in(path, listening) for path in json.load(sys.stdin)], sys.stdout)
