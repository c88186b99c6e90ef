"""Names of films, shots and people in many writing systems, as other systems get them."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.foreign_names import (
    MOST_FILE_STEM,
    MOST_LABEL,
    MOST_METRIC_TAG,
    MOST_TASK_NAME,
    deployment_name,
    file_stem,
    label,
    metric_tag,
    task_name,
)

TITLES = {
    "The Long Night": "the-long-night",
    "Café": "cafe",
    "Straße nach Łódź": "strasse-nach-lodz",
    "İstanbul": "istanbul",
    "Smørrebrød & Æbler": "smorrebrod-aebler",
    "夜の町": "film-8e69a046",
    "Film 夜": "film-542039af",
    "Война и мир": "film-f83d61d9",
    "ألف ليلة": "film-8ca83fb0",
    "밤": "film-da9e5304",
    "रात": "film-6043ee53",
    "Νύχτα": "film-44e36fda",
    "🌙": "film",
    "???": "film",
}


@pytest.mark.parametrize(("title", "stem"), TITLES.items())
def test_a_file_is_called_after_its_film(title, stem):
    assert file_stem(title) == stem


def test_titles_that_differ_in_any_letter_get_files_of_their_own():
    stems = [file_stem(title) for title in TITLES if any(c.isalnum() for c in title)]
    assert len({*stems}) == len(stems)


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("named", [metric_tag, task_name, label, file_stem])
def test_the_form_of_the_letters_makes_no_other_name(title, named):
    forms = [unicodedata.normalize(form, title) for form in ("NFC", "NFD")]
    assert named(forms[0]) == named(forms[1])


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("The Long Night", "The Long Night"),
        ("Café", "Caf\\xe9"),
        ("Cafe\u0301", "Caf\\xe9"),
        ("夜", "\\u591c"),
        ("🌙", "\\U0001f319"),
        ("a\nb", "a\\x0ab"),
        ("a\\xe9", "a\\x5cxe9"),
    ],
)
def test_a_metric_tag_says_every_letter_in_ascii(name, tag):
    assert metric_tag(name) == tag


@given(st.text(st.characters(), max_size=500))
def test_every_name_is_within_the_limits_of_who_gets_it(name):
    for named, most in ((metric_tag, MOST_METRIC_TAG), (task_name, MOST_TASK_NAME)):
        assert len(named(name)) <= most
        assert named(name).isascii()
        assert not named(name) or named(name).isprintable()
    assert len(label(name)) <= MOST_LABEL
    assert "\x00" not in label(name)
    label(name).encode()
    assert 0 < len(file_stem(name)) <= MOST_FILE_STEM + 9
    assert not {*file_stem(name)} - {*"abcdefghijklmnopqrstuvwxyz0123456789-"}


@given(st.text(max_size=60), st.text(max_size=60))
def test_two_names_stay_two(one, other):
    if unicodedata.normalize("NFC", one) != unicodedata.normalize("NFC", other):
        assert metric_tag(one) != metric_tag(other)
        assert task_name(one) != task_name(other)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nightly", "nightly"),
        ("夜の町", "夜の町"),
        ("ليلة", "ليلة"),
        ("Ana & Bo", "Ana Bo 0"),
        ("films/tonight", "films tonight 0"),
        ("100 %", "100 0"),
        ("<&>", "0"),
        ("  ", "0"),
    ],
)
def test_a_schedule_is_called_what_prefect_lets_stand_in_an_address(name, told):
    found = deployment_name(name)
    digits = hashlib.sha256(name.encode()).hexdigest()[:8]
    assert found == (f"{told[:-1]}{digits}" if told.endswith("0") else told)


@given(st.text(), st.text())
def test_names_of_schedules_that_differ_stay_different_and_their_own_names_are_kept(one, other):
    names = [deployment_name(name) for name in (one, other)]
    assert all(name and not set("/%&<>") & set(name) and len(name) <= MOST_LABEL for name in names)
    assert [deployment_name(name) for name in names] == names
    if label(one) != label(other):
        assert names[0] != names[1]
