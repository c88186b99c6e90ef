"""What is missing of a film is made, by a process of its own, as long as somebody shows it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.orchestration.hand import Hand
from pipeline.orchestration.standby import Show, StandBy
from storyboard.errors import FarmError, ShotfarmError

_LOOK_S = 0.2
AGAIN_S, _MOST_S = 5.0, 60.0
"""before it is tried again where no farm answered: at first, and at the most"""
LOG = "watch.log"
"""what the process prints, in the home folder"""


class MakingState(StrEnum):
    """What the process is at."""

    NOTHING = "nothing"
    """it was not begun: nothing is missing"""
    STARTING = "starting"
    RENDERING = "rendering"
    ASSEMBLING = "assembling"
    DONE = "done"
    FAILED = "failed"


AT_IT = frozenset({MakingState.STARTING, MakingState.RENDERING, MakingState.ASSEMBLING})


@dataclass(frozen=True, slots=True)
class Making:
    """How it goes.

    Attributes:
        error: why it failed, in words.
        hint: what to do about it, where that is known.
        farm_lost: it failed because no farm answers; it is tried again by itself.
    """

    state: MakingState
    error: str = ""
    hint: str | None = None
    farm_lost: bool = False


class Maker:
    """Has a film made; any number of threads may ask.

    Args:
        told: what film it is, and how it is opened.
        hand: starts what makes it.
        places: how many may do so at once, of those that have it; as many as want to without it.
        takes_only: makes takes, and no sound and no parts of a film; what does stays, to be told of others.
    """

    def __init__(
        self,
        told: StandBy,
        hand: Callable[[StandBy, str], Hand] = Hand,
        places: threading.Semaphore | None = None,
        *,
        takes_only: bool = False,
    ) -> None:
        self._told = told
        self._takes_only = takes_only
        self._new_hand = hand
        self._places = places
        self._lock = threading.Lock()
        self._hand: Hand | None = None
        self._thread: threading.Thread | None = None
        self._due: dict[str, float] = {}
        self._closed = False
        self._shots: tuple[str, ...] = ()
        self._pause_s = AGAIN_S
        self._failed_at = 0.0
        self.now = Making(MakingState.NOTHING)

    @property
    def is_at_it(self) -> bool:
        """Whether it is being made."""
        return self.now.state in AT_IT

    def begin(self, shots: Sequence[str] = ()) -> None:
        """Make what is missing, unless somebody is at it; nobody waits.

        Args:
            shots: these alone, and what they start from; all without any.
        """
        with self._lock:
            if self._closed or self.is_at_it:
                return
            self._shots = tuple(shots)
            self._start()

    def look(self, now: float) -> None:
        """Try again what failed because no farm answered, after a while; each time that is twice as long.

        Args:
            now: on the clock of `time.monotonic`.
        """
        with self._lock:
            if self.now.farm_lost and not self._closed and now - self._failed_at >= self._pause_s:
                self._pause_s = min(self._pause_s * 2, _MOST_S)
                self._start()

    def _start(self) -> None:
        self.now = Making(MakingState.STARTING)
        self._thread = threading.Thread(target=self._work, name="making", daemon=True)
        self._thread.start()

    def lead(self, due: Mapping[str, float]) -> None:
        """Say when those who watch come to shots, in seconds since 1970, by the digests of their takes."""
        with self._lock:
            self._due = dict(due)
            if self._hand:
                self._hand.lead(due)

    def close(self) -> None:
        """Let go of what is being made; returns when nothing is left of it."""
        with self._lock:
            self._closed = True
            hand, thread = self._hand, self._thread
        if hand:
            hand.close()
        if thread:
            thread.join()

    def _work(self) -> None:
        if self._places is None:
            self._make()
            return
        while not self._closed:
            if self._places.acquire(timeout=_LOOK_S):
                try:
                    self._make()
                finally:
                    self._places.release()
                return

    def _make(self) -> None:
        try:
            with self._lock:
                if self._closed:
                    return
                hand = self._hand if self._hand and self._hand.lives else self._new_hand(self._told, LOG)
                self._hand = hand
                hand.lead(self._due)
                hand.render(Show(shots=self._shots, takes_only=self._takes_only))
            ended, stays = self._heard(hand)
            with self._lock:
                stays = stays and self._takes_only and not self._closed
                self._hand = hand if stays else None
            if not stays:
                hand.close()
        except ShotfarmError as error:
            ended = Making(MakingState.FAILED, error.message, error.hint, type(error) is FarmError)
        self._failed_at = time.monotonic()
        self.now = ended

    def _heard(self, hand: Hand) -> tuple[Making, bool]:
        """Listen until it has ended; how it did, and whether it can be told to do more."""
        for told in hand.lines():
            with contextlib.suppress(ValueError):  # it is ready, which says nothing of the film
                state = MakingState(told.state)
                if state not in AT_IT:
                    return Making(state, told.error, told.hint, told.farm_lost), not told.last
                if state is not MakingState.STARTING:
                    self._pause_s = AGAIN_S
                self.now = Making(state)
        ended = "what makes the film has ended"
        return Making(MakingState.FAILED, ended, f"its last words are in {hand.log}", farm_lost=True), False


def close_aside(maker: Maker) -> None:
    """Let go of what nobody waits for any more; nobody waits for that either."""
    threading.Thread(target=maker.close, name="closing", daemon=True).start()
