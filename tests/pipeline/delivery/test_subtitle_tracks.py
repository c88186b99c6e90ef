"""Subtitles last as long as their lines are heard, whatever the store has of them."""

from __future__ import annotations

import shutil

from pipeline.film.sound import soundtrack_of
from pipeline.production.line_lengths import SOUNDS
from tests.support.pipeline.decided_films import Folder
from tests.support.pipeline.signed_films import made_of
from tests.support.pipeline.slate_films import six_slates, write_film


def test_a_line_that_no_mix_has_needed_is_spoken_for_its_subtitles(tmp_path):
    film = Folder(write_film(tmp_path / "film", six_slates()))
    film.render()
    production = film.open()
    spoken = soundtrack_of(production.material(production.plan()), production.store).speech
    assert spoken
    assert not any(production.store.has(SOUNDS, event.source.digest()) for event in spoken)
    made = made_of(film, "subtitles", tmp_path / "first")
    assert made.error is None
    assert all(production.store.has(SOUNDS, event.source.digest()) for event in spoken)

    words = next(path for path in made.files if path.suffix == ".srt").read_text()
    shutil.rmtree(film.path / ".shotfarm" / "store" / SOUNDS)
    shutil.rmtree(film.path / ".shotfarm" / "store" / "deliverables")
    again = made_of(film, "subtitles", tmp_path / "again")
    assert again.error is None
    assert next(path for path in again.files if path.suffix == ".srt").read_text() == words
