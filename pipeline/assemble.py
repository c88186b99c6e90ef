"""Makes the film from its takes: what is missing of joints, sounds, mix and picture, then the file itself.

Everything in between is kept in the store under the digest of what it was made from, so that a changed shot
makes again its own joints and sounds, the mix if it is heard, and the film.
"""

from __future__ import annotations

import errno
import re
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import JsonValue

from assembly.deliver import AUDIO_BITRATE, encode_sound, probe
from assembly.pieces import CopyPiece, Cut, Piece
from assembly.placement import soundtrack
from assembly.soundtrack import Soundtrack, TakeSound
from assembly.stitch import StitchPiece, stitch
from assembly.voices import engine_versions
from farm.disk import copy_atomically, sha256_of, store_errors
from farm.sound import SOUND as TAKE_SOUND
from farm.store import Manifest, Store
from pipeline.finishing import Finishing, LaidFilm, finishing_here, lay_film
from pipeline.keeping import Stages, ask_of_each, kept
from pipeline.mixing import SOUND, mix_digest, mixed
from pipeline.parts import clip_of, joint_of
from pipeline.production import Production
from pipeline.versions import Version
from storyboard import mezzanine
from storyboard.errors import AssemblyError
from storyboard.plan import Plan
from storyboard.spec import digest_of
from storyboard.timing import seconds_at

FILM = "film.mp4"
ENCODED_SOUND = "sound.m4a"
FILM_VERSION = 2
ENCODED_VERSION = 1
"""each goes into the digest of its kind; raise it when the same parts give another file"""


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
    """

    name: str
    folder: Path
    files: tuple[Path, ...]
    lufs: float | None
    true_peak_dbtp: float | None
    warnings: tuple[str, ...]
    made: bool


@dataclass(frozen=True, slots=True)
class FinishedFilm:
    """A film on disk, and what was measured of it."""

    path: Path
    digest: str
    frames: int
    seconds: float
    shots: int
    lufs: float | None
    made: bool
    """whether anything of it had to be made now"""
    deliverables: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class AssembledFilm:
    """A film in the store, and the cut and the sounds that it is made of."""

    manifest: Manifest
    laid: LaidFilm
    sound: Soundtrack
    made: bool
    """whether anything of it had to be made now"""

    @property
    def cut(self) -> Cut:
        """What its picture is made of."""
        return self.laid.cut


def assemble(
    production: Production, plan: Plan, out: Path, stages: Stages, finishing: Finishing | None = None
) -> FinishedFilm:
    """Make the film of a plan whose takes are all there, and put it at `out`.

    Args:
        production: whose film it is.
        plan: what it is made of.
        out: where it goes.
        stages: hears how far it is.
        finishing: what has begun to make its parts; this process makes them when it is left out.

    Raises:
        AssemblyError: a take is missing, or ffmpeg fails.
        StoreError: the store or the output folder cannot be written.
    """
    film = assembled(production, plan, stages, finishing)
    path = _placed(production.store.file(film.manifest, FILM), out, film.manifest.files[FILM].sha256)
    lufs = film.manifest.facts["lufs"]
    return FinishedFilm(
        path,
        film.manifest.digest,
        film.cut.frames,
        float(seconds_at(film.cut.frames, film.cut.picture.rate)),
        len(plan.shots),
        lufs if isinstance(lufs, float) else None,
        film.made,
    )


def assembled(
    production: Production,
    plan: Plan,
    stages: Stages,
    finishing: Finishing | None = None,
    version: Version | None = None,
) -> AssembledFilm:
    """The film of a plan whose takes are all there, from the store; it is made when it is not there yet.

    Args:
        production: whose film it is.
        plan: what it is made of.
        stages: hears how far it is.
        finishing: what has begun to make its parts; this process makes them when it is left out.
        version: how it is shown; as the film document says when it is left out.

    Args:
        production: the film.
        plan: its shots.
        stages: hears how far it is.
        version: how its shots are shown, when it is not as the film says.

    Raises:
        AssemblyError: a take is missing, or ffmpeg fails.
        StoreError: the store cannot be written.
    """
    absent = [shot.shot for shot in plan.shots if not production.take(shot.digest)]
    if absent:
        raise AssemblyError(f"no take yet of {', '.join(absent[:12])}", "render them first")
    film, store = production.film, production.store
    laid = lay_film(production, plan, version)
    cut = laid.cut
    sound = soundtrack(
        film,
        production.digests,
        production.folder,
        _take_sounds(production, plan),
        engine_versions(film),
        production.font,
    )
    target = production.settings.loudness_lufs
    digest = digest_of(
        {
            "film": FILM_VERSION,
            "mezzanine": mezzanine.PARAMETERS_VERSION,
            "title": film.title,
            "picture": cut.digest,
            "mix": mix_digest(sound, target),
            "chapters": [[chapter.title, chapter.start] for chapter in cut.chapters],
        }
    )
    finished = store.find("films", digest)
    made = finished is None
    if finished is None:
        with finishing_here(production, stages, finishing) as doing:
            keys = doing.want_picture(laid)
            if not store.has("mixes", mix_digest(sound, target)):
                keys += doing.want_sounds(sound)
            doing.takes([shot.digest for shot in plan.shots])
            doing.finish(keys)
        pieces = _pieces(store, laid)
        heard = mixed(store, sound, target, stages)
        finished = _finished(production, cut, pieces, heard, digest, stages)
    return AssembledFilm(finished, laid, sound, made)


def film_path(production: Production) -> Path:
    """Where a film goes when nobody says otherwise: `out/` in the project folder."""
    plain = unicodedata.normalize("NFKD", production.film.title).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "film"
    return production.folder / "out" / f"{name}.mp4"


def _take_sounds(production: Production, plan: Plan) -> dict[str, TakeSound]:
    """The sound that came with takes, by shot; a take that is shown slower or faster is mute."""
    sounds = {}
    for shot, (_, of_film) in zip(plan.shots, production.film.shots(), strict=True):
        take = production.take(shot.digest)
        if take is not None and TAKE_SOUND in take.files and of_film.speed == 1:
            path = production.store.file(take, TAKE_SOUND)
            head_s, tail_s = shot.spec.head / shot.spec.rate, shot.spec.tail / shot.spec.rate
            sounds[shot.shot] = TakeSound(path, take.files[TAKE_SOUND].sha256, head_s, tail_s)
    return sounds


def _pieces(store: Store, laid: LaidFilm) -> list[StitchPiece]:
    """The film's picture as ranges of clips that join by stream copy."""
    clips = dict(zip(laid.sources, ask_of_each(partial(clip_of, store), laid.sources.values()), strict=True))

    def shown(piece: Piece) -> StitchPiece:
        if isinstance(piece, CopyPiece):
            return clips[piece.take], piece.first, piece.last
        return joint_of(store, piece, laid.sources), 0, piece.frames

    return ask_of_each(shown, laid.cut.pieces)


