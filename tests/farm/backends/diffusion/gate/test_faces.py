"""Faces that must be those of the references, as OpenCV and tiny models see them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from farm.backend.conformance import Recorder, character
from farm.backends.diffusion.families.call import Rendered
from farm.backends.diffusion.families.registry import FAMILIES
from farm.backends.diffusion.models.named import named_models
from farm.backends.diffusion.options import DiffusionOptions
from farm.backends.diffusion.planning.checks import check
from farm.backends.diffusion.planning.hooks import settle
from farm.takes.quality import QualityError
from storyboard.errors import FarmError, UsageError
from tests.support.diffusion.small_takes import Stage, small

pytest.importorskip("onnx", reason="the models are built with it")

WIDE, HIGH, SIDE = 160, 96, 24


@pytest.fixture(scope="session")
def files(models):
    """The option `faces` with models in a place where models may lie."""
    from tests.support.diffusion.tiny_faces import build_faces

    folder = str(build_faces(models("wan").parent / "faces"))
    return {name: {"model": folder, "file": f"{name}.onnx"} for name in ("detector", "recognizer")}


@pytest.fixture
def stage():
    with Stage() as opened:
        yield opened


def scene(*people, shift=0):
    """A grey picture with the faces of these people side by side: uint8 [HIGH, WIDE, 3]."""
    from tests.support.diffusion.tiny_faces import face

    picture = np.full((HIGH, WIDE, 3), 120, np.uint8)
    for place, person in enumerate(people):
        left = 16 + 64 * place + shift
        picture[32 : 32 + SIDE, left : left + SIDE] = face(person, SIDE)
    return picture


def people(stage, tmp_path, **faces):
    """Characters with one reference each, which shows this person's face, or nobody's."""
    found = []
    for name, person in faces.items():
        path = tmp_path / f"{name}.png"
        Image.fromarray(scene(*(() if person is None else (person,)))).save(path)
        found.append(character(name, references=(stage.file(path),)))
    return tuple(found)


def wan_that_shows(monkeypatch, *shown):
    """Wan whose takes show these people, one take after another; their light changes a little."""
    module, left = FAMILIES["wan"].module, list(shown)
    real = module.render

    def render(pipe, take):
        count = len(real(pipe, take).frames)
        still = torch.from_numpy(scene(*left.pop(0))).permute(2, 0, 1).float() / 255
        return Rendered((still + torch.linspace(0, 0.05, count).reshape(-1, 1, 1, 1)).clamp(0, 1))

    monkeypatch.setattr(module, "render", render)
    return left


def asked(models, files, characters, **more):
    options = {
        "gate": True,
        "leave_out": ["references"],
        "retakes": 1,
        "width": WIDE,
        "height": HIGH,
        "faces": {**files, "threshold": 0.97, **more},
    }
    return small(models("wan"), options, characters=characters, width=WIDE, height=HIGH)


def test_a_take_with_the_face_of_somebody_else_is_tried_with_the_next_seed(
    models, files, stage, monkeypatch, tmp_path
):
    left = wan_that_shows(monkeypatch, [2], [1])
    context = Recorder()
    stage.take(asked(models, files, people(stage, tmp_path, ada=1)), context=context)
    assert left == []
    notes = context.notes["diffusion"]
    (refused,) = notes["refused"]
    assert refused["failures"][0].startswith("the face of ada is not like the references: ")
    assert refused["faces"]["ada"] < 0.97 < notes["faces"]["ada"]


def test_the_faces_of_two_people_are_told_apart(models, files, stage, monkeypatch, tmp_path):
    wan_that_shows(monkeypatch, [1, 2], [1, 3], [3, 1])
    both = people(stage, tmp_path, ada=1, bea=2)
    context = Recorder()
    stage.take(asked(models, files, both), context=context)
    assert min(context.notes["diffusion"]["faces"].values()) > 0.97
    with pytest.raises(QualityError) as caught:
        stage.take(asked(models, files, both))
    assert "the face of bea" in str(caught.value)
    assert "the face of ada" not in str(caught.value)


def test_who_is_seen_in_no_frame_is_not_refused(models, files, stage, monkeypatch, tmp_path):
    wan_that_shows(monkeypatch, [])
    context = Recorder()
    stage.take(asked(models, files, people(stage, tmp_path, ada=1)), context=context)
    assert context.notes["diffusion"]["faces"] == {"ada": None}


def test_a_reference_without_a_face_is_refused_before_anything_renders(
    models, files, stage, monkeypatch, tmp_path
):
    left = wan_that_shows(monkeypatch, [1])
    with pytest.raises(UsageError, match="no reference of bea shows a face"):
        stage.take(asked(models, files, people(stage, tmp_path, ada=1, bea=None)))
    assert len(left) == 1


@pytest.mark.parametrize("content", [b"no model", None])
def test_a_file_that_is_no_face_model_is_refused_in_words(models, files, stage, tmp_path, content):
    from pathlib import Path

    place = Path(files["detector"]["model"])
    if content is None:  # a model, but of another kind
        wrong = files["recognizer"]
    else:
        (place / "broken.onnx").write_bytes(content)
        wrong = files["detector"] | {"file": "broken.onnx"}
    with pytest.raises(FarmError, match=r"the face model .* cannot be used"):
        stage.take(asked(models, files, people(stage, tmp_path, ada=1), detector=wrong))


def test_the_face_models_are_among_those_that_a_film_needs_and_in_its_digests(models, files):
    options = {"model": str(models("wan")), "faces": files}
    wanted = ["faces.detector.model", "faces.recognizer.model"]
    assert [named.option for named in named_models(DiffusionOptions(**options))][1:] == wanted
    assert wanted == sorted({*settle(options)["fingerprints"]} - {"model"})


def test_only_onnx_is_taken_for_a_face_model(models, files):
    pickled = files["recognizer"] | {"file": "sface.pth"}
    (finding,) = check(DiffusionOptions(model=str(models("wan")), faces=files | {"recognizer": pickled}))
    assert (finding.option, finding.severity) == ("faces.recognizer.file", "error")
    assert ".onnx" in finding.message
