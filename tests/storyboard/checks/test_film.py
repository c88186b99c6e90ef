from __future__ import annotations

import json

import pytest

from storyboard.checks.film import find_problems, look_at
from tests.support.storyboard.small_films import large, loaded, shot, small


def first(name: str, **keys: object):
    def change(film: dict) -> None:
        shot(film, name).update(keys)

    return change


def music(**keys: object):
    return lambda film: film["music"][0].update(keys)


def mira(**keys: object):
    return lambda film: film["characters"]["mira"].update(keys)


def scene(index: int, **keys: object):
    return lambda film: film["scenes"][index].update(keys)


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        (
            first("1A", characters=[{"id": "mirra"}]),
            "scenes[0].shots[0].characters[0].id",
            'no character is called "mirra"; did you mean "mira"? (there are: mira, tom)',
        ),
        (
            first("1A", characters=[{"id": "tom"}, {"id": "tom"}]),
            "scenes[0].shots[0].characters[1].id",
            '"tom" is in this shot twice',
        ),
        (
            first("1A", lines=[{"character": "nobody", "text": "x"}]),
            "scenes[0].shots[0].lines[0].character",
            'no character is called "nobody" (there are: mira, tom)',
        ),
        (
            first("1A", location="towr"),
            "scenes[0].shots[0].location",
            'no location is called "towr"; did you mean "tower"? (there are: harbour, tower)',
        ),
        (
            scene(1, location="sea"),
            "scenes[1].location",
            'no location is called "sea" (there are: harbour, tower)',
        ),
        (scene(1, id="s1"), "scenes[1].id", 'there is a scene "s1" already'),
        (scene(0, id="default"), "scenes[0].id", '"default" is the wardrobe of all scenes'),
        (first("1B", id="1A"), "scenes[0].shots[1].id", 'there is a shot "1A" already'),
        (
            lambda film: film["music"].append({"id": "M1", "from": "1A", "to": "1A"}),
            "music[1].id",
            'there is a cue "M1" already',
        ),
        (
            mira(wardrobe={"s3": "coat"}),
            "characters.mira.wardrobe.s3",
            'no scene is called "s3" (there are: default, s1, s2)',
        ),
        (
            first("2B", continues="s9"),
            "scenes[1].shots[1].continues",
            '"s9" names no earlier shot (earlier: 1A, 1B, 2A)',
        ),
        (
            first("2B", continues="1a"),
            "scenes[1].shots[1].continues",
            '"1a" names no earlier shot; did you mean "1A"? (earlier: 1A, 1B, 2A)',
        ),
        (
            first("2B", continues="2B"),
            "scenes[1].shots[1].continues",
            '"2B" continues itself (earlier: 1A, 1B, 2A)',
        ),
        (
            first("1A", continues="2B"),
            "scenes[0].shots[0].continues",
            '"2B" comes later; a shot continues an earlier',
        ),
        (
            first("1B", match_cut="2B"),
            "scenes[0].shots[1].match_cut",
            '"2B" comes later; a shot matches an earlier one (earlier: 1A)',
        ),
        (
            first("2B", match_cut="1A"),
            "scenes[1].shots[1].match_cut",
            '"continues" says already what the shot starts from; leave out one of the two',
        ),
        (
            first("2B", first_frame="refs/mira.png"),
            "scenes[1].shots[1].first_frame",
            '"continues" says already what the shot starts from; leave out one of the two',
        ),
        (
            first("2B", last_frame="end.png"),
            "scenes[1].shots[1].last_frame",
            'there is no file "end.png" in the project folder',
        ),
        (
            first("2B", performance={"file": "refs/mira.png", "mask": "refs/mira.png", "consent": "J. Doe"}),
            "scenes[1].shots[1].performance.mask",
            '"mask" goes with "background": give both, or none to animate the character alone',
        ),
        (
            first("2B", performance={"file": "danse.mp4", "consent": "J. Doe"}),
            "scenes[1].shots[1].performance.file",
            'there is no file "danse.mp4" in the project folder',
        ),
        (
            first("2A", transition={"kind": "fade", "duration": 4}),
            "scenes[1].shots[0].transition",
            'a shot that continues another begins with a cut; leave out the fade or "continues"',
        ),
        (
            first("1A", transition={"kind": "dissolve", "duration": 4}),
            "scenes[0].shots[0].transition.kind",
            "the first shot has nothing before it for a dissolve (allowed: cut, fade, dip-to-white)",
        ),
        (
            first("1A", transition={"sound_leads": 4}),
            "scenes[0].shots[0].transition.sound_leads",
            "nothing is before the first shot; its sound begins and ends with its picture",
        ),
        (
            first("1B", transition={"sound_leads": "2.1s"}),
            "scenes[0].shots[1].transition.sound_leads",
            '"2.1s" is 50 frames; the most is the length of the shot before, "1A": 48',
        ),
        (
            first("2B", transition={"sound_trails": 25}),
            "scenes[1].shots[1].transition.sound_trails",
            '"25" is 25 frames; the most is the length of the shot, "2B": 24',
        ),
        (
            first("1B", transition={"kind": "dissolve", "duration": 97}),
            "scenes[0].shots[1].transition",
            'shot "1A" has 48 frames, and its transitions take 49 (dissolve out 49)',
        ),
        (
            first("1A", transition={"kind": "fade", "duration": 44}),
            "scenes[0].shots[0].transition",
            'shot "1A" has 48 frames, and its transitions take 49 (fade in 44, dissolve out 5)',
        ),
        (
            first("1B", fade_out=45),
            "scenes[0].shots[1].fade_out",
            'shot "1B" has 48 frames, and its transitions take 49 (dissolve in 4, fade out 45)',
        ),
        (
            first("1A", fade_out=0),
            "scenes[0].shots[0].fade_out",
            '"0" is no frame at 24 a second; the least is one',
        ),
        (
            first("1B", transition={"kind": "dissolve", "duration": "1ms"}),
            "scenes[0].shots[1].transition.duration",
            '"1ms" is no frame at 24 a second; the least is one',
        ),
        (
            first("2B", duration=0),
            "scenes[1].shots[1].duration",
            '"0" is no frame at 24 a second; the least is one',
        ),
        (
            first("2B", duration="00:00:01:24"),
            "scenes[1].shots[1].duration",
            '"00:00:01:24": at 24 frames a second the frame field goes from 00 to 23',
        ),
        (music(fade_in="00:00:00:30"), "music[0].fade_in", "the frame field goes from 00 to 23"),
        (first("2B", duration="3601s"), "scenes[1].shots[1].duration", '"3601s" is longer than an hour'),
        (
            first("1A", lines=[{"character": "tom", "text": "x", "at": "2s"}]),
            "scenes[0].shots[0].lines[0].at",
            '"2s" is frame 48, after the end of the shot, which has 48',
        ),
        (
            first("1A", effects=[{"sound": "gulls", "at": 99}]),
            "scenes[0].shots[0].effects[0].at",
            '"99" is frame 99, after the end of the shot, which has 48',
        ),
        (
            first("1A", titles=[{"text": "x", "at": 50}]),
            "scenes[0].shots[0].titles[0].at",
            '"50" is frame 50, after the end of the shot, which has 48',
        ),
        (
            first("1A", titles=[{"text": "x", "duration": "00:00:00:99"}]),
            "scenes[0].shots[0].titles[0].duration",
            "the frame field goes from 00 to 23",
        ),
        (
            first("1A", effects=[{"sound": "gulls", "duration": 0}]),
            "scenes[0].shots[0].effects[0].duration",
            '"0" is no frame',
        ),
        (music(at="9999"), "music[0].at", "after the end of its last shot, which comes at"),
        (
            music(at="1", duration="9999"),
            "music[0].duration",
            '"9999" is 9999 frames; to the end of its last shot there are',
        ),
        (music(duration="0"), "music[0].duration", "the least is one"),
        (music(to="9Z"), "music[0].to", 'no shot is called "9Z" (there are: 1A, 1B, 2A, 2B)'),
        (music(**{"from": "2B"}), "music[0].to", '"2A" comes before "2B", where the cue starts'),
        (
            first("1A", effects=[{"sound": "guls"}]),
            "scenes[0].shots[0].effects[0].sound",
            '"guls" is no built-in sound and no file in the project folder; did you mean "gulls"? (`shot',
        ),
        (
            lambda film: film["locations"]["tower"].update(room_tone="../hum.wav"),
            "locations.tower.room_tone",
            '"../hum.wav" leads outside the project folder',
        ),
        (
            music(file="/etc/passwd"),
            "music[0].file",
            '"/etc/passwd" is absolute; name a file inside the project folder',
        ),
        (music(file="C:\\a.wav"), "music[0].file", "is absolute; name a file inside"),
        (mira(references=["refs"]), "characters.mira.references[0]", '"refs" is not a file'),
        (
            mira(references=["refs/mria.png"]),
            "characters.mira.references[0]",
            'there is no file "refs/mria.png" in the project folder; did you mean "refs/mira.png"?',
        ),
        (
            mira(references=["refs/out.png"]),
            "characters.mira.references[0]",
            '"refs/out.png" is a link that leads outside the project folder',
        ),
        (mira(references=["a\0b"]), "characters.mira.references[0]", "a file name has no NUL character"),
        (mira(references=["refs/loop"]), "characters.mira.references[0]", "refs/loop"),
        (
            mira(loras=[{"file": "refs/mira.png"}]),
            "characters.mira.loras[0].file",
            '"refs/mira.png" is not a .safetensors file',
        ),
        (
            lambda film: film["look"].update(loras=[{"file": "ink.safetensors"}]),
            "look.loras[0].file",
            'there is no file "ink.safetensors" in the project folder',
        ),
    ],
)
def test_one_problem_is_found_at_its_place(tmp_path, change, path, message):
    project = tmp_path / "project"
    (project / "refs").mkdir(parents=True)
    (project / "refs" / "mira.png").write_bytes(b"picture")
    (tmp_path / "outside.png").write_bytes(b"secret")
    (project / "refs" / "out.png").symlink_to(tmp_path / "outside.png")
    (project / "refs" / "loop").symlink_to("loop")
    film = small()
    change(film)
    found = [problem for problem in find_problems(loaded(film, project)) if problem.path == path]
    assert len(found) == 1, find_problems(loaded(film, project))
    assert message in found[0].message
    assert found[0].line > 1


