"""What producers look after: people, roles, and the audit trail; and that nobody else does."""

from __future__ import annotations

import pytest

from pipeline.web.roles import Role
from storyboard.errors import CatalogError
from tests.support.pipeline.people import HERE, PASSWORD


@pytest.fixture
def ada(opened):
    opened.add("Ada", Role.PRODUCER)
    return opened.signed_in("Ada")


def id_of(client, name):
    return next(one["id"] for one in client.get("/api/people").json()["people"] if one["name"] == name)


def test_a_producer_adds_people_changes_and_removes_them(opened, ada):
    added = ada.post("/api/people", json={"name": "Bob", "role": "viewer", "password": PASSWORD})
    assert (added.status_code, added.json()["role"]) == (200, "viewer")
    bob = opened.signed_in("Bob")
    assert [(one["name"], one["sessions"]) for one in ada.get("/api/people").json()["people"]] == [
        ("Ada", 1),
        ("Bob", 1),
    ]
    assert bob.get("/api/me").json()["rights"] == ["watch"]
    ada.patch(f"/api/people/{id_of(ada, 'Bob')}", json={"role": "reviewer"})
    assert bob.get("/api/me").json()["rights"] == ["watch", "comment", "decide"]
    ada.patch(f"/api/people/{id_of(ada, 'Bob')}", json={"password": "another four words"})
    assert bob.get("/api/me").status_code == 401
    assert opened.signed_in("Bob", "another four words").get("/api/me").status_code == 200
    assert ada.delete(f"/api/people/{id_of(ada, 'Bob')}").status_code == 200
    assert opened.client().post("/api/session", json={"name": "Bob", "password": PASSWORD}).status_code == 401
    assert [entry[:2] + entry[3:] for entry in opened.trail() if entry[0] != "signed in"] == [
        ("added person", "keeper", "Ada"),
        ("added person", "Ada", "Bob"),
        ("changed role", "Ada", "Bob"),
        ("changed password", "Ada", "Bob"),
        ("removed person", "Ada", "Bob"),
        ("wrong password", "", ""),
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "ADA"}, "there is somebody called ADA already"),
        ({"name": ""}, "a name has 1 to 60 letters"),
        ({"name": "Ada (The client)"}, "a name cannot have this letter: left parenthesis"),
        ({"name": "a\u202eb"}, "a name cannot have this letter: right-to-left override"),
        ({"password": "short"}, "the password is too short: it needs 10 letters at least"),
        ({"role": "client"}, "there is no role 'client' for a person"),
        ({"role": "king"}, None),
        ({"name": "x" * 10_000}, None),
        ({"password": "x" * 1_000_000}, None),
    ],
)
def test_somebody_who_cannot_be_is_refused_in_words(ada, given, words):
    answer = ada.post("/api/people", json={"name": "Bob", "role": "viewer", "password": PASSWORD, **given})
    assert answer.status_code in ({404} if words else {413, 422})
    assert words is None or answer.json()["error"] == words
    assert len(ada.get("/api/people").json()["people"]) == 1


def test_the_last_producer_stays_one(ada, opened):
    mine = id_of(ada, "Ada")
    for refused in (
        ada.delete(f"/api/people/{mine}"),
        ada.patch(f"/api/people/{mine}", json={"role": "viewer"}),
    ):
        assert refused.json()["error"] == "Ada is the only producer"
    opened.add("Boss", Role.PRODUCER)
    assert ada.delete(f"/api/people/{mine}").status_code == 200
    assert ada.get("/api/me").status_code == 401


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_nobody_else_manages(opened, ada, role):
    opened.add("Bob", role)
    bob = opened.signed_in("Bob")
    for method, path in (
        ("GET", "/api/people"),
        ("POST", "/api/people"),
        ("PATCH", f"/api/people/{id_of(ada, 'Ada')}"),
        ("DELETE", f"/api/people/{id_of(ada, 'Ada')}"),
        ("GET", "/api/films/for-review/links"),
        ("POST", "/api/films/for-review/links"),
        ("DELETE", "/api/films/for-review/links/x"),
        ("GET", "/api/audit"),
    ):
        body = (
            {"name": "x", "role": "producer", "password": PASSWORD}
            if path == "/api/people"
            else {"name": "x"}
        )
        answer = bob.request(method, path, json=None if method == "GET" else body)
        assert answer.status_code == 403, (method, path, answer.text)
        assert answer.json()["error"] == f"a {role} cannot do this: it needs the right to manage"
    assert ("refused", "Bob", "192.0.2.7", "GET /api/audit") in opened.trail()


