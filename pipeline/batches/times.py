"""When a cron comes: as Prefect reckons it, over the switches of daylight saving too. Pure.

A cron names times of the clock on the wall. One that comes twice in a night counts once, the first time. One
that a night leaves out is moved by as much as the clocks are, in the direction that Prefect moves it: back
to before the switch; from Python 3.13 on, where Prefect has another library, to after it.
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from storyboard.errors import UsageError
from storyboard.wording import did_you_mean, shown

_ALLOWED = {
    "minute": "0 to 59, *, lists 0,30, ranges 0-10, steps */15",
    "hour": "0 to 23, *, lists 1,2, ranges 0-4, steps */6",
    "day of the month": "1 to 31, *, lists 1,15, ranges 1-7, steps */2",
    "month": "1 to 12 or JAN to DEC, *, lists, ranges, steps",
    "day of the week": "0 to 6 or SUN to SAT, *, lists, ranges MON-FRI",
}
"""the fields of a cron, and what each may be"""
_PART = r"(\*|{one}(-{one})?)(/\d+)?"
_ONE = {"month": r"(\d+|[A-Z]{3})", "day of the week": r"(\d+|[A-Z]{3})"}
_LEFT_OUT_FOLD = 0 if sys.version_info >= (3, 13) else 1
_BEYOND = timedelta(days=2)
"""no zone has moved its clocks by more"""


@dataclass(frozen=True, slots=True)
class Cron:
    """Times of the clock on the wall of a zone.

    Attributes:
        expression: five fields, as cron has them.
        timezone: a name of the IANA's database, such as Europe/Rome.
    """

    expression: str
    timezone: str


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A time, as it is shown.

    Attributes:
        local: with the offset of its zone.
        note: what the clocks do on that day; empty on most.
    """

    local: datetime
    note: str

    @property
    def utc(self) -> datetime:
        """The same time without a zone's habits."""
        return self.local.astimezone(UTC)


def cron_of(expression: str, timezone: str) -> Cron:
    """A cron that comes at some time.

    Raises:
        UsageError: it is none, it never comes, programs read it differently, or there is no such zone.
    """
    fields = expression.split()
    hint = 'minute, hour, day of the month, month, day of the week: "0 2 * * *" is each night at two'
    if len(fields) != len(_ALLOWED):
        raise UsageError(f"--cron {shown(expression)}: a cron has five fields, not {len(fields)}", hint)
    for name, field in zip(_ALLOWED, fields, strict=True):
        if not _is(field, name):
            raise UsageError(f"--cron {shown(expression)}: {shown(field)} is no {name}", _ALLOWED[name])
    days = fields[2], fields[4]
    if "*" not in days and any("*" in field for field in days):
        raise UsageError(
            f"--cron {shown(expression)}: programs do not agree on days of the month and of the week, "
            "where one of them has a star and more",
            "give one of the two, or list the days: 1,3,5",
        )
    cron = Cron(" ".join(fields), _zone_named(timezone))
    try:
        # Prefect gives up a cron whose days of the month never come, whatever its days of the week.
        next(iter(CronSim(" ".join([*fields[:4], "*"]), datetime(2000, 1, 1))))  # noqa: DTZ001
    except (StopIteration, CronSimError):
        raise UsageError(f"--cron {shown(expression)}: such a day never comes") from None
    return cron


def _is(field: str, name: str) -> bool:
    """Whether a field of a cron is what its place asks for."""
    part = _PART.format(one=_ONE.get(name, r"\d+"))
    if not re.fullmatch(f"{part}(,{part})*", field, re.ASCII | re.IGNORECASE):
        return False
    try:
        CronSim(" ".join(field if each == name else "*" for each in _ALLOWED), datetime(2000, 1, 1))  # noqa: DTZ001
    except CronSimError:
        # Of days it also looks whether any month has them.
        return name == "day of the month" and field.isdigit() and 1 <= int(field) <= 31
    return True


def _zone_named(name: str) -> str:
    names = available_timezones()
    if name not in names:
        raise UsageError(
            f"--timezone {shown(name)}: there is no such zone{did_you_mean(name, names)}",
            "zones are named as in Europe/Rome, America/New_York, UTC",
        )
    return name


def zone_here() -> str:
    """The zone of this machine's clock; UTC where it has no name."""
    from tzlocal import get_localzone_name

    with contextlib.suppress(Exception):  # whatever is odd about /etc/localtime
        name = get_localzone_name()
        if name in available_timezones():
            return name
    return "UTC"


def next_times(cron: Cron, after: datetime, count: int) -> list[datetime]:
    """The next times of a cron, in UTC.

    Args:
        cron: the cron.
        after: with a zone; the first time is later than this.
        count: how many.
    """
    zone = ZoneInfo(cron.timezone)
    found: set[datetime] = set()
    enough: datetime | None = None
    for wall in _walls(cron, after.astimezone(zone).replace(tzinfo=None) - _BEYOND):
        if enough and wall > enough:
            break
        time = _instant(wall, zone)
        if time > after:
            found.add(time)
        if len(found) >= count and enough is None:
            # A wall time that a night leaves out is moved, and may come before one that was found.
            enough = wall + _BEYOND
    return sorted(found)[:count]


def in_zone(cron: Cron, times: list[datetime]) -> list[LocalTime]:
    """Times as the zone's clocks show them, with a word where they are put forward or back."""
    zone = ZoneInfo(cron.timezone)
    return [LocalTime(time.astimezone(zone), _note(time.astimezone(zone))) for time in times]


def _note(local: datetime) -> str:
    """What the clocks do on the day of a time."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    before, after = midnight.utcoffset(), (midnight + timedelta(days=1)).utcoffset()
    if before is None or after is None or before == after:
        return ""
    return "the clocks go forward" if after > before else "the clocks go back"


def _walls(cron: Cron, after: datetime) -> Iterator[datetime]:
    """Times on the wall after another, without a zone."""
    return iter(CronSim(cron.expression, after))


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When a wall shows a time."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    return wall.replace(tzinfo=zone, fold=_LEFT_OUT_FOLD).astimezone(UTC)
