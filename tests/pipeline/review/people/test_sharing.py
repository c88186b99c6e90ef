"""Links that are shared: one film, to be watched and spoken of, until they end."""

from __future__ import annotations

import pytest

from pipeline.review.answers import ShownFilm
from pipeline.review.in_part import clips_of, in_part
from pipeline.review.routes.found import FilmFound
from pipeline.web.roles import Role
from tests.support.pipeline.people import HERE
from tests.support.pipeline.review_films import STARTS

ONE = "/api/films/for-review"
OTHER = "/api/films/secret"


@pytest.fixture
def ada(opened):
    opened.add("Ada", Role.PRODUCER)
    return opened.signed_in("Ada")


@pytest.fixture
def share(ada):
    def made(**given):
        answer = ada.post(f"{ONE}/links", json={"name": "The client", **given})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return made


def test_what_a_link_is_made_of_stands_after_the_hash_and_is_told_once(opened, ada, share):
    made = share(days=3)
    address, _, text = made["url"].partition("#")
    assert address == "https://review.studio.example/share"
    assert made["ends_at"].startswith("2026-11-05T12:00:00")
    (listed,) = ada.get(f"{ONE}/links").json()["links"]
    assert text not in str(listed)
    assert (listed["name"], listed["by"], listed["holds"]) == ("The client", "Ada", True)
    assert ada.get(f"{OTHER}/links").json()["links"] == []
    with opened.database.reading() as connection:
        assert text not in "\n".join(connection.connection.driver_connection.iterdump())


def test_somebody_with_a_link_is_a_client_of_one_film(opened, share):
    url = share()["url"]
    look = opened.client().post("/api/share/look", json={"link": url.partition("#")[2]}).json()
    assert (look["title"], look["name"], look["shots"]) == ("For Review", "The client", None)
    bob = opened.guest(url, "Bob")
    assert bob.get("/api/me").json() == {
        "name": "Bob (The client)",
        "role": "client",
        "rights": ["watch", "comment"],
        "signed_in": True,
        "has_account": False,
        "shares": True,
    }
    assert opened.guest(url).get("/api/me").json()["name"] == "guest (The client)"
    assert bob.get(ONE).json()["frames"] == 131
    assert bob.get("/api/films").json()["films"] == [{"id": "for-review", "title": "For Review"}]


def test_a_client_sees_no_other_film_and_nothing_of_people(opened, ada, share, two_films):
    bob = opened.guest(share()["url"], "Bob")
    digest = ada.get(OTHER).json()["shots"][0]["takes"][0]["digest"]
    media = "/media/1/secret/clips/" + digest
    assert ada.get(media).status_code == 200
    for path in (OTHER, f"{OTHER}/sound", f"{OTHER}/events", media, f"{media}/file", f"{media}/still"):
        answer = bob.get(path)
        assert (answer.status_code, answer.json()["error"]) == (404, "there is no film of that name")
        assert "secret" not in answer.text.lower()
    for method, path in (
        ("GET", "/api/people"),
        ("POST", "/api/people"),
        ("PATCH", "/api/people/x"),
        ("DELETE", "/api/people/x"),
        ("GET", "/api/audit"),
        ("GET", f"{ONE}/links"),
        ("POST", f"{ONE}/links"),
        ("GET", "/api/me/sessions"),
        ("GET", "/api/me/tokens"),
        ("POST", "/api/me/tokens"),
        ("POST", "/api/me/password"),
    ):
        given = {"old": "x", "new": "x"} if path.endswith("password") else {"name": "x", "role": "viewer"}
        answer = bob.request(method, path, json=given)
        assert answer.status_code == 403, (method, path, answer.text)
    assert ("refused", "Bob (The client)", "192.0.2.7", "GET /api/people") in opened.trail()


