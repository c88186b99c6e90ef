"""Cues played with a SoundFont: a real FluidSynth, and a font of one sine that is written here."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tracemalloc
from fractions import Fraction
from importlib.metadata import PackageNotFoundError

import mido
import numpy as np
import pytest

from assembly.sound.music import arrangement, fluidsynth_process, midi, play, soundfonts
from assembly.sound.music.compose import compose, instruments
from assembly.sound.music.fluidsynth_process import NOTE_OFF, NOTE_ON, PROGRAM
from assembly.sound.signal import wav
from assembly.sound.signal.loudness import integrated
from assembly.sound.sources import ComposedSource, MidiSource, SoundFont
from storyboard.errors import AssemblyError
from storyboard.schema.vocabulary import Mood
from tests.support import tiny_font
from tests.support.files import sha256_of

RATE = 48000
MOODS = list(Mood)
BUFFER = 64
"""samples within which FluidSynth begins a note"""


def of_midi(path):
    return arrangement.of_midi(path, sha256_of(path), RATE)


@pytest.fixture(scope="session")
def font(tmp_path_factory) -> SoundFont:
    path = tiny_font.write(tmp_path_factory.mktemp("font") / "tiny.sf2")
    return SoundFont(path, sha256_of(path), soundfonts.look_at(path, []).player)


def cue(mood, font, *, seconds=12, seed=3):
    return ComposedSource(mood, 90, "D minor", int(seconds * RATE), seed, RATE, font)


def dry(font, music, seconds, block=10_000):
    return np.concatenate([*soundfonts.play(font, music, int(seconds * RATE), RATE, block)])


def loudness_at(sound, key, first, seconds=0.2):
    """The amplitude of a note's own frequency from a moment on."""
    window = sound[round(first * RATE) :][: round(seconds * RATE)].mean(axis=1)
    hertz = 440 * 2 ** ((key - 69) / 12)
    turning = np.exp(-2j * np.pi * hertz * np.arange(len(window)) / RATE)
    return abs(np.sum(window * np.hanning(len(window)) * turning)) / len(window)


def song(path, *messages, ticks=480, type_=1):
    file = mido.MidiFile(type=type_, ticks_per_beat=ticks)
    file.tracks.append(mido.MidiTrack(messages))
    file.save(str(path))
    return path


@pytest.mark.parametrize("mood", [Mood.CALM, Mood.TRIUMPHANT])
def test_each_note_of_a_composed_cue_is_heard_at_its_pitch_from_its_moment_on(mood, font):
    notes = compose(mood, 90, "D minor", Fraction(24), 3)
    sound = dry(font, arrangement.of_notes(notes, RATE), 24)
    alone = [
        note
        for note in notes
        if 60 <= note.pitch <= 84
        and note.length > 0.4
        and 0.5 < note.start < 22
        and not any(
            each is not note
            and abs(each.pitch - note.pitch) < 2
            and each.start < note.start + 0.5
            and each.start + each.length > note.start - 0.6
            for each in notes
        )
    ]
    assert len(alone) >= 8
    for note in alone:
        before = loudness_at(sound, note.pitch, note.start - 0.25)
        assert loudness_at(sound, note.pitch, note.start + 0.01) > 8 * before, note


