"""Words of a film look the same in every Unicode form of their letters: compared pixel by pixel."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from assembly.cut.form import FrameForm
from assembly.words import review_slate, titles
from farm.backend.conformance import render
from farm.backend.traits import complete_options
from farm.backends.animatic import AnimaticBackend
from storyboard.document.load import parse_film
from storyboard.planning.plan import plan_film
from storyboard.planning.renderer import Renderer
from storyboard.planning.subtitles import blocks, words_in
from storyboard.schema.film import Film
from storyboard.schema.vocabulary import TitleStyle
from tests.support.storyboard.small_films import Everything, shot, small

WORDS = "Café in Ångström, が、한국, Việt"
FORMS = ("NFC", "NFD")


def film_in(form: str) -> Film:
    """A film whose every word is in this form."""
    film: dict[str, Any] = small()
    film["title"] = WORDS
    film["format"] = {"width": 320, "height": 180, "rate": 24}
    film["characters"]["mira"]["name"] = "Zoë"
    film["deliverables"] = {"review": {"kind": "review", "note": WORDS, "date": "août"}}
    one = shot(film, "1A")
    one["duration"], one["titles"] = 12, [{"text": WORDS, "style": "card"}]
    one["lines"] = [{"character": "mira", "text": WORDS, "translations": {"de": WORDS}}]
    text = unicodedata.normalize(form, yaml.safe_dump(film, allow_unicode=True))
    return parse_film(text, Path("film.yaml")).film


@pytest.fixture(scope="module")
def both() -> list[Film]:
    films = [film_in(form) for form in FORMS]
    assert unicodedata.normalize("NFD", WORDS) != WORDS, "the forms differ"
    return films


def same(pictures: list[Any]) -> bool:
    one, other = (np.asarray(picture) for picture in pictures)
    assert one.max() > one.min(), "something is drawn"
    return one.shape == other.shape and bool((one == other).all())


@pytest.mark.parametrize("style", TitleStyle)
def test_titles(both, style):
    texts = [film.scenes[0].shots[0].titles[0].text for film in both]
    assert same([titles.draw(text, style, 640, 360).rgba for text in texts])


@pytest.mark.parametrize("language", ["en", "de"])
def test_burnt_in_subtitles(both, language):
    rows = [words_in(film, film.scenes[0].shots[0].lines[0], language) or "" for film in both]
    assert same([titles.draw_subtitle(blocks(row)[0], 640, 360).rgba for row in rows])


def test_slates(both):
    drawn = []
    for film in both:
        one = film.deliverables["review"]
        slate = review_slate.Slate(film.title, (("note", one.note), ("date", one.date)))
        drawn.append(review_slate.draw_slate(slate, FrameForm(640, 360, film.format.rate)))
    assert same(drawn)


def test_captions_of_the_animatic(both):
    traits = AnimaticBackend.TRAITS
    drawn = Renderer(traits, lambda shared, own: complete_options(traits, shared, own))
    specs = [
        plan_film(film, Everything(), lambda _: drawn, published=lambda _: False, previous={}).shots[0].spec
        for film in both
    ]
    assert specs[0].digest() == specs[1].digest()
    assert same([render(AnimaticBackend, spec)[6] for spec in specs])


def test_a_file_is_named_as_it_is_spelled_in_its_folder():
    film = small()
    name = unicodedata.normalize("NFD", "é.wav")
    shot(film, "1A")["effects"] = [{"sound": name}]
    film["locations"]["harbour"]["room_tone"] = name
    film["look"]["references"] = [name]
    read = Film.model_validate(film)
    assert read.scenes[0].shots[0].effects[0].sound == name
    assert read.locations["harbour"].room_tone == name
    assert read.look.references == (name,)
