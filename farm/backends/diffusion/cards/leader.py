"""Leads the processes on the further cards of a worker: they denoise what the leader denoises.

Everything but the denoising itself is the leader's alone: solver, progress, previews, states, decoding. A
shot that is cancelled between two calls leaves nothing behind. When a call ends in any other way than with a
result, the processes are out of step: they are ended, and the next shot starts others.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import torch

from farm.backend.protocol import BrokenError
from farm.backends.diffusion.cards.spreading import denoisers, join, leave, packed, shared, spread
from farm.backends.diffusion.families.family import Family
from farm.backends.diffusion.models.folders import ModelFolder
from farm.backends.diffusion.options import DiffusionOptions
from farm.host.aside import new_folder_aside
from storyboard.errors import FarmError
from storyboard.planning.spec import ResolvedLora
from storyboard.wording import listed

END_S = 5.0
"""how long a companion may take to end"""
LAST_WORDS_S = 5.0
"""how long is waited for what a companion has to say when an exchange with it failed"""
START_S = 300.0
"""how long it may take to start and to import what it needs"""
LOAD_S = 600.0
"""how long it may take to load a model, which the leader has just read"""
CALL_S = 300.0
"""how long it may take to do anything else; who takes longer hangs"""
_HINT = "the shot can be tried again: others are started"


class _Companion:
    """One process, and what it says."""

    def __init__(self, rank: int, broke: Callable[[], None]) -> None:
        self.rank = rank
        self._broke = broke
        self._line, theirs = socket.socketpair()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "farm.backends.diffusion.cards.follower", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            env=environment,
        )
        theirs.close()
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._asked, self._heard = 1, 0  # it says when it is there, without being asked
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def owes(self) -> bool:
        """Whether it has not said yet that it has done what it was asked."""
        return self._heard < self._asked

    def ask(self, what: str, **how: Any) -> None:
        self._asked += 1
        # Who is gone does not hear it, and its end is the answer.
        with contextlib.suppress(OSError):
            self._line.sendall(json.dumps({"do": what, **how}).encode() + b"\n")

    def answer(self, timeout_s: float) -> dict[str, Any] | None:
        """What it says next: empty when all is well, with an `error` when not; None when it says nothing."""
        try:
            return self._answers.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            for line in self._line.makefile("r"):
                answer = json.loads(line)
                self._heard += 1
                self._answers.put(answer)
                if answer:
                    self._broke()
                    return
        self._answers.put({"error": "", "ended": True})
        self._broke()

    def ended_how(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self._process.wait(END_S)
            return f"was killed ({signal.Signals(-status).name})" if status < 0 else f"ended with {status}"
        return "said no more"

    def kill(self) -> None:
        """End it at once, also where it was stopped."""
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._line.close()


class Companions:
    """The processes on the further cards.

    Args:
        cards: how many there are with the leader's.
        device: the leader's.

    Raises:
        FarmError: this worker has fewer cards.
        BrokenError: a process did not come up.
    """

    def __init__(self, cards: int, device: torch.device) -> None:
        self.cards = cards
        self._device = device
        if device.type == "cuda" and torch.cuda.device_count() < cards:
            raise FarmError(
                f"the shot is rendered on {cards} cards, and this worker sees {torch.cuda.device_count()}"
            )
        self._broken = False
        self._calling = False
        self._hung = ""
        self._meeting = new_folder_aside("cards")
        self._companions: list[_Companion] = []
        try:
            self._companions += [_Companion(rank, self._broke) for rank in range(1, cards)]
            self._led(lambda: None, START_S)
            rendezvous = str(self._meeting / "rendezvous")
            for one in self._companions:
                one.ask("join", rank=one.rank, cards=cards, rendezvous=rendezvous)
            self._led(lambda: join(rendezvous, 0, cards, device), CALL_S)
        except BaseException:
            self.end()
            raise

    def load(self, pipe: Any, options: DiffusionOptions, family: Family, folder: ModelFolder) -> None:
        """Load a model on the further cards, instead of the one before.

        Args:
            pipe: the leader's pipeline, in place; its denoisers run on all cards from here on.
            options: that it was loaded with.
            family: of its model.
            folder: of its model.

        Raises:
            BrokenError: a process failed, hangs, or is gone.
            UsageError: the model cannot be spread.
        """
        for one in self._companions:
            one.ask("load", options=options.model_dump(mode="json"), folder=str(folder.path))
        self._led(lambda: spread(pipe, family), LOAD_S)
        for number, model in enumerate(denoisers(pipe)):
            model.forward = self._leading(number, model.forward)

    @property
    def in_step(self) -> bool:
        """Whether they are all there, and another shot can be denoised with them."""
        return not self._broken

    @property
    def pids(self) -> list[int]:
        """Their processes."""
        return [one.pid for one in self._companions]

    def prepare(self, loras: Sequence[ResolvedLora], files: Mapping[str, Path], kernel: str | None) -> None:
        """Apply a shot's LoRAs and attention kernel on the further cards."""
        for one in self._companions:
            one.ask(
                "prepare",
                loras=[lora.model_dump(mode="json") for lora in loras],
                files={lora.file.sha256: str(files[lora.file.sha256]) for lora in loras},
                kernel=kernel,
            )
        self._led(lambda: None, LOAD_S)

    def end(self) -> None:
        """End them; bounded in time, and safe at any moment."""
        self._broken = True
        leave()
        for one in self._companions:
            one.end()
        self._companions = []
        shutil.rmtree(self._meeting, ignore_errors=True)

    def _leading(self, number: int, forward: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(forward)
        def led(*args: Any, **kwargs: Any) -> Any:
            tensors: list[torch.Tensor] = []
            given = packed((args, kwargs), tensors)
            for one in self._companions:
                one.ask("denoise", model=number, given=given)

            def together() -> Any:
                for tensor in tensors:
                    shared(tensor)
                return forward(*args, **kwargs)

            return self._led(together, CALL_S)

        return led

    def _led(self, own: Callable[[], Any], timeout_s: float) -> Any:
        """Do the leader's part of something while the others do theirs.

        Raises:
            torch.OutOfMemoryError: on any of the cards.
            BrokenError: a companion failed, hangs, or is gone.
        """
        if self._broken:
            self._raise_for_others()
        # Whoever hangs takes the leader along into an exchange, which only their end ends.
        watch = threading.Timer(timeout_s, self._kill_who_hang, [timeout_s])
        watch.daemon = True
        watch.start()
        try:
            result = self._own_part(own)
            for one in self._companions:
                answer = one.answer(timeout_s)
                if answer is None or answer:
                    self._broken = True
                    self._raise_for(one, answer)
        finally:
            watch.cancel()
        return result

    def _own_part(self, own: Callable[[], Any]) -> Any:
        self._calling = True
        try:
            return own()
        except BaseException as error:
            heard, self._broken = self._broken, True
            # What fails an exchange is told best by who failed first.
            if heard or (isinstance(error, RuntimeError) and not isinstance(error, torch.OutOfMemoryError)):
                self._raise_for_others(error)
            raise
        finally:
            self._calling = False

    def _kill_who_hang(self, timeout_s: float) -> None:
        """Kill those who owe an answer: when one hangs, those who wait for it in an exchange do too."""
        hanging = [one for one in self._companions if one.owes]
        if not hanging:
            return
        cards = listed([str(one.rank) for one in hanging])
        who = f"process on card {cards} hangs" if len(hanging) == 1 else f"processes on cards {cards} hang"
        self._hung = f"the {who}: no answer for {timeout_s:g} s"
        for one in hanging:
            one.kill()

    def _raise_for_others(self, error: BaseException | None = None) -> None:
        """Raise what the companions have to say, where an exchange with them failed.

        Who lost another in an exchange says so too; the cause is who ran out of memory, or who was killed.
        """
        if self._hung:
            raise BrokenError(self._hung, _HINT) from error
        said = [(one, one.answer(LAST_WORDS_S / len(self._companions))) for one in self._companions]
        told = [(one, answer) for one, answer in said if answer]
        for sign in ("memory", "ended", "error"):
            for one, answer in told:
                if sign in answer:
                    self._raise_for(one, answer, error)
        if error is None:
            raise BrokenError("the processes on the further cards are out of step", _HINT)

    def _raise_for(
        self, one: _Companion, answer: dict[str, Any] | None, error: BaseException | None = None
    ) -> NoReturn:
        if self._hung:
            raise BrokenError(self._hung, _HINT) from error
        if answer and "memory" in answer:
            raise torch.OutOfMemoryError(f"{answer['error']} (on card {one.rank})") from error
        words = f"failed: {answer['error']}" if answer and "ended" not in answer else one.ended_how()
        raise BrokenError(f"the process on card {one.rank} {words}", _HINT) from error

    def _broke(self) -> None:
        """A companion failed or is gone: do not wait for it in an exchange."""
        self._broken = True
        if self._calling and self._device.type == "cuda":
            leave()
