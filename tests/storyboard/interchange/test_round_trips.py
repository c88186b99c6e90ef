"""What a format holds of a cut comes back exactly, at every rate; the rest is named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.interchange.formats import notes_of, read_timeline, write_timeline
from tests.support.storyboard.cuts import RATES, clip, cuts, gap, notes, timeline_of, told

FORMATS = {".edl": True, ".xml": False, ".fcpxml": False}
"""and whether it keeps the colours of markers"""


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(("rate", "drop"), RATES, ids=lambda one: str(one).replace("/", "_"))
def test_a_cut_comes_back_as_it_was(suffix, rate, drop, tmp_path_factory):
    path = tmp_path_factory.mktemp("cut") / f"cut{suffix}"

    @settings(max_examples=6, deadline=None)
    @given(cuts(rate, drop))
    def comes_back(cut):
        before = cut.to_json_string()
        write_timeline(cut, path)
        assert cut.to_json_string() == before
        read = read_timeline(path, rate)
        assert told(read) == told(cut)
        assert notes(read, colours=FORMATS[suffix]) == notes(cut, colours=FORMATS[suffix])
        assert notes_of(read) == []

    comes_back()


@settings(max_examples=5, deadline=None)
@given(st.data())
def test_writing_again_what_was_read_gives_the_same_file(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("again")
    rate, drop = data.draw(st.sampled_from(RATES))
    cut = data.draw(cuts(rate, drop))
    for suffix in FORMATS:
        first, second = folder / f"first{suffix}", folder / f"second{suffix}"
        write_timeline(cut, first)
        write_timeline(read_timeline(first, rate), second)
        assert told(read_timeline(second, rate)) == told(cut)
        if suffix == ".edl":
            assert second.read_text() == first.read_text()


@pytest.mark.parametrize("suffix", [".xml", ".fcpxml"])
def test_tracks_that_are_off_stay_so(suffix, tmp_path):
    rate = RATES[0][0]
    sounds = [
        ("Audio", name, [gap(5, rate), clip(f"{name}_00000001", 0, 20, rate)]) for name in ("stem", "lines")
    ]
    cut = timeline_of([("Video", "shots", [clip("1A_take1_00000001", 42, 48, rate)]), *sounds], rate)
    cut.tracks[2].enabled = False
    assert not [one for one in write_timeline(cut, tmp_path / f"cut{suffix}") if one.what != "metadata"]
    read = read_timeline(tmp_path / f"cut{suffix}")
    assert told(read) == told(cut)
    assert [track.enabled for track in read.tracks] == [True, True, False]
    assert read.tracks[2][1].name == "lines_00000001"
    found = write_timeline(cut, tmp_path / "cut.edl")
    assert [str(one) for one in found if one.what == "switched off"] == ["switched off (lines): is left out"]
