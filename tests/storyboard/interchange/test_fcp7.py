"""FCP 7 XML as programs write it, read by hand; and what the adapter's own file lacks."""

from fractions import Fraction

import pytest
from defusedxml.ElementTree import fromstring

from storyboard.errors import DocumentError
from storyboard.interchange.fcp7_read import read_fcp7
from storyboard.interchange.fcp7_write import write_fcp7
from storyboard.interchange.formats import read_timeline
from storyboard.interchange.reading import notes_of
from tests.support.storyboard.cuts import clip, gap, notes, timeline_of, told, transition

R24 = Fraction(24)
NTSC = Fraction(30000, 1001)
REMAP = (
    "<filter><effect><name>Time Remap</name><effectid>timeremap</effectid>"
    "<parameter><parameterid>speed</parameterid><value>{speed}</value></parameter>"
    "<parameter><parameterid>reverse</parameterid><value>{reverse}</value></parameter></effect></filter>"
)


def item(name, start, end, first, more="", file="F"):
    return (
        f"<clipitem><name>{name}</name><start>{start}</start><end>{end}</end><in>{first}</in><out>-1</out>"
        f'<file id="{file}"><name>{file}</name><pathurl>file://localhost/{file}.mov</pathurl><duration>900</duration>'
        "<timecode><frame>100</frame><rate><timebase>24</timebase></rate></timecode></file>"
        f"{more}</clipitem>"
    )


def crossing(start, end, alignment="center", name="Cross Dissolve"):
    words = f"<alignment>{alignment}</alignment>" if alignment else ""
    effect = f"<effect><name>{name}</name></effect>" if name else ""
    return f"<transitionitem><start>{start}</start><end>{end}</end>{words}{effect}</transitionitem>"


def sequence(track, rate="<timebase>24</timebase><ntsc>FALSE</ntsc>", more="", name="cut"):
    return (
        f"<sequence><name>{name}</name><rate>{rate}</rate>{more}"
        f"<media><video><track>{track}</track></video></media></sequence>"
    )


def read(*sequences):
    text = f'<?xml version="1.0"?><!DOCTYPE xmeml><xmeml version="5"><project><children>{"".join(sequences)}'
    return read_fcp7(f"{text}</children></project></xmeml>".encode(), "a.xml", R24)


def things(timeline):
    return told(timeline)[3][0][1]


def test_a_dissolve_is_between_clips_that_begin_and_end_at_minus_one():
    timeline = read(
        sequence(item("A", 0, -1, 5) + crossing(40, 52) + item("B", -1, 80, 7) + item("C", 90, 99, 0))
    )
    assert things(timeline) == [
        (0, 46, "A", 105, 1, None),
        (46, 80, "B", 113, 1, ("dissolve", 6, 6)),
        (90, 99, "C", 100, 1, None),
    ]


def test_an_odd_frame_lies_before_the_cut():
    timeline = read(sequence(item("A", 0, -1, 5) + crossing(40, 51) + item("B", -1, 80, 7)))
    assert things(timeline) == [(0, 46, "A", 105, 1, None), (46, 80, "B", 113, 1, ("dissolve", 6, 5))]


def test_numbers_as_floats_and_what_is_left_out_do_no_harm():
    timeline = read(
        sequence(item("A", "0.0", -1, "5.0") + crossing(40, 52, "", "") + item("B", -1, "80.0", ""))
    )
    assert [one[:4] for one in things(timeline)] == [(0, 46, "A", 105), (46, 80, "B", 106)]


@pytest.mark.parametrize(
    ("speed", "reverse", "source", "read_as"),
    [
        ("200", "FALSE", 110, 2),
        ("50.0", "FALSE", 102.5, Fraction(1, 2)),
        ("100", "TRUE", 105, -1),
        ("0", "FALSE", 105, 0),
    ],
)
def test_a_time_remap_is_a_speed_and_in_is_counted_as_it_is_shown(speed, reverse, source, read_as):
    timeline = read(sequence(item("A", 0, 40, 5, REMAP.format(speed=speed, reverse=reverse))))
    assert things(timeline) == [(0, 40, "A", source, read_as, None)]


def test_what_is_switched_off_is_off():
    timeline = read(sequence(item("A", 0, 40, 5, "<enabled>FALSE</enabled>") + "<enabled>FALSE</enabled>"))
    assert (timeline.tracks[0].enabled, timeline.tracks[0][0].enabled) == (False, False)


def test_the_start_and_its_drop_frame_are_read():
    ntsc = "<timebase>30</timebase><ntsc>TRUE</ntsc>"
    code = "<timecode><frame>107892</frame><displayformat>{}</displayformat></timecode>"
    for form, drops in (("DF", True), ("NDF", False)):
        timeline = read(sequence(item("A", 0, 40, 5), ntsc, code.format(form)))
        assert told(timeline)[:3] == (NTSC, 107892, drops)


def test_markers_lie_at_frames_of_the_media():
    marker = "<marker><name>look</name><comment>look here</comment><in>25</in><out>-1</out></marker>"
    assert notes(read(sequence(item("A", 10, 40, 5, marker))), colours=False) == [(30, "look here", "")]


