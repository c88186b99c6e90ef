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
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import JsonValue

from assembly.conform import conform, needs_conform, render_segment
from assembly.cut import TakeInfo, cut_film
from assembly.deliver import mux
from assembly.joint import render_joint
from assembly.pieces import CopyPiece, Cut, Joint, Picture, Segment
from assembly.placement import soundtrack
from assembly.soundtrack import Soundtrack, TakeSound
from assembly.stitch import stitch
from assembly.voices import engine_versions
from farm.clip import CLIP
from farm.disk import copy_atomically, sha256_of, store_errors
from farm.sound import SOUND as TAKE_SOUND
from farm.store import Manifest, Store
from pipeline.keeping import Stages, kept
from pipeline.mixing import SOUND, mix_digest, mixed
from pipeline.production import Production
from pipeline.versions import Version, printed, prints_of, version_of
from storyboard import mezzanine
from storyboard.errors import AssemblyError
from storyboard.plan import Plan, PlannedShot
from storyboard.shape import TakeShape
from storyboard.spec import digest_of
from storyboard.timing import seconds_at

_Facts = Mapping[str, JsonValue]

FILM = "film.mp4"
FILM_VERSION = 1
"""goes into the film's digest; raise it when the same parts give another file"""


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
    cut: Cut
    sound: Soundtrack
    made: bool
    """whether anything of it had to be made now"""


def assemble(production: Production, plan: Plan, out: Path, stages: Stages) -> FinishedFilm:
    """Make the film of a plan whose takes are all there, and put it at `out`.

    Raises:
        AssemblyError: a take is missing, or ffmpeg fails.
        StoreError: the store or the output folder cannot be written.
    """
    film = assembled(production, plan, stages)
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
    production: Production, plan: Plan, stages: Stages, version: Version | None = None
) -> AssembledFilm:
    """The film of a plan whose takes are all there, from the store; it is made when it is not there yet.

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
    picture = Picture(film.format.width, film.format.height, film.format.rate)
    segments = {shot.shot: segment for shot in plan.shots if (segment := _segment(shot, picture))}
    version = version or version_of(film)
    takes = {shot.shot: _take_info(shot, segments.get(shot.shot)) for shot in plan.shots}
    prints = prints_of(production, takes, version)
    shown = {shot: replace(take, digest=prints[shot].digest()) for shot, take in takes.items()}
    cut = cut_film(film, shown, version.picture)
    sound = soundtrack(
        film,
        production.digests,
        production.folder,
        _take_sounds(production, plan),
        engine_versions(film),
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
        clips = _clips(production, plan, segments, picture, stages)
        clips |= printed(production, [*prints.values()], clips, version.lut, stages)
        pieces = _pieces(production, clips, cut, stages)
        heard = mixed(store, sound, target, stages)
        finished = _finished(production, cut, pieces, heard, digest, stages)
    return AssembledFilm(finished, cut, sound, made)


def film_path(production: Production) -> Path:
    """Where a film goes when nobody says otherwise: `out/` in the project folder."""
    plain = unicodedata.normalize("NFKD", production.film.title).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "film"
    return production.folder / "out" / f"{name}.mp4"


def _segment(shot: PlannedShot, picture: Picture) -> Segment | None:
    """What must be made of a take before it can be cut, when its backend has a size or a rate of its own."""
    spec, shape = shot.spec, shot.shape
    native = TakeShape(spec.width, spec.height, spec.rate, spec.head, spec.frames, spec.tail)
    if native.same_grid(shape):
        return None
    retime = None if native.rate == shape.rate else shot.retime
    return Segment(shot.digest, native.head_s - shape.head_s, shape.total, picture, retime)


def _take_sounds(production: Production, plan: Plan) -> dict[str, TakeSound]:
    """The sound that came with takes, by shot."""
    sounds = {}
    for shot in plan.shots:
        take = production.take(shot.digest)
        if take is not None and TAKE_SOUND in take.files:
            path = production.store.file(take, TAKE_SOUND)
            head_s, tail_s = shot.spec.head / shot.spec.rate, shot.spec.tail / shot.spec.rate
            sounds[shot.shot] = TakeSound(path, take.files[TAKE_SOUND].sha256, head_s, tail_s)
    return sounds


def _take_info(shot: PlannedShot, segment: Segment | None) -> TakeInfo:
    if segment is None:
        return TakeInfo(shot.digest, shot.spec.head, shot.spec.frames, shot.spec.tail)
    return TakeInfo(segment.digest(), shot.shape.head, shot.shape.frames, shot.shape.tail)


def _clips(
    production: Production, plan: Plan, segments: Mapping[str, Segment], picture: Picture, stages: Stages
) -> dict[str, Path]:
    """The clips of all shots in the film's form, by their digests; odd takes are encoded."""
    store = production.store
    clips: dict[str, Path] = {}
    for number, shot in enumerate(plan.shots):
        manifest = production.take(shot.digest)
        if manifest is None:
            raise AssemblyError(f"the take of shot {shot.shot} has gone from the store", "render again")
        take = store.file(manifest, CLIP)
        segment = segments.get(shot.shot)
        if segment is None:
            clips[shot.digest] = _in_form(store, shot.digest, take, picture)
            continue
        stages.stage("size and rate", number, len(plan.shots))

        def make_segment(folder: Path, segment: Segment = segment, take: Path = take) -> _Facts:
            render_segment(segment, take, folder / CLIP)
            return {"recipe": segment.recipe()}

        digest = segment.digest()
        clips[digest] = store.file(kept(store, "segments", digest, make_segment), CLIP)
    if segments:
        stages.stage("size and rate", len(plan.shots), len(plan.shots))
    return clips


