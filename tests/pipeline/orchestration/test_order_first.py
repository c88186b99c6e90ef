"""Nobody waits for what a film is made of before the farm has the order."""

from __future__ import annotations

from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from farm.schedule.messages import Update


@pytest.mark.parametrize(
    ("film", "parts", "laid"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_what_a_film_is_made_of_is_found_out_when_the_farm_has_the_order(monkeypatch, film, parts, laid):
    from pipeline.orchestration import flows  # it brings Prefect along

    happened = []

    def updates():
        happened.append("ordered")
        yield Update((), {})
        yield Update((), {})

    monkeypatch.setattr(flows, "finish_meanwhile", lambda *_: happened.append("laid"))
    finishing = Mock(hear=lambda _: happened.append("heard"))
    run = SimpleNamespace(bill=Mock(), observer=Mock(), production=Mock(), film=film, parts=parts)
    assert len([*flows._heard(updates(), run, finishing, Mock())]) == 2
    assert happened == ["ordered", *(["laid"] if laid else []), "heard", "heard"]
