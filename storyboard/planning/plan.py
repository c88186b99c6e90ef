"""Film (and what exists of it) → the plan: each shot's spec and digest, and why it must be rendered.

A continuing shot carries the digest of its predecessor's take, so the whole plan is known before anything
renders, and a change runs down a chain by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from fractions import Fraction
from types import MappingProxyType

from pydantic import JsonValue

from storyboard.branching.graph import branches
from storyboard.branching.route import Chosen, follow, without_visit
from storyboard.branching.route_film import Question, questions, route_film
from storyboard.digest import digest_of
from storyboard.errors import UsageError
from storyboard.media.take_shape import TakeShape
from storyboard.planning.adjustments import Adjustment
from storyboard.planning.decided import NOTHING, THE_CUT, Decided
from storyboard.planning.decided_film import adjusted_film, cut_film
from storyboard.planning.editors_cut import EditedFilm, Window, beyond_bodies, edited_film
from storyboard.planning.explain import explain
from storyboard.planning.renderer import Renderer, Spread
from storyboard.planning.resolve import KnownSpecs, ResolvedShot, resolve_film
from storyboard.planning.spec import ShotSpec
from storyboard.schema.film import Film, Shot
from storyboard.wording import counted, did_you_mean, listed

NOTHING_CHOSEN: Chosen = MappingProxyType({})
"""the way of the defaults"""


@dataclass(frozen=True, slots=True)
class PlannedShot:
    """One shot of the plan.

    Attributes:
        scene: the scene's id.
        shot: the shot's id.
        laid: the shot of the storyboard with what was decided laid over it.
        spec: what the backend is asked to render, in its own size and rate.
        shape: the take as the film wants it.
        digest: the name of its take.
        after: the digest of the take that it starts from, or is composed like.
        exists: the take is published.
        reasons: why it must be rendered; empty when it exists.
        rank: estimated seconds of rendering from this shot to the end of the longest chain that continues it;
            takes that exist cost nothing.
        estimate_s: estimated seconds of rendering the shot.
        guessed: nothing like it was ever measured, so the estimate is what the backend says of itself.
        selected: asked for, or needed first by one that is asked for.
        circled: the take is the one that a person chose.
        adjustment: what it asks for otherwise than the storyboard.
        stale: what the storyboard says otherwise since the take was chosen, in words; the take stays.
        omitted: the shot is not in the film.
        held: frames of the film before the take's first and after its last, which show that one.
        first: the frame of the shot that the cut shows first, counted from the body of its take.
        pickups: frames before and after the take that the cut shows too; each is rendered alone.
        spread: how much the takes differ that the estimate was made from; None where none was measured.
    """

    scene: str
    shot: str
    laid: Shot
    spec: ShotSpec
    shape: TakeShape
    digest: str
    after: str | None
    exists: bool
    reasons: tuple[str, ...]
    rank: float
    estimate_s: float
    guessed: bool = False
    selected: bool = True
    circled: bool = False
    adjustment: Adjustment | None = None
    stale: tuple[str, ...] = ()
    omitted: bool = False
    held: tuple[int, int] = (0, 0)
    first: int = 0
    pickups: tuple[ShotSpec, ...] = ()
    spread: Spread | None = None

    @property
    def adjusted(self) -> tuple[str, ...]:
        """What it asks for otherwise than the storyboard, a phrase each."""
        return self.adjustment.in_words() if self.adjustment else ()

    @property
    def seen(self) -> Fraction:
        """How many frames of its take lie before the body of the shot in the cut, pickups among them."""
        step = self.spec.rate * self.laid.speed / self.shape.rate
        return self.spec.head + len(self.before) + self.first * step

    @property
    def before(self) -> range:
        """The frames that are rendered before those of the take, counted from its first."""
        return next((one.rendered for one in self.pickups if one.rendered[0] < 0), range(0))

    @property
    def total(self) -> int:
        """Frames of its take, handles included, and of its pickups."""
        return self.spec.shape.total + sum(one.total_frames for one in self.pickups)

    def in_window(self, window: Window) -> PlannedShot:
        """The shot as a cut shows that much of it."""
        shape = replace(self.shape, head=window.head, frames=window.frames, tail=window.tail)
        one = replace(self, shape=shape, first=window.first)
        step = self.spec.rate * self.laid.speed * window.speed / shape.rate
        before = math.ceil(shape.head - one.seen / step)
        there = math.ceil(shape.head + (self.total - one.seen) / step)
        held = min(max(0, before), shape.total), min(max(0, shape.total - there), shape.total)
        return replace(one, held=held)


@dataclass(frozen=True, slots=True)
class KnownShot:
    """A shot of another production whose take is there.

    Attributes:
        film: that one's title.
        shot: its id there.
        spec: what its take was made from.
    """

    film: str
    shot: str
    spec: ShotSpec


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """What a backend will not do as asked, and for which shots."""

    message: str
    shots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Every shot, in the order of the document, and what its backends warn of.

    Attributes:
        shots: omitted ones too, and those that are in the film on other ways through it alone.
        film: as people decided it: what is in the cut, each shot with what was laid over it.
        warnings: what is not done as asked.
        alternatives: takes that are rendered beside those of `shots`.
        pickups: frames that an editor's cut shows beyond takes, each a take of its own in the store.
        questions: what viewers were asked on the way that the film is, in its frames.
        windows: what an editor's cut shows of its shots, by their names in `film`; empty without one.
    """

    shots: tuple[PlannedShot, ...]
    film: Film
    warnings: tuple[PlanWarning, ...] = ()
    alternatives: tuple[PlannedShot, ...] = ()
    pickups: tuple[PlannedShot, ...] = ()
    questions: tuple[Question, ...] = ()
    windows: Mapping[str, Window] = field(default_factory=dict)

    @property
    def cut(self) -> tuple[PlannedShot, ...]:
        """The shots that the film shows, as `film` has them; one that comes again has another name there."""
        planned = {shot.shot: shot for shot in self.shots}
        shown = ((shot.id, planned[without_visit(shot.id)]) for _, shot in self.film.shots())
        named = (one if one.shot == name else replace(one, shot=name) for name, one in shown)
        windows = self.windows
        return tuple(one.in_window(windows[one.shot]) if one.shot in windows else one for one in named)

    @property
    def of_all_ways(self) -> tuple[PlannedShot, ...]:
        """The shots that are in the film on any way through it."""
        return tuple(shot for shot in self.shots if not shot.omitted)

    @property
    def elsewhere(self) -> tuple[PlannedShot, ...]:
        """The shots that are on other ways through the film."""
        shown = {without_visit(shot.id) for _, shot in self.film.shots()}
        return tuple(shot for shot in self.of_all_ways if shot.shot not in shown)

    @property
    def borders(self) -> tuple[int, ...]:
        """The frames of the film from which on it depends on what was answered just before."""
        return tuple(question.due for question in self.questions)

    @property
    def omitted(self) -> tuple[PlannedShot, ...]:
        """The shots that people left out."""
        return tuple(shot for shot in self.shots if shot.omitted)

    @property
    def missing(self) -> tuple[PlannedShot, ...]:
        """What must be rendered of what is selected: shots in the film's order, alternatives, pickups."""
        own = {shot.digest for shot in self.shots}
        others = (shot for shot in self.alternatives if shot.digest not in own)
        rendered = (*self.shots, *others, *self.pickups)
        return tuple(shot for shot in rendered if shot.selected and not shot.exists)

    def selecting(self, selection: Sequence[str]) -> Plan:
        """The same plan with these shots asked for, and the missing ones that they start from.

        Args:
            selection: patterns of shots; all when there are none.

        Raises:
            UsageError: a pattern matches no shot.
        """
        omitted = frozenset(shot.shot for shot in self.shots if shot.omitted)
        chosen = _selected(self.shots, selection, omitted)
        shots = (
            shot if shot.selected == (shot.shot in chosen) else replace(shot, selected=shot.shot in chosen)
            for shot in self.shots
        )
        return replace(self, shots=tuple(shots))

    @property
    def estimate_s(self) -> float:
        """Estimated seconds of rendering what is missing, one shot after the other."""
        return sum(shot.estimate_s for shot in self.missing)

    @property
    def guessed(self) -> bool:
        """Some of that is a guess: nothing like it was ever measured."""
        return any(shot.guessed for shot in self.missing)

    @property
    def critical_path_s(self) -> float:
        """Estimated seconds that no number of workers can go below."""
        return max((shot.rank for shot in self.missing), default=0.0)


