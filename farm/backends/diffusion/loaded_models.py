"""The models that a worker holds: loaded when a shot needs them, kept until another needs the room."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import torch

from farm.backends.diffusion.cards.leader import Companions
from farm.backends.diffusion.denoising.latent_preview import LatentColours, colours_of
from farm.backends.diffusion.families.call import TEXT_ENCODERS
from farm.backends.diffusion.families.memory import MemoryChoice, choose_memory, model_size
from farm.backends.diffusion.job import Shot, adapters_of
from farm.backends.diffusion.loading.ip_adapters import load_adapters
from farm.backends.diffusion.loading.loras import LoraRack, lora_rack
from farm.backends.diffusion.loading.pipelines import (
    device_of_this_worker,
    free_bytes,
    give_back,
    load_motion_adapter,
    load_pipeline,
    one_at_a_time,
    place,
    tune,
)
from farm.backends.diffusion.models.folders import ModelFolder, find_folder, fingerprint, read_folder
from farm.backends.diffusion.models.named import KEYFRAME_PIPELINES, named_models
from farm.backends.diffusion.options import (
    DiffusionOptions,
    KeyframeOptions,
    Memory,
    keyframe_loaded_with,
    loaded_with,
)
from storyboard.errors import UsageError


@dataclass(slots=True)
class Loaded:
    """A pipeline in place.

    Attributes:
        scheduler: the configuration that its scheduler came with.
        memory: the way that its memory is saved.
        adapted: it holds IP-Adapters; their scales are each shot's own.
        companions: the processes on further cards that denoise with it.
    """

    key: str
    pipe: Any
    scheduler: Mapping[str, Any]
    loras: LoraRack
    memory: MemoryChoice
    adapted: bool = False
    companions: Companions | None = None


class HeldModels:
    """One video model and one keyframe model at a time, and what is known of the folders they come from."""

    def __init__(self) -> None:
        self.device = device_of_this_worker()
        self._folders: dict[tuple[str, str | None], ModelFolder] = {}
        self._video: Loaded | None = None
        self._keyframe: Loaded | None = None
        self._companions: Companions | None = None
        self._colours: WeakKeyDictionary[Any, LatentColours] = WeakKeyDictionary()
        self.loads = 0
        """pipelines loaded to render with"""

    @property
    def device_name(self) -> str:
        """The kind of card, or of processor."""
        return torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else platform.machine()

    def forget(self) -> None:
        """Give every model's memory back."""
        self._keyframe = None
        if self._companions is not None:
            self._companions.end()
            self._companions = None
        self._forget_video()

    def _forget_video(self) -> None:
        self._video = None
        give_back(self.device)

    def _companions_for(self, cards: int) -> Companions | None:
        """The processes on further cards; those that are in step stay for the next model."""
        held = self._companions
        if held is not None and not (held.in_step and held.cards == cards):
            held.end()
            held = None
        if held is None and cards > 1:
            held = Companions(cards, self.device)
        self._companions = held
        return held

    def folder(self, model: str, revision: str | None) -> ModelFolder:
        """A model on this machine.

        Raises:
            UsageError: it is not here, or is refused.
        """
        key = (model, revision)
        if key not in self._folders:
            self._folders[key] = read_folder(find_folder(model, revision))
        return self._folders[key]

    def check_fingerprints(self, options: DiffusionOptions) -> None:
        """Make sure that local folders hold the files that the film was planned with.

        Raises:
            UsageError: one of them holds others.
        """
        for named in named_models(options):
            wanted = options.fingerprints.get(named.option)
            if wanted is not None and self.identity(named.model, None, named.components) != wanted:
                raise UsageError(
                    f"the model {named.model} on this machine is not the one that the film was planned with",
                    "plan again, or bring the folder of every node up to date",
                )

    def keyframe_folder(self, options: KeyframeOptions) -> ModelFolder:
        """The model that draws first pictures.

        Raises:
            UsageError: it is not here, or draws no pictures.
        """
        folder = self.folder(options.model, options.revision)
        if folder.pipeline not in KEYFRAME_PIPELINES:
            allowed = ", ".join(KEYFRAME_PIPELINES)
            raise UsageError(
                f"{options.model} is a {folder.pipeline}; a keyframe is drawn by one of {allowed}"
            )
        return folder

    def identity(self, model: str, revision: str | None, parts: Sequence[str]) -> str:
        """What tells a model's encoders from another's: its commit, or the digest of their files."""
        if revision is not None:
            return f"{model}@{revision}"
        return fingerprint(find_folder(model, revision), parts)

    def memory_for(self, shot: Shot) -> MemoryChoice:
        """How memory is saved: as asked, as the loaded model does, or as the free memory says."""
        options = shot.options
        if options.memory != "auto":
            return MemoryChoice(Memory(options.memory), f"{options.memory}, as asked")
        held = self._held(shot, None)
        if held is not None:
            return held.memory
        self._forget_video()
        free = free_bytes(self.device)
        if free is None:
            return MemoryChoice(Memory.FULL, "full: there is no card")
        size = model_size(shot.folder.sizes, options.precision, fp8=options.fp8_weights)
        pixels = shot.timing.frames * shot.size.width * shot.size.height
        return choose_memory(free, size, pixels, shot.family)

    def _video_key(self, shot: Shot) -> str:
        return f"{shot.family.name}:{loaded_with(shot.options)}"

    def holds(self, shot: Shot) -> bool:
        """Whether the model that renders a shot is there, saving memory as the shot wants it."""
        return self._held(shot, shot.memory) is not None

    def _held(self, shot: Shot, choice: MemoryChoice | None) -> Loaded | None:
        video = self._video
        if video is None or video.key != self._video_key(shot):
            return None
        if video.companions is not None and not video.companions.in_step:
            return None
        return video if choice is None or choice.memory == video.memory.memory else None

    def colours_of(self, vae: Any) -> LatentColours:
        """What latents of this decoder look like; found out once."""
        if vae not in self._colours:
            self._colours[vae] = colours_of(vae)
        return self._colours[vae]

    def video(self, shot: Shot, choice: MemoryChoice) -> Loaded:
        """The model that renders a shot, loaded unless it is there."""
        held = self._held(shot, choice)
        if held is not None:
            return held
        self._forget_video()
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
        one_at_a_time(pipe.vae)
        place(pipe, self.device, choice)
        config = {**pipe.scheduler.config, "_class_name": type(pipe.scheduler).__name__}
        companions = self._companions_for(options.cards)
        if companions is not None:
            companions.load(pipe, options, family, shot.folder)
        self._video = Loaded(
            self._video_key(shot), pipe, config, lora_rack(pipe, options), choice, bool(adapters), companions
        )
        self.loads += 1
        return self._video

    def _motion(self, options: DiffusionOptions) -> dict[str, Any]:
        if options.motion_adapter is None:
            return {}
        folder = find_folder(options.motion_adapter, options.motion_adapter_revision)
        return {"motion_adapter": load_motion_adapter(folder, options.precision)}

    def keyframe(self, shot: Shot, options: KeyframeOptions) -> Loaded:
        """The model that draws its first picture, loaded unless it is there."""
        folder = self.keyframe_folder(options)
        key = f"{shot.options.precision}:{keyframe_loaded_with(options)}"
        if self._keyframe is not None and self._keyframe.key == key:
            return self._keyframe
        self._keyframe = None
        adapters = tuple(adapter for adapter, _ in adapters_of(options, shot.spec))
        drop = (*TEXT_ENCODERS, "image_encoder", "feature_extractor", "safety_checker")
        absent = [name for name in folder.components if name in drop]
        pipe = load_pipeline(folder.path, folder.pipeline, shot.options.precision, without=absent)
        if adapters:
            load_adapters(pipe, adapters)
        config = {**pipe.scheduler.config, "_class_name": type(pipe.scheduler).__name__}
        self._keyframe = Loaded(
            key,
            pipe,
            config,
            LoraRack(pipe),
            MemoryChoice(Memory.FULL, "full while it draws"),
            bool(adapters),
        )
        self.loads += 1
        return self._keyframe
