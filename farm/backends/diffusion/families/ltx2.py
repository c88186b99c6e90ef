"""LTX-2: words, and a picture at any frame, to video with sound."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from typing_extensions import override

from farm.backends.diffusion.families import ltx
from farm.backends.diffusion.families.call import Rendered, Take, common
from farm.backends.diffusion.families.ltx import DECODE_NOISE, DECODE_TIMESTEP, Ltx

PICTURE_CRF = 33
"""the compression of still pictures that the model was trained with"""


class Ltx2(Ltx):
    """Words, perhaps with pictures of frames, to video with sound."""

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
        # The pipeline counts in latent frames: the one with this number begins at the last picture's frame.
        ratio = pipe.vae_temporal_compression_ratio
        last = (take.frames - 1 - FAMILY.after_end - 1) // ratio + 1
        conditions = [
            LTX2VideoCondition(frames=picture, index=index, crf=PICTURE_CRF)
            for index, picture in ((0, take.start), (last, take.end))
            if picture
        ]
        if conditions:
            arguments["conditions"] = conditions
        return arguments

    @override
    def render(self, pipe: Any, take: Take) -> Rendered:
        output = pipe(**take.prompt, **self.arguments(pipe, take), output_type="pt")
        rate = int(pipe.vocoder.config.output_sampling_rate)
        return Rendered(output.frames[0], output.audio[0].float().cpu(), rate)


FAMILY = replace(
    ltx.FAMILY,
    name="ltx-2",
    title="LTX-2, with sound",
    pipeline="LTX2ConditionPipeline",
    indexes=("LTX2ConditionPipeline", "LTX2Pipeline", "LTX2ImageToVideoPipeline"),
    module=Ltx2(),
    refine=None,
    after_end=7,
    steps=30,
    prompt_tokens=1024,
    caches=frozenset(),
    spreads=False,
    resumes=False,
    no_resume="picture and sound are denoised by two solvers at once",
    sound=True,
    licence="LTX-2 community licence: commercial use with conditions",
)
