"""The cards of a storyboard: what stands beside the frame of each shot. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pipeline.review.answers import ShownFilm, ShownShot
from storyboard.media.timing import timecode_from_frames
from storyboard.schema.film import Film, Shot
from storyboard.schema.vocabulary import CameraMove, LineDelivery, TransitionKind

_DELIVERIES = {
    LineDelivery.VOICE_OVER: " (V.O.)",
    LineDelivery.OFF_SCREEN: " (O.S.)",
    LineDelivery.WHISPERED: " (whispers)",
    LineDelivery.SHOUTED: " (shouts)",
}


@dataclass(frozen=True, slots=True)
class Card:
    """A shot on paper.

    Attributes:
        scene: its number and slug line, where it is the first of its scene; else empty.
        shot: its id.
        frame: how it is framed and moved, and how it begins.
        timing: its length and where it begins in the film.
        action: what happens.
        lines: who says what.
        notes: to the team.
        clip: the digest of the clip that its frame is from; None where it is not there.
        clip_frame: which frame of that.
    """

    scene: str
    shot: str
    frame: str
    timing: str
    action: str
    lines: tuple[tuple[str, str], ...]
    notes: str
    clip: str | None
    clip_frame: int


def cards_of(film: Film, shown: ShownFilm) -> list[Card]:
    """A card for every shot of the cut, in the order of the film.

    Args:
        film: what was decided of its shots laid over them.
        shown: the same film as it stands.
    """
    return [*_cards(film, shown)]


def _cards(film: Film, shown: ShownFilm) -> Iterator[Card]:
    known = {shot.id: shot for _, shot in film.shots()}
    before = -1
    for one in shown.shots:
        if one.omitted or one.id not in known:
            continue
        shot = known[one.id]
        scene = shown.scenes[one.scene]
        clip, frame = _middle(shown, one)
        yield Card(
            scene=f"{scene.id}  {scene.slug}".strip() if one.scene != before else "",
            shot=shot.id,
            frame=_framing(shot),
            timing=_timing(shown, one),
            action=shot.action,
            lines=tuple(
                (film.characters[line.character].name + _DELIVERIES.get(line.delivery, ""), line.text)
                for line in shot.lines
            ),
            notes=shot.notes,
            clip=clip,
            clip_frame=frame,
        )
        before = one.scene


def _middle(shown: ShownFilm, shot: ShownShot) -> tuple[str | None, int]:
    """The clip and its frame that are seen in the middle of a shot."""
    if shot.start is None:
        return None, 0
    middle = shot.start + shot.frames // 2
    for span in shown.spans:
        if span.at <= middle < span.at + span.frames:
            return span.clip, span.first + middle - span.at
    return None, 0


def _framing(shot: Shot) -> str:
    parts = [shot.size.value]
    if shot.camera is not CameraMove.STATIC:
        parts.append(shot.camera.value.replace("-", " "))
    if shot.transition.kind is not TransitionKind.CUT:
        parts.append(f"{shot.transition.kind.value.replace('-', ' ')} in")
    if shot.fade_out is not None:
        parts.append("fade out")
    return " · ".join(parts)


def _timing(shown: ShownFilm, shot: ShownShot) -> str:
    rate = Fraction(*shown.rate)
    seconds = f"{float(shot.frames / rate):.2f}".rstrip("0").rstrip(".")
    at = "" if shot.start is None else f" · {timecode_from_frames(shot.start, rate)}"
    return f"{seconds} s{at}"
