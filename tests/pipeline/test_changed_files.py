"""Files of every kind that are edited between the moment a film was planned with them and their use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import mido
import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from assembly.sound.signal import wav
from farm.store.store import Store
from pipeline.film.lay import keep_inputs, lay_film
from pipeline.film.sound import make_sound, soundtrack_of
from pipeline.film.versions import version_of
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.production.takes import Takes
from pipeline.rendering.render import publish_references
from pipeline.settings import load_settings
from storyboard.document.named_files import named_files
from storyboard.errors import FileChangedError
from tests.support import ROOT, tiny_font
from tests.support.assembly.tiny_networks import larger, mean
from tests.support.files import sha256_of
from tests.support.pipeline.odd_backends import GivenSlate, with_backends
from tests.support.pipeline.slate_films import write_film

VIDEO = ROOT / "tests" / "farm" / "media" / "cases" / "phone.mp4"
PERFORMANCE = {
    "file": "performance.mp4",
    "pose": "pose.mp4",
    "face": "face.mp4",
    "background": "background.mp4",
    "mask": "mask.mp4",
}
FILM = {
    "schema": 1,
    "title": "Everything Is Given",
    "logline": "Nothing is made up.",
    "format": {"width": 64, "height": 36, "rate": 24},
    "look": {"references": ["look.png"], "loras": [{"file": "look.safetensors"}], "lut": "look.cube"},
    "renderers": {
        "own": {
            "backend": "given-slate",
            "retime": "rife",
            "retime_model": "rife.onnx",
            "upscale": "larger.onnx",
        }
    },
    "renderer": "own",
    "characters": {
        "ada": {"name": "Ada", "references": ["ada.png"], "loras": [{"file": "ada.safetensors"}]},
    },
    "locations": {"here": {"name": "Here", "references": ["here.png"], "room_tone": "air.wav"}},
    "soundfont": "tiny.sf2",
    "music": [
        {"id": "M1", "from": "1", "to": "1", "file": "song.wav"},
        {"id": "M2", "from": "1", "to": "1", "file": "song.mid"},
    ],
    "deliverables": {"web": {"kind": "web", "lut": "web.cube"}},
    "scenes": [
        {
            "id": "A",
            "slug": "INT. HERE - DAY",
            "location": "here",
            "shots": [
                {
                    "id": "1",
                    "duration": 12,
                    "characters": [{"id": "ada"}],
                    "first_frame": "first.png",
                    "last_frame": "last.png",
                    "performance": {**PERFORMANCE, "consent": "Ada, in writing"},
                    "lines": [{"character": "ada", "text": "Go.", "recording": "line.wav"}],
                    "effects": [{"sound": "bang.wav"}],
                }
            ],
        }
    ],
}
PLAIN = (
    *("look.png", "look.safetensors", "ada.png", "ada.safetensors", "here.png", "first.png", "last.png"),
    *PERFORMANCE.values(),
)
"""files that nobody here looks into: their bytes alone count"""
SOUNDS = ("air.wav", "song.wav", "line.wav", "bang.wav")
LOOKS = ("look.cube", "web.cube")
EVERY = (*PLAIN, *SOUNDS, *LOOKS, "tiny.sf2", "song.mid", "rife.onnx", "larger.onnx")


def write_files(folder: Path) -> None:
    for name in PLAIN:
        own = f"what is in {name}".encode()
        if name.endswith(".png"):
            Image.effect_noise((16, 9), 50).save(folder / name)
            (folder / name).write_bytes((folder / name).read_bytes() + own)
        elif name.endswith(".mp4"):
            box = (8 + len(own)).to_bytes(4, "big") + b"free" + own
            (folder / name).write_bytes(VIDEO.read_bytes() + box)
        else:
            half = np.frombuffer(own, np.uint8).astype(np.float32)
            halves = {"lora_A": half[None, :], "lora_B": half[:, None]}
            save_file({f"transformer.a.{one}.weight": halves[one] for one in halves}, folder / name)
    for number, name in enumerate(SOUNDS):
        wav.write(folder / name, np.sin(np.arange(4800) * (number + 1) / 40) * 0.2, 48000)
    for number, name in enumerate(LOOKS):
        (folder / name).write_text(f"LUT_1D_SIZE 2\n0 0 0.{number}\n1 1 1\n")
    tiny_font.write(folder / "tiny.sf2")
    track = mido.MidiTrack([mido.Message("note_on", note=69), mido.Message("note_off", note=69, time=480)])
    mido.MidiFile(tracks=[track]).save(folder / "song.mid")
    mean(folder / "rife.onnx")
    larger(folder / "larger.onnx")


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> Iterator[Production]:
    folder = write_film(tmp_path_factory.mktemp("given"), FILM)
    write_files(folder)
    with pytest.MonkeyPatch.context() as patch:
        with_backends(patch, given_slate=GivenSlate)
        yield open_production(folder, load_settings(home=folder / "home"))


def with_store(opened: Production, folder: Path) -> Production:
    """The same film with another store."""
    takes = Takes(Store(folder / "store"), folder / "last-takes")
    return replace(opened, kept=replace(opened.kept, takes=takes))


@pytest.fixture
def production(opened, tmp_path) -> Production:
    """The same film with a store of its own."""
    return with_store(opened, tmp_path)


def use_every_file(production: Production) -> None:
    """Whatever of a film is made from files that it names, short of rendering from their published copies."""
    material, store = production.material(production.plan()), production.store
    publish_references(material, store)
    for shown in (None, *production.film.deliverables.values()):
        keep_inputs(store, material, lay_film(material, version_of(production.film, shown)))
    for source in soundtrack_of(material, store).sources().values():
        make_sound(store, source)


def published(store: Store) -> dict[str, list[str]]:
    """The digests of the files in a store, by what they were published under."""
    return {
        str(manifest.parent.relative_to(store.root)): sorted(
            sha256_of(path) for path in manifest.parent.rglob("*") if path.is_file() and path != manifest
        )
        for manifest in Path(store.root).rglob("manifest.json")
    }


@pytest.fixture(scope="module")
def whole(opened, tmp_path_factory) -> dict[str, list[str]]:
    """What is published when nobody edits a file."""
    production = with_store(opened, tmp_path_factory.mktemp("whole"))
    use_every_file(production)
    return published(production.store)


def write(path: Path) -> None:
    """Other bytes of the same number."""
    with path.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)
        file.seek(-1, 2)
        file.write(bytes([last[0] ^ 1]))


@pytest.mark.parametrize("edit", [write, Path.unlink])
@pytest.mark.parametrize("name", EVERY)
def test_what_is_edited_after_planning_is_refused_and_nothing_is_made_from_it(name, edit, production, whole):
    path = production.folder / name
    planned, digest = path.read_bytes(), production.digests[name]
    edit(path)
    try:
        with pytest.raises(
            FileChangedError, match=rf"{re.escape(name)} changed while it was being used"
        ) as refused:
            use_every_file(production)
    finally:
        path.write_bytes(planned)
    assert "run again" in str(refused.value.hint)
    assert not production.store.has("files", digest)
    made = published(production.store)
    assert made.items() < whole.items()


def test_every_kind_of_file_that_a_film_can_name_is_edited(production):
    assert {name for _, name in named_files(production.film)} == set(EVERY)