def test_a_transition_that_is_none_of_ours_is_a_dissolve_and_said():
    timeline = read(
        sequence(
            item("A", 0, -1, 5)
            + crossing(40, 52, name="Page Peel")
            + item("B", -1, 80, 7)
            + item("C", 80, 90, 0)
        )
    )
    assert things(timeline)[1][5] == ("dissolve", 6, 6)
    assert [str(one) for one in notes_of(timeline)] == ["transition (Page Peel): is read as a dissolve"]


def test_clips_that_share_an_id_are_read_each():
    timeline = read(
        sequence((item("A", 0, 20, 5) + item("B", 20, 40, 9)).replace("<clipitem>", '<clipitem id="x">'))
    )
    assert [one[:4] for one in things(timeline)] == [(0, 20, "A", 105), (20, 40, "B", 109)]


def test_a_sequence_in_a_sequence_is_the_clips_in_it(tmp_path):
    inner = sequence(item("A", 0, 20, 5), name="inner").replace("<sequence>", '<sequence id="s">')
    nested = f"<clipitem><name>N</name><start>0</start><end>12</end><in>3</in><out>15</out>{inner}</clipitem>"
    before = item("B", 0, 10, 5)
    after = nested.replace("<start>0</start><end>12", "<start>10</start><end>22")
    path = tmp_path / "nested.xml"
    path.write_text(f"<xmeml>{sequence(before + after)}</xmeml>")
    timeline = read_timeline(path)
    assert [one[:4] for one in things(timeline)] == [(0, 10, "B", 105), (10, 22, "A", 108)]
    assert [str(one) for one in notes_of(timeline)] == ["nested cut (inner): is read as the clips in it"]


@pytest.mark.parametrize(
    ("track", "said"),
    [
        (item("A", -1, 40, 5), '"A" has -1 as its <start>, and no transition there'),
        (item("A", "soon", 40, 5), '<start> is "soon"; it is a whole number of frames'),
        (item("A", 0, 40, 5).replace("<start>0</start>", ""), '"A" has no <start>'),
        (
            "<clipitem><start>0</start><end>4</end><rate><timebase>0</timebase></rate></clipitem>",
            "it is from 1 to 240",
        ),
    ],
)
def test_what_is_wrong_is_said(track, said):
    with pytest.raises(DocumentError) as caught:
        read(sequence(track))
    assert said in caught.value.message


def test_of_several_sequences_one_is_to_be_exported(tmp_path):
    two = sequence(item("A", 0, 20, 5), name="one") + sequence(item("B", 0, 20, 5), name="two")
    path = tmp_path / "a.xml"
    path.write_text(f"<xmeml><project><children>{two}</children></project></xmeml>")
    with pytest.raises(DocumentError, match='there are 2 cuts in it: "one", "two"'):
        read_timeline(path)


def test_what_the_adapter_leaves_out_is_written():
    twice = [clip("1A_take1_00000001", 42, 48, NTSC), clip("1A_take1_00000001", 42, 48, NTSC)]
    fast = clip("2A_take3_0a1b2c3d", 60, 24, NTSC, Fraction(2), note="too dark")
    off = clip("3A_take1_00000003", 42, 24, NTSC)
    off.enabled = False
    cut = timeline_of(
        [
            ("Video", "shots", [*twice, transition("wipe-clock", 6, 6, NTSC), fast, off]),
            ("Audio", "lines", [gap(60, NTSC), clip("1A_line1_11112222", 0, 30, NTSC)]),
        ],
        NTSC,
        drop=True,
    )
    text, found = write_fcp7(cut)
    root = fromstring(text)
    items = root.findall(".//video/track/clipitem")
    assert [(one.findtext("start"), one.findtext("end")) for one in items] == [
        ("0", "48"),
        ("48", "-1"),
        ("-1", "120"),
        ("120", "144"),
    ]
    assert [one.findtext("enabled") for one in items] == ["TRUE", "TRUE", "TRUE", "FALSE"]
    form = root.find(".//video/format/samplecharacteristics")
    assert (form.findtext("width"), form.findtext("height")) == ("1920", "1080")
    code = root.find(".//sequence/timecode")
    assert (code.findtext("string"), code.findtext("displayformat")) == ("01:00:00;00", "DF")
    assert (items[2].findtext("in"), items[2].findtext("out")) == ("24", "54")
    parameters = {one.findtext("parameterid"): one.findtext("value") for one in items[2].iter("parameter")}
    assert parameters["speed"] == "200"
    assert items[2].findtext("./marker/comment") == "too dark"
    effect = root.find(".//transitionitem/effect")
    assert (effect.findtext("name"), effect.findtext("effectid")) == ("Wipe Clock", "Clock Wipe")
    assert root.findtext(".//audio/track/clipitem/sourcetrack/mediatype") == "audio"
    assert [str(one) for one in found] == [
        "colours of markers (2A_take3_0a1b2c3d): are left out",
        "metadata: is left out; names of clips tell which take each is",
    ]