@pytest.mark.parametrize("text", ["", "forged", "shotfarm-link-forged", "\ud83d", "x" * 200])
def test_a_forged_link_is_refused_in_words(opened, text):
    client = opened.client()
    for path in ("/api/share/look", "/api/share"):
        answer = client.post(
            path, content=f'{{"link": {ascii_json(text)}}}', headers={"content-type": "application/json"}
        )
        assert (answer.status_code, answer.json()["error"]) in {
            (401, "this link is not valid"),
            (422, answer.json()["error"]),
        }
        assert "set-cookie" not in answer.headers


def ascii_json(text):
    import json

    return json.dumps(text)


def test_links_are_not_guessed(opened):
    client = opened.client()
    for _ in range(20):
        client.post("/api/share/look", json={"link": "forged"})
    assert client.post("/api/share/look", json={"link": "forged"}).status_code == 429


def test_a_link_ends_and_says_so_and_whoever_came_by_it_is_out(opened, share):
    made = share(days=1)
    bob = opened.guest(made["url"], "Bob")
    opened.clock.pass_(hours=11)
    assert bob.get(ONE).status_code == 200
    opened.clock.pass_(hours=11)
    assert bob.get(ONE).status_code == 200
    opened.clock.pass_(hours=2)
    late = opened.client().post("/api/share", json={"link": made["url"].partition("#")[2]})
    for answer in (bob.get(ONE), late):
        assert (answer.status_code, answer.json()["error"]) == (401, "this link has ended")
        assert answer.json()["hint"] == "ask whoever sent it for another one"
    page = bob.get("/")
    assert (page.status_code, "This link has ended" in page.text) == (401, True)


def test_a_link_that_is_revoked_opens_no_more(opened, ada, share):
    made = share()
    bob = opened.guest(made["url"], "Bob")
    assert ada.delete(f"{OTHER}/links/{made['id']}").status_code == 404
    assert bob.get(ONE).status_code == 200
    assert ada.delete(f"{ONE}/links/{made['id']}").json()["holds"] is False
    assert bob.get(ONE).json()["error"] == "this link has ended"
    again = opened.client().post("/api/share/look", json={"link": made["url"].partition("#")[2]})
    assert again.json()["error"] == "this link has ended"


def test_a_link_works_after_the_server_was_started_again_and_only_where_its_film_is(opened, share, two_films):
    url = share()["url"]
    bob = opened.guest(url)
    cookie = bob.cookies.get(opened.door.cookie)
    opened.open({"renamed": two_films["for-review"]})
    assert opened.guest(url).get("/api/films/renamed").status_code == 200
    opened.open({"secret": two_films["secret"]})
    refused = opened.client().post("/api/share", json={"link": url.partition("#")[2]})
    assert (refused.status_code, refused.json()["error"]) == (
        404,
        "the film of this link is not shown here now",
    )
    bob = opened.client()
    bob.cookies.set(opened.door.cookie, cookie)
    assert bob.get("/api/films").json()["error"] == "the film of this link is not shown here now"


def test_a_film_that_cannot_be_told_from_another_is_not_shared(opened, share, two_films):
    url = share()["url"]
    opened.open({"one": two_films["for-review"], "two": two_films["for-review"]})
    assert opened.client().post("/api/share", json={"link": url.partition("#")[2]}).status_code == 404
    answer = opened.signed_in("Ada").post("/api/films/one/links", json={"name": "x"})
    assert (answer.status_code, "told from others" in answer.json()["error"]) == (404, True)


def test_a_visit_ends_and_the_link_begins_another(opened, share):
    url = share()["url"]
    bob = opened.guest(url)
    opened.clock.pass_(hours=12)
    assert bob.get(ONE).json() == {
        "error": "your visit has ended",
        "hint": "open the link that was sent to you again",
    }
    assert opened.guest(url).get(ONE).status_code == 200


@pytest.mark.parametrize(
    "given", [{"days": 0}, {"days": 367}, {"name": ""}, {"name": "a\u202eb"}, {"shots": ["9Z"]}]
)
def test_a_link_that_makes_no_sense_is_refused(ada, given):
    answer = ada.post(f"{ONE}/links", json={"name": "The client", **given})
    assert answer.status_code in {404, 422}


