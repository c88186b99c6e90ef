"""The page on a studio's deployment: its commands are run, in order, each on the machine that it is for.

The machines are this one: a folder, a home and an environment each, at two of its loopback addresses. What
the page's units start is started with the commands that systemd reads out of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from farm.host.addresses import answers, free_port
from tests.support import ROOT
from tests.support.pipeline.postgres import PASSWORD, USER, PostgresServer, postgres_server, program
from tests.support.pipeline.slate_films import Shotfarm, ask, home_with_history, six_slates, write_film
from tests.support.pipeline.systemd import command_of, environment_file_of, environment_of, verified
from tests.support.s3_servers import environment as s3_environment
from tests.support.s3_servers import s3_server
from tests.support.waiting import PATIENCE_S, until

PAGE = (ROOT / "docs" / "studio.md").read_text("utf-8")
BLOCKS = [
    (machine, [line.removeprefix("$ ") for line in text.splitlines()])
    for machine, text in re.findall(r"```console\n# on (\w+)\n(.*?)```", PAGE, re.DOTALL)
]
HEAD, NODE = "127.0.0.2", "127.0.0.3"
WORD = "change-me"


def test_every_block_of_commands_says_where_it_is_given():
    assert PAGE.count("```console") == len(BLOCKS)
    assert {machine for machine, _ in BLOCKS} == {"database", "head", "node", "new"}


@dataclass
class Machine:
    """One of the studio's machines.

    Attributes:
        folder: in which its commands are given; its home beside it.
        meant: what a word of the page is here.
        command: shotfarm, to find what it leaves running.
    """

    folder: Path
    meant: dict[str, str]
    command: Shotfarm
    units: list[subprocess.Popen[str]] = field(default_factory=list)

    def gives(self, lines: list[str]) -> str:
        """What the commands print; what they export stays for the next ones."""
        script = "\n".join(lines)
        for word, here in self.meant.items():
            script = script.replace(word, here)
        kept = self.folder / "exported"
        kept.touch()
        whole = f"set -euo pipefail; . {kept}\n{script}\nexport -p > {kept}"
        done = subprocess.run(
            ["bash", "-c", whole],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
        }
        return {**self.command._environment(), **own}

    def starts(self, name: str) -> subprocess.Popen[str]:
        """Start a unit as systemd would, but for what only its namespaces do; returns when it is ready."""
        unit = self.folder / "config" / "systemd" / "user" / name
        assert verified(unit) == ""
        file, ready, own = environment_file_of(unit), self.folder / "ready", environment_of(unit)
        assert own == {"SHOTFARM_HOME": str(self.command.home)}
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(str(ready))
            told.settimeout(PATIENCE_S)
            process = subprocess.Popen(
                [
                    "sh",
                    "-c",
                    'set -a; . "$0"; set +a; exec setpriv --no-new-privs "$@"',
                    file,
                    *command_of(unit),
                ],
                cwd=self.folder,
                env={**self.environment, **own, "NOTIFY_SOCKET": str(ready)},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            self.units.append(process)
            if "Type=notify" in unit.read_text():
                told.settimeout(1)
                until(lambda: _heard(told) or process.poll() is not None, f"{name} is ready")
        ready.unlink()
        if process.poll() is not None:
            raise AssertionError(process.communicate()[0])
        return process

    def stops(self, process: subprocess.Popen[str]) -> None:
        known = json.loads((self.command.home / "farm.json").read_bytes())
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, said
        assert known["prefect_password"] not in said, "the journal keeps what it says"


def _heard(told: socket.socket) -> bool:
    with contextlib.suppress(TimeoutError):
        return told.recv(100) == b"READY=1"
    return False


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    if program("initdb") is None or program("psql") is None:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    with postgres_server() as server:
        yield server


@pytest.fixture
def studio(postgres: PostgresServer, tmp_path: Path) -> Iterator[dict[str, Machine]]:
    """The machines, with a film on the first."""
    with s3_server() as s3, contextlib.ExitStack() as stack:
        review, port = free_port(), free_port()
        meant = {
            "db.studio.example/": f"127.0.0.1:{postgres.port}/",
            "db.studio.example": "127.0.0.1",
            "https://s3.studio.example": s3_environment(s3)["AWS_ENDPOINT_URL"],
            "10.0.0.1": f"{HEAD}:{port}",
            "10.0.0.2": NODE,
            "--review-port 8000": f"--review-port {review}",
            "--username postgres": f"--username {USER}",
        }
        machines = {}
        for name in ("database", "head", "node", "new"):
            folder = tmp_path / name
            folder.mkdir()
            home = folder / "home" if name == "new" else home_with_history(folder / "home")
            command = Shotfarm(home, {"PGPORT": str(postgres.port), "PGPASSWORD": WORD})
            stack.callback(command.end_all)
            machines[name] = Machine(folder, meant, command)
        machines["database"].command.environment["PGPASSWORD"] = PASSWORD
        (machines["head"].folder / "first-password").write_text("four words of hers")
        write_film(machines["head"].folder / "films" / "lamp", six_slates())
        yield machines


@pytest.mark.slow
def test_the_page_sets_up_a_studio_and_brings_it_back_when_all_is_lost(studio, postgres):
    head, node, new = (studio[name] for name in ("head", "node", "new"))
    blocks = iter(BLOCKS)

    def given(machine: str) -> str:
        where, lines = next(blocks)
        assert where == machine
        return studio[machine].gives(lines)

    given("database")
    assert "shotfarm-farm.service" in given("head")
    farm = head.starts("shotfarm-farm.service")
    review = head.starts("shotfarm-review.service")

    shutil.copy(head.command.home / "farm-token", node.folder / "farm-token")
    given("node")
    worker = node.starts("shotfarm-node.service")
    nodes = json.loads(head.gives(["shotfarm farm status --json"]))["nodes"]
    assert len({each["address"] for each in nodes if each["alive"]}) == 2
    assert HEAD in given("node")

    given("head")
    runs = ask(head.command, "flow_runs/filter", flow_runs={"name": {"any_": ["Six Slates"]}})
    assert [run["state_type"] for run in runs] == ["COMPLETED"]
    shown = json.dumps(ask(head.command, "admin/settings"))
    assert WORD not in shown, "the page of Prefect shows no password"
    assert not (head.command.home / "prefect" / "prefect.db-wal").exists(), "its database is PostgreSQL"
    takes = json.loads(head.gives(["shotfarm takes films/lamp --json"]))
    port = int(head.meant["--review-port 8000"].split()[-1])
    until(lambda: answers(port) or review.poll() is not None, "people can review")
    assert review.poll() is None, review.communicate()[0]
    people = head.gives(["shotfarm review people list --json"])
    assert "Nina" in people

    given("head")  # the backup, while everything goes on
    assert "alive" in given("head")
    head.stops(review)
    head.stops(farm)
    # The farm has gone, and the node's unit says so: systemd would start it again until it can join.
    assert worker.wait(PATIENCE_S) == 1
    assert "this machine has left the farm" in worker.communicate()[0]
    given("head")
    head.command.ends()
    node.command.ends()

    for name in ("catalog", "prefect"):
        postgres.run(f"DROP DATABASE {name} WITH (FORCE)")
    postgres.run("DROP ROLE films")
    shutil.move(head.folder / "backup", new.folder / "backup")
    shutil.rmtree(head.folder)
    given("database")
    said = given("new")
    assert "6 of 6 takes are there" in said
    assert json.loads(new.gives(["shotfarm review people list --json"])) == json.loads(people)
    assert json.loads(new.gives(["shotfarm takes films/lamp --json"])) == takes
    farm = new.starts("shotfarm-farm.service")
    runs = ask(new.command, "flow_runs/filter", flow_runs={"name": {"any_": ["Six Slates"]}})
    assert [run["state_type"] for run in runs] == ["COMPLETED"], "the history is there again"
    assert not head.folder.exists(), "nothing of the old machine is used"
    new.stops(farm)
    new.command.ends()
    with pytest.raises(StopIteration):
        next(blocks)
