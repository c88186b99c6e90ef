"""A document whose values change keeps all else, comments too, and shots that do not change are copied."""

from __future__ import annotations

import pytest

from storyboard.screenplay import edited_text
from storyboard.screenplay.breakdown import Choices
from storyboard.screenplay.document import plain_document
from storyboard.screenplay.edited_text import EditedText
from storyboard.screenplay.importing import imported
from tests.support.storyboard.screenplays import TWO_ROOMS

TEXT = imported(TWO_ROOMS.encode(), "a.fountain", Choices()).text


def in_two_places(mine):
    """A size in 1B, a shot less, and one moved into the other scene."""
    first, second = mine["scenes"]
    first["shots"][1]["size"] = "ECU"
    del first["shots"][2]
    second["shots"].append(first["shots"].pop(0))
    mine["title"] = "Other rooms"
    return "told"


@pytest.fixture
def read(monkeypatch):
    """How many rows were read by what keeps comments, each time that it was asked."""
    found = []
    changed = edited_text._changed

    def counting(text, *more):
        found.append(text.count("\n"))
        return changed(text, *more)

    monkeypatch.setattr(edited_text, "_changed", counting)
    return found


EDITS = {
    "as it was written": lambda text: text,
    "comments": lambda text: text.replace(
        "      - id: 1B", "      # before\n      - id: 1B  # beside\n        # in"
    ).replace("  - id: '2'", "  # the harbour\n  - id: '2'"),
    "a comment at the end": lambda text: f"{text}# the end\n",
    "more keys behind": lambda text: f"{text}music:\n  - {{id: M1, from: 1B, to: 2B}}  # piano\n",
    "a block of text": lambda text: text.replace(
        "Harbour, night.", "|\n          Harbour,\n            - id: night\n"
    ),
    "a word of ours": lambda text: text.replace("Harbour, night.", "shot0 shotx"),
    "quotes": lambda text: text.replace("Harbour, night.", '"Harbour: night"'),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_what_does_not_change_is_copied_and_all_comes_out_as_if_it_was_read(read, edit):
    text = edit(TEXT)
    made, told = EditedText(text).changed(in_two_places)
    assert told == "told"
    assert len(read) == 1
    assert read[0] < text.count("\n") - 20
    assert made == edited_text._changed(text, {}, in_two_places, [])[0]
    value = plain_document(text)
    in_two_places(value)
    assert plain_document(made) == value


PLAIN = {
    "yes": "yes",
    "1E3": 1000.0,
    "1e3": 1000.0,
    "00:01:30": "00:01:30",
    "2026-11-30": "2026-11-30",
    "1_000": "1_000",
    "0b11": "0b11",
    "0x1F": 31,
    "0o17": 15,
    "010": 10,
    "~": None,
}
"""what YAML 1.1, YAML 1.2 and their readers do not agree on, and what it is"""


def test_whoever_reads_a_document_to_change_it_finds_the_same_in_it():
    rows = "".join(f"        word{number}: {word}\n" for number, word in enumerate(PLAIN))
    text = TEXT.replace("        action: Harbour, night.\n", rows)
    found = []

    def look(mine):
        shot = next(one for scene in mine["scenes"] for one in scene["shots"] if "word0" in one)
        found.append([shot[f"word{number}"] for number in range(len(PLAIN))])
        shot["size"] = "ECU"

    made, _ = EditedText(text).changed(look)
    look(plain_document(made))
    assert found == [[*PLAIN.values()]] * 3


OTHERWISE = {
    "aliases": lambda text: text.replace("action: Harbour, night.", "action: &night Night.").replace(
        "A boat leaves. Jonah stands on the pier.", "*night"
    ),
    "shots further in": lambda text: text.replace("      - id: 1A", "      -   id: 1A").replace(
        "        duration: 3s\n        size: WS\n        camera: push-in\n        action: Rain",
        "          duration: 3s\n          size: WS\n          camera: push-in\n          action: Rain",
    ),
    "scenes to the left": lambda text: (
        text.partition("scenes:\n")[0]
        + "scenes:\n"
        + text.partition("scenes:\n")[2].replace("\n  ", "\n").removeprefix("  ")
    ),
    "rows of Windows": lambda text: text.replace("\n", "\r\n"),
    "no end of the last row": lambda text: text.rstrip("\n"),
}


@pytest.mark.parametrize("edit", OTHERWISE.values(), ids=OTHERWISE)
def test_a_document_in_another_form_says_the_same_too(edit):
    text = edit(TEXT)
    assert text != TEXT
    value = plain_document(text)
    in_two_places(value)
    assert plain_document(EditedText(text).changed(in_two_places)[0]) == value


def test_ids_of_shots_are_words():
    assert EditedText(TEXT).shot_ids() == ["1A", "1B", "1C", "1D", "2A", "2B", "2C"]
    assert EditedText(TEXT.replace("\n", "\r\n")).shot_ids()[0] == "1A"
