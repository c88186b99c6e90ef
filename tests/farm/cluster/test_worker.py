"""One worker in this process: what it publishes, what it refuses, and what it leaves behind."""

from __future__ import annotations

import signal
import sys
import threading
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from farm.backend.conformance import Recorder
from farm.backend.protocol import Backend, BrokenError, Cancelled, Conditioning, Frame
from farm.backend.traits import Resources
from farm.backends.slate import SlateBackend, read_barcode, shot_hash
from farm.cluster.worker import Worker
from farm.host.hardware import card_names
from farm.schedule.messages import Outcome
from farm.schedule.states import FailureKind
from farm.store.store import Store
from farm.takes.clip import CLIP, read_frames
from farm.takes.facts import SoundFacts, TakeFacts
from farm.takes.quality import QualityError
from storyboard.document.given_files import sha256_of
from storyboard.errors import FarmError, StoreError
from storyboard.planning.spec import Predecessor, ResolvedFile, ResolvedLook, ShotSpec
from tests.support.farm.orders_of_slates import render_order, slate
from tests.support.farm.takes import render_take
from tests.support.waiting import PATIENCE_S


class Odd(SlateBackend):
    """A slate that does something else with its frames."""

    def __init__(self, change: Any) -> None:
        self.change = change

    def render(self, spec: ShotSpec, conditioning: Conditioning, context: Any) -> Iterator[Frame]:
        return self.change(super().render(spec, conditioning, context), spec, conditioning)


def take(store: Path, spec: ShotSpec) -> list[Frame]:
    opened = Store(store)
    manifest = opened.find("takes", spec.digest())
    assert manifest is not None
    return list(read_frames(opened.file(manifest, CLIP), 0, spec.total_frames))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def worker(backend: Backend | None = None) -> Worker:
    made = Worker("w", "slate")
    made._backend = backend or SlateBackend()
    return made


def render(store: Path, spec: ShotSpec, backend: Backend | None = None, token: int = 1) -> Outcome:
    return worker(backend).render(token, render_order(spec, store))


def test_a_take_is_published_with_its_facts_and_every_frame_in_order(tmp_path):
    spec = slate("2A", frames=5, head=2, tail=3)
    seconds = render_take(SlateBackend(), render_order(spec, tmp_path), Recorder(), worker="w7")
    manifest = Store(tmp_path).find("takes", spec.digest())
    assert manifest is not None
    facts = TakeFacts.of(manifest)
    assert facts.spec == spec
    assert facts.render_s == round(seconds, 3) > 0
    assert facts.made_by.worker == "w7"
    assert [read_barcode(frame) for frame in take(tmp_path, spec)] == [
        (shot_hash("2A"), number) for number in range(10)
    ]


def test_what_broke_beside_a_shot_is_told_in_words_and_is_no_fault_of_what_was_asked(tmp_path):
    def broken(*_):
        raise BrokenError("a card is gone", "others are taken")

    outcome = render(tmp_path, slate("1A"), Odd(broken))
    assert outcome.failure is FailureKind.BACKEND
    assert outcome.message == "a card is gone (others are taken)"
    assert outcome.details == ""


class OnCards(SlateBackend):
    """A slate that names libraries and wants a card."""

    TRAITS = replace(SlateBackend.TRAITS, libraries=("numpy", "no-such-library"), resources=Resources(gpus=1))


def test_a_take_says_what_it_was_made_with(tmp_path, monkeypatch):
    smi = tmp_path / "bin" / "nvidia-smi"
    smi.parent.mkdir()
    smi.write_text(
        '#!/bin/sh\ncase "$*" in *"-i 1"*) echo NVIDIA B; ;; *) echo NVIDIA A; echo NVIDIA B; ;; esac\n'
    )
    smi.chmod(0o755)
    monkeypatch.setenv("PATH", str(smi.parent))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    render_take(OnCards(), render_order(slate("1A"), tmp_path / "store"), Recorder())
    manifest = Store(tmp_path / "store").find("takes", slate("1A").digest())
    assert manifest is not None
    made_by = TakeFacts.of(manifest).made_by
    assert made_by.libraries == {"numpy": np.__version__, "no-such-library": None}
    assert made_by.cards == ("NVIDIA B",)
    assert 10 * 2**20 < made_by.peak_memory_bytes < 64 * 2**30
    card_names.cache_clear()


