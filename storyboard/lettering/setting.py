"""Words set in a row: each letter's shape and place, whatever its script and direction.

Letters are shaped by HarfBuzz and put in order by ICU (UAX 9). What the house's font has not comes from
others (`fonts`), all of them on one baseline. What no font has is left out and told; a box is never drawn for
it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import icu
import uharfbuzz

from storyboard.lettering.breaking import clusters
from storyboard.lettering.fonts import Family, Font, Weight, house_font, other_fonts

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_KANA = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_BOPOMOFO = re.compile("[\u3105-\u312f\u31a0-\u31bf]")
_AS_A_PICTURE, _AS_TEXT, _JOINED = "\ufe0f", "\ufe0e", "\u200d"
_BY_FIRST_LETTER = 254
"""ICU's UBIDI_DEFAULT_LTR"""
_TRADITIONAL = {"Hant", "TW", "HK", "MO"}


@dataclass(frozen=True, slots=True)
class Glyph:
    """A shape of a font, and where its origin lies: in heights of the row's letters, y upwards."""

    font: Font
    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Row:
    """Words as they are set, in heights of their letters: 1 is the size of the type.

    Attributes:
        glyphs: from the left to the right.
        width: what the row takes of a line.
        missing: letters that no font has, each once; they are left out.
    """

    glyphs: tuple[Glyph, ...]
    width: float
    missing: str

    @property
    def ink(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top edge of what is seen; all 0 where nothing is. y counts upwards."""
        return _ink(self.glyphs)

    @property
    def fonts(self) -> tuple[Font, ...]:
        """Those that it is set in, each once."""
        return tuple(dict.fromkeys(glyph.font for glyph in self.glyphs))


@lru_cache(maxsize=4096)
def set_row(text: str, family: Family = "sans", weight: Weight = "Regular", language: str = "") -> Row:
    """Set words in a row.

    Args:
        text: a row, which is not broken; without letters it is an empty one.
        family: of the house's fonts.
        weight: of all fonts.
        language: a BCP 47 tag; Chinese letters have its forms. Without one the text itself is asked.
    """
    words = _seen(text)
    chosen = _chosen(words, family, weight, language)
    glyphs: list[Glyph] = []
    place = 0.0
    for run in _visual(_runs(words, chosen)):
        place = run.shaped(place, glyphs, language)
    return Row(tuple(glyphs), place, _missing(chosen))


def fonts_for(
    text: str, family: Family = "sans", weight: Weight = "Regular", language: str = ""
) -> tuple[tuple[Font, ...], str]:
    """The fonts that `set_row` sets words in, each once, and the letters that no font has."""
    house = house_font(family, weight)
    if house.letters.issuperset(map(ord, text)):
        return (house,), ""
    chosen = _chosen(_seen(text), family, weight, language)
    return tuple(dict.fromkeys(font for _, font in chosen if font)), _missing(chosen)


def is_seen(letter: str) -> bool:
    """Whether a character has a shape: controls, joiners and what selects a form have none."""
    return not "\ufe00" <= letter <= "\ufe0f" and unicodedata.category(letter) not in {*_UNSEEN, "Zs"}


def han_forms(text: str, language: str = "") -> str:
    """The language whose forms the Chinese letters of a text have: ja, ko, zh-Hans or zh-Hant."""
    subtags = set(language.split("-"))
    for one in ("ja", "ko"):
        if one in subtags:
            return one
    if "zh" in subtags:
        return "zh-Hant" if subtags & _TRADITIONAL else "zh-Hans"
    if _KANA.search(text):
        return "ja"
    if _HANGUL.search(text):
        return "ko"
    return "zh-Hant" if _BOPOMOFO.search(text) else "zh-Hans"


def _seen(text: str) -> str:
    """The text in one form, without controls; marks of direction and joiners stay."""
    normal = unicodedata.normalize("NFC", text.replace("\t", " "))
    return "".join(one for one in normal if unicodedata.category(one) not in ("Cc", "Cs", "Zl", "Zp"))


def _chosen(words: str, family: Family, weight: Weight, language: str) -> list[tuple[str, Font | None]]:
    """Letters with their marks, and the font of each.

    What has no script of its own, as a full stop, stands in the font of what comes before it.
    """
    if words.isascii():
        return [(words, house_font(family, weight))] if words else []
    han = han_forms(words, language)
    found: list[tuple[str, Font | None]] = []
    current: Font | None = None
    for part in clusters(words):
        goes_on = current is not None and not current.pictures and not any(map(str.isalpha, part))
        goes_on = goes_on and not (current and current.wide and part.isspace())
        if goes_on and not _is_picture(part) and current and current.letters.issuperset(_seen_in(part)):
            found.append((part, current))
            continue
        font = _font_of(part, family, weight, han)
        found.append((part, font))
        current = font or current
    return found


@lru_cache(maxsize=16384)
def _font_of(part: str, family: Family, weight: Weight, han: str) -> Font | None:
    """The first font that has a letter with its marks, else the first that has the letter."""
    every, letters = (house_font(family, weight), *other_fonts(weight, han)), _seen_in(part)
    if _is_picture(part):
        pictures = [font for font in every if font.pictures]
        every = (*pictures, *(font for font in every if not font.pictures))
    whole = next((font for font in every if font.letters.issuperset(letters)), None)
    return whole or next((font for font in every if letters[0] in font.letters), None)


def _missing(chosen: Sequence[tuple[str, Font | None]]) -> str:
    """Letters that no font has, each once; of a letter with marks those that its font has not."""
    found: dict[str, None] = {}
    for part, font in chosen:
        if not part.isascii() and (font is None or not font.letters.issuperset(map(ord, part))):
            here = font.letters if font else frozenset()
            found |= dict.fromkeys(one for one in part if is_seen(one) and ord(one) not in here)
    return "".join(found)


def _seen_in(part: str) -> list[int]:
    return [ord(letter) for letter in part if is_seen(letter)]


def _is_picture(part: str) -> bool:
    if _AS_TEXT in part:
        return False
    return _AS_A_PICTURE in part or any(
        icu.Char.hasBinaryProperty(letter, icu.UProperty.EMOJI_PRESENTATION) for letter in part
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring letters of one font and one direction; odd levels run to the left (UAX 9)."""

    text: str
    level: int
    font: Font

    def shaped(self, place: float, glyphs: list[Glyph], language: str) -> float:
        """Append its glyphs from a place on; returns where the next run begins."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(self.text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if self.level % 2 else "ltr"
        if language:
            buffer.language = language
        uharfbuzz.shape(self.font.shaper, buffer, {})
        units = self.font.units
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            x, y = place + position.x_offset / units, position.y_offset / units
            glyphs.append(Glyph(self.font, info.codepoint, x, y))
            place += position.x_advance / units
        return place


def _runs(words: str, chosen: Sequence[tuple[str, Font | None]]) -> Iterator[_Run]:
    levels = _levels(words)
    text, at = "", 0
    before: tuple[int, Font] | None = None
    for part, font in chosen:
        level = levels[at]
        at += len(part)
        if font is None:
            continue
        if before and before != (level, font):
            yield _Run(text, *before)
            text = ""
        before = level, font
        text += part if font.letters.issuperset(map(ord, part)) else _drawable(part, font)
    if before:
        yield _Run(text, *before)


def _drawable(part: str, font: Font) -> str:
    """A letter without the marks that its font has not."""
    return "".join(one for one in part if ord(one) in font.letters or not is_seen(one))


def _levels(words: str) -> list[int]:
    """The level of each letter; ICU counts in UTF-16."""
    if words.isascii():
        return [0] * len(words)
    units = icu.UnicodeString(words)
    bidi = icu.Bidi()
    bidi.setPara(units, _BY_FIRST_LETTER)
    levels, place, found = bidi.getLevels(), 0, []
    for letter in words:
        found.append(int(levels[place]))
        place += 1 + (ord(letter) > 0xFFFF)
    return found


def _visual(runs: Iterator[_Run]) -> list[_Run]:
    """Runs from the left to the right: neighbours of a level or a higher one are turned round (rule L2)."""
    ordered = [*runs]
    for level in range(max((run.level for run in ordered), default=0), 0, -1):
        start = 0
        while start < len(ordered):
            end = start
            while end < len(ordered) and ordered[end].level >= level:
                end += 1
            ordered[start:end] = ordered[start:end][::-1]
            start = max(end, start + 1)
    return ordered


def _ink(glyphs: Sequence[Glyph]) -> tuple[float, float, float, float]:
    boxes = []
    for glyph in glyphs:
        extents = glyph.font.shaper.get_glyph_extents(glyph.number)
        if not extents or not extents.width:
            continue
        units = glyph.font.units
        left, top = glyph.x + extents.x_bearing / units, glyph.y + extents.y_bearing / units
        boxes.append((left, top + extents.height / units, left + extents.width / units, top))
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
