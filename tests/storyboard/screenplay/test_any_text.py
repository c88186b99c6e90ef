"""Any text at all: a film that can be read again, a script that comes back, and a rewrite that comes in."""

from pathlib import Path

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from storyboard.document.load import parse_film
from storyboard.errors import DocumentError
from storyboard.screenplay.breakdown import Choices
from storyboard.screenplay.export import exported
from storyboard.screenplay.importing import choices_like, imported, reimported
from storyboard.screenplay.record import Record

PARTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            *(
                "INT. ",
                "\n",
                "\n\n",
                "ANNA\n",
                "@",
                "(V.O.)",
                " ^\n",
                "CUT TO:",
                "FADE OUT.",
                "[[",
                "]]",
                "/*",
                "*/",
            ),
            *(
                "> ",
                " <",
                "# ",
                "= ",
                "~",
                "!",
                "SUPER: ",
                "INTERCUT:",
                "MATCH CUT TO:",
                " #1#",
                "Anna enters.",
            ),
            *("He leaves.", "BEN & ANNA\n", "MONTAGE\n- a\n- b", "DISSOLVE TO:", "Title: x\n", "Beat.\n\n"),
            *("x" * 450, "y " * 2500, "OMITTED"),
        ]
    ),
)


def read(parts):
    """What an import comes to; nothing where the text is refused."""
    try:
        return imported("".join(parts).encode("utf-8", "replace"), "a.fountain", Choices())
    except DocumentError:
        return None


@settings(max_examples=60, deadline=None)
@example(["!"])
@given(st.lists(PARTS, max_size=40))
def test_it_becomes_a_film_and_a_script_again(parts):
    made = read(parts)
    assume(made is not None)
    assert parse_film(made.text, Path("film.yaml")).film == made.film
    assert exported(made.film, made.record).elements


@settings(max_examples=25, deadline=None)
@given(st.lists(PARTS, max_size=25), st.lists(PARTS, max_size=8), st.integers(0, 25))
def test_any_rewrite_comes_into_its_film(parts, more, at):
    first, second = read(parts), read([*parts[:at], *more, *parts[at:]])
    assume(first is not None and second is not None)
    text = "".join([*parts[:at], *more, *parts[at:]])
    choices = choices_like(first.record, Choices(), calibrate=False)
    after = reimported(text.encode("utf-8", "replace"), "b.fountain", choices, first.record, first.text)
    ids = [shot.id for _, shot in parse_film(after.text, Path("film.yaml")).film.shots()]
    assert len(ids) == len({*ids})
    assert Record.model_validate_json(after.record.model_dump_json(exclude_defaults=True)) == after.record
