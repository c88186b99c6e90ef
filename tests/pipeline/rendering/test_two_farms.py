"""Two farms render the same film into one store at the same time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storyboard.document.given_files import sha256_of
from tests.support.pipeline.slate_films import (
    Shotfarm,
    attempts_left_in,
    home_with_history,
    six_slates,
    takes_in,
    write_film,
)
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.slow


def test_two_farms_on_one_store_make_one_film_with_each_take_once(finished, film_folder, tmp_path):
    store = film_folder / ".shotfarm" / "store"
    other = write_film(tmp_path / "other" / "film", six_slates())
    farms = [Shotfarm(home_with_history(tmp_path / name)) for name in ("one", "two")]
    try:
        runs = [
            farm.start("render", folder, "--store", store, "--json")
            for farm, folder in zip(farms, (film_folder, other), strict=True)
        ]
        told = [run.communicate(timeout=PATIENCE_S) for run in runs]
        assert [run.returncode for run in runs] == [0, 0], told
    finally:
        for farm in farms:
            farm.end_all()
    films = [Path(json.loads(out)["film"]["path"]) for out, _ in told]
    undisturbed = next((finished / "out").glob("*.mp4"))
    assert {sha256_of(film) for film in films} == {sha256_of(undisturbed)}
    assert len(takes_in(film_folder)) == 6
    assert attempts_left_in(store) == []
