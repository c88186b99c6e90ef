"""Values of parameters in a film document: where they may stand, what they keep, and what is said of them."""

from __future__ import annotations

import time
from pathlib import Path
from unicodedata import normalize

import pytest
import yaml
from hypothesis import example, settings
from hypothesis import given as any_of
from hypothesis import strategies as st

from storyboard.checks.film import look_at
from storyboard.document.load import parse_film
from storyboard.document.values import Given, given_by_options, given_by_text
from storyboard.errors import DocumentError, UsageError
from storyboard.media.timing import Span
from tests.support.storyboard.small_films import loaded, plan, small

FILM = """\
schema: 1
title: "For {{ who }}"
parameters:
  who: {type: text, default: all, max_length: 40, description: whom it is for}
  year: {type: number, default: 2026, min: 2000, max: 2100, whole: true}
  weight: {type: number, default: 0.5}
  size: {type: choice, choices: [WS, CU], default: WS}
  coat: {type: colour, default: "#AA0011"}
  photo: {type: file, default: me.png}
look:
  palette: ["{{ coat }}", "#000000"]
  loras: [{file: "{{ photo }}", weight: "{{ weight * 2 }}"}]
characters:
  ana: {name: "{{ upper(who) }}"}
locations: {h: {name: "{{ year }}"}}
scenes:
  - id: s1
    slug: S
    location: h
    shots:
      - {id: 1A, duration: "{{ year // 100 }}", size: "{{ size }}", action: "{{ who }} in {{ year }}"}
      - id: 1B
        duration: "{{ weight }}s"
        when: who != 'all'
        lines:
          - {character: ana, text: "Hello {{ who }}"}
          - {character: ana, text: "never", when: year < 2010}
  - id: s2
    slug: S
    when: size == 'CU'
    location: h
    shots:
      - {id: 2A, duration: 2s}
"""


def film(text: str = FILM, **given):
    return parse_film(
        text, Path("film.yaml"), {name: Given(value, "values.yaml", 3, 7) for name, value in given.items()}
    )


def problems(text: str = FILM, **given) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        film(text, **given)
    assert caught.value.exit_code == 2
    return [str(problem) for problem in caught.value.problems]


def test_a_value_stands_in_texts_and_alone_where_it_keeps_its_type():
    read = film(who="Ana").film
    assert read.title == "For Ana"
    assert read.characters["ana"].name == "ANA"
    assert read.locations["h"].name == "2026"
    assert read.look.palette == ("#aa0011", "#000000")
    assert (read.look.loras[0].file, read.look.loras[0].weight) == ("me.png", 1.0)
    shot = read.scenes[0].shots[0]
    assert (shot.duration, shot.size, shot.action) == (Span("20"), "WS", "Ana in 2026")
    assert read.scenes[0].shots[1].duration == Span("0.5s")


def test_a_film_is_read_with_its_defaults_and_says_with_which_values_it_was_read():
    read = film(year="2030")
    assert dict(read.values) == {
        "who": "all",
        "year": 2030,
        "weight": 0.5,
        "size": "WS",
        "coat": "#aa0011",
        "photo": "me.png",
    }
    assert [shot.id for _, shot in read.film.shots()] == ["1A"]


