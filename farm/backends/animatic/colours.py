"""Colours by the words for them. Pure."""

from __future__ import annotations

from farm.backends.animatic.vector import Rgb

NAMED: dict[str, Rgb] = {
    "red": (184, 56, 50),
    "scarlet": (200, 44, 44),
    "crimson": (158, 36, 52),
    "orange": (220, 120, 50),
    "yellow": (232, 186, 62),
    "mustard": (204, 156, 54),
    "ochre": (196, 140, 62),
    "green": (72, 124, 88),
    "olive": (116, 118, 70),
    "teal": (44, 122, 126),
    "blue": (58, 98, 156),
    "navy": (38, 56, 96),
    "indigo": (58, 56, 120),
    "purple": (112, 70, 132),
    "violet": (128, 84, 156),
    "pink": (214, 130, 146),
    "brown": (118, 80, 54),
    "tan": (196, 160, 116),
    "beige": (214, 194, 160),
    "cream": (236, 224, 196),
    "grey": (126, 130, 138),
    "gray": (126, 130, 138),
    "white": (236, 234, 228),
    "silver": (206, 206, 208),
    "golden": (218, 172, 82),
    "gold": (214, 168, 70),
    "blonde": (222, 186, 120),
    "blond": (222, 186, 120),
    "fair": (214, 178, 118),
    "ginger": (188, 96, 44),
    "auburn": (134, 62, 42),
    "dark": (58, 44, 44),
    "turquoise": (52, 158, 160),
    "khaki": (166, 152, 104),
    "maroon": (112, 36, 48),
    "lilac": (178, 150, 196),
    "black": (48, 46, 54),
}
"""what clothes, hair and things are painted in, as 8-bit sRGB"""
