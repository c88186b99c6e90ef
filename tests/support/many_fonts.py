"""FluidSynth for many SoundFonts: each in a process of its own, as in the product, but forked.

To start Python twice and FluidSynth's libraries once takes five times as long as to look at a small font. Run
as `python -I -S many_fonts.py FOLDER LIBRARY`, it answers each order (a line of what `fluidsynth_process`
reads) with a line of how its process ended.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Any, Self

HANGS_S = 60
"""seconds in which a small font was looked at a thousand times"""


class ManyFonts:
    """Stands where `soundfonts` starts a process for each font."""

    def __init__(self) -> None:
        from assembly.sound.music import fluidsynth_process, soundfonts

        self.crashes = 0
        self._script = Path(fluidsynth_process.__file__)
        self._library = soundfonts.library()
        self._server = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, str(self._script.parent), self._library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def started(self, font: Path, words: IO[bytes], **order: object) -> Ended:
        """The process of a font, which has ended."""
        server = self._server
        assert server.stdin is not None
        assert server.stdout is not None
        order = {"library": self._library, "font": str(font), "samples": 0, "sample_rate": 48_000} | order
        server.stdin.write(json.dumps({"events": [], "tried": False} | order) + "\n")
        server.stdin.flush()
        ended = json.loads(server.stdout.readline())
        assert ended["status"] != -signal.SIGALRM, "FluidSynth hangs"
        self.crashes += ended["status"] < 0
        words.write(ended["words"].encode())
        return Ended(ended["status"], ended["answer"])

    def close(self) -> None:
        """End the server."""
        self._server.communicate()


class Ended:
    """What `subprocess.Popen` is to somebody who waits for its end."""

    def __init__(self, status: int, answer: str) -> None:
        self.returncode = status
        self._answer = answer

    def communicate(self, timeout: float) -> tuple[bytes, None]:
        """What it wrote."""
        return self._answer.encode(), None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        pass


def serve(process: Any) -> None:
    """Answer every order of stdin."""
    for line in sys.stdin:
        ways = [os.pipe() for _ in range(2)]
        child = os.fork()
        if not child:
            signal.alarm(HANGS_S)
            for number, (_, into) in enumerate(ways):
                os.dup2(into, 1 + number)
            sys.stdin = io.StringIO(line)
            status = process.main()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        for _, into in ways:
            os.close(into)
        # What it says of a font is shorter than a pipe holds.
        answer, words = (os.fdopen(out, "rb").read().decode(errors="replace") for out, _ in ways)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({"status": status, "answer": answer, "words": words}), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    ctypes.CDLL(sys.argv[2])
    import fluidsynth_process  # type: ignore[import-not-found]

    serve(fluidsynth_process)
