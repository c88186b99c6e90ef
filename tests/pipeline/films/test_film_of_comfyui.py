"""A film that servers of ComfyUI render for the standing farm: a shot once, whoever is killed meanwhile."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.production.open import open_production
from pipeline.rendering.render import place_of
from pipeline.settings import load_settings
from storyboard.errors import UsageError
from tests.support.farm.fake_comfyui import INPUTS, FakeComfyUI, running, workflow
from tests.support.pipeline.slate_films import shot_of, six_slates, write_film
from tests.support.processes import words_of
from tests.support.waiting import until


@pytest.fixture
def servers():
    with running() as plain, running() as big:
        yield plain, big


def written(folder: Path, *servers: FakeComfyUI, tags: Any = ([], ["big"]), **more: Any) -> Path:
    listed = [{"url": one.url, "tags": own} for one, own in zip(servers, tags, strict=True)]
    options = {"workflow": "shot.json", "inputs": INPUTS, "servers": listed, "look_every_s": 0.1, **more}
    renderers = {"wan": {"backend": "comfyui", "options": options}}
    document = {**six_slates(), "renderers": renderers, "renderer": "wan"}
    shot_of(document, "2A")["tags"] = ["big"]
    write_film(folder, document)
    (folder / "shot.json").write_text(json.dumps(workflow()))
    return folder


def test_tags_that_servers_carry_ask_for_servers_and_others_for_nodes(servers, tmp_path):
    production = open_production(written(tmp_path, *servers), load_settings(home=tmp_path / "home"))
    choices = production.choices
    shots = {shot.shot: shot for shot in production.plan().shots}
    plain, big = place_of(shots["1A"], choices), place_of(shots["2A"], choices)
    assert (plain.tags, plain.places, plain.spec.options["needs"]) == ((), 4, [])
    assert (big.tags, big.places, big.spec.options["needs"]) == ((), 2, ["big"])
    assert big.spec.digest() == shots["2A"].digest
    also = replace(shots["1A"], laid=shots["1A"].laid.model_copy(update={"tags": ("big", "here")}))
    assert place_of(also, choices).tags == ("here",)
    both = written(tmp_path / "both", *servers, tags=(["small"], ["big"]))
    production = open_production(both, load_settings(home=tmp_path / "home"))
    first = production.plan().shots[0]
    torn = replace(first, laid=first.laid.model_copy(update={"tags": ("big", "small")}))
    with pytest.raises(UsageError, match="no server of shot 1A carries all of its tags: big, small"):
        place_of(torn, production.choices)


def test_a_wrong_node_is_told_at_its_line(servers, tmp_path):
    folder = written(tmp_path, *servers, inputs={**INPUTS, "prompt": "6.txt"})
    with pytest.raises(
        Exception, match=r"film\.yaml:\d+:\d+: renderers\.wan\.options\.inputs\.prompt: node 6"
    ):
        open_production(folder, load_settings(home=tmp_path / "home"))
    assert issubclass(UsageError, Exception)


def _hold(servers):
    for server in servers:
        server.faults.hold.clear()


def _go_on(servers):
    for server in servers:
        server.faults.hold.set()


def _all_render(servers):
    return all(server._running for server in servers)


@pytest.mark.slow
def test_a_film_is_rendered_once_by_servers_though_its_workers_and_its_run_are_killed(
    standing, servers, tmp_path
):
    folder = written(tmp_path / "film", *servers)
    told = standing("plan", folder, "--renderer", "wan").stdout
    assert "ComfyUI (one of 127.0.0.1:" in " ".join(told.split())
    _hold(servers)
    render = standing.start("render", folder, "--renderer", "wan")
    until(lambda: _all_render(servers), "both servers render")
    workers = [one for one in standing.family() if "ray::Worker" in words_of(one)]
    for worker in workers:
        worker.kill()
    assert workers
    psutil.wait_procs(workers)
    render.send_signal(signal.SIGKILL)
    render.communicate()
    _go_on(servers)
    standing.json("render", folder, "--renderer", "wan")
    assert standing.json("plan", folder, "--renderer", "wan")["to_render"] == 0
    assert all(server.rendered for server in servers)
    assert sum(len(server.rendered) for server in servers) == 6


@pytest.mark.soak
def test_a_film_is_rendered_once_by_servers_though_its_farm_is_killed(shotfarm, servers, tmp_path):
    folder = written(tmp_path / "film", *servers)
    _hold(servers)
    run = shotfarm.start("render", folder, "--renderer", "wan")
    until(lambda: _all_render(servers), "both servers render")
    run.send_signal(signal.SIGKILL)
    run.communicate()
    shotfarm.end_all()
    _go_on(servers)
    shotfarm.json("render", folder, "--renderer", "wan")
    assert sum(len(server.rendered) for server in servers) == 6
