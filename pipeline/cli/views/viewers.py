"""What the command line shows of viewers who have a film of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from pipeline.cli.console import printable
from pipeline.cli.views.amounts import size_in_words
from storyboard.wording import counted

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.audience.forgetting import Forgotten
    from pipeline.catalog.sessions import Session

_WHEN = "%Y-%m-%d %H:%M"


def viewers_as_json(sessions: Sequence[Session]) -> list[dict[str, Any]]:
    """Viewers for a script, without what they gave."""
    return [_plain(one) for one in sessions]


def viewers_table(console: Console, sessions: Sequence[Session]) -> None:
    """A row a viewer."""
    if not sessions:
        console.print("Nobody yet: shotfarm watch --open-sessions", highlight=False)
        return
    table = Table(box=None, pad_edge=False)
    for name in ("viewer", "came", "seen", "frame", "answers", "made for them", "state"):
        table.add_column(name, no_wrap=name in {"viewer", "came", "seen"})
    for one in sessions:
        told = _plain(one)
        table.add_row(
            one.id,
            f"{one.since:{_WHEN}}",
            f"{one.seen_at:{_WHEN}}" if one.seen_at else "",
            "" if one.forgotten else str(one.frame),
            "" if one.forgotten else str(len(one.answered)),
            counted(told["shots"], "shot") if told["shots"] else "",
            told["state"],
        )
    console.print(table)


def viewer_as_json(session: Session) -> dict[str, Any]:
    """All that is kept of a viewer, for a script."""
    return {
        **_plain(session),
        "decisions": [one.model_dump(mode="json", exclude={"values"}) for one in session.answered],
        "version": session.version if session.began else None,
        "takes": sorted({take for one in session.caused for take in one.takes}),
        "after": session.began.after if session.began else None,
    }


def viewer_table(console: Console, session: Session) -> None:
    """All that is kept of a viewer: a line for each decision."""
    told = _plain(session)
    console.print(f"{session.id}: {told['state']}", highlight=False, markup=False)
    if session.forgotten:
        by, at = session.forgotten.by, session.forgotten.at
        console.print(printable(f"by {by}, {at:{_WHEN}}"), highlight=False, markup=False)
        return
    console.print(f"came {session.since:{_WHEN}}, is at frame {session.frame}", highlight=False)
    for one in session.answered:
        said = "the default" if one.answer is None else one.answer
        console.print(f"  {escape(printable(one.scene))}: {escape(printable(said))}", highlight=False)
    made = f"{counted(told['shots'], 'shot')} made for them alone, about {told['worker_s']:.0f} s of workers"
    console.print(made, highlight=False)


def forgotten_as_json(gone: Sequence[Forgotten]) -> dict[str, Any]:
    """What was forgotten, for a script."""
    things = [thing for one in gone for thing in one.removed]
    return {
        "forgotten": [one.session for one in gone],
        "removed": len(things),
        "bytes": sum(one.size for one in gone),
        "by_kind": dict(sorted(Counter(thing.kind for thing in things).items())),
    }


def forgotten_table(console: Console, gone: Sequence[Forgotten]) -> None:
    """A line for each session."""
    for one in gone:
        what = f"{counted(len(one.removed), 'thing')} removed from the store, {size_in_words(one.size)}"
        console.print(f"{one.session} is forgotten: {what}", highlight=False)


def _plain(session: Session) -> dict[str, Any]:
    state = "forgotten" if session.forgotten else "finished" if session.finished else "watching"
    return {
        "id": session.id,
        "state": state,
        "document": session.began.document if session.began else None,
        "came_at": session.began.at.isoformat() if session.began else None,
        "seen_at": session.seen_at.isoformat() if session.seen_at else None,
        "forgotten_at": session.forgotten.at.isoformat() if session.forgotten else None,
        "frame": session.frame,
        "answers": len(session.answered),
        "shots": sum(len(one.takes) for one in session.caused),
        "worker_s": sum(one.worker_s for one in session.caused),
        "money": sum(one.money for one in session.caused),
    }