def plan_film(
    film: Film,
    digests: Mapping[str, str],
    renderer_of: Callable[[Shot], Renderer],
    *,
    published: Callable[[str], bool],
    previous: Mapping[str, ShotSpec],
    elsewhere: Callable[[ShotSpec, str], KnownShot | None] = lambda _spec, _shot: None,
    selection: Sequence[str] = (),
    decided: Mapping[str, Decided] | None = None,
    alternatives: Mapping[str, Sequence[Adjustment]] | None = None,
    chosen: Chosen = NOTHING_CHOSEN,
    known: KnownSpecs | None = None,
) -> Plan:
    """Plan a checked film: all of its shots, and the cut of one way through it.

    Args:
        film: a film in which `checks` has found no problem.
        digests: SHA-256 of each file that the film and what is laid over it name (`references.file_digests`).
        renderer_of: what each shot is planned for; the same value for all shots that one renderer makes.
        published: whether a take exists under a digest.
        previous: the spec of the last take of each shot, by shot id.
        elsewhere: the shot of another production that is most like one of this, by its spec and its id.
        selection: patterns of shot ids such as `2A` or `3*`; empty for the whole film.
        decided: what people decided, by shot id; what is said of shots that are not there is passed over.
        alternatives: adjustments with which a shot is rendered too, by shot id; the film does not show them.
        chosen: which way; the one of the defaults when nothing is. With a choice, the shots of this way alone
            are selected unless others are asked for; without one, those of all ways are.
        known: what its shots were resolved to when it was planned before.

    Raises:
        UsageError: a pattern matches no shot, every shot is omitted, or the film has no such way.
    """
    decided = decided or {}
    adjusted = adjusted_film(film, decided)
    others = {
        shot.id: [(adjustment, adjustment.over(shot)) for adjustment in alternatives.get(shot.id, ())]
        for _, shot in film.shots()
        if alternatives
    }
    ids = {shot.id for _, shot in film.shots()}
    renamed = {what_happens(spec): (name, spec) for name, spec in previous.items() if name not in ids}
    planned: list[PlannedShot] = []
    beside: list[PlannedShot] = []
    pickups: list[PlannedShot] = []
    edited = _edited(adjusted, decided)
    beyond = beyond_bodies(adjusted, edited) if edited else None
    for one in resolve_film(adjusted, digests, renderer_of, decided, published, others, known, beyond):
        shot = _planned(one, decided.get(one.shot.id, NOTHING), published, previous, renamed, elsewhere)
        (planned if one.alternative is None else beside).append(shot)
        pickups += [_pickup(shot, one.renderer, spec, published) for spec in one.pickups]
    ranks = _ranks(planned)
    route = route_film(adjusted, follow(adjusted, chosen))
    cut = edited.film if edited else cut_film(route.film, _omitted_on(route.film, planned), route.runs)
    on_way = {without_visit(shot.id) for _, shot in cut.shots()}
    left_out = frozenset(
        shot.shot for shot in planned if shot.omitted or ((chosen or edited) and shot.shot not in on_way)
    )
    selected = _selected(planned, selection, left_out)
    return Plan(
        tuple(
            replace(shot, rank=rank, selected=shot.shot in selected)
            for shot, rank in zip(planned, ranks, strict=True)
        ),
        cut,
        alternatives=tuple(beside),
        pickups=tuple(replace(shot, selected=shot.shot in selected) for shot in pickups),
        questions=questions(route, cut),
        windows=edited.windows if edited else {},
    )


