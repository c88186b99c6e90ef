"""What a format holds of a cut comes back exactly, at every rate; the rest is named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.interchange.formats import notes_of, read_timeline, write_timeline
from tests.support.storyboard.cuts import RATES, cuts, notes, told

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
