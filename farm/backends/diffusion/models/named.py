"""The models that a renderer's options name: what has to be on a machine that renders with them."""

from __future__ import annotations

from dataclasses import dataclass

from farm.backends.diffusion.options import AdapterOptions, DiffusionOptions, EncoderOptions

KEYFRAME_PIPELINES = ("StableDiffusionPipeline", "StableDiffusionXLPipeline", "FluxPipeline")
"""pipeline classes that can draw a keyframe"""
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
    within = isinstance(adapter.image_encoder, str)
    return adapter.file, *(encoder_parts(encoder_of(adapter)) if within else ())


def encoder_of(adapter: AdapterOptions) -> EncoderOptions:
    """The image encoder of an IP-Adapter, wherever it lies."""
    if isinstance(adapter.image_encoder, EncoderOptions):
        return adapter.image_encoder
    return EncoderOptions(model=adapter.model, revision=adapter.revision, folder=adapter.image_encoder)


def encoder_parts(encoder: EncoderOptions) -> tuple[str, ...]:
    """The files of an image encoder, as patterns."""
    place = f"{encoder.folder}/" if encoder.folder else ""
    return f"{place}config.json", f"{place}*.safetensors"


def named_by_adapter(place: str, adapter: AdapterOptions) -> list[NamedModel]:
    """What has to be there for an IP-Adapter that the option `place` describes."""
    named = [
        NamedModel(
            f"{place}.model",
            adapter.model,
            adapter.revision,
            f"{place}.revision",
            adapter.file,
            adapter_parts(adapter),
        )
    ]
    encoder = adapter.image_encoder
    if isinstance(encoder, EncoderOptions):
        place = f"{place}.image_encoder"
        named.append(
            NamedModel(
                f"{place}.model",
                encoder.model,
                encoder.revision,
                f"{place}.revision",
                parts=encoder_parts(encoder),
            )
        )
    return named


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
    for place, adapter in adapters:
        if adapter is not None:
            named += named_by_adapter(place, adapter)
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
