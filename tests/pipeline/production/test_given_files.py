"""The pictures, videos and sounds of a film are opened before anything renders."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.production.given_files import kind_of
from pipeline.production.looked_at import Kind
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.document.named_files import named_files
from storyboard.errors import DocumentError
from tests.support import tiny_font
from tests.support.pipeline.slate_films import shot_of, six_slates, write_film

TESTS = Path(__file__).parents[2]
PICTURES = TESTS / "farm" / "media" / "cases"
SOUNDS = TESTS / "assembly" / "sound" / "cases"


def film_of(folder, *, broken=False):
    """A film with files as a phone, a recorder and a scanner make them; or all of them broken."""
    document = six_slates()
    given = {
        "turned.jpg": PICTURES / "exif6.jpg",
        "scan.png": PICTURES / "gray16.png",
        "cutout.png": PICTURES / "cutout.png",
        "phone.mp4": PICTURES / "phone.mp4",
        "voice.wav": SOUNDS / "inverted.wav",
        "camera.mov": SOUNDS / "twotracks.mov",
        "late.mp4": SOUNDS / "late.mp4",
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in given.items():
        if broken:
            (folder / name).write_bytes(b"broken")
        else:
            shutil.copyfile(source, folder / name)
    document["look"] = {**document.get("look", {}), "references": ["scan.png"]}
    document["characters"] = {
        "ada": {"name": "Ada", "description": "a sailor", "references": ["turned.jpg", "cutout.png"]}
    }
    first, second = shot_of(document, "1A"), shot_of(document, "1B")
    first["performance"] = {"file": "phone.mp4", "consent": "my own"}
    second["lines"] = [{"character": "ada", "text": "Here.", "recording": "voice.wav"}]
    second["characters"] = [{"id": "ada"}]
    second["effects"] = [{"sound": "camera.mov"}, {"sound": "late.mp4"}]
    return write_film(folder, document)


def opened(folder):
    return open_production(folder, load_settings(home=folder / "home"))


def test_what_is_changed_on_the_way_is_said_at_its_line(tmp_path):
    warnings = opened(film_of(tmp_path)).warnings
    for words, shots in (
        ('look.references[0]: "scan.png": its 16 bits a channel become eight', ()),
        ('"turned.jpg": turned upright, as its EXIF data says', ()),
        ('"cutout.png": what is transparent is laid on white', ()),
        ('"phone.mp4": turned upright, as its display matrix says', ("1A",)),
        ('"voice.wav": its channels cancel each other; those that are inverted are turned round', ("1B",)),
        ('"camera.mov": the sound is in track 2 of 2; what comes first is silent', ("1B",)),
        ('"late.mp4": its sound begins 0.48 s late, as its clock says', ("1B",)),
    ):
        found = [one for one in warnings if words in one.message]
        assert [one.shots for one in found] == [shots], words
        assert ".yaml:" in found[0].message


def test_what_is_broken_is_refused_at_its_line_all_at_once(tmp_path):
    with pytest.raises(DocumentError) as caught:
        opened(film_of(tmp_path, broken=True))
    problems = {problem.path: problem.message for problem in caught.value.problems}
    assert len(problems) == 7
    assert all(problem.line for problem in caught.value.problems)
    assert problems["look.references[0]"].startswith('"scan.png": it is no picture')
    assert "cannot be read as a video" in problems["scenes[0].shots[0].performance.file"]
    assert "no sound can be read from it" in problems["scenes[0].shots[1].lines[0].recording"]


def test_every_named_file_is_somebody_s(tmp_path):
    """A new place for a file in the schema must say what it is read as."""
    loaded = opened(film_of(tmp_path)).loaded
    kinds = [kind_of(path, name) for path, name in named_files(loaded.film)]
    assert set(kinds) == {Kind.PICTURE, Kind.VIDEO, Kind.LINE, Kind.SOUND}


def test_a_soundfont_of_which_nothing_is_heard_is_told_at_its_line(tmp_path):
    tiny_font.silence(tiny_font.write(tmp_path / "tiny.sf2"))
    write_film(tmp_path, {**six_slates(), "soundfont": "tiny.sf2"})
    (told,) = [one.message for one in opened(tmp_path).warnings if "nothing is heard" in one.message]
    assert 'soundfont: "tiny.sf2": nothing is heard of its General MIDI program ' in told
    assert ".yaml:" in told
