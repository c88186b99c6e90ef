from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from storyboard.document.choosing import given_by_choosing
from storyboard.document.load import film_document, parse_parts
from storyboard.document.values import Given, given_by_options
from storyboard.errors import DocumentError, UsageError
from tests.support.storyboard.branching_films import forked, scene
from tests.support.storyboard.small_films import loaded, shot


def read(film, *options, choose=()):
    text = yaml.safe_dump(film, sort_keys=False)
    given = {**given_by_options(options), **given_by_choosing(choose)}
    return parse_parts(film_document(text, Path("film.yaml")), Path("film.yaml"), given)


def of_lamp(film, **keys):
    shot(film, "4A").update(keys)
    return film


def test_an_answer_is_itself_for_people_and_in_quotation_marks_for_models():
    film = of_lamp(forked(), action="{{ who }} is there, with {{ who }}")
    film["characters"]["you"]["description"] = "{{ who }}"
    lamp = read(film, "who=Ana").loaded.film.scenes[3].shots[0]
    assert lamp.action == "“Ana” is there, with “Ana”"
    assert lamp.titles[0].text == "Thank you, Ana"
    you = read(film, "who=Ana").loaded.film.characters["you"]
    assert (you.name, you.description) == ("Ana", "“Ana”")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda film: of_lamp(film, action="{{ upper(who) }}"), "it stands alone: {{ who }}"),
        (lambda film: of_lamp(film, action="{{ 'a' if who == 'b' else 'c' }}"), "it stands alone: {{ who }}"),
        (
            lambda film: of_lamp(film, backend_options={"slate": {"text": "{{ who }}"}}),
            '"who" is what a viewer writes; no option takes it',
        ),
        (
            lambda film: film["characters"]["you"].update(voice={"options": {"path": "{{ who }}"}}),
            '"who" is what a viewer writes; no option takes it',
        ),
        (
            lambda film: film["parameters"]["who"].pop("form"),
            '"who" is a line that a viewer writes, and a model reads this',
        ),
    ],
)
def test_an_answer_comes_into_nothing_that_reads_more_in_it(change, message):
    film = forked()
    change(film)
    with pytest.raises(DocumentError, match="".join(rf"\{c}" if c in "{}()" else c for c in message)):
        loaded(film)


def test_what_nobody_asks_for_is_a_text_as_ever():
    film = forked()
    scene(film, "boat").pop("ask")
    film["parameters"]["who"].pop("form")
    of_lamp(film, action="{{ upper(who) }}")
    assert loaded(film).film.scenes[3].shots[0].action == "FRIEND"
    film["parameters"]["who"]["personal"] = True
    with pytest.raises(DocumentError, match="a line that a viewer writes"):
        loaded(film)


def test_a_way_is_a_value_of_its_version():
    one = read(forked(), choose=["quay=sea"]).loaded
    assert one.chosen == {"quay": ("sea",)}
    assert one.version == {"choose:quay": "sea"}
    again = read(forked(), "who=Ana", choose=["quay=hill", "path=down"]).loaded
    assert again.version == {"who": "Ana", "choose:path": "down"}
    by_value = parse_parts(
        film_document(yaml.safe_dump(forked()), Path("film.yaml")),
        Path("film.yaml"),
        {name: Given(value, "kept") for name, value in again.version.items()},
    ).loaded
    assert by_value.version == again.version


def test_answers_of_a_scene_that_comes_again_stand_in_their_order():
    given = given_by_choosing(["hub=a", "side=x", "hub = b"])
    assert {name: one.value for name, one in given.items()} == {"choose:hub": "a,b", "choose:side": "x"}
    for wrong in ("hub", "=a", "hub="):
        with pytest.raises(UsageError, match="has no answer"):
            given_by_choosing([wrong])


@pytest.mark.parametrize(
    ("choose", "message"),
    [
        ("quai=sea", 'no scene "quai" has choices; did you mean "quay"? (there are: quay, path)'),
        ("quay=see", 'no answer of scene "quay" is called "see"; did you mean "sea"? (there are: sea, hill)'),
        ("quay=sea,hill,", 'no answer of scene "quay" is called ""'),
    ],
)
def test_what_cannot_be_chosen_is_said(choose, message):
    problems = read(forked(), choose=[choose]).problems
    assert [problem.message[: len(message)] for problem in problems] == [message]
    assert problems[0].file.startswith("--choose")
