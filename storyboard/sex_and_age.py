"""What words say of somebody's sex and age: one table for voices, drawings and screenplays. Pure."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

WOMAN, MAN, UNSAID = "she", "he", ""
"""the sexes, as pronouns"""
GROWN, YOUNG_UNTIL, OLD_FROM = 14, 26, 65
"""the ages, in years, from which somebody is no child any more, until which young, and from which old"""

_SHE = (
    r"she|herself|woman|women|girl|lady|ladies|madam|mrs|ms|miss|mother|mum|mom|mama|grandmother|granny|grandma|"
    r"aunt|auntie|sister|daughter|granddaughter|niece|wife|widow|bride|girlfriend|queen|princess|duchess|countess|"
    r"baroness|empress|goddess|heroine|nun|abbess|priestess|actress|waitress|hostess|stewardess|seamstress|"
    r"governess|barmaid|maid|maiden|witch|nanny|midwife|housewife|dame|landlady|ballerina|female|\w+woman|\w+girl"
)
_HE = (
    r"he|himself|man|men|boy|lad|gentleman|sir|mr|mister|father|dad|papa|grandfather|grandpa|uncle|brother|son|"
    r"grandson|nephew|husband|widower|bridegroom|boyfriend|king|prince|duke|count|baron|emperor|monk|friar|abbot|"
    r"priest|bishop|pope|lord|squire|butler|valet|actor|waiter|wizard|guy|fellow|chap|bloke|male|beard|bearded|moustache|mustache|"
    r"(?!human\b|german\b|roman\b|norman\b|\w*woman\b)\w+man|\w+boy"
)
_NOUNS = re.compile(rf"\b(?:(?P<she>{_SHE})|(?:{_HE}))\b", re.IGNORECASE)
_OF_OTHERS_TOO = re.compile(r"\b(?:(?P<she>her|hers)|him|his)\b", re.IGNORECASE)
"""pronouns that may be of somebody else in a description: `her son, a boy`"""
_CHILD = re.compile(
    r"\b(?:child|kid|toddler|baby|infant|urchin|girl|boy|schoolgirl|schoolboy|pupil|grandson|granddaughter|"
    r"little(?! (?:old|man|woman|lady|fellow|beard)\b))\b",
    re.IGNORECASE,
)
_THINGS = (
    r"coat|\w+coat|jacket|jersey|sweater|hat|cap|boots?|shoes?|uniform|dress|gown|suit|shirt|cloak|scarf|shawl|robes?|"
    r"clothes|trousers|glasses|spectacles|lantern|lamp|bag|book|map|camera|watch|friend|scar|wound|umbrella|armour"
)
_OLD = re.compile(
    rf"\b(?:old(?! (?:[\w-]+ )?(?:{_THINGS})\b)|elderly|elder|aged(?! \d)|ancient|granny|grandma|grandpa|"
    r"grandmother|grandfather|weathered|(?:white|grey|gray)[- ](?:haired|bearded))\b",
    re.IGNORECASE,
)
_YOUNG = re.compile(r"\b(?:young|teenage|teenager|student)\b", re.IGNORECASE)
_UNDER_TWENTY = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {word: number for number, word in enumerate(_UNDER_TWENTY, 1)} | {
    word: 10 * number for number, word in enumerate(_TENS, 2)
}
_YEARS_OLD = re.compile(r"\b(\d+|\w+)[ -]years?[ -]old\b", re.IGNORECASE)
_AGE = re.compile(
    rf"(?:\bof |\baged |,\s*|\()(?:about )?(\d{{1,3}}|{'|'.join(_NUMBERS)})\b"
    r"(?!['\u2019-]?\s*(?:s\b|\w+s\b))",
    re.IGNORECASE,
)


def said_of(words: str) -> tuple[int, int]:
    """How many words are of a woman, and how many of a man; pronouns of all kinds too."""
    found = [one for pattern in (_NOUNS, _OF_OTHERS_TOO) for one in pattern.finditer(words)]
    women = sum(one["she"] is not None for one in found)
    return women, len(found) - women


@lru_cache(maxsize=1024)
def sex_in(words: str) -> str:
    """The sex of somebody who is described, by the first word that tells it; `UNSAID` where none does."""
    found = _NOUNS.search(words) or _OF_OTHERS_TOO.search(words)
    return UNSAID if found is None else WOMAN if found["she"] else MAN


@lru_cache(maxsize=1024)
def sex_of(name: str, description: str) -> str:
    """The same by the name where the description does not tell: its words, then whose given name it is.

    Where nothing tells, a name has always the same sex; half of them are women's.
    """
    told = sex_in(description) or sex_in(name.replace(".", " ")) or _by_given_name(name)
    return told or (WOMAN, MAN)[hashlib.sha256(name.encode()).digest()[0] % 2]


def _by_given_name(name: str) -> str:
    """The sex of most people who are called like the first word of a name that is a given name."""
    given = _given_names()
    return next((given[word] for word in re.findall(r"\w+", name.lower()) if word in given), UNSAID)


@cache
def _given_names() -> dict[str, str]:
    """Given name, in lower case → the sex; read once in a process."""
    named = tomllib.loads((Path(__file__).parent / "given_names.toml").read_text("utf-8"))
    return dict.fromkeys(named["women"].split(), WOMAN) | dict.fromkeys(named["men"].split(), MAN)


def age_in(words: str) -> int | None:
    """How old somebody is said to be, in years; None where no number says it."""
    found = _YEARS_OLD.search(words) or _AGE.search(words)
    if found is None:
        return None
    return int(found[1]) if found[1].isdigit() else _NUMBERS.get(found[1].lower())


def is_child(words: str, age: int | None = None) -> bool:
    """Whether somebody is a child, by years where those are said (here or by `age`), else by words."""
    years = age if age is not None else age_in(words)
    return years < GROWN if years is not None else _CHILD.search(words) is not None


def is_old(words: str, age: int | None = None) -> bool:
    """Whether somebody is old, likewise."""
    years = age if age is not None else age_in(words)
    if years is not None:
        return years >= OLD_FROM
    return _OLD.search(words) is not None and not _YEARS_OLD.search(words)


def is_young(words: str) -> bool:
    """Whether somebody is grown and young."""
    years = age_in(words)
    return GROWN <= years < YOUNG_UNTIL if years is not None else _YOUNG.search(words) is not None
