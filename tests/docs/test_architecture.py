"""The page of the architecture names every folder with code, and nothing that is not there."""

import re

from tests.support import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
ROOMS = ("storyboard", "farm", "assembly", "pipeline")
NAMED = set(re.findall(rf"`((?:{'|'.join((*ROOMS, 'tests', 'docs'))})/[\w./]*)`", PAGE))


def test_every_path_that_the_page_names_exists():
    assert {path for path in NAMED if not (ROOT / path).exists()} == set()


def test_every_folder_with_code_is_named():
    code = {
        f"{path.parent.relative_to(ROOT)}/"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert code - NAMED - {f"{room}/" for room in ROOMS} == set()
    assert {f"{room}/" for room in ROOMS} <= NAMED
