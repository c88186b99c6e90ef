"""What single programs want: changes of a timeline that can be looked at."""

from fractions import Fraction

import pytest
from opentimelineio import schema

from storyboard.errors import UsageError
from storyboard.interchange.edl_write import write_edl
from storyboard.interchange.formats import WRITTEN, write_timeline
from storyboard.interchange.programs import PROGRAMS, for_program
from storyboard.interchange.whole_frames import rounded
from tests.support.storyboard.cuts import clip, notes, timeline_of, told

FILM = Fraction(24000, 1001)


def a_cut(rate=FILM):
    missing = schema.Clip("2A_new_00000002", schema.MissingReference(), clip("x", 42, 24, rate).source_range)
    first = clip("1A_take1_00000001", 42, 48, rate, colour="PINK", note="too dark")
    return timeline_of([("Video", "shots", [first, missing])], rate)


def test_resolve_gets_a_quarter_of_a_frame_that_reading_takes_off_again():
    cut = a_cut()
    made, _ = for_program(cut, "resolve", ".otio")
    assert [one.source_range.start_time.value for one in made.find_clips()] == [42.25]
    assert [one.source_range.start_time.value for one in cut.find_clips()] == [42, 42]
    rounded(made)
    assert [one.source_range.start_time.value for one in made.find_clips()] == [42]


@pytest.mark.parametrize(("rate", "suffix"), [(Fraction(24), ".otio"), (FILM, ".xml"), (FILM, ".edl")])
def test_only_its_own_format_at_24000_1001_needs_that(rate, suffix):
    made, _ = for_program(a_cut(rate), "resolve", suffix)
    assert {one.source_range.start_time.value for one in made.find_clips()} == {42}


def test_resolve_gets_notes_under_its_own_key_and_gaps_for_what_has_no_media():
    made, found = for_program(a_cut(), "resolve", ".otio")
    first, second = made.tracks[0]
    assert first.markers[0].metadata["Resolve_OTIO"]["Note"] == "too dark"
    assert isinstance(second, schema.Gap)
    assert second.source_range.duration.value == 24
    assert [str(one) for one in found] == ["clips without media (2A_new_00000002): are gaps there"]


def test_premiere_gets_no_speed_that_changes_nothing():
    cut = a_cut()
    for speed in (1, 2):
        cut.tracks[0][0].effects.append(schema.LinearTimeWarp(time_scalar=speed))
    made, _ = for_program(cut, "premiere", ".xml")
    assert [one.time_scalar for one in made.tracks[0][0].effects] == [2]


def test_reels_for_premiere_are_ax():
    text, _ = write_edl(for_program(a_cut(), "premiere", ".edl")[0])
    assert [line[5:7] for line in text.splitlines() if line[:1].isdigit()] == ["AX", "AX"]


def test_avid_gets_its_own_colours():
    made, found = for_program(a_cut(), "avid", ".edl")
    assert notes(made)[0][2] == "MAGENTA"
    assert [one.words for one in found] == ["are the nearest of Avid's eight"]


@pytest.mark.parametrize(
    ("program", "suffix", "said"),
    [
        ("kdenlive", ".xml", "kdenlive does not read .xml"),
        ("avid", ".fcpxml", "avid does not read .fcpxml"),
        ("premier", ".xml", 'no program is named "premier"; did you mean "premiere"?'),
    ],
)
def test_a_format_that_a_program_does_not_read_is_refused(program, suffix, said, tmp_path):
    with pytest.raises(UsageError) as caught:
        write_timeline(a_cut(), tmp_path / f"cut{suffix}", program)
    assert said in caught.value.message
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("program", [None, *PROGRAMS])
def test_no_program_changes_what_is_seen(program):
    for suffix in (".otio", *WRITTEN):
        try:
            made, _ = for_program(a_cut(), program, suffix)
        except UsageError:
            continue
        rounded(made)
        assert told(made)[3][0][1][0] == told(a_cut())[3][0][1][0]
