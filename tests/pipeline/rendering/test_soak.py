"""A film of 400 shots on four nodes with a fault every few seconds: nothing lost, nothing twice."""

from __future__ import annotations

import contextlib
import os
import platform
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from farm.host.aside import sweep_asides
from farm.host.settings import NodeSettings
from farm.store.store import Store
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.document.given_files import sha256_of
from tests.support.pages.reliability_page import (
    attempts_in,
    keep,
    overlaps,
    read_journal,
    rendered_again,
    rows,
)
from tests.support.pipeline.faulty_slate import (
    CLOCK_OFF,
    FARM,
    FAULTS,
    JOURNAL,
    KILLED,
    MISBEHAVES,
    TICKETS,
    FaultySlate,
    write_down,
)
from tests.support.pipeline.odd_backends import assemble_here, render_here, with_backends
from tests.support.pipeline.slate_films import Shotfarm, home_with_history, write_film
from tests.support.pipeline.soak_farm import Driver, SoakFarm, install_backend, second_farm, settings_of_soak
from tests.support.pipeline.soak_film import ONCE, OTHERS, STORE_FAULTS, film_of
from tests.support.s3_servers import BUCKET, Faults, whole_takes
from tests.support.waiting import until

SHOTS = int(os.environ.get("SOAK_SHOTS", "400"))
NODES = 4
CLOCK_NODE, SMALL_DISK_NODE = 2, 3
DELAY_S = 0.15
PAUSE_S = (2.0, 5.0)
LONGEST_S = 45 * 60.0


@dataclass
class Harm:
    """Everything that is done to the farm while the film renders."""

    farm: SoakFarm
    driver: Driver
    proxy: Faults
    disk: Path | None
    second: Callable[[], contextlib.AbstractContextManager[None]]
    chance: random.Random
    tickets: Path
    mending: list[tuple[float, str, Callable[[], object]]] = field(default_factory=list)
    deck: list[str] = field(default_factory=list)
    decks: int = 0
    away: int | None = None
    """the node that was killed and has not been started again"""

    def can_hurt(self) -> bool:
        """Whether shots render; while nothing does, harm would prove nothing."""
        return time.time() - (self.tickets.parent / JOURNAL).stat().st_mtime < 2.0

    def next(self) -> None:
        """Do the next harm of the deck; each deck has every fault."""
        if not self.deck:
            self.deck = [*KILLED, *MISBEHAVES, *OTHERS, *(ONCE if self.decks == 0 else ())]
            self.chance.shuffle(self.deck)
            self.decks += 1
        kind = self.deck.pop()
        if any(kind == other for _, other, _ in self.mending):
            return
        if kind in {*KILLED, *MISBEHAVES}:
            (self.tickets / f"{kind}.{time.monotonic_ns()}").touch()
        elif kind in STORE_FAULTS:
            if not any(other in STORE_FAULTS for _, other, _ in self.mending):
                fault, each = STORE_FAULTS[kind]
                write_down("fault", kind=kind)
                self.proxy.set(fault, each=each)
                self._mend_in(self.chance.uniform(4, 8), kind, lambda: self.proxy.set(""))
        else:
            getattr(self, f"{kind.lower().replace(' ', '_')}_harmed")()

    def mend(self, *, all_of_it: bool = False) -> None:
        """End the faults that have lasted long enough."""
        for entry in [*self.mending]:
            at, kind, how = entry
            if all_of_it or time.monotonic() >= at:
                self.mending.remove(entry)
                how()
                write_down("mended", kind=kind)

    def _mend_in(self, seconds: float, kind: str, how: Callable[[], object]) -> None:
        self.mending.append((time.monotonic() + seconds, kind, how))

    def node_harmed(self) -> None:
        number = self.chance.randint(1, NODES)
        raylet = self.farm.raylet(str(number))
        if raylet is None:
            return
        write_down("fault", kind="node", number=number, pids=self.farm.workers(str(number)))
        raylet.kill()
        # It joins again as a new node, on a machine where nothing of the old one runs.
        self.farm.end(str(number))
        self.away = number
        self._mend_in(self.chance.uniform(1, 6), "node", self.node_back)

    def node_back(self) -> None:
        self.away = None

    def dispatcher_harmed(self) -> None:
        for process in self.farm.named("ray::Dispatcher"):
            write_down("fault", kind="dispatcher", pids=self.farm.workers())
            with contextlib.suppress(Exception):
                process.kill()

    def driver_harmed(self) -> None:
        write_down("fault", kind="driver")
        self.driver.process.kill()
        self.driver.process.wait()

    def prefect_harmed(self) -> None:
        servers = self.driver.prefect()
        if servers:
            write_down("fault", kind="Prefect")
        for process in servers:
            with contextlib.suppress(Exception):
                process.kill()

    def head_harmed(self) -> None:
        (server,) = self.farm.named("gcs_server")
        write_down("fault", kind="head", pids=self.farm.workers())
        server.kill()
        until(lambda: self.driver.process.poll() is not None, "the run says so")
        self.farm.end()
        self.farm.up()

    def disk_full_harmed(self) -> None:
        if self.disk is None:
            return
        filler = self.disk / "filler"
        write_down("fault", kind="disk full")
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(4096)):
                pass
        self._mend_in(self.chance.uniform(6, 10), "disk full", lambda: filler.unlink(missing_ok=True))

    def second_farm_harmed(self) -> None:
        other = contextlib.ExitStack()
        write_down("fault", kind="second farm")
        other.enter_context(self.second())
        self._mend_in(90, "second farm", other.close)


