"""A film's storyboard on paper: of its takes, and drawn where there are none."""

from __future__ import annotations

import base64
import io
import re
from datetime import UTC, datetime

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from farm.backend.conformance import render
from farm.backends.animatic import AnimaticBackend
from pipeline.production.open import open_production
from pipeline.review.board.as_pdf import board_pdf
from pipeline.review.board.cards import Card
from pipeline.review.board.drawn import drawn_board
from pipeline.review.board.export import board_of
from pipeline.settings import Settings
from storyboard.errors import UsageError
from storyboard.screenplay.breakdown import broken_down
from storyboard.screenplay.document import film_text
from storyboard.screenplay.fountain import read_fountain
from tests.support.pipeline.review_films import settings_for

AT = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
SCRIPT = """INT. KITCHEN - NIGHT

A low room with nobody in it, and a lamp.

ANNA (30) sits.

ANNA
Who is there?

BEN (O.S.)
Nobody. Go to sleep.

FADE OUT.
"""


def pages(content):
    document = pypdfium2.PdfDocument(content)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def pictures(content):
    return [sum(one.type == 3 for one in page.get_objects()) for page in pypdfium2.PdfDocument(content)]


def card(number, action="She waits.", **more):
    given = {
        "scene": "",
        "frame": "MS",
        "timing": "2 s",
        "lines": (),
        "notes": "",
        "clip": None,
        "clip_frame": 0,
    }
    return Card(shot=f"{number}A", action=action, **{**given, **more})


def test_shots_without_a_take_are_drawn(tmp_path):
    path = tmp_path / "film.yaml"
    path.write_text(film_text(broken_down(read_fountain(SCRIPT)).film), "utf-8")
    settings = Settings(store=str(tmp_path / "store"))
    made = board_of(path, settings, per_page=4)
    assert (made.shots, made.drawn, made.missing) == (4, 4, ())
    (page,) = pages(made.content)
    assert pictures(made.content) == [4]
    assert page.startswith("Untitled 4 shots")
    assert "1 INT. KITCHEN - NIGHT" in page
    assert "1A WS · push in" in page
    assert "Anna: Who is there?" in page
    assert "Ben (O.S.): Nobody. Go to sleep." in page
    assert "1D CU · fade out" in page


UNKNOWN = """schema: 1
title: "Sea & <b>sky</b>"
characters:
  ada: {name: Ada, description: a woman in a red coat, voice: {name: en-gb}}
locations:
  it: {name: Space elevator}
scenes:
  - id: "1"
    slug: EXT. YARD - DAY
    location: it
    shots:
      - id: A
        duration: 2s
        action: Ada waits.
        characters: [{id: ada}]
        lines: [{character: ada, text: "1 < 2"}]
      - {id: B, duration: 1.5s, characters: [{id: ada}], transition: {kind: dissolve, duration: 12f}}
"""


def page_of(path, text, tmp_path):
    path.write_text(text, "utf-8")
    return drawn_board(path, Settings(store=str(tmp_path / "store")))


def test_a_board_is_one_page_with_a_frame_of_every_shot_in_it(tmp_path):
    made = page_of(tmp_path / "film.yaml", UNKNOWN, tmp_path)
    page = made.content.decode("utf-8")
    inside = re.findall(r'src="([^"]+)"', page)
    assert made.shots == len(inside) == 2
    frames = [Image.open(io.BytesIO(base64.b64decode(one.partition("base64,")[2]))) for one in inside]
    assert [frame.size for frame in frames] == [(480, 270)] * 2
    assert np.asarray(frames[0]).tobytes() != np.asarray(frames[1]).tobytes()
    assert '<h1 dir="auto">Sea &amp; &lt;b&gt;sky&lt;/b&gt;</h1>' in page
    assert "2 shots, 3.5 s" in page
    assert "<b>Ada:</b> 1 &lt; 2" in page
    assert "1.5 s · 00:00:02:00" in page
    assert page.count("not drawn: &#34;Space elevator&#34;") == 2
    assert any('"Space elevator"' in one.message for one in made.warnings)
    assert not (tmp_path / "store").exists()


