"""The notes of a film as they are listed: where in the film, who, what, and how it stands. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from pipeline.catalog.entries import Note, Retake, Stroke
from pipeline.catalog.status import ShotStanding
from pipeline.review.answers import Answer, ShownFilm, ShownShot, ShownTake
from storyboard.media.timing import timecode_from_frames

GONE = "not in the film document"
"""how a shot stands of which only its notes are left"""


class NotePicture(Answer):
    """A frame that a note is about."""

    frame: int
    """of the shot"""
    timecode: str
    """in the film; empty where the shot is not in the cut"""
    clip: str
    """the digest of the clip that shows it; empty where there is none any more"""
    clip_frame: int


class ListedNote(Answer):
    """Something that somebody said of a shot, and that was not undone."""

    number: int
    """of the decision, within the production"""
    scene: str
    slug: str
    shot: str
    take: int | None
    """the number of the take that it is about; None for the shot as a whole"""
    frames: tuple[int, int] | None
    """first and last, counted from the shot's first, both in it; None for the whole shot"""
    timecodes: tuple[str, str] | None
    """the same in the film; None where the shot is not in the cut"""
    by: str
    at: datetime
    kind: str
    """note, answer or retake"""
    words: str
    wishes: tuple[str, ...]
    """what a retake asks for: each alternative in words"""
    answers: int | None
    """the number of the note that it answers"""
    status: str
    """how the take that it is about stands, or the shot where it is about none"""
    region: tuple[float, float, float, float] | None
    """left, top, width and height, in parts of the picture"""
    drawing: tuple[Stroke, ...]
    pictures: tuple[NotePicture, ...]
    """the frames that were drawn on, else the first that it is about; none for an answer without either"""


class ListedNotes(Answer):
    """The notes of a film, in its order, and of a shot by when they were said."""

    film: str
    """its title"""
    notes: tuple[ListedNote, ...]


def notes_of(film: ShownFilm, stand: Mapping[str, ShotStanding]) -> ListedNotes:
    """What was said of a film's shots and still counts; of shots that left the document, at the end."""
    shots = {shot.id: shot for shot in film.shots}
    gone = [name for name in stand if name not in shots]
    every = [
        note
        for name in (*shots, *gone)
        if name in stand
        for note in _of_shot(film, shots.get(name), stand[name])
    ]
    return ListedNotes(film=film.title, notes=tuple(every))


def _of_shot(film: ShownFilm, shot: ShownShot | None, standing: ShotStanding) -> Iterator[ListedNote]:
    numbers = {one.take.digest: one.take.number for one in standing.takes}
    statuses = {one.take.digest: one.status.value for one in standing.takes}
    scene = film.scenes[shot.scene] if shot else None
    for said in standing.said:
        what = said.what
        if not isinstance(what, Note | Retake):
            continue
        about = said.take or ""
        whole = shot.status if shot else GONE
        answers = what.reply_to if isinstance(what, Note) else None
        yield ListedNote(
            number=said.number,
            scene=scene.id if scene else "",
            slug=scene.slug if scene else "",
            shot=standing.shot,
            take=numbers.get(about),
            frames=what.frames,
            timecodes=_timecodes(film, shot, what.frames),
            by=said.by,
            at=said.at,
            kind="answer" if answers is not None else what.kind,
            words=what.text,
            wishes=_wishes(what),
            answers=answers,
            status="omitted" if standing.omitted else statuses.get(about, whole),
            region=what.region,
            drawing=what.drawing,
            pictures=tuple(_pictures(film, shot, what, about)),
        )


def _wishes(what: Note | Retake) -> tuple[str, ...]:
    if isinstance(what, Note):
        return ()
    return tuple(", ".join(one.in_words()) or "as the storyboard says" for one in what.adjustments)


def _timecodes(
    film: ShownFilm, shot: ShownShot | None, frames: tuple[int, int] | None
) -> tuple[str, str] | None:
    if shot is None or shot.start is None:
        return None
    first, last = frames or (0, shot.frames - 1)
    return _timecode(film, shot, first), _timecode(film, shot, last)


def _timecode(film: ShownFilm, shot: ShownShot, frame: int) -> str:
    return "" if shot.start is None else timecode_from_frames(shot.start + frame, Fraction(*film.rate))


def _pictures(
    film: ShownFilm, shot: ShownShot | None, what: Note | Retake, about: str
) -> Iterator[NotePicture]:
    if shot is None:
        return
    take = _take(shot.takes, about)
    drawn = sorted({stroke.frame for stroke in what.drawing})
    if isinstance(what, Note) and what.reply_to is not None and not (drawn or what.frames or what.region):
        return  # the note that it answers has one
    for frame in drawn or [what.frames[0] if what.frames else shot.frames // 2]:
        yield NotePicture(
            frame=frame,
            timecode=_timecode(film, shot, frame),
            clip=take.clip if take else "",
            clip_frame=clip_frame(take, frame) if take else 0,
        )


def _take(takes: Sequence[ShownTake], digest: str) -> ShownTake | None:
    """The take that was meant, which may be gone; of a note about the shot, that of the cut, or the last."""
    if digest:
        return next((take for take in takes if take.digest == digest), None)
    return next((take for take in takes if take.in_cut), takes[-1] if takes else None)


def clip_frame(take: ShownTake, frame: int) -> int:
    """The frame of a take's clip that lies under a frame of its shot."""
    return min(max(take.first + frame * take.step[0] // take.step[1], 0), take.frames - 1)
