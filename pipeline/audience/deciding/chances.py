"""How likely viewers are to choose each answer, learned from those who chose. Pure.

Each answer begins with one vote that nobody gave (Laplace's rule of succession), so that all are equally
likely at first, none is ever impossible, and what many chose is soon believed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def chances(answers: Sequence[str], counts: Mapping[str, int]) -> dict[str, float]:
    """The chance of each answer of a question; they add up to one.

    Args:
        answers: the ids of a question's answers, each once.
        counts: how often each was chosen, by whoever; what is no answer any more is passed over.

    >>> chances(["sea", "hill"], {}), chances(["sea", "hill"], {"sea": 8})
    ({'sea': 0.5, 'hill': 0.5}, {'sea': 0.9, 'hill': 0.1})
    """
    votes = {answer: 1 + max(0, counts.get(answer, 0)) for answer in answers}
    everybody = sum(votes.values())
    return {answer: vote / everybody for answer, vote in votes.items()}
