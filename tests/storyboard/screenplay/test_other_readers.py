"""Where other readers read right, this one reads the same."""

import io

import pytest

from storyboard.screenplay.fdx import read_fdx
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.script import Kind

PLAIN = """Title: The Bakery

INT. BAKERY - DAWN

ROSA, 60, kneads.

ROSA
(to the dough)
Good morning.

MILO
You talk to bread.

CUT TO:

EXT. STREET - DAY

A dog waits for bread.

ROSA (V.O.)
Everybody does.
"""
KINDS = {
    "scene_heading": Kind.HEADING,
    "action": Kind.ACTION,
    "character": Kind.CUE,
    "parenthetical": Kind.PARENTHETICAL,
    "dialogue": Kind.DIALOGUE,
    "transition": Kind.TRANSITION,
}


def ours(text):
    return [(one.kind, one.text) for one in read_fountain(text).elements]


def test_fountain_py_finds_the_same_elements():
    fountain = pytest.importorskip("fountain")
    found = [
        (KINDS[one.type.value], one.text)
        for one in fountain.FountainParser().parse(PLAIN).elements
        if one.type.value in KINDS
    ]
    expected = [(kind, text.removesuffix(" (V.O.)")) for kind, text in ours(PLAIN)]
    assert [(kind, text.removesuffix(" (V.O.)").strip("()")) for kind, text in found] == [
        (kind, text.strip("()")) for kind, text in expected
    ]


def test_screenplain_finds_the_same_scenes_and_speeches():
    types = pytest.importorskip("screenplain.types")
    from screenplain.parsers.fountain import parse

    paragraphs = [*parse(io.StringIO(PLAIN))]
    slugs = [str(one.line) for one in paragraphs if isinstance(one, types.Slug)]
    speeches = [
        (str(one.character), "\n".join(str(text) for parenthetical, text in one.blocks if not parenthetical))
        for one in paragraphs
        if isinstance(one, types.Dialog)
    ]
    read = ours(PLAIN)
    assert slugs == [text for kind, text in read if kind is Kind.HEADING]
    cues = [text for kind, text in read if kind is Kind.CUE]
    assert speeches == list(zip(cues, [text for kind, text in read if kind is Kind.DIALOGUE], strict=True))


def test_open_fdx_toolkit_finds_the_same_scenes_and_paragraphs():
    toolkit = pytest.importorskip("fdx_parser")
    named = {
        kind: name
        for name, kind in {
            "Scene Heading": Kind.HEADING,
            "Action": Kind.ACTION,
            "Character": Kind.CUE,
        }.items()
    }
    named |= {Kind.DIALOGUE: "Dialogue", Kind.PARENTHETICAL: "Parenthetical", Kind.TRANSITION: "Transition"}
    rows = "".join(
        f'<Paragraph Type="{named[kind]}"><Text>{text}</Text></Paragraph>' for kind, text in ours(PLAIN)
    )
    document = (
        f'<?xml version="1.0"?><FinalDraft DocumentType="Script"><Content>{rows}</Content></FinalDraft>'
    )
    found = []
    for scene in toolkit.parse_fdx(document):
        found.append(("Scene Heading", scene.slugline))
        found += [(one.type, one.text) for one in scene.paragraphs if one.type != "Scene Heading"]
    read = read_fdx(document.encode(), "a.fdx").elements
    assert found == [(named[one.kind], one.text) for one in read]
