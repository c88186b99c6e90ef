"""Plugins: named when one is missing, and never the end of a command when one is broken."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from storyboard.errors import UsageError
from storyboard.plugins import load_plugin, plugin_names

POINTS = [
    EntryPoint("fractions", "fractions:Fraction", "group"),
    EntryPoint("absent", "no_such_module:Thing", "group"),
    EntryPoint("lacking", "fractions:Half", "group"),
]


@pytest.fixture(autouse=True)
def _points(monkeypatch):
    monkeypatch.setattr("storyboard.plugins.entry_points", lambda group: POINTS if group == "group" else [])


def test_a_plugin_is_what_its_entry_point_names():
    assert load_plugin("group", "number", "fractions")(1, 2) == 0.5
    assert plugin_names("group") == ["absent", "fractions", "lacking"]


def test_one_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(UsageError) as told:
        load_plugin("group", "number", "fraction")
    assert told.value.message == "no number is named 'fraction'; did you mean \"fractions\"?"
    assert told.value.hint == "there are: absent, fractions, lacking"


@pytest.mark.parametrize(("name", "words"), [("absent", "no_such_module"), ("lacking", "Half")])
def test_one_that_cannot_be_imported_says_what_it_lacks(name, words):
    with pytest.raises(UsageError, match=words) as told:
        load_plugin("group", "number", name)
    assert told.value.hint == "install what it needs"
