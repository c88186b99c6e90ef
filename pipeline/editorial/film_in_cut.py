"""A production's film in its cut, with every take and every sound of it, as other programs are told of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from assembly.cut.form import FrameForm
from assembly.cut.segments import Joined
from assembly.sound.soundtrack import Soundtrack
from farm.store.manifest import Manifest
from pipeline.catalog.record import Record
from pipeline.catalog.status import ShotStanding, standings
from pipeline.editorial.sounds_in_cut import sounds_in_cut
from pipeline.film.parts import ClipSource
from pipeline.film.segments import joined_of, segment_of
from pipeline.film.sound import soundtrack_of
from pipeline.production.production import Production
from pipeline.rendering.registering import register_takes
from storyboard.branching.graph import branches
from storyboard.branching.route import without_visit
from storyboard.errors import UsageError
from storyboard.interchange.film_cut import CutFilm, CutNote, CutTake, SeenShot
from storyboard.interchange.timeline import first_hour
from storyboard.media.take_shape import TakeShape
from storyboard.planning.plan import Plan, PlannedShot
from storyboard.planning.spec import ShotSpec
from storyboard.schema.film import Scene, Shot
from storyboard.schema.vocabulary import TransitionKind


@dataclass(frozen=True)
class FilmInCut:
    """A film in its cut, and where its media come from.

    Attributes:
        production: whose film it is.
        plan: as it stands.
        cut: what other programs are told.
        clips: the clip of each take that is there, by the take's digest.
        heard: all its sounds.
    """

    production: Production
    plan: Plan
    cut: CutFilm
    clips: dict[str, ClipSource]
    heard: Soundtrack

    def with_sounds(self) -> FilmInCut:
        """The same with the sounds that have been made since.

        Raises:
            StoreError: the store cannot be read.
        """
        sounds = tuple(sounds_in_cut(self.production, self.heard))
        return replace(self, cut=replace(self.cut, sounds=sounds))


def film_in_cut(production: Production) -> FilmInCut:
    """A film as it stands; its takes get their numbers.

    Raises:
        UsageError: the film branches, and has many cuts.
        CatalogError: the log cannot be read.
        StoreError: the store cannot be read.
    """
    if branches(production.film):
        raise UsageError(
            "a film that branches has many cuts: none of them goes to an editing program and back",
            "shotfarm render --choose SCENE=ANSWER makes one of them",
        )
    plan = production.plan()
    register_takes(production, plan)
    record = production.log.record()
    stand = standings(record.takes, record.decisions, production.holds)
    facts = _Takes.of(production, plan, record)
    shown = [
        _seen(planned, scene, shot, facts.of_shot(planned), stand, plan)
        for planned, (scene, shot) in zip(plan.cut, plan.film.shots(), strict=True)
    ]
    in_cut = {without_visit(shot.id) for _, shot in plan.film.shots()}
    spare = [
        _spare(planned, facts.of_shot(planned), stand) for planned in plan.shots if planned.shot not in in_cut
    ]
    film = plan.film
    material = production.material(plan)
    heard = soundtrack_of(material, production.store)
    cut = CutFilm(
        film.title,
        film.format.rate,
        film.format.size,
        tuple(shown),
        tuple(sounds_in_cut(production, heard)),
        first_hour(film.format.rate),
        tuple(spare),
    )
    return FilmInCut(production, plan, cut, facts.clips, heard)


class _Takes:
    """The takes of a film's shots, as they can be seen in it."""

    def __init__(self, production: Production, record: Record, found: dict[str, Manifest]) -> None:
        self.production = production
        self.record = record
        self.found = found
        self.clips: dict[str, ClipSource] = {}

    @classmethod
    def of(cls, production: Production, plan: Plan, record: Record) -> _Takes:
        wanted = [take.digest for take in record.takes]
        wanted += [shot.digest for shot in (*plan.shots, *plan.pickups)]
        return cls(production, record, production.takes.of(wanted))

    def of_shot(self, planned: PlannedShot) -> tuple[CutTake, ...]:
        """All takes of a shot that are there, and the one that is in the cut, rendered or not."""
        name = without_visit(planned.shot)
        takes = []
        for take in self.record.takes_of(name):
            if take.digest in self.found:
                spec = self.production.takes.spec_of(self.found[take.digest])
                takes.append(self._take(planned, name, take.number, take.digest, spec, take.renderer))
        if all(take.digest != planned.digest for take in takes):
            there = planned.digest in self.found
            renderer = self.production.choices.of(planned.laid).name
            new = self._take(planned, name, 0, planned.digest, planned.spec, renderer)
            takes.append(replace(new, there=there))
        if joined := joined_of(planned):
            plain = next(take for take in takes if take.digest == planned.digest)
            takes.append(self._joined(planned, joined, plain))
        return tuple(takes)

    def _joined(self, planned: PlannedShot, joined: Joined, plain: CutTake) -> CutTake:
        """A take with the frames that are rendered before and after it, as a medium of its own."""
        step = planned.spec.rate * planned.laid.speed / planned.shape.rate
        seen = planned.spec.head + len(planned.before)
        head, after = math.floor(seen / step), math.ceil((planned.total - seen) / step)
        there = all(take in self.found for take in joined.takes)
        if there:
            source = self._clip(planned, planned.digest, planned.spec, head, after, planned.pickups)
            self.clips[joined.digest] = replace(source, take=joined.digest, joined=joined)
        return replace(
            plain, digest=joined.digest, head=head, total=head + after, there=there, of=plain.digest
        )

    def _take(
        self, planned: PlannedShot, shot: str, number: int, digest: str, spec: ShotSpec, renderer: str
    ) -> CutTake:
        rate, speed = planned.shape.rate, planned.laid.speed
        step = spec.rate * speed / rate
        head = math.floor(spec.head / step)
        after = math.ceil((spec.total_frames - spec.head) / step)
        if digest in self.found and digest not in self.clips:
            self.clips[digest] = self._clip(planned, digest, spec, head, after)
        return CutTake(shot, number, digest, head, head + after, renderer=renderer)

    def _clip(
        self,
        planned: PlannedShot,
        digest: str,
        spec: ShotSpec,
        head: int,
        after: int,
        pickups: tuple[ShotSpec, ...] = (),
    ) -> ClipSource:
        """The clip of a whole take in the film's form."""
        form = self.production.film.format
        picture = FrameForm(form.width, form.height, form.rate)
        shape = TakeShape(form.width, form.height, form.rate, head, after, 0)
        whole = replace(planned, spec=spec, digest=digest, shape=shape, held=(0, 0), first=0, pickups=pickups)
        shot = planned.laid
        segment = segment_of(self.production.choices.of(shot), self.production.digests, shot, whole, picture)
        return ClipSource(planned.shot, digest, shape.total, picture, segment)


