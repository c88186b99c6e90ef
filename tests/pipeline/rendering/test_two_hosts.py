"""A film over two hosts with addresses of their own, whose network is cut in the middle.

The hosts are network namespaces of this machine, joined by a virtual cable.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from farm.cluster.connect import new_token
from storyboard.document.given_files import sha256_of
from tests.support.pipeline.slate_films import (
    attempts_left_in,
    home_with_history,
    six_slates,
    takes_in,
    write_film,
)
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.soak

HEAD, NODE = "10.77.3.1", "10.77.3.2"
BIN = Path(sys.executable).parent


def ip(*words: str) -> bool:
    return subprocess.run(["ip", *words], capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Hosts:
    """The two hosts, and the environment of everything that runs on them."""

    head: str
    node: str
    environment: dict[str, str]

    def run(self, host: str, *words: object, wait_s: float = PATIENCE_S) -> str:
        done = subprocess.run(
            ["ip", "netns", "exec", host, *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=wait_s,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def cable(self, state: str) -> None:
        assert ip("-n", self.node, "link", "set", "cable", state)

    def pids(self, host: str) -> list[int]:
        told = subprocess.run(["ip", "netns", "pids", host], capture_output=True, text=True, check=True)
        return [int(pid) for pid in told.stdout.split()]


@pytest.fixture(scope="module")
def hosts(tmp_path_factory) -> Iterator[Hosts]:
    """A Ray head on one host and a node on the other, with one worker slot each."""
    mark = secrets.token_hex(3)
    own = {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": new_token(),
        "RAY_USAGE_STATS_ENABLED": "0",
        "SHOTFARM_HOME": str(home_with_history(tmp_path_factory.mktemp("two-hosts") / "home")),
        "SHOTFARM_BACKEND": "slate",
    }
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("RAY_", "SHOTFARM_", "PREFECT_"))
    }
    both = Hosts(f"head-{mark}", f"node-{mark}", kept | own)
    temporary = tempfile.mkdtemp(prefix="two")  # Ray's sockets need a short path
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, temporary, ignore_errors=True)
        for host in (both.head, both.node):
            if not ip("netns", "add", host):
                pytest.skip("making network namespaces needs the superuser")
            stack.callback(ip, "netns", "del", host)
            stack.callback(end_all, both, host)
            ip("-n", host, "link", "set", "lo", "up")
        cable = ("type", "veth", "peer", "name", "cable", "netns", both.node)
        if not ip("link", "add", "cable", "netns", both.head, *cable):
            pytest.skip("joining network namespaces is not permitted here")
        for host, address in ((both.head, HEAD), (both.node, NODE)):
            assert ip("-n", host, "addr", "add", f"{address}/24", "dev", "cable")
            assert ip("-n", host, "link", "set", "cable", "up")
        start = [BIN / "ray", "start", "--num-cpus=1", "--object-store-memory=100000000"]
        head = ["--head", "--port=6379", "--include-dashboard=false", f"--temp-dir={temporary}"]
        both.run(both.head, *start, *head, f"--node-ip-address={HEAD}")
        both.run(both.node, *start, f"--address={HEAD}:6379", f"--node-ip-address={NODE}")
        yield both


def end_all(hosts: Hosts, host: str) -> None:
    """End what runs on a host; nothing else is in its namespace."""
    for pid in hosts.pids(host):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not hosts.pids(host), "everything on the host has ended")


def slow_film(folder: Path) -> Path:
    film = six_slates()
    film["backend_options"]["slate"]["delay_s"] = 0.15
    return write_film(folder, film)


def render_on(hosts: Hosts, folder: Path) -> list[object]:
    return [BIN / "shotfarm", "render", folder, "--address", f"{HEAD}:6379"]


@pytest.fixture(scope="module")
def undisturbed(hosts, tmp_path_factory) -> str:
    """The digest of the film's file; both hosts rendered some of it."""
    folder = slow_film(tmp_path_factory.mktemp("undisturbed") / "film")
    hosts.run(hosts.head, *render_on(hosts, folder))
    made_by = {int(attempt.rsplit("-", 2)[1]) for attempt, _ in takes_in(folder).values()}
    assert made_by & set(hosts.pids(hosts.node))
    assert made_by & set(hosts.pids(hosts.head))
    return sha256_of(next((folder / "out").glob("*.mp4")))


@pytest.mark.parametrize("cut_s", [5, 60])
def test_a_cut_between_two_hosts_costs_no_take_and_makes_none_twice(hosts, undisturbed, tmp_path, cut_s):
    folder = slow_film(tmp_path / "film")
    run = subprocess.Popen(
        ["ip", "netns", "exec", hosts.head, *map(str, render_on(hosts, folder))],
        env=hosts.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until(lambda: takes_in(folder), "a first take is published")
        hosts.cable("down")
        before = takes_in(folder)
        assert len(before) < 6
        time.sleep(cut_s)
        hosts.cable("up")
        said, _ = run.communicate(timeout=PATIENCE_S)
    finally:
        run.kill()
        run.wait()
    assert run.returncode == 0, said
    after = takes_in(folder)
    assert len(after) == 6
    assert after.items() >= before.items(), "what was published was not made again"
    assert sha256_of(next((folder / "out").glob("*.mp4"))) == undisturbed
    until(lambda: attempts_left_in(folder / ".shotfarm" / "store") == [], "nothing is left over")
