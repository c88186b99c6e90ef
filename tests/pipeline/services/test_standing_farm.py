"""The standing farm: up once, found by itself, closed to strangers, and down without remains."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import stat
from dataclasses import dataclass

import httpx
import psutil
import pytest

from farm.host.addresses import free_port
from tests.support.pipeline.slate_films import Shotfarm, assert_clear, held_up, six_slates, write_film
from tests.support.processes import words_of
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow


def farm_file(command: Shotfarm) -> dict:
    return json.loads((command.home / "farm.json").read_bytes())


@dataclass(frozen=True)
class Rendered:
    """A run, and the Ray servers of the farm's family before it and while it went on."""

    summary: dict
    servers_before: set[int]
    servers: set[int]


@pytest.fixture(scope="module")
def rendered(standing, tmp_path_factory) -> Rendered:
    """The standing farm has workers, and has rendered a film."""
    folder = write_film(tmp_path_factory.mktemp("rendered") / "film", six_slates())
    before = ray_servers(standing)
    process = standing.start("render", folder, "--json")
    seen: set[int] = set()

    def ended() -> bool:
        seen.update(ray_servers(standing))
        return process.poll() is not None

    until(ended, "the run ends")
    said, complaints = process.communicate()
    assert process.returncode == 0, complaints
    return Rendered(json.loads(said), before, seen)


def ray_servers(command: Shotfarm) -> set[int]:
    return {process.pid for process in command.family() if "gcs_server" in words_of(process)}


def test_up_again_finds_the_farm_that_is_up(standing):
    before = farm_file(standing)
    servers = ray_servers(standing)
    done = standing("farm", "up")
    assert done.returncode == 0
    assert f"http://127.0.0.1:{before['prefect_port']}" in done.stdout
    assert farm_file(standing) == before
    assert ray_servers(standing) == servers


