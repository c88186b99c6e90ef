"""What made a take: library versions, card and memory, so that it can be made again and compared."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import JsonValue

from farm.backend import BackendTraits

ASK_S = 20.0


def machine_facts(traits: BackendTraits) -> dict[str, JsonValue]:
    """What a take's manifest says of this process and the machine that it runs on."""
    facts: dict[str, JsonValue] = {
        "libraries": dict(library_versions(traits.libraries)),
        "peak_memory_bytes": peak_memory_bytes(),
    }
    if traits.resources.gpus:
        facts["cards"] = [*card_names(os.environ.get("CUDA_VISIBLE_DEVICES"))]
    return facts


def library_versions(names: Iterable[str]) -> dict[str, str | None]:
    """The installed version of each library; None for one that is not installed."""
    return {name: _library_version(name) for name in names}


@cache
def _library_version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def peak_memory_bytes() -> int:
    """The most main memory that this process has held since it began."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage counts what the parent held when it started this process
        found = re.search(r"^VmHWM:\s*(\d+) kB", status.read_text(), re.MULTILINE)
        if found:
            return int(found[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@cache
def card_names(visible: str | None) -> tuple[str, ...]:
    """The names of the cards that this process may use, as their driver tells; none without a driver.

    Args:
        visible: CUDA_VISIBLE_DEVICES: numbers or identifiers with commas, or None for all cards.
    """
    ask = shutil.which("nvidia-smi")
    if ask is None or visible == "":
        return ()
    chosen = ["-i", visible] if visible else []
    command = [ask, "--query-gpu=name", "--format=csv,noheader", *chosen]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=ASK_S, check=True)
    except (subprocess.SubprocessError, OSError):
        return ()
    return tuple(line.strip() for line in told.stdout.splitlines() if line.strip())
