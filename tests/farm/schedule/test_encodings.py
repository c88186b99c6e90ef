from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from PIL import Image

from farm.schedule.encodings import MOST_SHOTS, with_encodings
from farm.schedule.states import ShotRequest
from farm.takes.preview import MOST_BYTES, small_jpeg


def shots(count: int, backend: str = "x", *warmth: str) -> list[ShotRequest]:
    return [ShotRequest(f"{backend}{n}", f"{n}", backend, n, warmth=warmth) for n in range(count)]


def test_shots_of_one_model_share_encodings_that_come_first():
    found = with_encodings([*shots(3, "x", "wan", "ada"), *shots(2, "y", "ltx")], lambda name: True)
    first, second = found[:2]
    assert (first.backend, first.encodes, first.warmth) == ("x", ("x0", "x1", "x2"), ("wan",))
    assert second.encodes == ("y0", "y1")
    assert [shot.encoding for shot in found[2:]] == [first.digest] * 3 + [second.digest] * 2
    assert first.rank > max(shot.rank for shot in found[2:])


def test_backends_that_encode_while_they_render_get_none():
    assert with_encodings(shots(3), lambda name: False) == shots(3)


def test_a_long_film_has_several_encodings_so_that_its_first_shots_need_not_wait_for_all():
    found = with_encodings(shots(MOST_SHOTS * 2 + 1), lambda name: True)
    assert [len(each.encodes) for each in found[:3]] == [MOST_SHOTS, MOST_SHOTS, 1]
    assert found[3].encoding == found[0].digest
    assert found[-1].encoding == found[2].digest


def test_the_same_shots_make_the_same_encodings():
    one = with_encodings(shots(4), lambda name: True)
    two = with_encodings([replace(shot, rank=9.0) for shot in shots(4)], lambda name: True)
    assert one[0].digest == two[0].digest
    assert one[0].digest != with_encodings(shots(3), lambda name: True)[0].digest


def test_a_preview_is_small_whatever_the_frame():
    noise = np.random.default_rng(1).integers(0, 256, (720, 1280, 3), np.uint8)
    for frame in (noise, np.zeros((2000, 30, 3), np.uint8), np.zeros((8, 8, 3), np.uint8)):
        preview = small_jpeg(frame)
        assert len(preview) <= MOST_BYTES
        with Image.open(io.BytesIO(preview)) as picture:
            assert max(picture.size) <= 320
            assert picture.format == "JPEG"
