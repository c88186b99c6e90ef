"""Where takes are made: the models that a worker holds, and what happens to a shot in them."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, TypeVar

import diffusers
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from pydantic import JsonValue

from farm.backend import Conditioning, Frame, RenderContext, Shelf, TooLargeError
from farm.backends.diffusion import keyframe
from farm.backends.diffusion.adapters import ImageEncoder, LoraRack, fits, load_adapters, loras_of, set_scales
from farm.backends.diffusion.asks import asks_of
from farm.backends.diffusion.checking import check
from farm.backends.diffusion.colour import ColourShift, colour_shift
from farm.backends.diffusion.encoding import (
    character_references,
    encoded,
    image_inputs,
    open_picture,
    text_inputs,
)
from farm.backends.diffusion.families import family_of
from farm.backends.diffusion.family import Family, Need
from farm.backends.diffusion.folders import ModelFolder, find_folder, fingerprint, read_folder
from farm.backends.diffusion.hearing import sound_of_take
from farm.backends.diffusion.loading import (
    DTYPES,
    attention,
    device_of_this_worker,
    free_bytes,
    fresh_scheduler,
    give_back,
    load_motion_adapter,
    load_pipeline,
    place,
    tune,
)
from farm.backends.diffusion.memory import MemoryChoice, choose_memory, model_size, next_memory
from farm.backends.diffusion.options import AdapterOptions, Ask, DiffusionOptions, KeyframeOptions, Memory
from farm.backends.diffusion.performance import performance_of
from farm.backends.diffusion.prompt import Prompt, prompt_of
from farm.backends.diffusion.seeds import seed_of
from farm.backends.diffusion.sizing import Size, Timing, anchors, fitted, native_size, native_timing, retimed
from farm.backends.diffusion.stepping import State, StateError, Steps
from farm.backends.diffusion.take import TEXT_ENCODERS, Take, Tensors
from farm.quality import QualityError, measure
from storyboard.errors import UsageError
from storyboard.spec import ResolvedFile, ShotSpec

T = TypeVar("T")
CPU_THREADS = 1
"""another number of threads rounds otherwise"""
DENOISING = 0.9
"""the share of a shot's progress that denoising takes; the rest is decoding and scaling"""
_PAST_CHARACTERS, _PAST_LOOK = "character_adapter", "style_adapter"


@dataclass(slots=True)
class Loaded:
    """A pipeline in place.

    Attributes:
        scheduler: the configuration that its scheduler came with.
        memory: the way that its memory is saved.
    """

    key: str
    pipe: Any
    scheduler: Mapping[str, Any]
    loras: LoraRack
    memory: MemoryChoice
    adapters: tuple[AdapterOptions, ...] = ()


@dataclass(slots=True)
class Shot:
    """A shot on its way to a take."""

    spec: ShotSpec
    options: DiffusionOptions
    family: Family
    folder: ModelFolder
    conditioning: Conditioning
    shelf: Shelf
    context: RenderContext
    size: Size
    timing: Timing
    prompt: Prompt
    seed: int
    before: Frame | None
    shares: tuple[float, float]
    """how far progress is after the keyframe and after the denoising"""
    notes: dict[str, JsonValue] = field(default_factory=dict)
    sound: tuple[NDArray[np.float32], int] | None = None
    """what the model gave to hear: [time, channels], and its samples a second"""
    told: float = 0.0
    """the progress that was told last: it never goes back, though a take may be tried again"""

    def progress(self, done: float) -> None:
        """Tell how much is done."""
        self.told = max(self.told, done)
        self.context.progress(self.told)

    @property
    def guidance(self) -> float:
        """How strongly the prompt is followed."""
        return self.family.guidance if self.options.guidance is None else self.options.guidance

    @property
    def steps(self) -> int:
        """Denoising steps."""
        return self.options.steps or self.family.steps


