"""Frames of shots without a take, drawn by the animatic in this process."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.production.open import open_production
from pipeline.review.thumbnails import LARGE
from pipeline.settings import Settings
from storyboard.document.values import GivenValues

if TYPE_CHECKING:
    from storyboard.planning.spec import ShotSpec

_ANIMATIC = "animatic"


def as_animatic(settings: Settings) -> Settings:
    """The settings with which a film is opened for the animatic, whatever renderers it has."""
    return settings.model_copy(update={"renderer": None, "backend": _ANIMATIC})


def drawn_frame(spec: ShotSpec, most: tuple[int, int]) -> io.BytesIO:
    """The middle frame of a shot as JPEG, no larger than this width and height in pixels."""
    from PIL import Image

    from farm.backends.animatic.stills import still

    written = io.BytesIO()
    Image.fromarray(still(spec, spec.total_frames // 2, most)).save(written, "JPEG", quality=88)
    written.seek(0)
    return written


class Drawing:
    """Draws what is asked for; the film is opened for it when the first frame is.

    Args:
        path: the film document, or its folder.
        settings: where its store is.
        given: the version of it: values of its parameters.
    """

    def __init__(self, path: Path, settings: Settings, given: GivenValues) -> None:
        self._path, self._settings, self._given = path, as_animatic(settings), given
        self._specs: dict[str, ShotSpec] | None = None
        self.drawn = 0
        """how many were"""

    def picture(self, shot: str) -> io.BytesIO | None:
        """The middle frame of a shot, as JPEG; None for a shot that is not in the film."""
        if self._specs is None:
            plan = open_production(self._path, self._settings, self._given).plan()
            self._specs = {one.shot: one.spec for one in plan.shots}
        spec = self._specs.get(shot)
        if spec is None:
            return None
        self.drawn += 1
        return drawn_frame(spec, LARGE)
