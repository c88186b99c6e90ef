"""Words that are drawn into a finished picture: where and when they stand, and nothing else changes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from assembly.cut.form import FrameForm
from assembly.delivery import burn, verify
from assembly.words.review_slate import Slate, draw_burn_in
from storyboard.planning.overlapping_subtitles import Standing, Subtitle, together
from tests.support.assembly import pictures

PICTURE = FrameForm(256, 144, Fraction(24))


def burnt(tmp_path, subtitles, review=(), low=()):
    film = pictures.clip(tmp_path / "film.mp4", 1, 30, PICTURE)
    burn.burn(film, 30, PICTURE, subtitles, review, tmp_path / "out.mp4", low=low)
    seen = verify.watch(tmp_path / "out.mp4")
    assert (seen.frames, seen.tagged, seen.evenly) == (30, True, True)
    before, after = pictures.decoded(film), pictures.decoded(tmp_path / "out.mp4")
    return [np.abs(a[:144].astype(int) - b[:144]) for a, b in zip(before, after, strict=True)]


def test_a_subtitle_stands_low_in_exactly_its_frames(tmp_path):
    changes = burnt(tmp_path, [Subtitle(8, 20, ("It's =100%; 'x' [a]:b \\", "<i>אור</i>"))])
    shown = [number for number, change in enumerate(changes) if change[100:].max() > 60]
    assert shown == list(range(8, 20))
    assert max(change[:100].max() for change in changes) < 40, "the rest of the picture stays"


def test_a_subtitle_stands_high_while_something_else_stands_low_and_clear_of_what_a_review_copy_says(
    tmp_path,
):
    two = [Subtitle(0, 10, ("Low",)), Subtitle(12, 20, ("High",))]
    for review, begins in (
        ((), burn.HIGH),
        ([burn.ReviewShot("1A", "3f2a91c0", 7, 0, 30)], burn.HIGH_UNDER_NAMES),
    ):
        changes = burnt(tmp_path, two, review, low=[(19, 30)])
        rows = [np.flatnonzero(change[18:].max(axis=1) > 60) + 18 for change in changes]
        if not review:
            rows = [np.flatnonzero(change.max(axis=1) > 60) for change in changes]
            assert rows[15][0] >= begins * 144 - 4
        assert rows[5][0] > 110
        assert rows[15][-1] < 60


def test_two_that_overlap_stand_together_and_an_empty_film_of_words_changes_nothing(tmp_path):
    both = [Standing(0, 20, 0, ("One",)), Standing(10, 30, 1, ("Two words, longer",))]
    changes = burnt(tmp_path, together(both, 30, 1))
    widths = [int((change[100:].max(axis=0) > 60).sum()) for change in changes]
    assert min(widths[10:30]) > max(widths[:10]) > 0
    heights = [np.flatnonzero(change.max(axis=1) > 60) for change in changes]
    assert heights[15][0] < min(heights[5][0], heights[25][0]), "one stands above the other"
    assert max(change.max() for change in burnt(tmp_path, [])) < 12


def test_a_review_copy_names_shot_take_and_time_on_every_frame(tmp_path):
    shots = [burn.ReviewShot("1A", "3f2a91c0", 7, 0, 15), burn.ReviewShot("1B", "77aa0e12", 7, 15, 30)]
    changes = burnt(tmp_path, [], shots)
    assert all(change[:16].max() > 60 for change in changes)
    left = [change[:16, :140].astype(bool) for change in changes]
    assert np.mean(left[3] != left[20]) > 0.01, "another shot has another name"


@pytest.mark.parametrize(("width", "height"), [(256, 144), (720, 1280), (1280, 720)])
def test_a_burn_in_fits_beside_or_below_itself_and_keeps_its_size_from_frame_to_frame(width, height):
    words = "12A-pickup-3  ·  take 3f2a91c0  ·  seed 9007199254740991"
    both = [draw_burn_in(words, f"frame {n}  ·  00:00:{n}:23", width, height) for n in (11, 48)]
    for left, right in both:
        beside = left.x + left.rgba.shape[1] <= right.x
        below = left.y + left.rgba.shape[0] // 2 <= right.y
        assert left.x >= 0
        assert below if width < height else beside
        assert right.x + right.rgba.shape[1] <= width
    assert both[0][0] is both[1][0], "what does not change is drawn once"


HOSTILE = [
    "%{pts} %03d 100%",
    "it's \\ a:b, [c]; {d} 'e' \"f\" =g #h|i",
    "<b>&amp;</b>\x00\x1b[31m\u202eright to left\u2028",
    "\U0001f3ac שלום 漢字 ﷽",
    "W" * 400,
    "",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_slate_stands_before_the_film_whatever_its_words_are(tmp_path, text):
    film = pictures.clip(tmp_path / "film.mp4", 1, 6, PICTURE)
    slate = Slate(text, (("Date", text), ("Note", text)))
    burn.burn(film, 6, PICTURE, [], [], tmp_path / "out.mp4", head=slate, head_frames=4)
    frames = pictures.decoded(tmp_path / "out.mp4")
    assert len(frames) == 4 + 6
    assert [pictures.named(frame) for frame in frames[4:]] == [(1, number) for number in range(6)]
    luma = frames[0][: PICTURE.height].astype(int)
    assert (luma[:, :15] < 60).all()
    assert (luma[:, -15:] < 60).all(), "the words stay inside"
    assert (luma > 120).sum() > 100
