"""`backend: runway` against a server that speaks its protocol: every way in which a call may go."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image

from farm.backend.conformance import BackendConformance, Recorder, as_rendered, character, render, shot
from farm.backend.protocol import BrokenError, Conditioning
from farm.backend.traits import complete_options
from farm.backends.hosted.runway import RunwayBackend
from farm.backends.hosted.runway.backend import WHO
from farm.takes.quality import QualityError
from storyboard.errors import FarmError, UsageError
from storyboard.planning.spec import Predecessor, ResolvedFile, ResolvedPerformance
from tests.support.farm.fake_runway import KEY, film

QUICK = {"look_every_s": 0.01}


@pytest.fixture(autouse=True)
def server(runway):
    return runway


class TestRunwayConforms(BackendConformance):
    backend = RunwayBackend
    options: ClassVar = {**QUICK, "upscale": "1k"}  # its takes are as small as the suite's film
    other_options: ClassVar = {"model": "veo3.1"}


def spec_of(options=None, **changes):
    """A shot in the suite's small size, which spares the tests large pictures."""
    complete = complete_options(RunwayBackend.TRAITS, QUICK, options or {})
    return shot(backend="runway", options=complete, **changes)


def taken(spec, *before, context=None, files=None):
    return render(RunwayBackend, spec, *before, context=context, files=files)


@pytest.fixture
def picture(tmp_path):
    """A picture of somebody, by its SHA-256."""
    path = tmp_path / "ada"
    Image.fromarray(np.full((90, 60, 3), 120, np.uint8)).save(path, "png")
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path}


@pytest.fixture
def driving(tmp_path):
    """A driving video of four seconds, by its SHA-256."""
    path = tmp_path / "driving"
    path.write_bytes(film(np.random.default_rng(3), Fraction(4)))
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path}


def with_reference(picture):
    (sha256,) = picture
    return {"characters": (character(references=(ResolvedFile(sha256=sha256),)),)}


def test_words_alone_become_a_video(runway):
    taken(spec_of())
    (task,) = runway.accepted
    assert task.kind == "text_to_video"
    assert (task.body["model"], task.body["duration"], task.body["ratio"]) == ("gen4.5", 2, "1280:720")
    assert task.body["promptText"].startswith("Medium shot of Ada. Ada, a woman with short hair")
    assert task.body["seed"] == 7


def test_a_reference_is_drawn_into_a_keyframe_by_its_tag_and_animated(runway, picture):
    context = Recorder()
    taken(spec_of(**with_reference(picture)), context=context, files=picture)
    first, second = runway.accepted
    assert (first.kind, first.body["model"]) == ("text_to_image", "gen4_image")
    assert first.body["promptText"].startswith("Medium shot of @ada. @ada, a woman with short hair")
    (reference,) = first.body["referenceImages"]
    assert reference["tag"] == "ada"
    assert reference["uri"].startswith("data:image/png;base64,")
    assert second.kind == "image_to_video"
    assert second.body["promptImage"][0]["position"] == "first"
    assert [*context.notes["hosted"]] == ["keyframe", "video"]


def test_a_performance_drives_the_character(runway, picture, driving):
    (sha256,) = driving
    performed = ResolvedPerformance(file=ResolvedFile(sha256=sha256), pose=None, face=None)
    options = {"body_control": False, "expression_intensity": 5}
    spec = spec_of(options, performance=performed, **with_reference(picture))
    taken(spec, files={**picture, **driving})
    body = runway.accepted[-1].body
    assert runway.accepted[-1].kind == "character_performance"
    assert (body["model"], body["bodyControl"], body["expressionIntensity"]) == ("act_two", False, 5)
    assert (body["character"]["type"], body["reference"]["type"]) == ("image", "video")


def test_a_driving_video_that_is_too_short_is_refused_before_anything_is_sent(runway, picture, tmp_path):
    path = tmp_path / "short"
    path.write_bytes(film(np.random.default_rng(3), Fraction(2)))
    performed = ResolvedPerformance(file=ResolvedFile(sha256="5" * 64), pose=None, face=None)
    spec = spec_of(performance=performed, **with_reference(picture))
    with pytest.raises(UsageError, match=r"lasts 2\.00 s; act_two takes 3 to 30 s"):
        taken(spec, files={**picture, "5" * 64: path})
    assert not runway.accepted


def test_a_video_is_changed_as_the_action_says(runway, driving):
    (sha256,) = driving
    performed = ResolvedPerformance(file=ResolvedFile(sha256=sha256), pose=None, face=None)
    spec = spec_of({"performances": "aleph2"}, performance=performed, action="Make it night.")
    taken(spec, files=driving)
    (task,) = runway.accepted
    assert (task.kind, task.body["model"], task.body["promptText"]) == (
        "video_to_video",
        "aleph2",
        "Make it night.",
    )


