"""A film goes back to the screenplay that it came from, with what people changed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.schema.film import Film
from storyboard.screenplay.breakdown import Choices
from storyboard.screenplay.document import plain_film
from storyboard.screenplay.export import exported
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.fountain_text import fountain_text
from storyboard.screenplay.importing import imported
from storyboard.screenplay.script import Kind
from tests.support.storyboard.long_screenplay import long_screenplay
from tests.support.storyboard.screenplays import LAST_LOAF


def same(text):
    """What comes back of a script without a change."""
    made = imported(text.encode(), "a.fountain", Choices())
    return fountain_text(exported(made.film, made.record))


def edited(text, change):
    made = imported(text.encode(), "a.fountain", Choices())
    value = plain_film(made.film)
    change(value)
    return exported(Film.model_validate(value), made.record)


def elements(text):
    script = read_fountain(text)
    return script.title_page, [(one.kind, one.text, one.number, one.dual) for one in script.elements]


def test_every_word_of_a_script_comes_back_in_its_order():
    for text in (LAST_LOAF.read_text("utf-8"), long_screenplay(20)):
        assert elements(same(text)) == elements(text)


ACTION = st.lists(
    st.sampled_from(
        [
            "Anna waits.",
            "CLOSE ON the door.",
            "He runs out.",
            "Silence.",
            "- one\n- two",
            "SUPER: 1912",
            "It *rains*.",
        ]
    ),
    min_size=1,
    max_size=3,
)
SPEECH = st.builds(
    lambda name, how, words: f"{name}\n{how}{words}",
    st.sampled_from(["ANNA", "BEN (V.O.)", "CLEO (O.S.)", "ANNA (CONT'D)", "BEN ^", "ANNA & BEN"]),
    st.sampled_from(["", "(low)\n", "(beat)\n"]),
    st.sampled_from(["Yes.", "No!", "Well. Then. " * 20, "One.\n(to Ben)\nTwo.", "~La la"]),
)
OTHER = st.sampled_from(
    [
        "CUT TO:",
        "FADE OUT.",
        "> THE END <",
        "[[a note]]",
        "/* gone */",
        "= It rains.",
        "# Act",
        "===",
        "INTERCUT:",
        "CLOSE ON - A HAND",
    ]
)
SCENE = st.builds(
    lambda slug, blocks: "\n\n".join([slug, *blocks]),
    st.sampled_from(["INT. A - DAY", "EXT. B - NIGHT #7#", ".ЯМА", "INT. A - CONTINUOUS", ".OMITTED #9#"]),
    st.lists(st.one_of(ACTION.map("\n\n".join), SPEECH, OTHER), max_size=6),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(SCENE, min_size=1, max_size=4),
    st.sampled_from(["", "FADE IN:\n\n", "Anna, before all.\n\n", "Title: X\nAuthor: Y\n\n"]),
)
def test_import_then_export_keeps_every_word(scenes, first):
    text = first + "\n\n".join(scenes) + "\n"
    assert elements(same(text)) == elements(text)


def test_what_people_changed_is_in_the_script():
    def change(value):
        shots = {shot["id"]: shot for scene in value["scenes"] for shot in scene["shots"]}
        shots["2D"]["lines"][0]["text"] = "It has been open for fifty years."
        shots["2A"]["action"] = "A room black with soot."
        value["scenes"][0]["slug"] = "EXT. HARBOUR STREET - DAWN"

    text = fountain_text(edited(LAST_LOAF.read_text("utf-8"), change))
    assert "ROSA\nIt has been open for fifty years.\n" in text
    assert "A room black with soot." in text
    assert "A low room white with flour" not in text
    assert "EXT. HARBOUR STREET - DAWN" in text


def test_shots_that_people_removed_are_gone_and_those_that_they_added_are_there():
    def change(value):
        shots = value["scenes"][1]["shots"]
        del shots[1]
        shots.insert(
            1,
            {
                "id": "2X",
                "duration": "2s",
                "action": "A cat on the sill.",
                "lines": [{"character": "milo", "text": "Puss?"}],
            },
        )

    script = edited(LAST_LOAF.read_text("utf-8"), change)
    words = [one.text for one in script.elements]
    assert not any("ROSA (67)" in text for text in words)
    place = words.index("A cat on the sill.")
    assert words[place + 1 : place + 3] == ["MILO", "Puss?"]


def test_a_film_that_was_not_imported_is_a_script_too():
    made = imported(LAST_LOAF.read_bytes(), "a.fountain", Choices())
    text = fountain_text(exported(made.film, None))
    script = read_fountain(text)
    assert script.entry("title") == "The Last Loaf"
    assert [one.text for one in script.elements if one.kind is Kind.HEADING][1] == "INT. BAKERY - CONTINUOUS"
    assert "NOTARY\nIs that... is there any left?" in text
