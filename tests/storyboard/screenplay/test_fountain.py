"""Fountain, as it is specified and as people write it."""

import pytest

from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.languages import Prefixes
from storyboard.screenplay.script import Kind, plain


def read(text, **more):
    return [(one.kind, one.text) for one in read_fountain(text, **more).elements]


def kinds(text):
    return [kind for kind, _ in read(text)]


WHOLE = """Title:
    _**BRICK & STEEL**_
    FULL RETIRED
Credit: Written by
Author: Stu Maschwitz
Draft date: 1/20/2012

FADE IN:

# Act One

## Sequence A

= They meet.

EXT. BRICK'S PATIO - DAY #1A#

A gorgeous day. The sun is shining. [[Is it?]] But BRICK sits quietly.

BRICK
Screw retirement.

STEEL (cont'd) ^
(beer raised)
To retirement.

~Willy Wonka!

!THE CLOCK

.SNIPER SCOPE POV

@McCLANE (V.O.)
Yippie ki-yay.

> CUT TO:

===

> THE END <
"""


def test_every_element_of_the_specification_is_read():
    script = read_fountain(WHOLE)
    assert script.title_page == (
        ("Title", "_**BRICK & STEEL**_\nFULL RETIRED"),
        ("Credit", "Written by"),
        ("Author", "Stu Maschwitz"),
        ("Draft date", "1/20/2012"),
    )
    assert script.entry("title") == "BRICK & STEEL FULL RETIRED"
    assert [(one.kind, one.text) for one in script.elements] == [
        (Kind.TRANSITION, "FADE IN:"),
        (Kind.SECTION, "Act One"),
        (Kind.SECTION, "Sequence A"),
        (Kind.SYNOPSIS, "They meet."),
        (Kind.HEADING, "EXT. BRICK'S PATIO - DAY"),
        (Kind.ACTION, "A gorgeous day. The sun is shining. But BRICK sits quietly."),
        (Kind.NOTE, "Is it?"),
        (Kind.CUE, "BRICK"),
        (Kind.DIALOGUE, "Screw retirement."),
        (Kind.CUE, "STEEL (cont'd)"),
        (Kind.PARENTHETICAL, "(beer raised)"),
        (Kind.DIALOGUE, "To retirement."),
        (Kind.LYRIC, "Willy Wonka!"),
        (Kind.ACTION, "THE CLOCK"),
        (Kind.HEADING, "SNIPER SCOPE POV"),
        (Kind.CUE, "McCLANE (V.O.)"),
        (Kind.DIALOGUE, "Yippie ki-yay."),
        (Kind.TRANSITION, "CUT TO:"),
        (Kind.PAGE_BREAK, ""),
        (Kind.CENTRED, "THE END"),
    ]
    assert [one.number for one in script.elements if one.kind is Kind.HEADING] == ["1A", ""]
    assert [one.level for one in script.elements if one.kind is Kind.SECTION] == [1, 2]
    assert [one.dual for one in script.elements if one.kind is Kind.CUE] == [False, True, False]
    assert [one.line for one in script.elements][:5] == [8, 10, 12, 14, 16]
    assert script.left == ()


def test_a_boneyard_goes_out_of_the_middle_of_a_line_and_over_several():
    script = read_fountain("INT. A - DAY\n\nHe runs /* no, he\n\nwalks */ home.\n\nEnd. /*x*/\n")
    assert [(one.kind, one.text, one.line) for one in script.elements] == [
        (Kind.HEADING, "INT. A - DAY", 1),
        (Kind.ACTION, "He runs\nhome.", 3),
        (Kind.BONEYARD, "no, he\n\nwalks", 3),
        (Kind.ACTION, "End.", 7),
        (Kind.BONEYARD, "x", 7),
    ]


def test_a_note_on_a_line_of_its_own_does_not_end_a_speech():
    assert read("ANNA\nOne.\n[[softly?]]\nTwo.") == [
        (Kind.CUE, "ANNA"),
        (Kind.DIALOGUE, "One.\nTwo."),
        (Kind.NOTE, "softly?"),
    ]


@pytest.mark.parametrize("mark", ["/*", "[["])
def test_an_aside_that_does_not_end_is_text_and_said_with_its_line(mark):
    script = read_fountain(f"INT. A - DAY\n\nBefore {mark} after.\n")
    assert script.elements[1].text == f"Before {mark} after."
    assert [(one.line, "does not end" in one.why) for one in script.left] == [(3, True)]


