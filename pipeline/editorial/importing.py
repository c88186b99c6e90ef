"""An editor's cut comes back: what it changed, what that would have rendered, and how it is kept.

It is kept as a decision of the whole film (`Recut`), beside the approvals of takes that it switched to and
the notes of its markers. All are appended at once, or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from pipeline.catalog.entries import MOST_WORDS, Approve, Decision, Note, Recut, Undo, Wish
from pipeline.catalog.undo import to_undo
from pipeline.decisions.deciding import as_if_approved
from pipeline.decisions.letters import plain_words
from pipeline.decisions.shots import Meant
from pipeline.editorial.film_in_cut import FilmInCut, film_in_cut
from pipeline.editorial.kept_parts import keep_foreign, kept_foreign
from pipeline.production.open import decided_otherwise
from pipeline.production.production import Production
from storyboard.errors import UsageError
from storyboard.interchange.changes import Change, changes_between
from storyboard.interchange.film_cut import SeenShot
from storyboard.interchange.formats import notes_of, read_timeline
from storyboard.interchange.read_cut import ReadCut, read_cut
from storyboard.planning.decided import THE_CUT, Decided
from storyboard.planning.decided_film import adjusted_film
from storyboard.planning.editors_cut import CutShot, CutTransition, EditorsCut
from storyboard.planning.plan import Plan
from storyboard.schema.film import Shot
from storyboard.schema.vocabulary import TransitionKind
from storyboard.wording import counted


@dataclass(frozen=True, slots=True)
class ToRender:
    """A shot whose take is missing for an editor's cut.

    Attributes:
        shot: its id.
        frames: that are rendered, handles included.
        words: why, and whether the whole take starts anew.
    """

    shot: str
    frames: int
    words: str


@dataclass(frozen=True)
class Incoming:
    """An editor's cut, looked at and not kept yet.

    Attributes:
        film: as it stands.
        read: what the timeline says.
        changes: what is otherwise, in words.
        cut: how the film is to be cut; None as the storyboard has it.
        recut: it is another one than the film has.
        takes: the take to approve, by shot.
        production: the film as it would be.
        plan: of that.
        renders: what it would have rendered.
        seen: the number of the last decision when it was looked at, by shot, and of the cut.
    """

    film: FilmInCut
    read: ReadCut
    changes: tuple[Change, ...]
    cut: EditorsCut | None
    recut: bool
    takes: Mapping[str, str]
    production: Production
    plan: Plan
    renders: tuple[ToRender, ...]
    seen: Mapping[str, int]

    @property
    def changed(self) -> bool:
        """Whether there is anything to keep."""
        return self.recut or bool(self.takes) or bool(self.read.notes)

    def keep(self, by: str) -> tuple[Decision, ...]:
        """Append what was decided by it; nothing where nothing is changed.

        Raises:
            Conflict: somebody decided of one of these shots, or cut the film, meanwhile.
            StoreError: the project folder cannot be written.
        """
        production = self.film.production
        wishes: list[Wish] = []
        version = production.loaded.version or None
        if self.recut:
            cut = self.cut
            name = keep_foreign(production, self.read.foreign)
            words = tuple(one.words[:MOST_WORDS] for one in self.changes if one.kind not in {"note", "left"})
            if cut is not None or name:
                cut = (cut or _whole(self.film)).model_copy(update={"timeline": name})
            what = Recut(cut=cut, changes=words)
            wishes.append(Wish(shot=THE_CUT, what=what, by=by, seen=self.seen[THE_CUT], version=version))
        wishes += [
            Wish(shot=shot, what=Approve(), by=by, take=digest, seen=self.seen[shot], version=version)
            for shot, digest in self.takes.items()
        ]
        lengths = {shot.id: shot.duration.frames(self.film.cut.rate) for _, shot in production.film.shots()}
        for note in self.read.notes:
            last = lengths[note.shot] - 1
            first = min(max(0, note.first), last)
            about = first, min(max(first, note.first + note.frames - 1), last)
            said = Note(text=plain_words(note.text)[:MOST_WORDS], frames=about)
            wishes.append(Wish(shot=note.shot, what=said, by=by, version=version))
        return production.log.append(wishes) if wishes else ()


def look_at_cut(production: Production, path: Path) -> Incoming:
    """Read an editor's cut of a film, and find what it changes; nothing is written.

    Raises:
        UsageError: no such format is read, it is of another film, or the film has many cuts.
        DocumentError: the file is not what its name says, or a backend cannot render a shot as it would be.
    """
    film = film_in_cut(production)
    record = production.log.record()
    timeline = read_timeline(path, film.cut.rate)
    read = read_cut(timeline, film.cut)
    takes, refused = _switched(film, read)
    read = replace(read, said=(*map(str, notes_of(timeline)), *read.said, *refused))
    cut = _editors_cut(film, read)
    kept = kept_foreign(production)
    recut = cut != _plain_cut(film) or {one.made for one in kept} != {one.made for one in read.foreign}
    changes = [one for one in changes_between(film.cut, read) if one.kind != "kept" or recut]
    seen = {name: record.last(name) for name in (THE_CUT, *takes)}
    decided = dict(production.decided)
    for shot, digest in takes.items():
        meant = Meant.of(production, shot, planned=film.plan)
        found = next(take for take in meant.takes if take.digest == digest)
        decided[shot] = as_if_approved(meant, found)[shot]
    decided[THE_CUT] = Decided(cut=cut)
    would_be = decided_otherwise(production, decided)
    plan = would_be.plan()
    renders = tuple(_renders(film, plan))
    return Incoming(film, read, tuple(changes), cut, recut, takes, would_be, plan, renders, seen)


def undo_cut(production: Production, by: str) -> Decision:
    """Take the last editor's cut back: the one before it holds again, or the storyboard's.

    Raises:
        UsageError: there is none.
    """
    decisions = production.log.record().decisions_of(THE_CUT)
    last = to_undo(decisions)
    if last is None:
        raise UsageError("the film has no editor's cut to take back")
    seen = decisions[-1].number
    (made,) = production.log.append([Wish(shot=THE_CUT, what=Undo(of=last.number), by=by, seen=seen)])
    return made


def _switched(film: FilmInCut, read: ReadCut) -> tuple[dict[str, str], list[str]]:
    """The takes to approve, by shot, and what cannot be: a film shows one take of a shot."""
    shown: dict[str, list[str]] = {}
    for shot in read.shots:
        shown.setdefault(shot.shot, []).append(shot.seen.take)
    now = {shot.shot: shot.seen.take for shot in (*film.cut.spare, *film.cut.shots)}
    record = film.production.log.record()
    takes: dict[str, str] = {}
    refused = []
    for name, digests in shown.items():
        others = [digest for digest in dict.fromkeys(digests) if digest != now[name]]
        if not others:
            continue
        take = record.take(name, others[0])
        if take is None:
            continue
        choice = film.production.choices.of(_shots(film)[name]).name
        if take.renderer != choice:
            refused.append(f"take {take.number} of shot {name} was made by {take.renderer}, not by {choice}")
            continue
        takes[name] = others[0]
        if len({*digests}) > 1:
            refused.append(
                f"shot {name} is shown by several takes: the whole film shows take {take.number} of it"
            )
    return takes, refused


def _shots(film: FilmInCut) -> dict[str, Shot]:
    """The film's shots as people decided them, in the storyboard's order and lengths."""
    production = film.production
    return {shot.id: shot for _, shot in adjusted_film(production.film, production.decided).shots()}


def _editors_cut(film: FilmInCut, read: ReadCut) -> EditorsCut | None:
    """What is laid over the storyboard for it to be cut as it was read; None for nothing."""
    shots, rate = _shots(film), film.cut.rate
    places = tuple(_place(shot, shots[shot.shot], rate) for shot in read.shots)
    before = film.production.decided.get(THE_CUT)
    known_before = before.cut.known if before and before.cut else ()
    in_cut = {shot.shot for shot in film.cut.shots} | {shot.shot for shot in read.shots}
    known = tuple(name for name in shots if name in in_cut or name in known_before)
    plain = [name for name in shots if name in known]
    if places == tuple(CutShot(shot=name) for name in plain):
        return None
    return EditorsCut(shots=places, known=known)


def _plain_cut(film: FilmInCut) -> EditorsCut | None:
    """The cut that the film has, without what lies beside its shots."""
    return _editors_cut(film, ReadCut(film.cut.shots))


def _whole(film: FilmInCut) -> EditorsCut:
    """The storyboard's own cut, as one that holds something beside its shots."""
    names = [shot.shot for shot in film.cut.shots]
    return EditorsCut(shots=tuple(CutShot(shot=name) for name in names), known=tuple(names))


