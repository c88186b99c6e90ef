"""Whatever is sent to the routes of people: an answer in words, and never a fault of the server."""

from __future__ import annotations

import json

import pytest

from pipeline.web.roles import Role

FIELDS = ("name", "password", "link", "old", "new", "role")
TEXTS = ("\x00", "\ud800", "\u202e", "'; DROP TABLE person; --", "<script>alert(1)</script>", "x" * 10**6)
BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"\xff\xfe",
    b"[" * 5000,
    json.dumps({"name": None, "password": 7, "role": [], "link": {}, "old": True, "new": 1.5}).encode(),
    *(json.dumps(dict.fromkeys(FIELDS, text)).encode() for text in TEXTS),
    b'{"name": "a", "days": 1e400, "role": "viewer"}',
    b'{"name": "a", "days": 99999999999999999999, "shots": ["\\u0000"]}',
]


@pytest.fixture
def ada(opened):
    opened.add("Ada", Role.PRODUCER)
    return opened.signed_in("Ada")


def test_nothing_that_is_sent_is_a_fault_of_the_server(opened, ada):
    told = ada.get("/api/openapi.json").json()["paths"]
    asked = 0
    for path, methods in told.items():
        for method, what in methods.items():
            if "people" not in what["tags"] or method == "get" or path == "/api/session":
                continue
            place = path.replace("{film}", "for-review").replace("{person}", "%00").replace("{link}", "a b")
            for body in BODIES:
                sent = {"content": body, "headers": {"content-type": "application/json"}}
                answer = ada.request(method, place.replace("{", "").replace("}", "'"), **sent)
                assert 400 <= answer.status_code < 500, (method, path, body[:40], answer.text)
                assert set(answer.json()) >= {"error", "hint"}
                asked += 1
    assert asked > 100
    assert [one["name"] for one in ada.get("/api/people").json()["people"]] == ["Ada"]


@pytest.mark.parametrize("body", BODIES)
def test_nobody_signs_in_with_nonsense(opened, body):
    for path in ("/api/session", "/api/share", "/api/share/look"):
        answer = opened.client().post(path, content=body, headers={"content-type": "application/json"})
        assert 400 <= answer.status_code < 500, answer.text
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("cookie", ["", "x" * 4000, "%00", "a=b; c", "../../etc/passwd"])
def test_a_cookie_that_is_none_is_no_session(opened, cookie):
    client = opened.client(cookie=f"{opened.door.cookie}={cookie}")
    assert client.get("/api/me").status_code == 401
