from __future__ import annotations

from itertools import combinations
from typing import ClassVar

import numpy as np
import pytest

from farm.backend.conformance import BackendConformance, character, line, location, render, shot
from farm.backend.traits import complete_options
from farm.backends.animatic import AnimaticBackend
from farm.backends.animatic.casting import cast
from farm.backends.animatic.face import mouth_at
from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.staging import stage
from storyboard.planning.plan import plan_film
from storyboard.planning.renderer import Renderer
from storyboard.schema.film import Film
from storyboard.schema.vocabulary import CameraMove, Expression, Facing, Pose, ShotSize, TimeOfDay, Weather
from tests.support.storyboard.small_films import shot as film_shot
from tests.support.storyboard.small_films import small


class TestAnimaticConforms(BackendConformance):
    backend = AnimaticBackend
    other_options: ClassVar = {"captions": False}


def animatic(options=None, **changes):
    complete = complete_options(AnimaticBackend.TRAITS, options or {})
    return shot(
        options=complete, **({"width": 160, "height": 90, "frames": 1, "head": 0, "tail": 0} | changes)
    )


def picture(options=None, **changes):
    return render(AnimaticBackend, animatic(options, **changes))[0].astype(int)


def coat_pixels(frame):
    """Where the picture is as red as the coat in the test's character."""
    red, green, blue = frame[..., 0], frame[..., 1], frame[..., 2]
    return (red > 90) & (red > green * 1.9) & (red > blue * 1.9)


def test_a_character_looks_the_same_in_two_shots():
    place = location("Hill")
    first = picture(location=place, seed=1, size="MS", camera="static")
    second = picture(
        location=place, seed=2, size="MWS", camera="static", characters=(character(position="left"),)
    )
    colours = [frame[coat_pixels(frame)].mean(0) for frame in (first, second)]
    assert coat_pixels(first).mean() > 0.03
    assert np.abs(colours[0] - colours[1]).max() < 22


def test_a_design_depends_on_the_character_alone():
    assert cast(character(position="left", pose="running", expression="sad")) == cast(
        character(facing="left")
    )
    assert cast(character("ada", colours=())) != cast(character("bea", colours=()))


def test_words_dress_a_character():
    design = cast(
        character(
            colours=(),
            description="a tall old man with a white beard and spectacles",
            wardrobe="a long navy coat with buttons, a green scarf and a captain's cap",
        )
    )
    assert design.beard
    assert design.glasses
    assert design.scarf
    assert design.old
    assert design.hat == "cap"
    assert design.tall > 172
    assert design.coat[2] > design.coat[0]


def test_a_colour_belongs_to_the_nearest_thing():
    design = cast(character(colours=(), description="brown skin, black hair", wardrobe="a yellow coat"))
    assert max(design.hair) < 60
    assert design.coat[0] > 200


def test_places_times_and_weathers_differ():
    names = ["Harbour", "Kitchen", "Lamp room", "Salt marsh", "Forest", "City", "Street", "Beach", "Open sea"]
    seen = [picture(location=location(name), characters=(), size="WS") for name in (*names, "Nowhere")]
    seen += [
        picture(location=location(time=time), characters=(), size="WS") for time in ("dawn", "dusk", "night")
    ]
    seen += [
        picture(location=location(weather=kind), characters=(), size="WS") for kind in ("fog", "rain", "snow")
    ]
    for index, one in enumerate(seen):
        for other in seen[index + 1 :]:
            assert np.abs(one - other).mean() > 3


def test_every_place_of_the_lexicon_is_a_picture_of_its_own():
    small = {"characters": (), "size": "WS", "width": 64, "height": 36}
    seen = [
        picture(location=location(min(place.words, key=len)), **small)
        for place in lexicon().place_names.values()
    ]
    assert len(seen) > 40
    for index, one in enumerate(seen):
        for other in seen[index + 1 :]:
            assert np.abs(one - other).mean() > 5


def test_night_is_darker_than_day():
    levels = [picture(location=location(time=time), size="WS").mean() for time in ("night", "dusk", "day")]
    assert levels == sorted(levels)


def test_captions_are_drawn_while_somebody_speaks():
    talk = {"lines": (line(),), "width": 320, "height": 180, "frames": 2}
    with_words, without = (picture({"captions": on}, **talk) for on in (True, False))
    changed = np.abs(with_words - without).sum(2) > 60
    assert changed[120:].any()
    assert not changed[:110].any()


def test_a_mouth_moves_while_the_character_speaks():
    spec = animatic(
        {"captions": False}, size="CU", frames=20, lines=(line("Aha, oho, aha."),), camera="static"
    )
    silent = animatic({"captions": False}, size="CU", frames=20, camera="static")
    speaking, still = (render(AnimaticBackend, one) for one in (spec, silent))
    assert max(np.abs(a.astype(int) - b).max() for a, b in zip(speaking, still, strict=True)) > 40
    assert mouth_at("aaa", 0.5) > mouth_at("mmm", 0.5)
    assert mouth_at("aaa", 1.2) == 0


def test_a_character_who_moves_crosses_the_picture():
    walker = character(position="far-left", move_to="far-right", pose="walking")
    frames = render(
        AnimaticBackend, animatic(characters=(walker,), frames=24, size="WS", location=location("Hill"))
    )
    centres = [
        np.nonzero(coat_pixels(frame.astype(int)))[1].mean() for frame in (frames[0], frames[12], frames[-1])
    ]
    assert centres == sorted(centres)
    assert centres[-1] - centres[0] > 70


