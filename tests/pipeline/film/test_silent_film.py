"""A film in which nothing is heard has no loudness: neither a number for silence, nor words about it."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.cli.views.run import loudness
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from tests.support.pipeline.odd_backends import assemble_here, render_here
from tests.support.pipeline.slate_films import six_slates, write_film


def silent() -> dict[str, Any]:
    """Two shots in which nobody speaks and nothing plays."""
    document = six_slates()
    document["music"] = []
    document["scenes"] = document["scenes"][:1]
    document["scenes"][0]["shots"] = document["scenes"][0]["shots"][:2]
    return document


def heard() -> dict[str, Any]:
    document = silent()
    document["scenes"][0]["shots"][0]["lines"] = [{"character": "ada", "text": "Go."}]
    return document


@pytest.mark.parametrize(("document", "is_heard"), [(silent(), False), (heard(), True)])
def test_a_silent_film_has_no_loudness(tmp_path, document, is_heard):
    folder = write_film(tmp_path / "film", document)
    production = open_production(folder, load_settings(home=tmp_path / "home", backend="slate"))
    render_here(production)
    film = assemble_here(production, tmp_path / "film.mp4")
    assert (film.lufs is not None) is is_heard
    assert (film.true_peak_dbtp is not None) is is_heard
    assert ("LUFS" in loudness(film)) is is_heard
    assert (loudness(film) == "") is not is_heard
