"""Backends of the tests as installed packages, for processes that the tests start."""

from __future__ import annotations

import os
from pathlib import Path

from farm.backend.registry import ENTRY_POINT_GROUP
from tests.support import ROOT


def install_backends(folder: Path, **classes: str) -> str:
    """Make a package of backends; returns the PYTHONPATH on which processes find it.

    Args:
        folder: where to; made when it is not there.
        classes: by name, with - for _: `module:Class`.
    """
    facts = folder / "backends_of_tests-1.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: backends-of-tests\nVersion: 1\n")
    listed = "".join(f"{name.replace('_', '-')} = {where}\n" for name, where in classes.items())
    (facts / "entry_points.txt").write_text(f"[{ENTRY_POINT_GROUP}]\n{listed}")
    return f"{folder}{os.pathsep}{ROOT}"
