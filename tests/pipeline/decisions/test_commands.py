"""The commands of takes and decisions, as far as nothing is rendered for them."""

from __future__ import annotations

import json

import pytest

from tests.support.pipeline.decided_films import Folder
from tests.support.pipeline.slate_films import Shotfarm, assert_clear


@pytest.fixture
def command(film: Folder) -> Shotfarm:
    return Shotfarm(film.path.parent / "home")


def told(command: Shotfarm, *words: object) -> object:
    done = command.here(*words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_takes_are_told_to_scripts_with_all_that_is_known_of_them(command, film):
    (take,) = told(command, "takes", "2B", film.path)
    assert set(take) >= {
        "shot", "number", "digest", "status", "circled", "stale", "renderer", "seed", "made_at", "by", "why",
        "worker_s", "gpu_s", "quality",
    }  # fmt: skip
    assert (take["shot"], take["number"], take["circled"], take["stale"]) == ("2B", 1, False, [])
    assert len(told(command, "takes", film.path)) == 6
    assert len(told(command, "takes", film.document)) == 6
    assert "for review" in command.here("takes", film.path).stdout


def test_a_shot_is_approved_omitted_and_seen_so_in_the_plan(command, film):
    told(command, "approve", "2B", film.path)
    assert "take 1 of shot 1A is approved" in command.here("approve", "1A", film.path).stdout
    done = command.here("omit", "2A", film.path, "--by", "ada")
    assert "shot 2A is omitted: the film is 16 frames shorter" in done.stdout
    plan = told(command, "plan", film.path)
    shots = {one["shot"]: one for one in plan["shots"]}
    assert (plan["frames"], plan["omitted_frames"], plan["to_render"]) == (107 - 16, 16, 0)
    assert shots["2A"]["omitted"]
    assert shots["2B"]["circled"]
    said = command.here("plan", film.path).stdout
    assert "1 shot omitted: the film is 16 frames shorter." in said
    assert "circled" in said
    told(command, "undo", "2A", film.path)
    assert told(command, "plan", film.path)["omitted_frames"] == 0
    kinds = [one["kind"] for one in told(command, "history", "2A", film.path)]
    assert kinds == ["take", "omit", "undo"]


def test_what_a_retake_touches_is_said_and_nothing_is_decided(command, film):
    radius = told(command, "retake", "1B", film.path, "--new-seed", "--dry-run")
    assert radius["follows"] == ["1C"]
    said = command.here("retake", "1B", film.path, "--new-seed", "--dry-run").stdout
    assert "2 takes to render" in said
    assert "Follow shot 1B: 1C." in said
    assert len(told(command, "history", "1B", film.path)) == 1


def test_mistakes_end_with_one_message(command, film):
    assert_clear(command.here("approve", "2B", film.path, "--take", "9"), 2, "shot 2B has no take 9")
    assert_clear(command.here("omit", "9Z", film.path), 2, "the film has no shot '9Z'")
    assert_clear(command.here("restore", "2B", film.path), 2, "shot 2B is not omitted")
    assert_clear(command.here("adopt", film.path), 2, "nothing to adopt")
    assert_clear(command.here("retake", "2B", film.path, "--frames", "9-99"), 2, "frames 9-99", "0-23")
    assert_clear(command.here("retake", "2B", film.path, "--set", "delay_s"), 2, "sets nothing")
    assert_clear(
        command.here("render", film.path, "--approved-only"), 2, "no take of these shots is approved"
    )


def test_deliverables_wait_for_approval_too(command, film):
    film.change("title: Six Slates\n", "title: Six Slates\nrequire_approval: true\n")
    done = command.here("deliver", "web", film.path)
    assert_clear(done, 3, "the film waits for the approval of 6 of its shots: 1A, 1B")
