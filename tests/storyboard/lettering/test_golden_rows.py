"""Rows of every script look as they did when a person looked at them.

`rows.json` beside this file has the glyphs of each row and a small picture of it, 16 levels in a grid.
Shaping is compared exactly, pictures within a level: processors round differently. Run as a program
(`python -m tests.storyboard.lettering.test_golden_rows`), this file writes `rows.json` anew, and a page,
rows.png, to look at before it is kept.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from storyboard.lettering.picture import coverage
from storyboard.lettering.setting import set_row

KEPT = Path(__file__).with_name("rows.json")
SIZE, ABOVE, BELOW, WIDE = 32, 40, 16, 640
GRID = 8
"""points of a row that are one of its small picture"""
ROWS = {
    "Latin": "The lamp – straße, Łódź, Việt Nam",
    "Cyrillic": "Маяк у солончака, ґ",
    "Greek": "Ο φάρος στο έλος, ᾧ",
    "Arabic": "الفنار عند المستنقع، 7 ٣",
    "Hebrew": "המגדלור בביצה (Lamp) 12",
    "Devanagari": "दलदल का प्रकाशस्तंभ, क्षत्रिय",
    "Thai": "ประภาคารที่บึงเกลือ น้ำ ปู่",
    "Chinese": "盐沼的灯塔，鹽沼的燈塔。",
    "Japanese": "塩沼の灯台「コンピューター」",
    "Korean": "소금 습지의 등대 7",
    "emoji": "🎬 👩\u200d🚀 ❤\ufe0f ☎",
    "all in one": "Lamp Маяк φάρος فنار 7 दीप 灯台 등대 🎬",
}


def points_of(text: str) -> np.ndarray:
    """A row on its line, uint8 [height, width]."""
    letters = coverage(set_row(text, "sans", "Semibold"), SIZE, 2, ABOVE)
    page = np.zeros((ABOVE + BELOW, WIDE), np.uint8)
    height, width = letters.points.shape
    page[letters.top : letters.top + height, letters.left : letters.left + width] = letters.points
    return page


def row_of(text: str) -> dict[str, object]:
    """What is kept of a row."""
    row, points = set_row(text, "sans", "Semibold"), points_of(text)
    small = points.reshape(points.shape[0] // GRID, GRID, -1, GRID).mean(axis=(1, 3)) / 16
    return {
        "glyphs": [[glyph.font.path.name, glyph.number] for glyph in row.glyphs],
        "width": round(row.width, 3),
        "picture": ["".join(f"{int(level):x}" for level in line) for line in small],
    }


@pytest.mark.parametrize("script", ROWS)
def test_a_row_is_shaped_and_filled_as_it_was(script):
    kept, now = json.loads(KEPT.read_text("utf-8"))[script], row_of(ROWS[script])
    assert now["glyphs"] == kept["glyphs"]
    assert now["width"] == pytest.approx(kept["width"], abs=0.002)
    before, after = ([[int(level, 16) for level in line] for line in one["picture"]] for one in (kept, now))
    assert np.abs(np.subtract(before, after)).max() <= 1


def test_the_same_words_are_the_same_bytes():
    first = points_of(ROWS["all in one"])
    set_row.cache_clear()
    again = points_of(ROWS["all in one"])
    assert first.tobytes() == again.tobytes()


if __name__ == "__main__":
    from PIL import Image

    KEPT.write_text(json.dumps({script: row_of(text) for script, text in ROWS.items()}, indent=1), "utf-8")
    Image.fromarray(np.concatenate([points_of(text) for text in ROWS.values()])).save("rows.png")
