"""What the backends say of the shots that they are to render, before anything loads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from farm.backend.traits import Complaint
from pipeline.production.renderers import UNREAD, Choice, Choices
from storyboard.document.load import LoadedFilm
from storyboard.document.shot_paths import shot_paths
from storyboard.document.text import DocumentPath
from storyboard.errors import Problem
from storyboard.planning.plan import PlanWarning
from storyboard.planning.resolve import ResolvedShot
from storyboard.schema.film import Film


@dataclass(slots=True)
class Judgement:
    """What is wrong, at its places in the document, and what is not as asked but harmless."""

    problems: list[Problem] = field(default_factory=list)
    warnings: tuple[PlanWarning, ...] = ()


_LEFT_OUT = (
    ("performance", "follows_performances", "performances"),
    ("match_cut", "matches_cuts", "match cuts"),
    ("first_frame", "takes_frames", "pictures of first frames"),
    ("last_frame", "takes_frames", "pictures of last frames"),
)
"""what a shot may say, the trait of a backend that does it, and its name"""


def left_out(film: Film, choices: Choices) -> tuple[PlanWarning, ...]:
    """What shots say that their backends do not do: harmless, as a draft without it is a draft still."""
    found: dict[str, list[str]] = {}
    for _, shot in film.shots():
        for key, trait, name in _LEFT_OUT:
            if getattr(shot, key) is not None and not getattr(choices.of(shot).traits, trait):
                message = f"the backend {choices.of(shot).traits.name} leaves out {name}"
                found.setdefault(message, []).append(shot.id)
    return tuple(PlanWarning(message, tuple(names)) for message, names in found.items())


def judge(
    loaded: LoadedFilm, choices: Choices, shots: Iterable[ResolvedShot], may_ask: Callable[[str], bool]
) -> Judgement:
    """Ask each shot's backend whether it can render it.

    What a backend says of an option is told where that option is set, once for all shots that share it.

    Args:
        loaded: the film.
        choices: what renders it.
        shots: of it.
        may_ask: whether a server that the film names, by its address, may be asked anything.
    """
    paths = {shot.id: path for path, _, shot in shot_paths(loaded.film)}
    problems: dict[Problem, None] = {}
    warned: dict[str, list[str]] = {}
    for one in shots:
        choice = choices.of(one.shot)
        for complaint in _said_of(one, choice, may_ask):
            if complaint.severity == "warning":
                warned.setdefault(complaint.message, []).append(one.shot.id)
                continue
            parts = complaint.option.split(".") if complaint.option else ()
            at = where_set(loaded, choice, paths[one.shot.id], parts) or paths[one.shot.id]
            problems[loaded.problem(at, complaint.message)] = None
    return Judgement(
        [*problems], tuple(PlanWarning(message, tuple(names)) for message, names in warned.items())
    )


def _said_of(one: ResolvedShot, choice: Choice, may_ask: Callable[[str], bool]) -> Iterator[Complaint]:
    """What a backend says of a shot, and of the files of its options where all can be read."""
    spec, traits = one.spec, choice.traits
    if traits.check:
        yield from traits.check(spec)
    if not traits.check_files:
        return
    named = {name: (file.sha256, name) for name, file in spec.given.items()}
    if spec.performance and one.shot.performance:
        driving = spec.performance.file.sha256
        named[driving] = driving, one.shot.performance.file
    if UNREAD not in {sha256 for sha256, _ in named.values()}:
        yield from traits.check_files(
            spec, {key: choice.folder / name for key, (_, name) in named.items()}, may_ask
        )


def where_set(
    loaded: LoadedFilm, choice: Choice, shot: DocumentPath, parts: Sequence[str | int]
) -> DocumentPath | None:
    """The place of the document whose value of an option counts for a shot, or None when it has its default.

    Args:
        loaded: the film.
        choice: what renders the shot.
        shot: where it stands.
        parts: the option, and what of it.
    """
    if not parts:
        return None
    name = choice.traits.name
    places: list[DocumentPath] = [
        (*shot, "backend_options", name),
        *([("renderers", choice.profile, "options")] if choice.profile else []),
        ("backend_options", name),
    ]
    for place in places:
        around = loaded.document.mark(place)
        if loaded.document.mark((*place, parts[0])) is not around:
            return (*place, *parts)
    return None
