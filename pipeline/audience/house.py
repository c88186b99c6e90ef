"""A film and all who watch it: they are given what comes, and what is missing is made as they come to it."""

from __future__ import annotations

import logging
import threading
import time
from fractions import Fraction

from assembly.delivery.live.fragments import Fragment
from assembly.delivery.live.playlists import Rendition, stream_playlist
from assembly.delivery.live.remux import AAC_CODEC
from pipeline.audience.making import Maker
from pipeline.audience.positions import Position, due_of, moved
from pipeline.audience.progress import Progress
from pipeline.audience.projector import Projector
from pipeline.audience.screening import Screening
from pipeline.audience.waiting import Wait, wait_for_parts, wait_for_sound, wait_for_takes
from storyboard.errors import ShotfarmError, UsageError

LOOK_S = 0.15
"""how often is looked for what has come"""
FORGOTTEN_S = 600.0
"""a screening that nobody asked anything of for so long is no more"""
LEAVES_S = 30.0
"""who says nothing for so long watches no more"""
_LEAD_S = 1.0
"""a moment that has moved by less is not told to the farm again"""
_LOOKED_FOR = 8
"""missing takes that are looked for each time, whether anybody says that they are there or not"""
_PARTS_S = 1.5
"""joints and segments that the farm makes are waited for so long; then they are made here"""
_READY = 8
"""fragments that are made ready before somebody comes to them"""
_ROOM = Fraction(3, 2)
"""how much more than was measured a stream may take of whose fragments some are not there yet"""
_log = logging.getLogger(__name__)


