"""Models of a hub, fetched from one on this machine by a process that knows no other."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from farm.backends.diffusion.models.folders import file_in, fingerprint
from farm.backends.diffusion.models.named import IDENTITY_PARTS
from storyboard.errors import UsageError
from tests.support import ROOT
from tests.support.diffusion.small_hub import small_hub
from tests.support.waiting import PATIENCE_S

COMMIT = "c" * 40
SHARDS = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
FILES = {
    "config.json": b"{}",
    "model.safetensors.index.json": json.dumps({"weight_map": dict(zip("ab", SHARDS, strict=True))}).encode(),
    SHARDS[0]: b"one",
    SHARDS[1]: b"two",
    "pytorch_model.bin": b"pickled",
}

_FETCH = """
import json, sys
from farm.backends.diffusion.planning import hooks
options = {"model": "/m", "identity": {"model": "owner/looks", "revision": sys.argv[1]}}
def need():
    return next(need for need in hooks.models(options) if need.name == "owner/looks")
before = need().present
if len(sys.argv) > 2:
    hooks.fetch(need(), lambda done: None)
print(json.dumps([before, need().present, str(need().path)]))
"""


def asked(hub, cache, *more):
    """Whether the identity model was there before and after, and where."""
    environment = os.environ | {
        "HF_ENDPOINT": hub,
        "HF_HUB_CACHE": str(cache),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_ETAG_TIMEOUT": str(round(PATIENCE_S)),
        "HF_HUB_DOWNLOAD_TIMEOUT": str(round(PATIENCE_S)),
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(
        [sys.executable, "-c", _FETCH, COMMIT, *more],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return json.loads(done.stdout)


def test_an_image_model_in_shards_is_there_only_with_every_shard(tmp_path):
    with small_hub("owner/looks", COMMIT, FILES) as hub:
        before, after, path = asked(hub, tmp_path, "fetch")
    assert (before, after) == (False, True)
    snapshot = tmp_path / "models--owner--looks" / "snapshots" / COMMIT
    assert str(snapshot) == path
    assert sorted(file.name for file in snapshot.iterdir()) == sorted({*FILES} - {"pytorch_model.bin"})
    assert file_in(snapshot, SHARDS[1]).read_bytes() == b"two", "though it lies elsewhere in the cache"
    (snapshot / SHARDS[1]).unlink()
    for listing in tmp_path.rglob("trees/*.json"):
        listing.unlink()
    assert asked("http://127.0.0.1:9", tmp_path)[:2] == [False, False]


def test_a_file_outside_of_its_models_folder_is_refused(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "other.onnx").write_bytes(b"other")
    (folder / "link.onnx").symlink_to(tmp_path / "other.onnx")
    for name in ("../other.onnx", "link.onnx", str(tmp_path / "other.onnx")):
        with pytest.raises(UsageError, match="outside"):
            file_in(folder, name)


def test_the_digest_of_an_image_model_in_shards_holds_every_shard(tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    before = fingerprint(tmp_path, IDENTITY_PARTS)
    (tmp_path / SHARDS[1]).write_bytes(b"another")
    assert fingerprint(tmp_path, IDENTITY_PARTS) != before
