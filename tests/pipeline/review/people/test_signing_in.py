"""Signing in: passwords, cookies, sessions that end, and what other sites cannot do."""

from __future__ import annotations

import anyio
import pytest
from argon2 import PasswordHasher

from pipeline.review.people.database import PEOPLE
from pipeline.review.people.passwords import Passwords
from pipeline.review.people.sessions import IDLE, LONGEST
from pipeline.web.guard import Guard
from pipeline.web.roles import Role
from tests.support.pipeline.people import HERE, PASSWORD, PUBLIC

NEW = "another four words"


def sign_in(client, name="Ada", password=PASSWORD, **given):
    return client.post("/api/session", json={"name": name, "password": password}, **given)


@pytest.fixture
def ada(opened):
    opened.add("Ada", Role.PRODUCER)
    return opened.signed_in("Ada")


def test_somebody_signs_in_and_is_who_they_are(ada):
    assert ada.get("/api/me").json() == {
        "name": "Ada",
        "role": "producer",
        "rights": ["watch", "comment", "decide", "manage"],
        "signed_in": True,
        "has_account": True,
        "shares": True,
    }
    assert [film["id"] for film in ada.get("/api/films").json()["films"]] == ["for-review", "secret"]


def test_the_cookie_is_read_by_no_script_sent_over_https_alone_and_set_by_no_neighbour(opened):
    opened.add("Ada")
    cookie = sign_in(opened.client()).headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    flags = {part.strip().lower() for part in rest.split(";")[1:]}
    assert name == "__Host-shotfarm-review"
    assert {"secure", "httponly", "samesite=lax", "path=/", f"max-age={7 * 24 * 3600}"} == flags


def test_what_is_kept_opens_nothing(opened, ada):
    cookie = ada.cookies.get(opened.door.cookie)
    with opened.database.reading() as connection:
        raw = connection.connection.driver_connection
        kept = "\n".join(raw.iterdump())
    assert cookie not in kept
    assert PASSWORD not in kept
    assert "$argon2id$" in kept


