"""Which built-in sounds the action of a screenplay calls for, and where in its words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from storyboard.screenplay.sound_words import BEDS, HEARD, NO_SOUND
from storyboard.screenplay.sound_words_abroad import HEARD_ABROAD, NO_SOUND_ABROAD, NOT_AFTER

MOST = 3
"""sounds of one shot"""
APART = 7
"""words that lie between two that make a sound together, at most"""
_BEFORE = 3
"""words before a sound's in which one says that it is not there"""
_TOLD = frozenset({"hear", "hears", "heard", "hearing", "sound", "sounds", "sfx", "fx", "noise", "noises"})
"""words that make a sound of the things named after them"""
_KANA = 0x3040
"""the first letter of those of Japanese"""
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[.!?;:…]")


@dataclass(frozen=True, slots=True)
class Heard:
    """A sound, and where words call for it.

    Attributes:
        sound: its name.
        after: how much of the words comes before it, 0 to 1; 0 of what was there before it is named.
    """

    sound: str
    after: float

    def at_s(self, seconds: float) -> float:
        """When it begins in a shot of so many seconds, which leaves half a second for it."""
        return max(0.0, min(round(4 * self.after * seconds) / 4, seconds - 0.5))


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to say a sound: a word of each set, near each other."""

    sound: str
    sets: tuple[frozenset[str], ...]


def heard_in(words: str) -> list[Heard]:
    """The built-in sounds that words call for, in their order, `MOST` at most.

    >>> [one.sound for one in heard_in("A dog barks. Then the PHONE RINGS.")]
    ['dog', 'telephone']
    """
    spaced = _unspaced().sub(r" \g<0> ", words.casefold().replace("’", "'"))
    tokens = _TOKEN.findall(spaced.replace("。", "."))
    ways, by_word = _ways()
    found: list[tuple[int, float, frozenset[int], str]] = []
    for number in {number for token in tokens for number in by_word.get(token, ())}:
        way = ways[number]
        places = _places(tokens, way)
        if places and not _silent(tokens, places):
            found.append((max(places), len(places), frozenset(places), way.sound))
    kept: list[tuple[int, str]] = []
    taken: set[int] = set()
    for last, _, at, sound in sorted(
        found, key=lambda one: (-one[1], min(one[2]), one[3] not in tokens, one[3])
    ):
        if at & taken:
            continue
        taken |= at
        if sound not in {other for _, other in kept}:
            kept.append((last if len(at) > 1 else min(at), sound))
    return [
        Heard(sound, 0.0 if sound in BEDS else round(at / len(tokens), 3))
        for at, sound in sorted(kept)[:MOST]
    ]


def _places(tokens: list[str], way: _Way) -> list[int]:
    """Where the words of a way first stand near each other in a sentence; nothing where they do not."""
    firsts = [at for at, token in enumerate(tokens) if token in way.sets[0]]
    for first in firsts:
        start, end = _sentence(tokens, first)
        places = [first]
        for others in way.sets[1:]:
            near = [
                at
                for at in range(max(start, first - APART), min(end, first + APART + 1))
                if tokens[at] in others and at not in places
            ]
            if not near:
                break
            places.append(min(near, key=lambda at: (abs(at - first), at)))
        else:
            return places
        if any(token in _TOLD for token in tokens[max(start, first - APART) : first]):
            return [first]
    return []


def _sentence(tokens: list[str], at: int) -> tuple[int, int]:
    stops = [place for place, token in enumerate(tokens) if not token[0].isalnum()]
    start = max((stop + 1 for stop in stops if stop < at), default=0)
    # "SOUND: a train" is one sentence.
    while start > 1 and tokens[start - 1] == ":" and tokens[start - 2] in _TOLD:
        start = max((stop + 1 for stop in stops if stop < start - 1), default=0)
    return start, min((stop for stop in stops if stop >= at), default=len(tokens))


def _silent(tokens: list[str], places: list[int]) -> bool:
    """Whether words say that the sound is not there, or ends."""
    first, last = min(places), max(places)
    start, _ = _sentence(tokens, first)
    near = tokens[max(start, first - _BEFORE) : last]
    if any(token in NOT_AFTER for token in tokens[last + 1 : last + 2]):
        return True
    return any(
        token in NO_SOUND or token in NO_SOUND_ABROAD or token.startswith("n'") or token.endswith("n't")
        for token in near
    )


@cache
def _unspaced() -> re.Pattern[str]:
    """The words of languages that write without spaces, longest first."""
    words = {word for told in HEARD_ABROAD.values() for word in told.split()} | NOT_AFTER
    unspaced = (word for word in words if ord(word[0]) >= _KANA)
    return re.compile("|".join(sorted(map(re.escape, unspaced), key=lambda word: (-len(word), word))))


@cache
def _ways() -> tuple[list[_Way], dict[str, list[int]]]:
    """All ways to say sounds, and which begin with a word."""
    ways: list[_Way] = []
    by_word: dict[str, list[int]] = {}
    told_as = [(sound, told, _forms) for sound, told in HEARD.items()]
    told_as += [(sound, told, _as_they_stand) for sound, told in HEARD_ABROAD.items()]
    for sound, told, forms in told_as:
        for way in told.split("|"):
            sets = tuple(frozenset(forms(words)) for words in way.split("+"))
            for word in sets[0]:
                by_word.setdefault(word, []).append(len(ways))
            ways.append(_Way(sound, sets))
    return ways, by_word


def _as_they_stand(words: str) -> set[str]:
    return {*words.split()}


def _forms(words: str) -> set[str]:
    """The words of a set in all their forms; one with `=` before it stands as it is."""
    found: set[str] = set()
    for word in words.split():
        if word.startswith("="):
            found.add(word[1:])
            continue
        stem = word.removesuffix("e")
        if word.endswith("y") and word[-2] not in "aeiou":
            found |= {word, f"{word[:-1]}ies", f"{word}ing"}
        else:
            es = "es" if word.endswith(("s", "sh", "ch", "x", "z")) else "s"
            found |= {word, f"{word}{es}", f"{stem}ing", f"{word}'s"}
        if re.search(r"[^aeiou][aeiou][bdgkmnprt]$", word):
            found.add(f"{word}{word[-1]}ing")
    return found
