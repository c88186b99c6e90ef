"""A machine as its process sees it: memory and graphics cards."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ASK_S = 20.0
_CARD = "name,utilization.gpu,memory.used,memory.total"


@dataclass(frozen=True, slots=True)
class Card:
    """A graphics card at one moment.

    Attributes:
        busy: the share of the last second in which it worked, 0 to 1; None where its driver does not tell.
    """

    name: str
    busy: float | None
    memory_used_bytes: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """A process and its machine at one moment.

    Attributes:
        process_bytes: main memory that the process holds.
        memory_used_bytes: of the whole machine.
        memory_bytes: what the machine has.
        cards: those that the process may use.
    """

    process_bytes: int
    memory_used_bytes: int
    memory_bytes: int
    cards: tuple[Card, ...] = ()


def vital_signs(visible: str | None) -> VitalSigns:
    """The memory and the cards of this process and its machine, now.

    Args:
        visible: CUDA_VISIBLE_DEVICES: numbers or identifiers with commas, or None for all cards.
    """
    import psutil

    memory = psutil.virtual_memory()
    return VitalSigns(
        psutil.Process().memory_info().rss,
        memory.total - memory.available,
        memory.total,
        cards_from_csv("\n".join(_ask_driver(_CARD, visible))),
    )


def cards_from_csv(told: str) -> tuple[Card, ...]:
    """Cards as `nvidia-smi --format=csv,noheader,nounits` tells them: memory in MiB, the rest in percent."""
    cards = []
    for line in filter(str.strip, told.splitlines()):
        name, busy, used, total = (word.strip() for word in line.rsplit(",", 3))
        share = float(busy) / 100 if busy.replace(".", "").isdigit() else None
        if used.isdigit() and total.isdigit():  # a card with a fault tells words
            cards.append(Card(name, share, int(used) * 2**20, int(total) * 2**20))
    return tuple(cards)


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
    return tuple(_ask_driver("name", visible))


def _ask_driver(fields: str, visible: str | None) -> list[str]:
    """A line of these fields for each card; none without a driver that answers."""
    ask = shutil.which("nvidia-smi")
    if ask is None or visible == "":
        return []
    chosen = ["-i", visible] if visible else []
    command = [ask, f"--query-gpu={fields}", "--format=csv,noheader,nounits", *chosen]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=ASK_S, check=True)
    except (subprocess.SubprocessError, OSError):
        return []
    return [line.strip() for line in told.stdout.splitlines() if line.strip()]
