"""Documents that are made to hurt: each is refused with one message, in bounded time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storyboard.document.load import MAX_BYTES, parse_film, read_text
from storyboard.errors import DocumentError
from tests.support.waiting import PATIENCE_S

HEAD = "schema: 1\ntitle: x\nlocations: {a: {name: A}}\n"
BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 12)
)
STAIRS = "a0: &a0 [x]\n" + "".join(f"a{level}: &a{level} [*a{level - 1}]\n" for level in range(1, 5000))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: " + "[" * 10_000, "more than 64 deep"),
        ("{a: " * 10_000, "more than 64 deep"),
        ("- " * 10_000, "more than 64 deep"),
        ("? " * 10_000, "a key is a word"),
        ("\n".join(" " * depth + "a:" for depth in range(3000)), "more than 64 deep"),
        (STAIRS, "more than 64 deep"),
        (BOMB, "more than 300,000 values, aliases counted"),
        ("[" + "0," * 400_000 + "]", "more than 300,000 values"),
        (HEAD + "seed: " + "9" * 5000, "a number of 5000 digits is too long"),
        (HEAD + "seed: " + "9" * 5000 + "\nscenes: []", "a number of 5000 digits is too long"),
        ("schema: " + "9" * 300, "is newer than this shotfarm reads"),
    ],
)
def test_hostile_yaml_is_refused(text, message):
    with pytest.raises(DocumentError, match=message) as caught:
        parse_film(text, Path("film.yaml"))
    assert len(str(caught.value)) < 5000


@pytest.mark.parametrize("text", ["[" * 10_000, '{"a":' * 10_000, "[" * 10_000 + "]" * 10_000])
def test_deep_json_is_refused(text):
    with pytest.raises(DocumentError, match="more than 64 deep"):
        parse_film(text, Path("film.json"))


def refuse(path: Path, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        parse_film(read_text(path), path)
    assert len(caught.value.problems) == 1


def test_files_that_are_no_documents(tmp_path):
    refuse(tmp_path / "none.yaml", "there is no such file")
    refuse(tmp_path, "this is a folder; name the film document in it")
    refuse(Path("a\0b"), "cannot be read")
    refuse(tmp_path / ("x" * 300), "cannot be read: File name too long")
    (tmp_path / "loop").symlink_to("loop")
    refuse(tmp_path / "loop", "cannot be read: Too many levels of symbolic links")
    (tmp_path / "latin.yaml").write_bytes("schema: 1\ntitle: café\n".encode("latin-1"))
    refuse(tmp_path / "latin.yaml", r"latin.yaml:2:11: byte 0xe9 is not UTF-8 text")
    (tmp_path / "wide.yaml").write_bytes("schema: 1".encode("utf-16"))
    refuse(tmp_path / "wide.yaml", "is not UTF-8 text")
    (tmp_path / "binary.yaml").write_bytes(bytes(range(256)))
    refuse(tmp_path / "binary.yaml", "is not UTF-8 text")
    (tmp_path / "empty.yaml").touch()
    refuse(tmp_path / "empty.yaml", "the document is empty")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_permission_is_refused(tmp_path):
    (tmp_path / "film.yaml").touch(mode=0)
    refuse(tmp_path / "film.yaml", "cannot be read: Permission denied")


def test_a_file_of_a_gigabyte_is_refused_unread(tmp_path):
    with (tmp_path / "film.yaml").open("wb") as file:
        file.truncate(2**30)
    refuse(tmp_path / "film.yaml", "larger than a film document may be")


def test_an_endless_device_is_refused():
    refuse(Path("/dev/zero"), "larger than a film document may be")


_LOAD = """
import sys
from pathlib import Path
from storyboard.errors import DocumentError
from storyboard.document.load import parse_film, read_text
path = Path(sys.argv[1])
try:
    parse_film(read_text(path), path)
except DocumentError as error:
    print(len(error.problems), error)
# VmHWM is this process alone; ru_maxrss would carry over what the test process had before the fork.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "scenes: [" + "0," * 299_900 + "]",
        HEAD + "scenes: [" + "{id: 1}," * 140_000 + "]",
        HEAD + "\n".join("k: 1" for _ in range(299_000)),
        HEAD + "scenes: [" + "{id: s, shots: [0,0,0,0]}," * 6000 + "]",
        'a: "😀' + "x" * (MAX_BYTES - 20) + '"',
    ],
    ids=["list of numbers", "empty scenes", "one key", "wrong shots", "one text"],
)
def test_memory_stays_bounded(tmp_path, text):
    (tmp_path / "film.yaml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(tmp_path / "film.yaml")],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert 1 <= int(lines[0].split()[0]) <= 1001
    assert int(lines[-1]) < 500


def test_standard_input_is_bounded():
    with Path("/dev/zero").open("rb") as endless:
        done = subprocess.run(
            [sys.executable, "-c", _LOAD, "-"],
            stdin=endless,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        )
    assert done.stdout.startswith("1 -: larger than a film document may be")
