"""The options of the command backend, and the files of the project that they name. Nothing is started."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import Field, JsonValue, field_validator

from farm.backend.own_shape import OwnShape
from farm.backend.traits import OptionFile
from storyboard.errors import UsageError
from storyboard.wording import did_you_mean, listed

PLACEHOLDERS = (
    "out",
    "spec",
    "frames",
    "width",
    "height",
    "rate",
    "seconds",
    "seed",
    "shot",
    "prompt",
    "negative",
)
"""names that stand in braces for a value of the shot"""
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
MOST_FILES = 10_000
"""that the folders of one shot may hold"""
_ENDINGS = ".py .sh .rb .js .ts .pl .lua .r .jl .blend .hip .nk .ma .mb .c4d .usd .usda .usdc .aep .fla"
_SCRIPTS = frozenset(_ENDINGS.split())
"""endings of what a word of a command can only mean as a file of the project"""


class CommandOptions(OwnShape):
    """Options of the command backend."""

    command: Annotated[tuple[str, ...], Field(max_length=200)] = ()
    """the program and its arguments, a word each; no shell reads them. {out}, {spec}, {frames}, {width},
    {height}, {rate}, {seconds}, {seed}, {shot}, {prompt} and {negative} stand for the shot's"""
    files: tuple[str, ...] = ()
    """further files of the project that the program reads, and folders of such; {shot} is the shot's id"""
    timeout_s: Annotated[float, Field(gt=0, le=7 * 24 * 3600)] = 3600.0
    """how long the program may take for one shot, in seconds; then it is ended"""
    gpus: Annotated[int, Field(ge=0, le=16)] = 0
    """graphics cards that it may use, each whole; it sees no other"""
    sound: bool = False
    """its videos have sound, which is laid under the shot"""
    lines: bool = False
    """it draws what is said: the lines are in {spec}, and other ones make a new take"""
    drawn: bool = False
    """no model was trained for its pictures: what is delivered says that a program drew them"""

    @field_validator("command")
    @classmethod
    def _known_placeholders(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        for word in words:
            if "\0" in word:
                raise ValueError("a word of a command has no NUL character")
            for name in PLACEHOLDER.findall(word):
                if name not in PLACEHOLDERS:
                    raise ValueError(
                        f'"{{{name}}}" stands for nothing{did_you_mean(name, PLACEHOLDERS)} '
                        f"(there are: {listed([f'{{{one}}}' for one in PLACEHOLDERS])})"
                    )
        if words and not words[0].strip():
            raise ValueError("the first word is the program")
        if words and not {"out", "spec"} & {name for word in words for name in PLACEHOLDER.findall(word)}:
            raise ValueError("one of the words has {out}, where the program puts what it makes, or {spec}")
        return words


def option_files(options: Mapping[str, JsonValue], shot: str, folder: Path) -> list[OptionFile]:
    """The files of the project that a shot's command needs: those that its words name, and `files`.

    A word names a file when it is one (or can be nothing else, by its ending): `draw.py`, `./bin/draw`,
    `--scene=scenes/{shot}.blend`. The program itself does only with a slash in it; without, it is looked for
    in the PATH.

    Raises:
        UsageError: `files` names more than `MOST_FILES`.
    """
    said = CommandOptions.model_validate(options)
    found = [*_of_words(said.command, shot, folder), *_of_files(said.files, shot, folder)]
    return [*{file.name: file for file in reversed(found)}.values()][::-1]


def _of_words(words: tuple[str, ...], shot: str, folder: Path) -> Iterator[OptionFile]:
    for number, word in enumerate(words):
        told = word.replace("{shot}", shot)
        place = ("command", number)
        if number == 0:
            if "/" in told and not told.startswith("/"):
                yield OptionFile(place, _plain(told))
            continue
        for part in (told, told.partition("=")[2]):
            if not part or part.startswith(("/", "-")) or PLACEHOLDER.search(part) or ".." in part.split("/"):
                continue
            is_script = PurePosixPath(part).suffix.lower() in _SCRIPTS and "=" not in part and " " not in part
            if is_script or _is_file(folder / part):
                yield OptionFile(place, _plain(part))
                break


def _of_files(names: tuple[str, ...], shot: str, folder: Path) -> Iterator[OptionFile]:
    left = MOST_FILES
    for number, name in enumerate(names):
        told = name.replace("{shot}", shot)
        place = ("files", number)
        inside = ".." not in told.split("/") and not told.startswith("/")
        if not inside or _plain(told) == "." or not (folder / told).is_dir():
            yield OptionFile(place, _plain(told) if inside else told)
            continue
        for where, folders, files in os.walk(folder / told):
            folders[:] = sorted(one for one in folders if not one.startswith(".") and one != "__pycache__")
            for one in sorted(files):
                left -= not one.startswith(".")
                if left < 0:
                    raise UsageError(
                        f'the command of shot {shot} is given more than {MOST_FILES} files by "{name}"',
                        "name the folders that its program reads, and no more",
                    )
                if not one.startswith("."):
                    yield OptionFile(place, (Path(where) / one).relative_to(folder).as_posix())


def _plain(name: str) -> str:
    return PurePosixPath(name).as_posix()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
