"""What must be made of a take before it can be cut: another size, rate, speed or length."""

from __future__ import annotations

from collections.abc import Mapping

from assembly.cut.form import FrameForm
from assembly.cut.segments import Joined, Retiming, Segment
from pipeline.production.renderers import Choice
from storyboard.planning.plan import PlannedShot
from storyboard.schema.film import Shot
from storyboard.schema.vocabulary import LANCZOS, Retime

_HOLDING = {Retime.MCI: Retime.FLOW}
"""ways that know no frame standing still, and what does it for them"""


def joined_of(planned: PlannedShot) -> Joined | None:
    """What a shot's take is joined to before it is cut; None where nothing is."""
    if not planned.pickups:
        return None
    before, after = (
        next((spec.digest() for spec in planned.pickups if (spec.rendered[0] < 0) is ahead), None)
        for ahead in (True, False)
    )
    return Joined(planned.digest, before, after)


def segment_of(
    choice: Choice, digests: Mapping[str, str], shot: Shot, planned: PlannedShot, picture: FrameForm
) -> Segment | None:
    """The segment of a shot; None when its take has the film's size, rate and speed, and is long enough."""
    native, shape, held = planned.spec.shape, planned.shape, any(planned.held)
    if native.same_grid(shape) and shot.speed == 1 and not held and planned.seen.denominator == 1:
        return None
    smaller = native.width < picture.width or native.height < picture.height
    upscale = digests[choice.upscale] if smaller and choice.upscale != LANCZOS else None
    first = planned.seen - shape.head * native.rate * shot.speed / shape.rate
    retiming = None
    if native.rate != shape.rate or shot.speed != 1 or upscale or held:
        retiming = Retiming(
            _HOLDING.get(choice.retime, choice.retime) if held else choice.retime,
            native.rate,
            first,
            native.rate * shot.speed / shape.rate,
            digests[choice.retime_model] if choice.retime_model else None,
        )
    joined = joined_of(planned)
    take = joined.digest if joined else planned.digest
    return Segment(take, first / native.rate, shape.total, picture, retiming, upscale)
