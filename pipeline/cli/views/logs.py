"""What the command line shows of the attempts at a shot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from farm.schedule.states import AttemptState
from pipeline.cli.console import printable
from storyboard.wording import duration

if TYPE_CHECKING:
    from pydantic import JsonValue
    from rich.console import Console

    from farm.logs.kept import ShotLog
    from pipeline.rendering.shot_logs import ShotLogs

_COLOURS = {
    AttemptState.DONE: "green",
    AttemptState.FAILED: "red",
    AttemptState.LOST: "red",
    AttemptState.RENDERING: "yellow",
}


def show_logs(console: Console, found: ShotLogs, chosen: int) -> None:
    """A row an attempt, why each ended, the refused tries, and what number `chosen` (from 1) printed."""
    table = Table(title=f"shot {escape(found.shot)}", title_justify="left")
    for heading in ("", "began", "worker", "machine", "ended", "after", "done", "load", "render", "encode"):
        table.add_column(heading)
    for number, log in enumerate(found.logs, 1):
        colour = _COLOURS.get(log.outcome, "dim")
        old = "" if log.digest == found.digest else " [dim](an earlier take)[/]"
        table.add_row(
            str(number),
            f"{log.started.astimezone():%Y-%m-%d %H:%M:%S}",
            escape(printable(log.worker)),
            escape(printable(log.machine)),
            f"[{colour}]{log.outcome}[/]{old}",
            *(duration(each) if each is not None else "" for each in (log.seconds,)),
            f"{log.done:.0%}",
            *(duration(each) if each is not None else "" for each in (log.load_s, *_parts(log))),
        )
    console.print(table)
    for number, log in enumerate(found.logs, 1):
        if log.why:
            _say(console, f"{number}: {log.why}")
    for one in found.refused:
        _say(console, f"refused: {_refusal(one)}")
    if found.silent:
        _say(console, f"what renders on the farm is not shown: {found.silent}")
    if found.logs:
        _show_output(console, chosen, found.logs[chosen - 1])


def _show_output(console: Console, number: int, log: ShotLog) -> None:
    if log.details:
        console.rule(f"error of attempt {number}", align="left")
        _say(console, log.details.rstrip("\n"))
    console.rule(f"output of attempt {number}", align="left")
    if log.beside is not None:
        words = "what their process printed from then on is there"
        _say(console, f"(its worker also rendered shot {log.beside} from some moment on; {words})")
    _say(console, log.output.rstrip("\n") or "(it printed nothing)")
    if log.left_out:
        console.rule(f"{log.left_out} bytes are left out", characters=".")
        _say(console, log.output_end.rstrip("\n"))


def _parts(log: ShotLog) -> tuple[float | None, float | None]:
    return log.took.get("render"), log.took.get("encode")


def _refusal(one: JsonValue) -> str:
    """A refused try in words, where it is one of the gate's; another version's as it is."""
    if isinstance(one, dict) and isinstance(one.get("failures"), list) and "seed" in one:
        return f"seed {one['seed']}: {', '.join(map(str, one['failures']))}"  # type: ignore[arg-type]
    return json.dumps(one)


def _say(console: Console, words: str) -> None:
    """Say what somebody else wrote, letter by letter."""
    console.print(Text(printable(words)), soft_wrap=True, highlight=False)


def logs_as_json(found: ShotLogs) -> dict[str, Any]:
    """The same for a script; there, nothing is left out of the text."""
    return {
        "shot": found.shot,
        "digest": found.digest,
        "attempts": [log.model_dump(mode="json") for log in found.logs],
        "refused": list(found.refused),
        "farm_silent": found.silent,
    }
