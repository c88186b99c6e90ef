"""The card of a shot is a clip that takes can be joined with, and says what happens in it."""

from dataclasses import replace
from fractions import Fraction

import numpy as np

from assembly.cut.form import FrameForm
from assembly.frames.clips import inspect, planes
from assembly.frames.mezzanine_encoder import parameter_sets
from assembly.words.review_slate import Slate
from assembly.words.shot_card import ShotCard, render_card

CARD = ShotCard(
    Slate("Shot 2A", (("Scene", "EXT. HERE - NIGHT"), ("Action", "The wind takes her hat."))),
    5,
    FrameForm(320, 180, Fraction(24)),
)


def drawn(card, path):
    render_card(card, path)
    return [*planes(path, 0, card.frames, card.picture.rate, (card.picture.width, card.picture.height))]


def test_it_has_its_length_and_the_parameters_of_takes(tmp_path):
    pictures = drawn(CARD, tmp_path / "card.mp4")
    assert len(pictures) == 5
    assert inspect(tmp_path / "card.mp4").parameter_sets == parameter_sets(CARD.picture)
    assert max(int(picture.max()) for picture in pictures) > 180, "there are letters on it"


def test_another_action_is_another_picture_under_another_name(tmp_path):
    other = replace(CARD, slate=Slate("Shot 2A", (*CARD.slate.rows[:1], ("Action", "She holds on to it."))))
    before, after = drawn(CARD, tmp_path / "a.mp4")[0], drawn(other, tmp_path / "b.mp4")[0]
    assert np.abs(before.astype(int) - after).max() > 60
    assert CARD.digest != other.digest
    assert CARD.digest != replace(CARD, frames=6).digest
    assert CARD.digest == replace(CARD).digest
