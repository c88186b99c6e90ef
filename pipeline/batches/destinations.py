"""Where the results of a production go: a folder of this machine, or one that fsspec reaches by a URL.

A film goes to its file; its deliverables go into the folder of the file's name without its ending. Each file
is seen whole or not at all. What was put there is noted in the slate's folder, with what the place said of it
then: so an unchanged production is known without its files being read.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path, PurePosixPath
from typing import Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from farm.store.files import write_atomically
from pipeline.delivery.output_folder import CHECKSUMS
from pipeline.film.assemble import Delivery, FinishedFilm, check_output
from pipeline.settings import STATE_FOLDER, Settings

NOTES = "places"


class Wanted(BaseModel):
    """What a production comes to: names of what is put at its place.

    Attributes:
        film: the digest of its film.
        deliverables: those of its deliverables, by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    film: str
    deliverables: dict[str, str] = {}


class _Note(BaseModel):
    """What was put at a place, and what the place says of each file while nobody writes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wanted: Wanted
    files: dict[str, str]


class Destination(Protocol):
    """Where one production goes.

    Attributes:
        folder: the local folder that its deliverables are made in; None for one that is taken away after.
        film: the local file of its film; None for one that is taken away after.
    """

    folder: Path | None
    film: Path | None

    def check(self) -> None:
        """Refuse a place that cannot be written, before anything renders.

        Raises:
            StoreError: it cannot be; says why.
        """

    def put(self, film: FinishedFilm, made: tuple[Delivery, ...]) -> list[str]:
        """Put there what is not local; the names of all files that tell whether it is as it was put."""

    def state(self, name: str) -> str | None:
        """What tells that a file is the one that was put; None where there is none."""


def destination(out: str, settings: Settings) -> Destination:
    """Where a file or a URL leads."""
    return _Remote(out, settings) if "://" in out else _Local(Path(out))


class _Local:
    """A folder of this machine."""

    def __init__(self, out: Path) -> None:
        self.film: Path | None = out
        self.folder: Path | None = out.with_suffix("")
        self._out = out

    def check(self) -> None:
        check_output(self._out)

    def put(self, film: FinishedFilm, made: tuple[Delivery, ...]) -> list[str]:
        del film
        names = [str(self._out)]
        for one in made:
            names += [str(path) for path in (*one.files, one.folder / CHECKSUMS)]
        return names

    def state(self, name: str) -> str | None:
        try:
            status = Path(name).stat()
        except OSError:
            return None
        return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"


class _Remote:
    """Objects, or files, that fsspec reaches."""

    film: Path | None = None
    folder: Path | None = None

    def __init__(self, out: str, settings: Settings) -> None:
        from farm.store.objects import RemotePlace

        folder, _, self._name = out.rpartition("/")
        self._place = RemotePlace(folder, settings.store_patience_s)

    def check(self) -> None:
        self._place.check()

    def put(self, film: FinishedFilm, made: tuple[Delivery, ...]) -> list[str]:
        put = [f"{self._stem}/{one.folder.name}/{CHECKSUMS}" for one in made if not one.error]
        for one in made:
            if one.error:
                continue
            there = f"{self._place.path}/{self._stem}/{one.folder.name}"
            files = sorted(path for path in one.folder.rglob("*") if path.is_file())
            for path in sorted(files, key=lambda path: path.name == CHECKSUMS):
                self._place.put_whole(path, f"{there}/{path.relative_to(one.folder).as_posix()}")
        self._place.put_whole(film.path, f"{self._place.path}/{self._name}")
        return [self._name, *put]

    def state(self, name: str) -> str | None:
        return self._place.state(f"{self._place.path}/{name}")

    @property
    def _stem(self) -> str:
        return PurePosixPath(self._name).stem


class Notes:
    """What was put at the places of a slate."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / STATE_FOLDER / NOTES

    def is_as_put(self, out: str, place: Destination, wanted: Wanted) -> bool:
        """Whether what is wanted was put there, and nobody has written it since."""
        try:
            note = _Note.model_validate_json(self._path(out).read_bytes())
        except (OSError, ValidationError):
            return False
        return note.wanted == wanted and all(place.state(name) == state for name, state in note.files.items())

    def keep(self, out: str, place: Destination, wanted: Wanted, names: list[str]) -> None:
        """Note what was put; without a note it is looked at again, and no more."""
        states = {name: place.state(name) for name in names}
        files = {name: state for name, state in states.items() if state is not None}
        if len(files) < len(states):
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            note = _Note(wanted=wanted, files=files)
            write_atomically(self._path(out), note.model_dump_json().encode(), durable=False)

    def _path(self, out: str) -> Path:
        return self._folder / f"{hashlib.sha256(out.encode(errors='surrogateescape')).hexdigest()[:32]}.json"
