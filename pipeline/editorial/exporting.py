"""A film's cut as a file that editing programs read, alone or in a folder with its media."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from opentimelineio import schema

from assembly.programs.whole_files import written_aside
from farm.store.files import copy_atomically
from pipeline.editorial.film_in_cut import FilmInCut, film_in_cut
from pipeline.editorial.how_to import how_to
from pipeline.editorial.kept_parts import kept_foreign
from pipeline.editorial.sounds_in_cut import file_of
from pipeline.film.lay import keep_inputs, lay_film
from pipeline.film.mixing import stems_of
from pipeline.film.parts import clip_of
from pipeline.keep import Stages
from pipeline.production.production import Production
from storyboard.errors import UsageError
from storyboard.foreign_names import file_stem
from storyboard.interchange import formats
from storyboard.interchange.otio_write import write_otio, write_otioz
from storyboard.interchange.programs import for_program
from storyboard.interchange.read_cut import given_back
from storyboard.interchange.timeline import PICTURE, SOUND, timeline_of
from storyboard.refusals import store_errors

MEDIA = "media"
"""the folder of media, beside the file of the cut"""
FOLDER = "editorial"
PAGE = "IMPORT.md"


@dataclass(frozen=True, slots=True)
class Exported:
    """A cut that was written.

    Attributes:
        path: of the cut's file.
        shots: how many it shows.
        frames: its length.
        absent: the shots in it without a take: their media are missing.
        files: the media that lie beside it or in it.
        not_held: what the file does not hold as the film has it, in words.
        given_back: what an editor had added and is in it again, in words.
    """

    path: Path
    shots: int
    frames: int
    absent: tuple[str, ...]
    files: tuple[Path, ...] = ()
    not_held: tuple[str, ...] = ()
    given_back: tuple[str, ...] = ()


def export(production: Production, path: Path, program: str | None = None) -> Exported:
    """Write a film's cut, by the suffix of the file.

    Its media are those that `deliver_editorial` puts into `media/` beside it; a bundle (`.otioz`) holds them.

    Args:
        production: the film.
        path: of the file.
        program: that is to read it.

    Raises:
        UsageError: no such format is written, or the film has many cuts.
        StoreError: the file cannot be written.
        AssemblyError: media cannot be brought into the film's form.
    """
    check_format(path)
    film = film_in_cut(production)
    timeline, back = _timeline(film)
    files: dict[str, Path] = {}
    if path.suffix.lower() == ".otioz":
        _keep_inputs(film)
        files = {name: file() for name, file in _media(film).items()}
    not_held = write(timeline, path, program, files)
    return _told(film, path, tuple(files.values()), not_held, back)


def check_format(path: Path) -> None:
    """Refuse a file whose suffix is none of a format that is written.

    Raises:
        UsageError: it says which are.
    """
    if path.suffix.lower() not in WRITTEN:
        raise UsageError(
            f"a cut cannot be written to {path.name!r}", f"name a file that ends in {', '.join(WRITTEN)}"
        )


OWN = (".otio", ".otioz")
WRITTEN = (*OWN, *formats.WRITTEN)
"""suffixes of what is written"""
FOR = {
    "resolve": (".otio", ".xml"),
    "premiere": (".otio", ".xml"),
    "kdenlive": (".otio",),
    "avid": (".edl", ".aaf"),
}
"""what `deliver_editorial` writes for a program"""
FOR_ALL = (".otio", ".xml", ".edl")


def write(
    timeline: schema.Timeline, path: Path, program: str | None, media: dict[str, Path]
) -> tuple[str, ...]:
    """Write a timeline; what its format does not hold is returned in words.

    Raises:
        StoreError: the file cannot be written.
    """
    with store_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    suffix = path.suffix.lower()
    with written_aside(path) as aside:
        if suffix not in OWN:
            return tuple(map(str, formats.write_timeline(timeline, path, program, aside)))
        made, not_held = for_program(timeline, program, suffix)
        if suffix == ".otioz":
            write_otioz(made, media, aside)
        else:
            write_otio(made, aside)
    return tuple(map(str, not_held))


def deliver_editorial(
    production: Production, folder: Path, stages: Stages, program: str | None = None
) -> Exported:
    """Put a film's cut, its media and a page of how to import them into one folder.

    Media are hard links to the store's files where these lie on the same disk, and copies elsewhere; those of
    takes in another form than the film's are made. What lies in the folder beside them stays.

    Args:
        production: the film; takes that are not rendered yet are left out, and told.
        folder: where to.
        stages: hears how far it is.
        program: that is to read the cut.

    Raises:
        UsageError: the film has many cuts.
        StoreError: the folder cannot be written.
        AssemblyError: media cannot be made.
    """
    if program is not None and program not in FOR:
        for_program(schema.Timeline(), program, FOR_ALL[0])  # which says what there is
    film = film_in_cut(production)
    stems_of(production.store, film.heard, stages)
    film = film.with_sounds()
    timeline, back = _timeline(film)
    _keep_inputs(film)
    media = folder / MEDIA
    with store_errors(media):
        media.mkdir(parents=True, exist_ok=True)
    wanted = _media(film)
    placed = []
    for done, (name, file) in enumerate(wanted.items(), 1):
        placed.append(_linked(file(), media / name))
        stages.stage("media", done, len(wanted))
    stem = file_stem(production.film.title)
    paths = [folder / f"{stem}{suffix}" for suffix in (FOR[program] if program else FOR_ALL)]
    not_held = []
    for one in paths:
        try:
            not_held += [f"{one.name}: {words}" for words in write(timeline, one, program, {})]
        except UsageError as error:  # a part of what was asked for, whose adapter is not installed
            if one is paths[0]:
                raise
            not_held.append(f"{one.name} is not written: {error.in_words}")
    paths = [one for one in paths if one.is_file()]
    path = paths[0]
    with written_aside(folder / PAGE) as aside:
        aside.write_text(how_to(film.cut, path.name, MEDIA), encoding="utf-8")
    return _told(film, path, (*paths[1:], *placed), tuple(not_held), back)


def _timeline(film: FilmInCut) -> tuple[schema.Timeline, tuple[str, ...]]:
    timeline = timeline_of(film.cut, PurePosixPath(MEDIA))
    foreign = kept_foreign(film.production)
    given_back(timeline, foreign)
    return timeline, tuple(one.words for one in foreign)


def _keep_inputs(film: FilmInCut) -> None:
    """What clips are made with is put where they are made."""
    material = film.production.material(film.plan)
    keep_inputs(film.production.store, material, lay_film(material))


def _media(film: FilmInCut) -> dict[str, Callable[[], Path]]:
    """The media of a cut that can be had, by their names, each made when it is asked for."""
    store = film.production.store
    found: dict[str, Callable[[], Path]] = {}
    for shot in (*film.cut.shots, *film.cut.spare):
        for take in shot.takes:
            if take.digest in film.clips:
                source = film.clips[take.digest]
                found[f"{take.name}.{PICTURE}"] = partial(clip_of, store, source)
    for sound in film.cut.sounds:
        if sound.there:
            found[f"{sound.name}.{SOUND}"] = partial(file_of, store, sound)
    return found


def _linked(source: Path, target: Path) -> Path:
    """Put a file somewhere: as another name of the same, where the disk has that, else as a copy."""
    with store_errors(target):
        if target.exists() and target.samefile(source):
            return target
        target.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.link(source, target)
            return target
        copy_atomically(source, target)
    return target


def _told(
    film: FilmInCut, path: Path, files: tuple[Path, ...], not_held: tuple[str, ...], back: tuple[str, ...]
) -> Exported:
    absent = [shot.shot for shot in film.cut.shots if not shot.seen.there]
    return Exported(
        path, len(film.cut.shots), film.cut.frames, tuple(dict.fromkeys(absent)), files, not_held, back
    )
