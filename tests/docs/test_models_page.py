from __future__ import annotations

from farm.backends.diffusion.families.registry import FAMILIES
from tests.support.pages.models_page import COMMAND, PAGE, page


def test_the_page_of_models_says_what_the_records_say():
    written = PAGE.read_text(encoding="utf-8")
    assert page(written) == written, f"mend it with: {COMMAND}"
    assert all(f"| `{name}` |" in written for name in FAMILIES)
