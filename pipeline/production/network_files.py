"""The libraries and networks with which takes are retimed and made larger: whether they are here and fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from pipeline.production.renderers import Choices
from storyboard.document.load import LoadedFilm
from storyboard.document.named_files import confine
from storyboard.errors import AssemblyError, Problem
from storyboard.schema.vocabulary import LANCZOS


def network_problems(loaded: LoadedFilm, digests: Mapping[str, str], choices: Choices) -> Iterator[Problem]:
    """What is missing here, or unusable, of what the renderers in use ask for; at their lines.

    A network is loaded and tried.
    """
    for choice in choices.used:
        at = ("renderers", choice.profile or "")
        for key, name, extra in (
            ("retime_model", choice.retime_model, "rife"),
            ("upscale", choice.upscale, "upscale"),
        ):
            if name is None or name == LANCZOS or name not in digests:
                continue
            if find_spec("onnxruntime") is None:
                words = f'"{name}" needs onnxruntime, which is not here: install shotfarm[{extra}]'
                yield loaded.problem((*at, key), words)
            elif wrong := _fault(key, confine(loaded.folder, name), digests[name]):
                yield loaded.problem((*at, key), wrong)


@lru_cache
def _fault(key: str, path: Path, sha256: str) -> str | None:
    from assembly.retiming.rife import Rife
    from assembly.retiming.upscaling import Upscaler

    try:
        (Rife if key == "retime_model" else Upscaler)(path, sha256)
    except AssemblyError as error:
        return error.message
    return None
