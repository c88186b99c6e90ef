"""Who decides what of a film, and what the trail has of it."""

from __future__ import annotations

import pytest

from pipeline.review.films import reviewed
from pipeline.web.roles import Role
from tests.support.pipeline.people import studio
from tests.support.pipeline.review_films import FILM, film_with_takes, settings_for

SHOTS = "/api/films/small/shots"


@pytest.fixture
def small(tmp_path):
    """An application for a film of two shots, to decide about."""
    scene = {**FILM["scenes"][1], "shots": [{"id": "2A", "duration": 6}, {"id": "2B", "duration": 6}]}
    folder = film_with_takes(
        tmp_path / "film", {**FILM, "title": "Small", "scenes": [scene]}, assembled=False
    )
    films = reviewed([folder], settings_for(folder))
    with studio(tmp_path / "home", films) as made:
        yield made
    for film in films.values():
        film.close()


def decide(client, what, shot="2A", seen=0):
    return client.post(f"{SHOTS}/{shot}/decisions", json={"what": what, "seen": seen})


def test_each_role_decides_what_it_may_and_the_trail_says_from_where(small):
    for name, role in (("Vera", Role.VIEWER), ("Rita", Role.REVIEWER), ("Ada", Role.PRODUCER)):
        small.add(name, role)
    share = small.signed_in("Ada").post("/api/films/small/links", json={"name": "The client"}).json()
    guest, vera = small.guest(share["url"], "Bob"), small.signed_in("Vera")
    rita = small.signed_in("Rita", address="198.51.100.4")
    note = {"kind": "note", "text": "too dark"}
    for client, what in ((vera, note), (vera, {"kind": "omit"}), (guest, {"kind": "approve", "take": 1})):
        assert decide(client, what).status_code == 403
    noted = decide(guest, note)
    assert (noted.status_code, noted.json()["decision"]["by"]) == (201, "Bob (The client)")
    approved = decide(rita, {"kind": "approve", "take": 1}, seen=noted.json()["decision"]["number"])
    assert (approved.status_code, approved.json()["decision"]["by"]) == (201, "Rita")
    told = small.signed_in("Ada").get("/api/audit").json()["entries"]
    assert [(one["who"], one["about"]) for one in told if one["kind"] == "decided"] == [
        ("Bob (The client)", "note 2A"),
        ("Rita", "approve 2A"),
    ]
    asked = f"POST {SHOTS}/2A/decisions"
    assert [one[:3] for one in small.trail() if one[3] == asked] == [
        ("refused", "Vera", "192.0.2.7"),
        ("refused", "Vera", "192.0.2.7"),
        ("refused", "Bob (The client)", "192.0.2.7"),
        ("changed", "Bob (The client)", "192.0.2.7"),
        ("changed", "Rita", "198.51.100.4"),
    ]


def test_a_client_of_one_shot_speaks_of_it_and_hears_of_no_other(small):
    small.add("Ada", Role.PRODUCER)
    ada = small.signed_in("Ada")
    share = ada.post("/api/films/small/links", json={"name": "The client", "shots": ["2B"]}).json()
    guest = small.guest(share["url"])
    note = {"kind": "note", "text": "too dark"}
    assert decide(guest, note, "2B").status_code == 201
    assert decide(guest, note, "2A").status_code == 403
    assert guest.get(f"{SHOTS}/2B").json()["shot"] == "2B"
    for path in (f"{SHOTS}/2A", f"{SHOTS}/2A/form", "/api/films/small/runs"):
        assert guest.get(path).status_code == 403
