"""Waits grow, and end."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.notices.tries import LONGEST_WAIT_S, next_try_at


def moments(first_wait_s: float, patience_s: float) -> list[float]:
    """When a notice that is always refused at once is tried."""
    tried = [0.0]
    while (at := next_try_at(0.0, len(tried), tried[-1], first_wait_s, patience_s)) is not None:
        tried.append(at)
    return tried


def test_waits_double_up_to_an_hour_and_the_last_try_is_at_the_end_of_the_patience():
    tried = moments(10.0, 86400.0)
    assert tried[:5] == [0, 10, 30, 70, 150]
    waits = [later - earlier for earlier, later in pairwise(tried)]
    assert max(waits) == LONGEST_WAIT_S
    assert tried[-1] == 86400.0
    assert len(tried) < 40


@given(st.floats(0.01, 1e4), st.floats(0.01, 1e6))
def test_every_notice_is_given_up_in_the_end_and_never_before(first, patience):
    if patience / max(first, 1) > 1e4:
        return
    tried = moments(first, patience)
    assert tried[-1] == patience
    assert tried == sorted(tried)
