"""Files that are no cuts, are damaged, or were made to do harm: a cut or one clear message, at once."""

import io
import json
import random
import zipfile
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from opentimelineio import schema

from storyboard.errors import DocumentError, UsageError
from storyboard.interchange import edl_lines, formats
from storyboard.interchange.formats import MAX_BYTES, READ, read_timeline, write_timeline
from tests.support.storyboard.cuts import clip, timeline_of, transition

RATE = Fraction(24)
ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">'
NESTED_SEQUENCES = "".join(
    f'<sequence id="s{n}"><rate><timebase>24</timebase></rate><media><video><track>'
    + f'<clipitem><start>0</start><end>9</end><in>0</in><sequence id="s{n + 1}"/></clipitem>' * 10
    + "</track></video></media></sequence>"
    for n in range(12)
)
COMPOUNDS = "".join(
    f'<media id="m{n}"><sequence><spine>'
    + f'<ref-clip ref="m{n + 1}" duration="1s"/>' * 10
    + "</spine></sequence></media>"
    for n in range(11)
)

OF_COMPOUNDS = '<project><sequence><spine><ref-clip ref="m0" duration="1s"/></spine></sequence></project>'


def refused(path, data):
    path.write_bytes(data)
    with pytest.raises(DocumentError) as caught:
        read_timeline(path, RATE)
    assert len(caught.value.problems) == 1
    assert caught.value.exit_code == 2
    return caught.value.message


@pytest.mark.parametrize(
    ("suffix", "data", "said"),
    [
        (".xml", f"{ENTITIES}]><xmeml>&i;</xmeml>", "it declares entities"),
        (".xml", f"{OUTSIDE}]><xmeml>&a;</xmeml>", "it declares entities"),
        (".fcpxml", f"{ENTITIES}]><fcpxml>&i;</fcpxml>", "it declares entities"),
        (".fcpxml", f"{OUTSIDE}]><fcpxml>&a;</fcpxml>", "it declares entities"),
        (".xml", "<xmeml>" + "<a>" * 10_000, "deep in each other"),
        (".fcpxml", "<fcpxml>" + "<a>" * 10_000, "deep in each other"),
        (".otio", '{"OTIO_SCHEMA":' + "[" * 10_000, "deep in each other"),
        (".otio", '{"OTIO_SCHEMA":' + '{"a":' * 10_000, "deep in each other"),
        (".xml", "<xmeml><sequence>", "this is not XML"),
        (".fcpxml", "", "this is not XML"),
        (".xml", "<html/>", 'its top is "html", not "xmeml"'),
        (".fcpxml", "<xmeml/>", 'its top is "xmeml", not "fcpxml"'),
        (".xml", "<xmeml/>", "there is no sequence in it"),
        (".xml", f"<xmeml>{NESTED_SEQUENCES}</xmeml>", "more than 100,000 clips"),
        (".xml", f"<xmeml>{NESTED_SEQUENCES.replace('s12', 's0')}</xmeml>", ""),
        (
            ".fcpxml",
            f"<fcpxml><resources>{COMPOUNDS}</resources>{OF_COMPOUNDS}</fcpxml>",
            "more than 100,000 clips",
        ),
        (".otio", "", "this is no OpenTimelineIO file"),
        (".otio", "[]", "its top has no OTIO_SCHEMA"),
        (".otio", schema.Clip("x").to_json_string(), "there is no cut in it, but Clip"),
        (".otio", '{"OTIO_SCHEMA": "Cabbage.1"}', "there is no cut in it, but UnknownSchema"),
        (".otio", '{"OTIO_SCHEMA": "Timeline.1", "tracks": 3}', "OpenTimelineIO cannot read it"),
        (
            ".otio",
            '{"OTIO_SCHEMA": "Timeline.1", "x": ' + "9" * 10_000 + "}",
            "this is no OpenTimelineIO file",
        ),
        (".otioz", "PK\x03\x04rubbish", "this bundle cannot be read"),
        (".edl", "", "there is no event in it"),
        (".edl", "001 " + "9" * 100_000, "a line of 100004 letters"),
    ],
)
def test_what_is_no_cut_is_refused_in_one_message(suffix, data, said, tmp_path):
    assert said in refused(tmp_path / f"a{suffix}", data.encode("latin-1"))


@pytest.mark.parametrize("suffix", READ)
def test_a_file_of_a_hundred_megabytes_is_refused_before_it_is_read(suffix, tmp_path):
    path = tmp_path / f"large{suffix}"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    with pytest.raises(DocumentError, match=f"larger than a cut may be .{MAX_BYTES // 2**20} MiB"):
        read_timeline(path, RATE)


@pytest.mark.parametrize("suffix", READ)
def test_noise_is_refused(suffix, tmp_path):
    for seed in range(3):
        refused(tmp_path / f"a{suffix}", random.Random(seed).randbytes(5_000))


def test_an_edl_of_too_many_events_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(edl_lines, "_MOST_EVENTS", 20)
    assert "there are more than 20 events in it" in refused(tmp_path / "a.edl", b"1 A V C 0 9 0 9\n" * 21)


