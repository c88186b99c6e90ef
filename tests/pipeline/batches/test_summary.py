"""What a batch has cost: the productions' money adds up to that of all of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from farm.schedule.amounts import NOTHING_SPENT, Amount, Spent
from pipeline.batches.summary import BatchSummary, MadeProduction, State
from storyboard.money import minor_of

amounts = st.builds(lambda ms, fine: Amount(ms, money=fine), st.integers(1, 10**9), st.integers(0, 10**10))
spendings = st.lists(
    st.one_of(st.just(NOTHING_SPENT), amounts.map(lambda one: Spent(one, "EUR"))), max_size=12
)


def batch_that_spent(*spent: Spent) -> BatchSummary:
    made = [
        MadeProduction(name="f", film="f", title="F", out="f.mp4", state=State.MADE, spent=one)
        for one in spent
    ]
    return BatchSummary(slate="s", productions=tuple(made), shots=0, unique=0, rendered=0, took_s=0)


@given(spendings)
def test_the_money_of_productions_adds_up_to_that_of_the_batch(spent):
    batch = batch_that_spent(*spent)
    whole = batch.spent.money
    cells = [minor_of(one.fine) for one in batch.costs if one is not None]
    assert sum(cells) == (0 if whole is None else minor_of(whole.fine))
    assert [one is None for one in batch.costs] == [one == NOTHING_SPENT for one in spent]


def test_time_without_a_price_and_money_of_another_currency_make_no_sum():
    euros, unpriced = Spent(Amount(10, money=5), "EUR"), Spent(Amount(10, unpriced_ms=10))
    assert batch_that_spent(euros, unpriced).spent.money is None
    dollars = Spent(Amount(10, money=5), "USD")
    both = batch_that_spent(euros, dollars)
    assert (both.spent.money, both.spent.amount.worker_ms) == (None, 20)
    assert [str(one) for one in both.costs] == ["0.00 EUR", "0.00 USD"]
