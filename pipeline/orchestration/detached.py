"""Runs that go on without a terminal: `shotfarm render --detach`. Each is a process of its own session.

It lives with the standing farm: it carries the farm's mark, so that `farm down` ends it, and ends by itself
when the farm has gone. What it tells lies beside the film's takes, in `.shotfarm/runs`: a journal for `farm
attach` and a log for people. Notes of where that is lie in the home folder.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from farm.host.identity import birth_of, is_gone
from farm.host.processes import start_in_background, stop_process_group
from farm.store.files import write_atomically
from pipeline.observer import Nobody, Observer
from pipeline.services.farm_access import farm_that_is_up, production_named
from pipeline.services.standing_farm import MARK, standing_farm
from pipeline.settings import STATE_FOLDER, Settings
from storyboard.document.load import NO_VALUES
from storyboard.document.values import Given, GivenValues
from storyboard.errors import FarmError, ShotfarmError, UsageError
from storyboard.foreign_names import file_stem
from storyboard.refusals import store_errors
from storyboard.wording import did_you_mean, listed

if TYPE_CHECKING:
    from pipeline.orchestration.run import RunSummary

PROGRAM = "pipeline.cli.detached_run"
KEPT = 20
"""notes of runs that have ended, and what each told"""


class RunOrder(BaseModel):
    """What a detached run is asked to do, in the words of its command.

    Attributes:
        name: of the production on the farm.
        film: the document or its folder.
        folder: where the command was given; every path is meant from there.
        shots: the patterns of `--shots`.
        out: the film's file.
        options: settings that the command gave.
        given: values of the film's parameters.
        approved_only: render shots alone of which a take is approved.
        deadline: when it must be there.
        journal: where it tells what it does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    film: Path
    folder: Path
    shots: list[str] = []
    out: Path | None = None
    options: dict[str, Any] = {}
    given: dict[str, Given] = {}
    approved_only: bool = False
    deadline: datetime | None = None
    journal: Path


