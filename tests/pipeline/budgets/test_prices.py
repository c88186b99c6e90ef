"""Prices are read from a document with every error at its line, and from settings."""

from __future__ import annotations

import pytest

from farm.schedule.prices import HOUR_MS, Use
from pipeline.budgets.prices import price_list
from pipeline.settings import Settings, load_settings
from storyboard.errors import DocumentError, UsageError
from storyboard.money import FINE

DOCUMENT = """\
currency: EUR
prices:
  - per_worker_hour: 0.05
  - {card: H200, per_gpu_hour: "3.20"}
  - {tag: spot, per_gpu_second: 0.0004}
"""


def prices_of(home, text: str, **more):
    (home / "prices.yaml").write_text(text)
    return price_list(load_settings(home=home, **more))


def test_prices_of_hours_and_seconds_come_to_the_same_unit(tmp_path):
    listed = prices_of(tmp_path, DOCUMENT)
    assert listed.currency == "EUR"
    plain = listed.rates(Use(card="NVIDIA H200"), with_card=True)
    assert plain.cost(HOUR_MS, HOUR_MS) == 325 * FINE
    assert listed.rates(Use(tags=frozenset({"spot"})), with_card=True).per_gpu_hour == 144 * FINE


SERVICES = """\
currency: EUR
services:
  Runway:
    per_credit: 0.0092
    models: {gen4.5: {per_second: 10.5}, gen4_image: {per_call: 4}}
"""


def test_services_have_prices_of_their_unit_and_of_models(tmp_path):
    runway = prices_of(tmp_path, SERVICES).service("runway")
    assert (runway.credits("gen4.5", 4.0), runway.credits("gen4_image", 0.0)) == (4200, 400)
    assert runway.credits("veo3.1", 4.0) is None
    listed = prices_of(tmp_path, SERVICES)
    assert listed.fee("Runway", 4200) == round(42 * 0.92 * FINE)
    assert listed.fee("Another", 100, "0.01") is None, "its dollars are no euros"
    dollars = prices_of(tmp_path, "currency: USD\nprices: [{per_worker_hour: 1}]\n")
    assert dollars.fee("Another", 150, "0.01") == round(1.5 * FINE)


def test_without_a_document_and_settings_nothing_costs_anything_known(tmp_path):
    assert price_list(load_settings(home=tmp_path)).prices == ()


def test_a_variable_that_is_set_and_empty_counts_as_not_set(tmp_path, monkeypatch):
    (tmp_path / "prices.yaml").write_text(DOCUMENT)
    names = [f"SHOTFARM_{name.upper()}" for name in Settings.model_fields]
    for name in names:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHOTFARM_HOME", str(tmp_path))
    unset = load_settings()
    for name in {*names} - {"SHOTFARM_HOME"}:
        monkeypatch.setenv(name, "")
    assert load_settings() == unset
    assert len(price_list(load_settings()).prices) == 3


def test_a_price_of_the_settings_is_for_whatever_has_no_other(tmp_path):
    listed = prices_of(tmp_path, DOCUMENT, price_per_gpu_hour="9")
    assert listed.rates(Use(), with_card=True).per_gpu_hour == 900 * FINE
    assert listed.rates(Use(card="h200"), with_card=True).per_gpu_hour == 320 * FINE
    alone = price_list(load_settings(home=tmp_path / "none", price_per_worker_hour="1", currency="JPY"))
    assert (alone.currency, alone.prices[0].per_worker_hour) == ("JPY", FINE)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("currency: EURO", '1:11: currency: "EURO" is no currency'),
        ("currency: XAU", "no currency"),
        ("prices: [{per_gpu_hour: -1}]", "-1 is no number from 0"),
        ("prices: [{per_gpu_hour: .nan}]", "nan is not a finite"),
        ("prices: [{per_gpu_hour: 1e400}]", "not a finite number"),
        ("prices: [{per_gpu_hour: .inf}]", "inf is not a finite"),
        ("prices: [{tag: a}]", "a price says what"),
        ("prices: [{per_gpu_hour: 1, per_gpu_second: 1}]", "exclude each other"),
        ("prices: [{per_gpu_hour: 1, gpu: H200}]", 'unknown key "gpu"'),
        ("prices: [{tag: a, per_gpu_hour: 1}, {tag: a, per_gpu_second: 1}]", "listed above"),
        ("prices: []", "is empty"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(tmp_path, line, words):
    key = line.partition(":")[0]
    kept = {"currency": "currency: EUR", "prices": "prices: [{per_worker_hour: 1}]"} | {key: line}
    with pytest.raises(DocumentError) as caught:
        prices_of(tmp_path, "\n".join(kept.values()) + "\n")
    assert words in caught.value.message
    assert "prices.yaml:" in caught.value.message


def test_two_currencies_are_refused(tmp_path):
    with pytest.raises(UsageError, match="is in USD"):
        prices_of(tmp_path, DOCUMENT, price_per_gpu_hour="9", currency="USD")


@pytest.mark.parametrize("value", ["-1", "NaN", "1e400", "inf", "much"])
def test_a_setting_that_is_no_price_is_refused(value):
    with pytest.raises(UsageError, match="SHOTFARM_PRICE_PER_GPU_HOUR"):
        load_settings(price_per_gpu_hour=value)
