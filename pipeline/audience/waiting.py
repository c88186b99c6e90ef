"""What somebody waits for who watches, and when it goes on: in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from farm.schedule.states import TaskState
from pipeline.audience.making import Making, MakingState
from pipeline.broadcast import LiveShot
from storyboard.errors import ShotfarmError

SOON_S = 2.0
"""between two tellings of how far it is, after which they say when it will be through"""
_WORTH_S = 5.0
"""of waiting longer, below which it is not worth telling"""
_NO_FARM, _AGAIN = (
    "The farm does not answer.",
    "It is looked for, and the film goes on by itself when it is back.",
)
_QUEUED = frozenset({TaskState.WAITING, TaskState.QUEUED, TaskState.PAUSING})


@dataclass(frozen=True, slots=True)
class Wait:
    """What is waited for.

    Attributes:
        words: what is being made, a sentence.
        more: when it goes on, or why it does not; another sentence, or nothing.
        goes_on_s: seconds until it does; None where nobody can say.
        take: the digest of the take that renders; empty for anything else.
        picture: counts the pictures of it; 0 while there is none.
        progress: of it, 0 to 1.
        failed: it does not go on by itself.
    """

    words: str
    more: str = ""
    goes_on_s: float | None = None
    take: str = ""
    picture: int = 0
    progress: float = 0.0
    failed: bool = False

    @classmethod
    def failed_by(cls, error: ShotfarmError) -> Self:
        """It does not go on, for an error."""
        return cls("The film cannot go on.", _sentence(error.in_words), failed=True)


@dataclass(frozen=True, slots=True)
class MissingTake:
    """A take that is waited for.

    Attributes:
        digest: of the take.
        shot: whose it is.
        estimate_s: seconds that rendering it takes, as it is estimated.
        live: what a run does with it; None where none does.
        began: how many seconds ago it began to render; None before.
        first: how far it was when that was told first, and how many seconds after it began: what comes before
            the first picture says little of the others.
        told: how many seconds after it began its progress was told; now, where it is left out.
    """

    digest: str
    shot: str
    estimate_s: float
    live: LiveShot | None = None
    began: float | None = None
    first: tuple[float, float] = (0.0, 0.0)
    told: float | None = None

    @property
    def left_s(self) -> float | None:
        """Seconds until it is there; None where nobody can say.

        What takes of its kind take, until its own pictures tell; between two of them it counts down.
        """
        if self.live is None or self.live.state in _QUEUED or self.began is None:
            return None
        if self.live.state is TaskState.WRITING or self.live.progress >= 1:
            return None
        if not self.is_measured:
            return max(0.0, self.estimate_s - self.began)
        done, after = self.first
        told = self.began if self.told is None else self.told
        rest_s = (told - after) * (1 - self.live.progress) / (self.live.progress - done)
        return max(0.0, rest_s - (self.began - told))

    @property
    def is_measured(self) -> bool:
        """Whether its own progress says how long it takes."""
        if self.live is None or self.began is None:
            return False
        done, after = self.first
        told = self.began if self.told is None else self.told
        return self.live.progress > done and told - after > SOON_S

    @property
    def there_in_s(self) -> float | None:
        """The same, what is being written down being there at once."""
        writes = self.live is not None and self.live.state is TaskState.WRITING
        return 0.0 if writes else self.left_s


def wait_for_takes(takes: list[MissingTake], making: Making, rendering: int) -> Wait:
    """What is waited for while takes are missing.

    Args:
        takes: all of the next fragment that are missing, in the order of the film.
        making: how it goes with what makes the film.
        rendering: how many shots render.
    """
    first = takes[0]
    for one in takes:
        if one.live and one.live.state is TaskState.FAILED:
            return Wait(f"Shot {one.shot} could not be made.", _sentence(one.live.error or ""), failed=True)
    if making.farm_lost:
        return Wait(_NO_FARM, _AGAIN)
    if making.state is MakingState.FAILED:
        return Wait("What makes the film has stopped.", _sentence(making.error), failed=True)
    if first.live is None:
        if making.state in {MakingState.NOTHING, MakingState.DONE}:
            return Wait(f"Shot {first.shot} is not there.", "Nobody makes it now.", failed=True)
        return Wait("The farm is starting.", f"Shot {first.shot} is made first.")
    left = [one.left_s for one in takes]
    known = [s for s in left if s is not None]
    goes_on_s = max(known) if len(known) == len(left) else None
    if first.live.state in _QUEUED:
        if first.live.state is TaskState.WAITING:
            more = "It begins when what it starts from is there."
        else:
            more = f"{rendering} {'shot renders' if rendering == 1 else 'shots render'} before it."
        return Wait(f"Shot {first.shot} waits for its turn.", more if rendering else "", goes_on_s)
    words = f"Shot {first.shot} is being made."
    if goes_on_s is not None:
        more = goes_on_in(goes_on_s)
    elif first.left_s is None:
        more = "It is being written down."
    else:
        more = f"Shot {takes[left.index(None)].shot} is needed with it."
    return Wait(words, more, goes_on_s, first.digest, first.live.picture, first.live.progress)


def goes_on_in(seconds: float) -> str:
    """When it goes on, as a sentence."""
    if seconds < 1.5:
        return "It goes on in a moment."
    if seconds < 90:
        return f"It goes on in about {round(seconds)} s."
    return f"It goes on in about {round(seconds / 60)} min."


def plays_on(seconds: float, goes_on_s: float) -> str:
    """What whoever waits longer has of it, as a sentence; nothing where that is no longer than they must.

    Args:
        seconds: after which the film need not stop in the next two minutes.
        goes_on_s: after which it goes on.
    """
    if seconds < goes_on_s + _WORTH_S:
        return ""
    waited = f"{round(seconds)} s" if seconds < 90 else f"{round(seconds / 60)} min"
    return f"Stopped for about {waited}, it plays for two minutes without another stop."


def wait_for_sound(making: Making, *, foreseen: bool, here: bool = False) -> Wait:
    """What is waited for while the picture is there and the sound is not.

    Args:
        making: how it goes with what makes the film.
        foreseen: whether all that is heard is known.
        here: whether it is mixed by whoever shows the film.
    """
    if here and foreseen:
        return Wait("The sound is being mixed.", "It goes on when all that is heard is there.")
    if making.farm_lost:
        return Wait(_NO_FARM, _AGAIN)
    if making.state is MakingState.FAILED:
        return Wait("The sound could not be made.", _sentence(making.error), failed=True)
    if not foreseen:
        return Wait("The sound comes with the last shot.", "It is made together with the pictures.")
    if making.state in {MakingState.NOTHING, MakingState.DONE}:
        return Wait("The sound is not there.", "Nobody makes it now.", failed=True)
    return Wait("The sound is being mixed.", "It goes on when all that is heard is there.")


def wait_for_nothing(shot: str, why: str) -> Wait:
    """What is not made: what stands in for it goes on."""
    return Wait(f"Shot {shot} is not made for you.", f"{_sentence(why)} The film goes on with its card.")


def wait_for_parts() -> Wait:
    """What is waited for while the takes are there, and what is drawn of them is not."""
    return Wait("Transitions and titles are being made.", "It goes on in a moment.", 1.0)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("." if words and words[-1] not in ".!?" else "")
