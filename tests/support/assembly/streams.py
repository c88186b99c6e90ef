"""A small film as a stream on disk: playlists and fragments, as a server would answer with them."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from assembly.cut.pieces import CopyPiece, Cut
from assembly.delivery.live.fragments import AAC_SAMPLES, Fragment, fragments_of, sound_ends, target_s
from assembly.delivery.live.playlists import Entry, Rendition, media_playlist, stream_playlist
from assembly.delivery.live.remux import AAC_CODEC, PictureTrack, SoundTrack
from assembly.picture.joint import render_joint

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assembly.picture.stitch import StitchPiece

BEGAN = datetime(2026, 11, 30, tzinfo=UTC)


def clips_of(cut: Cut, takes: Mapping[str, Path], folder: Path) -> dict[str, Path]:
    """The clips of a cut, its joints too, by the digests that its pieces know them by."""
    clips = dict(takes)
    for joint in cut.joints:
        clips[joint.digest] = folder / f"{joint.digest[:12]}.mp4"
        render_joint(joint, takes, clips[joint.digest])
    return clips


def parts_of(fragment: Fragment, clips: Mapping[str, Path]) -> list[StitchPiece]:
    """What a fragment is copied from."""
    return [
        (clips[piece.take if isinstance(piece, CopyPiece) else piece.digest], part.first, part.last)
        for part in fragment.parts
        for piece in [part.piece]
    ]


def write_stream(cut: Cut, clips: Mapping[str, Path], sound: Path | None, folder: Path) -> Path:
    """A whole film as a stream; returns its playlist."""
    folder.mkdir()
    rate, target = cut.picture.rate, target_s(cut.picture.rate)
    pictures = []
    peak = Fraction(0)
    fragments = fragments_of(cut)
    track = PictureTrack.of(parts_of(fragments[0], clips)[0][0], rate)
    (folder / "picture.mp4").write_bytes(track.init)
    for fragment in fragments:
        content = track.fragment(parts_of(fragment, clips), fragment.start)
        pictures.append(Entry(f"p{fragment.start}.m4s", fragment.start / rate, fragment.frames / rate))
        (folder / pictures[-1].uri).write_bytes(content)
        peak = max(peak, len(content) * 8 / pictures[-1].duration_s)
    _write(folder / "picture.m3u8", pictures, "picture.mp4", target)
    loudest = _write_sound(SoundTrack.of(sound, rate), folder, target) if sound else Fraction(0)
    rendition = Rendition(
        "picture.m3u8",
        track.size,
        rate,
        track.codec,
        -int(-peak - loudest // 1),
        "sound.m3u8" if sound else None,
        AAC_CODEC,
        "en",
    )
    (folder / "index.m3u8").write_text(stream_playlist(rendition))
    return folder / "index.m3u8"


def _write_sound(track: SoundTrack, folder: Path, target: int) -> Fraction:
    """The sound's part of a stream; returns the most bits a second that one of its fragments takes."""
    (folder / "sound.mp4").write_bytes(track.init)
    entries, peak = [], Fraction(0)
    for begin, end in pairwise([track.first, *sound_ends(track.samples, track.sample_rate, target)]):
        content = track.fragment(begin, end)
        start_s = Fraction(begin * AAC_SAMPLES, track.sample_rate)
        length_s = Fraction(min(end * AAC_SAMPLES, track.samples), track.sample_rate) - start_s
        entries.append(Entry(f"s{begin}.m4s", start_s, length_s))
        (folder / entries[-1].uri).write_bytes(content)
        peak = max(peak, len(content) * 8 / length_s)
    _write(folder / "sound.m3u8", entries, "sound.mp4", target)
    return peak


def _write(path: Path, entries: list[Entry], init: str, target: int) -> None:
    path.write_text(media_playlist(entries, init, target, BEGAN, whole_at_once=True, ended=True))