def test_a_machine_without_a_driver_has_no_cards(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    card_names.cache_clear()
    assert card_names(None) == ()
    card_names.cache_clear()


def test_the_same_order_again_renders_nothing(tmp_path):
    spec = slate("1A")
    order = render_order(spec, tmp_path)
    render_take(SlateBackend(), order, Recorder())
    before = {path: path.stat().st_mtime_ns for path in files(tmp_path)}
    again = Recorder()
    assert render_take(SlateBackend(), order, again) == 0.0
    assert again.done == []
    assert {path: path.stat().st_mtime_ns for path in files(tmp_path)} == before


def one_less(frames, spec, conditioning):
    return iter(list(frames)[:-1])


def one_more(frames, spec, conditioning):
    every = list(frames)
    return iter([*every, every[-1]])


def none(frames, spec, conditioning):
    return iter(())


def smaller(frames, spec, conditioning):
    return (frame[:-2] for frame in frames)


def floats(frames, spec, conditioning):
    return (frame.astype(np.float32) for frame in frames)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (one_less, "gave 5 of the 6 frames"),
        (one_more, "gave more than the 6 frames"),
        (none, "gave 0 of the 6 frames"),
        (smaller, r"frame 0 as uint8 \[34, 64, 3\]"),
        (floats, r"frame 0 as float32 \[36, 64, 3\]"),
    ],
)
def test_frames_that_are_not_the_take_are_refused_and_leave_nothing(tmp_path, change, words):
    spec = slate("1A")
    with pytest.raises(QualityError, match=words):
        render_take(Odd(change), render_order(spec, tmp_path), Recorder())
    assert files(tmp_path) == []
    outcome = render(tmp_path, spec, Odd(change))
    assert outcome.failure is FailureKind.BACKEND
    assert "frame" in outcome.message
    assert files(tmp_path) == []


def test_a_cancelled_shot_stops_and_leaves_nothing(tmp_path):
    spec = slate("1A", frames=40)
    recorder = Recorder(cancel_after=3)
    with pytest.raises(Cancelled):
        render_take(SlateBackend(), render_order(spec, tmp_path), recorder)
    assert len(recorder.done) == 3
    assert files(tmp_path) == []


def test_a_cancel_from_another_thread_ends_the_shot_as_cancelled(tmp_path):
    spec = slate("1A", frames=6000, delay_s=0.1)
    busy = worker()
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(busy.render(4, render_order(spec, tmp_path))))
    thread.start()
    busy.cancel(3)  # an attempt that is long over
    assert thread.is_alive()
    busy.cancel(4)
    thread.join(PATIENCE_S)
    assert outcomes == [Outcome(cancelled=True)]
    assert files(tmp_path) == []


def test_a_cancel_that_arrives_before_its_shot_counts(tmp_path):
    early = worker()
    early.cancel(9)
    assert early.render(9, render_order(slate("1A"), tmp_path)) == Outcome(cancelled=True)
    assert early.render(10, render_order(slate("1A"), tmp_path)).failure is None


def test_a_continuing_shot_starts_from_the_last_body_frame_of_its_predecessor(tmp_path):
    before = slate("1A", frames=5, head=2, tail=4)
    after = slate("1B", after=before)
    given = []

    def keep(frames, spec, conditioning):
        given.extend(conditioning.predecessor_frames)
        return frames

    render_take(SlateBackend(), render_order(before, tmp_path), Recorder())
    render_take(Odd(keep), render_order(after, tmp_path, before), Recorder())
    assert [read_barcode(frame) for frame in given] == [(shot_hash("1A"), 2 + 5 - 1)]
    corner = take(tmp_path, after)[0][21:30, 48:].astype(int)
    alone = slate("1B", seed=after.seed)
    render_take(SlateBackend(), render_order(alone, tmp_path), Recorder())
    assert np.abs(corner - take(tmp_path, alone)[0][21:30, 48:]).mean() > 5, "the thumbnail shows"


