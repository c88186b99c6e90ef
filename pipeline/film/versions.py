"""Versions of a film: the same takes through another look, or in another frame. Each may need prints.

What a version needs of a shot is kept under its own digest, so that a changed shot makes its own print again,
and those of the shots that are matched to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assembly.cut.cut import TakeInfo
from assembly.cut.form import FrameForm
from assembly.picture.colour_matching import matches
from assembly.picture.prints import Pan, Print
from storyboard.media.framing import Fit, pad_box
from storyboard.schema.deliverables import Deliverable
from storyboard.schema.film import Film


@dataclass(frozen=True, slots=True)
class Version:
    """How the shots of a film are shown.

    Attributes:
        picture: the form of its frames.
        lut: the look, as the film document names it.
    """

    picture: FrameForm
    lut: str | None


def version_of(film: Film, what: Deliverable | None = None) -> Version:
    """The version that a deliverable shows; without one, the film's own."""
    own = FrameForm(film.format.width, film.format.height, film.format.rate)
    lut = what.lut if what and what.lut is not None else film.look.lut
    if what is None or what.aspect is None:
        return Version(own, lut)
    size = own.width, own.height
    width, height = what.size(film.format.size)
    inside = pad_box(size, (width, height)) if what.fit is Fit.PAD else None
    if inside == (0, 0, width, height):
        inside = None
    return Version(FrameForm(width, height, own.rate, inside), lut)


def prints_of(
    film: Film, digests: Mapping[str, str], clips: Mapping[str, TakeInfo], version: Version
) -> dict[str, Print]:
    """What a version shows of each shot, by the shot's id.

    Args:
        film: what the document says.
        digests: SHA-256 of each file that it names.
        clips: each shot's clip in the film's own form.
        version: how it is shown.
    """
    own = FrameForm(film.format.width, film.format.height, film.format.rate)
    picture = version.picture
    cropped = picture.inside is None and (picture.width, picture.height) != (own.width, own.height)
    matched = matches(film, {shot: clip.digest for shot, clip in clips.items()})
    prints = {}
    for _, shot in film.shots():
        clip = clips[shot.id]
        pan = None
        if cropped:
            frame = picture.width, picture.height
            pan = Pan.of(shot, (own.width, own.height), frame, clip.shape.head, clip.shape.frames)
        prints[shot.id] = Print(
            clip.digest,
            clip.shape.total,
            own,
            picture,
            matched.get(shot.id),
            digests[version.lut] if version.lut else None,
            pan,
        )
    return prints
