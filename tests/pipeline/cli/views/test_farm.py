"""What `farm status` and `farm jobs` show of a farm's status."""

from __future__ import annotations

import io
import json
from typing import Any

from rich.console import Console

from farm.host.hardware import Card, VitalSigns
from farm.schedule.status import NodeStatus, ProductionStatus, WorkerStatus
from pipeline.cli.views.farm import farm_page, watch
from pipeline.services.farm_access import SeenFarm

GIB = 2**30


def status(**changes: Any) -> SeenFarm:
    card = Card("H100", busy=0.97, memory_used_bytes=40 * GIB, memory_bytes=80 * GIB)
    signs = VitalSigns(3 * GIB, memory_used_bytes=20 * GIB, memory_bytes=64 * GIB, cards=(card,))
    node = NodeStatus(
        id="abcdef0123456789",
        name="node7",
        address="10.0.0.7",
        cpus=16.0,
        gpus=1.0,
        alive=True,
        tags=("h100",),
    )
    worker = WorkerStatus(
        name="diffusion-1",
        backend="diffusion",
        node=node.id,
        shot="2A",
        progress=0.5,
        rendering_s=75.0,
        preview=b"jpeg",
        signs=signs,
    )
    production = ProductionStatus(
        production="night-1",
        title="The Long Night",
        priority=3,
        counts={"done": 4, "rendering": 1, "queued": 9},
        next_shots=("2B", "2C"),
        failed=("1A", "1B"),
        errors={"1B": "the model said [bold]no[/]"},
        shots_per_hour=48.0,
        left_s=725.0,
    )
    return SeenFarm(
        version="0.1.0",
        nodes=(node,),
        workers=(worker,),
        limits={"h100": 2},
        productions=(production.model_copy(update=changes),),
        metrics="http://127.0.0.1:9464/metrics",
        prefect_page="http://127.0.0.1:4200",
    )


def shown(found: SeenFarm) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(farm_page(found))
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_a_page_shows_memory_cards_pace_time_left_and_failures():
    page = shown(status())
    for words in (
        *("20.0 GiB of 64.0 GiB", "40.0 GiB of 80.0 GiB", "97%", "3.0 GiB", "50%", "1 min 15 s"),
        *("4 done, 1 rendering, 9 queued", "48", "12 min 05 s", "2B, 2C", "h100: 2 workers at most"),
        *("shot 1B failed: the model said [bold]no[/]", "1 more shots failed", "http://127.0.0.1:4200"),
    ):
        assert words in page, page


def test_before_the_first_shot_nobody_knows_how_long_it_takes():
    found = status(shots_per_hour=None, left_s=None)
    silent = found.workers[0].model_copy(update={"signs": None})
    assert "None" not in shown(found.model_copy(update={"workers": (silent,)}))


def test_a_script_gets_plain_values_and_a_preview_as_a_data_url():
    found = json.loads(json.dumps(status().model_dump(mode="json")))
    assert found["workers"][0]["preview"] == "data:image/jpeg;base64,anBlZw=="
    assert found["workers"][0]["signs"]["cards"][0]["busy"] == 0.97
    assert found["nodes"][0]["tags"] == ["h100"]
    assert found["productions"][0]["next_shots"] == ["2B", "2C"]
    assert found["prefect_page"] == "http://127.0.0.1:4200"


def test_a_paused_production_promises_no_end():
    page = shown(status(paused=True))
    assert "paused" in page
    assert "12 min" not in page


def test_a_watched_farm_is_looked_at_again_until_somebody_presses_ctrl_c(monkeypatch):
    looks = iter([status(), status(next_shots=("9Z",))])

    def look() -> SeenFarm:
        try:
            return next(looks)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("pipeline.cli.views.farm.REFRESH_S", 0.0)
    console = Console(file=io.StringIO(), width=200, height=60, force_terminal=True)
    watch(console, look)
    page = console.file.getvalue()  # type: ignore[attr-defined]
    assert page.index("2B, 2C") < page.index("9Z")
