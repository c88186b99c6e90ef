"""The files that a film names: confined to its project folder, and known by what is in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PureWindowsPath

from storyboard.document.given_files import sha256_of
from storyboard.document.load import LoadedFilm
from storyboard.document.problems import in_order
from storyboard.document.shot_paths import shot_paths
from storyboard.document.text import DocumentPath
from storyboard.errors import DocumentError, Problem
from storyboard.schema.built_in_sounds import BUILT_IN_SOUNDS
from storyboard.schema.film import Film
from storyboard.schema.vocabulary import LANCZOS
from storyboard.wording import did_you_mean

PERFORMANCE_VIDEOS = ("file", "pose", "face", "background", "mask")
"""the videos of a performance, by their names in the film document"""
MOST_NEIGHBOURS = 1000
"""files of a folder that are looked through for a misspelt name"""


def confine(folder: Path, name: str) -> Path:
    """The file that a film document names, which lies inside the project folder.

    Args:
        folder: the project folder.
        name: relative to it, with `/` between its parts.

    Raises:
        ValueError: absolute, leading outside (`..` or a link), missing, or not a file; says which.
    """
    path = Path(name)
    if path.is_absolute() or PureWindowsPath(name).drive:
        raise ValueError(
            f'"{name}" is absolute; name a file inside the project folder, such as references/a.png'
        )
    if ".." in path.parts:
        raise ValueError(f'"{name}" leads outside the project folder')
    if "\0" in name:
        raise ValueError("a file name has no NUL character")
    try:
        inside = folder.resolve()
        resolved = (inside / path).resolve()
        is_file, exists = resolved.is_file(), resolved.exists()
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its links lead in a circle"
        raise ValueError(f'"{name}" cannot be read: {reason}') from None
    if not resolved.is_relative_to(inside):
        raise ValueError(f'"{name}" is a link that leads outside the project folder')
    if is_file:
        return resolved
    if exists:
        raise ValueError(f'"{name}" is not a file')
    raise ValueError(f'there is no file "{name}" in the project folder{_near(inside, path)}')


def _near(folder: Path, path: Path) -> str:
    """What may have been meant by a file that is not there."""
    if spelled := _spelled_otherwise(folder, path):
        forms = " and ".join(form for form in ("NFC", "NFD") if unicodedata.is_normalized(form, spelled))
        return (
            f"; one with the same letters is there, stored in another Unicode form ({forms or 'mixed'}): "
            "rename it, or copy its name from the folder"
        )
    try:
        beside = [
            (path.parent / entry.name).as_posix()
            for entry, _ in zip((folder / path.parent).iterdir(), range(MOST_NEIGHBOURS), strict=False)
        ]
    except OSError:
        return ""
    return did_you_mean(path.as_posix(), sorted(beside))


def _spelled_otherwise(folder: Path, path: Path) -> str:
    """The path of a file whose name differs in its Unicode form only; empty when there is none."""
    found = Path()
    try:
        for part in path.parts:
            wanted = unicodedata.normalize("NFC", part)
            entries = zip((folder / found).iterdir(), range(MOST_NEIGHBOURS), strict=False)
            same = [entry.name for entry, _ in entries if unicodedata.normalize("NFC", entry.name) == wanted]
            if not same:
                return ""
            found /= same[0]
    except OSError:
        return ""
    return found.as_posix()


def named_files(film: Film) -> Iterator[tuple[DocumentPath, str]]:
    """Every file that the film names and where, in the order of the schema."""

    def all_of(owner: DocumentPath, references: tuple[str, ...]) -> Iterator[tuple[DocumentPath, str]]:
        for index, name in enumerate(references):
            yield (*owner, "references", index), name

    yield from all_of(("look",), film.look.references)
    for index, lora in enumerate(film.look.loras):
        yield ("look", "loras", index, "file"), lora.file
    for name, profile in film.renderers.items():
        if profile.retime_model is not None:
            yield ("renderers", name, "retime_model"), profile.retime_model
        if profile.upscale != LANCZOS:
            yield ("renderers", name, "upscale"), profile.upscale
    if film.look.lut is not None:
        yield ("look", "lut"), film.look.lut
    for character_id, character in film.characters.items():
        yield from all_of(("characters", character_id), character.references)
        for index, lora in enumerate(character.loras):
            yield ("characters", character_id, "loras", index, "file"), lora.file
    for location_id, location in film.locations.items():
        yield from all_of(("locations", location_id), location.references)
        if location.room_tone is not None and location.room_tone not in BUILT_IN_SOUNDS:
            yield ("locations", location_id, "room_tone"), location.room_tone
    if film.soundfont is not None:
        yield ("soundfont",), film.soundfont
    if film.blocked_words is not None:
        yield ("blocked_words",), film.blocked_words
    for index, cue in enumerate(film.music):
        if cue.file is not None:
            yield ("music", index, "file"), cue.file
    for name, deliverable in film.deliverables.items():
        if deliverable.lut is not None:
            yield ("deliverables", name, "lut"), deliverable.lut
    for here, _, shot in shot_paths(film):
        for key, picture in (("first_frame", shot.first_frame), ("last_frame", shot.last_frame)):
            if picture is not None:
                yield (*here, key), picture
        for who, pictures in shot.references.items():
            for index, name in enumerate(pictures):
                yield (*here, "references", who, index), name
        for key in PERFORMANCE_VIDEOS if shot.performance is not None else ():
            video = getattr(shot.performance, key)
            if video is not None:
                yield (*here, "performance", key), video
        for index, line in enumerate(shot.lines):
            if line.recording is not None:
                yield (*here, "lines", index, "recording"), line.recording
        for index, effect in enumerate(shot.effects):
            if effect.sound not in BUILT_IN_SOUNDS:
                yield (*here, "effects", index, "sound"), effect.sound


def is_sound(path: DocumentPath) -> bool:
    """Whether a named file stands where a built-in sound could."""
    return path[-1] in {"sound", "room_tone"}


def is_midi(name: str) -> bool:
    """Whether a cue's file is MIDI, which an orchestra must play, and not a recording."""
    return name.lower().endswith((".mid", ".midi", ".kar", ".rmi"))


def file_digest(folder: Path, name: str) -> str:
    """The SHA-256 of a file of the project folder.

    Raises:
        ValueError: it is not there, or not inside; says which.
        OSError: it cannot be read.
    """
    return sha256_of(confine(folder, name))


def digests_of_files(
    loaded: LoadedFilm, digest: Callable[[Path, str], str] = file_digest
) -> tuple[dict[str, str], list[Problem]]:
    """The SHA-256 of each file that the film names, by its name in the document, and which cannot be read.

    Args:
        loaded: the film.
        digest: `file_digest`, or what remembers what it said.
    """
    digests: dict[str, str] = {}
    problems: list[Problem] = []
    for path, name in named_files(loaded.film):
        if name in digests:
            continue
        try:
            digests[name] = digest(loaded.folder, name)
        except ValueError as error:
            problems.append(loaded.problem(path, str(error)))
        except OSError as error:
            problems.append(loaded.problem(path, f'"{name}" cannot be read: {error.strerror}'))
    return digests, problems


def file_digests(loaded: LoadedFilm) -> Mapping[str, str]:
    """The same of a film whose files can all be read.

    Raises:
        DocumentError: one or more cannot be read; lists all of them.
    """
    digests, problems = digests_of_files(loaded)
    if problems:
        raise DocumentError(in_order(problems))
    return digests
