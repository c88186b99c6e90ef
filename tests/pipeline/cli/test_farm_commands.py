"""What a person does to productions on a standing farm: list, pause, put first, call off."""

from __future__ import annotations

import pytest

from tests.support.pipeline.slate_films import (
    Shotfarm,
    assert_clear,
    held_up,
    metrics_of,
    shot_of,
    six_slates,
    write_film,
)
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow


def test_productions_are_listed_paused_put_first_resumed_and_called_off(standing, tmp_path):
    document = six_slates() | {"title": "Slow Slates"}
    document["backend_options"] = {"slate": {"delay_s": 1.2}}  # two minutes, of which a few seconds are seen
    folder = write_film(tmp_path / "film", document)
    run = standing.start("render", folder, "--workers", 1)
    try:

        def job() -> dict:
            found = [each for each in standing.json("farm", "jobs") if each["title"] == "Slow Slates"]
            return found[0] if found else {"counts": {}}

        def rendering() -> dict | None:
            found = job()
            return found if found["counts"].get("rendering") else None

        name = until(rendering, "it renders", run=run)["production"]
        done = standing("farm", "pause", "Slow Slates")
        assert (done.returncode, done.stdout) == (0, f"{name} is paused.\n")
        assert "paused" in standing("farm", "jobs").stdout
        at_work = {"rendering", "writing"}
        until(lambda: at_work.isdisjoint(job()["counts"]), "what rendered is finished", run=run)
        assert standing.json("farm", "priority", name, 5) == {"production": name, "priority": 5}
        found = job()
        assert (found["paused"], found["priority"]) == (True, 5)
        assert found["counts"]["queued"] >= 1
        counts = {(state,): number for state, number in found["counts"].items()}
        assert metrics_of(standing, "Slow Slates")["shotfarm_shots"] == counts
        assert standing.json("farm", "pause", name) == {"production": name, "paused": True}
        assert standing.json("farm", "resume", name) == {"production": name, "paused": False}
        until(rendering, "it goes on", run=run)
        assert standing.json("farm", "cancel", name) == {"production": name, "called_off": True}
        _, said = run.communicate(timeout=PATIENCE_S)
    finally:
        run.kill()
    assert run.returncode == 1
    assert "called off with `shotfarm farm cancel`" in said
    assert " failed" not in said
    assert "Traceback" not in said
    until(lambda: idles(standing), "its workers are free")


def idles(command: Shotfarm) -> bool:
    """Whether nothing renders on its farm."""
    return not any(worker["shot"] for worker in command.json("farm", "status")["workers"])


def test_a_tag_is_limited_until_its_limit_is_lifted(standing):
    assert standing("farm", "limit", "h200", 4).stdout == "The tag h200 is limited to 4 workers.\n"
    assert standing.json("farm", "status")["limits"] == {"h200": 4}
    assert standing("farm", "limit", "h200").stdout == "The tag h200 has no limit.\n"
    assert standing.json("farm", "limit", "h200") == {"tag": "h200", "limit": None}
    assert standing.json("farm", "status")["limits"] == {}


def test_a_node_is_drained_by_its_name_until_that_is_undone(standing):
    until(lambda: idles(standing), "nothing of another test renders")
    (node,) = standing.json("farm", "status")["nodes"]
    assert standing.json("farm", "drain", node["id"][:8]) == {
        "node": node["id"],
        "name": node["name"],
        "drained": True,
        "rendering": [],
    }
    assert "drained" in standing("farm", "status").stdout
    done = standing("farm", "drain", node["name"], "--undo")
    assert done.stdout == f"{node['name']} gets shots again.\n"
    assert [each["drained"] for each in standing.json("farm", "status")["nodes"]] == [False]
    assert_clear(standing("farm", "drain", node["name"], "--undo", "--now"), 2, "exclude each other")


def test_a_failed_shot_is_asked_for_again_while_its_run_goes_on(standing, tmp_path, monkeypatch):
    monkeypatch.setitem(standing.environment, "SHOTFARM_NODE_WAIT_S", "0")
    document = six_slates() | {"title": "Mended"}
    shot_of(document, "1A")["tags"] = ["far"]
    run = standing.start("render", write_film(tmp_path / "film", held_up(document)))

    def failed() -> list[str]:
        mine = [each for each in standing.json("farm", "jobs") if each["title"] == "Mended"]
        return [shot for each in mine for shot in each["failed"]]

    try:
        until(lambda: "1A" in failed(), "no node is far", run=run)
        (asked,) = standing.json("farm", "retry", "1A").values()
        assert "1A" in asked
        assert_clear(standing("farm", "retry", "9Z"), 2, "nothing called '9Z' has failed")
        until(lambda: "1A" in failed(), "it was tried again", run=run)
        standing.json("farm", "cancel", "Mended")
        told, said = run.communicate(timeout=PATIENCE_S)
    finally:
        run.kill()
    assert run.returncode == 1
    assert told.count('shot 1A failed: no node of the farm has the tag "far"') == 2, "tried, and tried again"
    assert "called off with `shotfarm farm cancel`" in said


def test_what_the_farm_does_not_know_is_refused_in_words(standing, shotfarm):
    assert_clear(standing("farm", "pause", "No Such Film"), 2, "no production 'No Such Film'")
    assert_clear(standing("farm", "drain", "nobody"), 2, "no node 'nobody'")
    assert_clear(standing("farm", "retry", "nobody"), 2, "nothing called 'nobody' has failed")
    assert standing("farm", "retry").stdout == "Nothing has failed.\n"
    assert_clear(standing("farm", "unblock", "slate-999"), 2, "no worker 'slate-999'")
    assert_clear(shotfarm("farm", "jobs"), 1, "no farm is up")
