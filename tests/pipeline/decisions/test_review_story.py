"""A director's day on a real farm: retakes, a circle, a changed storyboard, an omitted shot, adoption."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from assembly.frames.clips import decode
from assembly.picture.film_file import probe
from tests.support.pipeline.slate_films import FRAMES, Shotfarm

pytestmark = pytest.mark.slow


def takes_of(command: Shotfarm, folder: Path, shot: str) -> dict[int, dict]:
    return {one["number"]: one for one in command.json("takes", shot, folder)}


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "film.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_shot_is_retaken_chosen_omitted_and_adopted(standing: Shotfarm, copy_of_finished: Path):
    folder = copy_of_finished
    whole = probe(folder / "out" / "six-slates.mp4")
    assert whole.frames == FRAMES

    radius = standing.json("retake", "2B", folder, "--takes", 2, "--new-seed", "--dry-run")
    assert [one["shot"] for one in radius["renders"]] == ["2B", "2B"]
    assert radius["follows"] == []
    assert len(takes_of(standing, folder, "2B")) == 1

    made = standing.json(
        "retake", "2B", folder, "--takes", 2, "--new-seed", "--note", "too still", "--frames", "3-9"
    )
    assert made["rendered"] == 2
    assert [take["number"] for take in made["takes"]] == [2, 3]
    assert made["film"]["frames"] == FRAMES
    takes = takes_of(standing, folder, "2B")
    assert {number: take["in_cut"] for number, take in takes.items()} == {1: False, 2: True, 3: False}
    assert [takes[number]["seed"] for number in (2, 3)] == [take["seed"] for take in made["takes"]]
    assert {takes[number]["why"] for number in (2, 3)} == {"retake: too still"}
    assert takes[1]["status"] == "retake"

    standing.json("approve", "2B", folder, "--take", 3)
    assert takes_of(standing, folder, "2B")[3]["circled"]
    first = standing.json("render", folder)
    assert first["rendered"] == 0
    assert first["film"]["digest"] != made["film"]["digest"]

    change(folder, "id: 2B\n", "id: 2B\n    action: Somebody else's slate.\n")
    planned = {one["shot"]: one for one in standing.json("plan", folder)["shots"]}
    assert planned["2B"]["circled"]
    assert planned["2B"]["stale"] == ["action changed"]
    assert standing.json("render", folder)["film"]["digest"] == first["film"]["digest"]
    change(folder, "id: 2B\n    action: Somebody else's slate.\n", "id: 2B\n")

    standing.json("omit", "2A", folder)
    shorter = standing.json("render", folder)
    assert shorter["rendered"] == 0
    made_shorter = probe(Path(shorter["film"]["path"]))
    assert made_shorter.frames == FRAMES - 16
    assert float(made_shorter.audio_duration_s) == pytest.approx((FRAMES - 16) / 24, abs=0.03)
    assert standing.json("plan", folder)["omitted_frames"] == 16

    standing.json("restore", "2A", folder)
    assert standing.json("render", folder)["film"]["digest"] == first["film"]["digest"]

    adopted = standing.json("adopt", folder)
    assert [(one["shot"], list(one["changed"])) for one in adopted["shots"]] == [("2B", ["seed"])]
    assert f"seed: {takes[3]['seed']}" in (folder / "film.yaml").read_text()
    plan = standing.json("plan", folder)
    assert plan["to_render"] == 0
    assert all(not one["stale"] for one in plan["shots"])
    assert standing.json("render", folder)["film"]["digest"] == first["film"]["digest"]
    kinds = [one["kind"] for one in standing.json("history", "2B", folder)]
    assert kinds == ["take", "retake", "take", "take", "approve", "adopt"]


def test_a_circled_take_that_became_too_short_holds_its_last_frame(
    standing: Shotfarm, copy_of_finished: Path
):
    folder = copy_of_finished
    standing.json("approve", "2B", folder)
    change(folder, "id: 2B\n    duration: 24", "id: 2B\n    duration: 30")
    planned = {one["shot"]: one for one in standing.json("plan", folder)["shots"]}
    assert planned["2B"]["held"] == [0, 6]
    summary = standing.json("render", folder)
    assert summary["rendered"] == 0
    assert summary["film"]["frames"] == FRAMES + 6
    film = Path(summary["film"]["path"])
    begins = FRAMES - 24 - 15
    seen = [frame.to_ndarray(format="gray") for frame in decode(film, begins, begins + 30, Fraction(24))]
    apart = [float(abs(now.astype(int) - seen[23]).mean()) for now in seen]
    assert max(apart[24:]) < 1.0  # the slate's last number stands
    assert apart[22] > 2 * max(apart[24:])
    change(folder, "id: 2B\n    duration: 30", "id: 2B\n    duration: 18")
    summary = standing.json("render", folder)
    assert summary["rendered"] == 0
    assert summary["film"]["frames"] == FRAMES - 6


def test_a_film_that_requires_approval_waits_for_it(standing: Shotfarm, copy_of_finished: Path):
    folder = copy_of_finished
    change(folder, "title: Six Slates\n", "title: Six Slates\nrequire_approval: true\n")
    (folder / "out" / "six-slates.mp4").unlink()
    waiting = standing("render", folder, "--json")
    assert waiting.returncode == 3
    assert '"waits_for_approval"' in waiting.stdout
    assert not (folder / "out" / "six-slates.mp4").exists()
    for shot in ("1A", "1B", "1C", "2A", "2B", "2C"):
        standing.json("approve", shot, folder)
    assert standing.json("render", folder)["film"]["frames"] == FRAMES
