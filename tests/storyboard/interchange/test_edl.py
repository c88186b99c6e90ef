"""Edit decision lists as programs write them, each read by hand; and what is written to them."""

from fractions import Fraction

import pytest

from storyboard.errors import DocumentError
from storyboard.interchange.edl_read import read_edl
from storyboard.interchange.edl_write import write_edl
from storyboard.interchange.reading import notes_of
from tests.support.storyboard.cuts import clip, gap, notes, timeline_of, told, transition

R24 = Fraction(24)
NTSC = Fraction(30000, 1001)


def read(text, rate=R24):
    return read_edl(f"TITLE: a cut\n{text}".encode(), "a.edl", rate)


def things(timeline, track=0):
    return told(timeline)[3][track][1]


CUT_IN_TWO = """
001  REEL1    V     C        01:00:04:05 01:00:04:14 01:00:00:00 01:00:00:09
* FROM CLIP NAME:  A
002  REEL1    V     C        01:00:04:14 01:00:04:14 01:00:00:09 01:00:00:09
002  REEL2    V     D    010 01:00:08:08 01:00:08:18 01:00:00:09 01:00:00:19
* BLEND, DISSOLVE
* FROM CLIP NAME:  A
* TO CLIP NAME:  B
003  REEL2    V     C        01:00:08:18 01:00:08:19 01:00:00:19 01:00:00:20
* FROM CLIP NAME:  B
"""


def test_a_dissolve_lies_around_its_middle_and_both_clips_reach_there():
    assert things(read(CUT_IN_TWO)) == [
        (0, 14, "A", 86501, 1, None),
        (14, 19, "B", 86605, 1, ("dissolve", 5, 5)),
        (19, 20, "B", 86610, 1, None),
    ]


def test_numbers_of_events_need_not_tell_which_lines_are_one_event():
    wrong = CUT_IN_TWO.replace("002  REEL1 ", "001  REEL1 ")
    assert things(read(wrong)) == things(read(CUT_IN_TWO))


def test_an_odd_frame_of_a_dissolve_lies_before_its_cut():
    odd = CUT_IN_TWO.replace("D    010", "D    007")
    assert things(read(odd))[1] == (13, 19, "B", 86604, 1, ("dissolve", 4, 3))


def test_a_dissolve_from_a_clip_that_is_not_the_one_before_is_of_three_clips():
    timeline = read("""
001  AX       V     C        01:00:03:23 01:00:06:12 01:00:00:00 01:00:02:13
* FROM CLIP NAME: Clip_A.mov
002  AX       V     C        01:00:06:00 01:00:06:00 01:00:02:13 01:00:02:13
FCM: NON-DROP FRAME
002  AX       V     D    030 01:00:33:22 01:00:35:04 01:00:02:13 01:00:03:19
EFFECTS NAME IS CROSS DISSOLVE
* FROM CLIP NAME: Clip_B.mov
* TO CLIP NAME: Clip_C.mov
003  AX       V     C        01:00:00:00 01:00:01:22 01:00:03:19 01:00:05:17
* FROM CLIP NAME: Clip_D.mov
""")
    assert things(timeline) == [
        (0, 61, "Clip_A.mov", 86495, 1, None),
        (61, 76, "Clip_B.mov", 86544, 1, None),
        (76, 91, "Clip_C.mov", 87229, 1, ("dissolve", 15, 15)),
        (91, 137, "Clip_D.mov", 86400, 1, None),
    ]


def test_dissolves_follow_one_another():
    timeline = read("""
001  A0000    V     C        01:00:08:10 01:00:08:18 01:04:12:23 01:04:13:07
002  A0000    V     C        01:00:08:18 01:00:08:18 01:04:13:07 01:04:13:07
002  B0000    V     D    020 01:00:06:22 01:00:08:07 01:04:13:07 01:04:14:16
003  B0000    V     C        01:00:08:07 01:00:08:07 01:04:14:16 01:04:14:16
003  C0000    V     D    010 01:00:06:10 01:00:07:22 01:04:14:16 01:04:16:04
""")
    assert [(start, end, into) for start, end, _, _, _, into in things(timeline)] == [
        (0, 18, None),
        (18, 46, ("dissolve", 10, 10)),
        (46, 77, ("dissolve", 5, 5)),
    ]


