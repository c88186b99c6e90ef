# ruff: noqa: E501  (scripts of a few words, each on one line)
"""Breakdowns: the golden one, which a person has read, and what holds for all."""

import re
from pathlib import Path

import pytest

from storyboard.document.load import parse_film
from storyboard.media.timing import seconds_at
from storyboard.schema.vocabulary import (
    CameraMove,
    Facing,
    LineDelivery,
    Pose,
    Position,
    ShotSize,
    TimeOfDay,
    TitleStyle,
    TransitionKind,
    Weather,
)
from storyboard.screenplay.breakdown import Choices, broken_down
from storyboard.screenplay.document import film_text
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.read import read_script
from storyboard.screenplay.script import Kind, plain
from tests.support.storyboard.long_screenplay import long_screenplay
from tests.support.storyboard.screenplays import GOLDEN, LAST_LOAF


def of(text, **more):
    return broken_down(read_fountain(text), Choices(**more))


def shots(text, **more):
    return [shot for _, shot in of(text, **more).film.shots()]


@pytest.fixture(scope="module")
def feature():
    script = read_fountain(long_screenplay(120))
    return script, broken_down(script)


def test_the_golden_breakdown_is_as_a_person_has_read_it():
    made = film_text(broken_down(read_script(LAST_LOAF)).film)
    assert made == GOLDEN.read_text("utf-8"), "python -m tests.support.storyboard.screenplays writes it anew"


def test_its_document_is_the_film_again():
    film = broken_down(read_script(LAST_LOAF)).film
    assert parse_film(film_text(film), Path("film.yaml")).film == film


def test_a_page_is_a_minute_over_a_whole_feature(feature):
    _, made = feature
    film = made.film
    minutes = float(seconds_at(film.duration_frames(), film.format.rate)) / 60
    assert made.pages > 110
    assert minutes == pytest.approx(made.pages, rel=0.02)


def test_every_word_that_is_seen_or_heard_is_in_a_shot_or_listed(feature):
    script, made = feature
    of_element = {}
    for shot in made.sources.values():
        for source in shot:
            of_element.setdefault(source.element, []).append(source.text)
    for number, element in enumerate(script.elements):
        if element.kind in {Kind.ACTION, Kind.DIALOGUE, Kind.TRANSITION, Kind.SHOT}:
            whole = " ".join(plain(element.text).split())
            assert "".join(of_element[number]).replace(" ", "") == whole.replace(" ", ""), element
    said = {line.text for _, shot in made.film.shots() for line in shot.lines}
    assert {
        text
        for shot in made.sources.values()
        for one in shot
        if one.where.startswith("lines")
        for text in [one.text]
    } == said


def test_nobody_changes_sides_within_a_scene(feature):
    _, made = feature
    left = {Position.FAR_LEFT, Position.LEFT}
    for scene in made.film.scenes:
        sides = {}
        for shot in scene.shots:
            for one in shot.characters:
                if one.position is not Position.CENTRE:
                    assert sides.setdefault(one.id, one.position in left) == (one.position in left), shot.id


def test_two_who_talk_look_at_each_other(feature):
    _, made = feature
    overs = [shot for _, shot in made.film.shots() if shot.size is ShotSize.OTS]
    assert len(overs) > 50
    for shot in overs:
        assert {one.facing for one in shot.characters} <= {Facing.LEFT, Facing.RIGHT}
        first, second = shot.characters
        if {first.position, second.position} == {Position.LEFT, Position.RIGHT}:
            assert {first.facing, second.facing} == {Facing.LEFT, Facing.RIGHT}


def test_the_same_people_are_never_twice_in_the_same_frame(feature):
    _, made = feature
    for scene in made.film.scenes:
        for one, other in zip(scene.shots, scene.shots[1:], strict=False):
            people = {who.id for who in one.characters}
            asked = re.search("CLOSE ON", other.action)
            single = len(people) == 1 and people == {who.id for who in other.characters}
            assert not (single and one.size is other.size) or asked, (one.id, other.id)


TALK = """INT. KITCHEN - NIGHT

ANNA
I thought that you would not come back to this house.

BEN
I thought that you would not open the door to me.

ANNA
It was open. It is always open on a Tuesday, you know that.

BEN
I did not know what day it was, to tell you the truth.

ANNA
Sit down, and I will make us the coffee that you never liked.

BEN
Get out of my way, Anna, or I shall do it myself!
"""


