"""What is told, in plain words: pure.

A title is somebody else's text: it is one line, holds nothing that turns the direction of what stands
around it, and calls nobody in a chat.
"""

from __future__ import annotations

import secrets
import shlex
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict

from farm.schedule.amounts import Over
from storyboard.digest import digest_of
from storyboard.errors import CalledOffError, ShotfarmError
from storyboard.schema.notices import Occasion
from storyboard.wording import counted, listed

MOST_TITLE = 200
MOST_LINES = 20
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
        title: as its film document has it; of a slate, its name.
        film: the document, or the slate.
        links: where to look, by what is there.
        version: what it is called in its slate.
        again: the command that goes on with it; `shotfarm render` where it is empty.
    """

    title: str
    film: Path
    links: dict[str, str] = field(default_factory=dict)
    version: str = ""
    again: str = ""

    @property
    def called(self) -> str:
        """What people know it by: versions of a film may have one title."""
        title = one_line(self.title)
        return f"{title} ({one_line(self.version)})" if self.version else title


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
    about: About, film: Path | str, *, seconds: float, shots: int, rendered: int, lacks: Sequence[str] = ()
) -> Notice:
    """The film is there.

    Args:
        about: whose it is.
        film: its file, or its URL.
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
        return not_made(about, f"Somebody has called the production off.\n{error.in_words}")
    if isinstance(error, ShotfarmError):
        return not_made(about, error.in_words)
    # What a bug says of itself may hold anything; its traceback is where the run was started.
    return not_made(about, f"A bug ended the run: {type(error).__name__}. Its traceback is in the run's log.")


def not_made(about: About, why: str) -> Notice:
    """The same, with the reason in words."""
    lines = why.splitlines()
    return _notice(about, Occasion.FAILED, [*lines[:MOST_LINES], *(["…"] if len(lines) > MOST_LINES else [])])


def killed(about: About) -> Notice:
    """The process of the run has ended without a word."""
    lines = [
        "Its run was killed, or its machine went down. What was rendered is kept;",
        f"`{about.again or f'shotfarm render {shlex.quote(str(about.film))}'}` goes on from there.",
    ]
    return _notice(about, Occasion.FAILED, lines)


def waits_for_approval(about: About, shots: Sequence[str]) -> Notice:
    """All takes are there, and people must say which are good."""
    lines = [
        f"Takes of {counted(len(shots), 'shot')} wait for approval: {listed(shots)}.",
        "`shotfarm approve SHOT` circles a take; the film is put together by the next run.",
    ]
    return _notice(about, Occasion.WAITS, lines)


def over_budget(about: About, over: Over) -> Notice:
    """A budget is reached, and new work is held; a limit of a budget is told of once, whoever it holds.

    Args:
        about: what is held.
        over: the budget.
    """
    lines = [
        f"Of the budget of {over.title}, {over.spent} of {over.limit} are spent.",
        "New shots wait; those that render are finished. `shotfarm budget raise` lets it go on.",
    ]
    return _notice(about, Occasion.OVER_BUDGET, lines, once=(over.account, over.limit))


def late(about: About, due: datetime, expected: datetime | None, helps: Sequence[str] = ()) -> Notice:
    """It will not be there in time; the same deadline of a production, or of a slate, is told of once.

    Args:
        about: what is late, or the slate that it is of.
        due: when it must be there, with its zone.
        expected: when it will be there by what is known now; None where nothing is known.
        helps: what would help, a sentence each.
    """
    when = f"It is expected {_moment(expected)}" if expected else "When it will be there is not known"
    lines = [f"It is due {_moment(due)}. {when}.", *helps]
    return _notice(about, Occasion.LATE, lines, once=(str(about.film), about.called, due.isoformat()))


def more_of_slate(about: About, occasion: Occasion, number: int) -> Notice:
    """So many more productions of a slate have the same to tell, and told it only together.

    Args:
        about: the slate.
        occasion: what each would have told.
        number: how many.
    """
    lines = [f"{counted(number, 'more production')}: {_SUBJECTS[occasion]}. They are not told one by one."]
    return _notice(about, occasion, lines)


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


def _notice(about: About, occasion: Occasion, lines: Sequence[str], *, once: Sequence[str] = ()) -> Notice:
    """One that is told whenever it happens, or once for what `once` says."""
    told = digest_of([occasion, *once])[:32] if once else secrets.token_hex(16)
    where = [f"{what}: {link}" for what, link in about.links.items()]
    return Notice(
        id=told,
        occasion=occasion,
        production=about.called,
        subject=f"{about.called}: {_SUBJECTS[occasion]}",
        text="\n".join([*(one_line(line, MOST_WORDS) for line in lines), *where]),
        links=about.links,
        at=datetime.now(UTC),
    )


def _moment(time: datetime) -> str:
    return time.strftime("%A, %d %B %Y, %H:%M %Z").strip()
