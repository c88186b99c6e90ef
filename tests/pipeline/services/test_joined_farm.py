"""A second machine of a standing farm: it joins, renders, leaves, and is refused in words when it cannot.

The machines are network namespaces of this one, with a home folder each; where those cannot be made, this
machine twice, at two of its loopback addresses.
"""

from __future__ import annotations

import contextlib
import json
import os
import pty
import socket
import stat
import subprocess
import sys
import termios
from collections.abc import Iterator
from importlib.metadata import version

import psutil
import pytest

from farm.cluster.joining import WORKER_PORTS, Card
from farm.host.addresses import free_port
from pipeline.services.joined_farm import head_address
from storyboard.errors import UsageError
from tests.support.pipeline.hosts import Host, two_hosts
from tests.support.pipeline.slate_films import (
    SHOTFARM,
    Shotfarm,
    assert_clear,
    held_up,
    home_with_history,
    shot_of,
    six_slates,
    takes_in,
    write_film,
)
from tests.support.processes import words_of
from tests.support.waiting import PATIENCE_S, until

HEAD, NODE = "127.0.0.2", "127.0.0.3"


def test_versions_that_differ_are_told_as_they_are_there_and_here():
    here = Card("0.1.0", "2.60.0", "3.11")
    assert here.differences(here) == []
    assert here.differences(Card("0.2.0", "2.60.0", "3.12")) == [
        "shotfarm 0.2.0 there and 0.1.0 here",
        "Python 3.12 there and 3.11 here",
    ]


@pytest.mark.parametrize(
    ("written", "meant"), [("10.0.0.1", ("10.0.0.1", 6379)), ("head:7000", ("head", 7000))]
)
def test_an_address_may_leave_the_usual_port_out(written, meant):
    assert head_address(written) == meant


@pytest.mark.parametrize("written", ["", ":6379", "head:", "head:x", "head:0", "head:70000"])
def test_what_is_no_address_is_refused(written):
    with pytest.raises(UsageError, match="no address of a farm"):
        head_address(written)


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where nothing listens, and nothing else can."""
    with socket.socket() as silent:
        silent.bind((HEAD, 0))
        yield f"{HEAD}:{silent.getsockname()[1]}"


def test_a_machine_without_the_token_or_the_farm_is_told_so(nobody, tmp_path):
    command = Shotfarm(tmp_path / "home")
    assert command.here("farm", "leave").stdout == "This machine has joined no farm.\n"
    (tmp_path / "token").write_text("0" * 64)
    token = ("--token-file", tmp_path / "token")
    assert_clear(command.here("farm", "join", HEAD), 2, "joined with its token", "--token-file")
    assert_clear(command.here("farm", "join", HEAD, "--token-file", tmp_path / "none"), 2, "cannot be read")
    assert_clear(command.here("farm", "join", nobody, *token), 1, f"nothing answers at {nobody}", "firewall")
    assert command.here("farm", "leave").stdout == "This machine has joined no farm.\n"


def test_a_token_is_asked_for_in_a_terminal_and_not_shown(nobody, tmp_path):
    command, token = Shotfarm(tmp_path / "home"), "5ecre7" * 8
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        [SHOTFARM, "farm", "join", nobody],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=command._environment(),
        start_new_session=True,
    )
    os.close(theirs)
    until(lambda: not termios.tcgetattr(ours)[3] & termios.ECHO, "what is typed is not shown")
    os.write(ours, f"{token}\n".encode())
    said = b""
    with contextlib.suppress(OSError):  # it hangs up
        while piece := os.read(ours, 1000):
            said += piece
    os.close(ours)
    assert run.wait(PATIENCE_S) == 1
    assert "Token of the farm" in said.decode()
    assert f"nothing answers at {nobody}" in said.decode()
    assert token not in said.decode()


@pytest.mark.parametrize(
    ("listen", "words"),
    [
        ("192.0.2.1", "no address of this machine"),
        ("0.0.0.0", "no address of this machine that others can name"),  # noqa: S104
        (f"{HEAD}:x", "no address to listen at"),
        (f"{HEAD}:{WORKER_PORTS[5]}", "Ray's workers have the ports 10002 to 19999"),
    ],
)
def test_an_address_that_a_farm_cannot_have_is_refused_before_anything_starts(tmp_path, listen, words):
    command = Shotfarm(tmp_path / "home")
    assert_clear(command.here("farm", "up", "--listen", listen), 2, words)
    assert not command.family()


def test_a_port_where_something_listens_is_refused(tmp_path):
    with socket.create_server((HEAD, 0)) as taken:
        place = f"{HEAD}:{taken.getsockname()[1]}"
        done = Shotfarm(tmp_path / "home").here("farm", "up", "--listen", place)
        assert_clear(done, 2, f"something else listens at {place}")


@pytest.fixture(scope="module")
def places() -> Iterator[tuple[Host, Host]]:
    """Where the farm's head is, and the other machine."""
    with two_hosts() as found:
        yield (Host("", HEAD), Host("", NODE)) if isinstance(found, str) else found


