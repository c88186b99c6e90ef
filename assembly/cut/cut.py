"""How the film lies on the frame grid: which frames are copied from the takes, and which are made again.

Pure. A frame that a transition, a fade or a title touches is encoded again; every other one is copied as part
of a whole closed GOP of its take. GOPs begin at a take's frame 0 and every `mezzanine.GOP_FRAMES` after, so
each run of touched frames grows to GOP boundaries. What is left over is a `Joint`; joints reach across a cut
only where a dissolve or a wipe does, so that a changed shot changes no joint of one that it merely touches.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assembly.cut.form import FrameForm
from assembly.cut.pieces import Chapter, CopyPiece, Cut, Excerpt, FadeSpan, Joint, Piece, Plain, TitleSpan
from storyboard.errors import AssemblyError
from storyboard.media import mezzanine
from storyboard.media.take_shape import TakeShape
from storyboard.planning.transitions import CROSSINGS, DIPS, WIPES, Overlap, overlap
from storyboard.schema.film import Film, Shot
from storyboard.schema.vocabulary import TitleStyle, TransitionKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction


@dataclass(frozen=True, slots=True)
class TakeInfo:
    """What the cut must know of a take: its name, where its body lies, and whether it has captions."""

    digest: str
    shape: TakeShape
    captioned: bool = False


@dataclass(frozen=True, slots=True)
class _Placed:
    """A shot on the film's frames: its body is [start, end); a dissolve or a wipe shows it beyond that."""

    shot: Shot
    take: TakeInfo
    start: int
    end: int
    into: Overlap
    """the dissolve or wipe at its beginning"""
    out_of: Overlap
    """the dissolve or wipe at its end"""
    fade_in: int
    fade_outs: tuple[tuple[int, Plain], ...]
    """their lengths, and what the picture goes to"""

    @property
    def comes_from(self) -> Plain:
        """What the picture comes from in its `fade_in`."""
        return _plain(self.shot)

    @property
    def wipe(self) -> TransitionKind | None:
        """The wipe that uncovers it."""
        return self.shot.transition.kind if self.shot.transition.kind in WIPES and self.into.before else None

    def to_take(self, film_frame: int) -> int:
        return film_frame - self.start + self.take.shape.head


def cut_film(film: Film, takes: Mapping[str, TakeInfo], picture: FrameForm | None = None) -> Cut:
    """Lay the takes of a film's shots on its frames.

    Args:
        film: the film.
        takes: of each shot, by its id.
        picture: the form of the takes' pictures, when it is not the film's.

    Raises:
        AssemblyError: a take is missing, is not as long as its shot, has too short handles for its
            transitions, or two of them meet in a shot that is shorter than they are.
    """
    placed = _place(film, takes)
    picture = picture or FrameForm(film.format.width, film.format.height, film.format.rate)
    pieces: list[Piece] = []
    begins = [each.start for each in placed]
    for copied, first, last in _runs(placed, picture.rate):
        if copied is None:
            # A shot is seen beyond its end in the next one alone, so the one before is the first that may be.
            around = placed[max(0, bisect_right(begins, first) - 2) : bisect_left(begins, last) + 1]
            pieces.append(_joint(around, first, last, picture, film.language))
        else:
            shot, take = copied.shot, copied.take
            pieces.append(CopyPiece(shot.id, take.digest, copied.to_take(first), copied.to_take(last)))
    starts = {each.shot.id: each.start for each in placed}
    chapters = tuple(Chapter(scene.slug, starts[scene.shots[0].id]) for scene in film.scenes)
    return Cut(placed[-1].end, picture, tuple(pieces), starts, chapters)


def darkened(film: Film) -> list[tuple[int, int]]:
    """The film's frames that fades through black darken, as ranges in order: black in them was asked for."""
    rate = film.format.rate
    dark: list[tuple[int, int]] = []
    start = 0
    for _, shot in film.shots():
        end = start + shot.duration.frames(rate)
        if shot.transition.kind is TransitionKind.FADE:
            length = shot.transition.duration.frames(rate)
            split = overlap(length) if start else Overlap(0, length)
            dark.append((start - split.before, start + split.after))
        if shot.fade_out:
            dark.append((end - shot.fade_out.frames(rate), end))
        start = end
    return dark


def _place(film: Film, takes: Mapping[str, TakeInfo]) -> list[_Placed]:
    rate = film.format.rate
    shots = [shot for _, shot in film.shots()]
    lengths = [shot.transition.duration.frames(rate) for shot in shots]
    none = Overlap(0, 0)
    crossings = [
        overlap(length) if index and shot.transition.kind in CROSSINGS else none
        for index, (shot, length) in enumerate(zip(shots, lengths, strict=True))
    ]
    fades = [
        (Overlap(0, length) if index == 0 else overlap(length)) if shot.transition.kind in DIPS else none
        for index, (shot, length) in enumerate(zip(shots, lengths, strict=True))
    ]
    placed: list[_Placed] = []
    start = 0
    for index, shot in enumerate(shots):
        frames = shot.duration.frames(rate)
        take = takes.get(shot.id)
        if take is None:
            raise AssemblyError(f"shot {shot.id} has no take", "render it first")
        out_of, next_fade = (
            (crossings[index + 1], fades[index + 1]) if index + 1 < len(shots) else (none, none)
        )
        _check(shot.id, frames, take.shape, crossings[index], out_of)
        wanted: list[tuple[int, Plain]] = []
        if next_fade.before:
            wanted.append((next_fade.before, _plain(shots[index + 1])))
        if shot.fade_out:
            wanted.append((shot.fade_out.frames(rate), "black"))
        placed.append(
            _Placed(
                shot,
                take,
                start,
                start + frames,
                crossings[index],
                out_of,
                min(fades[index].after, frames),
                tuple((min(length, frames), plain) for length, plain in wanted if length),
            )
        )
        start += frames
    return placed