def _edited(film: Film, decided: Mapping[str, Decided]) -> EditedFilm | None:
    """A film in its editor's cut; None without one, and of a film that branches, which has many cuts."""
    cut = decided.get(THE_CUT, NOTHING).cut
    if cut is None or branches(film):
        return None
    omitted = frozenset(name for name, about in decided.items() if about.omitted)
    return edited_film(cut_film(film, omitted), cut)


def _omitted_on(way: Film, planned: Sequence[PlannedShot]) -> frozenset[str]:
    """The shots of a way that are omitted, by their names there."""
    omitted = {shot.shot for shot in planned if shot.omitted}
    return frozenset(shot.id for _, shot in way.shots() if without_visit(shot.id) in omitted)


def _planned(
    one: ResolvedShot,
    about: Decided,
    published: Callable[[str], bool],
    previous: Mapping[str, ShotSpec],
    renamed: Mapping[str, tuple[str, ShotSpec]],
    elsewhere: Callable[[ShotSpec, str], KnownShot | None],
) -> PlannedShot:
    """A shot of the plan, whose rank and selection are not known yet."""
    spec, exists = one.spec, published(one.digest)
    adjustment = about.circled.adjustment if about.circled else about.adjustment
    if one.alternative is not None:
        adjustment = one.alternative
    measured_s = one.renderer.measured_s(spec)
    estimate_s = one.renderer.guess_s(spec) if measured_s is None else measured_s
    stale = one.today is not None and one.today.digest() != one.digest
    return PlannedShot(
        scene=one.scene.id,
        shot=one.shot.id,
        laid=one.shot,
        spec=spec,
        shape=one.shape,
        digest=one.digest,
        after=spec.source.digest if spec.source else None,
        exists=exists,
        reasons=() if exists else _reasons(one, about, previous.get(one.shot.id), renamed, elsewhere),
        rank=0.0 if exists else estimate_s,
        estimate_s=estimate_s,
        guessed=measured_s is None,
        spread=one.renderer.spread(spec),
        circled=one.circled,
        adjustment=adjustment,
        stale=explain(spec, one.today) if stale and one.today else (),
        omitted=about.omitted and one.alternative is None,
        held=spec.shape.held(one.shape, one.shot.speed) if one.circled and not about.omitted else (0, 0),
        pickups=one.pickups,
    )


