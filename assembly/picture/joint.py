"""Renders a joint: decodes exactly the frames it needs, mixes them, encodes them to join by copy."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from assembly.frames import blending, clips
from assembly.frames.mezzanine_encoder import encode_planes
from assembly.picture import wipes
from assembly.programs.whole_files import written_aside
from assembly.words import lettering, titles
from storyboard.errors import AssemblyError
from storyboard.lettering.picture import Rgba
from storyboard.lettering.places import caption_band

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from assembly.cut.form import FrameForm
    from assembly.cut.pieces import Excerpt, Joint, TitleSpan


def render_joint(joint: Joint, sources: Mapping[str, Path], out: Path) -> None:
    """Render a joint into a mezzanine clip.

    Args:
        joint: what to render.
        sources: the clip of each take, by the take's digest; they have the joint's size, rate and format.
        out: where to write; appears whole.

    Raises:
        AssemblyError: a take is missing, is shorter than the joint needs, or has another format.
        StoreError: `out` cannot be written.
    """
    with written_aside(out) as aside:
        encode_planes(pictures(joint, sources), joint.picture, aside)
        made = clips.inspect(aside).frames
        if made != joint.frames:
            raise AssemblyError(f"a joint of {joint.frames} frames was encoded as {made}")


def pictures(joint: Joint, sources: Mapping[str, Path]) -> Iterator[clips.Planes]:
    """The frames of a joint, in order."""
    running = [_excerpt_pictures(excerpt, sources, joint.picture) for excerpt in joint.excerpts]
    for frame in range(joint.frames):
        shown = [index for index, each in enumerate(joint.excerpts) if each.start <= frame < each.end]
        picture = next(running[shown[0]])
        for before, index in pairwise(shown):
            start, wipe = joint.excerpts[index].start, joint.excerpts[index].wipe
            step, length = frame - start, joint.excerpts[before].end - start
            incoming = next(running[index])
            if wipe:
                picture = wipes.wipe(wipe, picture, incoming, step, length)
            else:
                picture = blending.dissolve(picture, incoming, step, length)
        yield picture


def _excerpt_pictures(
    excerpt: Excerpt, sources: Mapping[str, Path], film: FrameForm
) -> Iterator[clips.Planes]:
    path = sources.get(excerpt.take)
    if path is None:
        raise AssemblyError(f"the take {excerpt.take[:12]} of shot {excerpt.shot} is not there")
    layers = [_Layer(title, film) for title in excerpt.titles]
    frames = clips.planes(path, excerpt.first, excerpt.last, film.rate, (film.width, film.height))
    for number, frame in enumerate(frames):
        picture = frame
        for layer in layers:
            picture = layer.over(picture, number)
        picture = blending.fade(picture, excerpt.level(number))
        yield _whitened(picture, excerpt.level(number, "white"), film)


def _whitened(picture: clips.Planes, level: Fraction, film: FrameForm) -> clips.Planes:
    """The picture on its way to white; bars beside it, and words on them, go to black."""
    white = blending.fade(picture, level, blending.WHITE_Y)
    if film.inside is None or level == 1:
        return white
    return blending.put(blending.fade(picture, level), white, film.inside)


class _Layer:
    """A title of an excerpt, drawn when it is first seen and dropped when it is gone."""

    def __init__(self, span: TitleSpan, film: FrameForm) -> None:
        self._span = span
        self._film = film
        self._art: lettering.Art | None = None
        self._standing: blending.Overlay | None = None

    def over(self, picture: clips.Planes, frame: int) -> clips.Planes:
        """The picture with the title on it, as far as it stands in this frame of the excerpt."""
        number = frame - self._span.start
        if not 0 <= number < self._span.length:
            self._art = self._standing = None
            return picture
        if self._art is None:
            span, film = self._span, self._film
            self._art = titles.draw(
                span.text,
                span.style,
                film.width,
                film.height,
                span.length,
                language=span.language,
                band=caption_band(film.height, film.inside) if span.over_captions else None,
            )
        solid = titles.opacity(number, self._span.length, self._film.rate)
        if self._art.scrim:
            picture = blending.fade(picture, 1 - Fraction(self._art.scrim).limit_denominator(100) * solid)
        placed = self._rolling(self._art, number) if self._art.rolls else self._still(self._art)
        if placed:
            blending.overlay(picture, placed, solid)
        return picture

    def _still(self, art: lettering.Art) -> blending.Overlay | None:
        if self._standing is None:
            self._standing = self._placed(art.rgba, art.x, art.y)
        return self._standing

    def _rolling(self, art: lettering.Art, number: int) -> blending.Overlay | None:
        top = titles.roll_offset(number, self._span.length, self._film.height, art.rgba.shape[0])
        first = max(0, -top)
        rows = art.rgba[first : max(first, self._film.height - top)]
        return self._placed(rows, art.x, top + first) if rows.size else None

    def _placed(self, rgba: Rgba, x: int, y: int) -> blending.Overlay | None:
        return blending.Overlay.of(rgba, x, y, width=self._film.width, height=self._film.height)
