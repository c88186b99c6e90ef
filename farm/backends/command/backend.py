"""Any program as a backend of the farm."""

from __future__ import annotations

import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import JsonValue

from farm.backend.own_shape import own_shape
from farm.backend.protocol import Backend, BrokenError, Conditioning, Frame, RenderContext
from farm.backend.traits import BackendTraits, Complaint
from farm.backends.command.made import PICTURES, frames_made, video_made, what_was_made
from farm.backends.command.options import CommandOptions, option_files
from farm.backends.command.words import told, words_of
from farm.backends.command.working_folder import WorkingFolder
from farm.backends.video_sound import keep_sound_of
from farm.host.kept_program import KeptProgram, ended_words
from farm.media.pictures import PictureError, open_picture
from storyboard.errors import UsageError
from storyboard.planning.spec import ShotSpec
from storyboard.wording import duration

VERSION = 1
"""raised when the same spec gives other frames;
code of farm.backends.command.*, farm.backends.video_sound: c5ac2f99"""
PROGRAM_SHARE = 0.95
"""of the progress is the program's; the rest is reading what it has made"""
_PROGRESS = re.compile(r"progress[ :=]+(\d+(?:\.\d+)?)\s*(?:(%)|/\s*(\d+(?:\.\d+)?))?", re.IGNORECASE)
_LOOK_S = 0.25
_COUNT_S = 1.0
_PYTHON = ("python", "python3")


def _check(spec: ShotSpec) -> Sequence[Complaint]:
    said = CommandOptions.model_validate(spec.options)
    if not said.command:
        words = 'a renderer with this backend says which program it runs: command: [draw, "{out}", …]'
        return (Complaint("error", words, "command"),)
    program = said.command[0]
    if "/" not in program and program_path(program, Path()) is None:
        words = f'this machine has no program "{program}" in its PATH; the machines that render need it'
        return (Complaint("warning", words, "command"),)
    return ()


def _programs(options: Mapping[str, JsonValue]) -> str:
    return " ".join(CommandOptions.model_validate(options).command)


def _gpus(options: Mapping[str, JsonValue]) -> int:
    return CommandOptions.model_validate(options).gpus


def program_path(word: str, folder: Path) -> str | None:
    """The program that the first word of a command means; None where this machine has none.

    With a slash in it, it is a path from the working folder. Without, it is looked for in the PATH; Python is
    the one that renders where the PATH has none.
    """
    if "/" in word:
        return str(folder / word)
    return shutil.which(word) or (sys.executable if word in _PYTHON else None)


def progress_in(line: str) -> float | None:
    """How much is done by a line of a program, 0 to 1; None where it says nothing of that.

    >>> progress_in("progress 0.25"), progress_in("Progress: 30 %"), progress_in("progress 12/48")
    (0.25, 0.3, 0.25)
    >>> progress_in("progress is slow")
    """
    match = _PROGRESS.fullmatch(line.strip())
    if match is None:
        return None
    whole = 100.0 if match[2] else float(match[3] or 1)
    return min(1.0, float(match[1]) / whole) if whole else None