class House:
    """Everybody who watches a film; any number of threads may ask.

    Args:
        projector: of the film.
        maker: what makes it.
        key: the name of the screening that is everybody's: of players that keep no place of their own.
    """

    def __init__(self, projector: Projector, maker: Maker, key: str) -> None:
        self.projector = projector
        self.maker = maker
        self._progress = Progress(projector.folder)
        self._own = Screening(projector.fragments, key)
        self._screenings = {key: self._own}
        self._lock = threading.Lock()
        self._lacks_since: dict[int, float] = {}
        self._troubles: dict[int, ShotfarmError] = {}
        self._trouble: ShotfarmError | None = None
        self._due: dict[str, float] = {}
        self._end = threading.Event()
        self.changes = 0
        """counts what has changed for those who watch"""
        if projector.lacks_anything():
            maker.begin()
        self._thread = threading.Thread(target=self._work, name="house", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Give nobody anything any more, and let go of what is being made."""
        self._end.set()
        self._thread.join()
        self.maker.close()
        self.projector.close()

    # Who watches ----------------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """The name of the screening that is everybody's."""
        return self._own.key

    def begin(self, frame: int) -> Screening:
        """A screening for somebody, from a frame of the film on."""
        made = Screening.of(self.projector.fragments, frame, self.projector.rate)
        made.position = Position(frame, time.monotonic(), moves=False)
        with self._lock:
            self._give(made)
            self._screenings[made.key] = made
        return made

    def screening(self, key: str) -> Screening:
        """The one of this name.

        Raises:
            UsageError: there is none, or nobody asked for it for long.
        """
        found = self._screenings.get(key)
        if found is None:
            raise UsageError("there is no such screening", "load the page again")
        found.asked_at = time.monotonic()
        return found

    def place(self, key: str, frame: int, *, moves: bool) -> None:
        """Somebody says where they are.

        Raises:
            UsageError: there is no such screening.
        """
        self.screening(key).position = Position(frame, time.monotonic(), moves)

    # What they are given --------------------------------------------------------------------------

    def stream(self, screening: Screening) -> str | None:
        """The playlist of a screening; None as long as there is too little of it.

        Raises:
            ShotfarmError: what is there cannot be read.
        """
        projector = self.projector
        sound = projector.sound()
        if not screening.is_offered or (projector.is_heard and sound is None):
            return None
        bits = max(map(projector.bits_per_second, screening.fragments[: screening.given]))
        if not screening.is_whole:
            bits *= _ROOM
        rendition = Rendition(
            "picture.m3u8",
            projector.picture.size,
            projector.rate,
            projector.picture.codec,
            int(bits + (sound.bits_per_second if sound else 0)) + 1,
            "sound.m3u8" if sound else None,
            AAC_CODEC,
            projector.production.film.language,
        )
        return stream_playlist(rendition)

    def fragment(self, screening: Screening, start: int) -> Fragment:
        """A fragment that somebody was told of.

        Of the screening that is everybody's, whoever fetches one is taken to be at the one before.

        Raises:
            UsageError: nobody was told of such a one.
        """
        given = screening.fragments[: screening.given]
        found = next((number for number, one in enumerate(given) if one.start == start), None)
        if found is None:
            raise UsageError("there is no such fragment")
        if screening is self._own:
            screening.position = Position(given[max(0, found - 1)].start, time.monotonic(), moves=True)
        return given[found]

    def wait(self, screening: Screening) -> Wait | None:
        """What a screening waits for; None where it has all that it needs, or is whole."""
        projector = self.projector
        if screening.is_offered and projector.is_heard and projector.sound() is None:
            return wait_for_sound(self.maker.now, foreseen=projector.is_foreseen)
        fragment = screening.next
        if fragment is None:
            return None
        if trouble := self._trouble or self._troubles.get(fragment.start):
            return Wait.failed_by(trouble)
        lacking = [take for take in projector.needs(fragment) if not projector.is_there(take)]
        if not lacking:
            return wait_for_parts()
        takes = [self._progress.of(projector.shots[take]) for take in lacking]
        return wait_for_takes(takes, self.maker.now, self._progress.rendering)

    # What happens meanwhile -----------------------------------------------------------------------

    def _work(self) -> None:
        while not self._end.wait(LOOK_S):
            before, self._trouble = self._trouble, None
            try:
                self._look()
            except ShotfarmError as error:  # such as a store that is away: it may come back by itself
                self._trouble = error
                if before is None:
                    _log.error("%s", error.in_words)
                    self.changes += 1
            self._lead()

    def _look(self) -> None:
        """Take what has come, and give it to whoever waits for it."""
        changed = self._progress.look()
        missing = self.projector.missing
        if missing:
            made = {*self._progress.done}
            with self._lock:
                next_ones = [one.next for one in self._screenings.values() if one.next]
            awaited = {take for fragment in next_ones for take in self.projector.needs(fragment)}
            looked_for = [take for take in missing if take in made or take in awaited]
            changed |= self.projector.look([*missing[:_LOOKED_FOR], *looked_for])
        now = time.monotonic()
        with self._lock:
            for screening in [*self._screenings.values()]:
                changed |= self._give(screening)
                if screening is not self._own and now - screening.asked_at > FORGOTTEN_S:
                    del self._screenings[screening.key]
        self.changes += changed

    def _give(self, screening: Screening) -> bool:
        """Give a screening what is ready of it; whether there was anything."""
        before = screening.given
        while (fragment := screening.next) is not None and self._is_ready(fragment):
            screening.given += 1
        for fragment in screening.fragments[screening.given + 1 : screening.given + _READY]:
            self._is_ready(fragment)
        return screening.given > before

    def _is_ready(self, fragment: Fragment) -> bool:
        """Whether a fragment can be sent; what it lacks is made, where its takes are there."""
        if not all(map(self.projector.is_there, self.projector.needs(fragment))):
            return False
        now = time.monotonic()
        since = self._lacks_since.setdefault(fragment.start, now)
        elsewhere = self.maker.is_at_it and now - since < _PARTS_S
        try:
            ready = self.projector.ready(fragment, made_elsewhere=elsewhere)
        except ShotfarmError as error:
            self._troubles[fragment.start] = error
            return False
        self._troubles.pop(fragment.start, None)
        return ready

    def _lead(self) -> None:
        """Tell the farm when somebody comes to what is missing; where nobody watches, from the beginning."""
        missing = {*self.projector.missing}
        if not missing:
            return
        now, rate = time.monotonic(), self.projector.rate
        with self._lock:
            watched = [
                one.position.now(now, rate, one.until)
                for one in self._screenings.values()
                if one.position and now - max(one.position.at, one.asked_at) < LEAVES_S
            ]
        needed_at = {take: frame for take, frame in self.projector.needed_at.items() if take in missing}
        due = due_of(watched or [0.0], needed_at, rate, time.time())
        if moved(self._due, due, _LEAD_S):
            self._due = due
            self.maker.lead(due)
