"""Tiny models of random weights, written once a session as the local folders that users have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

if find_spec("diffusers") is None:  # the extra `diffusion` is not installed
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """Gives the folder of a tiny model, built when it is first asked for."""
    from tests.support.diffusion.tiny_models import build

    folder = tmp_path_factory.mktemp("models")
    patch = pytest.MonkeyPatch()
    patch.setenv("SHOTFARM_MODEL_FOLDERS", str(folder))
    yield lambda name: build(name, folder)
    patch.undo()
