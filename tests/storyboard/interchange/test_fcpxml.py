"""FCPXML as Final Cut Pro and Resolve write it, read by hand; and how it is written."""

from fractions import Fraction

import opentimelineio as otio
import pytest
from defusedxml.ElementTree import fromstring

from storyboard.errors import DocumentError
from storyboard.interchange.fcpxml_read import read_fcpxml
from storyboard.interchange.fcpxml_write import write_fcpxml
from storyboard.interchange.formats import read_timeline
from storyboard.interchange.reading import notes_of
from tests.support.storyboard.cuts import clip, gap, notes, timeline_of, told, transition

R24 = Fraction(24)
FILM = Fraction(24000, 1001)
HEAD = """<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE fcpxml><fcpxml version="1.10"><resources>
<format id="r1" frameDuration="1001/24000s" width="1920" height="1080"/>
<asset id="r2" name="A" start="0s" duration="1001/10s" hasVideo="1" format="r1">
<media-rep src="file:///A.mov"/></asset>
<asset id="r3" name="B" src="file:///B.mov" start="3600s" duration="9s" hasVideo="1" format="r1"/>
<asset id="r4" name="S" src="file:///S.wav" start="0s" duration="100s" hasAudio="1"/>
<media id="r5" name="inner"><sequence format="r1" duration="1001/100s"><spine>
<asset-clip ref="r2" name="A" offset="0s" start="1001/240s" duration="1001/240s"/>
<asset-clip ref="r2" name="A2" offset="1001/240s" duration="1001/240s"/></spine></sequence></media>
</resources>"""


def read(spine, rate=None, tail="</fcpxml>", sequence='format="r1" tcStart="0s"'):
    text = f'{HEAD}<project name="cut"><sequence {sequence}><spine>{spine}</spine></sequence></project>{tail}'
    return read_fcpxml(text.encode(), "a.fcpxml", rate)


def f(frames):
    return f"{Fraction(frames) * 1001 / 24000}s"


def things(timeline, track=0):
    return told(timeline)[3][track][1]


def test_clips_and_gaps_lie_where_their_offsets_say():
    timeline = read(
        f'<asset-clip ref="r2" name="A" offset="{f(0)}" start="{f(10)}" duration="{f(48)}"/>'
        f'<gap offset="{f(48)}" duration="{f(12)}"/>'
        f'<asset-clip ref="r2" name="A" duration="{f(24)}"/>'
    )
    assert told(timeline)[:2] == (FILM, 0)
    assert things(timeline) == [(0, 48, "A", 10, 1, None), (60, 84, "A", 0, 1, None)]
    assert timeline.tracks[0][0].media_reference.target_url == "file:///A.mov"


def test_offsets_are_counted_from_the_timecode_of_the_sequence():
    timeline = read(
        '<asset-clip ref="r2" name="A" offset="3600s" duration="48048/24000s"/>',
        sequence='format="r1" tcStart="3600s" tcFormat="NDF"',
    )
    # 3600 s are 86313.7 frames, so the sequence begins at the nearest.
    assert told(timeline)[1] == 86314
    assert things(timeline) == [(0, 48, "A", 0, 1, None)]


def test_a_transition_lies_over_the_cut_that_it_covers():
    timeline = read(
        f'<asset-clip ref="r2" name="A" offset="0s" start="{f(10)}" duration="{f(48)}"/>'
        f'<transition name="Cross Dissolve" offset="{f(43)}" duration="{f(12)}"/>'
        f'<asset-clip ref="r2" name="B" offset="{f(48)}" start="{f(20)}" duration="{f(24)}"/>'
        f'<transition name="Page Curl" offset="{f(68)}" duration="{f(4)}"/>'
    )
    assert things(timeline)[1] == (48, 72, "B", 20, 1, ("dissolve", 5, 7))
    assert told(timeline)[3][0][2] == ("dissolve", 4, 0)


def test_what_is_connected_lies_at_its_parents_time_in_tracks_by_lane():
    timeline = read(
        f'<asset-clip ref="r2" name="A" offset="0s" start="{f(100)}" duration="{f(48)}">'
        f'<asset-clip ref="r4" name="S" lane="-1" offset="{f(112)}" start="{f(5)}" duration="{f(60)}"/>'
        f'<spine lane="1" offset="{f(124)}"><asset-clip ref="r2" name="T" duration="{f(6)}"/>'
        f'<asset-clip ref="r2" name="U" duration="{f(6)}"/></spine>'
        f'<marker start="{f(103)}" duration="{f(1)}" value="look" note="look here"/></asset-clip>'
    )
    assert [(kind, [one[:4] for one in its]) for kind, its, _ in told(timeline)[3]] == [
        ("Video", [(0, 48, "A", 100)]),
        ("Video", [(24, 30, "T", 0), (30, 36, "U", 0)]),
        ("Audio", [(12, 72, "S", 5)]),
    ]
    assert notes(timeline, colours=False) == [(3, "look here", "")]


