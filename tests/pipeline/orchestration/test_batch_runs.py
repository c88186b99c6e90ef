"""Batches on a standing farm: forty versions, two runs at once, killed runs, and what Prefect keeps."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from assembly.picture.film_file import probe
from storyboard.project import template
from tests.support.pipeline.receivers import HttpReceiver, http_receiver
from tests.support.pipeline.slate_films import (
    Shotfarm,
    ask,
    assert_clear,
    attempts_left_in,
    held_up,
    six_slates,
    takes_in,
    write_film,
)
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow
VIEWERS = 40


def sample_film(folder: Path) -> Path:
    """The first scenes of the sample film in small pictures, for somebody."""
    film = yaml.safe_load(template(example="lamp_at_saltmarsh"))
    film["parameters"] = {"viewer": {"type": "text", "default": "all"}}
    film["title"] = "The Lamp, for {{ viewer }}"
    film["format"] = {"width": 64, "height": 36, "rate": 8}
    film["music"] = film["music"][:1]
    film["scenes"] = film["scenes"][:2]
    film["characters"]["wren"]["wardrobe"].pop("3")  # a scene that is gone
    film["scenes"][0]["shots"][2]["action"] = "Wren looks up at {{ viewer }}, sure of it."
    return write_film(folder / "f", film)


def slate_of(folder: Path, *entries: dict[str, Any]) -> Path:
    path = folder / "slate.yaml"
    path.write_text(yaml.safe_dump({"productions": [{"film": "f", **one} for one in entries]}))
    return path


def attempts_at(folder: Path) -> Counter[str]:
    """How many attempts at each take left a log in the store: each leaves one, whatever becomes of it."""
    logs = folder / "f" / ".shotfarm" / "store" / "logs"
    return Counter(path.parent.name for path in logs.glob("*/*/*.json"))


def test_forty_versions_and_a_run_beside_them_render_each_take_once(standing: Shotfarm, tmp_path: Path):
    sample_film(tmp_path)
    viewers = [f"Viewer {number}" for number in range(VIEWERS)]
    slate = slate_of(tmp_path, {"matrix": {"viewer": viewers}, "out": "out/{viewer}.mp4"})
    beside = standing.start("batch", "run", slate, "--only", "viewer-1*", "--json")
    made = standing.json("batch", "run", slate)
    told, _ = beside.communicate(timeout=PATIENCE_S)
    other = json.loads(told)
    assert (beside.returncode, made["exit_code"]) == (0, 0)
    assert len(made["productions"]) == VIEWERS
    beside_it = {one["name"]: one["state"] for one in other["productions"]}
    # What the other run had put there when this one came to it was unchanged.
    assert all("made" in {one["state"], beside_it.get(one["name"])} for one in made["productions"])
    assert {one["state"] for one in made["productions"]} <= {"made", "unchanged"}
    assert made["unique"] == 6 - 1 + VIEWERS
    takes = takes_in(tmp_path / "f")
    assert len(takes) == made["unique"]
    assert attempts_at(tmp_path) == dict.fromkeys(takes, 1)
    assert attempts_left_in(tmp_path / "f" / ".shotfarm" / "store") == []
    assert made["rendered"] <= made["unique"]
    assert len(other["productions"]) == 11
    films = [*(tmp_path / "out").glob("*.mp4")]
    assert len(films) == VIEWERS
    assert len({probe(path).frames for path in films}) == 1
    again = standing.json("batch", "run", slate)
    assert {one["state"] for one in again["productions"]} == {"unchanged"}
    assert takes_in(tmp_path / "f") == takes


@pytest.fixture
def six_in_versions(tmp_path: Path) -> Path:
    film = six_slates()
    film["parameters"] = {"who": {"type": "text", "default": "all"}}
    film["title"] = "For {{ who }}"
    film["scenes"][1]["shots"][0]["action"] = "A slate for {{ who }}."
    film["scenes"][1]["shots"][0]["duration"] = 48
    write_film(tmp_path / "f", film)
    slate_of(tmp_path, {"matrix": {"who": ["Ana", "Bo", "Cem", "Dee"]}})
    return tmp_path


def test_a_run_that_is_interrupted_or_killed_goes_on_where_it_was(standing: Shotfarm, six_in_versions: Path):
    folder, slate = six_in_versions, six_in_versions / "slate.yaml"
    film = yaml.safe_load((folder / "f" / "film.yaml").read_text())
    write_film(folder / "f", held_up(film))
    first = standing.start("batch", "run", slate, "--only", "f-ana")  # which leaves takes for the second
    until(lambda: takes_in(folder / "f"), "a take is there", run=first)
    os.kill(first.pid, signal.SIGINT)
    told = first.communicate(timeout=PATIENCE_S)
    assert_clear((first.returncode, *told), 130, "the same command goes on from here")
    kept = takes_in(folder / "f")
    second = standing.start("batch", "run", slate)
    until(lambda: len(takes_in(folder / "f")) > len(kept), "another take", run=second)
    os.kill(second.pid, signal.SIGKILL)
    second.communicate(timeout=PATIENCE_S)
    for job in standing.json("farm", "jobs"):
        if job["title"].startswith("For "):
            standing("farm", "cancel", job["production"])  # else what is held up would still be made
    kept |= takes_in(folder / "f")
    write_film(folder / "f", film)
    made = standing.json("batch", "run", slate)
    assert {one["state"] for one in made["productions"]} == {"made"}
    takes = takes_in(folder / "f")
    assert len(takes) == 4 + 2 * 4  # the shot that continues the one for somebody differs too
    assert {digest: takes[digest] for digest in kept} == kept
    assert {path.name for path in (folder / "out").iterdir()} == {
        f"f-{who}.mp4" for who in ("ana", "bo", "cem", "dee")
    }
    store = folder / "f" / ".shotfarm" / "store"
    # What a process of the farm held when its client was killed is swept by whoever comes after its end.
    until(lambda: not attempts_left_in(store) or not standing.json("render", folder / "f"), "it is swept")


@contextlib.contextmanager
def telling(standing: Shotfarm, folder: Path) -> Iterator[tuple[Shotfarm, HttpReceiver]]:
    """The command of somebody with prices and a channel, and who listens to it."""
    with http_receiver() as receiver:
        channels, prices = folder / "channels.json", folder / "prices.yaml"
        channels.touch(0o600)
        webhook = {"webhook": receiver.url, "secret": "sixteen-letters-long"}
        channels.write_text(json.dumps({"channels": {"ledger": webhook}}))
        prices.write_text("currency: EUR\nprices: [{per_worker_second: 1}]\n")
        settings = {"SHOTFARM_CHANNELS_FILE": str(channels), "SHOTFARM_PRICES": str(prices)}
        yield replace(standing, environment=settings), receiver


def test_prefect_and_channels_have_the_order_the_state_and_a_table(standing: Shotfarm, six_in_versions: Path):
    slate, film = six_in_versions / "slate.yaml", six_in_versions / "f" / "film.yaml"
    (six_in_versions / "out" / "f-bo.mp4").mkdir(parents=True)
    silent = film.read_text()
    film.write_text(f"{silent}notices: {{ledger: [finished, failed]}}\n")
    with telling(standing, six_in_versions) as (command, receiver):
        done = command("batch", "run", slate, "--only", "f-ana,f-bo", "--json")
        until(lambda: len(receiver.notices()) == 2, "each production tells how it ended")
    told = json.loads(done.stdout)
    notices = {one["subject"]: one for one in receiver.notices()}
    assert {*notices} == {"For Ana (out/f-ana): finished", "For Bo (out/f-bo): failed"}
    assert (done.returncode, told["exit_code"]) == (1, 1)
    assert {one["name"]: one["state"] for one in told["productions"]} == {
        "out/f-ana": "made",
        "out/f-bo": "failed",
    }
    name = f"{six_in_versions.name}/slate.yaml"
    (run,) = ask(standing, "flow_runs/filter", flow_runs={"name": {"any_": [name]}})
    assert run["state_type"] == "FAILED"
    assert run["parameters"]["order"]["only"] == ["f-ana", "f-bo"]
    assert "1 made, 1 failed" in run["state"]["message"]

    def tasks() -> dict[str, str]:
        found = ask(standing, "task_runs/filter", flow_runs={"id": {"any_": [run["id"]]}})
        return {one["name"]: one["state_type"] for one in found}

    ends = {"out/f-ana": "COMPLETED", "out/f-bo": "FAILED"}
    until(lambda: tasks() == ends, "what the server was told of them is written")
    (table,) = ask(standing, "artifacts/filter", flow_runs={"id": {"any_": [run["id"]]}})
    rows = json.loads(table["data"])
    assert (table["key"], [row["state"] for row in rows]) == ("productions", ["made", "failed"])
    assert [row["cost"] for row in rows] == [f"{told['spent']['money']} EUR", ""]
    assert float(told["spent"]["money"]) > 0
    assert told["productions"][0]["spent"] == told["spent"]
    page = notices["For Ana (out/f-ana): finished"]["links"]["Prefect run"]
    assert page.endswith(f"/runs/flow-run/{run['id']}")
    film.write_text(silent)
    (six_in_versions / "out" / "f-bo.mp4").rmdir()
    again = _as_prefect_runs_it(standing, slate)
    assert {one["name"]: one["state"] for one in again["productions"]} == {
        f"out/f-{who}": "unchanged" if who == "ana" else "made" for who in ("ana", "bo", "cem", "dee")
    }


def _as_prefect_runs_it(command: Shotfarm, slate: Path) -> dict[str, Any]:
    """Call the flow with nothing but its order, in a process of its own, as a deployment does."""
    program = (
        "import json, sys\n"
        "from pipeline.services.prefect_server import use_prefect_server\n"
        "from pipeline.services.standing_farm import standing_farm\n"
        "from pipeline.settings import load_settings\n"
        "settings = load_settings()\n"
        "farm = standing_farm(settings)\n"
        "use_prefect_server(settings.home, farm.prefect_port, farm.prefect_password)\n"
        "from pipeline.orchestration.batch import BatchOrder, batch\n"
        "print(batch(BatchOrder(slate=sys.argv[1])).model_dump_json())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(slate)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env=command._environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_one_viewers_version_shares_all_but_its_own_shots(standing: Shotfarm, six_in_versions: Path):
    film = six_in_versions / "f" / "film.yaml"
    assert_clear(standing.here("variant", film), 2, "a version has values of its own")
    assert standing.json("render", film)["rendered"] == 6
    mine = standing.json("variant", film, "--set", "who=Ana", "-o", six_in_versions / "ana.mp4")
    assert (mine["rendered"], mine["film"]["path"]) == (2, str(six_in_versions / "ana.mp4"))
    assert [*(six_in_versions / "f" / ".shotfarm" / "versions").iterdir()]