def test_a_shot_continues_from_the_picture_that_the_one_before_ended_with(runway):
    spec = spec_of(head=0, predecessor=Predecessor(shot="1", digest="0" * 64))
    taken(spec, np.zeros((spec.height, spec.width, 3), np.uint8))
    assert [task.kind for task in runway.accepted] == ["image_to_video"]


def test_a_video_is_made_larger_at_the_end(runway):
    taken(spec_of({"upscale": "2k"}))
    assert [task.kind for task in runway.accepted] == ["text_to_video", "video_upscale"]
    assert runway.accepted[-1].body["resolution"] == "2k"


def test_a_video_of_the_character_is_driven_as_it_is(runway, picture, driving, tmp_path):
    character = tmp_path / "character"
    character.write_bytes(film(np.random.default_rng(4), Fraction(3)))
    seen_in = hashlib.sha256(character.read_bytes()).hexdigest()
    (sha256,) = driving
    performed = ResolvedPerformance(file=ResolvedFile(sha256=sha256), pose=None, face=None)
    given = {"ada.mp4": ResolvedFile(sha256=seen_in)}
    spec = spec_of({"character": "ada.mp4"}, performance=performed, given=given, **with_reference(picture))
    taken(spec, files={**picture, **driving, seen_in: character})
    (task,) = runway.accepted  # no keyframe is drawn, nor paid
    assert task.kind == "character_performance"
    assert task.body["character"]["type"] == "video"
    assert task.body["character"]["uri"].startswith("data:video/mp4;base64,")
    assert task.body["character"]["uri"] != task.body["reference"]["uri"]


def test_an_earlier_take_is_changed_as_a_note_says_and_its_rest_is_kept(runway, driving):
    (sha256,) = driving
    options = {"change": "changed/1A.mp4", "change_to": "Make it night.", "upscale": "1k"}
    spec = spec_of(options, given={"changed/1A.mp4": ResolvedFile(sha256=sha256)}, action="She waits.")
    taken(spec, files=driving)
    task, larger = runway.accepted
    assert (task.kind, task.body["model"], task.body["promptText"]) == (
        "video_to_video",
        "aleph2",
        "Make it night.",
    )
    assert task.body["videoUri"].startswith("data:video/mp4;base64,")
    assert larger.kind == "video_upscale"


def test_sound_of_the_model_comes_with_the_take_and_is_as_long(runway):
    context = Recorder()
    spec = spec_of({"model": "veo3.1", "sound": True})
    taken(spec, context=context)
    ((samples, rate),) = context.sounds
    assert len(samples) == round(spec.seconds * rate)
    assert np.abs(samples).max() > 0.05
    assert runway.accepted[0].body["audio"] is True
    assert "sound" not in context.notes


@pytest.mark.parametrize(
    ("shape", "options", "note", "words"),
    [
        ("silent", {"model": "veo3.1", "sound": True}, "none", "gave no sound that can be read"),
        ("", {}, "left out", "gave sound, which is left out"),
        ("silent", {}, None, ""),
    ],
)
def test_sound_that_is_missing_or_left_out_is_said(runway, capsys, shape, options, note, words):
    runway.shape = shape
    context = Recorder()
    spec = spec_of(options)
    assert len(taken(spec, context=context)) == spec.total_frames
    assert (context.sounds, context.notes.get("sound")) == ([], note)
    assert words in capsys.readouterr().out


FAULTS = [
    {"post": [429, 429]},
    {"post": [500, 502, 503, 504]},
    {"get": [429, 500, "cut"]},
    {"result": [403, 404]},
    {"result": [500, "cut"]},
]


@pytest.mark.parametrize("faults", FAULTS, ids=str)
def test_one_task_is_taken_on_whatever_is_in_its_way(runway, faults):
    runway.retry_after = "0"
    for what, codes in faults.items():
        runway.faults[what].extend(codes)
    context = Recorder()
    spec = spec_of()
    assert len(taken(spec, context=context)) == spec.total_frames
    assert len(runway.accepted) == 1
    assert not any(runway.faults.values())


@pytest.mark.parametrize("fault", ["cut", "garbage", "dropped"])
def test_an_answer_that_is_lost_is_said_and_nothing_is_sent_again_unasked(runway, fault):
    runway.faults["post"].append(fault)
    context = Recorder()
    for _ in range(2):
        with pytest.raises(FarmError, match="Runway was sent this shot, and its answer was lost"):
            taken(spec_of(), context=context)
    sent = 0 if fault == "dropped" else 1
    assert len(runway.accepted) == sent
    taken(spec_of({"pay_again": True}), context=context)
    assert len(runway.accepted) == sent + 1


