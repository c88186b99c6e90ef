"""What is said of deliverables that their kind does not have, or that does not go with the film."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from storyboard.document.text import DocumentPath
from storyboard.errors import UsageError
from storyboard.media.framing import LEAST, MOST, Fit, ratio
from storyboard.schema.deliverables import (
    DRAWN_ON,
    GRAINED,
    LEAST_SIZE,
    SOUNDING,
    WITH_POSTER,
    WITH_SUBTITLE_FILES,
    WITH_TRACKS,
    WITHOUT_PICTURE,
    Deliverable,
    DeliverableKind,
)
from storyboard.schema.film import Film
from storyboard.wording import did_you_mean


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
        if kind not in WITH_POSTER:
            yield (*path, "shot"), f"only a poster is of one shot; {kind} is of all"
        elif one.shot not in shots:
            yield (*path, "shot"), f'there is no shot "{one.shot}"{did_you_mean(one.shot, shots)}'
    for key in ("date", "note"):
        if getattr(one, key) and kind is not DeliverableKind.REVIEW:
            yield (*path, key), f"only a review copy has a slate; {kind} has none"
    if one.address is not None and kind is not DeliverableKind.SHARE:
        yield (*path, "address"), f"only a share is a page that has an address; {kind} is none"
    if one.subtitles and kind not in WITH_TRACKS | WITH_SUBTITLE_FILES:
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
    width, height = one.size(film.format.size)
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
        width, height = one.size(film.format.size)
        if ratio(one.aspect) is None:
            yield (*path, "aspect"), f'"{one.aspect}": a frame has a width and a height'
        elif min(width, height) < LEAST or max(width, height) > MOST:
            yield (
                (*path, "aspect"),
                f'"{one.aspect}" gives a picture of {width}x{height} pixels (allowed: {LEAST} to {MOST})',
            )
