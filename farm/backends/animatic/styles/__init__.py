"""The styles of the animatic: each changes the light of a shot and redraws its frames. Pure.

A style is a class in a module here and a row of `style_of`; its words are in `lexicon/looks.toml`.
"""

from __future__ import annotations

from farm.backends.animatic.styles.style import CutPaper, Style
from farm.backends.animatic.understanding.looks import CUT_PAPER, Manner


def style_of(manner: Manner, width: int, height: int) -> Style | None:
    """The style of a film for frames of a size in pixels; None where frames stay as they are drawn."""
    if manner.style == CUT_PAPER and not manner.tones:
        return None
    # Imported here: most films are cut paper, and need no OpenCV.
    import cv2

    from farm.backends.animatic.styles.blueprint import Blueprint
    from farm.backends.animatic.styles.comic import Comic
    from farm.backends.animatic.styles.ink import InkAndWash
    from farm.backends.animatic.styles.pencil import Pencil
    from farm.backends.animatic.styles.silhouette import Silhouettes
    from farm.backends.animatic.styles.tones import Toned

    cv2.setNumThreads(1)  # the animatic has one core
    made: type[Style] = {
        CUT_PAPER: CutPaper,
        "ink and wash": InkAndWash,
        "pencil storyboard": Pencil,
        "silhouette theatre": Silhouettes,
        "comic": Comic,
        "blueprint": Blueprint,
    }[manner.style]
    style = made(width, height)
    return Toned(style, manner.tones, width, height) if manner.tones else style
