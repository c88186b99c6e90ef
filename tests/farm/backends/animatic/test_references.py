"""Reference pictures: what is seen in them, and what of it is drawn."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from farm.backends.animatic import sheet
from farm.backends.animatic.casting import cast
from farm.backends.animatic.references import seen, seen_in
from farm.backends.animatic.stills import still
from farm.media.pictures import PictureError
from storyboard.planning.spec import ResolvedFile
from storyboard.schema.vocabulary import ShotSize

FAIR, DARK = (231, 190, 160), (120, 78, 55)
RED, BLACK = (150, 60, 30), (30, 26, 28)
GREEN, CRIMSON = (40, 110, 90), (190, 60, 60)
SIZE = (320, 180)


def portrait(skin=FAIR, hair=RED, clothes=GREEN, wide=0.7):
    """Somebody before a plain wall; the face is `wide` times as wide as it is tall."""
    image = Image.new("RGB", (120, 160), (120, 150, 170))
    draw = ImageDraw.Draw(image)
    half = 25 * wide
    draw.ellipse((60 - half * 1.24, 20, 60 + half * 1.24, 70), fill=hair)
    draw.rounded_rectangle((20, 87, 100, 170), 12, fill=clothes)
    draw.ellipse((60 - half, 30, 60 + half, 80), fill=skin)
    return image


def near(one, other, most=14):
    return one is not None and float(np.abs(np.subtract(one, other)).max()) <= most


@pytest.mark.parametrize(
    ("skin", "hair", "clothes"), [(FAIR, RED, GREEN), (DARK, BLACK, CRIMSON), (FAIR, BLACK, BLACK)]
)
def test_a_portrait_tells_skin_hair_and_clothes(skin, hair, clothes):
    found = seen(np.asarray(portrait(skin, hair, clothes)))
    assert near(found.skin, skin)
    assert near(found.hair, hair)
    assert near(found.clothes, clothes)


def test_a_broad_face_is_wider_than_a_narrow_one():
    widths = [seen(np.asarray(portrait(wide=wide))).wide for wide in (0.6, 0.75, 0.9)]
    assert widths == sorted(widths)
    assert widths[0] < widths[2]
    assert all(0.86 <= wide <= 1.14 for wide in widths)


@pytest.mark.parametrize("colour", [(30, 90, 200), (20, 120, 40), FAIR])
def test_a_picture_without_a_face_has_colours_alone(colour):
    found = seen(np.asarray(Image.new("RGB", (80, 60), colour)))
    assert near(found.palette[0], colour)
    assert (found.skin, found.hair, found.clothes, found.wide) == (None, None, None, 1.0)


@pytest.mark.parametrize("size", [(1, 1), (1, 90), (90, 1), (2, 2)])
def test_the_smallest_pictures_have_colours(size):
    assert seen(np.asarray(Image.new("RGB", size, GREEN))).palette


def test_noise_is_looked_at_like_anything_else():
    pixels = np.random.default_rng(3).integers(0, 256, (90, 70, 3), np.uint8)
    assert seen(pixels) == seen(pixels.copy())


def test_the_words_of_a_character_go_before_the_picture():
    found = seen(np.asarray(portrait()))
    plain = cast(sheet._person("a woman"), found)
    said = cast(sheet._person("a woman with black hair and dark skin in a yellow coat"), found)
    assert near(plain.hair, RED)
    assert near(plain.skin, FAIR)
    assert near(plain.coat, GREEN)
    assert not near(said.hair, RED)
    assert not near(said.skin, FAIR)
    assert not near(said.coat, GREEN)
    assert said.wide == plain.wide == found.wide


def test_a_file_that_is_no_picture_is_one_error(tmp_path):
    (tmp_path / "ada.png").write_bytes(b"no picture")
    with pytest.raises(PictureError, match=r"ada\.png"):
        seen_in(tmp_path / "ada.png")


def drawn(tmp_path, size, *, of_person=False, of_place=False, cards=False):
    portrait().save(tmp_path / "ada.png")
    Image.new("RGB", (60, 40), (150, 30, 40)).save(tmp_path / "hill.png")
    pictures = {"a" * 64: tmp_path / "ada.png", "b" * 64: tmp_path / "hill.png"}
    person = sheet._person("a woman")
    place = sheet._place("hill")
    if of_person:
        person = person.model_copy(update={"references": (ResolvedFile(sha256="a" * 64),)})
    if of_place:
        place = place.model_copy(update={"references": (ResolvedFile(sha256="b" * 64),)})
    spec = sheet._spec(place, person, size=size).model_copy(
        update={"width": SIZE[0], "height": SIZE[1], "options": {"cards": cards}}
    )
    return still(spec, 0, SIZE, None, pictures).astype(np.int16)


def test_a_close_shot_has_the_card_that_is_asked_for_and_a_wide_one_has_none(tmp_path):
    for size, has_one in ((ShotSize.CU, True), (ShotSize.WS, False)):
        without = drawn(tmp_path, size, of_person=True)
        asked = drawn(tmp_path, size, of_person=True, cards=True)
        changed = np.abs(asked - without).max(axis=2) > 8
        assert changed.any() == has_one
        assert changed.mean() < 0.2
        assert not changed[SIZE[1] // 2 :].any()


def test_without_a_reference_there_is_no_card(tmp_path):
    assert (drawn(tmp_path, ShotSize.CU) == drawn(tmp_path, ShotSize.CU, cards=True)).all()


def test_a_place_is_lit_in_the_colours_of_its_picture(tmp_path):
    plain, red = drawn(tmp_path, ShotSize.WS), drawn(tmp_path, ShotSize.WS, of_place=True)
    warmth = [float((one[..., 0] - one[..., 2]).mean()) for one in (plain, red)]
    assert warmth[1] > warmth[0] + 20
