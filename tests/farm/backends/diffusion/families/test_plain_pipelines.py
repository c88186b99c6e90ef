"""What the farm makes in parts (encoded apart, watched step by step) is what diffusers makes as a whole."""

from __future__ import annotations

from itertools import islice

import diffusers
import numpy as np
import pytest
import torch
from PIL import Image

from farm.backend.conformance import Recorder, character, location
from farm.backends.diffusion.conditioning.performance import FACE
from farm.backends.diffusion.families.call import TEXT_ENCODERS, Size
from farm.backends.diffusion.families.registry import family_of_index
from farm.backends.diffusion.models.folders import read_folder
from farm.backends.diffusion.prompt import prompt_of
from farm.media.videos import frames
from farm.takes.clip import fitted
from storyboard.planning.spec import ResolvedLook, ResolvedPerformance
from tests.support.diffusion.small_takes import Stage, small
from tests.support.diffusion.tiny_models import ip_adapter, picture, video

SIZE = (64, 32)
SIZED = {"width": 64, "height": 32, "num_frames": 9}
LOOK = {"description": "", "negative": "blurry", "palette": (), "references": (), "loras": ()}
WHOLE = {"width": 64, "height": 32, "head": 0, "frames": 9, "tail": 0}
FEW_WORDS = {"action": "", "characters": (), "location": location("Sea")}
"""within CLIP's 77 tokens, beyond which the plain pipelines cut a prompt and the farm does not"""
WAN = {"guidance_scale": 5.0, "max_sequence_length": 512}
STYLE_SCALE = 0.4


@pytest.fixture
def stage():
    with Stage() as opened:
        yield opened


