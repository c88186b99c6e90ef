"""Whatever a look is, it is one that leaves a picture, or one clear error."""

from __future__ import annotations

import pytest
from hypothesis import given

from storyboard.media.lut import read_cube
from tests.support.mutations import SOAK, USUAL, broken, clear, in_one_folder, mutated

CURVE = b'TITLE "a"\nLUT_1D_SIZE 3\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1 1 1\n0 0 0\n0.4 0.5 0.6\n1 1 1\n'
CUBE = b"LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0.0 1.0\n" + b"".join(
    b"%d %d %d\n" % (r, g, b) for b in (0, 1) for g in (0, 1) for r in (0, 1)
)


def end_of_look(path, data):
    path.write_bytes(data)
    try:
        cube = read_cube(path)
    except ValueError as error:
        clear(str(error))
        return "refused"
    assert min(cube.values) < max(cube.values) <= 16
    return "read"


@pytest.mark.parametrize(
    "count", [USUAL, pytest.param(SOAK, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]
)
def test_any_look_is_read_or_refused(tmp_path, count):
    ends = {"read": 0, "refused": 0}
    for data in mutated([CURVE, CUBE], count):
        ends[end_of_look(tmp_path / "a.cube", data)] += 1
    assert all(ends.values()), "both ends are tried"


@in_one_folder
@given(broken(lambda: [CURVE, CUBE]))
def test_a_look_with_a_few_other_bytes_is_read_or_refused(tmp_path, data):
    assert end_of_look(tmp_path / "a.cube", data) == "read" or data not in {CURVE, CUBE}
