"""The page of what people bring says what is said, and each of its rows has its test."""

from __future__ import annotations

import ast
import re

import pytest

from farm.media.pictures import BACKGROUND, FORMATS, MOST_PIXELS
from tests.support import ROOT

PAGE = (ROOT / "docs" / "inputs.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and "---" not in line and "what comes" not in line
]
DOORS = (
    "assembly/sound/speech/espeak.py",
    "pipeline/production/speaking.py",
    "pipeline/production/undrawn_letters.py",
    "storyboard/checks/cut_words.py",
    "storyboard/checks/lines.py",
    "storyboard/document/named_files.py",
    "storyboard/document/unquoted.py",
    "farm/media/pictures.py",
    "farm/media/videos.py",
    "farm/media/loras.py",
    "farm/media/tensors.py",
    "assembly/sound/recordings.py",
    "assembly/sound/music/midi_file.py",
    "storyboard/media/lut.py",
    "farm/backends/diffusion/conditioning/given_pictures.py",
    "farm/backends/diffusion/loading/loras.py",
    "farm/backends/diffusion/models/weights.py",
    "farm/backends/diffusion/models/folders.py",
    "pipeline/production/given_files.py",
    "pipeline/production/soundfont.py",
)


def words_in_code() -> str:
    """Every piece of text in the doors."""
    return "\n".join(
        node.value
        for name in DOORS
        for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


CODE = words_in_code()
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]}, {row[-1][6:30]}" for row in ROWS])
def test_every_row_is_true(row):
    assert len(row) == 4
    assert row[3].strip("`") in TESTS
    for quoted in re.findall(r'"([^"]*)"', row[2]):
        for part in quoted.split("…"):
            # Pieces of a sentence lie between what differs, in texts of their own.
            assert part.strip() in CODE, part


def test_numbers_and_forms_are_those_of_the_door():
    assert str(BACKGROUND) in PAGE
    assert f"more than {MOST_PIXELS // 10**6} million pixels" in PAGE
    plain = PAGE.replace(" ", "").upper()
    assert [form for form in FORMATS if form not in plain] == []
