"""A plan names the hosts that words and pictures go to, and what that costs there."""

from __future__ import annotations

import io

from rich.console import Console

from farm.schedule.prices import PriceList
from pipeline.budgets.prices import price_list
from pipeline.cli.views.plan import outside_as_json, plan_as_json, plan_table
from pipeline.costs.budget import standing_of_film
from pipeline.production.estimates import work_of
from pipeline.production.open import open_production
from pipeline.production.outside import outside
from pipeline.settings import load_settings
from tests.support.pipeline.slate_films import six_slates, write_film

HOSTED = {**six_slates(), "renderers": {"far": {"backend": "runway"}}, "renderer": "far"}


def planned(folder, document=HOSTED):
    production = open_production(write_film(folder, document), load_settings(home=folder / "home"))
    return production, production.plan()


def test_the_host_the_words_the_credits_and_the_money_are_said(tmp_path):
    production, plan = planned(tmp_path)
    (one,) = outside(plan.missing, production.choices, PriceList())
    seconds = sum(2 for _ in plan.missing)
    assert (one.service, one.host, one.shots) == ("Runway", "api.dev.runwayml.com", len(plan.missing))
    assert one.what[0] == "words"
    assert one.credits == seconds * 1200
    assert str(one.money) == f"{seconds * 0.12:.2f} USD"
    shown = io.StringIO()
    plan_table(Console(file=shown, width=200), production, plan, None, [one])
    assert f"Runway (api.dev.runwayml.com) gets of {len(plan.missing)} shots: words" in shown.getvalue()
    (told,) = outside_as_json([one])
    assert (told["host"], told["credits"]) == ("api.dev.runwayml.com", f"{seconds * 12}")


def test_a_table_of_ones_own_counts_and_is_in_what_the_work_costs(tmp_path):
    production, plan = planned(tmp_path)
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    (home / "prices.yaml").write_text(
        "currency: EUR\nservices: {Runway: {per_credit: 0.5, models: {gen4.5: {per_second: 1}}}}\n"
    )
    prices = price_list(production.settings)
    (one,) = outside(plan.missing, production.choices, prices)
    assert one.credits == 200 * len(plan.missing)
    assert str(one.money) == f"{len(plan.missing)}.00 EUR"
    assert work_of(plan.missing, production.choices, prices).money == one.money


def test_what_stays_in_the_house_says_nothing(tmp_path):
    production, plan = planned(tmp_path, six_slates())
    assert outside(plan.missing, production.choices, PriceList()) == ()


def test_what_is_left_of_a_budget_and_what_is_too_little_is_said(tmp_path):
    production, plan = planned(tmp_path, {**HOSTED, "budget": {"credits": 100, "gpu_hours": 2}})
    sent = outside(plan.missing, production.choices, PriceList())
    budget = standing_of_film(production)
    shown = io.StringIO()
    plan_table(Console(file=shown, width=200), production, plan, None, sent, budget)
    needed = sum(24 for _ in plan.missing)
    words = f"100 credits are left: too little for the {needed} credits that this needs."
    assert f"Of its budget of 100 credits {words}" in shown.getvalue()
    assert "Of its budget of 2 GPU hours 2 GPU hours are left." in shown.getvalue()
    told = plan_as_json(production, plan, None, sent, budget)
    assert (told["budget"]["limits"]["credits"], told["budget"]["reached"]) == (100, [])
