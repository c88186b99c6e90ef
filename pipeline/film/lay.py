"""A film is laid on its frames: which clips its picture is made of, and which reels its deliverables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assembly.cut.cut import TakeInfo, cut_film
from assembly.cut.pieces import Cut, Picture
from assembly.delivery.reels import IN_REELS, Reel
from assembly.picture.prints import Print
from pipeline.film.parts import ClipSource
from pipeline.film.segments import segment_of
from pipeline.film.versions import Version, prints_of, version_of
from pipeline.production.network_files import network_files
from pipeline.production.production import Production
from storyboard.planning.plan import Plan
from storyboard.schema.deliverables import Deliverable, DeliverableKind, scaled
from storyboard.schema.film import Film


@dataclass(frozen=True, slots=True)
class LaidFilm:
    """A film's cut, and the clips that it is made of by what the cut knows them by."""

    cut: Cut
    sources: dict[str, ClipSource]


def lay_film(production: Production, plan: Plan, version: Version | None = None) -> LaidFilm:
    """Lay a film's shots on its frames, as a version of it shows them (the film's own when left out).

    Their takes need not be there.

    Raises:
        StoreError: a network or a look that they are made with cannot be put into the store.
    """
    film = production.film
    version = version or version_of(film)
    picture = Picture(film.format.width, film.format.height, film.format.rate)
    plain: dict[str, ClipSource] = {}
    takes: dict[str, TakeInfo] = {}
    for planned, (_, shot) in zip(plan.shots, film.shots(), strict=True):
        segment = segment_of(production, shot, planned, picture)
        shape = planned.spec if segment is None else planned.shape
        frames = shape.head + shape.frames + shape.tail
        plain[shot.id] = ClipSource(shot.id, planned.digest, frames, picture, segment)
        takes[shot.id] = TakeInfo(plain[shot.id].digest, shape.head, shape.frames, shape.tail)
    by_digest = {source.digest: source for source in plain.values()}
    prints = prints_of(production, takes, version)
    sources = {shot_id: _shown(source, prints[shot_id], by_digest) for shot_id, source in plain.items()}
    _keep_inputs(production, version, [*sources.values()])
    shown = {shot_id: replace(take, digest=sources[shot_id].digest) for shot_id, take in takes.items()}
    cut = cut_film(film, shown, version.picture)
    return LaidFilm(cut, {source.digest: source for source in sources.values()})


def _shown(source: ClipSource, one: Print, by_digest: Mapping[str, ClipSource]) -> ClipSource:
    """The clip of a shot as its print shows it, where that is anything else."""
    if not one.changes:
        return source
    looked_at = tuple(by_digest[clip] for clip in one.match.clips()) if one.match else ()
    return replace(source, printed=one, looked_at=looked_at)


def _keep_inputs(production: Production, version: Version, sources: Sequence[ClipSource]) -> None:
    files = network_files(production.film, production.folder, production.digests)
    if version.lut:
        files[production.digests[version.lut]] = production.folder / version.lut
    segments = [source.segment for source in sources if source.segment]
    wanted = {network for segment in segments for network in segment.networks}
    wanted |= {source.printed.look for source in sources if source.printed and source.printed.look}
    for sha256 in wanted:
        production.store.keep_file(files[sha256], sha256)


def reels_for(laid: LaidFilm, film: Film, what: Deliverable) -> dict[int, list[Reel]]:
    """The reels of a deliverable in order, by height; empty when its picture is encoded as a whole.

    Words and grain are drawn into all of a picture.
    """
    if what.kind not in IN_REELS or what.burn_in or what.burned_subtitles or what.grain:
        return {}
    full = laid.cut.picture.width, laid.cut.picture.height
    size = film.format.size
    heights = what.heights(size) if what.kind is DeliverableKind.HLS else [what.size(size)[1]]
    return {
        height: [Reel(what.kind, piece, laid.cut.picture, scaled(*full, height)) for piece in laid.cut.pieces]
        for height in heights
    }
