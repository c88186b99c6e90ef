"""Each decision record has a number of its own, which its title repeats."""

from __future__ import annotations

import re
from collections import Counter

from tests.support import ROOT

RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def test_every_record_has_its_own_number_and_repeats_it_in_its_title():
    assert RECORDS
    numbers = Counter(path.name[:3] for path in RECORDS)
    assert not [number for number, times in numbers.items() if times > 1]
    for path in RECORDS:
        assert re.match(rf"# {path.name[:3]} \S", path.read_text()), path.name
