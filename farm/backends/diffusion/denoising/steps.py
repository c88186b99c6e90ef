"""One door into every denoising loop: progress, cancelling, and states from which it can go on.

Every pipeline calls its scheduler's `step` once for each step, whatever callbacks it has or lacks, so the
door is there. To go on from a state, the pipeline's call is made again from its start with the same inputs;
until the kept step its denoiser answers with zeros at no cost, then the kept result and the scheduler's and
generators' states are put back, and what follows is bit for bit what would have followed.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import torch

from farm.backends.diffusion.denoising.checkpoints import Checkpoints
from farm.backends.diffusion.denoising.state import DenoisingState

DENOISERS = ("transformer", "transformer_2", "unet")
_NOT_STATE = ("_internal_dict", "step")


class Steps:
    """Watches one call of a pipeline from inside its loop.

    Args:
        pipe: the pipeline, with the scheduler of this call.
        generator: of this call.
        on_step: called after each step with the steps done and their number; what it raises ends the call.
        keep: called with states; None keeps none.
        checkpoints: after which steps it is.
        facts: under which states are kept and accepted.
        state: to go on from.
        look: called after each step with the latents that it gave, or what they are taken to become.
        ended: called after the last step, when this no longer watches the denoisers.
        rounds: how often the pipeline goes through the solver's steps; states are kept in the first round
            only, as later ones start from its frames.
    """

    def __init__(
        self,
        pipe: Any,
        generator: torch.Generator,
        on_step: Callable[[int, int], None],
        *,
        keep: Callable[[bytes], None] | None = None,
        checkpoints: Checkpoints | None = None,
        facts: Mapping[str, str] | None = None,
        state: DenoisingState | None = None,
        look: Callable[[int, torch.Tensor], None] | None = None,
        ended: Callable[[], None] | None = None,
        rounds: int = 1,
    ) -> None:
        self._scheduler = pipe.scheduler
        self._generator = generator
        self._on_step = on_step
        self._keep = keep
        self._checkpoints = checkpoints
        self._facts = facts or {}
        self._state = state if state is not None and dict(state.facts) == dict(self._facts) else None
        self._models = [model for name in DENOISERS if (model := getattr(pipe, name, None)) is not None]
        self._blanks: dict[str, Any] = dict(self._state.blanks) if self._state else {}
        self._rounds = rounds
        self._look = look
        self._ended = ended
        self._watching = False
        self._done = 0
        self.forwards = 0
        """how often a denoiser really ran"""

    @property
    def resumed_at(self) -> int | None:
        """The step after which this call goes on from another's state; None when it started anew."""
        return self._state.step if self._state else None

    def __enter__(self) -> Self:
        self._step = self._scheduler.step
        self._signature = inspect.signature(self._step)

        # Pipelines look at the signature of `step`, so the wrapper has to keep it.
        @functools.wraps(self._step)
        def stepped(*args: Any, **kwargs: Any) -> Any:
            return self._stepped(*args, **kwargs)

        self._scheduler.step = stepped
        self._forwards = [vars(model).get("forward") for model in self._models]
        for number, model in enumerate(self._models):
            model.forward = self._watched(number, model.forward)
        self._watching = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        """Leave the solver and the denoisers as they were: another shot may use them now."""
        if not self._watching:
            return
        self._watching = False
        vars(self._scheduler).pop("step", None)
        for model, forward in zip(self._models, self._forwards, strict=True):
            if forward is None:
                vars(model).pop("forward", None)
            else:
                model.forward = forward

    def _replaying(self) -> bool:
        return self._state is not None and self._done <= self._state.step

    def _watched(self, number: int, forward: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(forward)
        def watched(*args: Any, **kwargs: Any) -> Any:
            if self._replaying():
                blank = self._blanks.get(str(number)) or next(iter(self._blanks.values()))
                device = next(model.parameters()).device
                return _Blank(torch.zeros(blank[0], dtype=getattr(torch, blank[1]), device=device))
            self.forwards += 1
            output = forward(*args, **kwargs)
            if str(number) not in self._blanks:
                first = output[0]
                self._blanks[str(number)] = [list(first.shape), str(first.dtype).removeprefix("torch.")]
            return output

        model = self._models[number]
        return watched

    def _stepped(self, *args: Any, **kwargs: Any) -> Any:
        index, self._done = self._done, self._done + 1
        total = len(self._scheduler.timesteps)
        if self._state is not None and index <= self._state.step:
            if index < self._state.step:
                return _like(self._state.output, self._signature.bind(*args, **kwargs).arguments["sample"])
            vars(self._scheduler).update(self._state.scheduler)
            _restore_generators(self._state.generators, self._generator)
            self._on_step(self._done, total * self._rounds)
            return self._state.output
        before = self._signature.bind(*args, **kwargs).arguments
        sigmas = getattr(self._scheduler, "sigmas", None)
        output = self._step(*args, **kwargs)
        if self._look is not None:
            self._look(self._done, _expected(self._scheduler, before, sigmas, index % total, output))
        if self._keep and self._checkpoints and self._done < total and self._checkpoints.keeps_now():
            self._keep(self._snapshot(index, output).as_bytes())
        self._on_step(self._done, total * self._rounds)
        if self._done == total * self._rounds:
            self._leave()
            if self._ended is not None:
                self._ended()
        return output

    def _snapshot(self, index: int, output: Any) -> DenoisingState:
        attributes = {name: value for name, value in vars(self._scheduler).items() if name not in _NOT_STATE}
        return DenoisingState(
            index, self._facts, attributes, output, self._blanks, _generators(self._generator)
        )


def _expected(
    scheduler: Any, before: Mapping[str, Any], sigmas: torch.Tensor | None, index: int, output: Any
) -> torch.Tensor:
    """What a flow's latents are taken to become in the end; of other solvers, what the step gave."""
    if type(scheduler).__name__.startswith("FlowMatch") and sigmas is not None and len(sigmas) > index:
        sample: torch.Tensor = before["sample"]
        left: torch.Tensor = sigmas[index].to(sample.device, sample.dtype) * before["model_output"]
        # Solvers that step each place by itself are given the direction to the picture, others that from it.
        return sample + left if before.get("per_token_timesteps") is not None else sample - left
    given: torch.Tensor = output[0]
    return given


class _Blank(tuple[torch.Tensor]):
    """What a silenced denoiser answers, as a tuple and as an output with a `sample`."""

    __slots__ = ()

    def __new__(cls, sample: torch.Tensor) -> Self:
        return super().__new__(cls, (sample,))

    @property
    def sample(self) -> torch.Tensor:
        return self[0]


def _like(output: Any, sample: Any) -> Any:
    """An output of the same form whose tensors are all `sample`."""
    if isinstance(output, tuple):
        return tuple(sample for _ in output)
    return type(output)(**dict.fromkeys(output.keys(), sample))


@contextlib.contextmanager
def own_randomness(seed: int, device: torch.device) -> Iterator[None]:
    """With all of torch's randomness a shot's own; none of it is left behind."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices):
        torch.manual_seed(seed)
        yield


def _generators(generator: torch.Generator) -> dict[str, torch.Tensor]:
    states = {"own": generator.get_state(), "cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state()
    return states


def _restore_generators(states: Mapping[str, torch.Tensor], generator: torch.Generator) -> None:
    generator.set_state(states["own"].cpu())
    torch.set_rng_state(states["cpu"].cpu())
    if "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"].cpu())
