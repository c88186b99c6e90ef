"""How long each line is heard: as it was recorded or spoken, else as it would be, else as its words tell."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

from assembly.sound.lay_soundtrack import soundtrack
from assembly.sound.signal import wav
from assembly.sound.sources import FileSource, SoundFont, SpokenSource
from assembly.sound.speech.voices import engine_versions, spoken_s
from farm.store.store import Store
from pipeline.keep import ask_of_each
from storyboard.checks.lines import Length, PlacedLine, find_in_lines, placed_lines, room_s
from storyboard.document.load import LoadedFilm
from storyboard.document.text import DocumentPath
from storyboard.errors import ShotfarmError, StoreError
from storyboard.planning.plan import PlanWarning
from storyboard.planning.speaking_time import guessed_s

SOUNDS, SOUND = "sounds", "sound.wav"
"""where the store has lines, and what a line's file is called"""
MOST_SPOKEN = 100
"""lines that are spoken only to learn how long they are"""
_QUICK_ENGINES = frozenset({"espeak", "hibari"})
_AT_MOST, _AND_S = Fraction(8, 5), Fraction(2, 5)
"""how much longer than guessed a line may be"""


def line_warnings(
    loaded: LoadedFilm,
    digests: Mapping[str, str],
    store: Store,
    font: SoundFont | None,
    recorded_s: Mapping[str, float],
) -> list[PlanWarning]:
    """Lines that run past their shot, past the film's end or over one another, at their places.

    Args:
        loaded: a film that passed its own checks.
        digests: SHA-256 of each file that the film names.
        store: where lines are kept that were made.
        font: what plays the film's music.
        recorded_s: how long recordings are heard, by the SHA-256 of their bytes.
    """
    lengths = _lengths(loaded, digests, store, font, recorded_s)
    return [
        PlanWarning(str(loaded.problem(path, words)), (shot,))
        for path, shot, words in find_in_lines(loaded.film, lengths)
    ]


def _lengths(
    loaded: LoadedFilm,
    digests: Mapping[str, str],
    store: Store,
    font: SoundFont | None,
    recorded_s: Mapping[str, float],
) -> dict[DocumentPath, Length]:
    """The lengths of the lines that may run over something."""
    film = loaded.film
    lines = placed_lines(film)
    if not lines:
        return {}
    track = soundtrack(film, digests, loaded.folder, {}, engine_versions(film), font)
    close = [
        (line, event.source)
        for line, event, room in zip(lines, track.speech, room_s(film, lines), strict=True)
        if _may_last_s(line, film.characters[line.line.character].voice.words_per_minute) > room
    ]
    made = ask_of_each(lambda source: _made_s(store, source, recorded_s), [source for _, source in close])
    lengths: dict[DocumentPath, Length] = {}
    unmade: list[tuple[PlacedLine, SpokenSource]] = []
    for (line, source), seconds in zip(close, made, strict=True):
        if seconds is not None:
            lengths[line.path] = Length(seconds, measured=True)
        elif isinstance(source, SpokenSource):
            unmade.append((line, source))
    return lengths | dict(_spoken(unmade))


def _may_last_s(line: PlacedLine, words_per_minute: int) -> Fraction:
    """The most that a line may last; of a recording that is not known before it is opened."""
    if line.line.recording:
        return Fraction(24 * 3600)
    return guessed_s(line.line.text, words_per_minute) * _AT_MOST + _AND_S


def _made_s(
    store: Store, source: SpokenSource | FileSource, recorded_s: Mapping[str, float]
) -> Fraction | None:
    """How long a line is that has been made or recorded; None where that is not known."""
    try:
        found = store.find(SOUNDS, source.digest())
    except StoreError:  # it is told where it matters
        found = None
    if found:
        made = wav.inspect(store.file(found, SOUND))
        return Fraction(made.samples, made.sample_rate)
    if isinstance(source, FileSource) and source.sha256 in recorded_s:
        return Fraction(recorded_s[source.sha256])
    return None


def _spoken(
    lines: list[tuple[PlacedLine, SpokenSource]],
) -> Iterable[tuple[DocumentPath, Length]]:
    quick = [each for each in lines if each[1].engine in _QUICK_ENGINES][:MOST_SPOKEN]
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        spoken = dict(pool.map(_spoken_length, quick))
    for line, source in lines:
        guess = Length(guessed_s(source.text, source.words_per_minute), measured=False)
        yield line.path, spoken.get(line.path) or guess


def _spoken_length(one: tuple[PlacedLine, SpokenSource]) -> tuple[DocumentPath, Length | None]:
    line, source = one
    try:
        return line.path, Length(spoken_s(source), measured=True)
    except ShotfarmError:
        return line.path, None
