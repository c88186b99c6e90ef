"""The sounds that a storyboard can name without bringing a file; `assembly` synthesises each of them."""

from __future__ import annotations

BUILT_IN_SOUNDS: dict[str, str] = {
    "bell": "a bell buoy or ship's bell, struck now and then",
    "birds": "small birds in the morning",
    "clock": "a clock ticking",
    "creak": "old wood under weight",
    "crickets": "a summer night",
    "door": "a door opened and shut",
    "engine": "a small boat's engine",
    "fire": "a fire crackling",
    "foghorn": "a foghorn, far away",
    "footsteps": "steps on boards",
    "gulls": "gulls over a harbour",
    "hum": "the hum of a machine",
    "knock": "three knocks on wood",
    "lens": "the low turning of a great lamp",
    "paper": "paper unfolded",
    "rain": "steady rain",
    "sea": "waves on a shore",
    "splash": "something falls into water",
    "storm": "wind and heavy rain",
    "switch": "a heavy switch thrown",
    "thunder": "thunder, rolling away",
    "whoosh": "something large passes by",
    "wind": "wind with gusts",
}
