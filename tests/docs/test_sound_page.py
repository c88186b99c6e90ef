import re

from storyboard.schema.built_in_sounds import SOUNDS_BY_KIND
from tests.support import ROOT


def test_the_page_about_sound_lists_every_built_in_sound():
    """`docs/sound.md` holds the table that the failure shows."""
    rows = ["| of | sounds |", "|---|---|"]
    for kind, sounds in SOUNDS_BY_KIND.items():
        rows.append(f"| {kind} | {', '.join(f'`{name}`' for name in sorted(sounds))} |")
    page = (ROOT / "docs/sound.md").read_text("utf-8")
    table = re.search(r"<!-- sounds -->\n(.*)<!-- /sounds -->", page, re.DOTALL)
    assert table is not None
    assert table[1] == "\n".join(rows) + "\n"
