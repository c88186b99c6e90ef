"""Who is in a script: cues joined to people, what is said of each, and whom words name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from storyboard.schema.film import Character, Voice
from storyboard.schema.vocabulary import LineDelivery
from storyboard.screenplay.languages import EXTENSION
from storyboard.screenplay.names import id_of, unused
from storyboard.screenplay.script import Kind, Script, plain
from storyboard.sex_and_age import is_child, is_old, said_of, sex_in

_VOICE_OVER = re.compile(
    r"^(?:v\.?\s?o\.?|voice[\s-]?over|narrat\w*|з\.?\s?к\.?|за кадром|off|voix off|en off)$", re.IGNORECASE
)
_OFF_SCREEN = re.compile(
    r"^(?:o\.?\s?s\.?|o\.?\s?c\.?|off[\s-]?(?:screen|camera|stage)|вне кадра|hors champ)$"
    r"|^(?:im off|f\.?c\.?|画外音)$"
    r"|^(?:on|over|through|into)\b.*\b(?:phone|radio|tv|television|speaker|intercom|screen)|^(?:filtered|phone|radio)$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"^(?:cont(?:'|’)?(?:d|inued)?\.?|continuing|more|прод\w*\.?|suite|cont\.)$", re.IGNORECASE
)


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_HONORIFICS = _listed(
    "mr mrs ms miss dr doctor prof professor sir madam lady lord captain capt officer detective inspector"
    " sergeant sgt father sister brother aunt uncle judge king queen herr frau monsieur madame señor señora"
    " signor signora"
)
_COATS = (
    *("#b2483c", "#34607f", "#c8963e", "#4a7a5c", "#7d5290", "#b86b42", "#3d4f74", "#a3a13f"),
    *("#8c3d5a", "#2f7f86", "#6f6a4e", "#c46a7b"),
)
"""of people who speak, in the order of their first words: neighbours differ in hue and lightness"""
_NAMED = {
    "red": "#a83a32",
    "orange": "#cc7a33",
    "yellow": "#d9b23f",
    "green": "#487c58",
    "blue": "#3a629c",
    "purple": "#704684",
    "pink": "#d68292",
    "brown": "#765036",
    "tan": "#c4a074",
    "beige": "#d6c2a0",
    "grey": "#7e828a",
    "gray": "#7e828a",
    "white": "#ece8de",
    "black": "#302e36",
    "navy": "#263860",
}
_COLOUR = "|".join(_NAMED)
_COAT = re.compile(
    rf"\b(?:{_COLOUR})\b(?:\s+\w+){{0,2}}\s+(?:\w*coat|jacket|jersey|sweater|jumper|pullover|cardigan|hoodie|parka"
    r"|oilskins?|\w*dress|gown|robe|kimono|tunic|\w*suit|overalls|cloak|cape|\w*shirt|blouse|vest|uniform)\b",
    re.IGNORECASE,
)
"""a garment with a colour, which whoever draws reads in the description"""
_ALL_IN = re.compile(rf"\bin\s+({_COLOUR})\b(?!\s+\w)", re.IGNORECASE)


def _coat(about: str, number: int) -> str:
    """The colour of somebody's coat: `a thin man in black`, else one of their own."""
    found = _ALL_IN.search(about)
    return _NAMED[found[1].casefold()] if found else _COATS[number % len(_COATS)]


Gender = str
"""`she`, `he`, or nothing"""


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue taken apart.

    Attributes:
        names: whose it is; of two who speak at once, both.
        delivery: as its extensions say.
        said: extensions that say something else.
    """

    names: tuple[str, ...]
    delivery: LineDelivery
    said: tuple[str, ...]


def cue_of(text: str) -> Cue:
    """A cue's names and extensions."""
    text = plain(text)
    delivery, said = LineDelivery.NORMAL, []
    for extension in (one.strip() for one in EXTENSION.findall(text)):
        words = re.sub(r"\s+", " ", extension)
        if _VOICE_OVER.match(words):
            delivery = LineDelivery.VOICE_OVER
        elif _OFF_SCREEN.match(words):
            delivery = LineDelivery.OFF_SCREEN
        elif words and not _GOES_ON.match(words):
            said.append(words)
    name = " ".join(EXTENSION.sub(" ", text).replace("^", " ").split()).strip(" -:") or text.strip()
    name = re.sub(r"(?i)\s+(?:cont(?:'|’)?d\.?|v\.o\.|o\.s\.)$", "", name)
    return Cue((name,), delivery, tuple(said))