def test_a_close_up_fills_the_frame_with_the_face():
    heights = {size: stage(animatic(size=size)).start.height for size in ShotSize}
    assert heights[ShotSize.ECU] < heights[ShotSize.CU] < heights[ShotSize.MS] < heights[ShotSize.EWS]


def test_over_the_shoulder_shows_the_other_from_behind():
    pair = (character(position="left", facing="right"), character("bea", position="right", facing="left"))
    staging = stage(animatic(size="OTS", characters=pair))
    assert [actor.foreground for actor in staging.actors] == [False, True]


@pytest.mark.parametrize("pose", list(Pose))
def test_every_pose_can_be_drawn_from_every_side(pose):
    people = tuple(
        character(f"c{index}", pose=pose, facing=facing, position=position)
        for index, (facing, position) in enumerate(
            zip(Facing, ("far-left", "left", "right", "far-right"), strict=True)
        )
    )
    assert picture(characters=people, size="WS").std() > 5


KINDS = [
    "a robot",
    "a dog",
    "a cat",
    "a horse",
    "a crane",
    "a crow",
    "a ghost",
    "an alien",
    "a gryphon",
    "a man",
]


def test_every_kind_of_body_looks_like_no_other():
    def seen(words, **changes):
        who = character(description=words, wardrobe="", colours=(), facing="right", **changes)
        return picture(characters=(who,), size="MS", camera="static", location=location("Snowfield"))

    drawn = [seen(words) for words in KINDS]
    alike = [
        (first, second)
        for (first, one), (second, other) in combinations(zip(KINDS, drawn, strict=True), 2)
        if (np.abs(one - other).sum(2) > 60).sum() < 150
    ]
    assert alike == []
    assert np.abs(seen("a dog", pose="walking") - drawn[KINDS.index("a dog")]).max() > 40


@pytest.mark.parametrize("words", ["a robot", "a cat", "a dog", "a ghost", "a crow"])
def test_who_is_no_person_speaks_too(words):
    who = character(description=words, wardrobe="", facing="right")
    talk = {"size": "CU", "camera": "static", "frames": 12, "characters": (who,), "width": 96, "height": 54}
    spoken = render(AnimaticBackend, animatic({"captions": False}, lines=(line("Aha, oho, aha."),), **talk))
    silent = render(AnimaticBackend, animatic({"captions": False}, **talk))
    assert max(np.abs(a.astype(int) - b).max() for a, b in zip(spoken, silent, strict=True)) > 20


@pytest.mark.parametrize("move", list(CameraMove))
def test_every_camera_move_but_static_moves(move):
    staging = stage(animatic(camera=move, frames=48))
    moved = staging.start != staging.end
    assert moved == (move is not CameraMove.STATIC)


def test_every_expression_shows():
    faces = [picture(size="CU", characters=(character(expression=one),)) for one in Expression]
    assert len({face.tobytes() for face in faces}) == len(Expression)


@pytest.mark.parametrize("weather", list(Weather))
@pytest.mark.parametrize("time", list(TimeOfDay))
def test_every_light_can_be_drawn(time, weather):
    assert picture(location=location("Lighthouse", time, weather), size="EWS", width=64, height=36).std() > 2


def test_an_upright_frame_holds_everybody():
    people = (character(position="left"), character("bea", position="right", colours=("#b03a2e",)))
    frame = picture(characters=people, width=90, height=160, size="WS", location=location("Hill"))
    columns = np.nonzero(coat_pixels(frame))[1]
    assert columns.min() < 45 < columns.max()


def test_a_lamp_that_is_out_gives_no_beam():
    place = location("Lighthouse", "night")
    lit, unlit = (
        picture(location=place, size="EWS", characters=(), action=words) for words in ("", "The lamp is out.")
    )
    assert lit.mean() > unlit.mean() + 1


def animatic_digests(film: dict, **options: bool) -> dict[str, str]:
    """Of a film whose shots the animatic draws."""
    film = {**film, "backend_options": {"animatic": options}}
    traits = AnimaticBackend.TRAITS
    drawn = Renderer(traits, lambda shared, own: complete_options(traits, shared, own))
    planned = plan_film(
        Film.model_validate(film), {}, lambda shot: drawn, published=lambda _: False, previous={}
    )
    return {shot.shot: shot.digest for shot in planned.shots}


def test_without_lips_another_language_changes_no_picture():
    film, dubbed = small(), small()
    film_shot(film, "1A")["lines"] = [{"character": "mira", "text": "Words."}]
    film_shot(dubbed, "1A")["lines"] = [{"character": "mira", "text": "言葉。", "at": 5}]
    dubbed["characters"]["mira"]["name"] = "美良"
    dubbed["language"] = "ja"
    assert animatic_digests(film, lips=False) == animatic_digests(dubbed, lips=False)
    assert animatic_digests(film)["1A"] != animatic_digests(dubbed)["1A"]
    assert animatic_digests(film, captions=False)["1A"] != animatic_digests(dubbed, captions=False)["1A"]


def test_lips_change_no_shot_in_which_nobody_speaks():
    film = small()
    film_shot(film, "1A")["lines"] = []
    without = animatic_digests(film, captions=False, lips=False)
    assert without == animatic_digests(film, captions=False)


def test_the_animatic_draws_names_in_its_captions_alone():
    film, after = small(), small()
    film_shot(film, "1A")["lines"] = film_shot(after, "1A")["lines"] = [
        {"character": "mira", "text": "Words."}
    ]
    after["characters"]["mira"]["name"] = "Clara"
    for captions in (True, False):
        named, renamed = (animatic_digests(one, captions=captions) for one in (film, after))
        assert (named["1A"] != renamed["1A"]) is captions
