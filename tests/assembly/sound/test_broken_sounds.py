"""Whatever a recording, a MIDI file or a SoundFont is, it is a result or one clear error."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assembly.sound import recordings
from assembly.sound.music import arrangement, soundfonts
from storyboard.errors import AssemblyError
from tests.support import tiny_font
from tests.support.files import sha256_of
from tests.support.many_fonts import ManyFonts
from tests.support.mutations import SOAK, USUAL, broken, clear, in_one_folder, mutated

CASES = Path(__file__).parent / "cases"
SONGS = Path(__file__).parent / "music" / "cases"
SOAKED = pytest.param(SOAK, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])


@cache
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


def end_of_recording(path, data, *, mono):
    path.write_bytes(data)
    out = path.with_name("out.wav")
    try:
        facts = recordings.look_at(path, mono=mono)
        recordings.write(path, out, mono=mono, seconds=10)
    except AssemblyError as error:
        clear(error.message)
        return "refused"
    heard = recordings.wav.inspect(out)
    assert heard.channels <= (1 if mono else 2)
    silent = float(np.abs(heard.read()).max(initial=0.0)) < recordings.SILENT
    assert not silent or facts.warnings, "no silence that nobody speaks of"
    return "read"


@pytest.mark.parametrize("count", [USUAL, SOAKED])
def test_any_recording_is_a_sound_or_an_error(tmp_path, count):
    av.logging.set_level(None)
    ends = {"read": 0, "refused": 0}
    for number, data in enumerate(mutated(some_sounds(), count)):
        ends[end_of_recording(tmp_path / "a.wav", data, mono=bool(number % 2))] += 1
    assert min(ends.values()) > count / 20, "both ends are tried"


@in_one_folder
@given(broken(some_sounds), st.booleans())
def test_a_recording_with_a_few_other_bytes_is_a_sound_or_an_error(tmp_path, data, mono):
    av.logging.set_level(None)
    assert end_of_recording(tmp_path / "a.wav", data, mono=mono) == "read" or data not in some_sounds()


@cache
def some_songs():
    return [file.read_bytes() for file in sorted(SONGS.glob("*.mid"))]


def end_of_song(path, data):
    path.write_bytes(data)
    try:
        assert arrangement.of_midi(path, sha256_of(path), 48_000).programs
    except ValueError as error:
        clear(str(error))
        return "refused"
    return "read"


@pytest.mark.parametrize("count", [USUAL, SOAKED])
def test_any_song_is_music_or_an_error(tmp_path, count):
    ends = {"read": 0, "refused": 0}
    for data in mutated(some_songs(), count):
        ends[end_of_song(tmp_path / "a.mid", data)] += 1
    assert min(ends.values()) > count / 20, "both ends are tried"


@in_one_folder
@given(broken(some_songs))
def test_a_song_with_a_few_other_bytes_is_music_or_an_error(tmp_path, data):
    assert end_of_song(tmp_path / "a.mid", data) == "read" or data not in some_songs()


@cache
def some_fonts():
    with TemporaryDirectory() as folder:
        tiny = tiny_font.write(Path(folder) / "tiny.sf2", [(0, 0), (128, 0)]).read_bytes()
    return [(SONGS / "gm.sf2").read_bytes(), tiny]


def end_of_font(path, data):
    path.write_bytes(data)
    try:
        found = soundfonts.look_at(path, [(0, 0), (128, 0)])
    except AssemblyError as error:
        clear(error.message)
        return "refused"
    assert found.missing or found.player
    return "read"


def font_ends(tmp_path, count):
    """How often a font was read, and how often refused."""
    ends = {"read": 0, "refused": 0}
    for data in mutated(some_fonts(), count):
        ends[end_of_font(tmp_path / "a.sf2", data)] += 1
    assert min(ends.values()) > count / 20, "both ends are tried"


@pytest.mark.slow
@settings(in_one_folder, max_examples=10)
@given(broken(some_fonts))
def test_a_soundfont_with_a_few_other_bytes_plays_or_is_an_error(tmp_path, data):
    assert end_of_font(tmp_path / "a.sf2", data) == "read" or data not in some_fonts()


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
