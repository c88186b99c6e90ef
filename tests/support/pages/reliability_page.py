"""What a soak's journal says of each fault, and the page that shows it. Pure but for reading and writing."""

from __future__ import annotations

import itertools
import json
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.support import ROOT

DOCS = ROOT / "docs"
PAGE, NUMBERS = DOCS / "reliability.md", DOCS / "reliability.json"
MOST_RUNS = 4
BEGAN_AT_ONCE_S = 5.0
"""an attempt that began so soon after a take was published had looked before, if it was another farm's or
the take was on its way yet"""

WORDS = {
    "loading": "worker killed -9 while it loads",
    "first step": "worker killed -9 after the first frame",
    "middle": "worker killed -9 in the middle of a shot",
    "encoding": "worker killed -9 while it finishes the clip",
    "before manifest": "worker killed -9 between clip and manifest",
    "after manifest": "worker killed -9 right after the manifest",
    "hangs": "renderer hangs",
    "leaks": "renderer takes memory until it gets no more",
    "raises": "renderer raises",
    "exits 0": "renderer ends its process with code 0",
    "three frames": "renderer gives too few frames",
    "not a number": "renderer gives frames of NaN",
    "node": "node killed (its raylet, -9), another joins",
    "dispatcher": "dispatcher killed -9",
    "driver": "driver killed -9, started again",
    "head": "head killed (its GCS, -9), the run resumed on a new cluster",
    "Prefect": "Prefect server killed -9, the run resumed with a new one",
    "store slow": "store answers each request 1 s late",
    "store 500": "store answers every second request with 500",
    "store away": "store refuses every second connection",
    "store half": "every second transfer breaks off in the middle, or its answer is lost",
    "disk full": "disk of one node full (temporary files, logs, cache)",
    "second farm": "a second farm renders the same film into the same store, then is killed -9",
    "clock": "clock of one node an hour off",
    "unexplained": "attempts that ended for none of these reasons",
}
NO_EVENTS = ("clock", "unexplained")


@dataclass(slots=True)
class Tried:
    """An attempt at a shot, as far as its worker wrote it down; times are those of one clock."""

    attempt: str
    shot: str
    digest: str
    farm: str
    pid: int
    began: float
    last: float
    over: bool = False
    """it ended in words: its process was not killed"""
    published: float | None = None
    take: str | None = None
    """what it published, or was publishing when its process ended"""
    heard: bool = True
    """it wrote down that it had published; its process may be killed between that and the store's doing it"""


@dataclass(slots=True)
class Fault:
    """Something that was done to the farm."""

    kind: str
    at: float
    until: float
    shot: str
    pids: frozenset[int]


def read_journal(path: Path) -> list[dict[str, Any]]:
    """Every event, in order of time."""
    events = [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]
    return sorted(events, key=lambda event: event["at"])


def attempts_in(
    events: Sequence[Mapping[str, Any]], takes: Mapping[str, str] = MappingProxyType({})
) -> list[Tried]:
    """Every attempt, in the order in which they began.

    Args:
        events: the journal.
        takes: what the store holds at the end: the attempt that published, by digest.
    """
    found: dict[str, Tried] = {}
    for event in events:
        if event["what"] == "begin":
            found[event["attempt"]] = Tried(
                event["attempt"],
                event["shot"],
                event["digest"],
                event["farm"],
                event["pid"],
                event["at"],
                event["at"],
            )
        elif "attempt" in event and event["attempt"] in found:
            tried = found[event["attempt"]]
            if event["what"] == "over":
                tried.over = True
            else:
                tried.last = event["at"]
            if event["what"] in {"publishing", "published", "dropped"}:
                tried.take = None if event["what"] == "dropped" else event["by"]
            if event["what"] == "published":
                tried.published = event["at"]
    for tried in found.values():
        if tried.published is None and tried.take and takes.get(tried.digest) == tried.take:
            tried.published, tried.heard = tried.last, False
    return [*found.values()]


