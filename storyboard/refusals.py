"""What a disk or an object store refuses, in words for people: one way for every room."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from storyboard.errors import StoreError

_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space and run again; what was finished is kept"),
    errno.EDQUOT: ("the disk quota is used up", "free some space and run again; what was finished is kept"),
    errno.EROFS: ("the file system is read-only", "choose another folder that you may write to"),
    errno.EACCES: ("permission is denied", "choose a folder that you may write to"),
    errno.EPERM: ("permission is denied", "choose a folder that you may write to"),
    errno.ENOENT: ("a part of the path does not exist", "make it first, or choose another folder"),
    errno.ENOTDIR: ("a part of the path is a file", "choose another folder"),
    errno.EISDIR: ("it is a folder", "choose another name"),
    errno.EEXIST: ("a file of that name is in the way", "choose another folder"),
}


def refusal(place: object, error: OSError) -> StoreError:
    """What the system refused, as an error that names the place."""
    reason, hint = _REASONS.get(error.errno or 0, (str(error), None))
    return StoreError(f"{place}: {reason}", hint)


@contextlib.contextmanager
def store_errors(place: object) -> Iterator[None]:
    """Turn what is refused in a block into a `StoreError` that names the file, or the place.

    Raises:
        StoreError: something was refused.
    """
    try:
        yield
    except OSError as error:
        raise refusal(error.filename2 or error.filename or place, error) from error
