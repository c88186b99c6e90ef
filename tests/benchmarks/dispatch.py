"""What giving shots out costs: against bare Ray calls, with a long queue, against a Prefect task a shot."""

from __future__ import annotations

import json
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import psutil

from farm.schedule.messages import Outcome, ProductionOrder, RenderOrder
from farm.schedule.states import TaskState
from farm.store.store import Store
from pipeline.production.open import open_production
from pipeline.rendering.render import production_order
from pipeline.services.prefect_server import use_prefect_server
from pipeline.services.standing_farm import farm_down, farm_up, standing_farm
from pipeline.settings import Settings, load_settings
from tests.benchmarks import slow_loading
from tests.benchmarks.films import slate_film
from tests.benchmarks.takes import Quiet
from tests.support.farm.simulated_farm import Simulated, one_film, three_films

WORKERS = 8
SHOTS = 600
"""of which nothing is to be made"""
ROUNDS = 3
QUEUED = 50_000
LOADED_SHOTS = 48
"""for the backend that takes long to load"""
PATIENCE_S = 300.0
_MARK = "SHOTFARM_LOGS"
WORDS = "the lamp turns once more over the harbour and nobody sees it but the gulls; " * 18
"""so that a spec has 2.4 kB, as the longest of the sample film"""


def run(folder: Path) -> dict[str, Any]:
    """Measure once."""
    with _farm(folder) as (client, settings):
        names = count()
        film = _order(folder / "film", SHOTS, settings, "slate")
        for digest in film.orders:
            with Store(film.orders[digest].store).attempt("takes", digest) as attempt:
                attempt.publish({})

        def called(order: ProductionOrder) -> ProductionOrder:
            return replace(order, production=f"{order.title}-{next(names)}")

        slow = _order(folder / "slow", LOADED_SHOTS, settings, slow_loading.NAME)
        return {
            **_against_bare_calls(client, film, called),
            **_with_a_long_queue(client, film, called),
            **_against_prefect(client, slow, called, folder),
            **_utilisation(),
        }


@contextmanager
def _farm(folder: Path) -> Iterator[tuple[Any, Settings]]:
    """A standing farm, and this process connected to it; the slow backend is installed there."""
    from _pytest.monkeypatch import MonkeyPatch

    from pipeline.services.farm_access import open_farm

    with MonkeyPatch.context() as patch:
        path = slow_loading.install(folder / "installed")
        patch.setenv("PYTHONPATH", path)
        patch.setenv(_MARK, str(folder / "logs"))
        patch.syspath_prepend(path.partition(":")[0])
        settings = load_settings(home=folder / "home", workers=WORKERS)
        farm = farm_up(settings, cpus=WORKERS)
        try:
            use_prefect_server(settings.home, farm.prefect_port, farm.prefect_password)
            with open_farm(settings, standing_farm(settings)) as client:
                yield client, settings
        finally:
            farm_down(settings)


