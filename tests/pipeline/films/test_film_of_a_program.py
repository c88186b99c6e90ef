"""A film whose shots a program of its own draws, on the standing farm."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.command import DRAW
from tests.support.pipeline.slate_films import assert_clear, six_slates, takes_in, write_film

RENDERERS = {"own": {"backend": "command", "options": {"command": ["python", "draw.py", "{spec}"]}}}


@pytest.mark.slow
def test_a_film_of_a_program_is_rendered_where_it_may_and_again_when_the_program_changes(standing, tmp_path):
    document = {**six_slates(), "renderers": RENDERERS, "renderer": "own"}
    folder = write_film(tmp_path / "film", document)
    (folder / "draw.py").write_text(DRAW.read_text())
    words = ("render", folder, "--renderer", "own")

    refused = standing(*words)
    assert_clear(refused, 2, "this film runs programs of its own here: python draw.py {spec}", str(folder))
    assert takes_in(folder) == {}

    allowed = replace(standing, environment={"SHOTFARM_ALLOW_COMMANDS": str(tmp_path)})
    assert allowed.json(*words)["rendered"] == 6

    with (folder / "draw.py").open("a") as script:
        script.write("raise SystemExit('the brush is dry')\n")
    failed = allowed(*words, "--shots", "2B")
    assert failed.returncode == 1
    assert "python ended with status 1" in failed.stderr
    assert "the brush is dry" in failed.stderr
    plan = allowed.json("plan", folder, "--renderer", "own")
    assert plan["to_render"] == 6
    assert all("file draw.py: changed" in shot["reasons"] for shot in plan["shots"])
