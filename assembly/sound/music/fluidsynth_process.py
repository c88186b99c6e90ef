"""Plays a SoundFont with FluidSynth, in a process of its own: JSON on stdin, float samples on stdout.

A font is a file from anywhere that C code reads: what a broken one can break is this process alone. And
FluidSynth is LGPL-2.1, so nothing else here is loaded together with it. The script imports the standard
library alone and is run by its path (`python -I -S fluidsynth.py`).

stdin: `{"library", "font", "sample_rate", "samples", "programs", "tried", "events"}`: the programs
`[bank, number]` that the font must have, whether some notes of them are tried first, and events
`[sample, what, channel, a, b]` in the order of their samples, where `what` is one of the numbers below.
stdout: a line of JSON, `{"version", "missing", "silent"}`, with the programs that the font neither has nor
has another for, and those of which nothing was heard; then `samples` stereo samples, interleaved float32 of
this machine's byte order, unless a program is missing. Ends with 1 and a sentence on stderr when that cannot
be done.
"""

from __future__ import annotations

import ctypes
import json
import sys
from array import array
from typing import Any

NOTE_ON, NOTE_OFF, CONTROL, PROGRAM, BEND, PRESSURE = range(6)
"""what an event does: key and velocity; key; controller and value; bank and number; 0 to 16383; 0 to 127"""
CHANNELS = 256
DRUM_BANK = 128
"""where SoundFonts have their drum kits"""

_BLOCK = 4096
_GAIN = 0.3
"""so that a full score stays below full scale in FluidSynth; a cue is brought to its level afterwards"""
_POLYPHONY = 1024
"""voices at once; a stereo instrument takes two or more a note, and a voice that is taken away clicks"""
_LEVELS = 5
"""of its messages: panic, error, warning, information, debug"""
_ERROR_LEVEL = 1
_LONGEST_COMPLAINT = 500
_TRIED_KEYS = (60, 36, 48, 72, 84, 42)
"""the middle, octaves around it, and what every drum kit has: bass drum and hi-hat"""
_TRIED_SAMPLES = 9600
_SILENT = 1e-4
_ALL_SOUND_OFF = 120


