"""A script that is written as Fountain and read again says the same."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.fountain_text import fountain_text
from storyboard.screenplay.script import Element, Kind, Script

LETTERS = st.text("aAbZéЖ字 .,!?:()>~@#=*_-[]/\\'1^", min_size=1, max_size=24).map(
    lambda text: " ".join(text.split())
)
ROW = LETTERS.filter(bool)
PROSE = st.lists(ROW, min_size=1, max_size=3).map("\n".join)
WORD = st.text("abcdéЖ字", min_size=1, max_size=8)
NAME = st.lists(st.text("ABCÉЖ", min_size=1, max_size=6), min_size=1, max_size=2).map(" ".join)


def one(kind, text, **more):
    return Element(kind, text, 1, **more)


SPEECH = st.builds(
    lambda name, low, dual, said: [
        one(Kind.CUE, name if not low else name.lower(), dual=dual),
        one(Kind.DIALOGUE, said),
    ],
    *(
        NAME,
        st.booleans(),
        st.booleans(),
        PROSE.filter(lambda text: not any(row.startswith(("(", "~")) for row in text.split("\n"))),
    ),
)
BLOCK = st.one_of(
    PROSE.map(lambda text: [one(Kind.ACTION, text)]),
    SPEECH,
    st.builds(
        lambda place, number: [one(Kind.HEADING, f"INT. {place} - DAY", number=number)],
        NAME,
        st.sampled_from(["", "1A"]),
    ),
    WORD.map(lambda word: [one(Kind.HEADING, word)]),
    NAME.map(lambda name: [one(Kind.TRANSITION, f"{name} TO:")]),
    WORD.map(lambda word: [one(Kind.TRANSITION, word)]),
    st.builds(lambda word, level: [one(Kind.SECTION, word, level=level)], WORD, st.integers(1, 4)),
    WORD.map(lambda word: [one(Kind.SYNOPSIS, word)]),
    WORD.map(lambda word: [one(Kind.CENTRED, word)]),
    WORD.map(lambda word: [one(Kind.NOTE, word)]),
    WORD.map(lambda word: [one(Kind.BONEYARD, word)]),
    WORD.map(lambda word: [one(Kind.LYRIC, word)]),
    st.just([one(Kind.PAGE_BREAK, "")]),
)


@settings(max_examples=250, deadline=None)
@given(st.lists(BLOCK, min_size=1, max_size=8))
def test_any_script_says_the_same_after_it_was_written(blocks):
    elements = tuple(element for block in blocks for element in block)
    script = Script((("Title", "A film"), ("Contact", "One\nTwo")), elements)
    again = read_fountain(fountain_text(script))
    assert again.title_page == script.title_page
    assert [replace(element, line=1) for element in again.elements] == [*elements]
