"""Which farm a run renders on."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import httpx

from farm.cluster.connect import cluster_for_this_run, connected_to
from farm.schedule.status import FarmStatus, NodeStatus
from pipeline.services.dead_runs import bury_dead_runs
from pipeline.services.joined_farm import joined_farm
from pipeline.services.standing_farm import StandingFarm, standing_farm
from pipeline.settings import Settings
from storyboard.errors import FarmError, UsageError
from storyboard.wording import did_you_mean, listed

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient
    from farm.schedule.placement import FarmNode


class SeenFarm(FarmStatus):
    """A farm at a glance, and how this machine reaches it.

    Attributes:
        address: of the Ray head of this machine's standing farm; empty for another farm.
        prefect_page: of the standing farm.
    """

    address: str = ""
    prefect_page: str = ""


@contextlib.contextmanager
def open_farm(settings: Settings, standing: StandingFarm | None) -> Iterator[FarmClient]:
    """The farm to render on: that of `address`, the standing one, the joined one, or one for this run.

    Raises:
        FarmError: it cannot be started or reached.
    """
    if settings.address:
        door = connected_to(settings.address)
    elif standing:
        door = connected_to(standing.ray_address, standing.ray_token, standing.node_address)
    elif joined := joined_farm(settings):
        door = connected_to(joined.address, joined.token, joined.own)
    else:
        door = cluster_for_this_run(settings.workers)
    with door as client:
        yield client


def has_farm(settings: Settings, standing: StandingFarm | None) -> bool:
    """Whether there is a farm that no run starts for itself."""
    return bool(settings.address or standing or joined_farm(settings))


@contextlib.contextmanager
def farm_that_is_up(settings: Settings) -> Iterator[FarmClient]:
    """The farm of `address`, the standing one, or the one that this machine has joined.

    Raises:
        FarmError: there is none, or it cannot be reached.
    """
    standing = standing_farm(settings)
    if not has_farm(settings, standing):
        raise FarmError("no farm is up", "start one with `shotfarm farm up`, or name one with --address")
    with open_farm(settings, standing) as client:
        yield client


def production_named(client: FarmClient, words: str) -> str:
    """The one production of the farm that a person means: by its name, or by the film's title.

    Raises:
        UsageError: none is, or several are.
    """
    productions = client.status().productions
    names = [each.production for each in productions]
    found = [each.production for each in productions if words in {each.production, each.title}]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{len(found)} productions are called {words!r}", f"name one of {listed(found)}")
    raise UsageError(
        f"the farm has no production {words!r}", f"it has {listed(names)}" if names else "it has none"
    )


def node_named(client: FarmClient, words: str) -> NodeStatus:
    """The one node of the farm that a person means: by its name, its address, or the start of its id.

    Raises:
        UsageError: none is, or several are.
    """
    nodes = [node for node in client.status().nodes if node.alive]
    found = [
        node for node in nodes if words in {node.name, node.address} or (words and node.id.startswith(words))
    ]
    if len(found) == 1:
        return found[0]
    ids = [node.id[:8] for node in found or nodes]
    if found:
        raise UsageError(f"{len(found)} nodes are called {words!r}", f"name one by its id: {listed(ids)}")
    names = [node.name for node in nodes]
    raise UsageError(
        f"the farm has no node {words!r}{did_you_mean(words, [*names, *ids])}", f"it has {listed(ids)}"
    )


def ask_again(client: FarmClient, words: str | None) -> dict[str, list[str]]:
    """Ask for failed shots again: all, those of one production, or one shot; what was asked, by production.

    Raises:
        UsageError: nothing on the farm has failed that is called so.
    """
    productions = client.status().productions
    names = {name for each in productions for name in (each.production, each.title)}
    if words is None:
        asked = {each.production: client.retry(each.production) for each in productions if each.failed}
    elif words in names:
        asked = {name: client.retry(name) for name in [production_named(client, words)]}
    else:
        asked = {each.production: client.retry(each.production, words) for each in productions}
    asked = {name: shots for name, shots in asked.items() if shots}
    if not asked and words is not None:
        failed = sorted({shot for each in productions for shot in each.failed})
        near = did_you_mean(words, [*names, *failed])
        there = f"failed: {listed(failed)}" if failed else "no shot of a run that goes on has failed"
        raise UsageError(f"nothing called {words!r} has failed{near}", there)
    return asked


@contextlib.contextmanager
def nodes_of_farm(settings: Settings) -> Iterator[list[FarmNode]]:
    """The nodes of the farm of `address` or of the standing one, while connected; none without a farm.

    Raises:
        FarmError: there is a farm, and it cannot be reached.
    """
    standing = standing_farm(settings)
    if not has_farm(settings, standing):
        yield []
        return
    with open_farm(settings, standing):
        from farm.cluster.nodes import farm_nodes

        yield farm_nodes()


@contextlib.contextmanager
def statuses(settings: Settings) -> Iterator[Callable[[], SeenFarm]]:
    """Call what is yielded for the farm at a glance.

    Raises:
        FarmError: there is no farm, or it cannot be reached any more.
    """
    standing = standing_farm(settings)
    reached = (
        {"address": standing.ray_address, "prefect_page": standing.prefect_page}
        if standing and not settings.address
        else {}
    )
    with farm_that_is_up(settings) as client:
        yield lambda: SeenFarm.model_validate({**dict(client.status()), **reached})


def farm_status(settings: Settings) -> SeenFarm | None:
    """The farm at a glance; None when there is no farm.

    Raises:
        FarmError: there is one, and it cannot be reached.
    """
    standing = standing_farm(settings)
    if not has_farm(settings, standing):
        return None
    if standing:
        with contextlib.suppress(httpx.HTTPError):
            bury_dead_runs(settings.home, standing.prefect_port, standing.prefect_password)
    with statuses(settings) as look:
        return look()