def test_a_bundle_that_unpacks_without_an_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "MAX_BYTES", 2**20)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("content.otio", b" " * (2**20 + 1))
    assert "content.otio in it is larger than a cut may be" in refused(
        tmp_path / "a.otioz", packed.getvalue()
    )


def test_a_bundle_without_a_cut_is_refused(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("media/a.mp4", b"")
    assert "has no content.otio in it" in refused(tmp_path / "a.otioz", packed.getvalue())


def test_other_suffixes_and_folders_are_refused(tmp_path):
    with pytest.raises(UsageError, match="no cut is read as"):
        read_timeline(tmp_path / "a.aaf", RATE)
    (tmp_path / "a.edl").mkdir()
    with pytest.raises(DocumentError, match="this is a folder"):
        read_timeline(tmp_path / "a.edl", RATE)
    with pytest.raises(DocumentError, match="there is no such file"):
        read_timeline(tmp_path / "b.edl", RATE)


A_CUT = timeline_of(
    [
        (
            "Video",
            "shots",
            [
                clip("1A_take1_00000001", 42, 48, RATE, note="too dark"),
                transition("dissolve", 3, 3, RATE),
                clip("2A_take1_00000002", 42, 24, RATE, Fraction(2)),
            ],
        ),
        ("Audio", "A1", [clip("line", 0, 24, RATE)]),
    ],
    RATE,
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    A_CUT.to_json_file(str(folder / "a.otio"))
    for suffix in (".edl", ".xml", ".fcpxml"):
        write_timeline(A_CUT, folder / f"a{suffix}")
    return {suffix: (folder / f"a{suffix}").read_bytes() for suffix in (".edl", ".xml", ".fcpxml", ".otio")}


def is_read_or_refused(path, data):
    path.write_bytes(data)
    try:
        return len(read_timeline(path, RATE).tracks) > 0
    except DocumentError as error:
        return error.message.startswith(str(path)) and len(error.problems) == 1


PLACES = st.floats(0, 1)
WORDS = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [b"-1", b"0", b"1e309", b"NaN", b"99999999999999999999", b"</", b'"', b"{", b"null", b"\n", b"C"]
    ),
)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from([".edl", ".xml", ".fcpxml", ".otio"]), PLACES, WORDS, st.integers(0, 12))
@example(".edl", 1.0, b"", 12)
def test_any_damage_is_a_cut_or_one_message(whole, tmp_path_factory, suffix, place, there, gone):
    data = whole[suffix]
    at = int(place * len(data))
    path = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    assert is_read_or_refused(path, data[:at] + there + data[at + gone :])


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([".edl", ".xml", ".fcpxml", ".otio"]), PLACES)
def test_a_file_that_ends_too_early_is_a_cut_or_one_message(whole, tmp_path_factory, suffix, place):
    data = whole[suffix]
    assert is_read_or_refused(
        tmp_path_factory.getbasetemp() / f"short{suffix}", data[: int(place * len(data))]
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_texts_in_other_encodings_are_read(encoding, whole, tmp_path):
    for suffix in (".edl", ".xml", ".fcpxml"):
        path = tmp_path / f"a{suffix}"
        text = whole[suffix].decode().replace("too dark", "trop clair, été")
        path.write_bytes(
            text.replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"').encode(encoding)
        )
        timeline = read_timeline(path, RATE)
        assert [one.comment for one in timeline.tracks[0][0].markers] == ["trop clair, été"]


def test_numbers_that_are_no_times_are_refused(tmp_path):
    document = json.loads(A_CUT.to_json_string())
    document["tracks"]["children"][0]["children"][0]["source_range"]["duration"]["value"] = 1e300
    assert "is not a time" in refused(tmp_path / "a.otio", json.dumps(document).encode())


def test_files_of_a_newer_opentimelineio_are_read(tmp_path):
    document = json.loads(A_CUT.to_json_string())
    marker = document["tracks"]["children"][0]["children"][0]["markers"][0]
    marker["OTIO_SCHEMA"] = "Marker.3"
    marker["color"] = {"OTIO_SCHEMA": "Color.1", "name": "Green", "r": 0.0, "g": 1.0, "b": 0.0, "a": 1.0}
    path = tmp_path / "newer.otio"
    path.write_text(json.dumps(document))
    [marker] = read_timeline(path).tracks[0][0].markers
    assert (marker.name, marker.color) == ("too dark", "GREEN")


def test_what_resolve_leaves_over_of_a_frame_is_rounded(tmp_path):
    document = json.loads(A_CUT.to_json_string())
    times = document["tracks"]["children"][0]["children"][0]["source_range"]
    times["start_time"]["value"], times["duration"]["value"] = 42.00000000372529, 47.99999999813735
    path = tmp_path / "resolve.otio"
    path.write_text(json.dumps(document))
    whole_range = read_timeline(path).tracks[0][0].source_range
    assert (whole_range.start_time.value, whole_range.duration.value) == (42, 48)
