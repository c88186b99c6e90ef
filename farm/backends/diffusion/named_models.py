"""The models that a renderer's options name: what has to be on a machine that renders with them."""

from __future__ import annotations

from dataclasses import dataclass

from farm.backends.diffusion.options import AdapterOptions, DiffusionOptions

IDENTITY_PARTS = (
    "config.json",
    "model.safetensors",
    "model.safetensors.index.json",
    "model-*-of-*.safetensors",
)
"""the files of an image model, whose weights may be in shards"""


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model that a renderer's options name.

    Attributes:
        option: which option names it.
        model: a folder or a hub id.
        revision: the commit of a hub id.
        revision_option: which option names that.
        file: the one file of weights that is read; empty when it is a whole model.
        parts: the files of a repository that are needed, as patterns; none means the model's.
        suffix: of `file`.
    """

    option: str
    model: str
    revision: str | None
    revision_option: str
    file: str = ""
    parts: tuple[str, ...] = ()
    suffix: str = ".safetensors"

    @property
    def components(self) -> tuple[str, ...]:
        """The folders and files of it that are needed, as patterns; none means all."""
        return tuple(dict.fromkeys(part.partition("/")[0] for part in self.parts))


def adapter_parts(adapter: AdapterOptions) -> tuple[str, ...]:
    """The files of an IP-Adapter's repository that are needed, as patterns."""
    encoder = adapter.image_encoder
    return adapter.file, f"{encoder}/config.json", f"{encoder}/*.safetensors"


def named_models(options: DiffusionOptions) -> list[NamedModel]:
    """Everything that has to be on a machine that renders with these options."""
    named = []
    if options.model:
        named.append(NamedModel("model", options.model, options.revision, "revision"))
    if options.motion_adapter:
        named.append(
            NamedModel(
                "motion_adapter",
                options.motion_adapter,
                options.motion_adapter_revision,
                "motion_adapter_revision",
            )
        )
    adapters = [
        ("character_adapter", options.character_adapter),
        ("style_adapter", options.style_adapter),
    ]
    if options.keyframe:
        keyframe = options.keyframe
        named.append(NamedModel("keyframe.model", keyframe.model, keyframe.revision, "keyframe.revision"))
        adapters.append(("keyframe.character_adapter", keyframe.character_adapter))
        adapters.append(("keyframe.style_adapter", keyframe.style_adapter))
    named += [
        NamedModel(
            f"{place}.model",
            adapter.model,
            adapter.revision,
            f"{place}.revision",
            adapter.file,
            adapter_parts(adapter),
        )
        for place, adapter in adapters
        if adapter is not None
    ]
    if options.identity:
        identity = options.identity
        named.append(
            NamedModel(
                "identity.model",
                identity.model,
                identity.revision,
                "identity.revision",
                parts=IDENTITY_PARTS,
            )
        )
    if options.faces:
        named += [
            NamedModel(
                f"faces.{name}.model",
                model.model,
                model.revision,
                f"faces.{name}.revision",
                model.file,
                (model.file,),
                ".onnx",
            )
            for name, model in (
                ("detector", options.faces.detector),
                ("recognizer", options.faces.recognizer),
            )
        ]
    return named
