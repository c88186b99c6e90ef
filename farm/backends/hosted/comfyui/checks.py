"""What a shot's workflow lacks, said before anything is sent: by the file alone, and by a server in reach."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from farm.backend.traits import Complaint
from farm.backends.hosted.comfyui.options import ComfyOptions
from farm.backends.hosted.comfyui.service import ComfyServer, ServerLost
from farm.backends.hosted.comfyui.workflow import (
    Filled,
    fill,
    outputs_of,
    read_workflow,
    wrong_on_server,
    wrong_places,
)
from farm.backends.hosted.service import Away
from storyboard.errors import UsageError
from storyboard.planning.spec import ShotSpec
from storyboard.wording import listed

REMEMBERED_S = 60.0
"""what a server knows is asked again after so long"""
_PLACEHOLDER = "0" * 64


class _Known:
    """What servers know of nodes, for a minute; None for one that did not answer."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Mapping[str, Any] | None]] = {}
        self._lock = threading.Lock()

    def of(self, url: str) -> Mapping[str, Any] | None:
        with self._lock:
            asked_at, known = self._known.get(url, (0.0, None))
            if asked_at and time.monotonic() - asked_at < REMEMBERED_S:
                return known
            server = ComfyServer(url)
            try:
                known = server.object_info()
            except (Away, ServerLost):
                known = None
            finally:
                server.close()
            self._known[url] = time.monotonic(), known
            return known

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


KNOWN = _Known()


def complaints(
    spec: ShotSpec, files: Mapping[str, Path], may_ask: Callable[[str], bool]
) -> Sequence[Complaint]:
    """What is wrong with a shot's workflow, and what will not be as asked.

    Args:
        spec: the shot.
        files: those that its options name, by their paths in the project.
        may_ask: whether a server may be asked what it knows.
    """
    options = ComfyOptions.model_validate(spec.options)
    if not options.workflow:
        words = "a renderer with this backend names its workflow, a file of the project: workflow: shot.json"
        return (Complaint("error", words, "workflow"),)
    if not options.servers:
        words = 'a renderer with this backend names its servers: servers: [{url: "http://gpu1:8188"}]'
        return (Complaint("error", words, "servers"),)
    try:
        graph = read_workflow(files[options.workflow])
        outputs_of(graph, options)
    except UsageError as error:
        option = "outputs" if options.outputs else "workflow"
        return (Complaint("error", error.in_words, option),)
    wrong = [Complaint("error", one.message, one.option) for one in wrong_places(graph, options)]
    if wrong:
        return wrong
    asked = [server.url for server in options.servers if may_ask(server.url)]
    own = {"first_frame": _PLACEHOLDER} if spec.predecessor else {}
    own |= {"matched_frame": _PLACEHOLDER} if spec.match_cut else {}
    filled = fill(graph, spec, options, own)
    return [*_of_values(spec, options, filled), *_of_servers(options, filled, asked)]


def _of_values(spec: ShotSpec, options: ComfyOptions, filled: Filled) -> Iterator[Complaint]:
    if filled.left_out:
        words = f"the shot has no {listed(filled.left_out)}: the workflow's own stay in their places"
        yield Complaint("warning", words)
    mapped = {value for value, _, _ in options.places()}
    if spec.predecessor and "first_frame" not in mapped:
        yield Complaint("error", "this workflow cannot start where another shot ends: it maps no first_frame")
    for name, asked in (
        ("performance", spec.performance),
        ("first_frame", spec.first_frame),
        ("last_frame", spec.last_frame),
    ):
        if asked is not None and name not in mapped:
            yield Complaint("warning", f"the workflow maps no {name}: the shot's is left out")


def _of_servers(options: ComfyOptions, filled: Filled, urls: Sequence[str]) -> Iterator[Complaint]:
    silent = []
    for url in urls:
        known = KNOWN.of(url)
        if known is None:
            silent.append(url)
            continue
        for one in wrong_on_server(filled.graph, options, known, url):
            yield Complaint("error", one.message, one.option)
    if silent:
        words = f"the workflow was not checked by {listed(silent)}, which did not answer"
        yield Complaint("warning", words)