def test_a_condition_keeps_or_leaves_out_scenes_shots_and_lines():
    read = film(who="Ana", size="CU").film
    assert [shot.id for _, shot in read.shots()] == ["1A", "1B", "2A"]
    assert [line.text for line in read.scenes[0].shots[1].lines] == ["Hello Ana"]
    assert [line.text for line in film(who="Bo", year=2005).film.scenes[0].shots[1].lines] == [
        "Hello Bo",
        "never",
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"whom": "x"},
            'values.yaml:3:7: no parameter is called "whom"; did you mean "who"? (there are: who, year, ',
        ),
        ({"who": "x" * 41}, "values.yaml:3:7: the text has 41 characters; at most 40 are allowed"),
        ({"who": "x" * 1_000_000}, "the text has 1,000,000 characters; at most 40 are allowed"),
        ({"who": True}, "found true where a text of at most 40 characters is expected"),
        ({"who": None}, "found nothing where a text of at most 40 characters is expected"),
        ({"who": ["a"]}, "found a list where a text"),
        ({"who": "a\x07b"}, "U+0007 is not a character of a text"),
        ({"who": "a\udc80b"}, "U+DC80 is not a character of a text"),
        ({"year": "soon"}, 'found "soon" where a whole number at least 2000 and at most 2100 is expected'),
        ({"year": 1999}, "found 1999 where a whole number at least 2000"),
        ({"year": 2101}, "found 2101 where a whole number"),
        ({"year": 2020.5}, "found 2020.5 where a whole number"),
        ({"year": "9" * 400}, "where a whole number"),
        ({"weight": float("nan")}, "found NaN where a number is expected"),
        ({"weight": True}, "found true where a number is expected"),
        ({"size": "WSS"}, '"WSS" is none of its choices; did you mean "WS"? (WS, CU)'),
        ({"coat": "red"}, 'found "red" where a colour, written "#rrggbb" is expected'),
        ({"photo": ""}, 'found "" where a file in the project folder is expected'),
    ],
)
def test_a_value_that_is_not_allowed_is_told_where_it_stands(given, message):
    assert message in "\n".join(problems(**given))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            ", default: all",
            "",
            "film.yaml:4:8: parameters.who: it has no default, and no value is given (--set who=…): a text",
        ),
        ("default: all", "default: [1]", "film.yaml:4:30: parameters.who.default: found a list where a text"),
        (
            "default: 2026",
            "default: 1",
            "film.yaml:5:33: parameters.year.default: found 1 where a whole number",
        ),
        (
            "who: {",
            "no-name: {",
            'film.yaml:4:3: parameters.no-name: "no-name": a parameter\'s name has letters',
        ),
        ("who: {", "upper: {", 'parameters.upper: "upper" is a word of the language of formulas'),
        ("who: {", "class: {", 'parameters.class: "class" is a word of the language of formulas'),
        (
            "type: text",
            "type: texts",
            'parameters.who.type: "texts" is not allowed here; did you mean "text"?',
        ),
        ("type: text", "tpye: text", 'unknown key "tpye"; did you mean "type"?'),
        ("max_length: 40", "min: 4", "film.yaml:4:40: parameters.who.min: only a number has min"),
        ("min: 2000", "max_length: 4", "parameters.year.max_length: only a text has max_length"),
        ("max: 2100", "max: 1999", "parameters.year.max: the most (1999) is less than the least (2000)"),
        ("choices: [WS, CU], ", "", "parameters.size: a choice names what it is between: choices: [a, b]"),
        ("{{ who }} in", "{{ whom }} in", '"{{ whom }}": no parameter is called "whom"; did you mean "who"?'),
        ("{{ who }} in", "{{ who in", 'film.yaml:21:77: scenes[0].shots[0].action: "{{ who in'),
        ("{{ who }} in", "{{ 'a' * 10**9 }} in", "this is more than a formula can say"),
        (
            "who != 'all'",
            "who",
            'film.yaml:24:15: scenes[0].shots[1].when: "who": it gives "all"; a condition gives',
        ),
        ("who != 'all'", "\"{{ who != 'all' }}\"", "a condition is written without braces"),
        ("who != 'all'", "5", "found 5 where a condition is expected, such as who == 'Ana'"),
        ('title: "For {{ who }}"', "title: {{ who }}", 'a formula stands in quotes: "{{ name }}"'),
    ],
)
def test_what_is_wrong_in_the_document_is_told_at_its_line(old, new, message):
    assert old in FILM
    assert message in "\n".join(problems(FILM.replace(old, new, 1)))


