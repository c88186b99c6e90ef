"""This machine as a node of another machine's standing farm: `shotfarm farm join`, and `farm leave`.

What is known of it lies in `joined.json` in the home folder, readable by its owner alone: it holds the token.
The node is kept by a process of its own (`joined_node.py`), which leaves when the farm has gone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from farm.cluster.connect import connected_to
from farm.cluster.joining import check_farm, node_command, node_environment
from farm.host.addresses import address_towards, host_and_port, is_own, own_addresses
from farm.host.identity import birth_of, is_gone
from farm.host.processes import groups_with, start_in_background, stop_process_group
from farm.store.files import write_atomically
from pipeline.services.prefect_server import START_S
from pipeline.services.standing_farm import LISTEN_PORT, home_lock, standing_farm
from pipeline.settings import Settings
from storyboard.errors import FarmError, UsageError
from storyboard.refusals import store_errors
from storyboard.wording import listed

PROGRAM = "pipeline.services.joined_node"
LOOK_S = 1.0
NODE_MARK = "SHOTFARM_JOINED_NODE_OF"
"""in the environment of all its processes, with the home folder: they are found when the notes are gone"""
END_S = 60.0
"""Ray's node saves what renders there for half a minute before it ends"""


class JoinedFarm(BaseModel):
    """The farm that this machine belongs to, or belonged to.

    Attributes:
        address: `host:port` of its head.
        token: that it asks for.
        own: the address of this machine's node.
        pid: of the process that keeps the node.
        birth: of that process.
        left: why this machine left it by itself; empty while it has not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str
    token: str
    own: str
    pid: int = 0
    birth: str = ""
    left: str = ""

    def lives(self) -> bool:
        """Whether the node's keeper is there."""
        return not self.left and not is_gone(self.pid, self.birth)


def known_farm(home: Path) -> JoinedFarm | None:
    """The farm that this machine joined last and was not told to leave, also when it left by itself."""
    try:
        return JoinedFarm.model_validate_json(_path(home).read_bytes())
    except (OSError, ValidationError):
        return None


def joined_farm(settings: Settings) -> JoinedFarm | None:
    """The farm that this machine is a node of."""
    farm = known_farm(settings.home)
    return farm if farm and farm.lives() else None


def keep(home: Path, farm: JoinedFarm) -> None:
    """Note it, for its owner alone."""
    path = _path(home)
    with store_errors(path):
        write_atomically(path, farm.model_dump_json(indent=2).encode(), private=True)


def farm_join(
    settings: Settings,
    address: str,
    token: str,
    own: str | None = None,
    cpus: int | None = None,
    tags: Sequence[str] = (),
) -> JoinedFarm:
    """Make this machine a node of a farm; returns when workers can be placed here.

    Args:
        settings: of this machine.
        address: of the farm's head; its port when that is not the usual one.
        token: of the farm.
        own: this machine's address, where it has several; the one that the head sees when left out.
        cpus: worker slots; this machine's processors when left out.
        tags: that the node carries.

    Raises:
        UsageError: a wrong token or address, or this machine has a farm already.
        FarmError: nobody is there, other versions are, or the node does not come up.
    """
    home = settings.home
    with store_errors(home):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with home_lock(home):
        _refuse_second(settings)
        host, port = head_address(address)
        check_farm(host, port, token)
        farm = JoinedFarm(address=f"{host}:{port}", token=token, own=own or address_towards(host))
        if not is_own(farm.own):
            raise UsageError(f"{farm.own} is no address of this machine", f"it has {listed(own_addresses())}")
        log = home / "join.log"
        words = [
            sys.executable,
            "-P",
            "-m",
            PROGRAM,
            str(home),
            *node_command(farm.address, farm.own, cpus, tags),
        ]
        environment = {**node_environment(token, host), NODE_MARK: str(home.resolve())}
        with store_errors(log):
            pid = start_in_background(words, log, environment)
        farm = farm.model_copy(update={"pid": pid, "birth": birth_of(pid)})
        try:
            keep(home, farm)
            _wait_for_node(farm, log)
        except BaseException:
            stop_process_group(pid)
            _path(home).unlink(missing_ok=True)
            raise
    return farm


def farm_leave(settings: Settings, told: Callable[[list[str]], None], *, now: bool = False) -> str | None:
    """End this machine's node when what renders there is finished; which farm it was of, None if of none.

    Args:
        settings: of this machine.
        told: hears which shots are still waited for, each time that these are others.
        now: what renders here is given back at its next kept state.
    """
    if not settings.home.exists():
        return None
    with home_lock(settings.home):
        farm = known_farm(settings.home)
        if farm and farm.lives():
            try:
                _drain(farm, told, now=now)
            except FarmError:
                told([])  # its head has gone, and every shot with it
        groups = groups_with(NODE_MARK, str(settings.home.resolve()))
        for pid in groups:
            stop_process_group(pid, END_S)
        _path(settings.home).unlink(missing_ok=True)
    return farm.address if farm else "whose notes are gone" if groups else None


def head_address(address: str) -> tuple[str, int]:
    """Host and port of a farm's head, as people write them.

    Raises:
        UsageError: it is none.
    """
    found = host_and_port(address, LISTEN_PORT)
    if found is None:
        raise UsageError(
            f"{address!r} is no address of a farm", "give HOST or HOST:PORT, as `farm up` named it"
        )
    return found


def _refuse_second(settings: Settings) -> None:
    if standing_farm(settings):
        raise UsageError("this machine has a farm of its own", "`shotfarm farm down` comes first")
    found = joined_farm(settings)
    if found:
        raise UsageError(
            f"this machine is a node of the farm at {found.address} already",
            "`shotfarm farm leave` comes first",
        )


def _wait_for_node(farm: JoinedFarm, log: Path) -> None:
    deadline = time.monotonic() + START_S
    why = "it has not come up"
    while True:
        if not farm.lives() or time.monotonic() > deadline:
            raise FarmError(
                f"the node of this machine does not come up: {why}", f"the last words are in {log}"
            )
        try:
            with connected_to(farm.address, farm.token, farm.own) as client:
                if any(node.alive and node.address == farm.own for node in client.status().nodes):
                    return
        except FarmError as error:
            why = error.message
        time.sleep(LOOK_S)


def _drain(farm: JoinedFarm, told: Callable[[list[str]], None], *, now: bool) -> None:
    """Wait until nothing renders here any more."""
    with connected_to(farm.address, farm.token, farm.own) as client:
        here = [node.id for node in client.status().nodes if node.alive and node.address == farm.own]
        for node in here:
            client.drain(node, drained=True, at_once=now)
        before: list[str] | None = None
        while True:
            shots = [
                shot
                for worker in client.status().workers
                if worker.node in here
                for shot in (worker.shot, worker.writing)
                if shot
            ]
            if shots != before:
                told(shots)
            if not shots:
                return
            before = shots
            time.sleep(LOOK_S)


def _path(home: Path) -> Path:
    return home / "joined.json"