def test_dialogue_is_covered_by_a_master_then_over_shoulders_then_singles():
    made = shots(TALK)
    assert [shot.size for shot in made] == [
        *(ShotSize.WS, ShotSize.MWS, ShotSize.OTS, ShotSize.OTS, ShotSize.OTS, ShotSize.MCU, ShotSize.CU)
    ]
    seen = [[one.id for one in shot.characters] for shot in made]
    assert seen == [[], ["anna", "ben"], ["ben", "anna"], ["anna", "ben"], ["ben", "anna"], ["anna"], ["ben"]]
    assert made[2].setup == made[4].setup == "1-over-ben"


def test_a_long_speech_is_seen_on_who_listens_too():
    long = "I have waited here for a long time and I have seen many people go. " * 4
    made = shots(
        f"INT. BAR - DAY\n\nANNA sits. BEN stands.\n\nBEN\nWell, what do you have to say to me?\n\nANNA\n{long}\n"
    )
    seen = [(shot.characters[0].id, shot.lines[0].character) for shot in made if shot.lines]
    assert ("ben", "anna") in seen
    assert seen[-1] == ("anna", "anna")


@pytest.mark.parametrize(
    ("words", "size", "camera"),
    [
        ("CLOSE ON the letter.", ShotSize.CU, None),
        ("EXTREME CLOSE UP of an eye.", ShotSize.ECU, None),
        ("INSERT - THE LETTER.", ShotSize.ECU, None),
        ("ANGLE ON Anna.", ShotSize.MS, None),
        ("WE SEE a man on the roof.", ShotSize.MWS, None),
        ("WIDE on the plain.", ShotSize.WS, None),
        ("AERIAL: the city.", ShotSize.EWS, None),
        ("PUSH IN on Anna.", None, CameraMove.PUSH_IN),
        ("PULL BACK to REVEAL the crowd.", None, CameraMove.PULL_OUT),
        ("PAN to the window.", None, CameraMove.PAN_RIGHT),
        ("TILT UP to the sky.", None, CameraMove.TILT_UP),
        ("We follow her down the stairs.", None, CameraMove.TRUCK_RIGHT),
        ("Anna fries eggs in a pan.", ShotSize.MS, CameraMove.STATIC),
        ("Anna closes up the shop.", ShotSize.MS, CameraMove.STATIC),
    ],
)
def test_the_words_that_screenwriters_use_are_sizes_and_moves(words, size, camera):
    text = f"INT. HALL - DAY\n\nA long hall without anybody in it.\n\n{words}\n\nANNA\nYes.\n"
    shot = shots(text)[1]
    assert words.rstrip(".") in shot.action
    assert size is None or shot.size is size
    assert camera is None or shot.camera is camera


def test_places_times_and_weather_are_carried():
    made = of(
        "EXT. QUAY - NIGHT\n\nRain falls on the boats.\n\nINT. SHED - CONTINUOUS\n\nAnna waits.\n\nANNA\nCome in.\n\n"
        "EXT. QUAY - DAY\n\nThe rain has stopped.\n\nINT. QUAY - DAY\n\nA room under the quay.\n"
    ).film
    quay, shed = made.locations["quay"], made.locations["shed"]
    assert (quay.time_of_day, quay.weather, quay.description) == (
        TimeOfDay.NIGHT,
        Weather.RAIN,
        "Exterior. Rain falls on the boats.",
    )
    assert (shed.time_of_day, shed.weather) == (TimeOfDay.NIGHT, Weather.RAIN)
    assert [scene.location for scene in made.scenes] == ["quay", "shed", "quay", "quay-2"]
    assert (made.scenes[2].time_of_day, made.scenes[2].weather) == (TimeOfDay.DAY, Weather.CLEAR)
    assert [shot.size for shot in made.scenes[2].shots] == [ShotSize.WS]


def test_scene_numbers_are_kept_and_others_found():
    made = of(
        "INT. A - DAY #12A#\n\n{0}\n\nINT. B - DAY\n\n{0}\n\nINT. C - DAY #2#\n\n{0}\n".format(
            "A room without anybody in it."
        )
    ).film
    assert [scene.id for scene in made.scenes] == ["12A", "3", "2"]
    assert [shot.id for _, shot in made.shots()] == ["12A-A", "3A", "2A"]