def test_the_colours_that_a_chain_began_with_go_down_the_chain(tmp_path):
    chain = [slate("1A")]
    for name in ("1B", "1C"):
        chain.append(slate(name, after=chain[-1]))
    starts = []

    def keep(frames, spec, conditioning):
        starts.append(conditioning.chain_start)
        return frames

    for before, spec in zip([None, *chain], chain, strict=False):
        render_take(Odd(keep), render_order(spec, tmp_path, before), Recorder())
    reports = [TakeFacts.of(Store(tmp_path).find("takes", spec.digest())).quality for spec in chain]
    assert starts[0] is None
    assert reports[0].chain_start is None
    assert starts[1] == starts[2]
    assert starts[1] == reports[0].colours == reports[2].chain_start
    assert reports[2].drift == pytest.approx(reports[2].colours.distance(starts[1]), abs=0.02)


def test_a_shot_that_matches_another_gets_its_last_frame_and_starts_from_none(tmp_path):
    before = slate("1A", frames=5, tail=4)
    after = slate("1B", match_cut=Predecessor(shot="1A", digest=before.digest()))
    given = []

    def keep(frames, spec, conditioning):
        given.append(conditioning)
        return frames

    render_take(SlateBackend(), render_order(before, tmp_path), Recorder())
    render_take(Odd(keep), render_order(after, tmp_path, before), Recorder())
    assert given[0].predecessor_frames == ()
    assert read_barcode(given[0].matched_frame) == (shot_hash("1A"), 4)


def test_frames_of_a_predecessor_of_another_size_come_in_the_size_of_the_shot(tmp_path):
    before = slate("1A", width=128, height=64)
    after = slate("1B", after=before)
    given = []

    def keep(frames, spec, conditioning):
        given.extend(conditioning.predecessor_frames)
        return frames

    render_take(SlateBackend(), render_order(before, tmp_path), Recorder())
    render_take(Odd(keep), render_order(after, tmp_path, before), Recorder())
    (frame,) = given
    assert frame.shape == (36, 64, 3)
    without_sides = take(tmp_path, before)[-1][:, 7:121]
    assert np.abs(frame.mean(axis=(0, 1)) - without_sides.mean(axis=(0, 1))).max() < 1


def test_a_predecessor_that_is_gone_is_named(tmp_path):
    before = slate("1A")
    with pytest.raises(FarmError, match="the take of shot 1A is not in the store"):
        render_take(SlateBackend(), render_order(slate("1B", after=before), tmp_path, before), Recorder())


def with_sound(samples):
    class Singing(SlateBackend):
        def render(self, spec, conditioning, context):
            context.keep_sound(samples, 24000)
            yield from super().render(spec, conditioning, context)

    return Singing()


def test_the_sound_of_a_take_is_published_beside_its_clip(tmp_path):
    loud = np.stack([np.linspace(-1.5, 1.5, 700), np.full(700, 0.25)], axis=1).astype(np.float32)
    spec, stores = slate("1A"), (tmp_path / "one", tmp_path / "two")
    for place in stores:
        render_take(with_sound(loud), render_order(spec, place), Recorder())
    first, second = (Store(place).find("takes", spec.digest()) for place in stores)
    assert TakeFacts.of(first).sound == SoundFacts(rate=24000, channels=2, samples=700)
    assert first.files["sound.wav"].sha256 == second.files["sound.wav"].sha256
    with wave.open(str(Store(stores[0]).file(first, "sound.wav"))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24000, 2, 3)
        whole = np.frombuffer(file.readframes(700), np.uint8).reshape(-1, 2, 3)
    levels = np.concatenate([np.zeros((700, 2, 1), np.uint8), whole], axis=2).view("<i4")[..., 0] / 2**31
    assert np.abs(levels - np.clip(loud, -1, 1)).max() < 1e-6


def test_a_take_without_sound_has_no_sound_file(tmp_path):
    render_take(SlateBackend(), render_order(slate("1A"), tmp_path), Recorder())
    manifest = Store(tmp_path).find("takes", slate("1A").digest())
    assert TakeFacts.of(manifest).sound is None
    assert list(manifest.files) == ["clip.mp4"]


def test_a_sound_that_holds_no_numbers_is_refused(tmp_path):
    with pytest.raises(QualityError, match="sound holds no numbers"):
        render_take(
            with_sound(np.full((10, 2), np.nan, np.float32)), render_order(slate("1A"), tmp_path), Recorder()
        )
    assert Store(tmp_path).find("takes", slate("1A").digest()) is None


