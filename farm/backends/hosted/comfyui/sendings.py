"""What a shot sends to the servers of ComfyUI, which ask for no money. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from farm.backend.traits import Sending
from farm.backends.hosted.comfyui.options import NUMBERS, VIDEOS, ComfyOptions, numbered
from storyboard.planning.spec import ShotSpec

_PICTURES = {
    "first_frame": "a picture of its first frame",
    "last_frame": "a picture of its last frame",
    "matched_frame": "the last picture of the shot that it matches",
}


def sendings(spec: ShotSpec) -> Sequence[Sending]:
    """Its workflow, which goes to one of the servers, with what is mapped into it."""
    options = ComfyOptions.model_validate(spec.options)
    hosts = [urlsplit(server.url).netloc for server in options.usable()]
    if not hosts:
        return ()
    where = hosts[0] if len(hosts) == 1 else f"one of {', '.join(hosts)}"
    what = dict.fromkeys(filter(None, (_what(value, spec) for value, _, _ in options.places())))
    return (Sending("ComfyUI", where, "", tuple(what), credits=0, usd_per_credit="0"),)


def _what(value: str, spec: ShotSpec) -> str:
    """What of a mapped value is a person's: words, pictures, videos; empty where the shot has none."""
    which = numbered(value)
    if which is not None:
        return "references" if which[0] == "reference" else ""
    if value in VIDEOS:
        return "a driving video" if spec.performance is not None else ""
    if value == "first_frame" and spec.predecessor is not None:
        return "the last picture of the shot before"
    if value in _PICTURES:
        given = spec.match_cut if value == "matched_frame" else getattr(spec, value)
        return _PICTURES[value] if given is not None else ""
    return "" if value in NUMBERS else "words"
