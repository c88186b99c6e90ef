"""A film with a diffusion renderer, judged before anything loads."""

from __future__ import annotations

import shutil
from pathlib import Path

from farm.backends.diffusion.options import DiffusionOptions
from farm.backends.diffusion.planning import hooks
from tests.support.diffusion.small_cluster import shotfarm
from tests.support.diffusion.two_tiny_shots import film, write


def test_a_model_on_this_machine_is_listed_with_its_size_and_memory(models):
    (need,) = hooks.models(DiffusionOptions(model=str(models("wan"))).model_dump(mode="json"))
    assert need.present
    assert need.size_bytes
    assert need.gpu_memory_bytes
    assert need.licence == "Apache-2.0"
    assert not need.forbids_commercial_use


def test_the_memory_that_a_profile_needs_is_that_of_its_own_size_and_options(models):
    def memory(**options):
        given = DiffusionOptions(model=str(models("wan")), **options).model_dump(mode="json")
        return hooks.models(given)[0].gpu_memory_bytes

    whole = memory()
    assert memory(width=64, height=32) < whole
    assert memory(fp8_weights=True) < whole
    assert memory(memory="tiled") < whole


def test_a_model_s_own_card_says_what_it_may_be_used_for(models, tmp_path, monkeypatch):
    monkeypatch.setenv("SHOTFARM_MODEL_FOLDERS", str(tmp_path))
    folder = Path(shutil.copytree(models("sd15"), tmp_path / "keyframes"))
    (folder / "README.md").write_text(
        "---\nlicense: other\nlicense_name: flux-1-dev-non-commercial-license\n---\n# A model\n"
    )
    options = DiffusionOptions(model="/m", keyframe={"model": str(folder)}).model_dump(mode="json")
    _, need = hooks.models(options)
    assert need.licence == "flux-1-dev-non-commercial-license"
    assert need.forbids_commercial_use
    for unreadable in ("# No head\n", "---\n: [\n---\n", "---\nlicense: [mit]\n---\n"):
        (folder / "README.md").write_text(unreadable)
        assert hooks.models(options)[1].licence is None


def test_a_model_that_is_not_here_is_listed_as_missing():
    options = DiffusionOptions(model="owner/name", revision="0" * 40, family="wan").model_dump(mode="json")
    (need,) = hooks.models(options)
    assert not need.present
    assert need.revision == "0" * 40


def test_an_option_that_the_family_does_not_take_is_refused_at_its_line(models, tmp_path):
    folder = write(tmp_path / "film", film(models("wan"), family="wan", scheduler="ddim"))
    done = shotfarm(tmp_path / "home", "validate", folder)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "film.yaml:" in done.stderr
    assert "scheduler" in done.stderr


def test_what_the_family_cannot_do_names_those_that_can(models, tmp_path):
    document = film(models("wan"))
    document["scenes"][0]["shots"][1] |= {"continues": "1A", "transition": {"kind": "cut"}}
    done = shotfarm(tmp_path / "home", "validate", write(tmp_path / "film", document))
    assert done.returncode == 2
    assert "wan-vace" in done.stderr