def test_a_refusal_is_told_in_its_words_and_not_sent_again(runway):
    runway.fates.append("refused")
    context = Recorder()
    for _ in range(2):
        with pytest.raises(QualityError, match=r"Runway refused it: SAFETY\.INPUT\.TEXT: The words are not"):
            taken(spec_of(), context=context)
    assert len(runway.accepted) == 1


def test_a_failure_of_its_own_is_tried_again_and_one_that_was_charged_is_not(runway):
    runway.fates.extend(["failed", "charged"])
    context = Recorder()
    with pytest.raises(BrokenError, match="It went wrong"):
        taken(spec_of(), context=context)
    with pytest.raises(QualityError, match="It went wrong"):
        taken(spec_of(), context=context)
    with pytest.raises(QualityError, match="It went wrong"):
        taken(spec_of(), context=context)
    assert len(runway.accepted) == 2


@pytest.mark.parametrize("shape", ["small", "slow", "uneven", "hdr"])
def test_a_video_of_another_size_or_rate_becomes_the_take(runway, shape):
    runway.shape = shape
    spec = spec_of()
    frames = taken(spec)
    assert {frame.shape for frame in frames} == {(36, 64, 3)}
    assert len(frames) == spec.total_frames


@pytest.mark.parametrize(
    ("options", "film", "take"),
    [
        ({}, (1920, 1080, 24), (1280, 720, 24)),
        ({}, (1080, 1920, 25), (720, 1280, 24)),
        ({"keyframe": "always"}, (1000, 1000, 24), (960, 960, 24)),
        ({"model": "veo3.1"}, (1920, 1080, 30), (1920, 1080, 24)),
        ({"upscale": "4k"}, (3840, 2160, 60), (3840, 2160, 24)),
    ],
)
def test_a_take_has_a_size_of_the_model_that_is_like_the_films_and_its_rate(options, film, take):
    spec = shot(width=film[0], height=film[1], rate=Fraction(film[2]), options=spec_of(options).options)
    made = as_rendered(spec, RunwayBackend)
    assert (made.width, made.height, made.rate) == take


@pytest.mark.parametrize(
    ("shape", "words"), [("short", r"gave 1\.00 s of video; the shot needs 1\.5"), ("wrong", "no video")]
)
def test_what_is_no_take_is_said_and_costs_no_second_task(runway, shape, words):
    runway.shape = shape
    context = Recorder()
    for _ in range(2):
        with pytest.raises(QualityError, match=f"{WHO}.*{words}"):
            taken(spec_of(frames=33), context=context)
    assert len(runway.accepted) == 1


def test_a_wrong_key_is_said_without_the_key(runway, monkeypatch, capsys):
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_wrong-and-secret")
    context = Recorder()
    with pytest.raises(UsageError, match="does not let this key in") as told:
        taken(spec_of(), context=context)
    said = str(told.value) + repr(told.value.__cause__) + str(context.notes) + capsys.readouterr().out
    assert "key_wrong" not in said + (told.value.hint or "") + str(context.states)
    assert not runway.accepted


def test_the_key_is_in_nothing_that_is_kept_or_said(runway, picture, capsys, caplog):
    caplog.set_level("DEBUG")
    runway.faults["post"].extend([429, 503])
    context = Recorder()
    taken(spec_of(**with_reference(picture)), context=context, files=picture)
    printed = capsys.readouterr()
    kept = b"".join(context.states).decode() + str(context.notes) + printed.out + printed.err
    assert "waiting" in printed.out
    for text in (kept, caplog.text):
        assert KEY not in text
    assert "_jwt" not in str(context.notes)


def test_a_key_from_a_file_that_others_can_read_is_refused(monkeypatch, tmp_path):
    path = tmp_path / "key"
    path.write_text("key_in-a-file\n")
    monkeypatch.delenv("RUNWAYML_API_SECRET")
    backend = RunwayBackend()
    with pytest.raises(UsageError, match="there is no key for Runway"):
        backend.load()
    monkeypatch.setenv("RUNWAYML_API_SECRET_FILE", str(path))
    path.chmod(0o644)
    with pytest.raises(UsageError, match="others can read") as told:
        backend.load()
    assert "key_in-a-file" not in str(told.value)
    path.chmod(0o600)
    backend.load()
    backend.close()


PERFORMED = ResolvedPerformance(file=ResolvedFile(sha256="5" * 64), pose=None, face=None)
CHANGED = {"change": "changed/1A.mp4"}


def complaints(options=None, **changes):
    found = RunwayBackend.TRAITS.check(spec_of(options, **changes))
    return [(one.severity, one.option, one.message) for one in found]


