"""What films were charged: the parts add up to the whole, whatever the rows are of."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from farm.schedule.amounts import NOTHING, RUNNING, Entry
from farm.schedule.prices import Price, PriceList
from farm.schedule.usage import Purpose
from pipeline.cli.views.costs import costs_as_csv, costs_as_json
from pipeline.costs.report import By, Charged, Part, reported
from storyboard.money import FINE, minor_of

NO_PRICES = PriceList()


def entry(digest="d", purpose="accepted", shot="1A", **more) -> Entry:
    values = {
        "film": "f",
        "title": "Film",
        "slate": "",
        "version": "",
        "production": "p",
        "shot": shot,
        "digest": digest,
        "renderer": "draft",
        "card": "",
        "tags": (),
        "purpose": purpose,
        "why": "",
        "began": 1_764_000_000,
        "attempts": 1,
        "worker_ms": 1000,
        "gpu_ms": 0,
        "money": 5 * FINE,
        "currency": "EUR",
    }
    return Entry(**{**values, **more})


def one_row(*entries, accepted=frozenset({"d"}), lasts_ms=None, prices=NO_PRICES):
    (row,) = reported([Charged(entries, accepted, lasts_ms or {})], By.FILM, prices).rows
    return row


def test_time_is_accepted_rejected_lost_or_idle():
    row = one_row(
        entry(),
        entry("d", "kept"),
        entry("old"),
        entry("d", "rejected"),
        entry("d", "stopped"),
        entry("old", "lost"),
        entry("", "idle", shot="", attempts=0),
        entry("", "loading", shot="", attempts=0),
        entry("e", RUNNING),
    )
    assert {part: amount.worker_ms for part, amount in row.parts.items()} == {
        Part.ACCEPTED: 2000,
        Part.REJECTED: 1000,
        Part.LOST: 3000,
        Part.IDLE: 2000,
        Part.RUNNING: 1000,
    }
    assert row.attempts == 7


def test_money_for_an_accepted_second_is_all_money_over_what_is_accepted():
    row = one_row(entry(), entry(), entry("old"), lasts_ms={"d": 2500, "old": 1000})
    assert row.accepted_ms == 2500
    assert minor_of(row.per_accepted_second.fine) == 6
    assert one_row(entry("old"), lasts_ms={"old": 1000}).per_accepted_second is None


def test_the_last_take_of_a_shot_of_a_version_is_accepted():
    row = one_row(
        entry("one", version="ana", began=1),
        entry("two", version="ana", began=2),
        entry("three", version="bo", began=1),
        accepted=frozenset(),
    )
    assert {part: amount.worker_ms for part, amount in row.parts.items()} == {
        Part.REJECTED: 1000,
        Part.ACCEPTED: 2000,
    }


def test_time_without_a_price_has_todays_or_none():
    unpriced = entry(money=None, currency="", worker_ms=3_600_000)
    alone = one_row(unpriced)
    assert (alone.currency, alone.whole.unpriced_ms) == ("", 3_600_000)
    priced = one_row(unpriced, prices=PriceList("USD", (Price(per_worker_hour=7 * FINE, renderer="draft"),)))
    assert (priced.currency, priced.whole.money) == ("USD", 7 * FINE)
    mixed = one_row(unpriced, entry(), lasts_ms={"d": 1000})
    assert (mixed.currency, mixed.whole.unpriced_ms, mixed.per_accepted_second) == ("EUR", 3_600_000, None)


def test_two_currencies_are_never_added():
    report = reported([Charged([entry(), entry(currency="USD")], frozenset())], By.SHOT, NO_PRICES)
    assert {row.currency: row.whole.money for row in report.totals} == {"EUR": 5 * FINE, "USD": 5 * FINE}


entries = st.lists(
    st.builds(
        entry,
        digest=st.sampled_from(["a", "b", ""]),
        purpose=st.sampled_from([*(one.value for one in Purpose), RUNNING]),
        shot=st.sampled_from(["1A", "1B"]),
        renderer=st.sampled_from(["draft", "final"]),
        version=st.sampled_from(["", "ana"]),
        began=st.integers(0, 4_000_000_000),
        worker_ms=st.integers(0, 10**9),
        gpu_ms=st.integers(0, 10**9),
        money=st.one_of(st.none(), st.integers(0, 10**10)),
        currency=st.sampled_from(["EUR", "JPY"]),
    ).map(lambda one: one if one.money is not None else Entry(**{**_fields(one), "currency": ""})),
    max_size=20,
)


def _fields(one: Entry) -> dict[str, object]:
    return {name: getattr(one, name) for name in Entry.__dataclass_fields__}


@given(entries, st.sampled_from(By))
def test_parts_add_up_to_rows_and_rows_to_all_in_every_view(charged, by):
    report = reported([Charged(charged, frozenset({"a"}))], by, NO_PRICES)
    whole = sum((one.amount for one in charged), NOTHING)
    assert sum((row.whole for row in report.rows), NOTHING) == whole
    assert sum((row.whole for row in report.totals), NOTHING) == whole
    shown = costs_as_json(report)
    for total, row in zip(shown["totals"], report.totals, strict=True):
        rows = [one for one in shown["rows"] if one["currency"] == total["currency"]]
        if total["currency"]:
            unit = 100 if total["currency"] == "EUR" else 1
            assert sum(round(float(one["money"]) * unit) for one in rows) == minor_of(row.whole.money)
            for one in [*rows, total]:
                parts = [round(float(part["money"]) * unit) for part in one["parts"].values()]
                assert sum(parts) == round(float(one["money"]) * unit)
        assert sum(one["worker_ms"] for one in rows) == total["worker_ms"]


def test_a_title_is_no_formula_in_a_spreadsheet():
    text = costs_as_csv(
        reported([Charged([entry(title='=HYPERLINK("http://x","y")')], frozenset())], By.FILM, NO_PRICES)
    )
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["film"].startswith("'=")
    assert (row["currency"], row["rejected_money"], row["money"]) == ("EUR", "0.05", "0.05")


@given(entries)
def test_a_part_comes_to_the_same_in_every_view(charged):
    def sums(by: By) -> dict[str, dict[str, object]]:
        shown = costs_as_json(reported([Charged(charged, frozenset({"a"}))], by, NO_PRICES))
        return {one["currency"]: one["parts"] for one in shown["totals"]}

    assert all(sums(by) == sums(By.FILM) for by in By)