class Synth:
    """FluidSynth with one font, without its own reverb and chorus."""

    def __init__(self, library: str, sample_rate: int) -> None:
        self._library = ctypes.CDLL(library)
        self._complaints: list[str] = []
        self._log = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(self._keep)
        for level in range(_LEVELS):
            self._library.fluid_set_log_function(level, self._log, None)
        settings = self._pointer("new_fluid_settings")
        for name, number in (("synth.sample-rate", float(sample_rate)), ("synth.gain", _GAIN)):
            self._library.fluid_settings_setnum(settings, name.encode(), ctypes.c_double(number))
        for name, whole in (
            ("synth.chorus.active", 0),
            ("synth.cpu-cores", 1),
            ("synth.dynamic-sample-loading", 1),  # of a font, only the instruments that play are in memory
            ("synth.lock-memory", 0),
            ("synth.midi-channels", CHANNELS),
            ("synth.polyphony", _POLYPHONY),
            ("synth.reverb.active", 0),
            ("synth.threadsafe-api", 0),
        ):
            self._library.fluid_settings_setint(settings, name.encode(), whole)
        self._synth = self._pointer("new_fluid_synth", settings)
        self._font = -1

    def version(self) -> str:
        """FluidSynth's own."""
        self._library.fluid_version_str.restype = ctypes.c_char_p
        text: bytes = self._library.fluid_version_str()
        return text.decode()

    def load(self, font: str) -> None:
        """Read a font's instruments, not their samples.

        Raises:
            RuntimeError: it is none.
        """
        self._font = self._library.fluid_synth_sfload(self._synth, font.encode(), 0)
        if self._font < 0:
            # What cannot be read as a SoundFont is tried as DLS then, and is none of that either.
            why = [words for words in self._complaints if "dls" not in words.lower()][:1]
            raise RuntimeError(": ".join(["FluidSynth cannot read it", *why])[:_LONGEST_COMPLAINT])

    def has(self, bank: int, number: int) -> bool:
        """Whether the font has a program."""
        font = self._pointer("fluid_synth_get_sfont_by_id", self._synth, self._font)
        self._library.fluid_sfont_get_preset.restype = ctypes.c_void_p
        return bool(self._library.fluid_sfont_get_preset(font, bank, number))

    def standing_in(self, bank: int, number: int) -> tuple[int, int] | None:
        """The program that plays another, as players choose it: itself, or the plain one of its kind.

        A variation falls back to the instrument that it varies, a drum kit to the kit whose variation it is,
        then to the standard kit.
        """
        if bank == DRUM_BANK:
            tried = [(bank, number), (bank, number - number % 8), (bank, 0)]
        else:
            tried = [(bank, number), (0, number)]
        return next((one for one in tried if self.has(*one)), None)

    def tell(self, what: int, channel: int, a: int, b: int) -> None:
        """Do what an event says.

        Raises:
            RuntimeError: an instrument cannot be read.
        """
        library, synth = self._library, self._synth
        if what == NOTE_ON:
            library.fluid_synth_noteon(synth, channel, a, b)
        elif what == NOTE_OFF:
            library.fluid_synth_noteoff(synth, channel, a)
        elif what == CONTROL:
            library.fluid_synth_cc(synth, channel, a, b)
        elif what == BEND:
            library.fluid_synth_pitch_bend(synth, channel, a)
        elif what == PRESSURE:
            library.fluid_synth_channel_pressure(synth, channel, a)
        elif library.fluid_synth_program_select(
            synth, channel, self._font, *(self.standing_in(a, b) or (a, b))
        ):
            said = "; ".join(self._complaints)[:_LONGEST_COMPLAINT]
            raise RuntimeError(f"program {b} of bank {a} cannot be read from the font: {said}")

    def sound(self, samples: int) -> bytes:
        """The next samples.

        Raises:
            RuntimeError: FluidSynth cannot go on.
        """
        block = (ctypes.c_float * (2 * samples))()
        if self._library.fluid_synth_write_float(self._synth, samples, block, 0, 2, block, 1, 2):
            raise RuntimeError("FluidSynth cannot go on")
        return bytes(block)

    def is_silent(self, bank: int, number: int) -> bool:
        """Whether nothing is heard of a program in any of several keys.

        Raises:
            RuntimeError: it cannot be read.
        """
        self.tell(PROGRAM, 0, bank, number)
        for key in _TRIED_KEYS:
            self.tell(NOTE_ON, 0, key, 100)
            heard = array("f", self.sound(_TRIED_SAMPLES))
            self.tell(CONTROL, 0, _ALL_SOUND_OFF, 0)
            if max(map(abs, heard)) > _SILENT:
                return False
        return True

    def _keep(self, level: int, message: bytes, _data: int | None) -> None:
        if level <= _ERROR_LEVEL:
            self._complaints.append(message.decode(errors="replace"))

    def _pointer(self, function: str, *arguments: ctypes.c_void_p | int) -> ctypes.c_void_p:
        called = getattr(self._library, function)
        called.restype = ctypes.c_void_p
        pointer = ctypes.c_void_p(called(*arguments))
        if not pointer:
            raise RuntimeError(f"FluidSynth cannot be started ({function})")
        return pointer


def play(request: dict[str, Any]) -> None:
    """Answer a request on stdout.

    Raises:
        AttributeError: the library is not FluidSynth, or an old one.
        OSError: the library cannot be loaded.
        RuntimeError: FluidSynth refuses.
    """
    synth = Synth(request["library"], request["sample_rate"])
    synth.load(request["font"])
    missing = [[bank, number] for bank, number in request["programs"] if not synth.standing_in(bank, number)]
    tried = request["programs"] if request["tried"] and not missing else []
    silent = [[bank, number] for bank, number in tried if synth.is_silent(bank, number)]
    out = sys.stdout.buffer
    answer = {"version": synth.version(), "missing": missing, "silent": silent}
    out.write(json.dumps(answer).encode() + b"\n")
    if missing:
        return
    at, samples = 0, request["samples"]
    for sample, *event in request["events"]:
        while at < min(sample, samples):
            count = min(_BLOCK, sample - at, samples - at)
            out.write(synth.sound(count))
            at += count
        synth.tell(*event)
    while at < samples:
        count = min(_BLOCK, samples - at)
        out.write(synth.sound(count))
        at += count


def main() -> int:
    """Read the request, write the answer."""
    try:
        play(json.load(sys.stdin))
        sys.stdout.buffer.flush()
    except (AttributeError, OSError, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
