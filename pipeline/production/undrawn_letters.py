"""Letters that no font here has, told at the line that has them, with what brings them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.production.renderers import Choices
from storyboard.document.load import LoadedFilm
from storyboard.document.shot_paths import shot_paths
from storyboard.document.text import DocumentPath
from storyboard.planning.plan import PlanWarning
from storyboard.planning.subtitles import words_in
from storyboard.schema.deliverables import DeliverableKind
from storyboard.schema.film import Film
from storyboard.wording import listed

if TYPE_CHECKING:
    from assembly.words.letters import Face


_MOST = 12
"""letters that are named"""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Words that are drawn: their place in the document, as what, in which typefaces and shots."""

    path: DocumentPath
    words: str
    what: str
    faces: tuple[Face, ...]
    shots: tuple[str, ...] = ()
    """whose pictures show them"""


def letter_warnings(loaded: LoadedFilm, choices: Choices) -> list[PlanWarning]:
    """What is drawn with letters that no font has: titles, captions, burnt-in subtitles, slates, sheets."""
    from assembly.words.missing_letters import missing_letters

    found: dict[DocumentPath, tuple[dict[str, None], dict[str, None], tuple[str, ...]]] = {}
    for drawn in _everything_drawn(loaded.film, choices):
        if drawn.words.isascii():
            continue
        letters = missing_letters(drawn.words, drawn.faces)
        if letters:
            every, uses, _ = found.setdefault(drawn.path, ({}, {}, drawn.shots))
            every.update(dict.fromkeys(letters))
            uses[drawn.what] = None
    return [
        PlanWarning(str(loaded.problem(path, _said("".join(letters), [*uses]))), shots)
        for path, (letters, uses, shots) in found.items()
    ]


def _said(letters: str, uses: Sequence[str]) -> str:
    """What is missing, what becomes of it, and what brings it."""
    from storyboard.lettering.fonts import extra_for

    shown = listed([*letters[:_MOST]]) + (f" and {len(letters) - _MOST} more" if len(letters) > _MOST else "")
    words = f"no font here has {shown}; {' and '.join(uses)} would be without"
    extra = extra_for(letters)
    return f"{words}: pip install 'shotfarm[{extra}]' brings them" if extra else words


def _everything_drawn(film: Film, choices: Choices) -> Iterator[_Drawn]:
    from assembly.words.missing_letters import CAPTION_FACES, SUBTITLE_FACES, TITLE_FACES

    burned = _burned_languages(film)
    for path, _, shot in shot_paths(film):
        here = (shot.id,)
        for index, title in enumerate(shot.titles):
            yield _Drawn(
                (*path, "titles", index, "text"), title.text, "the title", TITLE_FACES[title.style], here
            )
        captions = choices.draws_captions(shot)
        for index, line in enumerate(shot.lines):
            place = (*path, "lines", index)
            if captions:
                name = film.characters[line.character].name
                yield _Drawn((*place, "text"), line.text, "the caption", CAPTION_FACES, here)
                yield _Drawn(
                    ("characters", line.character, "name"), name.upper(), "captions", CAPTION_FACES, here
                )
            for language in burned:
                where = ("text",) if language == film.language else ("translations", language)
                words = words_in(film, line, language) or ""
                yield _Drawn((*place, *where), words, "burnt-in subtitles", SUBTITLE_FACES, here)
    yield from _drawn_by_deliverables(film)


def _drawn_by_deliverables(film: Film) -> Iterator[_Drawn]:
    from assembly.words.missing_letters import SHEET_FACES, SLATE_FACES

    for name, one in film.deliverables.items():
        if one.kind is DeliverableKind.CONTACT_SHEET:
            what = f'the contact sheet "{name}"'
            for index, scene in enumerate(film.scenes):
                shots = tuple(shot.id for shot in scene.shots)
                yield _Drawn(("scenes", index, "id"), scene.id, what, SHEET_FACES, shots)
            for path, _, shot in shot_paths(film):
                yield _Drawn((*path, "id"), shot.id, what, SHEET_FACES, (shot.id,))
        if one.kind is DeliverableKind.REVIEW:
            what = f'the slate of "{name}"'
            for path, _, shot in shot_paths(film):
                yield _Drawn((*path, "id"), shot.id, what, SLATE_FACES, (shot.id,))
            yield _Drawn(("title",), film.title, what, SLATE_FACES)
            yield _Drawn(("deliverables", name, "date"), one.date, what, SLATE_FACES)
            yield _Drawn(("deliverables", name, "note"), one.note, what, SLATE_FACES)


def _burned_languages(film: Film) -> Iterable[str]:
    return dict.fromkeys(one.burned_subtitles for one in film.deliverables.values() if one.burned_subtitles)
