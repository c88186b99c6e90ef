from __future__ import annotations

import json

import pytest

from farm.media.loras import LoraError, look_at, plain_name
from tests.support.mutations import SOAK, USUAL, clear, mutated, mutated_tensors


def file_of(path, *names):
    header = {"__metadata__": {"format": "pt"}}
    for number, name in enumerate(names):
        header[name] = {"dtype": "F32", "shape": [1], "data_offsets": [4 * number, 4 * number + 4]}
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(4 * len(names)))
    return path


PLACE = "lora_unet_blocks_0_attn_to_q"


@pytest.mark.parametrize(
    ("name", "relative"),
    [
        ("lokr_w1", "LoKr"),
        ("lokr_w2_a", "LoKr"),
        ("hada_w1_a", "LoHa"),
        ("dora_scale", "DoRA of kohya's or LyCORIS' kind"),
        ("oft_blocks", "OFT"),
        ("on_input", "IA3"),
    ],
)
def test_relatives_of_loras_are_refused_by_their_names(tmp_path, name, relative):
    path = file_of(tmp_path / "a.safetensors", f"{PLACE}.{name}", f"{PLACE}.lora_down.weight")
    with pytest.raises(LoraError, match=f"it is a {relative}, not a LoRA"):
        look_at(path)


@pytest.mark.parametrize(
    "names",
    [
        ("lora_unet_a.lora_down.weight", "lora_unet_a.lora_up.weight", "lora_unet_a.alpha"),
        ("transformer.a.lora_A.weight", "transformer.a.lora_B.weight"),
        ("base_model.model.a.lora_A.default.weight", "base_model.model.a.lora_B.default.weight"),
        ("unet.a.processor.to_q_lora.down.weight", "unet.a.processor.to_q_lora.up.weight"),
        ("transformer.a.lora_A.weight", "transformer.a.lora_B.weight", "transformer.a.lora_magnitude_vector"),
    ],
)
def test_every_program_s_loras_are_loras(tmp_path, names):
    look_at(file_of(tmp_path / "a.safetensors", *names))


def test_names_that_peft_gives_become_plain():
    assert plain_name("base_model.model.transformer.a.lora_B.weight", "unet") == "transformer.a.lora_B.weight"
    assert plain_name("base_model.model.a.lora_B.default.weight", "unet") == "unet.a.lora_B.weight"
    assert plain_name("diffusion_model.a.lora_B.weight", "unet") == "diffusion_model.a.lora_B.weight"


def test_what_is_no_lora_says_so(tmp_path):
    path = tmp_path / "a.safetensors"
    for data, words in (
        (b"", "no safetensors file"),
        (b"\xff" * 100, "no safetensors file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "pointer of git-lfs"),
    ):
        path.write_bytes(data)
        with pytest.raises(LoraError, match=words):
            look_at(path)
    with pytest.raises(LoraError, match="it holds no LoRA"):
        look_at(file_of(path, "model.weight"))
    with pytest.raises(LoraError, match=r"the other half is missing of b\.lora_up\.weight$"):
        look_at(file_of(path, "a.lora_down.weight", "a.lora_up.weight", "b.lora_up.weight"))
    whole = file_of(path, "a.lora_A.weight").read_bytes()
    path.write_bytes(whole[:-2])
    with pytest.raises(LoraError, match="it ends too soon"):
        look_at(path)


@pytest.mark.parametrize(
    "count", [USUAL, pytest.param(SOAK, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]
)
def test_any_lora_is_one_or_an_error(tmp_path, count):
    path = tmp_path / "a.safetensors"
    whole = file_of(path, "a.lora_A.weight", "a.lora_B.weight", "a.lora_magnitude_vector").read_bytes()
    ends = {"read": 0, "refused": 0}
    for data in (*mutated([whole], count // 2), *mutated_tensors(whole, count // 2)):
        path.write_bytes(data)
        try:
            look_at(path)
            ends["read"] += 1
        except LoraError as error:
            clear(error.message)
            ends["refused"] += 1
    assert min(ends.values()) > count / 20, "both ends are tried"


@pytest.mark.parametrize(
    "changed",
    [
        {"shape": [2]},
        {"dtype": "F16"},
        {"data_offsets": [0, 8]},
        {"data_offsets": [4, 0]},
        {"shape": [-1]},
        {"shape": [2**40] * 1000},
    ],
)
def test_what_is_refused_where_it_is_loaded_is_refused_before(tmp_path, changed):
    path = file_of(tmp_path / "a.safetensors", "a.lora_A.weight", "a.lora_B.weight")
    data = path.read_bytes()
    length = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:length])
    header["a.lora_B.weight"].update(changed)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data[length:])
    with pytest.raises(LoraError, match="it is no safetensors file"):
        look_at(path)
    path.write_bytes(data + bytes(4))
    with pytest.raises(LoraError, match="behind its tensors there is something else"):
        look_at(path)
