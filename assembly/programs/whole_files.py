"""Files appear whole or not at all: written aside in the same folder, synced, renamed."""

from __future__ import annotations

import errno
import os
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from storyboard.errors import FfmpegError
from storyboard.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def written_aside(out: Path) -> Iterator[Path]:
    """A path to write to; what was written there becomes `out` when the block ends without an error.

    The name aside does not contain `out`'s own, which may be as long as a name can be.

    Raises:
        StoreError: the folder cannot be written, or the disk is full; nothing is left behind.
    """
    out = out.absolute()
    aside = out.parent / f".{uuid.uuid4().hex}.part"
    try:
        with aside.open("xb"):
            pass  # a folder that cannot be written shows here, before any work
        yield aside
        descriptor = os.open(aside, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        aside.replace(out)
    except OSError as error:
        # PyAV's errors are OSErrors too; those of inputs became AssemblyErrors where they were read.
        raise refusal(out, error) from error
    except FfmpegError as error:
        if "No space left" in error.message:
            raise refusal(out, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))) from error
        raise
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
