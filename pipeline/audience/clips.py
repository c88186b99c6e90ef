"""The clips that fragments are copied from, made ready once for all ways through a film."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from assembly.cut.pieces import Joint, Piece
from assembly.delivery.live.fragments import Fragment
from assembly.delivery.live.remux import PictureTrack, fragment_bytes, picture_sizes
from assembly.words.shot_card import ShotCard
from farm.store.store import Store
from pipeline.film.parts import JOINTS, ClipSource, card_of, clip_of, joint_of
from storyboard.errors import AssemblyError, ShotfarmError

Source = ClipSource | ShotCard
"""what a piece is made of: a take, or the card of a shot that has none"""
AGAIN_S = 5.0
"""before a clip is tried again that could not be made"""
_AT_ONCE = 2
"""clips that are made ready side by side"""


class Clips:
    """Clips in the form that they are sent in; any number of threads may ask.

    Args:
        store: where takes are, and what is made of them.
        rate: of the film.
    """

    def __init__(self, store: Store, rate: Fraction) -> None:
        self.store = store
        self.rate = rate
        self._paths: dict[str, Path] = {}
        self._sizes: dict[str, Sequence[int]] = {}
        self._troubles: dict[str, tuple[float, ShotfarmError]] = {}
        self._making: set[str] = set()
        self._pool = ThreadPoolExecutor(_AT_ONCE, "clips")
        self._lock = threading.Lock()
        self._picture: PictureTrack | None = None

    def close(self) -> None:
        """Make no more ready."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def ready(
        self, fragment: Fragment, sources: Mapping[str, Source], *, made_elsewhere: bool = False
    ) -> bool:
        """Whether a fragment whose takes are there can be sent now; what it lacks is made.

        Args:
            fragment: which.
            sources: what its pieces are made of, by what they know it by.
            made_elsewhere: somebody else makes what is missing of joints and segments just now.

        Raises:
            ShotfarmError: something of it cannot be made, or the store cannot be read.
        """
        ready = True
        for name, piece in {_name(part.piece): part.piece for part in fragment.parts}.items():
            if name in self._paths:
                continue
            failed_at, trouble = self._troubles.get(name, (-AGAIN_S, None))
            if trouble and time.monotonic() < failed_at + AGAIN_S:
                raise trouble
            ready = False
            if not made_elsewhere or self._is_made(piece, sources):
                self._want(name, piece, sources)
        return ready

    def _is_made(self, piece: Piece, sources: Mapping[str, Source]) -> bool:
        """Whether the store has what a piece is copied from."""
        if isinstance(piece, Joint):
            return self.store.has(JOINTS, piece.digest)
        source = sources[piece.take]
        return isinstance(source, ClipSource) and self.store.has(*source.key)

    def _want(self, name: str, piece: Piece, sources: Mapping[str, Source]) -> None:
        with self._lock:
            if name in self._making:
                return
            self._making.add(name)
        self._pool.submit(self._make, name, piece, sources)

    def _make(self, name: str, piece: Piece, sources: Mapping[str, Source]) -> None:
        try:
            path = self._made(piece, sources)
            self._sizes[name] = picture_sizes(path)
            self._paths[name] = path
            self._troubles.pop(name, None)
        except ShotfarmError as error:
            self._troubles[name] = time.monotonic(), error
        finally:
            with self._lock:
                self._making.discard(name)

    def _made(self, piece: Piece, sources: Mapping[str, Source]) -> Path:
        """The clip that a piece is copied from; it is made when it is missing."""
        if isinstance(piece, Joint):
            clips = {name: one for name, one in sources.items() if isinstance(one, ClipSource)}
            return joint_of(self.store, piece, clips)
        source = sources[piece.take]
        if isinstance(source, ShotCard):
            return card_of(self.store, source)
        return clip_of(self.store, source)

    @property
    def picture(self) -> PictureTrack:
        """What a player must know of the picture before its first fragment.

        Raises:
            AssemblyError: no clip is ready yet.
        """
        if self._picture is None:
            path = next(iter([*self._paths.values()]), None)
            if path is None:
                raise AssemblyError("nothing of the film can be shown yet")
            self._picture = PictureTrack.of(path, self.rate)
        return self._picture

    @property
    def codec(self) -> str:
        """Of the picture, as RFC 6381 writes it; empty before anything of it is there."""
        return self.picture.codec if self._paths else ""

    def content(self, fragment: Fragment) -> bytes:
        """A fragment that is ready.

        Raises:
            AssemblyError: its clips cannot be read, or have gone.
        """
        parts = [(self._paths[_name(part.piece)], part.first, part.last) for part in fragment.parts]
        return self.picture.fragment(parts, fragment.start)

    def bits_per_second(self, fragment: Fragment) -> Fraction:
        """What a fragment that is ready takes, at the most."""
        parts = ((self._sizes[_name(part.piece)], part) for part in fragment.parts)
        sizes = [size for known, part in parts for size in known[part.first : part.last]]
        return fragment_bytes(sizes) * 8 * self.rate / fragment.frames


def _name(piece: Piece) -> str:
    return piece.digest if isinstance(piece, Joint) else piece.take
