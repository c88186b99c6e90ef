"""Named renderers of a film: which one makes a shot, and what is refused."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.rendering.render import production_order
from pipeline.settings import load_settings
from storyboard.errors import DocumentError, UsageError
from tests.support.pipeline.slate_films import SHOTS, Shotfarm, assert_clear, shot_of, six_slates, write_film

PROFILES = {
    "draft": {"backend": "slate"},
    "slow": {"backend": "slate", "options": {"delay_s": 0.5}},
    "drawn": {"backend": "animatic", "options": {"captions": False}},
}


def film(**keys: Any) -> dict[str, Any]:
    return {**six_slates(), "renderers": PROFILES, "renderer": "draft", **keys}


def opened(folder: Path, document: dict[str, Any], **settings: Any) -> Production:
    return open_production(write_film(folder, document), load_settings(home=folder / "home", **settings))


def specs(production: Production) -> dict[str, tuple[str, Any]]:
    return {
        shot.shot: (shot.spec.backend, shot.spec.options.get("delay_s")) for shot in production.plan().shots
    }


def problems(folder: Path, document: dict[str, Any], **settings: Any) -> dict[str, str]:
    with pytest.raises(DocumentError) as caught:
        opened(folder, document, **settings)
    assert all(problem.line for problem in caught.value.problems)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_the_film_s_renderer_renders_it(tmp_path):
    assert set(specs(opened(tmp_path, film())).values()) == {("slate", 0.04)}
    assert set(specs(opened(tmp_path, film(renderer="slow"))).values()) == {("slate", 0.5)}
    assert set(specs(opened(tmp_path, film(renderer="drawn"))).values()) == {("animatic", None)}


def test_tags_of_a_renderer_and_a_shot_reach_the_farm_and_no_digest(tmp_path):
    document = film(renderers={**PROFILES, "draft": {"backend": "slate", "tags": ["near", "h200"]}})
    shot_of(document, "2A")["tags"] = ["fast", "near"]
    tagged, plain = opened(tmp_path / "a", document), opened(tmp_path / "b", film())
    asked = {
        request.shot: request.tags
        for request in production_order(
            tagged.material(tagged.plan()), tagged.settings, tagged.store.root
        ).requests
    }
    assert asked.pop("2A") == ("fast", "h200", "near")
    assert set(asked.values()) == {("h200", "near")}
    digests = [[shot.digest for shot in one.plan().shots] for one in (tagged, plain)]
    assert digests[0] == digests[1]


def test_how_long_shots_wait_for_a_node_depends_on_the_farm(tmp_path):
    for settings, wait_s in (({}, 20.0), ({"address": "h:1"}, math.inf), ({"node_wait_s": 5}, 5.0)):
        production = opened(tmp_path, film(), **settings)
        assert {
            request.node_wait_s
            for request in production_order(
                production.material(production.plan()), production.settings, production.store.root
            ).requests
        } == {wait_s}


def test_another_renderer_can_be_asked_for(tmp_path):
    assert set(specs(opened(tmp_path, film(), renderer="slow")).values()) == {("slate", 0.5)}


def test_a_shot_may_have_a_renderer_of_its_own(tmp_path):
    document = film()
    shot_of(document, "2A")["renderer"] = "drawn"
    for asked in ("slow", None):
        found = specs(opened(tmp_path, document, renderer=asked))
        assert found.pop("2A") == ("animatic", None)
        assert set(found.values()) == {("slate", 0.5 if asked else 0.04)}


def test_the_options_of_a_shot_win_over_those_of_its_renderer(tmp_path):
    document = film(renderer="slow")
    shot_of(document, "1B")["backend_options"] = {"slate": {"delay_s": 0.25}}
    assert specs(opened(tmp_path, document))["1B"] == ("slate", 0.25)
    assert specs(opened(tmp_path, document))["1A"] == ("slate", 0.5)


def test_a_backend_that_is_asked_for_renders_everything_without_renderers(tmp_path):
    document = film(renderer="drawn")
    shot_of(document, "2A")["renderer"] = "slow"
    assert set(specs(opened(tmp_path, document, backend="slate")).values()) == {("slate", 0.04)}
    assert set(specs(opened(tmp_path, document, backend="slate", renderer="slow")).values()) == {
        ("slate", 0.5)
    }


def test_a_film_without_a_renderer_is_rendered_by_the_default_backend(tmp_path):
    assert set(specs(opened(tmp_path, six_slates())).values()) == {("animatic", None)}


def test_a_renderer_changes_only_the_shots_that_it_renders(tmp_path):
    def digests(document: dict[str, Any]) -> dict[str, str]:
        return {shot.shot: shot.digest for shot in opened(tmp_path, document).plan().shots}

    before = digests(film())
    document = film()
    shot_of(document, "2A")["renderer"] = "slow"
    after = digests(document)
    assert {shot for shot in SHOTS if before[shot] != after[shot]} == {"2A", "2C"}, "2C continues 2A"


def test_renderers_that_do_not_exist_are_refused_with_what_there_is(tmp_path):
    document = film(renderer="draf")
    shot_of(document, "1C")["renderer"] = "finale"
    found = problems(tmp_path, document)
    assert found["renderer"] == (
        'no renderer is called "draf"; did you mean "draft"? (there are: draft, slow, drawn)'
    )
    assert set(found) == {"renderer", "scenes[0].shots[2].renderer"}
    with pytest.raises(UsageError, match=r'no renderer is called "slo"; did you mean "slow"\?'):
        opened(tmp_path, film(), renderer="slo")
    with pytest.raises(UsageError, match="no renderer"):
        opened(tmp_path, six_slates(), renderer="draft")


def test_options_of_all_renderers_are_checked_even_of_those_that_are_not_used(tmp_path):
    profiles = {
        "draft": {"backend": "slate", "options": {"dealy_s": 1}},
        "slow": {"backend": "slate", "options": {"delay_s": -1}},
        "drawn": {"backend": "animatic", "options": {"captions": "perhaps"}},
    }
    found = problems(tmp_path, film(renderers=profiles, renderer="slow"))
    assert set(found) == {
        "renderers.draft.options.dealy_s",
        "renderers.slow.options.delay_s",
        "renderers.drawn.options.captions",
    }
    assert 'did you mean "delay_s"?' in found["renderers.draft.options.dealy_s"]


def test_a_renderer_of_an_unknown_backend_is_refused(tmp_path):
    found = problems(tmp_path, film(renderers={"draft": {"backend": "slat"}}))
    assert found == {
        "renderers.draft.backend": "no backend is named 'slat'; did you mean \"slate\"? "
        "(there are: animatic, comfyui, command, diffusion, runway, slate)"
    }


def test_the_plan_shows_what_renders_each_shot_when_it_is_not_the_same_for_all(shotfarm: Shotfarm, tmp_path):
    document = film()
    folder = write_film(tmp_path / "film", document)
    assert "renderer" not in shotfarm("plan", folder, "--renderer", "draft").stdout
    shot_of(document, "2A")["renderer"] = "drawn"
    write_film(folder, document)
    shown = shotfarm("plan", folder, "--renderer", "slow").stdout.splitlines()
    assert "drawn" in next(line for line in shown if " 2A " in line)
    assert "slow" in next(line for line in shown if " 2B " in line)


def test_a_renderer_and_a_backend_exclude_each_other_on_the_command_line(shotfarm: Shotfarm, tmp_path):
    folder = write_film(tmp_path / "film", film())
    done = shotfarm("plan", folder, "--renderer", "slow", "--backend", "slate")
    assert_clear(done, 2, "--renderer and --backend exclude each other")
    planned = shotfarm.json("plan", folder, "--renderer", "drawn")
    assert {(shot["renderer"], shot["backend"]) for shot in planned["shots"]} == {("drawn", "animatic")}
