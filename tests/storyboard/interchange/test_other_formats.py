"""AAF, ALE and tables are written; OpenTimelineIO's own tools read what is in them."""

import csv
import io
import subprocess
import sys
from fractions import Fraction

import aaf2
import opentimelineio as otio
import pytest

from storyboard.errors import UsageError
from storyboard.interchange.ale import write_ale
from storyboard.interchange.csv_table import write_csv
from storyboard.interchange.edl_write import write_edl
from storyboard.interchange.formats import write_timeline
from storyboard.interchange.not_held import NAMESPACE
from tests.support.storyboard.cuts import RATES, clip, gap, timeline_of, told, transition

NTSC = Fraction(30000, 1001)


def a_cut(rate, *, drop=False):
    first = clip("1A_take1_00000001", 42, 48, rate, note="=dark")
    first.metadata[NAMESPACE] = {"scene": "Pier", "shot": "1A", "take": 1, "digest": "00000001aaaa"}
    picture = [
        transition("fade", 0, 10, rate),
        first,
        transition("dissolve", 6, 5, rate),
        clip("2A_take3_0a1b2c3d", 60, 50, rate, Fraction(2)),
        transition("fade", 3, 3, rate),
        clip("1A_take1_00000001", 50, 20, rate),
        transition("wipe-left", 3, 3, rate),
        clip("3A_take1_00000009", 50, 30, rate),
    ]
    sounds = [gap(10, rate), clip("1A_line1_0000000a", 0, 40, rate)]
    return timeline_of([("Video", "shots", picture), ("Audio", "lines", sounds)], rate, drop=drop)


@pytest.mark.parametrize(("rate", "drop"), [RATES[2], RATES[4]], ids=lambda one: str(one).replace("/", "_"))
def test_an_aaf_holds_the_cut_its_sound_and_its_timecode(rate, drop, tmp_path):
    path = tmp_path / "cut.aaf"
    found = write_timeline(a_cut(rate, drop=drop), path)
    read = otio.adapters.read_from_file(str(path))
    _, start, _, [(_, pictures, _), (_, sounds, _)] = told(read)
    assert start == told(a_cut(rate, drop=drop))[1]
    assert pictures == [
        (0, 48, "1A_take1_00000001", 42, 1, ("dissolve", 0, 10)),
        (48, 98, "2A_take3_0a1b2c3d", 60, 1, ("dissolve", 6, 5)),
        (98, 118, "1A_take1_00000001", 50, 1, None),
        (118, 148, "3A_take1_00000009", 50, 1, ("dissolve", 3, 3)),
    ]
    assert sounds == [(10, 50, "1A_line1_0000000a", 0, 1, None)]
    assert [str(one) for one in found] == [
        "wipe-left (1A_take1_00000001 → 3A_take1_00000009): is a dissolve there",
        "speed (2A_take3_0a1b2c3d): is seen at its own speed, from its first frame",
        "markers (1A_take1_00000001): are left out",
        "metadata: is left out; names of clips tell which take each is",
        "transition (2A_take3_0a1b2c3d → 1A_take1_00000001): is a cut there",
    ]
    with aaf2.open(str(path)) as file:
        [cut] = [one for one in file.content.mobs if isinstance(one, aaf2.mobs.CompositionMob)]
        slots = {slot.name: slot for slot in cut.slots}
        assert {Fraction(slot.edit_rate) for slot in cut.slots} == {rate}
        assert slots["shots"].segment.length == 148
        timecode = slots["TC"]
        assert timecode["PhysicalTrackNumber"].value == 1
        assert (timecode.segment.fps, timecode.segment.drop) == (round(rate), drop)
        [master] = [one for one in file.content.mastermobs() if one.name == "1A_take1_00000001"]
        assert dict(master.comments.items())["Shot"] == "1A"


