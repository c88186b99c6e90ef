"""A film through a real farm with its store on a real S3 server, undisturbed and through its faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from farm.host.settings import NodeSettings
from farm.store.manifest import MANIFEST
from farm.store.store import Store
from storyboard.document.given_files import sha256_of
from tests.support.pipeline.slate_films import (
    Shotfarm,
    assert_clear,
    home_with_history,
    six_slates,
    write_film,
)
from tests.support.s3_servers import BUCKET, environment, whole_takes

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("through_proxy")]
REFUSALS = 10
"""of an outage: each request has then been tried several times, with seconds between"""


@pytest.fixture(scope="module")
def farm(proxy, tmp_path_factory):
    place = tmp_path_factory.mktemp("farm")
    settings = {
        "SHOTFARM_CACHE": str(place / "cache"),
        "SHOTFARM_CACHE_GIB": "0.0001",
        "SHOTFARM_STORE_PATIENCE_S": "300",
    }
    command = Shotfarm(home_with_history(place / "home"), {**environment(proxy.port), **settings})
    try:
        done = command("farm", "up", "--cpus", 2)
        assert done.returncode == 0, done.stderr
        yield command
        command("farm", "down")
    finally:
        command.end_all()


@pytest.fixture(scope="module")
def undisturbed(farm, tmp_path_factory) -> str:
    """The digest of the film's file, rendered into a folder."""
    folder = write_film(tmp_path_factory.mktemp("undisturbed") / "film", six_slates())
    return sha256_of(Path(farm.json("render", folder)["film"]["path"]))


def test_a_second_run_makes_nothing_again_and_the_film_is_the_one_of_a_local_store(
    farm, film_folder, undisturbed
):
    root = f"s3://{BUCKET}/plain"
    first = farm.json("render", film_folder, "--store", root)
    assert first["rendered"] == 6
    published = whole_takes(Store(root, NodeSettings()))
    assert sha256_of(Path(first["film"]["path"])) == undisturbed
    second = farm.json("render", film_folder, "--store", root, "--out", film_folder / "again.mp4")
    assert second["rendered"] == 0
    assert second["film"]["made"] is False
    assert sha256_of(film_folder / "again.mp4") == undisturbed
    assert whole_takes(Store(root, NodeSettings())) == published


@pytest.mark.soak  # each fault by itself is in tests/farm/store/test_objects.py
def test_a_store_that_fails_every_third_time_costs_nothing_but_time(farm, proxy, film_folder, undisturbed):
    root = f"s3://{BUCKET}/failing"
    proxy.set("refuse | error | slow | cut download | cut upload | lost answer", each=3)
    summary = farm.json("render", film_folder, "--store", root)
    assert proxy.struck > 12
    proxy.set("")
    assert len(whole_takes(Store(root, NodeSettings()))) == 6
    assert sha256_of(Path(summary["film"]["path"])) == undisturbed


def test_a_store_that_goes_away_in_the_middle_is_waited_for(farm, proxy, film_folder, undisturbed):
    root = f"s3://{BUCKET}/away"
    proxy.set("refuse", times=REFUSALS, after="*/away/*/clip.mp4")
    summary = farm.json("render", film_folder, "--store", root)
    assert proxy.struck == REFUSALS, "the farm has tried again and again"
    assert summary["rendered"] == 6
    assert len(whole_takes(Store(root, NodeSettings()))) == 6
    assert sha256_of(Path(summary["film"]["path"])) == undisturbed


def test_a_store_that_fills_up_ends_the_run_in_words_and_a_later_one_goes_on(
    farm, proxy, film_folder, undisturbed
):
    root = f"s3://{BUCKET}/full"

    def kept() -> int:
        published = Store(root, NodeSettings())._remote.below(f"{BUCKET}/full/takes")
        return sum(name.endswith(MANIFEST) for name in published)

    proxy.set("full", method="PUT", after=f"*/full/takes/*/{MANIFEST}")
    done = farm("render", film_folder, "--store", root)
    assert_clear(done, 2, "the store is full")
    proxy.set("")
    before = kept()
    assert 0 < before < 6
    summary = farm.json("render", film_folder, "--store", root)
    assert summary["rendered"] == 6 - before
    assert sha256_of(Path(summary["film"]["path"])) == undisturbed
