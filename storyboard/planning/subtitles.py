"""Subtitles from a film's lines: rows that fit, and times that can be read. Pure.

Two rows of 42 columns, at most 20 characters a second, at least 5/6 s and two frames apart: the limits that
the streaming services' timed-text guides agree on. Wide letters (East Asian) count as two columns.

Lines that are heard at the same time stand together (`overlapping_subtitles`), so that at no moment there is
more than one subtitle, whatever shows it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from storyboard.document.shot_paths import shot_runs
from storyboard.document.text import DocumentPath
from storyboard.media.timing import round_half_up, seconds_at
from storyboard.planning.overlapping_subtitles import DASH, Standing, Subtitle, together
from storyboard.planning.speaking_time import guessed_s
from storyboard.planning.transitions import heard_from
from storyboard.schema.deliverables import WITH_SUBTITLE_FILES, Deliverable
from storyboard.schema.film import DialogueLine, Film, Scene, Shot
from storyboard.schema.vocabulary import LineDelivery
from storyboard.wording import shown

COLUMNS = 42
ROWS = 2
CHARACTERS_PER_SECOND = 20
SHORTEST_S = Fraction(5, 6)
GAP_FRAMES = 2


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line where it is heard: its frames in the film, and its words in one language."""

    first: int
    last: int
    words: str
    unseen: bool = False
    """from off the screen or as a voice-over, which is written in italics"""


def words_in(film: Film, line: DialogueLine, language: str) -> str | None:
    """A line's words in a language; None when it has none."""
    return line.text if language == film.language else line.translations.get(language)


def languages(film: Film) -> list[str]:
    """The film's own language, and every one that a line has a translation in."""
    others = {language for _, shot in film.shots() for line in shot.lines for language in line.translations}
    return [film.language, *sorted(others - {film.language})]


def delivered_languages(film: Film, what: Deliverable) -> list[str]:
    """Those that a deliverable has tracks or files in: as asked for, or of files all that the film has.

    What has subtitles in its picture has no others unless they are asked for.
    """
    every = what.kind in WITH_SUBTITLE_FILES and not what.burned_subtitles
    return [*what.subtitles] or (languages(film) if every else [])


def is_unseen(line: DialogueLine) -> bool:
    """Whether the speaker of a line is not in the picture."""
    return line.delivery in {LineDelivery.OFF_SCREEN, LineDelivery.VOICE_OVER}


def columns(text: str) -> int:
    """How wide a text is, in columns; marks have none of their own, nor have the parts of an emoji."""
    if text.isascii():
        return len(text)
    from storyboard.lettering.breaking import clusters

    return sum(_columns_of(cluster) for cluster in clusters(text))


def _columns_of(cluster: str) -> int:
    is_flag = "\U0001f1e6" <= cluster[0] <= "\U0001f1ff"
    return 2 if is_flag or any(unicodedata.east_asian_width(letter) in "WF" for letter in cluster) else 1


