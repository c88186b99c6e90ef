"""What stands: from takes and decisions to the status of each, and back by undoing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalog.entries import (
    Adopt,
    Approve,
    Decision,
    Note,
    Omit,
    Restore,
    Retake,
    Take,
    Unapprove,
    Undo,
    Wish,
)
from pipeline.catalog.status import ShotStanding, Status, standing, standings
from pipeline.catalog.undo import effective, not_undone, to_redo, to_undo
from storyboard.planning.adjustments import Adjustment
from tests.support.pipeline.catalogs import decided, new_take, numbered, wish

RAIN, SNOW = Adjustment(add_prompt="in rain"), Adjustment(add_prompt="in snow")
FINE = Adjustment(renderer="fine")


def stands(takes: list[Take], *wishes: Wish) -> ShotStanding:
    return standing("1A", takes, [decided(number, one) for number, one in enumerate(wishes, 1)])


def takes_called(*names: str, renderer: str = "draft") -> list[Take]:
    return [numbered(new_take("1A", name, renderer), number) for number, name in enumerate(names, 1)]


def statuses(found: ShotStanding) -> list[str]:
    return [one.status.value + (" o" if one.circled else "") for one in found.takes]


def test_of_takes_that_nobody_judged_the_newest_waits_for_a_person():
    assert statuses(stands(takes_called("first", "second"))) == ["rendered", "for review"]


def test_the_newest_of_each_renderer_waits():
    takes = [*takes_called("first"), numbered(new_take("1A", "second", "final"), 2)]
    assert statuses(stands(takes)) == ["for review", "for review"]


def test_an_approved_take_is_circled_until_another_is():
    takes = takes_called("first", "second")
    first = wish("1A", Approve(), "first")
    assert statuses(stands(takes, first)) == ["approved o", "for review"]
    assert statuses(stands(takes, first, wish("1A", Approve(), "second"))) == ["rendered", "approved o"]


def test_a_circle_holds_within_its_renderer():
    takes = [*takes_called("first"), numbered(new_take("1A", "second", "final"), 2)]
    found = stands(takes, wish("1A", Approve(), "first"))
    assert found.in_cut("draft") == takes[0]
    assert found.in_cut("final") is None
    assert found.status("final") is Status.FOR_REVIEW
    both = stands(takes, wish("1A", Approve(), "first"), wish("1A", Approve(), "second"))
    assert both.circled == {"draft": takes[0], "final": takes[1]}


def test_a_wish_for_another_take_leaves_the_circle_where_it_is():
    takes = takes_called("first")
    found = stands(takes, wish("1A", Approve(), "first"), wish("1A", Retake(adjustments=(RAIN,)), "first"))
    assert statuses(found) == ["retake o"]
    assert found.in_cut("draft") == takes[0]


def test_every_alternative_of_a_wish_waits_until_one_is_approved():
    asked = wish("1A", Retake(text="wetter", adjustments=(RAIN, SNOW)), "first")
    takes = [
        *takes_called("first"),
        numbered(new_take("1A", "rain", adjustment=RAIN), 2),
        numbered(new_take("1A", "snow", adjustment=SNOW), 3),
    ]
    assert statuses(stands(takes, asked)) == ["retake", "for review", "for review"]
    chosen = stands(takes, asked, wish("1A", Approve(), "rain"))
    assert statuses(chosen) == ["retake", "approved o", "rendered"]


def test_what_was_wished_for_last_is_what_planning_lays_over_the_shot():
    takes = [*takes_called("first"), numbered(new_take("1A", "rain", adjustment=RAIN), 2)]
    asked = wish("1A", Retake(adjustments=(RAIN, SNOW)), "first")
    assert stands(takes, asked).wished == RAIN
    assert stands(takes, asked, wish("1A", Retake(adjustments=(SNOW,)), "rain")).wished == SNOW
    assert (
        stands(takes, asked, wish("1A", Retake(adjustments=(SNOW,)), "rain"), wish("1A", Undo(of=2))).wished
        == RAIN
    )


def test_what_was_approved_as_a_draft_is_how_the_final_take_is_made():
    takes = [*takes_called("first"), numbered(new_take("1A", "snow", adjustment=SNOW), 2)]
    asked = wish("1A", Retake(adjustments=(RAIN, SNOW)), "first")
    found = stands(takes, asked, wish("1A", Approve(), "snow"))
    assert found.decided("final", lambda _: None).adjustment == SNOW
    plain = stands(takes, asked, wish("1A", Approve(), "first"))
    assert plain.decided("final", lambda _: None).adjustment is None


def test_a_take_that_was_wished_for_from_another_renderer_is_in_every_cut():
    take = numbered(new_take("1A", "fine", "fine", adjustment=FINE), 2)
    found = stands(
        [*takes_called("first"), take], wish("1A", Approve(), "first"), wish("1A", Approve(), "fine")
    )
    assert found.in_cut("draft") == take
    assert found.in_cut("final") == take


def test_what_was_adopted_is_laid_over_the_shot_no_more():
    takes = [*takes_called("first"), numbered(new_take("1A", "rain", adjustment=RAIN), 2)]
    until_then = [
        wish("1A", Retake(adjustments=(RAIN,)), "first"),
        wish("1A", Approve(), "rain"),
        wish("1A", Adopt(changed={"action": "in rain"}), "rain"),
    ]
    found = stands(takes, *until_then)
    assert found.wished is None
    assert found.decided("final", lambda _: None).adjustment is None
    assert found.in_cut("draft") == takes[1], "it stays circled"
    later = stands(takes, *until_then, wish("1A", Retake(adjustments=(SNOW,)), "rain"))
    assert later.wished == SNOW


def test_a_circled_take_that_is_gone_from_the_store_is_made_again_as_it_was():
    takes = [numbered(new_take("1A", "rain", adjustment=RAIN), 1)]
    found = stands(takes, wish("1A", Approve(), "rain")).decided("draft", lambda _: None)
    assert (found.circled, found.adjustment) == (None, RAIN)


def test_an_omitted_shot_is_restored():
    takes = takes_called("first")
    gone = stands(takes, wish("1A", Omit()))
    assert (gone.omitted, gone.status("draft")) == (True, Status.OMITTED)
    assert stands(takes, wish("1A", Omit()), wish("1A", Restore())).omitted is False


def test_what_was_adopted_and_what_came_before_it_is_not_undone():
    decisions = [decided(1, wish("1A", Approve(), "first")), decided(2, wish("1A", Adopt(), "first"))]
    assert to_undo(decisions) is None
    assert to_undo([*decisions, decided(3, wish("1A", Note(text="good")))]).number == 3


def test_an_undo_takes_back_what_one_person_said():
    decisions = [decided(1, wish("1A", Note(text="a"))), decided(2, wish("1A", Note(text="b"), by="bo"))]
    assert to_undo(decisions, "ada").number == 1
    assert to_undo(decisions).number == 2


KINDS = st.one_of(
    st.builds(lambda text: Note(text=text), st.text(max_size=3)),
    st.builds(lambda what: Retake(adjustments=(what,)), st.sampled_from([RAIN, SNOW, FINE])),
    *(st.just(kind()) for kind in (Approve, Unapprove, Omit, Restore)),
)
NAMES = ("first", "rain", "fine", "final")
TAKES = [
    numbered(new_take("1A", "first"), 1),
    numbered(new_take("1A", "rain", adjustment=RAIN), 2),
    numbered(new_take("1A", "fine", "fine", adjustment=FINE), 3),
    numbered(new_take("1A", "final", "final"), 4),
]
STEPS = st.lists(
    st.one_of(st.tuples(KINDS, st.sampled_from(NAMES)), st.sampled_from(["undo", "redo"])), max_size=14
)


def played(steps: list[object]) -> list[Decision]:
    """The decisions of people who also undo and do again."""
    decisions: list[Decision] = []
    for step in steps:
        if isinstance(step, tuple):
            what: object = wish("1A", *step)
        else:
            found = to_undo(decisions) if step == "undo" else to_redo(decisions)
            if found is None:
                continue
            what = wish("1A", Undo(of=found.number))
        decisions.append(decided(len(decisions) + 1, what))
    return decisions


def undone(decisions: list[Decision]) -> list[Decision]:
    """The same, with everything undone afterwards."""
    decisions = [*decisions]
    while (found := to_undo(decisions)) is not None:
        decisions.append(decided(len(decisions) + 1, wish("1A", Undo(of=found.number))))
    return decisions


def without_numbers(found: ShotStanding) -> tuple[object, ...]:
    said = [(one.what, one.take) for one in found.said]
    return found.takes, found.omitted, said, found.circled, found.wished


@given(STEPS)
def test_undoing_everything_leads_back_to_the_start(steps):
    before = standing("1A", TAKES, [])
    assert without_numbers(standing("1A", TAKES, undone(played(steps)))) == without_numbers(before)


@given(STEPS)
def test_an_undo_and_doing_it_again_change_nothing(steps):
    decisions = played(steps)
    found = to_undo(decisions)
    if found is None:
        return
    undid = [*decisions, decided(len(decisions) + 1, wish("1A", Undo(of=found.number)))]
    again = to_redo(undid)
    assert again is not None
    redone = [*undid, decided(len(undid) + 1, wish("1A", Undo(of=again.number)))]
    assert without_numbers(standing("1A", TAKES, redone)) == without_numbers(standing("1A", TAKES, decisions))


@given(STEPS)
def test_what_stands_is_what_stood_had_the_undone_never_been_said(steps):
    decisions = played(steps)
    said = effective(decisions)
    assert standing("1A", TAKES, decisions).takes == standing("1A", TAKES, said).takes
    assert {one.number for one in not_undone(decisions)} >= {one.number for one in said}


@given(STEPS)
def test_at_most_one_take_of_each_renderer_is_circled(steps):
    found = standing("1A", TAKES, played(steps))
    circled = [one.take.renderer for one in found.takes if one.circled]
    assert len(circled) == len({*circled})
    assert {take.digest for take in found.circled.values()} == {
        one.take.digest for one in found.takes if one.circled
    }


@given(st.lists(st.sampled_from(["1A", "1B", "1C"]), max_size=12), STEPS, st.randoms(use_true_random=False))
def test_how_decisions_of_several_shots_come_between_each_other_changes_nothing(others, steps, random):
    mine = played(steps)
    foreign = [decided(100 + number, wish("2B", Note(text=text))) for number, text in enumerate(others)]
    mixed = sorted([*mine, *foreign], key=lambda one: (one.shot == "2B") * random.random())
    order = [one for one in mixed if one.shot == "1A"]
    order.sort(key=lambda one: one.number)
    mixed = [order.pop(0) if one.shot == "1A" else one for one in mixed]
    assert standings(TAKES, mixed)["1A"] == standing("1A", TAKES, mine)
