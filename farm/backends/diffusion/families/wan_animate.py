"""Wan Animate: a character's picture follows a performance, alone or in the performer's place in a video."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from typing_extensions import override

from farm.backends.diffusion.families.call import FamilyModule, Take, common
from farm.backends.diffusion.families.family import WORDS
from farm.backends.diffusion.families.wan import TEXT_TO_VIDEO
from farm.backends.diffusion.options import Ask

SEGMENT = 77
"""frames of a segment, as the model was trained"""
SHARED = 1
"""frames that a segment takes over from the one before"""


class WanAnimate(FamilyModule):
    """A picture of a character, the pose and face of a performer, and words to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        arguments = common(take)
        del arguments["num_frames"]  # as many as the videos have
        arguments |= {
            "image": take.references[0],
            "pose_video": list(take.performance["pose"]),
            "face_video": list(take.performance["face"]),
            "segment_frame_length": min(take.frames, SEGMENT),
            "prev_segment_conditioning_frames": SHARED,
        }
        if "mask" in take.performance:
            arguments |= {
                "mode": "replace",
                "background_video": list(take.performance["background"]),
                "mask_video": list(take.performance["mask"]),
            }
        return arguments

    @override
    def rounds(self, frames: int) -> int:
        return max(1, -(-(frames - SHARED) // (SEGMENT - SHARED)))


FAMILY = replace(
    TEXT_TO_VIDEO,
    name="wan-animate",
    title="Wan Animate, a performance to video",
    pipeline="WanAnimatePipeline",
    indexes=("WanAnimatePipeline",),
    module=WanAnimate(),
    refine=None,
    conditioning=WORDS | {Ask.REFERENCES, Ask.PERFORMANCE},
    needs=frozenset({Ask.REFERENCES, Ask.PERFORMANCE}),
    follows=("pose", "face", "background", "mask"),
    most_references=1,
    rate=30,
    longest=SEGMENT,
    segment=SEGMENT,
    area=1280 * 720,
    steps=20,
    guidance=1.0,
    caches=frozenset(),
    spreads=False,
)
