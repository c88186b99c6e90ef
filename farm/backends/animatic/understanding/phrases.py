"""Sentences taken apart: noun phrases and verbs, by a small grammar over the lexicon.

English noun phrases end where a preposition, a stop or a verb begins, and their last noun is what they name.
That much grammar finds who and what a direction speaks of; a trained parser would need a model to download.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from farm.backends.animatic.lexicon import Lexicon, lexicon
from farm.backends.animatic.understanding.words import (
    may_be,
    readings,
    singular,
    spoken_names,
    tokens,
    verb_stem,
)
from storyboard.planning.spec import ResolvedCharacter

_STOPS = frozenset(".,;:!?()—–")  # noqa: RUF001  (dashes that people write)
_ENDS = frozenset(".;:!?")
_CLAUSE_WORDS = frozenset(("and", "or", "but", "while", "as", "who", "that", "which", "where", "when"))
_STAGE_DIRECTIONS = frozenset(("enter", "exit", "exeunt"))
_OBJECTS = frozenset(("him", "her", "them", "me", "us"))
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "prof"))
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_PRONOUNS = frozenset(("i", "you", "he", "she", "it", "we", "they"))
_REMEMBERED = 1024
"""texts that stay taken apart: those of a shot are asked about by all that is drawn of it"""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a sentence names.

    Attributes:
        words: of the phrase in lower case, without determiners.
        clause: which part of the text it stands in, counted from 0; stops and `and` begin a new one.
        after: the preposition before it, or empty.
        verb: the verb before it in its clause, in its plain form, or empty.
        count: the number before it, or 0.
    """

    words: tuple[str, ...]
    clause: int
    after: str
    verb: str
    count: int = 0

    @property
    def text(self) -> str:
        """The phrase as it is compared with the lexicon: its last word in the singular."""
        return " ".join((*self.words[:-1], singular(self.words[-1])))

    @property
    def name(self) -> str:
        """The phrase's nouns: without what they are like."""
        known = lexicon()
        nouns = [*self.words]
        while len(nouns) > 1 and (
            nouns[0] in known.qualities
            or nouns[0].endswith("'s")
            or ("-" in nouns[0] and not readings(nouns[0]))
            or (not may_be(nouns[0], "NOUN") and bool(readings(nouns[0])))
            or nouns[0].isdigit()
        ):
            nouns.pop(0)
        return " ".join(nouns)


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb in a sentence.

    Attributes:
        verb: its plain form.
        subject: who does it, in lower case, where that is said.
        clause: which part of the text it stands in.
        together: who does it too: `Ada and Bo`.
        onward: the word after the verb, in lower case: `up`, `down`, `away`.
    """

    verb: str
    subject: str
    clause: int
    together: tuple[str, ...] = ()
    onward: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or a pronoun that a verb is done to: `to Bo`, `it`."""

    name: str
    clause: int
    after: str
    verb: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text taken apart."""

    phrases: tuple[Phrase, ...]
    deeds: tuple[Deed, ...]
    mentions: tuple[Mention, ...] = ()


def take_apart(
    text: str, names: frozenset[str] = frozenset(), *, told: bool = True, subject: str = ""
) -> Sentence:
    """The noun phrases and verbs of a text; words in `names` (in lower case) are somebody's name.

    What is `told` are sentences about somebody; a description begins with what it describes. `subject` is who
    does what a text tells that names nobody: `holds a key`.
    """
    return _taken_apart(text, names, lexicon(), told=told, subject=subject)


@lru_cache(_REMEMBERED)
def _taken_apart(
    text: str,
    names: frozenset[str],
    known: Lexicon,  # noqa: ARG001  (what its words are looked up in)
    *,
    told: bool,
    subject: str,
) -> Sentence:
    reader = _Reader(names, told=told)
    reader.subject, reader.just_named = subject, bool(subject)
    words = tokens(text)
    for word, following in zip(words, [*words[1:], "."], strict=False):
        reader.read(word, following.lower())
    reader.end_phrase()
    return Sentence(tuple(reader.phrases), tuple(reader.deeds), tuple(reader.mentions))


def known_ending(phrase: str, known: Collection[str]) -> str | None:
    """The longest ending of a phrase that is known: `coffee cup` of `the old coffee cup`."""
    words = phrase.split()
    for start in range(len(words)):
        ending = " ".join(words[start:])
        if ending in known:
            return ending
    return None


def ending_of(phrase: Phrase, known: Collection[str]) -> str | None:
    """The longest known ending of a phrase, in the plural as it is written or in the singular."""
    return known_ending(phrase.text, known) or known_ending(" ".join(phrase.words), known)


def names_of(people: Iterable[ResolvedCharacter]) -> frozenset[str]:
    """The words, in lower case, by which a text speaks of people."""
    return frozenset(word for one in people for word in (*spoken_names(one.name), one.id.lower()))


class _Reader:
    """Reads a text word by word."""

    def __init__(self, names: frozenset[str], *, told: bool) -> None:
        self.names = names
        self.told = told
        self.phrases: list[Phrase] = []
        self.deeds: list[Deed] = []
        self.mentions: list[Mention] = []
        self.together: tuple[str, ...] = ()
        self.acted = False
        """the subject has had a verb"""
        self.run: list[str] = []
        self.clause = 0
        self.after = ""
        self.verb = ""
        self.subject = ""
        self.count = 0
        self.awaited = False
        """a determiner or a preposition was read, and not yet its noun"""
        self.sentence_start = True
        self.new_subject = True
        self.joined = False
        self.many = False
        """`Ada and the girl stand`: the subject is more than one"""
        self.just_named = False

    def read(self, word: str, following: str) -> None:
        """Read the next word; `following` is the one after it, in lower case."""
        known = lexicon()
        low = word.lower()
        if word in _STOPS or low in _CLAUSE_WORDS:
            self.end_phrase()
            self._end_clause(low)
            self.sentence_start = word in _ENDS
            return
        if low in _TITLES and following in self.names and low not in self.names:
            return
        capital = word[0].isupper() and not self.sentence_start
        named = low.removesuffix("'s") in self.names or (capital and self.told and not self._is_known(low))
        if low in known.prepositions and not self._is_like(low, following):
            self.end_phrase()
            self.after, self.awaited = low, True
        elif low in _PRONOUNS:
            self.end_phrase()
            if low == "it" and self.verb:
                self._mention(low)
                return
            self.subject, self.awaited, self.just_named, self.acted = low, False, True, False
            self.sentence_start = False
            return
        elif low in known.determiners or low in known.others or low.isdigit() or low.endswith("'s"):
            if low in _OBJECTS and self.verb and (following in _STOPS or following in known.function_words):
                self.end_phrase()
                self._mention(low)
                return
            if self.run:
                self.end_phrase()
            self.awaited = low in known.determiners or low.endswith("'s")
            self.count = _number(low) or self.count
        elif named or self._is_name(word, low):
            self.end_phrase()
            if self.verb and self.subject:
                self._mention(low.removesuffix("'s"))
                self.just_named = True
                return
            if self.verb:
                self._mention(low)  # `Enter Hamlet`
            self.subject, self.awaited = low if self.new_subject or not self.subject else self.subject, False
            self.new_subject = self.acted = False
            self.just_named, self.sentence_start = True, False
            return
        elif self._is_verb(low, following):
            self.end_phrase()
            self.verb, self.awaited = verb_stem(low), False
            self.deeds.append(Deed(self.verb, self.subject, self.clause, self.together, following))
            self.acted = True
        elif self.run or not (low.endswith("ly") and may_be(low, "ADV")):
            self.run.append(word)
        self.sentence_start = self.just_named = False

    def _is_like(self, low: str, following: str) -> bool:
        """Whether a preposition says here what something is like: `a small round robot`."""
        known = lexicon()
        if low not in known.qualities or not self.awaited or following in known.function_words | _STOPS:
            return False
        return not self.run or not self._names_something(self.run[-1].lower())

    def _mention(self, low: str) -> None:
        self.mentions.append(Mention(low, self.clause, self.after, self.verb))
        self.after, self.awaited, self.sentence_start = "", False, False

    def _is_known(self, low: str) -> bool:
        known, noun = lexicon(), singular(low)
        behind = low in known.crowds or noun in known.vehicles
        return behind or any(
            noun in one for one in (known.kinds, known.things, known.places, known.near_places, known.unseen)
        )

    def _is_name(self, word: str, low: str) -> bool:
        """A sentence that begins with a single noun without an article begins with somebody's name."""
        return (
            self.told
            and self.sentence_start
            and low not in _STAGE_DIRECTIONS
            and word[0].isupper()
            and not self._is_known(low)
            and not low.endswith("s")
            and low not in lexicon().qualities
            and (not readings(low) or may_be(low, "NOUN"))
        )

    def _is_verb(self, low: str, following: str) -> bool:
        known = lexicon()
        form = verb_stem(low)
        if self.sentence_start and low in _STAGE_DIRECTIONS:
            return True
        if self.verb == "shake" and form == "hand":
            return False
        if low in known.qualities or not (form in known.deeds or may_be(low, "VERB")):
            return False
        bare = following in _STOPS or following in known.function_words
        if not self.run:
            if self.awaited or (low.endswith(("ed", "ing")) and not bare):
                return False
            sure = form in known.deeds or not may_be(low, "NOUN") or self.just_named
            return (bool(self.subject or self.joined) and sure) or low.endswith(("ed", "ing"))
        if self.after and not self.verb and form != low and form in known.deeds and bare:
            # `A boy with a bag stands on the quay`: the bag's phrase has ended.
            return self._names_something(self.run[-1].lower())
        if self.verb or self.after:
            # One verb a clause: what follows a preposition's noun is of another.
            return not may_be(low, "NOUN") and not low.endswith(("ed", "ing")) and form != low
        if not self._names_something(self.run[-1].lower()):
            return False
        if not may_be(low, "NOUN"):
            return not low.endswith(("ed", "ing")) or bare
        many = self.run[-1].lower() != singular(self.run[-1]) or self.many
        if low.endswith("s"):
            return (
                singular(low) != low
                and not many
                and (following in known.function_words or form in known.deeds)
            )
        many = many or self.run[-1].lower() in known.crowds
        return form != low or (many and form in known.deeds and bare)

    def _names_something(self, low: str) -> bool:
        if self._is_known(low):
            return True
        if low in lexicon().qualities:
            return False
        return may_be(low, "NOUN") or not (readings(low) or low.endswith(("ed", "ing", "y")))

    def end_phrase(self) -> None:
        """Keep what has been read as a phrase."""
        run, self.run = self.run, []
        while run and not self._names_something(run[-1].lower()):
            run.pop()
        if not run:
            return
        words = tuple(word.lower() for word in run)
        self.phrases.append(Phrase(words, self.clause, self.after, self.verb, self.count))
        self.count = 0
        if not self.verb and not self.after and (self.new_subject or not self.subject):
            self.subject, self.new_subject, self.acted = singular(words[-1]), False, False
        self.after, self.awaited = "", False

    def _end_clause(self, word: str) -> None:
        self.clause += 1
        self.many = word == "and" and bool(self.subject) and not self.verb and not self.acted
        self.together = (*self.together, self.subject) if self.many else ()
        if word in _ENDS:
            self.subject, self.acted = "", False
        self.verb, self.after, self.awaited = "", "", False
        self.new_subject, self.joined = word != ",", word in ("and", "or")


def _number(low: str) -> int:
    """What a number says in digits or, up to twelve, in words; 0 for another word."""
    if low.isdigit():
        return min(int(low[:3]), 99)
    return _NUMBERS.index(low) + 1 if low in _NUMBERS else 0


def heads(text: str) -> Iterator[str]:
    """What each clause of a description is of: its first phrase, in the singular.

    Of `the end of a street`, the street.
    """
    unseen = lexicon().unseen
    clauses: set[int] = set()
    for phrase in take_apart(text, told=False).phrases:
        if phrase.clause in clauses or (phrase.after and phrase.after != "of"):
            continue
        if not phrase.after and phrase.text.split()[-1] in unseen:
            continue
        clauses.add(phrase.clause)
        yield phrase.text
