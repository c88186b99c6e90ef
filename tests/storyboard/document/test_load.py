from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from storyboard.document.load import parse_film, read_text
from storyboard.errors import DocumentError
from storyboard.schema.film import Film
from tests.support.storyboard.small_films import large, loaded, small

HEAD = "schema: 1\ntitle: T\nlocations: {h: {name: H}}\n"
SHOTS = HEAD + "scenes:\n  - {id: s, slug: S, location: h, shots: [%s]}\n"


def problems(text: str, name: str = "film.yaml") -> list[str]:
    with pytest.raises(DocumentError) as caught:
        parse_film(text, Path(name))
    assert caught.value.exit_code == 2
    return [str(problem) for problem in caught.value.problems]


def one_shot(keys: str) -> str:
    return SHOTS % ("{id: 1A, duration: 48, " + keys + "}")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            "durration: 2",
            'scenes[0].shots[0].durration: unknown key "durration"; did you mean "duration"? (keys here:',
        ),
        ("zzz: 2", 'scenes[0].shots[0].zzz: unknown key "zzz" (keys here: id, duration,'),
        ("size: WSS", '.size: "WSS" is not allowed here; did you mean "WS"? (allowed: ECU, CU, MCU,'),
        ("size: ", ".size: nothing is not allowed here; leave the key out (allowed:"),
        ("seed: 1.5", ".seed: found 1.5 where a whole number is expected"),
        ('seed: "5"', '.seed: found "5" where a whole number is expected'),
        ("seed: true", ".seed: found true where a whole number is expected"),
        ("seed: -1", ".seed: -1 is too small; the least is 0"),
        ("seed: .inf", ".seed: .inf is not a finite number"),
        ("seed: 1e999", ".seed: 1e999 is not a finite number"),
        ("fade_out: 1.5", ".fade_out: 1.5 has no unit; write 1.5s for seconds; allowed: frames"),
        ("fade_out: soon", '.fade_out: "soon" is not a length of time; allowed: frames'),
        ("fade_out: [1]", ".fade_out: a list is not a length of time; allowed: frames"),
        ("lines: {a: b}", ".lines: found a mapping (key: value) where a list is expected"),
        ("lines: [5]", ".lines[0]: found 5 where a mapping (key: value) is expected"),
        ("lines: [{character: a}]", '.lines[0]: missing key "text"'),
        ('lines: [{character: a, text: ""}]', ".lines[0].text: the text is empty"),
        (
            "lines: [{character: a b, text: x}]",
            '.lines[0].character: "a b": an id has letters, digits, - and _',
        ),
        ("lines: [{character: a, text: x, gain_db: 99}]", ".gain_db: 99 is too large; the most is 24"),
        ("action: true", ".action: found true where text is expected (write it in quotes)"),
        ("action: ", ".action: found nothing where text is expected; leave the key out"),
        (
            "action: !!python/object:os.system x",
            ".action: the tag tag:yaml.org,2002:python/object:os.system is not",
        ),
        ("action: !mine x", ".action: the tag !mine is not part of a film document; write a plain value"),
        ("action: x, action: y", '.action: the key "action" is here twice (first on line 5)'),
        ("<<: {}", 'merge keys ("<<") are not part of YAML 1.2'),
        (
            "backend_options: {a b: {}}",
            '.backend_options.a b: "a b": a name like this has letters',
        ),
        (
            "backend_options: {ink: {detail: .nan}}",
            ".backend_options.ink.detail: .nan is not a finite number",
        ),
    ],
)
def test_one_wrong_thing_in_a_shot_is_told_in_one_line(keys, message):
    found = problems(one_shot(keys))
    assert len(found) == 1, found
    assert found[0].startswith("film.yaml:5:")
    assert message in found[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "film.yaml: the document is empty"),
        ("# only words\n", "film.yaml: the document is empty"),
        ("- 1\n", "film.yaml:1:1: a film is a mapping"),
        ("just words", "film.yaml:1:1: a film is a mapping"),
        ("title: x\n", 'film.yaml:1:1: missing key "schema"; write schema: 1 first'),
        ("schema: 7\nnonsense: 1\n", "film.yaml:1:9: schema: schema 7 is newer than this shotfarm reads (1)"),
        ("schema: 0\n", "film.yaml:1:9: schema: schema 0 does not exist; this shotfarm reads 1"),
        ("schema: one\n", "film.yaml:1:9: schema: the schema is a whole number; this shotfarm reads 1"),
        ("schema: true\n", "film.yaml:1:9: schema: the schema is a whole number"),
        ("a: b: c\n", "film.yaml:1:5: this is not YAML: mapping values are not allowed"),
        ("a: [1\n", "film.yaml:2:1: this is not YAML: while parsing a flow sequence"),
        ("a: *b\n", "film.yaml:1:4: *b stands for nothing that ends before it"),
        ("a: &b [*b]\n", "film.yaml:1:8: *b stands for nothing that ends before it"),
        ("? [1]\n: 2\n", "film.yaml:1:3: a key is a word"),
        ("a: 1\n---\nb: 1\n", "film.yaml:2:1: a second document starts here"),
        ("title: a\x00b\n", "film.yaml:1:9: U+0000 is not a character of a text document"),
        (HEAD + "scenes: []\n", "film.yaml:4:9: scenes: the list is empty; it has at least 1"),
    ],
)
def test_a_wrong_document_is_told_in_one_line(text, message):
    found = problems(text)
    assert len(found) == 1, found
    assert found[0].startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "film.json:1:2: found the end of the text where a key in double quotes is expected"),
        ('{"a": 1,}', 'film.json:1:9: found "}" where a key in double quotes is expected'),
        ("[1 2]", 'film.json:1:4: found "2" where "," or "]" is expected'),
        ('{"a" 1}', 'film.json:1:6: found "1" where ":" is expected'),
        ('{"a": NaN}', "film.json:1:7: NaN is not a JSON value"),
        ('{"a": .5}', 'film.json:1:7: found "." where a value is expected'),
        ('{\n "a": "\\x"}', "film.json:2:8: invalid \\escape"),
        ('{"a": "\\ud800"}', "film.json:1:7: a \\u escape is half of a surrogate pair"),
        ("{} {}", 'film.json:1:4: found "{" where the end of the text is expected'),
        ('{"schema": 1, "schema": 1}', 'film.json:1:1: missing key "title"'),
    ],
)
def test_wrong_json_is_told_where(text, message):
    assert problems(text, "film.json")[0].lower().startswith(message.lower())