def test_an_error_at_a_formula_says_what_the_formula_became():
    found = problems(FILM.replace("[WS, CU]", "[WS, XX, CU]"), size="XX")
    assert found == [
        (
            'film.yaml:21:55: scenes[0].shots[0].size: "XX" is not allowed here '
            '(allowed: ECU, CU, MCU, MS, MWS, WS, EWS, OTS) ("{{ size }}" became "XX")'
        )
    ]
    found = problems(FILM.replace('"{{ year // 100 }}"', '"{{ year / 7 }}"'))
    assert '("{{ year / 7 }}" became 289.' in found[0]
    assert "has no unit" in found[0]


def test_an_error_behind_what_was_left_out_names_its_own_place():
    text = FILM.replace("{id: 1A,", "{id: 1A, when: year < 2000,").replace(
        "when: who != 'all'", "fade_out: soon"
    )
    text = text.replace("size == 'CU'", "true")
    assert problems(text) == [
        (
            'film.yaml:24:19: scenes[0].shots[1].fade_out: "soon" is not a length of time; allowed: '
            "frames (48 or 48f), seconds (2.5s or 250ms) or timecode (00:00:02:12)"
        )
    ]


def test_a_film_that_names_what_was_left_out_is_told_so_at_its_line(tmp_path):
    path = tmp_path / "film.yaml"
    path.write_text(
        FILM.replace("{id: 2A,", "{id: 2A, continues: 1B,").replace(
            '  loras: [{file: "{{ photo }}", weight: "{{ weight * 2 }}"}]\n', ""
        )
    )
    _, found = look_at(path, {"size": Given("CU", "--set size")})
    assert [problem.path for problem in found] == ["scenes[1].shots[0].continues"]
    assert found[0].line == FILM.splitlines().index("      - {id: 2A, duration: 2s}")


@pytest.mark.parametrize(
    "words",
    [
        "{{ year }}",
        "}}{{",
        "'; rm -rf / #",
        "$(reboot) `id` %s %d {0} \\n",
        "a: {b: [c]}\n- d # e",
        "&a *a !!python/object:os.system",
        "drawtext=text='x':fontfile=/etc/passwd,[0:v]null[out];amovie=x",
        "<script>alert(1)</script>&amp;",
        "\u202eevil\u2066\u2069\u200f",
        "null",
        "1e5",
        "true",
        "",
        "🎬 日本語 Ωσ",
    ],
)
def test_what_a_value_says_is_text_and_nothing_else(words):
    text = FILM.replace('name: "{{ upper(who) }}"', 'name: Ana, description: "{{ who }}"')
    text = text.replace("For {{ who }}", "Title").replace("max_length: 40", "max_length: 400")
    read = film(text, who=words).film
    assert read.characters["ana"].description == words
    assert read.scenes[0].shots[0].action == f"{words} in 2026"


@any_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=13)
)  # NFC makes three of one at most
@settings(max_examples=60, deadline=None)
@example(words="\uf900")
def test_any_text_is_filled_in_as_it_is_in_nfc(words):
    text = FILM.replace("For {{ who }}", "Title").replace("{{ upper(who) }}", "Ana")
    assert film(text, who=words).film.scenes[0].shots[0].action == normalize("NFC", f"{words} in 2026")


def test_braces_without_parameters_are_the_text_that_they_always_were():
    text = FILM[: FILM.index("parameters:")].replace("For {{ who }}", "{{ who }} {{")
    text += "locations: {h: {name: H}}\nscenes:\n"
    text += "- {id: s, slug: S, location: h, shots: [{id: 1A, duration: 2}]}\n"
    read = parse_film(text, Path("film.yaml"))
    assert read.film.title == "{{ who }} {{"
    assert read.values == {}
    with pytest.raises(
        DocumentError, match=r'--set who: no parameter is called "who" \(the film declares none\)'
    ):
        parse_film(text, Path("film.yaml"), given_by_options(["who=x"]))


def test_braces_are_written_as_a_text_in_a_formula_where_a_film_has_parameters():
    assert film(FILM.replace("For {{ who }}", "{{ '{{' }} {{ '}}' }} }}")).film.title == "{{ }} }}"