def faults_in(events: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """Every fault that happened, in order; one that lasts ends with the event `mended` of its kind."""
    found = []
    for event in events:
        if event["what"] == "fault":
            pids = frozenset(event.get("pids", ()))
            found.append(Fault(event["kind"], event["at"], event["at"], event.get("shot", "-"), pids))
        elif event["what"] == "mended":
            last = [fault for fault in found if fault.kind == event["kind"]][-1]
            last.until = event["at"]
    return found


def overlaps(attempts: Sequence[Tried]) -> list[tuple[Tried, Tried]]:
    """Attempts of one farm at one shot that were alive at the same time."""
    by_shot = defaultdict(list)
    for tried in attempts:
        by_shot[tried.farm, tried.digest].append(tried)
    return [
        (first, second)
        for those in by_shot.values()
        for first, second in itertools.pairwise(those)
        if second.began <= first.last
    ]


def rendered_again(attempts: Sequence[Tried]) -> list[Tried]:
    """Attempts at takes that had been published already."""
    published: dict[str, Tried] = {}
    for tried in attempts:
        if tried.published is not None:
            published.setdefault(tried.digest, tried)
    return [
        tried
        for tried in attempts
        if (first := published.get(tried.digest))
        and first.published is not None
        and tried.began
        > first.published + (0.0 if tried.farm == first.farm and first.heard else BEGAN_AT_ONCE_S)
    ]


def cause_of(tried: Tried, faults: Sequence[Fault]) -> Fault | None:
    """The fault that ended an attempt without a take: the one that hit its process, or what lasted then."""
    for fault in faults:
        hit = tried.pid in fault.pids and fault.at >= tried.began
        if hit and (fault.shot == tried.shot or (fault.shot == "-" and not tried.over)):
            return fault
    if tried.farm != "one":
        return next((fault for fault in faults if fault.kind == "second farm"), None)
    lasting = [fault for fault in faults if not fault.pids and fault.at <= tried.last]
    return max(lasting, key=lambda fault: (fault.until >= tried.last, fault.at), default=None)


def rows(events: Sequence[Mapping[str, Any]], takes: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What each kind of fault did.

    Args:
        events: the journal.
        takes: what the store holds at the end: the attempt that published, by digest.
    """
    attempts, faults = attempts_in(events, takes), faults_in(events)
    published = {tried.digest: tried for tried in reversed(attempts) if tried.published is not None}
    cost: dict[int, list[Tried]] = defaultdict(list)
    unexplained = []
    for tried in attempts:
        if tried.published is None:
            cause = cause_of(tried, faults)
            if cause is None:
                unexplained.append(tried)
            else:
                cost[faults.index(cause)].append(tried)
    again = rendered_again(attempts)
    found: dict[str, dict[str, Any]] = {}
    for index, fault in enumerate(faults):
        row = found.setdefault(fault.kind, _row())
        row["times"] += 1
        hit = {tried.digest for tried in cost[index]}
        row["shots"] += len(hit)
        row["wasted_s"] += sum(tried.last - tried.began for tried in cost[index])
        following = faults[index + 1].at if index + 1 < len(faults) else float("inf")
        row["lost"] += sum(
            takes.get(digest) != tried.take
            for digest, tried in published.items()
            if fault.at <= (tried.published or 0) < following
        )
        row["twice"] += sum(fault.at <= tried.began < following for tried in again)
        later = [t.published for t in attempts if t.published and t.began > fault.at]
        ends = [published[digest].published or 0.0 for digest in hit if digest in published]
        if later and fault.shot == "-":
            ends.append(min(later))
        if ends:
            row["recovery_s"].append(round(max(ends) - fault.at, 2))
    for event in events:
        if event["what"] == "clock":
            row = found.setdefault("clock", _row())
            row["times"] += 1
            row["shots"] += sum(t.pid == event["pid"] and t.published is not None for t in attempts)
    if unexplained:
        row = found["unexplained"] = _row()
        row["times"] = len(unexplained)
        row["shots"] = len({tried.digest for tried in unexplained})
        row["wasted_s"] = sum(tried.last - tried.began for tried in unexplained)
    for row in found.values():
        row["wasted_s"] = round(row["wasted_s"], 1)
    return found


def _row() -> dict[str, Any]:
    return {"times": 0, "shots": 0, "lost": 0, "twice": 0, "recovery_s": [], "wasted_s": 0.0}


def keep(run: dict[str, Any]) -> None:
    """Put a run's numbers first, and write the page."""
    runs = json.loads(NUMBERS.read_text()) if NUMBERS.exists() else []
    runs = [run, *(other for other in runs if other["seed"] != run["seed"])][:MOST_RUNS]
    NUMBERS.write_text(json.dumps(runs, indent=1) + "\n")
    PAGE.write_text(page(runs))


def page(runs: Sequence[Mapping[str, Any]]) -> str:
    """docs/reliability.md."""
    parts = [HEAD_OF_PAGE, _summary(runs)]
    total: dict[str, dict[str, Any]] = {}
    for run in runs:
        for kind, row in run["faults"].items():
            into = total.setdefault(kind, {name: [] if name == "recovery_s" else 0 for name in row})
            for name, value in row.items():
                into[name] += value
    parts.append(_table(total))
    parts.append(FOOT_OF_PAGE)
    return "\n".join(parts)


def _summary(runs: Sequence[Mapping[str, Any]]) -> str:
    heads = ("seed", "when", "shots", "minutes", "faults", "runs of `shotfarm render`")
    lines = [_line(*heads, "worker-seconds in takes", "wasted", "film"), _line(*["---"] * 9)]
    for run in runs:
        wasted = sum(row["wasted_s"] for row in run["faults"].values())
        faults = sum(row["times"] for kind, row in run["faults"].items() if kind not in NO_EVENTS)
        lines.append(
            f"| {run['seed']} | {run['when']} | {run['shots']} | {run['seconds'] / 60:.1f} | {faults} "
            f"| {run['drivers']} | {run['useful_s']:.0f} | {wasted:.0f} | {run['film']} |"
        )
    notes = [f"Seed {run['seed']}: {run['note']}" for run in runs if "note" in run]
    return "\n".join([*lines, "", f"Machine: {runs[0]['machine']}.", *notes, ""])


def _line(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _table(total: Mapping[str, Mapping[str, Any]]) -> str:
    heads = ("fault", "times tried", "shots", "lost takes", "duplicated takes")
    more = ("seconds to recover: median (most)", "worker-seconds wasted")
    lines = [_line(*heads, *more), _line(*["---"] * 7)]
    for kind, words in WORDS.items():
        row = total.get(kind)
        if row is None:
            continue
        took = row["recovery_s"]
        recovered = f"{statistics.median(took):.1f} ({max(took):.1f})" if took else ""
        told = (words, row["times"], row["shots"], row["lost"], row["twice"])
        lines.append(_line(*told, recovered, f"{row['wasted_s']:.0f}"))
    return "\n".join([*lines, ""])


HEAD_OF_PAGE = """# What the farm survives

`make soak` renders a film of 400 shots (slates of 64 by 36 pixels; the first table says how many a run
had) on a Ray cluster of a head and 4 nodes on one machine, with its store on an S3 server, and does harm
every few seconds, in an order that the printed seed decides. This page is written by those runs;
`SOAK_SEED=7 make soak` repeats one. At its end a run has checked that

- the film is, byte for byte, that of an undisturbed run;
- every take is there once, made by the attempt that published it first, and none was rendered again;
- no attempt at a shot was alive while another of the same farm was;
- nothing is left over: no process, no temporary file, no half take, no kept state, no note of an attempt
  in the store, no shot in the queue.
"""

FOOT_OF_PAGE = """*Shots* are those that a fault interrupted; of the clock, *times* are the workers that
started on that node and *shots* those that they rendered. *Seconds to recover* are those until all of
them were published, and a shot that was begun after the fault was too (of a fault inside one shot: until
that shot was); for faults that last, such as a slow store, they include that time. *Worker-seconds
wasted* are those of attempts that gave no take; there are no GPUs on this machine, a worker stands for
one.

How it is done: the renderer fails and the workers are killed by a backend of the tests
(`tests/support/pipeline/faulty_slate.py`) at the moment that is named; nodes, head, dispatcher, drivers and
servers are processes that get SIGKILL; the store fails in a proxy before it; the full disk is a small
one of its own; the clock is set off in the two places where the code reads it (`created` of a manifest,
`started` of a log), so that Ray's own timers stay as they are. When the
head is killed, the nodes of the old cluster are ended before the new one starts, as `ray stop` does.
Networks that are cut between two hosts are in `tests/pipeline/rendering/test_two_hosts.py` (also
`make soak`).
"""
