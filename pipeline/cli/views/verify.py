"""What the command line shows of a file that was compared with what it says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from pipeline.cli.console import printable
from pipeline.provenance.statement import Source
from pipeline.provenance.verify import Verdict

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.provenance.statement import StatedShot, Statement
    from pipeline.provenance.verify import Verified

_VERDICTS = {
    Verdict.AS_SIGNED: "[green]as it was signed[/]",
    Verdict.CHANGED: "[red]changed since it was signed[/]",
    Verdict.NOTHING: "[yellow]nothing is known[/]",
}
_SOURCES = {
    Source.MODEL: "by a trained model (AI)",
    Source.PROGRAM: "drawn by a program",
}


def show_verified(console: Console, found: Verified) -> None:
    """The verdict, who signed, and a row a shot."""
    console.print(f"{_VERDICTS[found.verdict]}: ", end="")
    console.print(printable(found.file), markup=False, highlight=False, soft_wrap=True)
    for words in found.changes:
        console.print(f"  {printable(words)}", markup=False, highlight=False, soft_wrap=True)
    if found.verdict is Verdict.NOTHING:
        return
    vouched = "" if found.trusted else "; nobody known vouches for that name"
    words = f"signed by {found.signer}{vouched}, with {found.generator}"
    console.print(f"  {printable(words)}", markup=False, highlight=False, soft_wrap=True)
    if found.statement:
        console.print(_table(found.statement, found.takes))


def _table(statement: Statement, takes: dict[str, bool] | None) -> Table:
    table = Table("shot", "frames", "made", "model", "take", "made again", "performance")
    table.title = escape(printable(f"{statement.film} ({statement.kind})"))
    table.title_justify = "left"
    if takes is not None:
        table.add_column("in the store")
    for shot in statement.shots:
        cells = _cells(shot)
        if takes is not None:
            cells.append("yes" if takes[shot.shot] else "no")
        table.add_row(*(escape(printable(cell)) for cell in cells))
    return table


def _cells(shot: StatedShot) -> list[str]:
    model = " ".join(filter(None, (shot.model, shot.model_digest[:12])))
    made = f"{_SOURCES.get(shot.source, shot.source.value)}: {shot.backend} {shot.backend_version}"
    consent = shot.performance.consent if shot.performance else ""
    return [
        *(shot.shot, f"{shot.first} to {shot.first + shot.frames - 1}", made, model, shot.take[:12]),
        *(", ".join(shot.changed), consent),
    ]
