"""What must be made of a take before it can be cut: another size, rate or speed, as its renderer says."""

from __future__ import annotations

from assembly.cut.pieces import Picture, Retiming, Segment
from pipeline.production.production import Production
from storyboard.media.take_shape import TakeShape
from storyboard.planning.plan import PlannedShot
from storyboard.schema.film import Shot
from storyboard.schema.vocabulary import LANCZOS


def segment_of(production: Production, shot: Shot, planned: PlannedShot, picture: Picture) -> Segment | None:
    """The segment of a shot; None when its take has the film's size, rate and speed."""
    spec, shape = planned.spec, planned.shape
    native = TakeShape(spec.width, spec.height, spec.rate, spec.head, spec.frames, spec.tail)
    if native.same_grid(shape) and shot.speed == 1:
        return None
    choice = production.choices.of(shot)
    smaller = native.width < picture.width or native.height < picture.height
    upscale = production.digests[choice.upscale] if smaller and choice.upscale != LANCZOS else None
    first = native.place_of(shape, 0, shot.speed)
    retiming = None
    if native.rate != shape.rate or shot.speed != 1 or upscale:
        retiming = Retiming(
            choice.retime,
            native.rate,
            first,
            native.rate * shot.speed / shape.rate,
            production.digests[choice.retime_model] if choice.retime_model else None,
        )
    return Segment(planned.digest, first / native.rate, shape.total, picture, retiming, upscale)
