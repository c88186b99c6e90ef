"""Makes the film from its takes: what is missing of joints, sounds, mix and picture, then the file itself.

Everything in between is kept in the store under the digest of what it was made from, so that a changed shot
makes again its own joints and sounds, and the film. That is joined from them in the time of a copy, so it is
written to its place and kept nowhere else.
"""

from __future__ import annotations

import errno
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import JsonValue

from assembly.cut.pieces import CopyPiece, Cut, Piece
from assembly.frames.clips import inspect
from assembly.picture.stitch import STITCH_VERSION, StitchPiece, stitch
from assembly.programs.whole_files import written_aside
from assembly.sound.soundtrack import Soundtrack
from farm.store.manifest import Manifest
from farm.store.store import Store
from pipeline.film.digest_beside import DigestBeside
from pipeline.film.lay import LaidFilm, keep_inputs, lay_film
from pipeline.film.mixing import encoded_sound, sound_in_pieces
from pipeline.film.part_queue import Finishing, finishing_here
from pipeline.film.parts import clip_of, joint_of
from pipeline.film.sound import (
    ENCODED_SOUNDS,
    MEASURED,
    encoded_digest,
    mix_digest,
    soundtrack_of,
)
from pipeline.film.versions import Version
from pipeline.keep import Stages, ask_of_each, kept
from pipeline.production.material import Material
from storyboard.digest import digest_of
from storyboard.document.given_files import sha256_of
from storyboard.errors import AssemblyError
from storyboard.foreign_names import file_stem
from storyboard.media import mezzanine
from storyboard.media.timing import seconds_at
from storyboard.refusals import store_errors

FILMS = "films"
"""what is known of films; their files are at their places alone, as their parts are kept"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A deliverable on disk.

    Attributes:
        name: as the film document or the command has it.
        folder: where its files, its report and its checksums lie.
        files: its files, without report and checksums.
        lufs: measured loudness, or None without sound.
        true_peak_dbtp: measured true peak, or None without sound.
        warnings: what the checks found that may be meant.
        made: whether it was made now.
        error: why it could not be made, or None; what is in its folder is then not of now.
    """

    name: str
    folder: Path
    files: tuple[Path, ...]
    lufs: float | None
    true_peak_dbtp: float | None
    warnings: tuple[str, ...]
    made: bool
    error: str | None = None


@dataclass(frozen=True, slots=True)
class FinishedFilm:
    """A film on disk, and what was measured of it."""

    path: Path
    digest: str
    frames: int
    seconds: float
    shots: int
    lufs: float | None
    """measured loudness of its encoded sound, or None without one"""
    true_peak_dbtp: float | None
    made: bool
    """whether anything of it had to be made now"""
    deliverables: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class FilmInParts:
    """A version of a film before it is put together: its cut and its sounds.

    Attributes:
        digest: what its file is called in the store.
        laid: what its picture is made of.
        sound: what is heard.
    """

    digest: str
    laid: LaidFilm
    sound: Soundtrack

    @property
    def cut(self) -> Cut:
        """What its picture is made of, on the frame grid."""
        return self.laid.cut


def assemble(
    material: Material, store: Store, out: Path, stages: Stages, finishing: Finishing | None = None
) -> FinishedFilm:
    """Make the film of a plan whose takes are all there, at `out`, where it is written once.

    Args:
        material: what it is made of.
        store: where takes and parts are.
        out: where it goes; a film that is there already stays.
        stages: hears how far it is.
        finishing: what has begun to make its parts; this process makes them when it is left out.

    Raises:
        AssemblyError: a take is missing, or ffmpeg fails.
        StoreError: the store or the output folder cannot be written.
    """
    film = film_in_parts(material, store, laid=finishing.laid(material) if finishing else None)
    found = store.find(FILMS, film.digest)
    finished = found
    if finished is None or not _is_at(out, finished):
        heard = make_parts(film, material, store, stages, finishing)
        finished = _written(material.film.title, store, film, heard, stages, out)
    return _told(material, film, finished, out, made=found is None)


def film_that_is_there(material: Material, store: Store, out: Path, stages: Stages) -> FinishedFilm | None:
    """A film of which nothing is to be made, put at `out`; None where the store does not have its parts.

    Raises:
        AssemblyError: a take is missing.
        StoreError: the store or the output folder cannot be written.
    """
    film = film_in_parts(material, store)
    found = store.find(FILMS, film.digest)
    if found is None:
        return None
    if not _is_at(out, found):
        heard = store.find(ENCODED_SOUNDS, encoded_digest(film.sound, material.loudness_lufs))
        if heard is None:
            return None
        _written(material.film.title, store, film, heard, stages, out)
    return _told(material, film, found, out, made=False)


def _told(
    material: Material, film: FilmInParts, finished: Manifest, out: Path, *, made: bool
) -> FinishedFilm:
    return FinishedFilm(
        out,
        film.digest,
        film.cut.frames,
        float(seconds_at(film.cut.frames, film.cut.picture.rate)),
        len(material.plan.cut),
        measured(finished.facts["lufs"]),
        measured(finished.facts["true_peak_dbtp"]),
        made=made,
    )


