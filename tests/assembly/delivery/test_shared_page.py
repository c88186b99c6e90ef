"""The page of a shared film: what stands in it, and what is found when something of it is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from PIL import Image

from assembly.cut.pieces import Chapter
from assembly.delivery.shared_page import (
    CHAPTERS,
    PAGE,
    POSTER,
    SharedFilm,
    chapters_text,
    find_in_folder,
    page,
)

HOSTILE = "</title><script>alert(1)</script> \"'& <img src=x onerror=alert(1)> {{ 7 * 7 }}"
FILM = SharedFilm(
    title=HOSTILE,
    logline=f"{HOSTILE}\nand more",
    language="en",
    file="a film, 100%.mp4",
    size=(160, 90),
    frames=107,
    rate=Fraction(24),
    chapters=[Chapter(HOSTILE, 0), Chapter("INT. HERE --> NIGHT", 56)],
    subtitles={"en": "a film, 100%.en.vtt"},
    words={"en": f"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n</script>{HOSTILE}\n"},
)


@pytest.fixture
def folder(tmp_path):
    """A folder as it must be."""
    for name in (FILM.file, *FILM.subtitles.values(), CHAPTERS):
        (tmp_path / name).write_text("there")
    (tmp_path / PAGE).write_text(page(FILM), "utf-8")
    Image.new("RGB", FILM.size).save(tmp_path / POSTER)
    return tmp_path


def test_what_a_film_says_of_itself_is_never_markup(folder):
    assert find_in_folder(folder, FILM) == []
    text = page(FILM)
    assert text.count("<script") == 2
    assert text.count("<img") == 0
    assert "{{ 7 * 7 }}" in text
    assert 'property="og:title" content="&lt;/title&gt;&lt;script&gt;alert(1)' in text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"use strict";', '"use strict"; alert(1);', "something else than its own script and style"),
        ("<main>", '<main style="color: red">', "something else than its own script and style"),
        ("<main>", '<main onclick="alert(1)">', "something else than its own script and style"),
        ("<main>", "<main><script>alert(1)</script>", "something else than its own script and style"),
        ("default-src &#39;none&#39;", "default-src *", "something else than its own script and style"),
        ('poster="poster.jpg"', 'poster="//cdn.example/poster.jpg"', "it asks //cdn.example/poster.jpg"),
        ('poster="poster.jpg"', 'poster="https://cdn.example/a.jpg"', "it asks https://cdn.example/a.jpg"),
        ("chapters.vtt", "scenes.vtt", "scenes.vtt is not beside it"),
        ("<title>", "<title>Not ", "its title is 'Not "),
    ],
)
def test_a_page_that_is_not_what_it_must_be_is_found(folder, old, new, words):
    text = (folder / PAGE).read_text("utf-8")
    assert old in text
    (folder / PAGE).write_text(text.replace(old, new), "utf-8")
    assert any(words in problem for problem in find_in_folder(folder, FILM))


def test_a_poster_of_another_size_is_found(folder):
    Image.new("RGB", (16, 9)).save(folder / POSTER)
    (problem,) = find_in_folder(folder, FILM)
    assert "poster.jpg: it is JPEG of (16, 9)" in problem


def test_link_cards_have_whole_addresses_where_the_folder_s_is_known():
    given = page(replace(FILM, address="https://films.example/ferry/"))
    assert 'property="og:url" content="https://films.example/ferry/"' in given
    assert 'property="og:image" content="https://films.example/ferry/poster.jpg"' in given
    assert 'content="https://films.example/ferry/a%20film%2C%20100%25.mp4"' in given
    assert 'property="og:image" content="poster.jpg"' in page(FILM)
    assert re.findall(r'(?:src|href|poster)="(?!http)[^"]*films\.example', given) == []


def test_chapters_are_said_for_players_and_are_links_without_a_script():
    begins = "00:00:02.333 --> 00:00:04.458\nINT. HERE --&gt; NIGHT\n"
    assert chapters_text(FILM).endswith(begins)
    assert 'href="a%20film%2C%20100%25.mp4#t=2.334"' in page(FILM), "within the chapter's first frame"


def test_a_film_of_one_chapter_without_words_lists_neither():
    text = page(replace(FILM, chapters=[Chapter("Only", 0)], subtitles={}, words={}, logline=""))
    assert "<nav" not in text
    assert 'kind="subtitles"' not in text
    assert "description" not in text
    assert "<dt>C</dt>" not in text


@pytest.mark.parametrize(
    ("size", "poster"),
    [
        ((160, 90), (160, 90)),
        ((1920, 1080), (1280, 720)),
        ((1080, 1920), (720, 1280)),
        ((8192, 16), (1280, 2)),
    ],
)
def test_a_poster_has_the_picture_s_shape_and_is_no_larger_than_messengers_take(size, poster):
    assert replace(FILM, size=size).poster_size == poster
