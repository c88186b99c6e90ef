"""A Ray cluster with a GPU or two that are only a number, and the command line beside it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support import ROOT
from tests.support.pipeline.slate_films import home_with_history

BIN = Path(sys.executable).parent
_CLUSTER = """
import sys
from tests.support.farm.clusters import PatientCluster
cluster = PatientCluster(num_cpus=2, num_gpus=int(sys.argv[1]))
print("address", cluster.address, flush=True)
sys.stdin.read()
cluster.shutdown()
"""


@contextlib.contextmanager
def cluster_of_cards(cards: int = 1) -> Iterator[str]:
    """The address of a cluster; a worker that holds a card of it finds none and renders on the CPU."""
    cluster = subprocess.Popen(
        [sys.executable, "-c", _CLUSTER, str(cards)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        yield next(line.split()[1] for line in cluster.stdout or () if line.startswith("address "))
    finally:
        cluster.communicate("")


def shotfarm(home: Path, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command; what renders does so in a home in which somebody has rendered before."""
    if words[0] == "render" and not home.exists():
        home_with_history(home)
    environment = {**os.environ, "SHOTFARM_HOME": str(home), **more}
    return subprocess.run(
        [str(BIN / "shotfarm"), *map(str, words)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
