"""The parts of a film's picture: segments, joints and reels, each made once and kept in the store.

The functions that make one are chores of the farm: any node can do them, with nothing but the store at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from assembly.conform import conform, needs_conform, render_segment
from assembly.joint import render_joint
from assembly.pieces import Joint, Picture, Piece, Segment
from assembly.reels import Reel, encode_reel
from farm.clip import CLIP
from farm.store import Manifest, Store
from pipeline.keeping import kept
from pipeline.networks import network_of
from storyboard import mezzanine
from storyboard.errors import AssemblyError
from storyboard.spec import digest_of

SEGMENTS, JOINTS, REELS, TAKES, FORMS = "segments", "joints", "reels", "takes", "forms"

_Facts = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class ClipSource:
    """Where the picture of a shot comes from.

    Attributes:
        shot: its id, for people.
        take: the digest of its take.
        picture: the film's size and rate.
        segment: what must be made of the take before it can be cut; None when it is cut as it is.
    """

    shot: str
    take: str
    picture: Picture
    segment: Segment | None

    @property
    def digest(self) -> str:
        """What the cut knows it by."""
        return self.segment.digest() if self.segment else self.take

    @property
    def key(self) -> tuple[str, str]:
        """What must be in the store before it can be used."""
        return (SEGMENTS if self.segment else TAKES, self.digest)


Sources = Mapping[str, ClipSource]
"""the clips of a film, by what the cut knows them by"""


def clip_of(store: Store, source: ClipSource) -> Path:
    """A shot's clip in the film's form; it is made when it is missing.

    Raises:
        AssemblyError: its take is not there, or ffmpeg fails.
        StoreError: the store cannot be read or written.
    """
    segment = source.segment
    if segment is None:
        return _in_form(store, source)

    def make(folder: Path) -> _Facts:
        networks = {sha256: network_of(store, sha256) for sha256 in segment.networks}
        render_segment(segment, store.file(_take(store, source), CLIP), folder / CLIP, networks=networks)
        return {"recipe": segment.recipe()}

    return store.file(kept(store, SEGMENTS, source.digest, make), CLIP)


def _in_form(store: Store, source: ClipSource) -> Path:
    """A take as it is, or encoded again when its clip is in another form than the mezzanine's."""
    manifest, picture = _take(store, source), source.picture
    clip = store.file(manifest, CLIP)

    def look(_: Path) -> _Facts:
        return {"in_form": not needs_conform(clip, picture)}

    # Looking takes as long as joining; what was seen of a clip's bytes stays true.
    form: JsonValue = [manifest.files[CLIP].sha256, picture.recipe(), mezzanine.PARAMETERS_VERSION]
    if kept(store, FORMS, digest_of(form), look).facts["in_form"]:
        return clip
    recipe = digest_of([source.take, picture.recipe(), mezzanine.PARAMETERS_VERSION])

    def make(folder: Path) -> _Facts:
        conform(clip, picture, folder / CLIP)
        return {}

    return store.file(kept(store, SEGMENTS, recipe, make), CLIP)


def _take(store: Store, source: ClipSource) -> Manifest:
    manifest = store.find(TAKES, source.take)
    if manifest is None:
        raise AssemblyError(f"the take of shot {source.shot} has gone from the store", "render again")
    return manifest


def joint_of(store: Store, joint: Joint, sources: Sources) -> Path:
    """A joint's clip; it is made when it is missing.

    Raises:
        AssemblyError: a take is not there, or ffmpeg fails.
        StoreError: the store cannot be read or written.
    """

    def make(folder: Path) -> _Facts:
        clips = {excerpt.take: clip_of(store, sources[excerpt.take]) for excerpt in joint.excerpts}
        render_joint(joint, clips, folder / CLIP)
        return {}

    return store.file(kept(store, JOINTS, joint.digest, make), CLIP)


def piece_of(store: Store, piece: Piece, sources: Sources) -> Path:
    """The clip that a piece of the cut shows, or shows a part of."""
    if isinstance(piece, Joint):
        return joint_of(store, piece, sources)
    return clip_of(store, sources[piece.take])


def reel_of(store: Store, reel: Reel, sources: Sources) -> Path:
    """A reel's file; it is made when it is missing.

    Raises:
        AssemblyError: a take is not there, or ffmpeg fails.
        StoreError: the store cannot be read or written.
    """

    def make(folder: Path) -> _Facts:
        encode_reel(reel, piece_of(store, reel.piece, sources), folder / reel.file)
        return {"recipe": reel.recipe()}

    return store.file(kept(store, REELS, reel.digest(), make), reel.file)


def make_segment(store: Store, source: ClipSource) -> None:
    """A chore: conform a take."""
    clip_of(store, source)


def make_joint(store: Store, joint: Joint, sources: Sources) -> None:
    """A chore: render a joint."""
    joint_of(store, joint, sources)


def make_reel(store: Store, reel: Reel, sources: Sources) -> None:
    """A chore: encode a reel."""
    reel_of(store, reel, sources)


def sources_of(piece: Piece, sources: Sources) -> dict[str, ClipSource]:
    """The clips that a piece is made of."""
    takes = [excerpt.take for excerpt in piece.excerpts] if isinstance(piece, Joint) else [piece.take]
    return {take: sources[take] for take in takes}
