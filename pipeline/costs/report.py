"""What was charged, by what it was good for. Pure, in whole numbers: the parts add up to the whole.

- *accepted*: attempts whose take is in the cut or circled; of a version, the last take of each
  shot. States that were kept for such a take count too, and inputs that were encoded.
- *rejected*: attempts whose take is neither.
- *lost*: attempts that ended without a take: they failed, were cancelled, or their worker crashed.
- *idle*: workers that were held without an attempt: they waited, or loaded.
- *running*: attempts that have not ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from farm.schedule.amounts import NOTHING, RUNNING, Amount, Entry
from farm.schedule.prices import PriceList, Use
from farm.schedule.usage import Purpose
from storyboard.money import FINE, Money, shares


class Part(StrEnum):
    """What time was good for."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LOST = "lost"
    IDLE = "idle"
    RUNNING = "running"


class By(StrEnum):
    """What a row is of."""

    FILM = "film"
    MONTH = "month"
    RENDERER = "renderer"
    SHOT = "shot"
    TAKE = "take"
    PRODUCTION = "production"
    SLATE = "slate"


_PART = {
    Purpose.LOST.value: Part.LOST,
    Purpose.STOPPED.value: Part.LOST,
    Purpose.REJECTED.value: Part.LOST,
    Purpose.IDLE.value: Part.IDLE,
    Purpose.LOADING.value: Part.IDLE,
    RUNNING: Part.RUNNING,
}
_BETWEEN = "(between shots)"


@dataclass(frozen=True, slots=True)
class Charged:
    """What a film was charged.

    Attributes:
        entries: as they were written down.
        accepted: digests of the takes that are in its cut or circled.
        lasts_ms: how long each of these is in the film, without handles.
        slates: names of slates, by their accounts.
    """

    entries: Sequence[Entry]
    accepted: frozenset[str]
    lasts_ms: Mapping[str, int] = field(default_factory=dict)
    slates: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Row:
    """What a film, a month, a renderer, a shot or a take was charged.

    Attributes:
        name: of it.
        currency: of its money; empty where nothing of it has a price.
        parts: by what it was good for.
        attempts: how many began.
        accepted_ms: of film, that accepted takes show.
    """

    name: str
    currency: str
    parts: dict[Part, Amount] = field(default_factory=dict)
    attempts: int = 0
    accepted_ms: int = 0

    @property
    def whole(self) -> Amount:
        """All of it."""
        return sum(self.parts.values(), NOTHING)

    @property
    def per_accepted_second(self) -> Money | None:
        """All of its money for each second that is accepted; None without any, or without a price for all."""
        whole = self.whole
        if not self.accepted_ms or not self.currency or whole.unpriced_ms:
            return None
        return Money((2000 * whole.money + self.accepted_ms) // (2 * self.accepted_ms), self.currency)


@dataclass(frozen=True, slots=True)
class Report:
    """What was charged.

    Attributes:
        by: what its rows are of.
        rows: in order.
        totals: all rows of a currency together.
    """

    by: By
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]

    def minor(self) -> list[dict[Part, int]]:
        """The money of each row's parts in whole smallest units."""
        return self.cells(FINE, lambda amount: amount.money)

    def cells(self, unit: int, of: Callable[[Amount], int]) -> list[dict[Part, int]]:
        """Each row's parts in whole units.

        All of a currency add up to its sum, and those of a part to the same in every view: what a part comes
        to is shared out of the sum, and what its rows come to is shared out of that.
        """
        found: list[dict[Part, int]] = [{} for _ in self.rows]
        for total in self.totals:
            rows = [place for place, row in enumerate(self.rows) if row.currency == total.currency]
            parts = [part for part in Part if part in total.parts]
            sums = shares([of(total.parts[part]) for part in parts], unit)
            for part, sum_ in zip(parts, sums, strict=True):
                those = [place for place in rows if part in self.rows[place].parts]
                amounts = [of(self.rows[place].parts[part]) for place in those]
                for place, cell in zip(those, shares(amounts, unit, sum_), strict=True):
                    found[place][part] = cell
        return found


def reported(films: Iterable[Charged], by: By, prices: PriceList) -> Report:
    """What films were charged.

    Args:
        films: what each was.
        by: what the rows are of.
        prices: of time that had no price when it was charged.
    """
    kept: list[tuple[str, Part, Entry, int]] = []
    for film in films:
        accepted = film.accepted | _last_of_versions(film.entries)
        shown: set[tuple[str, str]] = set()
        for entry in film.entries:
            name, part = _named(film, by)(entry), _part(entry, accepted)
            lasts_ms = 0
            if (
                part is Part.ACCEPTED
                and entry.purpose == Purpose.ACCEPTED.value
                and (name, entry.digest) not in shown
            ):
                shown.add((name, entry.digest))
                lasts_ms = film.lasts_ms.get(entry.digest, 0)
            kept.append((name, part, _priced(entry, prices), lasts_ms))
    currencies = sorted({entry.currency for _, _, entry, _ in kept if entry.currency})
    alone = currencies[0] if len(currencies) == 1 else ""
    rows: dict[tuple[str, str], Row] = {}
    totals: dict[str, Row] = {}
    for name, part, entry, lasts_ms in kept:
        currency = entry.currency or alone
        row = rows.setdefault((name, currency), Row(name, currency))
        for one in (row, totals.setdefault(currency, Row("", currency))):
            one.parts[part] = one.parts.get(part, NOTHING) + entry.amount
            one.attempts += entry.attempts
            one.accepted_ms += lasts_ms
    ordered = sorted(rows.items()) if by is By.MONTH else rows.items()
    return Report(by, tuple(row for _, row in ordered), tuple(totals.values()))


def month_of(entry: Entry) -> str:
    """`2026-11`, in UTC."""
    return f"{datetime.fromtimestamp(entry.began, UTC):%Y-%m}"


def _named(film: Charged, by: By) -> Callable[[Entry], str]:
    return {
        By.FILM: lambda entry: entry.title,
        By.MONTH: month_of,
        By.RENDERER: lambda entry: entry.renderer,
        By.SHOT: lambda entry: entry.shot or _BETWEEN,
        By.TAKE: lambda entry: f"{entry.shot} {entry.digest[:12]}" if entry.digest else _BETWEEN,
        By.PRODUCTION: lambda entry: entry.version or entry.title,
        By.SLATE: lambda entry: film.slates.get(entry.slate, entry.slate) if entry.slate else "(no slate)",
    }[by]


def _part(entry: Entry, accepted: frozenset[str]) -> Part:
    if entry.purpose in _PART:
        return _PART[entry.purpose]
    return Part.ACCEPTED if not entry.digest or entry.digest in accepted else Part.REJECTED


def _last_of_versions(entries: Iterable[Entry]) -> frozenset[str]:
    """The last take of each shot of each version: nobody has said another one of it."""
    last: dict[tuple[str, str, str, str], str] = {}
    for entry in sorted(entries, key=lambda one: one.began):
        if entry.version and entry.digest and entry.purpose == Purpose.ACCEPTED.value:
            last[entry.slate, entry.version, entry.shot, entry.renderer] = entry.digest
    return frozenset(last.values())


def _priced(entry: Entry, prices: PriceList) -> Entry:
    """The same, at today's price where it had none."""
    if entry.money is not None:
        return entry
    use = Use(frozenset({entry.renderer}), frozenset(entry.tags), entry.card)
    rates = prices.rates(use, with_card=entry.gpu_ms > 0)
    if rates is None:
        return entry
    return replace(entry, money=rates.cost(entry.worker_ms, entry.gpu_ms), currency=prices.currency)