def test_a_map_of_time_is_a_speed():
    timeline = read(
        f'<asset-clip ref="r2" name="A" offset="0s" start="{f(20)}" duration="{f(48)}"><timeMap>'
        f'<timept time="0s" value="0s"/><timept time="{f(200)}" value="{f(400)}"/></timeMap></asset-clip>'
        f'<asset-clip ref="r2" name="F" start="{f(9)}" duration="{f(8)}"><timeMap>'
        f'<timept time="0s" value="{f(30)}"/><timept time="{f(100)}" value="{f(30)}"/></timeMap></asset-clip>'
        f'<asset-clip ref="r2" name="R" start="0s" duration="{f(8)}"><timeMap>'
        f'<timept time="0s" value="0s"/><timept time="{f(4)}" value="{f(4)}"/>'
        f'<timept time="{f(8)}" value="{f(12)}"/></timeMap></asset-clip>'
    )
    assert [one[3:5] for one in things(timeline)] == [(40, 2), (30, 0), (0, 1)]
    assert [str(one) for one in notes_of(timeline)] == [
        'speed ("R"): changes while it runs; the speed at its beginning is read'
    ]


def test_a_compound_clip_is_a_nested_cut():
    timeline = read(
        f'<ref-clip ref="r5" name="inner" offset="0s" start="{f(50)}" duration="{f(80)}"/>'
        f'<asset-clip ref="r2" name="A" duration="{f(10)}"/>'
    )
    assert things(timeline)[0] == (0, 80, "inner", 50, 1, None)
    stack = timeline.tracks[0][0]
    assert [one.name for one in stack[0]] == ["A", "A2"]
    assert [one.source_range.start_time.value for one in stack[0]] == [100, 0]


def test_a_compound_clip_is_read_as_the_clips_in_it_where_that_shows_the_same(tmp_path):
    around = (
        f'<asset-clip ref="r2" name="B" offset="0s" duration="{f(10)}"/>'
        f'<ref-clip ref="r5" name="inner" start="{f(50)}" duration="{f(80)}"/>'
    )
    path = tmp_path / "compound.fcpxml"
    for between, names in (
        ("", ["B", "A", "A2"]),
        (f'<transition name="Cross Dissolve" offset="{f(8)}" duration="{f(4)}"/>', ["B", "inner"]),
    ):
        spine = around.replace("<ref-clip", f"{between}<ref-clip")
        text = f'{HEAD}<project><sequence format="r1"><spine>{spine}</spine></sequence></project></fcpxml>'
        path.write_text(text)
        timeline = read_timeline(path)
        assert [one[2] for one in things(timeline)] == names
        assert things(timeline)[1][:4] == ((10, 60, "A", 150) if not between else (10, 90, "inner", 50))


def test_clips_with_media_inside_titles_and_auditions_are_read():
    timeline = read(
        f'<clip name="C" offset="0s" start="{f(30)}" duration="{f(10)}">'
        f'<video ref="r2" offset="{f(10)}" start="{f(5)}"/>'
        f'<audio lane="-1" ref="r2" offset="0s" duration="{f(10)}"/></clip>'
        f'<title name="Card" duration="{f(10)}"><text><text-style>The End</text-style></text></title>'
        f'<audition><asset-clip ref="r2" name="first" duration="{f(10)}"/>'
        '<asset-clip ref="r2" name="no"/></audition>'
        f'<asset-clip ref="r3" name="B" duration="{f(10)}" enabled="0"/>'
    )
    first, card, audition, off = timeline.tracks[0]
    assert [one[:4] for one in things(timeline)] == [
        (0, 10, "C", 25),
        (10, 20, "Card", 0),
        (20, 30, "first", 0),
    ]
    assert card.media_reference.parameters["text"] == "The End"
    assert (off.enabled, off.source_range.start_time.value) == (False, 86314)
    assert first.media_reference.name == "A"
    assert audition.name == "first"


