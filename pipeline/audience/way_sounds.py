"""The sounds of the ways through a film: all turned up alike, so that one goes on where another was heard."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from assembly.programs.stopping import stoppable
from assembly.sound.soundtrack import Soundtrack
from farm.store.store import Store
from pipeline.film.mixing import gain_of, make_way_sound
from pipeline.film.sound import way_digest
from storyboard.errors import ShotfarmError


class WaySounds:
    """Makes them, one after another; any number of threads may ask.

    Args:
        store: where sounds are kept.
        first: the sound of the way of the defaults, which has the loudness that the film is to have.
        target_lufs: that loudness.
    """

    def __init__(self, store: Store, first: Soundtrack, target_lufs: float) -> None:
        self._store = store
        self._first = first
        self._target_lufs = target_lufs
        self._gain_db: float | None = None
        self._wanted: dict[str, ShotfarmError | None] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(1, "ways")

    def close(self) -> None:
        """Make no more of them."""
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def digest(self, sound: Soundtrack) -> str | None:
        """What a way's sound is called in the store; None before it is known how much all are turned up."""
        return None if self._gain_db is None else way_digest(sound, self._gain_db)

    def want(self, name: str, sound: Soundtrack) -> None:
        """Have a way's sound made, once.

        Args:
            name: of the way.
            sound: what is heard on it.

        Raises:
            ShotfarmError: it could not be made.
        """
        with self._lock:
            if name in self._wanted:
                trouble = self._wanted[name]
            else:
                trouble = self._wanted[name] = None
                self._pool.submit(self._make, name, sound)
        if trouble:
            raise trouble

    def _make(self, name: str, sound: Soundtrack) -> None:
        try:
            stoppable(self._stop, self._mix, sound)
        except ShotfarmError as error:
            self._wanted[name] = error

    def _mix(self, sound: Soundtrack) -> None:
        if self._gain_db is None:
            self._gain_db = gain_of(self._store, self._first, self._target_lufs)
        make_way_sound(self._store, sound, self._gain_db)
