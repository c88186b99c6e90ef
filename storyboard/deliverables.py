"""What a film is delivered as: the kinds of deliverable, and what a film document can say of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from storyboard.errors import UsageError
from storyboard.framing import LEAST, MOST, Aspect, Fit, frame_size, ratio
from storyboard.model import Id, Language, Line, Model, RelativePath
from storyboard.wording import did_you_mean

if TYPE_CHECKING:
    from storyboard.document import DocumentPath
    from storyboard.film import Film


class DeliverableKind(StrEnum):
    """What a deliverable is."""

    WEB = "web"
    WEB_HEVC = "web-hevc"
    WEB_AV1 = "web-av1"
    MASTER = "master"
    MASTER_DNXHR = "master-dnxhr"
    HLS = "hls"
    FRAMES = "frames"
    FRAMES_EXR = "frames-exr"
    STEMS = "stems"
    SUBTITLES = "subtitles"
    POSTER = "poster"
    REVIEW = "review"
    PREVIEW = "preview"
    CONTACT_SHEET = "contact-sheet"


SOUNDING = frozenset(
    {
        DeliverableKind.WEB,
        DeliverableKind.WEB_HEVC,
        DeliverableKind.WEB_AV1,
        DeliverableKind.MASTER,
        DeliverableKind.MASTER_DNXHR,
        DeliverableKind.HLS,
        DeliverableKind.REVIEW,
        DeliverableKind.STEMS,
    }
)
"""kinds that have sound, and so a loudness"""
WITH_TRACKS = frozenset(
    {DeliverableKind.WEB, DeliverableKind.WEB_HEVC, DeliverableKind.WEB_AV1, DeliverableKind.HLS}
)
"""kinds that can carry tracks of subtitles"""
DRAWN_ON = frozenset({*SOUNDING, DeliverableKind.FRAMES, DeliverableKind.FRAMES_EXR}) - {
    DeliverableKind.STEMS
}
"""kinds that show the whole film, and so can have words drawn on it"""
GRAINED = DRAWN_ON - {DeliverableKind.FRAMES_EXR}
"""kinds that can have grain; pictures in linear light are for further work, which comes before it"""
WITHOUT_PICTURE = frozenset({DeliverableKind.STEMS, DeliverableKind.SUBTITLES})
LEAST_SIZE = {
    DeliverableKind.WEB_HEVC: (32, 32),
    DeliverableKind.WEB_AV1: (64, 64),
    DeliverableKind.MASTER_DNXHR: (256, 120),
}
"""what an encoder does not go below, width and height"""


class Deliverable(Model):
    """A form that the finished film is delivered in; each is checked after it was written."""

    kind: DeliverableKind
    """what it is"""
    height: Annotated[int, Field(strict=True, ge=16, le=8192, multiple_of=2)] | None = None
    """its picture's height in pixels, even; the width follows; the film's when left out"""
    renditions: Annotated[
        tuple[Annotated[int, Field(strict=True, ge=16, le=8192, multiple_of=2)], ...], Field(max_length=8)
    ] = ()
    """the heights of an HLS stream's renditions, the largest first; chosen by the film's when left out"""
    loudness_lufs: Annotated[float, Field(strict=True, ge=-40, le=-5, allow_inf_nan=False)] | None = None
    """its integrated loudness: -14 (music services), -16 (web), -23 (EBU R 128), -27 (films for streaming)"""
    aspect: Aspect | None = None
    """the shape of its frame; the film's when left out"""
    fit: Fit = Fit.CROP
    """how the takes come into that frame: cropped around each shot's focus, or whole between black bars"""
    lut: RelativePath | None = None
    """a .cube file through which its pictures are seen, in the place of the film's"""
    grain: Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)] = 0.0
    """film grain over its pictures: 0 is none, 0.3 like a fine-grained stock, 1 like a very fast one"""
    shot: Id | None = None
    """a poster's shot: its middle frame; the longest shot's when left out"""

    subtitles: Annotated[tuple[Language, ...], Field(max_length=32)] = ()
    """languages of its subtitle tracks; of subtitle files, all that the film has when left out"""
    burned_subtitles: Language | None = None
    """the language of subtitles that are drawn into the picture"""
    burn_in: bool = False
    """draw shot, take, seed and timecode into the picture; a review copy has them without this"""
    date: Annotated[Line, StringConstraints(max_length=40)] = ""
    """the date on the slate of a review copy, as it is to be read there"""
    note: Line = ""
    """what the slate of a review copy says beside title, version, shots and length"""

    def size(self, film: Film) -> tuple[int, int]:
        """Width and height of its picture in pixels."""
        shape = self.aspect and ratio(self.aspect)
        if shape:
            return frame_size((film.format.width, film.format.height), shape, self.fit, self.height)
        return scaled(film.format.width, film.format.height, self.height or film.format.height)

    def heights(self, film: Film) -> tuple[int, ...]:
        """The heights of its renditions: those given, else common ones up to the film's, four at most."""
        _, full = self.size(film)
        return self.renditions or (full, *[each for each in (1080, 720, 480, 360, 240) if each < full][:3])


