from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from assembly.sound.lay_soundtrack import LONGEST_SOUND_S, soundtrack
from assembly.sound.shot_edges import SEAM_S
from assembly.sound.soundtrack import TakeSound
from assembly.sound.sources import BuiltInSource, FileSource
from storyboard.errors import AssemblyError
from tests.support.assembly.sound_films import film, line

NTSC = "24000/1001"
FOLDER = Path("/project")


def place(*args, digests=None, **kwargs):
    return soundtrack(film(*args, **kwargs), digests or {}, FOLDER)


def test_a_line_after_two_hours_at_an_ntsc_rate_starts_on_its_exact_sample():
    hours = [{"id": f"s{n}", "duration": "86313"} for n in range(2)]
    track = place([*hours, {"id": "s2", "duration": "48", "lines": [line("Now.", "7")]}], rate=NTSC)
    frame = 2 * 86313 + 7
    assert track.speech[0].start == round(Fraction(frame * 48000 * 1001, 24000))
    assert track.samples == (2 * 86313 + 48) * 2002
    assert track.speech[0].start % 2002 == 0


def test_positions_at_44100_round_to_the_nearest_sample_and_never_drift():
    track = place(
        [{"id": f"s{n}", "duration": "1", "lines": [line("A.")]} for n in range(50)],
        rate=NTSC,
        sample_rate=44100,
    )
    exact = [Fraction(n * 44100 * 1001, 24000) for n in range(50)]
    assert all(abs(event.start - at) <= Fraction(1, 2) for event, at in zip(track.speech, exact, strict=True))


def test_moving_a_line_keeps_its_source_and_changes_the_mix():
    here = place([{"id": "s", "duration": "5s", "lines": [line("Wait.", "1s")]}])
    there = place([{"id": "s", "duration": "5s", "lines": [line("Wait.", "2s", gain_db=-3)]}])
    assert list(here.sources()) == list(there.sources())
    assert here.recipe() != there.recipe()


@pytest.mark.parametrize("change", [{"text": "Go."}, {"pitch": 51}, {"voice": "de"}, {"sample_rate": 44100}])
def test_what_changes_a_line_changes_its_digest(change):
    source = place([{"id": "s", "duration": "5s", "lines": [line("Wait.")]}]).speech[0].source
    assert replace(source, **change).digest() != source.digest()


GOLDEN = ["26ad5977ac49", "5bc58c7c1050", "ac6a5bac4769"]


def test_source_digests_are_what_they_were():
    track = place(
        [{"id": "s", "duration": "5s", "lines": [line("Wait.")], "effects": [{"sound": "door"}]}],
        music=[{"id": "M1", "from": "s", "to": "s"}],
    )
    assert [digest[:12] for digest in track.sources()] == GOLDEN, (
        "a recipe changed, so every film's sounds are made again: raise the version if that is meant"
    )


def test_the_same_sound_twice_in_a_shot_is_two_takes_and_in_the_next_run_the_same_two():
    shots = [{"id": "s", "duration": "5s", "effects": [{"sound": "knock", "duration": "2s"}] * 2}]
    first, again = place(shots), place(shots)
    assert len(first.sources()) == 2
    assert list(first.sources()) == list(again.sources())


def test_a_built_in_sound_lasts_to_the_end_of_the_shot_and_a_given_duration_counts():
    effects = [{"sound": "rain", "at": "1s"}, {"sound": "door", "at": "12", "duration": "2s"}]
    track = place([{"id": "s", "duration": "5s", "effects": effects}])
    assert [(event.start, event.length) for event in track.effects] == [(48000, 192000), (24000, 96000)]


def test_an_effect_that_begins_where_its_shot_ends_is_left_out():
    track = place([{"id": "s", "duration": "5s", "effects": [{"sound": "rain", "at": "5s"}]}])
    assert track.effects == ()


def test_a_continuous_sound_of_minutes_is_a_loop_of_seconds():
    source = place([{"id": "s", "duration": "600s", "effects": [{"sound": "rain"}]}]).effects[0].source
    assert isinstance(source, BuiltInSource)
    assert source.loop
    assert source.samples == LONGEST_SOUND_S * 48000


def test_room_tone_runs_over_neighbouring_shots_and_leaves_other_places_out():
    shots = [
        {"id": "a", "duration": "2s"},
        {"id": "b", "duration": "2s"},
        {"id": "c", "duration": "2s", "location": "attic"},
        {"id": "d", "duration": "2s"},
    ]
    track = place(shots, tone="sea")
    seam = 960
    assert [(tone.start, tone.start + tone.length) for tone in track.room_tones] == [
        (0, 4 * 48000 + seam),
        (6 * 48000 - seam, 8 * 48000),
    ]
    assert len({tone.source for tone in track.room_tones}) == 1


