"""German, French and Spanish action lines as English ones, by a small grammar and a table for each. Pure.

A clause has one verb, which is found first; noun phrases end where a determiner, a preposition or the verb
begins. What stands before the verb without a preposition does it, or what stands behind it where nothing is
before it. Words that no table has stay as they are, so that a plan can name them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from farm.backends.animatic.understanding.clauses import Clause, Noun, english, is_person, subject_of

_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*'?|\d+|[.,;:!?…()]")
_ENDS = frozenset(".;:!?…")
_PAUSES = frozenset(",()")
_ACCUSATIVE = frozenset(("den", "einen", "seinen", "ihren", "keinen"))
_DATIVE = frozenset(("dem", "einem", "seinem", "ihrem"))
_OF = frozenset(("des", "eines", "du", "del"))
_WITH_THE = frozenset(("al", "au", "aux", "im", "am", "zum", "zur", "beim", "vom", "ins"))
_FROM = frozenset(("take", "leave", "pick up", "fall down", "hold", "enter", "stand"))
"""verbs with which `du tiroir` and `del cajón` are where something comes from"""
_DONE_TO_PEOPLE = frozenset(("embrace", "look", "help", "wave", "shake", "salute", "fight", "push"))
_SWALLOWED = frozenset(("drink", "eat", "pour"))
_LONGEST_VERB = 5
_ENDINGS = (
    "",
    "e",
    "s",
    "es",
    "en",
    "er",
    "em",
    "o",
    "a",
    "os",
    "as",
    "ne",
    "he",
    "hes",
    "eux",
    "lle",
    "nte",
)


@dataclass(frozen=True, slots=True)
class Tongue:
    """A table of a language, as it is looked up."""

    split: frozenset[str]
    determiners: dict[str, str]
    prepositions: dict[str, str]
    subjects: dict[str, str]
    objects: dict[str, str]
    ignored: frozenset[str]
    verbs: dict[str, str]
    """form, or several words with spaces, or `form~particle` → the English verb"""
    plurals: frozenset[str]
    """the forms of verbs that several do"""
    nouns: dict[str, str]
    adjectives: dict[str, str]
    inverts: bool
    """somebody who stands behind the verb without a preposition does it"""
    german: bool


def tongue_of(table: dict[str, Any], *, german: bool) -> Tongue:
    """A language by its table in the lexicon."""
    verbs: dict[str, str] = {}
    plurals: set[str] = set()
    for verb, told in table["verbs"].items():
        for forms in told.split():
            for index, form in enumerate(forms.split("/")):
                written = form.replace("_", " ").replace("'", "' ")
                verbs.setdefault(" ".join(written.split()), verb)
                if index:
                    plurals.add(written)
                elif not german and " " not in written and written.endswith(("a", "e")):
                    verbs.setdefault(f"{written}r", verb)  # `commence à danser`
    adjectives = {
        stem + end: word for word, stems in _turned(table["adjectives"]) for stem in stems for end in _ENDINGS
    }
    nouns = {noun: word for word, names in _turned(table["nouns"]) for noun in names}
    for noun, word in [*nouns.items()]:
        nouns.setdefault(f"{noun}s" if not german or noun.endswith(("o", "a", "y")) else f"{noun}n", word)
        nouns.setdefault(f"{noun}{'es' if not german else 'e'}", word)
    return Tongue(
        frozenset(table["and"].split()),
        {one: word for word, ones in _turned(table["determiners"]) for one in ones},
        {one: word for word, ones in _turned(table["prepositions"]) for one in ones},
        {one: word for word, ones in _turned(table["subjects"]) for one in ones},
        {one: word for word, ones in _turned(table["objects"]) for one in ones},
        frozenset(table["ignored"]["words"].split()),
        verbs,
        frozenset(plurals),
        nouns,
        adjectives,
        table["inverts"],
        german,
    )


def _turned(table: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    return ((word, told.split()) for word, told in table.items())


def in_english(text: str, tongue: Tongue, names: frozenset[str]) -> str:
    """A text with its sentences and noun phrases in English; `names` are of people, in lower case."""
    return _Translation(tongue, names).of(text)


@dataclass(slots=True)
class _Translation:
    tongue: Tongue
    names: frozenset[str]
    subject: tuple[str, ...] = ()
    """who did something last"""
    joined: bool = False
    """the clause goes on from one before it in its sentence"""
    made: list[str] = field(default_factory=list)

    def of(self, text: str) -> str:
        tokens = _TOKEN.findall(text.replace("\u2019", "'"))
        for clause, stop in self._clauses(tokens):
            told = english(self._read(clause))
            if told:
                self.made.append(subject_of(told) + stop)
        return " ".join(self.made)

    def _clauses(self, tokens: list[str]) -> Iterator[tuple[list[str], str]]:
        """Runs of words with one verb each, and the stop behind each."""
        sentence: list[list[str]] = [[]]
        for token in [*tokens, "."]:
            if token in _ENDS:
                self.joined = False
                for run in self._with_verbs(sentence):
                    yield run
                    self.joined = True
                sentence = [[]]
            elif token in _PAUSES or token.lower() in self.tongue.split:
                sentence.append([] if token in _PAUSES else [token.lower()])
            else:
                sentence[-1].append(token)

    def _with_verbs(self, parts: list[list[str]]) -> Iterator[tuple[list[str], str]]:
        runs: list[list[str]] = []
        waiting: list[str] = []
        for part in parts:
            words = part if not (part and part[0] in self.tongue.split) else part[1:]
            if not words:
                continue
            joined = part is not words
            if self._verb_in(words) is None and not any(self._verb_in(one) for one in parts):
                runs.append(words)
            elif self._verb_in(words) is None:
                if runs and self._verb_in(runs[-1]) is not None and joined:
                    runs[-1] += ["&", *words]
                else:
                    waiting += [*words, "&"]
            else:
                runs.append([*waiting, *words])
                waiting = []
        if waiting:
            runs.append(waiting[:-1])
        for run in runs:
            yield run, "." if self._verb_in(run) is not None else ","

    def _verb_in(self, words: list[str]) -> tuple[int, int, str, str] | None:
        """Where a clause's verb stands, how many words it is, the English one, and its particle."""
        low = [word.lower() for word in words]
        verbs = self.tongue.verbs
        for at in range(len(low)):
            for length in range(min(_LONGEST_VERB, len(low) - at), 0, -1):
                form = " ".join(low[at : at + length])
                parted = f"{form}~{low[-1]}" if at + length < len(low) else ""
                if parted in verbs:
                    return at, length, verbs[parted], low[-1]
                if form in verbs and not (length == 1 and self._is_noun(words, at)):
                    return at, length, verbs[form], ""
        return None

    def _is_noun(self, words: list[str], at: int) -> bool:
        """Whether a word that may be a verb is a noun: a capital says so in German, else a determiner."""
        word, low = words[at], words[at].lower()
        before = words[at - 1].lower() if at else ""
        if self.tongue.german:
            return at > 0 and word[0].isupper()
        known = low in self.tongue.nouns or low in self.tongue.adjectives
        behind = before in self.tongue.determiners or before in self.tongue.prepositions
        return known and (behind or before in self.tongue.adjectives)

    def _read(self, words: list[str]) -> Clause:
        found = self._verb_in(words)
        if found is None:
            return Clause(rest=self._nouns(words, ""))
        at, length, verb, particle = found
        behind = words[at + length : -1] if particle else words[at + length :]
        form = " ".join(words[at : at + length]).lower()
        before, after = self._nouns(words[:at], verb), self._nouns(behind, verb)
        clause = Clause(verb)
        subjects = [one for one in before if not one.after and not one.object_only]
        plural = any(word in self.tongue.plurals for word in form.split())
        if not subjects and self._may_follow(before, after, first=at == 0):
            subjects = [after.pop(next(i for i, one in enumerate(after) if self._does(one)))]
            if after and after[0].words.startswith("& "):
                subjects.append(after.pop(0))
        named = tuple(one.words.removeprefix("& ") for one in subjects)
        if named == ("she",) and plural:
            named = ("they",)
        if not named:
            named = self.subject or (("they",) if plural else ("he",))
        self.subject = clause.subject = named
        for one in [*before, *after]:
            if one in subjects:
                continue
            words_of = one.words.removeprefix("& ")
            words_of = self._pronoun("sie", verb) if words_of == "she" else words_of
            plain = Noun(words_of, one.after, one.person)
            if one.after:
                clause.rest.append(plain)
            elif one.words.startswith("& ") and clause.objects:
                last = clause.objects.pop()
                clause.objects.append(Noun(f"{last.words} and {plain.words}", "", last.person))
            else:
                clause.objects.append(plain)
        return clause

    def _may_follow(self, before: list[Noun], after: list[Noun], *, first: bool) -> bool:
        """Whether the subject stands behind the verb: `Dann nimmt sie`, `Entra Ada`."""
        if not any(self._does(one) for one in after):
            return False
        if self.tongue.german:
            return not (first and self.subject and self.joined)
        return not before and (self.tongue.inverts or not self.subject)

    def _does(self, one: Noun) -> bool:
        return not one.after and not one.object_only and (self.tongue.german or one.person)

    def _nouns(self, words: list[str], verb: str) -> list[Noun]:
        """The noun phrases of words."""
        tongue, found = self.tongue, list[Noun]()
        determiner, adjectives, noun, after = "", list[str](), "", ""
        joined, only = False, False

        def end() -> None:
            nonlocal determiner, adjectives, noun, after, joined, only
            if noun or (adjectives and determiner):
                head = noun or "man"
                text = " ".join(filter(None, (determiner, *adjectives, head)))
                named = head.lower() in self.names
                person = named or is_person(f"{' '.join(adjectives)} {head}".strip())
                found.append(Noun(f"& {text}" if joined else text, after, person, only))
                after, joined = "", False
            elif adjectives and not verb:  # `schlank und blass`
                found.append(Noun(" ".join(adjectives)))
            determiner, adjectives, noun, only = "", [], "", False

        for place, word in enumerate(words):
            low = word.lower()
            following = words[place + 1].lower() if place + 1 < len(words) else ""
            last = not following or following in tongue.prepositions or following == "&"
            if word == "&":
                end()
                joined = True
            elif low in self.names:
                end()
                noun = word
                end()
            elif low == "se" and following not in ("la", "lo", "las", "los"):
                continue
            elif low in tongue.subjects and not (determiner or after):
                end()
                found.append(Noun(tongue.subjects[low], "", person=True))
            elif low in tongue.ignored and not determiner:
                continue
            elif low in tongue.objects and (
                low not in tongue.determiners or last or not self._begins_noun(following) or not tongue.german
            ):
                if (
                    not tongue.german
                    and low in tongue.determiners
                    and following
                    and self._begins_noun(following)
                ):
                    end()
                    determiner = tongue.determiners[low]
                    continue
                end()
                found.append(Noun(self._pronoun(low, verb), after, object_only=True))
                after = ""
            elif low in _OF:
                end()
                if verb in _SWALLOWED:
                    continue
                if found or after:  # `Des vagues`: some
                    after = after or ("from" if verb in _FROM and not tongue.german else "of")
                determiner = "the"
            elif low in tongue.prepositions and not (noun and low in tongue.ignored):
                end()
                if low in ("de", "d'") and verb in _FROM and not any(not one.after for one in found[-1:]):
                    after = "from"
                else:
                    after = tongue.prepositions[low] if not (after and low in ("de", "d'")) else after
                determiner = "the" if low in _WITH_THE else ""
                if not verb and after == "to" and not tongue.german:
                    after = "with"  # `une femme aux cheveux noirs`
            elif low in tongue.determiners:
                end()
                determiner = tongue.determiners[low]
                only = tongue.german and (low in _ACCUSATIVE or low in _DATIVE)
            elif low in tongue.adjectives and not (tongue.german and word[0].isupper() and place):
                adjectives.append(tongue.adjectives[low])
            elif low in tongue.nouns:
                if not noun:
                    noun = tongue.nouns[low]
            elif low in tongue.ignored or low in tongue.verbs:
                continue
            elif not noun and (determiner or after or word[0].isupper()):
                noun = low
            elif not noun and not verb:
                noun = low
                end()
        end()
        return found

    def _begins_noun(self, low: str) -> bool:
        tongue = self.tongue
        return (
            low in tongue.nouns
            or low in tongue.adjectives
            or (
                low not in tongue.verbs
                and low not in tongue.prepositions
                and low not in tongue.ignored
                and low not in tongue.determiners
                and low not in tongue.objects
                and low not in self.names
            )
        )

    def _pronoun(self, low: str, verb: str) -> str:
        """What a pronoun means: somebody, where people are what such a verb is done to."""
        word = self.tongue.objects[low]
        done_to_people = verb.partition(" ")[0] in _DONE_TO_PEOPLE
        if low in ("la", "sie") and done_to_people:
            return "her"
        if word == "it" and done_to_people:
            return "him"
        if low == "sie":
            return "it"
        return word
