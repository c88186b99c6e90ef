import numpy as np
import pytest

from assembly.picture.wipes import order, wipe
from storyboard.planning.transitions import WIPES
from storyboard.schema.vocabulary import TransitionKind

WIDTH, HEIGHT = 96, 64
OUT, IN = 60, 200

MIDDLE = {
    # points of the frame (across, down, in eighths) that show the incoming shot half-way, and that do not
    "wipe-left": ([(7, 1), (7, 7)], [(1, 1), (1, 7)]),
    "wipe-right": ([(1, 1), (1, 7)], [(7, 1), (7, 7)]),
    "wipe-up": ([(1, 7), (7, 7)], [(1, 1), (7, 1)]),
    "wipe-down": ([(1, 1), (7, 1)], [(1, 7), (7, 7)]),
    "wipe-barn-door": ([(3, 1), (5, 7)], [(1, 4), (7, 4)]),
    "wipe-clock": ([(7, 1), (7, 7)], [(1, 1), (1, 7)]),
    "wipe-iris": ([(4, 3), (4, 6)], [(1, 1), (7, 7), (7, 1)]),
}


def plain(grey: int) -> np.ndarray:
    planes = np.full((HEIGHT * 3 // 2, WIDTH), grey, np.uint8)
    planes[HEIGHT:] = 255 - grey
    return planes


def wiped(kind: str, step: int, length: int) -> np.ndarray:
    return wipe(TransitionKind(kind), plain(OUT), plain(IN), step, length)


def test_every_wipe_is_looked_at():
    assert MIDDLE.keys() == {kind.value for kind in WIPES}


@pytest.mark.parametrize("kind", MIDDLE)
def test_half_way_each_shot_is_where_the_wipe_puts_it(kind):
    middle = wiped(kind, 11, 23)
    chroma = middle[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    for points, grey in zip(MIDDLE[kind], (IN, OUT), strict=True):
        for across, down in points:
            assert middle[down * HEIGHT // 8, across * WIDTH // 8] == grey
            assert (chroma[:, down * HEIGHT // 16, across * WIDTH // 16] == 255 - grey).all()


@pytest.mark.parametrize("kind", MIDDLE)
def test_a_wipe_only_ever_uncovers_and_shows_both_shots_in_every_frame(kind):
    length = 23
    frames = np.stack([wiped(kind, step, length)[:HEIGHT] for step in range(length)]).astype(int)
    assert (np.diff(frames, axis=0) >= 0).all()
    assert all((frame > OUT).any() and (frame < IN).any() for frame in frames)
    assert ((frames > OUT) & (frames < IN)).mean() < 0.08, "the soft edge is a small part of the frame"


def test_a_clock_s_hand_starts_at_twelve_and_goes_to_the_right():
    moments = order(TransitionKind.WIPE_CLOCK, WIDTH, HEIGHT)
    twelve, three, six, nine = moments[2, 49], moments[33, 90], moments[60, 47], moments[31, 5]
    assert twelve < three < six < nine


def test_an_iris_is_round_in_a_wide_frame():
    moments = order(TransitionKind.WIPE_IRIS, WIDTH, HEIGHT)
    assert abs(moments[HEIGHT // 2, WIDTH // 2 + 20] - moments[HEIGHT // 2 + 20, WIDTH // 2]) < 20
