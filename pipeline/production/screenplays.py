"""Screenplays and film documents as files: read, brought together, written."""

from __future__ import annotations

import json
from pathlib import Path

from assembly.programs.whole_files import written_aside
from storyboard.checks.film import look_at
from storyboard.document.load import read_text
from storyboard.errors import DocumentError, UsageError
from storyboard.project import FILM, SCHEMA
from storyboard.schema.film import Film
from storyboard.schema.json_schema import film_json_schema
from storyboard.screenplay.breakdown import Choices
from storyboard.screenplay.export import exported
from storyboard.screenplay.fountain_text import fountain_text
from storyboard.screenplay.importing import Imported, choices_like, imported, reimported
from storyboard.screenplay.read import read_file
from storyboard.screenplay.record import Record, read_record, record_path

_SUFFIXES = frozenset({".yaml", ".yml"})


def import_file(script: Path, film: Path, choices: Choices, *, calibrate: bool = False) -> Imported:
    """Bring a screenplay into a film document; nothing is written.

    Args:
        script: the screenplay.
        film: the film document; of one that is there, what people changed in it is kept.
        choices: what is chosen for the breakdown.
        calibrate: of a second import: find the lengths of action anew.

    Raises:
        DocumentError: the screenplay or the document cannot be read, or what they come to is no film.
        UsageError: a document is there that no screenplay was imported into, or its name is no document's.
    """
    if film.suffix.lower() not in _SUFFIXES:
        raise UsageError(
            f"{film} is no name of a film document", f"it ends in .yaml: -o {film.with_suffix('.yaml')}"
        )
    data = read_file(script)
    if not film.exists():
        return imported(data, str(script), choices)
    record = read_record(film)
    if record is None:
        missing = f"{record_path(film).name} is not beside it"
        raise UsageError(
            f"{film} exists already and was not imported from a screenplay: {missing}",
            "choose another name with -o",
        )
    text = read_text(film)
    _film_of(film)
    return reimported(data, str(script), choices_like(record, choices, calibrate=calibrate), record, text)


def write_import(film: Path, made: Imported) -> None:
    """Write what an import came to: the document, its record, and the schema that editors complete it with.

    Raises:
        StoreError: they cannot be written.
        DocumentError: the document would be no film; nothing is written.
    """
    film.parent.mkdir(parents=True, exist_ok=True)
    with written_aside(film) as aside:
        aside.write_text(made.text, encoding="utf-8")
        _film_of(aside, film)
    with written_aside(record_path(film)) as aside:
        aside.write_text(
            made.record.model_dump_json(indent=1, exclude_defaults=True) + "\n", encoding="utf-8"
        )
    schema = film.parent / SCHEMA
    if not schema.exists():
        schema.parent.mkdir(exist_ok=True)
        with written_aside(schema) as aside:
            aside.write_text(
                json.dumps(film_json_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
            )


def script_text(film: Path) -> str:
    """A film as Fountain.

    Args:
        film: the document, or the folder that holds it.

    Raises:
        DocumentError: it is no film, or the record of its import cannot be read.
    """
    path = film / FILM if film.is_dir() else film
    record: Record | None = read_record(path)
    script = exported(_film_of(path), record)
    return fountain_text(script, record.prefixes()) if record else fountain_text(script)


def _film_of(path: Path, name: Path | None = None) -> Film:
    """The film of a document without problems.

    Raises:
        DocumentError: it has some; they are told of `name`, where that is another file.
    """
    loaded, problems = look_at(path)
    if problems:
        shown = str(name or path)
        raise DocumentError(
            [type(one)(shown, one.line, one.column, one.path, one.message) for one in problems]
        )
    return loaded.film
