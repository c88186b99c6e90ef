"""Versions of a film in other languages: what is said and shown, and where their mistakes are told."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from storyboard.document.load import LoadedFilm, parse_film
from storyboard.document.values import Given
from storyboard.errors import DocumentError

FILM = dedent(
    """\
    schema: 1
    parameters:
      language: {type: choice, choices: [en, de, ja, de-AT], default: en}
      who: {type: text, default: all}
    title: The Lamp
    original_language: en
    language: "{{ language }}"
    characters:
      ada:
        name: Ada
        voice: {name: en-gb, pitch: 30, words_per_minute: 150}
        voices:
          ja: {pitch: 40}
      bo: {name: Bo}
    locations:
      here: {name: Here}
    scenes:
      - id: "1"
        slug: INT. HERE
        location: here
        shots:
          - id: 1A
            duration: 2s
            titles:
              - {text: The Lamp, translations: {de: Die Lampe, ja: ランプ}}
              - {text: ADA & BO}
            lines:
              - {character: bo, text: Nobody., when: who == 'nobody', translations: {de: Niemand., ja: 誰も。}}
              - {character: ada, text: "Good evening, {{ who }}.", translations: {de: "Guten Abend, {{ who }}.", ja: こんばんは。}}
          - {id: 1B, duration: 1s, lines: [{character: bo, text: It burns., translations: {de: Sie brennt., ja: 燃えている。}}]}
    """  # noqa: E501
)


def version(language: str, text: str = FILM, **values: str) -> LoadedFilm:
    given = {name: Given(value, "--set") for name, value in {"language": language, **values}.items()}
    return parse_film(text, Path("film.yaml"), given)


def test_the_version_in_the_original_language_is_as_it_was_written():
    film = version("en").film
    assert [line.text for _, shot in film.shots() for line in shot.lines] == [
        "Good evening, all.",
        "It burns.",
    ]
    assert film.characters["ada"].voice.name == "en-gb"


@pytest.mark.parametrize(
    ("language", "words", "card"),
    [
        ("de", ["Guten Abend, Ana.", "Sie brennt."], "Die Lampe"),
        ("ja", ["こんばんは。", "燃えている。"], "ランプ"),
        ("de-AT", ["Guten Abend, Ana.", "Sie brennt."], "Die Lampe"),
    ],
)
def test_another_version_says_and_shows_its_translations_and_has_the_others_as_subtitles(
    language, words, card
):
    film = version(language, who="Ana").film
    lines = [line for _, shot in film.shots() for line in shot.lines]
    assert film.language == language
    assert [line.text for line in lines] == words
    assert [line.translations["en"] for line in lines] == ["Good evening, Ana.", "It burns."]
    assert {*lines[0].translations} == {"en", "de", "ja"} - {language.partition("-")[0]}
    assert [title.text for title in film.shots()[0][1].titles] == [card, "ADA & BO"]


def test_a_character_has_the_voice_of_the_language_or_its_usual_one_as_high_and_as_fast():
    german, japanese = (version(language).film.characters["ada"].voice for language in ("de", "ja"))
    assert (german.name, german.pitch, german.words_per_minute) == (None, 30, 150)
    assert (japanese.name, japanese.pitch, japanese.words_per_minute) == (None, 40, 160)


def test_what_is_not_translated_is_told_at_its_line():
    untranslated = FILM.replace("de: Sie brennt., ", "").replace("{de: Die Lampe, ", "{")
    with pytest.raises(DocumentError) as caught:
        version("de", untranslated)
    title, line = caught.value.problems
    assert (title.line, title.path) == (25, "scenes[0].shots[0].titles[0].text")
    assert (line.line, line.path) == (30, "scenes[0].shots[1].lines[0].text")
    assert 'not translated into "de"' in line.message
    assert "it is into ja" in line.message
    assert version("ja", untranslated).film.language == "ja"


def test_a_mistake_in_a_translation_is_told_where_that_stands():
    with pytest.raises(DocumentError) as caught:
        version("de", FILM.replace("de: Sie brennt.", "de: ''"))
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (30, FILM.splitlines()[29].index("de: Sie") + 5)
    assert version("ja", FILM.replace("ja: {pitch: 40}", "ja: {pitch: 40}\n      de: {pitch: 41}"))


def test_without_an_original_language_a_version_says_what_is_written():
    film = version("de", FILM.replace("original_language: en\n", "")).film
    assert film.shots()[1][1].lines[0].text == "It burns."


@pytest.mark.parametrize(
    "part",
    [
        "scenes: 3",
        "scenes: [3, {shots: 3}, {shots: [3, {lines: 3, titles: {a: 1}}]}]",
        "scenes: [{shots: [{lines: [3, {text: 3}, {translations: 3}, {text: a, translations: []}]}]}]",
        "characters: 3",
        "characters: {ada: 3, bo: {voice: 3}, cem: {voices: 3}}",
        "original_language: 3",
    ],
)
def test_what_is_no_film_is_refused_in_words(part):
    text = f"schema: 1\noriginal_language: en\nlanguage: de\ntitle: The Lamp\n{part}\n"
    text = text.replace("original_language: en\n", "") if part.startswith("original") else text
    with pytest.raises(DocumentError):
        parse_film(text, Path("film.yaml"))
