"""Takes in a backend's own size and rate: the film is as long as ever, each frame shows what it should."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farm.backends.slate import read_barcode, shot_hash
from farm.cluster import worker
from farm.store.scratch import Notes
from farm.takes.clip import read_frames
from farm.takes.speeds import keep_speed
from pipeline.observer import Nobody
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.settings import load_settings
from storyboard.media.take_shape import TakeShape
from storyboard.planning.spec import ShotSpec
from tests.support.pipeline.odd_backends import (
    HalfSlate,
    ThirdSlate,
    assemble_here,
    half,
    render_here,
    with_backends,
)
from tests.support.pipeline.slate_films import FRAMES, SHOTS, shot_of, six_slates, write_film

DISSOLVED = range(20 - 4, 20 + 4)
"""the film's frames that show two shots at once"""


def film(retime: str = "none", backend: str = "half-slate") -> dict[str, Any]:
    document = six_slates()
    document["format"] = {"width": 512, "height": 288, "rate": 24}
    document["renderers"] = {"own": {"backend": backend, "retime": retime}, "slate": {"backend": "slate"}}
    document["renderer"] = "own"
    shot_of(document, "1A")["titles"] = []
    shot_of(document, "2A")["transition"] = {}
    return document


def opened(folder: Path, document: dict[str, Any]) -> Production:
    return open_production(write_film(folder, document), load_settings(home=folder / "home"))


@pytest.fixture(autouse=True)
def _backends(monkeypatch):
    with_backends(monkeypatch, half_slate=HalfSlate, third_slate=ThirdSlate)


def made(folder: Path, document: dict[str, Any]) -> list[tuple[int, int] | None]:
    """Render and assemble; the barcode of each frame of the film."""
    production = opened(folder, document)
    render_here(production)
    finished = assemble_here(production, folder / "film.mp4")
    assert finished.frames == FRAMES
    frames = read_frames(finished.path, 0, FRAMES)
    assert {frame.shape for frame in frames} == {(288, 512, 3)}
    return [read_barcode(frame) for frame in frames]


def test_a_take_is_rendered_in_the_backend_s_own_numbers(tmp_path):
    planned = {shot.shot: shot for shot in opened(tmp_path, film()).plan().shots}
    spec, shape = planned["1B"].spec, planned["1B"].shape
    assert (spec.width, spec.height, spec.rate) == (256, 144, 12)
    assert (spec.head, spec.frames) == (2, 9)
    assert spec.total_frames % 4 == 1
    assert (shape.head, shape.frames, shape.tail, shape.rate) == (4, 18, 0, 24)
    assert planned["2C"].spec.predecessor is not None
    assert planned["2B"].spec.frames == 12


def test_each_frame_of_the_film_shows_the_frame_of_its_time(tmp_path):
    seen = made(tmp_path, film())
    starts = {shot: sum((20, 18, 14, 16, 24, 15)[:number]) for number, shot in enumerate(SHOTS)}
    specs = {shot.shot: shot.spec for shot in opened(tmp_path, film()).plan().shots}
    for number, shot in enumerate(SHOTS):
        length = (20, 18, 14, 16, 24, 15)[number]
        for frame in range(starts[shot], starts[shot] + length):
            if frame not in DISSOLVED:
                body = (frame - starts[shot]) // 2
                assert seen[frame] == (shot_hash(shot), specs[shot].head + body), frame


def test_blended_frames_lie_between_those_that_were_rendered(tmp_path):
    repeated, blended = made(tmp_path / "a", film()), made(tmp_path / "b", film("blend"))
    whole = [frame for frame in range(FRAMES) if frame not in DISSOLVED and frame < 20 and frame % 2 == 0]
    assert whole
    assert [blended[frame] for frame in whole] == [repeated[frame] for frame in whole]
    assert blended != repeated


def test_a_rate_that_does_not_divide_the_film_s_gives_the_same_length(tmp_path):
    assert len(made(tmp_path, film(backend="third-slate"))) == FRAMES


def test_another_way_of_retiming_renders_nothing_again_and_makes_another_film(tmp_path):
    production = opened(tmp_path, film())
    render_here(production)
    first = assemble_here(production, tmp_path / "film.mp4")
    again = opened(tmp_path, film("blend"))
    assert again.plan().missing == ()
    assert assemble_here(again, tmp_path / "film.mp4").digest != first.digest


