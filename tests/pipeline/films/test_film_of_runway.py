"""A whole film by a hosted service, whose run and farm are killed while it waits."""

from __future__ import annotations

import signal
from dataclasses import replace

import pytest

from farm.backends.hosted.runway.key import VARIABLE
from tests.support.farm.fake_runway import KEY, FakeRunway
from tests.support.files import files_below
from tests.support.pipeline.slate_films import bytes_of, six_slates, write_film
from tests.support.waiting import until

OPTIONS = {"look_every_s": 0.05, "keyframe": "never"}
FILM = {
    **six_slates(),
    "renderers": {"far": {"backend": "runway", "options": OPTIONS}},
    "renderer": "far",
}


@pytest.fixture
def runway():
    """A Runway of our own."""
    fake = FakeRunway(task_s=3600.0)
    yield fake
    fake.close()


def _tickets_with_tasks(folder):
    states = [path for path in folder.glob(".shotfarm/store/states/*/*") if path.name[0] != "."]
    return sum(b'"task"' in bytes_of(path) for path in states)


@pytest.mark.slow
def test_a_film_is_paid_once_though_its_run_and_its_farm_are_killed_and_nothing_has_the_key(
    shotfarm, tmp_path, runway
):
    command = replace(shotfarm, environment={"RUNWAYML_BASE_URL": runway.url, VARIABLE: KEY})
    folder = write_film(tmp_path / "film", FILM)
    sent = len([shot for scene in FILM["scenes"] for shot in scene["shots"] if "continues" not in shot])
    run = command.start("render", folder, "--renderer", "far")
    until(lambda: _tickets_with_tasks(folder) == sent, "all that can begin is with the service")
    run.send_signal(signal.SIGKILL)
    run.communicate()
    command.end_all()

    runway.task_s = 0.0
    assert command.json("render", folder, "--renderer", "far")["rendered"] == 6
    assert len(runway.accepted) == 6
    assert not runway.withdrawn
    (row,) = command.json("costs", folder)["totals"]
    assert float(row["credits"]) > 0
    for place in (folder, shotfarm.home, shotfarm.home.with_name(f"{shotfarm.home.name}-logs")):
        for path in files_below(place):
            assert KEY.encode() not in bytes_of(path), path
