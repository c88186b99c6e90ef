"""How long each line is heard: as it was recorded or spoken, else as it would be, else as its words tell."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

from assembly.sound.lay_soundtrack import soundtrack
from assembly.sound.signal import wav
from assembly.sound.sources import FileSource, SoundFont, SpokenSource
from assembly.sound.speech.voices import engine_versions, spoken_s
from farm.store.store import Store
from pipeline.keep import ask_of_each
from pipeline.production.looked_at import Found, Kind, LookedAt
from storyboard.checks.lines import Length, PlacedLine, find_in_lines, placed_lines, room_s
from storyboard.document.load import LoadedFilm
from storyboard.document.text import DocumentPath
from storyboard.errors import ShotfarmError, StoreError
from storyboard.planning.plan import PlanWarning
from storyboard.planning.speakers import ESPEAK, HIBARI
from storyboard.planning.speaking_time import guessed_s

SOUNDS, SOUND = "sounds", "sound.wav"
"""where the store has lines, and what a line's file is called"""
MOST_SPOKEN = 100
"""lines that are spoken only to learn how long they are"""
_QUICK_ENGINES = frozenset({ESPEAK, HIBARI})
_AT_MOST, _AND_S = Fraction(8, 5), Fraction(2, 5)
"""how much longer than guessed a line may be"""
_NEURAL_AT_MOST, _AND_NEURAL_S = Fraction(6, 5), Fraction(3, 10)
_PAUSES_S = ((re.compile(r"[.!?:;…—]+(?=\s)"), Fraction(1)), (re.compile(r",(?=\s)"), Fraction(1, 4)))
"""the same for hibari, and the pauses that it makes; all of 250 sentences and lines were shorter"""


def line_warnings(
    loaded: LoadedFilm,
    digests: Mapping[str, str],
    store: Store,
    font: SoundFont | None,
    recorded_s: Mapping[str, float],
    looked: LookedAt,
) -> list[PlanWarning]:
    """Lines that run past their shot, past the film's end or over one another, at their places.

    Args:
        loaded: a film that passed its own checks.
        digests: SHA-256 of each file that the film names.
        store: where lines are kept that were made.
        font: what plays the film's music.
        recorded_s: how long recordings are heard, by the SHA-256 of their bytes.
        looked: remembers how long the others are spoken.
    """
    lengths = _lengths(loaded, digests, store, font, recorded_s, looked)
    looked.save()
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
    looked: LookedAt,
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
        if _may_last_s(event.source) > room
    ]
    made = ask_of_each(lambda source: _made_s(store, source, recorded_s), [source for _, source in close])
    lengths: dict[DocumentPath, Length] = {}
    unmade: list[tuple[PlacedLine, SpokenSource]] = []
    for (line, source), seconds in zip(close, made, strict=True):
        if seconds is not None:
            lengths[line.path] = Length(seconds, measured=True)
        elif isinstance(source, SpokenSource):
            unmade.append((line, source))
    return lengths | dict(_spoken(unmade, looked))


def _may_last_s(source: SpokenSource | FileSource) -> Fraction:
    """The most that a line may last; of a recording that is not known before it is opened."""
    if isinstance(source, FileSource):
        return Fraction(24 * 3600)
    guess = guessed_s(source.text, source.words_per_minute)
    if source.engine != HIBARI:
        return guess * _AT_MOST + _AND_S
    pauses_s = sum(len(mark.findall(source.text)) * seconds for mark, seconds in _PAUSES_S)
    return guess * _NEURAL_AT_MOST + _AND_NEURAL_S + pauses_s


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
    lines: list[tuple[PlacedLine, SpokenSource]], looked: LookedAt
) -> Iterable[tuple[DocumentPath, Length]]:
    quick = [source for _, source in lines if source.engine in _QUICK_ENGINES][:MOST_SPOKEN]
    heard = {source: looked.find(Kind.SPOKEN, "", source.digest()) for source in quick}
    new = [source for source, found in heard.items() if found is None]
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        heard |= zip(new, pool.map(_heard, new), strict=True)
    for source in new:
        if found := heard[source]:
            looked.keep(Kind.SPOKEN, "", source.digest(), found)
    for line, source in lines:
        found = heard.get(source)
        measured_s = found.seconds if found else None
        if measured_s is None:
            yield line.path, Length(guessed_s(source.text, source.words_per_minute), measured=False)
        else:
            yield line.path, Length(Fraction(measured_s), measured=True)


def _heard(source: SpokenSource) -> Found | None:
    """How long a line is spoken; None where its engine cannot."""
    try:
        return Found(seconds=float(spoken_s(source)))
    except ShotfarmError:
        return None