class Studio:
    """The models of one worker, and the takes made with them."""

    def __init__(self) -> None:
        torch.set_num_threads(CPU_THREADS)
        self.device = device_of_this_worker()
        self._folders: dict[tuple[str, str | None], ModelFolder] = {}
        self._video: Loaded | None = None
        self._keyframe: Loaded | None = None
        self._identities: dict[tuple[str, ...], str] = {}
        self._encoders: dict[str, Any] = {}
        self._image_encoders: dict[str, ImageEncoder] = {}
        self.loads = 0
        """pipelines loaded to render with"""

    def close(self) -> None:
        """Forget every model and give its memory back."""
        self._video = self._keyframe = None
        self._encoders.clear()
        self._image_encoders.clear()
        give_back(self.device)

    # One shot ---------------------------------------------------------------------------------

    def render(
        self, spec: ShotSpec, conditioning: Conditioning, shelf: Shelf, context: RenderContext
    ) -> Iterator[Frame]:
        """The frames of a take."""
        context.check_cancelled()
        shot = self._shot(spec, conditioning, shelf, context)
        pictures = self._passed(shot)
        context.note({"diffusion": shot.notes})
        if shot.sound is not None and shot.options.sound:
            samples, rate = shot.sound
            context.keep_sound(sound_of_take(samples, rate, spec, shot.timing), rate)
        size = Size(spec.width, spec.height)
        shift: ColourShift | None = None
        if shot.before is not None and shot.options.colour_match:
            shift = colour_shift(fitted(pictures[0], size), shot.before, shot.options.colour_match)
        done = shot.shares[1]
        for index, position in enumerate(shot.timing.positions):
            context.check_cancelled()
            frame = fitted(retimed(pictures, position, shot.options.retime), size)
            if shift is not None:
                frame = shift.apply(frame)
            shot.progress(done + (1 - done) * (index + 1) / spec.total_frames)
            yield frame

    def _shot(self, spec: ShotSpec, conditioning: Conditioning, shelf: Shelf, context: RenderContext) -> Shot:
        options = DiffusionOptions.model_validate(spec.options)
        raise_errors(check(options))
        folder = self._folder(options.model, options.revision, options.fingerprint)
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
            size=native_size(spec, options, family),
            timing=native_timing(spec, options, family, first=first, last=last),
            prompt=prompt_of(spec),
            seed=seed_of(spec, options.seeds),
            before=before,
            shares=shares,
        )

    def _passed(self, shot: Shot) -> NDArray[np.uint8]:
        """The rendered frames of the first seed of the shot's family that passes the gate.

        Raises:
            QualityError: none did.
        """
        wrong: list[str] = []
        for retake in range(shot.options.retakes + 1):
            shot.seed = seed_of(shot.spec, shot.options.seeds, retake)
            try:
                pictures = self._made(shot)
                failures = measure(pictures).failures()
            except QualityError as error:
                if not shot.options.gate:
                    raise
                failures = [error.message]
            if not failures or not shot.options.gate:
                break
            wrong.append(f"seed {shot.seed}: {', '.join(failures)}")
            shot.notes["retakes"] = list[JsonValue](wrong)
        else:
            raise QualityError(f"no take passed: {'; '.join(wrong)}")
        return pictures

    def _made(self, shot: Shot) -> NDArray[np.uint8]:
        """The rendered frames (uint8 [time, height, width, 3]), saving more memory while it runs out."""
        choice = self._memory(shot)
        tried: list[str] = []
        while True:
            try:
                return self._rendered(shot, choice)
            except torch.OutOfMemoryError as error:
                tried.append(choice.memory.value)
                reason = str(error).partition(". ")[0]
            # Outside the handler: the error's traceback would hold the tensors that are to be freed.
            self._video = self._keyframe = None
            give_back(self.device)
            following = next_memory(choice.memory, shot.family)
            if following is None or (shot.options.memory != "auto" and len(tried) > 1):
                area = f"{shot.timing.frames} frames of {shot.size.width} by {shot.size.height}"
                raise TooLargeError(
                    f"{shot.family.name} ran out of memory with {area}, with memory: {', then '.join(tried)}"
                    f" ({reason})",
                    "render smaller or fewer frames (width, height, rate), use fp8_weights, or a larger card",
                )
            choice = MemoryChoice(following, f"{following}, after running out of memory with {tried[-1]}")

    def _memory(self, shot: Shot) -> MemoryChoice:
        options = shot.options
        if options.memory != "auto":
            return MemoryChoice(Memory(options.memory), f"{options.memory}, as asked")
        if self._video is not None and self._video.key == self._video_key(shot):
            return self._video.memory
        self._video = None
        give_back(self.device)
        free = free_bytes(self.device)
        if free is None:
            return MemoryChoice(Memory.FULL, "full: there is no card")
        size = model_size(shot.folder.sizes, options.precision, fp8=options.fp8_weights)
        pixels = shot.timing.frames * shot.size.width * shot.size.height
        return choose_memory(free, size, pixels, shot.family)

    def _rendered(self, shot: Shot, choice: MemoryChoice) -> NDArray[np.uint8]:
        started = perf_counter()
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device)
        start = self._start(shot)
        prompt = self._prompt(shot)
        loaded = self._loaded_video(shot, choice)
        pipe = loaded.pipe
        pipe.scheduler = fresh_scheduler(pipe, loaded.scheduler, shot.options)
        loaded.loras.switch(self._loras(shot, pipe), shot.conditioning.files)
        adapted = self._adapted(shot, loaded, shot.options)
        generator = torch.Generator("cpu").manual_seed(shot.seed)
        take = Take(
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
            end=self._end(shot),
            references=self._references(shot),
            performance=performance_of(
                shot.spec, shot.family.follows, shot.conditioning.files, shot.size, shot.timing
            ),
            adapted=adapted,
        )
        before, after = shot.shares
        steps = Steps(
            pipe,
            generator,
            reporter(shot, before, after),
            facts=self._facts(shot, loaded),
            rounds=shot.family.module.rounds(shot.timing.frames),
            **self._keeping(shot, pipe),
        )
        with attention(shot.options.attention, shot.family):
            rendered = self._run(lambda: shot.family.module.render(pipe, take), steps, shot.seed)
        if rendered.sound is not None:
            shot.sound = (rendered.sound.T.contiguous().numpy(), rendered.sound_rate)
        shot.notes |= self._notes(shot, loaded, steps, perf_counter() - started)
        return as_pictures(rendered.frames, shot.family.name)

    def _run(self, call: Callable[[], T], steps: Steps, seed: int) -> T:
        """Run a pipeline with all of torch's randomness its own, and leave none of it behind."""
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices), torch.no_grad(), steps:
            torch.manual_seed(seed)
            return call()

    def _keeping(self, shot: Shot, pipe: Any) -> dict[str, Any]:
        """How the states of this denoising are kept, and the one to go on from."""
        options = shot.options
        if not shot.family.resumes or options.cache is not None or not options.checkpoint_every:
            return {}
        state = None
        kept = shot.context.kept_state()
        if kept is not None:
            try:
                state = State.from_bytes(kept, pipe.scheduler, self.device)
            except StateError as error:
                shot.notes["state"] = str(error)
        return {"keep": shot.context.keep_state, "every": options.checkpoint_every, "state": state}

    def _facts(self, shot: Shot, loaded: Loaded) -> dict[str, str]:
        """Under which a state goes on bit-identically."""
        return {
            "take": shot.spec.digest(),
            "seed": str(shot.seed),
            "memory": loaded.memory.memory.value,
            "device": self._device_name(),
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
        }

    def _device_name(self) -> str:
        return torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else platform.machine()

    def _notes(self, shot: Shot, loaded: Loaded, steps: Steps, seconds: float) -> dict[str, JsonValue]:
        notes: dict[str, JsonValue] = {
            "family": shot.family.name,
            "model": shot.options.model,
            "revision": shot.options.revision,
            "seed": shot.seed,
            "prompt": shot.prompt.text,
            "size": [shot.size.width, shot.size.height],
            "frames": shot.timing.frames,
            "rate": shot.timing.rate,
            "scheduler": type(loaded.pipe.scheduler).__name__,
            "memory": loaded.memory.words,
            "device": self._device_name(),
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "seconds": round(seconds, 3),
            "denoiser_runs": steps.forwards,
            "resumed_after_step": steps.resumed_at,
            "licence": shot.family.licence,
        }
        if self.device.type == "cuda":
            notes["peak_memory"] = torch.cuda.max_memory_allocated(self.device)
        return notes

    # What a shot starts from --------------------------------------------------------------------

    def _start(self, shot: Shot) -> Image.Image | None:
        """The picture of frame 0: the predecessor's last, or a keyframe."""
        if shot.family.start is Need.NEVER:
            return None
        if shot.before is not None:
            return Image.fromarray(fitted(shot.before, shot.size))
        if shot.spec.first_frame is not None:
            return self._given(shot, shot.spec.first_frame)
        if shot.options.keyframe is None:
            if shot.family.start is Need.MUST:
                raise UsageError(f"{shot.family.name} starts from a picture, and this shot was given none")
            return None
        picture = self._draw(shot, shot.options.keyframe)
        return Image.fromarray(fitted(as_pictures(picture[None], "the keyframe model")[0], shot.size))

    def _end(self, shot: Shot) -> Image.Image | None:
        """The picture that the shot ends on."""
        if shot.family.end is Need.NEVER or shot.spec.last_frame is None:
            return None
        return self._given(shot, shot.spec.last_frame)

    def _given(self, shot: Shot, file: ResolvedFile) -> Image.Image:
        picture = open_picture(shot.conditioning.files, file)
        return Image.fromarray(fitted(np.asarray(picture), shot.size))

    def _draw(self, shot: Shot, options: KeyframeOptions) -> torch.Tensor:
        prompt = self._keyframe_prompt(shot, options)
        loaded = self._loaded_keyframe(shot, options)
        pipe = loaded.pipe
        pipe.scheduler = fresh_scheduler(pipe, loaded.scheduler, options)
        loaded.loras.switch(self._loras(shot, pipe), shot.conditioning.files)
        adapted = self._adapted(shot, loaded, options)
        generator = torch.Generator("cpu").manual_seed(shot.seed)
        size = Size(options.width or shot.size.width, options.height or shot.size.height)
        steps = Steps(pipe, generator, reporter(shot, 0.0, shot.shares[0]))
        matched = shot.conditioning.matched_frame if shot.spec.match_cut else None
        pipe.to(self.device)
        try:
            return self._run(
                lambda: keyframe.draw(pipe, options, size, prompt, adapted, generator, matched),
                steps,
                shot.seed,
            ).cpu()
        finally:
            if self.device.type == "cuda":
                pipe.to("cpu")

    def _references(self, shot: Shot) -> tuple[Image.Image, ...]:
        takes = shot.family.takes if not shot.family.adapters else frozenset()
        characters = character_references(shot.spec) if Ask.REFERENCES in takes else ()
        wanted = (*characters, *(shot.spec.location.references if Ask.PLACES in takes else ()))
        return tuple(
            open_picture(shot.conditioning.files, file) for file in wanted[: shot.family.most_references]
        )

    def _loras(self, shot: Shot, pipe: Any) -> list[Any]:
        denoiser = "unet" if getattr(pipe, "unet", None) is not None else "transformer"
        wanted = [
            lora for lora in loras_of(shot.spec) if fits(shot.conditioning.files[lora.file.sha256], denoiser)
        ]
        if not hasattr(pipe, "load_lora_weights"):
            return []
        return wanted

    def _adapted(self, shot: Shot, loaded: Loaded, options: Any) -> list[torch.Tensor]:
        """What the image encoders see of this shot's references, for each adapter of a pipeline."""
        if not loaded.adapters:
            return []
        adapted = []
        used = []
        for adapter, pictures in adapters_of(options, shot.spec):
            seen = self._encoded_pictures(shot, adapter, pictures)
            used.append(bool(pictures))
            adapted.append(seen)
        set_scales(loaded.pipe, loaded.adapters, used)
        dtype = loaded.pipe.unet.dtype
        return [seen.to(self.device, dtype) for seen in adapted]

    # Encoding -----------------------------------------------------------------------------------

    def encode(
        self, specs: Sequence[ShotSpec], conditioning: Conditioning, shelf: Shelf, context: RenderContext
    ) -> int:
        """Encode what shots need, one model after another; returns how many things were not there yet."""
        counted = _CountingShelf(shelf)
        shots = [self._shot(spec, conditioning, counted, context) for spec in specs]
        for number, shot in enumerate(sorted(shots, key=lambda shot: shot.options.model)):
            context.check_cancelled()
            self._prompt(shot)
            holders: list[Any] = [shot.options]
            if shot.options.keyframe is not None and not (shot.spec.predecessor or shot.spec.first_frame):
                self._keyframe_prompt(shot, shot.options.keyframe)
                holders.append(shot.options.keyframe)
            for holder in holders:
                for adapter, pictures in adapters_of(holder, shot.spec):
                    self._encoded_pictures(shot, adapter, pictures)
            context.progress((number + 1) / len(shots))
        return counted.kept

    def _prompt(self, shot: Shot) -> Tensors:
        module = shot.family.module
        if not module.text_encoders:
            return {}
        guided = shot.guidance > 1 or (shot.options.guidance_2 or 0) > 1
        tokens = shot.options.prompt_tokens or shot.family.prompt_tokens
        dtype = DTYPES[shot.options.precision]
        inputs = text_inputs(
            self._identity(shot.options.model, shot.options.revision, TEXT_ENCODERS),
            {"text": shot.prompt.text, "negative": shot.prompt.negative, "tokens": tokens},
            shot.options.precision,
            guided=guided,
        )

        def encode() -> Tensors:
            needs = module.encoding_needs
            with self._text_encoder(shot.folder, shot.family.pipeline, shot.options.precision, needs) as pipe:
                return module.encode(pipe, shot.prompt, tokens, guided=guided)

        return encoded(shot.shelf, inputs, encode, self.device, dtype)

    def _keyframe_prompt(self, shot: Shot, options: KeyframeOptions) -> Tensors:
        folder = self._keyframe_folder(options)
        precision = shot.options.precision
        inputs = text_inputs(
            self._identity(options.model, options.revision, TEXT_ENCODERS),
            {"text": shot.prompt.text, "negative": shot.prompt.negative, "tokens": None},
            precision,
            guided=True,
        )

        def encode() -> Tensors:
            with self._text_encoder(folder, folder.pipeline, precision, ("scheduler",)) as pipe:
                return keyframe.encode(pipe, shot.prompt)

        return encoded(shot.shelf, inputs, encode, self.device, DTYPES[precision])

    @contextlib.contextmanager
    def _text_encoder(
        self, folder: ModelFolder, pipeline: str, precision: str, needs: Sequence[str]
    ) -> Iterator[Any]:
        """The text encoders of a model, as a pipeline without anything else.

        Between uses they wait in the machine's memory, so that the card is the renderer's.
        """
        key = f"{folder.path}:{pipeline}:{precision}"
        pipe = self._encoders.get(key)
        if pipe is None:
            kept = (*TEXT_ENCODERS, *needs)
            absent = [name for name in folder.components if name not in kept]
            pipe = load_pipeline(folder.path, pipeline, precision, without=absent)
            self._encoders[key] = pipe
        pipe.to(self.device)
        try:
            yield pipe
        finally:
            if self.device.type == "cuda":
                pipe.to("cpu")
                give_back(self.device)

    def _encoded_pictures(
        self, shot: Shot, adapter: AdapterOptions, pictures: Sequence[ResolvedFile]
    ) -> torch.Tensor:
        """What an adapter's image encoder sees; of no pictures, what it would see of a black one, unused."""
        parts = (adapter.image_encoder.partition("/")[0], adapter.file.partition("/")[0])
        identity = self._identity(adapter.model, adapter.revision, parts)
        described: JsonValue = [identity, adapter.file, adapter.image_encoder]

        def encode() -> Tensors:
            key = f"{identity}:{adapter.image_encoder}:{adapter.file}"
            if key not in self._image_encoders:
                self._image_encoders[key] = ImageEncoder(adapter, self.device)
            opened = [open_picture(shot.conditioning.files, file) for file in pictures]
            return {"images": self._image_encoders[key].encode(opened or [Image.new("RGB", (64, 64))])}

        inputs = image_inputs(described, pictures)
        return encoded(shot.shelf, inputs, encode, self.device, torch.float32)["images"]

    # Models ---------------------------------------------------------------------------------------

    def _folder(self, model: str, revision: str | None, wanted: str | None = None) -> ModelFolder:
        key = (model, revision)
        if key not in self._folders:
            folder = read_folder(find_folder(model, revision))
            if wanted is not None and fingerprint(folder.path) != wanted:
                raise UsageError(
                    f"the model {model} on this machine is not the one that the film was planned with",
                    "plan again, or bring the folder of every node up to date",
                )
            self._folders[key] = folder
        return self._folders[key]

    def _keyframe_folder(self, options: KeyframeOptions) -> ModelFolder:
        folder = self._folder(options.model, options.revision)
        if folder.pipeline not in keyframe.PIPELINES:
            allowed = ", ".join(keyframe.PIPELINES)
            raise UsageError(
                f"{options.model} is a {folder.pipeline}; a keyframe is drawn by one of {allowed}"
            )
        return folder

    def _identity(self, model: str, revision: str | None, parts: Sequence[str]) -> str:
        """What tells a model's encoders from another's: its commit, or the digest of their files."""
        if revision is not None:
            return f"{model}@{revision}"
        key = (model, *parts)
        if key not in self._identities:
            self._identities[key] = fingerprint(find_folder(model, revision), parts)
        return self._identities[key]

    def _video_key(self, shot: Shot) -> str:
        options = shot.options
        parts = options.model_dump(
            mode="json",
            include={
                "model", "revision", "motion_adapter", "motion_adapter_revision", "precision", "fp8_weights",
                "compile", "cache", "cache_threshold", "character_adapter", "style_adapter",
            },
        )  # fmt: skip
        return f"{shot.family.name}:{sorted(parts.items())}"

    def _loaded_video(self, shot: Shot, choice: MemoryChoice) -> Loaded:
        key = self._video_key(shot)
        if self._video is not None and (self._video.key, self._video.memory.memory) == (key, choice.memory):
            return self._video
        self._video = None
        give_back(self.device)
        module, options, family = shot.family.module, shot.options, shot.family
        absent = [name for name in shot.folder.components if name in module.text_encoders]
        adapters = tuple(adapter for adapter, _ in adapters_of(options, shot.spec))
        if family.adapters:
            absent += ["image_encoder", "feature_extractor"]
        pipe = load_pipeline(
            shot.folder.path,
            family.pipeline,
            options.precision,
            without=absent,
            fp32=family.fp32,
            parts=self._motion(options),
        )
        if adapters:
            load_adapters(pipe, adapters)
        tune(pipe, options, family)
        place(pipe, self.device, choice)
        self._video = Loaded(key, pipe, dict(pipe.scheduler.config), LoraRack(pipe), choice, adapters)
        self._video.scheduler = {**pipe.scheduler.config, "_class_name": type(pipe.scheduler).__name__}
        self.loads += 1
        return self._video

    def _motion(self, options: DiffusionOptions) -> dict[str, Any]:
        if options.motion_adapter is None:
            return {}
        folder = find_folder(options.motion_adapter, options.motion_adapter_revision)
        return {"motion_adapter": load_motion_adapter(folder, options.precision)}

    def _loaded_keyframe(self, shot: Shot, options: KeyframeOptions) -> Loaded:
        folder = self._keyframe_folder(options)
        key = f"{options.model_dump(include={'model', 'revision', 'character_adapter', 'style_adapter'})}"
        key += shot.options.precision
        if self._keyframe is not None and self._keyframe.key == key:
            return self._keyframe
        self._keyframe = None
        adapters = tuple(adapter for adapter, _ in adapters_of(options, shot.spec))
        if adapters and folder.pipeline not in keyframe.ADAPTED:
            raise UsageError(f"a {folder.pipeline} takes no IP-Adapter here; use SD 1.5 or SDXL")
        drop = (*TEXT_ENCODERS, "image_encoder", "feature_extractor", "safety_checker")
        absent = [name for name in folder.components if name in drop]
        pipe = load_pipeline(folder.path, folder.pipeline, shot.options.precision, without=absent)
        if adapters:
            load_adapters(pipe, adapters)
        config = {**pipe.scheduler.config, "_class_name": type(pipe.scheduler).__name__}
        self._keyframe = Loaded(
            key, pipe, config, LoraRack(pipe), MemoryChoice(Memory.FULL, "full while it draws"), adapters
        )
        self.loads += 1
        return self._keyframe


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


