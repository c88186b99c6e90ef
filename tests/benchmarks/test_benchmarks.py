"""Benchmarks that need what few machines have run in a small form, so that they do when it is there."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.support import ROOT


@pytest.mark.soak
@pytest.mark.skipif(find_spec("diffusers") is None, reason="the extra diffusion is not installed")
def test_the_benchmark_of_a_card_runs_in_a_small_form_without_one():
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.diffusion_gpu", "--tiny"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    measured = json.loads(done.stdout)
    assert measured["farm to script ratio"] > 0
    assert measured["magnitude: PSNR against lossless, dB"] > 0
