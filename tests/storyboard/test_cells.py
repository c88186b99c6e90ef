"""Cells that spreadsheets show, and never calculate."""

from __future__ import annotations

import pytest

from storyboard.cells import harmless


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])  # noqa: RUF001
def test_what_a_spreadsheet_would_calculate_begins_with_an_apostrophe(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "2A", "a = b", "00:00:00:04", "'quoted'", "é-"])
def test_what_it_would_not_calculate_stays_as_it_is(cell):
    assert harmless(cell) == cell