def test_a_board_draws_a_shot_as_its_take_would_be(tmp_path):
    path = tmp_path / "film.yaml"
    page = page_of(path, UNKNOWN.replace("Space elevator", "Lamp room"), tmp_path).content.decode("utf-8")
    (first, _) = re.findall(r'base64,([^"]+)"', page)
    settings = Settings(store=str(tmp_path / "store"), backend="animatic")
    spec = open_production(path, settings).plan().shots[0].spec
    options = {**spec.options, "captions": False}
    spec = spec.model_copy(update={"width": 480, "height": 270, "options": options})
    frames = render(AnimaticBackend, spec)
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(first)))).astype(int)
    assert np.abs(shown - frames[spec.total_frames // 2]).mean() < 2


def test_a_board_is_a_pdf_too_and_nothing_else(tmp_path):
    path = tmp_path / "film.yaml"
    path.write_text(UNKNOWN, "utf-8")
    settings = Settings(store=str(tmp_path / "store"))
    made = drawn_board(path, settings, form=".pdf")
    assert pictures(made.content) == [2]
    with pytest.raises(UsageError, match=r"a board is no \.txt"):
        drawn_board(path, settings, form=".txt")


def test_shots_with_a_take_show_it(film_for_review):
    made = board_of(film_for_review, settings_for(film_for_review))
    assert made.drawn == 0
    assert sum(pictures(made.content)) == made.shots > 1


@pytest.mark.parametrize(("per_page", "expected"), [(4, 3), (6, 2), (9, 2)])
def test_so_many_shots_come_to_a_page(per_page, expected):
    content, missing = board_pdf(
        "A", [card(number) for number in range(10)], lambda _: None, AT, per_page=per_page
    )
    assert len(pages(content)) == expected
    assert missing == ()
    assert f"30 November 2026 · page {expected} of {expected}" in pages(content)[-1]


def test_words_become_smaller_until_they_fit_and_letters_without_a_font_are_named():
    long = "She waits for a very long time at the window of the room. " * 4
    content, missing = board_pdf("A", [card(1, long, notes="𒀀")], lambda _: None, AT, per_page=9)
    (page,) = pages(content)
    assert page.count("She waits for a very long time") == 4
    assert missing == ("Cuneiform",)


def test_a_page_of_seven_is_refused(tmp_path):
    with pytest.raises(UsageError, match="a page has no 7 shots"):
        board_of(tmp_path, Settings(), per_page=7)


EVERY_SCRIPT = [
    "Маяк, φάρος, Łódź",
    "الفنار عند المستنقع 7",
    "המגדלור בביצה (Lamp)",
    "दलदल का प्रकाशस्तंभ",
    "ประภาคารที่บึงเกลือ",
    "塩沼の灯台、歩いて行く",
    "소금 습지의 등대",
    "🎬 👩\u200d🚀",
]


def rendered(content):
    """Darkness of a board's first page, 0 to 255."""
    page = pypdfium2.PdfDocument(content)[0]
    return 255 - np.asarray(page.render(scale=2).to_pil().convert("L")).astype(int)


def test_words_of_every_script_are_on_paper():
    title = "灯台 الفنار"
    written, empty = (
        board_pdf(title, [card(n, words) for n, words in enumerate(each)], lambda _: None, AT, per_page=9)
        for each in (EVERY_SCRIPT, [""] * len(EVERY_SCRIPT))
    )
    assert written[1] == ()
    assert "Маяк, φάρος, Łódź" in pages(written[0])[0]
    more = rendered(written[0]) - rendered(empty[0])
    high, wide = (length // 3 for length in more.shape)
    for number, words in enumerate(EVERY_SCRIPT):
        row, column = divmod(number, 3)
        cell = more[row * high : (row + 1) * high, column * wide : (column + 1) * wide]
        assert (cell > 90).sum() > 80, words
        places = np.flatnonzero((cell > 90).any(axis=0))
        begins_at_the_right = words.startswith(("\u0627", "\u05d4"))
        assert (places.mean() > wide / 2) == begins_at_the_right, words
