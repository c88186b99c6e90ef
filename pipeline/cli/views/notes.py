"""What the command line shows of notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.markup import escape
from rich.table import Table

from pipeline.cli.console import printable

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.review.notes.listed import ListedNotes


def notes_table(console: Console, listed: ListedNotes) -> None:
    """A row for each note, in the order of the film."""
    if not listed.notes:
        console.print("Nobody has said anything of this film.", highlight=False)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("shot", "take", "frames", "by", "kind"):
        table.add_column(heading, no_wrap=True, justify="right" if heading == "take" else "left")
    table.add_column("words", min_width=20, overflow="fold")
    table.add_column("status", no_wrap=True)
    for note in listed.notes:
        frames = "" if note.frames is None else "-".join(str(one) for one in dict.fromkeys(note.frames))
        said = [note.words, *note.wishes, "(with a drawing)" if note.drawing else ""]
        table.add_row(
            escape(note.shot),
            "" if note.take is None else str(note.take),
            frames,
            escape(printable(note.by)),
            note.kind,
            escape(printable(" ".join(part for part in said if part))),
            note.status,
        )
    console.print(table)
