"""Whether what retakes ask for is there: renderers, options and files, each told in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from farm.backend.traits import complete_options
from pipeline.production.renderers import Choices
from storyboard.document.load import LoadedFilm
from storyboard.document.named_files import confine
from storyboard.document.problems import problems_of
from storyboard.errors import UsageError
from storyboard.planning.adjustments import Adjustment
from storyboard.planning.decided import Decided
from storyboard.schema.film import Shot
from storyboard.wording import did_you_mean, listed


def check_adjustments(loaded: LoadedFilm, choices: Choices, decided: Mapping[str, Decided]) -> None:
    """Refuse what was decided of a film that it can no longer be made with.

    Raises:
        UsageError: says of which shot, what is not there, and what is.
    """
    for _, shot in loaded.film.shots():
        about = decided.get(shot.id)
        asked = about and (about.circled.adjustment if about.circled else about.adjustment)
        if asked:
            check_adjustment(loaded, choices, shot, asked)


def check_adjustment(loaded: LoadedFilm, choices: Choices, shot: Shot, asked: Adjustment) -> None:
    """Refuse what a retake of a shot asks for and cannot have.

    Raises:
        UsageError: every such thing, what is wrong with it, and what is allowed.
    """
    wrong = list(_wrong(loaded, choices, shot, asked))
    if wrong:
        raise UsageError(
            "\n".join(f"a retake of shot {shot.id} asks for {words}" for words in wrong),
            "another retake of the shot takes its place",
        )


def _wrong(loaded: LoadedFilm, choices: Choices, shot: Shot, asked: Adjustment) -> Iterator[str]:
    renderers = loaded.film.renderers
    for key in ("first_frame", "last_frame"):
        name = getattr(asked, key)
        if name is not None:
            try:
                confine(loaded.folder, name)
            except ValueError as error:
                yield f"a {key.replace('_', ' ')}: {error}"
    seen = [blocking.id for blocking in shot.characters]
    for character, pictures in asked.references.items():
        if character not in seen:
            near = did_you_mean(character, seen)
            in_it = f"in it: {listed(seen)}" if seen else "nobody is in it"
            yield f'pictures of "{character}", who is not in the shot{near} ({in_it})'
        for name in pictures:
            try:
                confine(loaded.folder, name)
            except ValueError as error:
                yield f"a picture of {character}: {error}"
    if asked.renderer is not None and asked.renderer not in renderers:
        there_are = f"there are: {listed(renderers)}" if renderers else "the film has none"
        near = did_you_mean(asked.renderer, renderers)
        yield f'a renderer: none is called "{asked.renderer}"{near} ({there_are})'
        return
    laid = asked.over(shot)
    traits = choices.of(laid).traits
    for name in sorted(asked.options.get(traits.name, {}).keys() & {*traits.document_options}):
        yield f"an option of {traits.name}: {name}: it chooses what runs, and only the film document sets it"
    try:
        complete_options(traits, laid.backend_options.get(traits.name, {}))
    except ValidationError as error:
        for problem in problems_of(error, loaded.document, traits.options):
            yield f"an option of {traits.name}: {problem.path}: {problem.message}"
