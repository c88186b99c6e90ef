"""A process that stands by to render what one film is asked for: `python -m pipeline.orchestration.standby`.

What a run needs takes seconds to load and to reach; here that has happened before a retake is asked for.
Whoever started it tells it in lines of JSON what to do, the first one its film, and is told in lines of JSON
how it goes. It ends when nobody tells it anything any more: with the process that started it, however that
ends.

With a standing farm it is connected to that, for any number of orders, until there was none for as long as
the settings say. Without one it carries out one order, on a cluster of its own, and ends.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    field_serializer,
)

from farm.schedule.messages import Update
from pipeline.catalog.entries import Decision
from pipeline.garbage import collect_now, spare_what_is_there
from pipeline.orchestration.retake import run_decided
from pipeline.orchestration.run import AtHand, farm_at_hand
from pipeline.orchestration.showing import run_shown, run_takes
from pipeline.production.production import Production
from pipeline.production.reopening import ReopenedFilm
from pipeline.settings import Settings
from storyboard.document.values import Given
from storyboard.errors import FarmError, ShotfarmError, UsageError
from storyboard.planning.plan import Plan

PROGRAM = "pipeline.orchestration.standby"
READY_S = 300.0
"""how long it may take to open the film and to reach the farm"""


class Told(BaseModel):
    """A line."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StandBy(Told):
    """What film it is about, and how it is opened: the first line that it is told."""

    film: Path
    settings: Settings
    given: dict[str, Given] = Field(default_factory=dict)
    """the version of it: values of its parameters"""
    session: str = ""
    """the viewer's session that it is made for alone: no other place keeps its values"""

    @field_serializer("settings", mode="wrap", when_used="json")
    def _with_secrets(self, settings: Settings, dumped: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Secrets are blackened in every other place; these lines go to a process of one's own alone."""
        secrets = {name: value for name, value in settings if isinstance(value, SecretStr)}
        return {**dumped(settings), **{name: value.get_secret_value() for name, value in secrets.items()}}


class Render(Told):
    """Render a retake: the number of its decision, and whether the film is put together with it."""

    decision: int
    film: bool
    renderer: str | None = None
    """in whose cut; as the settings say when it is left out"""


class Show(Told):
    """Make what is missing of the film, in the cut that it is opened with: somebody watches it meanwhile."""

    show: Literal[True] = True
    shots: tuple[str, ...] = ()
    """these alone, by their ids, and what they start from; all without any"""
    takes_only: bool = False
    """neither the parts of its picture nor its sound"""


class Lead(Told):
    """No order: when somebody who watches comes to shots, by the digests of their takes."""

    due: dict[str, float]
    """in seconds since 1970"""


Order = Render | Show
_LINE: TypeAdapter[Order | Lead] = TypeAdapter(Render | Show | Lead)


class Progress(Told):
    """What it is at.

    `ready` when it can be told to render, `away` when the farm that it was connected to is another one by
    now: it ends, and what it was told last is another's to do. `done`, `failed` and `cancelled` end a retake.
    """

    state: Literal["ready", "away", "starting", "rendering", "assembling", "done", "failed", "cancelled"]
    error: str = ""
    hint: str | None = None
    last: bool = False
    """it ends after this"""
    farm_lost: bool = False
    """it failed because no farm answers: what is asked for can be made when one is back"""


class _Watching:
    """An observer that says what a run is at, once for each."""

    def __init__(self, say: Speaker) -> None:
        self._say = say
        self._said = ""

    def planned(self, plan: Plan) -> None:
        """The run has begun."""
        del plan

    def rendering(self, update: Update) -> None:
        """The farm has the order."""
        if update.events or update.progress:
            self._tell("rendering")

    def stage(self, name: str, done: int, total: int) -> None:
        """The film is put together."""
        del name, done, total
        self._tell("assembling")

    def _tell(self, state: Literal["rendering", "assembling"]) -> None:
        if state != self._said:
            self._said = state
            self._say(Progress(state=state))


class Speaker:
    """Says lines to whoever started this process; nobody hears them when that has ended."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def __call__(self, told: Told) -> None:
        """Say one."""
        with contextlib.suppress(OSError):
            self._stream.write(told.model_dump_json().encode() + b"\n")
            self._stream.flush()


class _Orders:
    """Lines that come, one after another; to stop, and the end of all lines, interrupt what is being done."""

    def __init__(self, stream: IO[bytes], rest_s: float) -> None:
        self._stream = stream
        self._rest_s = rest_s
        self._lines: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._busy = False
        self._stopped = False
        self.due: dict[str, float] = {}
        """when somebody who watches comes to shots"""
        self.reading = threading.Thread(target=self._read, daemon=True)
        self.reading.start()

    def __iter__(self) -> Iterator[Order]:
        """Every order, as it comes, until none came for long."""
        with contextlib.suppress(queue.Empty):
            while (order := self._lines.get(timeout=self._rest_s)) is not None:
                yield order

    @contextlib.contextmanager
    def interrupting(self) -> Iterator[None]:
        """A block that is interrupted as soon as nobody wants it any more.

        Raises:
            KeyboardInterrupt: somebody has said so, or has ended.
        """
        with self._lock:
            if self._stopped:
                raise KeyboardInterrupt
            self._busy = True
        try:
            yield
        finally:
            with self._lock:
                self._busy = False

    def _read(self) -> None:
        for line in self._stream:
            try:
                told = _LINE.validate_json(line)
            except ValidationError:
                break
            if isinstance(told, Lead):
                self.due = told.due
            else:
                self._lines.put(told)
        self._lines.put(None)
        with self._lock:
            self._stopped = True
            if self._busy:
                os.kill(os.getpid(), signal.SIGINT)


def main() -> None:
    """Stand by until nobody tells anything any more."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # What libraries print belongs to the log, and not between the lines.
    say = Speaker(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)
    first = StandBy.model_validate_json(sys.stdin.buffer.readline())
    orders = _Orders(sys.stdin.buffer, first.settings.review_standby_s)
    with contextlib.suppress(KeyboardInterrupt):
        try:
            _stand_by(first, orders, say)
        except ShotfarmError as error:
            say(_failed(error, last=True))


def _stand_by(told: StandBy, orders: _Orders, say: Speaker) -> None:
    late = threading.Timer(READY_S, _give_up, [say])
    late.daemon = True
    late.start()
    film = ReopenedFilm(told.film, told.given, told.session)
    production = film.open(told.settings)
    with farm_at_hand(production) as at_hand:
        late.cancel()
        spare_what_is_there()
        say(Progress(state="ready"))
        for order in orders:
            if at_hand and not at_hand.is_there(told.settings):
                say(Progress(state="away", last=True))
                return
            try:
                with orders.interrupting():
                    say(Progress(state="starting"))
                    if isinstance(order, Show):
                        production = film.open(told.settings)
                        _show(production, order, orders, at_hand, say)
                    else:
                        _render(film, told.settings, order, at_hand, say)
            except KeyboardInterrupt:
                say(Progress(state="cancelled", last=True))
                return
            except ShotfarmError as error:
                say(_failed(error, last=at_hand is None))
            else:
                say(Progress(state="done", last=at_hand is None))
            if at_hand is None:
                return
            collect_now()


def _show(production: Production, order: Show, orders: _Orders, at_hand: AtHand | None, say: Speaker) -> None:
    watching = _Watching(say)
    if order.takes_only:
        run_takes(production, watching, lambda: orders.due, at_hand, order.shots)
    else:
        run_shown(production, watching, lambda: orders.due, at_hand, order.shots)


def _failed(error: ShotfarmError, *, last: bool) -> Progress:
    lost = type(error) is FarmError  # its kinds are of shots, and of what renders them
    return Progress(state="failed", error=error.message, hint=error.hint, last=last, farm_lost=lost)


def _give_up(say: Speaker) -> None:
    """What it waits for may never answer, and would not hear an interrupt: end all the same."""
    error = f"what renders it was not ready within {READY_S:.0f} s"
    say(Progress(state="failed", error=error, hint="`shotfarm farm status` says how the farm is", last=True))
    os._exit(1)


def _render(
    film: ReopenedFilm, settings: Settings, order: Render, at_hand: AtHand | None, say: Speaker
) -> None:
    if order.renderer:
        settings = settings.model_copy(update={"renderer": order.renderer, "backend": None})
    production = film.open(settings)
    decision = _decision(production, order.decision)
    run_decided(production, decision, _Watching(say), film=order.film, at_hand=at_hand)


def _decision(production: Production, number: int) -> Decision:
    for one in production.log.record().decisions:
        if one.number == number:
            return one
    raise UsageError(f"there is no decision {number}")


if __name__ == "__main__":
    main()
