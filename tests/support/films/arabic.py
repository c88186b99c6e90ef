"""A film all in Arabic: from right to left, letters that join, vowel marks, numbers and Latin names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.films.given import RATE, every_kind, look, picture, tone, write_film

TITLE = "ليلة المنارة ٢"
CHAPTERS = ("خارجي - الميناء - نهار 1", "داخلي - المنارة - ليل 2")
LINES = (
    "Lamp 7 انطفأت يا سارة!",
    "هل اتصلت بـ Jonah في الساعة 10:30؟",
    "مَرْحَبًا (يا قُبْطان)، معك 3 دقائق…",
)
"""one begins with a Latin name, one ends with a mark of its own, one has vowels and brackets"""
TRANSLATIONS = ("Lamp 7 is out, Sara!", "Did you call Jonah at 10:30?", "Hello, captain.")
RECORDED = "تسجيلات/صوت ٢.wav"


def write(folder: Path, width: int = 256, height: int = 144) -> Path:
    """Write the film and all that it names into a folder."""
    picture(folder / "صور" / "سارة.png")
    look(folder / "ألوان" / "غروب.cube", "غروب")
    tone(folder / RECORDED)
    return write_film(folder, document(width, height))


def document(width: int, height: int) -> dict[str, Any]:
    """The film's document."""
    spoken = [
        {"text": words, "translations": {"en": english}}
        for words, english in zip(LINES, TRANSLATIONS, strict=True)
    ]
    return {
        "schema": 1,
        "title": TITLE,
        "logline": "في ليلة عاصفة ينطفئ المصباح.",
        "language": "ar",
        "format": {"width": width, "height": height, "rate": RATE},
        "look": {"description": "رسم بالحبر", "lut": "ألوان/غروب.cube"},
        "characters": {
            "sara": {"name": "سارة", "references": ["صور/سارة.png"], "voice": {"name": "ar"}},
            "jonah": {"name": "القبطان Jonah", "voice": {"name": "ar", "pitch": 30}},
        },
        "locations": {"harbour": {"name": "الميناء"}, "tower": {"name": "المنارة"}},
        "deliverables": every_kind(("ar", "en"), height, "نسخة 2 للمراجعة (سرّي)", "١٢ مايو 2026"),
        "scenes": [
            {
                "id": "1",
                "slug": CHAPTERS[0],
                "location": "harbour",
                "shots": [
                    {"id": "1A", "duration": 18, "titles": [{"text": TITLE, "style": "main"}]},
                    {
                        "id": "1B",
                        "duration": 72,
                        "characters": [{"id": "sara"}, {"id": "jonah", "position": "right"}],
                        "lines": [
                            {"character": "jonah", **spoken[0]},
                            {"character": "sara", **spoken[1], "at": 24},
                        ],
                        "titles": [{"text": "الميناء، 1926", "style": "lower-third", "duration": 24}],
                    },
                ],
            },
            {
                "id": "2",
                "slug": CHAPTERS[1],
                "location": "tower",
                "shots": [
                    {
                        "id": "2A",
                        "duration": 24,
                        "lines": [{"character": "sara", **spoken[2], "recording": RECORDED}],
                        "titles": [{"text": "الفصل ٢", "style": "card", "duration": 12}],
                    },
                    {
                        "id": "2B",
                        "duration": 18,
                        "titles": [{"text": "تأليف: ليلى\nموسيقى: Ada Lovelace", "style": "credits"}],
                    },
                ],
            },
        ],
    }