@pytest.mark.parametrize(
    "change",
    [
        lambda film: None,
        first("1A", transition={"kind": "fade", "duration": 43}),
        first("1B", fade_out=44),
        first("1B", transition={"kind": "cut", "duration": 0}),
        first("1A", lines=[{"character": "tom", "text": "x", "at": 47}]),
        first("2B", duration="00:00:01:23"),
        music(fade_in=0, fade_out=0, to="1A"),
        mira(references=["refs/mira.png"]),
        lambda film: film["locations"]["tower"].update(room_tone="refs/mira.png"),
    ],
)
def test_what_just_fits_is_allowed(tmp_path, change):
    (tmp_path / "refs").mkdir()
    (tmp_path / "refs" / "mira.png").write_bytes(b"picture")
    film = small()
    change(film)
    assert find_problems(loaded(film, tmp_path)) == []


def test_all_problems_come_at_once_and_in_document_order():
    film = small()
    shot(film, "2B")["continues"] = "2B"
    shot(film, "1A")["location"] = "nowhere"
    film["music"][0]["to"] = "9Z"
    assert [problem.path for problem in find_problems(loaded(film))] == [
        "music[0].to",
        "scenes[0].shots[0].location",
        "scenes[1].shots[1].continues",
    ]


def test_a_film_of_more_than_a_day_is_refused():
    film = small()
    film["scenes"][1]["shots"] = [{"id": f"x{number}", "duration": "3600s"} for number in range(25)]
    film["music"] = []
    assert [problem.message for problem in find_problems(loaded(film))] == [
        "the film is 25.0 hours long; the most is 24"
    ]


def test_long_lists_of_what_there_is_are_cut():
    film = large(100)
    shot(film, "s4-19")["continues"] = "qq"
    (problem,) = find_problems(loaded(film))
    assert problem.message.endswith("s0-11 and 87 more)")


def test_thousands_of_misspelt_names_are_told_soon():
    film = large(3000)
    for scene_ in film["scenes"]:
        for one in scene_["shots"]:
            one["continues"] = one["id"] + "x"
    problems = find_problems(loaded(film))
    assert len(problems) == 1001
    assert problems[-1].message.endswith("more problems after this one")


def test_opening_a_film_loads_and_checks_it(tmp_path):
    film = small()
    film["scenes"][0]["location"] = "x"
    (tmp_path / "film.yaml").write_text(json.dumps(film))
    _, (problem,) = look_at(tmp_path / "film.yaml")
    assert 'no location is called "x"' in problem.message
