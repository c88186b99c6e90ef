"""A budget is its document's and what people let be spent beyond it; each raise is kept for good."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from farm.schedule.amounts import Amount, Limits
from farm.schedule.prices import HOUR_MS
from pipeline.budgets.limits import Budgeted, limits_now, limits_of, raise_budget
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.entries import More
from pipeline.costs.budget import more_of
from pipeline.settings import load_settings
from storyboard.errors import DocumentError, UsageError
from storyboard.money import FINE, parse_money
from storyboard.schema.budget import Budget
from tests.support.pipeline.slate_films import six_slates, write_film

BUDGET = Budget(gpu_hours=2, money=parse_money("3 EUR"))
EURO = 100 * FINE


def document(folder, name="film.yaml", budget=BUDGET) -> Budgeted:
    return Budgeted(folder / name, name, budget)


def test_a_raise_counts_for_its_document_alone_and_survives_a_new_process(tmp_path):
    film, other = document(tmp_path), document(tmp_path, "other.yaml")
    now = limits_now([film])
    assert now() == {film.account: Limits(None, 2 * HOUR_MS, 3 * EURO, "EUR")}
    raise_budget(film, More(money=EURO // 2, currency="EUR"), "ada")
    raise_budget(film, More(gpu_ms=HOUR_MS), "bo")
    assert now() == {film.account: Limits(None, 3 * HOUR_MS, 7 * EURO // 2, "EUR")}
    assert other.limits() == limits_of(BUDGET, ())
    again = document(tmp_path)
    assert [(one.by, one.more.money, one.more.gpu_ms) for one in again.raises()] == [
        ("ada", EURO // 2, 0),
        ("bo", 0, HOUR_MS),
    ]


def test_a_catalog_takes_no_offence_at_raises(tmp_path):
    raise_budget(document(tmp_path), More(gpu_ms=1), "ada")
    with Catalog.open(tmp_path, load_settings()) as catalog:
        assert catalog.decisions() == []


def test_money_of_a_currency_that_the_document_has_left_is_no_more_of_it():
    more = [More(money=EURO, currency="EUR")]
    dollars = Budget(money=parse_money("3 USD"))
    assert limits_of(dollars, more).money == 3 * EURO


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (More(), "by how much"),
        (More(worker_ms=1), "does not limit worker_hours"),
        (More(credits=1), "does not limit credits"),
        (More(money=EURO, currency="USD"), "is in EUR, not in USD"),
    ],
)
def test_a_raise_of_what_is_not_limited_is_refused(tmp_path, more, words):
    with pytest.raises(UsageError, match=words):
        raise_budget(document(tmp_path), more, "ada")
    assert document(tmp_path).raises() == []


@pytest.mark.parametrize("money", ["-5", "NaN", "1e400", "50 XYZ", "inf EUR", "", "5,0"])
def test_a_sum_that_is_none_is_refused(money):
    with pytest.raises(UsageError, match="--money"):
        more_of(BUDGET, money)


@pytest.mark.parametrize("hours", [float("nan"), float("inf"), -1.0, 1e400])
def test_hours_that_are_none_are_refused(hours):
    with pytest.raises(UsageError, match="--gpu-hours"):
        more_of(BUDGET, None, hours)


def test_a_number_alone_is_in_the_currency_of_the_budget():
    assert more_of(BUDGET, "12.5") == More(money=1250 * FINE, currency="EUR")


def test_credits_are_limited_raised_and_shown(tmp_path):
    from pipeline.cli.views.budget import budget_as_json, budget_table
    from pipeline.costs.budget import BudgetStanding

    film = document(tmp_path, budget=Budget(credits=100))
    raise_budget(film, more_of(film.budget, None, more_credits=50.5), "ada")
    standing = BudgetStanding(film, film.limits(), Amount(credits=15_000), tuple(film.raises()))
    assert not standing.reached
    told = budget_as_json(standing)
    assert (told["limits"]["credits"], told["spent"]["credits"]) == (150.5, 150.0)
    assert told["raises"][0]["more"] == "50.5 credits"
    shown = io.StringIO()
    budget_table(Console(file=shown, width=100), standing)
    (row,) = [line for line in shown.getvalue().splitlines() if "credits" in line and "raised" not in line]
    assert [word for word in row.split() if word[0].isdigit()] == ["150", "150.5", "0.5"]
    with pytest.raises(UsageError, match="--credits"):
        more_of(film.budget, None, more_credits=-1.0)


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        ({"money": "-3 EUR"}, "budget.money: '-3 EUR': a sum is"),
        ({"money": 300}, "budget.money: '300': a sum is"),
        ({"money": "1e400 EUR"}, "a sum is"),
        ({"money": "3 XYZ"}, '"XYZ" is no currency'),
        ({"gpu_hours": -1}, "budget.gpu_hours: -1 is too small"),
        ({"gpu_hours": float("nan")}, "budget.gpu_hours"),
        ({"worker_hours": 1e400}, "budget.worker_hours"),
        ({"worker_hours": "many"}, "budget.worker_hours"),
        ({"credits": -1}, "budget.credits: -1 is too small"),
        ({}, "budget: a budget says"),
        ({"hours": 3}, 'unknown key "hours"'),
    ],
)
def test_a_wrong_budget_is_an_error_at_its_line(tmp_path, budget, words):
    from storyboard.document.load import parse_film

    path = write_film(tmp_path / "film", six_slates() | {"budget": budget}) / "film.yaml"
    with pytest.raises(DocumentError) as caught:
        parse_film(path.read_text(), path)
    assert words in caught.value.message
    assert caught.value.problems[0].line
