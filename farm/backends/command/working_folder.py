"""Where a program runs: a folder of its own with what its command names, at the places of the film's folder.

The film's folder itself is not there on another machine, and what lies in it may change while a film
renders. So a program gets copies of the bytes that the take's digest says, on every machine the same, and
nothing else.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from farm.backend.protocol import Conditioning, Frame
from farm.host.aside import new_folder_aside
from storyboard.errors import FarmError
from storyboard.planning.spec import ShotSpec
from storyboard.refusals import store_errors


class WorkingFolder:
    """The folder of one attempt, in the machine's temporary folder; `remove` takes it away.

    Attributes:
        film: the program's working folder: the copies.
        made: the folder that holds what it makes, and nothing else.
        out: a path in it, at which nothing lies yet.
    """

    def __init__(self) -> None:
        place = Path(tempfile.gettempdir())
        with store_errors(place):
            self._root = new_folder_aside("command")
            self.film, self.made = self._root / "film", self._root / "made"
            self.film.mkdir()
            self.made.mkdir()
        self.out = self.made / "take"
        self.spec_file = self._root / "shot.json"

    def lay(self, spec: ShotSpec, files: Mapping[str, Path]) -> None:
        """Copy the files that the options name to their places; each may be run.

        Raises:
            StoreError: the disk is full.
        """
        for name, file in spec.given.items():
            target = self.film / name
            if not target.resolve().is_relative_to(self.film.resolve()):
                raise FarmError(f'"{name}" leads outside the project folder')
            with store_errors(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(files[file.sha256], target)
                target.chmod(0o700)

    def pictures(self, conditioning: Conditioning) -> tuple[list[Path], Path | None]:
        """PNGs of the frames that the shot starts from, and of the one that it is composed like."""
        before = [
            self._picture(frame, f"before-{number}.png")
            for number, frame in enumerate(conditioning.predecessor_frames)
        ]
        matched = conditioning.matched_frame
        return before, None if matched is None else self._picture(matched, "matched.png")

    def _picture(self, frame: Frame, name: str) -> Path:
        from PIL import Image

        path = self._root / name
        with store_errors(path):
            Image.fromarray(frame).save(path, compress_level=1)
        return path

    def make_folder_of(self, words: Sequence[str]) -> None:
        """Make a folder at `out` where a word names a file in it."""
        if any(f"{self.out}{os.sep}" in word for word in words):
            self.out.mkdir()

    def remove(self) -> None:
        """Take it away, with all that the program has left in it."""
        shutil.rmtree(self._root, ignore_errors=True)
