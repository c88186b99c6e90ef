"""What people have decided of a shot, as far as the plan must know. Plain values, derived from the log."""

from __future__ import annotations

from dataclasses import dataclass

from storyboard.planning.adjustments import Adjustment
from storyboard.planning.editors_cut import EditorsCut
from storyboard.planning.spec import ShotSpec

THE_CUT = "the cut"
"""what is decided of the order of the whole film stands under this name; no shot has one with a space"""


@dataclass(frozen=True, slots=True)
class Circled:
    """A take that a person has chosen for the film; it stays there until a person moves it.

    Attributes:
        digest: of the take.
        spec: what it was made from.
        adjustment: what it asked for otherwise than the storyboard.
    """

    digest: str
    spec: ShotSpec
    adjustment: Adjustment | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What holds for one shot and one renderer.

    Attributes:
        omitted: the shot is not in the film; what starts from it still does.
        adjustment: what the last retake asked for, when no take is circled.
        circled: the chosen take.
        cut: how an editor has cut the film; what stands under `THE_CUT` has this alone.
    """

    omitted: bool = False
    adjustment: Adjustment | None = None
    circled: Circled | None = None
    cut: EditorsCut | None = None


NOTHING = Decided()
"""what holds of a shot that nobody has decided anything of"""
