"""A film is laid on its frames: which clips its picture is made of, and which reels its deliverables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assembly.cut.cut import TakeInfo, cut_film
from assembly.cut.form import FrameForm
from assembly.cut.pieces import Cut
from assembly.delivery.reels import IN_REELS, Reel
from assembly.picture.prints import Print
from farm.store.store import Store
from pipeline.film.parts import ClipSource
from pipeline.film.segments import joined_of, segment_of
from pipeline.film.versions import Version, prints_of, version_of
from pipeline.production.material import Material, keep_named_files
from storyboard.schema.deliverables import Deliverable, DeliverableKind, scaled
from storyboard.schema.film import Film


@dataclass(frozen=True, slots=True)
class LaidFilm:
    """A film's cut, and the clips that it is made of by what the cut knows them by."""

    cut: Cut
    sources: dict[str, ClipSource]


def lay_film(material: Material, version: Version | None = None) -> LaidFilm:
    """Lay a film's shots on its frames, as a version of it shows them (the film's own when left out).

    Their takes need not be there.
    """
    film, digests = material.film, material.digests
    version = version or version_of(film)
    picture = FrameForm(film.format.width, film.format.height, film.format.rate)
    plain: dict[str, ClipSource] = {}
    takes: dict[str, TakeInfo] = {}
    for planned, (_, shot) in zip(material.plan.cut, film.shots(), strict=True):
        segment = segment_of(material.choices.of(shot), digests, shot, planned, picture)
        shape = planned.shape
        if segment is None:
            shape = planned.spec.shape.seen_from(int(planned.seen), shape.frames, planned.total)
        joined = joined_of(planned)
        take = joined.digest if joined else planned.digest
        plain[shot.id] = ClipSource(shot.id, take, shape.total, picture, segment, joined=joined)
        takes[shot.id] = TakeInfo(plain[shot.id].digest, shape, material.choices.has_captions(shot))
    by_digest = {source.digest: source for source in plain.values()}
    prints = prints_of(film, digests, takes, version)
    sources = {shot_id: _shown(source, prints[shot_id], by_digest) for shot_id, source in plain.items()}
    shown = {shot_id: replace(take, digest=sources[shot_id].digest) for shot_id, take in takes.items()}
    cut = cut_film(film, shown, version.picture)
    return LaidFilm(cut, {source.digest: source for source in sources.values()})


def _shown(source: ClipSource, one: Print, by_digest: Mapping[str, ClipSource]) -> ClipSource:
    """The clip of a shot as its print shows it, where that is anything else."""
    if not one.changes:
        return source
    looked_at = tuple(by_digest[clip] for clip in one.match.clips()) if one.match else ()
    return replace(source, printed=one, looked_at=looked_at)


def keep_inputs(store: Store, material: Material, laid: LaidFilm) -> None:
    """Put the networks and the looks that clips are made with into the store, where every node can read them.

    Raises:
        StoreError: one of them cannot be read, or the store cannot be written.
    """
    sources = laid.sources.values()
    wanted = {network for source in sources if source.segment for network in source.segment.networks}
    wanted |= {source.printed.look for source in sources if source.printed and source.printed.look}
    keep_named_files(material, store, wanted)


def reels_for(laid: LaidFilm, film: Film, what: Deliverable) -> dict[int, list[Reel]]:
    """The reels of a deliverable in order, by height; empty when its picture is encoded as a whole.

    Words and grain are drawn into all of a picture.
    """
    kind = what.coded_as
    if kind not in IN_REELS or what.burn_in or what.burned_subtitles or what.grain:
        return {}
    full = laid.cut.picture.width, laid.cut.picture.height
    size = film.format.size
    heights = what.heights(size) if kind is DeliverableKind.HLS else [what.size(size)[1]]
    return {
        height: [Reel(kind, piece, laid.cut.picture, scaled(*full, height)) for piece in laid.cut.pieces]
        for height in heights
    }
