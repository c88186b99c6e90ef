"""Models of the published sizes, with random weights: counted anywhere, rendered where there is a card.

Their small form is rendered anywhere, in the film of every family.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time

import pytest
import torch

from farm.store.scratch import STATES
from tests.support.diffusion.real_films import film, rendered, takes_of, written
from tests.support.diffusion.real_sizes import REAL_SIZES, build_real, parameters

CARD = torch.cuda.is_available()
needs_a_card = pytest.mark.skipif(not CARD, reason="there is no CUDA card here")
SIZES = {"wan-1.3b": (832, 480), "wan-14b": (832, 480), "ltx-2b": (768, 512)}


@pytest.mark.parametrize("name", REAL_SIZES)
def test_a_model_has_as_many_parameters_as_its_page_says(name):
    size = REAL_SIZES[name]
    with torch.device("meta"):
        billions = parameters(size.transformer()) / 1e9
    assert float(f"{billions:.3g}") == size.parameters


@pytest.mark.gpu
@needs_a_card
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", REAL_SIZES)
def test_a_real_size_renders_through_the_farm(name, tmp_path, monkeypatch):
    monkeypatch.setenv("SHOTFARM_MODEL_FOLDERS", str(tmp_path))
    model = build_real(name, tmp_path)
    profile = {"model": str(model), "steps": 10}
    folder = written(tmp_path / "film", film(SIZES[name], {"1A": {}, "1B": {}}, card=profile))
    assert rendered(folder, tmp_path / "home")["rendered"] == 2
    assert rendered(folder, tmp_path / "home")["rendered"] == 0
    for take in takes_of(folder):
        facts = take["notes"]["diffusion"]
        assert facts["device"] == torch.cuda.get_device_name()
        assert 0 < facts["peak_memory"] < torch.cuda.get_device_properties(0).total_memory
        assert take["quality"]["still"] < 1


@pytest.mark.gpu
@needs_a_card
@pytest.mark.timeout(1800)
def test_a_killed_worker_s_shot_goes_on_from_its_last_kept_step_on_a_card(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOTFARM_MODEL_FOLDERS", str(tmp_path))
    model = build_real("wan-1.3b", tmp_path)
    profile = {"model": str(model), "steps": 60, "checkpoint_every": 5, "checkpoint_seconds": 0}
    folder = written(tmp_path / "film", film(SIZES["wan-1.3b"], {"1A": {}, "1B": {}}, card=profile))
    store = folder / ".shotfarm/store"

    def kill_the_worker() -> None:
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline:
            if any(path.is_file() for path in (store / STATES).rglob("*")):
                # An attempt's folder is named for its machine, its worker's process and itself.
                pids = {int(path.name.split("-")[-2]) for path in store.glob("takes/??/*/*-*-*/")}
                for pid in pids:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                return
            time.sleep(0.1)

    killer = threading.Thread(target=kill_the_worker)
    killer.start()
    assert rendered(folder, tmp_path / "home")["rendered"] == 2
    killer.join()
    resumed = [take["notes"]["diffusion"]["resumed_after_step"] for take in takes_of(folder)]
    assert any(resumed)
