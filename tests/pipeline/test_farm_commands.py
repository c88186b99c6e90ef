"""What a person does to productions on a standing farm: list, pause, put first, call off."""

from __future__ import annotations

import pytest
from slate_films import assert_clear, six_slates, until, write_film

pytestmark = pytest.mark.slow


def test_productions_are_listed_paused_put_first_resumed_and_called_off(standing, tmp_path):
    document = six_slates() | {"title": "Slow Slates"}
    document["backend_options"] = {"slate": {"delay_s": 0.7}}
    folder = write_film(tmp_path / "film", document)
    run = standing.start("render", folder)
    try:

        def job() -> dict:
            found = [each for each in standing.json("farm", "jobs") if each["title"] == "Slow Slates"]
            return found[0] if found else {"counts": {}}

        def rendering() -> dict | None:
            found = job()
            return found if found["counts"].get("rendering") else None

        name = until(rendering, "it renders")["production"]
        done = standing("farm", "pause", "Slow Slates")
        assert (done.returncode, done.stdout) == (0, f"{name} is paused.\n")
        assert "paused" in standing("farm", "jobs").stdout
        until(lambda: not rendering(), "what rendered is finished")
        assert standing("farm", "priority", name, 5).returncode == 0
        found = job()
        assert (found["paused"], found["priority"]) == (True, 5)
        assert found["counts"]["queued"] >= 1
        assert standing("farm", "resume", name).returncode == 0
        until(rendering, "it goes on")
        assert standing("farm", "cancel", name).returncode == 0
        _, said = run.communicate(timeout=60)
    finally:
        run.kill()
    assert run.returncode == 1
    assert "called off with `shotfarm farm cancel`" in said
    assert "Traceback" not in said
    until(
        lambda: not any(worker["shot"] for worker in standing.json("farm", "status")["workers"]),
        "its workers are free",
    )


def test_a_tag_is_limited_until_its_limit_is_lifted(standing):
    assert standing("farm", "limit", "h200", 4).stdout == "The tag h200 is limited to 4 workers.\n"
    assert standing.json("farm", "status")["limits"] == {"h200": 4}
    assert standing("farm", "limit", "h200").stdout == "The tag h200 has no limit.\n"
    assert standing.json("farm", "status")["limits"] == {}


def test_what_the_farm_does_not_know_is_refused_in_words(standing, shotfarm):
    assert_clear(standing("farm", "pause", "No Such Film"), 2, "no production 'No Such Film'")
    assert_clear(standing("farm", "unblock", "slate-999"), 2, "no worker 'slate-999'")
    assert_clear(shotfarm("farm", "jobs"), 1, "no farm is up")
