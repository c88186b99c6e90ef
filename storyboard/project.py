"""A new project folder: a small film to change, and what editors and git need beside it."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from importlib import resources
from pathlib import Path

from storyboard.document.load import parse_film
from storyboard.errors import DocumentError, UsageError
from storyboard.refusals import refusal
from storyboard.schema.json_schema import film_json_schema
from storyboard.wording import did_you_mean, listed

FILM = "film.yaml"
TEMPLATE = "template"
SCHEMA = ".shotfarm/film.schema.json"
REFERENCES = "references"

_GITIGNORE = """\
# Takes, films and the catalog are made from film.yaml; the schema serves editors and is kept.
/.shotfarm/*
!/.shotfarm/film.schema.json
/out/
"""
_TITLE = re.compile(r"^title: .*$", re.MULTILINE)
_NOT_PLAIN = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""what YAML takes for a line break or does not take at all, and JSON writers leave as it is"""


def examples() -> list[str]:
    """The names of the films that come along, the template among them."""
    folders = resources.files("storyboard.examples").iterdir()
    return sorted(folder.name for folder in folders if folder.joinpath(FILM).is_file())


def template(title: str | None = None, example: str = TEMPLATE) -> str:
    """The text of the film document that a new project starts with.

    Raises:
        UsageError: the title is empty, has line breaks, or is longer than a title may be; or there is no such
            example.
    """
    if example not in examples():
        near = did_you_mean(example, examples())
        raise UsageError(f'no example is called "{example}"{near}', f"there are: {listed(examples())}")
    text = resources.files("storyboard.examples").joinpath(example, FILM).read_text(encoding="utf-8")
    if title is None:
        return text
    quoted = _NOT_PLAIN.sub(
        lambda found: f"\\u{ord(found.group()):04x}", json.dumps(title, ensure_ascii=False)
    )
    text = _TITLE.sub(lambda _: f"title: {quoted}", text, count=1)
    try:
        parse_film(text, Path(FILM))
    except DocumentError as error:
        raise UsageError(f"this is not a title: {error.problems[0].message}") from None
    return text


def new_project(folder: Path, title: str | None = None, example: str = TEMPLATE) -> Path:
    """Make a project folder, or fill one without a film; nothing that is there is overwritten.

    Everything is written beside the folder first and then moved, the film document last.

    Returns:
        The film document.

    Raises:
        UsageError: there is a film document already, or the title cannot be one.
        StoreError: the folder cannot be written.
    """
    film = folder / FILM
    text = template(title, example)
    if film.exists() or film.is_symlink():
        raise UsageError(f"{film} exists already", "choose another folder")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", "choose another folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.new-") as made:
            aside = Path(made)
            schema = json.dumps(film_json_schema(), indent=2, ensure_ascii=False) + "\n"
            for name, content in ((SCHEMA, schema), (".gitignore", _GITIGNORE), (FILM, text)):
                (aside / name).parent.mkdir(exist_ok=True)
                (aside / name).write_text(content, encoding="utf-8")
            (aside / REFERENCES).mkdir()
            folder.mkdir(exist_ok=True)
            for name in (SCHEMA, ".gitignore", REFERENCES, FILM):
                target = folder / name
                if not target.exists():
                    target.parent.mkdir(exist_ok=True)
                    shutil.move(aside / name, target)
    except OSError as error:
        raise refusal(folder, error) from None
    return film
