"""Makes the cuts that viewers share, one after another, beside what is watched."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from assembly.programs.stopping import stoppable
from pipeline.audience.cut_files import FILES, make_files
from pipeline.audience.cuts import Cut, CutState, KeptCuts, cut_name, empty, read
from pipeline.audience.projector import Projector
from pipeline.provenance.signer import Signer, fingerprint, signer_of
from pipeline.settings import Signing
from storyboard.errors import AssemblyError, NotNow, ShotfarmError
from storyboard.refusals import store_errors

_log = logging.getLogger(__name__)


class Sharing:
    """Makes them; any number of threads may ask.

    Args:
        kept: where they are kept.
        secret: that their names are made with.
        signing: what their files are signed with; None where they are not.
        most_bytes: that all files of cuts may take; as many as there are without it.
    """

    def __init__(
        self, kept: KeptCuts, secret: str, signing: Signing | None, most_bytes: int | None = None
    ) -> None:
        self._most_bytes = most_bytes
        self._way_of: Callable[[Sequence[str | None]], Projector] | None = None
        self.kept = kept
        self._secret = secret
        self._signing = signing
        self._making: set[Path] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(1, "cuts")

    def close(self) -> None:
        """Make no more of them; what was begun is made when the film is shown again."""
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def name_of(self, viewer: str, way: Projector) -> str:
        """What the cut of a viewer is called that shows a way."""
        return cut_name(self._secret, viewer, way.name)

    def share(self, viewer: str, way: Projector, answers: Sequence[str | None], *, own: bool = True) -> str:
        """Share a way through the film: the name of the cut, which is made when it is not there.

        Args:
            viewer: whose it is.
            way: what it shows.
            answers: that led to it.
            own: whether something of their own is among them.

        Raises:
            NotNow: takes of it are missing, or its sound; or whoever shares it was forgotten.
            ShotfarmError: it cannot be kept.
        """
        if way.missing or (way.is_heard and way.sound() is None):
            raise NotNow("not all of this film is there yet", "share it when its last shots are made")
        name = self.name_of(viewer, way)
        folder = self.kept.folder_of(name)
        before = read(folder)
        if before and before.state is CutState.GONE:
            raise NotNow("this cut was deleted", "watch the film again to share it")
        if before and before.state is CutState.READY and all((folder / one).is_file() for one in FILES):
            return name
        film = way.production.film
        with self._lock:
            if folder in self._making:
                return name
            cut = Cut(
                viewer=viewer,
                way=way.name,
                answers=tuple(answers),
                again=not own,
                title=film.title,
                logline=" ".join(film.logline.split()),
                language=film.language,
                width=way.cut.picture.width,
                height=way.cut.picture.height,
                seconds=int(way.cut.frames / way.rate),
            )
            if not self.kept.keep(folder, cut):
                raise NotNow("this cut was deleted", "watch the film again to share it")
            self._begin(folder, cut, lambda: way)
        return name

    def resume(self, way_of: Callable[[Sequence[str | None]], Projector]) -> None:
        """Make those that somebody began, and nobody makes; nobody waits.

        Args:
            way_of: the way that answers lead to.
        """
        self._way_of = way_of
        with self._lock:
            for folder, cut in self.kept.every():
                if cut.state is CutState.MAKING and folder not in self._making:
                    self._begin(folder, cut, partial(way_of, cut.answers))

    def opened(self, name: str) -> Cut:
        """The cut of a name whose link somebody opens: what was removed to make room is made again.

        Raises:
            UsageError: there is none, and never was.
            StoreError: it cannot be kept.
        """
        cut = self.kept.of(name)
        self.kept.touch(name)
        if cut.state is not CutState.AWAY or self._way_of is None:
            return cut
        folder = self.kept.folder_of(name)
        with self._lock:
            making = cut.model_copy(update={"state": CutState.MAKING})
            if folder not in self._making and self.kept.keep(folder, making):
                self._begin(folder, making, partial(self._way_of, cut.answers))
        return self.kept.of(name)

    def _begin(self, folder: Path, cut: Cut, way_of: Callable[[], Projector]) -> None:
        self._making.add(folder)
        self._pool.submit(self._make, folder, cut, way_of)

    def _make(self, folder: Path, cut: Cut, way_of: Callable[[], Projector]) -> None:
        try:
            signer = signer_of(self._signing) if self._signing else None
            cut = cut.model_copy(update={"signer": fingerprint(signer) if signer else ""})
            if not self.kept.link_files(folder, cut):
                stoppable(self._stop, _made, folder, cut, way_of, signer)
            answers = cut.answers if cut.again else ()
            ended = cut.model_copy(update={"state": CutState.READY, "answers": answers})
        except ShotfarmError as error:
            if self._stop.is_set():
                return
            _log.error("a cut could not be made: %s", error.in_words)
            ended = cut.model_copy(update={"state": CutState.FAILED, "error": error.message})
        finally:
            with self._lock:
                self._making.discard(folder)
        try:
            if not self.kept.keep(folder, ended):
                empty(folder)
            if self._most_bytes is not None:
                self.kept.make_room(self._most_bytes, folder)
        except ShotfarmError as error:
            _log.error("a cut could not be kept: %s", error.in_words)


def _made(folder: Path, cut: Cut, way_of: Callable[[], Projector], signer: Signer | None) -> None:
    """Make the files of a cut aside, and put them in their places."""
    way = way_of()
    if way.name != cut.way or way.missing:
        raise AssemblyError("the film was changed before this cut of it was put together", "share it again")
    with (
        store_errors(folder),
        tempfile.TemporaryDirectory(dir=folder, prefix=".making-", ignore_cleanup_errors=True) as aside,
    ):
        make_files(way, Path(aside), signer)
        for name in FILES:
            (Path(aside) / name).replace(folder / name)
