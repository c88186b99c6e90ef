"""What a slate comes to before anything runs: its productions, the takes that they share, and the work.

A film is read once, and its versions are laid over what was read. What only opening every file or speaking
every line would tell is told when a production is rendered.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from farm.schedule.rehearsal import Wanted, rehearsed
from farm.schedule.states import ShotRequest
from farm.store.store import Store
from pipeline.batches.deadlines import Ahead, looked_ahead
from pipeline.batches.films import Films, expanded
from pipeline.batches.slate import LoadedSlate
from pipeline.batches.versions import Place, Version, selected
from pipeline.budgets.prices import price_list
from pipeline.catalog.log import DecisionLog
from pipeline.production.decisions import decided_by, standings_of
from pipeline.production.estimates import Work, renderers_in, summed, work_of_shot
from pipeline.production.open import holding_in, read_film
from pipeline.production.option_files import option_file_problems
from pipeline.production.renderers import Choice, Choices
from pipeline.production.takes import LAST_TAKES, Takes
from pipeline.production.unheard import unheard
from pipeline.rendering.deadline import MOST_RENDERERS, workers_there
from pipeline.rendering.render import shot_requests
from pipeline.settings import STATE_FOLDER, Settings
from storyboard.checks.deliverables import chosen
from storyboard.document.expressions import Value
from storyboard.document.load import NO_VALUES, LoadedFilm
from storyboard.document.named_files import digests_of_files, file_digest
from storyboard.document.problems import in_order
from storyboard.document.text import Document
from storyboard.document.values import GivenValues
from storyboard.errors import DocumentError, Problem, UsageError
from storyboard.media.timing import seconds_at
from storyboard.planning.plan import Plan, PlannedShot, plan_film
from storyboard.planning.renderer import Renderer
from storyboard.planning.resolve import KnownSpecs
from storyboard.schema.budget import Budget
from storyboard.schema.notices import Notices

MOST_PLANNED_AGAIN = 200
"""productions, to see what another renderer would help"""
Take = tuple[str, str]
"""a store and a digest in it"""


@dataclass(frozen=True, slots=True)
class PlannedProduction:
    """A production of a slate, planned.

    Attributes:
        name: what it is called: its file without the ending, from the slate's folder.
        film: its film document.
        title: of this version.
        values: those of its parameters.
        given: what they come from.
        settings: what renders it, and where its takes are.
        out: the file of its film, or its URL.
        slate: the folder of the slate.
        document: what was read of the film.
        renderer: what renders it: a profile or a backend; several when shots name their own.
        deliverables: what is made of it beside its film.
        priority: on the farm.
        deadline: when it must be there; None for any time.
        seconds: its length.
        takes: of its shots in the cut, in order.
        missing: those of them that are not there.
        work_s: estimated seconds of rendering these for one worker, whatever other productions make.
        gpu_s: the same in seconds of one GPU; 0 without one.
        work: the same with its money and its spread.
        of_slate: the slate's document.
        notices: who hears of it beside the slate's channels.
        budget: of its film.
        renderers: the names of those that its film has.
        requests: these on the farm, of a slate that has deadlines.
    """

    name: str
    film: Path
    title: str
    values: Mapping[str, Value]
    given: GivenValues
    settings: Settings
    out: str
    slate: Path
    document: Document
    renderer: str
    deliverables: tuple[str, ...]
    priority: int
    deadline: datetime | None
    seconds: float
    takes: tuple[Take, ...]
    missing: frozenset[Take]
    work_s: float
    gpu_s: float
    work: Work
    of_slate: LoadedSlate
    notices: Notices = field(default_factory=dict)
    budget: Budget | None = None
    renderers: tuple[str, ...] = ()
    requests: tuple[ShotRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class SlatePlan:
    """Productions, and what they come to together.

    Attributes:
        productions: in the order of the slate.
        shots: of all productions.
        unique: takes that these shots have.
        there: those of them that exist.
        work_s: estimated seconds of rendering the others, each once, for one worker.
        gpu_s: the same in seconds of one GPU; 0 without one.
        work: the same with its money and its spread.
        guessed: some of that is a guess: nothing like it was ever measured.
        late: the deadlines that will be missed, and what would help, in words.
        late_at: when each production that will be late is rendered, by its name.
        warnings: of channels that the slate or a film names and nobody has, in words.
    """

    productions: tuple[PlannedProduction, ...]
    shots: int
    unique: int
    there: int
    work_s: float
    gpu_s: float
    work: Work
    guessed: bool
    late: tuple[str, ...] = ()
    late_at: Mapping[str, datetime] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def plan_slate(
    loaded: LoadedSlate,
    settings: Settings,
    only: Sequence[str] = (),
    given: GivenValues = NO_VALUES,
    priority: int | None = None,
) -> SlatePlan:
    """Plan the productions of a slate.

    Args:
        loaded: the slate.
        settings: where takes are kept, and what renders where the slate says nothing.
        only: patterns of productions' names; all when there are none.
        given: values of parameters that count more than those of the slate.
        priority: on the farm, instead of those of the slate.

    Raises:
        DocumentError: what is wrong in the slate, its tables, or its films with their values.
        UsageError: a pattern matches no production.
    """
    planning = _Planning(loaded, settings, priority)
    versions, places = expanded(loaded, planning.films, given)
    chosen_names = selected([place.name for place in places], only)
    wanted = [pair for pair in zip(versions, places, strict=True) if pair[1].name in chosen_names]
    planned = planning.productions(wanted)
    known, now = planning.work, datetime.now(UTC)
    ahead = Ahead()
    if any(one.deadline is not None and one.missing for one in planned):
        requests = [each for one in planned for each in one.requests]
        workers = workers_there(requests, settings)
        asked = [_wanted(one, now) for one in planned]
        ahead = looked_ahead(asked, workers, now, lambda: _in_time(planning, planned, wanted, workers, now))
    takes = dict.fromkeys(take for one in planned for take in one.takes)
    missing = [known[take] for take in dict.fromkeys(take for one in planned for take in one.missing)]
    return SlatePlan(
        tuple(planned),
        sum(len(one.takes) for one in planned),
        len(takes),
        len(takes) - len(missing),
        sum(work.seconds for work in missing),
        sum(work.gpu_seconds for work in missing),
        summed([work.work for work in missing], planning.prices.currency),
        any(work.guessed for work in missing),
        ahead.words,
        {name: now + timedelta(seconds=ends_s) for name, ends_s in ahead.ends_s.items()},
        (*unheard(loaded.slate.notices, loaded.problem, settings), *planning.unheard),
    )


def _in_time(
    planning: _Planning,
    planned: Sequence[PlannedProduction],
    wanted: Sequence[tuple[Version, Place]],
    workers: int,
    now: datetime,
) -> list[str] | None:
    """The other renderers that all films have, and with which all would be in time.

    None where that was not tried: each is planned anew with each.
    """
    common = set.intersection(*(set(one.renderers) for one in planned))
    if len(planned) > MOST_PLANNED_AGAIN:
        return None
    found = []
    for name in sorted(common - {one.renderer for one in planned})[:MOST_RENDERERS]:
        try:
            others = planning.instead(name).productions(wanted)
        except DocumentError:
            continue  # it cannot be used here, and so is no help
        asked = [_wanted(one, now) for one in others]
        ends_s = rehearsed(asked, workers)
        if all(one.deadline_s is None or ends_s[one.name] <= one.deadline_s for one in asked):
            found.append(name)
    return found


def _wanted(one: PlannedProduction, now: datetime) -> Wanted:
    due_s = None if one.deadline is None else (one.deadline - now).total_seconds()
    return Wanted(one.name, one.requests, one.priority, one.settings.weight, due_s)


@dataclass(frozen=True, slots=True)
class _Work:
    """What a missing take costs."""

    seconds: float
    gpu_seconds: float
    work: Work
    guessed: bool


@dataclass(slots=True)
class _Kept:
    """A store, what it is known to have, and what it knows of speeds."""

    takes: Takes
    renderer: Callable[[Choice], Renderer]
    known: dict[str, bool] = field(default_factory=dict)

    def has(self, digest: str) -> bool:
        if digest not in self.known:
            self.known[digest] = self.takes.find(digest) is not None
        return self.known[digest]


class _Planning:
    """Plans one production after the other; what they share is read once."""

    def __init__(
        self, loaded: LoadedSlate, settings: Settings, priority: int | None, renderer: str | None = None
    ) -> None:
        self._slate = loaded
        self._settings = settings
        self._priority = priority
        self._renderer = renderer
        self._kept: dict[str, _Kept] = {}
        self.work: dict[Take, _Work] = {}
        self.films = Films(loaded)
        self.prices = price_list(settings)
        self._due = any(entry.deadline for entry in loaded.slate.productions)
        self._record = functools.cache(lambda state: DecisionLog(state).record())
        self._digest = functools.cache(file_digest)
        self._unheard: dict[Path, tuple[str, ...]] = {}
        self._specs: dict[Path, KnownSpecs] = {}

    @property
    def unheard(self) -> tuple[str, ...]:
        """What is to be said of channels that its films name."""
        return tuple(dict.fromkeys(words for those in self._unheard.values() for words in those))

    def instead(self, renderer: str) -> _Planning:
        """The same slate, rendered by one renderer whatever it says."""
        return _Planning(self._slate, self._settings, self._priority, renderer)

    def productions(self, wanted: Sequence[tuple[Version, Place]]) -> list[PlannedProduction]:
        """Plan some productions.

        Raises:
            DocumentError: what is wrong with any of them.
        """
        problems: dict[Problem, None] = {}
        planned: list[PlannedProduction] = []
        for version, place in wanted:
            try:
                planned.append(self.production(version, place))
            except DocumentError as error:
                problems |= dict.fromkeys(error.problems)
        if problems:
            raise DocumentError(in_order([*problems]))
        return planned

    def production(self, version: Version, place: Place) -> PlannedProduction:
        """Plan a production.

        Raises:
            DocumentError: the film is wrong, or is with these values, or there is no such renderer.
        """
        entry = self._slate.slate.productions[version.entry]
        path, document = self.films.document(version.entry)
        own = {"renderer": self._renderer or entry.renderer, "backend": entry.backend}
        if self._renderer:
            own["backend"] = None
        priority = entry.priority if self._priority is None else self._priority
        ranked = {} if priority is None else {"priority": priority}
        settings = self._settings.model_copy(update={**ranked, **(own if any(own.values()) else {})})
        try:
            film, choices = read_film(path, settings, version.given, document)
        except UsageError as error:
            named = next((key for key, value in own.items() if value), "film")
            at = ("productions", version.entry, named)
            raise DocumentError([self._slate.problem(at, error.in_words)]) from None
        if path not in self._unheard:
            self._unheard[path] = unheard(film.film.notices, film.problem, self._settings)
        deliverables = self._deliverables(version, film)
        plan, store, kept = self._planned(film, choices, settings, document)
        takes = tuple((store, shot.digest) for shot in plan.of_all_ways)
        missing = frozenset(take for take in takes if not kept.has(take[1]))
        work = {
            (store, one.digest): self._work(one, choices)
            for one in plan.of_all_ways
            if (store, one.digest) in missing
        }
        self.work |= work
        frames, rate = plan.film.duration_frames(), film.film.format.rate
        return PlannedProduction(
            place.name,
            path,
            film.film.title,
            film.values,
            version.given,
            settings,
            place.out,
            self._slate.folder,
            document,
            ", ".join(dict.fromkeys(choices.of(one.laid).name for one in plan.of_all_ways)),
            deliverables,
            settings.priority,
            entry.deadline,
            float(seconds_at(frames, rate)),
            takes,
            missing,
            sum(one.seconds for one in work.values()),
            sum(one.gpu_seconds for one in work.values()),
            summed([one.work for one in work.values()], self.prices.currency),
            self._slate,
            film.film.notices,
            film.film.budget,
            tuple(film.film.renderers),
            shot_requests(plan, choices, settings, store) if self._due else (),
        )

    def _work(self, shot: PlannedShot, choices: Choices) -> _Work:
        choice, tags = choices.of(shot.laid), choices.tags(shot.laid)
        gpu_s = shot.estimate_s * choice.traits.gpus_for(shot.spec.options)
        work = work_of_shot(shot, choice, tags, self.prices)
        return _Work(shot.estimate_s, gpu_s, work, shot.guessed)

    def _deliverables(self, version: Version, film: LoadedFilm) -> tuple[str, ...]:
        entry = self._slate.slate.productions[version.entry]
        try:
            return tuple(chosen(film.film, entry.deliverables or tuple(film.film.deliverables)))
        except UsageError as error:
            at = ("productions", version.entry, "deliverables")
            raise DocumentError([self._slate.problem(at, error.in_words)]) from None

    def _planned(
        self, film: LoadedFilm, choices: Choices, settings: Settings, document: Document
    ) -> tuple[Plan, str, _Kept]:
        """The plan of a film, the root of its store, and the store."""
        state = film.path.absolute().parent / STATE_FOLDER
        root = settings.store or str(state / "store")
        if root not in self._kept:
            store = Store(root, settings)
            self._kept[root] = _Kept(Takes(store, state / LAST_TAKES), renderers_in(store))
        kept = self._kept[root]
        if problems := option_file_problems(film, choices):
            raise DocumentError(in_order(problems))
        stand = standings_of(self._record(state), holding_in(film, choices, settings, document))
        decided = decided_by(stand, film.film, choices, kept.takes)
        plan = plan_film(
            film.film,
            self._digests(film),
            lambda shot: kept.renderer(choices.of(shot)),
            published=kept.has,
            previous={},
            decided=decided,
            known=self._specs.setdefault(film.path, KnownSpecs()),
        )
        return plan, root, kept

    def _digests(self, film: LoadedFilm) -> dict[str, str]:
        """The SHA-256 of each file that a film names; each file is read once."""
        digests, problems = digests_of_files(film, self._digest)
        if problems:
            raise DocumentError(in_order(problems))
        return digests