class CommandBackend:
    """Runs the program that the film names, one at a time, and reads what it makes."""

    TRAITS: ClassVar[BackendTraits] = BackendTraits(
        name="command",
        version=VERSION,
        options=CommandOptions,
        draws_shot_id=True,
        draws_lines=lambda options: options["lines"] is True,
        follows_performances=True,
        matches_cuts=True,
        takes_frames=True,
        continuity_frames=1,
        native=own_shape,
        makes_sound=lambda options: options["sound"] is True,
        seconds_per_frame_720p=0.5,
        idle_options=("timeout_s", "gpus", "drawn"),
        cards=_gpus,
        option_files=option_files,
        programs=_programs,
        document_options=("command", "files"),
        check=_check,
        drawn=lambda options: options.get("drawn") is True,
    )

    def __init__(self) -> None:
        self._running: KeptProgram | None = None

    def load(self) -> None:
        """Nothing to make ready."""

    def render(self, spec: ShotSpec, conditioning: Conditioning, context: RenderContext) -> Iterator[Frame]:
        """Yield the frames of the take, each uint8 [height, width, 3], when the program has made them all.

        Raises:
            BrokenError: the program ended with an error, took too long, or is not on this machine.
            UsageError: it made something else than was asked for.
        """
        options = CommandOptions.model_validate(spec.options)
        context.check_cancelled()
        folder = WorkingFolder()
        try:
            folder.lay(spec, conditioning.files)
            before, matched = folder.pictures(conditioning)
            shot = told(spec, folder.out, conditioning.files, before, matched)
            folder.spec_file.write_text(shot.model_dump_json(indent=1), "utf-8")
            words = words_of(options.command, shot, folder.spec_file)
            folder.make_folder_of(words)
            self._run(words, folder, options, _Watched(folder.made, spec.total_frames, context))
            video = video_made(folder.made)
            if video is not None:
                keep_sound_of(video, spec, "the program", context, wanted=options.sound)
            for count, frame in enumerate(frames_made(folder.made, spec), 1):
                context.progress(PROGRAM_SHARE + (1 - PROGRAM_SHARE) * count / spec.total_frames)
                context.check_cancelled()
                yield frame
        finally:
            folder.remove()

    def _run(
        self, words: list[str], folder: WorkingFolder, options: CommandOptions, watched: _Watched
    ) -> None:
        """Run the program to its end, which is also that of all that it has started."""
        program = program_path(words[0], folder.film)
        if program is None:
            raise BrokenError(f'this machine has no program "{words[0]}" in its PATH', "install it here")
        began = time.monotonic()
        try:
            self._running = running = KeptProgram([program, *words[1:]], folder.film)
        except OSError as error:
            raise UsageError(
                f"{options.command[0]} cannot be started: {error.strerror}",
                "long texts are in the file {spec}",
            ) from error
        try:
            while (lines := running.lines(_LOOK_S)) is not None:
                watched.heard(lines)
                if time.monotonic() - began > options.timeout_s:
                    words_ = f"{options.command[0]} took longer than {duration(options.timeout_s)}"
                    raise BrokenError(
                        _quoted(words_, running), "timeout_s in its options says how long it may"
                    )
            status = running.wait()
        finally:
            running.stop()
            self._running = None
        if status:
            raise BrokenError(_quoted(f"{options.command[0]} {ended_words(status)}", running))

    def close(self) -> None:
        """End the program that runs, if one does."""
        if self._running is not None:
            self._running.stop()


def _quoted(words: str, program: KeptProgram) -> str:
    return "\n".join([words, *(f"  {line}" for line in program.last_words)])


class _Watched:
    """Passes on what a program says and makes, and looks whether its shot is still wanted."""

    def __init__(self, made: Path, total: int, context: RenderContext) -> None:
        self._made = made
        self._total = total
        self._context = context
        self._done = 0.0
        self._counted_at = 0.0
        self._shown: Path | None = None

    def heard(self, lines: Sequence[str]) -> None:
        """What it has printed since the last time; called a few times a second, also without any."""
        for line in lines:
            print(line, flush=True)  # into the log of the attempt
            done = progress_in(line)
            if done is not None:
                self._is_done(done)
        if time.monotonic() - self._counted_at >= _COUNT_S:
            self._counted_at = time.monotonic()
            self._count()
        self._context.check_cancelled()

    def _is_done(self, done: float) -> None:
        if done * PROGRAM_SHARE > self._done:
            self._done = done * PROGRAM_SHARE
            self._context.progress(self._done)
            self._context.check_cancelled()

    def _count(self) -> None:
        """Frames that lie there are progress too; the last but one is whole."""
        files = [path for path in what_was_made(self._made) if path.suffix.lower() in PICTURES]
        self._is_done(min(1.0, len(files) / self._total))
        if len(files) > 1 and files[-2] != self._shown:
            self._shown = files[-2]
            try:
                self._context.preview(np.asarray(open_picture(self._shown).image, np.uint8))
            except (PictureError, OSError):
                return  # it is written still


def _conforms(backend: CommandBackend) -> Backend:
    """Checked by mypy: the class is a Backend."""
    return backend
