"""What is told, in plain words: pure.

A title is somebody else's text: it is one line, holds nothing that turns the direction of what stands
around it, and calls nobody in a chat.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict

from storyboard.digest import digest_of
from storyboard.errors import CalledOffError, ShotfarmError
from storyboard.schema.notices import Occasion
from storyboard.wording import counted, listed

MOST_TITLE = 200
MOST_WORDS = 2000
"""characters of what an error says in a notice; all of it is in the run's log"""
_TURNS = frozenset(map(chr, (0x061C, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""marks that change the direction of text around them, and one that cannot be seen"""
_SUBJECTS = {
    Occasion.FINISHED: "finished",
    Occasion.FAILED: "failed",
    Occasion.WAITS: "waits for approval",
    Occasion.OVER_BUDGET: "over budget",
    Occasion.LATE: "late",
}


class Notice(BaseModel):
    """One thing that is told.

    Attributes:
        id: the same at every try to deliver it, so that a receiver knows it again.
        occasion: what there is to tell; None for a trial.
        production: the title of the film, or the name of the slate.
        subject: one line.
        text: for people, lines of it.
        links: where to look, by what is there.
        at: when it came about.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    occasion: Occasion | None
    production: str
    subject: str
    text: str
    links: dict[str, str] = {}
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class About:
    """The production of which something is told.

    Attributes:
        title: as its film document has it.
        film: the document, or the slate.
        links: where to look, by what is there.
    """

    title: str
    film: Path
    links: dict[str, str] = field(default_factory=dict)


def one_line(text: str, most: int = MOST_TITLE) -> str:
    r"""Somebody else's text as it may stand in a subject: nothing in it breaks or turns the line.

    >>> one_line("A\r\nBcc: x@y")
    'A Bcc: x@y'
    """
    kept = (
        " " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text if c not in _TURNS
    )
    line = " ".join("".join(kept).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def finished(
    about: About, film: Path, *, seconds: float, shots: int, rendered: int, lacks: Sequence[str] = ()
) -> Notice:
    """The film is there.

    Args:
        about: whose it is.
        film: its file.
        seconds: its length.
        shots: how many it has.
        rendered: how many of them were rendered now.
        lacks: deliverables that could not be made, each with the reason.
    """
    lines = [
        f"The film is there: {film}",
        f"{seconds:.1f} s, {counted(shots, 'shot')}, {rendered} rendered now.",
    ]
    if not lacks:
        return _notice(about, Occasion.FINISHED, lines)
    return _notice(about, Occasion.FAILED, [*lines, "What could not be made:", *lacks])


def failed(about: About, error: BaseException) -> Notice:
    """The run has ended without the film."""
    if isinstance(error, CalledOffError):
        lines = ["Somebody has called the production off.", *_words(error)]
    elif isinstance(error, ShotfarmError):
        lines = [*_words(error)]
    else:
        # What a bug says of itself may hold anything; its traceback is where the run was started.
        lines = [f"A bug ended the run: {type(error).__name__}. Its traceback is in the run's log."]
    return _notice(about, Occasion.FAILED, lines)


def killed(about: About) -> Notice:
    """The process of the run has ended without a word."""
    lines = [
        "Its run was killed, or its machine went down. What was rendered is kept;",
        f"`shotfarm render {about.film}` goes on from there.",
    ]
    return _notice(about, Occasion.FAILED, lines)


def waits_for_approval(about: About, shots: Sequence[str]) -> Notice:
    """All takes are there, and people must say which are good."""
    lines = [
        f"Takes of {counted(len(shots), 'shot')} wait for approval: {listed(shots)}.",
        "`shotfarm approve SHOT` circles a take; the film is put together by the next run.",
    ]
    return _notice(about, Occasion.WAITS, lines)


def over_budget(about: About, spent: str, budget: str) -> Notice:
    """A budget is reached, and new work is held; the same budget of a production is told of once.

    Args:
        about: whose budget it is.
        spent: in words, with the unit: `312.40 EUR`.
        budget: likewise.
    """
    lines = [
        f"{spent} of {budget} are spent. New shots wait; those that render are finished.",
        "`shotfarm budget raise` lets it go on.",
    ]
    return _notice(about, Occasion.OVER_BUDGET, lines, once=budget)


def late(about: About, due: datetime, expected: datetime | None, helps: Sequence[str] = ()) -> Notice:
    """It will not be there in time; the same deadline of a production is told of once.

    Args:
        about: what is late.
        due: when it must be there, with its zone.
        expected: when it will be there by what is known now; None where nothing is known.
        helps: what would help, a sentence each.
    """
    when = f"It is expected {_moment(expected)}" if expected else "When it will be there is not known"
    lines = [f"It is due {_moment(due)}. {when}.", *helps]
    return _notice(about, Occasion.LATE, lines, once=due.isoformat())


def slate_ended(
    about: About, done: int, failures: Sequence[tuple[str, str]], waiting: Sequence[str] = ()
) -> Notice:
    """A slate has been worked through: one notice for all of its productions.

    Args:
        about: the slate.
        done: how many productions are there.
        failures: the others, each with its reason.
        waiting: productions that wait for approval.
    """
    every = done + len(failures) + len(waiting)
    lines = [f"{done} of {counted(every, 'production')} are there."]
    lines += [f"{one_line(name)} failed: {one_line(why)}" for name, why in failures[:20]]
    if len(failures) > 20:
        lines.append(f"{len(failures) - 20} more failed.")
    if waiting:
        lines.append(f"For approval wait {listed([one_line(name) for name in waiting])}.")
    occasion = Occasion.FAILED if failures else Occasion.WAITS if waiting else Occasion.FINISHED
    return _notice(about, occasion, lines)


def trial(channel: str, machine: str) -> Notice:
    """Says that a channel works."""
    return Notice(
        id=secrets.token_hex(16),
        occasion=None,
        production="",
        subject=f"shotfarm: a trial of the channel {channel}",
        text=f"`shotfarm notices test {channel}` was given on {one_line(machine)}. There is nothing to do.",
        at=datetime.now(UTC),
    )


def _notice(about: About, occasion: Occasion, lines: Sequence[str], *, once: str = "") -> Notice:
    """One that is told whenever it happens, or once for what `once` says."""
    title = one_line(about.title)
    told = digest_of([str(about.film), title, occasion, once])[:32] if once else secrets.token_hex(16)
    where = [f"{what}: {link}" for what, link in about.links.items()]
    return Notice(
        id=told,
        occasion=occasion,
        production=title,
        subject=f"{title}: {_SUBJECTS[occasion]}",
        text="\n".join([*(one_line(line, MOST_WORDS) for line in lines), *where]),
        links=about.links,
        at=datetime.now(UTC),
    )


def _words(error: ShotfarmError) -> list[str]:
    lines = error.in_words.splitlines()
    return [*lines[:20], *(["…"] if len(lines) > 20 else [])]


def _moment(time: datetime) -> str:
    return time.strftime("%A, %d %B %Y, %H:%M %Z").strip()
