"""Everything a user can cause, as one tree.

ShotfarmError
├── DocumentError       a film document is wrong: where, what, what is allowed (every problem at once)
├── UsageError          a command was asked for something that does not exist or cannot be combined
│   ├── Conflict        somebody else decided about a shot meanwhile (pipeline/catalog)
│   ├── NotAllowed      a person's role does not let them do it
│   ├── SessionForgotten  what is asked for was a viewer's who is forgotten (pipeline/catalog)
│   └── NotLetIn        a name and a password, or a link, that open nothing (pipeline/web)
├── NotNow              what somebody decides does not go together with how the shot stands
├── WaitsForApproval    the film document wants every shot approved first, and some are not
├── FileChangedError    a file that a film names became another while it was being used
├── CatalogError        what people decided cannot be read or kept (database, log)
│   ├── BusyError       others hold the database, or it does not answer now (pipeline/catalog)
│   └── DamagedError    the file of the database is none, or not whole (pipeline/catalog)
├── StoreError          the store or an output folder cannot be read or written (disk full, read-only)
├── WriterError         a language model cannot be asked, or answers what is no answer (pipeline/writing)
├── FarmError           the farm cannot be started, reached or used
│   ├── ShotFailedError a shot could not be rendered after every try
│   ├── CalledOffError  somebody has called off the production while it rendered
│   ├── QualityError    an attempt's frames are not the take that was asked for (farm/takes/quality.py)
│   │   └── WrongFramesError  not even in size, kind or number
│   ├── TooLargeError   a shot does not fit into a worker's memory (farm/backend)
│   ├── BrokenError     what a worker renders with broke (farm/backend)
│   ├── PictureError    a picture that somebody gave cannot be read (farm/media)
│   ├── LoraError       a LoRA that somebody gave cannot be read, or is of a kind that is not (farm/media)
│   └── VideoError      a video that somebody gave cannot be read (farm/media)
├── AssemblyError       the film cannot be put together
│   └── FfmpegError     ffmpeg ended with an error; carries its last words
└── Interrupted         the person pressed Ctrl-C; everything published so far is kept

The command line prints them as one message and leaves with `exit_code`; any other exception is a bug
and keeps its traceback.
"""

from __future__ import annotations

import copy
import copyreg
from dataclasses import dataclass
from typing import ClassVar, Self


class ShotfarmError(Exception):
    """Something went wrong that a message can explain.

    Attributes:
        message: one sentence or more for a person.
        hint: what to do about it, where that is known.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """All that it holds goes across process boundaries, whatever its class is made from."""
        return (copyreg.__newobj__, (type(self), *self.args), self.__dict__)  # type: ignore[attr-defined]

    def about(self, what: str) -> Self:
        """The same error, said of something: what it happened to stands before its message."""
        said = copy.copy(self)
        said.message = f"{what}: {self.message}"
        said.args = (said.message,)
        said.__cause__ = self
        return said

    @property
    def in_words(self) -> str:
        """Message and hint, as they stand in other words."""
        return f"{self.message} ({self.hint})" if self.hint else self.message


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a document.

    Attributes:
        file: the document, as the user named it.
        line: 1-based; 0 when the place is not known.
        column: 1-based; 0 when the place is not known.
        path: where in the document, such as `scenes[2].shots[0].continues`.
        message: what was found and what is allowed.
    """

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class DocumentError(ShotfarmError):
    """A document that cannot become a film; lists every problem in it, in document order."""

    exit_code = 2

    def __init__(self, problems: list[Problem], hint: str | None = None) -> None:
        super().__init__("\n".join(str(problem) for problem in problems), hint)
        self.problems = problems


class UsageError(ShotfarmError):
    """A command was asked for something that does not exist or does not go together."""

    exit_code = 2


class NotAllowed(UsageError):  # noqa: N818  (it is what somebody asked for)
    """A person asked for what their role does not let them do."""


class NotNow(ShotfarmError):  # noqa: N818  (it is what somebody asked for)
    """Somebody decides what does not go together with how a shot stands now."""

    exit_code = 2


class WaitsForApproval(ShotfarmError):  # noqa: N818  (it is what somebody asked for)
    """The film document wants a take of every shot approved before there is a film, and some are not."""

    exit_code = 3

    @classmethod
    def of(cls, shots: tuple[str, ...]) -> WaitsForApproval:
        """The one that names the shots which wait."""
        some = ", ".join(shots[:12]) + (" …" if len(shots) > 12 else "")
        return cls(
            f"the film waits for the approval of {len(shots)} of its shots: {some}",
            "`shotfarm approve SHOT` circles a take; the same command goes on then",
        )


class FileChangedError(ShotfarmError):
    """A file that a film names became another between the moment it was planned with and its use."""


class CatalogError(ShotfarmError):
    """What people decided cannot be read or kept: a database or a log is not as it should be."""

    exit_code = 2


class StoreError(ShotfarmError):
    """The store or an output folder cannot be read or written."""

    exit_code = 2


class FarmError(ShotfarmError):
    """The farm cannot be started, reached or used."""


class ShotFailedError(FarmError):
    """One or more shots could not be rendered after every try."""


class CalledOffError(FarmError):
    """Somebody has called off a production while it rendered."""


class AssemblyError(ShotfarmError):
    """The film cannot be put together."""


class FfmpegError(AssemblyError):
    """ffmpeg ended with an error; the message carries its last words."""


class Interrupted(ShotfarmError):  # noqa: N818  (it is not a mistake of anyone)
    """The person pressed Ctrl-C; everything that was published is kept."""

    exit_code = 130
