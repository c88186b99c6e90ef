"""The libraries and networks with which takes are retimed and made larger: whether they are here and fit."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import JsonValue

from farm.store import Store
from pipeline.keeping import kept, kept_file
from pipeline.renderers import Choices
from storyboard.errors import AssemblyError, Problem
from storyboard.film import LANCZOS, Retime
from storyboard.load import LoadedFilm
from storyboard.references import confine

if TYPE_CHECKING:
    from pipeline.production import Production

NETWORKS, NETWORK = "networks", "network.onnx"
"""what they are kept as in the store, and under which name"""


def network_problems(loaded: LoadedFilm, digests: Mapping[str, str], choices: Choices) -> Iterator[Problem]:
    """What is missing here, or unusable, of what the renderers in use ask for; at their lines.

    A network is loaded and tried.
    """
    for choice in choices.used:
        at = ("renderers", choice.profile or "")
        if choice.retime is Retime.FLOW and find_spec("cv2") is None:
            yield loaded.problem(
                (*at, "retime"), "flow needs OpenCV, which is not here: install shotfarm[flow]"
            )
        for key, name, extra in (
            ("retime_model", choice.retime_model, "rife"),
            ("upscale", choice.upscale, "upscale"),
        ):
            if name is None or name == LANCZOS:
                continue
            if find_spec("onnxruntime") is None:
                words = f'"{name}" needs onnxruntime, which is not here: install shotfarm[{extra}]'
                yield loaded.problem((*at, key), words)
            elif wrong := _fault(key, confine(loaded.folder, name), digests[name]):
                yield loaded.problem((*at, key), wrong)


@lru_cache
def _fault(key: str, path: Path, sha256: str) -> str | None:
    from assembly.rife import Rife
    from assembly.upscaling import Upscaler

    try:
        (Rife if key == "retime_model" else Upscaler)(path, sha256)
    except AssemblyError as error:
        return error.message
    return None


def keep_networks(production: Production, wanted: Iterable[str]) -> None:
    """Put networks of a film, by their SHA-256, into the store, where every node finds them.

    Raises:
        StoreError: the store cannot be written.
    """
    named = [
        name for one in production.film.renderers.values() for name in (one.retime_model, one.upscale) if name
    ]
    files = {production.digests[name]: production.folder / name for name in named if name != LANCZOS}
    for sha256 in wanted:

        def copy(folder: Path, file: Path = files[sha256]) -> Mapping[str, JsonValue]:
            shutil.copyfile(file, folder / NETWORK)
            return {"name": file.name}

        kept(production.store, NETWORKS, sha256, copy)


def network_of(store: Store, sha256: str) -> Path:
    """The file of a network.

    Raises:
        AssemblyError: it has gone from the store.
    """
    return kept_file(store, NETWORKS, sha256, NETWORK)
