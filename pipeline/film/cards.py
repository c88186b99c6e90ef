"""The storyboard cards of a film's shots, which stand in for what is not there."""

from __future__ import annotations

from collections.abc import Iterator

from assembly.cut.form import FrameForm
from assembly.words.review_slate import Slate
from assembly.words.shot_card import ShotCard
from storyboard.media import mezzanine
from storyboard.schema.film import Film, Scene, Shot


def slate_of(scene: Scene, shot: Shot, language: str = "") -> Slate:
    """What stands on the card of a shot of a film in a language."""
    action = (("Action", shot.action),) if shot.action else ()
    return Slate(f"Shot {shot.id}", (("Scene", scene.slug), *action), language)


def every_card(film: Film, picture: FrameForm) -> Iterator[ShotCard]:
    """Every card that may be made for a film, of every length."""
    for scene, shot in film.shots():
        for frames in range(1, mezzanine.GOP_FRAMES + 1):
            yield ShotCard(slate_of(scene, shot, film.language), frames, picture)
