"""A film of six slates, and the command that renders it."""

from __future__ import annotations

import atexit
import contextlib
import copy
import fcntl
import gc
import io
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import psutil
import yaml
from prometheus_client.parser import text_string_to_metric_families

from farm.store.files import PART
from farm.store.leases import PRUNING, RUNNING
from farm.store.manifest import MANIFEST
from farm.store.scratch import LOGS, PRODUCTIONS, REFUSED, SPEEDS, SPENT, STATES
from pipeline.cli.app import main
from pipeline.cli.console import err, out
from pipeline.services.prefect_api import PrefectApi
from tests.support.pipeline.hosts import THIS_MACHINE, Host
from tests.support.pipeline.prefect_servers import warm_socket
from tests.support.pipeline.warm_commands import WARM_PREFECT, WarmProcess, warm_commands
from tests.support.processes import is_dying
from tests.support.waiting import PATIENCE_S, until

SHOTFARM = str(Path(sys.executable).with_name("shotfarm"))
MARK = "SHOTFARM_TEST_MARK"
STARTS_NOTHING = frozenset(
    {
        *("adopt", "approve", "budget", "catalog", "costs", "history", "note", "notes", "omit", "plan"),
        *("restore", "schedule", "sounds", "store", "takes", "validate", "viewers"),
    }
)
"""commands that end in the process they began in, without Ray and without Prefect's own code"""

FILM: dict[str, Any] = {
    "schema": 1,
    "title": "Six Slates",
    "logline": "Numbers pass.",
    "format": {"width": 160, "height": 90, "rate": 24},
    "backend_options": {"slate": {"delay_s": 0.04}},
    "characters": {"ada": {"name": "Ada", "voice": {"name": "en-gb"}}},
    "locations": {"here": {"name": "Here"}},
    "music": [{"id": "M1", "from": "1A", "to": "1B", "fade_out": "6"}],
    "scenes": [
        {
            "id": "1",
            "slug": "INT. HERE - DAY",
            "location": "here",
            "shots": [
                {
                    "id": "1A",
                    "duration": 20,
                    "titles": [{"text": "Six Slates", "style": "main", "duration": 12}],
                },
                {"id": "1B", "duration": 18, "transition": {"kind": "dissolve", "duration": 8}},
                {"id": "1C", "duration": 14, "continues": "1B", "action": "It goes on."},
            ],
        },
        {
            "id": "2",
            "slug": "INT. HERE - NIGHT",
            "location": "here",
            "shots": [
                {
                    "id": "2A",
                    "duration": 16,
                    "transition": {"kind": "fade", "duration": 8},
                    "action": "A slate.",
                },
                {"id": "2B", "duration": 24, "lines": [{"character": "ada", "text": "Go.", "at": 2}]},
                {"id": "2C", "duration": 15, "continues": "2A"},
            ],
        },
    ],
}
SHOTS = ("1A", "1B", "1C", "2A", "2B", "2C")
FRAMES = 20 + 18 + 14 + 16 + 24 + 15


def six_slates() -> dict[str, Any]:
    """The film, to change."""
    return copy.deepcopy(FILM)


def shot_of(film: dict[str, Any], name: str) -> dict[str, Any]:
    """A shot of the film, to change."""
    return next(shot for scene in film["scenes"] for shot in scene["shots"] if shot["id"] == name)


def held_up(film: dict[str, Any], frame_s: float = 5) -> dict[str, Any]:
    """The film with a shot 2B that takes two minutes; all others are as they were.

    A run that a test looks at, stops or kills in its middle would end before, where the test is late.

    Args:
        film: stays as it is.
        frame_s: how many seconds each of that shot's 24 frames takes, where it is rendered to its end.
    """
    held = copy.deepcopy(film)
    shot_of(held, "2B")["backend_options"] = {"slate": {"delay_s": frame_s}}
    return held


