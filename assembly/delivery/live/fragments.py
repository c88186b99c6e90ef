"""Where a film is divided to be streamed, and which frames of which clips each fragment is copied from. Pure.

A fragment is a few whole GOPs; what HLS calls a media segment. It begins with a keyframe, is no longer than
the stream's target duration, and never has to wait for more takes than the frames before it and its own first
frame do: so whatever can be shown is in a fragment that can be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

from assembly.cut.pieces import CopyPiece, Cut, Piece
from storyboard.media import mezzanine

TARGET_S = 4
"""of a fragment, at the most; as in finished streams (`delivery.hls`)"""
AAC_SAMPLES = 1024
"""in a frame of AAC (ISO/IEC 14496-3)"""


@dataclass(frozen=True, slots=True)
class Part:
    """Frames of one clip in a fragment.

    Attributes:
        piece: of the cut; its clip is a take's, or the joint's own.
        first: the clip's frame that it begins with.
        last: the one after its last.
    """

    piece: Piece
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """Frames of the film that are sent as one.

    Attributes:
        start: the film's frame that it begins with.
        parts: what it is copied from, in order.
    """

    start: int
    parts: tuple[Part, ...]

    @property
    def frames(self) -> int:
        """Its length."""
        return sum(part.last - part.first for part in self.parts)

    @property
    def end(self) -> int:
        """The film's frame after its last."""
        return self.start + self.frames


def target_s(rate: Fraction) -> int:
    """The target duration of a film's stream in whole seconds: at very low rates one GOP is longer."""
    return max(TARGET_S, -(-mezzanine.GOP_FRAMES * rate.denominator // rate.numerator))


def shots_of(piece: Piece) -> Collection[str]:
    """The shots whose takes a piece is made of."""
    return (piece.shot,) if isinstance(piece, CopyPiece) else piece.shots


def fragments_of(
    cut: Cut,
    since: int = 0,
    needs: Callable[[Piece], Collection[str]] = shots_of,
    borders: Collection[int] = (),
) -> tuple[Fragment, ...]:
    """The fragments of a cut, in order.

    Args:
        cut: what is shown.
        since: the film's frame that the first one begins with; a piece begins there.
        needs: names of what must be there before a piece can be shown.
        borders: frames of the film, each of which a piece begins with, that no fragment goes over.

    Raises:
        ValueError: no piece begins at that frame.
    """
    longest = int(target_s(cut.picture.rate) * cut.picture.rate)
    found: list[Fragment] = []
    for start, pieces in _runs(cut, since, needs, borders):
        ends = _ends(start, [*_keyframes(start, pieces)], longest)
        found += [_between(pieces, start, first, last) for first, last in pairwise([start, *ends])]
    return tuple(found)


def _runs(
    cut: Cut, since: int, needs: Callable[[Piece], Collection[str]], borders: Collection[int]
) -> Iterator[tuple[int, list[Piece]]]:
    """Pieces one after another of which only the first waits for something, with the film's first frame."""
    starts = [*accumulate((piece.frames for piece in cut.pieces), initial=0)]
    if since not in starts:
        raise ValueError(f"no piece of the cut begins at frame {since}")
    known: set[str] = set()
    begun, run = since, list[Piece]()
    for start, piece in zip(starts, cut.pieces, strict=False):
        wanted = needs(piece)
        if start >= since:
            if run and (start in borders or not known.issuperset(wanted)):
                yield begun, run
                begun, run = start, []
            run.append(piece)
        known.update(wanted)
    if run:
        yield begun, run


def _keyframes(start: int, pieces: Sequence[Piece]) -> Iterator[int]:
    """The film's frames at which a fragment of these pieces may end: where a GOP does."""
    for piece in pieces:
        yield from range(start + mezzanine.GOP_FRAMES, start + piece.frames, mezzanine.GOP_FRAMES)
        start += piece.frames
        yield start


def _ends(start: int, keyframes: Sequence[int], longest: int) -> Iterator[int]:
    """Where fragments end: as evenly as keyframes allow, none after more than the greatest length."""
    while keyframes:
        frames = keyframes[-1] - start
        even = Fraction(frames, -(-frames // longest))
        fitting = [end for end in keyframes if end - start <= longest]
        start = min((abs(end - start - even), -end, end) for end in fitting)[2]
        yield start
        keyframes = [end for end in keyframes if end > start]


def _between(pieces: Sequence[Piece], at: int, first: int, last: int) -> Fragment:
    """The film's frames `first` to `last` of pieces, which begin `at` a frame."""
    parts = []
    for piece in pieces:
        begin, end = max(first - at, 0), min(last - at, piece.frames)
        if begin < end:
            offset = piece.first if isinstance(piece, CopyPiece) else 0
            parts.append(Part(piece, offset + begin, offset + end))
        at += piece.frames
    return Fragment(first, tuple(parts))


def sound_ends(samples: int, sample_rate: int, seconds: int) -> tuple[int, ...]:
    """Where the fragments of a sound end, in frames of AAC: as near to even as those allow.

    Frame 0 begins with the first sample; the first fragment has what is before that, too.

    Args:
        samples: its length.
        sample_rate: samples a second.
        seconds: of a fragment.
    """
    frames = -(-samples // AAC_SAMPLES)
    number = max(1, -(-samples // (seconds * sample_rate)))
    ends = (round(Fraction(k * seconds * sample_rate, AAC_SAMPLES)) for k in range(1, number))
    return (*(end for end in ends if end < frames), frames)
