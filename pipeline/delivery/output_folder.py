"""Puts a deliverable into the folder where a person finds it, with its report and its checksums."""

from __future__ import annotations

from pathlib import Path

from farm.store.files import copy_atomically, write_atomically
from farm.store.manifest import Manifest
from farm.store.store import Store
from storyboard.document.given_files import sha256_of
from storyboard.refusals import store_errors

REPORT = "report.json"
CHECKSUMS = "SHA256SUMS"


def place(store: Store, manifest: Manifest, folder: Path) -> list[Path]:
    """Copy a deliverable to its folder, unless it is there already; files of the one before go.

    What is in the folder beside it stays. The list of checksums is written last, so that a folder that has
    it is whole.
    """
    with store_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        sums = folder / CHECKSUMS
        before = _listed(sums)
        after = {name: stored.sha256 for name, stored in manifest.files.items() if name != CHECKSUMS}
        text = store.file(manifest, CHECKSUMS).read_bytes()
        whole = sums.is_file() and sums.read_bytes() == text
        for name, sha256 in after.items():
            path, stored = folder / name, manifest.files[name]
            there = path.is_file() and path.stat().st_size == stored.size and sha256_of(path) == sha256
            if not there:
                whole = False
                copy_atomically(store.file(manifest, name), path)
        for name in before - set(after):
            (folder / name).unlink(missing_ok=True)
        if not whole:
            write_atomically(sums, text)
    return [folder / name for name in sorted(after) if name != REPORT]


def _listed(sums: Path) -> set[str]:
    """The plain file names of a list of checksums."""
    try:
        lines = sums.read_text("utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return set()
    names = {line[66:] for line in lines if line[64:66] == "  "}
    return {name for name in names if name and name == Path(name).name and name not in {".", ".."}}
