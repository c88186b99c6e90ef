"""What limits hold is not made, is said in words, and the film goes on with a card."""

from __future__ import annotations

import threading
import time
from fractions import Fraction

import pytest

from farm.schedule.prices import Price, PriceList
from pipeline.audience.amounts import amount_of
from pipeline.audience.deciding.admission import Allowance, Amount, Limits
from pipeline.audience.making import Maker
from pipeline.audience.open_sessions import OpenSessions, Wanted
from pipeline.audience.positions import Position
from pipeline.audience.serve import allowance_of
from pipeline.catalog.session_log import SessionLog
from pipeline.orchestration.standby import StandBy
from pipeline.settings import load_settings
from storyboard.errors import UsageError
from tests.support.pipeline.audience_films import ASKING, Quiet, shown
from tests.support.waiting import until

EACH = Allowance(worker_s=10.0, shots=3)
LIMITS = Limits(5, each=EACH, together=Allowance(money=100))
OWN_SHOTS = "this session has caused all the new shots that one may"


class Here(Position):
    """Somebody who plays, and is at one frame for as long as a test wants."""

    def now(self, now: float, rate: Fraction, end: int) -> float:
        """That frame."""
        del now, rate, end
        return float(self.frame)


def opened(folder, limits=LIMITS):
    return OpenSessions(SessionLog(folder), "film.yaml", {}, limits)


def comes(sessions):
    name = sessions.begin().partition(".")[0]
    assert sessions.comes(name) == 0
    return name


def wanted(letters, worker_s=1.0, money=10):
    return [Wanted(letter * 64, Amount(worker_s, money, 1)) for letter in letters]


def test_takes_are_granted_in_their_order_once_and_what_was_caused_outlives_the_server(tmp_path):
    sessions = opened(tmp_path)
    hers = comes(sessions)
    assert sessions.grant(hers, wanted("abcd")) == {"d" * 64: OWN_SHOTS}
    assert sessions.grant(hers, wanted("abc")) == {}, "what was granted is, and costs nothing more"
    assert sessions.left_s(hers) == 7.0
    again = opened(tmp_path)
    assert again.grant(hers, wanted("ad")) == {"d" * 64: OWN_SHOTS}
    his = comes(again)
    assert again.grant(his, wanted("e", worker_s=9.0, money=60)) == {}
    assert again.grant(his, wanted("f", worker_s=2.0)) == {
        "f" * 64: "this session has caused all the time of workers that one may"
    }
    assert again.grant(his, wanted("g", money=11)) == {
        "g" * 64: "all sessions together have caused all the money that they may"
    }
    again.log.forget(hers, "somebody")
    again.log.clear(hers)
    assert again.grant(his, wanted("g", money=11)) != {}, "who is forgotten has spent it all the same"


def test_options_say_what_may_be_caused_and_money_needs_prices(tmp_path):
    settings = load_settings(home=tmp_path, price_per_worker_hour="36", currency="EUR")
    assert allowance_of(settings, 2, 1.5, "0.50 EUR") == Allowance(90.0, 50_000_000, 2)
    assert allowance_of(settings, None, None, None) == Allowance()
    for text, words in (("1 USD", "prices are in EUR"), ("free", "a sum is a number and a currency")):
        with pytest.raises(UsageError, match=words):
            allowance_of(settings, None, None, text)
    with pytest.raises(UsageError, match="there are no prices"):
        allowance_of(load_settings(home=tmp_path), None, None, "1 EUR")


def begins(client, found, name):
    token = client.post("/api/sessions").json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    made = client.post("/api/screenings", json={}).json()
    said = {"number": 0, "answer": name}
    assert client.post(f"/api/screenings/{made['key']}/answers", json=said).status_code == 200
    return found.house.screening(made["key"])


def test_a_shot_over_the_limit_is_not_made_and_its_card_plays_in_its_place(tmp_path):
    with shown(tmp_path / "film", ASKING, limits=Limits(5, together=Allowance(shots=1))) as found:
        found.publish()
        found.mix()
        with found.client as hers, found.client as his:
            granted, held = begins(hers, found, "Ana"), begins(his, found, "Bo")
            own = lambda: [one for one in found.hands if one.told.session]  # noqa: E731
            hand = until(lambda: own() and own()[0], "hers is begun")
            until(lambda: hand.orders, "it is told what to make")
            assert [one.shots for one in hand.orders] == [("2A",)], "what is hers alone, and nothing else"
            assert hand.told.session == granted.session
            state = lambda: his.get(f"/api/screenings/{held.key}").json()  # noqa: E731
            until(lambda: state()["until"] == 96, "all before it is given")
            why = "all sessions together have caused all the new shots that they may"
            wait = state()["wait"]
            assert wait["words"] == "Shot 2A is not made for you."
            assert wait["more"] == f"{why[0].upper()}{why[1:]}. The film goes on with its card."
            assert not wait["failed"]
            held.position = Here(90, time.monotonic(), moves=True)
            until(lambda: state()["until"] == 192, "its card stands in, although the film has no stand_ins")
            (card,) = state()["stand_ins"]
            assert (card["shot"], card["start"], card["end"]) == ("2A", 96, 192)
            assert card["words"] == f"Shot 2A is not made for you: {why}. This is its storyboard card."
            said = {"number": 1, "answer": "right"}
            assert his.post(f"/api/screenings/{held.key}/answers", json=said).status_code == 200
            until(lambda: state()["whole"], "it goes on to its end")
            assert {one.told.session for one in found.hands if one.told.session} == {granted.session}


def test_what_a_shot_comes_to_has_the_prices_of_its_renderer(tmp_path):
    with shown(tmp_path / "film", ASKING, limits=LIMITS) as found:
        production = found.production
        shot = production.plan().shots[0]
        prices = PriceList("EUR", (Price(36_000, renderer="slate"), Price(1)))
        amount = amount_of(production, prices, shot)
        assert amount.money == pytest.approx(10 * shot.estimate_s, abs=1)
        assert (amount.worker_s, amount.shots) == (shot.estimate_s, 1)
        assert amount_of(production, PriceList(), shot).money == 0


def test_so_many_make_what_is_viewers_own_at_once_and_who_is_not_wanted_any_more_does_not_begin(tmp_path):
    told = StandBy(film=tmp_path, settings=load_settings(home=tmp_path))
    hands, places = [], threading.Semaphore(1)

    def hand(told, log):
        hands.append(Quiet(told, log))
        return hands[-1]

    first, second, third = (Maker(told, hand, places) for _ in range(3))
    first.begin(["2A"])
    until(lambda: hands and hands[0].orders, "the first one makes")
    second.begin()
    third.begin()
    third.close()
    assert second.is_at_it, "it waits, and is about to"
    assert len(hands) == 1
    hands[0].say("done")
    until(lambda: len(hands) == 2 and hands[1].orders, "then the second")
    assert (hands[0].orders[0].shots, hands[1].orders[0].shots) == (("2A",), ())
    for maker in (first, second):
        maker.close()
    assert len(hands) == 2
