"""The process on each further card of a worker: it holds the denoisers, and runs them when the leader does.

`companions` starts it and speaks with it: one line of JSON for each thing to do, one for each that is done,
over a socket that nobody else has. When the socket closes, the leader is gone, and this process ends at once,
whatever it waits for. Nothing is unpickled; tensors come as bytes.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import socket
import sys
import threading
from pathlib import Path
from typing import IO, Any

import torch
from pydantic import TypeAdapter

from farm.backends.diffusion.cards.spreading import denoisers, join, spread, unpacked
from farm.backends.diffusion.families.family import Family
from farm.backends.diffusion.families.registry import family_of
from farm.backends.diffusion.loading.loras import lora_rack
from farm.backends.diffusion.loading.pipelines import (
    attention,
    device_of_this_worker,
    give_back,
    load_pipeline,
    tune,
)
from farm.backends.diffusion.models.folders import read_folder
from farm.backends.diffusion.options import DiffusionOptions
from storyboard.errors import ShotfarmError
from storyboard.planning.spec import ResolvedLora

_LORAS = TypeAdapter(tuple[ResolvedLora, ...])


class Companion:
    """The denoisers of one model on one card, and what they are asked to do."""

    def __init__(self, rank: int, cards: int, rendezvous: str) -> None:
        torch.set_num_threads(1)
        kind = device_of_this_worker()
        self._device = torch.device("cuda", rank) if kind.type == "cuda" else kind
        join(rendezvous, rank, cards, kind)
        self._kernel = contextlib.ExitStack()
        self._pipe: Any = None
        self._loras: Any = None
        self._family: Family

    def load(self, options: dict[str, Any], folder: str) -> None:
        """Load the denoisers of a model, and nothing else of it, instead of the one before."""
        self._pipe = self._loras = None
        give_back(self._device)
        parsed = DiffusionOptions.model_validate(options)
        known = read_folder(Path(folder))
        self._family = family_of(parsed, known)
        kept = ("scheduler", "guider")
        absent = [name for name in known.components if not name.startswith(("transformer", *kept))]
        self._pipe = load_pipeline(known.path, self._family.pipeline, parsed.precision, without=absent)
        tune(self._pipe, parsed, self._family)
        self._pipe.to(self._device)
        spread(self._pipe, self._family)
        self._loras = lora_rack(self._pipe, parsed)

    def prepare(self, loras: list[Any], files: dict[str, str], kernel: str | None) -> None:
        """Apply the LoRAs of a shot, and its attention kernel."""
        self._loras.switch(_LORAS.validate_python(loras), {sha: Path(path) for sha, path in files.items()})
        self._kernel.close()
        self._kernel.enter_context(attention(kernel, self._family))

    def denoise(self, model: int, given: Any) -> None:
        """Run a denoiser as the leader does; it has the result."""
        args, kwargs = unpacked(given, self._device)
        with torch.no_grad():
            denoisers(self._pipe)[model](*args, **kwargs)


def main(descriptor: int) -> None:
    """Do what the leader asks until it is gone."""
    line = socket.socket(fileno=descriptor)
    asked: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_listen, args=(line.makefile("r"), asked), daemon=True).start()
    companion: Companion | None = None
    _say(line, {})  # everything is imported, and the leader need not wait for who never comes
    while True:
        request = asked.get()
        what = request.pop("do")
        answer: dict[str, Any] = {}
        try:
            if companion is None:
                companion = Companion(**request)
            else:
                getattr(companion, what)(**request)
        except torch.OutOfMemoryError as error:
            answer = {"error": str(error).partition(". ")[0], "memory": True}
        except ShotfarmError as error:
            answer = {"error": error.message}
        except Exception as error:  # noqa: BLE001  (the leader raises it)
            answer = {"error": f"{type(error).__name__}: {error}"}
        _say(line, answer)
        if answer:
            return


def _say(line: socket.socket, answer: dict[str, Any]) -> None:
    line.sendall(json.dumps(answer).encode() + b"\n")


def _listen(line: IO[str], asked: queue.Queue[dict[str, Any]]) -> None:
    with contextlib.suppress(OSError):
        for request in line:
            asked.put(json.loads(request))
    os._exit(0)  # the main thread may wait for a process that is gone


if __name__ == "__main__":
    main(int(sys.argv[1]))