def plain_pipeline(folder):
    """The pipeline as its documentation loads it, with weights that nobody trains.

    torch multiplies by a weight that could be trained with another kernel, also where nothing is trained.
    """
    index = read_folder(folder).pipeline
    family = family_of_index(index)
    kind = getattr(diffusers, family.pipeline if family else index)
    pipe = kind.from_pretrained(str(folder), local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    settle(pipe)
    return pipe


def settle(pipe):
    for component in pipe.components.values():
        if isinstance(component, torch.nn.Module):
            component.requires_grad_(requires_grad=False)
            for tensor in (*component.parameters(), *component.buffers()):
                tensor.data = tensor.data.clone()


def plain(pipe, spec, **more):
    """What the pipeline gives when it is called as its documentation says."""
    return pipe(
        num_inference_steps=2, generator=torch.Generator().manual_seed(spec.seed), output_type="pt", **more
    )


def words(spec):
    said = prompt_of(spec)
    return {"prompt": said.text, "negative_prompt": said.negative}


def pictures(output):
    return (output.frames[0] * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()


def still(path, size=SIZE):
    """A picture of exactly this size: nothing is scaled."""
    Image.open(picture(path, 1)).resize(size).save(path)
    return path


def shot_of(model, options=None, **changes):
    return small(model, options, **WHOLE | {"look": ResolvedLook(**LOOK)} | FEW_WORDS | changes)


def style_adapter(model, folder):
    ip_adapter(model, folder, "style.safetensors", 1)
    return {"model": str(folder), "file": "style.safetensors", "scale": STYLE_SCALE}


def in_style(pipe, folder, style):
    """The arguments for an IP-Adapter, which is loaded as its documentation says."""
    where = {"weight_name": "style.safetensors", "subfolder": ""}
    if hasattr(pipe, "unet"):
        pipe.load_ip_adapter(str(folder), image_encoder_folder="image_encoder", **where)
    else:
        encoder = {"image_encoder_pretrained_model_name_or_path": str(folder / "image_encoder")}
        pipe.load_ip_adapter(str(folder), image_encoder_dtype=torch.float32, **encoder, **where)
    pipe.set_ip_adapter_scale(STYLE_SCALE)
    settle(pipe)
    return {"ip_adapter_image": Image.open(style)}


@pytest.mark.parametrize(
    ("model", "more"),
    [
        ("wan", WAN),
        ("wan-two", WAN),
        ("wan-vace", WAN),
        ("wan-i2v", WAN | {"image": "first.png"}),
        ("ltx", {"guidance_scale": 3.0, "max_sequence_length": 256, "frame_rate": 24}),
        ("cogvideox", {"guidance_scale": 6.0}),
        ("cogvideox-i2v", {"guidance_scale": 6.0, "image": "first.png"}),
        ("hunyuan-1.5", {}),
    ],
)
def test_encoding_apart_gives_what_the_plain_pipeline_gives_bit_for_bit(models, stage, model, more, tmp_path):
    first = None
    if "image" in more:
        path = still(tmp_path / more["image"])
        first = stage.file(path)
        more = more | {"image": Image.open(path)}
    spec = shot_of(models(model), first_frame=first)
    made = stage.take(spec)
    for name in TEXT_ENCODERS:
        assert getattr(stage.studio._held._video.pipe, name, None) is None
    output = plain(plain_pipeline(models(model)), spec, **words(spec), **SIZED, **more)
    assert np.array_equal(made, pictures(output))


@pytest.mark.slow
def test_svd_gives_what_the_plain_pipeline_gives_bit_for_bit(models, stage, tmp_path):
    path = still(tmp_path / "first.png", (64, 64))
    spec = shot_of(models("svd"), {"height": 64}, height=64, frames=4, first_frame=stage.file(path))
    output = plain(
        plain_pipeline(models("svd")),
        spec,
        image=Image.open(path),
        max_guidance_scale=3.0,
        fps=24,
        decode_chunk_size=4,
        num_frames=4,
        width=64,
        height=64,
    )
    assert np.array_equal(stage.take(spec), pictures(output))


@pytest.mark.slow
def test_hunyuan_from_a_picture_gives_what_the_plain_pipeline_gives_in_the_size_of_the_shot(
    models, stage, tmp_path
):
    model, path = models("hunyuan-1.5-i2v"), still(tmp_path / "first.png")
    spec = shot_of(model, first_frame=stage.file(path))
    output = plain(plain_pipeline(model), spec, image=Image.open(path), num_frames=9, **words(spec))
    # It chooses a size of its own.
    wanted = [fitted(frame, *SIZE) for frame in pictures(output)]
    assert np.array_equal(stage.take(spec), wanted)


@pytest.mark.slow
def test_ltx2_gives_the_picture_and_sound_of_the_plain_pipeline_bit_for_bit(models, stage):
    spec = shot_of(models("ltx-2"))
    context = Recorder()
    made = stage.take(spec, context=context)
    without_more_guidance = {"stg_scale": 0.0, "modality_scale": 1.0, "spatio_temporal_guidance_blocks": None}
    without_more_guidance |= {"audio_stg_scale": 0.0, "audio_modality_scale": 1.0}
    output = plain(plain_pipeline(models("ltx-2")), spec, **words(spec), **SIZED, **without_more_guidance)
    assert np.array_equal(made, pictures(output))
    [(sound, _)] = context.sounds
    whole = output.audio[0].T.numpy()
    assert len(sound) >= len(whole)
    assert np.array_equal(sound[: len(whole)], whole)
    assert not sound[len(whole) :].any()


@pytest.mark.slow
def test_wan_animate_gives_what_the_plain_pipeline_gives_bit_for_bit(models, stage, tmp_path):
    ada = picture(tmp_path / "ada.png", 1)
    videos = {name: video(tmp_path / f"{name}.mp4", seed) for seed, name in enumerate(("pose", "face"))}
    acted = {name: stage.file(path) for name, path in videos.items()}
    performance = ResolvedPerformance(file=acted["pose"], background=None, mask=None, **acted)
    cast = (character(references=(stage.file(ada),)),)
    spec = shot_of(models("wan-animate"), characters=cast, performance=performance)

    def shown(name, size):
        read = frames(videos[name], least=(size.width, size.height))
        return [Image.fromarray(fitted(one.picture, size.width, size.height)) for one in islice(read, 9)]

    output = plain(
        plain_pipeline(models("wan-animate")),
        spec,
        image=Image.open(ada),
        pose_video=shown("pose", Size(*SIZE)),
        face_video=shown("face", FACE),
        segment_frame_length=9,
        prev_segment_conditioning_frames=1,
        guidance_scale=1.0,
        width=64,
        height=32,
        **words(spec),
    )
    assert np.array_equal(stage.take(spec), pictures(output))


def test_animatediff_with_an_ip_adapter_gives_what_the_plain_pipeline_gives_bit_for_bit(
    models, stage, tmp_path
):
    model, folder = models("animatediff"), models("animatediff").parent / "adapters-style"
    style = picture(tmp_path / "style.png", 1)
    look = ResolvedLook(**LOOK | {"references": (stage.file(style),)})
    spec = shot_of(model, {"style_adapter": style_adapter(model, folder)}, look=look)
    pipe = plain_pipeline(model)
    more = in_style(pipe, folder, style)
    output = plain(pipe, spec, guidance_scale=7.5, **words(spec), **SIZED, **more)
    assert np.array_equal(stage.take(spec), pictures(output))


@pytest.mark.parametrize(
    "name", ["sd15", *(pytest.param(slow, marks=pytest.mark.slow) for slow in ("sdxl", "flux"))]
)
def test_a_keyframe_and_its_animation_are_those_of_the_plain_pipelines_bit_for_bit(
    models, stage, tmp_path, name
):
    model, folder = models(name), models(name).parent / f"adapters-style-{name}"
    style = picture(tmp_path / "style.png", 1)
    options = {"model": str(model), "steps": 2, "guidance": 4.0}
    options["style_adapter"] = style_adapter(model, folder)
    look = ResolvedLook(**LOOK | {"references": (stage.file(style),)})
    spec = shot_of(models("wan-i2v"), {"keyframe": options}, look=look)
    drawer = plain_pipeline(model)
    more = in_style(drawer, folder, style)
    said = words(spec) if name != "flux" else {"prompt": words(spec)["prompt"]}
    drawn = plain(drawer, spec, guidance_scale=4.0, width=64, height=32, **said, **more).images[0]
    keyframe = (drawn * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    seen = []
    real = stage.studio._given._draw
    stage.studio._given._draw = lambda shot, how: seen.append(real(shot, how)) or seen[-1]
    made = stage.take(spec)
    assert torch.equal(seen[0], drawn)
    more = {"image": Image.fromarray(keyframe)} | WAN
    output = plain(plain_pipeline(models("wan-i2v")), spec, **words(spec), **SIZED, **more)
    assert np.array_equal(made, pictures(output))
