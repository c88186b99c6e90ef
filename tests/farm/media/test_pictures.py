from __future__ import annotations

import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from farm.media.pictures import MOST_PIXELS, PictureError, open_picture
from farm.media.tone_mapping import Transfer, tone_mapped
from tests.support import heic

CASES = Path(__file__).parent / "cases"
UPPER, LOWER, LEFT = (220, 40, 40), (40, 60, 220), (40, 200, 40)


def banner(width=48, height=80):
    """Two colours above each other, and a third on the left of the upper one."""
    made = np.zeros((height, width, 3), np.uint8)
    made[: height // 2], made[height // 2 :] = UPPER, LOWER
    made[: height // 2, : width // 4] = LEFT
    return made


def near(picture, wanted, within=6):
    return np.abs(np.asarray(picture, int) - np.asarray(wanted, int)).max() <= within


def read(path):
    return np.asarray(open_picture(path).image)


def test_a_phone_s_picture_is_upright():
    found = open_picture(CASES / "exif6.jpg")
    assert found.image.size == (180, 320)
    assert near(np.asarray(found.image)[20, 90], UPPER)
    assert "turned upright, as its EXIF data says" in found.changes


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_the_same_picture(tmp_path, orientation):
    stored = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    picture = Image.fromarray(banner())
    exif = Image.Exif()
    exif[0x0112] = orientation
    kept = picture.transpose(stored[orientation]) if orientation > 1 else picture
    kept.save(tmp_path / "a.png", exif=exif)
    assert near(read(tmp_path / "a.png"), banner(), 0)


def test_sixteen_bits_of_grey_keep_their_tones():
    found = read(CASES / "gray16.png")
    stored = np.asarray(Image.open(CASES / "gray16.png")).astype(float) / 65535 * 255
    assert near(found[..., 0], stored, 1)
    assert len(np.unique(found)) > 100


def test_a_cutout_lies_on_white():
    found = open_picture(CASES / "cutout.png")
    stored = np.asarray(Image.open(CASES / "cutout.png").convert("RGBA"))
    assert found.alpha is not None
    assert (np.asarray(found.image)[stored[..., 3] == 0] == 255).all()
    assert near(np.asarray(found.image)[stored[..., 3] == 255], stored[stored[..., 3] == 255][:, :3], 0)
    assert "what is transparent is laid on white" in found.changes


TONES = np.tile(np.linspace(0, 1, 64), (8, 1))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ((TONES * 65535).astype(np.uint16), "a.png"),
        ((TONES * 65535).astype(np.uint16), "a.tiff"),
        ((TONES * 65535).astype(np.int32), "a.tiff"),
        ((TONES * (2**31 - 1)).astype(np.int32), "big.tiff"),
        (TONES.astype(np.float32), "a.tiff"),
        ((TONES * 255).astype(np.float32), "a.tiff"),
        ((TONES * 65535).astype(np.float32), "a.tiff"),
        ((TONES * 255).astype(np.uint8), "a.bmp"),
    ],
    ids=["16 bits", "16 bits TIFF", "32 bits small", "32 bits", "0 to 1", "0 to 255", "0 to 65535", "8 bits"],
)
def test_tones_are_kept_however_many_bits_they_have(tmp_path, values, name):
    Image.fromarray(values).save(tmp_path / name)
    found = read(tmp_path / name)[0, :, 0]
    least = 127 if name == "big.tiff" else 254
    assert found[0] == 0
    assert (np.diff(found.astype(int)) >= 0).all()
    assert (least if values.dtype == np.int32 and name == "a.tiff" else 0) <= 254
    if values.dtype != np.int32:
        assert near(found, TONES[0] * 255, 1)


def test_palettes_and_transparent_colours_are_read(tmp_path):
    picture = Image.fromarray(banner())
    picture.quantize(8).save(tmp_path / "a.gif")
    assert near(read(tmp_path / "a.gif"), banner(), 8)
    picture.quantize(8).save(tmp_path / "b.png")
    assert near(read(tmp_path / "b.png"), banner(), 8)
    picture.save(tmp_path / "c.png", transparency=LEFT)
    assert (read(tmp_path / "c.png")[4, 4] == 255).all()
    assert near(read(tmp_path / "c.png")[70, 40], LOWER, 0)
    Image.fromarray(banner()).convert("LA").save(tmp_path / "d.png")
    assert read(tmp_path / "d.png").shape == banner().shape
    Image.fromarray(banner()).convert("1").save(tmp_path / "e.png")
    assert read(tmp_path / "e.png").shape == banner().shape


def test_opaque_alpha_changes_nothing(tmp_path):
    Image.fromarray(banner()).convert("RGBA").save(tmp_path / "a.png")
    found = open_picture(tmp_path / "a.png")
    assert found.alpha is None
    assert found.changes == ()
    assert near(np.asarray(found.image), banner(), 0)


def profile_of(space):
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(space))


