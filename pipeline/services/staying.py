"""A command that stays as long as what it has started: for systemd, which starts it again afterwards."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable

from pipeline.services.joined_farm import JoinedFarm, known_farm
from pipeline.services.standing_farm import StandingFarm
from pipeline.settings import Settings
from storyboard.errors import FarmError

LOOK_S = 1.0
SILENT_S = 60.0
"""a farm whose processes are there and that does not answer for so long has hung"""


def tell_systemd(state: str) -> bool:
    """Tell the manager that started this process how it is (`sd_notify`); False where there is none."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    name = f"\0{address[1:]}" if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.sendto(state.encode(), name)
    return True


def stay_with_farm(farm: StandingFarm) -> None:
    """Until somebody interrupts, or the farm has gone.

    Raises:
        FarmError: it has gone.
    """
    tell_systemd("READY=1")
    _wait(farm.has_lost_a_part, farm.is_up)


def stay_in_farm(settings: Settings, joined: JoinedFarm) -> None:
    """Until somebody interrupts, or this machine has left the farm by itself.

    Raises:
        FarmError: it has left, with its reason.
    """
    tell_systemd("READY=1")
    while joined.lives():
        time.sleep(LOOK_S)
    known = known_farm(settings.home)
    why = known.left if known and known.left else "its node has ended"
    raise FarmError(f"this machine has left the farm at {joined.address}: {why}", "join it again")


def _wait(is_over: Callable[[], bool], answers: Callable[[], bool]) -> None:
    heard_at = time.monotonic()
    while True:
        time.sleep(LOOK_S)
        if is_over():
            raise FarmError("the farm has gone", "the logs in its home folder have its last words")
        if answers():
            heard_at = time.monotonic()
        elif time.monotonic() - heard_at > SILENT_S:
            raise FarmError(f"the farm has not answered for {SILENT_S:.0f} s", "`shotfarm farm down` ends it")
