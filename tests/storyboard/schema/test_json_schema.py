from __future__ import annotations

import jsonschema
import pytest
import yaml

from storyboard.project import template
from storyboard.schema.json_schema import film_json_schema
from tests.support.storyboard.small_films import large, loaded, shot, small

SCHEMA = film_json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def everything() -> dict:
    film = small()
    film["format"] = {"width": 640, "height": 360, "rate": 29.97, "sample_rate": 44100}
    film["look"]["loras"] = [{"file": "a.safetensors", "weight": 0.5, "trigger": "ink"}]
    film["renderers"] = {
        "draft": {"backend": "ink", "options": {"a": [1, None]}},
        "final": {"backend": "ink"},
    }
    film["renderer"] = "final"
    film["backend_options"] = {"ink": {"a": [1, None, {"b": True}]}}
    film["characters"]["tom"] = {
        "name": "Tom",
        "colours": ["#ABCDEF"],
        "voice": {"name": "en-us", "pitch": 1},
    }
    film["music"][0].update(file="a.flac", mood="tense", tempo=40, key="Bb minor", fade_in="1s", gain_db=-6)
    shot(film, "1A").update(
        titles=[{"text": "T", "style": "credits", "at": 3, "duration": "1s"}],
        effects=[{"sound": "gulls", "duration": "00:00:01:00"}],
        fade_out="250ms",
        seed=1,
        location="tower",
        notes="n",
        renderer="draft",
        setup="wide",
        first_frame="start.png",
        last_frame="end.png",
        performance={"file": "dance.mp4", "face": "face.mp4", "consent": "J. Doe"},
        backend_options={"ink": {"a": 1}},
    )
    film["look"].update(lut="warm.cube", match_colours=True)
    film["scenes"][0]["match_colours"] = False
    film["deliverables"] = {
        "tall": {"kind": "web", "aspect": "9:16", "fit": "pad", "lut": "a.cube", "grain": 0.5}
    }
    shot(film, "1B").update(match_cut="1A", focus=[0, 0.5], focus_to=[1, 0.25])
    film["scenes"][0].update(id=1, weather="rain", synopsis="x", title=None)
    del film["scenes"][0]["title"]
    del film["characters"]["mira"]["wardrobe"]
    return film


@pytest.mark.parametrize("film", [small(), everything(), large(20), yaml.safe_load(template())])
def test_the_schema_allows_what_the_loader_allows(film):
    loaded(film)
    VALIDATOR.validate(film)


@pytest.mark.parametrize(
    ("key", "value"),
    [("durration", 2), ("size", "XX"), ("seed", -1), ("seed", "1"), ("lines", {}), ("duration", [1])],
)
def test_the_schema_refuses_what_an_editor_can_see(key, value):
    film = small()
    shot(film, "1A")[key] = value
    assert not VALIDATOR.is_valid(film)


def with_parameters() -> dict:
    film = small() | {"title": "For {{ who }}" * 40}
    film["parameters"] = {
        "who": {"type": "text", "default": "x", "max_length": 9, "description": "d"},
        "n": {"type": "number", "default": 1, "min": 0, "max": 9, "whole": True},
        "size": {"type": "choice", "choices": ["WS", "CU"], "default": "WS"},
        "coat": {"type": "colour", "default": "#000000"},
    }
    film["look"].update(palette=["{{ coat }}"], match_colours="{{ n > 0 }}")
    film["characters"]["tom"]["voice"] = {"pitch": "{{ n }}"}
    film["scenes"][0].update(when="n > 0", time_of_day="{{ 'day' if n > 0 else 'night' }}")
    shot(film, "1A").update(
        when=True, size="{{ size }}", duration="{{ n + 40 }}", seed="{{ n }}", fade_out="{{ n }}s"
    )
    shot(film, "1A")["lines"][0].update(when="who != ''", gain_db="{{ n }}")
    return film


def test_the_schema_allows_a_formula_wherever_a_plain_value_stands():
    film = with_parameters()
    jsonschema.Draft202012Validator(SCHEMA).validate(film)
    film["title"] = "For {{ who }}"
    assert loaded(film).film.title == "For x"


@pytest.mark.parametrize(
    ("key", "value"),
    [("lines", "{{ n }}"), ("seed", "n"), ("size", "{ n }"), ("when", ["n > 0"]), ("titles", ["{{ n }}"])],
)
def test_the_schema_refuses_a_formula_where_none_is_read(key, value):
    film = with_parameters()
    shot(film, "1A")[key] = value
    assert not VALIDATOR.is_valid(film)


def test_the_schema_is_one_and_says_its_dialect():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_key_is_described():
    objects = [SCHEMA, *(one for one in SCHEMA["$defs"].values() if "properties" in one)]
    silent = [
        f"{one['title']}.{key}"
        for one in objects
        for key, property_ in one["properties"].items()
        if not property_.get("description")
    ]
    assert silent == []