def test_colours_of_another_profile_become_srgb(tmp_path):
    lab = Image.new("LAB", (8, 8), (140, 160, 128))
    lab.save(tmp_path / "a.tiff", icc_profile=profile_of("LAB").tobytes())
    found = open_picture(tmp_path / "a.tiff")
    assert any("become sRGB" in change for change in found.changes)
    assert found.image.mode == "RGB"
    swapped = profile_of("sRGB").tobytes().replace(b"rXYZ", b"?XYZ")
    swapped = swapped.replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")
    Image.fromarray(banner()[..., [1, 0, 2]]).save(tmp_path / "s.png", icc_profile=swapped)
    assert near(read(tmp_path / "s.png"), banner(), 2)
    Image.fromarray(banner()).save(tmp_path / "b.png", icc_profile=profile_of("sRGB").tobytes())
    assert near(read(tmp_path / "b.png"), banner(), 1)
    assert open_picture(tmp_path / "b.png").changes == ()
    Image.fromarray(banner()).save(tmp_path / "c.png", icc_profile=b"no profile")
    broken = open_picture(tmp_path / "c.png")
    assert "its colour profile cannot be read and is left out" in broken.changes
    assert near(np.asarray(broken.image), banner(), 0)


def test_printing_colours_become_srgb(tmp_path):
    Image.fromarray(banner()).convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    found = open_picture(tmp_path / "a.jpg")
    assert near(np.asarray(found.image)[70, 40], LOWER, 12)
    assert "its printing colours (CMYK without a profile) become sRGB" in found.changes


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp", "a.tiff"])
def test_of_an_animated_picture_the_first_is_used(tmp_path, name):
    first, second = Image.fromarray(banner()), Image.new("RGB", (48, 80), "black")
    first.save(
        tmp_path / name,
        save_all=True,
        append_images=[second],
        **({"lossless": True} if "webp" in name else {}),
    )
    found = open_picture(tmp_path / name)
    assert "the first of its 2 pictures is used" in found.changes
    assert near(np.asarray(found.image), banner(), 8)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP", "AVIF", "JPEG2000"])
def test_half_a_file_is_refused(tmp_path, form):
    whole = BytesIO()
    noise = np.random.default_rng(1).integers(0, 255, (80, 48, 3), np.uint8)
    Image.fromarray(noise).save(whole, form)
    path = tmp_path / "half"
    path.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
    with pytest.raises(PictureError, match=r"it is (broken|no picture)"):
        open_picture(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    head = BytesIO()
    Image.new("1", (1, 1)).save(head, "PNG")
    data = bytearray(head.getvalue())
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    (tmp_path / "bomb.png").write_bytes(data)
    assert MOST_PIXELS < 60_000**2
    with pytest.raises(PictureError, match="million pixels, the most that are read"):
        open_picture(tmp_path / "bomb.png")


@pytest.mark.parametrize("quarters", range(4))
def test_a_picture_of_an_iphone_is_upright(tmp_path, quarters):
    """Tiles in a grid that a property turns, as the EXIF data beside them says once more."""
    exif = Image.Exif()
    exif[0x0112] = {0: 1, 1: 8, 2: 3, 3: 6}[quarters]
    data = exif.tobytes().removeprefix(b"Exif\0\0")
    found = open_picture(heic.write(tmp_path / "a.heic", banner(150, 180), quarters=quarters, exif=data))
    assert found.changes == ()
    assert found.image.size == (150, 180)
    picture = np.asarray(found.image)
    assert near(picture[20, 100], UPPER)
    assert near(picture[160, 75], LOWER)
    assert near(picture[20, 10], LEFT)


def test_light_of_a_picture_is_mapped(tmp_path):
    tones = np.repeat(np.rint(TONES * 255)[..., None], 3, axis=2).astype(np.uint8)
    for transfer in Transfer:
        found = open_picture(heic.write(tmp_path / "a.heic", tones, transfer=transfer.value))
        assert found.changes == (f"HDR ({transfer.name}) is mapped to sRGB",)
        wanted = tone_mapped(tones.astype(np.uint16) * 257, transfer, wide=False)
        assert near(np.asarray(found.image), wanted, 12)


def test_colours_of_an_iphone_are_those_of_its_profile(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = open_picture(heic.write(tmp_path / "a.heic", banner(64, 64), profile=profile, transfer=16))
    assert found.changes == (), "where there is a profile, it is what counts"


@pytest.mark.parametrize("missing", [1, 300, 1000, 3000])
def test_an_iphone_s_picture_that_is_cut_is_refused(tmp_path, missing):
    whole = heic.write(tmp_path / "a.heic", banner(150, 180)).read_bytes()
    (tmp_path / "a.heic").write_bytes(whole[:-missing])
    with pytest.raises(PictureError, match=r"it is broken: it ends too soon|it is HEIC, broken"):
        open_picture(tmp_path / "a.heic")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty"),
        (b"hello", "it is no picture that is read"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 99, "it is HEIC, broken or in a form that is not read"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", "git lfs pull"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "it is no picture that is read"),
    ],
)
def test_what_is_no_picture_is_refused_in_its_own_words(tmp_path, data, words):
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(PictureError, match=words):
        open_picture(tmp_path / "a.jpg")


def test_a_picture_without_a_picture_is_said(tmp_path):
    Image.new("RGB", (8, 8), "black").save(tmp_path / "a.png")
    assert "it is one plain colour all over" in open_picture(tmp_path / "a.png").changes
