"""What is heard of a film by pieces is what is heard of it whole: to the bit, and as loud."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from assembly.sound import aac
from assembly.sound.mix import levels, pieces
from assembly.sound.mix.mix import Mix
from assembly.sound.mix.pieces import EncodedPiece, LevelPiece
from assembly.sound.mix.score import Layer, PlacedSource, Score
from assembly.sound.mix.stems import Stems
from assembly.sound.signal import wav
from assembly.sound.signal.loudness import Meter, decibels, oversampled_peaks
from assembly.sound.signal.tracks import DUCK_MUSIC_DB, DUCK_ROOM_DB

RATE = 16000
SECONDS = 34
LOUD_DB, CEILING_DBTP = 9.0, -1.0


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Noises of many lengths, of one channel and of two, some of them loud."""
    folder, random = tmp_path_factory.mktemp("sources"), np.random.default_rng(5)
    found = {}
    for number, seconds in enumerate((0.05, 0.4, 1.3, 2.7, 6.0, 14.0)):
        count = int(seconds * RATE)
        sound = (
            random.normal(0, 0.25, (count, 1 + number % 2)) * np.abs(np.sin(np.arange(count) / 900))[:, None]
        )
        name = f"{number}" * 8
        found[name] = folder / f"{name}.wav"
        wav.write(found[name], np.clip(sound, -1, 1), RATE)
    return found


def random_score(seed, files) -> Score:
    random = np.random.default_rng(seed)
    samples = SECONDS * RATE + int(random.integers(-700, 700))
    names = sorted(files)

    def sounds(many):
        placed = []
        for _ in range(many):
            name = names[random.integers(len(names))]
            own = wav.inspect(files[name]).samples
            loop = bool(random.random() < 0.3)
            start = int(random.integers(0, samples - 10))
            length = int(min(own * (3 if loop else 1), random.integers(1, 8 * RATE), samples - start))
            fades = [int(min(length, random.integers(0, RATE))) for _ in range(2)]
            gain = float(random.choice([0.1, 0.5, 1.0, 1.7]))
            placed.append(PlacedSource(name, start, length, gain, *fades, loop))
        return tuple(sorted(placed, key=lambda sound: sound.start))

    speech = sounds(int(random.integers(0, 12)))
    layers = (
        Layer("dialogue", speech),
        Layer("music", sounds(3), DUCK_MUSIC_DB),
        Layer("effects", sounds(6)),
        Layer("effects", sounds(2), DUCK_ROOM_DB),
    )
    borders = tuple(sorted(int(one) for one in random.integers(0, samples, random.integers(0, 3))))
    spoken = tuple((sound.start, sound.end) for sound in speech)
    return Score(RATE, samples, layers, spoken, borders)


@pytest.mark.parametrize("seed", range(8))
def test_a_mix_is_the_same_bits_in_any_pieces_and_of_what_lies_in_them(files, seed):
    score = random_score(seed, files)
    whole = Mix(Stems(score, files), LOUD_DB, CEILING_DBTP).read(0, score.samples)
    loud = Stems(score, files).read(0, score.samples) * 10 ** (LOUD_DB / 20)
    assert np.abs(whole - loud).max() > 0.1, "the limiter has something to do"
    cuts = sorted({0, score.samples, *np.random.default_rng(seed).integers(1, score.samples, 6).tolist()})
    for first, last in [*pairwise(cuts), *pieces.pieces_of(score.samples, RATE)]:
        piece = LevelPiece.of(score, (first, last), LOUD_DB, CEILING_DBTP)
        part = Mix(Stems(piece.score, files), LOUD_DB, CEILING_DBTP)
        begin, end = piece.stretch
        assert np.array_equal(part.read(begin, end), whole[begin:end])


@pytest.mark.parametrize("seed", range(3))
def test_levels_of_pieces_add_up_to_that_of_the_whole(files, seed):
    score = random_score(seed, files)
    whole = Stems(score, files).read(0, score.samples)
    meter = Meter(RATE)
    meter.feed(whole)
    found = [LevelPiece.of(score, one).level(files) for one in pieces.pieces_of(score.samples, RATE)]
    assert len(found) == 4
    assert levels.integrated(found, score.samples, RATE) == pytest.approx(meter.integrated(), abs=1e-6)
    peak = decibels(float(oversampled_peaks(whole).max()))
    assert levels.peak_dbtp(found) == pytest.approx(peak, abs=1e-3)


