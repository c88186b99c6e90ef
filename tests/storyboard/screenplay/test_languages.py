"""Slug lines of several languages."""

import pytest

from storyboard.schema.vocabulary import TimeOfDay
from storyboard.screenplay.languages import Prefixes, Slug

D, N, K, W = TimeOfDay.DAY, TimeOfDay.NIGHT, TimeOfDay.DUSK, TimeOfDay.DAWN


@pytest.mark.parametrize(
    ("line", "interior", "place", "time"),
    [
        ("INT. KITCHEN - NIGHT", True, "KITCHEN", N),
        ("int. kitchen - night", True, "kitchen", N),
        ("EXT HOUSE - DAY", False, "HOUSE", D),
        ("EST. CITY - DAWN", False, "CITY", W),
        ("INT./EXT. CAR - DAY", True, "CAR", D),
        ("I/E CAR - DUSK", True, "CAR", K),
        ("INT. HOUSE - KITCHEN - NIGHT", True, "HOUSE - KITCHEN", N),
        ("INT. HOUSE – EVENING (1988)", True, "HOUSE", K),
        ("EXT. FIELD. DAY", False, "FIELD", D),
        ("ИНТ. КУХНЯ - НОЧЬ", True, "КУХНЯ", N),
        ("НАТ. ПОЛЕ. УТРО", False, "ПОЛЕ", D),
        ("ЭКСТ. УЛИЦА — ДЕНЬ", False, "УЛИЦА", D),
        ("ІНТ. КІМНАТА - НІЧ", True, "КІМНАТА", N),
        ("INT. CUISINE - NUIT", True, "CUISINE", N),
        ("INTÉRIEUR. SALON - JOUR", True, "SALON", D),
        ("EXT. PLAYA - ATARDECER", False, "PLAYA", K),
        ("INNEN. KÜCHE - NACHT", True, "KÜCHE", N),
        ("AUSSEN. STRASSE - TAG", False, "STRASSE", D),
        ("ESTERNO. PIAZZA - GIORNO", False, "PIAZZA", D),
        ("内景：客厅 - 夜", True, "客厅", N),
        ("外景: 街道 日", False, "街道", D),
        ("内. 台所 - 夜", True, "台所", N),
        ("屋外・海岸 夕方", False, "海岸", K),
    ],
)
def test_place_and_time_are_found(line, interior, place, time):
    prefixes = Prefixes()
    assert prefixes.begins(line)
    slug = prefixes.taken_apart(line)
    assert (slug.interior, slug.place, slug.time) == (interior, place, time)


@pytest.mark.parametrize("word", ["CONTINUOUS", "LATER", "MOMENTS LATER", "SAME TIME", "TWO HOURS LATER"])
def test_a_time_that_goes_on_is_none_of_its_own(word):
    assert Prefixes().taken_apart(f"INT. BAR - {word}") == Slug(True, "BAR", None, goes_on=True)


def test_a_forced_heading_has_a_place_too():
    assert Prefixes().taken_apart("THE DESERT - NIGHT") == Slug(None, "THE DESERT", N, goes_on=False)


@pytest.mark.parametrize(
    "line", ["INTERNAL AFFAIRS", "Interior design is hard.", "EXTRA. EXTRA.", "内藤が来る", "外人"]
)
def test_words_that_begin_alike_are_no_slug_lines(line):
    assert not Prefixes().begins(line)
