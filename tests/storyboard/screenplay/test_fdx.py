# ruff: noqa: E501  (paragraphs as Final Draft writes them)
"""Final Draft's documents, with what other readers lose of them."""

from storyboard.screenplay.fdx import read_fdx
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.fountain_text import fountain_text
from storyboard.screenplay.script import Kind, plain

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n<FinalDraft DocumentType="Script" Version="5">\n'


def document(content, after=""):
    return f"{HEAD}<Content>\n{content}\n</Content>\n{after}</FinalDraft>".encode()


def read(content, after=""):
    return read_fdx(document(content, after), "a.fdx")


def words(script):
    return [(one.kind, one.text) for one in script.elements]


WHOLE = """<Paragraph Number="1A" Type="Scene Heading"><SceneProperties Length="1/8" Page="1" Title="">
<Summary><Paragraph><Text>They meet.</Text></Paragraph></Summary></SceneProperties><Text>INT. KITCHEN - NIGHT</Text></Paragraph>
<Paragraph Type="Action"><Text>Anna sits at the ta</Text><Text RevisionID="2">ble</Text><Text>. </Text>
<Text Style="Bold+Underline">BANG!</Text></Paragraph>
<Paragraph Type="Shot"><Text>close on the door</Text></Paragraph>
<Paragraph Type="Character"><ScriptNote ID="1"><Paragraph><Text>Who plays her?</Text></Paragraph></ScriptNote><Text>ANNA (</Text><Text>v.o.)</Text></Paragraph>
<Paragraph Type="Parenthetical"><Text>(low)</Text></Paragraph>
<Paragraph Type="Dialogue"><Text>Who is 5 * 5?</Text></Paragraph>
<Paragraph><DualDialogue>
<Paragraph Type="Character"><Text>BEN</Text></Paragraph><Paragraph Type="Dialogue"><Text>Me.</Text></Paragraph>
<Paragraph Type="Character"><Text>CLEO</Text></Paragraph><Paragraph Type="Dialogue"><Text>Me!</Text></Paragraph>
</DualDialogue></Paragraph>
<Paragraph Number="2" Type="Scene Heading"><OmittedScene><Paragraph Type="Scene Heading"><Text>EXT. YARD - DAY</Text></Paragraph>
<Paragraph Type="Action"><Text>A cut scene.</Text></Paragraph></OmittedScene><Text>OMITTED</Text></Paragraph>
<Paragraph Type="Action"><Text>Text after an omission.</Text></Paragraph>
<Paragraph Type="Transition"><Text>FADE OUT.</Text></Paragraph>
<Paragraph Type="Singing"><Text>La la</Text></Paragraph>
<Paragraph Type="New Act"><Text>ACT TWO</Text></Paragraph>
<Paragraph Alignment="Center" Type="General"><Text>THE END</Text></Paragraph>
<Paragraph Type="Storyboard"><Text>Unheard of.</Text></Paragraph>"""


def test_all_runs_notes_numbers_and_double_dialogue_are_read():
    script = read(WHOLE)
    assert words(script) == [
        (Kind.HEADING, "INT. KITCHEN - NIGHT"),
        (Kind.SYNOPSIS, "They meet."),
        (Kind.ACTION, "Anna sits at the table. _**BANG!**_"),
        (Kind.SHOT, "close on the door"),
        (Kind.CUE, "ANNA (v.o.)"),
        (Kind.NOTE, "Who plays her?"),
        (Kind.PARENTHETICAL, "(low)"),
        (Kind.DIALOGUE, r"Who is 5 \* 5?"),
        (Kind.CUE, "BEN"),
        (Kind.DIALOGUE, "Me."),
        (Kind.CUE, "CLEO"),
        (Kind.DIALOGUE, "Me!"),
        (Kind.HEADING, "OMITTED"),
        (Kind.BONEYARD, "EXT. YARD - DAY\nA cut scene."),
        (Kind.ACTION, "Text after an omission."),
        (Kind.TRANSITION, "FADE OUT."),
        (Kind.LYRIC, "La la"),
        (Kind.SECTION, "ACT TWO"),
        (Kind.CENTRED, "THE END"),
        (Kind.ACTION, "Unheard of."),
    ]
    assert [one.number for one in script.elements if one.kind is Kind.HEADING] == ["1A", "2"]
    assert [one.dual for one in script.elements if one.kind is Kind.CUE] == [False, False, True]
    assert [one.text[:4] for one in script.elements if one.revised] == ["Anna"]
    assert [(one.line, one.why) for one in script.left] == [
        (23, 'paragraphs of the kind "Storyboard" are read as action')
    ]
    assert script.elements[2].line == 6
    assert plain(script.elements[7].text) == "Who is 5 * 5?"


def test_its_title_page_and_cast_are_read_and_an_empty_title_is_none():
    title = "<TitlePage><Content>{}</Content></TitlePage>"
    rows = "".join(
        f'<Paragraph Alignment="Center"><Text>{row}</Text></Paragraph>'
        for row in ("", "THE LAMP", "written by", "A. Person", "+44 1")
    )
    cast = '<CastList><CastMember Character="ANNA"/></CastList><SmartType><Characters><Character>BEN</Character></Characters></SmartType>'
    script = read('<Paragraph Type="Action"><Text>He goes.</Text></Paragraph>', title.format(rows) + cast)
    assert script.title_page == (
        ("Title", "THE LAMP"),
        ("Credit", "written by"),
        ("Author", "A. Person"),
        ("Contact", "+44 1"),
    )
    assert script.cast == ("ANNA", "BEN")
    assert read("<Paragraph><Text>x</Text></Paragraph>", title.format("<Paragraph/>")).title_page == ()


def test_an_encoding_that_is_not_the_declared_one_does_no_harm():
    data = document('<Paragraph Type="Action"><Text>Déjà vu.</Text></Paragraph>').decode()
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        assert words(read_fdx(data.encode(encoding), "a.fdx")) == [(Kind.ACTION, "Déjà vu.")]


def test_it_becomes_fountain_that_says_the_same():
    script = read(WHOLE)
    again = read_fountain(fountain_text(script))
    assert sorted(one.text.upper() for one in again.elements) == sorted(
        one.text.upper() for one in script.elements
    )