@pytest.fixture(scope="module")
def head(places: tuple[Host, Host], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shotfarm]:
    """The machine whose farm others join; it has one worker slot."""
    command = Shotfarm(home_with_history(tmp_path_factory.mktemp("head") / "home"), host=places[0])
    try:
        up = command("farm", "up", "--cpus", 1, "--listen", f"{command.host.address}:{free_port()}")
        assert up.returncode == 0, up.stderr
        assert f"shotfarm farm join {command.host.address}:" in up.stdout
        assert str(command.home / "farm-token") in up.stdout
        yield command
        command("farm", "down")
    finally:
        command.end_all()


@pytest.fixture
def other(places: tuple[Host, Host], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shotfarm]:
    """A machine that has joined no farm."""
    command = Shotfarm(home_with_history(tmp_path_factory.mktemp("other") / "home"), host=places[1])
    yield command
    command.end_all()


def joins(other: Shotfarm, head: Shotfarm, *words: object) -> list[object]:
    farm = json.loads((head.home / "farm.json").read_bytes())
    token = ("--token-file", head.home / "farm-token")
    # On this machine, a machine is one of its addresses.
    own = () if other.host.name else ("--own-address", other.host.address)
    return ["farm", "join", f"{head.host.address}:{farm['ray_port']}", *token, *own, *words]


def alive(command: Shotfarm) -> set[str]:
    return {node["address"] for node in command.json("farm", "status")["nodes"] if node["alive"]}


@pytest.mark.slow
def test_the_machines_have_networks_of_their_own(places, head):
    """What follows is then tried over a cable, and the head's Prefect page is out of reach for the other."""
    if not places[1].name:
        pytest.skip("making network namespaces needs the superuser: the machines are addresses of this one")
    farm = json.loads((head.home / "farm.json").read_bytes())
    code = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)"
    for host, port, reached in (
        (places[0].address, farm["ray_port"], True),
        (places[0].address, farm["prefect_port"], False),
        ("127.0.0.1", farm["prefect_port"], False),
    ):
        asked = places[1].within([sys.executable, "-c", code, host, str(port)])
        assert (subprocess.run(asked, capture_output=True, check=False).returncode == 0) == reached


@pytest.mark.slow
def test_who_may_not_join_is_told_why(head, other, tmp_path):
    assert stat.S_IMODE((head.home / "farm-token").stat().st_mode) == 0o600
    wrong = tmp_path / "token"
    wrong.write_text("f" * 64)
    words = joins(other, head)
    words[words.index("--token-file") + 1] = wrong
    assert_clear(other(*words), 2, "refuses this token")
    words = joins(other, head, "--own-address", "192.0.2.1")
    assert_clear(other(*words), 2, "192.0.2.1 is no address of this machine", "127.0.0.1")
    assert_clear(head(*joins(head, head)), 2, "this machine has a farm of its own")
    assert not other.family()