def _place(shot: SeenShot, own: Shot, rate: Fraction) -> CutShot:
    """A shot of a cut, with what it has otherwise than the storyboard."""
    frames = own.duration.frames(rate)
    fade = own.fade_out.frames(rate) if own.fade_out else 0
    kind = own.transition.kind
    length = 0 if kind is TransitionKind.CUT else own.transition.duration.frames(rate)
    same = (kind, length) == (shot.kind, shot.length)
    return CutShot(
        shot=shot.shot,
        first=shot.first,
        frames=None if shot.frames == frames else shot.frames,
        speed=shot.speed,
        transition=None if same else CutTransition(kind=shot.kind, frames=shot.length),
        fade_out=None if shot.fade_out == fade else shot.fade_out,
    )


def _renders(film: FilmInCut, plan: Plan) -> list[ToRender]:
    """What a cut would have rendered that the film as it stands would not."""
    missing_now = {shot.digest for shot in film.plan.missing}
    found = []
    for shot in plan.missing:
        if shot.digest in missing_now:
            continue
        frames = counted(shot.spec.total_frames, "frame")
        words = f"shot {shot.shot}: {frames}, the whole take anew"
        if shot.spec.part:
            words = f"shot {shot.shot}: {shot.reasons[0]}, which stays as it is"
        found.append(ToRender(shot.shot, shot.spec.total_frames, words))
    for shot in plan.cut:
        if any(shot.held):
            before, after = shot.held
            words = (
                f"shot {shot.shot}: its approved take is held for {before} frames before and {after} after"
            )
            found.append(ToRender(shot.shot, 0, words))
    return found
