"""A model is here when it can be loaded, and not before; what it lacks is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from farm.backends.diffusion.loading.pipelines import load_pipeline
from farm.backends.diffusion.models.folders import FOLDERS_VARIABLE, lacking, read_folder, variant_of
from farm.backends.diffusion.models.weights import variants_in
from farm.backends.diffusion.planning.hooks import fetch, models
from storyboard.errors import UsageError

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1234\n"


@pytest.fixture
def copied(request, tmp_path, monkeypatch):
    """A whole model of the tests, to break."""
    folder = tmp_path / "models" / "wan"
    shutil.copytree(request.getfixturevalue("models")("wan"), folder)
    monkeypatch.setenv(FOLDERS_VARIABLE, str(folder.parent))
    return folder


def weights(folder: Path, component: str) -> Path:
    return next((folder / component).glob("*.safetensors"))


def in_shards(file: Path, *, there: bool = True) -> None:
    """As if a component came in two shards."""
    shards = [file.with_name(f"{file.stem}-0000{number}-of-00002.safetensors") for number in (1, 2)]
    index = {"metadata": {}, "weight_map": {"a": shards[0].name, "b": shards[1].name}}
    file.with_name(f"{file.name}.index.json").write_text(json.dumps(index))
    shutil.copyfile(file, shards[0])
    file.rename(shards[1])
    if not there:
        shards[1].unlink()


BROKEN = {
    "pointer": (lambda folder: weights(folder, "transformer").write_text(POINTER), "is a pointer of git-lfs"),
    "shard": (lambda folder: in_shards(weights(folder, "vae"), there=False), "vae lacks .*00002-of-00002"),
    "empty": (lambda folder: [file.unlink() for file in (folder / "vae").iterdir()], "vae is empty"),
    "absent": (lambda folder: shutil.rmtree(folder / "tokenizer"), "it has no folder tokenizer"),
    "config": (lambda folder: (folder / "transformer" / "config.json").unlink(), "has no config.json"),
    "weights": (lambda folder: weights(folder, "text_encoder").unlink(), "text_encoder has no weights"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_cannot_be_loaded_is_not_here(copied, how):
    options = {"model": str(copied)}
    assert lacking(copied) == ""
    assert [need.present for need in models(options)] == [True]
    broken, words = BROKEN[how]
    broken(copied)
    assert [need.present for need in models(options)] == [False]
    with pytest.raises(UsageError, match=words):
        fetch(models(options)[0], lambda _: None)


def test_pickles_alone_are_refused(copied):
    file = weights(copied, "vae")
    file.rename(file.with_name("diffusion_pytorch_model.bin"))
    with pytest.raises(UsageError, match="are pickled, which can run code"):
        lacking(copied)


def test_shards_that_are_all_there_are_a_whole(copied):
    in_shards(weights(copied, "vae"))
    assert lacking(copied) == ""


def half(folder: Path) -> None:
    for component in ("transformer", "vae", "text_encoder"):
        file = weights(folder, component)
        file.rename(file.with_name(f"{file.stem}.fp16.safetensors"))


def test_a_folder_of_fp16_alone_is_loaded(copied):
    sizes = read_folder(copied).sizes
    half(copied)
    assert variant_of(copied) == "fp16"
    assert lacking(copied) == ""
    assert read_folder(copied).sizes == sizes
    pipe = load_pipeline(copied, "WanPipeline", "fp32", without=["text_encoder", "tokenizer"])
    assert pipe.transformer is not None


def test_of_several_variants_one_is_counted_and_read(copied):
    sizes = read_folder(copied).sizes
    for component in ("transformer", "vae"):
        file = weights(copied, component)
        shutil.copyfile(file, file.with_name(f"{file.stem}.fp16.safetensors"))
    assert read_folder(copied).sizes == sizes
    assert variant_of(copied) == ""
    assert set(variants_in(copied / "vae")) == {"", "fp16"}


@pytest.mark.parametrize("index", ["model.safetensors.index.fp16.json", "model.fp16.safetensors.index.json"])
def test_both_ways_of_naming_the_shards_of_a_variant_are_known(tmp_path, index):
    shard = "model.fp16-00001-of-00001.safetensors"
    (tmp_path / index).write_text(json.dumps({"weight_map": {"a": shard}}))
    (tmp_path / shard).write_bytes(b"12345")
    assert variants_in(tmp_path)["fp16"].size == 5
