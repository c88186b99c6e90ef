"""What the plan and the command line ask of the diffusion backend before anything loads; without torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from farm.backend.traits import Complaint, ModelNeed
from farm.backends.diffusion.families.memory import LADDER, bytes_needed, model_size
from farm.backends.diffusion.families.registry import FAMILIES, family_of
from farm.backends.diffusion.families.sizing import native_shape
from farm.backends.diffusion.models.folders import (
    INDEX,
    find_folder,
    fingerprint,
    is_hub_id,
    lacking,
    read_folder,
)
from farm.backends.diffusion.models.model_card import forbids_commercial_use, licence_of
from farm.backends.diffusion.models.named import named_models
from farm.backends.diffusion.options import DiffusionOptions, keyframe_loaded_with, loaded_with
from farm.backends.diffusion.planning.asks import asks_of
from farm.backends.diffusion.planning.checks import check as check_options
from farm.backends.diffusion.planning.checks import uneven
from storyboard.digest import digest_of
from storyboard.errors import UsageError
from storyboard.wording import first_line

if TYPE_CHECKING:
    from pydantic import JsonValue

    from farm.backends.diffusion.families.family import Family
    from farm.backends.diffusion.models.named import NamedModel
    from storyboard.media.take_shape import TakeShape
    from storyboard.planning.spec import ShotSpec

LIBRARIES = ("torch", "diffusers", "transformers", "peft", "safetensors")


def settle(options: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Options with the family that the model is of, and the digests of folders; `check` tells what lacks.

    A hub id with a commit says which files are meant, a folder does not.
    """
    parsed = DiffusionOptions.model_validate(options)
    found = dict(parsed.fingerprints)
    for named in named_models(parsed):
        if named.option not in found and not is_hub_id(named.model):
            with suppress(UsageError):
                found[named.option] = fingerprint(find_folder(named.model, None), named.components)
    settled = parsed.model_copy(update={"fingerprints": dict(sorted(found.items()))})
    with suppress(UsageError):
        family = family_here(parsed)
        if family is not None:
            settled = settled.model_copy(update={"family": family.name})
    dumped: dict[str, JsonValue] = settled.model_dump(mode="json")
    return dumped


def native(options: Mapping[str, JsonValue], film: TakeShape) -> TakeShape:
    """The take as the model renders it; the film's where nothing is known of the model: `check` tells."""
    parsed = DiffusionOptions.model_validate(options)
    family = _known_family(parsed)
    return native_shape(film, parsed, family) if family else film


def cards(options: Mapping[str, JsonValue]) -> int:
    """How many cards render a shot with these options together."""
    return DiffusionOptions.model_validate(options).cards


def makes_sound(options: Mapping[str, JsonValue]) -> bool:
    """Whether takes of the model come with sound; not where nothing is known of it."""
    parsed = DiffusionOptions.model_validate(options)
    family = _known_family(parsed) if parsed.sound else None
    return family is not None and family.sound


def _known_family(options: DiffusionOptions) -> Family | None:
    try:
        return family_here(options) or FAMILIES.get(options.family)
    except UsageError:
        return None


def check(spec: ShotSpec) -> list[Complaint]:
    """What the model's family cannot do of a shot, and options that do not fit it.

    A model that is not on this machine is a warning where the options say what the plan would read from it:
    the machines that render are the ones that need it.
    """
    options = DiffusionOptions.model_validate(spec.options)
    complaints = []
    family: Family | None = None
    try:
        family = family_here(options)
    except UsageError as error:
        complaints.append(Complaint("error", error.in_words, "model"))
    for named in named_models(options):
        try:
            find_folder(named.model, named.revision, parts=named.parts)
        except UsageError as error:
            lacks = _unknown_without(named, options)
            words = f"{error.in_words}; to plan without it, give {lacks}" if lacks else error.in_words
            complaints.append(Complaint("error" if lacks else "warning", words, named.option))
            continue
        if lacks := _lacking(named):
            words = f"{named.model} is on this machine, but cannot be loaded: {lacks}"
            complaints.append(Complaint("error", words, named.option))
    complaints += check_options(options, asks_of(spec), family)
    if family is not None and family.spreads:
        complaints += [
            Complaint("error", message, "cards")
            for message in uneven(options.cards, family, spec.width, spec.height)
        ]
    return complaints


def warmth(spec: ShotSpec) -> tuple[str, ...]:
    """The model as it is loaded, then the look's LoRAs, then the characters'."""
    options = DiffusionOptions.model_validate(spec.options)
    loaded = loaded_with(options)
    if options.keyframe is not None:
        loaded["keyframe"] = keyframe_loaded_with(options.keyframe)
    people = [lora for one in spec.characters for lora in one.loras]
    loras = [
        digest_of(" ".join(sorted(lora.file.sha256 for lora in each))) for each in (spec.look.loras, people)
    ]
    return digest_of(loaded), *loras


