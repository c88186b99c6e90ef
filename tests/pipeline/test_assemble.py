"""What a changed shot changes in a film: its own packets and its joints', and nothing else."""

from __future__ import annotations

import hashlib
import threading
from itertools import pairwise

import av
import pytest
from slate_films import FRAMES, shot_of, six_slates, write_film

from assembly.pieces import CopyPiece
from pipeline.assemble import FILM, assembled
from pipeline.keeping import REQUESTS, ask_of_each
from pipeline.observer import Nobody
from pipeline.production import open_production
from pipeline.settings import load_settings
from tests.benchmarks.takes import publish_slate


def made(folder, film):
    """The film's cut, and digests of its picture's and its sound's packets."""
    production = open_production(
        write_film(folder, film), load_settings(home=folder / "home", backend="slate")
    )
    plan = production.plan()
    for shot in plan.missing:
        publish_slate((production.store.root, shot.spec.model_dump_json(), shot.digest, None))
    film = assembled(production, production.plan(), Nobody())
    assert film.made
    assert not (folder / ".shotfarm" / "store" / "segments").exists()  # takes are in form already
    path = production.store.file(film.manifest, FILM)
    return film.cut, packets(path, "video"), packets(path, "audio")


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


def test_a_store_is_asked_about_many_clips_at_once_and_the_answers_keep_their_order():
    together = threading.Barrier(REQUESTS)

    def ask(number):
        together.wait(60)
        return -number

    assert ask_of_each(ask, range(REQUESTS)) == [-number for number in range(REQUESTS)]
