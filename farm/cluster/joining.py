"""What a machine must have in common with a farm that it joins, and how Ray's node starts there.

The farm's head keeps a card in the cluster's key-value store, which can be read with the farm's token alone:
before anything starts here, it is known whether it could work.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from farm.cluster.connect import ray_environment
from farm.host.addresses import answers
from farm.host.output import Output
from storyboard.errors import FarmError, UsageError
from storyboard.wording import first_line

WORKER_PORTS = range(10002, 20000)
"""what Ray gives its workers; its head cannot listen there"""
_KEY = b"shotfarm-card"
_ANSWER_S = 30.0
_OBJECT_STORE_BYTES = 512 * 1024**2


@dataclass(frozen=True, slots=True)
class Card:
    """The versions that every machine of a farm has: Python's first two numbers, the others whole."""

    shotfarm: str
    ray: str
    python: str

    def differences(self, theirs: Card) -> list[str]:
        """What this machine has otherwise than the farm, in words."""
        own, other = asdict(self), asdict(theirs)
        names = {"shotfarm": "shotfarm", "ray": "Ray", "python": "Python"}
        return [
            f"{names[part]} {other[part]} there and {own[part]} here"
            for part in own
            if own[part] != other[part]
        ]


def card_of_this_machine() -> Card:
    """What is installed here."""
    return Card(version("shotfarm"), version("ray"), ".".join(platform.python_version_tuple()[:2]))


def show_card() -> None:
    """Keep this machine's card in the cluster that this process is connected to, as its head."""
    from ray.experimental import internal_kv

    internal_kv._internal_kv_put(_KEY, json.dumps(asdict(card_of_this_machine())).encode())  # noqa: SLF001


def check_farm(host: str, port: int, token: str) -> None:
    """See whether this machine could join the farm at an address.

    Raises:
        FarmError: nothing answers, it is no farm of shotfarm, or it has other versions than this machine.
        UsageError: the token is not the farm's.
    """
    place = f"{host}:{port}"
    if not answers(port, host):
        raise FarmError(
            f"nothing answers at {place}",
            "is `shotfarm farm up --listen` running there, and does its firewall let this machine in?",
        )
    os.environ.update(ray_environment(token, host))
    # Ray reads its environment when it is imported.
    from ray._raylet import GcsClient  # type: ignore[attr-defined]
    from ray.exceptions import AuthenticationError, RayError

    quiet = Output(Path(os.devnull))  # Ray's own words on what is told below
    try:
        kept = GcsClient(address=place).internal_kv_get(_KEY, None, timeout=_ANSWER_S)
    except AuthenticationError as error:
        raise UsageError(
            f"the farm at {place} refuses this token", "take the one that `farm up` named there"
        ) from error
    except (RayError, RuntimeError, OSError) as error:
        raise FarmError(f"what answers at {place} is no farm: {first_line(error)}") from error
    finally:
        quiet.close()
    if kept is None:
        raise FarmError(
            f"the Ray cluster at {place} is no farm that machines join",
            "`shotfarm farm up --listen` starts one; any other cluster is joined with `ray start`",
        )
    wrong = card_of_this_machine().differences(Card(**json.loads(kept)))
    if wrong:
        raise FarmError(
            f"the farm at {place} has other versions than this machine: {'; '.join(wrong)}",
            "install the same on both",
        )


def node_command(head: str, own: str, cpus: int | None = None, tags: Sequence[str] = ()) -> list[str]:
    """Start a node of a farm in the foreground; it drains when it is asked to end.

    Args:
        head: `host:port` of the farm.
        own: the address of this machine.
        cpus: worker slots; its processors when left out.
        tags: that the node carries.
    """
    arguments = [
        *(sys.executable, "-P", "-m", "farm.cluster.lean_head"),
        *("start", "--block", f"--address={head}", f"--node-ip-address={own}", "--disable-usage-stats"),
        "--include-log-monitor=false",
        f"--object-store-memory={_OBJECT_STORE_BYTES}",
    ]
    if cpus is not None:
        arguments.append(f"--num-cpus={cpus}")
    if tags:
        arguments.append(f"--resources={json.dumps(dict.fromkeys(tags, 1))}")
    return arguments


def node_environment(token: str, host: str) -> Mapping[str, str]:
    """Under which that command joins the farm of this token."""
    return ray_environment(token, host)
