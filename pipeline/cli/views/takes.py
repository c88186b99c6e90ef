"""What the command line shows of takes and decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from pipeline.cli.views.run import film_summary, show_cost
from storyboard.wording import counted, duration

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.decisions.adopting import Adoption
    from pipeline.decisions.asking import Proposal
    from pipeline.decisions.comparing import Compared
    from pipeline.decisions.history import Event
    from pipeline.decisions.listing import ListedTake
    from pipeline.decisions.shots import Meant
    from pipeline.film.blast_radius import BlastRadius
    from pipeline.orchestration.run import RunSummary
    from pipeline.production.production import Production
    from storyboard.planning.difference import Difference


def takes_as_json(takes: Sequence[ListedTake]) -> list[dict[str, Any]]:
    """Takes for a script."""
    return [{**asdict(one), "made_at": one.made_at.isoformat()} for one in takes]


def compared_as_json(compared: Compared) -> dict[str, Any]:
    """What two takes were made from otherwise, for a script."""
    words = [row.words for row in compared.rows]
    return {**asdict(compared), "words": words}


def show_compared(console: Console, compared: Compared) -> None:
    """The same for people: in prose, what is gone is struck out and what is new stands out."""
    if not compared.rows:
        same = f"takes {compared.a} and {compared.b} of shot {compared.shot} were made from the same"
        console.print(same, markup=False, highlight=False)
        return
    table = Table(title=f"shot {escape(compared.shot)}", title_justify="left")
    for heading in ("", f"take {compared.a}", f"take {compared.b}"):
        table.add_column(heading, overflow="fold")
    for row in compared.rows:
        table.add_row(escape(row.what), *(_side(row, side) for side in ("gone", "new")))
    console.print(table)


def _side(row: Difference, side: str) -> str:
    """What a take has, with what the other has not marked."""
    if not row.parts:
        return escape(row.a if side == "gone" else row.b)
    mark = "strike" if side == "gone" else "bold"
    return "".join(
        escape(words) if kind == "same" else f"[{mark}]{escape(words)}[/]"
        for kind, words in row.parts
        if kind in {"same", side}
    )


def takes_table(console: Console, production: Production, takes: Sequence[ListedTake]) -> None:
    """A row a take; the one that the film shows is marked."""
    if not takes:
        console.print("No takes yet: shotfarm render makes them.", highlight=False)
        return
    table = Table(title=escape(production.film.title), title_justify="left")
    for heading in ("shot", "take", "status", "renderer", "by", "why", "stale", "work"):
        right = heading in {"take", "work"}
        table.add_column(
            heading, justify="right" if right else "left", no_wrap=heading not in {"why", "stale"}
        )
    for one in takes:
        status = f"[green]{one.status}[/]" if one.circled else one.status
        table.add_row(
            one.shot,
            f"{'▸ ' if one.in_cut else ''}{one.number}",
            status,
            escape(one.renderer),
            escape(one.by),
            escape(": ".join(filter(None, [one.version, one.why, ", ".join(one.adjusted)]))),
            escape(", ".join(one.stale)),
            duration(one.worker_s),
        )
    console.print(table)
    console.print("▸ is in the film; a green one is circled.", highlight=False)


def radius_as_json(radius: BlastRadius) -> dict[str, Any]:
    """What a decision would have made again, for a script."""
    return {
        "renders": [
            {
                "shot": shot.shot,
                "digest": shot.digest,
                "reasons": list(shot.reasons),
                "estimate_s": shot.estimate_s,
            }
            for shot in radius.renders
        ],
        "follows": list(radius.follows),
        "segments": list(radius.segments),
        "joints": list(radius.joints),
        "reels": list(radius.reels),
        "sounds": list(radius.sounds),
        "frames": radius.frames,
        "worker_s": round(radius.worker_s, 3),
        "gpu_s": round(radius.gpu_s, 3),
        "cost": radius.cost,
    }


def show_radius(console: Console, radius: BlastRadius, shot: str) -> None:
    """The same in a few lines."""
    console.print("\n".join(radius.in_words(shot)), markup=False, highlight=False, soft_wrap=True)


def retake_as_json(
    made: Meant, proposal: Proposal, summary: RunSummary, radius: BlastRadius
) -> dict[str, Any]:
    """A retake that was rendered, for a script."""
    return {
        "shot": made.shot.id,
        "takes": [
            {"number": take.number, "digest": take.digest, "seed": take.seed} for take in _new(made, proposal)
        ],
        "radius": radius_as_json(radius),
        **film_summary(summary),
    }


def show_retake(console: Console, made: Meant, proposal: Proposal, summary: RunSummary) -> None:
    """A retake that was rendered, and what comes next."""
    numbers = [take.number for take in _new(made, proposal)]
    takes = ", ".join(map(str, numbers))
    console.print(
        f"shot {made.shot.id}: take{'s' if len(numbers) > 1 else ''} {takes} rendered.", highlight=False
    )
    show_cost(console, summary.spent)
    if summary.film:
        console.print(f"[bold]{escape(str(summary.film.path))}[/]", soft_wrap=True, highlight=False)
    elif summary.waits_for:
        console.print(f"The film waits for the approval of {counted(len(summary.waits_for), 'shot')}.")
    elif summary.still_missing:
        console.print(f"The film still misses {counted(summary.still_missing, 'take')}.", highlight=False)


def _new(made: Meant, proposal: Proposal) -> list[Any]:
    return [take for take in made.takes if take.adjustment in proposal.adjustments]


def adoption_as_json(adoption: Adoption, *, written: bool) -> dict[str, Any]:
    """What was written into a document, for a script."""
    return {
        "film": str(adoption.production.path),
        "written": written,
        "shots": [
            {"shot": shot, "digest": adoption.circled[shot].digest, "changed": keys}
            for shot, keys in adoption.changes.items()
        ],
    }


def show_adoption(console: Console, adoption: Adoption, *, written: bool) -> None:
    """The same for people."""
    for shot, keys in adoption.changes.items():
        said = "; ".join(f"{key}: {value}" for key, value in keys.items()) or "says it already"
        console.print(f"shot {shot}: {said}", markup=False, highlight=False, soft_wrap=True)
    done = "written" if written else "nothing was written"
    console.print(f"{adoption.production.path}: {done}", markup=False, highlight=False, soft_wrap=True)


def history_as_json(events: Sequence[Event]) -> list[dict[str, Any]]:
    """What became of a shot, for a script."""
    return [
        {
            "at": one.at.isoformat(),
            "by": one.by,
            "kind": one.decision.what.kind if one.decision else "take",
            "take": one.take,
            "counts": one.counts,
            "words": one.words,
            "decision": one.decision.model_dump(mode="json") if one.decision else None,
        }
        for one in events
    ]


def history_table(console: Console, shot: str, events: Sequence[Event]) -> None:
    """A row for each thing; what was undone is struck out."""
    table = Table(title=f"shot {escape(shot)}", title_justify="left")
    for heading in ("when", "who", "what"):
        table.add_column(heading)
    for one in events:
        words = escape(one.words if one.decision else f"take {one.take} rendered: {one.words}")
        said = words if one.counts else f"[strike]{words}[/]"
        table.add_row(f"{one.at.astimezone():%Y-%m-%d %H:%M}", escape(one.by), said)
    console.print(table)
