"""A film that is shown, in the cut of a faster renderer: takes of it stand in for those that are late."""

from __future__ import annotations

from itertools import accumulate

from assembly.cut.pieces import Piece
from assembly.delivery.live.fragments import shots_of
from pipeline.audience.projector import Projector
from pipeline.film.lay import keep_inputs, lay_film
from pipeline.film.parts import ClipSource
from pipeline.production.decisions import standings_of
from pipeline.production.open import rendered_by
from storyboard.errors import DocumentError


class FasterCut:
    """A way through a film as another renderer makes it.

    Args:
        way: as it is shown.
        renderer: a profile of the film, or a backend by itself.

    Raises:
        DocumentError: the renderer cannot make a shot of it.
        ShotfarmError: the film cannot be opened with it.
    """

    def __init__(self, way: Projector, renderer: str) -> None:
        self.renderer = renderer
        shown = way.production
        stand = standings_of(shown.log.record(), shown.holds)
        try:
            self.production = rendered_by(shown, renderer, stand)
        except DocumentError as error:
            raise error.about(f'stand_ins: what "{renderer}" would make') from None
        plan = self.production.plan()
        material = self.production.material(plan)
        self._laid = lay_film(material)
        self.there = frozenset(material.takes)
        """the digests of its takes that are there when it is opened"""
        self.shots = {shot.shot: shot for shot in plan.cut}
        """of the way, by their ids"""
        self.by_take = {shot.digest: shot for shot in (*plan.shots, *plan.cut)}
        """all of the film, by the digests of their takes"""
        starts = accumulate((piece.frames for piece in self._laid.cut.pieces), initial=0)
        self._pieces = dict(zip(starts, self._laid.cut.pieces, strict=False))
        keep_inputs(shown.store, material, self._laid)

    def counterpart(self, piece: Piece, start: int) -> Piece | None:
        """What shows the same frames of the film as a piece of the way; None where nothing does.

        Args:
            piece: of the way's cut.
            start: the film's frame that it begins with.
        """
        found = self._pieces.get(start)
        if found is None or found.frames != piece.frames or type(found) is not type(piece):
            return None
        return found if [*shots_of(found)] == [*shots_of(piece)] else None

    def source(self, name: str) -> ClipSource:
        """A clip that the cut is made of, by what it knows it by."""
        return self._laid.sources[name]
