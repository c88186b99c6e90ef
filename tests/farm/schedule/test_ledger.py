"""Every millisecond of a worker is charged once, and a budget that is reached lets nothing begin."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farm.schedule.amounts import NOTHING, RUNNING, Amount, Budget, Charge, Limits
from farm.schedule.ledger import Ledger
from farm.schedule.prices import HOUR_MS, Price, PriceList, ServicePrice, Use
from farm.schedule.schedule import Schedule
from farm.schedule.states import AttemptState, FailureKind, ShotRequest, WorkerState
from farm.schedule.tasks import CallSheet
from farm.schedule.usage import Held, Purpose
from storyboard.money import FINE, minor_in_words, minor_of

CENT = FINE
EUROS = PriceList("EUR", (Price(per_worker_hour=100 * CENT),))
PLACE = ("store", "bucket")


def charge(*budgets: Budget, film: str = "f", prices: PriceList = EUROS) -> Charge:
    return Charge(film, f"Film {film}", *PLACE, prices=prices, budgets=budgets)


def budget(account: str = "f", **limits: object) -> Budget:
    return Budget(account, account, Limits(**limits))  # type: ignore[arg-type]


def shot(digest: str, order: int = 0, work_s: float = 0.0, **more: object) -> ShotRequest:
    return ShotRequest(digest, digest.upper(), "x", order, work_s=work_s, **more)  # type: ignore[arg-type]


WORKER = WorkerState("w", "x", gpus=2.0, card="NVIDIA H200")


def test_loading_and_idling_are_charged_to_whoever_the_worker_worked_for():
    ledger = Ledger()
    ledger.charge("p", charge())
    ledger.look(0, {"w": Held(Purpose.LOADING, 2)})
    ledger.look(1000, {"w": Held(Purpose.IDLE, 2)})
    ledger.look(1500, {"w": Held(Purpose.IDLE, 2)})
    ledger.began(1, "p", shot("a@store"), WORKER, 77)
    ledger.look(1500, {"w": Held(1, 2)})
    ledger.look(4500, {"w": Held(Purpose.IDLE, 2)})
    ledger.ended(1, AttemptState.FAILED, FailureKind.QUALITY)
    ledger.look(5000, {})
    ledger.look(9000, {})
    ledger.close_idle()
    (failed, *others) = ledger.closed[PLACE]
    assert (failed.shot, failed.digest, failed.purpose, failed.why) == ("A@STORE", "a", "rejected", "quality")
    assert (failed.worker_ms, failed.gpu_ms, failed.card, failed.began) == (3000, 6000, "NVIDIA H200", 77)
    assert failed.money == round(100 * CENT * 3000 / HOUR_MS)
    assert {one.purpose: (one.worker_ms, one.attempts) for one in others} == {
        "loading": (1000, 0),
        "idle": (1000, 0),
    }


def test_a_worker_that_is_looked_at_by_itself_is_charged_once_like_the_others():
    ledger, other = Ledger(), replace(WORKER, name="other")
    ledger.charge("p", charge())
    ledger.look(0, {"w": Held(Purpose.IDLE), "other": Held(Purpose.IDLE)})
    ledger.began(1, "p", shot("a"), WORKER, 7)
    ledger.began(2, "p", shot("b"), other, 7)
    ledger.look(0, {"w": Held(1), "other": Held(2)})
    ledger.look_at(3000, "w", Held(Purpose.IDLE))
    ledger.ended(1, AttemptState.DONE)
    assert ledger.spent_by("p").amount.worker_ms == 3000
    ledger.look(5000, {})
    assert ledger.spent_by("p").amount.worker_ms == 5000 + 5000


def test_what_a_service_asks_for_is_charged_as_soon_as_it_has_taken_a_call_on_and_its_waiting_is_free():
    dollars = PriceList("USD", (), (ServicePrice("Runway", 2 * CENT),))
    ledger = Ledger()
    ledger.charge("p", charge(budget(money=500 * CENT, currency="USD"), prices=dollars))
    ledger.spent_before("f", NOTHING)
    ledger.began(1, "p", shot("a", places=7, fee=120 * CENT), WORKER, 0)
    ledger.look(0, {"w": Held(1, 2)})
    ledger.look(60_000, {"w": Held(1, 2)})
    assert not ledger.holds("p")
    ledger.paid(1, "Runway", 24_000, "0.01")
    assert ledger.spent("f") == Amount(60_000, 120_000, 480 * CENT, 0, 24_000)
    ledger.began(2, "p", shot("b", places=7, fee=120 * CENT), WorkerState("v", "x"), 0)
    assert ledger.holds("p"), "what renders is expected to use up the rest"
    ledger.paid(1, "Runway", -6_000, "0.01")
    assert not ledger.holds("p")
    ledger.ended(1, AttemptState.FAILED, FailureKind.QUALITY)
    (entry,) = ledger.closed[PLACE]
    assert (entry.money, entry.currency, entry.credits) == (360 * CENT, "USD", 18_000)


def test_credits_have_a_budget_of_their_own_without_any_price():
    ledger = Ledger()
    ledger.charge("p", charge(budget(credits=50_000), prices=PriceList()))
    ledger.spent_before("f", Amount(credits=10_000))
    ledger.began(1, "p", shot("a", places=7, credits=30_000), WORKER, 0)
    assert not ledger.holds("p")
    ledger.paid(1, "Runway", 24_000, "0.01")
    assert not ledger.holds("p"), "240 of it are asked for, 300 are expected"
    ledger.began(2, "p", shot("b", places=7, credits=10_000), WorkerState("v", "x"), 0)
    assert ledger.holds("p")
    assert not ledger.reached("p")
    (words,) = ledger.waits("p")
    assert words.endswith("500 of 500 credits")
    ledger.paid(2, "Runway", 16_000, "0.01")
    assert [(one.spent, one.limit) for one in ledger.over("p")] == [("500", "500 credits")]
    assert ledger.allow("f", Limits(credits=60_000))
    assert not ledger.holds("p")


def test_idling_is_one_entry_until_the_last_worker_has_left_or_works_for_another():
    ledger = Ledger()
    for name in "pq":
        ledger.charge(name, charge(film=name))
    ledger.look(0, {"w": Held(Purpose.IDLE)})
    ledger.began(1, "p", shot("a"), WORKER, 0)
    ledger.ended(1, AttemptState.DONE)
    ledger.look(2000, {"w": Held(Purpose.IDLE)})
    ledger.close_idle()
    assert [one.purpose for one in ledger.unfinished()[PLACE]] == ["idle"]
    ledger.began(2, "q", shot("b"), WORKER, 2)
    ledger.close_idle()
    assert [(one.film, one.purpose, one.worker_ms) for one in ledger.closed[PLACE][1:]] == [
        ("p", "idle", 2000)
    ]
    assert [one.film for one in ledger.unfinished()[PLACE]] == ["q"]


moments = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.fixed_dictionaries(
            dict.fromkeys(
                "abc", st.one_of(st.sampled_from([Purpose.IDLE, Purpose.LOADING]), st.integers(1, 4))
            )
        ),
    ),
    max_size=12,
)


@given(moments, st.lists(st.sampled_from(sorted(set(AttemptState) - {AttemptState.RENDERING})), max_size=4))
def test_the_parts_add_up_to_the_time_of_the_workers_and_to_their_money(history, ends):
    ledger = Ledger()
    ledger.charge("p", charge(budget(worker_ms=10**9, money=10**12, currency="EUR")))
    ledger.spent_before("f", NOTHING)
    for token, name in enumerate("abca", 1):
        ledger.began(token, "p", shot(f"s{token}"), replace(WORKER, name=name), 0)
    now = total = 0
    before: dict[str, Held] = {}
    for passed, does in history:
        now += passed
        total += passed * len(before)
        before = {name: Held(by, 2) for name, by in does.items()}
        ledger.look(now, before)
    live = sum(one.worker_ms for those in ledger.unfinished().values() for one in those)
    assert live == total
    for token, how in enumerate(ends, 1):
        ledger.ended(token, how)
    spent = ledger.spent("f")
    entries = [*ledger.closed.get(PLACE, ()), *ledger.unfinished().get(PLACE, ())]
    assert sum((one.amount for one in entries), NOTHING) == spent
    assert sum(one.worker_ms for one in entries) == live
    ledger.close_idle()
    assert ledger.spent("f") == spent
    assert ledger.spent_by("p").in_words == (minor_in_words(minor_of(spent.money), "EUR") if live else "")
    assert sum(1 for one in ledger.unfinished().get(PLACE, ()) if one.purpose == RUNNING) == 4 - len(ends)


def schedule_with(*budgets: Budget, shots: int = 5, work_s: float = 10.0, workers: int = 2) -> Schedule:
    schedule = Schedule(CallSheet())
    schedule.sheet.submit("p", [shot(f"s{number}", number, work_s) for number in range(shots)])
    schedule.ledger.charge("p", charge(*budgets))
    for number in range(workers):
        schedule.roster.join(f"w{number}", "x")
    return schedule


def hold(schedule: Schedule, now_s: float) -> None:
    held = {
        name: Held(worker.token if worker.token is not None else Purpose.IDLE, worker.gpus)
        for name, worker in schedule.roster.workers.items()
    }
    schedule.ledger.look(round(now_s * 1000), held)


def finish(schedule: Schedule, token: int, now_s: float) -> None:
    schedule.completed(token, now_s, 1.0)
    hold(schedule, now_s)
    schedule.ledger.ended(token, AttemptState.DONE)


def test_a_budget_that_is_reached_lets_what_renders_end_and_nothing_begin_until_it_is_raised():
    schedule = schedule_with(budget(worker_ms=15_000))
    schedule.ledger.spent_before("f", NOTHING)
    one, two = schedule.next_assignments(0.0)
    hold(schedule, 0.0)
    assert schedule.next_assignments(0.0) == []
    finish(schedule, one.token, 10.0)
    assert schedule.next_assignments(10.0) == []
    schedule.weigh_budgets()
    assert schedule.demand() == {schedule.sheet.tasks[two.digest].request.needs: 1}
    assert schedule.ledger.reached("p")
    finish(schedule, two.token, 11.0)
    assert schedule.demand() == {}
    (words,) = schedule.ledger.reached("p")
    assert "worker hours" in words
    assert schedule.ledger.waits_for_a_person("w0")
    assert schedule.ledger.waits_for_a_person("loaded since")
    assert schedule.ledger.allow("f", Limits(worker_ms=60_000))
    assert not schedule.ledger.allow("f", Limits(worker_ms=60_000))
    assert len(schedule.next_assignments(12.0)) == 2
    assert not schedule.ledger.waits_for_a_person("w0")


def test_what_renders_commits_a_budget_and_gives_it_free_when_it_took_less():
    schedule = schedule_with(budget(worker_ms=15_000), workers=3)
    schedule.ledger.spent_before("f", NOTHING)
    one, two = schedule.next_assignments(0.0)
    hold(schedule, 0.0)
    assert not schedule.ledger.reached("p")
    assert "expected to use up" in schedule.ledger.waits("p")[0]
    for each in (one, two):
        finish(schedule, each.token, 1.0)
    assert len(schedule.next_assignments(1.0)) == 2


def test_what_was_spent_before_counts_and_nothing_begins_before_it_is_known():
    schedule = schedule_with(budget(worker_ms=15_000))
    assert schedule.next_assignments(0.0) == []
    assert "not known" in schedule.ledger.waits("p")[0]
    schedule.ledger.spent_before("f", Amount(worker_ms=15_000))
    assert schedule.next_assignments(0.0) == []
    assert schedule.ledger.reached("p")


def test_the_budget_of_a_slate_holds_all_of_its_productions_and_no_other():
    schedule = schedule_with(budget("f"), budget("slate", gpu_ms=0))
    for other, budgets in (("q", (budget("slate", gpu_ms=0),)), ("r", ())):
        schedule.sheet.submit(other, [shot(f"{other}1")])
        schedule.ledger.charge(other, charge(*budgets, film=other))
    for account in ("f", "slate"):
        schedule.ledger.spent_before(account, NOTHING)
    assert [each.digest for each in schedule.next_assignments(0.0)] == ["r1"]


def test_a_shot_that_two_productions_want_is_paid_by_the_one_that_may_still_pay():
    schedule = schedule_with(budget(worker_ms=0), shots=1, workers=1)
    schedule.ledger.spent_before("f", NOTHING)
    schedule.sheet.submit("q", [shot("s0", 0, 10.0)])
    schedule.ledger.charge("q", charge(film="q"))
    (one,) = schedule.next_assignments(0.0)
    hold(schedule, 0.0)
    finish(schedule, one.token, 3.0)
    assert [(entry.film, entry.worker_ms) for entry in schedule.ledger.closed[PLACE]] == [("q", 3000)]


def test_money_of_another_currency_is_none_of_a_budget():
    schedule = schedule_with(budget(money=CENT, currency="USD"), workers=1)
    schedule.ledger.spent_before("f", NOTHING)
    (one,) = schedule.next_assignments(0.0)
    hold(schedule, 0.0)
    finish(schedule, one.token, 3600.0)
    spent = schedule.ledger.spent("f")
    assert (spent.money, spent.unpriced_ms) == (0, HOUR_MS)


@given(
    st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 30_000)), min_size=1, max_size=30),
    st.integers(0, 100_000),
    st.integers(1, 3),
)
def test_nothing_begins_after_a_budget_was_reached_whatever_the_estimates_were(shots, limit, workers):
    schedule = Schedule(CallSheet())
    took = {f"s{n}": took_ms for n, (took_ms, _) in enumerate(shots)}
    schedule.sheet.submit("p", [shot(f"s{n}", n, est / 1000) for n, (_, est) in enumerate(shots)])
    schedule.ledger.charge("p", charge(budget(worker_ms=limit)))
    schedule.ledger.spent_before("f", NOTHING)
    for number in range(workers):
        schedule.roster.join(f"w{number}", "x")
    live: list[tuple[float, int, str]] = []
    now = 0.0
    while True:
        spent_ms = schedule.ledger.spent("f").worker_ms
        for each in schedule.next_assignments(now):
            assert spent_ms < limit
            live.append((now + took[each.digest] / 1000, each.token, each.digest))
        hold(schedule, now)
        if not live:
            break
        live.sort()
        now, token, _ = live.pop(0)
        hold(schedule, now)
        finish(schedule, token, now)
    assert schedule.sheet.production_ended("p") or schedule.ledger.reached("p")


PRICES = PriceList(
    "EUR",
    (
        Price(per_worker_hour=1),
        Price(per_gpu_hour=10),
        Price(per_gpu_hour=20, card="h200"),
        Price(per_gpu_hour=30, tag="spot"),
        Price(per_gpu_hour=25, tag="far"),
        Price(per_gpu_hour=40, renderer="wan"),
        Price(per_gpu_hour=35, card="H200", tag="spot"),
        Price(per_worker_hour=2, renderer="wan"),
    ),
)


@pytest.mark.parametrize(
    ("use", "worker", "gpu"),
    [
        (Use(), 1, 10),
        (Use(card="NVIDIA H200 NVL"), 1, 20),
        (Use(card="NVIDIA H200 NVL", tags=frozenset({"spot"})), 1, 35),
        (Use(tags=frozenset({"far", "spot"})), 1, 30),
        (Use(frozenset({"wan", "diffusion"}), frozenset({"spot"})), 2, 40),
        (Use(frozenset({"wan"}), frozenset({"spot"}), "h200"), 2, 35),
    ],
)
def test_the_price_that_says_most_about_what_it_is_of_wins(use, worker, gpu):
    rates = PRICES.rates(use, with_card=True)
    assert (rates.per_worker_hour, rates.per_gpu_hour) == (worker, gpu)


def test_time_without_a_price_costs_no_zero():
    only_cards = PriceList("EUR", (Price(per_gpu_hour=10),))
    assert PriceList().rates(Use(), with_card=True) is None
    assert only_cards.rates(Use(), with_card=False) is None
    assert only_cards.rates(Use(), with_card=True).cost(HOUR_MS, HOUR_MS) == 10
    of_wan = PriceList("EUR", (Price(per_worker_hour=10, renderer="wan"),))
    assert of_wan.rates(Use(frozenset({"draft"})), with_card=False) is None
