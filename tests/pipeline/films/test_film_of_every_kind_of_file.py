"""A film of what a phone, a recorder and a scanner make: what is said of it, and what is heard in it."""

from __future__ import annotations

import pytest
import yaml

from pipeline.production.open import open_production
from pipeline.settings import load_settings
from tests.support.films import devices
from tests.support.films.device_files import SOUNDS
from tests.support.listening import level_db, pitch, samples

SAID = {
    "scan.tif": "its 16 bits a channel become eight",
    "scan.png": "its 16 bits a channel become eight",
    "print.jpg": "its printing colours (CMYK without a profile) become sRGB",
    "cutout.png": "what is transparent is laid on white",
    "moving.gif": "the first of its 2 pictures is used",
    "phone.jpg": "turned upright, as its EXIF data says",
    "phone.mp4": "turned upright, as its display matrix says",
    "mask.mov": "its alpha is the mask",
    "hlg.mp4": "HDR (HLG) is mapped to BT.709",
    "pq.mkv": "HDR (PQ) is mapped to BT.709",
    "late.mkv": "its pictures begin 0.25 s late, as its clock says",
    "camera.mpg": "interlaced, made progressive",
    "cinema51.flac": "its 6 channels are mixed to two",
    "late.mov": "its sound begins 0.25 s late, as its clock says",
    "twotracks.mov": "the sound is in track 2 of 2; what comes first is silent",
}


def test_each_file_that_is_changed_on_the_way_is_named_with_how_and_no_other(tmp_path):
    devices.write(tmp_path)
    warnings = open_production(tmp_path, load_settings(home=tmp_path / "home")).warnings
    told: dict[str, set[str]] = {}
    for one in warnings:
        _, quoted, rest = one.message.partition(': "')
        if quoted and not one.message.startswith("not drawn: "):
            assert ".yaml:" in one.message
            name, _, words = rest.partition('": ')
            told.setdefault(name.rpartition("/")[2], set()).add(words)
    assert told.pop("inverted.wav") == {
        "its channels cancel each other; those that are inverted are turned round",
        "its 2 channels are mixed to one",
    }
    assert told == {name: {words} for name, words in SAID.items()}


@pytest.mark.slow
def test_every_recording_is_heard_in_its_shot_and_every_song(standing, tmp_path):
    folder = devices.write(tmp_path / "film", 64, 36)
    document = yaml.safe_load((folder / "film.yaml").read_text())
    document["deliverables"] = {"master": document["deliverables"]["master"]}
    (folder / "film.yaml").write_text(yaml.safe_dump(document))
    summary = standing.json("render", folder)
    assert summary["rendered"] == len(SOUNDS) + 3
    (master,) = (folder / "out" / "master").glob("*.mov")
    sound = samples(master)
    for start, name in enumerate(SOUNDS):
        assert pitch(sound, start + 0.1, start + 0.8) == pytest.approx(devices.hertz(name), abs=4), name
        assert level_db(sound, start + 0.3, start + 0.7) > -35, name
        late = 0.25 if name == "late.mov" else 0
        assert level_db(sound, start, start + 0.2) > -35 or late, name
        assert not late or level_db(sound, start + 0.05, start + 0.2) < -50
    for start in range(len(SOUNDS), len(SOUNDS) + 3):
        assert pitch(sound, start + 0.1, start + 0.8) == pytest.approx(440, abs=4)
        assert level_db(sound, start + 0.1, start + 0.5) > -40
