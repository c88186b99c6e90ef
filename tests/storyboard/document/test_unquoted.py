"""Words without quotes as people write them: told at their line when YAML makes something else of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyboard.checks.cut_words import find_cut_words
from storyboard.document.load import parse_film
from storyboard.errors import DocumentError

FILM = """\
schema: 1
title: Words # the working title
characters: {ana: {name: Ana}}
locations: {room: {name: Room}}
scenes:
  - id: s1
    slug: INT. ROOM - DAY
    location: room
    shots:
      - id: 1A
        duration: 4s  # long enough
        titles: [{text: "One # two"}]
        lines:
          - character: ana
"""


def cut(rest: str) -> list[tuple[str, str]]:
    loaded = parse_film(FILM + rest, Path("film.yaml"))
    return [(str(loaded.problem(path, "")), words) for path, _, words in find_cut_words(loaded)]


@pytest.mark.parametrize(
    ("line", "comment"),
    [
        ("            text: Meet me at room #12 tonight", "#12 tonight"),
        ("            text: Meet me  # in a whisper", "# in a whisper"),
        ("            text: Meet me\n              at room #12", "#12"),
        ("            text: Grüße, 灯台 #1", "#1"),
    ],
)
def test_words_that_a_comment_has_cut_short_are_told_at_their_line(line, comment):
    ((place, words),) = cut(line + "\n")
    assert place.startswith("film.yaml:15:19: scenes[0].shots[0].lines[0].text")
    assert words == f'"{comment}" is a comment, not one of the words; put the words in quotes'


@pytest.mark.parametrize(
    "line",
    [
        "            text: 'Meet me at room #12'",
        '            text: "Meet me"  # in a whisper',
        "            text: Meet me at room#12",
        "            text: >-\n              Meet me at room #12\n",
        "            # a note\n            text: Meet me\n            # another",
    ],
)
def test_words_in_quotes_and_other_comments_are_left_alone(line):
    assert cut(line + "\n") == []


def test_translations_and_titles_are_looked_at():
    places = cut("            text: Yes\n            translations:\n              de: Nummer #1\n")
    assert [place.split(": ")[1] for place, _ in places] == ["scenes[0].shots[0].lines[0].translations.de"]
    film = FILM.replace('[{text: "One # two"}]', "\n          - text: One # two")
    loaded = parse_film(film + "            text: Yes\n", Path("film.yaml"))
    assert [path for path, _, _ in find_cut_words(loaded)] == [("scenes", 0, "shots", 0, "titles", 0, "text")]


@pytest.mark.parametrize(
    ("rest", "line", "message"),
    [
        ("text: He said: go\n", 15, "a colon and a space inside words without quotes"),
        ("text: Hi\n            translations: {de: Raum #1}\n", 16, "a # after a space begins a comment"),
        ("text: Hi\n            translations: {de: Raum # 1}\n", 16, "a # after a space begins a comment"),
        ("text: Hi\n            translations: {de: 'a: b', fr: c: d}\n", 16, "a colon and a space"),
        ("text: Hi\n            delivery: normal\n            oh no: yes\n", 17, '"oh no" is no key'),
        ("text: Hi\n        notes: a\n        size: b: c\n", 17, "a colon and a space"),
    ],
)
def test_what_cannot_be_read_says_that_quotes_are_needed(rest, line, message):
    with pytest.raises(DocumentError) as caught:
        parse_film(f"{FILM}            {rest}", Path("film.yaml"))
    (problem,) = caught.value.problems
    assert problem.line == line
    assert message in problem.message
    assert "put the words in quotes" in problem.message


def test_a_document_with_windows_line_ends_is_read_alike():
    loaded = parse_film((FILM + "            text: Room #1\n").replace("\n", "\r\n"), Path("film.yaml"))
    ((_, _, words),) = find_cut_words(loaded)
    assert words.startswith('"#1" is a comment')
