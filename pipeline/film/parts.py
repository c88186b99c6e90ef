"""The parts of a film's picture: segments, prints, joints and reels, each made once and kept in the store.

The functions that make one are chores of the farm: any node can do them, with nothing but the store at hand.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import JsonValue

from assembly.cut.form import FrameForm
from assembly.cut.pieces import Joint, Piece
from assembly.cut.segments import Joined, Segment
from assembly.delivery.reels import Reel, encode_reel
from assembly.picture.colour_matching import MEASURING_VERSION, measure
from assembly.picture.conform import CONFORM_VERSION, conform, needs_conform, render_segment
from assembly.picture.joined_takes import join_takes
from assembly.picture.joint import render_joint
from assembly.picture.luts import Table, table_of
from assembly.picture.prints import Print, render_print
from assembly.words.shot_card import ShotCard, render_card
from farm.store.manifest import Manifest
from farm.store.store import Store
from farm.takes.clip import CLIP
from pipeline.keep import kept
from storyboard.digest import digest_of
from storyboard.errors import AssemblyError
from storyboard.media import mezzanine
from storyboard.media.colour import Colours, colours_from_json
from storyboard.media.lut import read_cube

SEGMENTS, PRINTS, JOINTS, REELS, TAKES = "segments", "prints", "joints", "reels", "takes"
CARDS = "cards"
_FORMS, _COLOURS = "forms", "colours"
_CONFORMING = threading.Lock()
"""many clips are looked at side by side; encoding one uses every processor"""

_Facts = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class ClipSource:
    """Where the picture of a shot comes from.

    Attributes:
        shot: its id, for people.
        take: the digest of its take, or of what that was joined to.
        frames: how many its clip has, handles included.
        picture: the film's size and rate.
        segment: what must be made of the take before it can be cut; None when it is cut as it is.
        printed: how a version of the film shows it, where that is another picture.
        looked_at: the clips whose colours that depends on, in the film's own form.
        joined: what its take was joined to; None where the take has all that is shown.
    """

    shot: str
    take: str
    frames: int
    picture: FrameForm
    segment: Segment | None
    printed: Print | None = None
    looked_at: tuple[ClipSource, ...] = ()
    joined: Joined | None = None

    @property
    def digest(self) -> str:
        """What the cut knows it by."""
        if self.printed:
            return self.printed.digest()
        return self.segment.digest() if self.segment else self.take

    @property
    def key(self) -> tuple[str, str]:
        """What must be in the store before it can be used."""
        made = self.segment or self.joined
        return (PRINTS if self.printed else SEGMENTS if made else TAKES, self.digest)

    @property
    def made_of(self) -> tuple[str, ...]:
        """The digests of the takes that it shows."""
        return self.joined.takes if self.joined else (self.take,)

    @property
    def takes(self) -> tuple[str, ...]:
        """The digests of the takes that must be there before it can be made, those that it looks at too."""
        return tuple(take for one in (self, *self.looked_at) for take in one.made_of)

    @property
    def plain(self) -> ClipSource:
        """The clip in the film's own form, without a print."""
        return replace(self, printed=None, looked_at=())


Sources = Mapping[str, ClipSource]
"""the clips of a film, by what the cut knows them by"""


def clip_of(store: Store, source: ClipSource) -> Path:
    """A shot's clip in the film's form; it is made when it is missing.

    Raises:
        AssemblyError: its take is not there, or ffmpeg fails.
        StoreError: the store cannot be read or written.
    """
    segment = source.segment
    if source.printed:
        return _print_of(store, source, source.printed)
    if segment is None:
        return _in_form(store, source)

    def make(folder: Path) -> _Facts:
        networks = {sha256: store.kept_file(sha256) for sha256 in segment.networks}
        render_segment(segment, store.file(_take(store, source), CLIP), folder / CLIP, networks=networks)
        return {"recipe": segment.recipe()}

    return store.file(kept(store, SEGMENTS, source.digest, make), CLIP)


def _print_of(store: Store, source: ClipSource, one: Print) -> Path:
    """How a version of the film shows a shot."""

    def make(folder: Path) -> _Facts:
        tables: list[Table] = []
        if one.match:
            tables.append(
                one.match.table({each.digest: _colours_of(store, each) for each in source.looked_at})
            )
        if one.look:
            tables.append(_look_of(store, one.look))
        render_print(one, clip_of(store, source.plain), tables, folder / CLIP)
        return {"recipe": one.recipe()}

    return store.file(kept(store, PRINTS, source.digest, make), CLIP)


def _colours_of(store: Store, source: ClipSource) -> Colours:
    """The colours of a clip; they are measured once."""

    def look(_: Path) -> _Facts:
        return {"colours": measure(clip_of(store, source), source.frames, source.picture.rate).as_json()}

    name = digest_of(["colours", MEASURING_VERSION, source.digest])
    found = colours_from_json(kept(store, _COLOURS, name, look).facts["colours"])
    if found is None:
        raise AssemblyError(f"what was measured of shot {source.shot} cannot be read")
    return found


def _look_of(store: Store, sha256: str) -> Table:
    try:
        return table_of(read_cube(store.kept_file(sha256)))
    except (OSError, ValueError) as error:
        raise AssemblyError(f"the look {sha256[:12]} cannot be read: {error}", "run again") from None


def _in_form(store: Store, source: ClipSource) -> Path:
    """A take as it is, or encoded again when its clip is in another form than the mezzanine's."""
    manifest, picture = _take(store, source), source.picture
    clip = store.file(manifest, CLIP)

    def look(_: Path) -> _Facts:
        return {"in_form": not needs_conform(clip, picture)}

    # Looking takes as long as joining; what was seen of a clip's bytes stays true.
    form: JsonValue = [manifest.files[CLIP].sha256, picture.recipe(), mezzanine.PARAMETERS_VERSION]
    if kept(store, _FORMS, digest_of(form), look).facts["in_form"]:
        return clip

    def make(folder: Path) -> _Facts:
        with _CONFORMING:
            conform(clip, picture, folder / CLIP)
        return {}

    return store.file(kept(store, SEGMENTS, conformed_digest(source), make), CLIP)


def conformed_digest(source: ClipSource) -> str:
    """What the clip of a take that is in another form is called in the store."""
    recipe = source.picture.recipe()
    return digest_of([CONFORM_VERSION, source.take, recipe, mezzanine.PARAMETERS_VERSION])


def _take(store: Store, source: ClipSource) -> Manifest:
    if source.joined:
        return _joined(store, source, source.joined)
    return _published(store, source, source.take)


def _joined(store: Store, source: ClipSource, joined: Joined) -> Manifest:
    def make(folder: Path) -> _Facts:
        found = [_published(store, source, take) for take in joined.takes]
        join_takes([store.file(take, CLIP) for take in found], folder / CLIP)
        return {"takes": list(joined.takes)}

    return kept(store, SEGMENTS, joined.digest, make)


def _published(store: Store, source: ClipSource, digest: str) -> Manifest:
    manifest = store.find(TAKES, digest)
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


def card_of(store: Store, card: ShotCard) -> Path:
    """A storyboard card's clip; it is made when it is missing.

    Raises:
        AssemblyError: ffmpeg fails.
        StoreError: the store cannot be read or written.
    """

    def make(folder: Path) -> _Facts:
        render_card(card, folder / CLIP)
        return {"recipe": card.recipe()}

    return store.file(kept(store, CARDS, card.digest, make), CLIP)


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


def make_print(store: Store, source: ClipSource) -> None:
    """A chore: show a shot as a version of the film does."""
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
