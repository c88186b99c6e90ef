"""What is said of a film's words before anything renders: at their lines, with what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.errors import DocumentError
from tests.support.fonts import no_cjk  # noqa: F401  (a fixture)

CASES = Path(__file__).parent.parent / "cases"
BROUGHT = ": pip install 'shotfarm[cjk]' brings them"


def warnings_of(film, tmp_path):
    (tmp_path / "film.yaml").write_text(yaml.safe_dump(film, sort_keys=False, allow_unicode=True), "utf-8")
    opened = open_production(tmp_path, load_settings(backend="slate", home=tmp_path / "home"))
    return [(one.message.partition(": ")[2], one.shots) for one in opened.warnings]


@pytest.fixture
def overlap():
    return yaml.safe_load((CASES / "overlap" / "film.yaml").read_text("utf-8"))


@pytest.fixture
def tofu():
    return yaml.safe_load((CASES / "tofu" / "film.yaml").read_text("utf-8"))


def test_a_line_over_another_is_told_by_how_much(overlap, tmp_path):
    told = [words for words, shots in warnings_of(overlap, tmp_path) if "runs" in words]
    assert len(told) == 1
    assert told[0].startswith("scenes[0].shots[0].lines[0].text: it is heard for 2.")
    assert told[0].endswith(" s over the next line, Ben's")


@pytest.mark.usefixtures("no_cjk")
def test_letters_that_no_font_has_are_told_wherever_they_are_drawn(tofu, tmp_path):
    line = tofu["scenes"][0]["shots"][0]["lines"][0]
    told = "no font here has お, は, よ, う; burnt-in subtitles would be without"
    assert warnings_of(tofu, tmp_path)[-1] == (f"scenes[0].shots[0].lines[0].text: {told}{BROUGHT}", ("1A",))
    tofu["deliverables"] = {"copy": {"kind": "review", "note": "灯", "date": "2026 год"}}
    tofu["title"] = "灯台 Tofu"
    line["text"] = "Good morning."
    tofu["scenes"][0]["shots"][0]["titles"] = [{"text": "おはよう", "style": "credits"}]
    title = (
        "scenes[0].shots[0].titles[0].text: no font here has お, は, よ, う; the title would be without"
        + BROUGHT
    )
    assert warnings_of(tofu, tmp_path) == [
        (title, ("1A",)),
        ('title: no font here has 灯, 台; the slate of "copy" would be without' + BROUGHT, ()),
        ('deliverables.copy.note: no font here has 灯; the slate of "copy" would be without' + BROUGHT, ()),
    ]


def test_letters_that_a_font_has_are_not_told_and_those_of_no_font_are_with_no_more_said(tofu, tmp_path):
    tofu["title"] = "𒀀 Cuneiform"
    tofu["deliverables"]["copy"] = {"kind": "review", "note": "شكرا ขอบคุณ धन्यवाद תודה ありがとう 🎬"}
    told = [words for words, _ in warnings_of(tofu, tmp_path) if "no font" in words]
    assert told == ['title: no font here has 𒀀; the slate of "copy" would be without']


@pytest.mark.usefixtures("no_cjk")
def test_ids_that_no_font_has_are_told_where_a_contact_sheet_or_a_slate_shows_them(tofu, tmp_path):
    tofu["scenes"][0]["id"] = "港"
    tofu["scenes"][0]["shots"] = [{"id": "朝", "duration": 24}, {"id": "1Б", "duration": 24}]
    shot = "scenes[0].shots[0].id: no font here has 朝"
    for kind, told in (
        (
            "contact-sheet",
            [
                (
                    'scenes[0].id: no font here has 港; the contact sheet "d" would be without' + BROUGHT,
                    ("朝", "1Б"),
                ),
                (f'{shot}; the contact sheet "d" would be without' + BROUGHT, ("朝",)),
            ],
        ),
        ("review", [(f'{shot}; the slate of "d" would be without' + BROUGHT, ("朝",))]),
    ):
        tofu["deliverables"] = {"d": {"kind": kind}}
        assert [one for one in warnings_of(tofu, tmp_path) if "no font" in one[0]] == told


@pytest.mark.usefixtures("no_cjk")
def test_a_translation_is_looked_at_where_it_is_burnt_in(tofu, tmp_path):
    tofu["deliverables"] = {"web": {"kind": "web", "burned_subtitles": "ja"}}
    line = tofu["scenes"][0]["shots"][0]["lines"][0]
    line |= {"text": "Good morning.", "translations": {"ja": "トマト"}}
    ((words, shots),) = warnings_of(tofu, tmp_path)
    assert words.startswith("scenes[0].shots[0].lines[0].translations.ja: no font here has ト, マ;")
    assert shots == ("1A",)


@pytest.mark.usefixtures("no_cjk")
def test_the_captions_of_the_animatic_are_looked_at_with_the_names_of_who_speaks(tofu, tmp_path):
    tofu["deliverables"] = {}
    tofu["renderer"], tofu["renderers"] = "draft", {"draft": {"backend": "animatic"}}
    tofu["characters"]["ana"]["name"] = "アナ"
    (tmp_path / "film.yaml").write_text(yaml.safe_dump(tofu, allow_unicode=True), "utf-8")
    opened = open_production(tmp_path, load_settings(home=tmp_path / "home"))
    told = [one.message.partition(": ")[2] for one in opened.warnings]
    assert "characters.ana.name: no font here has ア, ナ; captions would be without" + BROUGHT in told
    assert any(words.endswith("the caption would be without" + BROUGHT) for words in told)


def test_a_voice_that_is_none_is_refused_although_nobody_speaks_with_it_beside_all_other_problems(
    overlap, tmp_path
):
    overlap["characters"]["ben"]["voice"] = {"name": "nope"}
    overlap["characters"]["ana"]["voice"] = {"name": "Japanese"}
    shots = overlap["scenes"][0]["shots"]
    shots[0]["lines"] = []
    shots[0]["size"] = "HUGE"
    shots[1]["continues"] = "9Z"
    (tmp_path / "film.yaml").write_text(yaml.safe_dump(overlap, sort_keys=False), "utf-8")
    with pytest.raises(DocumentError) as caught:
        open_production(tmp_path, load_settings(backend="slate", home=tmp_path / "home"))
    assert [
        (one.path, one.message.partition(";")[0].partition(" (")[0]) for one in caught.value.problems
    ] == [
        ("characters.ana.voice.name", "'Japanese' is no voice"),
        ("characters.ben.voice.name", "'nope' is no voice"),
        ("scenes[0].shots[0].size", '"HUGE" is not allowed here'),
        ("scenes[0].shots[1].continues", '"9Z" names no earlier shot'),
    ]


def problems_of(film, tmp_path):
    (tmp_path / "film.yaml").write_text(yaml.safe_dump(film, sort_keys=False, allow_unicode=True), "utf-8")
    with pytest.raises(DocumentError) as caught:
        open_production(tmp_path, load_settings(backend="slate", home=tmp_path / "home"))
    return [(one.path, one.message) for one in caught.value.problems]


@pytest.fixture
def silent():
    """Two lines, by two who name no voice."""
    film = yaml.safe_load((CASES / "overlap" / "film.yaml").read_text("utf-8"))
    for character in film["characters"].values():
        character.pop("voice", None)
    return film


def test_a_language_that_no_voice_speaks_is_an_error_at_its_line_when_somebody_has_to(silent, tmp_path):
    silent["language"] = "fil"
    ((path, words),) = problems_of(silent, tmp_path)
    assert path == "language"
    assert words.startswith(
        'espeak has no voice for "fil", and Ana speaks in 1A; give each who speaks a voice'
    )


def test_a_language_without_a_voice_is_one_to_write_and_to_read(silent, tmp_path):
    silent["language"] = "fil"
    spoken = {name: {**one, "voice": {"name": "id"}} for name, one in silent["characters"].items()}
    told = warnings_of({**silent, "characters": spoken}, tmp_path)
    assert not [words for words, _ in told if "voice" in words]
    for shot in silent["scenes"][0]["shots"]:
        shot["lines"] = []
    assert warnings_of(silent, tmp_path) == []


@pytest.mark.parametrize("read", [True, False])
def test_kanji_that_nothing_reads_are_told_at_their_line(silent, tmp_path, monkeypatch, read):
    monkeypatch.setattr("assembly.sound.speech.japanese.can_read", lambda: read)
    silent["language"] = "ja"
    shot = silent["scenes"][0]["shots"][0]
    shot["lines"] = [
        {"character": "ana", "text": "今日は東京へ行きます。"},
        {"character": "ben", "text": "がっこうへ いきます。", "at": "3s"},
    ]
    told = [(words, shots) for words, shots in warnings_of(silent, tmp_path) if "Chinese letter" in words]
    if read:
        assert told == []
        return
    words = (
        'scenes[0].shots[0].lines[0].text: 今, 日, 東, 京, 行 would be spoken as "Chinese letter"; '
        "pip install 'shotfarm[japanese]' has them read, or write kana for them"
    )
    assert told == [(words, ("1A",))]


def test_a_kanji_without_a_reading_is_told_although_there_is_a_reading_library(silent, tmp_path):
    silent["language"] = "ja"
    silent["scenes"][0]["shots"][0]["lines"] = [{"character": "ana", "text": "𠮷へ行きます。"}]
    told = [words for words, _ in warnings_of(silent, tmp_path) if "Chinese letter" in words]
    assert told == [
        'scenes[0].shots[0].lines[0].text: 𠮷 would be spoken as "Chinese letter"; write kana for them'
    ]


def test_letters_that_a_voice_of_english_passes_over_are_told_at_their_line(silent, tmp_path):
    silent["scenes"][0]["shots"][0]["lines"] = [
        {"character": "ana", "text": "A café, 夜の夜."},
        {"character": "ben", "text": "Señor Ĉapek's naïve coöperation.", "at": "3s"},
    ]
    told = [words for words, _ in warnings_of(silent, tmp_path) if "passed over" in words]
    words = (
        "scenes[0].shots[0].lines[0].text: 夜, の would be passed over: the voice woman reads Latin letters "
        "alone; name a voice of the line's language"
    )
    assert told == [words]


def test_the_voice_of_the_film_s_language_is_not_asked_for_where_a_character_has_its_own(silent, tmp_path):
    silent["language"] = "ja"
    for character in silent["characters"].values():
        character["voice"] = {"name": "en-us"}
    silent["scenes"][0]["shots"][0]["lines"] = [{"character": "ana", "text": "今日。"}]
    assert not [words for words, _ in warnings_of(silent, tmp_path) if "Chinese letter" in words]
