"""Model folders: where they may lie, what is in them, and what is refused before anything is read.

Weights are read as safetensors only; nothing is unpickled and no code that came with a model is run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from pydantic import JsonValue

from farm.backends.diffusion.models.file_digests import digest_of_file
from farm.backends.diffusion.models.model_card import CARD
from farm.backends.diffusion.models.weights import is_pointer, lacking_in, read_variant, weights_in
from storyboard.errors import UsageError
from storyboard.wording import first_line, listed

FOLDERS_VARIABLE = "SHOTFARM_MODEL_FOLDERS"
"""the folders that models may lie in, separated as in PATH"""
INDEX = "model_index.json"
_LIBRARIES = {"diffusers", "transformers"}
_PICKLED = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".msgpack", ".h5"}
_WEIGHTS = ".safetensors"
_READ = {_WEIGHTS, ".json", ".txt", ".model"}
_SHARDS = f"*{_WEIGHTS}.index.json"
_PATTERNS = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja", CARD]


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on this machine, as its index describes it.

    Attributes:
        path: its folder.
        pipeline: the pipeline class that its index names.
        components: the classes of its components, by name.
        sizes: bytes of weights of each component.
        settings: what else its index says.
    """

    path: Path
    pipeline: str
    components: dict[str, str]
    sizes: dict[str, int]
    settings: dict[str, JsonValue] = field(default_factory=dict)

    def config(self, component: str, file: str = "config.json") -> dict[str, JsonValue]:
        """The configuration of a component; empty where there is none that can be read."""
        try:
            read = json.loads((self.path / component / file).read_text())
        except (OSError, ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}


def allowed_folders() -> list[Path]:
    """Where model folders may lie: as the environment says, else `~/models` and the hub's cache."""
    named = os.environ.get(FOLDERS_VARIABLE)
    if named:
        return [Path(part).expanduser().resolve() for part in named.split(os.pathsep) if part]
    return [Path("~/models").expanduser().resolve(), _hub_cache()]


def _hub_cache() -> Path:
    home = os.environ.get("HF_HOME") or "~/.cache/huggingface"
    return Path(os.environ.get("HF_HUB_CACHE") or f"{home}/hub").expanduser().resolve()


def find_folder(
    model: str, revision: str | None, *, download: bool = False, parts: Sequence[str] = ()
) -> Path:
    """The folder of a model on this machine.

    Args:
        model: a folder, absolute or in one of the allowed folders, or a hub id.
        revision: the commit of a hub id.
        download: fetch what is not here; else only what is here is found.
        parts: what is fetched, as patterns; none means what a model is made of.

    Raises:
        UsageError: it is not here, or it lies where models may not lie.
    """
    if is_hub_id(model) and not any((folder / model).is_dir() for folder in allowed_folders()):
        return _from_hub(model, revision, download=download, parts=parts)
    allowed = allowed_folders()
    path = Path(model).expanduser()
    # A name that is relative is looked for where models lie, so that it means the same on every node.
    tried = [path] if path.is_absolute() else [folder / path for folder in allowed]
    found = next((one for one in tried if one.is_dir()), None)
    if found is None:
        places = ", ".join(str(folder) for folder in allowed)
        raise UsageError(
            f"there is no model folder {model} (looked in: {places})",
            "give a folder, or a hub id such as owner/name",
        )
    return confined(found, allowed)


def is_hub_id(model: str) -> bool:
    """Whether a model is named as owner/name on the hub rather than as a folder."""
    return re.fullmatch(r"[A-Za-z0-9][\w-]*/[\w.-]+", model) is not None


def _from_hub(model: str, revision: str | None, *, download: bool, parts: Sequence[str]) -> Path:
    if not revision:
        raise UsageError(f"the hub id {model} needs a revision", "give the 40 digits of a commit")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        found = snapshot_download(
            model, revision=revision, local_files_only=not download, allow_patterns=list(parts) or _PATTERNS
        )
    except LocalEntryNotFoundError as error:
        raise UsageError(
            f"{model} at {revision[:12]} is not on this machine", "fetch it first: shotfarm models fetch"
        ) from error
    # Without a listing of the repository, which the hub's cache may lack, whatever is there counts as all.
    missing = _missing_shards(Path(found)) if parts else []
    if missing:
        raise UsageError(
            f"{model} at {revision[:12]} is on this machine in part: it lacks {listed(missing, 3)}",
            "fetch it first: shotfarm models fetch",
        )
    return Path(found)


