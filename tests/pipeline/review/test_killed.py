"""A server that is killed loses no decision, and leaves nothing behind that renders."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from pipeline.catalog.log import DecisionLog
from pipeline.orchestration.standby import PROGRAM
from tests.support.pipeline.review_films import link_of
from tests.support.pipeline.slate_films import Shotfarm, shot_of, six_slates, write_film
from tests.support.processes import words_of
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow


@dataclass
class Serving:
    """A server of the application in a process of its own."""

    process: Any
    client: httpx.Client

    def story(self, shot: str) -> Any:
        return self.client.get(f"shots/{shot}").json()

    def retake(self, shot: str, **what: Any) -> int:
        """Ask for a retake; the number of its decision."""
        body = {"what": {"kind": "retake", **what}, "seen": self.story(shot)["seen"]}
        answer = self.client.post(f"shots/{shot}/retakes", json=body)
        assert answer.status_code == 202, answer.text
        return int(answer.json()["run"]["decision"])

    def run(self, number: int) -> Any:
        runs = self.client.get("runs").json()["runs"]
        return next((one for one in runs if one["decision"] == number), None)

    def comes_to(self, number: int, state: str) -> Any:
        """Wait until a retake is in a state."""
        until(lambda: (self.run(number) or {}).get("state") == state, f"retake {number} is {state}")
        return self.run(number)

    def hands(self) -> list[psutil.Process]:
        """The processes that render for it."""
        every = psutil.Process(self.process.pid).children(recursive=True)
        return [one for one in every if PROGRAM in words_of(one).split()]

    def kill(self) -> None:
        """As a machine that fails would."""
        self.process.kill()
        self.process.wait(PATIENCE_S)
        self.client.close()


def serve(command: Shotfarm, folder: Path) -> Serving:
    process = command.start("review", folder, "--set", "said=", "--json", "--no-browser")
    address, _, token = link_of(process).partition("/?token=")
    headers = {"Authorization": f"Bearer {token}"}
    client = httpx.Client(base_url=f"{address}/api/films/six-slates/", headers=headers, timeout=PATIENCE_S)
    return Serving(process, client)


@pytest.fixture
def served(standing: Shotfarm, copy_of_finished: Path) -> Iterator[list[Serving]]:
    """Servers of a version of the film, in which it is as it was rendered; those that still run are ended."""
    film = six_slates()
    film["parameters"] = {"said": {"type": "text", "default": "Somebody waves."}}
    shot_of(film, "2B")["action"] = "{{ said }}"
    write_film(copy_of_finished, film)
    every = [serve(standing, copy_of_finished)]
    yield every
    for one in every:
        if one.process.poll() is None:
            one.kill()


def test_every_decision_that_was_answered_is_there_after_the_server_was_killed(served, copy_of_finished):
    (server,) = served
    answered: list[int] = []
    enough = threading.Event()

    def speak() -> None:
        for number in range(100_000):
            what = {"kind": "note", "text": str(number)}
            try:
                answer = server.client.post("shots/2B/decisions", json={"what": what})
            except httpx.HTTPError:
                return
            assert answer.status_code == 201
            answered.append(answer.json()["decision"]["number"])
            if len(answered) > 20:
                enough.set()

    speaking = threading.Thread(target=speak)
    speaking.start()
    assert enough.wait(PATIENCE_S)
    server.kill()
    speaking.join(PATIENCE_S)
    kept = [one.number for one in DecisionLog.of(copy_of_finished).record().decisions]
    assert kept == [*range(1, len(kept) + 1)]
    assert {*answered} <= {*kept}
    assert len(kept) - len(answered) <= 1


def test_a_retake_goes_on_in_another_server_after_its_own_was_killed(
    served, standing: Shotfarm, copy_of_finished
):
    (server,) = served
    number = server.retake("2B", text="too still", options={"delay_s": 5}, new_seed=True)
    server.comes_to(number, "rendering")
    hands = server.hands()
    assert hands
    server.kill()
    until(lambda: not any(one.is_running() for one in hands), "nothing renders any more")
    again = serve(standing, copy_of_finished)
    served.append(again)
    assert again.comes_to(number, "left")["words"].startswith("retake of take 1: too still")
    assert again.client.post("shots/2B/decisions", json=_undo(again)).status_code == 201
    quick = again.retake("2B", text="too still", options={"delay_s": 0.01})
    again.comes_to(quick, "done")
    until(lambda: again.story("2B")["takes"][-1]["in_cut"], "the page has read the film again")
    take = again.story("2B")["takes"][-1]
    assert (take["number"], take["why"], take["version"]) == (2, "retake: too still", "said=")
    slow = again.retake("2B", options={"delay_s": 5})
    again.comes_to(slow, "rendering")
    with again.client.stream("GET", "events") as events:
        told = (json.loads(line[6:]) for line in events.iter_lines() if line.startswith("data: {"))
        assert next(state for state in told if state.get("shots", {}).get("2B", {}).get("picture"))
    assert again.client.delete(f"runs/{slow}").status_code == 200
    again.comes_to(slow, "cancelled")
    broken = again.retake("2A", options={"raise_at_frame": 3, "delay_s": 0.01})
    assert "the slate was told to fail" in again.comes_to(broken, "failed")["error"]


def _undo(server: Serving) -> dict[str, Any]:
    return {"what": {"kind": "undo"}, "seen": server.story("2B")["seen"]}
