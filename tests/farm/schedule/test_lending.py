"""Who may use which processors beside the workers, told as tables."""

from __future__ import annotations

from farm.schedule.lending import FORGET_S, Lending


def test_a_node_lends_what_its_workers_do_not_use_and_at_least_one():
    assert sorted(Lending().lend("a", {}, 9, {"n1": 3.0, "n2": 0.0, "n3": -1.0}, 0)) == [
        "n1",
        "n1",
        "n1",
        "n2",
        "n3",
    ]


def test_no_more_is_lent_than_is_wanted_and_the_idlest_node_first():
    assert Lending().lend("a", {}, 2, {"n1": 1.0, "n2": 4.0}, 0) == ["n2", "n2"]


def test_what_somebody_holds_is_lent_to_nobody_else():
    lending = Lending()
    assert len(lending.lend("a", {}, 4, {"n1": 4.0}, 0)) == 4
    assert lending.lend("b", {}, 4, {"n1": 4.0}, 1) == []
    assert lending.lend("a", {"n1": 3}, 0, {"n1": 4.0}, 2) == []
    assert lending.lend("b", {}, 4, {"n1": 4.0}, 3) == ["n1"]


def test_those_who_want_some_share_them():
    lending = Lending()
    lending.lend("a", {}, 9, {"n1": 4.0}, 0)
    lending.lend("b", {}, 9, {"n1": 4.0}, 0)
    assert lending.lend("a", {"n1": 2}, 9, {"n1": 4.0}, 1) == [], "it has its half"
    assert lending.lend("b", {}, 9, {"n1": 4.0}, 1) == ["n1", "n1"]


def test_who_falls_silent_or_gives_back_holds_nothing():
    lending = Lending()
    lending.lend("a", {}, 9, {"n1": 2.0}, 0)
    assert lending.lend("b", {}, 9, {"n1": 2.0}, FORGET_S - 1) == []
    assert len(lending.lend("b", {}, 9, {"n1": 2.0}, FORGET_S + 1)) == 2
    lending.give_back("b")
    assert len(lending.lend("c", {}, 9, {"n1": 2.0}, FORGET_S + 1)) == 2


def test_a_node_that_leaves_lends_nothing():
    lending = Lending()
    lending.lend("a", {}, 1, {"n1": 1.0}, 0)
    assert lending.lend("a", {"n1": 1}, 5, {"n2": 1.0}, 1) == ["n2"]