def scaled(width: int, height: int, to_height: int) -> tuple[int, int]:
    """The even size of this shape that is so high."""
    return max(2, 2 * round(width * to_height / height / 2)), to_height


def chosen(film: Film, names: Sequence[str]) -> dict[str, Deliverable]:
    """Deliverables by name: those of the film, and kinds by their own names with nothing said about them.

    Raises:
        UsageError: a name is neither; it says what there is.
    """
    kinds = [kind.value for kind in DeliverableKind]
    wanted: dict[str, Deliverable] = {}
    for name in names:
        if name in film.deliverables:
            wanted[name] = film.deliverables[name]
        elif name in kinds:
            wanted[name] = Deliverable(kind=DeliverableKind(name))
            for _, complaint in _complaints(film, (), wanted[name]):
                raise UsageError(complaint)
        else:
            there_are = [*film.deliverables, *(kind for kind in kinds if kind not in film.deliverables)]
            raise UsageError(
                f'no deliverable is called "{name}"{did_you_mean(name, there_are)}',
                f"there are: {', '.join(there_are)}",
            )
    return wanted


def find_in_deliverables(film: Film) -> Iterator[tuple[DocumentPath, str]]:
    """What is said of a deliverable that its kind does not have, or cannot be."""
    for name, one in film.deliverables.items():
        yield from _complaints(film, ("deliverables", name), one)


def _complaints(film: Film, path: DocumentPath, one: Deliverable) -> Iterator[tuple[DocumentPath, str]]:
    kind = one.kind
    if one.renditions and kind is not DeliverableKind.HLS:
        yield (*path, "renditions"), f"only hls has renditions; {kind} has one height"
    if list(one.renditions) != sorted(set(one.renditions), reverse=True):
        yield (*path, "renditions"), "each rendition is smaller than the one before it"
    if one.height is not None and kind in {DeliverableKind.HLS, DeliverableKind.STEMS}:
        instead = 'it has "renditions"' if kind is DeliverableKind.HLS else "they have no picture"
        yield (*path, "height"), f"{kind} has no height; {instead}"
    if one.loudness_lufs is not None and kind not in SOUNDING:
        yield (*path, "loudness_lufs"), f"{kind} has no sound"
    if one.shot is not None:
        shots = [shot.id for _, shot in film.shots()]
        if kind is not DeliverableKind.POSTER:
            yield (*path, "shot"), f"only a poster is of one shot; {kind} is of all"
        elif one.shot not in shots:
            yield (*path, "shot"), f'there is no shot "{one.shot}"{did_you_mean(one.shot, shots)}'
    for key in ("date", "note"):
        if getattr(one, key) and kind is not DeliverableKind.REVIEW:
            yield (*path, key), f"only a review copy has a slate; {kind} has none"
    if one.subtitles and kind not in {*WITH_TRACKS, DeliverableKind.SUBTITLES}:
        yield (*path, "subtitles"), f"{kind} has no subtitle tracks; burned_subtitles draws them"
    if len(set(one.subtitles)) < len(one.subtitles):
        yield (*path, "subtitles"), "a language is in the list twice"
    if kind not in DRAWN_ON:
        for key in ("burned_subtitles", "burn_in"):
            if getattr(one, key):
                yield (*path, key), f"nothing is drawn into {kind}"
    yield from _about_the_picture(film, path, one)
    if kind is DeliverableKind.SUBTITLES and one.height is not None:
        yield (*path, "height"), "subtitles have no picture"
    least = LEAST_SIZE.get(kind)
    width, height = one.size(film)
    if least and (width < least[0] or height < least[1]):
        key = "height" if one.height else "kind"
        yield (
            (*path, key),
            f"{kind} is at least {least[0]}x{least[1]} pixels, and this would be {width}x{height}",
        )


def _about_the_picture(
    film: Film, path: DocumentPath, one: Deliverable
) -> Iterator[tuple[DocumentPath, str]]:
    """Shape, look and grain of what has a picture."""
    kind = one.kind
    for key in ("aspect", "lut"):
        if getattr(one, key) is not None and kind in WITHOUT_PICTURE:
            yield (*path, key), f"{kind} have no picture"
    if one.grain and kind not in GRAINED:
        yield (*path, "grain"), f"{kind} has no grain (those that have: {', '.join(sorted(GRAINED))})"
    if one.fit is Fit.PAD and one.aspect is None:
        yield (*path, "fit"), 'the takes have the shape of the film; "fit" goes with "aspect"'
    if one.aspect is not None:
        width, height = one.size(film)
        if ratio(one.aspect) is None:
            yield (*path, "aspect"), f'"{one.aspect}": a frame has a width and a height'
        elif min(width, height) < LEAST or max(width, height) > MOST:
            yield (
                (*path, "aspect"),
                f'"{one.aspect}" gives a picture of {width}x{height} pixels (allowed: {LEAST} to {MOST})',
            )