def test_a_film_fades_in_and_out():
    timeline = read("""
001  BL       V     C        00:00:00:00 00:00:00:00 01:00:00:00 01:00:00:00
001  A        V     D    012 00:00:02:02 00:00:04:02 01:00:00:00 01:00:02:00
* TO CLIP NAME: A
002  A        V     C        00:00:04:02 00:00:04:02 01:00:02:00 01:00:02:00
002  BL       V     D    006 00:00:00:00 00:00:00:06 01:00:02:00 01:00:02:06
* FROM CLIP NAME: A
""")
    assert things(timeline) == [(0, 54, "A", 50, 1, ("dissolve", 0, 12))]
    assert told(timeline)[3][0][2] == ("dissolve", 6, 0)


def test_to_black_and_from_it_at_once_is_a_fade():
    timeline = read("""
001  A        V     C        00:00:02:00 00:00:04:00 01:00:00:00 01:00:02:00
002  A        V     C        00:00:04:00 00:00:04:00 01:00:02:00 01:00:02:00
002  BL       V     D    006 00:00:00:00 00:00:00:06 01:00:02:00 01:00:02:06
003  BL       V     C        00:00:00:00 00:00:00:00 01:00:02:06 01:00:02:06
003  B        V     D    005 00:00:08:00 00:00:10:00 01:00:02:06 01:00:04:06
""")
    assert [one[:2] + one[3:] for one in things(timeline)] == [
        (0, 54, 48, 1, None),
        (54, 102, 192, 1, ("fade", 6, 5)),
    ]


def test_wipes_are_wipes_and_their_names_tell_which():
    wipe = CUT_IN_TWO.replace("D    010", "W001 010")
    assert things(read(wipe))[1][5] == ("wipe-right", 5, 5)
    assert things(read(wipe.replace("* BLEND, DISSOLVE", "* EFFECT NAME: WIPE-LEFT")))[1][5][0] == "wipe-left"


SPEED = """
001  Z686_5A. V     C        01:00:06:00 01:00:08:22 01:11:31:16 01:11:33:04
M2   Z686_5A.       {told}                01:00:06:00
* FROM CLIP NAME:  A
"""


@pytest.mark.parametrize(
    ("fps", "speed"),
    [("048.0", 2), ("012.0", "1/2"), ("016.0", "2/3"), ("036.0", "3/2"), ("-24.0", -1), ("000.0", 0)],
)
def test_an_m2_line_tells_a_speed_in_frames_a_second(fps, speed):
    [thing] = things(read(SPEED.format(told=fps)))
    assert thing[4] == Fraction(speed)
    assert thing[:4] == (0, 36, "A", 86544)


def test_a_speed_at_a_rate_of_ntsc_is_told_of_its_whole_frames():
    assert things(read(SPEED.format(told="016.0"), Fraction(24000, 1001)))[0][4] == Fraction(2, 3)


def test_a_frame_that_stands_is_called_so():
    timeline = read("""
002  Z682_156 V     C        01:00:10:21 01:00:10:22 01:08:30:00 01:08:30:17
M2   Z682_156       000.0                01:00:10:21
* FROM CLIP NAME:  Z682_156 (LAY3) FF
* * FREEZE FRAME
""")
    assert things(timeline) == [(0, 17, "Z682_156 (LAY3)", 86661, 0, None)]


@pytest.mark.parametrize(
    ("line", "rate", "start"),
    [
        ("01:00:00;02 01:00:01;02 01:00:00;00 01:00:01;00", NTSC, 107892),
        ("01:00:00;02 01:00:01;02 01:00:00;40 01:00:01;40", Fraction(60000, 1001), 215824),
        ("01:00:00:02 01:00:01:02 01:00:00:29 01:00:01:29", Fraction(30), 108029),
        ("01:00:00:02 01:00:01:02 01:00:00:24 01:00:01:24", Fraction(25), 90024),
        ("01:00:00:00 01:00:00:24 01:00:00:00 01:00:00:24", Fraction(25), 90000),
        ("01:00:00:00 01:00:01:00 01:00:00:20 01:00:01:20", R24, 86420),
        ("01:00:00:00 01:00:02:04 01:00:00:20 01:00:02:24", Fraction(25), 90020),
        # At 25 the source is as long as the record; at 24, which has these numbers too, it is not.
        ("01:00:00:20 01:00:02:05 01:00:00:00 01:00:01:10", Fraction(25), 90000),
    ],
)
def test_the_rate_is_found_by_the_numbers_of_frames_and_the_lengths(line, rate, start):
    found = told(read(f"001  AX V C {line}"))
    assert found[:2] == (rate, start)
    assert found[2] is (";" in line)