def undisturbed_film(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The digest of the film's file, made in this process: without a farm, and without faults."""
    with_backends(monkeypatch, faulty_slate=FaultySlate)
    production = open_production(folder, load_settings(backend="faulty-slate"))
    render_here(production)
    return sha256_of(assemble_here(production, folder / "film.mp4").path)


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="soak"))  # Ray's sockets need a short path
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def small_disk_at(folder: Path, stack: contextlib.ExitStack) -> Path | None:
    """A disk of 64 MiB there; None where this user may not mount one."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        return None
    stack.callback(subprocess.run, ["umount", "-l", str(folder)], check=True)
    return folder


@pytest.mark.soak
@pytest.mark.timeout(2 * LONGEST_S)
def test_a_film_of_400_shots_loses_nothing_and_makes_nothing_twice_whatever_happens(
    place, through_proxy, monkeypatch
):
    seed = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(10_000))
    print(f"\nseed {seed}: SOAK_SEED={seed} make soak repeats it", flush=True)
    document = film_of(SHOTS)
    with contextlib.ExitStack() as stack:
        backend = install_backend(place / "installed")
        settings = settings_of_soak(place, through_proxy.port, backend, DELAY_S)
        own = {"SHOTFARM_CACHE": str(place / "cache")}
        command = Shotfarm(home_with_history(place / "home"), {**settings, **own})
        stack.callback(command.end_all)
        undisturbed = undisturbed_film(write_film(place / "undisturbed", document), monkeypatch)
        print("undisturbed:", undisturbed, flush=True)

        monkeypatch.setenv(FAULTS, str(place))
        odd = {CLOCK_NODE: {CLOCK_OFF: "3600"}}
        disk = small_disk_at(place / f"node{SMALL_DISK_NODE}", stack)
        farm = SoakFarm(place, command, odd)
        stack.callback(farm.end)
        farm.up()
        root = f"s3://{BUCKET}/soak"
        film = write_film(place / "film", document)
        began = time.monotonic()
        driver = Driver(command, farm, film, root, place / "driver.log")
        other = Shotfarm(
            home_with_history(place / "other"),
            {**settings, FARM: "two", "SHOTFARM_CACHE": str(place / "two")},
        )
        stack.callback(other.end_all)
        copy = write_film(place / "copy", document)
        harm = Harm(
            farm,
            driver,
            through_proxy,
            disk,
            lambda: second_farm(other, copy, root, place / "other.log"),
            random.Random(seed),
            place / TICKETS,
        )
        next_harm = 0.0
        while not driver.ended():
            assert time.monotonic() - began < LONGEST_S, driver.ends
            driver.goes_on()
            harm.mend()
            farm.grows(NODES, harm.away)
            if time.monotonic() > next_harm and harm.can_hurt():
                harm.next()
                next_harm = time.monotonic() + harm.chance.uniform(*PAUSE_S)
            time.sleep(0.1)
        seconds = time.monotonic() - began
        harm.mend(all_of_it=True)
        for ticket in (place / TICKETS).iterdir():
            ticket.unlink()

        made = sha256_of(Path(driver.summary()["film"]["path"]))
        here = open_production(film, load_settings(backend="faulty-slate", store=root))
        here.store.sweep()  # as the next run would
        assert here.plan().missing == (), "the next run would render nothing"
        status = command.json("farm", "status", "--address", farm.address)
        events = read_journal(place / JOURNAL)
        takes = whole_takes(Store(root, NodeSettings(cache=place / "cache")))
        attempts = attempts_in(events, takes)
        run = {
            "seed": seed,
            "when": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
            "shots": SHOTS,
            "seconds": round(seconds, 1),
            "drivers": len(driver.ends),
            "useful_s": round(sum(t.published - t.began for t in attempts if t.published), 1),
            "film": "the same" if made == undisturbed else "another",
            "faults": rows(events, takes),
        }
        assert made == undisturbed
        assert len(takes) == SHOTS
        assert {t.digest: t.take for t in attempts if t.published} == takes, "what was published stands"
        assert sum(t.published is not None for t in attempts) == SHOTS
        assert rendered_again(attempts) == []
        assert overlaps(attempts) == []
        unwell = [
            words for _, words in driver.ends if "Traceback" in words or "could not be rendered" in words
        ]
        assert unwell == []
        assert not any(set(each["counts"]) - {"done"} for each in status["productions"])
        farm.end()
        until(lambda: not command.family() and not other.family(), "no process is left")
        assert left_on_nodes(place, monkeypatch) == []
        keep(run)


def left_on_nodes(place: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Half files and forgotten folders on the nodes' own disks, after a worker has started there again."""
    left = []
    for node in place.glob("node*"):
        monkeypatch.setattr(tempfile, "tempdir", str(node / "tmp"))
        sweep_asides()
        left += [str(path) for path in node.glob("tmp/shotfarm-*")]
        left += [str(path) for path in node.glob("cache/**/*.part")]
    return left
