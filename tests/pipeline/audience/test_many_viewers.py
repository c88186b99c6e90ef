"""Fifty viewers with words and ways of their own, over HTTP, of a film of 80 shots that is made meanwhile."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import reduce

import httpx
import pytest

from pipeline.audience.deciding.admission import Limits
from pipeline.orchestration.standby import Order, Show
from pipeline.production.open import open_production
from tests.support.files import files_below
from tests.support.pipeline.audience_films import Quiet, publish, shown
from tests.support.pipeline.slate_films import attempts_left_in, bytes_of, takes_in
from tests.support.waiting import PATIENCE_S, until

PEOPLE, PLACES, SHOTS = 50, 20, 80
WAYS = ("sea", "hill", "town")


def shots(letter, number):
    """Shots of two frames after one that is long enough to be asked in."""
    return [{"id": f"{letter}{one}", "duration": 2 if one else 30} for one in range(number)]


MANY = {
    "schema": 1,
    "title": "For {{ who }}",
    "format": {"width": 160, "height": 90, "rate": 24},
    "parameters": {"who": {"type": "text", "form": "name", "default": "nobody", "max_length": 20}},
    "locations": {"here": {"name": "Here"}},
    "scenes": [
        {
            "id": "hall",
            "slug": "INT. HALL - DAY",
            "location": "here",
            "shots": shots("H", 9),
            "choices": {
                "question": "Where to?",
                "within": "1s",
                "default": "sea",
                "answers": [{"id": way, "text": way, "goes_to": way} for way in WAYS],
            },
        },
        *(
            {
                "id": way,
                "slug": f"EXT. {way.upper()} - DAY",
                "location": "here",
                "shots": shots(way[0], 20),
                "goes_to": "gate",
            }
            for way in WAYS
        ),
        {
            "id": "gate",
            "slug": "EXT. GATE - DAY",
            "location": "here",
            "shots": shots("G", 10),
            "ask": {"parameter": "who", "question": "Who is it?", "within": "1s"},
        },
        {
            "id": "end",
            "slug": "EXT. END - DAY",
            "location": "here",
            "shots": [{"id": "E0", "duration": 6, "action": "{{ who }} waits."}],
            "ending": "The end",
        },
    ],
}


class Making(Quiet):
    """Makes at once what it is told to, and notes what it has made."""

    def __init__(self, told, log):
        super().__init__(told, log)
        self.made: list[str] = []

    def render(self, order: Order) -> None:
        """Make it."""
        super().render(order)
        threading.Thread(target=self._make, args=(order,), daemon=True).start()

    def _make(self, order: Order) -> None:
        production = open_production(self.told.film, self.told.settings, self.told.given)
        plan = production.plan(order.shots if isinstance(order, Show) else ())
        missing = {shot.digest: shot.shot for shot in plan.missing}
        self.made += missing  # before: who is given the last of it may be through at once
        publish(production, *missing.values())
        self.say("done")


def word(number):
    """A name that no other has in it."""
    return f"Qu{chr(97 + number // 26)}{chr(97 + number % 26)}x"


class Viewer:
    """Somebody who watches to the end."""

    def __init__(self, found, number):
        with found.client as keeper:
            token = keeper.post("/api/sessions").json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        self.client = httpx.Client(base_url=found.base, headers=headers, timeout=PATIENCE_S)
        self.sessions = found.house.sessions
        self.way, self.word = WAYS[number % 3], word(number)
        self.heard: list[str] = []

    def place(self):
        """In the queue."""
        return self.read("/api/session")["place"]

    def read(self, path):
        """What the server says, which is noted."""
        answer = self.client.get(path)
        self.heard.append(answer.text)
        return answer.json()

    def watches(self):
        """The fragments of their film, by their names."""
        until(lambda: self.place() == 0, "it is their turn")
        made = self.client.post("/api/screenings", json={}).json()
        base = f"/api/screenings/{made['key']}"
        for number, answer in enumerate((self.way, self.word)):
            until(lambda: (self.read(base)["question"] or {}).get("number") == number, "it asks")  # noqa: B023
            said = {"number": number, "answer": answer}
            assert self.client.post(f"{base}/answers", json=said).status_code == 200
        until(lambda: self.read(base)["whole"], "all of it is given")
        film = self.read(f"{base}/film")
        assert film["title"] == f"For {self.word}"
        text = self.client.get(made["picture"]).text
        names = [line for line in text.splitlines() if line.endswith(".m4s")]
        hls = made["picture"].rpartition("/")[0]
        content = {name: self.client.get(f"{hls}/{name}").content for name in names}
        inside = len(self.sessions.inside)
        self.client.post(f"{base}/position", json={"frame": film["frames"] - 1, "moves": False})
        self.client.close()
        return content, inside


@pytest.mark.slow
def test_fifty_viewers_see_films_of_their_own_and_what_they_share_is_made_once(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.audience.open_sessions.AWAY_S", PATIENCE_S)  # nobody is away, however late
    with shown(tmp_path / "film", MANY, limits=Limits(PLACES), hands=Making) as found:
        people = [Viewer(found, number) for number in range(PEOPLE)]
        places = [one.place() for one in people]
        assert places == [0] * PLACES + [*range(1, PEOPLE - PLACES + 1)], "who is over the limit waits"
        with ThreadPoolExecutor(PEOPLE) as pool:
            seen = [*pool.map(Viewer.watches, people)]
        assert max(inside for _, inside in seen) <= PLACES
        sessions = found.sessions.every()
        assert sorted(one.answers for one in sessions) == sorted((one.way, one.word) for one in people)
        assert all(one.is_finished for one in sessions)
        made = Counter(digest for hand in found.hands for digest in hand.made)
        assert set(made.values()) == {1}, "nothing is made twice"
        assert made.keys() == takes_in(found.folder).keys()
        assert len(made) == SHOTS + PEOPLE, "one shot is each viewer's own"
        assert attempts_left_in(tmp_path / "film" / ".shotfarm" / "store") == []
        assert b"Qu" not in b"".join(
            bytes_of(path)
            for path in files_below(found.folder / ".shotfarm")
            if ".json" in path.name and "sessions" not in path.parts and "takes" not in path.parts
        ), "words stand under their sessions' names, and in what is made of them alone"
    films = [content for content, _ in seen]
    for who, mine in zip(people, films, strict=True):
        others = [one for one in people if one is not who]
        assert not any(one.word in text for one in others for text in who.heard)
        of_others = reduce(
            set.union, (set(film) for film, one in zip(films, people, strict=True) if one is not who)
        )
        assert len(set(mine) - of_others) == 1, "their own shot is in nobody else's film"
        same_way = [film for film, one in zip(films, people, strict=True) if one.way == who.way]
        shared = reduce(set.intersection, map(set, same_way))
        assert len(shared) == len(mine) - 1
        assert all(mine[name] == film[name] for film in same_way for name in shared)
