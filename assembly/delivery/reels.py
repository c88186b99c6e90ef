"""Deliverables by pieces: each piece of the cut in the codec of a deliverable, then joined by stream copy.

A reel begins with a keyframe and refers to nothing outside itself, and all reels of a film have the same
parameter sets, so that their packets can stand in one track. Its keyframes are spread evenly over it. A reel
is encoded by one thread: a film has many, and what an encoder writes may depend on its threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import ffmpeg as ffmpeg_python

from assembly.cut.form import FrameForm
from assembly.cut.pieces import CopyPiece, Piece
from assembly.delivery import formats, hls
from assembly.frames import clips
from assembly.picture.stitch import stitch
from assembly.programs import ffmpeg
from assembly.programs.whole_files import written_aside
from storyboard.digest import digest_of
from storyboard.errors import AssemblyError
from storyboard.media import mezzanine
from storyboard.schema.deliverables import DeliverableKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pydantic import JsonValue

REEL_VERSION = 1
"""goes into the digests of reels; raise it when the same recipe gives other bytes;
code of assembly.delivery.reels: 474258cb
"""

HLS_CRF = 21
"""of renditions; a rate to be met on average would be met by each short reel for itself, hard or not"""

IN_REELS = frozenset(
    {
        DeliverableKind.WEB,
        DeliverableKind.WEB_HEVC,
        DeliverableKind.WEB_AV1,
        DeliverableKind.MASTER,
        DeliverableKind.MASTER_DNXHR,
        DeliverableKind.HLS,
    }
)
"""kinds whose picture is encoded by pieces, unless something is drawn into it"""
_REORDERED = {DeliverableKind.WEB: 2, DeliverableKind.WEB_HEVC: 2, DeliverableKind.HLS: 2}
"""frames that a decoder waits for before it shows the first; of the other kinds none"""


@dataclass(frozen=True, slots=True)
class Reel:
    """A piece of the film in the codec of a deliverable.

    Attributes:
        kind: whose codec it is.
        piece: what it shows.
        picture: the film's size and rate.
        size: its own width and height.
    """

    kind: DeliverableKind
    piece: Piece
    picture: FrameForm
    size: tuple[int, int]

    @property
    def keyframes_every(self) -> int:
        """Frames from keyframe to keyframe: as many as in what is streamed, or fewer to be even.

        Encoders told of very few would write other parameter sets.
        """
        frames = self.piece.frames
        most = formats.gop(self.picture.rate)
        return max(mezzanine.GOP_FRAMES, -(-frames // -(-frames // most)))

    def recipe(self) -> JsonValue:
        """Everything that affects its pixels and its encoding."""
        return {
            "reel": REEL_VERSION,
            "formats": formats.FORMATS_VERSION,
            "mezzanine": mezzanine.PARAMETERS_VERSION,
            "kind": self.kind.value,
            "piece": self.piece.recipe(),
            "picture": self.picture.recipe(),
            "size": [*self.size],
        }

    def digest(self) -> str:
        """Its name in the store."""
        return digest_of(self.recipe())

    @property
    def file(self) -> str:
        """What its file is called."""
        return f"reel{formats.suffix(self.kind)}"


def _video(reel: Reel) -> Mapping[str, object]:
    """The options that encode it: those of the deliverable, made to be joined."""
    every = reel.keyframes_every
    plain = {**formats.video_options(reel.kind, every), "threads:v": 1}
    plain.pop("movflags", None)
    if reel.kind is DeliverableKind.WEB:
        return {**plain, "x264-params": f"{formats.x264_params(every)}:threads=1:stitchable=1"}
    if reel.kind is DeliverableKind.HLS:
        bits = hls.bits_per_second(reel.size, reel.picture.rate)
        params = f"{formats.x264_params(every)}:threads=1:stitchable=1"
        limits = {"crf": HLS_CRF, "maxrate:v": bits * 3 // 2, "bufsize:v": bits * 3}
        return {**plain, **limits, "x264-params": params}
    if reel.kind is DeliverableKind.WEB_HEVC:
        # x265 would note its options, the distance of keyframes among them, beside the parameter sets
        params = f"{formats.x265_params(every)}:frame-threads=1:pools=1:info=0"
        return {**plain, "x265-params": params}
    if reel.kind is DeliverableKind.WEB_AV1:
        del plain["threads:v"]
        return {**plain, "svtav1-params": "lp=1"}
    return plain


def encode_reel(reel: Reel, clip: Path, out: Path) -> None:
    """Encode a reel.

    Args:
        reel: what to encode.
        clip: of its piece: the clip of a take, or a joint.
        out: where to write; appears whole.

    Raises:
        AssemblyError: the clip cannot be read, or is too short.
        StoreError: `out` cannot be written.
    """
    piece, picture = reel.piece, reel.picture
    stream = ffmpeg_python.input(str(clip.absolute())).video
    if isinstance(piece, CopyPiece):
        stream = stream.filter("trim", start_frame=piece.first, end_frame=piece.last)
        stream = stream.filter("setpts", "PTS-STARTPTS")
    stream = formats.sized(
        stream, (picture.width, picture.height), reel.size, formats.pixel_format(reel.kind)
    )
    with written_aside(out) as aside:
        output = stream.output(
            str(aside),
            **{
                **_video(reel),
                **formats.picture_options(reel.kind, picture.rate),
                "format": _container(reel.kind),
                "map_metadata": "-1",
            },
        )
        ffmpeg.run(output)
        made = clips.inspect(aside).frames
        if made != piece.frames:
            raise AssemblyError(f"a reel of {piece.frames} frames was encoded as {made}")


def join_reels(kind: DeliverableKind, reels: Sequence[tuple[Path, int]], rate: Fraction, out: Path) -> int:
    """Join reels (each with its number of frames) into one picture without sound; returns its frames.

    Raises:
        AssemblyError: one cannot be read, lacks frames, or was encoded with other parameters than the first.
        StoreError: `out` cannot be written.
    """
    pieces = [(path, 0, frames) for path, frames in reels]
    return stitch(pieces, rate, out, container=_container(kind), reordered=_REORDERED.get(kind, 0))


def _container(kind: DeliverableKind) -> str:
    return "mov" if formats.suffix(kind) == ".mov" else "mp4"
