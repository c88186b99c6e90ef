"""Ray reads its environment, the token too, once in a process: when it is first imported."""

from __future__ import annotations

import os

import pytest

from farm.cluster import _environment, new_token

TOKEN = new_token()
os.environ.update(_environment(TOKEN))


@pytest.fixture(scope="session")
def token() -> str:
    """The token of every cluster that these tests start."""
    return TOKEN