def _plain(shot: Shot) -> Plain:
    return "white" if shot.transition.kind is TransitionKind.DIP_TO_WHITE else "black"


def _check(shot: str, frames: int, take: TakeShape, into: Overlap, out_of: Overlap) -> None:
    if take.frames != frames:
        raise AssemblyError(
            f"the take of shot {shot} has {take.frames} frames where the film wants {frames}",
            "render it again",
        )
    if take.head < into.before or take.tail < out_of.after:
        raise AssemblyError(
            f"the take of shot {shot} has handles of {take.head} and {take.tail} frames where its "
            f"transitions need {into.before} and {out_of.after}",
            "render it again",
        )
    if into.after + out_of.before > frames:
        raise AssemblyError(
            f"the transitions at the two ends of shot {shot} take {into.after} and {out_of.before} frames "
            f"of its {frames}",
            "make the shot longer or a transition shorter",
        )


def _titles(placed: _Placed, rate: Fraction) -> Iterator[tuple[int, int, str, TitleStyle]]:
    """The film's frames in which each title stands; a title ends with its shot."""
    for title in placed.shot.titles:
        first = placed.start + title.at.frames(rate)
        last = placed.end if title.duration is None else first + title.duration.frames(rate)
        last = min(last, placed.end)
        if first < last:
            yield first, last, title.text, title.style


def _touched(placed: _Placed, rate: Fraction) -> list[tuple[int, int]]:
    """The film's frames of a shot's body that cannot be copied, as merged ranges in order."""
    start, end = placed.start, placed.end
    ranges = [(start, start + placed.into.after), (end - placed.out_of.before, end)]
    ranges.append((start, start + placed.fade_in))
    ranges += [(end - length, end) for length, _ in placed.fade_outs]
    ranges += [(first, last) for first, last, _, _ in _titles(placed, rate)]
    merged: list[tuple[int, int]] = []
    for first, last in sorted(each for each in ranges if each[0] < each[1]):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _copies(placed: _Placed, rate: Fraction) -> Iterator[tuple[int, int]]:
    """The film's frames of a shot's body that are whole GOPs and touched by nothing."""
    gop, take = mezzanine.GOP_FRAMES, placed.take.shape
    edges = [placed.start, *(edge for touched in _touched(placed, rate) for edge in touched), placed.end]
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        begin = -(-placed.to_take(first) // gop) * gop
        end = placed.to_take(last)
        if end != take.total:  # the last GOP of a take may be a short one
            end -= end % gop
        if begin < end:
            yield begin - take.head + placed.start, end - take.head + placed.start


def _runs(placed: list[_Placed], rate: Fraction) -> Iterator[tuple[_Placed | None, int, int]]:
    """The film as ranges of frames in order, each with the shot it is copied from, or None for a joint."""
    joint: int | None = None
    for each in placed:
        joint_here = each.start
        for first, last in _copies(each, rate):
            begin = joint_here if joint is None else joint
            if begin < first:
                yield None, begin, first
            yield each, first, last
            joint, joint_here = None, last
        if joint is None and joint_here < each.end:
            joint = joint_here
        if joint is not None and not each.out_of.before:
            yield None, joint, each.end
            joint = None


def _joint(placed: list[_Placed], first: int, last: int, picture: FrameForm, language: str) -> Joint:
    """The film's frames `first` to `last`; `placed` are the shots that may be seen in them, in order."""
    excerpts: list[Excerpt] = []
    for each in placed:
        begin = max(first, each.start - each.into.before)
        end = min(last, each.end + each.out_of.after)
        if begin >= end:
            continue
        titles = tuple(
            TitleSpan(
                text,
                style,
                shown - begin,
                gone - shown,
                language,
                over_captions=each.take.captioned and style is TitleStyle.LOWER_THIRD,
            )
            for shown, gone, text, style in _titles(each, picture.rate)
            if begin <= shown and gone <= end
        )
        fades = []
        if each.fade_in:
            fades.append(
                FadeSpan(rising=True, start=each.start - begin, length=each.fade_in, plain=each.comes_from)
            )
        for length, plain in each.fade_outs:
            start = each.end - length - begin
            fades.append(FadeSpan(rising=False, start=start, length=length, plain=plain))
        inside = tuple(fade for fade in fades if fade.start >= 0 and fade.start + fade.length <= end - begin)
        excerpts.append(
            Excerpt(
                each.shot.id,
                each.take.digest,
                each.to_take(begin),
                each.to_take(end),
                begin - first,
                titles,
                inside,
                each.wipe if excerpts else None,
            )
        )
    return Joint(tuple(excerpts), picture)
