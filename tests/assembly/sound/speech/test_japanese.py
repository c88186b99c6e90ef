"""Japanese is read by its kana, not spelled: measured by what espeak-ng makes of it."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import espeakng_loader
import pytest
import yaml

from assembly.sound.lay_soundtrack import soundtrack
from assembly.sound.speech import espeak
from assembly.sound.speech.japanese import as_kana, kanji_in
from storyboard.document.load import parse_film
from tests.support.storyboard.small_films import shot, small

_PHONEMES = """
import ctypes, json, sys
library, data, voice, text = json.load(sys.stdin)
espeak = ctypes.CDLL(library)
espeak.espeak_Initialize(2, 0, data.encode(), 0x8000)
assert espeak.espeak_SetVoiceByName(voice.encode()) == 0
espeak.espeak_TextToPhonemes.restype = ctypes.c_char_p
rest = ctypes.pointer(ctypes.c_char_p(text.encode()))
parts = []
while rest.contents.value:
    parts.append((espeak.espeak_TextToPhonemes(rest, 1, 0) or b"").decode())
print(json.dumps(" ".join(parts)))
"""


def phonemes(text: str) -> str:
    """What espeak-ng would say, in its own letters for sounds; in a process of its own, as it is GPL."""
    voice = espeak._languages()["ja"]
    order = [espeakng_loader.get_library_path(), espeakng_loader.get_data_path(), voice, text]
    done = subprocess.run(
        [sys.executable, "-c", _PHONEMES],
        input=json.dumps([*map(str, order)]),
        capture_output=True,
        text=True,
        check=True,
    )
    said: str = json.loads(done.stdout)
    return said


def spoken_texts(language: str, *texts: str, **voice: object) -> list[tuple[str, str]]:
    """The voice and the words of what is asked of the engine for these lines of a film."""
    film = small()
    film["language"] = language
    film["characters"]["tom"]["description"] = "a man"
    if voice:
        film["characters"]["tom"]["voice"] = voice
    shot(film, "1A")["lines"] = [{"character": "tom", "text": text} for text in texts]
    loaded = parse_film(yaml.safe_dump(film, allow_unicode=True), Path("film.yaml"))
    return [(event.source.voice, event.source.text) for event in soundtrack(loaded.film, {}, Path()).speech]


def test_a_sentence_with_kanji_is_said_and_not_spelled():
    sentence = "今日は東京へ行きます。"
    spelled = phonemes(sentence)
    assert spelled.count("(en)") == 5, "each kanji is an English word for it"
    read = phonemes(as_kana(sentence))
    assert "(en)" not in read
    assert read == phonemes("きょうワ とうきょうエ いきます。")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("今日は東京へ行きます。", "キョウワ トウキョウエ イキます。"),
        ("りんごを食べた", "りんごオ タベた"),
        ("こんにちは、世界", "こんにちワ、 セカイ"),
        ("人々は二十三歳", "ヒトビトワ ニジュウサンサイ"),
        ("カメラ", "カメラ"),
        ("〆", "〆"),
        ("彼はPythonを使う", "カレワ Pythonオ ツカウ"),
        ("", ""),
    ],
)
def test_words_are_apart_and_particles_are_written_as_they_are_said(text, read):
    assert as_kana(text) == read


def test_another_form_of_the_same_letters_reads_the_same():
    text = "ガラスの橋がある"
    assert as_kana(unicodedata.normalize("NFD", text)) == as_kana(text)


def test_kanji_are_found_and_nothing_else():
    assert kanji_in("今日はabc一々〆 ー。") == "今日一々〆"
    assert kanji_in("ひらがなカタカナ") == ""


def test_a_film_in_japanese_is_spoken_by_its_voice_and_its_kana():
    assert spoken_texts("ja", "灯台の光") == [("ja", "トウダイの ヒカリ")]


def test_a_voice_that_was_named_and_other_languages_are_left_as_they_are():
    assert spoken_texts("ja", "今日", name="en-us") == [("en-us", "今日")]
    assert spoken_texts("zh", "今日") == [("zh", "今日")]
    assert spoken_texts("en", "Ahoy") == [("man", "Ahoy")]
    assert spoken_texts("en", "Ahoy", name="en-gb") == [("en-gb", "Ahoy")]
    assert spoken_texts("ja", "今日", name="ja+f2") == [("ja+f2", "キョウ")]


@pytest.mark.parametrize(
    ("language", "voice"),
    [("en", "en-gb"), ("en-US", "en-us"), ("pt-BR", "pt-br"), ("pt", "pt"), ("de-AT", "de"), ("fil", None)],
)
def test_a_language_s_voice_is_that_of_its_tag_or_of_the_wider_one(language, voice):
    assert espeak.voice_for(language) == voice


def test_without_the_library_a_line_stays_as_it_is(monkeypatch):
    monkeypatch.setattr("assembly.sound.speech.japanese.can_read", lambda: False)
    assert as_kana("今日は") == "今日は"
