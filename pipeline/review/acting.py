"""What people do in the review application, done: each is one decision in the log, or none."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from pipeline.catalog.entries import Decision, Note
from pipeline.catalog.record import Conflict
from pipeline.decisions import deciding
from pipeline.decisions.askable import askable
from pipeline.decisions.asking import Asked, Proposal, propose, radius_if
from pipeline.decisions.comparing import compared
from pipeline.decisions.shots import Meant
from pipeline.film.blast_radius import BlastRadius
from pipeline.production.named_shot import shot_called
from pipeline.review.asks import (
    ApproveAsk,
    DecisionAsked,
    NoteAsk,
    OmitAsk,
    ProposalAsked,
    RestoreAsk,
    RetakeAsk,
    RetakeAsked,
    UnapproveAsk,
    UndoAsk,
)
from pipeline.review.films import ReviewedFilm
from pipeline.review.story import said, story_of
from pipeline.review.story_answers import (
    Conflicted,
    DifferenceRow,
    Form,
    Radius,
    RadiusRender,
    Said,
    Story,
    ToldDifference,
)
from pipeline.web.roles import Person, Right
from storyboard.errors import NotAllowed, NotNow, UsageError


def right_to(asked: DecisionAsked) -> Right:
    """What somebody must be allowed who decides this."""
    return Right.COMMENT if isinstance(asked.what, NoteAsk) else Right.DECIDE


def decide(film: ReviewedFilm, shot: str, asked: DecisionAsked, person: Person) -> Decision:
    """Decide of a shot.

    Raises:
        UsageError: the film has no such shot, take or renderer.
        NotAllowed: the person may not.
        Conflict: another person decided meanwhile.
        NotNow: it does not go together with how the shot stands.
        StoreError: the project folder cannot be written.
    """
    what = asked.what
    person.must_be_allowed(right_to(asked))
    if asked.seen is None and not isinstance(what, NoteAsk):
        raise NotNow("the decision does not say what was seen", "send the shot's `seen` along")
    needs_plan = isinstance(what, OmitAsk) or (isinstance(what, ApproveAsk) and what.take is None)
    now = film.current(asked.renderer) if needs_plan else film.seen_at_once(asked.renderer)
    meant = Meant.of(now.production, shot, film.log, now.plan)
    take = meant.take(number) if (number := getattr(what, "take", None)) is not None else None
    meant = meant.seen_by(asked.seen)
    by = person.name
    with _refused_as_it_stands():
        match what:
            case NoteAsk():
                note = Note(
                    text=what.text,
                    frames=what.frames,
                    region=what.region,
                    drawing=what.drawing,
                    reply_to=what.reply_to,
                )
                return deciding.note(meant, note, take, by)
            case ApproveAsk():
                return deciding.approve(meant, take or deciding.take_to_approve(meant, None), by)
            case UnapproveAsk():
                return deciding.unapprove(meant, what.take, by)
            case OmitAsk():
                return deciding.omit(meant, by)
            case RestoreAsk():
                return deciding.restore(meant, by)
            case UndoAsk():
                return deciding.undo(meant, by)
            case _:
                return deciding.redo(meant, by)


def proposed(film: ReviewedFilm, shot: str, what: RetakeAsk, renderer: str | None) -> Proposal:
    """What a retake comes to; nothing is written.

    Raises:
        UsageError: the film has no such shot, take or renderer.
        NotNow: it asks for what there is not.
    """
    now = film.current(renderer)
    meant = Meant.of(now.production, shot, film.log, now.plan)
    if what.take is not None:
        meant.take(what.take)
    with _refused_as_it_stands():
        return propose(meant, asked_of(what), what.take)


def ask_retake(film: ReviewedFilm, shot: str, asked: RetakeAsked, by: str) -> Decision:
    """Ask for a retake; who renders it is another matter.

    Raises:
        UsageError: the film has no such shot, take or renderer.
        Conflict: another person decided meanwhile.
        NotNow: it asks for what there is not.
        StoreError: the project folder cannot be written.
    """
    now = film.current(asked.renderer)
    meant = Meant.of(now.production, shot, film.log, now.plan).seen_by(asked.seen)
    meant = deciding.number_takes(meant)
    if asked.what.take is not None:
        meant.take(asked.what.take)
    with _refused_as_it_stands():
        return propose(meant, asked_of(asked.what), asked.what.take).ask(by)


def radius_of(film: ReviewedFilm, shot: str, asked: ProposalAsked, person: Person) -> Radius:
    """What a decision would have made again; what renders is made ready for those who may ask.

    Raises:
        UsageError: the film has no such shot, take or renderer.
        NotNow: it asks for what there is not.
    """
    what = asked.what
    if isinstance(what, RetakeAsk):
        if person.may(Right.DECIDE):
            film.retakes.prepare()
        proposal = proposed(film, shot, what, asked.renderer)
        with _refused_as_it_stands():
            return _radius(proposal.radius(), shot, [one.in_words() for one in proposal.adjustments])
    now = film.current(asked.renderer)
    meant = Meant.of(now.production, shot, film.log, now.plan)
    take = meant.take(what.take) if isinstance(what, ApproveAsk) and what.take is not None else None
    with _refused_as_it_stands():
        if isinstance(what, ApproveAsk):
            after = deciding.as_if_approved(meant, take or deciding.take_in_cut(meant))
        else:
            after = deciding.as_if_omitted(meant, omitted=isinstance(what, OmitAsk))
        return _radius(radius_if(meant, after), shot)


def story(film: ReviewedFilm, shot: str, renderer: str | None = None) -> Story:
    """How a shot stands, and all that was said of it.

    Raises:
        UsageError: the film has no such shot or renderer.
    """
    now = film.seen_at_once(renderer)
    name = shot_called(now.production.film, shot).id
    return story_of(now, film.log.record(), name, film.retakes.of_shot(name))


def form_of(film: ReviewedFilm, shot: str, renderer: str | None, person: Person) -> Form:
    """What can be asked for of a retake of a shot; what renders is made ready for those who may ask.

    Raises:
        UsageError: the film has no such shot or renderer.
    """
    now = film.now(renderer)
    meant = Meant.of(now.production, shot, film.log, now.plan)
    if person.may(Right.DECIDE):
        film.retakes.prepare()
    return Form.model_validate(asdict(askable(meant)))


def difference_of(film: ReviewedFilm, shot: str, a: int, b: int) -> ToldDifference:
    """What two takes of a shot were made from otherwise.

    Raises:
        UsageError: the film has no such shot or take.
    """
    now = film.seen_at_once()
    found = compared(Meant.of(now.production, shot, film.log, now.plan), a, b)
    rows = tuple(
        DifferenceRow(group=row.group, what=row.what, a=row.a, b=row.b, parts=row.parts) for row in found.rows
    )
    return ToldDifference(shot=shot, a=a, b=b, rows=rows, words=tuple(row.words for row in found.rows))


def told(film: ReviewedFilm, decision: Decision) -> Said:
    """A decision that was just made, as the conversation has it."""
    return said(decision, film.log.record().takes_of(decision.shot))


def conflicted(film: ReviewedFilm, conflict: Conflict, now: Story) -> Conflicted:
    """What the others decided meanwhile, and how the shot stands after it."""
    takes = film.log.record().takes_of(conflict.shot)
    others = tuple(said(one, takes) for one in conflict.others)
    return Conflicted(error=conflict.message, hint=conflict.hint, conflict=others, story=now)


def asked_of(what: RetakeAsk) -> Asked:
    """What somebody asks for, in the words of the deciding code."""
    given = what.model_dump(exclude={"kind", "take", "drawing"})
    return Asked(**given, drawing=what.drawing)


@contextlib.contextmanager
def _refused_as_it_stands() -> Iterator[None]:
    """What cannot be decided is so because of how the shot stands: the address was right."""
    try:
        yield
    except (Conflict, NotAllowed):
        raise
    except UsageError as error:
        raise NotNow(error.message, error.hint) from error


def _radius(radius: BlastRadius, shot: str, wishes: Sequence[tuple[str, ...]] = ()) -> Radius:
    return Radius(
        renders=tuple(
            RadiusRender(shot=one.shot, digest=one.digest, reasons=one.reasons, estimate_s=one.estimate_s)
            for one in radius.renders
        ),
        follows=radius.follows,
        segments=radius.segments,
        joints=radius.joints,
        reels=radius.reels,
        sounds=radius.sounds,
        frames=radius.frames,
        worker_s=round(radius.worker_s, 3),
        gpu_s=round(radius.gpu_s, 3),
        cost=radius.cost,
        words=radius.in_words(shot),
        wishes=tuple(wishes),
    )
