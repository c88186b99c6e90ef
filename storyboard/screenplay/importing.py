"""A screenplay into a film document: the first time, and again after the screenplay was rewritten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from storyboard.errors import UsageError
from storyboard.schema.base import Language
from storyboard.schema.film import Film
from storyboard.screenplay.breakdown import Choices, broken_down
from storyboard.screenplay.document import film_text, for_editing
from storyboard.screenplay.edited_text import EditedText
from storyboard.screenplay.languages import Prefixes
from storyboard.screenplay.merge import Merge, with_ids_of
from storyboard.screenplay.read import script_of
from storyboard.screenplay.record import Record, record_of
from storyboard.screenplay.script import Left


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import comes to.

    Attributes:
        text: of the film document.
        record: what to keep beside it.
        film: what the script says, with ids kept from the import before.
        left: what has no place in the film.
        joined: names that were taken for another's.
        pages: of the script.
        pace: how much longer action lasts than by its words.
        changes: what is different since the import before, in words; empty the first time.
        kept: shots that are as they were.
    """

    text: str
    record: Record
    film: Film
    left: tuple[Left, ...]
    joined: tuple[tuple[str, str], ...]
    pages: float
    pace: float
    changes: tuple[str, ...] = ()
    kept: int = 0


def imported(data: bytes, name: str, choices: Choices) -> Imported:
    """Make a film document of a screenplay.

    Args:
        data: the screenplay's bytes.
        name: of its file.
        choices: what is chosen for it.

    Raises:
        DocumentError: it is no screenplay.
    """
    script = script_of(data, name, choices.prefixes)
    made = broken_down(script, choices)
    record = record_of(script, Path(name).name, made, choices)
    return Imported(film_text(made.film), record, made.film, made.left, made.joined, made.pages, made.pace)


def reimported(data: bytes, name: str, choices: Choices, record: Record, text: str) -> Imported:
    """Bring a rewritten screenplay into a film document that people may have edited.

    Args:
        data: the screenplay's bytes.
        name: of its file.
        choices: what is chosen for it (`choices_like`).
        record: of the import before.
        text: of the film document as it is now; a film without problems.

    Raises:
        DocumentError: it is no screenplay.
    """
    script = script_of(data, name, choices.prefixes)
    made = broken_down(script, choices)
    old = Film.model_validate(record.film)
    document = EditedText(text)
    film, shots, scenes = with_ids_of(old, made.film, document.shot_ids())
    made = replace(
        made,
        film=film,
        sources={shots[shot]: sources for shot, sources in made.sources.items()},
        headings={scenes[scene]: number for scene, number in made.headings.items()},
    )
    new = for_editing(film)

    def merge(mine: Any) -> Merge:
        merging = Merge()
        merging.film(record.film, new, mine)
        return merging

    merged, told = document.changed(merge)
    kept = record_of(script, Path(name).name, made, choices)
    return Imported(
        merged, kept, film, made.left, made.joined, made.pages, made.pace, tuple(told.changes), told.kept
    )


def choices_like(record: Record, choices: Choices, *, calibrate: bool) -> Choices:
    """What is chosen for an import that follows another: as there, where nothing else is said.

    Args:
        record: of the import before.
        choices: what is said now.
        calibrate: whether lengths of action are found anew.
    """
    prefixes = Prefixes(
        tuple(dict.fromkeys((*record.interiors, *choices.prefixes.interiors))),
        tuple(dict.fromkeys((*record.exteriors, *choices.prefixes.exteriors))),
    )
    return replace(
        choices,
        aliases={**record.aliases, **choices.aliases},
        prefixes=prefixes,
        language=choices.language or record.language,
        pace=choices.pace or (None if calibrate else record.pace),
    )


def language_tag(words: str) -> str:
    """A language that a script is said to be in.

    Raises:
        UsageError: it is no registered language.
    """
    try:
        return TypeAdapter(Language).validate_python(words)
    except ValidationError as error:
        reason = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        raise UsageError(f"--language {words!r}: {reason}", "such as --language fr") from None


def alias_of(words: str) -> tuple[str, str]:
    """`SMITH=JOHN SMITH`: a name and whose it is.

    Raises:
        UsageError: it is not of this form.
    """
    name, mark, whose = (part.strip() for part in words.partition("="))
    if not (name and mark and whose):
        raise UsageError(
            f"--alias {words!r} is not of the form NAME=WHOSE", 'such as --alias "SMITH=JOHN SMITH"'
        )
    return name, whose
