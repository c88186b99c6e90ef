"""Runs that tell of themselves: to receivers that take it, refuse it and hang; and what leaks of them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.pipeline.receivers import HttpReceiver, end_couriers, http_receiver, mail_receiver
from tests.support.pipeline.slate_films import (
    Shotfarm,
    assert_clear,
    bytes_of,
    shot_of,
    six_slates,
    write_film,
)
from tests.support.waiting import until

pytestmark = pytest.mark.slow
WORD = "a-secret-that-nobody-repeats"
ALL = ["finished", "failed", "waits-for-approval", "late"]


@dataclass(frozen=True)
class Told:
    """The command of somebody with channels, and what the one that works has got."""

    command: Shotfarm
    receiver: HttpReceiver
    mails: Any

    def subjects(self) -> list[str]:
        return [one["subject"] for one in self.receiver.notices()]


@pytest.fixture
def told(standing: Shotfarm, tmp_path: Path) -> Iterator[Told]:
    """On the standing farm: a webhook that works, mail that is refused once, a server that hangs."""
    with http_receiver() as works, http_receiver("hang") as hangs, mail_receiver("451 later") as mail:
        known = {
            "ledger": {"webhook": f"{works.url}/{WORD}", "secret": WORD},
            "chat": {"apprise": f"{hangs.as_apprise}/{WORD}"},
            "producer": {"apprise": mail.as_apprise},
        }
        path = tmp_path / "channels.json"
        path.touch(0o600)
        path.write_text(json.dumps({"channels": known}))
        settings = {"SHOTFARM_CHANNELS_FILE": str(path), "SHOTFARM_NOTICE_WAIT_S": "0.1"}
        yield Told(replace(standing, environment=settings), works, mail)
    # It still tries the one that hangs. Another that was started beside it is about to end.
    end_couriers(standing.home)
    shutil.rmtree(standing.home / "notices")


def test_a_production_tells_how_it_ends_and_is_harmed_by_no_receiver(told, tmp_path):
    film = six_slates() | {"title": "Told\u202e Slates"}
    film |= {"require_approval": True, "notices": {"ledger": ALL, "chat": ALL, "producer": ["finished"]}}
    folder = write_film(tmp_path / "film", film)
    done = told.command("render", folder)
    assert done.returncode == 3, done.stderr
    until(lambda: told.subjects() == ["Told Slates: waits for approval"], "it is told")

    write_film(folder, film | {"require_approval": False})
    assert told.command.json("render", folder)["rendered"] == 0
    until(lambda: len(told.subjects()) == 2, "it is told")
    until(lambda: told.mails.got, "the mail arrives, the second time")
    last = told.receiver.notices()[-1]
    assert last["occasion"] == "finished"
    assert f"The film is there: {folder / 'out' / 'told-slates.mp4'}" in last["text"]
    known = json.loads((told.command.home / "farm.json").read_bytes())
    page, _, run = last["links"]["Prefect run"].rpartition("/runs/flow-run/")
    assert page == f"http://127.0.0.1:{known['prefect_port']}"
    assert len(run) == 36

    broken = six_slates() | {"title": "Broken Told", "notices": {"ledger": ALL}}
    shot_of(broken, "2A")["backend_options"] = {"slate": {"raise_at_frame": 3}}
    failing = write_film(tmp_path / "broken", broken)
    due = datetime.now(UTC).isoformat()  # which has passed when anything is planned
    run = told.command("render", failing, "--deadline", due)
    assert_clear(run, 1, "2 of 6 shots could not be rendered")
    until(lambda: len(told.subjects()) == 4, "it is told")
    assert told.subjects()[2] == "Broken Told: late"
    last = told.receiver.notices()[-1]
    assert last["subject"] == "Broken Told: failed"
    assert "shot 2A: RuntimeError: the slate was told to fail" in last["text"]

    troubles = lambda: told.command.json("farm", "status")["notices"]  # noqa: E731
    of_chat = lambda: all("to chat will be tried again" in line for line in troubles())  # noqa: E731
    until(of_chat, "the one that hangs is told of, and no other")
    for place in (folder, failing, told.command.home, Path(f"{told.command.home}-logs")):
        for below, _, names in os.walk(place):
            for path in (Path(below, name) for name in names):
                assert not any(word.encode() in bytes_of(path) for word in (WORD, told.mails.word)), path
