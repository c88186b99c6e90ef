"""The commands of people and links: what they say, what they refuse, and what a script reads."""

from __future__ import annotations

import io
import json
import signal
import stat
import sys

import httpx
import pytest

from pipeline.catalog.catalog import Catalog
from pipeline.catalog.entries import Omit, Wish
from tests.support.pipeline.people import OWN, PASSWORD
from tests.support.pipeline.review_films import link_of, settings_for
from tests.support.pipeline.slate_films import Shotfarm, assert_clear, six_slates, write_film
from tests.support.waiting import PATIENCE_S


@pytest.fixture
def shotfarm(tmp_path):
    """The command in a home where nobody has rendered."""
    command = Shotfarm(tmp_path / "home")
    yield command
    command.end_all()


@pytest.fixture
def password(tmp_path):
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    return file


@pytest.fixture
def film(tmp_path):
    return write_film(tmp_path / "film", six_slates())


def told(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_people_are_added_listed_changed_and_removed(shotfarm, password):
    add = ("review", "people", "add", "--password-file", password)
    assert told(shotfarm.here(*add, "Ada", "--role", "producer", "--json"))["role"] == "producer"
    assert "Bob may sign in, as a reviewer" in shotfarm.here(*add, "Bob").stdout
    assert_clear(shotfarm.here(*add, "ADA"), 2, "there is somebody called ADA already")
    assert_clear(shotfarm.here(*add, "Eve", "--role", "king"), 2, "king", "viewer, reviewer, producer")
    assert "Bob is a viewer now" in shotfarm.here("review", "people", "role", "bob", "viewer").stdout
    listed = told(shotfarm.here("review", "people", "list", "--json"))
    assert [(one["name"], one["role"], one["sessions"]) for one in listed] == [
        ("Ada", "producer", 0),
        ("Bob", "viewer", 0),
    ]
    assert "argon2" not in str(listed)
    assert_clear(shotfarm.here("review", "people", "remove", "Ada"), 2, "the only producer")
    assert_clear(shotfarm.here("review", "people", "remove", "Eve"), 2, "nobody called Eve", "people list")
    assert "Bob signs in no more" in shotfarm.here("review", "people", "remove", "Bob").stdout
    assert "Nobody is signed in" in shotfarm.here("review", "people", "sessions").stdout
    assert stat.S_IMODE((shotfarm.home / "people.sqlite").stat().st_mode) == 0o600


def test_a_password_is_never_in_the_command_line(shotfarm, password, monkeypatch, tmp_path):
    add = ("review", "people", "add", "Ada", "--role", "producer")
    assert_clear(shotfarm.here(*add), 2, "nobody to ask", "--password-file")
    assert_clear(shotfarm.here(*add, "--password-file", tmp_path / "nowhere"), 2, "cannot be read")
    password.write_text("short")
    assert_clear(shotfarm.here(*add, "--password-file", password), 2, "too short")
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\r\n"))
    assert shotfarm.here(*add, "--password-file", "-").returncode == 0
    password.write_text("another four words")
    done = shotfarm.here("review", "people", "password", "Ada", "--password-file", password)
    assert "signed out everywhere" in done.stdout


def test_a_token_is_printed_once(shotfarm, password):
    shotfarm.here("review", "people", "add", "Ada", "--password-file", password)
    made = told(shotfarm.here("review", "token", "add", "Ada", "--for", "nightly", "--days", 9, "--json"))
    assert made["token"].startswith("shotfarm-token-")
    (listed,) = told(shotfarm.here("review", "token", "list", "--json"))
    assert (listed["name"], listed["who"], listed["role"], listed["used_at"]) == (
        "nightly", "Ada", "reviewer", None,
    )  # fmt: skip
    assert made["token"] not in str(listed)
    assert_clear(shotfarm.here("review", "token", "add", "Ada", "--role", "producer"), 2, "Ada is a reviewer")
    assert "holds no more" in shotfarm.here("review", "token", "revoke", made["id"]).stdout
    assert_clear(shotfarm.here("review", "token", "revoke", made["id"]), 2, "there is no token")


def test_a_film_is_shared_and_unshared(shotfarm, film):
    given = ("--name", "The client", "--days", 3, "--shots", "2A,1B")
    named = ("--public-url", "https://review.studio.example")
    made = told(shotfarm.here("review", "share", film, *given, *named, "--json"))
    assert made["url"].startswith("https://review.studio.example/share#shotfarm-link-")
    shown = shotfarm.here("review", "share", film).stdout
    assert shown.startswith("/share#shotfarm-link-")
    assert "Put the address of your server before it" in shown
    listed = told(shotfarm.here("review", "links", film, "--json"))
    assert [(one["name"], one["shots"], one["holds"]) for one in listed] == [
        ("The client", ["1B", "2A"], True),
        ("Client", None, True),
    ]
    assert "The client sees Six Slates no more" in shotfarm.here("review", "unshare", made["id"]).stdout
    assert [one["holds"] for one in told(shotfarm.here("review", "links", "--json"))] == [False, True]
    assert_clear(shotfarm.here("review", "unshare", "x"), 2, "there is no link x")
    assert_clear(shotfarm.here("review", "share", film, "--shots", "9Z"), 2, "no shot '9Z'")
    assert_clear(shotfarm.here("review", "share", film, "--days", 0), 2, "1 to 366 days")
    assert_clear(shotfarm.here("review", "share", film / "nowhere"), 2, "nowhere")
    assert_clear(shotfarm.here("review", "share", film, "--public-url", "studio"), 2, "studio")


def test_the_trail_tells_of_commands_and_of_what_was_decided(shotfarm, film, password):
    shotfarm.here("review", "people", "add", "Ada", "--password-file", password)
    with Catalog.open(film, settings_for(film)) as catalog:
        catalog.append(Wish(shot="2A", what=Omit(), by="Ada"))
    entries = told(shotfarm.here("review", "audit", film, "--json"))
    assert [(one["kind"], one["about"], one["address"]) for one in entries] == [
        ("added person", "Ada", "command line"),
        ("decided", "omit 2A", ""),
    ]
    assert (entries[1]["who"], entries[1]["facts"]["shot"]) == ("Ada", "2A")
    assert "omit 2A" in shotfarm.here("review", "audit", film, "--days", 1).stdout
    assert_clear(shotfarm.here("review", "audit", film / "nowhere"), 2, "nowhere")


@pytest.mark.parametrize("given", [("--host", "0.0.0.0"), ("--public-url", "https://review.studio.example")])  # noqa: S104
def test_a_server_that_others_reach_needs_somebody_to_sign_in(shotfarm, film, given):
    assert_clear(
        shotfarm.here("review", film, *given), 2, "nobody can sign in yet", "shotfarm review people add"
    )
    assert_clear(shotfarm.here("review", "open", film, "--public-url", "x"), 2, "not the URL of a server")


@pytest.mark.slow
def test_people_sign_in_and_clients_come_to_a_server_that_others_reach(shotfarm, film, password):
    """On every address of this machine: without a proxy, so without https."""
    shotfarm.here("review", "people", "add", "Ada", "--role", "producer", "--password-file", password)
    link = told(shotfarm.here("review", "share", film, "--json"))["url"].partition("#")[2]
    started = shotfarm.start("review", film, "--host", "0.0.0.0", "--json")  # noqa: S104
    port = link_of(started).rpartition(":")[2].rstrip("/")
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=OWN, timeout=PATIENCE_S) as client:
        assert client.get("/").headers["location"] == "/login"
        assert client.post("/api/share", json={"link": link}).json()["role"] == "client"
        forged = {"x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https"}
        client.post("/api/session", json={"name": "Ada", "password": PASSWORD}, headers=forged)
        assert client.get("/api/me").json()["name"] == "Ada"
        assert {cookie.name for cookie in client.cookies.jar} == {f"shotfarm-review-{port}"}
        (session,) = client.get("/api/me/sessions").json()["sessions"]
        assert session["address"] == "127.0.0.1"
    started.send_signal(signal.SIGINT)
    said, complained = started.communicate(timeout=PATIENCE_S)
    assert (started.returncode, said) == (0, "")
    assert "without encryption" in complained
    assert "Traceback" not in complained
