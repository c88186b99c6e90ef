"""A film over two hosts with addresses of their own, whose network is cut in the middle.

The hosts are network namespaces of this machine, joined by a virtual cable.
"""

from __future__ import annotations

import contextlib
import os
import shutil
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
from tests.support.pipeline.hosts import Host, two_hosts
from tests.support.pipeline.slate_films import (
    attempts_left_in,
    held_up,
    home_with_history,
    six_slates,
    takes_in,
    write_film,
)
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.soak

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Hosts:
    """The two hosts, and the environment of everything that runs on them."""

    head: Host
    node: Host
    environment: dict[str, str]

    def run(self, host: Host, *words: object) -> str:
        done = subprocess.run(
            host.within([*map(str, words)]),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def hosts(tmp_path_factory) -> Iterator[Hosts]:
    """A Ray head on one host and a node on the other, with one worker slot each."""
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
    temporary = tempfile.mkdtemp(prefix="two")  # Ray's sockets need a short path
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, temporary, ignore_errors=True)
        found = stack.enter_context(two_hosts())
        if isinstance(found, str):
            pytest.skip(found)
        both = Hosts(*found, kept | own)
        start = [BIN / "ray", "start", "--num-cpus=1", "--object-store-memory=100000000"]
        head = ["--head", "--port=6379", "--include-dashboard=false", f"--temp-dir={temporary}"]
        both.run(both.head, *start, *head, f"--node-ip-address={both.head.address}")
        joins = [f"--address={both.head.address}:6379", f"--node-ip-address={both.node.address}"]
        both.run(both.node, *start, *joins)
        yield both


def slow_film(folder: Path) -> Path:
    film = six_slates()
    film["backend_options"]["slate"]["delay_s"] = 0.15
    return write_film(folder, held_up(film, frame_s=1))  # the cable is cut before its end


def render_on(hosts: Hosts, folder: Path) -> list[object]:
    return [BIN / "shotfarm", "render", folder, "--address", f"{hosts.head.address}:6379"]


@pytest.fixture(scope="module")
def undisturbed(hosts, tmp_path_factory) -> str:
    """The digest of the film's file; both hosts rendered some of it."""
    folder = slow_film(tmp_path_factory.mktemp("undisturbed") / "film")
    hosts.run(hosts.head, *render_on(hosts, folder))
    made_by = {int(attempt.rsplit("-", 2)[1]) for attempt, _ in takes_in(folder).values()}
    assert made_by & set(hosts.node.pids())
    assert made_by & set(hosts.head.pids())
    return sha256_of(next((folder / "out").glob("*.mp4")))


@pytest.mark.parametrize("cut_s", [5, 60])
def test_a_cut_between_two_hosts_costs_no_take_and_makes_none_twice(hosts, undisturbed, tmp_path, cut_s):
    folder = slow_film(tmp_path / "film")
    run = subprocess.Popen(
        hosts.head.within([*map(str, render_on(hosts, folder))]),
        env=hosts.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until(lambda: takes_in(folder), "a first take is published")
        hosts.node.cable("down")
        before = takes_in(folder)
        assert len(before) < 6
        time.sleep(cut_s)
        hosts.node.cable("up")
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
