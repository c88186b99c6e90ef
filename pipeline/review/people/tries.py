"""How often somebody may try, and how long they wait after that. Pure, but for the clock that it is given.

Three counts run at once, and the longest wait of the three holds:

- a name from one address: after 5 wrong tries each further one costs twice the wait, from 2 s to 15 min;
- an address, whatever it tries: after 20, from 5 s to 15 min;
- a name, from wherever: after 50, from 2 s to 1 min. Its waits stay short: strangers who try somebody's name
  must not lock that person out.

A try counts before it is checked, so that many at once are not cheaper; a right one is forgiven. What was
counted is forgotten after a day without another try.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

FORGOTTEN_S = 24 * 3600.0
"""without another try"""
MOST_COUNTED = 50_000
"""keys that are remembered: the oldest go first"""


@dataclass(frozen=True, slots=True)
class Rule:
    """How a count becomes a wait.

    Attributes:
        free: tries that cost nothing.
        first_s: the wait after one more, in seconds; each further one doubles it.
        longest_s: which it never exceeds.
    """

    free: int
    first_s: float
    longest_s: float

    def wait_s(self, tries: int) -> float:
        """How long the next try waits after so many, in seconds."""
        over = tries - self.free
        if over < 0:
            return 0.0
        return min(self.longest_s, self.first_s * 2.0 ** min(over, 30))


PAIR = Rule(free=5, first_s=2, longest_s=900)
ADDRESS = Rule(free=20, first_s=5, longest_s=900)
NAME = Rule(free=50, first_s=2, longest_s=60)


@dataclass(slots=True)
class _Count:
    tries: int
    last: float


@dataclass(slots=True)
class Tries:
    """Counts of tries; any number of threads may ask.

    Attributes:
        clock: seconds that only grow.
    """

    clock: Callable[[], float] = time.monotonic
    _counts: dict[tuple[str, str], _Count] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_s(self, name: str, address: str) -> int:
        """How long until somebody may try again, in whole seconds; 0 for now."""
        with self._lock:
            return self._wait_s(name, address)

    def begin(self, name: str, address: str) -> int:
        """Count a try and give 0; or, when it comes too early, how long it must wait, in whole seconds."""
        with self._lock:
            wait = self._wait_s(name, address)
            if wait:
                return wait
            self._count(name, address, self.clock())
            return 0

    def recall(self, name: str, address: str, ago_s: float) -> None:
        """Count a try that was made so long ago, which this one saw nothing of; the oldest come first."""
        with self._lock:
            self._count(name, address, self.clock() - ago_s)

    def forgive(self, name: str, address: str) -> None:
        """A try was right: it does not count, and those from there under that name before it neither."""
        with self._lock:
            for key, rule in _rules(name, address):
                if rule is PAIR:
                    self._counts.pop(key, None)
                elif key in self._counts:
                    self._counts[key].tries -= 1

    def _wait_s(self, name: str, address: str) -> int:
        now = self.clock()
        waits = [0.0]
        for key, rule in _rules(name, address):
            count = self._counts.get(key)
            if count and now - count.last < FORGOTTEN_S:
                waits.append(count.last + rule.wait_s(count.tries) - now)
        return math.ceil(max(waits))

    def _count(self, name: str, address: str, at: float) -> None:
        for key, _ in _rules(name, address):
            count = self._counts.pop(key, None)
            before = count.tries if count and at - count.last < FORGOTTEN_S else 0
            self._counts[key] = _Count(before + 1, at)  # the last one that is forgotten
        self._forget(at)

    def _forget(self, now: float) -> None:
        while self._counts:
            oldest = next(iter(self._counts))
            if len(self._counts) <= MOST_COUNTED and now - self._counts[oldest].last < FORGOTTEN_S:
                return
            del self._counts[oldest]


def _rules(name: str, address: str) -> tuple[tuple[tuple[str, str], Rule], ...]:
    """The counts that a try belongs to; without a name, as with a link, its address alone."""
    network = network_of(address)
    whole = ((("", network), ADDRESS),)
    return (((name, network), PAIR), *whole, ((name, ""), NAME)) if name else whole


def network_of(address: str) -> str:
    """What one household has of addresses: one of IPv4, 2⁶⁴ of IPv6.

    >>> network_of("2001:db8:1:2:3:4:5:6")
    '2001:db8:1:2::/64'
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