@dataclass(slots=True)
class Person:
    """Somebody in the script.

    Attributes:
        id: in the film document.
        name: as it is read.
        cues: the names that are theirs.
        line: where they first come.
        speaks: whether they have a line.
        age: in years, where the script says.
        about: what the script says of them where they first come.
        gender: as their pronouns say.
        what: their name where it says what they are, with its adjectives: `old robot` of `An old ROBOT`.
    """

    id: str
    name: str
    cues: list[str]
    line: int
    speaks: bool = True
    age: int | None = None
    about: str = ""
    gender: Gender = ""
    what: str = ""


@dataclass(slots=True)
class Cast:
    """Everybody in a script.

    Attributes:
        people: by id, in the order in which they come.
        by_name: whose each name of a cue is; names in the form of `_key`.
        joined: names that were taken for another's: `SMITH` for `JOHN SMITH`.
    """

    people: dict[str, Person] = field(default_factory=dict)
    joined: list[tuple[str, str]] = field(default_factory=list)
    by_name: dict[str, str] = field(default_factory=dict)
    _pattern: re.Pattern[str] | None = None
    _by_word: dict[str, str] = field(default_factory=dict)

    def of_name(self, name: str) -> str:
        """The id of whom a cue's name is for."""
        return self.by_name[_key(name)]

    def speakers(self, name: str) -> tuple[str, ...]:
        """Who speaks under a cue; both of `ANNA & BEN` or `ANNA/BEN`."""
        if (single := self.by_name.get(_key(name))) is not None:
            return (single,)
        return tuple(dict.fromkeys(self.by_name[_key(part)] for part in _parts(name)))

    def named_in(self, text: str) -> tuple[str, ...]:
        """Who is named in words, in their order, each once."""
        if self._pattern is None:
            return ()
        found = (self._by_word[match.group().casefold()] for match in self._pattern.finditer(text))
        return tuple(dict.fromkeys(found))

    def listen(self) -> None:
        """Ready for `named_in`."""
        words: dict[str, str] = {}
        clashes: set[str] = set()
        for person in self.people.values():
            for cue in person.cues:
                whole = cue.casefold()
                for word in {whole, _first_name(cue).casefold()}:
                    if len(word) < 2 and word.isascii():
                        continue
                    if words.get(word, person.id) != person.id and word != whole:
                        clashes.add(word)
                    elif word == whole or word not in words:
                        words[word] = person.id
        self._by_word = {word: one for word, one in words.items() if word not in clashes}
        forms: list[str] = []
        for word in sorted(self._by_word, key=lambda one: (-len(one), one)):
            if word == word.upper():  # an alphabet without capitals, where words run into each other
                forms.append(re.escape(word))
                continue
            written = {
                word.upper(),
                word.title(),
                word.capitalize(),
                "-".join(part.capitalize() for part in word.split("-")),
            }
            inner = "|".join(re.escape(one) for one in sorted(written))
            forms.append(rf"(?<!\w)(?:{inner}|(?<=[Tt]he ){re.escape(word)})(?!\w)")
        self._pattern = re.compile("|".join(forms)) if forms else None


def cast_of(script: Script, aliases: Mapping[str, str]) -> Cast:
    """Everybody who has a cue, and those whom the script introduces with an age.

    Args:
        script: the screenplay.
        aliases: names that are another's, by what stands in cues.
    """
    names: dict[str, tuple[str, int]] = {}
    for element in script.elements:
        if element.kind is Kind.CUE:
            name = cue_of(element.text).names[0]
            names.setdefault(_key(name), (name, element.line))
    cast = Cast()
    same = {_key(one): _key(other) for one, other in aliases.items()}
    for other in aliases.values():
        names.setdefault(_key(other), (other, 0))
    alone = {key for key, (name, _) in names.items() if not _is_several(name, names)}
    same |= {key: other for key, other in _aliases(alone, names).items() if key not in same}
    for key, (name, line) in names.items():
        if key in alone and key not in same:
            _add(cast, name, line)
    for key, other in same.items():
        if key in names and (owner := cast.by_name.get(other)) is not None:
            cast.by_name[key] = owner
            cast.people[owner].cues.append(names[key][0])
            cast.joined.append((names[key][0], names[other][0]))
    for key, (name, line) in names.items():
        if key in alone and key not in cast.by_name:  # an alias of an alias
            _add(cast, name, line)
    _introduce(cast, script)
    cast.listen()
    return cast


