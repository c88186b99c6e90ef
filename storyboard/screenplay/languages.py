"""The words that screenplays of several languages use: slug lines, times of day, transitions, extensions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from storyboard.schema.vocabulary import TimeOfDay

INTERIORS = (
    *("INT", "INTERIOR", "ИНТ", "ИНТЕРЬЕР", "ПОМ", "ПАВ", "ІНТ", "ІНТЕР'ЄР", "INTÉRIEUR", "INTERIEUR"),
    *("INNEN", "INTERNO", "屋内", "室内", "内景", "内", "內景", "內"),
)
"""prefixes of slug lines that are inside: English, Russian, Ukrainian, French, Spanish, German, Italian,
Japanese, Chinese"""
EXTERIORS = (
    *("EXT", "EST", "EXTERIOR", "ЭКСТ", "НАТ", "НАТУРА", "ЕКСТ", "EXTÉRIEUR", "EXTERIEUR", "AUSSEN"),
    *("AUßEN", "AUẞEN", "ESTERNO", "EST", "屋外", "室外", "外景", "外"),
)
BOTH = ("I/E", "E/I", "И/Н")
_TIMES: tuple[tuple[TimeOfDay, tuple[str, ...]], ...] = (
    (
        TimeOfDay.DAWN,
        (
            *(
                "dawn",
                "sunrise",
                "daybreak",
                "first light",
                "рассвет",
                "світанок",
                "aube",
                "amanecer",
                "alba",
            ),
            *("morgengrauen", "sonnenaufgang", "夜明け", "早朝", "黎明", "清晨"),
        ),
    ),
    (
        TimeOfDay.DUSK,
        (
            *("dusk", "sunset", "sundown", "twilight", "evening", "magic hour", "golden hour", "сумерки"),
            *(
                "закат",
                "вечер",
                "сутінки",
                "вечір",
                "crépuscule",
                "soir",
                "atardecer",
                "anochecer",
                "tramonto",
            ),
            *("sera", "abend", "dämmerung", "夕方", "夕", "黄昏", "傍晚"),
        ),
    ),
    (
        TimeOfDay.NIGHT,
        (
            *("night", "midnight", "ночь", "ніч", "nuit", "noche", "nacht", "notte"),
            *("深夜", "晚上", "夜", "晚"),
        ),
    ),
    (
        TimeOfDay.DAY,
        (
            *(
                "day",
                "morning",
                "noon",
                "midday",
                "afternoon",
                "день",
                "утро",
                "ранок",
                "jour",
                "matin",
                "día",
            ),
            *("dia", "mañana", "tarde", "tag", "morgen", "mittag", "nachmittag", "giorno", "mattina"),
            *("白天", "日间", "上午", "下午", "早上", "昼", "朝", "日"),
        ),
    ),
)
_GOES_ON = re.compile(
    r"""^(?:continuous|cont'?d?\.?|continuing|later|moments?\ later|same(?:\ time)?
    |(?:[\w']+\ ){1,4}(?:later|earlier)
    |позже|продолжение|plus\ tard|más\ tarde|später|più\ tardi|続き|稍后)$""",
    re.IGNORECASE | re.VERBOSE,
)
_CASELESS_TIMES = re.compile(
    "(?:^|[\\s\\-—–,，、・(（])("
    + "|".join(word for _, words in _TIMES for word in words if word[0] > "\u3000")
    + ")[)）]?$"
)
_TRANSITIONS = re.compile(
    r"""^(?:
    (?:\w+\s+)?(?:cut|dissolve|fade|wipe|iris)\s+(?:to|in|out|back|between|from|up|through|on)\b.*
    |(?:(?:smash|match|jump|hard|quick|time|flash|slow|shock)\s+)(?:cut|dissolve|fade|wipe)\b\s*[:.]?
    |(?:cut|dissolve|fade|wipe)\s*[:.]
    |(?:fade|iris|black|white|flash)[\s-]*out\b.*|(?:end\s+(?:of\s+)?)?intercut\b.*
    |.*\bto:|.*\bto\ (?:black|white)\.?
    |(?:из\ |в\ )?затемнени[ея]\b.*|(?:із?\ |з\ )?затемнення\b.*|переход\b.*:|наплыв\s*[:.]?|склейка\s*[:.]?
    |fondu\b.*|coupe\b.*:|ouverture\ au\ noir\.?|corte\ a\b.*|funde\ a\b.*|fundido\b.*|abre\ de\ negro\.?
    |(?:auf|ab|über|aus)blende\b.*|schnitt\ (?:auf|zu)\b.*|dissolvenza\b.*|stacco\b.*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_TIME_PATTERNS = tuple((time, re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")) for time, words in _TIMES)
EXTENSION = re.compile(r"\s*[(（]([^()（）]*)[)）]\s*")


@dataclass(frozen=True, slots=True)
class Slug:
    """A slug line taken apart.

    Attributes:
        interior: whether it is inside; None where the line does not say.
        place: the words of the place.
        time: of day; None where none is said, or where time goes on from the scene before.
        goes_on: whether it is the time of the scene before, as CONTINUOUS says.
        rest: what else stands behind the place.
    """

    interior: bool | None
    place: str
    time: TimeOfDay | None
    goes_on: bool
    rest: str = ""


@dataclass(frozen=True)
class Prefixes:
    """What slug lines begin with.

    Attributes:
        interiors: words of one's own for inside, beside the built-in ones.
        exteriors: likewise for outside.
    """

    interiors: tuple[str, ...] = ()
    exteriors: tuple[str, ...] = ()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?P<words>(?:{_any((*BOTH, *self.interiors, *self.exteriors, *INTERIORS, *EXTERIORS))})"
            rf"(?:\.?\s*[/／]\s*(?:{_any((*self.interiors, *self.exteriors, *INTERIORS, *EXTERIORS))}))?)"
            r"(?P<mark>\s*[.:．：·・。]\s*|\s+[-–—]\s+|\s+|$)(?P<rest>.*)$",
            re.IGNORECASE | re.DOTALL,
        )

    def begins(self, line: str) -> bool:
        """Whether a line is a slug line by its first word."""
        found = self._pattern.match(line)
        if found is None:
            return False
        words, dotted = found["words"], found["mark"].strip() != ""
        if not any(c.upper() != c.lower() for c in words):  # a script without capitals
            return bool(found["mark"]) and bool(found["rest"].strip())
        if dotted:
            return bool(found["rest"].strip())
        rest = found["rest"].strip()
        return len(words) >= 3 and bool(rest) and words == words.upper() and rest == rest.upper()

    def taken_apart(self, line: str) -> Slug:
        """Place and time of a slug line."""
        found = self._pattern.match(line)
        interior, rest = None, line
        if found and self.begins(line):
            first = re.split(r"\.?\s*[/／]", found["words"])[0].upper()
            inside = first in {word.upper() for word in (*self.interiors, *INTERIORS, "I")}
            interior, rest = inside, found["rest"]
        parts = [part.strip(" .,") for part in re.split(r"\s+[-–—]+\s+|\s*[—–]\s*|\s-\s*|[／]", rest)]
        parts = [part for part in parts if part] or [rest.strip() or line]
        return _with_time(interior, parts)


def _any(words: Iterable[str]) -> str:
    return "|".join(
        re.escape(word.rstrip(".")) for word in sorted(set(words), key=lambda one: (-len(one), one))
    )


def _with_time(interior: bool | None, parts: list[str]) -> Slug:  # noqa: FBT001  (as `Slug` has it)
    for place in range(len(parts) - 1, 0, -1):
        if _GOES_ON.match(parts[place]):
            return Slug(
                interior, " - ".join(parts[:place]), None, goes_on=True, rest=" - ".join(parts[place + 1 :])
            )
        if (time := time_of(parts[place])) is not None:
            return Slug(
                interior, " - ".join(parts[:place]), time, goes_on=False, rest=" - ".join(parts[place + 1 :])
            )
    last = parts[-1]
    if found := _CASELESS_TIMES.search(last):
        kept = " - ".join([*parts[:-1], last[: found.start()].strip(" ，、,・(（")]).strip(" -")
        return Slug(interior, kept or last, time_of(found[1]), goes_on=False)
    words = re.split(r"[.,]\s+|\s+(?=\S+$)", last)
    if (
        len(words) > 1
        and (time := time_of(words[-1])) is not None
        and last[: -len(words[-1])].rstrip()[-1:] in ".,"
    ):
        kept = last[: -len(words[-1])].strip(" .,")
        return Slug(interior, " - ".join([*parts[:-1], kept]), time, goes_on=False)
    return Slug(interior, " - ".join(parts), None, goes_on=False)


def time_of(words: str) -> TimeOfDay | None:
    """The time of day that words name."""
    low = words.casefold()
    for time, pattern in _TIME_PATTERNS:
        if pattern.search(low):
            return time
    return None


def is_transition(line: str) -> bool:
    """Whether a line in capitals is a transition by its words."""
    return len(line) <= 60 and line == line.upper() and _TRANSITIONS.match(line) is not None


_DIRECTIONS = re.compile(
    r"""^(?:
    (?:extreme\s+)?close(?:[\s-]*up)?(?:\s+(?:on|of|shot)\b|\s*[-:–—]|$)
    |(?:(?:new|reverse|another|wider?|low|high|closer)\s+)?angle\b
    |(?:back\ to\s+)?(?:insert|cutaway)\b|.{1,40}\bp\.?o\.?v\b|p\.?o\.?v\b
    |(?:(?:extreme|very)\s+)?(?:wide|long|medium|full|two|tracking|aerial|establishing|crane|dolly|moving|master)
        \s*(?:shot|angle|on|-)
    |(?:back\ (?:to|on)|on|over)\s+[^.]{1,40}$|we\ see\b|(?:push|pull|pan|tilt|zoom|dolly|crane|track)\w*\s
    |series\ of\ shots\b|montage\b
    |крупно|крупный\ план|деталь|gros\ plan|primer\ plano|grossaufnahme|nahaufnahme|primo\ piano
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def is_shot_direction(line: str) -> bool:
    """Whether a line in capitals says what the camera sees, as `CLOSE ON - A HAND` does."""
    return line == line.upper() and line != line.lower() and _DIRECTIONS.match(line) is not None