@pytest.mark.parametrize(
    ("options", "changes", "option", "words"),
    [
        ({}, {"frames": 24 * 11}, "", "makes at most 10 s"),
        ({"model": "veo3.1"}, {"frames": 24 * 9}, "", "makes at most 8 s"),
        ({"ratio": "640:480"}, {}, "ratio", 'gen4.5 makes no "640:480" from words alone'),
        ({"ratio": "960:960"}, {}, "ratio", "it makes 1280:720, 720:1280"),
        ({"model": "gen4_turbo", "keyframe": "never"}, {}, "keyframe", "animates a picture"),
        ({"sound": True}, {}, "sound", "gen4.5 makes no sound"),
        ({"keyframe": "always", "keyframe_model": "gen4_image_turbo"}, {}, "keyframe_model", "needs none"),
        ({}, {"action": "She waits. " * 100}, "", "characters, and Runway takes 1000"),
        ({"keyframe": "never"}, {"performance": PERFORMED}, "keyframe", "act_two needs the character to be"),
        ({**CHANGED, "change_to": "x" * 1001}, {}, "", "the change has 1001 characters"),
        ({"ratio": "1920:1080"}, {"performance": PERFORMED}, "ratio", 'act_two makes no "1920:1080"'),
    ],
)
def test_what_a_model_cannot_do_is_an_error_before_anything_is_sent(options, changes, option, words):
    ((severity, where, message),) = complaints(options, **changes)
    assert (severity, where) == ("error", option)
    assert words in message


def test_a_prompt_that_is_too_long_leaves_out_what_matters_least_and_says_so(runway, picture):
    update = {"description": "Gouache, soft gradients, film grain", "palette": ("#16213a",)}
    look = shot().look.model_copy(update=update)
    place = shot().location.model_copy(update={"description": ", ".join(["old stones"] * 40)})
    action = "She waits. " * 30
    ((severity, _, words),) = complaints(look=look, location=place, action=action)
    assert severity == "warning"
    assert words.startswith(
        "Runway takes 1000 characters of a prompt: left out are the colours, film grain, soft gradients, old"
    )
    changes = {"look": look, "location": place, "action": action, **with_reference(picture)}
    taken(spec_of(**changes), files=picture)
    drawn, animated = [task.body["promptText"] for task in runway.accepted]
    assert drawn.startswith("Medium shot of @ada. @ada, a woman with short hair, wearing a red coat")
    for text in (drawn, animated):
        assert 980 < len(text) <= 1000
        assert "Gouache." in text
        assert action.strip() in text


def test_a_plain_shot_has_nothing_to_complain_of():
    assert complaints() == []
    assert complaints({"ratio": "960:960", "keyframe": "always"}) == []


@pytest.mark.parametrize(
    ("seconds", "options", "changes", "where", "words"),
    [
        (2, {}, {}, "", "the driving video lasts 2.00 s; act_two takes 3 to 30 s"),
        (31, {}, {}, "", "the driving video lasts 31.00 s; act_two takes 3 to 30 s"),
        (4, {}, {"frames": 120}, "", "lasts 4.00 s; the shot lasts 5.12 s with its handles"),
        (4, {"performances": "aleph2"}, {"frames": 120}, "", "the driving video lasts 4.00 s; the shot"),
        (4, CHANGED, {"frames": 120}, "change", '"changed/1A.mp4" lasts 4.00 s; the shot lasts 5.12 s'),
        (4, {"character": "ada.txt"}, {}, "character", "to be seen in a PNG, JPEG or WebP, or in a video"),
        (4, {}, {}, None, ""),
        (4, CHANGED, {}, None, ""),
        (4, {"character": "changed/1A.mp4"}, {}, None, ""),
    ],
)
def test_videos_that_a_shot_is_made_from_are_looked_at_before_anything_is_sent(
    tmp_path, seconds, options, changes, where, words
):
    video, text = tmp_path / "video", tmp_path / "text"
    video.write_bytes(film(np.random.default_rng(3), Fraction(seconds), "small"))
    text.write_text("no video")
    files = {"5" * 64: video, "changed/1A.mp4": video, "ada.txt": text}
    told = RunwayBackend.TRAITS.check_files(
        spec_of(options, performance=PERFORMED, **changes), files, lambda _: False
    )
    assert [(one.severity, one.option) for one in told] == ([] if where is None else [("error", where)])
    assert not told or words in told[0].message


def test_what_shots_are_asked_for_is_what_the_types_of_the_sdk_allow(runway, picture):
    for model in ("gen4.5", "gen4_turbo", "veo3.1", "veo3.1_fast"):
        for low in ("auto", "low"):
            spec = spec_of({"model": model, "public_figures": low}, **with_reference(picture))
            with pytest.raises(StopIteration):  # the first frame is enough
                _first_of(spec, picture)
    assert not runway.wrong_requests
    assert len(runway.accepted) == 16


def _first_of(spec, files):
    backend = RunwayBackend()
    backend.load()
    frames = backend.render(spec, Conditioning(files=files), Recorder())
    next(frames)
    frames.close()
    backend.close()
    raise StopIteration