def test_all_problems_come_at_once_and_in_the_order_of_the_document():
    film = small()
    film["lok"] = film.pop("look")
    film["title"] = ""
    film["scenes"][0]["shots"][0]["size"] = "XX"
    del film["scenes"][1]["slug"]
    with pytest.raises(DocumentError) as caught:
        loaded(film)
    assert [problem.path for problem in caught.value.problems] == [
        "title",
        "scenes[0].shots[0].size",
        "scenes[1]",
        "lok",
    ]
    places = [(problem.line, problem.column) for problem in caught.value.problems]
    assert places == sorted(places)


def test_messages_have_no_words_of_the_validator():
    film = small()
    film.update(title=["x"], seed="x", look={"palette": ["red"] * 20, "loras": [{"file": "", "weight": 9}]})
    film["format"] = {"width": 7, "rate": "fast", "sample_rate": 1}
    film["music"] = [{"id": "", "from": "1A", "tempo": 1, "key": "H major"}]
    film["characters"]["mira"]["name"] = "two\nlines"
    with pytest.raises(DocumentError) as caught:
        loaded(film)
    text = str(caught.value)
    assert len(caught.value.problems) >= 12
    assert not re.search(r"pydantic|validat|Input should|https?:|type=|str_|_type", text), text


@pytest.mark.parametrize("written", ["1", "01", "1E2", "0x1F", "1.50"])
def test_a_number_where_text_is_wanted_keeps_its_form(written):
    text = (SHOTS % "{id: 1A, duration: 48}").replace("id: s,", f"id: {written.replace('.', '_')},")
    film = parse_film(text.replace("title: T", f"title: {written}"), Path("film.yaml")).film
    assert film.title == written
    assert film.scenes[0].id == written.replace(".", "_")


@pytest.mark.parametrize("word", ["NO", "yes", "off", "00:00:02:00", "2026-01-01", "1_000", "0b1"])
def test_words_that_yaml_1_1_takes_for_something_else_stay_text(word):
    film = parse_film(one_shot(f"action: {word}"), Path("film.yaml")).film
    assert film.scenes[0].shots[0].action == word


def test_aliases_stand_for_what_they_name():
    shots = (
        "{id: 1A, duration: &long 48, backend_options: &o {ink: {detail: 2}}}, "
        "{id: 1B, duration: *long, backend_options: *o}"
    )
    first, second = parse_film(SHOTS % shots, Path("film.yaml")).film.scenes[0].shots
    assert (first.duration, first.backend_options) == (second.duration, second.backend_options)


def test_yaml_and_json_say_the_same(tmp_path):
    film = small()
    film["title"] = 'Café 😀 — \\ "quotes" \u2028'
    expected = Film.model_validate(film)
    for name, text in {
        "a.json": json.dumps(film),
        "b.json": json.dumps(film, ensure_ascii=False, indent="\t"),
        "c.yaml": yaml.safe_dump(film, allow_unicode=True),
        "d.yaml": json.dumps(small() | {"title": "T"}),
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8-sig" if name == "a.json" else "utf-8")
        found = parse_film(read_text(tmp_path / name), tmp_path / name).film
        assert found == (expected if name != "d.yaml" else expected.model_copy(update={"title": "T"}))


def test_a_problem_found_later_points_at_its_line():
    film = parse_film(one_shot("backend_options: {ink: {detail: 2}}"), Path("film.yaml"))
    path = ("scenes", 0, "shots", 0, "backend_options", "ink", "detail")
    problem = film.problem(path, "too much")
    assert str(problem).startswith("film.yaml:5:")
    assert str(problem).endswith("scenes[0].shots[0].backend_options.ink.detail: too much")
    assert (
        film.document.mark(path).column
        == one_shot("backend_options: {ink: {detail: 2}}").splitlines()[4].index("2}}") + 1
    )


def test_older_documents_go_through_every_upgrade():
    def to_zero(document):
        return {**document, "title": document["name"]}

    def to_one(document):
        return {key: value for key, value in document.items() if key != "name"} | {"logline": "from 0"}

    text = (
        (SHOTS % "{id: 1A, duration: 48}").replace("schema: 1", "schema: -1").replace("title: T", "name: Old")
    )
    film = parse_film(text, Path("film.yaml"), upgrades={-1: to_zero, 0: to_one}).film
    assert (film.title, film.logline, film.schema_version) == ("Old", "from 0", 1)
    with pytest.raises(DocumentError, match=r"schema -2 does not exist; this shotfarm reads -1 to 1"):
        parse_film(text.replace("-1", "-2"), Path("film.yaml"), upgrades={-1: to_zero, 0: to_one})


def test_a_long_film_loads():
    assert len(loaded(large(1000)).film.shots()) == 1000