def _add(cast: Cast, name: str, line: int, *, speaks: bool = True) -> Person:
    person = Person(unused(id_of(name, "somebody"), cast.people), _title(name)[:400], [name], line, speaks)
    cast.people[person.id] = person
    cast.by_name[_key(name)] = person.id
    return person


def _key(name: str) -> str:
    return re.sub(r"[\s.'’\"-]+", " ", name.casefold()).strip()


def _title(name: str) -> str:
    """`MRS. O'HARA` → `Mrs. O'Hara`; what is not all in capitals stays as it is."""
    if name != name.upper() or len(name) < 2:
        return name
    return re.sub(
        r"[^\W\d_]+(?:['’][^\W\d_]{1,2}(?![^\W\d_]))?", lambda found: found.group().capitalize(), name
    )


def _parts(name: str) -> list[str]:
    return [
        part.strip()
        for part in re.split(r"\s*(?:/|&|\+|,|\bAND\b|\band\b|\bET\b|\bUND\b|\bИ\b)\s*", name)
        if part.strip()
    ]


def _is_several(name: str, names: Mapping[str, tuple[str, int]]) -> bool:
    """Whether a cue is that of two, each of whom has one alone too."""
    parts = _parts(name)
    return len(parts) > 1 and all(_key(part) in names and _key(part) != _key(name) for part in parts)


def _first_name(cue: str) -> str:
    words = cue.split()
    return (
        words[0]
        if len(words) > 1 and words[0].strip(".").casefold() not in _HONORIFICS and len(words[0]) > 2
        else cue
    )


def _aliases(alone: set[str], names: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    """Short names for long ones where only one can be meant: JOHN and DR. SMITH for JOHN SMITH."""
    found: dict[str, str] = {}
    long = {key: key.split() for key in names if key in alone and len(key.split()) > 1}
    for key in names:
        if key not in alone:
            continue
        words = key.split()
        titled = len(words) == 2 and words[0] in _HONORIFICS
        if titled and words[0] in _WIVES:
            continue
        short = words[1] if titled else key
        if len(short.split()) > 1 or short.isdigit():
            continue
        meant = [
            other
            for other, parts in long.items()
            if other != key
            and parts[-1].isalpha()
            and parts[0] not in _ROLES
            and ((parts[0] == short and not titled and parts[0] not in _HONORIFICS) or parts[-1] == short)
            and not (parts[0] in _HONORIFICS and titled)
            and (parts[-1] == short or len(parts[-1]) > 1)
        ]
        if len(meant) == 1:
            found[key] = meant[0]
    return {key: other for key, other in found.items() if other not in found}


_DOES = re.compile(
    r"(?!his\b|always\b|as\b|glasses\b|spectacles\b)(?:[a-z]+s|[a-z]+ing|and\s+\w+s)\b(?<!wearing)"
)
"""a clause that says what somebody does"""
_WIVES = _listed("mrs ms miss lady madam frau madame señora signora sister aunt queen")
"""honorifics of somebody else who has the same surname"""
_ROLES = _listed(
    "young old little older younger first second third another other tall fat big man woman boy girl cop"
    " guard waiter nurse voice male female teen teenage drunk dead masked"
)
"""words before a name that make somebody else of it"""


def _introduce(cast: Cast, script: Script) -> None:
    """What the action says of people where it first names them in capitals; those with an age come in too."""
    capitals = {cue.upper(): person for person in cast.people.values() for cue in person.cues}
    missing = dict(capitals)
    for element in script.elements:
        if element.kind is not Kind.ACTION:
            continue
        text = " ".join(plain(element.text).split())
        for name in [*missing]:
            place = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) if name in text else None
            if place:
                person = missing.pop(name)
                if article := re.search(r"\b[Aa]n?\s+((?:[a-z-]+\s+){0,2})$", text[: place.start()]):
                    person.what = article[1] + re.sub(r"[\s#]*[0-9]+$", "", name).lower()
                _describe(person, text[place.end() :])
        for found in re.finditer(
            r"\b([A-ZÀ-ÞА-ЯЁ][A-ZÀ-ÞА-ЯЁ'’ -]{1,28}[A-ZÀ-ÞА-ЯЁ])\s*\((\d{1,2}s?\b[^)]*)\)", text
        ):
            name = re.sub(r"^(?:A|AN|THE|AND)\s+", "", found[1])
            if name not in capitals and _key(name) not in cast.by_name:
                person = _add(cast, name, element.line, speaks=False)
                capitals[name] = person
                _describe(person, text[found.end(1) :])


