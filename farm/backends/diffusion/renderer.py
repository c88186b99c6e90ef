"""Where takes are made: the models that a worker holds, and what happens to a shot in them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any

import diffusers
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from pydantic import JsonValue

from farm.backend.protocol import Conditioning, Frame, RenderContext, Shelf, TooLargeError
from farm.backend.traits import Complaint
from farm.backends.diffusion.conditioning.encoders import Encoders
from farm.backends.diffusion.conditioning.given_pictures import GivenPictures, check_loras, loras_for
from farm.backends.diffusion.conditioning.performance import performance_of
from farm.backends.diffusion.conditioning.pictures import as_pictures
from farm.backends.diffusion.denoising.checkpoints import Checkpoints
from farm.backends.diffusion.denoising.state import DenoisingState, StateError
from farm.backends.diffusion.denoising.steps import Steps, own_randomness
from farm.backends.diffusion.denoising.take_sound import sound_of_take
from farm.backends.diffusion.denoising.turns import Turn, Turns
from farm.backends.diffusion.families.call import Rendered, Size, Take, Tensors
from farm.backends.diffusion.families.family import Family
from farm.backends.diffusion.families.memory import MemoryChoice, next_memory
from farm.backends.diffusion.families.registry import family_of
from farm.backends.diffusion.families.sizing import anchors, native_timing
from farm.backends.diffusion.gate.gate import Gate
from farm.backends.diffusion.job import Shot, reporter
from farm.backends.diffusion.loaded_models import HeldModels, Loaded
from farm.backends.diffusion.loading.pipelines import attention, fresh_scheduler
from farm.backends.diffusion.options import DiffusionOptions, Memory
from farm.backends.diffusion.planning.asks import asks_of
from farm.backends.diffusion.planning.checks import check
from farm.backends.diffusion.prompt import prompt_of, seed_of
from farm.takes.clip import fitted
from storyboard.errors import UsageError
from storyboard.planning.spec import ShotSpec

CPU_THREADS = 1
"""another number of threads rounds otherwise"""
DENOISING = 0.9
"""the share of a shot's progress that denoising takes; the rest is decoding and scaling"""
BESIDE = frozenset({Memory.FULL, Memory.SLICED, Memory.TILED})
"""ways to save memory under which a shot may begin while the one before is decoded"""