def test_a_guests_name_is_one(opened, share):
    link = share()["url"].partition("#")[2]
    answer = opened.client().post("/api/share", json={"link": link, "name": "Ada\u202e(producer)"})
    assert (answer.status_code, "name" in answer.json()["error"]) == (404, True)


def test_some_shots_are_shared_as_if_there_were_no_others(opened, ada, share):
    whole = ada.get(ONE).json()
    bob = opened.guest(share(shots=["2A", "1B"])["url"])
    seen = bob.get(ONE).json()
    assert [shot["id"] for shot in seen["shots"]] == ["1B", "2A"]
    assert [shot["start"] for shot in seen["shots"]] == [0, 30]
    assert [(span["at"], span["frames"]) for span in seen["spans"]] == [(0, 30), (30, 36)]
    assert (seen["frames"], [scene["id"] for scene in seen["scenes"]]) == (66, ["1", "2"])
    assert bob.get(f"{ONE}/sound").json() == {"sound": None}
    mine = {take["clip"] for shot in seen["shots"] for take in shot["takes"]}
    for clip in {span["clip"] for span in whole["spans"]} | mine:
        status = 200 if clip in mine else 404
        for what in ("", "/groups/0", "/still", "/file"):
            assert bob.get(f"/media/1/for-review/clips/{clip}{what}").status_code == status
    sound = ada.get(f"{ONE}/sound").json()["sound"]["digest"]
    refused = bob.get(f"/media/1/for-review/sounds/{sound}/0")
    assert (refused.status_code, refused.json()["error"]) == (403, "this link shows some shots alone")


def test_what_is_asked_of_a_shot_is_answered_for_shots_that_are_shared(opened, share):
    """Whatever the route is: it needs no more than to name film and shot in its path."""

    @opened.app.get("/api/films/{film}/shots/{shot}")
    def story(film: str, shot: str, found: FilmFound) -> str:
        return shot

    @opened.app.get("/api/films/{film}/everything")
    def everything(found: FilmFound) -> str:
        return found.title

    part, whole = opened.guest(share(shots=["2A"])["url"]), opened.guest(share()["url"])
    for path, status in (("shots/2A", 200), ("shots/1A", 403), ("everything", 403)):
        assert part.get(f"{ONE}/{path}").status_code == status
        assert whole.get(f"{ONE}/{path}").status_code == 200


def test_a_part_shows_no_frame_of_another_shot(ada):
    whole = ShownFilm.model_validate(ada.get(ONE).json())
    part = in_part(whole, {"1B"})
    joint = {span.clip for span in whole.spans} - {take.clip for shot in whole.shots for take in shot.takes}
    assert joint
    assert not joint & clips_of(part)
    assert in_part(whole, set(STARTS)).frames == whole.frames
    assert in_part(whole, set()).frames == 0


def test_live_events_of_some_shots_tell_of_no_others(opened, monkeypatch, two_films):
    from types import SimpleNamespace

    from pipeline.review import live

    state = SimpleNamespace(value="rendering")
    shot = {"state": state, "progress": 0.5, "picture": 1, "error": ""}
    shots = {name * 64: SimpleNamespace(shot=number, **shot) for name, number in (("a", "1A"), ("b", "2A"))}
    run = SimpleNamespace(shots=shots, stage="", done=0, total=0)
    monkeypatch.setattr(live, "live_runs", lambda _: {"run": run})
    film = two_films["for-review"]
    assert set(live.state_of(film)["shots"]) == {"1A", "2A"}
    assert set(live.state_of(film, {"2A"})["shots"]) == {"2A"}
    assert live.rendering(film, {"2A"}) == {"b" * 64}


def test_the_trail_tells_of_links(opened, ada, share):
    made = share()
    opened.guest(made["url"], "Bob")
    ada.delete(f"{ONE}/links/{made['id']}")
    assert opened.trail()[-3:] == [
        ("shared", "Ada", "192.0.2.7", "For Review with The client"),
        ("opened link", "Bob (The client)", "192.0.2.7", "For Review"),
        ("unshared", "Ada", "192.0.2.7", "For Review with The client"),
    ]
    assert HERE.address == "command line"