def test_references_reach_the_backend_from_the_store(tmp_path):
    picture = tmp_path / "ada.png"
    picture.write_bytes(b"a picture of ada")
    store = Store(tmp_path / "store")
    sha256 = sha256_of(picture)
    look = ResolvedLook(
        description="", negative="", palette=(), references=(ResolvedFile(sha256=sha256),), loras=()
    )
    spec = slate("1A", look=look)
    with pytest.raises(StoreError, match=f"the file {sha256[:12]} is not in the store"):
        render_take(SlateBackend(), render_order(spec, tmp_path / "store"), Recorder())
    store.keep_file(picture, sha256)
    picture.unlink()
    seen = {}

    def keep(frames, spec, conditioning):
        seen.update({name: path.read_bytes() for name, path in conditioning.files.items()})
        return frames

    render_take(Odd(keep), render_order(spec, tmp_path / "store"), Recorder())
    assert seen == {sha256: b"a picture of ada"}


def test_an_outcome_says_how_it_went_and_never_raises(tmp_path):
    def broken(frames, spec, conditioning):
        raise FarmError("this cannot be drawn", "draw something else")

    (tmp_path / "file").write_text("")
    cases = [
        (render(tmp_path / "a", slate("1A")), None, ""),
        (
            render(tmp_path / "b", slate("1A", raise_at_frame=2)),
            FailureKind.BACKEND,
            "RuntimeError: the slate was",
        ),
        (render(tmp_path / "c", slate("1A", stop_at_frame=2)), FailureKind.BACKEND, "gave 2 of the 6 frames"),
        (render(tmp_path / "file", slate("1A")), FailureKind.STORE, "a part of the path is a file"),
        (
            render(tmp_path / "d", slate("1A"), Odd(broken)),
            FailureKind.USER,
            "cannot be drawn (draw something else)",
        ),
        (
            Worker("w", "slate").render(1, render_order(slate("1A"), tmp_path)),
            FailureKind.BACKEND,
            "not loaded",
        ),
    ]
    for outcome, failure, words in cases:
        assert outcome.failure is failure
        assert words in outcome.message
    assert "Traceback" in cases[1][0].details
    for name in "bcd":
        assert files(tmp_path / name) == []


def test_a_worker_renders_after_a_failed_shot(tmp_path):
    one = worker()
    assert one.render(1, render_order(slate("1A", raise_at_frame=0), tmp_path)).failure is not None
    assert one.render(2, render_order(slate("1B"), tmp_path)).failure is None


def test_a_disk_that_is_full_is_a_failure_of_the_store(small_disk):
    noise = np.random.default_rng(1).integers(0, 256, (360, 640, 3), np.uint8)

    def noisy(frames, spec, conditioning):
        return (np.roll(noise, number, 0) for number, _ in enumerate(frames))

    disk = small_disk(1)
    outcome = render(disk, slate("1A", frames=60, width=640, height=360), Odd(noisy))
    assert files(disk) == []
    assert outcome.failure is FailureKind.STORE
    assert "the disk is full" in outcome.message


def test_notes_and_a_quality_report_go_into_the_manifest(tmp_path):
    class Noting(SlateBackend):
        def render(self, spec: ShotSpec, conditioning: Conditioning, context: Any) -> Iterator[Frame]:
            context.note({"card": "none", "render_s": "may not be written over"})
            return super().render(spec, conditioning, context)

    spec = slate("1A")
    render_take(Noting(), render_order(spec, tmp_path), Recorder())
    manifest = Store(tmp_path).find("takes", spec.digest())
    assert manifest is not None
    facts = TakeFacts.of(manifest)
    assert facts.notes == {"card": "none", "render_s": "may not be written over"}
    assert facts.render_s > 0
    assert facts.quality.frames == spec.total_frames


