"""The units of systemd on disk: written, told of, removed. Those of others are left alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from farm.store.files import write_atomically
from pipeline.services.units import MARK, NAMES, Programs, environment_file
from pipeline.settings import Settings
from storyboard.errors import UsageError
from storyboard.refusals import store_errors

_KEPT = ("SHOTFARM_", "AWS_")
"""variables that a farm's processes go by"""
_NOT_KEPT = ("SHOTFARM_HOME", "SHOTFARM_FARM_TOKEN", "SHOTFARM_TEST_MARK")


def units_folder() -> Path:
    """Where systemd looks for the units of this person."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def environment_path(settings: Settings) -> Path:
    """The file with the settings of the units."""
    return settings.home.absolute() / "service.env"


def programs(settings: Settings) -> Programs:
    """The command of this installation."""
    return Programs(
        (sys.executable, "-P", "-m", "pipeline.cli.app"),
        str(environment_path(settings)),
        str(settings.home.absolute()),
    )


def kept_environment(environment: Mapping[str, str]) -> str:
    """What is set now, as the units are to have it."""
    return environment_file(
        {
            name: value
            for name, value in environment.items()
            if name.startswith(_KEPT) and name not in _NOT_KEPT
        }
    )


def install(settings: Settings, folder: Path, units: Mapping[str, str]) -> list[Path]:
    """Write units, and the file with their settings unless it is there; the files that were written.

    Raises:
        UsageError: a unit of that name is there that was written by somebody else.
        StoreError: the folder cannot be written.
    """
    for name in units:
        _refuse_others(folder / name)
    written = []
    environment = environment_path(settings)
    with store_errors(settings.home):
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not environment.exists():
            write_atomically(environment, kept_environment(os.environ).encode(), private=True)
            written.append(environment)
    with store_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in units.items():
            write_atomically(folder / name, text.encode())
            written.append(folder / name)
    return written


def installed(folder: Path) -> dict[str, str]:
    """The units of ours that are there, by name."""
    found = {}
    for name in NAMES:
        with store_errors(folder):
            if (folder / name).is_file() and (text := (folder / name).read_text("utf-8")).startswith(MARK):
                found[name] = text
    return found


def uninstall(folder: Path) -> list[Path]:
    """Remove the units of ours; those that were there. Settings and home folder stay."""
    paths = [folder / name for name in installed(folder)]
    with store_errors(folder):
        for path in paths:
            path.unlink()
    return paths


def _refuse_others(path: Path) -> None:
    if path.exists() and path.name not in installed(path.parent):
        raise UsageError(f"{path} was written by somebody else", "move it away, or choose another --prefix")
