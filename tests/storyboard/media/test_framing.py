from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.checks.film import find_problems
from storyboard.media.framing import Fit, crop_box, frame_size, pad_box, ratio
from storyboard.schema.deliverables import Deliverable
from tests.support.storyboard.small_films import loaded, shot, small

SHAPES = st.sampled_from(["16:9", "9:16", "1:1", "2.39:1", "4:3", "3:4", "1:3", "21:9"])
SIZES = st.tuples(*[st.integers(16, 2048).map(lambda half: 2 * half)] * 2)
POINTS = st.tuples(st.floats(0, 1), st.floats(0, 1))


@pytest.mark.parametrize(
    ("aspect", "fit", "height", "size"),
    [
        ("9:16", Fit.CROP, None, (404, 720)),
        ("9:16", Fit.CROP, 1920, (1080, 1920)),
        ("1:1", Fit.CROP, None, (720, 720)),
        ("2.39:1", Fit.CROP, None, (1280, 536)),
        ("16:9", Fit.CROP, None, (1280, 720)),
        ("4:3", Fit.PAD, None, (1280, 960)),
        ("2.39:1", Fit.PAD, None, (1720, 720)),
        ("9:16", Fit.PAD, 1920, (1080, 1920)),
    ],
)
def test_the_size_of_a_frame(aspect, fit, height, size):
    assert frame_size((1280, 720), ratio(aspect), fit, height) == size


@given(SIZES, SHAPES, POINTS)
def test_a_crop_lies_inside_the_picture_has_the_frames_shape_and_is_as_large_as_can_be(size, aspect, focus):
    frame = frame_size(size, ratio(aspect), Fit.CROP)
    box = crop_box(size, frame, focus)
    assert box.width / box.height == Fraction(*frame)
    assert box.width == size[0] or box.height == size[1]
    assert 0 <= box.x <= box.x + box.width <= size[0]
    assert 0 <= box.y <= box.y + box.height <= size[1]
    for point, whole, start, part in zip(focus, size, (box.x, box.y), (box.width, box.height), strict=True):
        middle = start + part / 2
        at_an_edge = start <= 1 or start + part >= whole - 1
        assert at_an_edge or abs(middle - Fraction(point) * whole) <= 1


@given(SIZES, SHAPES, st.one_of(st.none(), st.integers(20, 1000).map(lambda half: 2 * half)))
def test_padding_shows_the_whole_picture_in_its_own_shape_in_the_middle(size, aspect, height):
    frame = frame_size(size, ratio(aspect), Fit.PAD, height)
    x, y, width, height = pad_box(size, frame)
    assert all(value % 2 == 0 and value >= 0 for value in (x, y, width, height))
    assert x + width <= frame[0]
    assert y + height <= frame[1]
    assert abs(2 * x + width - frame[0]) <= 2
    assert abs(2 * y + height - frame[1]) <= 2
    assert frame[0] - width <= 2 or frame[1] - height <= 2


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"kind": "web", "aspect": "0:1"}, 'aspect: "0:1": a frame has a width and a height'),
        ({"kind": "web", "aspect": "1:90"}, "pixels (allowed: 16 to 8192)"),
        ({"kind": "web", "fit": "pad"}, '"fit" goes with "aspect"'),
        ({"kind": "stems", "aspect": "1:1"}, "one.aspect: stems have no picture"),
        ({"kind": "subtitles", "lut": "warm.cube"}, "one.lut: subtitles have no picture"),
        ({"kind": "poster", "grain": 0.5}, "one.grain: poster has no grain (those that have: frames, hls"),
        ({"kind": "web", "lut": "../warm.cube"}, '"../warm.cube" leads outside the project folder'),
        ({"kind": "web", "lut": "warm.cube"}, 'there is no file "warm.cube"'),
    ],
)
def test_what_a_deliverables_picture_cannot_be_is_refused_at_its_place(said, words):
    film = small()
    film["deliverables"] = {"one": said}
    problems = [f"{problem.path}: {problem.message}" for problem in find_problems(loaded(film))]
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("aspect", "words"),
    [("wide", "a shape of frame is width:height, such as 16:9"), ("1:1:1", "such as 16:9"), (1.85, "16:9")],
)
def test_a_shape_that_is_none_is_answered_with_one_that_is(aspect, words):
    from storyboard.errors import DocumentError

    film = small()
    film["deliverables"] = {"one": {"kind": "web", "aspect": aspect}}
    with pytest.raises(DocumentError) as caught:
        loaded(film)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("focus", "words"),
    [([0.5], "a point has two numbers"), ([1, 2], "2 is too large; the most is 1"), (0.5, "where a list")],
)
def test_a_focus_is_a_point_of_the_picture(focus, words):
    from storyboard.errors import DocumentError

    film = small()
    shot(film, "1A")["focus"] = focus
    with pytest.raises(DocumentError) as caught:
        loaded(film)
    assert words in str(caught.value)


def test_renditions_go_down_from_the_new_frames_height():
    film = small()
    film["format"] = {"width": 1280, "height": 720}
    read = loaded(film).film
    assert Deliverable(kind="hls", aspect="2.39:1").heights(read.format.size) == (536, 480, 360, 240)
