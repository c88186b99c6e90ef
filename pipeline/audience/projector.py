"""A film as it is shown: what it is made of, what of that is there, and its fragments.

The film is the one that was opened: what becomes of its document afterwards is for whoever opens it then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from assembly.cut.pieces import CopyPiece, Joint, Piece
from assembly.delivery.live.fragments import Fragment, fragments_of, target_s
from assembly.delivery.live.remux import PictureTrack, SoundTrack, fragment_bytes, picture_sizes
from pipeline.audience.sound import FilmSound
from pipeline.film.lay import keep_inputs, lay_film
from pipeline.film.parts import JOINTS, ClipSource, clip_of, joint_of, sources_of
from pipeline.film.sound import ENCODED_SOUND, ENCODED_SOUNDS, encoded_digest, is_foreseen, soundtrack_of
from pipeline.keep import ask_of_each
from pipeline.production.open import open_production
from pipeline.settings import Settings
from storyboard.document.load import NO_VALUES
from storyboard.document.values import GivenValues
from storyboard.errors import AssemblyError, ShotfarmError

AGAIN_S = 5.0
"""before a clip is tried again that could not be made"""
_AT_ONCE = 2
"""clips that are made ready side by side"""


class Projector:
    """A film that is shown; any number of threads may ask.

    Args:
        path: the film document, or its folder.
        settings: where its store is, and what renders it.
        given: the version of it that is shown: values of its parameters.

    Raises:
        ShotfarmError: it cannot be opened; the message says why.
    """

    def __init__(self, path: Path, settings: Settings, given: GivenValues = NO_VALUES) -> None:
        self.production = open_production(path, settings, given)
        self.plan = self.production.plan()
        self._material = self.production.material(self.plan)
        self._laid = lay_film(self._material)
        self.cut = self._laid.cut
        self.rate = self.cut.picture.rate
        self.target_s = target_s(self.rate)
        self._there = {*self._material.takes}
        self.fragments = fragments_of(self.cut, needs=self.takes_of)
        """all of the film, in order"""
        self._needs = {
            fragment.start: frozenset(take for part in fragment.parts for take in self.takes_of(part.piece))
            for fragment in self.fragments
        }
        self.needed_at: dict[str, int] = {}
        """the frame of the film that waits first for each take"""
        for fragment in self.fragments:
            for take in self.needs(fragment):
                self.needed_at.setdefault(take, fragment.start)
        self.there = self._ranges()
        """the frames of the film whose takes are there, as ranges in order"""
        self.shots = {shot.digest: shot for shot in self.plan.cut}
        """of the film, by the digests of their takes; of several that share one, the last"""
        self._paths: dict[str, Path] = {}
        self._sizes: dict[str, Sequence[int]] = {}
        self._troubles: dict[str, tuple[float, ShotfarmError]] = {}
        self._making: set[str] = set()
        self._pool = ThreadPoolExecutor(_AT_ONCE, "clips")
        self._lock = threading.Lock()
        self._picture: PictureTrack | None = None
        self._sound: FilmSound | None = None
        self._foreseen = is_foreseen(self._material)
        self._heard = self._soundtrack_digest() if self._foreseen or not self.missing else None
        keep_inputs(self.production.store, self._material, self._laid)

    def close(self) -> None:
        """Make no more clips ready."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def folder(self) -> Path:
        """The project folder."""
        return self.production.folder

    @property
    def missing(self) -> tuple[str, ...]:
        """The digests of the takes that are not there, in the order of the film."""
        return tuple(dict.fromkeys(shot.digest for shot in self.plan.cut if shot.digest not in self._there))

    def is_there(self, take: str) -> bool:
        """Whether a take was there when it was last looked for."""
        return take in self._there

    def look(self, takes: Iterable[str]) -> bool:
        """Look for takes that were missing; whether one of them is there now.

        Raises:
            StoreError: the store cannot be read.
        """
        found = {take for take in takes if take not in self._there and self.production.takes.find(take)}
        self._there |= found
        if found:
            self.there = self._ranges()
            if not self._foreseen and not self.missing:
                self._material = self.production.material(self.plan)
                self._heard = self._soundtrack_digest()
        return bool(found)

    def takes_of(self, piece: Piece) -> Collection[str]:
        """The digests of the takes that must be there before a piece can be shown."""
        sources = sources_of(piece, self._laid.sources).values()
        return {one.take for source in sources for one in (source, *source.looked_at)}

    def needs(self, fragment: Fragment) -> Collection[str]:
        """The digests of the takes that must be there before a fragment can be sent."""
        return self._needs[fragment.start]

    def lacks_anything(self) -> bool:
        """Whether anything of the film has to be made: takes, what lies between them, or the sound.

        Raises:
            StoreError: the store cannot be read.
        """
        if self.missing or (self.is_heard and self.sound() is None):
            return True
        keys = [source.key for source in self._laid.sources.values()]
        keys += [(JOINTS, joint.digest) for joint in self.cut.joints]
        return not all(ask_of_each(lambda key: self.production.store.has(*key), dict.fromkeys(keys)))

    def _ranges(self) -> tuple[tuple[int, int], ...]:
        """The frames of the film whose takes are there, as ranges in order."""
        ranges: list[tuple[int, int]] = []
        for fragment in self.fragments:
            if not self._there.issuperset(self.needs(fragment)):
                continue
            if ranges and ranges[-1][1] == fragment.start:
                ranges[-1] = (ranges[-1][0], fragment.end)
            else:
                ranges.append((fragment.start, fragment.end))
        return tuple(ranges)

    # The picture ----------------------------------------------------------------------------------

    def ready(self, fragment: Fragment, *, made_elsewhere: bool) -> bool:
        """Whether a fragment whose takes are there can be sent now; what it lacks is made.

        Args:
            fragment: which.
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
            if not made_elsewhere or self._is_made(piece):
                self._want(name, piece)
        return ready

    def _is_made(self, piece: Piece) -> bool:
        """Whether the store has what a piece is copied from."""
        store = self.production.store
        if isinstance(piece, Joint):
            return store.has(JOINTS, piece.digest)
        return store.has(*self._source(piece).key)

    def _source(self, piece: CopyPiece) -> ClipSource:
        return self._laid.sources[piece.take]

    def _want(self, name: str, piece: Piece) -> None:
        with self._lock:
            if name in self._making:
                return
            self._making.add(name)
        self._pool.submit(self._make, name, piece)

    def _make(self, name: str, piece: Piece) -> None:
        store = self.production.store
        try:
            if isinstance(piece, Joint):
                path = joint_of(store, piece, self._laid.sources)
            else:
                path = clip_of(store, self._source(piece))
            self._sizes[name] = picture_sizes(path)
            self._paths[name] = path
            self._troubles.pop(name, None)
        except ShotfarmError as error:
            self._troubles[name] = time.monotonic(), error
        finally:
            with self._lock:
                self._making.discard(name)

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

    # The sound ------------------------------------------------------------------------------------

    @property
    def is_heard(self) -> bool:
        """Whether there is a sound beside the picture, or will be: where takes make it, nobody knows yet."""
        return self._heard != ""

    @property
    def is_foreseen(self) -> bool:
        """Whether all that is heard is known before all takes are there."""
        return self._heard is not None

    def sound(self) -> FilmSound | None:
        """The film's sound, once it is encoded.

        Raises:
            AssemblyError: it cannot be read.
            StoreError: the store cannot be read.
        """
        if self._sound is None and self._heard:
            store = self.production.store
            found = store.find(ENCODED_SOUNDS, self._heard)
            if found:
                track = SoundTrack.of(store.file(found, ENCODED_SOUND), self.rate)
                self._sound = FilmSound(self._heard, track, self.target_s)
        return self._sound

    def _soundtrack_digest(self) -> str:
        """What the encoded sound is called in the store; empty where nothing is heard."""
        sound = soundtrack_of(self._material, self.production.store)
        return encoded_digest(sound, self._material.loudness_lufs) if sound.sources() else ""


def _name(piece: Piece) -> str:
    return piece.digest if isinstance(piece, Joint) else piece.take
