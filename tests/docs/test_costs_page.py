"""The page on costs: its documents are documents, its commands are commands, its words are the code's."""

from __future__ import annotations

import re

import pytest
import yaml

from pipeline.budgets.prices import ListedPrice, price_list
from pipeline.costs.report import By, Part
from pipeline.settings import load_settings
from storyboard.schema.budget import Budget
from tests.support import ROOT

PAGE = (ROOT / "docs" / "costs.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_documents_of_the_page_are_read(tmp_path):
    prices, budget = BLOCKS
    (tmp_path / "prices.yaml").write_text(prices)
    assert len(price_list(load_settings(home=tmp_path)).prices) == 4
    Budget.model_validate(yaml.safe_load(budget)["budget"])


@pytest.mark.parametrize("word", [*ListedPrice.model_fields, *Budget.model_fields, *By, *Part])
def test_the_page_names_every_key_row_and_part(word):
    assert re.search(rf"\b{re.escape(word)}\b", PAGE)


def test_no_output_is_left_out_of_the_page():
    assert "OUTPUT" not in PAGE
