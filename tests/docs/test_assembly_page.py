import pytest

from storyboard.schema.deliverables import DeliverableKind
from storyboard.schema.vocabulary import Retime, TransitionKind
from tests.support import ROOT

PAGE = (ROOT / "docs" / "assembly.md").read_text("utf-8")


@pytest.mark.parametrize("kind", [*TransitionKind, *DeliverableKind, *Retime])
def test_the_page_says_what_every_transition_deliverable_and_way_of_retiming_is(kind):
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert any(f"`{kind.value}`" in row for row in rows)