def test_the_rate_that_is_wanted_is_taken_where_it_can_be():
    line = "001  AX V C 01:00:00:00 01:00:01:00 01:00:00:20 01:00:01:20"
    assert told(read(line, Fraction(24000, 1001)))[0] == Fraction(24000, 1001)
    assert told(read(line, Fraction(30)))[0] == 30
    assert told(read(f"FCM: DROP FRAME\n{line}", NTSC))[:3] == (NTSC, 107912, True)
    assert told(read(f"FCM: NON-DROP FRAME\n{line}", NTSC))[:3] == (NTSC, 108020, False)


def test_the_record_says_how_long_a_clip_is_and_what_differs_is_said():
    timeline = read("001  A V C 01:00:00:00 01:00:02:00 01:00:00:00 01:00:01:12\n* FROM CLIP NAME: A\n")
    assert things(timeline) == [(0, 36, "A", 86400, 1, None)]
    [note] = notes_of(timeline)
    assert (note.what, note.where) == ("lengths", "line 2")
    assert note.words.startswith("event 001 has 48 frames in its source and 36 in the record")


def test_an_event_that_begins_too_early_is_laid_over_the_one_before_it():
    timeline = read("""
001  A V C 01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00
002  B V C 01:00:00:00 01:00:02:00 01:00:01:00 01:00:03:00
""")
    assert [one[:3] for one in things(timeline)] == [(0, 24, "A"), (24, 72, "B")]
    assert [note.what for note in notes_of(timeline)] == ["overlap"]


def test_events_in_the_order_of_their_sources_are_laid_in_that_of_the_record():
    timeline = read("""
001  A V C 01:00:00:00 01:00:01:00 01:00:02:00 01:00:03:00
002  B V C 02:00:00:00 02:00:01:00 01:00:00:00 01:00:01:00
""")
    assert [one[:3] for one in things(timeline)] == [(0, 24, "B"), (48, 72, "A")]


def test_channels_of_sound_are_tracks():
    timeline = read("""
001  A AA/V C 01:00:00:00 01:00:01:00 01:00:00:00 01:00:01:00
SPLIT:    AUDIO DELAY=  00:00:00:10
002  B V  C 01:00:00:00 01:00:01:00 01:00:01:00 01:00:02:00
002  B A2 C 01:00:00:10 01:00:01:00 01:00:01:10 01:00:02:00
003  B NONE C 01:00:00:10 01:00:01:00 01:00:02:10 01:00:03:00
AUD  3  4
""")
    tracks = told(timeline)[3]
    assert [(kind, [(one[0], one[1], one[2]) for one in its]) for kind, its, _ in tracks] == [
        ("Video", [(0, 24, "A"), (24, 48, "B")]),
        ("Audio", [(0, 24, "A")]),
        ("Audio", [(0, 24, "A"), (34, 48, "B")]),
    ]


def test_locators_are_markers_at_their_frame_of_the_record():
    timeline = read("""
001  A V C 01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00
*LOC: 01:00:00:14 RED     ANIM FIX NEEDED
* LOC: 01:00:01:02 GREEN
""")
    assert notes(timeline) == [(14, "ANIM FIX NEEDED", "RED"), (26, "", "GREEN")]


