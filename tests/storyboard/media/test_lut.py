from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.checks.film import find_problems
from storyboard.media.lut import parse_cube, read_cube
from tests.support.storyboard.small_films import loaded, small

CURVE = "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"
CORNERS = "".join(f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))


def test_a_cube_with_everything_that_the_specification_has():
    cube = parse_cube(
        f'# made by hand\nTITLE "a \\"b\\""\n\nLUT_3D_SIZE 2\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2.5\n{CORNERS}'
    )
    assert (cube.dimensions, cube.size, cube.high) == (3, 2, (2, 2, 2.5))
    assert [*cube.values[3:6]] == [1, 0, 0]


def test_the_range_that_resolve_writes_is_read():
    cube = parse_cube("LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE -0.1 1.1\n0 0 0\n1 1 1\n")
    assert (cube.low, cube.high) == ((-0.1,) * 3, (1.1,) * 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "neither LUT_1D_SIZE nor LUT_3D_SIZE"),
        ("LUT_3D_SIZE 2\n0 0 0\n", "line 2: it ends after 1 of 8 colours"),
        (f"{CURVE}1 1 1\n", "line 4: there are more than the 2 colours of its size"),
        ("LUT_3D_SIZE 300\n", 'line 1: the size is "300" (allowed: 2 to 129)'),
        ("LUT_3D_SIZE two\n", 'line 1: the size is "two" (allowed: 2 to 129)'),
        ("LUT_3D_SIZE ²\n", "line 1: the size is"),
        ("LUT_3D_SIZE 2\nLUT_1D_SIZE 2\n", "line 2: there is a size already"),
        ("0 0 0\n", "line 1: a colour stands before LUT_1D_SIZE"),
        ("LUT_1D_SIZE 2\n0 0\n", 'line 2: found "0 0" where 3 numbers are expected'),
        ("LUT_1D_SIZE 2\n0 0 nan\n", 'line 2: found "0 0 nan" where 3 numbers are expected'),
        ("LUT_1D_SIZE 2\nnan 0 0\n", 'line 2: found "nan 0 0" where 3 numbers are expected'),
        ("LUT_1D_SIZE 2\n0 0 1e99\n", "where 3 numbers are expected"),
        ("LUT_1D_SIZE 2\n0 0 0\nTITLE x\n1 1 1\n", 'line 3: "TITLE" stands after the first colour'),
        ("LUT_1D_SIZE 2\nGAMMA 2\n", 'line 2: "GAMMA" is no keyword (allowed: TITLE, LUT_1D_SIZE'),
        ("LUT_1D_SIZE 2\nDOMAIN_MIN 1 1 1\n0 0 0\n1 1 1\n", "DOMAIN_MIN that is not below its DOMAIN_MAX"),
    ],
)
def test_a_broken_file_is_refused_with_its_line_and_what_is_allowed(text, words):
    with pytest.raises(ValueError, match=r"line|LUT_|DOMAIN") as caught:
        parse_cube(text)
    assert words in str(caught.value)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_no_text_breaks_the_reader(text):
    try:
        parse_cube(text)
    except ValueError as error:
        assert str(error)  # noqa: PT017  (any text may be refused, and none may do anything else)


def test_a_look_is_refused_where_the_film_names_it(tmp_path):
    (tmp_path / "warm.cube").write_text("LUT_3D_SIZE 2\n0 0 0\n")
    (tmp_path / "picture.cube").write_bytes(b"\x89PNG\xff")
    film = small()
    film["look"]["lut"] = "warm.cube"
    film["deliverables"] = {"web": {"kind": "web", "lut": "picture.cube"}}
    problems = {
        problem.path: problem.message
        for problem in find_problems(loaded(film, tmp_path))
        if "lut" in problem.path
    }
    assert problems == {
        "look.lut": '"warm.cube" line 2: it ends after 1 of 8 colours',
        "deliverables.web.lut": '"picture.cube" is not text; a look is a .cube file, which is text',
    }


def test_a_byte_order_mark_and_other_line_ends_are_read(tmp_path):
    (tmp_path / "a.cube").write_bytes(b"\xef\xbb\xbf" + CURVE.replace("\n", "\r\n").encode())
    assert read_cube(tmp_path / "a.cube").size == 2
