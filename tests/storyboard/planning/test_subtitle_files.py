"""Subtitles as text: exact times, and letters that are no markup although they look like it."""

from __future__ import annotations

import html
import re
from fractions import Fraction

import pytest

from storyboard.planning.overlapping_subtitles import Subtitle
from storyboard.planning.subtitle_files import srt, webvtt

RATE = Fraction(24)


def test_srt_and_webvtt_say_the_same_at_exact_times():
    both = [
        Subtitle(24, 48, ("A < B & C --> D",)),
        Subtitle(86400 * 24, 86400 * 24 + 24, ("Far", "off"), frozenset({0, 1})),
    ]
    rate = Fraction(24000, 1001)
    assert srt(both, rate).splitlines()[:3] == ["1", "00:00:01,001 --> 00:00:02,002", "A < B & C → D"]
    assert "24:01:26,400 --> 24:01:27,401\n<i>Far\noff</i>" in srt(both, rate)
    lines = webvtt(both, rate).splitlines()
    assert lines[:4] == ["WEBVTT", "", "00:00:01.001 --> 00:00:02.002", "A &lt; B &amp; C --&gt; D"]


def test_italics_are_marked_for_the_rows_that_have_them():
    (text,) = srt([Subtitle(0, 24, ("- Far", "off", "- Near"), frozenset({0, 1}))], RATE).split("\n", 2)[2:]
    assert text == "<i>- Far\noff</i>\n- Near\n"


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (("Press <b>now</b>!",), "Press \u2039b\u203anow\u2039/b\u203a!"),
        (("a <font color=red", "> b"), "a \u2039font color=red\n\u203a b"),
        (("{\\an8}Up {y:i}there",), "(\\an8)Up (y:i)there"),
        (("1 < 2",), "1 < 2"),
        (("she --> he",), "she → he"),
    ],
)
def test_what_looks_like_markup_is_words(rows, shown):
    one = [Subtitle(0, 24, rows)]
    assert srt(one, RATE).split("\n", 2)[2] == shown + "\n"
    cue = webvtt(one, RATE).split("\n", 3)[3]
    assert not re.search(r"[<>]", cue)
    assert html.unescape(cue) == "\n".join(rows) + "\n"
