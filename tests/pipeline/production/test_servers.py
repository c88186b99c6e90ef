"""Servers that a film names: who of them is asked anything, and who says so."""

from __future__ import annotations

import json

import pytest

from farm.backends.hosted.comfyui.checks import KNOWN
from pipeline.decisions.asking import Asked, propose
from pipeline.decisions.shots import Meant
from pipeline.production.open import open_production
from pipeline.production.servers import may_ask, refuse_servers
from pipeline.rendering.render import production_order
from pipeline.settings import load_settings
from storyboard.errors import UsageError
from tests.support.farm.fake_comfyui import INPUTS, NODES, workflow
from tests.support.pipeline.slate_films import shot_of, six_slates, write_film

STRANGE = "https://comfy.example.com:8188"


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("http://127.0.0.1:8188", True),
        ("http://localhost", True),
        ("http://GPU1:8188", True),
        ("http://gpu1.lan.", True),
        ("http://comfy.render.svc.cluster.local", True),
        ("http://172.31.0.9", True),
        ("http://[fd12::7]:8188", True),
        ("http://2130706433", True),  # 127.0.0.1
        ("http://[::ffff:10.0.0.1]", True),
        ("http://example.com", False),
        ("http://localhost.example.com", False),
        ("http://172.32.0.1", False),
        ("http://169.254.169.254/latest/meta-data", False),  # where clouds keep the keys of a machine
        ("http://2852039166", False),  # the same
        ("http://0xa9fea9fe", False),
        ("http://[::ffff:169.254.169.254]", False),
        ("http://[fe80::1%25eth0]", False),
        ("http://metadata.google.internal", False),
        ("http://evil。com", False),  # a dot, to those who look names up
        ("http://0.0.0.0", False),
    ],
)
def test_a_server_is_of_the_house_by_its_address_alone(url, may):
    assert may_ask(url, load_settings()) is may


@pytest.mark.parametrize(
    ("allowed", "may"),
    [
        ("comfy.example.com", True),
        ("a.example, comfy.example.com:8188", True),
        ("COMFY.example.com:8188", True),
        ("*.example.com", True),
        ("*.comfy.example.com", False),
        ("example.com", False),
        ("comfy.example.com:443", False),
        ("", False),
    ],
)
def test_others_are_named_by_a_person(allowed, may):
    assert may_ask(STRANGE, load_settings(allow_servers=allowed)) is may


@pytest.mark.parametrize(
    "words", ["http://comfy.example.com", "a b/c", "comfy:port", "*", "me@comfy.example"]
)
def test_what_is_no_host_is_refused(words):
    with pytest.raises(UsageError, match=r"SHOTFARM_ALLOW_SERVERS.*hosts, with commas between them"):
        load_settings(allow_servers=words)


@pytest.fixture
def asked(monkeypatch):
    """Which servers were asked; each of them knows everything."""
    urls = []

    def of(url):
        urls.append(url)
        return {name: {"input": {"required": takes}} for name, takes in NODES.items()}

    monkeypatch.setattr(KNOWN, "of", of)
    return urls


def opened(folder, *urls, **settings):
    options = {"workflow": "shot.json", "inputs": INPUTS, "servers": [{"url": url} for url in urls]}
    renderers = {"wan": {"backend": "comfyui", "options": options}, "draft": {"backend": "slate"}}
    document = {**six_slates(), "renderers": renderers, "renderer": "wan"}
    shot_of(document, "1A")["renderer"] = "draft"
    write_film(folder, document)
    (folder / "shot.json").write_text(json.dumps(workflow()))
    return open_production(folder, load_settings(home=folder / "home", **settings))


def test_a_film_that_names_a_strange_server_is_planned_and_the_server_asked_nothing(tmp_path, asked):
    production = opened(tmp_path, "http://127.0.0.1:1", STRANGE)
    assert {*asked} == {"http://127.0.0.1:1"}
    (warning,) = [one for one in production.warnings if "of its own choice" in one.message]
    assert warning.message.endswith("name them in SHOTFARM_ALLOW_SERVERS: comfy.example.com:8188)")
    assert warning.shots == ("1B", "1C", "2A", "2B", "2C")
    plan = production.plan()
    with pytest.raises(UsageError, match=r"servers of its own choice: comfy\.example\.com:8188") as refused:
        production_order(production.material(plan), production.settings, production.store.root)
    assert "SHOTFARM_ALLOW_SERVERS" in str(refused.value.hint)
    drawn = [shot for shot in plan.missing if shot.shot == "1A"]
    refuse_servers(drawn, production.choices, production.settings)


def test_one_that_a_person_has_named_is_asked_and_renders(tmp_path, asked):
    production = opened(tmp_path, STRANGE, allow_servers="comfy.example.com")
    assert {*asked} == {STRANGE}
    assert not [one for one in production.warnings if "of its own choice" in one.message]
    plan = production.plan()
    assert len(production_order(production.material(plan), production.settings, "").orders) == 6


def test_a_retake_chooses_no_server(tmp_path, asked):
    meant = Meant.of(opened(tmp_path, "http://127.0.0.1:1"), "2B")
    with pytest.raises(UsageError, match="only the film document sets it"):
        propose(meant, Asked(options={"servers": [{"url": STRANGE}]}))
    assert STRANGE not in asked