def _seen(
    planned: PlannedShot,
    scene: Scene,
    shot: Shot,
    takes: tuple[CutTake, ...],
    stand: dict[str, ShotStanding],
    plan: Plan,
) -> SeenShot:
    """A shot of the cut, whose `planned` is as the cut shows it."""
    rate = plan.film.format.rate
    kind = shot.transition.kind
    length = 0 if kind is TransitionKind.CUT else shot.transition.duration.frames(rate)
    window = plan.windows.get(shot.id)
    name = without_visit(shot.id)
    frames = shot.duration.frames(rate)
    return SeenShot(
        name,
        planned.first,
        frames,
        window.speed if window else Fraction(1),
        kind if length else TransitionKind.CUT,
        length,
        shot.fade_out.frames(rate) if shot.fade_out else 0,
        shown.digest if (shown := joined_of(planned)) else planned.digest,
        takes,
        _notes(stand.get(name), planned.first, frames) if name == shot.id else (),
        without_visit(scene.id),
        shot.action,
        planned.laid.speed,
    )


def _spare(planned: PlannedShot, takes: tuple[CutTake, ...], stand: dict[str, ShotStanding]) -> SeenShot:
    frames = planned.laid.duration.frames(planned.shape.rate)
    notes = _notes(stand.get(planned.shot), 0, frames)
    return SeenShot(
        planned.shot,
        0,
        frames,
        take=planned.digest,
        takes=takes,
        notes=notes,
        scene=planned.scene,
        action=planned.laid.action,
        own_speed=planned.laid.speed,
    )


def _notes(standing: ShotStanding | None, first: int, frames: int) -> tuple[CutNote, ...]:
    """What was said of a shot; what is about all of it lies on the frames that are seen."""
    found = []
    for one in standing.said if standing else ():
        if one.what.kind not in {"note", "retake"}:
            continue
        about = one.what.frames or (first, first + frames - 1)
        text = one.what.text.strip() or ("a drawing" if one.what.drawing else "retake")
        retake = one.what.kind == "retake"
        found.append(CutNote(one.number, text, one.by, about[0], about[1] - about[0] + 1, retake=retake))
    return tuple(found)