def raise_errors(findings: Sequence[Any]) -> None:
    """Refuse what a renderer cannot do.

    Raises:
        UsageError: with everything that is wrong.
    """
    wrong = [
        f"{finding.option}: {finding.message}" if finding.option else finding.message
        for finding in findings
        if finding.level == "error"
    ]
    if wrong:
        raise UsageError("; ".join(wrong))


def adapters_of(options: Any, spec: ShotSpec) -> list[tuple[AdapterOptions, tuple[ResolvedFile, ...]]]:
    """The IP-Adapters of a renderer or a keyframe model, each with this shot's pictures for it."""
    both = (
        (options.character_adapter, character_references(spec)),
        (options.style_adapter, spec.look.references),
    )
    return [(adapter, pictures) for adapter, pictures in both if adapter is not None]


def reporter(shot: Shot, start: float, end: float) -> Callable[[int, int], None]:
    """What tells the farm of each step, and stops between steps when the shot is no longer wanted."""

    def stepped(done: int, total: int) -> None:
        shot.progress(start + (end - start) * done / total)
        shot.context.check_cancelled()

    return stepped


def as_pictures(frames: torch.Tensor, maker: str) -> NDArray[np.uint8]:
    """Frames (float [time, 3, height, width], 0 to 1) as pictures: uint8 [time, height, width, 3].

    Raises:
        QualityError: there are numbers among them that are none.
    """
    values = frames.detach().float()
    if not bool(torch.isfinite(values).all()):
        broken = int((~torch.isfinite(values).flatten(1).all(1)).sum())
        raise QualityError(f"{maker} gave no numbers (NaN or infinity) in {broken} of {len(values)} frames")
    pictures: NDArray[np.uint8] = (
        (values.clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    )
    return pictures
