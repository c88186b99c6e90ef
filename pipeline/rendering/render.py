"""Rendering what a plan misses: what the farm is asked for, and what becomes of it."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from farm.schedule.amounts import NOBODY, Charge, Limits
from farm.schedule.messages import ProductionOrder, RenderOrder, Update
from farm.schedule.prices import NO_PRICES, PriceList
from farm.schedule.states import NODE_WAIT_S, ShotRequest, TaskState
from farm.store.store import Store
from pipeline.production.material import Material, keep_named_files
from pipeline.production.other_productions import note_production
from pipeline.production.outside import credits_known, fee_of, sent_by
from pipeline.production.production import Production
from pipeline.production.programs import refuse_programs
from pipeline.production.renderers import Choices
from pipeline.production.servers import refuse_servers
from pipeline.settings import Settings
from storyboard.errors import StoreError, UsageError
from storyboard.planning.plan import Plan, PlannedShot
from storyboard.planning.spec import ShotSpec
from storyboard.wording import listed

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient

REMEMBER_EVERY_S = 2.0


def production_order(
    material: Material,
    settings: Settings,
    store: str,
    name: str | None = None,
    charge: Charge = NOBODY,
    deadline: datetime | None = None,
    *,
    waited_for: bool = False,
    title: str = "",
) -> ProductionOrder:
    """What the farm is asked for: the plan's missing shots in film order, so predecessors come first.

    Args:
        material: the film, its plan, and what renders each shot.
        settings: how it stands beside other productions, and how long it waits.
        store: the root of the one that its takes go to.
        name: of the production; its title and some digits when left out.
        charge: who pays for it.
        deadline: when it must be there.
        waited_for: a person sits waiting for it.
        title: what others see it called; the film's when left out.

    Raises:
        UsageError: programs or servers of the film's own choice would render it, and nobody has allowed them.
    """
    refuse_programs(material.plan.missing, material.choices, material.folder, settings)
    refuse_servers(material.plan.missing, material.choices, settings)
    plan, choices, title = material.plan, material.choices, title or material.film.title
    specs = {shot.digest: shot.spec for shot in plan.shots}
    missing = {shot.digest: shot for shot in plan.missing}
    orders = {}
    for digest, shot in missing.items():
        before = specs[shot.after] if shot.after else None
        orders[digest] = RenderOrder(
            digest,
            shot.shot,
            place_of(shot, choices).spec.model_dump_json(),
            store,
            (before.head, before.frames) if before else None,
            title,
        )
    return ProductionOrder(
        name or production_name(title),
        title,
        shot_requests(plan, choices, settings, prices=charge.prices),
        orders,
        settings.workers,
        settings.priority,
        settings.weight,
        charge,
        None if deadline is None else deadline.timestamp(),
        waited_for,
    )


def shot_requests(
    plan: Plan, choices: Choices, settings: Settings, store: str = "", prices: PriceList = NO_PRICES
) -> tuple[ShotRequest, ...]:
    """What is asked for of each missing shot of a plan, predecessors first.

    Args:
        plan: of a film.
        choices: what renders each shot.
        settings: how long its shots wait.
        store: tells the same take in two stores apart, where several productions are looked at together.
        prices: of services that render some of it.
    """
    apart = f"@{store}" if store else ""
    missing = {shot.digest: shot for shot in plan.missing}
    requests = []
    for order, (digest, shot) in enumerate(missing.items()):
        choice = choices.of(shot.laid)
        backend, place = choice.traits, place_of(shot, choices)
        sent = sent_by(shot, choice)
        requests.append(
            ShotRequest(
                digest + apart,
                shot.shot,
                shot.spec.backend,
                order,
                shot.rank,
                shot.after + apart if shot.after in missing and shot.after else None,
                warmth=backend.warmth(shot.spec) if backend.warmth else (),
                silence_s=settings.silence_s,
                tags=place.tags,
                gpus=backend.gpus_for(shot.spec.options),
                places=place.places,
                node_wait_s=_node_wait_s(settings),
                work_s=shot.estimate_s,
                renderer=choice.name,
                fee=fee_of(sent, prices) or 0,
                credits=credits_known(sent, prices),
            )
        )
    return tuple(requests)


@dataclass(frozen=True, slots=True)
class ShotPlace:
    """Where a shot can be rendered.

    Attributes:
        spec: as its worker gets it.
        tags: what the node of its worker carries.
        places: how many workers of its kind there are at most; 0 for as many as there is room.
    """

    spec: ShotSpec
    tags: tuple[str, ...]
    places: int = 0


def place_of(shot: PlannedShot, choices: Choices) -> ShotPlace:
    """Where a shot can be rendered: those of its tags that servers carry ask for such servers.

    Raises:
        UsageError: no server carries all of these.
    """
    tags, traits = choices.tags(shot.laid), choices.of(shot.laid).traits
    if traits.servers is None:
        return ShotPlace(shot.spec, tags, traits.places_for(shot.spec.options))
    servers = traits.servers(shot.spec.options)
    carried = frozenset[str]().union(*servers.values())
    needs = [tag for tag in tags if tag in carried]
    able = sum(carries.issuperset(needs) for carries in servers.values())
    if not able:
        raise UsageError(f"no server of shot {shot.shot} carries all of its tags: {listed(needs)}")
    spec = shot.spec.model_copy(update={"options": {**shot.spec.options, "needs": needs}})
    each = max(1, traits.places_for(shot.spec.options) // len(servers))
    return ShotPlace(spec, tuple(tag for tag in tags if tag not in carried), able * each)


def production_name(title: str) -> str:
    """A name that no other production of the farm has."""
    return f"{title}-{secrets.token_hex(4)}"


def _node_wait_s(settings: Settings) -> float:
    """Nodes join a cluster, or its autoscaler starts them; the farm of one machine stays what it is."""
    if settings.node_wait_s is not None:
        return settings.node_wait_s
    return float("inf") if settings.address else NODE_WAIT_S


def refuse_unseen_store(store: Store) -> None:
    """Ask the other nodes of the farm that this process is connected to whether they see the store.

    Raises:
        UsageError: it is a folder that some of them do not have.
    """
    if store.folder is None:
        return
    from farm.cluster.nodes import nodes_without

    blind = nodes_without(store.folder)
    if blind:
        raise UsageError(
            f"the store {store.folder} is a folder that other nodes of the farm do not see: {listed(blind)}",
            "name one that all reach, with --store or SHOTFARM_STORE: a shared folder, or s3://bucket/path",
        )


def publish_references(material: Material, store: Store) -> None:
    """Put the files that the missing shots are made from into the store, where every node can read them.

    Raises:
        StoreError: one of them cannot be read, or the store cannot be written.
    """
    missing = material.plan.missing
    wanted = (file.sha256 for shot in missing for file in shot.spec.files())
    of_options = {file.sha256: name for shot in missing for name, file in shot.spec.given.items()}
    keep_named_files(material, store, wanted, of_options)


def render_missing(
    order: ProductionOrder,
    plan: Plan,
    production: Production,
    client: FarmClient,
    limits: Callable[[], Mapping[str, Limits]] = dict,
    due: Callable[[], Mapping[str, float]] = dict,
) -> Generator[Update, None, None]:
    """Render a plan's missing shots, yielding what happens; takes are noted as the shots' last ones.

    Whoever follows closes it, whatever ends that: the farm renders on for a production that is not withdrawn.

    Args:
        order: what the farm is asked for.
        plan: what it was made from.
        production: whose takes are noted, in its folder and in its store.
        client: of the farm.
        limits: what may be spent of its budgets by then.
        due: when somebody who watches comes to each shot, in seconds since 1970, by its digest.

    Raises:
        StoreError: the store cannot be written.
        FarmError: the farm stays away.
    """
    shots: dict[str, list[str]] = {}  # shots of one set-up that differ in nothing share a take
    for shot in plan.shots:
        shots.setdefault(shot.digest, []).append(shot.shot)
    takes = {shot.shot: shot.digest for shot in plan.shots if shot.exists}
    noted_at = time.monotonic()

    def remember() -> None:
        if production.session:  # the takes of one viewer explain nobody else's
            return
        # The note serves the reasons that `plan` gives and no more: a film may lie on a read-only disk.
        with contextlib.suppress(StoreError):
            production.takes.remember(takes)

    try:
        for update in client.render(order, limits, due):
            takes |= {
                shot: event.digest
                for event in update.events
                if event.state is TaskState.DONE
                for shot in shots.get(event.digest, ())
            }
            if time.monotonic() - noted_at > REMEMBER_EVERY_S:
                remember()
                noted_at = time.monotonic()
            yield update
    finally:
        remember()
        with contextlib.suppress(StoreError):
            if not production.session:
                note_production(production.store.notes, production.film.title, production.folder, plan, takes)
