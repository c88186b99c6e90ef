"""Known colours through every deliverable, through looks, matching and grain."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from assembly.cut.form import FrameForm
from assembly.cut.pieces import Chapter
from assembly.delivery import formats, hls, stills, verify
from assembly.delivery.film_grain import write_plate
from assembly.frames import clips, mezzanine_encoder
from assembly.frames.blending import planes_of
from assembly.frames.rgb import rgb_image
from assembly.picture import film_file
from assembly.picture.colour_matching import Match, change, matches, measure
from assembly.picture.luts import table_of
from assembly.picture.prints import Print, render_print
from storyboard.media.colour import Colours, to_lab
from storyboard.media.lut import parse_cube
from storyboard.schema.deliverables import DeliverableKind
from tests.support.assembly import colours
from tests.support.assembly.films import film_of

PICTURE = FrameForm(256, 128, Fraction(24))
SIZE = (256, 128)
FRAMES = 24


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    folder = tmp_path_factory.mktemp("film")
    mezzanine_encoder.encode_planes([colours.patches(PICTURE)] * FRAMES, PICTURE, folder / "film.mp4")
    return formats.Finished(folder / "film.mp4", None, FRAMES, *SIZE, PICTURE.rate, 48000, ";FFMETADATA1\n")


def coded_in(path, frame=12):
    """Y, Cb and Cr of the patches in a file, in levels of 8 bits."""
    with av.open(str(path)) as container:
        decoded = [each for each, _ in zip(container.decode(video=0), range(frame + 1), strict=False)][-1]
        assert (decoded.color_range, decoded.colorspace) == (1, 1)  # limited, BT.709
        deep = decoded.format.components[0].bits > 8
        wide = decoded.reformat(format="yuv444p16le" if deep else "yuv444p")
        planes = [
            np.frombuffer(memoryview(plane), np.uint16 if deep else np.uint8)
            .reshape(plane.height, -1)[:, : plane.width]
            .astype(float)
            / (256 if deep else 1)
            for plane in wide.planes
        ]
    return colours.middles(np.stack(planes, -1))


@pytest.mark.parametrize(
    "kind",
    [
        DeliverableKind.WEB,
        DeliverableKind.WEB_HEVC,
        DeliverableKind.WEB_AV1,
        DeliverableKind.MASTER,
        DeliverableKind.MASTER_DNXHR,
    ],
)
@pytest.mark.parametrize("height", [128, 192])
def test_a_file_has_the_films_colours_and_says_which_they_are(kind, height, film, tmp_path):
    path = formats.encode(kind, film, height, tmp_path, "film")
    assert verify.watch(path).tagged
    assert np.abs(coded_in(path) - colours.coded()).max() <= 1.5


def test_every_rendition_of_a_stream_has_the_films_colours(film, tmp_path):
    hls.encode(film, (128, 64), tmp_path)
    for height in (128, 64):
        assert np.abs(coded_in(tmp_path / f"{height}p.m3u8") - colours.coded()).max() <= 2


def test_pictures_show_the_colours_that_a_screen_should(film, tmp_path):
    numbered = stills.png_frames(film, 128, tmp_path, "film")[12]
    stills.poster(film.picture, 12, tmp_path / "poster.png")
    stills.poster(film.picture, 12, tmp_path / "large.png", (512, 256))
    for path in (numbered, tmp_path / "poster.png", tmp_path / "large.png"):
        with Image.open(path) as image:
            assert np.abs(colours.middles(np.asarray(image, float)) - colours.SHOWN).max() <= 2, path.name
    stills.preview(film, tmp_path / "film.webp")
    with Image.open(tmp_path / "film.webp") as image:
        seen = np.asarray(image.convert("RGB"), float)
    assert np.abs(colours.middles(seen) - colours.SHOWN).max() <= 8  # WebP keeps few colours
    (sheet,) = stills.contact_sheet(film, [stills.SheetShot("1A", "1", 0, FRAMES)], tmp_path, "film")
    with Image.open(sheet) as image:
        seen = np.asarray(image, float)[16:176, 16:336]
    assert np.abs(colours.middles(seen) - colours.SHOWN).max() <= 4


def test_linear_pictures_undo_the_camera_curve(film, tmp_path):
    path = stills.exr_frames(replace(film, frames=1), SIZE, tmp_path, "film")[0]
    with av.open(str(path)) as container:
        decoded = next(container.decode(video=0))
        green, blue, red = (
            np.frombuffer(memoryview(plane), np.float16).reshape(128, -1)[:, :256].astype(float)
            for plane in decoded.planes
        )
    shown = colours.SHOWN / 255
    linear = np.where(shown < 0.081, shown / 4.5, ((shown + 0.099) / 1.099) ** (1 / 0.45))
    assert np.abs(colours.middles(np.stack((red, green, blue), -1)) - linear).max() <= 0.02


SAME = "".join(f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))


def seen_through(film, tmp_path, *tables):
    clip = tmp_path / "print.mp4"
    one = Print("clip", FRAMES, PICTURE, PICTURE, None, "look", None)
    render_print(one, film.picture, tables, clip)
    assert clips.inspect(clip).parameter_sets == mezzanine_encoder.parameter_sets(PICTURE)
    (frame,) = clips.decode(clip, 12, 13, PICTURE.rate)
    return clip, colours.middles(np.asarray(rgb_image(frame), float))


def test_a_look_that_changes_nothing_changes_no_pixel(film, tmp_path):
    cube = table_of(parse_cube(f"LUT_3D_SIZE 2\n{SAME}"))
    curve = table_of(parse_cube("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"))
    wide = table_of(parse_cube(f"LUT_3D_SIZE 2\nDOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 2 2 2\n{SCALED}"))
    clip, _ = seen_through(film, tmp_path, cube, curve, wide)
    before, after = (
        next(clips.planes(path, 12, 13, PICTURE.rate, SIZE)).astype(int) for path in (film.picture, clip)
    )
    assert np.abs(before - after).max() <= 2  # encoded once more


SCALED = "".join(f"{r} {g} {b}\n" for b in (-1, 2) for g in (-1, 2) for r in (-1, 2))


def test_a_look_takes_each_colour_where_it_says(film, tmp_path):
    swapped = "".join(f"{b} {r} {g}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    _, seen = seen_through(film, tmp_path, table_of(parse_cube(f"LUT_3D_SIZE 2\n{swapped}")))
    assert np.abs(seen - colours.SHOWN[:, [2, 0, 1]]).max() <= 3
    _, seen = seen_through(film, tmp_path, table_of(parse_cube("LUT_1D_SIZE 2\n1 0 0\n0 1 1\n")))
    assert np.abs(seen - np.where([True, False, False], 255 - colours.SHOWN, colours.SHOWN)).max() <= 3


def test_a_look_for_other_inputs_is_taken_at_those_of_a_film():
    curve = parse_cube("LUT_1D_SIZE 3\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\n0 0 0\n0.5 0.5 0.5\n9 9 9\n")
    table = table_of(curve)
    assert table.shape == (1024, 3)
    assert np.abs(table[:, 1] - np.linspace(0, 0.5, 1024)).max() < 1e-9
    cube = parse_cube(f"LUT_3D_SIZE 2\nDOMAIN_MAX 4 1 1\n{SAME}")
    assert table_of(cube)[0, 0, -1] == pytest.approx([0.25, 0, 0])
    assert table_of(cube)[-1, 0, 0] == pytest.approx([0, 0, 1])


def shots(*wanted, **look):
    film = film_of([{"duration": 24, **one} for one in wanted])
    return film.model_copy(update={"look": film.look.model_copy(update=look)})


def test_a_shot_is_matched_to_its_neighbours_in_the_scene_and_to_nothing_else():
    film = shots({}, {}, {"continues": "s1"}, {}, match_colours=True)
    found = matches(film, {f"s{number}": f"clip-{number}" for number in range(4)})
    assert found["s0"] == Match(("clip-0",), (), ("clip-1", "clip-2"))
    assert found["s1"] == found["s2"] == Match(("clip-1", "clip-2"), ("clip-0",), ("clip-3",))
    changed = matches(film, {"s0": "new", "s1": "clip-1", "s2": "clip-2", "s3": "clip-3"})
    assert [name for name in found if changed[name] != found[name]] == ["s0", "s1", "s2"]


def test_matching_is_asked_for_by_the_look_or_the_scene():
    clips_of = {"s0": "a", "s1": "b"}
    assert matches(shots({}, {}), clips_of) == {}
    asked = shots({}, {}, match_colours=True)
    assert set(matches(asked, clips_of)) == {"s0", "s1"}
    scene = asked.scenes[0].model_copy(update={"match_colours": False})
    assert matches(asked.model_copy(update={"scenes": (scene,)}), clips_of) == {}
    assert matches(shots({}, match_colours=True), {"s0": "a"}) == {}


def test_a_jump_between_shots_becomes_smaller_and_black_and_white_stay(tmp_path):
    warm, cold = tmp_path / "warm.mp4", tmp_path / "cold.mp4"
    for path, tint in ((warm, 6), (cold, -6)):
        planes = np.full((192, 256), 128, np.uint8)
        luma, blue, red = planes_of(planes)
        luma[:] = np.linspace(16, 235, 256)
        blue[:, 8:-8], red[:, 8:-8] = 128 - tint, 128 + tint
        mezzanine_encoder.encode_planes([planes] * FRAMES, PICTURE, path)
    found = {name: measure(path, FRAMES, PICTURE.rate) for name, path in (("warm", warm), ("cold", cold))}
    before = found["warm"].distance(found["cold"])
    assert before > 10
    after = {}
    for name, other, path in (("warm", "cold", warm), ("cold", "warm", cold)):
        match = Match((name,), (), (other,))
        one = Print(name, FRAMES, PICTURE, PICTURE, match, None, None)
        render_print(one, path, [match.table(found)], tmp_path / "print.mp4")
        after[name] = measure(tmp_path / "print.mp4", FRAMES, PICTURE.rate)
        for planes in clips.planes(tmp_path / "print.mp4", 0, FRAMES, PICTURE.rate, SIZE):
            luma, _, _ = planes_of(planes)
            assert abs(int(luma[:, :1].max()) - 16) <= 2
            assert abs(int(luma[:, -1:].min()) - 235) <= 2
    assert after["warm"].distance(after["cold"]) < before / 3


def test_no_shot_is_moved_farther_than_the_bounds():
    table = change(Colours((20, 0, 0), (5, 2, 2)), Colours((90, 80, -80), (60, 60, 60)))
    grid = np.linspace(0, 255, 33).round().astype(np.uint8)
    blue, green, red = np.meshgrid(grid, grid, grid, indexing="ij")
    moved = to_lab((table * 255).round().astype(np.uint8)) - to_lab(np.stack((red, green, blue), -1))
    assert np.abs(moved[..., 0]).max() < 8 + 6  # colours that a screen cannot show come back to its edge
    assert np.abs(moved[8:25, 8:25, 8:25, 0]).max() <= 9
    greys = np.array([table[n, n, n] for n in range(33)]) @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(greys) > 0).all()


@pytest.mark.parametrize("kind", [DeliverableKind.MASTER, DeliverableKind.WEB])
def test_grain_is_in_middle_tones_is_new_in_every_frame_and_the_same_each_time(kind, tmp_path):
    planes = np.full((192, 256), 128, np.uint8)
    planes_of(planes)[0][:] = np.linspace(16, 235, 256).astype(np.uint8)
    mezzanine_encoder.encode_planes([planes] * FRAMES, PICTURE, tmp_path / "ramp.mp4")
    write_plate(tmp_path / "plate.yuv", *SIZE, strength=0.5, seed=7)
    film = formats.Finished(
        tmp_path / "ramp.mp4",
        None,
        FRAMES,
        *SIZE,
        PICTURE.rate,
        48000,
        film_file.metadata("Grain", [Chapter("SEA", 0)], FRAMES, PICTURE.rate),
        grain=tmp_path / "plate.yuv",
    )
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    first, again = (formats.encode(kind, film, 128, folder, "film") for folder in folders)
    assert first.read_bytes() == again.read_bytes()
    assert film_file.probe(first).title == "Grain"
    assert film_file.probe(first).chapters == (Chapter("SEA", 0),)
    with av.open(str(first)) as container:
        frames = [each.to_ndarray(format="yuv420p").astype(int) for each in container.decode(video=0)]
    assert len(frames) == FRAMES
    noise = [planes_of(frame)[0] - planes_of(planes)[0].astype(int) for frame in frames]
    if kind is DeliverableKind.MASTER:
        deviations = [noise[5][:, column : column + 16].std() for column in (0, 120, 240)]
        assert 4 < deviations[1] < 6
        assert max(deviations[0], deviations[2]) < deviations[1] / 3
        assert abs(np.mean(noise)) < 0.2
        assert np.abs(planes_of(frames[5])[1] - 128).max() <= 1
    together = [np.corrcoef(noise[5].ravel(), noise[other].ravel())[0, 1] for other in (4, 6, 10, 20)]
    assert np.abs(together).max() < 0.3


def test_another_seed_or_strength_is_other_grain(tmp_path):
    plates = []
    for number, (strength, seed) in enumerate([(0.5, 1), (0.5, 1), (0.5, 2), (1.0, 1)]):
        write_plate(tmp_path / str(number), 64, 48, strength=strength, seed=seed)
        plates.append((tmp_path / str(number)).read_bytes())
    assert plates[0] == plates[1]
    assert len(set(plates)) == 3


def test_a_look_and_grain_are_on_every_picture_of_a_sequence_and_a_stream(film, tmp_path):
    write_plate(tmp_path / "plate.yuv", *SIZE, strength=1.0, seed=1)
    folder = tmp_path / "a%03d 'b' [c]:d,e;%v"
    folder.mkdir()
    shutil.copyfile(tmp_path / "plate.yuv", folder / "plate.yuv")
    grained = replace(film, grain=folder / "plate.yuv")
    files = stills.png_frames(grained, 128, folder, "film")
    assert len(files) == FRAMES
    with Image.open(files[3]) as image:
        grey = np.asarray(image, float)[10:54, 138:182]
    assert 7 < grey.std() < 16
    hls.encode(grained, (128, 64), folder)
    assert verify.watch(folder / "64p.m3u8").frames == FRAMES