def test_cues_are_joined_whose_they_are():
    text = "INT. A - DAY\n\n" + "".join(
        f"{cue}\nHello there.\n\n"
        for cue in (
            "JOHN SMITH",
            "JOHN (v.o.)",
            "DR. SMITH",
            "john smith (CONT'D)".upper(),
            "YOUNG JOHN",
            "MRS. SMITH",
            "ANNA",
            "ANNA & JOHN",
        )
    )
    made = of(text)
    assert [*made.film.characters] == ["john-smith", "young-john", "mrs-smith", "anna"]
    assert {*made.joined} == {("JOHN", "JOHN SMITH"), ("DR. SMITH", "JOHN SMITH")}
    both = [line.character for line in made.film.shots()[-1][1].lines]
    assert both[-2:] == ["anna", "john-smith"]
    joined = of(text, aliases={"YOUNG JOHN": "JOHN SMITH"})
    assert "young-john" not in joined.film.characters


def test_people_are_described_dressed_and_given_voices():
    script = "INT. A - DAY\n\nROSA (67), small, a red scarf in her hair, kneads. Her son TOM (8) waits.\n\nROSA\nEat.\n\nBEN\nI do.\n"
    made = of(script).film.characters
    assert made["rosa"].description == "An old woman, 67, small, a red scarf in her hair"
    assert made["rosa"].colours != made["ben"].colours
    assert made["ben"].colours
    assert {one.voice.pitch for one in (made["rosa"], made["ben"])} == {43, 50}, "who they are is described"
    german = of(script, language="de").film.characters
    assert german["rosa"].voice.pitch > german["ben"].voice.pitch
    assert made["tom"].name == "Tom"


@pytest.mark.parametrize(
    ("introduced", "described", "coats"),
    [
        ("A ROBOT waits.", "A robot", 1),
        ("An old ROBOT waits.", "An old robot", 1),
        ("A SURGEON waits. She is tired.", "A surgeon, a woman", 1),
        ("ROBOT waits.", "A person", 1),
        ("ROBOT, in a yellow raincoat, waits.", "A person, in a yellow raincoat", 0),
        ("ROBOT, in yellow, waits.", "A person, in yellow", 1),
    ],
)
def test_a_name_that_says_what_somebody_is_describes_them_and_clothes_with_a_colour_need_no_other(
    introduced, described, coats
):
    name = "SURGEON" if "SURGEON" in introduced else "ROBOT"
    (person,) = of(f"INT. WARD - DAY\n\n{introduced}\n\n{name}\nHello.\n").film.characters.values()
    assert (person.description, len(person.colours)) == (described, coats)


def test_voices_over_lie_over_the_action_and_voices_off_on_who_listens():
    made = shots(
        "INT. A - DAY\n\nAnna waits at the table. Ben eats.\n\nANNA\nWell, well.\n\nNARRATOR (V.O.)\nIt was a year of rain.\n\nBen eats on.\n\n"
        "BEN\nSo.\n\nCLEO (O.S.)\nIs anybody there, in the name of God?\n"
    )
    over = next(shot for shot in made if any(line.delivery is LineDelivery.VOICE_OVER for line in shot.lines))
    assert over.action == "Ben eats on."
    off = made[-1]
    assert off.lines[0].delivery is LineDelivery.OFF_SCREEN
    assert off.characters[0].id in {"anna", "ben"}
    assert all("cleo" not in {one.id for one in shot.characters} for shot in made)


def test_intercut_shows_each_where_they_were():
    made = shots(
        "INT. A - DAY\n\nANNA\nHello, who is there, please?\n\nINT. B - DAY\n\nBEN\nIt is me, as you know very well.\n\n"
        "INTERCUT:\n\nANNA\nI did not expect you to call again.\n\nBEN\nNor did I.\n"
    )
    assert [(shot.characters[0].id, shot.location) for shot in made[-2:]] == [("anna", "a"), ("ben", None)]


def test_transitions_titles_notes_and_sections_find_their_shots():
    made = of(
        'FADE IN:\n\n# Act one\n\nEXT. SEA - DAY\n\nWaves without an end under a low sky.\n\nSUPER: "1912"\n\n[[more foam]]\n\n'
        "DISSOLVE TO:\n\nINT. A - DAY\n\nA cold room at the sea.\n\nMATCH CUT TO:\n\nINT. B - DAY\n\nA warm room at the sea.\n\nFADE OUT.\n\n> THE END <\n"
    )
    first, second, third = (shot for _, shot in made.film.shots())
    assert first.transition.kind is TransitionKind.FADE
    assert [(one.text, one.style) for one in first.titles] == [("1912", TitleStyle.LOWER_THIRD)]
    assert first.notes == "Section: Act one\nmore foam"
    assert second.transition.kind is TransitionKind.DISSOLVE
    assert third.match_cut == second.id
    assert third.fade_out is not None
    assert [(one.text, one.style) for one in third.titles] == [("THE END", TitleStyle.CARD)]


