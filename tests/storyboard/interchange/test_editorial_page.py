"""The table of docs/editorial.md says what formats hold; it is that of the code."""

from pathlib import Path

from storyboard.interchange import aaf, csv_table, edl_write, fcp7_write, fcpxml_write
from storyboard.interchange.formats import READ, WRITTEN
from storyboard.interchange.kinds import ALL_KINDS
from storyboard.interchange.programs import _READS

PAGE = (Path(__file__).parents[3] / "docs" / "editorial.md").read_text()
FORMATS = {".edl": edl_write, ".xml": fcp7_write, ".fcpxml": fcpxml_write, ".aaf": aaf, ".csv": csv_table}


def rows(after):
    lines = PAGE[PAGE.index(after) :].splitlines()
    return [
        [cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")
    ]


def column(holds):
    def number(tracks):
        return str(tracks or "all")

    def yes(value, no="no"):
        return "yes" if value else no

    return [
        number(holds.pictures),
        number(holds.sounds),
        "all" if holds.transitions >= ALL_KINDS else "dissolves",
        yes(holds.crossed, "cuts"),
        yes(holds.uncentred, "centred"),
        yes(holds.speeds),
        yes(holds.markers),
        yes(holds.colours),
        yes(holds.switched_off),
        yes(holds.takes or holds.metadata),
    ]


def test_the_table_says_what_formats_hold():
    head, _, *body = rows("What a file does not hold is listed")[: 2 + 10]
    assert head[1:] == [*FORMATS]
    for at, module in enumerate(FORMATS.values(), 1):
        assert [row[at] for row in body] == column(module.HOLDS), head[at]


def test_every_format_and_program_is_on_the_page():
    for suffix in {*WRITTEN, *READ}:
        assert f"| `{suffix}`" in PAGE
    for program in _READS:
        assert f"| `{program}` |" in PAGE