def test_a_condition_in_a_film_without_parameters_is_an_error_at_its_line(tmp_path):
    path = tmp_path / "film.yaml"
    spoiled = small()
    spoiled["scenes"][0]["shots"][0]["when"] = "1 < 2"
    path.write_text(yaml.safe_dump(spoiled))
    _, found = look_at(path)
    assert [problem.path for problem in found] == ["scenes[0].shots[0].when"]
    assert "it declares none" in found[0].message


def test_a_value_changes_the_digests_of_those_shots_alone_that_it_stands_in():
    declared = small() | {"parameters": {"who": {"type": "text", "default": "x"}}}
    declared["scenes"][1]["shots"][1]["action"] = "waves at {{ who }}"
    del declared["scenes"][1]["shots"][1]["continues"]
    text = yaml.safe_dump(declared)

    def digests(who: str) -> list[str]:
        read = parse_film(text, Path("film.yaml"), {"who": Given(who, "--set who")})
        return [shot.digest for shot in plan(read.film).shots]

    ana, bo = digests("Ana"), digests("Bo")
    assert [one == other for one, other in zip(ana, bo, strict=True)] == [True, True, True, False]
    assert digests("Ana") == ana


def test_a_film_with_parameters_has_the_digests_of_the_film_that_it_becomes():
    plain = small()
    declared = small() | {"parameters": {"who": {"type": "text", "default": "Mira"}}}
    declared["characters"]["mira"]["name"] = "{{ who }}"
    assert [shot.digest for shot in plan(loaded(declared).film).shots] == [
        shot.digest for shot in plan(loaded(plain).film).shots
    ]


def test_an_alias_is_filled_wherever_it_stands():
    text = FILM.replace('action: "{{ who }} in {{ year }}"', 'action: &a "{{ who }}"').replace(
        "{id: 2A, duration: 2s}", "{id: 2A, duration: 2s, action: *a}"
    )
    read = film(text, who="Ana", size="CU").film
    assert (read.scenes[0].shots[0].action, read.scenes[1].shots[0].action) == ("Ana", "Ana")


def test_many_formulas_and_much_text_are_refused_in_bounded_time():
    began = time.process_time()
    many = FILM.replace("For {{ who }}", "{{ who }}" * 200_000)
    assert any("more than 100,000 formulas" in problem for problem in problems(many))
    wide = FILM.replace("max_length: 40", "max_length: 4000").replace("For {{ who }}", "{{ who }}" * 10)
    assert any(
        "it becomes a text of 40,000 characters" in problem for problem in problems(wide, who="x" * 4000)
    )
    opened = FILM.replace("For {{ who }}", "{{ '" * 400_000)
    assert any("is not closed by }}" in problem for problem in problems(opened))
    listed = ", ".join(['"{{ who }}{{ who }}"'] * 20_000)
    long = FILM.replace("max_length: 40", "max_length: 4000").replace(
        "look:", f"look:\n  references: [{listed}]"
    )
    assert any("characters once they are filled" in problem for problem in problems(long, who="x" * 4000))
    assert time.process_time() - began < 60


def test_values_come_from_options_and_from_a_document(tmp_path):
    assert given_by_options(["who=a=b", "who=c", " year =  5 "])["who"].value == "c"
    assert given_by_options(["year=2030"])["year"].file == "--set year"
    for wrong in ("who", "=x", ""):
        with pytest.raises(UsageError, match="has no value"):
            given_by_options([wrong])
    read = given_by_text("who: 012\nyear: 2030\n", Path("v.yaml"))
    assert (read["who"].line, read["year"].line, read["who"].text) == (1, 2, "012")
    assert parse_film(FILM, Path("film.yaml"), read).values["who"] == "012"
    for wrong, message in (
        ("[a]", "values are a mapping"),
        ("a: 1\na: 2", "is here twice"),
        ("a: {", "not YAML"),
    ):
        with pytest.raises(DocumentError, match=message):
            given_by_text(wrong, Path("v.yaml"))
