"""The animatic as a backend of the farm."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import JsonValue

from farm.backend.protocol import Backend, BrokenError, Conditioning, Frame, RenderContext
from farm.backend.traits import BackendOptions, BackendTraits, Complaint, OptionFile
from farm.backends.animatic.vector import Canvas
from storyboard.planning.spec_letters import letters_in
from storyboard.wording import listed

if TYPE_CHECKING:
    from storyboard.planning.spec import ShotSpec

VERSION = 26
"""raised when the same spec gives other frames;
code of farm.backends.animatic.*, farm.backends.video_sound, storyboard.lettering.*,
storyboard.sex_and_age: ce41809f"""


OWN_WORDS = "lexicon.toml"
"""the file of a project folder that has words of its own"""
BLEND_FRAMES = 8  # a continuing shot grows out of its predecessor's last frame in this time


class AnimaticOptions(BackendOptions):
    """Options of the animatic."""

    captions: bool = True
    """draw the spoken lines into the picture"""
    lips: bool = True
    """move mouths to the words; without it nothing in the picture is of what is said, captions neither, so
    that a film in another language renders nothing again"""
    soft_focus: bool = True
    """blur the set behind close shots; without it the set stays sharp and moves in depth, and costs more"""
    cards: bool = False
    """lay the reference picture of whom a close shot shows, or else of its place, into it as a card"""


def _own_files(options: Mapping[str, JsonValue], shot: str, folder: Path) -> list[OptionFile]:  # noqa: ARG001  (the same for all)
    """The words of the project, where it has a file of them."""
    there = os.path.lexists(folder / OWN_WORDS)
    return [OptionFile((), OWN_WORDS)] if there else []


def _not_drawn(
    spec: ShotSpec,
    files: Mapping[str, Path],
    may_ask: Callable[[str], bool],  # noqa: ARG001  (it asks nobody)
) -> list[Complaint]:
    """What the words of a shot name and its picture has not.

    Raises:
        DocumentError: the words of the project cannot be used.
    """
    from farm.backends.animatic.lexicon.own_words import in_the_words_of
    from farm.backends.animatic.understanding.missing import missing

    with in_the_words_of(files.get(OWN_WORDS)):
        return [Complaint("warning", str(one)) for one in missing(spec)]


class AnimaticBackend:
    """Draws shots as an illustrated animatic; one at a time, on one core."""

    TRAITS: ClassVar[BackendTraits] = BackendTraits(
        name="animatic",
        version=VERSION,
        options=AnimaticOptions,
        draws_lines=lambda options: options["lips"] is True,
        moves_mouths=lambda options: options["lips"] is True,
        draws_names=lambda options: options["captions"] is True and options["lips"] is True,
        draws_words=True,  # captions, and the cards of what it does not know
        idle_options=("lips",),  # what it changes is whether lines are in the spec
        continuity_frames=1,
        frame_by_frame=True,
        seconds_per_frame_720p=0.015,
        drawn=True,
        libraries=("thorvg-python", "lemminflect", "opencv-python-headless", "Pillow"),
        option_files=_own_files,
        check_files=_not_drawn,
    )

    def __init__(self) -> None:
        self._engine: Canvas | None = None

    def load(self) -> None:
        """Load the drawing library and hold it until `close`."""
        self._engine = Canvas(16, 16)

    def render(self, spec: ShotSpec, conditioning: Conditioning, context: RenderContext) -> Iterator[Frame]:
        """Yield the frames of the take, each uint8 [height, width, 3]."""
        from farm.backends.animatic.lexicon.own_words import in_the_words_of
        from farm.backends.animatic.lips import lips_of
        from farm.backends.animatic.painter import Painter

        options = AnimaticOptions.model_validate(spec.options)
        context.check_cancelled()
        _check_fonts(spec)
        whole = spec.model_copy(update={"part": None})
        own = spec.given.get(OWN_WORDS)
        with in_the_words_of(conditioning.files[own.sha256] if own else None):
            painter = Painter(
                whole,
                captions=options.captions,
                soft_focus=options.soft_focus,
                cards=options.cards,
                pictures=conditioning.files,
                lips=[lips_of(line, conditioning.files) for line in spec.lines],
            )
        before = conditioning.predecessor_frames[-1] if conditioning.predecessor_frames else None
        if before is not None and before.shape != (spec.height, spec.width, 3):
            raise ValueError(
                f"the predecessor's frame is {before.shape}, the shot {(spec.height, spec.width, 3)}"
            )
        try:
            if spec.rendered[0]:
                painter.frame(0)  # some of a set is laid out as its first frame sees it
            for index in spec.rendered:
                context.check_cancelled()
                frame = painter.frame(index)
                if before is not None:
                    frame = _grown_from(before, frame, index - spec.head)
                context.progress(1 - (spec.rendered[-1] - index) / spec.total_frames)
                yield frame
        finally:
            painter.canvas.close()

    def close(self) -> None:
        """Release the drawing library."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None


def _check_fonts(spec: ShotSpec) -> None:
    """Refuse to draw words in other fonts than the take's digest says."""
    here, planned = {*letters_in(spec, spec.language)}, {*spec.letters}
    if here != planned:
        ours, theirs = (listed(sorted(fonts)) or "none" for fonts in (here - planned, planned - here))
        raise BrokenError(
            "this machine has other fonts than the one that planned the shot: it would draw words with "
            f"{ours}, not with {theirs}",
            "install the same versions of shotfarm and its extras on both",
        )


def _grown_from(before: Frame, frame: Frame, index: int) -> Frame:
    """A frame of a continuing shot, `index` frames into its body."""
    share = min(1.0, max(0.0, (index + 1) / (BLEND_FRAMES + 1)))
    if share >= 1:
        return frame
    weight = round(256 * share * share * (3 - 2 * share))
    mixed = frame.astype(np.uint16) * weight + before.astype(np.uint16) * (256 - weight)
    return (mixed >> 8).astype(np.uint8)


def _conforms(backend: AnimaticBackend) -> Backend:
    """Checked by mypy: the class is a Backend."""
    return backend
