"""Every way in which a worker or its renderer can fail, one after another in one film."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.pages.reliability_page import (
    attempts_in,
    faults_in,
    overlaps,
    read_journal,
    rendered_again,
)
from tests.support.pipeline.faulty_slate import (
    DELAY,
    FARM,
    FAULTS,
    JOURNAL,
    KILLED,
    MISBEHAVES,
    NODE,
    TAKEN,
    TICKETS,
)
from tests.support.pipeline.slate_films import Shotfarm, attempts_left_in, home_with_history, write_film
from tests.support.pipeline.soak_farm import install_backend
from tests.support.pipeline.soak_film import film_of

pytestmark = pytest.mark.slow
SHOTS = 24


def test_no_way_to_fail_costs_a_take_or_makes_one_twice(tmp_path):
    """Killed at each moment of a shot; hangs, leaks, raises, ends with code 0, gives too little, or NaN."""
    for folder in (TICKETS, TAKEN):
        (tmp_path / folder).mkdir()
    for fault in (*KILLED, *MISBEHAVES):
        (tmp_path / TICKETS / f"{fault}.1").touch()
    settings = {
        "PYTHONPATH": install_backend(tmp_path / "installed"),
        "SHOTFARM_BACKEND": "faulty-slate",
        "SHOTFARM_SILENCE_S": "60",  # of what hangs for ever; what stands still on a busy machine does not
        FAULTS: str(tmp_path),
        FARM: "one",
        NODE: "1",
        DELAY: "0.02",
    }
    command = Shotfarm(home_with_history(tmp_path / "home"), settings)
    film = write_film(tmp_path / "film", film_of(SHOTS))
    try:
        done = command("render", film, "--workers", 2, "--json", timeout=1500)
        assert done.returncode == 0, done.stderr
        command.ends()
    finally:
        command.end_all()
    assert json.loads(done.stdout)["rendered"] == SHOTS, "and Ray says nothing of its own"
    events = read_journal(tmp_path / JOURNAL)
    attempts = attempts_in(events)
    assert {fault.kind for fault in faults_in(events)} == {*KILLED, *MISBEHAVES}, "each was tried"
    assert sum(tried.published is not None for tried in attempts) == SHOTS
    assert rendered_again(attempts) == []
    assert overlaps(attempts) == []
    store = Path(film, ".shotfarm", "store")
    manifests = [json.loads(path.read_bytes()) for path in store.glob("takes/*/*/manifest.json")]
    assert {made["digest"]: made["attempt"] for made in manifests} == {
        tried.digest: tried.take for tried in attempts if tried.published is not None
    }
    assert command.json("render", film)["rendered"] == 0, "the next run sweeps"
    assert attempts_left_in(store) == []
