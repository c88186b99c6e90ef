"""Whatever a recording, a MIDI file or a SoundFont is, it is a result or one clear error."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest

from assembly.sound import recordings
from assembly.sound.music import arrangement, soundfonts
from storyboard.errors import AssemblyError
from tests.support import tiny_font
from tests.support.files import sha256_of
from tests.support.many_fonts import ManyFonts
from tests.support.mutations import SOAK, USUAL, clear, mutated

CASES = Path(__file__).parent / "cases"
SONGS = Path(__file__).parent / "music" / "cases"
SOAKED = pytest.param(SOAK, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])


def some_sounds():
    made = []
    for form, codec, layout, sample in (
        ("wav", "pcm_s16le", "stereo", "s16"),
        ("wav", "pcm_f32le", "5.1", "flt"),
        ("flac", "flac", "mono", "s16"),
        ("mp3", "libmp3lame", "mono", "s16p"),
        ("ogg", "libopus", "stereo", "flt"),
        ("mov", "aac", "mono", "fltp"),
        ("matroska", "libopus", "mono", "flt"),
    ):
        written = BytesIO()
        with av.open(written, "w", format=form) as container:
            stream = container.add_stream(codec, rate=48_000, layout=layout)
            tone = 0.4 * np.sin(np.arange(9600) / 20)
            channels = stream.layout.nb_channels
            values = np.repeat(tone[:, None], channels, 1)
            values = (
                values.astype(np.float32) if sample.startswith("f") else (values * 32767).astype(np.int16)
            )
            array = np.ascontiguousarray(values.T) if sample.endswith("p") else values.reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(array, format=sample, layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
            container.mux(stream.encode(frame))
            container.mux(stream.encode())
        made.append(written.getvalue())
    return made


@pytest.mark.parametrize("count", [USUAL, SOAKED])
def test_any_recording_is_a_sound_or_an_error(tmp_path, count):
    av.logging.set_level(None)
    path, out = tmp_path / "a.wav", tmp_path / "out.wav"
    ends = {"read": 0, "refused": 0}
    for number, data in enumerate(mutated(some_sounds(), count)):
        path.write_bytes(data)
        mono = bool(number % 2)
        try:
            facts = recordings.look_at(path, mono=mono)
            recordings.write(path, out, mono=mono, seconds=10)
            heard = recordings.wav.inspect(out)
            assert heard.channels <= (1 if mono else 2)
            silent = float(np.abs(heard.read()).max(initial=0.0)) < recordings.SILENT
            assert not silent or facts.warnings, "no silence that nobody speaks of"
            ends["read"] += 1
        except AssemblyError as error:
            clear(error.message)
            ends["refused"] += 1
    assert min(ends.values()) > count / 20, "both ends are tried"


@pytest.mark.parametrize("count", [USUAL, SOAKED])
def test_any_song_is_music_or_an_error(tmp_path, count):
    path = tmp_path / "a.mid"
    ends = {"read": 0, "refused": 0}
    songs = [file.read_bytes() for file in sorted(SONGS.glob("*.mid"))]
    for data in mutated(songs, count):
        path.write_bytes(data)
        try:
            assert arrangement.of_midi(path, sha256_of(path), 48_000).programs
            ends["read"] += 1
        except ValueError as error:
            clear(str(error))
            ends["refused"] += 1
    assert min(ends.values()) > count / 20, "both ends are tried"


def font_ends(tmp_path, count):
    """How often a font was read, and how often refused."""
    path = tmp_path / "a.sf2"
    tiny = tiny_font.write(tmp_path / "tiny.sf2", [(0, 0), (128, 0)]).read_bytes()
    ends = {"read": 0, "refused": 0}
    for data in mutated([(SONGS / "gm.sf2").read_bytes(), tiny], count):
        path.write_bytes(data)
        try:
            found = soundfonts.look_at(path, [(0, 0), (128, 0)])
            assert found.missing or found.player
            ends["read"] += 1
        except AssemblyError as error:
            clear(error.message)
            ends["refused"] += 1
    assert min(ends.values()) > count / 20, "both ends are tried"


@pytest.mark.parametrize("count", [USUAL, SOAKED])
def test_any_soundfont_plays_or_is_an_error(tmp_path, monkeypatch, count):
    many = ManyFonts()
    monkeypatch.setattr(soundfonts, "_started", many.started)
    font_ends(tmp_path, count)
    many.close()
    print(f"FluidSynth crashed on {many.crashes} fonts of {count}, each time in a process of its own")


def test_a_soundfont_of_which_nothing_is_heard_is_known_before_it_plays(tmp_path):
    font = tiny_font.write(tmp_path / "a.sf2", [(0, 0), (0, 5), (128, 0)])
    assert soundfonts.look_at(font, [(0, 0), (0, 5), (128, 0)]).silent == []
    tiny_font.silence(font)
    assert soundfonts.look_at(font, [(0, 0), (128, 0)]).silent == [(0, 0), (128, 0)]
    assert soundfonts.look_at(font, []).silent == []
