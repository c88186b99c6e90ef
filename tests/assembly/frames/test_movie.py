"""Samples of clips are found by their files' tables, and written into movies that a muxer would write."""

from __future__ import annotations

import contextlib
import struct
import wave
from fractions import Fraction

import av
import numpy as np
import pytest

from assembly.boxes import boxes, found
from assembly.cut.form import FrameForm
from assembly.cut.pieces import Chapter
from assembly.frames import movie
from assembly.frames.packets import packets_of
from assembly.frames.samples import PICTURE, SOUND, track_of
from assembly.picture.film_file import probe
from assembly.picture.stitch import stitch
from storyboard.errors import AssemblyError
from storyboard.media import mezzanine
from storyboard.media.timing import parse_rate
from tests.support.assembly import pictures
from tests.support.assembly.encoded_sounds import encode_sound

CHAPTERS = [Chapter("One", 0), Chapter("Zwei, 二", 30)]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Three seconds of a tone, encoded."""
    folder = tmp_path_factory.mktemp("sound")
    with wave.open(str(folder / "tone.wav"), "wb") as out:
        out.setparams((2, 2, 48000, 0, "NONE", ""))
        wave_form = np.sin(np.arange(3 * 48000) * 0.05)[:, None] * 8000
        out.writeframes(np.repeat(wave_form, 2, 1).astype("<i2").tobytes())
    encode_sound(folder / "tone.wav", folder / "sound.m4a")
    return folder / "sound.m4a"


def written(tmp_path, sound=None, rate="24", container="mp4", size=(64, 48)):
    """A film of three pieces of two clips, and the pieces."""
    form = FrameForm(*size, parse_rate(rate))
    clips = [pictures.clip(tmp_path / f"{n}.mp4", n, frames, form) for n, frames in enumerate((40, 31))]
    pieces = [(clips[0], 12, 36), (clips[1], 0, 31), (clips[0], 36, 40)]
    out = tmp_path / f"film.{container}"
    named = {"sound": sound, "title": "Ein Film", "chapters": CHAPTERS} if container == "mp4" else {}
    assert stitch(pieces, form.rate, out, container=container, **named) == 59
    return out, pieces


def muxed(out, pieces, rate, sound):
    """The same by a muxer, packet after packet."""
    ticks, base = mezzanine.ticks_per_frame(rate), Fraction(1, mezzanine.timescale(rate))
    scale = str(base.denominator)
    options = {"video_track_timescale": scale, "movie_timescale": scale, "fflags": "+bitexact"}
    with (
        av.open(str(pieces[0][0])) as first,
        av.open(str(sound)) as heard,
        av.open(str(out), "w", format="mp4", options={**options, "movflags": "+faststart"}) as film,
    ):
        seen = film.add_stream_from_template(first.streams.video[0], opaque=True)
        seen.time_base = base
        also = film.add_stream_from_template(heard.streams.audio[0])
        film.metadata["title"] = "Ein Film"
        ends = [*(chapter.start for chapter in CHAPTERS[1:]), 59]
        film.set_chapters(
            [
                {
                    "id": at,
                    "start": one.start,
                    "end": end,
                    "time_base": 1 / rate,
                    "metadata": {"title": one.title},
                }
                for at, (one, end) in enumerate(zip(CHAPTERS, ends, strict=True))
            ]
        )
        start = done = 0
        parameters = bytes(first.streams.video[0].codec_context.extradata)
        for path, begin, end in pieces:
            for packet, number in packets_of(path, begin, end, rate, parameters):
                packet.stream, packet.time_base = seen, base
                packet.pts, packet.dts = (start + number - begin) * ticks, (done - mezzanine.B_FRAMES) * ticks
                packet.duration = ticks
                film.mux(packet)
                done += 1
            start += end - begin
        for packet in heard.demux(heard.streams.audio[0]):
            if packet.size:
                packet.stream = also
                film.mux(packet)


def told(path):
    """Every packet of a film, and its chapters."""
    with av.open(str(path)) as film:
        packets = {
            kind: [
                (one.pts, one.dts, one.duration, one.is_keyframe, bytes(one))
                for one in film.demux(stream)
                if one.size
            ]
            for kind, stream in (("video", film.streams.video[0]), ("audio", film.streams.audio[0]))
            if film.seek(0) is None
        }
        return (
            packets,
            [(one["start"], one["end"], one["metadata"]) for one in film.chapters()],
            film.duration,
        )


def tables(path):
    """Boxes of tracks, without where samples lie and how many bits a second has; what the film is called."""
    content = found(path.read_bytes(), b"moov")
    left_out = {b"stsc", b"stco", b"stsd"}
    tracks = []
    for kind, begin, end in boxes(content):
        if kind == b"trak":
            track = content[begin:end]
            table = found(track, b"mdia", b"minf", b"stbl")
            tracks.append(
                [found(track, b"tkhd"), found(track, b"edts"), found(track, b"tref")]
                + [(name, table[at:to]) for name, at, to in boxes(table) if name not in left_out]
            )
    return tracks, found(content, b"mvhd"), found(content, b"udta")


@pytest.mark.parametrize("rate", ["24", "24000/1001", "60"])
def test_a_film_is_what_a_muxer_makes_of_the_same_packets(tmp_path, sound, rate):
    film, pieces = written(tmp_path, sound, rate)
    muxed(tmp_path / "other.mp4", pieces, parse_rate(rate), sound)
    assert told(film) == told(tmp_path / "other.mp4")
    assert tables(film) == tables(tmp_path / "other.mp4")
    for path in (film, tmp_path / "other.mp4"):
        seen, first = track_of(path, PICTURE), track_of(pieces[0][0], PICTURE)
        assert (seen.format, seen.configuration, seen.width) == (b"avc1", first.configuration, first.width)
    facts = probe(film)
    assert probe(film, counted=False) == facts
    assert (facts.frames, facts.title, facts.chapters) == (59, "Ein Film", tuple(CHAPTERS))


def test_what_is_played_first_lies_first_and_tables_before_all(tmp_path, sound):
    film, _ = written(tmp_path, sound)
    assert [kind for kind, _, _ in boxes(film.read_bytes())] == [b"ftyp", b"moov", b"mdat"]
    seen, heard = track_of(film, PICTURE), track_of(film, SOUND)
    for track, rate in ((seen, seen.timescale), (heard, heard.timescale)):
        assert (np.diff(track.place) > 0).all()
        second = track.decoded // rate
        for other in (seen, heard):
            later = other.place[other.decoded // other.timescale > second.max()]
            assert (later > track.place.max()).all()
    first_second = seen.place[seen.decoded < seen.timescale].max()
    assert first_second < heard.place[0] < seen.place[seen.decoded >= seen.timescale].min()


def test_a_film_that_needs_wider_numbers_gets_them(tmp_path, sound, monkeypatch):
    film, pieces = written(tmp_path, sound)
    narrow = told(film)
    monkeypatch.setattr(movie, "_WIDE", 1000)
    wide = tmp_path / "wide.mp4"
    stitch(pieces, Fraction(24), wide, sound=sound, title="Ein Film", chapters=CHAPTERS)
    moov = found(wide.read_bytes(), b"moov")
    assert found(moov, b"mvhd")[0] == found(moov, b"trak", b"tkhd")[0] == 1
    assert found(moov, b"trak", b"edts", b"elst")[0] == 1
    assert found(moov, b"trak", b"mdia", b"minf", b"stbl", b"co64")
    assert told(wide) == narrow


def test_a_quicktime_film_without_sound_has_the_same_packets(tmp_path):
    film, pieces = written(tmp_path, container="mov")
    assert pictures.packets(film) == [
        *pictures.packets(pieces[0][0])[12:36],
        *pictures.packets(pieces[1][0]),
        *pictures.packets(pieces[0][0])[36:40],
    ]
    assert sorted(pictures.timestamps(film)[0]) == [Fraction(number, 24) for number in range(59)]


@pytest.mark.parametrize("rate", ["24", "30000/1001"])
def test_tables_say_what_a_demuxer_says(tmp_path, sound, rate):
    film, pieces = written(tmp_path, sound, rate)
    for path, kind, name in (
        (film, PICTURE, "video"),
        (film, SOUND, "audio"),
        (pieces[0][0], PICTURE, "video"),
        (sound, SOUND, "audio"),
    ):
        track = track_of(path, kind)
        with av.open(str(path)) as container:
            (stream,) = getattr(container.streams, name)
            packets = [one for one in container.demux(stream) if one.size]
            assert track.place.tolist() == [one.pos for one in packets]
            assert track.size.tolist() == [one.size for one in packets]
            assert track.shown.tolist() == [one.pts for one in packets]
            assert track.key.tolist() == [one.is_keyframe for one in packets]
            if kind == PICTURE:
                assert track.configuration == bytes(stream.codec_context.extradata)
                assert sorted(track.numbers(parse_rate(rate))) == [*range(len(packets))]


def test_a_file_without_a_track_of_the_kind_has_none(tmp_path, sound):
    clip = pictures.clip(tmp_path / "clip.mp4", 0, 12)
    assert track_of(clip, SOUND) is None
    assert track_of(sound, PICTURE) is None


def damaged(content, *where):
    """Files that are no movie any more."""
    yield b"not a film at all"
    yield content[: len(content) // 2]
    for name in where:
        at = content.index(name)
        yield content[: at + 4] + b"\xff" * 8 + content[at + 12 :]
        yield content[:at] + b"xxxx" + content[at + 4 :]


def test_a_file_with_broken_tables_is_refused_in_words(tmp_path):
    content = pictures.clip(tmp_path / "clip.mp4", 0, 30).read_bytes()
    names = (
        b"moov",
        b"mvhd",
        b"mdhd",
        b"hdlr",
        b"stbl",
        b"stsd",
        b"stts",
        b"stsc",
        b"stsz",
        b"stco",
        b"ctts",
    )
    for number, bad in enumerate(damaged(content, *names)):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(bad)
        with contextlib.suppress(AssemblyError):  # which says so; some fields nothing here reads
            track = track_of(path, PICTURE)
            assert track is None or len(track.size) == 30


def test_a_clip_that_is_shorter_than_its_tables_say_is_told(tmp_path):
    clip = pictures.clip(tmp_path / "clip.mp4", 0, 30)
    content = clip.read_bytes()
    at = next(begin for kind, begin, _ in boxes(content) if kind == b"mdat")
    moov = next(content[begin - 8 : end] for kind, begin, end in boxes(content) if kind == b"moov")
    if content.index(b"moov") < at:
        short = content[:-20]
        clip.write_bytes(short[: at - 8] + struct.pack(">I", len(short) - at + 8) + short[at - 4 :])
    else:
        clip.write_bytes(content[: at - 8] + struct.pack(">I4s", 28, b"mdat") + bytes(20) + moov)
    with pytest.raises(AssemblyError, match="shorter than it says"):
        stitch([(clip, 0, 30)], Fraction(24), tmp_path / "film.mp4")
    assert not (tmp_path / "film.mp4").exists()
