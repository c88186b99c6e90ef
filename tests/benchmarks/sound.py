"""What a changed sentence costs a film, against a version of this project from before, where one is at hand.

BEFORE=/path/to/its/checkout python -m tests.benchmarks sound
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support import ROOT

SCENES = int(os.environ.get("SCENES", "6"))
"""of fifty seconds"""


def run(folder: Path) -> dict[str, float]:
    """Measure this version, and the one in BEFORE after it."""
    checkouts = {"": ROOT}
    if "BEFORE" in os.environ:
        checkouts["before: "] = Path(os.environ["BEFORE"])
    results: dict[str, float] = {}
    told = {name: _measured(path, folder / f"film{len(name)}") for name, path in checkouts.items()}
    for name, one in told.items():
        if not results:
            results |= {"film s": round(one["first"]["seconds"], 1)}
        results |= {
            f"{name}first: s": round(one["first"]["s"], 1),
            f"{name}first: processor s": round(one["first"]["processor_s"], 1),
            f"{name}changed sentence: s": round(one["changed"]["s"], 2),
            f"{name}changed sentence: processor s": round(one["changed"]["processor_s"], 2),
            f"{name}changed sentence leaves in the store, MB": round(one["left"] / 1e6, 2),
            f"{name}loudness, LUFS": round(one["changed"]["lufs"], 2),
        }
    if len(told) > 1:
        now, before = told.values()
        for what in ("processor_s", "s"):
            ratio = before["changed"][what] / now["changed"][what]
            results[f"changed sentence: before to now, {what.replace('_', ' ')}"] = round(ratio, 1)
        results["changed sentence: before to now, left in the store"] = round(before["left"] / now["left"], 1)
    return results | {"load of the machine": round(os.getloadavg()[0], 1)}


def _measured(checkout: Path, folder: Path) -> dict[str, Any]:
    script = Path(__file__).with_name("one_sound.py")
    command = [sys.executable, "-P", str(script), str(folder), str(SCENES)]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    done = subprocess.run(
        command, cwd=checkout, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