def _describe(person: Person, after: str) -> None:
    """Age, words and pronouns from what follows a name."""
    if person.about:
        return
    sentence = re.split(r"(?<=[.!?])\s", after, maxsplit=1)[0]
    about: list[str] = []
    if found := re.match(r"\s*[(,]\s*([^)]*?\d{1,2}\b[^),.]*)\)?", sentence):
        age = re.search(r"\d{1,2}", found[1])
        person.age = int(age.group()) if age else None
        about.append(found[1].strip())
        sentence = sentence[found.end() :]
    elif found := re.match(r"\s*\(([^)]{2,80})\)", sentence):
        about.append(found[1].strip())
        sentence = sentence[found.end() :]
    for number, clause in enumerate(re.split(r"[,;]", sentence.strip(" .!?:"))):
        words = clause.strip(" .")
        if number == 0 and words:  # what follows the name without a comma is what it does
            break
        if _DOES.match(words):
            break
        about += [words] if words else []
    she, he = said_of(after[:160])
    person.gender = "she" if she > he else "he" if he > she else ""
    person.about = ", ".join(about)[:300]


def character_of(person: Person, number: int, *, in_english: bool) -> Character:
    """Somebody as the film document has them: with a voice and a coat of their own, if they speak.

    Args:
        person: who.
        number: of those who speak, from 0.
        in_english: they are spoken by a voice like the person described, which `pitch` only varies.
    """
    words = f"{person.name} {person.about}"
    child, old = is_child(words, person.age), is_old(words, person.age)
    gender = person.gender or sex_in(words)
    kind = {"she": "girl" if child else "woman", "he": "boy" if child else "man"}.get(
        gender, "child" if child else "person"
    )
    about = person.about
    if not re.search(rf"\b{kind}\b", about, re.IGNORECASE):
        about = ", ".join(filter(None, (_what(person, kind, old=old), about)))
    described = about[:1].upper() + about[1:]
    colours = (_coat(person.about, number),) if person.speaks and not _COAT.search(person.about) else ()
    if not person.speaks:
        return Character(name=person.name, description=described, colours=colours)
    base = 78 if child else {"she": 62, "he": 30}.get(gender, 46)
    base = 50 if in_english else base - (8 if old else 0)
    pitch = max(5, min(95, base + (number * 7) % 15 - 7))
    speed = 150 if old else 168 if child else 156 + (number * 5) % 13
    return Character(
        name=person.name,
        description=described,
        colours=colours,
        voice=Voice(pitch=pitch, words_per_minute=speed),
    )


def _what(person: Person, kind: str, *, old: bool) -> str:
    """What somebody is, by their name where it says so: `an old woman`, `a robot`, `a surgeon, a woman`."""
    plainly = f"{'an old' if old else 'a'} {kind}"
    if not person.what:
        return plainly
    named = f"{'an' if person.what[0] in 'aeiou' else 'a'} {person.what}"
    return named if kind in {*person.what.split(), "person"} else f"{named}, {plainly}"


def of_gender(cast: Cast, gender: Gender, people: Iterable[str]) -> str | None:
    """The last of some people who is of a gender; where none is, the last who may be."""
    last_first = [*people][::-1]
    for known in (gender, ""):
        for one in last_first:
            if cast.people[one].gender == known:
                return one
    return None
