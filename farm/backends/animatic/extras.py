"""Figures that no film names: of crowds, before carriages, on sheets."""

from __future__ import annotations

from storyboard.planning.spec import ResolvedCharacter
from storyboard.schema.vocabulary import Expression, Facing, Pose, Position


def extra(
    identity: str,
    name: str,
    description: str,
    *,
    wardrobe: str = "",
    pose: Pose = Pose.STANDING,
    action: str = "",
) -> ResolvedCharacter:
    """Somebody who looks right, with nothing but these words."""
    return ResolvedCharacter(
        id=identity,
        name=name,
        description=description,
        wardrobe=wardrobe,
        colours=(),
        references=(),
        loras=(),
        position=Position.CENTRE,
        move_to=None,
        facing=Facing.RIGHT,
        pose=pose,
        expression=Expression.NEUTRAL,
        action=action,
    )