def test_a_gain_is_whole_steps_and_meets_its_target_within_the_tolerance_limited_or_not(files):
    score = random_score(1, files)
    lengths = pieces.pieces_of(score.samples, RATE)
    plain = [LevelPiece.of(score, one).level(files) for one in lengths]
    asked: list[tuple[int, float]] = []

    def limited(number, gain_db):
        asked.append((number, gain_db))
        return LevelPiece.of(score, lengths[number], gain_db, CEILING_DBTP).level(files)

    for target in (-30.0, -8.0):
        gain = levels.gain_for(plain, limited, score.samples, RATE, target, CEILING_DBTP)
        assert not gain.missing
        assert gain.db / levels.GAIN_STEP_DB == pytest.approx(round(gain.db / levels.GAIN_STEP_DB))
        heard = Mix(Stems(score, files), gain.db, CEILING_DBTP).level(0, score.samples)
        loudness = levels.integrated([heard], score.samples, RATE)
        assert gain.lufs == pytest.approx(loudness, abs=1e-6)
        assert loudness == pytest.approx(target, abs=levels.TOLERANCE_LU + 1e-6)
        assert decibels(heard.peak) <= CEILING_DBTP
        assert bool(asked) == (target == -8.0)
    gain = levels.gain_for(plain, lambda *_: None, score.samples, RATE, -8.0, CEILING_DBTP)
    assert gain.missing == tuple(sorted({number for number, _ in asked}))


def test_a_changed_sound_changes_the_pieces_that_it_touches_and_no_other(files):
    score = random_score(2, files)

    def digests(one: Score) -> list[tuple[str, str]]:
        return [
            (LevelPiece.of(one, at).digest(), EncodedPiece.of(one, at, 3.0, (-1.0,) * 3).digest())
            for at in pieces.pieces_of(one.samples, RATE)
        ]

    length = pieces.piece_samples(RATE)
    effects = score.layers[2]
    fresh = PlacedSource(sorted(files)[1], length + length // 2, RATE // 4, 0.5, 0, 0, loop=False)
    for start, touched in ((length + length // 2, {1}), (length - RATE // 8, {0, 1})):
        more = replace(effects, sounds=(*effects.sounds, replace(fresh, start=start)))
        changed = replace(score, layers=(*score.layers[:2], more, score.layers[3]))
        pairs = zip(digests(score), digests(changed), strict=True)
        for number, (before, after) in enumerate(pairs):
            assert [a != b for a, b in zip(before, after, strict=True)] == [number in touched] * 2


def test_pieces_of_aac_have_the_packets_of_the_whole_and_are_as_near_to_the_mix_at_borders(files):
    score = random_score(3, files)
    mix = Mix(Stems(score, files), -3.0, CEILING_DBTP).read(0, score.samples)
    whole = aac.encoded(mix, RATE)
    lengths = pieces.pieces_of(score.samples, RATE)
    ceilings = (CEILING_DBTP,) * 3
    made = [EncodedPiece.of(score, one, -3.0, ceilings).encode(files) for one in lengths]
    joined = aac.Packets(tuple(p for packets, _ in made for p in packets.packets), whole.configuration)
    assert len(joined.packets) == len(whole.packets) == -(-score.samples // aac.FRAME) + 1
    errors = [aac.decoded(one, RATE)[: score.samples] - mix for one in (whole, joined)]
    whole_windows = score.samples // 4096
    rms = [
        np.sqrt(np.square(error[: whole_windows * 4096]).reshape(whole_windows, -1).mean(1))
        for error in errors
    ]
    for first, _ in lengths[1:]:
        at = first // 4096
        assert rms[1][at - 1 : at + 2].max() <= max(rms[0].max(), 1.2 * rms[0][at - 1 : at + 2].max())
    heard = Meter(RATE)
    heard.feed(aac.decoded(joined, RATE)[: score.samples])
    found = levels.integrated([level for _, level in made], score.samples, RATE)
    assert found == pytest.approx(heard.integrated(), abs=0.01)
