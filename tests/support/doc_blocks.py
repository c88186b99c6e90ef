"""What a page of the documentation shows in blocks: files of a project, and commands with what they print."""

from __future__ import annotations

import re
from pathlib import Path


def files_shown(page: str) -> list[tuple[str, str]]:
    """Name and text of each file in YAML whose block begins with its name as a comment."""
    return re.findall(r"```yaml\n# (\S+)\n(.*?)```", page, re.DOTALL)


def lines_typed(page: str) -> list[str]:
    """The lines of its consoles: commands, and what they print."""
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def write_files(files: list[tuple[str, str]], folder: Path) -> None:
    """Write them where a page says that they lie."""
    for name, text in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