@pytest.mark.parametrize(
    ("name", "password"),
    [("Ada", "wrong words here"), ("Nobody", PASSWORD), ("", ""), ("Ada", PASSWORD + " ")],
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(opened, name, password):
    opened.add("Ada")
    client = opened.client()
    answer = sign_in(client, name, password)
    assert answer.status_code == 401
    assert answer.json() == {
        "error": "the name or the password is wrong",
        "hint": "names are as the producer wrote them",
    }
    assert "set-cookie" not in answer.headers
    assert client.get("/api/films").status_code == 401


def test_names_are_found_however_they_are_written(opened):
    opened.add("Ada Lovelace")
    assert sign_in(opened.client(), " ada  LOVELACE").json()["name"] == "Ada Lovelace"


def test_after_five_wrong_passwords_the_right_one_waits_too_and_then_opens(opened):
    opened.add("Ada")
    client = opened.client()
    told = [sign_in(client, password="wrong words here") for _ in range(5)]  # noqa: S106
    assert [answer.json().get("wait_s") for answer in told] == [None] * 4 + [2]
    refused = sign_in(client)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    assert refused.json() == {"error": "too many tries", "hint": "wait 2 s", "wait_s": 2}
    assert sign_in(opened.client(address="198.51.100.1")).status_code == 200
    opened.clock.pass_(seconds=2)
    assert sign_in(client).status_code == 200


def test_a_server_that_is_started_anew_knows_who_must_wait(opened, ada):
    guessing = opened.client(address="203.0.113.5")
    for _ in range(5):
        sign_in(guessing, password="wrong words here")  # noqa: S106
    for guess in range(20):
        opened.client(address="203.0.113.9").post("/api/share", json={"link": f"forged {guess}"})
    opened.open()
    assert sign_in(opened.client(address="203.0.113.5")).json()["wait_s"] == 2
    assert sign_in(opened.client(address="203.0.113.9")).json()["wait_s"] == 5
    assert sign_in(opened.client()).status_code == 200
    opened.clock.pass_(seconds=2)
    assert sign_in(opened.client(address="203.0.113.5")).status_code == 200
    opened.open()
    one_more = sign_in(opened.client(address="203.0.113.5"), password="wrong words here")  # noqa: S106
    assert "wait_s" not in one_more.json(), "a right password frees its name there"


def test_a_session_outlives_the_server(opened, ada):
    cookie = ada.cookies.get(opened.door.cookie)
    opened.open()
    again = opened.client()
    again.cookies.set(opened.door.cookie, cookie)
    assert again.get("/api/me").json()["name"] == "Ada"


def test_a_session_that_nobody_uses_ends(opened, ada):
    opened.clock.pass_(seconds=IDLE.total_seconds() - 1)
    assert ada.get("/api/me").status_code == 200
    opened.clock.pass_(seconds=IDLE.total_seconds() - 1)
    assert ada.get("/api/me").status_code == 200
    opened.clock.pass_(seconds=IDLE.total_seconds())
    refused = ada.get("/api/me")
    assert (refused.status_code, refused.json()["error"]) == (401, "your session has ended")


def test_every_session_ends_in_the_end(opened, ada):
    for _ in range(int(LONGEST / IDLE * 2)):
        assert ada.get("/api/me").status_code == 200
        opened.clock.pass_(seconds=IDLE.total_seconds() / 2)
    assert ada.get("/api/me").status_code == 401


def test_signing_in_takes_no_session_that_somebody_put_there(opened):
    opened.add("Ada")
    client = opened.client()
    client.cookies.set(opened.door.cookie, "fixed by somebody else")
    sign_in(client)
    forged = opened.client()
    forged.cookies.set(opened.door.cookie, "fixed by somebody else")
    assert forged.get("/api/me").status_code == 401


def test_signing_in_again_ends_the_session_before(opened, ada):
    before = ada.cookies.get(opened.door.cookie)
    sign_in(ada)
    assert ada.cookies.get(opened.door.cookie) != before
    old = opened.client()
    old.cookies.set(opened.door.cookie, before)
    assert old.get("/api/me").status_code == 401


def test_signing_out_ends_the_session_and_takes_the_cookie(opened, ada):
    cookie = ada.cookies.get(opened.door.cookie)
    answer = ada.delete("/api/session")
    assert answer.headers["clear-site-data"] == '"cache"'
    assert 'shotfarm-review="";' in answer.headers["set-cookie"].replace("__Host-", "")
    old = opened.client()
    old.cookies.set(opened.door.cookie, cookie)
    assert old.get("/api/me").status_code == 401


def test_whoever_wants_a_page_is_sent_to_sign_in_and_comes_back(opened, ada):
    stranger = opened.client()
    answer = stranger.get("/", params={"shot": "2A", "film": "a b"})
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/login?to=%2F%3Fshot%3D2A%26film%3Da%2Bb",
    )
    assert stranger.get(f"{PUBLIC}//evil.example/").headers["location"] == "/login?to=%2Fevil.example%2F"
    assert stranger.get("/login").status_code == 200
    assert stranger.get("/api/films").status_code == 401
    assert stranger.get("/media/1/for-review/clips/" + "0" * 64).status_code == 401
    opened.clock.pass_(days=8)
    assert ada.get("/").headers["location"] == "/login?ended=1"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-shotfarm": None}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": PUBLIC}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1:8123"}, 421),
        ({}, 200),
    ],
)
def test_no_other_site_signs_somebody_in_or_out_or_changes_something(opened, headers, status):
    """Signing in is guarded too: nobody finds themselves in an account that another site chose."""
    opened.add("Ada", Role.PRODUCER)
    ada = opened.signed_in("Ada")

    def asked(client, method, path, body=None):
        request = client.build_request(method, path, json=body)
        for name, value in headers.items():
            request.headers.pop(name, None)
            if value is not None:
                request.headers[name] = value
        return client.send(request).status_code

    assert asked(opened.client(), "POST", "/api/session", {"name": "Ada", "password": PASSWORD}) == status
    assert asked(ada, "POST", "/api/me/password", {"old": PASSWORD, "new": NEW}) == status
    assert asked(ada, "DELETE", "/api/session") == status


def test_an_old_hash_is_made_anew_when_its_person_signs_in(opened):
    account = opened.add("Ada")
    old = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)).hash(PASSWORD)
    with opened.database.writing() as connection:
        connection.execute(PEOPLE.update().where(PEOPLE.c.id == account.id).values(password=old))
    opened.signed_in("Ada")
    with opened.database.reading() as connection:
        kept = connection.execute(PEOPLE.select()).mappings().one()["password"]
    assert "t=1" in kept
    opened.signed_in("Ada")


def test_another_password_signs_out_everywhere_else_and_revokes_tokens(opened, ada):
    other = opened.signed_in("Ada")
    token = ada.post("/api/me/tokens", json={"name": "nightly", "role": "viewer"}).json()["text"]
    wrong = ada.post("/api/me/password", json={"old": "wrong words here", "new": NEW})
    assert (wrong.status_code, wrong.json()["error"]) == (403, "the old password is wrong")
    assert ada.post("/api/me/password", json={"old": PASSWORD, "new": "short"}).status_code == 404
    assert other.get("/api/me").status_code == 200
    assert ada.post("/api/me/password", json={"old": PASSWORD, "new": NEW}).status_code == 200
    assert ada.get("/api/me").status_code == 200
    assert other.get("/api/me").status_code == 401
    assert opened.client(authorization=f"Bearer {token}").get("/api/me").status_code == 401
    assert sign_in(opened.client()).status_code == 401
    assert sign_in(opened.client(), password=NEW).status_code == 200


def test_the_old_password_is_not_guessed_in_an_open_browser(opened, ada):
    for _ in range(5):
        ada.post("/api/me/password", json={"old": "wrong words here", "new": NEW})
    assert ada.post("/api/me/password", json={"old": PASSWORD, "new": NEW}).status_code == 429


