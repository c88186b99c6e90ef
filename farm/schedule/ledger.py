"""Who pays for which time of the workers, and what that leaves of budgets. Pure: no clock is read.

Every millisecond of a worker from its first attempt on is charged once:

- an attempt that holds the worker is charged to the production that it was given out for;
- what the worker does without one (it idles, or is written beside) to the production that it last worked for,
  and what it did before its first attempt (it loaded) to that attempt's.

What a hosted service asks for is charged to the attempt whose call it took on, as soon as it has; the time of
workers that only wait for it costs nothing, unless somebody lists a price of it.

A budget is *reached* when what was spent is as much as one of its limits. It is *committed* when what renders
is expected to use up the rest: nothing more begins then either, and goes on by itself if that took less. A
production begins nothing while one of its budgets is reached or committed, or what was spent of it before is
not known yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from farm.schedule.amounts import (
    NOBODY,
    NOTHING,
    RUNNING,
    Amount,
    Budget,
    Charge,
    Entry,
    Limits,
    Over,
    Spent,
)
from farm.schedule.prices import WITHOUT_COST, Rates, Use
from farm.schedule.states import AttemptState, FailureKind, ShotRequest, WorkerState
from farm.schedule.usage import Held, Purpose, purpose_of


@dataclass(slots=True)
class _Spell:
    """Time of a worker that is one entry: an attempt, or what it did without one for a production."""

    production: str
    charge: Charge
    renderer: str
    use: Use
    gpus: float
    rates: Rates | None
    began: int
    shot: str = ""
    digest: str = ""
    attempts: int = 0
    expected_ms: int = 0
    expected_fee: int = 0
    expected_credits: int = 0
    worker_ms: int = 0
    fee: int = 0
    credits: int = 0

    def amount(self, worker_ms: int) -> Amount:
        return self._amount(worker_ms, self.fee, self.credits)

    def expected(self) -> Amount:
        """What it will come to, as the plan estimates it; no less than what services have asked for."""
        fee, credits_ = max(self.fee, self.expected_fee), max(self.credits, self.expected_credits)
        return self._amount(self.expected_ms, fee, credits_)

    def _amount(self, worker_ms: int, fee: int, credits_: int) -> Amount:
        gpu_ms = round(worker_ms * self.gpus)
        if self.rates is None:
            return Amount(worker_ms, gpu_ms, 0, worker_ms, credits_)
        return Amount(worker_ms, gpu_ms, self.rates.cost(worker_ms, gpu_ms) + fee, 0, credits_)

    def entry(self, purpose: str, why: str = "") -> Entry:
        spent = self.amount(self.worker_ms)
        charge = self.charge
        return Entry(
            charge.film,
            charge.title,
            charge.slate,
            charge.version,
            self.production,
            self.shot,
            self.digest,
            self.renderer,
            self.use.card,
            tuple(sorted(self.use.tags)),
            purpose,
            why,
            self.began,
            self.attempts,
            spent.worker_ms,
            spent.gpu_ms,
            None if self.rates is None else spent.money,
            "" if self.rates is None else charge.prices.currency,
            self.credits,
        )


@dataclass(slots=True)
class _Account:
    """A budget, what was spent of it elsewhere (None until that is known), and here."""

    budget: Budget
    before: Amount | None = None
    closed: Amount = NOTHING
    open: Amount = NOTHING
    ahead: Amount = NOTHING

    @property
    def spent(self) -> Amount:
        return (self.before or NOTHING) + self.closed + self.open

    @property
    def committed(self) -> Amount:
        return (self.before or NOTHING) + self.closed + self.ahead


Place = tuple[str, str]
"""a store's root, and a bucket in it"""


