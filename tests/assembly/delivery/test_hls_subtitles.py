from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembly.delivery import verify
from assembly.delivery.hls_subtitles import add_subtitles, segments
from storyboard.errors import AssemblyError
from storyboard.planning.overlapping_subtitles import Subtitle

RATE = Fraction(24000, 1001)
HALF_MINUTE = 719
INDEX = """\
#EXTM3U
#EXT-X-VERSION:7
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="group_sound",NAME="audio_2",DEFAULT=YES,URI="sound.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=500000,RESOLUTION=256x144,AUDIO="group_sound"
144p.m3u8

#EXT-X-STREAM-INF:BANDWIDTH=250000,RESOLUTION=128x72,AUDIO="group_sound"
72p.m3u8
"""


def stream(folder: Path) -> Path:
    (folder / "index.m3u8").write_text(INDEX)
    return folder / "index.m3u8"


def attributes(line: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in line.partition(":")[2].split(","))


def test_each_language_is_a_rendition_that_every_picture_offers(tmp_path):
    spoken = {"en": [Subtitle(3, 40, ("Ahoy",))], "pt-BR": [Subtitle(3, 40, ("Olá",))]}
    add_subtitles(stream(tmp_path), spoken, 1000, RATE)
    lines = (tmp_path / "index.m3u8").read_text().splitlines()
    media = [attributes(line) for line in lines if "TYPE=SUBTITLES" in line]
    assert [each["LANGUAGE"] for each in media] == ['"en"', '"pt-BR"']
    assert all(each["GROUP-ID"] == '"subtitles"' for each in media)
    pictures = [attributes(line) for line in lines if line.startswith("#EXT-X-STREAM-INF")]
    assert [each["SUBTITLES"] for each in pictures] == ['"subtitles"'] * 2
    assert [line for line in lines if "SUBTITLES" not in line and line.startswith("#EXT-X-MEDIA")]
    for each in media:
        playlist = (tmp_path / each["URI"].strip('"')).read_text()
        files = [line for line in playlist.splitlines() if not line.startswith("#")]
        assert all((tmp_path / name).is_file() for name in files)
        lengths = [float(line[8:-1]) for line in playlist.splitlines() if line.startswith("#EXTINF:")]
        assert sum(lengths) == pytest.approx(float(1000 / RATE), abs=1e-5)
        assert max(map(round, lengths)) <= int(playlist.partition("TARGETDURATION:")[2].split()[0])
        assert playlist.endswith("#EXT-X-ENDLIST\n")


def test_a_subtitle_over_a_boundary_is_in_both_segments_at_the_same_time(tmp_path):
    hostile = "-->\n\n00:00:00.000 --> 00:00:09.000"
    both = Subtitle(HALF_MINUTE - 5, HALF_MINUTE + 5, (hostile, "#EXTINF & <b>"))
    written = add_subtitles(stream(tmp_path), {"en": [Subtitle(0, 9, ("One",)), both]}, 1000, RATE)
    texts = [path.read_text() for path in written["en"]]
    assert [verify.subtitle_count(path) for path in written["en"]] == [2, 1]
    times = [[line for line in text.splitlines() if " --> " in line] for text in texts]
    assert times[0][1] == times[1][0] == "00:00:29.780 --> 00:00:30.197"
    assert all("X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0" in text for text in texts)


@given(
    st.integers(1, 3000),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 900)), max_size=6),
    st.sampled_from([Fraction(24), RATE, Fraction(1), Fraction(60)]),
)
def test_segments_cover_the_film_and_hold_what_stands_in_them(frames, spans, rate):
    subtitles = [Subtitle(first, first + length, ("A",)) for first, length in spans]
    start = 0
    for length, inside in segments(subtitles, frames, rate):
        assert length > 0
        standing = [
            each for each in subtitles if set(range(each.first, each.last)) & {*range(start, start + length)}
        ]
        assert inside == standing
        start += length
    assert start == frames


def test_a_playlist_without_a_picture_is_refused(tmp_path):
    (tmp_path / "index.m3u8").write_text("#EXTM3U\n")
    with pytest.raises(AssemblyError, match="names no rendition"):
        add_subtitles(tmp_path / "index.m3u8", {"en": []}, 24, RATE)
