"""Files by their digests: read, copied and lent as what they were, or refused in one sentence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from storyboard.document.given_files import copy_given, read_given, using_given
from storyboard.errors import AssemblyError, FileChangedError

SHA256 = hashlib.sha256(b"as planned").hexdigest()
CHANGED = pytest.raises(FileChangedError, match=r"song\.wav changed while it was being used")


@pytest.fixture
def song(tmp_path) -> Path:
    path = tmp_path / "song.wav"
    path.write_bytes(b"as planned")
    return path


def write(path: Path) -> None:
    path.write_bytes(b"as changed")


def write_more(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b".")


def put_another_there(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"as planned")
    other.replace(path)


edits = pytest.mark.parametrize("edit", [write, write_more, Path.unlink])


def test_what_is_as_planned_is_read_copied_and_lent(song, tmp_path):
    assert read_given(song, SHA256, 10) == b"as planned"
    copy_given(song, SHA256, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"as planned"
    with using_given(song, SHA256):
        assert song.read_bytes() == b"as planned"


@edits
def test_what_was_edited_before_is_refused(edit, song, tmp_path):
    edit(song)
    with CHANGED:
        read_given(song, SHA256, 99)
    with CHANGED:
        copy_given(song, SHA256, tmp_path / "copy")
    with CHANGED, using_given(song, SHA256):
        pytest.fail("it was lent")


@pytest.mark.parametrize("edit", [write, write_more, Path.unlink, put_another_there])
def test_what_is_edited_meanwhile_is_refused_after_its_use(edit, song):
    with CHANGED, using_given(song, SHA256):
        edit(song)


@edits
def test_an_error_that_an_edit_led_to_is_its_cause(edit, song):
    with CHANGED as caught, using_given(song, SHA256):
        edit(song)
        raise AssemblyError("no sound can be read from it")
    assert isinstance(caught.value.__cause__, AssemblyError)


def test_an_error_that_the_file_has_no_part_in_stays_what_it_is(song):
    with pytest.raises(AssemblyError, match="no voice"), using_given(song, SHA256):
        raise AssemblyError("no voice")


def test_a_file_that_is_too_large_to_be_read_whole_is_refused(song):
    with pytest.raises(ValueError, match="larger than"):
        read_given(song, SHA256, 9)


def test_a_folder_in_its_place_is_refused(song):
    song.unlink()
    song.mkdir()
    with CHANGED:
        read_given(song, SHA256, 99)