def _pieces(
    production: Production, clips: Mapping[str, Path], cut: Cut, stages: Stages
) -> list[tuple[Path, int, int]]:
    """The film's picture as ranges of clips that join by stream copy; joints are encoded."""
    store = production.store
    joints: dict[str, Path] = {}
    total = len(cut.joints)
    for number, joint in enumerate(cut.joints):
        stages.stage("transitions and titles", number, total)

        def make_joint(folder: Path, joint: Joint = joint) -> _Facts:
            render_joint(joint, clips, folder / CLIP)
            return {}

        joints[joint.digest] = store.file(kept(store, "joints", joint.digest, make_joint), CLIP)
    stages.stage("transitions and titles", total, total)
    return [
        (clips[piece.take], piece.first, piece.last)
        if isinstance(piece, CopyPiece)
        else (joints[piece.digest], 0, piece.frames)
        for piece in cut.pieces
    ]


def _in_form(store: Store, digest: str, take: Path, picture: Picture) -> Path:
    """A take as it is, or encoded again when its clip is in another form than the mezzanine's."""
    if not needs_conform(take, picture):
        return take
    recipe = digest_of([digest, picture.recipe(), mezzanine.PARAMETERS_VERSION])

    def make(folder: Path) -> _Facts:
        conform(take, picture, folder / CLIP)
        return {}

    return store.file(kept(store, "segments", recipe, make), CLIP)


def _finished(
    production: Production,
    cut: Cut,
    pieces: list[tuple[Path, int, int]],
    mixed: Manifest,
    digest: str,
    stages: Stages,
) -> Manifest:
    """Join the picture, add the sound, and measure that the file is the film."""
    store, film = production.store, production.film

    def make_film(folder: Path) -> Mapping[str, JsonValue]:
        stages.stage("film", 0, 2)
        picture = folder / "picture.mp4"
        stitch(pieces, cut.picture.rate, picture)
        stages.stage("film", 1, 2)
        facts = mux(
            picture,
            store.file(mixed, SOUND),
            folder / FILM,
            title=film.title,
            chapters=cut.chapters,
            rate=cut.picture.rate,
            width=cut.picture.width,
            height=cut.picture.height,
        )
        picture.unlink()
        if facts.frames != cut.frames:
            raise AssemblyError(f"the film has {facts.frames} frames where the cut has {cut.frames}")
        stages.stage("film", 2, 2)
        return {"frames": facts.frames, "title": film.title, "lufs": mixed.facts["lufs"]}

    return kept(store, "films", digest, make_film)


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
