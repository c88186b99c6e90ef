"""The fonts that words are set in: the house's own, and for letters that it has not, those of packages.

Source Sans and Source Serif have Latin, Greek and Cyrillic. Noto Sans has the other scripts that are written
today, one font for each, and emoji; all of them come along. Chinese, Japanese and Korean letters are 33 MB:
they are an extra, which is asked for by name when words need it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

import icu
import uharfbuzz

Family = Literal["sans", "serif"]
Weight = Literal["Light", "Regular", "It", "Semibold", "SemiboldIt", "Bold"]

CJK_EXTRA = "cjk"
"""the extra of shotfarm that has the fonts of Chinese, Japanese and Korean"""
_NOTO, _CJK = "manimgx_fonts", "manimgx_fonts_cjk"
_CJK_FILE = "NotoSansCJK-VF.otf.ttc"
_CJK_INDEX = {"ja": 0, "ko": 1, "zh-Hans": 2, "zh-Hant": 3}
"""which font of the collection has the forms of a language"""
_CJK_SCRIPTS = {
    icu.UScriptCode.HAN,
    icu.UScriptCode.HIRAGANA,
    icu.UScriptCode.KATAKANA,
    icu.UScriptCode.HANGUL,
    icu.UScriptCode.BOPOMOFO,
}
_AXIS = {"Light": 300, "Regular": 400, "It": 400, "Semibold": 600, "SemiboldIt": 600, "Bold": 700}
_LATIN, _PICTURES = ("NotoSans[wght].ttf",), ("NotoEmoji[wght].ttf", "NotoSansSymbols[wght].ttf")
_NEVER = "Italic"


@dataclass(frozen=True, eq=False)
class Font:
    """A font at a weight; there is one of each (`house_font`, `other_fonts`).

    Attributes:
        package: that brings it, as it is imported.
        path: of its file.
        index: of the font in a file of several.
        weight: on its axis of weights; None for a font that has one weight.
        scale: what its letters are made larger by, to look as large as the house's.
        wide: its signs are as wide as its letters; those after a space are of the words there.
        pictures: it has emoji and signs, and its digits and spaces are not for words.
    """

    package: str
    path: Path
    index: int = 0
    weight: int | None = None
    scale: float = 1.0
    wide: bool = False
    pictures: bool = False

    @cached_property
    def face(self) -> uharfbuzz.Face:
        """What HarfBuzz reads of its file."""
        return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(self.path)), self.index)

    @cached_property
    def shaper(self) -> uharfbuzz.Font:
        """What HarfBuzz shapes with; a unit of it is a part of `units`."""
        font = uharfbuzz.Font(self.face)
        if self.weight is not None:
            font.set_variations({"wght": self.weight})
        return font

    @cached_property
    def units(self) -> float:
        """Of the font, in the height of the house's letters."""
        return float(self.face.upem) / self.scale

    @cached_property
    def letters(self) -> frozenset[int]:
        """The code points that it has."""
        return frozenset(self.face.unicodes)

    @cached_property
    def identity(self) -> str:
        """What goes into digests of pictures that show its letters."""
        package = self.package.replace("_", "-")
        return f"{package} {importlib.metadata.version(package)} {self.path.name} {self.index}"


@cache
def house_font(family: Family, weight: Weight) -> Font:
    """The house's own font."""
    name = "" if weight == "Regular" else weight
    if family == "serif":
        from font_source_serif_pro import font_files_ttf

        return Font("font_source_serif_pro", Path(font_files_ttf[f"SourceSerifPro{name}"]))
    from font_source_sans_pro import font_files_ttf

    return Font("font_source_sans_pro", Path(font_files_ttf[f"SourceSansPro{name}"]))


@cache
def other_fonts(weight: Weight, han: str) -> tuple[Font, ...]:
    """Those that letters are looked for in which the house's font has not, in this order.

    Args:
        weight: of the house's font beside which they stand.
        han: the language whose forms Chinese letters have, one of `_CJK_INDEX`.
    """
    axis, folder = _AXIS[weight], _folder(_NOTO)
    names = sorted(path.name for path in folder.glob("*.ttf") if _NEVER not in path.name) if folder else []
    scripts = [name for name in names if name not in {*_LATIN, *_PICTURES}]
    found = [
        Font(_NOTO, folder / name, weight=axis, scale=_SCALES.get(name, 0.94), pictures=name in _PICTURES)
        for name in (*_LATIN, *scripts)
        if folder
    ]
    cjk = _folder(_CJK)
    if cjk:
        found.append(Font(_CJK, cjk / _CJK_FILE, _CJK_INDEX[han], axis, 0.95, wide=True))
    found += [Font(_NOTO, folder / name, weight=axis, pictures=True) for name in _PICTURES if folder]
    return tuple(found)


_SCALES = {"NotoSans[wght].ttf": 0.92, "NotoSansArabic[wght].ttf": 1.06, "NotoSansHebrew[wght].ttf": 0.96}


def extra_for(letters: str) -> str:
    """The extra of shotfarm that brings fonts of any of these letters, where it is not here; else nothing."""
    asked = any(icu.Script.getScript(letter).getScriptCode() in _CJK_SCRIPTS for letter in letters)
    return CJK_EXTRA if asked and _folder(_CJK) is None else ""


def _folder(package: str) -> Path | None:
    """Where an installed package lies."""
    found = importlib.util.find_spec(package)
    places = found.submodule_search_locations if found else None
    return Path(next(iter(places))) if places else None
