"""With `stand_ins`, whoever comes to what is not there sees its card; who comes later sees the take."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest

from assembly.programs import ffmpeg
from pipeline.audience.positions import Position
from pipeline.orchestration.standby import Show
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.errors import DocumentError
from tests.support.assembly import hls_rules
from tests.support.pipeline.audience_films import FILM, FRAMES, publish, shown
from tests.support.pipeline.review_films import settings_for
from tests.support.pipeline.slate_films import write_film
from tests.support.storyboard.small_films import small
from tests.support.waiting import until

DRAFT = {
    "draft": {"backend": "slate", "options": {"delay_s": 0.00002}},
    "sketch": {"backend": "slate", "options": {"delay_s": 0.00001}},
}
WITH_CARDS = {**FILM, "stand_ins": ["card"]}


class Here(Position):
    """Somebody who plays, and is at one frame for as long as a test wants."""

    def now(self, now: float, rate: Fraction, end: int) -> float:
        """That frame."""
        del now, rate, end
        return float(self.frame)


def plays_at(found, key, frame):
    found.house.screening(key).position = Here(frame, math.inf, moves=True)  # and watches, however long


def given_until(found, key, frame):
    until(lambda: found.house.screening(key).until == frame, f"all before {frame} is given")


def begins(client):
    return client.post("/api/screenings", json={}).json()["key"]


def picture_of(client, key):
    return client.get(f"/hls/{key}/picture.m3u8").text


def stand_ins_of(client, key):
    return client.get(f"/api/screenings/{key}").json()["stand_ins"]


@pytest.fixture
def film(tmp_path):
    """A film with cards of which the first shot is there, and the sound."""
    with shown(tmp_path / "film", WITH_CARDS) as found:
        found.mix()
        found.publish("1A")
        yield found


def test_a_card_stays_for_who_was_told_of_it_and_who_comes_later_sees_the_take(film):
    with film.client as client:
        stopped, playing = begins(client), begins(client)
        given_until(film, playing, 48)
        plays_at(film, playing, 0)
        given_until(film, playing, 110)  # what comes next is more than four seconds away
        card = {
            "shot": "1B",
            "start": 48,
            "end": 110,
            "words": "Shot 1B was not there in time: this is its storyboard card.",
        }
        assert stand_ins_of(client, playing) == [card]
        for other in (stopped, film.house.key):
            assert film.house.screening(other).until == 48, "it waits"
        early = picture_of(client, playing)
        film.publish("1B", "2A", "2B")
        given_until(film, playing, FRAMES)
        given_until(film, stopped, FRAMES)
        assert (stand_ins_of(client, playing), stand_ins_of(client, stopped)) == ([card], [])
        late, plain = picture_of(client, playing), picture_of(client, stopped)
        fetch = lambda name: client.get(f"/hls/{playing}/{name}").content  # noqa: E731
        assert [*hls_rules.of_media(late), *hls_rules.of_growing(early, late)] == []
        assert [*hls_rules.of_content(late, fetch)] == []
    shown_as = [{one.uri for one in hls_rules.read_media(text).segments} for text in (late, plain)]
    assert len(shown_as[0] - shown_as[1]) == 1, "all but the card is the same"
    address = f"{film.base}/hls/{playing}/index.m3u8"
    played = ffmpeg.run(["-i", address, "-map", "0:v", "-f", "null", "-"], loglevel="verbose")
    assert f"{FRAMES} frames encoded" in played


@pytest.mark.parametrize(("document", "failed"), [(FILM, False), (WITH_CARDS, True)])
def test_a_film_without_stand_ins_and_one_that_nobody_makes_wait_for_the_take(tmp_path, document, failed):
    with shown(tmp_path / "film", document) as found, found.client as client:
        found.mix()
        found.publish("1A")
        hand = until(lambda: found.hands and found.hands[0], "what makes the film is begun")
        key = begins(client)
        given_until(found, key, 48)
        state = lambda: client.get(f"/api/screenings/{key}").json()  # noqa: E731
        if failed:
            hand.say("failed", "the lamp fell")
            until(lambda: state()["wait"]["failed"], "it says so")
        plays_at(found, key, 47)
        found.publish("2A")
        until(lambda: [110, 218] in state()["there"], "it was looked for what is there")
        found.publish("1B")
        given_until(found, key, 218)
        assert state()["stand_ins"] == []


@pytest.mark.parametrize(
    ("stand_ins", "path", "words"),
    [
        (["zebra"], "stand_ins[0]", 'nothing is called "zebra" (allowed: card, draft, sketch, animatic, '),
        (["darft", "card"], "stand_ins[0]", 'did you mean "draft"?'),
        (["draft", "draft"], "stand_ins[1]", '"draft" is there already'),
        (["card", "draft"], "stand_ins[1]", "the card before it is always there in time"),
    ],
)
def test_a_stand_in_that_nobody_can_see_is_refused_at_its_place(tmp_path, stand_ins, path, words):
    folder = write_film(tmp_path, {**small(), "renderers": DRAFT, "stand_ins": stand_ins})
    with pytest.raises(DocumentError) as caught:
        open_production(folder, settings_for(folder))
    (problem,) = caught.value.problems
    assert problem.path == path
    assert words in problem.message


def slow(progress):
    """Takes of the film's own renderer that take ten minutes each, where nobody is at them."""
    of = progress.of

    def found(shot):
        made = of(shot)
        return replace(made, estimate_s=600.0) if shot.spec.options["delay_s"] == 0 else made

    return found