def _order(folder: Path, shots: int, settings: Settings, backend: str) -> ProductionOrder:
    """A film of which no shot starts from another."""
    folder.mkdir()
    (folder / "film.yaml").write_text(slate_film(shots + shots // 9 + 1, action=WORDS))
    production = open_production(folder / "film.yaml", settings.model_copy(update={"backend": backend}))
    order = production_order(
        production.material(production.plan()), production.settings, production.store.root
    )
    alone = [replace(request, rank=1.0) for request in order.requests if request.after is None][:shots]
    return replace(
        order,
        requests=tuple(alone),
        orders={request.digest: order.orders[request.digest] for request in alone},
    )


def _until(fact: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not fact():
        if time.monotonic() > deadline:
            raise RuntimeError(f"the farm was not ready after {PATIENCE_S:.0f} s")
        time.sleep(0.2)


def _rendered(client: Any, order: ProductionOrder) -> float:
    """Seconds from asking for a production until all of it is known to be done."""
    started = time.perf_counter()
    done = sum(event.state is TaskState.DONE for update in client.render(order) for event in update.events)
    elapsed = time.perf_counter() - started
    if done != len(order.requests):
        raise RuntimeError(f"{done} of {len(order.requests)} shots were done")
    return elapsed


def _warm(client: Any, order: ProductionOrder, called: Callable[[ProductionOrder], ProductionOrder]) -> None:
    def all_are_there() -> bool:
        _rendered(client, called(order))
        return len(client.status().workers) == WORKERS

    _until(all_are_there)


class _Bare:
    """Takes what a worker takes, and gives what it gives."""

    def render(self, token: int, order: RenderOrder) -> Outcome:
        return Outcome()


def _against_bare_calls(
    client: Any, film: ProductionOrder, called: Callable[[ProductionOrder], ProductionOrder]
) -> dict[str, float]:
    import ray
    from ray.util import ActorPool

    orders = [film.orders[request.digest] for request in film.requests]
    remote: Any = ray.remote(_Bare)
    actors = [remote.options(num_cpus=0).remote() for _ in range(WORKERS)]
    bare = ActorPool(actors)

    def through(actors: Any, some: list[RenderOrder]) -> float:
        started = time.perf_counter()
        for _ in actors.map_unordered(lambda actor, order: actor.render.remote(0, order), some):
            pass
        return time.perf_counter() - started

    through(bare, orders[:100])
    _warm(client, film, called)
    rounds = [(_rendered(client, called(film)), through(bare, orders)) for _ in range(ROUNDS)]
    for actor in actors:
        ray.kill(actor)
    farm_s, bare_s = map(statistics.median, zip(*rounds, strict=True))
    return {
        "shots with nothing to make": SHOTS,
        "workers": WORKERS,
        "farm: shots a second": round(SHOTS / farm_s),
        "bare actor pool: calls a second": round(SHOTS / bare_s),
        "farm to bare pool, time": round(statistics.median(farm / bare for farm, bare in rounds), 2),
    }


def _with_a_long_queue(
    client: Any, film: ProductionOrder, called: Callable[[ProductionOrder], ProductionOrder]
) -> dict[str, float]:
    """The same shots, alone and beside a production with a long queue; each is served before it."""
    queue = _queue(film)
    (dispatcher,) = [one for one in psutil.process_iter() if _is_dispatcher(one)]
    _warm(client, film, called)
    before = dispatcher.memory_info().rss
    plain_status_s = statistics.median(_status_s(client) for _ in range(5))
    alone_s = statistics.median(_rendered(client, called(film)) for _ in range(ROUNDS))
    follower = threading.Thread(target=_rendered_or_not, args=(client, queue))
    follower.start()
    waits = [0.0]
    while _shots_of(client, queue) < QUEUED:
        waits.append(_status_s(client))
    urgent = replace(film, priority=1)
    beside_s = statistics.median(_rendered(client, called(urgent)) for _ in range(ROUNDS))
    status_s = statistics.median(_status_s(client) for _ in range(5))
    held = dispatcher.memory_info().rss
    left = sum(
        each.counts.get(TaskState.QUEUED, 0)
        for each in client.status().productions
        if each.production == queue.production
    )
    client.call_off(queue.production)
    follower.join()
    return {
        "shots in the queue": left,
        "bytes of a queued spec": round(statistics.mean(len(order.spec) for order in queue.orders.values())),
        "dispatcher's memory before, MB": round(before / 1e6),
        "dispatcher's memory with the queue, MB": round(held / 1e6),
        "longest wait for a status while the queue was submitted, ms": round(max(waits) * 1000),
        "status without the queue, ms": round(plain_status_s * 1000, 1),
        "status with the queue, ms": round(status_s * 1000, 1),
        "shots a second without the queue": round(SHOTS / alone_s),
        "shots a second with the queue": round(SHOTS / beside_s),
    }


def _queue(film: ProductionOrder) -> ProductionOrder:
    """Many shots, each with a spec of its own; one worker may render them, and mostly waits."""
    requests, orders = [], {}
    for number in range(QUEUED):
        request = film.requests[number % SHOTS]
        order = film.orders[request.digest]
        digest = f"{number:064x}"
        spec = json.loads(order.spec) | {"seed": number}
        spec["options"] |= {"delay_s": 1.0}
        orders[digest] = replace(order, digest=digest, spec=json.dumps(spec))
        requests.append(replace(request, digest=digest, shot=str(number), order=number))
    return replace(film, production="queue", requests=tuple(requests), orders=orders, max_workers=1)


def _is_dispatcher(process: psutil.Process) -> bool:
    """Whether it is the one of this farm: other clusters may be on this machine."""
    try:
        named = "".join(process.cmdline()).startswith("ray::Dispatcher")
        return named and process.environ().get(_MARK) == os.environ[_MARK]
    except psutil.Error:
        return False


def _rendered_or_not(client: Any, order: ProductionOrder) -> None:
    for _ in client.render(order):
        pass


def _shots_of(client: Any, order: ProductionOrder) -> int:
    return sum(
        number
        for each in client.status().productions
        if each.production == order.production
        for number in each.counts.values()
    )


def _status_s(client: Any) -> float:
    started = time.perf_counter()
    client.status()
    return time.perf_counter() - started


def _against_prefect(
    client: Any,
    film: ProductionOrder,
    called: Callable[[ProductionOrder], ProductionOrder],
    folder: Path,
) -> dict[str, float]:
    """Both begin with processes that are there and have loaded nothing."""
    from prefect import flow, task
    from prefect.futures import wait
    from prefect_ray import RayTaskRunner

    from tests.support.farm.takes import render_take

    @task
    def render(order: RenderOrder) -> None:
        backend = slow_loading.SlowLoadingSlate()
        backend.load()
        render_take(backend, order, Quiet())

    @task
    def nothing() -> None:
        time.sleep(1)

    @flow(task_runner=RayTaskRunner())
    def a_task_a_shot(orders: list[RenderOrder]) -> float:
        wait([nothing.submit() for _ in range(WORKERS)])
        started = time.perf_counter()
        futures = [render.submit(order) for order in orders]
        for future in futures:
            future.result()
        return time.perf_counter() - started

    elsewhere = [
        replace(film.orders[request.digest], store=str(folder / "elsewhere")) for request in film.requests
    ]
    farm_s = _rendered(client, called(film))
    node = client.status().nodes[0].id
    client.drain(node, drained=True)
    _until(lambda: not client.status().workers)
    prefect_s = a_task_a_shot(elsewhere)
    client.drain(node, drained=False)
    return {
        "shots of a backend that loads for 2 s": LOADED_SHOTS,
        "farm, its workers' start and loading included, s": round(farm_s, 1),
        "RayTaskRunner, a task a shot, s": round(prefect_s, 1),
        "RayTaskRunner to farm, time": round(prefect_s / farm_s, 1),
    }


def _utilisation() -> dict[str, float]:
    alone, mistaken, shared = [*one_film()], [*one_film(mistaken=0.3)], [*three_films()]
    calls = statistics.mean(one.call_us for one in (*alone, *mistaken, *shared))
    return {
        "simulated workers": 16,
        "film of 200 shots of 1 to 20 s: utilisation, %": _percent(alone),
        "the same, estimates wrong by up to 30 %: utilisation, %": _percent(mistaken),
        "three films of 100 shots: utilisation, %": _percent(shared),
        "a call of the schedule, microseconds": round(calls),
    }


def _percent(simulated: list[Simulated]) -> float:
    """The worst of them."""
    return round(min(one.utilisation for one in simulated) * 100, 1)
