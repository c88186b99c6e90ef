from __future__ import annotations

import hashlib
import os
import unicodedata

import pytest

from storyboard.document.named_files import confine, file_digests
from storyboard.errors import DocumentError
from tests.support.storyboard.small_films import loaded, small


def with_files(film: dict) -> dict:
    film["look"]["references"] = ["style.png"]
    film["look"]["loras"] = [{"file": "style.safetensors"}]
    film["characters"]["mira"]["references"] = ["a/mira.png", "style.png"]
    film["characters"]["mira"]["loras"] = [{"file": "mira.safetensors"}]
    film["locations"]["tower"]["references"] = ["tower.png"]
    film["locations"]["tower"]["room_tone"] = "hum.wav"
    film["locations"]["harbour"]["room_tone"] = "gulls"
    film["soundfont"] = "font.sf2"
    film["music"][0]["file"] = "theme.flac"
    film["scenes"][0]["shots"][0]["effects"] = [{"sound": "bell"}, {"sound": "horn.wav"}]
    film["scenes"][0]["shots"][1]["performance"] = {
        "file": "act.mp4",
        "face": "face.mp4",
        "background": "set.mp4",
        "mask": "mask.mp4",
        "consent": "J. Doe",
    }
    film["scenes"][0]["shots"][1] |= {"first_frame": "start.png", "last_frame": "end.png"}
    return film


NAMES = {
    "style.png",
    "style.safetensors",
    "act.mp4",
    "face.mp4",
    "set.mp4",
    "mask.mp4",
    "start.png",
    "end.png",
    "a/mira.png",
    "mira.safetensors",
    "tower.png",
    "hum.wav",
    "font.sf2",
    "theme.flac",
    "horn.wav",
}


def test_every_file_has_the_digest_of_its_bytes(tmp_path):
    (tmp_path / "a").mkdir()
    for name in NAMES:
        (tmp_path / name).write_bytes(name.encode() * 100_000)
    digests = file_digests(loaded(with_files(small()), tmp_path))
    assert digests == {name: hashlib.sha256(name.encode() * 100_000).hexdigest() for name in NAMES}


def test_every_missing_file_is_told(tmp_path):
    with pytest.raises(DocumentError) as caught:
        file_digests(loaded(with_files(small()), tmp_path))
    assert len(caught.value.problems) == len(NAMES) + 1  # style.png is named twice


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    film = small()
    film["look"]["references"] = ["style.png"]
    (tmp_path / "style.png").touch(mode=0)
    with pytest.raises(
        DocumentError, match=r'look.references\[0\]: "style.png" cannot be read: Permission denied'
    ):
        file_digests(loaded(film, tmp_path))


@pytest.mark.parametrize(("written", "stored"), [("NFC", "NFD"), ("NFD", "NFC")])
@pytest.mark.parametrize("name", ["café.png", "й/й.png", "Café/été.png", "한글/밤.png", "ガス/ガ.png"])
def test_a_name_in_another_unicode_form_is_said_to_be_there(tmp_path, name, written, stored):
    path = tmp_path / unicodedata.normalize(stored, name)
    path.parent.mkdir(exist_ok=True)
    path.touch()
    assert confine(tmp_path, unicodedata.normalize(stored, name)) == path
    with pytest.raises(ValueError, match=rf"one with the same letters is there, .* form \({stored}\)"):
        confine(tmp_path, unicodedata.normalize(written, name))