def _missing_shards(folder: Path) -> list[str]:
    """The files of weights that the indices in a folder name and that are not there."""
    missing = []
    for index in sorted(folder.rglob(_SHARDS)):
        try:
            named = json.loads(index.read_text())["weight_map"].values()
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise UsageError(f"{index} cannot be read as an index of weights: {error}") from error
        shards = {index.with_name(Path(str(name)).name) for name in named}
        missing += sorted(shard.relative_to(folder).as_posix() for shard in shards if not shard.is_file())
    return missing


def confined(path: Path, allowed: Sequence[Path]) -> Path:
    """The resolved path, when it lies in an allowed folder.

    Raises:
        UsageError: it does not; the message names the folders that are allowed.
    """
    resolved = path.resolve()
    if not any(resolved.is_relative_to(folder) for folder in allowed):
        places = ", ".join(str(folder) for folder in allowed) or "none"
        raise UsageError(
            f"the model {path} lies outside the folders that models may lie in ({places})",
            f"move it there, or add its folder to {FOLDERS_VARIABLE}",
        )
    return resolved


def file_in(folder: Path, name: str) -> Path:
    """A file of a model's folder; the hub's cache keeps the files themselves beside its folders.

    Raises:
        UsageError: there is none of this name, or it leads elsewhere.
    """
    path = folder / name
    if not path.is_file():
        raise UsageError(f"there is no file {name} in {folder}")
    if ".." in Path(name).parts:
        raise UsageError(f"the file {name} lies outside of its folder {folder}")
    confined(path, [folder, folder.parent.with_name("blobs")])
    return path


def read_folder(path: Path, needed: Sequence[str] | None = None) -> ModelFolder:
    """What is in a model folder.

    Args:
        path: its folder.
        needed: components whose weights must be there; None means all.

    Raises:
        UsageError: it is no diffusers model, or holds what is refused: code, or weights that are pickled.
    """
    try:
        index = json.loads((path / INDEX).read_text())
    except FileNotFoundError:
        raise UsageError(
            f"{path} is no diffusers model: it has no {INDEX}", "convert single files first"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path / INDEX} cannot be read: {first_line(error)}") from error
    pipeline = index.get("_class_name") if isinstance(index, dict) else None
    if not isinstance(pipeline, str):
        raise UsageError(f"{path / INDEX} names no pipeline")
    code = next(path.rglob("*.py"), None)
    if code is not None:
        raise UsageError(
            f"the model {path} brings code of its own ({code.relative_to(path)}); that is never run",
            "use a model of a family that diffusers knows",
        )
    components: dict[str, str] = {}
    for name, entry in index.items():
        if name.startswith("_") or not isinstance(entry, list) or entry[:1] == [None]:
            continue
        library, kind = (*map(str, entry), "", "")[:2]
        # A pipeline's own components (LTX-2's vocoder) name their module in diffusers instead.
        if library not in _LIBRARIES and not _is_pipeline_module(library):
            raise UsageError(
                f"the component {name} of {path} comes from {library}, not from diffusers or transformers"
            )
        components[name] = kind
    read = [name for name in components if needed is None or name in needed]
    variant = read_variant(path / name for name in components)
    sizes = {name: _weights(path / name, path, variant) for name in read}
    settings = {
        name: value
        for name, value in index.items()
        if not name.startswith("_") and not isinstance(value, list)
    }
    return ModelFolder(path, pipeline, components, sizes, settings)