def make_parts(
    film: FilmInParts, material: Material, store: Store, stages: Stages, finishing: Finishing | None = None
) -> Manifest:
    """Make what is missing of a film's segments, joints and sound; returns its encoded sound.

    Args:
        film: whose parts they are.
        material: what they are made of.
        store: where takes and parts are.
        stages: hears how far it is.
        finishing: what has begun to make them; this process makes them when it is left out.

    Raises:
        AssemblyError: ffmpeg fails.
        StoreError: the store cannot be written.
    """
    target = material.loudness_lufs
    with finishing_here(store, stages, finishing) as doing:
        keys = doing.want_picture(film.laid) + doing.want_mix(film.sound, target)
        doing.takes([*material.takes])
        doing.finish(keys)
    return encoded_sound(store, film.sound, target, stages, finishing)


def film_in_parts(
    material: Material, store: Store, version: Version | None = None, laid: LaidFilm | None = None
) -> FilmInParts:
    """What a film is made of whose takes are all there; nothing is made.

    Args:
        material: its shots and their takes.
        store: which gets the files that its parts are made with.
        version: how its shots are shown; as the film document says when it is left out.
        laid: the film on its frames, where it was laid before.

    Raises:
        AssemblyError: a take is missing.
        StoreError: a network or a look that it is made with cannot be put into the store.
    """
    if material.absent:
        raise AssemblyError(f"no take yet of {', '.join(material.absent[:12])}", "render them first")
    film = material.film
    laid = laid or lay_film(material, version)
    keep_inputs(store, material, laid)
    sound = soundtrack_of(material, store)
    digest = digest_of(
        {
            "film": STITCH_VERSION,
            "mezzanine": mezzanine.PARAMETERS_VERSION,
            "title": film.title,
            "picture": laid.cut.digest,
            "mix": mix_digest(sound, material.loudness_lufs),
            "chapters": [[chapter.title, chapter.start] for chapter in laid.cut.chapters],
        }
    )
    return FilmInParts(digest, laid, sound)


def picture_of(store: Store, film: FilmInParts, finishing: Finishing, out: Path) -> None:
    """Write a film's picture alone, as a whole; what is missing of it is made.

    Raises:
        AssemblyError: ffmpeg fails.
        StoreError: the store or `out` cannot be written.
    """
    keys = finishing.want_picture(film.laid)
    finishing.takes([take for source in film.laid.sources.values() for take in source.made_of])
    finishing.finish(keys)
    stitch(pieces_of(store, film.laid), film.cut.picture.rate, out)
    _check(out, film.cut)


def measured(fact: JsonValue) -> float | None:
    """A number that was measured and noted as a fact; None for what has none."""
    return fact if isinstance(fact, float) else None


def film_path(title: str, folder: Path) -> Path:
    """Where a film goes when nobody says otherwise: `out/` in the project folder."""
    return folder / "out" / f"{file_stem(title)}.mp4"


def pieces_of(store: Store, laid: LaidFilm) -> list[StitchPiece]:
    """A film's picture as ranges of clips that join by stream copy; what is missing of them is made.

    Raises:
        AssemblyError: a take is not there, or ffmpeg fails.
        StoreError: the store cannot be read or written.
    """
    clips = dict(zip(laid.sources, ask_of_each(partial(clip_of, store), laid.sources.values()), strict=True))

    def shown(piece: Piece) -> StitchPiece:
        if isinstance(piece, CopyPiece):
            return clips[piece.take], piece.first, piece.last
        return joint_of(store, piece, laid.sources), 0, piece.frames

    return ask_of_each(shown, laid.cut.pieces)


def _written(
    title: str, store: Store, film: FilmInParts, heard: Manifest, stages: Stages, out: Path
) -> Manifest:
    """Join the picture, add the sound, and measure that the file is the film; the store keeps what it is."""
    cut = film.cut
    pieces = pieces_of(store, film.laid)
    stages.stage("film", 0, 1)
    sound, digest = sound_in_pieces(store, heard), DigestBeside()
    with store_errors(out), written_aside(out) as aside:
        stitch(pieces, cut.picture.rate, aside, sound=sound, told=digest, title=title, chapters=cut.chapters)
        _check(aside, cut)
        file: dict[str, JsonValue] = {"sha256": digest.hexdigest(), "bytes": aside.stat().st_size}
    stages.stage("film", 1, 1)
    told = {fact: heard.facts[fact] for fact in MEASURED}
    return kept(store, FILMS, film.digest, lambda _: {"frames": cut.frames, "title": title, **told, **file})


def _is_at(out: Path, film: Manifest) -> bool:
    """Whether a film that was written lies at its place, as it was written."""
    facts = film.facts
    with store_errors(out):
        return out.is_file() and out.stat().st_size == facts["bytes"] and sha256_of(out) == facts["sha256"]


def _check(path: Path, cut: Cut) -> None:
    """Measure that a file has the pictures of a cut."""
    made = inspect(path, counted=False)
    found = made.frames, made.width, made.height, made.rate
    wanted = cut.frames, cut.picture.width, cut.picture.height, cut.picture.rate
    if found != wanted:
        raise AssemblyError(
            "the film has {} frames of {}x{} at {} where the cut has {} of {}x{} at {}".format(
                *found, *wanted
            )
        )


def check_output(out: Path) -> None:
    """Refuse an output that cannot be written, before anything renders; its folder is made.

    Raises:
        StoreError: it is a folder, or its folder cannot be written.
    """
    with store_errors(out):
        if out.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder", str(out))
    check_folder(out.parent)


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written; it is made.

    Raises:
        StoreError: it cannot be made or written.
    """
    with store_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