def test_poses_last_and_faces_and_sounds_are_heard_of():
    made = shots(
        "INT. A - DAY\n\nANNA (30) enters, worried.\n\nShe sits.\n\nA KNOCK at the door.\n\nANNA\n(whispering)\nWho is it, at this hour?\n"
    )
    entering = next(shot for shot in made if "enters" in shot.action)
    assert (entering.characters[0].position, entering.characters[0].move_to) == (
        Position.FAR_LEFT,
        Position.LEFT,
    )
    assert entering.characters[0].expression == "worried"
    assert made[-1].characters[0].pose is Pose.SITTING
    assert made[-1].lines[0].delivery is LineDelivery.WHISPERED
    assert [one.sound for shot in made for one in shot.effects] == ["knock"]


def test_parentheticals_say_how_a_line_is_spoken():
    asked = {
        "sadly": "sad",
        "through her tears": "sad",
        "crying": "sad",
        "quickly": "fast",
        "hurried": "fast",
        "in a rush": "fast",
        "crying out": "shouted",
        "quietly, sad": "whispered",
        "to Bo": "normal",
        "weinend": "sad",
        "торопливо": "fast",
    }
    for words, delivery in asked.items():
        made = shots(f"INT. A - DAY\n\nANNA (30) sits.\n\nANNA\n({words})\nThe boat is not coming back.\n")
        spoken = [line.delivery.value for shot in made for line in shot.lines]
        assert set(spoken) == {delivery}, words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ИНТ. КУХНЯ - НОЧЬ\n\nАнна сидит за столом.\n\nАННА\nКто там?\n", "ru"),
        ("ІНТ. КІМНАТА - НІЧ\n\nВона їсть і п'є.\n\nГАННА\nХто там?\n", "uk"),
        ("INT. CUISINE - NUIT\n\nElle est dans la cuisine avec les enfants.\n\nANNE\nQui est là ?\n", "fr"),
        ("INNEN. KÜCHE - NACHT\n\nSie sitzt und wartet auf die Nacht.\n\nANNA\nWer ist da?\n", "de"),
        ("内景：厨房 - 夜\n\n她坐在桌旁。\n\n@安娜\n谁在那里？\n", "zh"),
        ("内. 台所 - 夜\n\n彼女はテーブルに座っている。\n\n@アンナ\n誰ですか。\n", "ja"),
        (".வீடு - இரவு\n\nஅவள் அமர்ந்திருக்கிறாள்.\n\n@அன்னா\nயார் அங்கே?\n", "ta"),
    ],
)
def test_scripts_of_other_languages_become_films(text, language):
    made = of(text).film
    assert made.language == language
    assert len(made.scenes) == 1
    assert [line.text for _, shot in made.shots() for line in shot.lines] == [text.strip().split("\n")[-1]]
    assert made.locations[made.scenes[0].location].time_of_day is TimeOfDay.NIGHT or language == "ta"
    assert parse_film(film_text(made), Path("film.yaml")).film == made


def test_what_has_no_place_is_listed_with_its_line():
    made = of(
        "Title: A\nAuthor: B\n\nINT. A - DAY\n\nOne. /* two */\n\n===\n\n.OMITTED #5#\n\nINT. B - DAY\n\nThree [[ four\n"
    )
    assert [(one.line, one.text, one.why) for one in made.left] == [
        (1, "Author: B", "an entry of the title page, kept for export"),
        (6, "two", "cut by its writer (boneyard)"),
        (8, "", "a page break"),
        (10, "OMITTED", "scene 5 is omitted"),
        (14, "[[ four\n", "a note that does not end, read as text"),
    ]
    assert [scene.slug for scene in made.film.scenes] == ["INT. A - DAY", "INT. B - DAY"]


def test_a_pronoun_means_whom_it_fits_before_whom_it_may_fit():
    script = (
        "INT. BUS - NIGHT\n\nMARA (70s), a cello case on her back, pays the DRIVER.\n\n"
        "DRIVER\nThat'll need a ticket.\n\nShe sits.\n"
    )
    sitting = [person for shot in shots(script) for person in shot.characters if person.pose is Pose.SITTING]
    assert [person.id for person in sitting] == ["mara"]
