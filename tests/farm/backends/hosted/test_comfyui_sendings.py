"""What `plan` tells of what goes to servers of ComfyUI."""

from __future__ import annotations

from farm.backend.conformance import shot
from farm.backend.traits import complete_options
from farm.backends.hosted.comfyui import ComfyBackend
from farm.backends.hosted.comfyui.sendings import sendings
from storyboard.planning.spec import Predecessor, ResolvedFile

INPUTS = {
    "prompt": "6.text",
    "seed": "3.seed",
    "first_frame": "10.image",
    "reference_1": "11.image",
    "pose": "12.video",
}


def test_hosts_and_what_goes_there_are_named_and_nothing_is_paid():
    servers = [{"url": "http://a:8188"}, {"url": "https://b", "tags": ["big"]}]
    options = complete_options(ComfyBackend.TRAITS, {"inputs": INPUTS, "servers": servers})
    (plain,) = sendings(shot(options=options))
    assert (plain.host, plain.what, plain.credits) == ("one of a:8188, b", ("words", "references"), 0)
    continued = shot(
        options={**options, "needs": ["big"]}, predecessor=Predecessor(shot="1", digest="0" * 64)
    )
    (one,) = sendings(continued)
    assert (one.host, one.what) == ("b", ("words", "the last picture of the shot before", "references"))
    given = shot(options=options, first_frame=ResolvedFile(sha256="0" * 64))
    assert "a picture of its first frame" in sendings(given)[0].what
    assert sendings(shot(options={**options, "servers": []})) == ()
