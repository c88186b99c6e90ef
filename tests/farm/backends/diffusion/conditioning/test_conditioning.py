from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from farm.backend.conformance import Recorder, character, location
from farm.backend.protocol import Conditioning
from farm.backends.diffusion.families.registry import FAMILIES
from farm.backends.diffusion.planning.hooks import warmth
from farm.store.store import Store
from farm.takes.shelves import MemoryShelf, StoreShelf
from storyboard.errors import FarmError, UsageError
from storyboard.planning.spec import ResolvedLook, ResolvedLora
from tests.support.diffusion.small_takes import Stage, small
from tests.support.diffusion.tiny_models import ip_adapter, lora, picture

LOOK = {"description": "", "negative": "", "palette": (), "references": (), "loras": ()}


@pytest.fixture
def stage():
    with Stage() as opened:
        yield opened


def same(first, second):
    return np.array_equal(first, second)


def test_encoded_prompts_are_shared_through_the_store_and_encoders_not_loaded(models, stage, tmp_path):
    spec = small(models("wan"))
    shelf = StoreShelf(Store(tmp_path))
    wanted = stage.take(spec, shelf=shelf)
    with Stage() as other:
        assert same(other.take(spec, shelf=shelf), wanted)
        assert other.studio._encoders._text == {}


def test_encoding_a_film_makes_each_distinct_thing_once(models, stage):
    shelf = MemoryShelf()
    film = [small(models("wan"), seed=seed, action=action) for seed, action in ((1, "a"), (2, "a"), (3, "b"))]
    given = Conditioning(shelf=shelf)
    assert stage.backend.encode(film, given, Recorder()) == 2
    assert stage.backend.encode(film, given, Recorder()) == 0
    assert stage.studio.loads == 0


def test_a_lora_changes_her_shots_only_and_is_read_once(models, stage, tmp_path):
    hers = stage.lora(lora(models("wan"), "transformer", tmp_path / "ada.safetensors", 1), 0.8)
    other = stage.lora(lora(models("wan"), "transformer", tmp_path / "bea.safetensors", 2), 0.5)
    plain = small(models("wan"))
    with_hers = small(models("wan"), characters=(character(loras=(hers,)),))
    with_both = small(models("wan"), characters=(character(loras=(hers, other)),))
    before = stage.take(plain)
    one = stage.take(with_hers)
    both = stage.take(with_both)
    assert not same(before, one)
    assert not same(one, both)
    assert same(stage.take(plain), before)
    assert same(stage.take(with_hers), one)
    assert stage.studio._held._video.loras.loads == 2
    assert stage.studio.loads == 1
    with Stage() as fresh:
        fresh.files = stage.files
        assert same(fresh.take(with_hers), one)


def test_a_lora_of_another_model_is_refused_by_name(models, stage, tmp_path):
    path = tmp_path / "broken.safetensors"
    path.write_bytes(b"no weights at all")
    spec = small(models("wan"), characters=(character(loras=(stage.lora(path),)),))
    with pytest.raises(FarmError, match="broken"):
        stage.take(spec)


