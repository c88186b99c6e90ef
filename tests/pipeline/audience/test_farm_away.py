"""Sessions go on when the farm was away: nobody has to press anything, and they are at their frame."""

from __future__ import annotations

import time

from pipeline.audience import making
from pipeline.audience.deciding.admission import Limits
from tests.support.pipeline.audience_films import ASKING, shown
from tests.support.waiting import until


def test_a_session_goes_on_at_its_frame_when_the_farm_is_back(tmp_path, monkeypatch):
    monkeypatch.setattr(making, "AGAIN_S", 0.1)
    with shown(tmp_path / "film", ASKING, limits=Limits(5)) as found, found.client as client:
        found.publish("1A")
        found.mix()
        hand = until(lambda: found.hands and found.hands[0].orders and found.hands[0], "it is made")
        token = client.post("/api/sessions").json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        key = client.post("/api/screenings", json={}).json()["key"]
        state = lambda: client.get(f"/api/screenings/{key}").json()  # noqa: E731
        said = {"number": 0, "answer": "Ana"}
        assert client.post(f"/api/screenings/{key}/answers", json=said).status_code == 200
        there = {"frame": 90, "moves": True}
        assert client.post(f"/api/screenings/{key}/position", json=there).status_code == 200
        until(lambda: state()["until"] == 96, "as far as it is there")
        own = until(lambda: [one for one in found.hands if one.told.session and one.orders], "hers is made")[
            0
        ]
        names = client.get(f"/hls/{key}/picture.m3u8").text
        for one in (hand, own):
            one.say("failed", "the farm has gone away", farm_lost=True)
        until(
            lambda: len(found.hands) == 4 and all(one.orders for one in found.hands), "both are begun again"
        )
        again = {one.told.session: one for one in found.hands[2:]}
        assert {session: one.orders for session, one in again.items()} == {
            one.told.session: one.orders for one in (hand, own)
        }
        wait = state()["wait"]
        assert not wait["failed"], "nobody has to press anything"
        found.publish(who="Ana")
        until(lambda: state()["until"] == 192, "it goes on")
        assert client.get(f"/hls/{key}/picture.m3u8").text.startswith(names)
        session = client.get("/api/session").json()
        assert (session["frame"], session["answers"]) == (90, ["Ana"])
        again[hand.told.session].say("failed", "shot 4A could not be rendered")
        until(lambda: found.house.maker.now.error, "a shot fails")
        found.house.maker.look(time.monotonic() + 1000)
        assert not found.house.maker.is_at_it, "that is not tried again by itself"
