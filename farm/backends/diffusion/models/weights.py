"""The weights in a folder, as loading reads them: one variant of them, with every file that it needs.

A folder may hold the same weights in several variants (`model.safetensors`, `model.fp16.safetensors`), whole
or in shards that an index names. The plain variant is read where it is there, else the first of the others.
Without torch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from farm.media.tensors import POINTER, tensors_in
from storyboard.errors import UsageError
from storyboard.wording import listed

STEMS = ("diffusion_pytorch_model", "model", "pytorch_model")
"""what the files of a component's weights are called, by diffusers and transformers"""

_NAME = re.compile(r"(?P<stem>.+?)(?:\.(?P<variant>[A-Za-z0-9_]+))?(?:-\d{5}-of-\d{5})?\.safetensors")
_INDEX = re.compile(
    r"(?P<stem>.+?)(?:\.(?P<before>[A-Za-z0-9_]+))?\.safetensors\.index(?:\.(?P<after>[A-Za-z0-9_]+))?\.json"
)
_LONGEST_POINTER = 1024
_PICKLED = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".msgpack", ".h5"}
_WITHOUT_WEIGHTS = re.compile(r"Tokenizer|Processor|Scheduler|FeatureExtractor|Guid(er|ance)$")
"""classes of components that have none"""


@dataclass(frozen=True, slots=True)
class Variant:
    """The weights of a component in one variant.

    Attributes:
        name: fp16 and the like; empty for the plain one.
        files: all that it needs, whether they are there or not.
    """

    name: str
    files: tuple[Path, ...]

    @property
    def size(self) -> int:
        """Bytes of those that are there."""
        return sum(file.stat().st_size for file in self.files if file.is_file())


def variants_in(folder: Path) -> dict[str, Variant]:
    """The variants of a component's weights, by name; empty where there are none.

    Raises:
        UsageError: an index cannot be read.
    """
    if not folder.is_dir():
        return {}
    found: dict[str, set[Path]] = {}
    for file in sorted(folder.iterdir()):
        if index := _INDEX.fullmatch(file.name):
            name = index["before"] or index["after"] or ""
            found.setdefault(name, set()).update(_shards(file))
        elif (whole := _NAME.fullmatch(file.name)) and (file.is_file() or file.is_symlink()):
            found.setdefault(whole["variant"] or "", set()).add(file)
    # The same weights may lie whole beside their shards; what is whole is read then.
    made = {}
    for name, files in found.items():
        whole_files = [file for file in files if "-of-" not in file.name and _stem(file) in STEMS]
        made[name] = Variant(name, tuple(whole_files[:1] or sorted(files)))
    return made


def _stem(file: Path) -> str:
    matched = _NAME.fullmatch(file.name)
    return matched["stem"] if matched else ""


def _shards(index: Path) -> Iterable[Path]:
    try:
        named = json.loads(index.read_text())["weight_map"].values()
        return {index.with_name(Path(str(name)).name) for name in named}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise UsageError(f"{index} cannot be read as an index of weights: {error}") from error


def read_variant(folders: Iterable[Path]) -> str:
    """The variant that components are read in: the plain one where each of them has it; else another.

    Raises:
        UsageError: an index cannot be read.
    """
    for folder in folders:
        variants = variants_in(folder)
        if variants and "" not in variants:
            return min(variants, key=lambda name: (name != "fp16", name != "bf16", name))
    return ""


def weights_in(folder: Path, variant: str) -> Variant | None:
    """A component's weights in a variant; in the plain one where it has no such."""
    variants = variants_in(folder)
    return variants.get(variant) or variants.get("")


def lacking_in(folder: Path, kind: str, variant: str) -> str:
    """Why a component cannot be loaded from its folder; empty when it can.

    Args:
        folder: of the component.
        kind: its class, as the model's index names it.
        variant: that is read.
    """
    files = [file for file in folder.iterdir() if file.is_file()] if folder.is_dir() else []
    if not files:
        return f"{folder.name} is empty" if folder.is_dir() else f"it has no folder {folder.name}"
    if _WITHOUT_WEIGHTS.search(kind):
        return next((_pointer_words(file) for file in files if is_pointer(file)), "")
    if not (folder / "config.json").is_file():
        return f"{folder.name} has no config.json"
    found = weights_in(folder, variant)
    if found is None:
        pickled = [file for file in files if file.suffix in _PICKLED]
        words = f"only pickled ones ({pickled[0].name}), which are never read" if pickled else "no weights"
        return f"{folder.name} has {words}"
    missing = [file.name for file in found.files if not file.is_file()]
    if missing:
        return f"{folder.name} lacks {listed(missing, 3)}"
    if is_pointer(folder / "config.json"):
        return _pointer_words(folder / "config.json")
    return next((words for file in found.files if (words := broken_in(file))), "")


def broken_in(file: Path) -> str:
    """Why a file of weights cannot be read, in words with its name; empty when it can."""
    if is_pointer(file):
        return _pointer_words(file)
    try:
        tensors_in(file)
    except ValueError as error:
        return f"{file.parent.name}/{file.name} is broken: {error}"
    return ""


def is_pointer(file: Path) -> bool:
    """Whether a file is what git-lfs leaves in the place of one that was not fetched."""
    try:
        if file.stat().st_size > _LONGEST_POINTER:
            return False
        return file.read_bytes().startswith(POINTER)
    except OSError:
        return False


def _pointer_words(file: Path) -> str:
    return f"{file.parent.name}/{file.name} is a pointer of git-lfs, not the file: run git lfs pull there"