class DetachedRun(BaseModel):
    """A detached run, as it is found again.

    Attributes:
        production: its name on the farm.
        title: of its film.
        film: the document.
        pid: of its process, which leads a session of its own.
        birth: of that process.
        started: when that was, in seconds since 1970.
        journal: what it has told.
        log: the same for people, and what its libraries printed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    production: str
    title: str
    film: Path
    pid: int
    birth: str
    started: float
    journal: Path
    log: Path

    def lives(self) -> bool:
        """Whether its process is there."""
        return not is_gone(self.pid, self.birth)


def detach(
    path: Path,
    settings: Settings,
    options: dict[str, Any],
    shots: list[str],
    out: Path | None,
    given: GivenValues = NO_VALUES,
    *,
    approved_only: bool = False,
    deadline: datetime | None = None,
) -> DetachedRun:
    """Start a run in the background; returns when the farm has its order, or when it has ended already.

    Args:
        path: the film document.
        settings: with the options in them.
        options: settings that the command gave, as the run is to have them too.
        shots: patterns of the shots that are asked for.
        out: the film's file.
        given: values of the film's parameters.
        approved_only: render shots alone of which a take is approved.
        deadline: when it must be there; None for any time.

    Raises:
        FarmError: no standing farm is up.
        ShotfarmError: whatever the run refuses or fails of before the farm has the order.
    """
    if settings.address:
        raise UsageError(
            "--detach and --address exclude each other",
            "a detached run lives with the standing farm of its own machine: run it there",
        )
    if standing_farm(settings) is None:
        raise FarmError(
            "no farm is up, and a detached run lives with the farm", "`shotfarm farm up` starts one"
        )
    from pipeline.orchestration.run import refuse_early
    from pipeline.rendering.render import production_name

    production, _, _ = refuse_early(path, settings, shots, out, given, approved_only=approved_only)
    title = production.film.title
    name = production_name(title)
    folder = (production.folder / STATE_FOLDER / "runs").absolute()
    with store_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    journal = folder / f"{file_stem(name)}.jsonl"
    order = RunOrder(
        name=name,
        film=path,
        folder=Path.cwd(),
        shots=shots,
        out=out,
        options=options,
        given=dict(given),
        approved_only=approved_only,
        deadline=deadline,
        journal=journal,
    )
    log = journal.with_suffix(".log")
    words = [sys.executable, "-P", "-m", PROGRAM, order.model_dump_json()]
    with store_errors(log):
        pid = start_in_background(words, log, {MARK: str(settings.home.resolve())})
    run = DetachedRun(
        production=name,
        title=title,
        film=production.path.absolute(),
        pid=pid,
        birth=birth_of(pid),
        started=time.time(),
        journal=journal,
        log=log,
    )
    try:
        _note(settings.home, run)
        _wait_for_order(run)
    except BaseException:
        stop_process_group(pid)
        _path(settings.home, run).unlink(missing_ok=True)
        raise
    return run


def _wait_for_order(run: DetachedRun) -> None:
    """Until it has told anything of its shots or its assembly.

    Raises:
        ShotfarmError: it failed before.
    """
    from pipeline.orchestration.run_journal import hear_again, told_in

    for what, told in told_in(run.journal, run.lives):
        if what == "failed":
            hear_again(iter([(what, told)]), Nobody())
        if what != "planned":
            return
    raise _killed(run)


def attach(run: DetachedRun, observer: Observer) -> RunSummary:
    """Tell an observer all that a run has told and tells, until it ends; what it came to.

    It returns when the run's process has gone, so that nobody finds it among those that go on after that.

    Raises:
        ShotfarmError: what it failed of.
    """
    from pipeline.orchestration.run_journal import hear_again, told_in

    lines = told_in(run.journal, run.lives)
    try:
        summary = hear_again(lines, observer)
    except ShotfarmError:
        _wait_for_last(lines)
        raise
    _wait_for_last(lines)
    if summary is None:
        raise _killed(run)
    return summary


def _wait_for_last(lines: Iterator[tuple[str, Any]]) -> None:
    for _ in lines:
        pass


def _killed(run: DetachedRun) -> FarmError:
    return FarmError(
        f"the run {run.production} was killed before its end",
        f"its last words are in {run.log}; `shotfarm render {run.film}` goes on from there",
    )


def detached_runs(settings: Settings) -> list[DetachedRun]:
    """The detached runs of this home folder, the newest first, with the last that have ended."""
    found = []
    for path in _folder(settings.home).glob("*.json"):
        with contextlib.suppress(OSError, ValidationError):
            found.append(DetachedRun.model_validate_json(path.read_bytes()))
    return sorted(found, key=lambda run: run.started, reverse=True)


def detached_run_named(settings: Settings, words: str) -> DetachedRun:
    """The one that a person means, by its production or its film's title: the living one, or the last.

    Raises:
        UsageError: none is, or several that live.
    """
    runs = detached_runs(settings)
    found = [run for run in runs if words in {run.production, run.title}]
    living = [run for run in found if run.lives()]
    if len(living) > 1:
        which = listed([run.production for run in living])
        raise UsageError(f"{len(living)} detached runs are called {words!r}", f"name one of {which}")
    if found:
        return (living or found)[0]
    names = [run.production for run in runs]
    raise UsageError(
        f"no detached run is called {words!r}{did_you_mean(words, names)}",
        f"there are {listed(names)}" if names else "`shotfarm render --detach` starts one",
    )


def call_off(settings: Settings, words: str) -> str:
    """End a production of the farm and its run, or a detached run that has no shots there any more; its name.

    Raises:
        UsageError: there is none, or several are called so.
        FarmError: no farm is up.
    """
    with farm_that_is_up(settings) as client:
        try:
            name = production_named(client, words)
        except UsageError:
            living = [run for run in detached_runs(settings) if run.lives()]
            if not any(words in {run.production, run.title} for run in living):
                raise
        else:
            if not client.call_off(name):
                raise UsageError(f"{name} has just ended")
            if any(run.production == name and not run.lives() for run in detached_runs(settings)):
                client.withdraw(name)  # it was killed, and nobody will hear that it is called off
            return name
    run = detached_run_named(settings, words)
    stop_process_group(run.pid)
    return run.production


def live_with_farm(settings: Settings) -> None:
    """Interrupt this process when the standing farm has gone; to be called once, in a run that is detached.

    Raises:
        FarmError: it has gone already.
    """
    farm = standing_farm(settings)
    if farm is None:
        raise FarmError("the farm has gone away", "start it and run the same command again")

    def watch() -> None:
        while not is_gone(farm.ray_pid, farm.ray_birth):
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _note(home: Path, run: DetachedRun) -> None:
    """Keep notes of a run, and forget those that ended longest ago, with what they told."""
    path = _path(home, run)
    with store_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        notes = sorted(path.parent.glob("*.json"), key=_noted_at, reverse=True)
        for note in notes[KEPT:]:
            _forget(note)
        write_atomically(path, run.model_dump_json(indent=2).encode())


def _noted_at(note: Path) -> float:
    """When notes were made, in seconds since 1970; 0 of what another run has forgotten by now."""
    try:
        return note.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _forget(note: Path) -> None:
    with contextlib.suppress(OSError):
        try:
            run = DetachedRun.model_validate_json(note.read_bytes())
        except ValidationError:
            note.unlink()
            return
        if not run.lives():
            run.journal.unlink(missing_ok=True)
            run.log.unlink(missing_ok=True)
            note.unlink()


def _folder(home: Path) -> Path:
    return home / "detached"


def _path(home: Path, run: DetachedRun) -> Path:
    return _folder(home) / f"{run.journal.stem}.json"
