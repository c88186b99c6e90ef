"""A film all in Japanese: titles, names, words, chapters and files, one named in NFD as a Mac stores them."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from tests.support.films.given import RATE, every_kind, look, picture, tone, write_film

TITLE = "灯台の夜"
CHAPTERS = ("屋外 港 夕方", "屋内 灯台 夜")
LINES = ("おはよう、ガク。今日は灯台まで歩こう。", "いいね!でも雨が降りそうだよ。", "見て、ひかりがきえた。")
TRANSLATIONS = ("Good morning, Gaku.", "Fine, but it will rain.", "Look, the light is out.")
RECORDED = unicodedata.normalize("NFD", "録音/ガラスの音.wav")
"""stored with the voiced marks as characters of their own"""


def write(folder: Path, width: int = 256, height: int = 144) -> Path:
    """Write the film and all that it names into a folder."""
    picture(folder / "資料" / "ハル.png")
    picture(folder / "資料" / "港の写真.jpg", (80, 120, 200))
    look(folder / "色" / "夕暮れ.cube", "夕暮れ")
    tone(folder / RECORDED)
    tone(folder / "音楽" / "波.wav", 3, 110)
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
        "logline": "嵐の夜、二人は灯台の明かりを守る。",
        "language": "ja",
        "format": {"width": width, "height": height, "rate": RATE},
        "look": {"description": "水彩画", "references": ["資料/港の写真.jpg"], "lut": "色/夕暮れ.cube"},
        "characters": {
            "haru": {
                "name": "ハル",
                "description": "少女、赤い傘",
                "references": ["資料/ハル.png"],
                "voice": {"name": "ja"},
            },
            "gaku": {"name": unicodedata.normalize("NFD", "ガク"), "voice": {"name": "ja", "pitch": 30}},
        },
        "locations": {"harbour": {"name": "港"}, "tower": {"name": "灯台"}},
        "music": [{"id": "M1", "from": "1A", "to": "2A", "file": "音楽/波.wav", "fade_out": 6}],
        "deliverables": every_kind(("ja", "en"), height, "下書き、確認をお願いします", "令和八年"),
        "scenes": [
            {
                "id": "1",
                "slug": CHAPTERS[0],
                "location": "harbour",
                "shots": [
                    {
                        "id": "1A",
                        "duration": 18,
                        "action": "港に朝が来る。",
                        "titles": [{"text": TITLE, "style": "main"}],
                    },
                    {
                        "id": "1B",
                        "duration": 96,
                        "characters": [{"id": "haru"}, {"id": "gaku", "position": "right"}],
                        "lines": [
                            {"character": "haru", **spoken[0]},
                            {"character": "gaku", **spoken[1], "at": 60},
                        ],
                        "titles": [{"text": "港町・一九二六年", "style": "lower-third", "duration": 24}],
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
                        "lines": [{"character": "haru", **spoken[2], "recording": RECORDED}],
                        "titles": [{"text": "第二章", "style": "card", "duration": 12}],
                        "transition": {"kind": "dissolve", "duration": 6},
                    },
                    {
                        "id": "2B",
                        "duration": 18,
                        "titles": [{"text": "脚本: 山田花子\n音楽: 鈴木一郎", "style": "credits"}],
                    },
                ],
            },
        ],
    }