@pytest.mark.parametrize(
    ("spine", "said"),
    [
        ('<asset-clip ref="r2" name="A" offset="1/0s" duration="1s"/>', "which is no time (1001/24000s)"),
        ('<asset-clip ref="r2" name="A" offset="soon" duration="1s"/>', 'offset="soon", which is no time'),
        ('<asset-clip ref="r2" name="A" duration="-1s"/>', '"A" has a duration of -1 s'),
        ('<asset-clip name="A"/>', '"A" has no duration'),
        ('<asset-clip ref="r2" name="A" duration="99999999999999s"/>', "which is too long"),
        ('<gap duration="1s"><asset-clip ref="r2" lane="up" duration="1s"/></gap>', "it is a whole number"),
    ],
)
def test_what_is_wrong_is_said(spine, said):
    with pytest.raises(DocumentError) as caught:
        read(spine)
    assert said in caught.value.message


def test_a_file_without_a_project_says_what_to_export():
    with pytest.raises(DocumentError, match="there is no project in it") as caught:
        read_fcpxml(f"{HEAD}<event/></fcpxml>".encode(), "a.fcpxml", None)
    assert caught.value.hint == "export the project, not a library or an event of clips"


def test_a_compound_clip_that_is_in_itself_is_refused():
    inside = '<asset-clip ref="r2" name="A2"'
    itself = '<ref-clip ref="r5" name="A2"'
    text = f"{HEAD.replace(inside, itself)}<project><sequence><spine>"
    text += '<ref-clip ref="r5" duration="1s"/></spine></sequence></project></fcpxml>'
    with pytest.raises(DocumentError, match="is a part of itself"):
        read_fcpxml(text.encode(), "a.fcpxml", None)


def a_cut():
    return timeline_of(
        [
            (
                "Video",
                "shots",
                [
                    clip("1A_take1_00000001", 42, 48, R24),
                    transition("dissolve", 6, 6, R24),
                    clip("2A_take3_0a1b2c3d", 60, 24, R24, Fraction(2), note="too dark"),
                ],
            ),
            ("Audio", "lines", [gap(60, R24), clip("1A_line1_11112222", 0, 30, R24)]),
        ],
        R24,
    )


def test_it_is_written_as_the_format_has_it():
    text, found = write_fcpxml(a_cut())
    root = fromstring(text)
    assert root.get("version") == "1.8"
    assert [one.get("src") for one in root.iterfind("./resources/asset")] == [
        "media/1A_take1_00000001.mp4",
        "media/2A_take3_0a1b2c3d.mp4",
        "media/1A_line1_11112222.mp4",
    ]
    sequence = root.find(".//sequence")
    assert (sequence.get("tcStart"), sequence.get("duration"), sequence.get("tcFormat")) == (
        "3600s",
        "15/4s",
        "NDF",
    )
    spine = sequence.find("spine")
    assert [(one.tag, one.get("offset"), one.get("duration")) for one in spine] == [
        ("asset-clip", "3600s", "2s"),
        ("transition", "14407/4s", "1/2s"),
        ("asset-clip", "3602s", "1s"),
        ("gap", "3603s", "3/4s"),
    ]
    second = spine[2]
    # The order that the format asks for: the map of time, what is connected, markers.
    assert [one.tag for one in second] == ["timeMap", "asset-clip", "marker"]
    assert [(one.get("time"), one.get("value")) for one in second.find("timeMap")] == [
        ("5/4s", "0s"),
        ("1015/12s", "500/3s"),
    ]
    assert second.find("asset-clip").attrib["lane"] == "-1"
    assert [str(one) for one in found] == [
        "colours of markers (2A_take3_0a1b2c3d): are left out",
        "metadata: is left out; names of clips tell which take each is",
    ]


def test_opentimelineios_own_adapter_reads_what_is_written():
    """At whole rates, and without speeds and transitions, which it does not know."""
    cut = timeline_of(
        [
            ("Video", "shots", [clip("A", 42, 48, R24), gap(12, R24), clip("B", 60, 24, R24)]),
            ("Audio", "lines", [gap(60, R24), clip("S", 0, 20, R24)]),
        ],
        R24,
        hour=0,
    )
    text, _ = write_fcpxml(cut)
    read_by_it = otio.adapters.read_from_string(text, "fcpx_xml")[0]
    found = {
        str(track.name): [(one.name, one.source_range.duration.value) for one in track if one.name]
        for track in read_by_it.tracks
    }
    assert found == {"0": [("A", 48), ("B", 24)], "-1": [("S", 20)]}
