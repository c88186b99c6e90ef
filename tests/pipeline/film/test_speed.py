"""Shots shown slower or faster than they happen: the film keeps its length, each frame shows its moment."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from farm.backends.slate import read_barcode, shot_hash
from farm.takes.clip import read_frames
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.settings import load_settings
from tests.support.pipeline.odd_backends import HalfSlate, assemble_here, render_here, run, with_backends
from tests.support.pipeline.slate_films import FRAMES, shot_of, six_slates, write_film

LENGTHS = {"1A": 20, "1B": 18, "1C": 14, "2A": 16, "2B": 24, "2C": 15}
PLAIN = {"1A": range(16), "1B": range(4, 18), "1C": range(10), "2B": range(24), "2C": range(15)}
"""the frames of each shot that no transition touches"""


def film(speeds: dict[str, Any], retime: str = "none", backend: str = "slate") -> dict[str, Any]:
    document = six_slates()
    document["format"] = {"width": 512, "height": 288, "rate": 24}
    document["renderers"] = {"own": {"backend": backend, "retime": retime}}
    document["renderer"] = "own"
    shot_of(document, "1A")["titles"] = []
    for shot, speed in speeds.items():
        shot_of(document, shot)["speed"] = speed
    return document


def opened(folder: Path, document: dict[str, Any]) -> Production:
    return open_production(write_film(folder, document), load_settings(home=folder / "home"))


@pytest.fixture(autouse=True)
def _backends(monkeypatch):
    with_backends(monkeypatch, half_slate=HalfSlate)


def made(folder: Path, document: dict[str, Any]) -> list[tuple[int, int] | None]:
    """Render and assemble; the barcode of each frame of the film."""
    production = opened(folder, document)
    render_here(production)
    finished = assemble_here(production, folder / "film.mp4")
    assert finished.frames == FRAMES
    return [read_barcode(frame) for frame in read_frames(finished.path, 0, FRAMES)]


@pytest.mark.parametrize("backend", ["slate", "half-slate"])
def test_each_frame_of_a_shot_at_a_speed_shows_its_moment_of_the_action(backend, tmp_path):
    speeds = {"1B": "1/2", "1C": 0.25, "2B": 2, "2C": "2/3"}
    document = film(speeds, backend=backend)
    seen = made(tmp_path, document)
    planned = {shot.shot: shot for shot in opened(tmp_path, document).plan().shots}
    start = 0
    for shot, length in LENGTHS.items():
        speed = Fraction(str(speeds.get(shot, 1)))
        spec = planned[shot].spec
        for frame in PLAIN.get(shot, ()):
            moment = spec.head + math.floor(frame * speed * spec.rate / 24)
            assert seen[start + frame] == (shot_hash(shot), moment), (shot, frame)
        start += length


def test_a_slow_shot_renders_less_and_a_fast_one_more(tmp_path):
    plain = {shot.shot: shot for shot in opened(tmp_path, film({})).plan().shots}
    production = opened(tmp_path, film({"1B": "1/2", "2B": 2}))
    planned = {shot.shot: shot for shot in production.plan().shots}
    slow, fast = planned["1B"].spec, planned["2B"].spec
    assert (slow.head, slow.frames, slow.tail) == (2, 9, 1), "a frame follows the film's last"
    assert (fast.head, fast.frames, fast.tail) == (0, 48, 0)
    assert planned["1B"].estimate_s < plain["1B"].estimate_s < plain["2B"].estimate_s
    assert planned["2B"].estimate_s == pytest.approx(2 * plain["2B"].estimate_s)
    changed = {name for name, shot in planned.items() if shot.digest != plain[name].digest}
    assert changed == {"1B", "1C", "2B"}, "1C continues 1B"


def test_another_speed_renders_the_shot_again_and_no_other(tmp_path):
    production = opened(tmp_path, film({"2B": "1/2"}))
    render_here(production)
    first = assemble_here(production, tmp_path / "film.mp4")
    again = opened(tmp_path, film({"2B": "1/3"}))
    assert [shot.shot for shot in again.plan().missing] == ["2B"]
    render_here(again)
    assert assemble_here(again, tmp_path / "film.mp4").digest != first.digest


@pytest.mark.parametrize(
    ("speed", "words"),
    [
        (0, "out of bounds"),
        ("1/9", 'a ratio from "1/8" (slow) to 4 (fast)'),
        (5, "out of bounds"),
        ("1/0", "is not a speed"),
        ("fast", "is not a speed"),
        (True, "a speed is a ratio"),
    ],
)
def test_a_speed_out_of_bounds_is_refused_at_its_line(speed, words, monkeypatch, capsys, tmp_path):
    code, said = run(monkeypatch, capsys, "validate", write_film(tmp_path, film({"1B": speed})))
    assert code == 2
    assert words in said
    assert "scenes[0].shots[1].speed" in said