def test_the_trail_says_from_where_behind_a_proxy(opened):
    """The proxy stands on this machine; what the stranger before it writes is not believed."""
    opened.add("Ada", Role.PRODUCER)
    ada = opened.signed_in("Ada", address="127.0.0.1", **{"x-forwarded-for": "10.9.9.9, 203.0.113.5"})
    (entry,) = [one for one in ada.get("/api/audit").json()["entries"] if one["kind"] == "signed in"]
    assert (entry["who"], entry["role"], entry["address"]) == ("Ada", "producer", "203.0.113.5")


def test_what_is_changed_of_films_is_told_with_who_and_from_where(opened):
    """Whatever the route is: decisions too."""
    opened.app.post("/api/films/for-review/anything/{shot}")(lambda shot: {"shot": shot})
    opened.add("Ada")
    opened.signed_in("Ada", address="198.51.100.4").post("/api/films/for-review/anything/2A")
    assert opened.trail()[-1] == (
        "changed",
        "Ada",
        "198.51.100.4",
        "POST /api/films/for-review/anything/2A",
    )


def test_a_database_that_is_away_lets_nobody_in_and_tells_nothing_of_itself(opened, ada, monkeypatch):
    def away(*_):
        raise CatalogError("the catalog postgresql://shotfarm:***@db/films: the server does not answer")

    monkeypatch.setattr(opened.desk.sessions, "found", away)
    answer = ada.get("/api/films")
    assert answer.status_code == 503
    assert answer.json() == {"error": "who you are cannot be looked up now", "hint": "try again"}
    monkeypatch.setattr(opened.desk.accounts, "check", away)
    answer = opened.client().post("/api/session", json={"name": "Ada", "password": PASSWORD})
    assert (answer.status_code, answer.json()["error"]) == (503, "nobody can be let in now")


def test_the_description_of_the_api_names_what_people_send_and_no_model_twice(opened, ada):
    told = ada.get("/api/openapi.json").json()
    assert {"/api/me", "/api/session", "/api/share", "/api/people", "/api/audit"} <= set(told["paths"])
    for path, methods in told["paths"].items():
        for method, what in methods.items():
            assert what["description"], (method, path)
    page = ada.get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "http" not in page.text.replace("https://", "http://").replace("http-equiv", "")
    assert opened.client().get("/api/docs").headers["location"] == "/login?to=%2Fapi%2Fdocs"


def test_a_server_of_one_person_has_no_people(opened, two_films):
    from starlette.testclient import TestClient

    from pipeline.review.app import review_app
    from pipeline.web.access import Door

    door = Door("127.0.0.1", 8123)
    keeper = TestClient(
        review_app(two_films, door),
        "http://127.0.0.1:8123",
        headers={"authorization": f"Bearer {door.token}"},
    )
    me = keeper.get("/api/me").json()
    assert (me["role"], me["signed_in"], me["has_account"], me["shares"]) == ("producer", False, False, False)
    answer = keeper.post("/api/films/for-review/links", json={"name": "x"})
    assert "--public-url" in answer.json()["hint"]


def test_removing_somebody_takes_their_sessions_and_tokens_along(opened, ada):
    account = opened.add("Bob")
    opened.signed_in("Bob")
    opened.desk.tokens.make(account, "nightly", Role.VIEWER, None, HERE)
    opened.desk.accounts.remove(account.id, HERE)
    assert opened.desk.sessions.listed(account.id) == []
    assert opened.desk.tokens.listed() == []
