"""Passwords: what is asked of one, its argon2id hash, checks that take as long for nobody as for somebody."""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Iterator
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipeline.web.not_let_in import NotLetIn
from storyboard.errors import UsageError
from storyboard.wording import composed

LEAST, MOST = 10, 500
"""letters of a password"""
_LEAST_DIFFERENT = 4
"""of them, beside the person's name"""
_AT_ONCE = 2
"""so many are hashed at a time: each takes 64 MiB and all of a core, and strangers can ask for it"""
_WAIT = 8
"""so many wait for that; the rest are sent away, so that they do not hold up whoever is in"""


class Passwords:
    """Hashes and checks passwords, however a keyboard writes their letters; any number of threads may ask.

    Args:
        hasher: its parameters; those of RFC 9106 for 64 MiB when it is left out.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._queue = threading.BoundedSemaphore(_AT_ONCE + _WAIT)
        self._room = threading.BoundedSemaphore(_AT_ONCE)

    def hash(self, password: str) -> str:
        """What is kept of a password: salt and parameters are in it.

        Raises:
            NotLetIn: too many ask at this moment.
        """
        with self._working():
            return self._hasher.hash(composed(password))

    def matches(self, password: str, kept: str | None) -> bool:
        """Whether a password is the one that was hashed; without a hash the same work is done, in vain.

        Raises:
            NotLetIn: too many ask at this moment.
        """
        if len(password) > MOST:  # nobody's is
            password, kept = "", None
        with self._working():
            try:
                self._hasher.verify(kept or self._nobody, composed(password))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(kept)

    @contextlib.contextmanager
    def _working(self) -> Iterator[None]:
        if not self._queue.acquire(blocking=False):
            raise NotLetIn.busy()
        try:
            with self._room:
                yield
        finally:
            self._queue.release()

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(secrets.token_hex(16))


def check_password(password: str, name: str) -> None:
    """What is asked of a new password.

    Raises:
        UsageError: it is too short, too long, one letter again and again, or little but the person's name.
    """
    if len(password) < LEAST:
        raise UsageError(f"the password is too short: it needs {LEAST} letters at least", "a few words do")
    if len(password) > MOST:
        raise UsageError(f"the password is too long: {MOST} letters at most")
    rest = password.casefold().replace(name.casefold(), "")
    if len(set(rest)) < _LEAST_DIFFERENT:
        raise UsageError("the password is too easy to guess", "a few words that do not belong together do")