def test_notes_begin_at_their_samples_through_every_change_of_tempo(font, tmp_path):
    beats = [(60, 480), (64, 360), (67, 10)]
    messages = []
    for key, ticks in beats:
        messages += [
            mido.Message("note_on", note=key, velocity=100, time=ticks),
            mido.Message("note_off", note=key, time=48),
            mido.MetaMessage("set_tempo", tempo=300_000, time=480),
        ]
    music = of_midi(song(tmp_path / "a.mid", *messages))
    begun = [event[0] for event in music.events if event[1] == NOTE_ON]
    wanted, at, tempo = [], Fraction(0), 500_000
    for _, ticks in beats:
        wanted.append(at + Fraction(ticks * tempo, 480_000_000))
        at = wanted[-1] + Fraction((48 + 480) * tempo, 480_000_000)
        tempo = 300_000
    assert begun == [round(each * RATE) for each in wanted]
    sound = np.abs(dry(font, music, 3)).max(axis=1)
    for sample in begun:
        assert sound[sample - RATE // 10 : sample].max() < 1e-3
        assert sound[sample : sample + BUFFER + 48].max() > 1e-3


@pytest.mark.parametrize("mood", MOODS)
def test_a_cue_lasts_to_the_sample_at_the_level_of_music_and_ends_in_silence(mood, font, tmp_path):
    play.write(cue(mood, font, seconds=10), tmp_path / "cue.wav")
    sound = wav.inspect(tmp_path / "cue.wav").read()
    assert sound.shape == (10 * RATE, 2)
    assert integrated(sound, RATE) == pytest.approx(-25, abs=0.2)
    assert np.abs(sound).max() < 0.9
    assert np.abs(sound[-1]).max() < 1e-3
    assert np.sqrt(np.mean(sound[-2 * RATE : -RATE] ** 2)) > 0.001
    assert np.corrcoef(sound.T)[0, 1] < 0.99, "it is stereo"


def test_the_same_cue_is_the_same_bytes_in_every_process(font, tmp_path):
    for name in "ab":
        play.write(cue(Mood.MYSTERIOUS, font, seconds=6), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_longer_cue_takes_no_more_memory(font, tmp_path, monkeypatch):
    monkeypatch.setattr(play, "_BLOCK", 2**15)
    peaks = []
    for seconds in (10, 40):
        tracemalloc.start()
        play.write(cue(Mood.CALM, font, seconds=seconds), tmp_path / "cue.wav")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0], "30 seconds of stereo are 23 MB"


def test_notes_are_left_and_right_where_they_were_composed(font):
    notes = [note for note in compose(Mood.MYSTERIOUS, 90, "D minor", Fraction(12), 3) if abs(note.pan) > 0.3]
    for note in notes[:6]:
        sound = dry(font, arrangement.of_notes([note], RATE), note.start + 0.3)
        left, right = np.sqrt(np.mean(sound**2, axis=0))
        assert (right > 1.2 * left) == (note.pan > 0)


@pytest.mark.parametrize("mood", MOODS)
def test_the_midi_of_a_cue_comes_back_as_its_notes(mood, font, tmp_path):
    source = cue(mood, None, seconds=31)
    midi.write(source, "M1", tmp_path / "cue.mid")
    notes = compose(mood, source.tempo, source.key, Fraction(31), source.seed)
    kept, back = arrangement.of_notes(notes, RATE), of_midi(tmp_path / "cue.mid")
    assert kept.programs == back.programs
    struck = [sorted(e[3:] + e[:1] for e in each.events if e[1] == NOTE_ON) for each in (kept, back)]
    assert [each[:2] for each in struck[0]] == [each[:2] for each in struck[1]]
    assert all(abs(a[2] - b[2]) < 0.002 * RATE for a, b in zip(*struck, strict=True))


@pytest.mark.parametrize("mood", MOODS)
def test_the_programs_of_a_mood_are_those_of_its_notes(mood):
    played = set()
    for seconds in (8, 40):
        notes = compose(mood, 90, "C major", Fraction(seconds), 1)
        assert {note.instrument for note in notes} <= instruments(mood)
        played |= arrangement.of_notes(notes, RATE).programs
    assert played == arrangement.programs_of(mood)


def test_a_key_that_is_struck_while_it_is_held_sounds_to_the_end_of_its_last_note(font, tmp_path):
    path = song(
        tmp_path / "a.mid",
        mido.Message("note_on", note=60, velocity=90),
        mido.Message("note_on", note=60, velocity=90, time=480),
        mido.Message("note_off", note=60, time=48),
        mido.Message("note_off", note=60, time=960),
    )
    sound = dry(font, of_midi(path), 2)
    assert loudness_at(sound, 60, 1.2) > 0.8 * loudness_at(sound, 60, 0.2)
    assert loudness_at(sound, 60, 1.8) < 0.01 * loudness_at(sound, 60, 0.2)


def test_a_midi_cue_is_cut_at_its_end_or_followed_by_silence(font, tmp_path):
    path = song(
        tmp_path / "a.mid",
        mido.Message("note_on", note=60, velocity=90),
        mido.Message("note_off", note=60, time=1920),
    )
    for seconds in (1, 9):
        source = MidiSource(path, sha256_of(path), Mood.TENSE, seconds * RATE, RATE, font)
        play.write(source, tmp_path / "cue.wav")
        sound = wav.inspect(tmp_path / "cue.wav").read()
        assert sound.shape == (seconds * RATE, 2)
        assert np.abs(sound[-1]).max() < 1e-3
        assert np.abs(sound[: RATE // 2]).max() > 0.01
    assert np.abs(sound[7 * RATE :]).max() < 1e-3


def test_midi_can_have_drums_banks_bends_and_running_lines_of_other_messages(font, tmp_path):
    path = song(
        tmp_path / "a.mid",
        mido.Message("control_change", channel=2, control=0, value=8),
        mido.Message("program_change", channel=2, program=16),
        mido.Message("note_on", channel=2, note=60, velocity=90),
        mido.Message("note_on", channel=9, note=38, velocity=90),
        mido.Message("pitchwheel", channel=2, pitch=4096),
        mido.Message("aftertouch", channel=2, value=50),
        mido.Message("polytouch", channel=2, note=60, value=50),
        mido.Message("sysex", data=(1, 2, 3)),
        mido.MetaMessage("lyrics", text="la"),
        mido.Message("note_on", channel=2, note=60, velocity=0, time=480),
        mido.Message("note_off", channel=9, note=38),
    )
    music = of_midi(path)
    assert music.programs == {(8, 16), (128, 0)}
    assert soundfonts.look_at(font.path, music.programs).missing == [(128, 0)]
    full = tiny_font.write(tmp_path / "full.sf2", music.programs)
    sound = dry(SoundFont(full, sha256_of(full), ""), music, 1)
    assert loudness_at(sound, 61, 0.1) > 3 * loudness_at(sound, 60, 0.1), "half of two semitones up"
    with pytest.raises(AssemblyError, match="no programs"):
        dry(font, music, 1)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_bytes(b""), "ends too soon"),
        (lambda path: path.write_bytes(b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\4"), "."),
        (lambda path: path.write_bytes(os.urandom(1000)), "."),
        (lambda path: path.write_bytes(bytes(arrangement.LARGEST_MIDI_BYTES + 1)), "larger than 4 MiB"),
        (lambda path: song(path, mido.MetaMessage("text", text="hm")), "no note"),
        (lambda path: song(path, mido.Message("note_on", note=60), ticks=-6104), "frames of video"),
        (lambda path: song(path, mido.Message("note_on", note=60), type_=2), "type 2"),
    ],
    ids=["empty", "cut", "noise", "large", "no note", "smpte", "type 2"],
)
def test_what_cannot_be_played_as_midi_says_why(make, words, tmp_path):
    make(tmp_path / "a.mid")
    with pytest.raises(ValueError, match=words):
        of_midi(tmp_path / "a.mid")


def test_a_font_is_part_of_a_cues_digest_and_its_place_is_not(font, tmp_path):
    same = SoundFont(tmp_path / "elsewhere.sf2", font.sha256, font.player)
    digests = [
        cue(Mood.CALM, each).digest()
        for each in (
            None,
            font,
            SoundFont(font.path, "0" * 64, font.player),
            SoundFont(font.path, font.sha256, "FluidSynth 9"),
        )
    ]
    assert len(set(digests)) == 4
    assert cue(Mood.CALM, same).digest() == digests[1]
    written = [
        MidiSource(tmp_path / "a.mid", sha256, mood, 9, RATE, font).digest()
        for sha256 in ("0", "1")
        for mood in (Mood.CALM, Mood.SAD)
    ]
    assert len({*written, *digests}) == 8


def broken(font, number):
    whole = font.path.read_bytes()
    if number < 4:
        return whole[: len(whole) * number // 4]
    random = np.random.default_rng(number)
    damaged = bytearray(whole)
    for place in random.integers(8000, len(damaged), 16):
        damaged[place] ^= int(random.integers(1, 256))
    return bytes(damaged)


@pytest.mark.parametrize("number", range(10))
def test_a_damaged_font_plays_or_is_one_error(number, font, tmp_path):
    path = tmp_path / "damaged.sf2"
    path.write_bytes(broken(font, number))
    damaged = SoundFont(path, sha256_of(path), "")
    music = arrangement.Arrangement(
        frozenset({(0, 0)}), ((0, PROGRAM, 0, 0, 0), (9, NOTE_ON, 0, 60, 90), (999, NOTE_OFF, 0, 60, 0))
    )
    if number < 4:
        with pytest.raises(AssemblyError, match="cannot read it"):
            dry(damaged, music, 0.2)
        return
    with contextlib.suppress(AssemblyError):
        assert dry(damaged, music, 0.2).shape == (RATE // 5, 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "cannot read it"), (b"RIFF and no more", "cannot read it"), (b"music" * 999, "Not a RIFF file")],
)
def test_what_is_no_font_is_said_in_a_sentence(content, words, tmp_path):
    (tmp_path / "a.sf2").write_bytes(content)
    with pytest.raises(AssemblyError, match=words) as caught:
        soundfonts.look_at(tmp_path / "a.sf2", [])
    assert "dls" not in caught.value.message.lower()


def test_a_player_that_crashes_takes_nothing_along(font, tmp_path, monkeypatch):
    script = tmp_path / "crash.py"
    script.write_text("import os, sys; sys.stdin.read(); os.kill(os.getpid(), 11)")
    monkeypatch.setattr(fluidsynth_process, "__file__", str(script))
    with pytest.raises(AssemblyError, match=signal.SIGSEGV.name):
        soundfonts.look_at(font.path, [])
    with pytest.raises(AssemblyError, match=signal.SIGSEGV.name):
        play.write(cue(Mood.CALM, font), tmp_path / "cue.wav")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["crash.py"]


def test_a_cue_that_nobody_hears_to_its_end_leaves_no_process(font):
    music = arrangement.of_notes(compose(Mood.CALM, 90, "C major", Fraction(600), 1), RATE)
    heard = soundfonts.play(font, music, 600 * RATE, RATE, RATE)
    next(heard)
    processes = [heard.gi_frame.f_locals["process"]]
    heard.close()
    assert processes[0].returncode == -signal.SIGKILL


def test_fluidsynth_comes_with_the_extra_or_is_named(font, monkeypatch):
    def nothing(_name):
        raise PackageNotFoundError

    with monkeypatch.context() as patched:
        patched.setattr(soundfonts, "files", nothing)
        with pytest.raises(AssemblyError, match="no FluidSynth") as caught:
            soundfonts.look_at(font.path, [])
        assert "shotfarm[soundfont]" in caught.value.hint
    named = soundfonts.library()
    monkeypatch.setattr(soundfonts, "files", nothing)
    monkeypatch.setenv("SHOTFARM_FLUIDSYNTH", named)
    assert soundfonts.look_at(font.path, []).player == font.player
    monkeypatch.setenv("SHOTFARM_FLUIDSYNTH", "/nowhere/libfluidsynth.so")
    with pytest.raises(AssemblyError, match="/nowhere/libfluidsynth"):
        soundfonts.look_at(font.path, [])
    monkeypatch.setenv("SHOTFARM_FLUIDSYNTH", "libc.so.6" if sys.platform == "linux" else "libSystem.dylib")
    with pytest.raises(AssemblyError, match="fluid_"):
        soundfonts.look_at(font.path, [])