def _is_pipeline_module(library: str) -> bool:
    """Whether diffusers itself has a pipeline package of this name; looked up without importing it."""
    found = find_spec("diffusers")
    if found is None or found.origin is None or not library.isidentifier():
        return False
    return (Path(found.origin).parent / "pipelines" / library).is_dir()


def variant_of(path: Path) -> str:
    """The variant that a model's weights are read in; empty for the plain one.

    Raises:
        UsageError: it is no diffusers model, or is refused.
    """
    return read_variant(path / name for name in read_folder(path).components)


def lacking(path: Path, parts: Sequence[str] = (), file: str = "") -> str:
    """What loading a model would not find in its folder, in words; empty when all of it is there.

    Args:
        path: its folder.
        parts: the files of it that are needed, as patterns; none means all that a model is made of.
        file: the one file of weights that is read.

    Raises:
        UsageError: it is no diffusers model, or is refused.
    """
    if parts:
        return _lacking_parts(path, parts, file)
    if not (path / INDEX).is_file() and (path / "config.json").is_file():
        return lacking_in(path, "", read_variant([path]))  # a part of a model, such as a motion adapter
    folder = read_folder(path)
    variant = read_variant(path / name for name in folder.components)
    optional = {"safety_checker", "feature_extractor", "image_encoder"}
    found = [
        lacking_in(path / name, kind, variant)
        for name, kind in folder.components.items()
        if name not in optional or (path / name).is_dir()
    ]
    return next((words for words in found if words), "")


def _lacking_parts(path: Path, parts: Sequence[str], file: str) -> str:
    if file and not (path / file).is_file():
        return f"it has no file {file}"
    for part in parts:
        there = sorted(path.glob(part))
        if broken := next((one for one in there if is_pointer(one)), None):
            return f"{broken.relative_to(path)} is a pointer of git-lfs, not the file: run git lfs pull there"
        if part.endswith("config.json") and not there:
            return f"it has no {part}"
    if not any(path.glob(part) for part in parts if not part.endswith(".json") or part == file):
        return "it has no weights"
    missing = _missing_shards(path)
    return f"it lacks {listed(missing, 3)}" if missing else ""


def _weights(folder: Path, model: Path, variant: str) -> int:
    """The bytes of a component's weights in a variant; 0 for one that has none (a tokenizer, a scheduler)."""
    if not folder.is_dir():
        return 0
    files = [file for file in folder.iterdir() if file.is_file()]
    config = folder / "config.json"
    if config.is_file() and "auto_map" in config.read_text(errors="replace"):
        raise UsageError(
            f"the component {folder.name} of {model} asks for code of its own; that is never run"
        )
    safe = [file for file in files if file.suffix == _WEIGHTS]
    pickled = [file for file in files if file.suffix in _PICKLED and file.name != "training_args.bin"]
    if pickled and not safe:
        raise UsageError(
            f"the weights {pickled[0].relative_to(model)} of {model} are pickled, which can run code",
            "convert them to safetensors",
        )
    found = weights_in(folder, variant)
    return found.size if found else 0


def fingerprint(path: Path, parts: Sequence[str] = ()) -> str:
    """The digest of all files of a model that are read: what a film's digests can hold of its weights.

    Args:
        path: its folder.
        parts: components to look at, as patterns; none means all.
    """
    files = []
    for file in sorted(path.rglob("*")):
        relative = file.relative_to(path)
        if parts and not any(fnmatchcase(relative.parts[0], part) for part in parts):
            continue
        read = _READ | {".onnx"} if parts else _READ  # whole models bring ONNX along that nobody reads
        if file.is_file() and file.suffix in read:
            state = file.stat()
            files.append((str(file), relative.as_posix(), state.st_size, state.st_mtime_ns))
    return _digest_of_files(tuple(files))


@lru_cache(maxsize=256)
def _digest_of_files(files: tuple[tuple[str, str, int, int], ...]) -> str:
    """Of files in a state: with size and time of writing, so that a changed one is read again."""
    total = hashlib.sha256()
    for path, name, _, _ in files:
        total.update(f"{name}\0".encode())
        total.update(digest_of_file(Path(path)))
    return total.hexdigest()
