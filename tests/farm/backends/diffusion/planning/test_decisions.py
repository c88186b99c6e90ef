"""What is decided without torch: options, families, prompts, sizes, colours and folders."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from farm.backend.conformance import character, location, shot
from farm.backend.traits import Complaint
from farm.backends.diffusion.families.call import Size
from farm.backends.diffusion.families.family import FramePicture
from farm.backends.diffusion.families.registry import FAMILIES, families_that_take, family_of, family_of_index
from farm.backends.diffusion.families.sizing import (
    anchors,
    native_shape,
    native_size,
    native_timing,
    next_allowed,
)
from farm.backends.diffusion.gate.colour_shift import MOST_SHIFT, colour_shift
from farm.backends.diffusion.models.folders import (
    FOLDERS_VARIABLE,
    confined,
    find_folder,
    fingerprint,
    read_folder,
)
from farm.backends.diffusion.models.named import named_models
from farm.backends.diffusion.options import Ask, DiffusionOptions, StepCache
from farm.backends.diffusion.planning import hooks
from farm.backends.diffusion.planning.asks import Asks, asks_of
from farm.backends.diffusion.planning.checks import check
from farm.backends.diffusion.prompt import prompt_of, seed_of
from farm.takes.clip import fitted
from storyboard.errors import UsageError
from storyboard.media.colour import from_lab, to_lab
from storyboard.media.take_shape import TakeShape
from storyboard.planning.renderer import Renderer, RendererTraits
from storyboard.planning.resolve import resolve_film
from storyboard.planning.spec import (
    Predecessor,
    ResolvedFile,
    ResolvedLook,
    ResolvedLora,
    ResolvedPerformance,
)
from storyboard.schema.film import Film
from tests.support import ROOT

FILE = ResolvedFile(sha256="0" * 64)
COMMIT = "0123456789" * 4


def look(**changes):
    return ResolvedLook(
        **({"description": "", "negative": "", "palette": (), "references": (), "loras": ()} | changes)
    )


def options(model="/m", **more):
    return DiffusionOptions(model=model, **more)


def errors(findings: list[Complaint]) -> list[str]:
    return [f"{one.option}: {one.message}" for one in findings if one.severity == "error"]


def test_options_families_and_the_class_need_no_torch():
    code = (
        "import sys, farm.backends.diffusion, farm.backends.diffusion.planning.checks, "
        "farm.backends.diffusion.models.folders, farm.backends.diffusion.families.memory, "
        "farm.backends.diffusion.families.sizing, farm.backends.diffusion.gate.colour_shift, "
        "farm.backends.diffusion.prompt; "
        "sys.exit(any(name in sys.modules for name in ('torch', 'diffusers', 'transformers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# Families -----------------------------------------------------------------------------------------


def test_every_family_is_found_by_its_own_index():
    for family in FAMILIES.values():
        assert family_of_index(family.pipeline) is family
        assert family.resumes == (not family.no_resume)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"model": ""}, "no model is named"),
        ({"model": "owner/name"}, "revision: the hub id 'owner/name' needs a revision"),
        ({"model": "owner/name", "revision": "main"}, "40 hexadecimal digits"),
        ({"family": "wann"}, "no family is named 'wann'; did you mean \"wan\"?"),
        ({"family": "wan", "scheduler": "ddim"}, "allowed: dpm++, flow-euler, flow-heun, unipc"),
        (
            {"family": "svd", "cards": 2},
            "cards: the family svd renders on one card (families that can",
        ),
        ({"family": "wan", "cards": 2, "cache": "taylor"}, "cache and several cards do not go together"),
        ({"family": "wan", "cards": 2, "compile": True}, "compile and several cards do not go together"),
        (
            {"family": "wan", "cards": 2, "memory": "offloaded"},
            "memory: offloaded works on one card only (on several: full, tiled)",
        ),
        (
            {"family": "ltx", "cards": 2, "attention": "sage_hub"},
            "attention: sage_hub works on one card only (on several: native, ",
        ),
        ({"family": "svd", "compile": True}, "the family svd has no compile (families that have: wan"),
        ({"family": "wan", "width": 100, "height": 64}, "no multiple of 16, as wan needs; say 96 or 112"),
        ({"family": "wan", "width": 96}, "width and height go together"),
        ({"family": "svd", "cache": "taylor"}, "taylor does not work with the family svd (allowed: none)"),
        (
            {"family": "ltx", "cache": "spectrum"},
            "(allowed: first-block, magnitude, pyramid-attention, taylor)",
        ),
        ({"family": "wan-vace", "cache": "first-block"}, "(allowed: pyramid-attention, taylor)"),
        ({"family": "wan", "cache": "magnitude"}, "cache_ratios: cache: magnitude needs the ratios"),
        (
            {"family": "wan", "cache": "magnitude", "cache_ratios": [1.0], "scheduler": "flow-heun"},
            "flow-heun runs the denoiser twice",
        ),
        ({"family": "wan", "cache": "taylor", "compile": True}, "cache and compile do not go together"),
        ({"family": "ltx", "memory": "sliced"}, "sliced does not work with the family ltx"),
        ({"family": "wan", "keyframe": {"model": "/k"}}, "the family wan has no keyframe"),
        (
            {"family": "wan", "character_adapter": {"model": "/k", "file": "a.bin"}},
            "'a.bin' is not a .safetensors file",
        ),
    ],
)
def test_a_wrong_option_is_named_with_what_is_allowed(given, words):
    assert words in " | ".join(errors(check(options(**given))))


def test_good_options_have_no_findings():
    assert check(options(family="wan", steps=4, width=832, height=480)) == []
    assert check(options(model="owner/name", revision=COMMIT, family="ltx")) == []


def test_what_a_shot_asks_is_read_from_its_spec():
    lora = ResolvedLora(file=FILE, weight=1.0, trigger=None)
    spec = shot(
        look=look(negative="blurry", references=(FILE,)),
        characters=(character(references=(FILE,), loras=(lora,)),),
        location=location(references=(FILE,)),
        predecessor=Predecessor(shot="1", digest="0" * 64),
        match_cut=Predecessor(shot="1", digest="0" * 64),
        first_frame=FILE,
        last_frame=FILE,
        performance=ResolvedPerformance(file=FILE, pose=FILE, face=None),
    )
    assert asks_of(spec).what == frozenset(Ask)
    assert asks_of(shot()).what == frozenset()


@pytest.mark.parametrize(
    ("family", "ask", "words"),
    [
        ("wan", Ask.CONTINUITY, "families that can: wan-i2v, wan-vace, ltx"),
        ("wan", Ask.REFERENCES, "families that can: wan-vace, wan-animate, animatediff"),
        ("ltx", Ask.REFERENCES, "or draw the first frame with a keyframe model"),
        ("animatediff", Ask.STYLE, "without an IP-Adapter (style_adapter)"),
        (
            "svd",
            Ask.LAST_FRAME,
            "svd cannot take a picture of the last frame; families that can: wan-i2v, wan-vace",
        ),
        ("wan", Ask.FIRST_FRAME, "families that can: wan-i2v, wan-vace, ltx, ltx-2, hunyuan-1.5-i2v"),
        (
            "ltx",
            Ask.MATCH,
            "ltx cannot take a match cut without a keyframe model (keyframe); families that can: wan-i2v",
        ),
        ("svd", Ask.LORAS, "or leave it out: leave_out: [loras]"),
    ],
)
def test_what_a_family_cannot_take_is_an_error_that_names_those_that_can(family, ask, words):
    asked = Asks(frozenset({ask}))
    assert words in " | ".join(errors(check(options(family=family), asked)))
    left_out = errors(check(options(family=family, leave_out=[ask]), asked))
    assert not any(words in one for one in left_out)


def test_a_negative_prompt_is_left_out_with_a_warning_only():
    keyframe = {"model": "/k"}
    found = check(options(family="svd"), Asks(frozenset({Ask.NEGATIVE, Ask.CONTINUITY})))
    assert [one.severity for one in found] == ["warning"]
    found = check(options(family="svd", keyframe=keyframe), Asks(frozenset({Ask.NEGATIVE})))
    assert found == []


def test_pictures_of_places_are_left_out_with_a_warning_that_names_who_takes_them():
    (found,) = check(options(family="ltx"), Asks(frozenset({Ask.PLACES})))
    assert found.severity == "warning"
    assert "ltx cannot take reference pictures of places; families that can: wan-vace" in found.message
    assert check(options(family="wan-vace"), Asks(frozenset({Ask.PLACES}))) == []


def test_a_family_that_starts_from_a_picture_needs_one():
    assert "give the renderer a keyframe model" in errors(check(options(family="wan-i2v"), Asks()))[0]
    for ask in (Ask.CONTINUITY, Ask.FIRST_FRAME):
        assert errors(check(options(family="wan-i2v"), Asks(frozenset({ask})))) == []
    assert errors(check(options(family="wan-i2v", keyframe={"model": "/k"}), Asks())) == []


def test_a_shot_that_is_too_long_is_refused_where_it_would_fail_and_warned_of_elsewhere():
    long = Asks(seconds=10)
    assert "at most 32 (4.0 s)" in errors(check(options(family="animatediff"), long))[0]
    assert [one.severity for one in check(options(family="wan"), long)] == ["warning"]


def test_adapters_make_a_family_take_references():
    adapter = {"model": "/a", "file": "a.safetensors"}
    given = options(family="animatediff", character_adapter=adapter)
    assert check(given, Asks(frozenset({Ask.REFERENCES}))) == []
    assert "animatediff" in families_that_take(Ask.REFERENCES)


def model_like(**transformer):
    """A model folder of which only configurations are there."""

    def make(folder, pipeline, **settings):
        (folder / "transformer").mkdir()
        (folder / "transformer" / "config.json").write_text(json.dumps(transformer))
        index = {"_class_name": pipeline, "transformer": ["diffusers", "WanTransformer3DModel"], **settings}
        (folder / "model_index.json").write_text(json.dumps(index))
        return read_folder(folder)

    return make


@pytest.mark.parametrize(
    ("model", "settings", "end"),
    [
        (model_like(image_dim=1280, pos_embed_seq_len=514), {}, FramePicture.MUST),
        (model_like(image_dim=1280, pos_embed_seq_len=None), {}, FramePicture.NEVER),
        (model_like(image_dim=None), {"boundary_ratio": 0.9}, FramePicture.CAN),
    ],
)
def test_which_wan_ends_on_a_picture_is_read_from_its_configuration(tmp_path, model, settings, end):
    folder = model(tmp_path, "WanImageToVideoPipeline", **settings)
    family = family_of(options(), folder)
    assert (family.name, family.end) == ("wan-i2v", end)
    asked = Asks(frozenset({Ask.FIRST_FRAME}))
    told = errors(check(options(), asked, family))
    assert any("give the shot a last_frame" in one for one in told) == (end is FramePicture.MUST)
    told = errors(check(options(), Asks(asked.what | {Ask.LAST_FRAME}), family))
    assert any("cannot take a picture of the last frame" in one for one in told) == (
        end is FramePicture.NEVER
    )


def test_the_small_wan_has_its_own_size_and_rate_and_starts_from_a_picture_when_asked(tmp_path):
    folder = model_like()(tmp_path, "WanPipeline", expand_timesteps=True)
    words, pictures = (family_of(options(family=name), folder) for name in ("auto", "wan-i2v"))
    assert (words.name, words.start, words.rate, words.multiple) == ("wan", FramePicture.NEVER, 24, 32)
    assert (pictures.name, pictures.start, pictures.end) == ("wan-i2v", FramePicture.MUST, FramePicture.NEVER)


@pytest.mark.parametrize(("settings", "counts"), [({}, True), ({"boundary_ratio": 0.9}, False)])
def test_steps_are_not_counted_where_two_transformers_take_turns(tmp_path, settings, counts):
    for pipeline in ("WanPipeline", "WanImageToVideoPipeline"):
        (tmp_path / pipeline).mkdir()
        family = family_of(options(), model_like()(tmp_path / pipeline, pipeline, **settings))
        assert (StepCache.MAGNITUDE in family.caches) == counts


def test_a_solver_that_looks_at_the_size_makes_an_early_ltx_of_ltx_and_of_nothing_else(tmp_path):
    made = {}
    for pipeline in ("LTXPipeline", "LTX2Pipeline"):
        folder = tmp_path / pipeline
        folder.mkdir()
        model_like()(folder, pipeline)
        (folder / "scheduler").mkdir()
        (folder / "scheduler" / "scheduler_config.json").write_text('{"use_dynamic_shifting": true}')
        made[pipeline] = family_of(options(), read_folder(folder))
    assert (made["LTXPipeline"].pipeline, made["LTXPipeline"].end) == ("LTXPipeline", FramePicture.NEVER)
    assert made["LTX2Pipeline"] is FAMILIES["ltx-2"]


@pytest.mark.parametrize(
    ("family", "sound", "makes"), [("ltx-2", True, True), ("ltx-2", False, False), ("wan", True, False)]
)
def test_whether_takes_come_with_sound_is_known_before_anything_loads(family, sound, makes):
    assert hooks.makes_sound({"model": "owner/model", "family": family, "sound": sound}) is makes


def test_a_model_of_another_family_is_refused_with_its_own(tmp_path):
    folder = model_like()(tmp_path, "WanPipeline")
    with pytest.raises(UsageError, match=r"is a WanPipeline, which ltx does not render .*family wan\)"):
        family_of(options(family="ltx"), folder)
    with pytest.raises(UsageError, match="of words alone"):
        family_of(options(family="wan-i2v"), folder)


# Prompts ------------------------------------------------------------------------------------------


def test_a_prompt_says_everything_in_one_order():
    lora = ResolvedLora(file=FILE, weight=1.0, trigger="adaface")
    style = ResolvedLora(file=FILE, weight=1.0, trigger="inkstyle")
    spec = shot(
        size="CU",
        camera="pan-left",
        action="She waits.",
        look=look(description="Ink on paper", palette=("#b03a2e", "#0b1f3a"), loras=(style,)),
        location=location("Harbour", "dusk", "rain", description="wooden piers"),
        characters=(character(loras=(lora,), position="left", pose="holding", action="lifts a lamp."),),
    )
    assert prompt_of(spec).text == (
        "inkstyle, Close-up of adaface Ada. "
        "adaface Ada, a woman with short hair, wearing a red coat, is holding something, on the left of the "
        "frame, facing the camera, lifts a lamp. "
        "She waits. "
        "Harbour, wooden piers, at dusk, in warm low light, in the rain. "
        "The camera pans slowly to the left. "
        "Ink on paper. "
        "Colours: red, navy."
    )


def test_a_character_is_described_in_the_same_words_in_every_shot():
    first = prompt_of(shot(size="CU", location=location("Hill", "night"), action="")).text
    second = prompt_of(shot(size="EWS", characters=(character(), character("bea")))).text
    same = "Ada, a woman with short hair, wearing a red coat, is standing"
    assert same in first
    assert same in second
    assert "of Ada and Bea." in second


def test_two_characters_keep_their_words_through_a_film_and_wear_what_the_scene_says():
    people = [{"id": "ada"}, {"id": "bea", "position": "left"}]
    film = Film.model_validate(
        {
            "schema": 1,
            "title": "Two coats",
            "look": {
                "palette": ["#b03a2e", "#0b1f3a"],
                "loras": [{"file": "ink.safetensors", "trigger": "inkstyle"}],
            },
            "characters": {
                "ada": {
                    "name": "Ada",
                    "description": "a woman with short hair",
                    "wardrobe": {"default": "a red coat", "2": "a raincoat"},
                },
                "bea": {
                    "name": "Bea",
                    "description": "a tall girl",
                    "loras": [{"file": "bea.safetensors", "trigger": "beaface"}],
                },
            },
            "locations": {"quay": {"name": "Quay"}, "hill": {"name": "Hill"}},
            "scenes": [
                {
                    "id": scene,
                    "slug": "EXT.",
                    "location": place,
                    "shots": [{"id": f"{scene}A", "duration": "2s", "characters": people}],
                }
                for scene, place in (("1", "quay"), ("2", "hill"))
            ],
        }
    )
    renderer = Renderer(RendererTraits(name="diffusion", version=1), lambda *_: {}, 1.0)
    digests = {"ink.safetensors": "1" * 64, "bea.safetensors": "2" * 64}
    first, second = (prompt_of(one.spec).text for one in resolve_film(film, digests, lambda _: renderer))
    for text, coat, place in ((first, "a red coat", "Quay"), (second, "a raincoat", "Hill")):
        assert text.startswith("inkstyle, Medium shot of Ada and beaface Bea. ")
        assert f"Ada, a woman with short hair, wearing {coat}, is standing, in the centre" in text
        assert "beaface Bea, a tall girl, is standing, on the left of the frame" in text
        assert f" {place}, by day" in text
        assert text.endswith("Colours: red, navy.")
    assert first.replace("a red coat", "a raincoat").replace("Quay", "Hill") == second


def test_an_empty_place_has_a_prompt_too():
    assert prompt_of(shot(characters=())).text.startswith("Medium shot of Harbour.")


def test_the_negative_prompt_is_the_looks():
    assert prompt_of(shot(look=look(negative=" text, blur "))).negative == "text, blur"


# Sizes and rates ----------------------------------------------------------------------------------


def test_the_rendered_size_keeps_the_films_shape_in_the_familys_area():
    wan = FAMILIES["wan"]
    assert native_size(1920, 1080, options(), wan) == Size(848, 480)
    assert native_size(1080, 1920, options(), wan) == Size(480, 848)
    assert native_size(64, 36, options(), wan) == Size(64, 32)
    assert native_size(64, 36, options(width=832, height=480), wan) == Size(832, 480)


@pytest.mark.parametrize(
    ("film", "rendered"), [("24", "16"), ("16", "16"), ("24000/1001", "16"), ("16000/1001", "16000/1001")]
)
def test_a_take_has_the_models_rate_unless_the_films_is_almost_the_same(film, rendered):
    shape = TakeShape(1280, 720, Fraction(film), head=3, frames=48, tail=2)
    take = native_shape(shape, options(), FAMILIES["wan"])
    assert (take.width, take.height, take.rate) == (848, 480, Fraction(rendered))
    take.check_covers(shape)


@pytest.mark.parametrize(("frames", "allowed"), [(1, 1), (2, 5), (5, 5), (6, 9), (81, 81), (82, 85)])
def test_the_next_number_of_frames_that_wan_renders(frames, allowed):
    assert next_allowed(frames, FAMILIES["wan"]) == allowed


def test_every_frame_of_the_take_lies_inside_what_is_rendered():
    for family in FAMILIES.values():
        for total in (1, 2, 9, 50):
            for first, last in ((0, None), (-1, None), (1, total), (0, total)):
                spec = shot(frames=total)
                timing = native_timing(spec, options(), family, first=first, last=last)
                assert len(timing.positions) == spec.total_frames
                assert 0 <= timing.positions[0] <= timing.positions[-1] <= timing.frames - 1
                assert next_allowed(timing.frames, family) == timing.frames


def test_a_continuing_shot_does_not_show_its_predecessors_last_frame_twice():
    spec = shot(head=0)
    timing = native_timing(spec, options(rate=24), FAMILIES["ltx"], first=-1)
    assert timing.positions[0] == 1
    with_handle = native_timing(shot(head=2), options(rate=24), FAMILIES["ltx"], first=1)
    assert with_handle.positions[:4] == (0, 0, 1, 2)


@pytest.mark.parametrize("family", [one for one in FAMILIES.values() if one.end is not FramePicture.NEVER])
@pytest.mark.parametrize(("rate", "frames"), [(24, 6), (24, 2), (16, 41), (7, 30), (24, 1)])
def test_a_picture_that_a_shot_ends_on_is_shown_at_the_last_frame_of_its_body(family, rate, frames):
    spec = shot(frames=frames, head=2, tail=3, last_frame=FILE)
    first, last = anchors(spec, family, continuing=False)
    assert (first, last) == (0, frames + 1)
    timing = native_timing(spec, options(rate=rate), family, first=first, last=last)
    assert timing.positions[last] == timing.frames - 1 - family.after_end
    assert timing.positions[0] == 0


def test_a_shot_that_is_given_both_pictures_shows_them_at_both_ends_of_its_body():
    spec = shot(frames=10, head=2, tail=3, first_frame=FILE, last_frame=FILE)
    for family in (FAMILIES["wan-i2v"], FAMILIES["ltx"]):
        first, last = anchors(spec, family, continuing=False)
        timing = native_timing(spec, options(), family, first=first, last=last)
        assert (timing.positions[2], timing.positions[11]) == (0, timing.frames - 1)
    assert anchors(spec, FAMILIES["wan"], continuing=True) == (0, None)
    assert anchors(spec, FAMILIES["svd"], continuing=True) == (1, None)


def test_a_picture_of_another_shape_is_cut_not_stretched():
    wide = np.zeros((32, 64, 3), np.uint8)
    wide[:, 16:48] = 255
    assert fitted(wide, 32, 32).mean() > 250
    assert fitted(wide, 64, 32) is wide


# Colours and seeds --------------------------------------------------------------------------------


def test_colours_survive_the_way_to_lab_and_back():
    frame = np.random.default_rng(0).integers(0, 256, (20, 20, 3), np.uint8)
    assert np.abs(from_lab(to_lab(frame)).astype(int) - frame).max() <= 1
    assert to_lab(np.full((1, 1, 3), 255, np.uint8))[0, 0] == pytest.approx([100, 0, 0], abs=1e-3)


def test_colours_come_nearer_but_no_further_than_the_bounds():
    pictures = np.random.default_rng(1).integers(60, 160, (2, 24, 24, 3), np.uint8)
    before, near = pictures[0], (pictures[0] + np.array([6, 0, 10])).astype(np.uint8)
    matched = colour_shift(near, before).apply(near)
    assert np.abs(to_lab(matched).mean((0, 1)) - to_lab(before).mean((0, 1))).max() < 0.5
    far = np.full((24, 24, 3), (255, 40, 0), np.uint8)
    before = np.full((24, 24, 3), (0, 10, 120), np.uint8)
    assert np.abs(colour_shift(far, before).shift) == pytest.approx(MOST_SHIFT)
    assert np.array_equal(colour_shift(near, before, 0).apply(near), near)


def test_a_retake_has_a_seed_of_its_own():
    seeds = [seed_of(shot(), retake) for retake in range(3)]
    assert seeds[0] == shot().seed
    assert len(set(seeds)) == 3
    assert seed_of(shot(seed=1)) == 1


# Folders ------------------------------------------------------------------------------------------


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDERS_VARIABLE, str(tmp_path))
    folder = tmp_path / "model"
    (folder / "transformer").mkdir(parents=True)
    index = {"_class_name": "WanPipeline", "transformer": ["diffusers", "WanTransformer3DModel"]}
    (folder / "model_index.json").write_text(json.dumps(index | {"image_encoder": [None, None]}))
    (folder / "transformer" / "model.safetensors").write_bytes(b"12345")
    return folder


def test_a_model_folder_is_described(model):
    read = read_folder(find_folder(str(model), None))
    assert read.pipeline == "WanPipeline"
    assert read.components == {"transformer": "WanTransformer3DModel"}
    assert read.sizes == {"transformer": 5}


def test_a_fingerprint_changes_with_the_weights_and_nothing_else(model):
    before = fingerprint(model)
    (model / "README.md").write_text("words")
    assert fingerprint(model) == before
    (model / "transformer" / "model.safetensors").write_bytes(b"54321")
    assert fingerprint(model) != before
    assert fingerprint(model, ["vae"]) != fingerprint(model)


def index_of(library, kind):
    return json.dumps({"_class_name": "WanPipeline", "transformer": [library, kind]})


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("code.py", "import os", "brings code of its own"),
        ("model_index.json", "{", "cannot be read"),
        ("model_index.json", "[]", "names no pipeline"),
        ("model_index.json", index_of("my_code", "Model"), "comes from my_code"),
        ("transformer/config.json", '{"auto_map": {"AutoModel": "x.Y"}}', "asks for code of its own"),
    ],
)
def test_a_model_that_brings_code_is_refused(model, name, content, words):
    (model / name).write_text(content)
    with pytest.raises(UsageError, match=words):
        read_folder(model)


@pytest.mark.parametrize("name", ["model.bin", "model.pt", "model.ckpt", "model.pth"])
def test_pickled_weights_are_refused(model, name):
    (model / "transformer" / "model.safetensors").rename(model / "transformer" / name)
    with pytest.raises(UsageError, match="pickled"):
        read_folder(model)


def test_a_folder_outside_the_allowed_ones_is_refused(model, tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDERS_VARIABLE, str(tmp_path / "models"))
    with pytest.raises(UsageError, match="outside the folders that models may lie in"):
        find_folder(str(model), None)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "link").symlink_to(model)
    with pytest.raises(UsageError, match="outside"):
        find_folder(str(tmp_path / "models" / "link"), None)
    with pytest.raises(UsageError, match="none"):
        confined(model, [])


def test_a_relative_name_is_looked_for_where_models_lie(model, tmp_path, monkeypatch):
    assert find_folder("model", None) == model
    monkeypatch.chdir(tmp_path.parent)
    assert find_folder("model", None) == model
    with pytest.raises(UsageError, match="looked in"):
        find_folder("../model", None)


def test_an_adapter_needs_its_image_encoder_beside_it_or_where_it_says():
    adapter = {"model": "/adapters", "file": "sub/face.safetensors"}
    clip = {"model": "openai/clip-vit-large-patch14", "revision": COMMIT}
    beside, (_, _, apart, encoder) = (
        named_models(options(keyframe={"model": "/flux", "character_adapter": adapter | more}))
        for more in ({}, {"image_encoder": clip})
    )
    assert beside[-1].parts == (adapter["file"], "image_encoder/config.json", "image_encoder/*.safetensors")
    assert apart.parts == (adapter["file"],)
    assert (encoder.option, encoder.model, encoder.revision, encoder.parts) == (
        "keyframe.character_adapter.image_encoder.model",
        *clip.values(),
        ("config.json", "*.safetensors"),
    )


def test_everything_that_options_name_is_listed():
    adapter = {"model": "owner/adapter", "revision": COMMIT, "file": "a.safetensors"}
    given = options(keyframe={"model": "/k", "style_adapter": adapter}, motion_adapter="/motion")
    assert [(one.option, one.model) for one in named_models(given)] == [
        ("model", "/m"),
        ("motion_adapter", "/motion"),
        ("keyframe.model", "/k"),
        ("keyframe.style_adapter.model", "owner/adapter"),
    ]


def test_what_is_not_here_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(UsageError, match="is not on this machine") as caught:
        find_folder("owner/name", COMMIT)
    assert "shotfarm models fetch" in caught.value.hint
    with pytest.raises(UsageError, match="there is no model folder"):
        find_folder("/nowhere/at/all", None)