@pytest.mark.parametrize(
    "cue",
    [
        "ANNA",
        "ANNA (V.O.)",
        "ANNA (v.o.)",
        "ANNA (cont'd)",
        "ANNA (O.S.) (CONT'D)",
        "DR. T.",
        "АННА",
        "ANNA 2",
        "@anna",
        "\tANNA",
    ],
)
def test_a_cue_is_known_with_extensions_in_any_case(cue):
    assert read(f"He waits.\n\n{cue}\nHello.\n")[1:] == [
        (Kind.CUE, cue.strip().removeprefix("@")),
        (Kind.DIALOGUE, "Hello."),
    ]


def test_speeches_and_scenes_without_blank_lines_between_them_are_told_apart():
    text = "INT. A - DAY\nAnna sits.\n\nANNA\nHello.\nBEN\nHi.\nANNA (CONT'D)\nWell.\n"
    text += "EXT. B - NIGHT\nRain.\n\nBEN\nOh.\n"
    assert kinds(text) == [
        *(
            Kind.HEADING,
            Kind.ACTION,
            Kind.CUE,
            Kind.DIALOGUE,
            Kind.CUE,
            Kind.DIALOGUE,
            Kind.CUE,
            Kind.DIALOGUE,
        ),
        *(Kind.HEADING, Kind.ACTION, Kind.CUE, Kind.DIALOGUE),
    ]


def test_a_script_without_any_blank_line_is_read():
    text = "INT. A - DAY\nAnna sits down.\nANNA\nHello there.\nBEN\n(tired)\nHi.\n" * 4
    assert kinds(text) == 4 * [
        *(Kind.HEADING, Kind.ACTION, Kind.CUE, Kind.DIALOGUE, Kind.CUE, Kind.PARENTHETICAL, Kind.DIALOGUE)
    ]


def test_two_spaces_keep_a_speech_together_over_an_empty_line():
    assert read("DAN\nOne.\n  \nTwo.\n\nHe goes.") == [
        (Kind.CUE, "DAN"),
        (Kind.DIALOGUE, "One.\n\nTwo."),
        (Kind.ACTION, "He goes."),
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("CUT TO:", Kind.TRANSITION),
        ("FADE OUT.", Kind.TRANSITION),
        ("SMASH CUT TO BLACK.", Kind.TRANSITION),
        ("ИЗ ЗАТЕМНЕНИЯ", Kind.TRANSITION),
        ("INTERCUT:", Kind.TRANSITION),
        ("CUT THE ROPE.", Kind.ACTION),
        ("CLOSE ON - A HAND", Kind.SHOT),
        ("ANGLE ON ANNA", Kind.SHOT),
        ("INSERT - THE LETTER", Kind.SHOT),
        ("A CLOSE CALL.", Kind.ACTION),
        (". . .", Kind.ACTION),
        ("...and then.", Kind.ACTION),
        ("#", Kind.ACTION),
        ("Est. is a word.", Kind.HEADING),
        ("International flights.", Kind.ACTION),
        ("INTERIOR MONOLOGUES ARE hard.", Kind.ACTION),
    ],
)
def test_a_line_by_itself_is_what_it_says(line, kind):
    assert read(f"He waits.\n\n{line}\n\nHe goes.")[1] == (kind, line)


@pytest.mark.parametrize("heading", ["ЯМА", "வீடு - பகல்", "砂漠", "SNIPER SCOPE"])
def test_a_forced_heading_needs_no_capitals(heading):
    assert read(f"He waits.\n\n.{heading}\n\nHe goes.")[1] == (Kind.HEADING, heading)


def test_words_of_ones_own_begin_slug_lines():
    text = "SISÄ. KEITTIÖ - YÖ\n\nHän istuu.\n"
    assert kinds(text)[0] is Kind.ACTION
    assert read(text, prefixes=Prefixes(interiors=("SISÄ",)))[0] == (Kind.HEADING, "SISÄ. KEITTIÖ - YÖ")


@pytest.mark.parametrize("first", ["FADE IN:", "INT. A: B - DAY", "CUT TO:\n\nINT. A - DAY"])
def test_what_is_no_title_page_stays_in_the_script(first):
    script = read_fountain(f"{first}\n\nHe goes.\n")
    assert script.title_page == ()
    assert script.elements[0].text == first.split("\n")[0]


def test_emphasis_is_kept_in_the_script_and_can_be_taken_off():
    assert plain(r"**bold** _line_ *it* ***both*** 2 * 3 * 4 \*no\* snake_case_word") == (
        "bold line it both 2 * 3 * 4 *no* snake_case_word"
    )


def test_time_grows_with_the_length_alone():
    for hostile in (
        "[[" * 50_000,
        "/*" * 50_000,
        "(" * 100_000,
        "*" * 100_000,
        "A\n" * 50_000,
        "#" * 100_000,
        "= \n" * 30_000,
    ):
        assert isinstance(read_fountain(hostile).elements, tuple)
