"""Disks that are full or read-only: said in words, and nothing that was made is lost."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

import pytest

from tests.support.pipeline.slate_films import (
    FRAMES,
    Shotfarm,
    assert_clear,
    attempts_left_in,
    six_slates,
    takes_in,
    write_film,
)
from tests.support.waiting import until

pytestmark = pytest.mark.slow


def fill(disk: Path, leave: int) -> Path:
    """Fill a disk but for so many KiB."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    with filler.open("r+b") as file:
        file.truncate(max(0, filler.stat().st_size - leave * 1024))
    return filler


def make_read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


def parts_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


def rendering(command: Shotfarm) -> list[str]:
    """The shots that a standing farm renders now."""
    return [worker["shot"] for worker in command.json("farm", "status")["workers"] if worker["shot"]]


def test_a_store_that_fills_up_keeps_what_was_published_and_goes_on_later(standing, small_disk):
    folder = write_film(small_disk(24) / "film", six_slates())
    filler = fill(folder.parent, 72)
    done = standing("render", folder)
    assert_clear(done, 2, "the disk is full")
    until(lambda: not rendering(standing), "what rendered is called off")
    published = takes_in(folder)
    assert len(published) < 6
    assert not (folder / "out").exists() or not list((folder / "out").iterdir())
    filler.unlink()
    summary = standing.json("render", folder)
    assert summary["rendered"] == 6 - len(published)
    assert takes_in(folder).items() >= published.items()
    assert summary["film"]["frames"] == FRAMES
    store = folder / ".shotfarm" / "store"
    # What was being made when the first run ended may end after it: the next one sweeps that.
    until(lambda: not attempts_left_in(store) or not standing.json("render", folder), "it is swept")


def test_an_output_on_a_full_disk_is_refused_in_words_and_the_takes_are_kept(
    standing, film_folder, small_disk
):
    disk = small_disk(1)
    fill(disk, 8)
    done = standing("render", film_folder, "--out", disk / "film.mp4")
    assert_clear(done, 2, "the disk is full", str(disk))
    assert [path.name for path in disk.iterdir()] == ["filler"]
    summary = standing.json("render", film_folder)
    assert summary["rendered"] == 0
    assert summary["film"]["made"] is True, "its parts are there, it is joined at another place"


def test_an_older_film_survives_a_full_disk(standing, copy_of_finished, small_disk):
    disk = small_disk(1)
    (disk / "film.mp4").write_bytes(b"the film of last week")
    fill(disk, 8)
    done = standing("render", copy_of_finished, "--out", disk / "film.mp4")
    assert_clear(done, 2, "the disk is full")
    assert (disk / "film.mp4").read_bytes() == b"the film of last week"
    assert parts_in(disk) == []


def test_a_read_only_output_is_refused_before_anything_renders(shotfarm, film_folder, small_disk):
    disk = small_disk(1)
    make_read_only(disk)
    done = shotfarm("render", film_folder, "--out", disk / "film.mp4")
    assert_clear(done, 2, "the file system is read-only", "choose another folder", str(disk))
    assert takes_in(film_folder) == {}
    assert not shotfarm.family()
    assert not (shotfarm.home / "prefect.log").exists(), "no server was started"


def test_an_output_that_is_a_folder_is_refused_before_anything_renders(shotfarm, film_folder, tmp_path):
    done = shotfarm("render", film_folder, "--out", tmp_path)
    assert_clear(done, 2, str(tmp_path), "it is a folder")
    assert takes_in(film_folder) == {}


def test_a_read_only_store_is_refused_before_anything_renders(shotfarm, film_folder, small_disk):
    disk = small_disk(1)
    make_read_only(disk)
    done = shotfarm("render", film_folder, "--store", disk / "store")
    assert_clear(done, 2, "the file system is read-only", str(disk))
    assert not (shotfarm.home / "prefect.log").exists(), "no server was started"


def test_a_film_on_a_read_only_disk_can_be_planned_and_rendered_elsewhere(standing, small_disk, tmp_path):
    folder = write_film(small_disk(1) / "film", six_slates())
    make_read_only(folder.parent)
    assert standing.json("plan", folder)["to_render"] == 6
    done = standing("render", folder)
    assert_clear(done, 2, "the file system is read-only")
    elsewhere = ["--store", tmp_path / "store", "--out", tmp_path / "film.mp4"]
    done = standing("render", folder, *elsewhere)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "film.mp4").exists()


def test_a_home_on_a_full_disk_is_one_clear_error(small_disk, film_folder, shotfarm):
    disk = small_disk(1)
    fill(disk, 0)
    full = type(shotfarm)(disk / "home")
    done = full("farm", "up")
    assert_clear(done, done.returncode, str(disk))
    assert done.returncode in {1, 2}
    assert not full.family()
