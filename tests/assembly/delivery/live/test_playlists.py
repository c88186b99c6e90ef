"""Playlists keep the rules of RFC 8216bis, whole and while they grow."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembly.cut.cut import cut_film
from assembly.delivery.live.fragments import AAC_SAMPLES, fragments_of, sound_ends, target_s
from assembly.delivery.live.playlists import Entry, Rendition, media_playlist, stream_playlist
from tests.support.assembly import hls_rules
from tests.support.assembly.films import films, takes_of

RATES = ("24", "24000/1001", "25", "60", "1")
BEGAN = datetime(2026, 11, 30, 20, 15, 0, 123_000, tzinfo=UTC)


def pictures(cut):
    rate = cut.picture.rate
    return [Entry(f"p/{each.start}.m4s", each.start / rate, each.frames / rate) for each in fragments_of(cut)]


def sounds(cut):
    samples = round(cut.frames / cut.picture.rate * 48_000)
    ends = sound_ends(samples, 48_000, target_s(cut.picture.rate))
    for begin, end in pairwise([0, *ends]):
        last = min(end * AAC_SAMPLES, samples)
        start_s = Fraction(begin * AAC_SAMPLES, 48_000)
        yield Entry(f"s/{begin}.m4s", start_s, Fraction(last, 48_000) - start_s)


@given(films(RATES, 300), st.data())
def test_an_event_grows_at_its_end_alone_and_ends(film, data):
    cut = cut_film(film, takes_of(film))
    entries, target = pictures(cut), target_s(cut.picture.rate)
    numbers = [0, *sorted(data.draw(st.sets(st.integers(1, len(entries)), max_size=4)))]
    shown = [media_playlist(entries[:number], "init.mp4", target, BEGAN) for number in numbers]
    shown += [media_playlist(entries, "init.mp4", target, BEGAN, ended=True)] * 2
    assert [problem for text in shown for problem in hls_rules.of_media(text)] == []
    assert [problem for pair in pairwise(shown) for problem in hls_rules.of_growing(*pair)] == []
    read = hls_rules.read_media(shown[-1])
    assert (read.kind, read.ended, len(read.segments)) == ("EVENT", True, len(entries))
    length = sum(each.duration_s for each in read.segments)
    assert abs(length - cut.frames / cut.picture.rate) < Fraction(len(entries), 1_000_000)


@given(films(RATES, 300))
def test_what_is_whole_at_once_is_a_vod_beside_its_sound(film):
    cut = cut_film(film, takes_of(film))
    target = target_s(cut.picture.rate)
    texts = [
        media_playlist(entries, "init.mp4", target, BEGAN, whole_at_once=True, ended=True)
        for entries in (pictures(cut), [*sounds(cut)])
    ]
    assert [problem for text in texts for problem in hls_rules.of_media(text)] == []
    assert [*hls_rules.of_together(*texts)] == []
    assert all(hls_rules.read_media(text).kind == "VOD" for text in texts)


def test_the_clock_of_a_segment_is_that_of_its_first_frame():
    entries = [Entry("a.m4s", Fraction(0), Fraction(4)), Entry("b.m4s", Fraction(4), Fraction(1001, 24000))]
    read = hls_rules.read_media(media_playlist(entries, "init.mp4", 4, BEGAN))
    assert [each.shown_at for each in read.segments] == [BEGAN, BEGAN + timedelta(seconds=4)]
    assert [each.init for each in read.segments] == ["init.mp4"] * 2


@pytest.mark.parametrize("sound", [None, "sound.m3u8"])
def test_a_player_is_told_what_it_must_know_before_it_fetches(sound):
    rate = Fraction(24000, 1001)
    text = stream_playlist(
        Rendition("picture.m3u8", (1280, 720), rate, "avc1.64001f", 8_000_000, sound, "mp4a.40.2", "en")
    )
    assert [*hls_rules.of_stream(text)] == []
    (variant,) = [line for line in text.splitlines() if line.startswith("#EXT-X-STREAM-INF")]
    told = hls_rules.attributes(variant)
    codecs = "avc1.64001f,mp4a.40.2" if sound else "avc1.64001f"
    assert (told["CODECS"], told["FRAME-RATE"], told["RESOLUTION"]) == (codecs, "23.976", "1280x720")
    assert ('URI="sound.m3u8"' in text) is (sound is not None)


BROKEN = {
    "longer than the target": ("#EXTINF:4.000000,", "#EXTINF:4.600000,"),
    "no EXTINF": ("#EXTINF:4.000000,\n", ""),
    "first line": ("#EXTM3U", "#EXTM3UX"),
    "stands 2 times": ("#EXT-X-TARGETDURATION:4", "#EXT-X-TARGETDURATION:4\n#EXT-X-TARGETDURATION:4"),
    "no EXT-X-MAP": ('#EXT-X-MAP:URI="init.mp4"\n', ""),
    "is not that of what is before it": ("20:15:04", "20:15:05"),
    "has no end": ("#EXT-X-ENDLIST", ""),
    "needs version 6": ("VERSION:7", "VERSION:5"),
}


@pytest.mark.parametrize("words", BROKEN)
def test_the_checker_finds_each_rule_that_is_broken(words):
    entries = [Entry("a.m4s", Fraction(0), Fraction(4)), Entry("b.m4s", Fraction(4), Fraction(3))]
    right = media_playlist(entries, "init.mp4", 4, BEGAN, whole_at_once=True, ended=True)
    assert [*hls_rules.of_media(right)] == []
    assert BROKEN[words][0] in right
    wrong = right.replace(*BROKEN[words], 1)
    assert any(words in problem for problem in hls_rules.of_media(wrong)), wrong


def test_the_checker_finds_what_an_event_may_not_do():
    entries = [Entry(f"{n}.m4s", Fraction(4 * n), Fraction(4)) for n in range(3)]
    texts = [media_playlist(entries[:n], "init.mp4", 4, BEGAN, ended=n == 3) for n in range(4)]
    other = media_playlist(entries[1:], "init.mp4", 4, BEGAN)
    assert [*hls_rules.of_growing(texts[1], texts[2])] == []
    assert [*hls_rules.of_growing(texts[2], texts[1])]
    assert [*hls_rules.of_growing(texts[2], other)]
    assert [*hls_rules.of_growing(texts[3], texts[3] + "#EXT-X-GAP\n")]
