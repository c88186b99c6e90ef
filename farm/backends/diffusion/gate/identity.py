"""Whether the characters in a take look like their references, as an image model sees them.

A local CLIP or DINOv2 model embeds the references, and sampled frames whole and in parts, because people are
small in wide shots. Two pictures are as alike as the cosine of the angle between their embeddings: 1 for the
same picture. What is alike depends on the model, so nobody but its user can say where the threshold lies.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from farm.backends.diffusion.conditioning.encoded import encoded
from farm.backends.diffusion.conditioning.pictures import open_picture
from farm.backends.diffusion.job import Shot, body_sample
from farm.backends.diffusion.loaded_models import HeldModels
from farm.backends.diffusion.loading.pipelines import align, give_back, quiet
from farm.backends.diffusion.models.folders import find_folder
from farm.backends.diffusion.models.named import IDENTITY_PARTS
from farm.backends.diffusion.options import IdentityOptions
from storyboard.errors import FarmError
from storyboard.planning.spec import ResolvedFile

VERSION = 2
"""raised when the same pictures are embedded otherwise;
code of farm.backends.diffusion.gate.identity, farm.media.pictures: d3100287
"""
BATCH = 32
"""so many pictures are embedded at once"""
PART = 0.6
"""a part is this share of a frame's width and height: one at each corner, and one in the middle"""
_MODELS = {
    "clip": ("CLIPVisionModelWithProjection", "image_embeds"),
    "clip_vision_model": ("CLIPVisionModelWithProjection", "image_embeds"),
    "dinov2": ("Dinov2Model", "pooler_output"),
}
"""by the model type in a folder's configuration: the class, and which of its outputs is the embedding"""
_SCALES = {
    "clip": ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
    "dino": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}
"""mean and spread of the colours that the models were trained with, as their authors publish them"""


class Identity:
    """The image models that a worker looks at takes with."""

    def __init__(self, held: HeldModels) -> None:
        self._held = held
        self._models: dict[str, _Embedder] = {}
        self._lock = threading.Lock()
        """a model moves to the card and back, and shots that overlap look at it from two threads"""

    def forget(self) -> None:
        """Give their memory back."""
        self._models.clear()

    def likeness(self, shot: Shot, pictures: NDArray[np.uint8]) -> dict[str, float]:
        """How much each character with references is like them, by id: the middle of what the frames show.

        Args:
            shot: with the option `identity`.
            pictures: all rendered frames, uint8 [time, height, width, 3].

        Raises:
            FarmError: the model cannot be loaded, or a reference is no picture.
        """
        options = shot.options.identity
        wanted = {one.id: one.references for one in shot.spec.characters if one.references}
        if options is None or not wanted:
            return {}
        with self._lock:
            return self._likeness(shot, options, wanted, pictures)

    def _likeness(
        self,
        shot: Shot,
        options: IdentityOptions,
        wanted: Mapping[str, Sequence[ResolvedFile]],
        pictures: NDArray[np.uint8],
    ) -> dict[str, float]:
        shown = [_parts(Image.fromarray(pictures[index])) for index in body_sample(shot)]
        embedder = self._embedder(options)
        seen = embedder.embed([part for parts in shown for part in parts]).reshape(
            len(shown), len(shown[0]), -1
        )
        likeness = {}
        for name, files in wanted.items():
            known = self._known(shot, embedder, files)
            best = torch.einsum("fpc,rc->fpr", seen, known).amax(dim=(1, 2))
            likeness[name] = round(float(best.median()), 4)
        if embedder.short_of_memory:
            shot.notes["identity"] = f"the identity model is on the CPU: {embedder.short_of_memory}"
        return likeness

    def _embedder(self, options: IdentityOptions) -> _Embedder:
        key = self._held.identity(options.model, options.revision, ())
        if key not in self._models:
            self._models.clear()
            self._models[key] = _Embedder(options, key, self._held.device)
        return self._models[key]

    def _known(self, shot: Shot, embedder: _Embedder, files: Sequence[ResolvedFile]) -> torch.Tensor:
        inputs: dict[str, Any] = {
            "encoding": VERSION,
            "kind": "identity",
            "model": embedder.key,
            "pictures": [file.sha256 for file in files],
        }

        def encode() -> dict[str, torch.Tensor]:
            return {
                "pictures": embedder.embed([open_picture(shot.conditioning.files, file) for file in files])
            }

        return encoded(shot.shelf, inputs, encode, torch.device("cpu"), torch.float32)["pictures"]


def unlike(likeness: Mapping[str, float | None], threshold: float, whom: str = "") -> list[str]:
    """Who is not like their references, in words; what nothing could be said of is let through."""
    return [
        f"{whom}{name} is not like the references: {value:.2f}, where {threshold:.2f} is asked"
        for name, value in likeness.items()
        if value is not None and value < threshold
    ]


def _parts(frame: Image.Image) -> list[Image.Image]:
    """A frame, its corners and its middle."""
    wide, high = frame.size
    width, height = round(wide * PART), round(high * PART)
    right, bottom = wide - width, high - height
    corners = [(0, 0), (right, 0), (0, bottom), (right, bottom), (right // 2, bottom // 2)]
    return [frame, *(frame.crop((x, y, x + width, y + height)) for x, y in corners)]


class _Embedder:
    """One image model; `key` tells it from others."""

    def __init__(self, options: IdentityOptions, key: str, device: torch.device) -> None:
        import transformers

        folder = find_folder(options.model, options.revision, parts=IDENTITY_PARTS)
        try:
            config = json.loads((folder / "config.json").read_text())
            kind, self._output = _MODELS[config["model_type"]]
            with quiet():
                self._model: Any = getattr(transformers, kind).from_pretrained(
                    str(folder), use_safetensors=True, local_files_only=True, dtype=torch.float32
                )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FarmError(
                f"the identity model {folder} cannot be loaded: {error}",
                f"use a folder with a config.json and safetensors of one of: {', '.join(_MODELS)}",
            ) from error
        align(self._model)
        self._model.eval().requires_grad_(requires_grad=False)
        self.key = key
        self._device = device
        self.short_of_memory = ""
        """why it is on the CPU where there is a card"""
        self._scale = _SCALES["clip" if "clip" in config["model_type"] else "dino"]

    @torch.no_grad()
    def embed(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        """Embeddings of length 1: float32 [pictures, channels]."""
        size = int(self._model.config.image_size)
        mean, spread = (np.array(values, np.float32) for values in self._scale)
        fitted = [
            (np.asarray(picture.resize((size, size), Image.Resampling.BICUBIC), np.float32) / 255 - mean)
            / spread
            for picture in pictures
        ]
        pixels = torch.from_numpy(np.stack(fitted)).permute(0, 3, 1, 2).contiguous()
        try:
            rows = self._rows(pixels)
        except torch.OutOfMemoryError as error:
            if self._device.type == "cpu":
                raise
            self.short_of_memory = f"the card ran out of memory ({str(error).partition('. ')[0]})"
            rows = None
        if rows is None:
            # Outside the handler: the error's traceback would hold the tensors that are to be freed.
            give_back(self._device)
            self._device = torch.device("cpu")
            rows = self._rows(pixels)
        return torch.nn.functional.normalize(torch.cat(rows).float(), dim=-1)

    def _rows(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        try:
            self._model.to(self._device)
            given = [self._model(part.to(self._device)) for part in pixels.split(BATCH)]
            return [getattr(output, self._output).cpu() for output in given]
        finally:
            self._model.to("cpu")
