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
    parts = clusters(words)
    fonts = _fonts(parts, house_font(family, weight), other_fonts(weight, han_forms(words, language)))
    missing = dict.fromkeys(
        letter
        for part, font in zip(parts, fonts, strict=True)
        if font is None
        for letter in part
        if is_seen(letter)
    )
    glyphs: list[Glyph] = []
    place = 0.0
    for run in _visual(_runs(words, parts, fonts)):
        place = run.shaped(place, glyphs, language)
    return Row(tuple(glyphs), place, "".join(missing))


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


def _fonts(parts: Sequence[str], house: Font, others: Sequence[Font]) -> list[Font | None]:
    """The font of each part: what has no script of its own stands in the font of what comes before it."""
    if all(part.isascii() for part in parts):
        return [house] * len(parts)
    every, pictures = (house, *others), [font for font in others if font.pictures]
    found: list[Font | None] = []
    current: Font | None = None
    for part in parts:
        letters = [ord(letter) for letter in part if is_seen(letter)]
        if _is_picture(part):
            font = _having(letters[:1], pictures) or _having(letters, every)
        elif current and not current.pictures and not any(letter.isalpha() for letter in part):
            font = current if current.letters.issuperset(letters) else _having(letters, every)
        else:
            font = _having(letters, every)
        found.append(font)
        current = font or current
    return found


def _having(letters: Sequence[int], fonts: Sequence[Font]) -> Font | None:
    return next((font for font in fonts if font.letters.issuperset(letters)), None)


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


def _runs(words: str, parts: Sequence[str], fonts: Sequence[Font | None]) -> Iterator[_Run]:
    levels = _levels(words)
    text, at = "", 0
    before: tuple[int, Font] | None = None
    for part, font in zip(parts, fonts, strict=True):
        level = levels[at]
        at += len(part)
        if font is None:
            continue
        if before and before != (level, font):
            yield _Run(text, *before)
            text = ""
        before = level, font
        text += part
    if before:
        yield _Run(text, *before)


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
