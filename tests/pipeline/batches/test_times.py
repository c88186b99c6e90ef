"""When crons come: over the switches of daylight saving, and exactly as Prefect reckons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from prefect.server.schemas.schedules import CronSchedule

from pipeline.batches.times import Cron, cron_of, in_zone, next_times
from storyboard.errors import UsageError

ROME = "Europe/Rome"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shown(cron: str, after: str, count: int) -> list[str]:
    found = Cron(cron, ROME)
    return [
        f"{time.local:%m-%d %H:%M%z} {time.note}".strip()
        for time in in_zone(found, next_times(found, at(after), count))
    ]


def test_two_at_night_stays_two_at_night_when_the_clocks_go_back():
    assert shown("0 2 * * *", "2026-10-23T12:00", 3) == [
        "10-24 02:00+0200",
        "10-25 02:00+0200 the clocks go back",
        "10-26 02:00+0100",
    ]


def test_a_time_that_a_night_has_twice_comes_once():
    hours = next_times(Cron("30 2 * * *", ROME), at("2026-10-24T12:00"), 2)
    assert hours == [at("2026-10-25T00:30"), at("2026-10-26T01:30")]


def test_a_time_that_a_night_leaves_out_comes_all_the_same():
    days = next_times(Cron("30 2 * * *", ROME), at("2027-03-27T12:00"), 3)
    assert [day.date().day for day in days] == [28, 29, 30]
    assert days[1:] == [at("2027-03-29T00:30"), at("2027-03-30T00:30")]
    assert shown("30 2 * * *", "2027-03-27T12:00", 1)[0].endswith("the clocks go forward")


def test_nothing_of_the_second_hour_is_due_again_while_it_passes():
    during = at("2026-10-25T01:10")  # the wall shows 02:10 for the second time
    assert next_times(Cron("30 2 * * *", ROME), during, 1) == [at("2026-10-26T01:30")]


def test_hours_that_come_twice_count_once():
    hours = next_times(Cron("0 * * * *", ROME), at("2026-10-24T22:30"), 4)
    assert [hour.hour for hour in hours] == [23, 0, 2, 3]


crons = st.builds(
    " ".join,
    st.tuples(
        st.sampled_from(["0", "30", "59", "*/20", "10,50", "5-15/5", "*"]),
        st.sampled_from(["0", "1", "2", "3", "23", "*", "*/2", "1,2", "0-4", "2-3"]),
        st.sampled_from(["*", "1", "15,28", "29", "31", "24-31", "*/5"]),
        st.sampled_from(["*", "*", "2", "MAR,OCT", "3-11/4"]),
        st.sampled_from(["*", "*", "0", "SUN", "MON-FRI", "6"]),
    ),
)
zones = st.sampled_from(
    [
        ROME,
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "America/Sao_Paulo",
        "UTC",
        "Africa/Casablanca",
    ]
)
switches = st.sampled_from(
    ["2026-03-29", "2026-10-25", "2027-03-28", "2026-03-08", "2026-11-01", "2026-04-04"]
)
starts = st.builds(
    lambda day, minutes: at(f"{day}T00:00") + timedelta(minutes=minutes),
    switches,
    st.integers(-3 * 24 * 60, 2 * 24 * 60),
)


@given(crons, zones, starts)
@example("10,50 1,2 * * *", "Australia/Lord_Howe", at("2026-10-03T14:00"))
@examples(max_examples=60)
def test_times_are_those_at_which_prefect_starts_runs(text, zone, start):
    try:
        cron = cron_of(text, zone)
    except UsageError as error:
        assert "never comes" in error.message or "do not agree" in error.message  # noqa: PT017
        return
    theirs = CronSchedule(cron=cron.expression, timezone=zone)._get_dates_generator(n=8, start=start)
    wanted = sorted(time.astimezone(UTC) for time in theirs if time > start)
    # What comes before `start` takes places of theirs, and the last may be of a night that they saw in part.
    assert next_times(cron, start, len(wanted))[:-2] == wanted[:-2]


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 2 * *", "five fields, not 4"),
        ("0 0 2 * * *", "five fields, not 6"),
        ("", "five fields, not 0"),
        ("60 2 * * *", '"60" is no minute'),
        ("0 24 * * *", '"24" is no hour'),
        ("0 2 0 * *", '"0" is no day of the month'),
        ("0 2 * 13 *", '"13" is no month'),
        ("0 2 * * MONDAY", '"MONDAY" is no day of the week'),
        ("0 2 * * 5L", '"5L" is no day of the week'),
        ("0 2 L * *", '"L" is no day of the month'),
        ("0 */0 * * *", '"*/0" is no hour'),
        ("5-1 * * * *", '"5-1" is no minute'),
        ("** 2 * * *", '"**" is no minute'),
        ("0 2 ; rm *", '";" is no day of the month'),
        ("@daily", "five fields, not 1"),
        ("H 2 * * *", '"H" is no minute'),
        ("0 2 30 2 *", "never comes"),
        ("0 2 30 2 0", "never comes"),
        ("0 2 */2 * 1", "do not agree"),
    ],
)
def test_a_bad_cron_is_refused_in_words(cron, words):
    with pytest.raises(UsageError) as refused:
        cron_of(cron, ROME)
    assert words in refused.value.message


@pytest.mark.parametrize("zone", ["Europe/Rom", "", "CEST", "/etc/passwd", "../UTC", "Europe/Rome\n"])
def test_an_unknown_zone_is_refused_with_one_like_it(zone):
    with pytest.raises(UsageError) as refused:
        cron_of("0 2 * * *", zone)
    assert "--timezone" in refused.value.message
    if zone == "Europe/Rom":
        assert "Europe/Rome" in refused.value.message