def test_room_tones_cross_over_the_frames_of_a_dissolve():
    dissolve = {"kind": "dissolve", "duration": "24"}
    shots = [
        {"id": "a", "duration": "4s", "location": "attic"},
        {"id": "b", "duration": "4s", "transition": dissolve},
    ]
    tone = place(shots, tone="wind").room_tones[0]
    assert (tone.start, tone.fade_in) == (4 * 48000 - 24000, 48000)


def test_a_cue_reaches_from_its_first_shot_to_the_end_of_its_last():
    shots = [{"id": f"s{n}", "duration": "3s"} for n in range(4)]
    track = place(shots, music=[{"id": "M1", "from": "s1", "to": "s2", "fade_in": "12", "fade_out": "1s"}])
    cue = track.music[0]
    assert (cue.start, cue.length, cue.fade_in, cue.fade_out) == (3 * 48000, 6 * 48000, 24000, 48000)
    assert cue.source.samples == cue.length


def test_a_cue_can_start_and_end_inside_its_shots():
    shots = [{"id": f"s{n}", "duration": "3s"} for n in range(4)]
    cue = {"id": "M1", "from": "s1", "to": "s2", "at": "30f", "duration": "4s", "fade_out": "1s"}
    (event,) = place(shots, music=[cue]).music
    assert (event.start, event.length, event.fade_out) == (3 * 48000 + 60000, 4 * 48000, 48000)
    assert event.source.samples == event.length
    del cue["duration"]
    assert place(shots, music=[cue]).music[0].length == 6 * 48000 - 60000


def test_files_are_named_by_what_is_in_them():
    shots = [{"id": "s", "duration": "5s", "effects": [{"sound": "fx/bang.wav"}]}]
    one = place(shots, digests={"fx/bang.wav": "a" * 64}).effects[0]
    other = place(shots, digests={"fx/bang.wav": "b" * 64}).effects[0]
    assert isinstance(one.source, FileSource)
    assert one.source.path == FOLDER / "fx/bang.wav"
    assert one.length is None
    assert one.source.digest() != other.source.digest()
    assert replace(one.source, path=Path("/elsewhere/bang.wav")).digest() == one.source.digest()


def test_a_sound_that_is_neither_built_in_nor_a_file_is_named():
    with pytest.raises(AssemblyError, match=r"fx/bang\.wav"):
        place([{"id": "s", "duration": "5s", "effects": [{"sound": "fx/bang.wav"}]}])


def taken(shots, tail=12, **heads):
    """The sounds of takes whose handles before the body have so many frames."""
    takes = {
        shot: TakeSound(FOLDER / f"{shot}.wav", shot * 64, Fraction(head, 24), Fraction(tail, 24))
        for shot, head in heads.items()
    }
    return {event.shot: event for event in soundtrack(film(shots), {}, FOLDER, takes).production}


def test_the_sound_of_a_take_lies_under_its_body_and_fades_inside_it_at_cuts():
    events = taken([{"id": name, "duration": "24"} for name in "abc"], a=0, b=0)
    assert events.keys() == {"a", "b"}
    b, seam = events["b"], round(SEAM_S * 48000)
    assert (b.start, b.length, b.fade_in, b.fade_out, b.source.skip) == (48000, 48000, seam, seam, 0)


def test_the_sound_of_a_take_dissolves_with_its_picture():
    dissolve = {"kind": "dissolve", "duration": "12"}
    shots = [{"id": "a", "duration": "24"}, {"id": "b", "duration": "24", "transition": dissolve}]
    a, b = taken(shots, a=0, b=8).values()
    assert (a.start + a.length, a.fade_out) == (60000, 24000)
    assert (b.start, b.fade_in) == (36000, 24000)
    assert b.source.skip == 2 * 2000, "of eight frames of handle six are heard"


def test_the_sound_of_a_take_fades_with_its_picture():
    fade = {"kind": "fade", "duration": "12"}
    shots = [
        {"id": "a", "duration": "24"},
        {"id": "b", "duration": "24", "transition": fade, "fade_out": "4"},
    ]
    a, b = taken(shots, a=0, b=0).values()
    assert (a.start + a.length, a.fade_out) == (48000, 12000)
    assert (b.start, b.fade_in, b.start + b.length, b.fade_out) == (48000, 12000, 96000, 8000)


