"""What the tests of the farm share.

Ray reads its environment, the token too, once in a process: when it is first imported.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from conformance import OtherProcess

from farm.cluster import _environment, new_token

TOKEN = new_token()
os.environ.update(_environment(TOKEN))


@pytest.fixture(scope="session")
def token() -> str:
    """The token of every cluster that these tests start."""
    return TOKEN


@pytest.fixture(scope="session")
def other_process() -> Iterator[OtherProcess]:
    """A process that renders what another than the tests' shall render."""
    process = OtherProcess()
    yield process
    process.close()