def test_an_ale_lists_every_medium_once(tmp_path):
    text, found = write_ale(a_cut(NTSC, drop=True))
    collection = otio.adapters.read_from_string(text, "ale")
    assert collection.metadata["ALE"]["header"]["FPS"] == "29.97"
    assert collection.metadata["ALE"]["header"]["VIDEO_FORMAT"] == "1080"
    rows = [
        dict(zip(text.split("Column\n")[1].split("\n")[0].split("\t"), row.split("\t"), strict=True))
        for row in text.split("Data\n")[1].splitlines()
    ]
    assert [(row["Name"], row["Tracks"], row["Tape"]) for row in rows] == [
        ("1A_take1_00000001", "V", "1A_TAKE1"),
        ("2A_take3_0a1b2c3d", "V", "2A_TAKE3"),
        ("3A_take1_00000009", "V", "3A_TAKE1"),
        ("1A_line1_0000000a", "A1A2", "1A_LINE1"),
    ]
    assert rows[0] == rows[0] | {
        "Start": "00:00:00:00",
        "End": "00:02:13:10",
        "Duration": "00:02:13:10",
        "Source File": "1A_take1_00000001.mp4",
        "FPS": "29.97",
        "Scene": "Pier",
        "Shot": "1A",
        "Take": "1",
        "Comments": "=dark",
    }
    assert "says nothing of order" in found[0].words


def test_a_table_has_a_row_for_each_clip_and_no_formula_of_others():
    text, _ = write_csv(a_cut(NTSC, drop=True))
    rows = [*csv.DictReader(io.StringIO(text))]
    assert [row["clip"] for row in rows] == [
        "1A_take1_00000001",
        "2A_take3_0a1b2c3d",
        "1A_take1_00000001",
        "3A_take1_00000009",
        "1A_line1_0000000a",
    ]
    second = rows[1]
    assert second == second | {
        "track": "shots",
        "shot": "2A",
        "take": "3",
        "record in": "01:00:01;18",
        "record out": "01:00:03;08",
        "frames": "50",
        "source in": "00:00:02;00",
        "source out": "00:00:05;10",
        "speed": "2",
        "transition": "dissolve",
        "transition frames": "11",
        "before the cut": "6",
        "media": "media/2A_take3_0a1b2c3d.mp4",
        "rate": "30000/1001",
    }
    assert rows[0]["markers"].startswith("'=dark")


def test_opentimelineios_own_adapter_reads_the_edl():
    """Without what it does not read: fades, and a speed in a dissolve."""
    cut = a_cut(Fraction(24))
    for one in [*cut.tracks[0]]:
        if one.name == "fade":
            cut.tracks[0].remove(one)
        elif not isinstance(one, otio.schema.Transition):
            one.effects.clear()
    text, _ = write_edl(cut)
    read = otio.adapters.read_from_string(text, "cmx_3600", rate=24)
    names = [one.name for one in read.tracks[0] if isinstance(one, otio.schema.Clip)]
    assert [name for name in names if name.startswith(("1", "2", "3"))] == [
        "1A_take1_00000001",
        "2A_take3_0a1b2c3d",
        "1A_take1_00000001",
        "3A_take1_00000009",
    ]
    assert read.duration().value == 148


def test_a_name_that_means_no_format_says_which_there_are(tmp_path):
    with pytest.raises(UsageError) as caught:
        write_timeline(a_cut(NTSC), tmp_path / "cut.edll")
    assert 'no cut is written as "cut.edll"; did you mean ".edl"?' in caught.value.message
    assert ".aaf" in caught.value.hint
    with pytest.raises(UsageError, match="cannot be written"):
        write_timeline(a_cut(NTSC), tmp_path / "none" / "cut.edl")


def test_writing_again_leaves_nothing_beside_the_file(tmp_path):
    for _ in range(2):
        for suffix in (".edl", ".xml"):
            write_timeline(a_cut(NTSC), tmp_path / f"cut{suffix}")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["cut.edl", "cut.xml"]


@pytest.mark.parametrize("suffix", [".aaf", ".ale", ".xml"])
def test_without_its_adapter_a_format_says_what_to_install(suffix, tmp_path, monkeypatch):
    monkeypatch.setattr(otio.adapters, "available_adapter_names", lambda: ["otio_json"])
    with pytest.raises(UsageError, match="needs an adapter of OpenTimelineIO") as caught:
        write_timeline(a_cut(NTSC), tmp_path / f"cut{suffix}")
    assert caught.value.hint == "pip install 'shotfarm[editorial]'"


def test_the_other_formats_need_no_adapter():
    """What is imported for them is OpenTimelineIO alone."""
    code = "import sys; from storyboard.interchange import formats; print('aaf2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout == b"False\n"
