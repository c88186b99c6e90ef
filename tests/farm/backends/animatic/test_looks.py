"""Styles and tones: what a film's look makes of its pictures."""

from __future__ import annotations

from itertools import combinations

import cv2
import numpy as np
import pytest

from farm.backend.conformance import character, line, location, shot
from farm.backends.animatic.painter import Painter
from farm.backends.animatic.sheet import Sheet, sheet_of
from farm.backends.animatic.styles import style_of
from farm.backends.animatic.understanding.looks import CUT_PAPER, manner, styles
from farm.backends.animatic.understanding.missing import missing
from storyboard.planning.spec import ResolvedLook


def looking(description, **changes):
    """A small shot of a film with a look."""
    look = ResolvedLook(description=description, negative="", palette=(), references=(), loras=())
    values = {
        "width": 256,
        "height": 144,
        "head": 0,
        "tail": 0,
        "location": location("Harbour"),
        "size": "WS",
    }
    return shot(look=look, **values | changes)


def drawn(description, *indices, captions=False, **changes):
    painter = Painter(looking(description, **changes), captions=captions, soft_focus=True)
    try:
        return [painter.frame(index) for index in indices or (0,)]
    finally:
        painter.canvas.close()


def measured(frame):
    """Of a picture, each 0 to 255: share of lines, saturation, lightness, share of blue, share of black."""
    hue = cv2.cvtColor(frame, cv2.COLOR_RGB2HSV)
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    lines = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 60
    blue = frame[..., 2].astype(int) > frame[..., 0].astype(int) + 40
    black = (grey < 24).mean() * 255
    return lines.mean() * 255, hue[..., 1].mean(), grey.mean(), blue.mean() * 255, black


@pytest.fixture(scope="module")
def pictures():
    return {style: drawn(style)[0] for style in styles()}


def test_each_style_is_measurably_another(pictures):
    assert len(pictures) == 6
    seen = {style: measured(picture) for style, picture in pictures.items()}
    for one, other in combinations(seen, 2):
        apart = [abs(a - b) for a, b in zip(seen[one], seen[other], strict=True)]
        assert max(apart) > 30, (one, other, seen)
    lines, colour, light, blue, black = (
        dict(zip(seen, values, strict=True)) for values in zip(*seen.values(), strict=True)
    )
    assert min(colour, key=colour.get) == "pencil storyboard"
    assert max(light, key=light.get) == "pencil storyboard"
    assert black["silhouette theatre"] > 2 * black[CUT_PAPER]
    assert max(blue, key=blue.get) == "blueprint"
    assert colour["comic"] > colour[CUT_PAPER] > colour["ink and wash"]
    for style in ("ink and wash", "pencil storyboard", "comic", "blueprint"):
        assert lines[style] > 1.3 * lines[CUT_PAPER]


@pytest.mark.parametrize("style", styles())
def test_a_style_gives_the_same_frames_again_and_moves_with_the_shot(style):
    whole = drawn(f"{style}, noir", 0, 7, 12, frames=24)
    again = drawn(f"{style}, noir", 0, 12, frames=24)
    assert [frame.tobytes() for frame in whole[::2]] == [frame.tobytes() for frame in again]
    assert whole[0].tobytes() != whole[2].tobytes()


def test_people_of_the_silhouette_theatre_are_black_before_a_lit_cloth():
    with_somebody, bare = (
        drawn("shadow play", characters=people)[0].astype(int) for people in ((character(),), ())
    )
    figure = np.abs(with_somebody - bare).max(-1) > 40
    assert figure.mean() > 0.01
    assert np.median(with_somebody[figure]) < 20
    assert bare[40:80, 100:160].mean() > 90


@pytest.mark.parametrize("size", [(64, 36), (37, 61)])
@pytest.mark.parametrize("style", styles()[1:])
def test_a_style_draws_frames_of_any_size(style, size):
    width, height = size
    assert drawn(style, width=width, height=height)[0].shape == (height, width, 3)


def test_without_a_word_nothing_is_changed():
    plain = drawn("")[0]
    for look in ("cut paper and gouache, warm light", "soft light"):
        assert style_of(manner(look), 64, 36) is None
        assert drawn(look)[0].tobytes() == plain.tobytes()


def test_tones_go_with_every_style(pictures):
    for style in (CUT_PAPER, "comic"):
        grey = drawn(f"{style} in black and white")[0]
        assert (grey.max(-1) == grey.min(-1)).all()
        noir = measured(drawn(f"film noir, {style}")[0])
        plain = measured(pictures[style])
        assert noir[1] > 0
        assert noir[2] < plain[2] - 20
        both = drawn(f"{style}, black and white noir")[0]
        assert (both.max(-1) == both.min(-1)).all()
        assert both.mean() < grey.mean() - 20


def test_captions_are_letters_over_every_style():
    for style in styles()[1:]:
        said = {"width": 320, "height": 180, "lines": (line(),)}
        with_words, bare = (
            drawn(style, 30, captions=captions, frames=60, **said)[0].astype(int)
            for captions in (True, False)
        )
        changed = np.abs(with_words - bare).max(-1) > 0
        assert changed[135:].any()
        assert not changed[:120].any()


@pytest.mark.parametrize(
    ("words", "style"),
    [
        ("Ink and watercolour, low sun, paper grain", "ink and wash"),
        ("ink", "ink and wash"),
        ("Comic book with bold ink outlines", "comic"),
        ("A graphic novel in black and white", "comic"),
        ("rough pencil sketch, hatching", "pencil storyboard"),
        ("Wayang: shadow puppets before a lamp", "silhouette theatre"),
        ("white lines, a blueprint of a story", "blueprint"),
        ("Cut paper and gouache, silhouettes at dusk", CUT_PAPER),
        ("No ink, no comic book: cut paper", CUT_PAPER),
        ("Not a comic book, a pencil drawing", "pencil storyboard"),
        ("\u6c34\u5f69\u753b", "ink and wash"),
        ("", CUT_PAPER),
        ("A dusty western, warm light", CUT_PAPER),
        ("nature documentary", CUT_PAPER),
    ],
)
def test_words_choose_a_style(words, style):
    assert manner(words).style == style
    assert not manner(words).unknown


def test_tones_are_words_too():
    assert manner("Black-and-white film noir").tones == {"noir", "black and white"}
    assert not manner("Black-and-white film noir").unknown
    assert manner("cut paper without noir").tones == frozenset()


def test_a_look_that_is_not_drawn_is_told_with_the_nearest():
    told = [str(one) for one in missing(looking("Charcoal, low light"))]
    known = ", ".join(styles())
    assert told == [
        f'not drawn: "charcoal": the film is drawn as pencil storyboard (words that it knows: {known})'
    ]
    told = [str(one) for one in missing(looking("Stained glass: lead and light"))]
    assert told == [
        f'not drawn: "Stained glass": the film is drawn as cut paper (words that it knows: {known})'
    ]
    assert missing(looking("blueprint, noir")) == missing(looking(""))


def test_the_sheet_of_looks_has_every_style_in_the_same_shots():
    words = [cell.words for cell in sheet_of(Sheet.LOOKS)]
    assert len(words) == len({*words}) == 4 * (len(styles()) + 2)
    assert {word.rsplit(", ", 1)[0] for word in words} >= {*styles()}
