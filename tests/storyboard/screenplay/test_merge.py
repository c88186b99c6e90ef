# ruff: noqa: E501  (scripts of a few words, each on one line)
"""A rewritten script comes into a film that people have edited."""

from pathlib import Path

import pytest

from storyboard.document.load import parse_film
from storyboard.screenplay.breakdown import Choices
from storyboard.screenplay.importing import choices_like, imported, reimported
from tests.support.storyboard.long_screenplay import long_screenplay
from tests.support.storyboard.screenplays import LAST_LOAF

TEXT = LAST_LOAF.read_text("utf-8")


def again(rewritten, edit=lambda text: text, first=TEXT):
    """The first import, edited, and the second over it."""
    before = imported(first.encode(), "a.fountain", Choices())
    text = edit(before.text)
    choices = choices_like(before.record, Choices(), calibrate=False)
    after = reimported(rewritten.encode(), "b.fountain", choices, before.record, text)
    film = parse_film(after.text, Path("film.yaml")).film
    return before, after, {shot.id: shot for _, shot in film.shots()}


def test_the_same_script_again_changes_nothing():
    before, after, shots = again(TEXT)
    assert after.text == before.text
    assert after.changes == ()
    assert after.kept == len(shots)


def test_a_line_that_was_rewritten_changes_its_shot_alone():
    before, after, shots = again(
        TEXT.replace("It has been open for forty years", "It has been open for fifty years")
    )
    old = {shot.id: shot for _, shot in before.film.shots()}
    assert [name for name, shot in shots.items() if shot != old[name]] == ["2D"]
    assert shots["2D"].lines[0].text == "It's open. It has been open for fifty years."
    assert after.changes == (
        'shot 2D changed (lines): "It\'s open. It has been open for forty years." became "It\'s open. It has been open for fifty years."',
    )


def test_a_new_scene_before_the_others_takes_no_id_from_them():
    new = "EXT. FIELD - DAY\n\nWheat, as far as anybody can see.\n\nINT. BAKERY - CONTINUOUS"
    before, after, shots = again(TEXT.replace("INT. BAKERY - CONTINUOUS", new, 1))
    old = {shot.id: shot for _, shot in before.film.shots()}
    assert {name for name in shots if name not in old} == {
        name for name, shot in shots.items() if "Wheat" in shot.action
    }
    same = [name for name in old if name in shots and shots[name].action == old[name].action]
    assert len(same) == len(old)
    assert any("is new: EXT. FIELD - DAY" in words for words in after.changes)


def test_what_was_cut_from_the_script_goes_and_its_id_never_comes_again():
    cut = TEXT.replace("A KNOCK at the door. She does not look up.\n\n", "")
    before, after, shots = again(cut)
    assert "2C" not in shots
    added = cut.replace(
        "ROSA\nIt's open. It", "A bird lands on the sill and looks in at the bread.\n\nROSA\nIt's open. It"
    )
    choices = choices_like(after.record, Choices(), calibrate=False)
    third = reimported(added.encode(), "c.fountain", choices, after.record, after.text)
    bird = next(shot.id for _, shot in third.film.shots() if "A bird lands" in shot.action)
    assert bird not in {shot.id for _, shot in before.film.shots()} - {"2C"}


def test_what_people_changed_stays_with_their_comments():
    def edit(text):
        return text.replace(
            "      - id: 2B\n        duration: ",
            "      # Rosa must look tired here.\n      - id: 2B\n        seed: 7\n        duration: ",
        )

    rewritten = TEXT.replace("She hums.", "She hums an old song.")
    _, after, shots = again(rewritten, edit)
    assert "# Rosa must look tired here." in after.text
    assert shots["2B"].seed == 7
    assert shots["2B"].action.endswith("She hums an old song.")


def test_what_both_changed_stays_as_people_have_it_and_is_said():
    _, after, shots = again(
        TEXT.replace("The oven door glows.", "The oven door is cold."),
        lambda text: text.replace(
            "action: A low room white with flour. The oven door glows.",
            "action: A low room. The oven door smokes.",
        ),
    )
    assert shots["2A"].action.startswith("A low room. The oven door smokes.")
    assert any(
        words.startswith("shot 2A: action: changed by hand and by the script; it stays")
        for words in after.changes
    )


def test_shots_that_people_added_stay_and_those_that_they_removed_stay_away():
    def edit(text):
        start, end = text.index("      - id: 2C\n"), text.index("      - id: 2D\n")
        added = "      - id: 2CAT\n        duration: 2s\n        action: A cat.\n"
        return text[:start] + added + text[end:]

    _, _, shots = again(TEXT.replace("She hums.", "She hums an old song."), edit)
    assert "2C" not in shots
    names = [*shots]
    assert names[names.index("2CAT") - 1 : names.index("2CAT") + 2] == ["2B", "2CAT", "2D"]


def test_a_shot_that_was_edited_is_kept_when_its_words_are_cut():
    _, after, shots = again(
        TEXT.replace("A KNOCK at the door. She does not look up.\n\n", ""),
        lambda text: text.replace("      - id: 2C\n", "      - id: 2C\n        seed: 3\n"),
    )
    assert shots["2C"].seed == 3
    assert any("shot 2C is no more in the script, but was edited by hand" in words for words in after.changes)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_feature_that_was_rewritten_in_places_keeps_all_other_shots(seed):
    first = long_screenplay(12, seed)
    rows = first.split("\n")
    rewritten = "\n".join(
        row.replace("leaves at six", "leaves at seven") if number % 3 else row
        for number, row in enumerate(rows)
    )
    before, after, shots = again(rewritten, first=first)
    old = {shot.id: shot for _, shot in before.film.shots()}
    assert {*shots} == {*old}
    changed = {name for name in shots if shots[name] != old[name]}
    assert changed
    assert all("leaves at seven" in "".join(line.text for line in shots[name].lines) for name in changed)
    assert after.kept == len(shots) - len(changed)
