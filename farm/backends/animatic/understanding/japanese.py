"""Japanese action lines as English ones, by particles and a table. Pure.

Words are found by the longest that the table has; a particle behind one says what it is to the verb, which
stands at the end of its clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.understanding.clauses import Clause, Noun, english, is_person, subject_of
from farm.backends.animatic.understanding.phrases import known_ending

_ENDING = re.compile(
    r"(?:って|いて|いで|んで|して|って|て|で)?(?:いく|いった|くる|きた|いる|いた|います|いました|いき|しまう|みる|おく)?"
    r"(?:[らりるれろさしすせかきくけこがぎぐげたちつてとまみむめばびぶべなにぬわいうえっん]{0,2}"
    r"(?:って|ながら|ます|ました|まして|った|いた|いだ|んだ|した|ている|てる|ていた|て|で|た|だ|る|う|く|ぐ|す|つ|ぬ|ぶ|む|り|し|き|い|み|せる))?"
)
_STOPS = "\u3002\u3001\uff0e\uff0c\uff01\uff1f!?,.\n"
_PAUSES = "\u3001\uff0c,"
_WHERE = {
    "横": "beside",
    "そば": "beside",
    "隣": "beside",
    "傍": "beside",
    "前": "before",
    "後ろ": "behind",
    "上": "on",
    "下": "under",
    "中": "in",
}


_WITH_A_THING = frozenset(("give", "put down", "throw", "take", "hold", "read"))
_OBJECTS = {"he": "him", "she": "her", "they": "them"}


@dataclass(frozen=True, slots=True)
class Tongue:
    """The table of Japanese, as it is looked up."""

    words: dict[str, tuple[str, str]]
    """written → (part of speech, English)"""
    particles: dict[str, str]
    longest: int


def tongue_of(table: dict[str, Any]) -> Tongue:
    """Japanese by its table in the lexicon."""
    words: dict[str, tuple[str, str]] = {}
    for part, name in (
        ("noun", "nouns"),
        ("adjective", "adjectives"),
        ("noun", "pronouns"),
        ("verb", "verbs"),
    ):
        for word, told in table[name].items():
            for written in told.split():
                words.setdefault(written, (part, word))
    words |= dict.fromkeys(table["ignored"]["words"].split(), ("", ""))
    particles = {one: does for does, told in table["particles"].items() for one in told.split()}
    return Tongue(words, particles, max(map(len, words)))


def in_english(text: str, tongue: Tongue, names: frozenset[str]) -> str:
    """A text with its sentences and noun phrases in English; `names` are of people, in lower case."""
    return _Translation(tongue, names).of(text)


@dataclass(slots=True)
class _Translation:
    tongue: Tongue
    names: frozenset[str]
    subject: tuple[str, ...] = ()
    had: bool = False
    """a thing was named that is meant where no other is"""
    made: list[str] = field(default_factory=list)

    def of(self, text: str) -> str:
        clause = Clause()
        nouns: list[Noun] = []
        owned: list[str] = []
        together: list[str] = []
        adjectives: list[str] = []
        for part, word, written in self._parts(text):
            if part in ("noun", "name", "unknown"):
                nouns.append(self._noun(word, adjectives, owned, written, named=part == "name"))
                adjectives, owned = [], []
            elif part == "adjective":
                adjectives.append(word)
            elif part == "subject" and nouns:
                clause.subject = (*together, nouns.pop().words)
                together = []
            elif part == "and" and nouns:
                together.append(nouns.pop().words)
            elif part == "of" and nouns:
                owned = [nouns.pop().words]
            elif part == "object" and nouns:
                clause.objects.append(nouns.pop())
            elif part in ("to", "with", "from", "until") and nouns:
                noun = nouns.pop()
                after = noun.after or {"until": "to", "with": "with"}.get(part, part)
                clause.rest.append(Noun(noun.words, after, noun.person))
            elif part == "verb":
                clause.verb = word
                clause.rest += [Noun(one, "with", person=True) for one in together]
                clause.objects += nouns
                self._end(clause)
                clause, nouns, together, owned = Clause(), [], [], []
            elif part == "stop" and word in _PAUSES:
                clause.objects += nouns
                clause.objects += [Noun(" ".join(adjectives))] if adjectives else []
                nouns, adjectives = [], []
            elif part == "stop":
                clause.objects += nouns
                self._end(clause)
                clause, nouns, together, owned = Clause(), [], [], []
        clause.objects += nouns
        self._end(clause)
        return " ".join(self.made)

    def _noun(self, word: str, adjectives: list[str], owned: list[str], written: str, *, named: bool) -> Noun:
        if written in _WHERE and owned:
            return Noun(owned[0], _WHERE[written], is_person(owned[0]) or owned[0].lower() in self.names)
        plain = named or word in ("he", "she", "they", "it")
        text = word if plain else " ".join(("the", *adjectives, word))
        if owned and is_person(word) and not is_person(owned[0]):
            text = f"{text} with {owned[0].removeprefix('the ')}"  # `白い髭の老人`
        return Noun(text, "", plain or is_person(word))

    def _end(self, clause: Clause) -> None:
        if not (clause.verb or clause.objects or clause.rest or clause.subject):
            return
        if clause.verb:
            clause.subject = clause.subject or self.subject or ("he",)
            self.subject = clause.subject
        stem = clause.verb.split()[0] if clause.verb else ""
        clause.rest = [self._fit(one, stem) for one in clause.rest]
        if not clause.objects and self.had and clause.verb in _WITH_A_THING:
            clause.objects.append(Noun("it"))
        self.had = self.had or bool(clause.objects)
        clause.objects = [_as_object(one) for one in clause.objects]
        clause.rest = [_as_object(one) for one in clause.rest]
        told = english(clause)
        self.made.append(subject_of(told) + ("." if clause.verb else ","))

    @staticmethod
    def _fit(noun: Noun, stem: str) -> Noun:
        """`に` is where somebody sits, whom they point at, and to whom they give."""
        if noun.after == "to" and stem in ("sit", "stand", "put", "lie", "kneel"):
            return Noun(noun.words, "on", noun.person)
        if noun.after == "to" and stem == "take":
            return Noun(noun.words, "from", noun.person)
        if noun.after == "with" and known_ending(noun.words, lexicon().things) is None and not noun.person:
            return Noun(noun.words, "at")
        return noun

    def _parts(self, text: str) -> Iterator[tuple[str, str, str]]:
        """The words of a text: part of speech or what a particle says, English, and as it is written."""
        at, unknown = 0, ""
        while at < len(text):
            found = self._longest(text, at)
            if found is None and (text[at] in _STOPS or text[at].isspace()):
                found = text[at]
            if found is None:
                unknown += text[at]
                at += 1
                continue
            if unknown:
                yield from self._as_unknown(unknown)
                unknown = ""
            at += len(found)
            if found.lower() in self.names:
                yield "name", found, found
            elif found in self.tongue.words:
                part, word = self.tongue.words[found]
                if part == "verb":
                    ending = _ENDING.match(text, at)
                    at = ending.end() if ending else at
                if part:
                    yield part, word, found
            elif found in _STOPS:
                yield "stop", found, found
            elif found in self.tongue.particles:
                yield self.tongue.particles[found], "", found
        if unknown:
            yield from self._as_unknown(unknown)

    @staticmethod
    def _as_unknown(word: str) -> Iterator[tuple[str, str, str]]:
        """A word that the table has not; loose kana are endings and say nothing."""
        if re.search(r"[^\u3040-\u309f]", word):
            yield "unknown", word, word

    def _longest(self, text: str, at: int) -> str | None:
        """The longest word, name or particle that begins here."""
        rest = text[at : at + self.tongue.longest].lower()
        names = [name for name in self.names if text[at : at + len(name)].lower() == name]
        words = [rest[:length] for length in range(1, len(rest) + 1) if rest[:length] in self.tongue.words]
        particles = [one for one in self.tongue.particles if rest.startswith(one)]
        found = max((*names, *words), key=len, default="") or max(particles, key=len, default="")
        return text[at : at + len(found)] or None


def _as_object(noun: Noun) -> Noun:
    return Noun(_OBJECTS.get(noun.words, noun.words), noun.after, noun.person)
