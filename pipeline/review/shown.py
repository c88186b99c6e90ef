"""A film as the page shows it, from how it stands. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from assembly.cut.pieces import CopyPiece, Cut, Joint
from pipeline.catalog.entries import Decision, Note, Retake
from pipeline.catalog.status import TakeStanding
from pipeline.film.parts import ClipSource
from pipeline.review.answers import ShownFilm, ShownMark, ShownScene, ShownShot, ShownSpan, ShownTake
from pipeline.review.standing import Standing
from storyboard.branching.route import without_visit
from storyboard.media.timing import is_drop_frame
from storyboard.planning.plan import PlannedShot
from storyboard.schema.film import Film


def shown_film(name: str, now: Standing) -> ShownFilm:
    """A film by its name in addresses, as it stands."""
    document, cut = now.production.film, now.laid.cut
    scene_of = {shot.id: number for number, scene in enumerate(document.scenes) for shot in scene.shots}
    sources = {without_visit(source.shot): source for source in now.laid.sources.values()}
    starts = cut.shot_starts
    shots = tuple(
        _shot(now, document, planned, scene_of[planned.shot], starts.get(planned.shot), sources)
        for planned in now.plan.shots
    )
    rate = cut.picture.rate
    return ShownFilm(
        id=name,
        title=document.title,
        number=now.number,
        width=cut.picture.width,
        height=cut.picture.height,
        rate=(rate.numerator, rate.denominator),
        drop=is_drop_frame(rate),
        frames=cut.frames,
        renderers=tuple(choice.name for choice in now.production.choices.used),
        renderer=now.renderer,
        cuts=now.cuts,
        decided=now.decided,
        scenes=tuple(ShownScene(id=scene.id, slug=scene.slug) for scene in document.scenes),
        shots=shots,
        spans=tuple(spans_of(now, cut)),
        trouble=now.trouble,
    )


def spans_of(now: Standing, cut: Cut) -> Iterator[ShownSpan]:
    """Every frame of a cut in order, and what shows it.

    A joint of which a take is missing shows what is there of its shots, each up to its own cut.
    """
    number = {planned.shot: place for place, planned in enumerate(now.plan.shots)}
    number |= {planned.shot: number[without_visit(planned.shot)] for planned in now.plan.cut}
    absent = set(now.material.absent)
    there = {planned.shot for planned in now.plan.cut if planned.shot not in absent}
    lengths = {planned.shot: planned.shape.frames for planned in now.plan.cut}
    at = 0
    for piece in cut.pieces:
        if isinstance(piece, CopyPiece):
            clip = piece.take if piece.shot in there else None
            yield ShownSpan(at=at, frames=piece.frames, clip=clip, first=piece.first, shot=number[piece.shot])
        elif there.issuperset(piece.shots):
            shot = number[piece.shots[0]]
            yield ShownSpan(at=at, frames=piece.frames, clip=piece.digest, first=0, shot=shot)
        else:
            yield from _unjoined(piece, at, cut, lengths, there, number)
        at += piece.frames


def _unjoined(
    joint: Joint, at: int, cut: Cut, lengths: dict[str, int], there: set[str], number: dict[str, int]
) -> Iterator[ShownSpan]:
    for excerpt in joint.excerpts:
        start = cut.shot_starts[excerpt.shot]
        begin = max(at + excerpt.start, start)
        end = min(at + excerpt.end, start + lengths[excerpt.shot])
        if begin < end:
            yield ShownSpan(
                at=begin,
                frames=end - begin,
                clip=excerpt.take if excerpt.shot in there else None,
                first=excerpt.first + begin - at - excerpt.start,
                shot=number[excerpt.shot],
            )


def _shot(
    now: Standing,
    document: Film,
    planned: PlannedShot,
    scene: int,
    start: int | None,
    sources: dict[str, ClipSource],
) -> ShownShot:
    standing = now.shots.get(planned.shot)
    renderer = now.production.choices.of(planned.laid).name
    status = standing.status(renderer) if standing else None
    people = [document.characters[one.id].name for one in planned.laid.characters]
    return ShownShot(
        id=planned.shot,
        scene=scene,
        start=start,
        frames=planned.shape.frames,
        there=planned.digest in now.material.takes if start is not None else planned.exists,
        omitted=planned.omitted,
        status=status.value if status else "",
        size=planned.laid.size.value,
        action=planned.laid.action,
        characters=tuple(people),
        renderer=renderer,
        why=planned.reasons,
        stale=planned.stale,
        takes=tuple(_takes(now, planned, sources.get(planned.shot))),
        seen=standing.last if standing else 0,
        notes=len(standing.said) if standing else 0,
        marks=tuple(_marks(standing.said, planned.shape.frames)) if standing else (),
    )


def _marks(said: Iterable[Decision], frames: int) -> Iterator[ShownMark]:
    """Where in a shot of so many frames people said something; a shot may have become shorter since."""
    for one in said:
        what = one.what
        if isinstance(what, Note | Retake) and (what.frames or what.drawing):
            first, last = what.frames or (what.drawing[0].frame,) * 2
            yield ShownMark(
                number=one.number, kind=what.kind, first=min(first, frames - 1), last=min(last, frames - 1)
            )


def _takes(now: Standing, planned: PlannedShot, source: ClipSource | None) -> Iterator[ShownTake]:
    """The takes that the catalog has of a shot; without one, the take of the cut."""
    standing = now.shots.get(planned.shot)
    known = standing.takes if standing else ()
    for one in known:
        if one.take.digest == planned.digest and source:
            yield _in_cut(planned, source, one)
        elif shown := _beside(now, planned, one):
            yield shown
    in_catalog = any(one.take.digest == planned.digest for one in known)
    if source and not in_catalog and planned.digest in now.material.takes:
        yield _in_cut(planned, source, None)


def _in_cut(planned: PlannedShot, source: ClipSource, one: TakeStanding | None) -> ShownTake:
    head = planned.spec.shape.head if source.segment is None else planned.shape.head
    return ShownTake(
        number=one.take.number if one else 0,
        digest=planned.digest,
        clip=source.digest,
        frames=source.frames,
        first=head,
        step=(1, 1),
        in_cut=True,
        **_told(one),
    )


def _beside(now: Standing, planned: PlannedShot, one: TakeStanding) -> ShownTake | None:
    """A take that is not in the cut, as its renderer made it; None for one that has gone from the store."""
    spec = now.specs.get(one.take.digest)
    if spec is None:
        return None
    step = spec.rate * Fraction(planned.laid.speed) / planned.shape.rate
    return ShownTake(
        number=one.take.number,
        digest=one.take.digest,
        clip=one.take.digest,
        frames=spec.total_frames,
        first=spec.head,
        step=(step.numerator, step.denominator),
        in_cut=False,
        **_told(one),
    )


def _told(one: TakeStanding | None) -> dict[str, object]:
    if one is None:
        return {}
    take = one.take
    return {
        "circled": one.circled,
        "status": one.status.value,
        "renderer": take.renderer,
        "seed": take.seed,
        "made_at": take.made_at,
        "by": take.by,
        "why": take.why,
        "worker_s": take.worker_s,
    }
