# ruff: noqa: RUF001  (letters of the IPA)
"""From the sounds of a language, as an engine says them in time, to the shapes of a mouth. Pure.

Sounds are letters of the IPA, in the spellings of espeak-ng and of misaki (whose capitals are diphthongs).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from storyboard.media.mouth import MouthMoment

_Shape = tuple[float, float]

_SHAPES: dict[str, _Shape] = {
    **dict.fromkeys("aɑäɶ", (1.0, 0.0)),
    **dict.fromkeys("æ", (0.9, 0.35)),
    **dict.fromkeys("ʌɐ", (0.75, 0.05)),
    **dict.fromkeys("ɒɔ", (0.75, -0.5)),
    **dict.fromkeys("oɤ", (0.6, -0.7)),
    **dict.fromkeys("ʊɯ", (0.4, -0.7)),
    **dict.fromkeys("uʉ", (0.3, -0.95)),
    **dict.fromkeys("ɛe", (0.6, 0.45)),
    **dict.fromkeys("ɪᵻɨ", (0.42, 0.5)),
    **dict.fromkeys("i", (0.32, 0.8)),
    **dict.fromkeys("əɜɚɝᵊɘ", (0.42, 0.0)),
    **dict.fromkeys("yøœʏɵ", (0.38, -0.8)),
    **dict.fromkeys("pbmɓɱ", (0.0, 0.0)),
    **dict.fromkeys("fvʋɸβ", (0.1, 0.15)),
    **dict.fromkeys("wʍɥ", (0.2, -0.9)),
    **dict.fromkeys("θðtdnlɾɫʈɖɳɭrʎɲ", (0.24, 0.15)),
    **dict.fromkeys("szɕʑʦʣcɟçʝ", (0.14, 0.4)),
    **dict.fromkeys("ʃʒʧʤʂʐ", (0.2, -0.5)),
    **dict.fromkeys("ɹɻʁʀɽ", (0.28, -0.35)),
    **dict.fromkeys("kɡgŋxɣqχɴ", (0.32, 0.05)),
    **dict.fromkeys("j", (0.28, 0.5)),
}
_DIPHTHONGS = {"A": "ei", "I": "aɪ", "O": "oʊ", "Q": "əʊ", "W": "aʊ", "Y": "ɔɪ", "S": "ʃ", "T": "ɾ"}
_AS_THE_NEXT = frozenset("hɦʔħʕ")
"""sounds of the throat, for which the mouth is already in the shape of what follows"""
_ANY_SOUND: _Shape = (0.3, 0.0)
_MOVES_S = 0.045
"""in which a mouth goes from one shape to the next, where the sounds leave it that long"""
_LEADS_S = 0.02
"""how much earlier than it is heard a sound is seen"""
_OPENS_BEFORE_S, _CLOSES_AFTER_S = 0.06, 0.08
"""how long before the first sound, and after the last, the mouth moves"""


@dataclass(frozen=True, slots=True)
class Phone:
    """A sound of the language; `letters` has none for a pause.

    Attributes:
        letters: IPA, with or without marks of stress and length.
        from_s: when it begins.
        to_s: when it ends.
    """

    letters: str
    from_s: float
    to_s: float


def moments_of(phones: Sequence[Phone], heard_from_s: float) -> tuple[MouthMoment, ...]:
    """The shapes of the mouth through a line.

    Args:
        phones: its sounds and pauses in order.
        heard_from_s: where in their time the line's first sample is, as it lies in the film.
    """
    shapes, heard_from_s = _shapes(phones), heard_from_s + _LEADS_S
    if not shapes:
        return ()
    moments = [MouthMoment(round(shapes[0][0] - _OPENS_BEFORE_S - heard_from_s, 4), 0.0, 0.0)]
    for from_s, to_s, (opened, wide) in shapes:
        moves_s = min(_MOVES_S, (to_s - from_s) / 3)
        # The lips of "p" open with the sound that is heard of it, so they meet before and stay to its end.
        ends = (from_s + moves_s, to_s - moves_s) if opened else (from_s + moves_s / 2, to_s - moves_s / 2)
        moments += [MouthMoment(round(at - heard_from_s, 4), opened, wide) for at in ends]
    moments.append(MouthMoment(round(shapes[-1][1] + _CLOSES_AFTER_S - heard_from_s, 4), 0.0, 0.0))
    return tuple(moments)


def _shapes(phones: Sequence[Phone]) -> list[tuple[float, float, _Shape]]:
    """Each shape, and from when to when; pauses that follow each other are one."""
    shapes: list[tuple[float, float, _Shape]] = []
    waiting: float | None = None
    for phone in phones:
        if phone.to_s <= phone.from_s:
            continue
        letters = _letters(phone.letters)
        if letters and all(letter in _AS_THE_NEXT for letter in letters):
            waiting = phone.from_s if waiting is None else waiting
            continue
        from_s = phone.from_s if waiting is None else waiting
        waiting = None
        each_s = (phone.to_s - from_s) / max(1, len(letters))
        for number, letter in enumerate(letters):
            begins = from_s + number * each_s
            shapes.append((begins, begins + each_s, _SHAPES.get(letter, _ANY_SOUND)))
        if not letters:
            if shapes and shapes[-1][2] == (0.0, 0.0):
                from_s = shapes.pop()[0]
            shapes.append((from_s, phone.to_s, (0.0, 0.0)))
    return shapes


def _letters(sound: str) -> str:
    """The letters of a sound that have a shape of their own; those of a throat only when they are alone."""
    plain = unicodedata.normalize("NFD", "".join(_DIPHTHONGS.get(letter, letter) for letter in sound))
    return "".join(
        letter for letter in plain if letter in _SHAPES or unicodedata.category(letter) in ("Ll", "Lo")
    )
