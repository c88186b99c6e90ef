import tracemalloc
from fractions import Fraction

import mido
import numpy as np
import pytest

from assembly.sound.music import instruments, midi, play
from assembly.sound.music.compose import chord, compose
from assembly.sound.music.moods import STYLES
from assembly.sound.signal import wav
from assembly.sound.signal.loudness import integrated
from assembly.sound.sources import ComposedSource
from storyboard.schema.vocabulary import Mood

MOODS = list(Mood)
TONICS = {"C major": 0, "Bb minor": 10, "F# major": 6}


def cue(mood, *, seconds=12, seed=3, key="D minor", tempo=90):
    return ComposedSource(mood, tempo, key, int(seconds * 48000), seed, 48000)


@pytest.fixture
def played(tmp_path):
    def played(source):
        play.write(source, tmp_path / "cue.wav")
        return wav.inspect(tmp_path / "cue.wav").read()

    return played


def test_there_is_a_style_for_every_mood():
    assert set(Mood) == set(STYLES)


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("key", sorted(TONICS))
@pytest.mark.parametrize("seconds", [Fraction(1, 4), Fraction(3), Fraction(100, 3), Fraction(181)])
def test_a_piece_ends_on_its_key_within_its_length(mood, key, seconds):
    notes = compose(mood, 96, key, seconds, 7)
    assert all(note.start >= 0 and note.start + note.length <= float(seconds) + 1e-6 for note in notes)
    last_start = max(note.start for note in notes)
    final = [note for note in notes if note.start > last_start - 0.5]
    assert TONICS[key] in {note.pitch % 12 for note in final}
    assert max(note.start + note.length for note in notes) > 0.6 * float(seconds)


def test_the_same_cue_is_the_same_piece_and_another_seed_another_melody():
    one = compose(Mood.CALM, 84, "C major", Fraction(40), 1)
    assert one == compose(Mood.CALM, 84, "C major", Fraction(40), 1)
    assert one != compose(Mood.CALM, 84, "C major", Fraction(40), 2)


def test_the_tempo_gives_way_by_less_than_a_tenth_to_fill_a_cue_of_half_a_minute():
    starts = sorted(
        {
            note.start
            for note in compose(Mood.HOPEFUL, 100, "C major", Fraction(31), 1)
            if note.instrument == "bass"
        }
    )
    half_bars = np.diff(starts)
    assert np.allclose(half_bars, 1.2, rtol=0.1)


def test_a_key_moves_every_note():
    low = compose(Mood.SAD, 70, "C minor", Fraction(20), 1)
    high = compose(Mood.SAD, 70, "D minor", Fraction(20), 1)
    assert {note.pitch % 12 for note in high} == {(note.pitch + 2) % 12 for note in low}


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("I", [0, 4, 7]),
        ("bVImaj7", [8, 12, 15, 19]),
        ("ii7", [2, 5, 9, 12]),
        ("V7", [7, 11, 14, 17]),
        ("io", [0, 3, 6]),
    ],
)
def test_chords_are_read_from_roman_numerals(name, steps):
    assert chord(name) == steps


@pytest.mark.parametrize("mood", MOODS)
def test_a_cue_sounds_to_its_end_at_the_level_of_music_and_does_not_clip(mood, played):
    sound = played(cue(mood))
    assert sound.shape == (12 * 48000, 2)
    assert integrated(sound, 48000) == pytest.approx(-25, abs=0.2)
    assert np.abs(sound).max() < 0.5
    assert np.abs(np.diff(sound, axis=0)).max() < 0.15
    assert np.abs(sound.mean(axis=0)).max() < 1e-3
    assert np.sqrt(np.mean(sound[-2 * 48000 : -48000] ** 2)) > 0.003
    assert np.abs(sound[-1]).max() < 1e-3
    balance_db = 10 * np.log10(np.mean(sound[:, 0] ** 2) / np.mean(sound[:, 1] ** 2))
    assert abs(balance_db) < 2.5


def test_every_mood_sounds_different(played):
    spectra = []
    for mood in MOODS:
        sound = played(cue(mood, seconds=8)).mean(axis=1)
        envelope = np.square(sound).reshape(-1, 4800).mean(axis=1)
        spectrum = np.abs(np.fft.rfft(sound))[:40_000].reshape(-1, 200).mean(axis=1)
        spectra.append(
            np.concatenate([spectrum / np.linalg.norm(spectrum), envelope / np.linalg.norm(envelope)])
        )
    likeness = np.array(spectra) @ np.array(spectra).T / 2
    assert (likeness - np.eye(len(MOODS))).max() < 0.95


def test_the_same_cue_is_the_same_sound_to_the_bit(played):
    assert np.array_equal(played(cue(Mood.TENSE, seconds=4)), played(cue(Mood.TENSE, seconds=4)))


def test_a_cue_sounds_alike_however_it_is_cut_into_blocks(played, monkeypatch):
    source = cue(Mood.HOPEFUL, seconds=6)
    whole = played(source)
    monkeypatch.setattr(play, "_BLOCK", 7001)
    monkeypatch.setattr(instruments, "_MOST_KEPT_BYTES", 2**20)
    assert np.abs(played(source) - whole).max() < 1e-6


def test_a_longer_cue_takes_no_more_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(play, "_BLOCK", 2**15)
    monkeypatch.setattr(instruments, "_MOST_KEPT_BYTES", 2**22)
    peaks = []
    for seconds in (10, 40):
        source = cue(Mood.CALM, seconds=seconds)
        tracemalloc.start()
        play.write(source, tmp_path / "cue.wav")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.15 * peaks[0], "30 seconds of stereo are 23 MB"


@pytest.mark.parametrize("mood", MOODS)
def test_a_midi_file_has_every_note_at_its_time(mood, tmp_path):
    source = cue(mood, seconds=31)
    midi.write(source, "Film é 灯 M1", tmp_path / "cue.mid")
    file = mido.MidiFile(tmp_path / "cue.mid")
    notes = compose(mood, source.tempo, source.key, Fraction(31), source.seed)
    begun, now = [], 0.0
    for message in file:
        now += message.time
        if message.type == "note_on":
            begun.append((now, message.note))
    assert len(begun) == len(notes)
    wanted = sorted((note.start, note.pitch) for note in notes)
    for (at, _), (start, _) in zip(sorted(begun), wanted, strict=True):
        assert at == pytest.approx(start, abs=0.01)
    assert sorted(pitch for _, pitch in begun) == sorted(pitch for _, pitch in wanted)
    assert {track.name for track in file.tracks[1:]} == {note.instrument for note in notes}
    beats_a_minute = mido.tempo2bpm(next(m.tempo for m in file.tracks[0] if m.type == "set_tempo"))
    assert beats_a_minute == pytest.approx(source.tempo, rel=0.1)


@pytest.mark.parametrize("mood", MOODS)
def test_a_cue_can_be_a_single_moment(mood, played):
    sound = played(cue(mood, seconds=0.04, tempo=40))
    assert sound.shape == (1920, 2)
    assert np.isfinite(sound).all()
