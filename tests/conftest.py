"""What the tests of several rooms share: small disks, a browser, and cleaning up after servers."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import browser
from tests.support.ending_early import EndsEarly
from tests.support.guard import guarded
from tests.support.s3_servers import Faults, failing_proxy, point_at, s3_server

# How long an example takes says more of the machine than of the code.
settings.register_profile("searching", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples in every run: a change is told from the one before by what it does, and not by luck.
settings.register_profile("shotfarm", settings.get_profile("searching"), derandomize=True)
settings.load_profile("shotfarm")


def pytest_configure(config: pytest.Config) -> None:
    """A standing farm ends with the tests that share it, and Ctrl-C ends what the tests start.

    A shell lets what it starts in the background ignore Ctrl-C, and so would all that the tests start.
    """
    config.pluginmanager.register(EndsEarly("standing"))
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def guard() -> Iterator[None]:
    """Farms and servers that these tests start end with them, also when somebody kills the tests."""
    with guarded():
        yield


@pytest.fixture(scope="session", autouse=True)
def logs_of_this_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workers that these tests start put what they print."""
    folder = tmp_path_factory.mktemp("logs")
    os.environ["SHOTFARM_LOGS"] = str(folder)
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a disk of so many MiB; skips where a test may not mount."""
    with contextlib.ExitStack() as stack:

        def mount(mebibytes: int) -> Path:
            place = tmp_path / f"disk{mebibytes}"
            place.mkdir()
            command = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(place)]
            if subprocess.run(command, capture_output=True, check=False).returncode:
                pytest.skip("mounting a small disk needs the superuser")
            stack.callback(subprocess.run, ["umount", "-l", str(place)], check=True)
            return place

        yield mount


@pytest.fixture(scope="module")
def proxy() -> Iterator[Faults]:
    """A proxy in front of an S3 server, and what it does to requests."""
    with s3_server() as port, failing_proxy(port) as faults:
        yield faults


@pytest.fixture
def through_proxy(proxy: Faults, monkeypatch: pytest.MonkeyPatch) -> Faults:
    """The same, undisturbed as yet, as the S3 server of this process."""
    point_at(proxy.port, monkeypatch)
    proxy.set("")
    return proxy


@pytest.fixture(scope="session")
def chromium(guard: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chromium that runs: the address for Playwright."""
    program = browser.program()
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(browser.PROGRAMS)} is in PATH")
    with browser.running(program, tmp_path_factory.mktemp("chromium")) as address:
        yield address


@pytest.fixture(scope="module")
def visits_of_file(chromium: str) -> Iterator[browser.Visits]:
    """Opens a browser for each person who comes back in other tests of the file.

    From the first of them on, no test of the file can run an event loop in this thread.
    """
    with browser.connected(chromium) as visits:
        yield visits


@pytest.fixture
def visits(visits_of_file: browser.Visits) -> Iterator[browser.Visits]:
    """Opens a browser for each person that the test has."""
    visits = browser.Visits(visits_of_file.browser)
    yield visits
    visits.close()


@pytest.fixture
def visit(visits: browser.Visits) -> browser.Visit:
    """Somebody's browser: nobody logged in, nothing stored, and what its pages ask for is recorded."""
    return visits.open()


STANDING = (
    {"rendering", "film", "decisions", "services"},
    {"cli", "audience", "review", "delivery"},
    {"orchestration", "films", "editorial"},
)
"""the rooms of the pipeline whose tests share a standing farm, about as much work for each of the farms"""
LONG = (
    *(f"standing {number}" for number in (1, 0, 2, 3)),
    "test_farm.py",
    "test_readme.py",
    "test_joined_farm.py",
    "test_film_of_every_family.py",
    "test_families_conform.py",
    "test_studio_page.py",
    "test_page.py",
    "test_store_on_s3.py",
    "test_farm_nodes.py",
    "test_cards.py",
    "test_schedules.py",
    "test_faulty_workers.py",
    "test_protocol.py",
    "test_page_decisions.py",
    "test_farm_economy.py",
    "test_autoscaler.py",
)
"""the groups of the longest tests, the longest first"""
_DIFFUSION = "tests/farm/backends/diffusion"
TOGETHER = {f"{_DIFFUSION}/denoising/test_killed.py": f"{_DIFFUSION}/cards/test_cards.py"}
"""files that run in the process of another: both kill renderers, which are forks of one warm process"""


def group_of(item: pytest.Item) -> str:
    """The tests that this one runs in one process with: those of its file or two, or of its standing farm."""
    path = item.nodeid.partition("::")[0]
    if "standing" not in getattr(item, "fixturenames", ()):
        return TOGETHER.get(path, path)
    room = Path(path).parent.name
    number = next((at for at, rooms in enumerate(STANDING) if room in rooms), len(STANDING))
    return f"standing {number}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say which tests belong into one process, and begin with the longest.

    Those of a file share what its fixtures start, and those that use a standing farm share that: to bring one
    up takes 25 s of a processor, and one that idles takes 5 % of one. Begun last, a long test would keep one
    process while others idle.

    xdist knows a group by the end of a test's id, and where it writes that itself (a mark's name into
    `_nodeid`, xdist 3.8) pytest 9.2 does not look.
    """
    place = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(Path(group_of(item)).name, len(place)))
    if getattr(config.option, "loadgroup", False):
        for item in items:
            item._id = type(item.id).parse(f"{item.nodeid}@{group_of(item)}")


_KNOWN: set[str] = set()


def pytest_runtest_setup() -> None:
    """Spare the collections of garbage, of which a backend asks after every model, what stays for good.

    Libraries and tests are half a million objects, and to look at each takes a third of a second.
    """
    if len(sys.modules) > len(_KNOWN) + 20:
        _KNOWN.update(sys.modules)
        gc.collect()
        gc.freeze()
