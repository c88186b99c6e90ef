"""Captions in every script, of any length, inside the band that is theirs."""

from __future__ import annotations

import numpy as np
import pytest

from farm.backend.conformance import line, shot
from farm.backend.protocol import BrokenError
from farm.backends.animatic.backend import _check_fonts
from farm.backends.animatic.captions import LEAST_HEIGHT, caption
from farm.backends.animatic.labels import _drawn
from farm.backends.animatic.staging import WORDS_A_SECOND, _seconds_of
from storyboard.lettering.places import CAPTION_BOTTOM, CAPTION_TOP
from storyboard.planning.spec import ResolvedLine
from storyboard.planning.spec_letters import lettered

WORDS = {
    "en": "Yes, the lamp has gone out again.",
    "ar": "نعم، انطفأ المصباح مرة أخرى.",
    "he": "כן, המנורה כבתה שוב.",
    "hi": "हाँ, दीपक फिर से बुझ गया है।",
    "th": "ใช่ ตะเกียงดับอีกแล้ว",
    "ja": "ええ、灯りがまた消えました。",
    "zh-Hant": "是的，燈又滅了。",  # noqa: RUF001
    "ko": "네, 등불이 또 꺼졌어요.",
    "en-emoji": "🎬 Off it goes!",
}


def captioned(words: str, size: tuple[int, int], language: str = "", delivery: str = "normal"):
    said = ResolvedLine(character="ada", name="Ada", text=words, delivery=delivery, start=0)
    return caption(said, (120, 40, 60), *size, language)


@pytest.mark.parametrize("language", WORDS)
def test_a_caption_has_light_letters_with_dark_edges_in_every_script(language):
    made = captioned(WORDS[language], (640, 360), language.removesuffix("-emoji"))
    assert made is not None
    pixels, left, _ = made
    below = pixels[pixels.shape[0] // 2 :]
    assert (below[..., :3].min(axis=2) > 220).sum() > 40, "letters"
    assert ((below[..., 3] > 250) & (below[..., :3].max(axis=2) < 60)).sum() > 40, "edges"
    assert abs(2 * left + pixels.shape[1] - 640) <= 1, "in the middle"


@pytest.mark.parametrize("size", [(1280, 720), (404, 720), (640, 268), (160, LEAST_HEIGHT)])
@pytest.mark.parametrize("words", ["Oh.", "many words " * 30, "灯台まで歩いて行きました。" * 12, "x" * 400])
def test_captions_of_any_length_stay_in_their_band(size, words):
    made = captioned(words, size)
    assert made is not None
    pixels, left, top = made
    assert left >= 0
    assert left + pixels.shape[1] <= size[0]
    assert top >= int(CAPTION_TOP * size[1])
    assert top + pixels.shape[0] <= round(CAPTION_BOTTOM * size[1])
    assert pixels.any()


def test_only_words_in_letters_that_italics_have_are_in_italics():
    latin, greek = (
        [captioned(words, (640, 360), delivery=one)[0] for one in ("normal", "voice-over")]
        for words in ("Far away.", "Μακριά.")
    )
    assert latin[0].shape != latin[1].shape or not np.array_equal(*latin)
    assert np.array_equal(*greek)


def test_cards_of_what_is_not_known_are_lettered_too():
    words = [_drawn(words, (0, 0, 0), 14) for words in ("宇宙ステーション", "محطة", "สถานี", "a station")]
    assert all((one[..., 3] > 200).sum() > 300 for one in words)


def test_words_without_spaces_stand_as_long_as_they_are_spoken():
    seconds = [
        _seconds_of(words) for words in ("ええ。", "今日はとても天気がいいので、灯台まで歩いて行きました。")
    ]
    assert 0.3 < seconds[0] < 1
    assert 3 < seconds[1] < 6
    assert _seconds_of("one two three four") == pytest.approx(4 / WORDS_A_SECOND)


def test_a_machine_with_other_fonts_than_the_planner_s_renders_nothing():
    planned = lettered(shot(lines=(line("灯りが消えた。"),), size="CU", frames=2), "ja")
    assert planned.letters
    _check_fonts(planned)
    _check_fonts(shot(lines=(line("The light is out."),)))
    with pytest.raises(BrokenError, match=r"would draw words with manimgx-fonts-cjk .*, not with none"):
        _check_fonts(planned.model_copy(update={"letters": ()}))
    with pytest.raises(BrokenError, match="with none, not with fonts 2"):
        _check_fonts(planned.model_copy(update={"letters": (*planned.letters, "fonts 2")}))