def blocks(words: str, width: int = COLUMNS) -> list[tuple[str, ...]]:
    """The words in rows that fit, as many blocks of at most two rows as they need, rows of like length."""
    from storyboard.lettering.breaking import rows_of

    plain = "".join(c for c in words if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs"))
    text = " ".join(plain.split())
    rows = rows_of(text, columns, width) if text else []
    found, place = [], 0
    for start in range(0, len(rows), ROWS):
        block, begins = rows[start : start + ROWS], place
        for row in block:
            place = text.index(row, place) + len(row)
        found.append(tuple(_even(text[begins:place].strip(), block, width)))
    return found


def _even(text: str, rows: list[str], most: int) -> list[str]:
    """The same words in as many rows, none much longer than the others."""
    if len(rows) < ROWS:
        return rows
    from storyboard.lettering.breaking import rows_of

    for width in range(max(1, columns(text) // ROWS), most):
        tried = rows_of(text, columns, width)
        if len(tried) == len(rows) and all(columns(row) <= most for row in tried):
            return tried
    return rows


def lay(spoken: Sequence[Spoken], frames: int, rate: Fraction) -> list[Subtitle]:
    """Lay lines on a film of `frames` frames: as long as they are heard, and as they take to be read.

    A line stays longer for its readers until the next one begins; one that needs several blocks shares its
    time among them by their length. No two subtitles stand at the same time.
    """
    ordered = sorted(spoken, key=lambda each: each.first)
    over = _heard_over_others(ordered)
    standing: list[Standing] = []
    for number, line in enumerate(ordered):
        parts = blocks(line.words, COLUMNS - columns(DASH) if over[number] else COLUMNS)
        if not parts:
            continue
        following = ordered[number + 1].first - GAP_FRAMES if number + 1 < len(ordered) else frames
        read_s = sum(max(SHORTEST_S, _reading_s("".join(part))) for part in parts)
        begins = max(0, min(line.first, frames - len(parts)))
        last = max(line.last, min(begins + round_half_up(read_s * rate), following))
        last = max(begins + len(parts), min(last, frames))
        weights = [max(1, columns("".join(part))) for part in parts]
        ends = [
            begins + (last - begins) * sum(weights[: index + 1]) // sum(weights)
            for index in range(len(parts))
        ]
        for part, first, end in zip(parts, [begins, *ends], ends, strict=False):
            standing.append(Standing(first, max(first + 1, end), number, part, line.unseen))
    return together(standing, frames, round_half_up(SHORTEST_S * rate))


def _heard_over_others(ordered: Sequence[Spoken]) -> list[bool]:
    """Whether each of these lines, by their beginnings, is heard while another is."""
    over = [False] * len(ordered)
    longest: int | None = None
    for number, line in enumerate(ordered):
        if longest is not None and ordered[longest].last > line.first:
            over[longest] = over[number] = True
        if longest is None or line.last > ordered[longest].last:
            longest = number
    return over


def _reading_s(text: str) -> Fraction:
    return Fraction(columns(text), CHARACTERS_PER_SECOND)


def find_in_subtitles(film: Film, wanted: Iterable[str]) -> Iterator[tuple[DocumentPath, str, str]]:
    """What readers of these languages will not follow: where in the document, the shot, and what is wrong.

    Of a film that branches, each run of scenes that always follow one another is looked at by itself.
    """
    asked = [*wanted]
    for run in shot_runs(film):
        yield from _unread(film, asked, run)


def _unread(
    film: Film, wanted: Sequence[str], run: Sequence[tuple[DocumentPath, Scene, Shot]]
) -> Iterator[tuple[DocumentPath, str, str]]:
    rate = film.format.rate
    lines: list[tuple[int, DocumentPath, str, DialogueLine]] = []
    start = 0
    for shot_path, _, shot in run:
        for index, line in enumerate(shot.lines):
            path = (*shot_path, "lines", index)
            lines.append((start + heard_from(shot, line.at, rate), path, shot.id, line))
        start += shot.duration.frames(rate)
    lines.sort(key=lambda each: each[0])
    ends = [*(first - GAP_FRAMES for first, _, _, _ in lines[1:]), *([start] if lines else [])]
    for language in wanted:
        for (first, path, shot_id, line), end in zip(lines, ends, strict=True):
            words = words_in(film, line, language)
            where: DocumentPath = (
                (*path, "text") if language == film.language else (*path, "translations", language)
            )
            if words is None:
                yield path, shot_id, f'no words in "{language}", which is delivered; the line has no subtitle'
                continue
            for word in words.split():
                if columns(word) > COLUMNS and columns(word) == len(word):
                    yield where, shot_id, f"{shown(word)} is wider than a row of {COLUMNS} columns"
            words_per_minute = film.characters[line.character].voice.words_per_minute
            # Over the next line it goes on standing for as long as it is heard, a row above that one.
            heard_s = min(guessed_s(line.text, words_per_minute), seconds_at(start - first, rate))
            stands_s = max(seconds_at(max(end - first, 1), rate), heard_s)
            if _reading_s(" ".join(words.split())) > stands_s:
                speed = columns(" ".join(words.split())) / stands_s
                shown_as = max(round(speed), CHARACTERS_PER_SECOND + 1)
                yield (
                    where,
                    shot_id,
                    f"{shown_as} characters a second before the next line; readers follow 20",
                )
