"""The one door to ffmpeg: finds the program, runs it, keeps its last words.

Graphs are built with ffmpeg-python and handed in as streams; a list of arguments does as well. There is
never a shell. The child has a session of its own, so that Ctrl-C reaches us alone and we end it; on Linux
the kernel kills it when we die without having had the time to.
"""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Literal

import ffmpeg as ffmpeg_python

from assembly.programs.leash import leashed
from storyboard.errors import AssemblyError, FfmpegError

LogLevel = Literal["error", "warning", "info", "verbose"]

ENVIRONMENT_VARIABLE = "SHOTFARM_FFMPEG"
_RUNNING: set[subprocess.Popen[bytes]] = set()
LAST_WORDS = 10
"""lines of ffmpeg's own messages that an error quotes"""


def executable(override: Path | None = None) -> Path:
    """The ffmpeg to run: `override`, else `SHOTFARM_FFMPEG`, else the one on the PATH, else the bundled one.

    Raises:
        AssemblyError: there is none, or the one that was named is not a program.
    """
    named = str(override) if override else os.environ.get(ENVIRONMENT_VARIABLE)
    return _find(named or None, os.environ.get("PATH"))


@functools.cache
def _find(named: str | None, search_path: str | None) -> Path:
    if named:
        found = shutil.which(named, path=search_path)
        if not found:
            raise AssemblyError(
                f"{named!r} is not an ffmpeg that can be run",
                f"name the program itself in the settings or in {ENVIRONMENT_VARIABLE}, or leave both empty",
            )
        return Path(found).absolute()
    if found := shutil.which("ffmpeg", path=search_path):
        return Path(found).absolute()
    try:
        import imageio_ffmpeg

        return Path(imageio_ffmpeg.get_ffmpeg_exe()).absolute()
    except (ImportError, RuntimeError, OSError) as error:
        raise AssemblyError(
            f"no ffmpeg was found: none on the PATH, and none in the package imageio-ffmpeg ({error})",
            f"install ffmpeg, or name one in {ENVIRONMENT_VARIABLE}",
        ) from error


def arguments(command: Any) -> list[str]:
    """The arguments of an ffmpeg-python output stream; a list of arguments is returned as it is."""
    if isinstance(command, Sequence):
        return [str(argument) for argument in command]
    return [str(argument) for argument in ffmpeg_python.get_args(command)]


def run(
    command: Any,
    *,
    progress: Callable[[float], None] | None = None,
    stdin: Iterable[bytes | memoryview] | None = None,
    loglevel: LogLevel = "warning",
    program: Path | None = None,
    folder: Path | None = None,
) -> str:
    """Run ffmpeg to its end and return what it wrote to stderr.

    Args:
        command: an ffmpeg-python output stream, or the arguments after the program's name. Outputs are
            overwritten; paths must be absolute (a leading `-` would be read as an option).
        progress: called now and then, from another thread, with the seconds of output made so far; what it
            raises ends ffmpeg and is raised here.
        stdin: chunks for an input named `pipe:0`, written as ffmpeg takes them.
        loglevel: what ffmpeg reports; some filters print their measurements at `info`.
        program: another ffmpeg than `executable()`.
        folder: where it runs. Muxers that write many files make their names from a pattern, in which a `%` of
            a folder's name would count, so such names are given relative to this.

    Raises:
        FfmpegError: it ended with an error; the message carries its last lines.
        AssemblyError: there is no ffmpeg.
    """
    path = executable(program)
    words = [str(path), "-hide_banner", "-nostdin", "-nostats", "-loglevel", loglevel, "-y"]
    if progress:
        words += ["-progress", "pipe:1", "-stats_period", "0.25"]
    words += arguments(command)
    process = subprocess.Popen(
        leashed(words),
        stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
        stdout=subprocess.PIPE if progress else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        cwd=folder,
        env={**os.environ, "AV_LOG_FORCE_NOCOLOR": "1"},
    )
    _RUNNING.add(process)
    said: list[bytes] = []
    objections: list[BaseException] = []
    readers = [threading.Thread(target=_collect, args=(process.stderr, said), daemon=True)]
    if progress:
        readers.append(
            threading.Thread(target=_report, args=(process, progress, objections), daemon=True),
        )
    try:
        for reader in readers:
            reader.start()
        if stdin is not None:
            _feed(process.stdin, stdin)
        status = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        _RUNNING.discard(process)
        for reader in readers:
            reader.join()
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
    if objections:
        raise objections[0]
    text = b"".join(said).decode(errors="replace")
    if status:
        raise _failure(status, text)
    return text


def end_all() -> None:
    """Kill what other threads of this process have running; their calls of `run` raise."""
    for process in [*_RUNNING]:
        process.kill()


def _feed(pipe: IO[bytes] | None, chunks: Iterable[bytes | memoryview]) -> None:
    assert pipe is not None  # noqa: S101  (run() asked for the pipe)
    try:
        try:
            for chunk in chunks:
                pipe.write(chunk)
        finally:
            pipe.close()
    except BrokenPipeError:
        pass  # ffmpeg has ended; its status and last words say why


def _collect(pipe: IO[bytes], into: list[bytes]) -> None:
    into.extend(iter(lambda: pipe.read(8192), b""))


def _report(
    process: subprocess.Popen[bytes], progress: Callable[[float], None], objections: list[BaseException]
) -> None:
    try:
        for line in process.stdout or ():
            key, _, value = line.decode(errors="replace").strip().partition("=")
            if key == "out_time_us" and value.lstrip("-").isdigit():
                progress(max(0, int(value)) / 1_000_000)
    except BaseException as error:  # noqa: BLE001  (raised again by run(), in the caller's thread)
        objections.append(error)
        process.kill()


def _failure(status: int, text: str) -> FfmpegError:
    lines = [line for line in text.splitlines() if line.strip()][-LAST_WORDS:]
    ended = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
    message = "\n".join([f"ffmpeg {ended}", *(f"  {line}" for line in lines)])
    if "No space left" in text:
        return FfmpegError(message, "the disk is full: free some space, then run the same command again")
    if "Unknown encoder" in text:
        return FfmpegError(
            message, f"this ffmpeg was built without that encoder: name another in {ENVIRONMENT_VARIABLE}"
        )
    return FfmpegError(message)
