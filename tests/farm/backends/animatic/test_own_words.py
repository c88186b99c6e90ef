"""A project's own words: `lexicon.toml` says as what known word each of them is drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from farm.backend.conformance import character, location, shot
from farm.backends.animatic.casting import cast
from farm.backends.animatic.lexicon.own_words import MOST_BYTES, in_the_words_of
from farm.backends.animatic.stills import still
from farm.backends.animatic.understanding.missing import missing
from farm.backends.animatic.understanding.moments import moments_of
from pipeline.production.open import open_production
from pipeline.review.board.drawn import drawn_board
from pipeline.settings import Settings
from storyboard.errors import DocumentError

OWN = """[places]
cantina = "bar"
"酒場" = "Bar"
[people]
wookiee = "wolf"
[things]
tricorder = "radio"
[deeds]
yeet = "throw"
"""
FILM = """schema: 1
title: Own words
characters:
  ada: {name: Ada, description: a woman in a red coat}
  bo: {name: Bo, description: a wookiee}
locations:
  it: {name: The cantina}
scenes:
  - id: "1"
    slug: INT. CANTINA - NIGHT
    location: it
    shots:
      - {id: A, duration: 1s, action: Ada yeets the tricorder to Bo., characters: [{id: ada}, {id: bo}]}
"""


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "lexicon.toml"
    path.write_text(OWN, "utf-8")
    return path


@pytest.fixture
def opened(tmp_path):
    path = tmp_path / "film.yaml"
    path.write_text(FILM, "utf-8")
    return lambda: open_production(path, Settings(store=str(tmp_path / "store"), backend="animatic"))


def in_place(name):
    return shot(width=96, height=54, frames=1, head=0, tail=0, location=location(name), characters=())


@pytest.mark.parametrize("name", ["The old cantina", "海の酒場"])
def test_an_own_word_for_a_place_is_drawn_as_the_known_one(words, name):
    spec, known = in_place(name), in_place("Bar")
    assert still(spec, 0, (96, 54), words).tobytes() == still(known, 0, (96, 54)).tobytes()
    assert still(spec, 0, (96, 54)).tobytes() != still(known, 0, (96, 54)).tobytes()


def test_an_own_word_for_a_creature_has_its_body_and_its_height(words):
    with in_the_words_of(words):
        own = cast(character(description="a wookiee"))
    assert replace(own, named="wolf") == cast(character(description="a wolf"))


def test_own_words_are_read_in_every_form_and_forgotten_after(words):
    told = {"action": "Ada yeets two tricorders to Bo.", "characters": (character(),)}
    own = shot(**told)
    with in_the_words_of(words):
        assert [one.does for one in moments_of(own)] == ["throwing"]
        assert [one.thing.thing for one in moments_of(own)] == ["radio"]
    assert [one.word for one in missing(own) if one.word == "tricorders"]


def test_a_film_tells_nothing_of_own_words_and_its_takes_are_of_them(words, opened):
    digest = opened().plan().shots[0].digest
    assert [one for one in opened().warnings if "not drawn" in one.message] == []
    words.write_text(OWN.replace('"bar"', '"office"').replace('"Bar"', '"office"'), "utf-8")
    assert opened().plan().shots[0].digest != digest
    words.unlink()
    plan = opened().plan()
    assert plan.shots[0].spec.given == {}
    assert sum("not drawn" in one.message for one in plan.warnings) >= 3


def test_a_board_is_drawn_in_own_words(words, opened, tmp_path):
    settings = Settings(store=str(tmp_path / "store"))
    opened()
    drawn = drawn_board(tmp_path / "film.yaml", settings).content
    words.unlink()
    assert drawn != drawn_board(tmp_path / "film.yaml", settings).content


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('[places]\ncantina = "barr"\n', '2:1: "cantina": the animatic draws no "barr" among its places'),
        ('\n[peple]\na = "man"\n', "2:1: there is no part 'peple'"),
        ("[things]\n\nx = 3\n", '3:1: "x" is drawn as one known word'),
        ('[deeds]\n" Yeet" = "throw"\nyeet = "throw"\n', '3:1: "yeet" is there twice'),
        ('places = "bar"\n', "1:1: places is a table of words"),
        ("[places]\na = \n", "2:1: no TOML: Invalid value"),
        (b'[places]\n"\xff" = "bar"\n', "2:1: it is written in UTF-8"),
        ("#" * (MOST_BYTES + 1), " it is larger than 256 KiB"),
    ],
)
def test_a_mistake_is_told_once_at_its_line(words, opened, written, told):
    words.write_bytes(written if isinstance(written, bytes) else written.encode())
    with pytest.raises(DocumentError) as found:
        opened()
    assert str(found.value).startswith(f"lexicon.toml:{told}")
    assert len(found.value.problems) == 1


def test_own_words_lie_in_the_project_folder(words, opened, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "lexicon.toml"
    elsewhere.write_text(OWN, "utf-8")
    words.unlink()
    words.symlink_to(elsewhere)
    with pytest.raises(DocumentError, match=r'"lexicon\.toml" is a link that leads outside'):
        opened()
