"""Ids are words of any script, the same in every Unicode form of their letters."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import jsonschema
import pytest
import yaml

from storyboard.document.load import parse_film
from storyboard.errors import DocumentError
from storyboard.planning.adjustments import Adjustment
from storyboard.schema.json_schema import film_json_schema

IDS = ("сцена-2A", "夜", "ليلة", "गाँव", "Ärger_1", "세번째", "カフェ")
REFUSED = (" a", "a b", "a.b", "a/b", "-a", "", "a" * 65, "a\u200d", "\u202ea", "a\u0000", "🌙", "a…")


def film_called(name: str, *, other: str | None = None) -> str:
    other = other or name
    shot = {"id": name, "duration": 48, "characters": [{"id": other}], "renderer": other}
    return yaml.safe_dump(
        {
            "schema": 1,
            "title": "T",
            "renderers": {name: {"backend": "slate"}},
            "characters": {name: {"name": "N"}},
            "locations": {name: {"name": "H"}},
            "scenes": [{"id": name, "slug": "S", "location": other, "shots": [shot]}],
        },
        allow_unicode=True,
    )


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("forms", [("NFC", "NFC"), ("NFC", "NFD"), ("NFD", "NFC"), ("NFKD", "NFC")])
def test_an_id_of_any_script_is_found_in_every_form(name, forms):
    if unicodedata.normalize("NFC", unicodedata.normalize(forms[0], name)) != name:
        pytest.skip("this form has other letters")
    one, other = (unicodedata.normalize(form, name) for form in forms)
    film = parse_film(film_called(one, other=other), Path("film.yaml")).film
    assert film.scenes[0].shots[0].id == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_seen_or_divides_words_is_refused_at_its_place(name):
    with pytest.raises(DocumentError) as caught:
        parse_film(film_called(json.loads(json.dumps(name))), Path("film.yaml"))
    said = [str(problem) for problem in caught.value.problems]
    assert any("an id has letters, digits, - and _ (at most 64)" in one or "readable" in one for one in said)


def test_the_same_id_in_two_forms_is_one_id_twice():
    text = film_called("x").replace("x:\n    name: N", "é:\n    name: N\n  e\u0301:\n    name: M")
    with pytest.raises(DocumentError, match="is here twice"):
        parse_film(text, Path("film.yaml"))


def test_what_is_wrong_under_an_id_is_told_where_it_stands_in_any_form():
    text = film_called(unicodedata.normalize("NFD", "Ärger_1")).replace("name: N", "nam: N")
    with pytest.raises(DocumentError) as caught:
        parse_film(text, Path("film.yaml"))
    line = text.splitlines().index("    nam: N") + 1
    assert {problem.line for problem in caught.value.problems} >= {line}


def test_an_adjustment_names_a_renderer_of_any_script():
    assert Adjustment(renderer=unicodedata.normalize("NFD", "Ärger_1")).renderer == "Ärger_1"


@pytest.mark.parametrize("name", IDS)
def test_editors_take_them_for_ids_too(name):
    jsonschema.validate(yaml.safe_load(film_called(name)), film_json_schema())


def test_editors_refuse_what_divides_words():
    pattern = film_json_schema()["$defs"]["Shot"]["properties"]["id"]["anyOf"][0]["pattern"]
    assert not any(re.search(pattern, name) for name in REFUSED[:7])