def test_a_state_outlives_its_attempt_and_goes_with_the_take(tmp_path):
    seen = []

    class Keeping(SlateBackend):
        def render(self, spec: ShotSpec, conditioning: Conditioning, context: Any) -> Iterator[Frame]:
            seen.append(context.kept_state())
            context.keep_state(b"half way")
            if len(seen) == 1:
                raise RuntimeError("the power went")
            return super().render(spec, conditioning, context)

    spec = slate("1A")
    backend = Keeping()
    with pytest.raises(RuntimeError):
        render_take(backend, render_order(spec, tmp_path), Recorder())
    render_take(backend, render_order(spec, tmp_path), Recorder())
    assert seen == [None, b"half way"]
    assert Store(tmp_path).notes.kept_state(spec.digest()) is None


def test_a_shot_that_is_asked_back_is_told_that_a_state_is_wanted(tmp_path):
    class Waiting(SlateBackend):
        def render(self, spec: ShotSpec, conditioning: Conditioning, context: Any) -> Iterator[Frame]:
            if context.state_wanted():
                context.keep_state(b"here")
            context.check_cancelled()
            return super().render(spec, conditioning, context)

    asked = worker(Waiting())
    asked.give_back(1)
    assert asked.render(1, render_order(slate("1A"), tmp_path)).given_back
    assert asked.render(2, render_order(slate("1A"), tmp_path)).failure is None


def test_a_backend_without_encoders_has_nothing_to_encode(tmp_path):
    outcome = worker().encode(1, [render_order(slate("1A"), tmp_path)])
    assert outcome.failure is None
    assert files(tmp_path) == []


def test_encoding_serves_every_order_and_says_how_it_went(tmp_path):
    seen = []

    class Encoding(SlateBackend):
        def encode(self, specs: Any, conditioning: Conditioning, context: Any) -> int:
            context.check_cancelled()
            seen.append([spec.shot for spec in specs])
            assert conditioning.shelf is not None
            conditioning.shelf.keep("ab" * 32, {"words": np.ones(2, np.float32)})
            return 1

    orders = [render_order(slate(name), tmp_path) for name in ("1A", "1B")]
    render_take(SlateBackend(), orders[0], Recorder())
    assert worker(Encoding()).encode(1, orders).failure is None
    assert seen == [["1B"]]
    assert Store(tmp_path).has("conditioning", "ab" * 32)
    cancelled = worker(Encoding())
    cancelled.cancel(2)
    assert cancelled.encode(2, orders).cancelled


def test_a_worker_that_still_loads_ends_at_once_when_it_is_told_to(monkeypatch):
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("os._exit", sys.exit)
    try:
        Worker("w", "slate", dispatcher=object())
        with pytest.raises(SystemExit):
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("broken", ["small_jpeg", "AttemptLog"])
def test_no_bookkeeping_fails_a_take(tmp_path, monkeypatch, broken):
    def breaks(*_: object) -> None:
        raise UnicodeEncodeError("ascii", "夜", 0, 1, "ordinal not in range(128)")

    class Told:
        """The dispatcher, which hears what could not be told."""

        def __init__(self) -> None:
            self.troubled = self.report = self.show = self.began_next = self.conditioning = self
            self.heard: list[tuple[object, ...]] = []

        def remote(self, *words: object) -> None:
            self.heard.append(words)

    class Previews(SlateBackend):
        def render(self, spec: ShotSpec, conditioning: Conditioning, context: Any) -> Iterator[Frame]:
            for frame in super().render(spec, conditioning, context):
                context.preview(frame)
                yield frame

    monkeypatch.setenv("SHOTFARM_LOGS", str(tmp_path / "node"))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    broken_part = {"small_jpeg": breaks, "AttemptLog": SimpleNamespace(begin=breaks)}[broken]
    monkeypatch.setattr(f"farm.cluster.worker.{broken}", broken_part)
    told = Told()
    made = Worker("w", "slate", told)
    made._backend = Previews()
    spec = slate("1A")
    assert made.render(1, render_order(spec, tmp_path / "store")).failure is None
    assert len(take(tmp_path / "store", spec)) == spec.total_frames
    what = {"small_jpeg": "making a preview", "AttemptLog": "writing the log of an attempt"}[broken]
    assert (
        what,
        "UnicodeEncodeError: 'ascii' codec can't encode character '\\u591c' in position 0: ordinal",
    ) in [(words[0], str(words[1]).partition(" not in")[0]) for words in told.heard if len(words) == 2]