class Studio:
    """The models of one worker, and the takes made with them."""

    def __init__(self) -> None:
        torch.set_num_threads(CPU_THREADS)
        self._held = HeldModels()
        self._encoders = Encoders(self._held)
        self._device = self._held.device
        self._turns = Turns()
        self._gate = Gate(self._held)
        self._given = GivenPictures(self._held, self._encoders)

    @property
    def loads(self) -> int:
        """Pipelines loaded to render with."""
        return self._held.loads

    def close(self) -> None:
        """Forget every model and give its memory back."""
        self._encoders.forget()
        self._gate.forget()
        self._held.forget()

    def render(
        self, spec: ShotSpec, conditioning: Conditioning, shelf: Shelf, context: RenderContext
    ) -> Iterator[Frame]:
        """The frames of a take."""
        context.check_cancelled()
        shot = self._shot(spec, conditioning, shelf, context)
        pictures, shift = self._gate.passed(shot, self._made)
        context.note({"diffusion": shot.notes})
        if shot.sound is not None and shot.options.sound:
            samples, rate = shot.sound
            context.keep_sound(sound_of_take(samples, rate, spec, shot.timing), rate)
        done = shot.shares[1]
        for index, position in enumerate(shot.timing.positions):
            context.check_cancelled()
            # Most render in the size they are asked for; HunyuanVideo's image to video chooses its own.
            frame = fitted(pictures[position], shot.size.width, shot.size.height)
            if shift is not None:
                frame = shift.apply(frame)
            shot.progress(done + (1 - done) * (index + 1) / spec.total_frames)
            yield frame

    def _shot(self, spec: ShotSpec, conditioning: Conditioning, shelf: Shelf, context: RenderContext) -> Shot:
        options = DiffusionOptions.model_validate(spec.options)
        raise_errors(check(options))
        folder = self._held.folder(options.model, options.revision)
        self._held.check_fingerprints(options)
        family = family_of(options, folder)
        raise_errors(check(options, asks_of(spec), family))
        before = conditioning.predecessor_frames[-1] if conditioning.predecessor_frames else None
        draws = options.keyframe is not None and before is None and spec.first_frame is None
        steps = options.steps or family.steps
        drawing = (options.keyframe.steps if options.keyframe and draws else 0) / 4
        shares = (DENOISING * drawing / (drawing + steps), DENOISING)
        first, last = anchors(spec, family, continuing=before is not None)
        return Shot(
            spec=spec,
            options=options,
            family=family,
            folder=folder,
            conditioning=conditioning,
            shelf=shelf,
            context=context,
            size=_size(spec, family),
            timing=native_timing(spec, options, family, first=first, last=last),
            prompt=prompt_of(spec),
            seed=seed_of(spec),
            before=before,
            shares=shares,
        )

    def _made(self, shot: Shot) -> NDArray[np.uint8]:
        """The rendered frames (uint8 [time, height, width, 3]), saving more memory while it runs out."""
        tried: list[str] = []
        while True:
            try:
                return self._rendered(shot)
            except torch.OutOfMemoryError as error:
                reason = str(error).partition(". ")[0]
            # Outside the handler: the error's traceback would hold the tensors that are to be freed.
            used = shot.memory or MemoryChoice(Memory.FULL, "full")
            with self._turns.turn():
                alone = not self._turns.decoding
                self._turns.wait_until_decoded()
                self._held.forget()
            if not alone:
                continue  # another shot was in the way; now there is none
            tried.append(used.memory.value)
            following = next_memory(used.memory, shot.family)
            if following is None or (shot.options.memory != "auto" and len(tried) > 1):
                area = f"{shot.timing.frames} frames of {shot.size.width} by {shot.size.height}"
                raise TooLargeError(
                    f"{shot.family.name} ran out of memory with {area}, with memory: {', then '.join(tried)}"
                    f" ({reason})",
                    "render smaller or fewer frames (width, height, rate), use fp8_weights, or a larger card",
                )
            shot.memory = MemoryChoice(
                following, f"{following}, after running out of memory with {tried[-1]}"
            )

    def _rendered(self, shot: Shot) -> NDArray[np.uint8]:
        with self._turns.turn() as turn:
            if not self._held.holds(shot):
                self._turns.wait_until_decoded()
            shot.memory = shot.memory or self._held.memory_for(shot)
            rendered, notes = self._denoised(shot, shot.memory, turn)
            if rendered.sound is not None:
                shot.sound = (rendered.sound.T.contiguous().numpy(), rendered.sound_rate)
            shot.notes |= notes
            return as_pictures(rendered.frames, shot.family.name)

    def _denoised(
        self, shot: Shot, choice: MemoryChoice, turn: Turn
    ) -> tuple[Rendered, dict[str, JsonValue]]:
        """What the pipeline gives; the turn is passed on after the last step, before it decodes."""
        started = perf_counter()
        if self._device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self._device)
        start = self._given.start(shot)
        prompt = self._encoders.prompt(shot)
        loaded = self._held.video(shot, choice)
        # A step cache looks at the pipeline and is emptied when a call ends, and offloaded models are moved.
        beside = choice.memory in BESIDE and shot.options.cache is None
        # Solver and flags are the shot's own, the models are not.
        pipe = copy.copy(loaded.pipe) if beside else loaded.pipe
        pipe.scheduler = fresh_scheduler(pipe, loaded.scheduler, shot.options)
        loras = loras_for(shot, loaded)
        check_loras(shot)
        loaded.loras.switch(loras, shot.conditioning.files)
        if loaded.companions is not None:
            loaded.companions.prepare(loras, shot.conditioning.files, shot.options.attention)
        adapted = self._encoders.adapted(shot, loaded, shot.options)
        generator = torch.Generator("cpu").manual_seed(shot.seed)
        take = self._take(shot, generator, start, prompt, adapted)

        def ended() -> None:
            if beside:
                turn.pass_on()
                shot.context.begin_next()

        before, after = shot.shares
        steps = Steps(
            pipe,
            generator,
            reporter(shot, before, after),
            facts=self._facts(shot, loaded),
            look=self._previewer(shot, pipe, take),
            ended=ended,
            rounds=shot.family.module.rounds(shot.timing.frames),
            **self._keeping(shot, pipe),
        )
        turn.enter(attention(shot.options.attention, shot.family))
        turn.enter(own_randomness(shot.seed, self._device))
        with torch.no_grad(), steps:
            rendered = shot.family.module.render(pipe, take)
        return rendered, self._notes(shot, loaded, pipe, steps, perf_counter() - started)

    def _take(
        self,
        shot: Shot,
        generator: torch.Generator,
        start: Image.Image | None,
        prompt: Tensors,
        adapted: list[torch.Tensor],
    ) -> Take:
        """What a family's pipeline is called with."""
        return Take(
            size=shot.size,
            frames=shot.timing.frames,
            rate=shot.timing.rate,
            steps=shot.steps,
            guidance=shot.guidance,
            guidance_2=shot.options.guidance_2,
            generator=generator,
            prompt=prompt,
            options=shot.options,
            start=start,
            end=self._given.end(shot),
            references=self._given.references(shot),
            performance=performance_of(
                shot.spec, shot.family.follows, shot.conditioning.files, shot.size, shot.timing
            ),
            adapted=adapted,
        )

    def _previewer(self, shot: Shot, pipe: Any, take: Take) -> Callable[[int, torch.Tensor], None] | None:
        every = shot.options.preview_every
        if not every:
            return None

        def look(done: int, latents: torch.Tensor) -> None:
            if done % every == 0:
                frame = shot.family.module.latent_frame(pipe, latents, take)
                shot.context.preview(self._held.colours_of(pipe.vae).picture(frame))

        return look

    def _keeping(self, shot: Shot, pipe: Any) -> dict[str, Any]:
        """How the states of this denoising are kept, and the one to go on from."""
        options = shot.options
        if not shot.family.resumes or options.cache is not None or not options.checkpoint_every:
            return {}
        state = None
        kept = shot.context.kept_state()
        if kept is not None:
            try:
                state = DenoisingState.from_bytes(kept, pipe.scheduler, self._device)
            except StateError as error:
                shot.notes["state"] = str(error)
        checkpoints = Checkpoints(
            options.checkpoint_every, options.checkpoint_seconds, shot.context.state_wanted
        )
        return {"keep": shot.context.keep_state, "checkpoints": checkpoints, "state": state}

    def _facts(self, shot: Shot, loaded: Loaded) -> dict[str, str]:
        """Under which a state goes on bit-identically."""
        return {
            "take": shot.spec.digest(),
            "seed": str(shot.seed),
            "memory": loaded.memory.memory.value,
            "cards": str(shot.options.cards),
            "device": self._held.device_name,
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
        }

    def _notes(
        self, shot: Shot, loaded: Loaded, pipe: Any, steps: Steps, seconds: float
    ) -> dict[str, JsonValue]:
        notes: dict[str, JsonValue] = {
            "family": shot.family.name,
            "model": shot.options.model,
            "revision": shot.options.revision,
            "seed": shot.seed,
            "prompt": shot.prompt.text,
            "size": [shot.size.width, shot.size.height],
            "frames": shot.timing.frames,
            "rate": shot.timing.rate,
            "scheduler": type(pipe.scheduler).__name__,
            "memory": loaded.memory.words,
            "cards": shot.options.cards,
            "device": self._held.device_name,
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "seconds": round(seconds, 3),
            "denoiser_runs": steps.forwards,
            "resumed_after_step": steps.resumed_at,
            "licence": shot.family.licence,
        }
        if self._device.type == "cuda":
            notes["peak_memory"] = torch.cuda.max_memory_allocated(self._device)
            notes["gpu_seconds"] = round(seconds * shot.options.cards, 3)
        return notes

    def encode(
        self, specs: Sequence[ShotSpec], conditioning: Conditioning, shelf: Shelf, context: RenderContext
    ) -> int:
        """Encode what shots need, one model after another; returns how many things were not there yet."""
        counted = _CountingShelf(shelf)
        shots = [self._shot(spec, conditioning, counted, context) for spec in specs]
        with self._turns.turn():
            for number, shot in enumerate(sorted(shots, key=lambda shot: shot.options.model)):
                context.check_cancelled()
                self._encoders.everything(shot)
                context.progress((number + 1) / len(shots))
            # What renders from here on finds everything on the shelf.
            self._encoders.forget()
        return counted.kept


class _CountingShelf:
    """A shelf that counts what is put on it."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.kept = 0

    def find(self, digest: str) -> Any:
        return self._shelf.find(digest)

    def keep(self, digest: str, arrays: Any) -> None:
        self.kept += 1
        self._shelf.keep(digest, arrays)


def raise_errors(complaints: Sequence[Complaint]) -> None:
    """Refuse what a renderer cannot do.

    Raises:
        UsageError: with everything that is wrong.
    """
    wrong = [
        f"{one.option}: {one.message}" if one.option else one.message
        for one in complaints
        if one.severity == "error"
    ]
    if wrong:
        raise UsageError("; ".join(wrong))


def _size(spec: ShotSpec, family: Family) -> Size:
    """The size of the shot.

    Raises:
        UsageError: the family cannot render it.
    """
    if spec.width % family.multiple or spec.height % family.multiple:
        raise UsageError(
            f"{family.name} cannot render {spec.width} by {spec.height}: both must be multiples of "
            f"{family.multiple}"
        )
    return Size(spec.width, spec.height)
