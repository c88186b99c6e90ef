"""Files of a film are decoded once, and again only when they or what reads them are others."""

from __future__ import annotations

import json

import pytest

from pipeline.production import given_files, line_lengths, looked_at
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.errors import DocumentError
from tests.support.films.given import picture, tone
from tests.support.pipeline.slate_films import shot_of, six_slates, write_film


@pytest.fixture
def film(tmp_path):
    """A film with a picture and two recordings, one of them silent and one longer than its shot."""
    document = six_slates()
    document["characters"]["ada"]["references"] = ["ada.png"]
    shot_of(document, "1B")["lines"] = [{"character": "ada", "text": "Here.", "recording": "voice.wav"}]
    shot_of(document, "1C")["effects"] = [{"sound": "hum.wav"}]
    picture(tmp_path / "ada.png", (0, 0, 0))
    tone(tmp_path / "voice.wav", 3)
    tone(tmp_path / "hum.wav", 1).write_bytes(silent(tone(tmp_path / "hum.wav", 1).read_bytes()))
    return write_film(tmp_path, document)


def silent(data):
    """The bytes of a WAV file, its samples zeros."""
    return data[:44] + bytes(len(data) - 44)


@pytest.fixture
def opened(film, monkeypatch):
    """What is said of the film as it is opened, and the files that were decoded for it."""
    decoded = []
    real = given_files.look_at
    monkeypatch.setattr(
        given_files, "look_at", lambda kind, path: (decoded.append(path.name), real(kind, path))[1]
    )

    def open_it():
        decoded.clear()
        production = open_production(film, load_settings(home=film / "home"))
        return [one.message for one in production.warnings], sorted(decoded)

    return open_it


def test_what_was_found_is_said_again_without_decoding_again(opened):
    said, decoded = opened()
    assert decoded == ["ada.png", "hum.wav", "voice.wav"]
    for words in (
        "it is one plain colour all over",
        "it is silent all through",
        "it is heard for 3.0 s and runs",
    ):
        assert any(words in one for one in said)
    assert opened() == (said, [])


def test_a_file_with_other_bytes_is_opened_again(opened, film):
    opened()
    tone(film / "voice.wav", 0.3)
    said, decoded = opened()
    assert decoded == ["voice.wav"]
    assert not any("it is heard for" in one for one in said)


def test_a_file_that_is_read_as_something_else_is_opened_again(opened, film):
    opened()
    document = (film / "film.yaml").read_text()
    (film / "film.yaml").write_text(document.replace("sound: hum.wav", "sound: voice.wav"))
    assert opened()[1] == ["voice.wav"]


def test_other_readers_look_again(opened, monkeypatch):
    said, _ = opened()
    monkeypatch.setattr(looked_at, "LOOKED_VERSION", looked_at.LOOKED_VERSION + 1)
    looked_at._versions.cache_clear()
    try:
        assert opened() == (said, ["ada.png", "hum.wav", "voice.wav"])
        assert opened() == (said, [])
    finally:
        looked_at._versions.cache_clear()


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", json.dumps({"versions": 1, "found": {}}).encode()]
)
def test_a_record_that_cannot_be_read_is_as_none(opened, film, data):
    said, _ = opened()
    (film / ".shotfarm" / "looked-at.json").write_bytes(data)
    assert opened() == (said, ["ada.png", "hum.wav", "voice.wav"])
    assert opened() == (said, [])


def test_what_is_wrong_is_not_remembered(opened, film):
    whole = (film / "voice.wav").read_bytes()
    (film / "voice.wav").write_bytes(b"broken")
    with pytest.raises(DocumentError, match="no sound can be read from it"):
        opened()
    with pytest.raises(DocumentError, match="no sound can be read from it"):
        opened()
    (film / "voice.wav").write_bytes(whole)
    assert opened()[1] == ["voice.wav"]


def test_a_film_whose_record_cannot_be_written_is_opened_all_the_same(opened, film):
    (film / ".shotfarm" / "looked-at.json").mkdir(parents=True)
    said, decoded = opened()
    assert (len(decoded), opened()) == (3, (said, decoded))


def test_a_line_that_may_run_over_its_shot_is_spoken_once_and_no_other_is(tmp_path, monkeypatch):
    spoken = []
    real = line_lengths.spoken_s
    monkeypatch.setattr(
        line_lengths, "spoken_s", lambda source: (spoken.append(source.text), real(source))[1]
    )
    document = six_slates()
    for shot, text in (("1B", "Here is more than two seconds hold."), ("1C", "Oh.")):
        shot_of(document, shot).update({"duration": 48, "lines": [{"character": "ada", "text": text}]})
    film = write_film(tmp_path, document)
    said = [open_production(film, load_settings(home=tmp_path / "home")).warnings for _ in range(2)]
    assert said[0] == said[1]
    assert spoken == ["Here is more than two seconds hold."]
