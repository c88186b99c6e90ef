"""Film (and what exists of it) → the plan: each shot's spec and digest, and why it must be rendered.

A continuing shot carries the digest of its predecessor's take, so the whole plan is known before anything
renders, and a change runs down a chain by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from pydantic import JsonValue

from storyboard.digest import digest_of
from storyboard.errors import UsageError
from storyboard.media.take_shape import TakeShape
from storyboard.planning.explain import explain
from storyboard.planning.renderer import Renderer
from storyboard.planning.resolve import resolve_film
from storyboard.planning.spec import ShotSpec
from storyboard.schema.film import Film, Shot
from storyboard.wording import did_you_mean, listed


@dataclass(frozen=True, slots=True)
class PlannedShot:
    """One shot of the plan.

    Attributes:
        scene: the scene's id.
        shot: the shot's id.
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
    """

    scene: str
    shot: str
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
    """Every shot, in the order of the film, and what its backends warn of."""

    shots: tuple[PlannedShot, ...]
    warnings: tuple[PlanWarning, ...] = ()

    @property
    def missing(self) -> tuple[PlannedShot, ...]:
        """The selected shots that must be rendered, in the order of the film."""
        return tuple(shot for shot in self.shots if shot.selected and not shot.exists)

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
) -> Plan:
    """Plan a checked film.

    Args:
        film: a film that `checks.check_film` has passed.
        digests: SHA-256 of each file that the film names (`references.file_digests`).
        renderer_of: what each shot is planned for; the same value for all shots that one renderer makes.
        published: whether a take exists under a digest.
        previous: the spec of the last take of each shot, by shot id.
        elsewhere: the shot of another production that is most like one of this, by its spec and its id.
        selection: patterns of shot ids such as `2A` or `3*`; empty for the whole film.

    Raises:
        UsageError: a pattern matches no shot.
    """
    planned: list[PlannedShot] = []
    ids = {shot.id for _, shot in film.shots()}
    renamed = {what_happens(spec): (name, spec) for name, spec in previous.items() if name not in ids}
    for one in resolve_film(film, digests, renderer_of):
        spec, digest = one.spec, one.digest
        exists = published(digest)
        before = previous.get(one.shot.id)
        reasons: tuple[str, ...] = ()
        if not exists:
            if before is None:
                reasons = _why_new(spec, renamed) or _why_not_as(elsewhere(spec, one.shot.id), spec)
            else:
                reasons = explain(before, spec)
        measured_s = one.renderer.measured_s(spec)
        planned.append(
            PlannedShot(
                scene=one.scene.id,
                shot=one.shot.id,
                spec=spec,
                shape=one.shape,
                digest=digest,
                after=spec.source.digest if spec.source else None,
                exists=exists,
                reasons=reasons,
                rank=0.0,
                estimate_s=one.renderer.guess_s(spec) if measured_s is None else measured_s,
                guessed=measured_s is None,
            )
        )
    ranks = _ranks(planned)
    selected = _selected(planned, selection)
    return Plan(
        tuple(
            replace(shot, rank=rank, selected=shot.shot in selected)
            for shot, rank in zip(planned, ranks, strict=True)
        )
    )


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


def _selected(planned: Sequence[PlannedShot], selection: Sequence[str]) -> set[str]:
    """The shots that patterns name, and the missing ones that these start from."""
    names = [one.shot for one in planned]
    if not selection:
        return set(names)
    chosen: set[str] = set()
    for pattern in selection:
        matching = [name for name in names if fnmatchcase(name, pattern)]
        if not matching:
            near = did_you_mean(pattern, names)
            raise UsageError(f'no shot is called "{pattern}"{near}', f"there are: {listed(names)}")
        chosen.update(matching)
    for one in reversed(planned):
        if one.shot in chosen and not one.exists and one.spec.source:
            chosen.add(one.spec.source.shot)
    return chosen
