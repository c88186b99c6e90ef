"""Notes as CSV that spreadsheets open as it is meant: letters right, every cell a text or a number."""

from __future__ import annotations

import csv
import io

from pipeline.review.notes.listed import ListedNotes
from storyboard.cells import harmless

COLUMNS = (
    "number", "scene", "slug", "shot", "take", "first frame", "last frame", "timecode in", "timecode out",
    "by", "at", "kind", "words", "asks for", "answers", "status", "strokes",
)  # fmt: skip
_BOM = "\ufeff"
"""without it Excel takes UTF-8 for the letters of its country"""


def notes_csv(listed: ListedNotes) -> bytes:
    """A row for each note: UTF-8 with a byte order mark, RFC 4180, every cell in quotes.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, as one typed there would.
    """
    text = io.StringIO(newline="")
    rows = csv.writer(text, quoting=csv.QUOTE_ALL)
    rows.writerow(COLUMNS)
    for note in listed.notes:
        first, last = note.frames or ("", "")
        begins, ends = note.timecodes or ("", "")
        cells = (
            note.number, note.scene, note.slug, note.shot, "" if note.take is None else note.take,
            first, last, begins, ends, note.by, note.at.isoformat(timespec="seconds"), note.kind, note.words,
            "; ".join(note.wishes), "" if note.answers is None else note.answers, note.status,
            len(note.drawing),
        )  # fmt: skip
        rows.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return (_BOM + text.getvalue()).encode()
