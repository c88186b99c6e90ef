"""The pictures, videos, sounds and LoRAs that people bring, opened before anything renders.

What is broken is a problem at its line; what is changed on the way, and what is hardly meant, is a warning
there. MIDI and SoundFonts are `soundfont.py`'s, looks the film's own checks'.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.production.looked_at import Found, Kind, LookedAt
from pipeline.production.renderers import Choices
from storyboard.document.given_files import using_given
from storyboard.document.named_files import PERFORMANCE_VIDEOS, confine, is_midi, is_sound, named_files
from storyboard.errors import AssemblyError, FarmError, Problem
from storyboard.planning.plan import PlanWarning

if TYPE_CHECKING:
    from storyboard.document.load import LoadedFilm
    from storyboard.document.text import DocumentPath
    from storyboard.schema.film import Film, Shot

_SLOWEST_FRAME_S = 0.25
"""a video that ends this much before its shot may still show its last frame there"""
_DECODED = frozenset({Kind.VIDEO, Kind.MASK, Kind.SOUND, Kind.LINE})


@dataclass(slots=True)
class GivenFiles:
    """What is wrong with the files of a film, and what is said of them.

    Attributes:
        problems: what cannot be used, at its line.
        warnings: what is changed on the way, or hardly meant.
        recorded_s: how long recordings of lines are heard, by the SHA-256 of their bytes.
    """

    problems: list[Problem] = field(default_factory=list)
    warnings: tuple[PlanWarning, ...] = ()
    recorded_s: dict[str, float] = field(default_factory=dict)


def kind_of(path: DocumentPath, name: str) -> Kind | None:
    """What the file that is named at a place of a film is read as; None where others read it."""
    last = path[-1]
    if "references" in path or last in {"first_frame", "last_frame"}:
        return Kind.PICTURE
    if "performance" in path and last in PERFORMANCE_VIDEOS:
        return Kind.MASK if last == "mask" else Kind.VIDEO
    if "loras" in path:
        return Kind.LORA
    if last == "recording":
        return Kind.LINE
    if is_sound(path) or (path[0] == "music" and last == "file" and not is_midi(name)):
        return Kind.SOUND
    return None


def look_at_files(
    loaded: LoadedFilm, choices: Choices, digests: Mapping[str, str], looked: LookedAt
) -> GivenFiles:
    """Open every picture, video, sound and LoRA that a film names and that was not opened before.

    Args:
        loaded: a film that passed its own checks.
        choices: what renders each shot.
        digests: SHA-256 of each file that the film names: those that could be read.
        looked: what was found in files before; what is found now is kept there.

    Raises:
        FileChangedError: a file is written to while it is opened.
    """
    given = GivenFiles()
    said: list[PlanWarning] = []
    named = [
        (path, kind, name)
        for path, name in named_files(loaded.film)
        if name in digests and (kind := kind_of(path, name)) is not None
    ]
    found = _found_in_each(
        loaded.folder, dict.fromkeys((kind, name) for _, kind, name in named), digests, looked
    )
    for path, kind, name in named:
        seen = found[kind, name]
        if kind is Kind.LINE and seen.seconds is not None:
            given.recorded_s[digests[name]] = seen.seconds
        shot = _shot_at(loaded.film, path)
        wrong = seen.wrong or _too_short(shot, path, seen, choices, loaded.film.format.rate)
        if wrong:
            given.problems.append(loaded.problem(path, f'"{name}": {wrong}'))
        said += [
            PlanWarning(str(loaded.problem(path, f'"{name}": {words}')), (shot.id,) if shot else ())
            for words in seen.said
        ]
    given.warnings = tuple(said)
    return given


def _found_in_each(
    folder: Path, files: Iterable[tuple[Kind, str]], digests: Mapping[str, str], looked: LookedAt
) -> dict[tuple[Kind, str], Found]:
    """What is found in these files of a project folder; several that have to be decoded at once."""
    found: dict[tuple[Kind, str], Found] = {}
    new: list[tuple[Kind, str]] = []
    for kind, name in files:
        before = looked.find(kind, name, digests[name])
        if before is None:
            new.append((kind, name))
        else:
            found[kind, name] = before

    def look(one: tuple[Kind, str]) -> Found:
        kind, name = one
        path = confine(folder, name)
        with using_given(path, digests[name]):
            return look_at(kind, path)

    # Pillow's warnings are kept away by a switch that all threads share.
    quick = [one for one in new if one[0] not in _DECODED]
    slow = [one for one in new if one[0] in _DECODED]
    found |= {one: look(one) for one in quick}
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        found |= zip(slow, threads.map(look, slow), strict=True)
    for kind, name in new:
        looked.keep(kind, name, digests[name], found[kind, name])
    looked.save()
    return found


def look_at(kind: Kind, path: Path) -> Found:
    """Open a file as what it is read as."""
    from assembly.sound import recordings
    from farm.media import loras, pictures, videos

    try:
        if kind is Kind.PICTURE:
            return Found(said=pictures.open_picture(path).changes)
        if kind is Kind.LORA:
            loras.look_at(path)
            return Found()
        if kind in {Kind.VIDEO, Kind.MASK}:
            video = videos.look_at(path, mask=kind is Kind.MASK)
            return Found(said=video.changes, seconds=float(video.end))
        sound = recordings.look_at(path, mono=kind is Kind.LINE)
    except (AssemblyError, FarmError) as error:
        return Found(wrong=error.message)
    return Found(said=(*sound.warnings, *sound.changes), seconds=sound.seconds)


def _shot_at(film: Film, path: DocumentPath) -> Shot | None:
    """The shot whose file is named at a place; None where it is nobody's shot."""
    if path[:1] != ("scenes",):
        return None
    return film.scenes[int(path[1])].shots[int(path[3])]


def _too_short(shot: Shot | None, path: DocumentPath, seen: Found, choices: Choices, rate: Fraction) -> str:
    """What to say of a performance that ends before its shot does."""
    if shot is None or "performance" not in path or path[-1] == "file" or seen.seconds is None:
        return ""
    if not choices.of(shot).traits.follows_performances:
        return ""
    body = shot.duration.frames(rate) / float(rate)
    if seen.seconds > body - _SLOWEST_FRAME_S:
        return ""
    return (
        f"it lasts {seen.seconds:.2f} s, and the shot {body:.2f} s: give a video that is as long as "
        "the shot, or make the shot shorter"
    )