def write_film(folder: Path, film: dict[str, Any]) -> Path:
    """A project folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "film.yaml").write_text(yaml.safe_dump(film, sort_keys=False))
    return folder


@contextlib.contextmanager
def empty_history() -> Iterator[Path]:
    """A folder with Prefect's empty database, to be copied: a new home would need five seconds to make one.

    The first process of a session of tests that needs it makes it for all, and takes it along when it ends.
    Where that is before the others, the next one makes it again.
    """
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")
    folder = Path(tempfile.gettempdir()) / f"prefect-history-{session}"
    with _alone_at(folder):
        made = folder / "made"
        if not made.exists():
            atexit.register(_forget_history, folder)
            shutil.rmtree(folder, ignore_errors=True)
            (folder / "home").mkdir(parents=True, mode=0o700)
            prefect = Path(sys.executable).with_name("prefect")
            subprocess.run(
                [prefect, "server", "database", "upgrade", "-y"],
                env={**os.environ, "PREFECT_HOME": str(folder / "home")},
                capture_output=True,
                check=True,
            )
            made.touch()
        yield folder / "home"


@contextlib.contextmanager
def _alone_at(folder: Path) -> Iterator[None]:
    """No other process of the session makes, copies or removes it meanwhile.

    The lock's file stays: who waits for one that was removed would be alone beside who makes a new one.
    """
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_history(folder: Path) -> None:
    with _alone_at(folder):
        shutil.rmtree(folder, ignore_errors=True)


def home_with_history(home: Path) -> Path:
    """A new home in which somebody has rendered before."""
    home.mkdir(parents=True, mode=0o700)
    with empty_history() as history:
        shutil.copytree(history, home / "prefect")
    return home


@dataclass(frozen=True)
class Shotfarm:
    """The command in an environment of its own; everything it starts can be found again."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    mark: str = field(default_factory=lambda: secrets.token_hex(8))
    host: Host = THIS_MACHINE
    """where it runs"""

    def __call__(self, *words: object, timeout: float = PATIENCE_S) -> subprocess.CompletedProcess[str]:
        """Run to the end; in this process or as a fork of one that is warm, where that shows the same."""
        if str(words[0]) in STARTS_NOTHING:
            return self.here(*words)
        command, environment = [SHOTFARM, *map(str, words)], self._environment()
        if self.host is THIS_MACHINE and warm_commands().can_run_with(environment):
            return warm_commands().run(command, {WARM_PREFECT: warm_socket(), **environment}, timeout)
        return subprocess.run(
            self.host.within(command),
            capture_output=True,
            text=True,
            timeout=timeout,
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def here(self, *words: object) -> subprocess.CompletedProcess[str]:
        """Run in this process, a second faster: for what ends before anything is started."""
        said, complained = io.StringIO(), io.StringIO()
        handlers = {ending: signal.getsignal(ending) for ending in (signal.SIGTERM, signal.SIGHUP)}
        with contextlib.ExitStack() as stack:
            stack.enter_context(mock.patch.dict(os.environ, self._environment(), clear=True))
            for console in (out, err):  # they were as wide as it said when they were made
                stack.enter_context(mock.patch.object(console, "_width", int(os.environ["COLUMNS"])))
            stack.enter_context(mock.patch.object(sys, "argv", ["shotfarm", *map(str, words)]))
            stack.enter_context(contextlib.redirect_stdout(said))
            stack.enter_context(contextlib.redirect_stderr(complained))
            for ending, handler in handlers.items():
                stack.callback(signal.signal, ending, handler)
            stack.callback(gc.set_threshold, *gc.get_threshold())
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(end.code is not None)
            else:
                code = 0
        return subprocess.CompletedProcess([*words], code, said.getvalue(), complained.getvalue())

    def json(self, *words: object) -> Any:
        """Run to a good end, and parse what it prints."""
        done = self(*words, "--json")
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    def start(self, *words: object) -> subprocess.Popen[str] | WarmProcess:
        """Start, as the leader of a process group, the way a shell does; warm, where that shows the same."""
        command, environment = [SHOTFARM, *map(str, words)], self._environment()
        if self.host is THIS_MACHINE and warm_commands().can_run_with(environment):
            return warm_commands().start(command, {WARM_PREFECT: warm_socket(), **environment})
        return subprocess.Popen(
            self.host.within(command),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            stdin=subprocess.DEVNULL,
            process_group=0,
        )

    def family(self) -> list[psutil.Process]:
        """Every living process that came of this command, orphans too."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == self.mark and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def names(self) -> list[str]:
        """The command lines of the family, for messages."""
        names = []
        for process in self.family():
            try:
                names.append(" ".join(process.cmdline())[:150])
            except psutil.Error:
                continue
        return names

    def ends(self) -> None:
        """Wait until no process of the family lives.

        Raises:
            AssertionError: some stay; the message names them.
        """
        try:
            until(lambda: not self._lives(), "all its processes end")
        except AssertionError as error:
            raise AssertionError(f"{error}, but not {self.names()}") from None

    def _lives(self) -> bool:
        """Whether any of the family lives, or was started by what died while the others were looked at."""
        return bool(self.family()) or any(map(is_dying, psutil.process_iter())) or bool(self.family())

    def end_all(self) -> None:
        """Kill whatever is left of the family."""
        while family := self.family():
            for process in family:
                try:
                    process.kill()
                except psutil.Error:
                    continue
            psutil.wait_procs(family, timeout=10)

    def _environment(self) -> dict[str, str]:
        ours = ("RAY_", "PREFECT_", "SHOTFARM_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        own = {
            "SHOTFARM_HOME": str(self.home),
            "SHOTFARM_LOGS": f"{self.home}-logs",
            "SHOTFARM_BACKEND": "slate",
            "COLUMNS": "200",
            MARK: self.mark,
        }
        return {**kept, **own, **self.environment}


@contextlib.contextmanager
def farm_up(home: Path) -> Iterator[Shotfarm]:
    """The command in a home whose farm is up, with two worker slots; nothing of it stays.

    Its Prefect server starts cold: tests look at what the processes of a farm listen to.
    """
    command = Shotfarm(home, {WARM_PREFECT: ""})
    try:
        done = command("farm", "up", "--cpus", 2)
        assert done.returncode == 0, done.stderr
        yield command
        command("farm", "down")
        command.ends()
    finally:
        command.end_all()


def prefect_of(command: Shotfarm) -> PrefectApi:
    """The Prefect server of its farm."""
    known = json.loads((command.home / "farm.json").read_bytes())
    return PrefectApi(known["prefect_port"], known["prefect_password"])


def ask(command: Shotfarm, path: str, **question: Any) -> Any:
    """What the Prefect server of its farm answers; without a question, what lies at a path."""
    with prefect_of(command) as prefect:
        return prefect.ask(path, question) if question else prefect.read(path)


def metrics_of(command: Shotfarm, title: str) -> dict[str, dict[tuple[str, ...], float]]:
    """What Prometheus reads of a production, by measure and its other labels."""
    password = json.loads((command.home / "farm.json").read_bytes())["prefect_password"]
    told = httpx.get(
        command.json("farm", "status")["metrics"], auth=("shotfarm", password), timeout=PATIENCE_S
    )
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(told.text):
        for sample in family.samples:
            labels = sample.labels
            if labels.get("production") == title:
                others = [labels[name] for name in ("outcome", "why", "purpose", "state") if name in labels]
                found.setdefault(sample.name, {})[(*others,)] = sample.value
    return found


def takes_in(folder: Path) -> dict[str, tuple[str, int]]:
    """Attempt and time of publication of every published take, by digest."""
    found = {}
    for path in (folder / ".shotfarm" / "store" / "takes").glob(f"*/*/{MANIFEST}"):
        manifest = json.loads(path.read_bytes())
        found[manifest["digest"]] = (manifest["attempt"], path.stat().st_mtime_ns)
    return found


def attempts_left_in(store: Path) -> list[str]:
    """Files that no manifest names, and files aside: what should not outlive a command.

    Notes are left out, as of what was spent: farms that stand write them just now, and one that is killed
    meanwhile leaves its file aside for a day.
    """
    of_notes = {STATES, REFUSED, LOGS, SPEEDS, PRODUCTIONS, SPENT, RUNNING, PRUNING}
    found = [Path(folder, name) for folder, *inside in os.walk(store) for name in chain(*inside)]
    aside = [path.relative_to(store) for path in found if path.suffix == PART]
    left = [str(path) for path in aside if path.parts[0] not in of_notes]
    for digest in store.glob("*/??/*"):
        manifest = digest / MANIFEST
        published = json.loads(manifest.read_bytes())["attempt"] if manifest.exists() else None
        left += [str(path) for path in digest.iterdir() if path.is_dir() and path.name != published]
    return left


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder below, with size and time of change."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


def bytes_of(path: Path) -> bytes:
    """What is in a file; nothing in a folder, and in one that has gone, as some of databases do."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except FileNotFoundError:
        return b""


def assert_clear(
    done: subprocess.CompletedProcess[str] | tuple[int, str, str], code: int, *words: str
) -> None:
    """It ended with this code and one message that holds these words; nothing of it is a traceback."""
    returncode, stdout, stderr = (
        done if isinstance(done, tuple) else (done.returncode, done.stdout, done.stderr)
    )
    assert returncode == code, f"{returncode}\n{stdout}\n{stderr}"
    assert "Traceback" not in stdout + stderr
    assert stderr.count("error:") + stderr.count("stopped:") == 1, stderr
    for word in words:
        assert word in stderr, stderr
