"""Versions of a film: the same takes through another look, or in another frame. Each may need prints.

What a version needs of a shot is kept under its own digest, so that a changed shot makes its own print again,
and those of the shots that are matched to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from assembly.cut import TakeInfo
from assembly.grade import Table, table_of
from assembly.matching import matches, measure
from assembly.pieces import Picture
from assembly.prints import Pan, Print, render_print
from farm.clip import CLIP
from pipeline.keeping import Stages, kept
from pipeline.production import Production
from storyboard.cube import read_cube
from storyboard.deliverables import Deliverable
from storyboard.errors import AssemblyError
from storyboard.film import Film
from storyboard.framing import Fit, pad_box
from storyboard.lab import Colours, colours_from_json
from storyboard.references import confine
from storyboard.spec import digest_of

_COLOURS_VERSION = 1


@dataclass(frozen=True, slots=True)
class Version:
    """How the shots of a film are shown.

    Attributes:
        picture: the form of its frames.
        lut: the look, as the film document names it.
    """

    picture: Picture
    lut: str | None


def version_of(film: Film, what: Deliverable | None = None) -> Version:
    """The version that a deliverable shows; without one, the film's own."""
    own = Picture(film.format.width, film.format.height, film.format.rate)
    lut = what.lut if what and what.lut is not None else film.look.lut
    if what is None or what.aspect is None:
        return Version(own, lut)
    size = own.width, own.height
    width, height = what.size(film)
    inside = pad_box(size, (width, height)) if what.fit is Fit.PAD else None
    if inside == (0, 0, width, height):
        inside = None
    return Version(Picture(width, height, own.rate, inside), lut)


def prints_of(production: Production, clips: Mapping[str, TakeInfo], version: Version) -> dict[str, Print]:
    """What a version shows of each shot, by the shot's id.

    Args:
        production: the film.
        clips: each shot's clip in the film's own form.
        version: how it is shown.
    """
    film = production.film
    own = Picture(film.format.width, film.format.height, film.format.rate)
    picture = version.picture
    cropped = picture.inside is None and (picture.width, picture.height) != (own.width, own.height)
    matched = matches(film, {shot: clip.digest for shot, clip in clips.items()})
    prints = {}
    for _, shot in film.shots():
        clip = clips[shot.id]
        pan = None
        if cropped:
            frame = picture.width, picture.height
            pan = Pan.of(shot, (own.width, own.height), frame, clip.head, clip.frames)
        prints[shot.id] = Print(
            clip.digest,
            clip.total,
            own,
            picture,
            matched.get(shot.id),
            production.digests[version.lut] if version.lut else None,
            pan,
        )
    return prints


def printed(
    production: Production,
    prints: Sequence[Print],
    clips: Mapping[str, Path],
    lut: str | None,
    stages: Stages,
) -> dict[str, Path]:
    """The prints that are more than their clips, by their digests; those that are missing are made.

    Args:
        production: the film.
        prints: what is shown, in the order of the film.
        clips: each shot's clip in the film's own form, by its digest.
        lut: the look, as the film document names it.
        stages: hears how far it is.

    Raises:
        AssemblyError: a clip or the look cannot be read, or ffmpeg fails.
        StoreError: the store cannot be written.
    """
    wanted = [one for one in prints if one.changes]
    made: dict[str, Path] = {}
    if not wanted:
        return made
    store = production.store
    look = _look(production, lut) if lut else None
    colours: dict[str, Colours] = {}
    frames = {one.clip: one.frames for one in prints}
    for number, one in enumerate(wanted):
        stages.stage("look and frame", number, len(wanted))

        def make(folder: Path, one: Print = one) -> Mapping[str, JsonValue]:
            tables: list[Table] = []
            if one.match:
                for clip in one.match.clips():
                    if clip not in colours:
                        colours[clip] = _measured(production, clip, clips[clip], frames[clip], one.source)
                tables.append(one.match.table(colours))
            if look is not None:
                tables.append(look)
            render_print(one, clips[one.clip], tables, folder / CLIP)
            return {"recipe": one.recipe()}

        digest = one.digest()
        made[digest] = store.file(kept(store, "prints", digest, make), CLIP)
    stages.stage("look and frame", len(wanted), len(wanted))
    return made


def _measured(production: Production, digest: str, clip: Path, frames: int, picture: Picture) -> Colours:
    """The colours of a clip; they are measured once."""
    name = digest_of(["colours", _COLOURS_VERSION, digest])
    manifest = kept(
        production.store,
        "colours",
        name,
        lambda _: {"colours": measure(clip, frames, picture.rate).as_json()},
    )
    found = colours_from_json(manifest.facts["colours"])
    if found is None:
        raise AssemblyError(f"what was measured of {digest[:12]} cannot be read")
    return found


def _look(production: Production, lut: str) -> Table:
    try:
        return table_of(read_cube(confine(production.folder, lut)))
    except (OSError, ValueError) as error:
        raise AssemblyError(f'the look "{lut}" cannot be read: {error}', "run again") from None
