from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from farm.backend.conformance import character, location
from storyboard.errors import FarmError, UsageError
from storyboard.planning.spec import Predecessor, ResolvedLook
from tests.support.diffusion.small_takes import Stage, small
from tests.support.diffusion.tiny_models import ip_adapter, picture

LOOK = {"description": "", "negative": "", "palette": (), "references": (), "loras": ()}
SLOW = [pytest.param("sdxl", marks=pytest.mark.slow)]
EARLIER = Predecessor(shot="1", digest="0" * 64)


@pytest.fixture
def stage():
    with Stage() as opened:
        yield opened


def drawn_by(models, name, **more):
    return {"keyframe": {"model": str(models(name)), "steps": 2, **more}}


@pytest.mark.parametrize("name", ["sd15", *SLOW])
def test_the_end_of_a_long_prompt_is_read_by_every_keyframe_model(models, stage, name):
    said = "She waits for a long time at the very end of the pier, and nothing happens at all. " * 3
    options = drawn_by(models, name)
    takes = [stage.take(small(models("ltx"), options, action=said + end)) for end in ("Rain.", "Sun.")]
    assert not np.array_equal(*takes)


@pytest.mark.parametrize("name", ["flux", *SLOW])
def test_every_keyframe_model_draws_the_same_picture_again_and_another_for_other_words(models, stage, name):
    options = drawn_by(models, name)
    one, other = (small(models("ltx"), options, action=action) for action in ("rain", "sun, sun, sun"))
    first = stage.take(one)
    assert np.array_equal(stage.take(one), first)
    assert not np.array_equal(stage.take(other), first)
    assert not np.array_equal(stage.take(small(models("ltx"), action="rain")), first)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("family", "name"),
    [
        ("wan-i2v", "flux"),
        ("wan-i2v-two", "sdxl"),
        ("wan-vace", "flux"),
        ("ltx-2", "sdxl"),
        ("hunyuan-1.5-i2v", "flux"),
        ("cogvideox-i2v", "sdxl"),
        ("svd", "flux"),
    ],
)
def test_every_family_that_starts_from_a_picture_animates_a_keyframe(models, stage, family, name):
    size = {"width": 64, "height": 64} if family == "svd" else {}
    one, other = (
        stage.take(small(models(family), {**size, **drawn_by(models, name, steps=steps)})) for steps in (1, 3)
    )
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("name", ["sd15", pytest.param("flux", marks=pytest.mark.slow), *SLOW])
def test_two_adapters_of_a_keyframe_model_change_the_shots_that_name_pictures(models, stage, tmp_path, name):
    folder = models(name).parent / f"adapters-{name}"
    for number, file in enumerate(("face.safetensors", "style.safetensors")):
        ip_adapter(models(name), folder, file, number)
    adapters = {
        f"{kind}_adapter": {"model": str(folder), "file": f"{file}.safetensors"}
        for kind, file in (("character", "face"), ("style", "style"))
    }
    ada, look = (stage.file(picture(tmp_path / f"{n}.png", n)) for n in range(2))

    def take(people=(), style=()):
        look_of_film = ResolvedLook(**LOOK | {"references": style})
        cast = (character(references=people),)
        spec = small(models("ltx"), drawn_by(models, name, **adapters), characters=cast, look=look_of_film)
        return stage.take(spec).tobytes()

    takes = [take(), take((ada,)), take((), (look,)), take((ada,), (look,))]
    assert len(set(takes)) == 4
    assert take() == takes[0]
    assert take((ada,), (look,)) == takes[3]


@pytest.fixture
def flux_face(models):
    """An IP-Adapter of Flux, whose image encoder lies in a folder of its own."""
    folder = models("flux").parent / "adapter-flux"
    ip_adapter(models("flux"), folder, "face.safetensors", 3)
    encoder = models("flux").parent / "clip"
    if not encoder.exists():
        (folder / "image_encoder").rename(encoder)
    return {"model": str(folder), "file": "face.safetensors", "image_encoder": {"model": str(encoder)}}


def test_an_adapter_is_applied_by_block_as_much_as_its_scales_say(models, stage, tmp_path, flux_face):
    ada = stage.file(picture(tmp_path / "ada.png", 1))

    def take(**scales):
        options = drawn_by(models, "flux", character_adapter=flux_face | scales)
        return stage.take(small(models("ltx"), options, characters=(character(references=(ada,)),))).tobytes()

    assert take(blocks=[0.7]) == take(scale=0.7)
    assert len({take(scale=0.7), take(scale=0), take(blocks=[0.2])}) == 3


def test_scales_of_blocks_that_a_model_does_not_have_are_refused(models, stage, tmp_path, flux_face):
    cast = (character(references=(stage.file(picture(tmp_path / "ada.png", 1)),)),)
    for blocks in ([0.1, 0.2], {"up": 1}):
        options = drawn_by(models, "flux", character_adapter=flux_face | {"blocks": blocks})
        with pytest.raises(UsageError, match="blocks: do not fit FluxPipeline"):
            stage.take(small(models("ltx"), options, characters=cast))


def test_an_adapter_of_another_model_is_refused_by_its_name(models, stage, flux_face):
    options = drawn_by(models, "sd15", character_adapter=flux_face)
    with pytest.raises(FarmError, match=r"face\.safetensors: no IP-Adapter of a StableDiffusionPipeline"):
        stage.take(small(models("ltx"), options))


@pytest.mark.parametrize("name", ["flux", *SLOW])
def test_a_match_cut_is_drawn_from_the_frame_that_it_matches(models, stage, tmp_path, name):
    frames = [np.asarray(Image.open(picture(tmp_path / f"{n}.png", n))) for n in range(2)]

    def take(matched, strength=0.5, place="Harbour"):
        options = drawn_by(models, name, match_strength=strength)
        spec = small(models("ltx"), options, head=0, match_cut=EARLIER, location=location(place))
        return stage.take(spec, matched=matched)

    one, other, elsewhere, freer = (
        take(frames[0]),
        take(frames[1]),
        take(frames[0], place="A hill, a hill"),
        take(frames[0], 1.0),
    )
    assert len({each.tobytes() for each in (one, other, elsewhere, freer)}) == 4
    assert np.array_equal(take(frames[0]), one)


def test_the_less_a_match_cut_departs_from_its_frame_the_more_the_frame_shows(models, stage, tmp_path):
    """Seen in the keyframe itself: the random weights of a video model keep little of a picture."""
    drawn = []
    real = stage.studio._given._draw
    stage.studio._given._draw = lambda shot, options: drawn.append(real(shot, options)) or drawn[-1]
    frames = [np.asarray(Image.open(picture(tmp_path / f"{n}.png", n))) for n in range(2)]
    for strength in (0.1, 1.0):
        for frame in frames:
            options = drawn_by(models, "sd15", match_strength=strength)
            stage.take(small(models("ltx"), options, match_cut=EARLIER), matched=frame)
    near, far = ((drawn[n] - drawn[n + 1]).abs().mean() for n in (0, 2))
    assert near > 2 * far


def test_a_renderer_without_a_keyframe_model_refuses_a_match_cut(models, stage):
    with pytest.raises(UsageError, match="a match cut without a keyframe model"):
        stage.take(small(models("ltx"), match_cut=EARLIER))
