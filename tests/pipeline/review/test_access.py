"""Who is let in: by the link's token, from the page itself, under a name that is this server's."""

from __future__ import annotations

import httpx
import pytest

from pipeline.web.access import SESSION_S, Asked, Door, Refusal, Sessions
from tests.support.waiting import PATIENCE_S

HERE = "127.0.0.1:8123"


RIGHT = "right"
CLOCK = [0.0]


@pytest.fixture
def door():
    return Door("127.0.0.1", 8123, RIGHT, Sessions(clock=lambda: CLOCK[0]))


def asked(door, **given):
    given = {"session": door.sessions.begin(), **given}
    return Asked(**{"method": "GET", "path": "/api/films", "host": HERE, **given})


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, None),
        ({"session": ""}, Refusal.NO_TOKEN),
        ({"session": "forged"}, Refusal.NO_TOKEN),
        ({"session": "", "token": "right"}, None),
        ({"session": "", "token": "wrong"}, Refusal.WRONG_TOKEN),
        ({"session": "", "token": "rïght"}, Refusal.WRONG_TOKEN),
        ({"session": "", "bearer": "right"}, None),
        ({"session": "", "bearer": "wrong"}, Refusal.WRONG_TOKEN),
        ({"host": "localhost:8123"}, None),
        ({"host": "[::1]:8123"}, None),
        ({"host": "evil.example:8123"}, Refusal.HOST),
        ({"host": "127.0.0.1"}, Refusal.HOST),
        ({"host": "127.0.0.1:80"}, Refusal.HOST),
        ({"host": "127.0.0.1:8123.evil.example"}, Refusal.HOST),
        ({"host": ""}, Refusal.HOST),
        ({"host": "192.168.1.5:8123"}, Refusal.HOST),
        ({"origin": f"http://{HERE}"}, None),
        ({"origin": "http://evil.example"}, Refusal.ORIGIN),
        ({"origin": "null"}, Refusal.ORIGIN),
        ({"origin": "http://127.0.0.1:9999"}, Refusal.ORIGIN),
        ({"site": "cross-site"}, Refusal.ORIGIN),
        ({"site": "same-site"}, Refusal.ORIGIN),
        ({"site": "cross-site", "navigates": True}, None),
        ({"site": "cross-site", "navigates": True, "method": "POST"}, Refusal.ORIGIN),
        ({"method": "POST"}, Refusal.NOT_OURS),
        ({"method": "DELETE"}, Refusal.NOT_OURS),
        ({"method": "POST", "marked": True}, None),
        ({"method": "POST", "session": "", "bearer": "right"}, None),
        ({"method": "POST", "session": "", "token": "right"}, Refusal.WRONG_TOKEN),
        ({"session": "", "path": "/static/review.css"}, None),
        ({"session": "", "path": "/static/review.css", "host": "evil.example:8123"}, Refusal.HOST),
    ],
)
def test_only_who_has_the_token_and_asks_from_here_is_let_in(given, refusal, door):
    assert door.refusal(asked(door, **given)) is refusal


def test_a_session_ends_and_the_link_begins_another(door):
    CLOCK[0] = 0.0
    session = door.sessions.begin()
    CLOCK[0] = SESSION_S - 1
    assert door.refusal(asked(door, session=session)) is None
    CLOCK[0] = SESSION_S
    assert door.refusal(asked(door, session=session)) is Refusal.EXPIRED
    assert door.refusal(asked(door, session=door.sessions.begin())) is None


def test_a_server_for_other_machines_is_reached_by_its_addresses_and_no_strange_name():
    door = Door("0.0.0.0", 8123, RIGHT)  # noqa: S104
    assert door.refusal(asked(door, host="192.168.1.5:8123")) is None
    assert door.refusal(asked(door, host="evil.example:8123")) is Refusal.HOST


def test_a_door_does_not_show_its_token():
    assert RIGHT not in repr(Door("127.0.0.1", 8123, RIGHT))


@pytest.fixture
def client(review):
    with httpx.Client(base_url=f"http://127.0.0.1:{review.port}", timeout=PATIENCE_S) as client:
        yield client


def test_the_link_is_exchanged_for_a_cookie_that_no_script_reads_and_leaves_the_address(review, client):
    answer = client.get("/", params={"token": review.token, "shot": "2A"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?shot=2A")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert review.token not in cookie
    assert client.get("/api/films").json()["films"] == [{"id": "for-review", "title": "For Review"}]


def test_a_token_does_not_redirect_to_another_host(review, client):
    answer = client.get(f"http://127.0.0.1:{review.port}//evil.example/", params={"token": review.token})
    assert answer.headers["location"] == "/evil.example/"


@pytest.mark.parametrize("path", ["/", "/api/films", "/api/films/for-review/events", "/api/openapi.json"])
def test_nothing_of_a_film_is_told_to_who_has_no_token(client, path):
    answer = client.get(path)
    assert answer.status_code == 401
    assert "review" not in answer.headers.get("set-cookie", "")
    assert "For Review" not in answer.text
    assert "open the link" in answer.text.lower()


def test_a_refusal_is_a_page_for_people_and_json_for_scripts(client):
    assert client.get("/").headers["content-type"].startswith("text/html")
    assert client.get("/api/films").json() == {
        "error": "nobody knows you here",
        "hint": "open the link that was printed when it was started",
    }


def test_every_answer_says_what_pages_may_do(review, client):
    for path in ("/", "/static/review.css", "/nowhere"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/fonts/..%2f..%2fapp.py",
        "/api/films/..%2f..%2ffilm.yaml",
        "/api/films/for-review/live/..%2f..%2fstate.json",
        "/media/1/for-review/clips/..%2f..%2f..%2ffilm.yaml",
        "/media/1/for-review/clips/" + "0" * 64,
        "/media/1/for-review/sounds/" + "0" * 64 + "/0",
    ],
)
def test_no_path_leads_out_of_what_the_application_has(review, path):
    # httpx would tidy the path up before it sends it.
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", review.port, timeout=PATIENCE_S)
    connection.request("GET", path, headers={"Authorization": f"Bearer {review.token}"})
    answer = connection.getresponse()
    assert answer.status in {404, 422}
    assert b"Traceback" not in answer.read()
    connection.close()
