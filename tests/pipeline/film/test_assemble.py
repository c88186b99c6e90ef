"""What a changed shot changes in a film: its own packets and its joints'; and how loud a film is."""

from __future__ import annotations

import hashlib
import threading
import time
from itertools import pairwise

import av
import numpy as np
import pytest

from assembly.cut.pieces import CopyPiece
from assembly.sound.mix.mix import CEILING_DBTP, TOLERANCE_LU, measure
from assembly.sound.mix.pieces import pieces_of
from assembly.sound.signal import wav
from pipeline.film.assemble import assemble, film_in_parts
from pipeline.film.mixing import gain_of, mix_of
from pipeline.film.sound_pieces import ENCODED_PIECES
from pipeline.housekeeping.needs import needed_by
from pipeline.keep import REQUESTS, ask_of_each
from pipeline.observer import Nobody
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from tests.benchmarks.takes import publish_slate
from tests.support.assembly.encoded_sounds import encode_sound
from tests.support.pipeline.slate_films import FRAMES, shot_of, six_slates, write_film
from tests.support.waiting import PATIENCE_S

LOUD_LUFS = -13.0


def with_takes(folder, film, **settings):
    """The film opened, all of whose takes are there."""
    production = open_production(
        write_film(folder, film), load_settings(home=folder / "home", backend="slate", **settings)
    )
    for shot in production.plan().missing:
        publish_slate((production.store.root, shot.spec.model_dump_json(), shot.digest, None))
    return production


def made(folder, film):
    """The film's cut, and digests of its picture's and its sound's packets."""
    production = with_takes(folder, film)
    plan = production.plan()
    finished = assemble(production.material(plan), production.store, folder / "film.mp4", Nobody())
    assert finished.made
    assert not (folder / ".shotfarm" / "store" / "segments").exists()  # takes are in form already
    cut = film_in_parts(production.material(plan), production.store).cut
    return cut, packets(finished.path, "video"), packets(finished.path, "audio")


def packets(path, kind):
    with av.open(str(path)) as container:
        (stream,) = [one for one in container.streams if one.type == kind]
        return [hashlib.sha256(bytes(one)).hexdigest() for one in container.demux(stream) if one.size]


def pieces(cut):
    """Each piece with its place in the film; a joint is known by its digest, a copy by its take."""
    at, placed = 0, {}
    for piece in cut.pieces:
        name = (piece.take, piece.first) if isinstance(piece, CopyPiece) else piece.digest
        placed[name] = range(at, at + piece.frames)
        at += piece.frames
    return placed


@pytest.mark.parametrize(("changed", "touched"), [("2B", {"2B"}), ("1B", {"1A", "1B", "1C"})])
def test_unchanged_shots_are_the_same_bytes_in_the_new_film(changed, touched, tmp_path):
    film = six_slates()
    old_cut, old, old_sound = made(tmp_path, film)
    shot_of(film, changed)["action"] = "Another one."
    new_cut, new, new_sound = made(tmp_path, film)
    assert len(old) == len(new) == FRAMES
    before, after = pieces(old_cut), pieces(new_cut)
    same = before.keys() & after.keys()
    assert all(before[name] == after[name] for name in same)
    for name, frames in after.items():
        copied = [old[frame] == new[frame] for frame in frames]
        assert all(copied) == (name in same)
    starts = [*new_cut.shot_starts.values(), FRAMES]
    shots = dict(zip(new_cut.shot_starts, pairwise(starts), strict=True))
    differing = {shot for shot, (first, last) in shots.items() if old[first:last] != new[first:last]}
    assert changed in differing <= touched
    assert old_sound == new_sound


def test_a_peak_that_encoding_takes_over_the_ceiling_is_limited_further_in_the_mix(tmp_path):
    film = six_slates()
    at = np.arange(5 * 48000) / 48000
    bursts = np.random.default_rng(1).normal(0, 0.3, len(at)) * (np.sin(44 * at) > 0.7)
    wav.write(tmp_path / "bursts.wav", bursts, 48000)
    film["music"] = [{"id": "M1", "from": "1A", "to": "2C", "file": "bursts.wav"}]
    production = with_takes(tmp_path, film, loudness_lufs=LOUD_LUFS)
    store, plan = production.store, production.plan()
    finished = assemble(production.material(plan), production.store, tmp_path / "film.mp4", Nobody())
    assert (finished.lufs, finished.true_peak_dbtp) == pytest.approx(measure(finished.path), abs=0.15)
    assert finished.lufs <= LOUD_LUFS + TOLERANCE_LU
    assert measure(finished.path)[1] <= CEILING_DBTP
    kept = {path.parent.name for path in tmp_path.glob(".shotfarm/store/encoded-pieces/*/*/manifest.json")}
    assert kept == {digest for kind, digest in needed_by(production) if kind == ENCODED_PIECES}
    sound = film_in_parts(production.material(plan), production.store).sound
    assert len(kept) > len(pieces_of(sound.samples, sound.sample_rate)), "one was tried twice"
    gain_db = gain_of(store, sound, LOUD_LUFS, Nobody())
    mix_of(store, sound, gain_db).write(tmp_path / "mix.wav")
    assert measure(tmp_path / "mix.wav")[1] <= CEILING_DBTP
    encode_sound(tmp_path / "mix.wav", tmp_path / "unmended.m4a")
    assert measure(tmp_path / "unmended.m4a")[1] > CEILING_DBTP


def test_a_store_is_asked_about_many_clips_at_once_and_the_answers_keep_their_order():
    together = threading.Barrier(REQUESTS)

    def ask(number):
        together.wait(PATIENCE_S)
        return -number

    assert ask_of_each(ask, range(REQUESTS)) == [-number for number in range(REQUESTS)]
    for many in (0, 1, REQUESTS + 1, 1000):
        assert ask_of_each(abs, range(-many, 0)) == [*range(many, 0, -1)]


def test_a_store_that_answers_late_is_asked_about_many_clips_at_once_after_that():
    asked, together = list[int](), threading.Barrier(REQUESTS)

    def ask(number):
        asked.append(number)
        if number == 0:
            time.sleep(0.1)  # a network's answer, which is no folder's
        elif number % REQUESTS == 1:  # the first of each part that is asked about one after another
            together.wait(PATIENCE_S)
        return -number

    many = REQUESTS * REQUESTS + 1
    assert ask_of_each(ask, range(many)) == [-number for number in range(many)]
    assert asked[0] == 0