@dataclass(slots=True)
class Ledger:
    """The books of a farm.

    Attributes:
        closed: what was charged and is to be written down, by place; whoever has written it takes it away.
    """

    closed: dict[Place, list[Entry]] = field(default_factory=dict)
    _charges: dict[str, Charge] = field(default_factory=dict)
    _accounts: dict[str, _Account] = field(default_factory=dict)
    _open: dict[int, _Spell] = field(default_factory=dict)
    _between: dict[tuple[str, str, str, Use, float], _Spell] = field(default_factory=dict)
    _last: dict[str, _Spell] = field(default_factory=dict)
    _before_first: dict[str, dict[Purpose, int]] = field(default_factory=dict)
    _workers: dict[str, Held] = field(default_factory=dict)
    _looked_at_ms: dict[str, int] = field(default_factory=dict)
    _closed_of: dict[str, Amount] = field(default_factory=dict)

    # What productions and people say ------------------------------------------------------------

    def charge(self, production: str, charge: Charge) -> None:
        """Who pays for a production from now on; what was spent of its budgets before is to be looked up."""
        self._charges[production] = charge
        for budget in charge.budgets:
            account = self._accounts.setdefault(budget.account, _Account(budget))
            account.budget = budget

    def spent_before(self, account: str, amount: Amount) -> None:
        """What was spent of a budget, but for what this farm has charged since it began."""
        if account in self._accounts:
            self._accounts[account].before = amount

    def allow(self, account: str, limits: Limits) -> bool:
        """Set what may be spent; False when that changes nothing."""
        found = self._accounts.get(account)
        if found is None or found.budget.limits == limits:
            return False
        budget = found.budget
        found.budget = Budget(budget.account, budget.title, limits, budget.kept, budget.raise_with)
        return True

    def forget(self, production: str) -> None:
        """A production is gone; what it has open is still charged to it."""
        self._charges.pop(production, None)
        self._closed_of.pop(production, None)

    # What happens -------------------------------------------------------------------------------

    def look(self, now_ms: int, workers: Mapping[str, Held]) -> None:
        """Charge the time since the last look to what each worker did; `workers` is what they do now."""
        for name, held in self._workers.items():
            self._count(name, held, max(0, now_ms - self._looked_at_ms[name]))
        self._workers, self._looked_at_ms = dict(workers), dict.fromkeys(workers, now_ms)
        for name in self._last.keys() - workers.keys():
            del self._last[name]
        for name in self._before_first.keys() - workers.keys():
            del self._before_first[name]
        self._recount()

    def look_at(self, now_ms: int, name: str, held: Held) -> None:
        """Charge the time of one worker since the last look; `held` is what it does now."""
        if name in self._workers:
            self._count(name, self._workers[name], max(0, now_ms - self._looked_at_ms[name]))
        self._workers[name], self._looked_at_ms[name] = held, now_ms

    def began(self, token: int, production: str, request: ShotRequest, worker: WorkerState, at: int) -> None:
        """An attempt has been given out.

        Args:
            token: the attempt's.
            production: for whom.
            request: what is rendered.
            worker: by whom.
            at: seconds since 1970.
        """
        charge = self._charges.get(production)
        if charge is None:
            self._last.pop(worker.name, None)
            return
        renderer = request.renderer or request.backend
        use = Use(frozenset({renderer, request.backend}), worker.tags, worker.card)
        waits = WITHOUT_COST if request.places and charge.prices.currency else None
        spell = _Spell(
            production,
            charge,
            renderer,
            use,
            worker.gpus,
            charge.prices.rates(use, with_card=worker.gpus > 0) or waits,
            at,
            "" if request.encodes else request.shot,
            "" if request.encodes else request.digest.partition("@")[0],
            1,
            round(1000 * request.work_s),
            request.fee,
            request.credits,
        )
        self._open[token] = self._last[worker.name] = spell
        for purpose, worker_ms in self._before_first.pop(worker.name, {}).items():
            self._without_attempt(spell, purpose).worker_ms += worker_ms
        self._recount()

    def paid(self, token: int, service: str, hundredths: int, usd_per_credit: str) -> None:
        """A service has taken a call of an attempt on, or says that another sum was charged for it.

        Args:
            token: the attempt's.
            service: what people call it.
            hundredths: of its unit, by how much more (or less) was charged.
            usd_per_credit: its own price of a unit.
        """
        spell = self._open.get(token)
        if spell is not None:
            spell.credits += hundredths
            spell.fee += spell.charge.prices.fee(service, hundredths, usd_per_credit) or 0
            self._recount()

    def ended(self, token: int, how: AttemptState, why: FailureKind | None = None) -> None:
        """An attempt has ended; what it held is to be looked at before."""
        spell = self._open.pop(token, None)
        if spell is not None:
            self._close(spell, purpose_of(how), why or "")
            self._recount()

    def _count(self, name: str, held: Held, passed: int) -> None:
        if not isinstance(held.by, Purpose):
            if held.by in self._open:
                self._open[held.by].worker_ms += passed
        elif name in self._last:
            self._without_attempt(self._last[name], held.by).worker_ms += passed
        else:
            before = self._before_first.setdefault(name, {})
            before[held.by] = before.get(held.by, 0) + passed

    def _without_attempt(self, last: _Spell, purpose: Purpose) -> _Spell:
        key = (last.production, purpose.value, last.renderer, last.use, last.gpus)
        if key not in self._between:
            self._between[key] = _Spell(
                last.production, last.charge, last.renderer, last.use, last.gpus, last.rates, last.began
            )
        return self._between[key]

    def close_idle(self) -> None:
        """Make entries of what workers did without an attempt for productions that they have left since."""
        stay = {(last.production, last.renderer, last.use, last.gpus) for last in self._last.values()}
        for key in [key for key in self._between if (key[0], *key[2:]) not in stay]:
            spell = self._between.pop(key)
            if spell.worker_ms:
                self._close(spell, key[1], "")
        self._recount()

    def _close(self, spell: _Spell, purpose: str, why: str) -> None:
        charge = spell.charge
        if charge.bucket:
            self.closed.setdefault((charge.store, charge.bucket), []).append(spell.entry(purpose, why))
        if spell.production in self._charges:
            before = self._closed_of.get(spell.production, NOTHING)
            self._closed_of[spell.production] = before + spell.amount(spell.worker_ms)
        for account in self._accounts_of(charge):
            account.closed += self._in_currency(account, spell, spell.amount(spell.worker_ms))

    def unfinished(self) -> dict[Place, list[Entry]]:
        """What was charged and has no end yet, by place."""
        found: dict[Place, list[Entry]] = {}
        spells = [(spell, purpose) for (_, purpose, *_), spell in self._between.items() if spell.worker_ms]
        for spell, purpose in [*spells, *((spell, RUNNING) for spell in self._open.values())]:
            if spell.charge.bucket:
                place = (spell.charge.store, spell.charge.bucket)
                found.setdefault(place, []).append(spell.entry(purpose))
        return found

    # What follows -------------------------------------------------------------------------------

    def holds(self, production: str) -> bool:
        """Whether a production may begin nothing because of a budget."""
        charge = self._charges.get(production)
        return charge is not None and any(
            account.before is None or bool(account.budget.limits.reached(account.committed))
            for account in self._accounts_of(charge)
        )

    def waits_for_a_person(self, worker: str) -> bool:
        """Whether what a worker is there for begins nothing until a person says so.

        That is the production that it worked for last; one that has had no shot was started for anybody's.
        """
        last = self._last.get(worker)
        return any(map(self.reached, self._charges if last is None else [last.production]))

    @property
    def budgeted(self) -> bool:
        """Whether any production has a budget."""
        return bool(self._accounts)

    def reached(self, production: str) -> list[str]:
        """The budgets of a production that wait for a person, in words."""
        return [
            f"the budget of {account.budget.title} is reached: {', '.join(limits)}"
            + (f"; `{account.budget.raise_with}` lets it go on" if account.budget.raise_with else "")
            for account in self._accounts_of(self._charges.get(production, NOBODY))
            if account.before is not None and (limits := account.budget.limits.reached(account.spent))
        ]

    def over(self, production: str) -> tuple[Over, ...]:
        """The same by themselves."""
        return tuple(
            Over(account.budget.account, account.budget.title, *limits[0])
            for account in self._accounts_of(self._charges.get(production, NOBODY))
            if account.before is not None and (limits := account.budget.limits.over(account.spent))
        )

    def waits(self, production: str) -> list[str]:
        """What else keeps a production from beginning anything, in words."""
        words = []
        for account in self._accounts_of(self._charges.get(production, NOBODY)):
            title = account.budget.title
            if account.before is None:
                words.append(f"what was spent of the budget of {title} is not known yet")
            elif not account.budget.limits.reached(account.spent) and (
                limits := account.budget.limits.reached(account.committed)
            ):
                words.append(f"what renders is expected to use up the budget of {title}: {', '.join(limits)}")
        return words

    def spent_by(self, production: str) -> Spent:
        """What a production was charged since it is here."""
        open_ = (spell.amount(spell.worker_ms) for spell in self._spells() if spell.production == production)
        charge = self._charges.get(production, NOBODY)
        return Spent(sum(open_, self._closed_of.get(production, NOTHING)), charge.prices.currency)

    def spent(self, account: str) -> Amount | None:
        """What was spent of a budget; None while that is not known."""
        found = self._accounts.get(account)
        return found.spent if found is not None and found.before is not None else None

    def _accounts_of(self, charge: Charge) -> list[_Account]:
        return [self._accounts[one.account] for one in charge.budgets if one.account in self._accounts]

    def _recount(self) -> None:
        """What is open of each budget, and what it will come to."""
        if not self._accounts:
            return
        for account in self._accounts.values():
            account.open = account.ahead = NOTHING
        for spell in self._spells():
            for account in self._accounts_of(spell.charge):
                now = self._in_currency(account, spell, spell.amount(spell.worker_ms))
                account.open += now
                account.ahead += now.at_least(self._in_currency(account, spell, spell.expected()))

    def _spells(self) -> Iterable[_Spell]:
        yield from self._open.values()
        yield from self._between.values()

    @staticmethod
    def _in_currency(account: _Account, spell: _Spell, spent: Amount) -> Amount:
        """What of an amount of a spell a budget gives, as `Entry.amount_in` has it of an entry."""
        limits = account.budget.limits
        if limits.money is None or spell.rates is None or spell.charge.prices.currency == limits.currency:
            return spent
        return Amount(spent.worker_ms, spent.gpu_ms, 0, spent.worker_ms, spent.credits)