def test_a_lora_is_applied_whatever_program_wrote_it(models, stage, tmp_path):
    ours = lora(models("wan"), "transformer", tmp_path / "ours.safetensors", 1)
    theirs = tmp_path / "theirs.safetensors"
    given = load_file(ours)
    # As musubi-tuner writes them: all layers, in names of its own; those that ours lacks change nothing.
    names = {"to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "o"}
    layers = {f"attn{n}.{place}": f"{kind}_attn_{name}" for n, kind in ((1, "self"), (2, "cross"))
              for place, name in names.items()}  # fmt: skip
    layers |= {"ffn.net.0.proj": "ffn_0", "ffn.net.2": "ffn_2"}
    wide, inner = 24, 32
    written = {}
    for block in range(2):
        for place, name in layers.items():
            into, out = {"ffn_0": (wide, inner), "ffn_2": (inner, wide)}.get(name, (wide, wide))
            nothing = {"A": torch.zeros(4, into), "B": torch.zeros(out, 4)}
            for half, called in (("A", "down"), ("B", "up")):
                key = f"transformer.blocks.{block}.{place}.lora_{half}.weight"
                written[f"lora_unet_blocks_{block}_{name}.lora_{called}.weight"] = given.pop(
                    key, nothing[half]
                )
            written[f"lora_unet_blocks_{block}_{name}.alpha"] = torch.tensor(4.0)
    assert not given
    save_file(written, theirs)
    one, other = (
        stage.take(small(models("wan"), characters=(character(loras=(stage.lora(path),)),)))
        for path in (ours, theirs)
    )
    assert same(one, other)
    assert stage.studio._held._video.loras.loads == 2


def test_what_a_lora_changes_in_a_text_encoder_is_left_out(models, stage, tmp_path):
    ours = lora(models("animatediff"), "unet", tmp_path / "ours.safetensors", 1)
    both = tmp_path / "both.safetensors"
    place = "text_encoder.text_model.encoder.layers.0.self_attn.q_proj"
    save_file(
        load_file(ours)
        | {f"{place}.lora_A.weight": torch.ones(4, 8), f"{place}.lora_B.weight": torch.ones(8, 4)},
        both,
    )
    one, other = (
        stage.take(
            small(models("animatediff"), {"steps": 1}, characters=(character(loras=(stage.lora(path),)),))
        )
        for path in (ours, both)
    )
    assert same(one, other)


def test_a_lora_of_no_model_of_the_shot_is_refused_by_name(models, stage, tmp_path):
    path = lora(models("sd15"), "unet", tmp_path / "flat.safetensors", 1)
    spec = small(models("wan"), characters=(character(loras=(stage.lora(path),)),))
    with pytest.raises(FarmError, match=r"the LoRA flat\.safetensors is for another model than .*wan"):
        stage.take(spec)


def test_a_lora_of_which_the_model_has_but_a_part_is_refused_or_told(models, stage, tmp_path, caplog):
    whole = load_file(lora(models("wan"), "transformer", tmp_path / "whole.safetensors", 1))
    places = sorted({key.partition(".lora_")[0] for key in whole})
    path = tmp_path / "mixed.safetensors"

    def mixed(foreign: int) -> ResolvedLora:
        """The whole one beside so many places of another model."""
        more = {
            key.replace(places[0], f"transformer.others.{number}"): tensor.clone()
            for number in range(foreign)
            for key, tensor in whole.items()
            if key.startswith(f"{places[0]}.")
        }
        save_file(whole | more, path)
        return stage.lora(path)

    half = small(models("wan"), characters=(character(loras=(mixed(len(places)),)),))
    words = f"only {len(places)} of the {2 * len(places)} places that it changes"
    with pytest.raises(FarmError, match=rf"mixed\.safetensors is for another model than .*: .* {words}"):
        stage.take(half)
    assert not caplog.records
    stage.take(small(models("wan"), characters=(character(loras=(mixed(1),)),)))
    (told,) = [one.getMessage() for one in caplog.records if one.name.startswith("farm.")]
    assert f"the model has {len(places)} of the {len(places) + 1} places" in told


@pytest.mark.slow
def test_of_two_transformers_each_is_given_the_lora_that_was_made_for_it(models, stage, tmp_path):
    options = {"keyframe": {"model": str(models("flux")), "steps": 1}, "steps": 1}
    made = {
        name: stage.lora(lora(models(name), "transformer", tmp_path / f"{name}.safetensors", 1))
        for name in ("flux", "wan-i2v")
    }
    spec = small(models("wan-i2v"), options, characters=(character(loras=tuple(made.values())),))
    stage.take(spec)
    for name, held in (("flux", stage.studio._held._keyframe), ("wan-i2v", stage.studio._held._video)):
        assert list(held.loras._loaded) == [f"lora_{made[name].file.sha256[:16]}"]


def adapter(folder, name, **more):
    return {"model": str(folder), "file": name, **more}


def test_references_change_the_shots_of_their_character_only(models, stage, tmp_path):
    folder = models("animatediff").parent / "adapters"
    ip_adapter(models("animatediff"), folder, "face.safetensors", 1)
    ip_adapter(models("animatediff"), folder, "style.safetensors", 2)
    options = {
        "character_adapter": adapter(folder, "face.safetensors"),
        "style_adapter": adapter(folder, "style.safetensors", scale=0.4),
    }
    ada, bea, look = (stage.file(picture(tmp_path / f"{n}.png", n)) for n in range(3))

    def spec(*people, style=()):
        cast = tuple(character("ada", references=files) for files in people)
        return small(
            models("animatediff"),
            options,
            characters=cast,
            look=ResolvedLook(**(LOOK | {"references": style})),
        )

    nobody, one, other, both, styled = (
        stage.take(each)
        for each in (spec(()), spec((ada,)), spec((bea,)), spec((ada, bea)), spec((ada,), style=(look,)))
    )
    assert len({take.tobytes() for take in (nobody, one, other, both, styled)}) == 5
    assert same(stage.take(spec(())), nobody)
    assert same(stage.take(spec((ada,), style=(look,))), styled)
    assert stage.studio._held._video.pipe.image_encoder is None
    plain = small(models("animatediff"), characters=(character("ada"),))
    with Stage() as without:
        assert same(without.take(plain), nobody)


def test_scales_are_switched_without_loading_anything_again(models, stage, tmp_path):
    folder = models("animatediff").parent / "adapters"
    ip_adapter(models("animatediff"), folder, "face.safetensors", 1)
    ada = stage.file(picture(tmp_path / "ada.png", 1))
    cast = (character(references=(ada,)),)
    specs = [
        small(
            models("animatediff"),
            {"character_adapter": adapter(folder, "face.safetensors", **how), "steps": 1},
            characters=cast,
        )
        for how in ({}, {"blocks": {"down": {"block_0": 1.0}}}, {"scale": 1.5})
    ]
    takes = [stage.take(spec) for spec in specs]
    assert len({take.tobytes() for take in takes}) == len(specs)
    assert same(stage.take(specs[0]), takes[0])
    assert stage.studio.loads == 1
    assert len({warmth(spec) for spec in specs}) == 1


def test_vace_takes_the_pictures_of_characters_and_places(models, stage, tmp_path):
    ada, place = (stage.file(picture(tmp_path / f"{n}.png", n)) for n in range(2))
    takes = [
        stage.take(small(models("wan-vace"), characters=(character(references=people),), location=where))
        for people, where in (
            ((), location()),
            ((ada,), location()),
            ((ada,), location(references=(place,))),
        )
    ]
    assert len({take.tobytes() for take in takes}) == 3


def test_a_keyframe_model_takes_references_for_a_family_that_cannot(models, stage, tmp_path):
    folder = models("sd15").parent / "adapters"
    ip_adapter(models("sd15"), folder, "sd15.safetensors", 1)
    ada, bea = (stage.file(picture(tmp_path / f"{n}.png", n)) for n in range(2))
    options = {
        "keyframe": {
            "model": str(models("sd15")),
            "steps": 2,
            "character_adapter": adapter(folder, "sd15.safetensors"),
        }
    }
    one, other = (
        stage.take(small(models("wan-i2v"), options, characters=(character(references=(who,)),)))
        for who in (ada, bea)
    )
    assert not same(one, other)


@pytest.mark.parametrize(
    "model", ["wan-i2v-two", "wan-vace", "ltx", pytest.param("ltx-2", marks=pytest.mark.slow)]
)
def test_pictures_of_a_first_and_last_frame_change_the_shots_that_name_them(models, stage, tmp_path, model):
    start, end, other = (stage.file(picture(tmp_path / f"{n}.png", n)) for n in range(3))
    takes = [
        stage.take(small(models(model), first_frame=start, last_frame=last))
        for last in (None, end, other, None)
    ]
    assert same(takes[0], takes[3])
    assert len({take.tobytes() for take in takes}) == 3
    begun = stage.take(small(models(model), first_frame=other))
    assert not same(begun, takes[0])


def test_a_model_of_first_and_last_frames_takes_both_and_is_refused_with_one(models, stage, tmp_path):
    start, end, other = (stage.file(picture(tmp_path / f"{n}.png", n)) for n in range(3))
    one, two = (
        stage.take(small(models("wan-flf"), first_frame=start, last_frame=last)) for last in (end, other)
    )
    assert not same(one, two)
    with pytest.raises(UsageError, match="ends on a picture: give the shot a last_frame"):
        stage.take(small(models("wan-flf"), first_frame=start))
    with pytest.raises(UsageError, match="wan-i2v cannot take a picture of the last frame"):
        stage.take(small(models("wan-i2v"), first_frame=start, last_frame=end))


def test_vace_is_told_to_keep_the_last_picture_and_to_make_the_rest(models, stage, tmp_path, monkeypatch):
    end = stage.file(picture(tmp_path / "end.png", 1))
    calls = []
    module = FAMILIES["wan-vace"].module
    real = module.arguments
    monkeypatch.setattr(module, "arguments", lambda pipe, take: calls.append(real(pipe, take)) or calls[-1])
    stage.take(small(models("wan-vace"), last_frame=end))
    kept = [np.asarray(mask).max() == 0 for mask in calls[0]["mask"]]
    assert kept == [False] * (len(kept) - 1) + [True]
    shown = calls[0]["video"]
    assert len(shown) == len(kept) == 9
    assert len({picture.tobytes() for picture in shown[:-1]}) == 1
    assert shown[-1].size == (64, 32)


def test_a_reference_that_is_no_picture_is_named(models, stage, tmp_path):
    path = tmp_path / "ada.png"
    path.write_text("no picture")
    spec = small(models("wan-vace"), characters=(character(references=(stage.file(path),)),))
    with pytest.raises(FarmError, match=r"ada\.png cannot be read as a picture"):
        stage.take(spec)


def test_animatediff_takes_a_motion_module_beside_stable_diffusion(models, stage):
    import diffusers

    whole = models("animatediff")
    motion = whole.parent / "motion"
    pipe = diffusers.AnimateDiffPipeline.from_pretrained(str(whole), local_files_only=True)
    pipe.motion_adapter.save_pretrained(motion)
    options = {"motion_adapter": str(motion)}
    assert np.array_equal(stage.take(small(models("sd15"), options)), stage.take(small(whole)))


def test_a_lora_saved_as_a_peft_model_is_applied(models, stage, tmp_path):
    ours = lora(models("wan"), "transformer", tmp_path / "ours.safetensors", 1)
    theirs = tmp_path / "theirs.safetensors"
    save_file(
        {
            name.replace("transformer.", "base_model.model.", 1): tensor
            for name, tensor in load_file(ours).items()
        },
        theirs,
    )
    one, other = (
        stage.take(small(models("wan"), characters=(character(loras=(stage.lora(path),)),)))
        for path in (ours, theirs)
    )
    assert same(one, other)


def dora_of(path, model, stretched, into):
    """A DoRA with a LoRA's directions, whose magnitudes are those that the LoRA gives, so many times."""
    import diffusers

    whole = diffusers.DiffusionPipeline.from_pretrained(str(model), local_files_only=True).transformer
    tensors = load_file(path)
    for place in {name.partition(".lora_")[0] for name in tensors}:
        weight = whole.get_submodule(place.removeprefix("transformer.")).weight.detach()
        turned = weight + tensors[f"{place}.lora_B.weight"] @ tensors[f"{place}.lora_A.weight"]
        tensors[f"{place}.lora_magnitude_vector"] = stretched * turned.norm(dim=1)
    save_file(tensors, into)
    return into


def test_a_dora_is_a_lora_with_magnitudes_of_its_own(models, stage, tmp_path):
    model = models("wan")
    plain = lora(model, "transformer", tmp_path / "plain.safetensors", 1)
    same_lengths = dora_of(plain, model, 1, tmp_path / "same.safetensors")
    longer = dora_of(plain, model, 3, tmp_path / "longer.safetensors")
    one, two, three = (
        stage.take(small(model, characters=(character(loras=(stage.lora(path),)),))).astype(int)
        for path in (plain, same_lengths, longer)
    )
    assert np.abs(one - two).max() <= 1, "the magnitudes of the LoRA change nothing"
    assert np.abs(one - three).max() > 1, "others do"


def test_a_relative_of_a_lora_is_refused_by_its_name(models, stage, tmp_path):
    path = tmp_path / "dora.safetensors"
    ours = load_file(lora(models("wan"), "transformer", tmp_path / "ours.safetensors", 1))
    place = next(iter(ours)).partition(".lora_")[0]
    save_file(ours | {f"{place}.dora_scale": torch.ones(4)}, path)
    with pytest.raises(FarmError, match="it is a DoRA of kohya's or LyCORIS' kind, not a LoRA"):
        stage.take(small(models("wan"), characters=(character(loras=(stage.lora(path),)),)))
