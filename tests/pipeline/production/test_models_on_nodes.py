"""Models on every node of a real cluster of two nodes, which have folders of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.support.installed import install_backends
from tests.support.pipeline.slate_films import six_slates, write_film
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.slow
LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""Ray then keeps 127.0.0.1 as its address, which needs no token"""

_SCRIPT = """
import contextlib, json, os, sys
from pathlib import Path
import ray
from tests.support.farm.clusters import PatientCluster
from pipeline.cli.app import main
sys.argv[0] = "shotfarm"
def folder(name):
    Path(sys.argv[1], name).mkdir()
    os.environ["NODE_FOLDER"] = str(Path(sys.argv[1], name))
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
folder("head")
cluster = PatientCluster(num_cpus=0)
for name in ("one", "two"):
    folder(name)
    cluster.add_node(num_cpus=1)
cluster.wait_for_nodes()
film, address = sys.argv[2], cluster.address
def run(*words):
    sys.argv = ["shotfarm", "models", *words, film, "--address", address, "--json"]
    try:
        main()
    except SystemExit as end:
        print("=>", end.code or 0, flush=True)
run("check")
run("fetch")
run("check")
ray.shutdown()
cluster.shutdown()
"""


def test_models_are_checked_on_and_brought_onto_every_node(tmp_path):
    document = six_slates()
    document["renderers"] = {"draft": {"backend": "node-slate"}}
    document["renderer"] = "draft"
    film = write_film(tmp_path / "film", document)
    path = install_backends(
        tmp_path / "installed", node_slate="tests.support.pipeline.odd_backends:NodeSlate"
    )
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, tmp_path, film],
        env={**os.environ, "PYTHONPATH": path, "RAY_AUTH_MODE": "disabled", **LOOPBACK},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    parts = done.stdout.split("=>")
    decoder = json.JSONDecoder()
    before, fetched, after = (decoder.raw_decode(part[part.index("{") :])[0] for part in parts[:3])
    assert len(before["nodes"]) == 2, "the head holds no workers"
    assert set(map(tuple, before["nodes"].values())) == {("tiny/slate",)}
    assert fetched == {"needed": 1, "fetched": ["tiny/slate"]}
    assert set(map(tuple, after["nodes"].values())) == {()}
    assert [part.split()[0] for part in parts[1:]] == ["1", "0", "0"]
    assert (tmp_path / "one" / "tiny" / "slate").exists()
    assert (tmp_path / "two" / "tiny" / "slate").exists()
    assert not (tmp_path / "head" / "tiny").exists()