def test_the_dearest_take_that_is_there_in_time_stands_in_and_the_card_where_none_is(tmp_path, monkeypatch):
    film = {**FILM, "renderers": DRAFT, "stand_ins": ["draft", "sketch"]}
    folder = write_film(tmp_path / "film", film)
    in_sketch = load_settings(home=folder / "home", renderer="sketch")
    publish(open_production(folder, in_sketch), "2A")
    with shown(folder) as found, found.client as client:
        monkeypatch.setattr(found.house._progress, "of", slow(found.house._progress))
        found.publish("1A")
        found.mix()
        stopped, key = begins(client), begins(client)
        given_until(found, key, 48)
        plays_at(found, key, 0)
        drafts = lambda: [one for one in found.hands if one.told.settings.renderer == "draft"]  # noqa: E731
        (hand,) = until(lambda: [one for one in drafts() if one.orders], "what can be there in time is made")
        assert hand.orders == [Show(shots=("2B",), takes_only=True)], "and nothing else"
        until(lambda: [*hand.due] == found.digests("2B", renderer="draft"), "it is due when somebody comes")
        given_until(found, key, 110)  # its card: there was no time for anything else
        plays_at(found, key, 30)
        given_until(found, key, 170)  # by the sketch
        found.publish("2B", renderer="draft")
        hand.say("done")
        (digest,) = found.digests("2B", renderer="draft")
        until(lambda: digest in found.house._understudies._there, "it was looked for what is there")
        plays_at(found, key, 100)
        given_until(found, key, 218)
        plays_at(found, key, 140)
        given_until(found, key, FRAMES)
        told = stand_ins_of(client, key)
        assert [one["words"] for one in told] == [
            "Shot 1B was not there in time: this is its storyboard card.",
            "Shot 2A was not there in time: this is its take by sketch.",
            "Shot 2B was not there in time: this is its take by draft.",
        ]
        found.publish("1B", "2A", "2B")
        given_until(found, stopped, FRAMES)
        assert (stand_ins_of(client, key), stand_ins_of(client, stopped)) == (told, [])
        fetch = lambda name: client.get(f"/hls/{key}/{name}").content  # noqa: E731
        assert [*hls_rules.of_content(picture_of(client, key), fetch)] == []
        assert {one.told.settings.renderer for one in found.hands} == {None, "draft"}
