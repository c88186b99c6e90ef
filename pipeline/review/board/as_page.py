"""A storyboard as one page for a browser: its pictures are inside it, and it asks for nothing else."""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.review.board.cards import Card
from storyboard.schema.film import Film

if TYPE_CHECKING:
    import jinja2

_PAGE = Path(__file__).with_name("page.html")


def board_page(
    film: Film,
    length: str,
    cards: Sequence[Card],
    frames: Mapping[str, bytes],
    told: Mapping[str, Sequence[str]],
) -> str:
    """Set a storyboard on a page.

    Args:
        film: whose title, logline and language it has.
        length: how many shots, and how long.
        cards: its shots.
        frames: the picture of each, JPEG, by shot.
        told: what is to be known of a picture, by shot.

    Returns:
        HTML.
    """
    pictures = {shot: base64.b64encode(frame).decode("ascii") for shot, frame in frames.items()}
    return _template().render(film=film, length=length, cards=cards, pictures=pictures, told=told)


@functools.cache
def _template() -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(_PAGE.read_text("utf-8"))