@pytest.mark.slow
def test_a_machine_with_another_version_is_refused_before_anything_starts(places, head, tmp_path):
    about = tmp_path / "newer" / "shotfarm-9.9.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: shotfarm\nVersion: 9.9\n")
    before = os.environ.get("PYTHONPATH", "")
    newer = Shotfarm(tmp_path / "home", {"PYTHONPATH": f"{about.parent}:{before}"}, host=places[1])
    done = newer(*joins(newer, head))
    assert_clear(done, 1, f"shotfarm {version('shotfarm')} there and 9.9 here")
    assert not newer.family()
    assert alive(head) == {head.host.address}


def held_worker(head: Shotfarm, other: Shotfarm, shot: str) -> psutil.Process | None:
    """What renders the shot on the other machine, stopped in its middle; None while nothing does."""

    def renders() -> bool:
        status = head.json("farm", "status")
        nodes = {node["id"]: node["address"] for node in status["nodes"] if node["alive"]}
        return any(
            worker["shot"] == shot and nodes.get(worker["node"]) == other.host.address
            for worker in status["workers"]
        )

    if not renders():
        return None
    (worker,) = [process for process in other.family() if words_of(process).startswith("ray::Worker")]
    worker.suspend()
    if renders():
        return worker
    worker.resume()
    return None


@pytest.mark.slow
def test_a_machine_joins_renders_and_leaves_when_what_renders_there_is_finished(head, other, tmp_path):
    done = other(*joins(other, head, "--cpus", 1, "--tag", "far"))
    assert done.returncode == 0, done.stderr
    assert alive(other) == alive(head) == {head.host.address, other.host.address}
    assert_clear(other(*joins(other, head)), 2, "is a node of the farm at", "farm leave")
    token = json.loads((other.home / "joined.json").read_bytes())["token"]
    assert not any(token in words_of(process) for process in other.family())

    document = held_up(six_slates(), frame_s=2.5) | {"title": "On Two"}
    shot_of(document, "2B")["tags"] = ["far"]
    folder = write_film(tmp_path / "film", document)
    run = head.start("render", folder)
    try:
        worker = until(
            lambda: held_worker(head, other, "2B"),
            "the machine that joined renders what only it may",
            run=run,
        )
        leaving = other.start("farm", "leave")
        waits = leaving.stdout.readline()
        worker.resume()
        left, complaints = leaving.communicate(timeout=PATIENCE_S)
        assert leaving.returncode == 0, complaints
        assert "waiting for 2B" in waits
        assert f"has left the farm {head.host.address}:" in left
        said, complaints = run.communicate(timeout=PATIENCE_S)
    finally:
        run.kill()
    assert run.returncode == 0, complaints
    assert len(takes_in(folder)) == 6
    assert "failed" not in said, "what rendered there was finished, not lost"
    other.ends()
    until(lambda: alive(head) == {head.host.address}, "the head knows that it has gone")
    assert not (other.home / "joined.json").exists()


@pytest.mark.slow
def test_a_machine_whose_farm_goes_down_leaves_by_itself_and_says_so(head, other):
    assert other(*joins(other, head, "--cpus", 1)).returncode == 0
    assert head("farm", "down").returncode == 0
    other.ends()
    told = other("farm", "status")
    assert told.returncode == 1
    assert f"This machine has left the one at {head.host.address}:" in told.stdout
    assert "its head has ended" in told.stdout
    assert other("farm", "leave").returncode == 0
    assert "has left the one" not in other("farm", "status").stdout
    token = (head.home / "farm-token").read_text()
    up = head("farm", "up", "--cpus", 1, "--listen", f"{head.host.address}:{free_port()}")
    assert up.returncode == 0, up.stderr
    assert (head.home / "farm-token").read_text() == token, "machines keep the token that they have"
