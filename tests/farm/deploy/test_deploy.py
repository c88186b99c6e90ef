"""Farms of many machines: what ships fits its published schema, and none is joined without a token."""

from __future__ import annotations

import importlib.resources
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from farm.cluster.connect import asks_for_token, connected_to, ray_environment, start_head
from farm.host.addresses import LOOPBACK, is_loopback
from storyboard.errors import UsageError

CLUSTERS = importlib.resources.files("farm") / "deploy"


def shipped(name: str):
    return yaml.safe_load((CLUSTERS / name).read_text())


def closed(schema):
    """A schema that refuses fields it does not know, as the API server does for strict clients."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(part) for name, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type", "object") == "object":
        inner.setdefault("additionalProperties", False)
    return inner


def raycluster_schema():
    schema = closed(json.loads((Path(__file__).parent / "schemas" / "raycluster.json").read_text()))
    schema["properties"]["metadata"] = {"type": "object"}
    return schema


def test_the_kuberay_manifest_fits_the_published_schema():
    manifest = shipped("kuberay.yaml")
    jsonschema.validate(manifest, raycluster_schema())
    assert (manifest["apiVersion"], manifest["kind"]) == ("ray.io/v1", "RayCluster")


def test_a_misspelt_field_of_the_manifest_would_be_seen():
    manifest = shipped("kuberay.yaml")
    manifest["spec"]["workerGroupSpecs"][0]["maxReplica"] = 3
    with pytest.raises(jsonschema.ValidationError, match="maxReplica"):
        jsonschema.validate(manifest, raycluster_schema())


def test_the_manifest_asks_for_a_token_and_gives_gpu_workers_a_range():
    spec = shipped("kuberay.yaml")["spec"]
    assert spec["authOptions"] == {"mode": "token"}
    assert spec["enableInTreeAutoscaling"] is True
    (gpu,) = spec["workerGroupSpecs"]
    assert gpu["minReplicas"] < gpu["maxReplicas"]
    (worker,) = gpu["template"]["spec"]["containers"]
    assert worker["resources"]["limits"]["nvidia.com/gpu"] == "1"


def test_the_launcher_file_fits_rays_own_schema_and_starts_every_node_with_a_token():
    ray_folder = importlib.resources.files("ray")
    schema = json.loads((ray_folder / "autoscaler" / "ray-schema.json").read_text())
    launcher = shipped("launcher.yaml")
    jsonschema.validate(launcher, schema)
    starts = launcher["head_start_ray_commands"] + launcher["worker_start_ray_commands"]
    starts = [command for command in starts if "ray start" in command]
    assert len(starts) == 2
    assert all("RAY_AUTH_MODE=token" in command for command in starts)
    assert "~/.ray/auth_token" in launcher["file_mounts"]


@pytest.mark.parametrize("address", ["10.0.0.5:6379", "gpu-head.example.com:6379", "auto"])
def test_a_farm_elsewhere_is_not_joined_without_a_token(address, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError, match="without a token") as caught, connected_to(address):
        pass
    assert "ray get-auth-token" in caught.value.hint


def test_what_counts_as_showing_a_token_is_what_ray_reads(tmp_path):
    bare = {"HOME": str(tmp_path)}
    assert not asks_for_token(bare | {"RAY_AUTH_TOKEN": "x"}), "the mode is off"
    assert not asks_for_token(bare | {"RAY_AUTH_MODE": "token"}), "there is no token"
    assert asks_for_token(bare | {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "x"})
    kept = tmp_path / ".ray" / "auth_token"
    kept.parent.mkdir()
    kept.write_text("x")
    assert asks_for_token(bare | {"RAY_AUTH_MODE": "token"})
    elsewhere = bare | {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(tmp_path / "none")}
    assert not asks_for_token(elsewhere)


def test_only_loopback_hosts_are_this_machine_alone():
    assert all(map(is_loopback, ("127.0.0.1", "127.1.2.3", "[::1]", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "10.0.0.1", "head", "")))  # noqa: S104


def test_what_this_machine_starts_listens_on_the_loopback_address_and_asks_for_a_token(monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr("farm.cluster.connect.start_in_background", lambda *how: started.append(how) or 1)
    start_head(6379, "secret", tmp_path / "log")
    arguments, _, environment = started[0]
    assert f"--node-ip-address={LOOPBACK}" in arguments
    assert environment.items() >= ray_environment("secret").items()
    assert environment["RAY_AUTH_MODE"] == "token"
