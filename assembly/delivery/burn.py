"""Draws into a finished picture: subtitles, and what a review copy says of itself and each of its frames.

The words become pictures (`titles`) and never reach an ffmpeg graph. What is written is a mezzanine, from
which deliverables are encoded as from the film itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from assembly.frames import blending, clips
from assembly.frames.mezzanine_encoder import encode_planes
from assembly.programs.whole_files import written_aside
from assembly.words import lettering, titles
from assembly.words.review_slate import Slate, draw_burn_in, draw_slate
from storyboard.media.timing import timecode_from_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from assembly.cut.form import FrameForm
    from storyboard.planning.overlapping_subtitles import Subtitle

HIGH, HIGH_UNDER_NAMES = 0.05, 0.14
"""where subtitles that stand high begin, and where they do below what a review copy says of its frames"""

BURN_VERSION = 4
"""goes into the digests of what is drawn into; raise it when the same words look different;
code of assembly.delivery.burn, assembly.words.titles, assembly.words.lettering,
assembly.words.letters, storyboard.lettering.*: 85c0d766
"""


@dataclass(frozen=True, slots=True)
class ReviewShot:
    """A shot as a review copy names it: its id, its take's, its seed, and the film's frames it is in."""

    name: str
    take: str
    seed: int
    first: int
    last: int


def burn(
    film: Path,
    frames: int,
    picture: FrameForm,
    subtitles: Sequence[Subtitle],
    review: Sequence[ReviewShot],
    out: Path,
    *,
    head: Slate | None = None,
    head_frames: int = 0,
    language: str = "",
    low: Sequence[tuple[int, int]] = (),
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write a film's picture with words drawn into it.

    Args:
        film: the finished film.
        frames: its length.
        picture: its size and rate.
        subtitles: what stands low in the picture, and when.
        review: shots to be named at the top of every frame, with the take and the timecode; may be empty.
        out: where to write; appears whole.
        head: a slate that stands before the film.
        head_frames: for how many frames it stands.
        language: of the subtitles, a BCP 47 tag.
        low: the film's frames, as ranges, in which something else stands low: subtitles stand high there.
        progress: called with the number of frames that are done.

    Raises:
        AssemblyError: the film cannot be read, or is not in the mezzanine's form.
        StoreError: `out` cannot be written.
    """
    size = (picture.width, picture.height)
    under_names = HIGH_UNDER_NAMES if review else HIGH

    def placed(subtitle: Subtitle) -> blending.Overlay | None:
        is_high = any(first < subtitle.last and subtitle.first < last for first, last in low)
        art = titles.draw_subtitle(
            subtitle.rows,
            *size,
            italic=subtitle.italic,
            language=language,
            top=under_names if is_high else None,
        )
        return blending.Overlay.of(art.rgba, art.x, art.y, width=size[0], height=size[1])

    def drawn() -> Iterator[clips.Planes]:
        if head and head_frames:
            yield from [draw_slate(head, picture)] * head_frames
        shown: dict[Subtitle, blending.Overlay | None] = {}
        names = _Names(review, picture)
        for number, planes in enumerate(clips.planes(film, 0, frames, picture.rate, size)):
            standing = [each for each in subtitles if each.first <= number < each.last]
            shown = {each: shown[each] if each in shown else placed(each) for each in standing}
            copy = planes.copy()
            for layer in [*shown.values(), *names.layers(number)]:
                if layer:
                    blending.overlay(copy, layer, Fraction(1))
            yield copy
            if progress:
                progress(number + 1)

    with written_aside(out) as aside:
        encode_planes(drawn(), picture, aside)


class _Names:
    """What stands at the top of a review copy's frames; what a shot's frames share is drawn once."""

    def __init__(self, shots: Sequence[ReviewShot], picture: FrameForm) -> None:
        self._shots = shots
        self._picture = picture
        self._shown: tuple[lettering.Art, blending.Overlay | None] | None = None

    def layers(self, frame: int) -> list[blending.Overlay | None]:
        """What is laid over a frame of the film."""
        layers: list[blending.Overlay | None] = []
        for shot in self._shots:
            if shot.first <= frame < shot.last:
                words = f"{shot.name}  ·  take {shot.take}  ·  seed {shot.seed}"
                moment = f"frame {frame - shot.first}  ·  {timecode_from_frames(frame, self._picture.rate)}"
                left, right = draw_burn_in(words, moment, self._picture.width, self._picture.height)
                if self._shown is None or self._shown[0] is not left:
                    self._shown = left, self._overlay(left)
                layers += [self._shown[1], self._overlay(right)]
        return layers

    def _overlay(self, art: lettering.Art) -> blending.Overlay | None:
        width, height = self._picture.width, self._picture.height
        return blending.Overlay.of(art.rgba, art.x, art.y, width=width, height=height)