def _finished(
    production: Production,
    cut: Cut,
    pieces: list[StitchPiece],
    mixed: Manifest,
    digest: str,
    stages: Stages,
) -> Manifest:
    """Join the picture, add the sound, and measure that the file is the film."""
    store, film = production.store, production.film
    sound = _encoded(production, mixed)

    def make_film(folder: Path) -> Mapping[str, JsonValue]:
        stages.stage("film", 0, 1)
        stitch(pieces, cut.picture.rate, folder / FILM, sound=sound, title=film.title, chapters=cut.chapters)
        made = probe(folder / FILM)
        found = made.frames, made.width, made.height, made.rate
        wanted = cut.frames, cut.picture.width, cut.picture.height, cut.picture.rate
        if found != wanted:
            raise AssemblyError(
                "the film has {} frames of {}x{} at {} where the cut has {} of {}x{} at {}".format(
                    *found, *wanted
                )
            )
        stages.stage("film", 1, 1)
        return {"frames": made.frames, "title": film.title, "lufs": mixed.facts["lufs"]}

    return kept(store, "films", digest, make_film)


def _encoded(production: Production, mixed: Manifest) -> Path:
    """The film's sound as it goes into the file; a film of another picture has the same."""
    store = production.store

    def make_sound(folder: Path) -> Mapping[str, JsonValue]:
        encode_sound(store.file(mixed, SOUND), folder / ENCODED_SOUND)
        return {"bits_per_second": AUDIO_BITRATE}

    digest = digest_of(["aac", ENCODED_VERSION, AUDIO_BITRATE, mixed.digest])
    return store.file(kept(store, "encoded-sounds", digest, make_sound), ENCODED_SOUND)


def _placed(film: Path, out: Path, sha256: str) -> Path:
    """Put a copy of the film at its place, unless it is there already."""
    with store_errors(out):
        if not (out.is_file() and out.stat().st_size == film.stat().st_size and sha256_of(out) == sha256):
            copy_atomically(film, out)
    return out


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
