"""LTX-2: words, and a picture at any frame, to video with sound. The sound is not kept yet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from typing_extensions import override

from farm.backends.diffusion.families import ltx
from farm.backends.diffusion.families.ltx import DECODE_NOISE, DECODE_TIMESTEP, Ltx
from farm.backends.diffusion.take import Take, common

PICTURE_CRF = 33
"""the compression of still pictures that the model was trained with"""


class Ltx2(Ltx):
    """Words, perhaps with a first picture, to video."""

    @override
    def arguments(self, pipe: Any, take: Take) -> dict[str, Any]:
        from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

        # The pipeline would copy the picture's solver for the sound, with who watches its steps.
        pipe.audio_scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config)
        # Plain guidance only: each of its further kinds costs another pass a step.
        arguments = {**common(take), "frame_rate": float(take.rate), "stg_scale": 0.0, "modality_scale": 1.0}
        arguments |= {"audio_stg_scale": 0.0, "audio_modality_scale": 1.0}
        arguments["spatio_temporal_guidance_blocks"] = None
        if pipe.vae.config.timestep_conditioning:
            arguments |= {"decode_timestep": DECODE_TIMESTEP, "decode_noise_scale": DECODE_NOISE}
        if take.start is not None:
            arguments["conditions"] = [LTX2VideoCondition(frames=take.start, index=0, crf=PICTURE_CRF)]
        return arguments


FAMILY = replace(
    ltx.FAMILY,
    name="ltx-2",
    title="LTX-2, with sound",
    pipeline="LTX2ConditionPipeline",
    indexes=("LTX2ConditionPipeline", "LTX2Pipeline", "LTX2ImageToVideoPipeline"),
    module=Ltx2(),
    steps=30,
    prompt_tokens=1024,
    caches=frozenset(),
    resumes=False,
    no_resume="picture and sound are denoised by two solvers at once",
    sound=True,
    licence="LTX-2 community licence: commercial use with conditions",
)