def test_the_tokens_are_readable_by_their_owner_alone(standing):
    assert stat.S_IMODE((standing.home / "farm.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(standing.home.stat().st_mode) == 0o700
    known = farm_file(standing)
    for process in standing.family():
        words = words_of(process)
        assert known["ray_token"] not in words
        assert known["prefect_password"] not in words


def listens_at(process: psutil.Process) -> set[tuple[str, int]]:
    """Addresses and ports; none of a process that has ended meanwhile."""
    try:
        connections = process.net_connections("inet")
    except psutil.Error:
        return set()
    return {(*connection.laddr,) for connection in connections if connection.status == psutil.CONN_LISTEN}


def test_every_socket_listens_on_the_loopback_address_alone(standing, rendered):
    listening = {place for process in standing.family() for place in listens_at(process)}
    known = farm_file(standing)
    assert {known["ray_port"], known["prefect_port"]} <= {port for _, port in listening}
    assert {address for address, _ in listening} <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


def prefect(command: Shotfarm, login: tuple[str, str] | None) -> int:
    """The answer of the Prefect API to somebody who asks for flow runs."""
    page = f"http://127.0.0.1:{farm_file(command)['prefect_port']}"
    return httpx.post(f"{page}/api/flow_runs/count", json={}, auth=login, timeout=PATIENCE_S).status_code


def test_the_prefect_api_refuses_whoever_has_no_password(standing):
    known = farm_file(standing)
    assert prefect(standing, None) == 401
    assert prefect(standing, ("shotfarm", "guessed")) == 401
    assert prefect(standing, ("shotfarm", known["prefect_password"])) == 200


def test_the_metrics_are_told_to_whoever_has_the_password(standing):
    url = standing.json("farm", "status")["metrics"]
    assert url.startswith("http://127.0.0.1:")
    assert httpx.get(url, timeout=PATIENCE_S).status_code == 401
    told = httpx.get(url, auth=("shotfarm", farm_file(standing)["prefect_password"]), timeout=PATIENCE_S)
    assert told.status_code == 200
    assert "shotfarm_workers" in told.text


def test_the_status_shows_nodes_workers_and_queue(standing, rendered):
    status = standing.json("farm", "status")
    assert status["up"] is True
    assert [node["alive"] for node in status["nodes"]] == [True]
    assert status["nodes"][0]["cpus"] == 2.0
    assert {worker["backend"] for worker in status["workers"]} <= {"slate"}
    # What a killed run asked for is rendered to its end, and stays listed for a while.
    until(
        lambda: all(
            set(production["counts"]) <= {"done"}
            for production in standing.json("farm", "status")["productions"]
        ),
        "nothing else is asked for",
    )
    assert status["prefect_page"] == f"http://127.0.0.1:{farm_file(standing)['prefect_port']}"
    words = standing("farm", "status")
    assert words.returncode == 0
    for heading in ("nodes", "workers", "queue", "Prefect page"):
        assert heading in words.stdout


def test_a_watched_farm_tells_each_second_what_renders_how_fast_and_for_how_long(standing, tmp_path):
    document = six_slates() | {"title": "Watched Slates"}
    watching = standing.start("farm", "status", "--watch", "--json")
    first = json.loads(watching.stdout.readline())
    assert first["up"]
    process = standing.start("render", write_film(tmp_path / "film", held_up(document)))

    def tells() -> tuple[bool, bool]:
        page = json.loads(watching.stdout.readline())
        films = [film for film in page["productions"] if film["title"] == "Watched Slates"]
        assert all(sum(film["counts"].values()) == 6 for film in films)
        signs = [worker["signs"] for worker in page["workers"] if worker["shot"] and worker["signs"]]
        return (
            any(film["left_s"] and film["shots_per_hour"] for film in films),
            any(0 < each["process_bytes"] < each["memory_bytes"] for each in signs),
        )

    try:
        until(lambda: all(tells()), "how fast, for how long, and by whom", run=process)
    finally:
        standing("farm", "cancel", "Watched Slates")
        watching.send_signal(signal.SIGINT)
        # It may wait for somebody who reads what it has told since.
        _, complaints = watching.communicate(timeout=PATIENCE_S)
        process.communicate(timeout=PATIENCE_S)
    assert watching.returncode == 0, complaints


def test_watching_without_a_terminal_is_refused(standing):
    assert_clear(standing("farm", "status", "--watch"), 2, "--watch needs a terminal", "--json")


def test_a_run_finds_the_farm_by_itself_and_starts_no_other(rendered):
    assert rendered.summary["rendered"] == 6
    assert len(rendered.servers_before) == 1
    assert rendered.servers == rendered.servers_before


def test_a_farm_comes_up_again_as_it_was_after_every_end(shotfarm):
    """Its notes are gone, then its leaders are killed, then it is ended as it should be."""
    page, metrics = free_port(), free_port()
    ports = ("--prefect-port", page, "--metrics-port", metrics)
    assert shotfarm("farm", "up", "--cpus", 1, *ports).returncode == 0
    status = shotfarm.json("farm", "status")
    assert [node["alive"] for node in status["nodes"]] == [True], "a worker can be placed at once"
    assert status["prefect_page"] == f"http://127.0.0.1:{page}"
    assert f":{metrics}/" in status["metrics"]
    other = shotfarm("farm", "up", "--prefect-port", free_port())
    assert_clear(other, 2, "the farm is up with another port", "farm down")
    (shotfarm.home / "farm.json").unlink()
    assert shotfarm("farm", "down").stdout == "The farm is down.\n"
    shotfarm.ends()

    assert shotfarm("farm", "up", "--cpus", 1).returncode == 0
    stale = farm_file(shotfarm)
    assert stale["prefect_port"] == page, "the ports are those of before"
    assert f":{metrics}/" in shotfarm.json("farm", "status")["metrics"]
    kill_leaders(shotfarm, stale)

    fresh = farm_file(shotfarm)
    assert fresh["ray_token"] != stale["ray_token"]
    assert shotfarm("farm", "status").returncode == 0
    assert len(shotfarm.family()) > 3
    done = shotfarm("farm", "down")
    assert (done.returncode, done.stdout) == (0, "The farm is down.\n")
    shotfarm.ends()
    assert not (shotfarm.home / "farm.json").exists()
    assert shotfarm("farm", "down").stdout == "No farm was up.\n"


def kill_leaders(shotfarm: Shotfarm, farm: dict) -> None:
    """kill -9 of the two processes that farm.json names must not leave the others behind for ever."""
    first = {*shotfarm.family()}
    leaders = [psutil.Process(farm[name]) for name in ("ray_pid", "prefect_pid")]
    for leader in leaders:
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended with the one before
            leader.kill()
    until(lambda: not leaders[0].is_running(), "the leader is gone")
    assert shotfarm("farm", "status").returncode == 1
    assert shotfarm("farm", "up", "--cpus", 1).returncode == 0
    until(lambda: first.isdisjoint(shotfarm.family()), "nothing of the first is left")


def test_a_port_that_is_taken_is_refused(shotfarm):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_clear(shotfarm.here("farm", "up", "--prefect-port", port), 2, f"listens on port {port}")
    assert not shotfarm.family()


@pytest.mark.parametrize("content", [b"", b"{", b'{"ray_pid": 1}', b"\xff"])
def test_a_damaged_farm_file_is_no_farm(shotfarm, content):
    (shotfarm.home / "farm.json").write_bytes(content)
    assert shotfarm.here("farm", "status").returncode == 1
    assert shotfarm.here("farm", "down").returncode == 0


def test_a_farm_file_that_names_a_stranger_s_process_harms_it_not(shotfarm):
    stranger = psutil.Popen(["ray prefect", "infinity"], executable="sleep")
    try:
        farm = {"ray_pid": stranger.pid, "ray_port": 1, "ray_token": "t", "ray_birth": "another"}
        farm |= {"prefect_pid": stranger.pid, "prefect_port": 1, "prefect_password": "p", "prefect_birth": ""}
        (shotfarm.home / "farm.json").write_text(json.dumps(farm))
        assert shotfarm.here("farm", "down").returncode == 0
        assert stranger.is_running()
        assert stranger.status() != psutil.STATUS_ZOMBIE
    finally:
        stranger.kill()
        stranger.wait()


def test_a_home_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    done = Shotfarm(tmp_path / "file" / "home").here("farm", "up")
    assert_clear(done, 2, str(tmp_path / "file"))
