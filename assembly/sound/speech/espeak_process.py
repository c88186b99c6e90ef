"""Speaks one text with espeak-ng, in a process of its own: JSON on stdin, PCM on stdout.

espeak-ng is GPL-3, so nothing else here is loaded together with it; and what it says depends on what it said
before, so a process speaks one text and ends. It imports the standard library alone and is run by its
path (`python -I -S espeak_process.py`), which takes some 30 ms.

stdin: `{"library", "data", "voice", "text", "rate", "pitch", "range"}`. stdout: the sample rate and how many
bytes of JSON follow, each as four bytes (little-endian), the JSON, then 16-bit mono samples. The JSON has the
sounds of the language in order: `[[first sample, IPA], ...]`, IPA empty for a pause. Ends with 1 and a
sentence on stderr when that cannot be done.
"""

from __future__ import annotations

import ctypes
import json
import struct
import sys

_SYNCHRONOUS = 2
_PHONEMES_IN_IPA = 3
_END_OF_EVENTS, _PHONEME = 0, 7
_DO_NOT_EXIT = 0x8000
_UTF8 = 1
_POSITION_CHARACTER = 1
_RATE, _PITCH, _RANGE = 1, 3, 4


class _Event(ctypes.Structure):
    """`espeak_EVENT` of espeak-ng's speak_lib.h; what is after the sample is a union of eight bytes."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("letters", ctypes.c_char * 8),
    )


def speak(request: dict[str, str | int]) -> bytes:
    """Sample rate, sounds and samples of a request, as stdout has them.

    Raises:
        OSError: the library cannot be loaded.
        RuntimeError: espeak-ng refuses.
    """
    library = ctypes.CDLL(str(request["library"]))
    samples = bytearray()
    sounds: list[tuple[int, str]] = []
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))

    def collect(wave: int | None, count: int, events: ctypes._Pointer[_Event]) -> int:
        if wave and count > 0:
            samples.extend(ctypes.string_at(wave, 2 * count))
        number = 0
        while events and (event := events[number]).type != _END_OF_EVENTS:
            if event.type == _PHONEME:
                sounds.append((event.sample, event.letters.decode(errors="ignore")))
            number += 1
        return 0

    kept = callback(collect)
    sample_rate = library.espeak_Initialize(
        _SYNCHRONOUS, 0, str(request["data"]).encode(), _DO_NOT_EXIT | _PHONEMES_IN_IPA
    )
    if sample_rate <= 0:
        raise RuntimeError(f"espeak-ng cannot read its data in {request['data']}")
    library.espeak_SetSynthCallback(kept)
    if library.espeak_SetVoiceByName(str(request["voice"]).encode()):
        raise RuntimeError(f"espeak-ng has no voice {request['voice']!r}")
    for parameter, key in ((_RATE, "rate"), (_PITCH, "pitch"), (_RANGE, "range")):
        library.espeak_SetParameter(parameter, int(request[key]), 0)
    text = str(request["text"]).encode() + b"\0"
    status = library.espeak_Synth(
        text, ctypes.c_size_t(len(text)), 0, _POSITION_CHARACTER, 0, _UTF8, None, None
    )
    if status:
        raise RuntimeError(f"espeak-ng ended with status {status}")
    told = json.dumps(sounds).encode()
    return struct.pack("<ii", sample_rate, len(told)) + told + bytes(samples)


def main() -> int:
    """Read the request, write the samples."""
    try:
        answer = speak(json.load(sys.stdin))
    except (OSError, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