def _pickup(
    shot: PlannedShot, renderer: Renderer, spec: ShotSpec, published: Callable[[str], bool]
) -> PlannedShot:
    """Frames of a shot that are rendered alone."""
    digest, measured_s = spec.digest(), renderer.measured_s(spec)
    exists = published(digest)
    where = "before" if spec.rendered[0] < 0 else "after"
    words = f"{counted(spec.total_frames, 'frame')} more {where} those of its take"
    return replace(
        shot,
        spec=spec,
        digest=digest,
        exists=exists,
        reasons=() if exists else (words,),
        rank=0.0,
        estimate_s=renderer.guess_s(spec) if measured_s is None else measured_s,
        guessed=measured_s is None,
        pickups=(),
    )


def _reasons(
    one: ResolvedShot,
    about: Decided,
    before: ShotSpec | None,
    renamed: Mapping[str, tuple[str, ShotSpec]],
    elsewhere: Callable[[ShotSpec, str], KnownShot | None],
) -> tuple[str, ...]:
    """Why a shot that has no take must be rendered."""
    if one.alternative is not None:
        return ("another take",)
    if one.lost and about.circled:
        return ("its circled take is missing from the store", *explain(about.circled.spec, one.spec))
    if before is not None:
        return explain(before, one.spec)
    return _why_new(one.spec, renamed) or _why_not_as(elsewhere(one.spec, one.shot.id), one.spec)


def what_happens(spec: ShotSpec) -> str:
    """A digest of what a shot keeps when it is given another id, or is taken over into another film."""
    people: list[JsonValue] = [person.id for person in spec.characters]
    place = spec.location.id
    return digest_of([spec.backend, spec.action, people, place, spec.size, spec.camera, spec.frames])


def _why_new(spec: ShotSpec, renamed: Mapping[str, tuple[str, ShotSpec]]) -> tuple[str, ...]:
    """The reasons of a shot without a last take: those of the one that had another id, if it is that one."""
    if what_happens(spec) not in renamed:
        return ()
    name, before = renamed[what_happens(spec)]
    return (f"was shot {name}", *explain(before, spec))


def _why_not_as(known: KnownShot | None, spec: ShotSpec) -> tuple[str, ...]:
    """The reasons of a shot that this production has never had: those against another's, if there is one."""
    if known is None:
        return ("new shot",)
    return (f'like shot {known.shot} of "{known.film}"', *explain(known.spec, spec))


def _ranks(planned: Sequence[PlannedShot]) -> list[float]:
    """From the end of the film to its beginning: a shot continues an earlier one only."""
    longest_after: dict[str, float] = {}
    ranks: list[float] = []
    for one in reversed(planned):
        rank = longest_after.get(one.shot, 0.0) + (0.0 if one.exists else one.estimate_s)
        ranks.append(rank)
        if one.spec.source:
            name = one.spec.source.shot
            longest_after[name] = max(rank, longest_after.get(name, 0.0))
    return ranks[::-1]


def _selected(planned: Sequence[PlannedShot], selection: Sequence[str], left_out: frozenset[str]) -> set[str]:
    """The shots that patterns name, and the missing ones that these start from.

    One that is left out is one of them when it is named itself, or started from.
    """
    names = [one.shot for one in planned]
    chosen = set() if selection else {*names} - left_out
    for pattern in selection:
        matching = [name for name in names if fnmatchcase(name, pattern)]
        if not matching:
            near = did_you_mean(pattern, names)
            raise UsageError(f'no shot is called "{pattern}"{near}', f"there are: {listed(names)}")
        chosen.update(name for name in matching if name not in left_out or name == pattern)
    for one in reversed(planned):
        if one.shot in chosen and not one.exists and one.spec.source:
            chosen.add(one.spec.source.shot)
    return chosen
