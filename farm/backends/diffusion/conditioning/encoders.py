"""The encoders of prompts and references that a worker holds, and what they give each shot."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from PIL import Image
from pydantic import JsonValue

from farm.backends.diffusion.conditioning import keyframe
from farm.backends.diffusion.conditioning.encoded import encoded, image_inputs, text_inputs
from farm.backends.diffusion.conditioning.pictures import open_picture
from farm.backends.diffusion.families.call import TEXT_ENCODERS, Tensors
from farm.backends.diffusion.job import Shot, adapters_of
from farm.backends.diffusion.loaded_models import HeldModels, Loaded
from farm.backends.diffusion.loading.ip_adapters import ImageEncoder, denoiser_of, set_scales
from farm.backends.diffusion.loading.pipelines import DTYPES, give_back, load_pipeline
from farm.backends.diffusion.models.folders import ModelFolder
from farm.backends.diffusion.models.named import named_by_adapter
from farm.backends.diffusion.options import AdapterOptions, KeyframeOptions
from storyboard.digest import digest_of
from storyboard.planning.spec import ResolvedFile


class Encoders:
    """Loaded for what no shelf has yet; between uses they wait in the machine's memory."""

    def __init__(self, held: HeldModels) -> None:
        self._held = held
        self._text: dict[str, Any] = {}
        self._images: dict[str, ImageEncoder] = {}

    def forget(self) -> None:
        """Give their memory back."""
        self._text.clear()
        self._images.clear()

    def everything(self, shot: Shot) -> None:
        """Put all that a shot needs on its shelf."""
        self.prompt(shot)
        holders: list[Any] = [shot.options]
        if shot.options.keyframe is not None and not (shot.spec.predecessor or shot.spec.first_frame):
            self.keyframe_prompt(shot, shot.options.keyframe)
            holders.append(shot.options.keyframe)
        for holder in holders:
            for adapter, pictures in adapters_of(holder, shot.spec):
                self.pictures(shot, adapter, pictures)

    def prompt(self, shot: Shot) -> Tensors:
        """What the text encoders give, by the names of the pipeline's arguments."""
        module = shot.family.module
        if not module.text_encoders:
            return {}
        guided = shot.guidance > 1 or (shot.options.guidance_2 or 0) > 1
        tokens = shot.options.prompt_tokens or shot.family.prompt_tokens
        dtype = DTYPES[shot.options.precision]
        inputs = text_inputs(
            self._held.identity(shot.options.model, shot.options.revision, TEXT_ENCODERS),
            {"text": shot.prompt.text, "negative": shot.prompt.negative, "tokens": tokens},
            shot.options.precision,
            guided=guided,
        )

        def encode() -> Tensors:
            needs = module.encoding_needs
            with self._text_encoder(shot.folder, shot.family.pipeline, shot.options.precision, needs) as pipe:
                return module.encode(pipe, shot.prompt, tokens, guided=guided)

        return encoded(shot.shelf, inputs, encode, self._held.device, dtype)

    def keyframe_prompt(self, shot: Shot, options: KeyframeOptions) -> Tensors:
        """The same for the model that draws the first picture."""
        folder = self._held.keyframe_folder(options)
        precision = shot.options.precision
        inputs = text_inputs(
            self._held.identity(options.model, options.revision, TEXT_ENCODERS),
            {"text": shot.prompt.text, "negative": shot.prompt.negative, "tokens": None},
            precision,
            guided=True,
        )

        def encode() -> Tensors:
            with self._text_encoder(folder, folder.pipeline, precision, ("scheduler",)) as pipe:
                return keyframe.encode(pipe, shot.prompt)

        return encoded(shot.shelf, inputs, encode, self._held.device, DTYPES[precision])

    @contextlib.contextmanager
    def _text_encoder(
        self, folder: ModelFolder, pipeline: str, precision: str, needs: Sequence[str]
    ) -> Iterator[Any]:
        """The text encoders of a model, as a pipeline without anything else.

        Between uses they wait in the machine's memory, so that the card is the renderer's.
        """
        written = max((file.stat().st_mtime_ns for file in folder.path.glob("text_encoder*/*")), default=0)
        key = f"{folder.path}:{pipeline}:{precision}:{written}"
        pipe = self._text.get(key)
        if pipe is None:
            kept = (*TEXT_ENCODERS, *needs)
            absent = [name for name in folder.components if name not in kept]
            pipe = load_pipeline(folder.path, pipeline, precision, without=absent)
            self._text[key] = pipe
        pipe.to(self._held.device)
        try:
            yield pipe
        finally:
            if self._held.device.type == "cuda":
                pipe.to("cpu")
                give_back(self._held.device)

    def pictures(self, shot: Shot, adapter: AdapterOptions, pictures: Sequence[ResolvedFile]) -> torch.Tensor:
        """What an adapter's image encoder sees; of no pictures, what it would see of a black one, unused."""
        described: JsonValue = [
            [self._held.identity(named.model, named.revision, named.components), *named.parts]
            for named in named_by_adapter("", adapter)
        ]

        def encode() -> Tensors:
            key = digest_of(described)
            if key not in self._images:
                self._images[key] = ImageEncoder(adapter, self._held.device)
            opened = [open_picture(shot.conditioning.files, file) for file in pictures]
            return {"images": self._images[key].encode(opened or [Image.new("RGB", (64, 64))])}

        inputs = image_inputs(described, pictures)
        return encoded(shot.shelf, inputs, encode, self._held.device, torch.float32)["images"]

    def adapted(self, shot: Shot, loaded: Loaded, options: Any) -> list[torch.Tensor]:
        """What the image encoders see of this shot's references, for each adapter of a pipeline."""
        if not loaded.adapted:
            return []
        adapters = adapters_of(options, shot.spec)
        adapted = [self.pictures(shot, adapter, pictures) for adapter, pictures in adapters]
        set_scales(loaded.pipe, [(adapter, bool(pictures)) for adapter, pictures in adapters])
        dtype = denoiser_of(loaded.pipe).dtype
        return [seen.to(self._held.device, dtype) for seen in adapted]