def test_people_see_and_end_their_own_sessions_and_no_others(opened, ada):
    opened.add("Bob")
    bob = opened.signed_in("Bob", **{"user-agent": "A Browser", "address": "198.51.100.1"})
    opened.clock.pass_(minutes=5)
    second = opened.signed_in("Bob")
    first, other = sorted(second.get("/api/me/sessions").json()["sessions"], key=lambda one: one["begun_at"])
    assert (first["agent"], first["address"], first["this"], other["this"]) == (
        "A Browser", "198.51.100.1", False, True,
    )  # fmt: skip
    assert ada.delete(f"/api/me/sessions/{first['id']}").status_code == 404
    assert bob.get("/api/me").status_code == 200
    assert second.delete(f"/api/me/sessions/{first['id']}").status_code == 200
    assert bob.get("/api/me").status_code == 401
    assert second.get("/api/me").status_code == 200


def test_a_token_may_as_much_as_its_role_at_most_and_never_more_than_its_person(opened):
    account = opened.add("Ada", Role.REVIEWER)
    opened.add("Boss", Role.PRODUCER)
    ada = opened.signed_in("Ada")
    refused = ada.post("/api/me/tokens", json={"name": "x", "role": "producer"})
    assert (refused.status_code, refused.json()["error"]) == (
        403,
        "Ada is a reviewer: a token cannot be a producer",
    )
    made = ada.post("/api/me/tokens", json={"name": "nightly", "role": "reviewer", "days": 30}).json()
    script = opened.client(authorization=f"Bearer {made['text']}")
    assert script.get("/api/me").json() == {
        "name": "Ada",
        "role": "reviewer",
        "rights": ["watch", "comment", "decide"],
        "signed_in": False,
        "has_account": True,
        "shares": True,
    }
    opened.desk.accounts.set_role(account.id, Role.VIEWER, HERE)
    assert script.get("/api/me").json()["role"] == "viewer"
    assert ada.get("/api/me/tokens").json()["tokens"][0]["used_at"] is not None
    assert script.post("/api/me/tokens", json={"name": "more", "role": "viewer"}).status_code == 403
    assert script.post("/api/me/password", json={"old": PASSWORD, "new": NEW}).status_code == 403
    assert ada.delete(f"/api/me/tokens/{made['id']}").status_code == 200
    refused = script.get("/api/me")
    assert (refused.status_code, refused.json()["error"]) == (401, "this token is not valid")


def test_a_token_ends_after_its_days(opened, ada):
    text = ada.post("/api/me/tokens", json={"name": "nightly", "role": "viewer", "days": 1}).json()["text"]
    script = opened.client(authorization=f"Bearer {text}")
    opened.clock.pass_(hours=23)
    assert script.get("/api/films").status_code == 200
    opened.clock.pass_(hours=1)
    assert script.get("/api/films").status_code == 401


@pytest.mark.parametrize("bearer", ["forged", "shotfarm-token-forged", "\u00e9"])
def test_a_forged_token_opens_nothing(opened, bearer):
    client = opened.client()
    request = client.build_request("GET", "/api/films")
    request.headers["authorization"] = f"Bearer {bearer}".encode().decode("latin-1")
    assert client.send(request).status_code == 401


def test_the_keepers_link_opens_nothing_where_people_sign_in(opened):
    assert "token" not in opened.door.url
    assert opened.client().get("/api/films", params={"token": opened.door.token}).status_code == 401
    bearer = opened.client(authorization=f"Bearer {opened.door.token}")
    assert bearer.get("/api/films").status_code == 401


def test_a_name_of_a_stranger_is_not_kept_as_it_may_be_a_password(opened):
    opened.add("Ada")
    client = opened.client()
    sign_in(client, "correct horse battery", "Ada")
    sign_in(client, "ADA", "wrong words here")
    assert opened.trail()[-2:] == [
        ("wrong password", "", "192.0.2.7", ""),
        ("wrong password", "Ada", "192.0.2.7", ""),
    ]


def test_whoever_listens_is_out_when_their_session_ends(opened, monkeypatch):
    """Also in the middle of an answer that goes on: live events, here."""
    monkeypatch.setattr("pipeline.review.live._BEAT_S", 0.1)
    account = opened.add("Ada")
    ada = opened.signed_in("Ada")
    cookie = f"{opened.door.cookie}={ada.cookies.get(opened.door.cookie)}"
    guard = Guard(opened.app.middleware_stack.app.app, opened.door, again_s=0)
    told = []

    async def receive():
        await anyio.sleep_forever()

    async def send(message):
        told.append(message)
        if len(told) == 3:
            await anyio.to_thread.run_sync(opened.desk.accounts.remove, account.id, HERE)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": "/api/films/for-review/events",
        "raw_path": b"/api/films/for-review/events",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"review.studio.example"), (b"cookie", cookie.encode())],
        "client": ("192.0.2.7", 4000),
        "server": ("127.0.0.1", 8123),
        "app": opened.app,
    }
    anyio.run(guard, scope, receive, send)
    assert told[0]["status"] == 200
    assert told[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