def split(kind="cut", duration="12", **sound):
    """Two shots in two places at an NTSC rate, with a sound edit that is not where the picture's is."""
    lines, effects = [line("Now."), line("Later.", "6")], [{"sound": "sea"}, {"sound": "bell", "at": "6"}]
    return [
        {"id": "a", "duration": "50", "location": "attic", "lines": lines, "effects": effects},
        {
            "id": "b",
            "duration": "50",
            "transition": {"kind": kind, "duration": duration, **sound},
            "lines": lines,
            "effects": effects,
        },
    ]


def at(frame: int) -> int:
    return round(Fraction(frame * 44100 * 1001, 24000))


def test_in_a_j_cut_the_sound_of_a_shot_begins_before_its_picture_and_the_rest_keeps_its_moment():
    track = place(split(sound_leads="13"), tone="wind", rate=NTSC, sample_rate=44100)
    assert [event.start for event in track.speech] == [0, at(6), at(50 - 13), at(56)]
    assert [event.start for event in track.effects] == [0, at(6), at(50 - 13), at(56)]
    assert [event.start + event.length for event in track.effects] == [at(50), at(50), at(100), at(100)]
    (tone,) = track.room_tones
    assert (tone.start, tone.start + tone.fade_in) == (at(50 - 13), at(50))


def test_in_an_l_cut_the_sound_of_the_shot_before_goes_on():
    shots = split(sound_trails="13")
    shots[0]["location"], shots[1]["location"] = "quay", "attic"
    track = place(shots, tone="wind", rate=NTSC, sample_rate=44100)
    assert [event.start for event in track.speech] == [0, at(6), at(50), at(56)]
    assert [event.start + event.length for event in track.effects] == [at(63), at(63), at(100), at(100)]
    (tone,) = track.room_tones
    end = tone.start + tone.length
    assert (end - tone.fade_out, end) == (at(50), at(63))


@pytest.mark.parametrize(
    ("kind", "begins", "loud", "fades", "ends"),
    [
        # 12 frames of transition, 6 on either side of the cut at 50; leads by 10, trails by 3
        ("cut", 40, 53, 40, 53),
        ("dissolve", 40, 56, 40, 56),
        ("wipe-up", 40, 56, 40, 56),
        ("fade", 40, 56, 44, 53),
        ("dip-to-white", 40, 56, 44, 53),
    ],
)
def test_room_tones_cross_over_where_sounds_overlap_and_fade_with_a_dip(kind, begins, loud, fades, ends):
    shots = split(kind, sound_leads="10", sound_trails="3")
    coming = place(shots, tone="wind").room_tones[0]
    assert (coming.start, coming.start + coming.fade_in) == (begins * 2000, loud * 2000)
    shots[0]["location"], shots[1]["location"] = "quay", "attic"
    going = place(shots, tone="wind").room_tones[0]
    end = going.start + going.length
    assert (end - going.fade_out, end) == (fades * 2000, ends * 2000)


def test_the_sound_of_a_take_leads_and_trails_in_step_with_its_picture():
    shots = [{"id": name, "duration": "24", "transition": {"sound_leads": "5"}} for name in "abc"]
    shots[0]["transition"], shots[2]["transition"]["sound_trails"] = {}, "7"
    b, seam = taken(shots, a=0, b=8)["b"], round(SEAM_S * 48000)
    assert (b.start, b.length) == ((24 - 5) * 2000, (5 + 24 + 7) * 2000)
    assert b.source.skip == (8 - 5) * 2000
    assert (b.fade_in, b.fade_out) == (seam, seam)


def test_the_sound_of_a_take_goes_no_further_than_the_take():
    shots = [{"id": name, "duration": "24", "transition": {"sound_leads": "5"}} for name in "abc"]
    shots[0]["transition"], shots[2]["transition"]["sound_trails"] = {}, "7"
    b = taken(shots, tail=2, b=3)["b"]
    assert (b.start, b.length, b.source.skip) == ((24 - 3) * 2000, (3 + 24 + 2) * 2000, 0)


def test_another_take_s_sound_is_another_mix_and_none_changes_nothing():
    story = film([{"id": "a", "duration": "24"}])
    recipes = [
        soundtrack(
            story, {}, FOLDER, {"a": TakeSound(FOLDER / "a.wav", digest, Fraction(0), Fraction(0))}
        ).recipe()
        for digest in ("1" * 64, "2" * 64)
    ]
    assert recipes[0] != recipes[1]
    assert soundtrack(story, {}, FOLDER, {}).recipe() == soundtrack(story, {}, FOLDER).recipe()
    assert soundtrack(story, {}, FOLDER).stems() == {}
