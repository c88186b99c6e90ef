"""Looks on other scales: right, or refused at the line; never a white or black film."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assembly.picture.luts import table_of
from storyboard.checks.film import find_problems
from storyboard.media.lut import parse_cube, read_cube
from tests.support.storyboard.small_films import loaded, small

CASES = Path(__file__).parent / "cases"
CURVE = "0 0 0\n1 1 1\n"


def test_a_table_of_ten_bits_is_refused_at_its_line_of_the_film(tmp_path):
    with pytest.raises(ValueError, match=r"line 3: a colour is 511.5.*divide them by 1023"):
        read_cube(CASES / "v.cube")
    shutil.copyfile(CASES / "v.cube", tmp_path / "v.cube")
    document = small()
    document["look"] = {"lut": "v.cube"}
    found = [problem for problem in find_problems(loaded(document, tmp_path)) if "v.cube" in problem.message]
    assert len(found) == 1
    assert found[0].line


@pytest.mark.parametrize("top", [255, 1023, 4095, 65535])
def test_whole_numbers_are_refused_with_their_scale(top):
    with pytest.raises(ValueError, match=f"line 3: .*divide them by {top}"):
        parse_cube(f"LUT_1D_SIZE 2\n0 0 0\n{top} {top} {top}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"LUT_1D_SIZE 2\nDOMAIN_MAX 1023 1023 1023\n{CURVE}", "line 2: the domain goes from 0 to 1023"),
        (f"LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 1 2\n{CURVE}", "line 2: the domain"),
        ("LUT_1D_SIZE 2\n1 1 1\n1 1 1\n", "line 2: all of its colours are the same"),
        (
            "LUT_1D_SIZE 2\n0.0627 0.0627 0.0627\n0.9216 0.9216 0.9216\n",
            "line 2: its black is .* video range",
        ),
    ],
)
def test_what_would_leave_no_picture_is_refused(text, words):
    with pytest.raises(ValueError, match=words):
        parse_cube(text)


def test_colours_a_little_out_of_range_and_faded_blacks_are_looks():
    parse_cube("LUT_1D_SIZE 2\n-0.1 -0.1 -0.1\n1.2 1.2 1.2\n")
    parse_cube("LUT_1D_SIZE 2\n0.1 0.09 0.08\n0.9 0.92 0.91\n")


def test_video_range_that_is_said_is_read_right():
    black, white = 64 / 1023, 940 / 1023
    out = parse_cube(f"LUT_1D_SIZE 2\nLUT_OUT_VIDEO_RANGE\n{f'{black} ' * 3}\n{f'{white} ' * 3}\n")
    assert [*out.values] == pytest.approx([0, 0, 0, 1, 1, 1])
    both = parse_cube(f"LUT_1D_SIZE 2\nLUT_IN_VIDEO_RANGE\nLUT_OUT_VIDEO_RANGE\n{CURVE}")
    table = table_of(both)
    assert table[0] == pytest.approx(0, abs=1e-6)
    assert table[-1] == pytest.approx(1, abs=1e-6)
    assert table[len(table) // 2] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("coding", ["latin-1", "utf-8", "utf-8-sig", "utf-16"])
def test_a_title_in_any_of_these_letters_is_read(tmp_path, coding):
    path = tmp_path / "a.cube"
    path.write_bytes(f'TITLE "Été à Besançon"\nLUT_1D_SIZE 2\n{CURVE}'.encode(coding))
    assert read_cube(path).size == 2
    path.write_bytes("LUT_1D_SIZE 2\n0 0 é\n".encode("latin-1"))
    with pytest.raises(ValueError, match="is not text"):
        read_cube(path)