def _unknown_without(named: NamedModel, options: DiffusionOptions) -> str:
    """What a plan reads from a model and these options do not say."""
    lacks = []
    if named.option == "model":
        said = {"family": options.family != "auto", "width": options.width, "height": options.height}
        lacks = [name for name, there in (said | {"rate": options.rate}).items() if not there]
    if not is_hub_id(named.model) and named.option not in options.fingerprints:
        lacks.append(f"fingerprints: {{{named.option}: ...}}")
    return ", ".join(lacks)


def family_here(options: DiffusionOptions) -> Family | None:
    """The family of the options' model, as its files say; None when it is not on this machine.

    Raises:
        UsageError: the model is refused, or no family renders it.
    """
    try:
        folder = find_folder(options.model, options.revision)
        read_at = (folder / INDEX).stat().st_mtime_ns
    except (UsageError, OSError):
        return None
    key = options.model_dump_json(include={"family", "motion_adapter", "model", "cards"})
    return _family(key, str(folder), read_at)


@lru_cache(maxsize=64)
def _family(options: str, folder: str, read_at: int) -> Family:  # noqa: ARG001  (a changed model is read again)
    return family_of(DiffusionOptions.model_validate_json(options), read_folder(Path(folder)))


def models(options: Mapping[str, JsonValue]) -> list[ModelNeed]:
    """Every model that rendering with these options needs, and what is known of it here."""
    parsed = DiffusionOptions.model_validate(options)
    return [_need(parsed, named) for named in _whole(named_models(parsed))]


def _whole(named: Sequence[NamedModel]) -> list[NamedModel]:
    """Each repository once, with all that is needed of it."""
    found: dict[tuple[str, str | None], NamedModel] = {}
    for one in named:
        key = (one.model, one.revision)
        before = found.get(key)
        if before is None:
            found[key] = one
        else:
            parts = (*before.parts, *one.parts) if before.parts and one.parts else ()
            found[key] = replace(before, parts=tuple(dict.fromkeys(parts)))
    return [*found.values()]


def fetch(need: ModelNeed, progress: Callable[[float], None]) -> None:
    """Bring a model of a hub onto this machine; what is there already is not fetched again.

    Raises:
        UsageError: it is a folder that is not there, or the hub does not have it.
    """
    progress(0.0)
    if not is_hub_id(need.name):
        lacks = lacking(find_folder(need.name, need.revision), need.parts)
        if lacks:
            raise UsageError(
                f"the folder {need.name} cannot be loaded: {lacks}", "bring the rest of it there"
            )
    else:
        _from_hub(need)
    progress(1.0)


def _from_hub(need: ModelNeed) -> None:
    from huggingface_hub.errors import HfHubHTTPError

    try:
        find_folder(need.name, need.revision, download=True, parts=need.parts)
    except (HfHubHTTPError, OSError) as error:
        raise UsageError(
            f"{need.name} cannot be fetched: {first_line(error)}", "is the network there, and the name right?"
        ) from error


def _need(options: DiffusionOptions, named: NamedModel) -> ModelNeed:
    try:
        path = find_folder(named.model, named.revision, parts=named.parts)
    except UsageError:
        family = FAMILIES.get(options.family) if named.option == "model" else None
        licence = family.licence if family else None
        return ModelNeed(
            named.model,
            named.revision,
            licence=licence,
            forbids_commercial_use=forbids_commercial_use(licence),
            parts=named.parts,
        )
    licence = licence_of(path)
    here = not _lacking(named)
    need = ModelNeed(named.model, named.revision, path, _size(path, named), present=here, parts=named.parts)
    if named.option == "model":
        folder = read_folder(path)
        family = family_of(options, folder)
        licence = licence or family.licence
        need = replace(need, gpu_memory_bytes=_gpu_memory(options, folder.sizes, family))
    return replace(need, licence=licence, forbids_commercial_use=forbids_commercial_use(licence))


def _lacking(named: NamedModel) -> str:
    """What loading a model that is on this machine would not find; empty when all of it is there."""
    try:
        path = find_folder(named.model, named.revision, parts=named.parts)
        return lacking(path, named.parts, named.file)
    except UsageError as error:
        return error.in_words


def _size(path: Path, named: NamedModel) -> int:
    """The bytes of what is read of a model: its weights in one variant."""
    if (path / INDEX).is_file() and not named.parts:
        return sum(read_folder(path).sizes.values())
    patterns = named.parts or ("*.safetensors",)
    return sum(file.stat().st_size for part in patterns for file in path.glob(part) if file.is_file())


def _gpu_memory(options: DiffusionOptions, sizes: Mapping[str, int], family: Family) -> int:
    """Bytes of a card for a shot as long as the family is made for, saving memory as the options say.

    `auto` counts as the least frugal way that the family allows, and a size that is left out as the family's.
    """
    fullest = next(memory for memory in LADDER if memory in family.memory)
    memory = fullest if options.memory == "auto" else options.memory
    area = options.width * options.height if options.width and options.height else family.area
    size = model_size(sizes, options.precision, fp8=options.fp8_weights)
    return bytes_needed(memory, size, area * family.longest)
