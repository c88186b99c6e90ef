"""A real farm: encodes once, shares memory, writes beside the next shot, shows previews, ends hangs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from farm.cluster.client import FarmClient
from farm.cluster.connect import cluster_for_this_run
from farm.cluster.nodes import logs_on_nodes
from farm.logs.kept import ShotLog, logs_here, logs_in
from farm.schedule.messages import ProductionOrder
from farm.schedule.states import AttemptState, TaskState
from farm.store.store import Store
from storyboard.planning.spec import ShotSpec
from tests.support.farm.encoding_slate import INPUTS, NUMBERS
from tests.support.farm.orders_of_slates import production_order, slate
from tests.support.farm.productions import InBackground, attempts, ended_well, render, shots
from tests.support.installed import install_backends
from tests.support.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client(token, tmp_path_factory) -> Iterator[FarmClient]:
    """A cluster of two worker slots, on which backends of the tests are installed."""
    path = install_backends(
        tmp_path_factory.mktemp("installed"),
        encoding_slate="tests.support.farm.encoding_slate:EncodingSlate",
        printing_slate="tests.support.farm.printing_slate:PrintingSlate",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("farm.cluster.connect.new_token", lambda: token)
        patch.setenv("PYTHONPATH", path)
        with cluster_for_this_run(2) as found:
            yield found


def encoding(specs: list[ShotSpec]) -> list[ShotSpec]:
    return [spec.model_copy(update={"backend": "encoding-slate"}) for spec in specs]


def facts(store: Path, specs: list[ShotSpec]) -> list[dict[str, Any]]:
    opened = Store(store)
    return [opened.find("takes", spec.digest()).facts["notes"] for spec in specs]


def test_inputs_are_encoded_before_the_shots_that_then_share_one_memory(client, tmp_path):
    long = production_order(encoding(shots(2, frames=6000)), tmp_path / "long", "Long")
    begun = InBackground(client, long)
    until(lambda: sum(bool(worker.shot) for worker in client.status().workers) == 2, "there are two workers")
    client.call_off(long.production)
    begun.end()
    specs = encoding(shots(6, delay_s=0.5))
    events = render(client, production_order(specs, tmp_path))
    assert {event.digest for event in events} == {spec.digest() for spec in specs}, "encodings are no shots"
    found = facts(tmp_path, specs)
    assert all(each["encoded"] for each in found)
    assert not any(each["writeable"] for each in found)
    assert len({each["pid"] for each in found}) == 2
    assert all("plasma" in str(each["file"]) for each in found), "Ray's object store"
    assert len({(each["inode"], each["place"]) for each in found}) == 1, "the same bytes of the same file"
    size = NUMBERS * 4
    for each in found:
        assert each["rss"] >= size, "it has read them all"
        assert each["pss"] < 0.7 * each["rss"], "and shares the cost"
        assert each["private_dirty"] < size / 4


def test_when_encoding_fails_the_shots_render_all_the_same(client, tmp_path):
    specs = encoding([slate("9Z"), slate("1A")])
    render(client, production_order(specs, tmp_path))
    assert [each["encoded"] for each in facts(tmp_path, specs)] == [False, False]
    assert not Store(tmp_path).has("conditioning", INPUTS)


def test_a_worker_writes_one_shot_beside_the_next_and_never_has_more(client, tmp_path):
    # Of the other film one shot is written until the test has seen it.
    long = production_order(shots(2, frames=6000, write_from_frame=4), tmp_path / "long", "Long")
    seen = InBackground(client, long)
    until(lambda: any(worker.writing for worker in client.status().workers), "the status shows it")
    client.call_off(long.production)
    seen.end()
    specs = shots(6, frames=12, write_from_frame=4, delay_s=0.2)
    film = InBackground(client, production_order(specs, tmp_path, max_workers=2))
    ended_well(film.end(), specs)
    working: dict[str, dict[str, TaskState]] = {}
    most = 0
    for event in film.events:
        if event.worker:
            working.setdefault(event.worker, {})[event.digest] = event.state
        if event.state is TaskState.DONE:
            for shots_of in working.values():
                shots_of.pop(event.digest, None)
        for shots_of in working.values():
            states = [*shots_of.values()]
            assert states.count(TaskState.RENDERING) <= 1
            assert states.count(TaskState.WRITING) <= 1
            most = max(most, len(states))
    assert most == 2
    assert len(attempts(tmp_path, specs)) == 6


def test_a_worker_killed_while_it_writes_gives_both_shots_back(client, tmp_path):
    specs = shots(4, frames=20, write_from_frame=5, delay_s=0.8)  # there is enough left when the test looks
    film = InBackground(client, production_order(specs, tmp_path, max_workers=1))
    until(lambda: any(worker.writing and worker.shot for worker in client.status().workers), "one of each")
    (folder, *_) = (path for path in tmp_path.glob("takes/*/*/*-*") if path.is_dir())
    psutil.Process(int(folder.name.split("-")[-2])).kill()
    ended_well(film.end(), specs)
    assert TaskState.PAUSING not in {event.state for event in film.events}, "no try was counted"
    assert len(list(tmp_path.glob("takes/*/*/*-*"))) >= 4
    Store(tmp_path).sweep()
    assert len(list(tmp_path.glob("takes/*/*/*-*"))) == 4


def test_previews_come_with_the_news_and_the_status_small_and_the_latest_alone(client, tmp_path):
    specs = shots(2, frames=6000, width=640, height=360, delay_s=0.2)
    order = production_order(specs, tmp_path)
    seen: dict[str, list[bytes]] = {spec.digest(): [] for spec in specs}
    shown = None
    for update in client.render(order):
        for digest, preview in update.previews.items():
            seen[digest].append(preview)
        shown = shown or next((each.preview for each in client.status().workers if each.preview), None)
        if shown and min(map(len, seen.values())) > 2:
            client.call_off(order.production)
    assert shown is not None
    for preview in [shown, *(each for those in seen.values() for each in those)]:
        with Image.open(io.BytesIO(preview)) as picture:
            assert (picture.format, picture.size) == ("JPEG", (320, 180))
    for those in seen.values():
        assert len(set(those)) == len(those), "none is told twice"


def test_an_attempt_that_hangs_is_killed_and_the_shot_given_to_another_worker(client, tmp_path):
    hanging = slate("1A", hang_at_frame=3)
    order = production_order([hanging, *shots(2)], tmp_path)
    # On a busy machine the others may be silent for longer, and this one until it has begun its log.
    patience = {hanging.digest(): 10.0}
    silent: ProductionOrder = replace(
        order,
        requests=tuple(
            replace(request, silence_s=patience.get(request.digest, request.silence_s))
            for request in order.requests
        ),
    )
    events = [event for event in render(client, silent) if event.digest == hanging.digest()]
    tried = [event.worker for event in events if event.state is TaskState.RENDERING]
    assert len(tried) == len(set(tried)) == 3
    assert events[-1].state is TaskState.FAILED
    assert "no sign of life for 10 s" in (events[-1].error or "")
    assert len(attempts(tmp_path, order_specs := shots(2))) == len(order_specs)
    until(lambda: not any(worker.shot for worker in client.status().workers), "nobody hangs")

    def why_lost() -> list[str] | None:
        found = logs_in(Store(tmp_path), "1A", "of no film", [hanging.digest()])
        return [log.why for log in found.values()] if len(found) == 3 else None

    assert all("no sign of life for 10 s" in why for why in until(why_lost, "their logs are saved"))


def test_each_attempt_leaves_a_log_of_its_own_whether_it_ends_well_fails_or_is_killed(client, tmp_path):
    specs = [slate("1A"), slate("9Z"), slate("1C", frames=12, delay_s=4.0)]  # which is looked at, and killed
    specs = [spec.model_copy(update={"backend": "printing-slate"}) for spec in specs]
    store = str(tmp_path)
    film = InBackground(client, production_order(specs, tmp_path))

    def held() -> psutil.Process | None:
        """Its worker, stopped in its middle: to ask the nodes takes long on a busy machine."""
        for log in logs_here("1C", store).values():
            if "frame 1\n" in log.output:
                worker = psutil.Process(log.pid)
                worker.suspend()
                return worker
        return None

    worker = until(held, "it is rendered")
    (seen,) = until(lambda: [*logs_on_nodes("1C", store).values()], "its node has answered")
    assert "frame 1\n" in seen.output, "what is printed is seen while it renders"
    assert seen.outcome is AttemptState.RENDERING
    worker.kill()
    states = film.end()
    assert [states[spec.digest()] for spec in specs] == [TaskState.DONE, TaskState.FAILED, TaskState.DONE]

    def attempts_at(spec: ShotSpec) -> list[ShotLog]:
        found = logs_in(Store(store), spec.shot, "", [spec.digest()])
        return [found[name] for name in sorted(found)]

    lost, again = until(lambda: len(found := attempts_at(specs[2])) == 2 and found, "the lost log is saved")
    assert (lost.outcome, lost.pid) == (AttemptState.LOST, seen.pid)
    assert "shot 1C frame 1\n" in lost.output
    assert "shot 1C frame 11" not in lost.output
    assert 0 < lost.done < 1
    assert again.outcome is AttemptState.DONE
    assert again.took["render"] > 40 > again.took["encode"] > 0
    (good,) = attempts_at(specs[0])
    heard = {"shot 1A frame 5", "shot 1A, says C", "shot 1A, says a child"}
    assert heard <= {*good.output.splitlines()}
    (failed,) = attempts_at(specs[1])
    assert (failed.outcome, failed.why) == (AttemptState.FAILED, "9Z is too much for this backend")
    every = [lost, again, good, failed]
    assert len({log.attempt for log in every}) == len(every)
    for log in every:
        words = {line.split(",")[0].split(" frame")[0] for line in log.output.splitlines()}
        assert words == {f"shot {log.shot}"}, "nobody else's words are in it"
    until(lambda: not logs_on_nodes("1A", store) | logs_on_nodes("1C", store), "nothing stays on the nodes")
