"""What is told, and what a hostile title does to it: nothing."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farm.schedule.amounts import Over
from pipeline.notices.herald import hears
from pipeline.notices.notice import (
    MOST_TITLE,
    About,
    failed,
    finished,
    killed,
    late,
    one_line,
    over_budget,
    slate_ended,
    waits_for_approval,
)
from storyboard.errors import CalledOffError, ShotFailedError
from storyboard.schema.notices import Occasion

LAMP = About("The Lamp", Path("/films/lamp/film.yaml"), {"review": "https://review.example.com/"})


def test_a_finished_film_is_told_with_where_it_is_and_where_to_look():
    told = finished(LAMP, Path("/films/lamp/out/lamp.mp4"), seconds=88.04, shots=20, rendered=3)
    assert (told.occasion, told.subject) == (Occasion.FINISHED, "The Lamp: finished")
    assert told.text.splitlines() == [
        "The film is there: /films/lamp/out/lamp.mp4",
        "88.0 s, 20 shots, 3 rendered now.",
        "review: https://review.example.com/",
    ]


def test_a_film_without_one_of_its_deliverables_has_failed():
    told = finished(LAMP, Path("l.mp4"), seconds=1, shots=1, rendered=1, lacks=["web: the disk is full"])
    assert told.occasion is Occasion.FAILED
    assert "web: the disk is full" in told.text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ShotFailedError("2 of 6 shots could not be rendered", "look"), "2 of 6 shots could not be rendered"),
        (CalledOffError("it was called off"), "Somebody has called the production off."),
        (KeyError("a-password"), "A bug ended the run: KeyError."),
    ],
)
def test_a_failure_is_told_in_the_words_of_its_error_and_a_bug_by_its_kind(error, words):
    told = failed(LAMP, error)
    assert told.subject == "The Lamp: failed"
    assert words in told.text
    assert "a-password" not in told.text


def test_a_long_error_is_cut():
    told = failed(LAMP, ShotFailedError("\n".join(f"shot {n}: {'x' * 9000}" for n in range(900))))
    assert len(told.text) < 60_000
    assert "…" in told.text


def test_each_other_occasion_has_its_words():
    assert "`shotfarm render /films/lamp/film.yaml` goes on" in killed(LAMP).text
    slate = About("spring", Path("s.yaml"), version="out/ana", again="shotfarm batch run s.yaml")
    assert "`shotfarm batch run s.yaml` goes on" in killed(slate).text
    assert killed(slate).subject == "spring (out/ana): failed"
    assert "Takes of 2 shots wait for approval: 1A, 1B." in waits_for_approval(LAMP, ("1A", "1B")).text
    spent = over_budget(LAMP, budget("312.40", "300.00 EUR"))
    assert spent.occasion is Occasion.OVER_BUDGET
    assert "Of the budget of the slate s.yaml, 312.40 of 300.00 EUR are spent." in spent.text
    due = datetime(2026, 12, 24, 18, tzinfo=timezone(timedelta(hours=1), "CET"))
    told = late(LAMP, due, due + timedelta(hours=3), ["Two more workers would make it in time."])
    dates, helps = told.text.splitlines()[:2]
    assert dates.startswith("It is due Thursday, 24 December 2026, 18:00 CET. It is expected Thursday, ")
    assert dates.endswith("24 December 2026, 21:00 CET.")
    assert helps == "Two more workers would make it in time."
    assert "not known" in late(LAMP, due, None).text


def budget(spent: str, limit: str, account: str = "id/s.yaml") -> Over:
    return Over(account, "the slate s.yaml", spent, limit)


def test_a_deadline_and_a_budget_are_told_of_once_and_another_one_again():
    due = datetime(2026, 12, 24, 18, tzinfo=UTC)
    assert late(LAMP, due, None).id == late(LAMP, due, due).id
    assert late(LAMP, due, None).id != late(LAMP, due + timedelta(days=1), None).id
    ana = About("The Lamp", LAMP.film, version="out/ana")
    assert late(ana, due, None).id != late(About("The Lamp", LAMP.film, version="out/bo"), due, None).id
    first = over_budget(LAMP, budget("301", "300 EUR"))
    assert first.id == over_budget(ana, budget("310", "300 EUR")).id, "whoever is held by it"
    assert first.id != over_budget(LAMP, budget("401", "400 EUR")).id, "it was raised"
    assert first.id != over_budget(LAMP, budget("301", "300 EUR", "id/film.yaml")).id
    assert killed(LAMP).id != killed(LAMP).id


@pytest.mark.parametrize(
    ("failures", "waiting", "occasion"),
    [
        ([("f-ana", "no disk")], ["f-bo"], Occasion.FAILED),
        ([], ["f-bo"], Occasion.WAITS),
        ([], [], Occasion.FINISHED),
    ],
)
def test_a_slate_is_one_notice_for_all_of_its_productions(failures, waiting, occasion):
    told = slate_ended(About("nightly", Path("slate.yaml")), 38, failures, waiting)
    assert told.occasion is occasion
    every = 38 + len(failures) + len(waiting)
    assert told.text.startswith(f"38 of {every} productions are there.")
    assert all(f"{name} failed: {why}" in told.text for name, why in failures)
    assert all(name in told.text for name in waiting)


@given(st.text(max_size=400))
def test_no_title_breaks_its_line_or_turns_it(title):
    line = one_line(title)
    assert len(line) <= MOST_TITLE
    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in line)
    assert not any(unicodedata.bidirectional(c) in {"LRO", "RLO", "LRE", "RLE", "LRI", "RLI"} for c in line)
    about = About(title, Path("f"))
    assert len(finished(about, Path("f"), seconds=1, shots=1, rendered=1).subject.splitlines()) == 1


def test_whoever_wants_to_hear_of_an_occasion_does():
    notices = {"a": (Occasion.FAILED,), "b": (Occasion.FAILED, Occasion.LATE)}
    assert hears(notices, Occasion.FAILED) == ["a", "b"]
    assert hears(notices, Occasion.LATE) == ["b"]
    assert hears(notices, Occasion.FINISHED) == []
