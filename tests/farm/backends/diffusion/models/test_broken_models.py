"""Whatever a model folder is, it can be loaded, or what keeps it from that is one clear error."""

from __future__ import annotations

import random
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farm.backends.diffusion.loading.pipelines import load_pipeline
from farm.backends.diffusion.models.folders import lacking, read_folder, variant_of
from storyboard.errors import FarmError, UsageError
from tests.support.mutations import SOAK, USUAL, clear, in_one_folder, mutated

HEAD = 4096
"""bytes of a file that are mutated: what weights say of themselves; their numbers are as good as others"""
TRIED = 25
"""of so many folders that seem whole, one is loaded"""


@pytest.fixture
def folder(models, tmp_path):
    """A whole model of the tests, to break."""
    return shutil.copytree(models("wan"), tmp_path / "wan")


@pytest.mark.parametrize(
    "count", [USUAL, pytest.param(SOAK, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]
)
def test_any_model_folder_is_a_model_or_an_error(folder, count):
    ends = {"whole": 0, "lacking": 0, "refused": 0, "loaded": 0, "not loaded": 0}
    files = [
        file
        for file in sorted(folder.rglob("*"))
        if file.suffix in {".json", ".safetensors"} and "tokenizer" not in file.parts
    ]
    chance = random.Random(1)
    for seed in range(count):
        file = chance.choice(files)
        whole = file.read_bytes()
        (head,) = mutated([whole[:HEAD]], 1, seed)
        file.write_bytes(head + whole[HEAD:])
        try:
            read_folder(folder)
            variant_of(folder)
            if words := lacking(folder):
                clear(words)
                ends["lacking"] += 1
                continue
            ends["whole"] += 1
            if ends["whole"] % TRIED == 0:
                ends[loaded(folder)] += 1
        except UsageError as error:
            clear(error.message)
            ends["refused"] += 1
        finally:
            file.write_bytes(whole)
    assert min(ends["whole"], ends["lacking"], ends["refused"]) > count / 50, "every end is tried"
    assert ends["loaded"] + ends["not loaded"] >= 1


@settings(in_one_folder, max_examples=30)
@given(st.data())
def test_a_model_folder_that_lacks_files_is_whole_or_says_what_it_lacks(folder, data):
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    aside = {file: file.read_bytes() for file in data.draw(st.sets(st.sampled_from(files), max_size=3))}
    try:
        for file in aside:
            file.unlink()
        said = lacking(folder)
        if said:
            clear(said)
        needed = [file for file in aside if file.suffix == ".safetensors" or file.name == "model_index.json"]
        assert said or not needed
        assert not said or aside
    except UsageError as error:
        clear(error.message)
        assert aside
    finally:
        for file, content in aside.items():
            file.write_bytes(content)


def loaded(folder):
    """Which end loading has."""
    try:
        load_pipeline(folder, "WanPipeline", "fp32", without=["tokenizer"])
    except FarmError as error:
        clear(error.message)
        return "not loaded"
    return "loaded"


def test_a_file_of_weights_that_ends_too_soon_is_not_here(folder):
    file = next((folder / "vae").glob("*.safetensors"))
    file.write_bytes(file.read_bytes()[:-1])
    assert lacking(folder) == f"vae/{file.name} is broken: it ends too soon: a part of its tensors is missing"