def test_reels_with_spaces_bars_and_files_are_read():
    timeline = read(r"""
001  MY REEL  V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00
* FROM FILE: S:\path\to\ZZ100_501.take_1.0001.exr
002  BARS     V     C        00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00
""")
    first, second = timeline.tracks[0]
    assert first.name == "ZZ100_501.take_1.0001"
    assert first.media_reference.target_url == r"S:\path\to\ZZ100_501.take_1.0001.exr"
    assert first.metadata["cmx_3600"]["reel"] == "MY REEL"
    assert second.media_reference.generator_kind == "SMPTEBars"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a.edl: there is no event in it"),
        ("001  A V C 01:00:00:00 01:00:01:00", 'a.edl:2:1: "001  A V C'),
        (
            "001  A V K 010 01:00:00:00 01:00:01:00 01:00:00:00 01:00:01:00",
            "event 001 is a key, which is not read",
        ),
        ("001  A V X 01:00:00:00 01:00:01:00 01:00:00:00 01:00:01:00", '"X" is no kind of edit'),
        ("001  A Q C 01:00:00:00 01:00:01:00 01:00:00:00 01:00:01:00", '"Q" names no tracks'),
        ("001  A V C 01:00:61:00 01:00:01:00 01:00:00:00 01:00:01:00", '"01:00:61:00" is not a timecode'),
        (
            "001  A V C 01:00:00:00 01:00:01:00 01:01:00;00 01:01:01;00",
            "drop-frame timecode has no such frame",
        ),
        (
            "001  A V C 01:00:00:130 01:00:01:00 01:00:00:00 01:00:01:00",
            "the frame number 130, which no rate has",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_line(text, said):
    with pytest.raises(DocumentError) as caught:
        read(text)
    assert said in caught.value.message


def test_an_edl_is_written_as_people_know_it():
    cut = timeline_of(
        [
            (
                "Video",
                "shots",
                [
                    clip("1A_take1_00000001", 10, 48, R24),
                    transition("dissolve", 6, 6, R24),
                    clip("2A_take3_0a1b2c3d", 20, 24, R24, Fraction(2), "RED", "too dark"),
                ],
            ),
            ("Audio", "lines", [gap(12, R24), clip("1A_line1_11112222", 0, 30, R24)]),
        ],
        R24,
    )
    text, _ = write_edl(cut)
    assert (
        text.replace("\r\n", "\n")
        == """\
TITLE: A film
FCM: NON-DROP FRAME

001  1A_TAKE1 V     C        00:00:00:10 00:00:02:04 01:00:00:00 01:00:01:18
* FROM CLIP NAME: 1A_take1_00000001
* SOURCE FILE: 1A_take1_00000001.mp4
002  1A_LINE1 A     C        00:00:00:00 00:00:01:06 01:00:00:12 01:00:01:18
* FROM CLIP NAME: 1A_line1_11112222
* SOURCE FILE: 1A_line1_11112222.mp4
003  1A_TAKE1 V     C        00:00:02:04 00:00:02:04 01:00:01:18 01:00:01:18
003  2A_TAKE3 V     D    012 00:00:00:08 00:00:02:20 01:00:01:18 01:00:03:00
* FROM CLIP NAME: 1A_take1_00000001
* TO CLIP NAME: 2A_take3_0a1b2c3d
* SOURCE FILE: 2A_take3_0a1b2c3d.mp4
M2   2A_TAKE3       048.0                00:00:00:08
* LOC: 01:00:02:01 RED     too dark
"""
    )


def test_reels_of_eight_letters_tell_shots_apart():
    names = [
        "12A_take1_0a0a0a0a",
        "12A_take2_0b0b0b0b",
        "ada_at_the_window",
        "ada_at_the_door",
        "Яма_new_0c0c0c0c",
    ]
    cut = timeline_of([("Video", "shots", [clip(name, 0, 24, R24) for name in names])], R24)
    text, _ = write_edl(cut)
    reels = [line[5:13] for line in text.splitlines() if line[:1].isdigit()]
    assert reels == ["0A0A0A0A", "0B0B0B0B", "ADA_AT_T", "ADA_AT_2", "0C0C0C0C"]


def test_what_an_edl_cannot_hold_is_named():
    take = clip("1A_take1_00000001", 10, 48, R24, Fraction(100, 233))
    take.set_media_references(
        {"1": take.media_reference.deepcopy(), "2": take.media_reference.deepcopy()}, "1"
    )
    sounds = [("Audio", f"S{number}", [clip(f"s{number}", 0, 10, R24)]) for number in range(6)]
    off = clip("3A_take1_00000003", 0, 12, R24)
    off.enabled = False
    cut = timeline_of(
        [
            ("Video", "shots", [take, transition("dip-to-white", 2, 9, R24), clip("2A", 10, 48, R24), off]),
            ("Video", "titles", [clip("title", 0, 12, R24)]),
            *sounds,
        ],
        R24,
    )
    _, found = write_edl(cut)
    assert [str(one) for one in found] == [
        "tracks (titles, S4, S5): are left out",
        "transition (1A_take1_00000001 → 2A): comes back with its cut in its middle",
        "takes (1A_take1_00000001): the takes beside the one that is seen are left out",
        "switched off (3A_take1_00000003): is left out",
        "metadata: is left out; names of clips tell which take each is",
        "dip-to-white (dip-to-white): goes through black there",
        "speed (1A_take1_00000001): is told in tenths of a frame a second",
    ]
