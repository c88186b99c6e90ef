"""Japanese is read by its kana; what would be spelled is said at its line."""

from __future__ import annotations

import pytest

from assembly.sound.sources import SpokenSource
from assembly.sound.speech import japanese, voices
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.schema.vocabulary import LineDelivery
from tests.support.films import japanese as film


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("今日は灯台まで歩こう。", "キョウワトウダイまでアルコウ。"),
        ("彼へ手紙を送った!", "カレエテガミオオクッた!"),
        ("はい、ひらがな。カタカナ。", "はい、ひらがな。カタカナ。"),
        ("これは、そこへ。", "これワ、そこエ。"),
        ("Ada は 午後3時に来る", "Ada ワ ゴゴ3ジにクル"),
        ("人々", "ヒトビト"),
        ("㍿ 𠮷 〆", "㍿ 𠮷 〆"),
        ("ガラス越し".replace("ガ", "カ\u3099"), "ガラスゴシ"),
        ("", ""),
    ],
)
def test_kanji_are_read_and_kana_stay(written, spoken):
    assert japanese.reading(written) == spoken


def test_a_line_is_spoken_as_its_reading_is_and_not_spelled():
    def seconds(text):
        words = voices.reading("espeak", "ja+f3", text)
        line = SpokenSource(words, "ja+f3", 50, 160, LineDelivery.NORMAL, 48_000)
        return float(voices.spoken_s(line))

    assert seconds("今日は灯台まで歩こう。") == pytest.approx(
        seconds("きょうわとうだいまであるこう"), rel=0.05
    )
    assert voices.reading("espeak", "en-gb", "今日") == "今日", "another voice does as it does"


def test_kanji_without_readings_are_told_at_their_lines(tmp_path, monkeypatch):
    film.write(tmp_path)

    def told():
        warnings = open_production(tmp_path, load_settings(home=tmp_path / "home")).warnings
        return [one.message.partition(": ")[2] for one in warnings if "spelled" in one.message]

    assert told() == []
    monkeypatch.setattr(japanese, "_tokenizer", lambda: None)
    words = "its kanji would be spelled, not read: install shotfarm[japanese], or write it in kana"
    places = [f"scenes[0].shots[1].lines[{number}].text" for number in (0, 1)]
    assert told() == [f"{place}: {words}" for place in places], "what was recorded is not spoken"
