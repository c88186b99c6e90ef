"""A film in Japanese and one in Arabic: what is said of them first, and what can be read of them at last."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
import yaml

from assembly.picture.film_file import probe
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from tests.support.films import arabic, japanese
from tests.support.fonts import no_cjk  # noqa: F401  (a fixture)
from tests.support.listening import level_db, pitch, samples

FILMS = {"ja": japanese, "ar": arabic}
DRAWN = {
    "scenes[0].shots[0].titles[0].text": "the title",
    "scenes[0].shots[1].titles[0].text": "the title",
    "scenes[0].shots[1].lines[0].text": "the caption and burnt-in subtitles",
    "scenes[0].shots[1].lines[1].text": "the caption and burnt-in subtitles",
    "scenes[1].shots[0].titles[0].text": "the title",
    "scenes[1].shots[0].lines[0].text": "the caption and burnt-in subtitles",
    "scenes[1].shots[1].titles[0].text": "the title",
    "title": 'the slate of "copy"',
    "deliverables.copy.date": 'the slate of "copy"',
    "deliverables.copy.note": 'the slate of "copy"',
}
"""every place where words of these films are drawn, but for names: those of people are their own"""


def warnings_of(folder: Path, language: str, **options: object) -> dict[str, str]:
    """What is said of the letters that no font has, by its place in the document."""
    FILMS[language].write(folder)
    opened = open_production(folder, load_settings(home=folder / "home", **options))
    told = [one.message for one in opened.warnings if "no font" in one.message]
    assert all(".yaml:" in one for one in told)
    places = [one.partition(": ")[2].partition(": ") for one in told]
    return {place: words for place, _, words in places}


@pytest.mark.usefixtures("no_cjk")
def test_letters_that_no_font_has_are_told_at_each_place_where_they_are_drawn(tmp_path):
    told = warnings_of(tmp_path, "ja")
    brought = "would be without: pip install 'shotfarm[cjk]' brings them"
    for place, what in DRAWN.items():
        assert told.pop(place).endswith(f"; {what} {brought}"), place
    assert {place.rpartition(".")[2] for place in told} == {"name"}
    assert {place.split(".")[0] for place in told} == {"characters"}
    assert all(words.endswith(f"; captions {brought}") for words in told.values())


@pytest.mark.parametrize("language", FILMS)
def test_every_letter_of_a_film_in_another_script_has_a_font(tmp_path, language):
    assert warnings_of(tmp_path, language) == {}


def test_captions_that_are_turned_off_are_not_told_of(tmp_path):
    japanese.write(tmp_path)
    document = yaml.safe_load((tmp_path / "film.yaml").read_text("utf-8"))
    for captions in (True, False):
        document["backend_options"] = {"animatic": {"captions": captions}}
        (tmp_path / "film.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
        warnings = open_production(tmp_path, load_settings(home=tmp_path / "home")).warnings
        told = [one.message for one in warnings if " captions " in one.message or " caption " in one.message]
        places = [one.partition(": ")[2] for one in told if "they stand high in the picture" in one]
        assert [place.partition(":")[0] for place in places] == captions * [
            "deliverables.burned.burned_subtitles",
            "deliverables.copy.burned_subtitles",
        ]
        assert bool(told) == captions


@pytest.mark.slow
@pytest.mark.parametrize("language", FILMS)
def test_a_film_in_another_script_can_be_read_and_heard(standing, tmp_path, language):
    film = FILMS[language]
    folder = film.write(tmp_path / "film", 160, 90)
    document = yaml.safe_load((folder / "film.yaml").read_text("utf-8"))
    kinds = {"web", "stream", "words", "copy", "sheet"}
    document["deliverables"] = {name: one for name, one in document["deliverables"].items() if name in kinds}
    (folder / "film.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    summary = standing.json("render", folder)
    assert summary["rendered"] == 4
    (web,) = (folder / "out" / "web").glob("*.mp4")
    facts = probe(web)
    assert [chapter.title for chapter in facts.chapters] == list(film.CHAPTERS)
    with av.open(str(web)) as container:
        assert container.metadata["title"] == film.TITLE
    for number, (code, words) in enumerate([(language, film.LINES), ("en", film.TRANSLATIONS)]):
        texts = [
            *((folder / "out" / "words").glob(f"*.{code}.srt")),
            *((folder / "out" / "words").glob(f"*.{code}.vtt")),
            folder / "out" / "stream" / f"{code}.0000.vtt",
        ]
        assert len(texts) == 3
        every = [path.read_text("utf-8") for path in texts] + [track(web, number)]
        for text in every:
            assert [line for line in words if line not in text] == []
            marked = [row for row in text.split("\n") if "\u202b" in row]
            assert bool(marked) == (code == "ar")
            assert all(row[0] == "\u202b" and row[-1] == "\u202c" for row in marked)
    sound = samples(web)
    ends = [0.75, 0.75 + {"ja": 4, "ar": 3}[language]]
    assert level_db(sound, ends[0], ends[0] + 1) > -30, "the voice of this language"
    assert pitch(sound, ends[1] + 0.1, ends[1] + 0.6, 250, 450) == pytest.approx(330, abs=3), "the recording"


def track(path: Path, number: int) -> str:
    """The words of a track of subtitles."""
    with av.open(str(path)) as container:
        packets = [bytes(packet) for packet in container.demux(subtitles=number)]
    return "\n".join(packet[2 : 2 + int.from_bytes(packet[:2])].decode() for packet in packets if packet[2:])
