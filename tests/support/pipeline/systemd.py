"""systemd as the reader of its units: what it says of them, and the commands that it understood."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


def verified(*units: Path) -> str:
    """What systemd finds wrong with units of a person's manager; nothing when they are right."""
    return _analyze("verify", *map(str, units)).stderr


def command_of(unit: Path) -> list[str]:
    """The words of a unit's command, as systemd would start it."""
    said = _analyze("verify", str(unit), SYSTEMD_LOG_LEVEL="debug").stdout
    (line,) = re.findall(r"^\s*Command Line: (.*)$", said, re.MULTILINE)
    # shlex leaves two marks escaped that systemd's double quotes escape.
    first, *others = (word.replace("\\$", "$").replace("\\`", "`") for word in shlex.split(line))
    # Variables are put in when it starts; a doubled sign is one then.
    return [first, *(word.replace("$$", "$") for word in others)]


def environment_of(unit: Path) -> dict[str, str]:
    """The variables that stand in a unit itself, as systemd would set them."""
    said = _analyze("verify", str(unit), SYSTEMD_LOG_LEVEL="debug").stdout
    return dict(re.findall(r"^\s*Environment: (\w+)=(.*)$", said, re.MULTILINE))


def environment_file_of(unit: Path) -> str:
    """The file with a unit's variables, as systemd would open it."""
    said = _analyze("verify", str(unit), SYSTEMD_LOG_LEVEL="debug").stdout
    (line,) = re.findall(r"^\s*EnvironmentFile: -(.*)$", said, re.MULTILINE)
    return line


def _analyze(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd-analyze on this machine: apt-get install systemd")
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            [program, "--user", "--man=no", *words],
            env={**os.environ, "XDG_RUNTIME_DIR": folder, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
