"""What an import leaves beside its film: the script, and the film as it was made of it.

A later import compares with it, and so knows what people changed by hand; an export takes from it what a film
document has no place for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError, model_validator

from storyboard.errors import DocumentError, Problem
from storyboard.schema.film import Film
from storyboard.screenplay.breakdown import Breakdown, Choices, Source
from storyboard.screenplay.document import plain_film
from storyboard.screenplay.languages import Prefixes
from storyboard.screenplay.script import Element, Script

SUFFIX = ".script.json"
MAX_BYTES = 64 * 2**20


class Record(BaseModel):
    """An import.

    Attributes:
        version: of this form.
        script: the name of the file that was imported.
        title_page: of the script.
        elements: of the script.
        film: as it was made, in plain values.
        sources: by shot, which words of the script are in it.
        headings: by scene, the number of its heading in the script.
        aliases: names that were said to be another's.
        interiors: words of one's own that slug lines begin with.
        exteriors: likewise.
        language: as it was chosen; None when it was guessed.
        pace: how much longer action lasts than by its words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    script: str
    title_page: tuple[tuple[str, str], ...] = ()
    elements: tuple[Element, ...]
    film: dict[str, JsonValue]
    sources: dict[str, tuple[Source, ...]]
    headings: dict[str, int]
    aliases: dict[str, str] = {}
    interiors: tuple[str, ...] = ()
    exteriors: tuple[str, ...] = ()
    language: str | None = None
    pace: float

    @model_validator(mode="after")
    def _whole(self) -> Record:
        """Its film is one, and its sources are of its script and its shots."""
        film = Film.model_validate(self.film)
        numbers = {source.element for sources in self.sources.values() for source in sources}
        if any(not 0 <= number < len(self.elements) for number in numbers | {*self.headings.values()}):
            raise ValueError("it names elements that its script does not have")
        shots = {shot.id: shot for _, shot in film.shots()}
        for name, sources in self.sources.items():
            lines = [int(one.where[6:]) for one in sources if one.where.startswith("lines.")]
            if name not in shots or any(at >= len(shots[name].lines) for at in lines):
                raise ValueError(f'its shot "{name}" does not have what it says of it')
        return self

    def as_script(self) -> Script:
        """The script that was imported."""
        return Script(self.title_page, self.elements)

    def prefixes(self) -> Prefixes:
        """Words of one's own that slug lines begin with."""
        return Prefixes(self.interiors, self.exteriors)

    def sources_of(self, shot: str) -> tuple[Source, ...]:
        """Which words of the script are in a shot; none in one that people added."""
        return self.sources.get(shot, ())


def record_path(film: Path) -> Path:
    """Where the record of a film's import lies: beside it."""
    return film.with_name(f"{film.stem}{SUFFIX}")


def record_of(
    script: Script, name: str, made: Breakdown, choices: Choices, film: Film | None = None
) -> Record:
    """The record of an import.

    Args:
        script: what was imported.
        name: of its file.
        made: what was made of it.
        choices: what was chosen for it.
        film: `made.film`, with ids that it got since.
    """
    return Record(
        script=name,
        title_page=script.title_page,
        elements=script.elements,
        film=plain_film(film or made.film),
        sources=dict(made.sources),
        headings=dict(made.headings),
        aliases=dict(choices.aliases),
        interiors=choices.prefixes.interiors,
        exteriors=choices.prefixes.exteriors,
        language=choices.language,
        pace=made.pace,
    )


def read_record(film: Path) -> Record | None:
    """The record beside a film; None when the film was not imported.

    Raises:
        DocumentError: it cannot be read, or is none.
    """
    path = record_path(film)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(
                [Problem(str(path), 0, 0, "", f"larger than a record may be ({MAX_BYTES // 2**20} MiB)")]
            )
        return Record.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DocumentError([Problem(str(path), 0, 0, "", f"cannot be read: {error.strerror}")]) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise DocumentError(
            [Problem(str(path), 0, 0, where, f"this is no record of an import: {first['msg']}")],
            "move it away, and import into a film document of another name",
        ) from None
