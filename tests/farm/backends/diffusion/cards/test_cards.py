"""One shot on several cards: here processes with a CPU each, which exchange through the same library."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch

from farm.backend.conformance import Recorder
from farm.backend.protocol import BrokenError, Cancelled, TooLargeError
from farm.store.store import Store
from farm.takes.clip import CLIP
from storyboard.planning.spec import ResolvedLook
from tests.support.diffusion.killed_takes import killed
from tests.support.diffusion.small_takes import Stage, small
from tests.support.diffusion.tiny_models import lora, picture
from tests.support.farm.orders_of_slates import render_order
from tests.support.farm.takes import render_take
from tests.support.waiting import PATIENCE_S, until

LOOK = {"description": "", "negative": "", "palette": (), "references": (), "loras": ()}


@pytest.fixture(scope="module")
def stage():
    """One worker for all: its second process loads one model after another."""
    with Stage() as opened:
        yield opened


@pytest.fixture(scope="module")
def alone(stage):
    """Another, of one card: one that goes on with a card less ends its second process."""
    with Stage() as opened:
        opened.files = stage.files
        yield opened


def companions(stage):
    return stage.studio._held._companions


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(pid):
    return [child.pid for child in psutil.Process(pid).children()]


def wait_until_gone(pids):
    until(lambda: not any(map(alive, pids)), "the processes are gone")


@pytest.mark.parametrize(
    ("model", "options", "pictured"),
    [
        ("wan-two", {"fp8_weights": True}, False),
        *(
            pytest.param(*given, marks=pytest.mark.slow)
            for given in (
                ("wan-i2v", {}, True),
                ("wan-vace", {"attention": "native"}, False),
                ("ltx", {}, False),
                ("ltx", {}, True),
            )
        ),
    ],
)
def test_a_take_of_two_cards_is_that_of_one_bit_for_bit(
    models, stage, alone, model, options, pictured, tmp_path
):
    loras = (stage.lora(lora(models(model), "transformer", tmp_path / "look", 3)),)
    look = ResolvedLook(**(LOOK | {"loras": loras}))
    first = stage.file(picture(tmp_path / "first.png", 1)) if pictured else None

    def shot(more):
        return small(models(model), options | more, look=look, first_frame=first)

    context = Recorder()
    taken = stage.take(shot({"cards": 2, "preview_every": 1}), context=context)
    assert context.notes["diffusion"]["cards"] == 2
    assert context.previews
    assert all(map(alive, companions(stage).pids))
    assert np.array_equal(alone.take(shot({})), taken)


def test_a_cancelled_shot_of_two_cards_goes_on_with_the_same_processes(models, stage):
    options = {"steps": 6, "checkpoint_every": 2, "checkpoint_seconds": 0, "cards": 2}
    spec = small(models("wan"), options)
    whole = Recorder()
    wanted = stage.take(spec, context=whole)
    before = companions(stage).pids
    stopped = Recorder(cancel_after=4)
    with pytest.raises(Cancelled):
        stage.take(spec, context=stopped)
    again = Recorder(state=stopped.states[-1])
    assert np.array_equal(stage.take(spec, context=again), wanted)
    assert again.notes["diffusion"]["resumed_after_step"] is not None
    assert companions(stage).pids == before
    on_one = Recorder(state=stopped.states[-1])
    assert np.array_equal(stage.take(small(models("wan"), options | {"cards": 1}), context=on_one), wanted)
    assert on_one.notes["diffusion"]["resumed_after_step"] is None, "a state is for as many cards"


class AfterTheFirstStep(Recorder):
    """Does something after the first step."""

    def __init__(self, do):
        super().__init__()
        self.do = do

    def progress(self, done):
        super().progress(done)
        if len(self.done) == 1:
            self.do()


@pytest.mark.slow
def test_a_companion_that_hangs_or_is_killed_fails_its_shot_in_words_and_the_next_has_another(
    models, stage, monkeypatch
):
    spec = small(models("wan"), {"cards": 2, "steps": 4})
    wanted = stage.take(spec)
    [hanging] = companions(stage).pids
    limit = "farm.backends.diffusion.cards.leader.CALL_S"

    def stop():
        monkeypatch.setattr(limit, 1.0)
        os.kill(hanging, signal.SIGSTOP)

    with pytest.raises(BrokenError, match="the process on card 1 hangs: no answer for 1 s"):
        stage.take(spec, context=AfterTheFirstStep(stop))
    wait_until_gone([hanging])
    monkeypatch.setattr(limit, PATIENCE_S)
    assert np.array_equal(stage.take(spec), wanted)
    [another] = companions(stage).pids
    killing = AfterTheFirstStep(lambda: os.kill(another, signal.SIGKILL))
    with pytest.raises(BrokenError, match=r"the process on card 1 was killed \(SIGKILL\)"):
        stage.take(spec, context=killing)


@pytest.mark.slow
def test_running_out_of_memory_on_any_card_goes_on_with_the_next_way_to_save_it(models, stage, monkeypatch):
    spec = small(models("wan"), {"cards": 2})
    wanted = stage.take(spec)
    first = companions(stage)

    def starved():
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 9.00 GiB.")

    # The leader runs out in the middle of a call: its companion waits for it in an exchange.
    block = stage.studio._held._video.pipe.transformer.blocks[1]
    monkeypatch.setattr(block, "forward", lambda *_, **__: starved())
    context = Recorder()
    assert np.array_equal(stage.take(spec, context=context), wanted)
    assert "after running out of memory with full" in context.notes["diffusion"]["memory"]
    wait_until_gone(first.pids)
    # A companion says that it ran out: what it would send where its card is full.
    [other] = companions(stage)._companions
    other._answers.put({"error": "CUDA out of memory", "memory": True})
    with pytest.raises(TooLargeError, match=r"with memory: tiled \(CUDA out of memory \(on card 1\)\)"):
        stage.take(small(models("wan"), {"cards": 2, "memory": "tiled"}))


@pytest.mark.slow
def test_a_killed_leader_leaves_no_process_and_another_attempt_goes_on_from_its_state(
    models, stage, tmp_path
):
    spec = small(models("wan"), {"cards": 2, "steps": 3, "checkpoint_every": 1, "checkpoint_seconds": 0})
    seen = []
    store = killed(spec, tmp_path, look=lambda leader: seen.extend(children(leader)))
    assert seen
    wait_until_gone(seen)
    for folder in (store.root, tmp_path / "whole"):
        render_take(stage.backend, render_order(spec, folder), Recorder())
    resumed, whole = (one.find("takes", spec.digest()) for one in (store, Store(tmp_path / "whole")))
    assert resumed.facts["notes"]["diffusion"]["resumed_after_step"] is not None
    assert resumed.files[CLIP].sha256 == whole.files[CLIP].sha256


@pytest.mark.slow
def test_closing_a_backend_ends_its_processes(models, stage):
    stage.take(small(models("wan"), {"cards": 2, "steps": 1}))
    pids = companions(stage).pids
    assert pids
    stage.studio.close()
    wait_until_gone(pids)