def test_work_is_estimated_from_takes_of_the_same_renderer(tmp_path, monkeypatch):
    def kept(notes: Notes, spec: ShotSpec, seconds: float, card: str) -> None:
        """As on a machine that does nothing else."""
        del seconds
        keep_speed(notes, spec, spec.total_frames * (0.2 if spec.options["delay_s"] else 0.05), card)

    monkeypatch.setattr(worker, "keep_speed", kept)
    document = film()
    document["renderers"]["slow"] = {"backend": "half-slate", "options": {"delay_s": 0.001}}
    for shot in ("2A", "2B", "2C"):
        shot_of(document, shot)["renderer"] = "slow"
    production = opened(tmp_path, document)
    render_here(production)
    production.takes.remember({shot.shot: shot.digest for shot in production.plan().shots})
    for shot in SHOTS:
        shot_of(document, shot)["action"] = "Another."
    planned = {shot.shot: shot for shot in opened(tmp_path, document).plan().shots}
    quick, slow = planned["1A"], planned["2B"]
    assert slow.estimate_s == pytest.approx(slow.spec.total_frames * 0.2)
    assert quick.estimate_s == pytest.approx(quick.spec.total_frames * 0.05)


def test_segments_are_made_once(tmp_path):
    production = opened(tmp_path, film())
    render_here(production)

    class Heard(Nobody):
        stages: list[str]

        def stage(self, name: str, done: int, total: int) -> None:
            self.stages.append(name)

    heard = Heard()
    heard.stages = []
    first = assemble_here(production, tmp_path / "film.mp4", heard)
    assert "size and rate" in heard.stages
    kept = sorted(tmp_path.rglob("segments/*/*/*/clip.mp4"))
    assert len(kept) == len(SHOTS)
    changed = film()
    shot_of(changed, "2B")["action"] = "Another."
    second = opened(tmp_path, changed)
    assert [shot.shot for shot in second.plan().missing] == ["2B"]
    render_here(second)
    assert assemble_here(second, tmp_path / "film.mp4").digest != first.digest
    assert len(sorted(tmp_path.rglob("segments/*/*/*/clip.mp4"))) == len(SHOTS) + 1


def test_shots_of_one_film_may_have_different_backends(tmp_path):
    document = film()
    shot_of(document, "1B")["renderer"] = "slate"
    shot_of(document, "2C")["renderer"] = "slate"
    planned = {shot.shot: shot.spec for shot in opened(tmp_path, document).plan().shots}
    assert (planned["1B"].width, planned["1C"].width) == (512, 256)
    seen = made(tmp_path, document)
    assert seen[30] == (shot_hash("1B"), 4 + 10)
    assert seen[FRAMES - 1] == (shot_hash("2C"), 14)


RATES = st.sampled_from([Fraction(n) for n in (7, 8, 12, 16, 24, 25, 30)] + [Fraction(24000, 1001)])


@given(rate=RATES, native=RATES, head=st.integers(0, 40), frames=st.integers(1, 500), tail=st.integers(0, 40))
def test_the_shortest_take_at_another_rate_covers_the_film_s(rate, native, head, frames, tail):
    film = TakeShape(64, 36, rate, head, frames, tail)
    take = film.at(128, 72, native)
    take.check_covers(film)
    assert take.head_s >= film.head_s
    assert take.frames / native >= frames / rate > (take.frames - 1) / native
    assert (take.frames + take.tail) / native >= (frames + tail) / rate
    half({}, TakeShape(128, 72, rate, head, frames, tail)).check_covers(
        TakeShape(128, 72, rate, head, frames, tail)
    )


@pytest.mark.parametrize(
    ("take", "words"),
    [
        (TakeShape(65, 36, Fraction(12), 2, 12, 2), "both must be even"),
        (TakeShape(64, 36, Fraction(12), 2, 13, 2), "the body has 13 frames where 12 are the film's"),
        (TakeShape(64, 36, Fraction(12), 1, 12, 2), "handles of 1 and 2 frames are shorter"),
    ],
)
def test_a_take_that_cannot_become_the_film_s_is_a_mistake_of_the_backend(take, words):
    with pytest.raises(ValueError, match=words):
        take.check_covers(TakeShape(128, 72, Fraction(24), 4, 24, 4))
