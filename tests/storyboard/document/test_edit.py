"""Values are written into a film document, and every other line stays as somebody wrote it."""

from __future__ import annotations

import json

import pytest

from storyboard.document.edit import with_shots_changed

YAML = """\
# The film.
schema: 1
title:   Two  shots    # with spaces of its own
scenes:
    -   id: "1"            # a scene
        shots:
          - id: 1A
            duration: 00:00:02:00
            action: >-
              It rains,
              and rains.
            characters: [{id: mira}, {id: tom}]   # both
          # the next one
          - id: 1B
            seed: 4     # lucky

            backend_options: {slate: {delay_s: 0.5}}
"""


def changed(**keys: object) -> str:
    return with_shots_changed(YAML, {"1B": keys}, json_form=False)  # type: ignore[dict-item]


def test_a_value_is_changed_in_its_line_and_no_other_line_is_touched():
    text = changed(seed=5)
    assert text.splitlines() == YAML.replace("seed: 4     # lucky", "seed: 5     # lucky").splitlines()


def test_a_new_key_is_one_more_line():
    text = changed(action="In the rain.")
    lines, before = text.splitlines(), YAML.splitlines()
    (new,) = [line for line in lines if line not in before]
    assert new.strip() == "action: In the rain."
    assert [line for line in lines if line != new] == before


def test_options_are_laid_over_those_that_are_there():
    text = changed(backend_options={"slate": {"steps": 3}})
    assert "backend_options: {slate: {delay_s: 0.5, steps: 3}}" in text


def test_what_says_it_already_changes_nothing():
    assert changed(seed=4) == YAML


def test_json_stays_json_in_its_order():
    document = {"title": "T", "scenes": [{"id": "1", "shots": [{"id": "1A", "duration": 2}]}], "schema": 1}
    text = with_shots_changed(json.dumps(document), {"1A": {"seed": 5}}, json_form=True)
    assert list(json.loads(text)) == ["title", "scenes", "schema"]
    assert json.loads(text)["scenes"][0]["shots"][0] == {"id": "1A", "duration": 2, "seed": 5}


def test_a_shot_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        with_shots_changed(YAML, {"9Z": {"seed": 5}}, json_form=False)
