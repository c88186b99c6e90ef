"""The cards of a storyboard: what stands beside the frame of each shot. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.review.answers import ShownFilm, ShownShot
from storyboard.branching.route import without_visit
from storyboard.media.timing import timecode_from_frames
from storyboard.planning.plan import Plan
from storyboard.schema.film import Film, Shot
from storyboard.schema.vocabulary import CameraMove, LineDelivery, TransitionKind

_DELIVERIES = {
    LineDelivery.VOICE_OVER: " (V.O.)",
    LineDelivery.OFF_SCREEN: " (O.S.)",
    LineDelivery.WHISPERED: " (whispers)",
    LineDelivery.SHOUTED: " (shouts)",
    LineDelivery.SAD: " (sadly)",
    LineDelivery.FAST: " (quickly)",
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
        clip: the digest of the clip that its frame is from; None where it is not there, or is not looked for.
        clip_frame: which frame of that.
    """

    scene: str
    shot: str
    frame: str
    timing: str
    action: str
    lines: tuple[tuple[str, str], ...]
    notes: str
    clip: str | None = None
    clip_frame: int = 0


def cards_of(film: Film, shown: ShownFilm) -> list[Card]:
    """A card for every shot of the cut, in the order of the film.

    Args:
        film: what was decided of its shots laid over them.
        shown: the same film as it stands.
    """
    rate = Fraction(*shown.rate)
    cut = [one for one in shown.shots if not one.omitted]
    cards = _cards(film, {one.id: (one.frames, one.start) for one in cut}, rate)
    middles = {one.id: _middle(shown, one) for one in cut}
    return [
        replace(card, clip=clip, clip_frame=frame) for card in cards for clip, frame in [middles[card.shot]]
    ]


def cards_to_draw(film: Film, plan: Plan) -> list[Card]:
    """A card for every shot that is not omitted, in the order of the document, whatever has been rendered.

    Args:
        film: what was decided of its shots laid over them.
        plan: of the same film.
    """
    starts: dict[str, int] = {}
    at = 0
    for planned in plan.cut:
        starts.setdefault(without_visit(planned.shot), at)
        at += planned.shape.frames
    laid = {one.shot: (one.shape.frames, starts.get(one.shot)) for one in plan.shots if not one.omitted}
    return [*_cards(film, laid, film.format.rate)]


def _cards(film: Film, laid: Mapping[str, tuple[int, int | None]], rate: Fraction) -> Iterator[Card]:
    """Cards without a clip; of each shot its frames, and the film's frame at which it begins."""
    for scene in film.scenes:
        slug = f"{scene.id}  {scene.slug}".strip()
        for shot in scene.shots:
            if shot.id not in laid:
                continue
            yield Card(
                scene=slug,
                shot=shot.id,
                frame=_framing(shot),
                timing=_timing(*laid[shot.id], rate),
                action=shot.action,
                lines=tuple(
                    (film.characters[line.character].name + _DELIVERIES.get(line.delivery, ""), line.text)
                    for line in shot.lines
                ),
                notes=shot.notes,
            )
            slug = ""


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


def _timing(frames: int, start: int | None, rate: Fraction) -> str:
    seconds = f"{float(frames / rate):.2f}".rstrip("0").rstrip(".")
    at = "" if start is None else f" · {timecode_from_frames(start, rate)}"
    return f"{seconds} s{at}"
