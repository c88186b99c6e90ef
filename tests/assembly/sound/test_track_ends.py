"""A recording ends where its file says, not where its coder's last packet does."""

from __future__ import annotations

import struct

import ffmpeg
import numpy as np
import pytest

from assembly.programs import ffmpeg as program
from assembly.sound import recordings
from assembly.sound.signal import wav

RATE = 48_000
COUNT = 20_007
"""samples of the sound that is coded: no whole number of anybody's packets"""
CONTAINERS = {b"moov", b"trak", b"edts"}
NOISE = (0.3 * np.random.default_rng(1).uniform(-1, 1, COUNT // 3 + 1).repeat(3)[:COUNT]).astype(np.float32)


def coded(path, codec, **options):
    """The noise as a file of this codec, as ffmpeg writes it."""
    noise = path.with_name("noise.wav")
    with wav.WavWriter(noise, RATE, 1, COUNT, bits=32) as writer:
        writer.write(NOISE[:, None])
    program.run(ffmpeg.input(str(noise)).output(str(path), acodec=codec, **options))
    return path


def heard(path, out):
    recordings.write(path, out, mono=True, seconds=100)
    return wav.inspect(out).read()[:, 0]


def offset(found):
    """At which sample of what was found the noise begins."""
    size = 2 ** int(np.ceil(np.log2(len(found) + COUNT)))
    alike = np.fft.irfft(np.fft.rfft(found, size) * np.conj(np.fft.rfft(NOISE, size)))
    at = int(np.argmax(alike))
    return at - size if at > size // 2 else at


def box(kind, body):
    return struct.pack(">I4s", 8 + len(body), kind) + body


def rewritten(data, change):
    """The boxes of an MP4 file whose `moov` is last, each with the contents that `change` gives it."""
    made, at = b"", 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + size]
        if kind in CONTAINERS:
            body = rewritten(body, change)
        body = change(kind, body)
        made += b"" if body is None else box(kind, body)
        at += size
    return made


def edited(path, *edits):
    """An MP4 file whose sound has these edits: a duration in samples, and the first sample; -1 is silence."""
    listed = struct.pack(">II", 0, len(edits)) + b"".join(
        struct.pack(">Iii", duration, media, 1 << 16) for duration, media in edits
    )

    def change(kind, body):
        if kind == b"mvhd":
            return body[:12] + struct.pack(">I", RATE) + body[16:]
        return listed if kind == b"elst" else body

    path.write_bytes(rewritten(path.read_bytes(), change))
    return path


def said_by_itunes(path, before, behind, sound):
    """An MP4 file without edits, whose padding is said by `iTunSMPB`."""
    words = b" 00000000 %08X %08X %016X" % (before, behind, sound) + b" 00000000" * 8
    item = b"".join(
        box(kind, bytes(4) + body)
        for kind, body in (
            (b"mean", b"com.apple.iTunes"),
            (b"name", b"iTunSMPB"),
            (b"data", bytes(4) + words),
        )
    )
    handler = box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    told = box(b"udta", box(b"meta", bytes(4) + handler + box(b"ilst", box(b"----", item))))

    def change(kind, body):
        if kind in {b"edts", b"udta"}:
            return None
        return body + told if kind == b"moov" else body

    path.write_bytes(rewritten(path.read_bytes(), change))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("edits.m4a", "aac", {}),
        ("edits_of_600.m4a", "aac", {"movie_timescale": "600"}),
        ("fragments.mp4", "aac", {"movflags": "frag_keyframe+delay_moov"}),
        ("ac3.mp4", "ac3", {}),
        ("mp3.mov", "libmp3lame", {}),
        ("opus.mp4", "libopus", {}),
        ("lame.mp3", "libmp3lame", {}),
        ("granule.opus", "libopus", {}),
        ("page.ogg", "libvorbis", {}),
        ("vorbis.webm", "libvorbis", {}),
        ("discard.webm", "libopus", {}),
        ("discard.mkv", "libmp3lame", {}),
        ("fact.wav", "adpcm_ms", {}),
        ("whole.m4a", "alac", {}),
        ("whole.caf", "alac", {}),
    ],
)
def test_padding_is_no_sound(tmp_path, name, codec, options):
    found = heard(coded(tmp_path / name, codec, **options), tmp_path / "out.wav")
    # Edits are told in ticks of the movie's clock.
    assert len(found) == pytest.approx(COUNT, abs=RATE / 600 if "movie_timescale" in options else 0)
    assert offset(found) == 0


@pytest.mark.parametrize("late_s", [0, 2])
def test_a_long_sound_of_many_ogg_pages_is_no_later_than_a_short_one(tmp_path, late_s):
    path = tmp_path / "noise.wav"
    with wav.WavWriter(path, RATE, 1, 10 * COUNT, bits=32) as writer:
        writer.write(np.tile(NOISE, 10)[:, None])
    ogg = path.with_suffix(".ogg")
    program.run(ffmpeg.input(str(path)).output(str(ogg), acodec="libvorbis", output_ts_offset=late_s))
    found = heard(ogg, tmp_path / "out.wav")
    assert len(found) == 10 * COUNT
    assert offset(found[:COUNT]) == 0


@pytest.mark.parametrize(
    ("name", "codec", "padding"),
    [("a.aac", "aac", 1024), ("a.ac3", "ac3", 256), ("a.ts", "aac", 1024), ("a.avi", "libmp3lame", 1105)],
)
def test_padding_that_nobody_tells_is_heard(tmp_path, name, codec, padding):
    found = heard(coded(tmp_path / name, codec), tmp_path / "out.wav")
    assert offset(found) == padding
    assert recordings.look_at(tmp_path / name).changes == ()


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
@pytest.mark.parametrize("name", ["a.wma", "a.avi", "a.mkv"])
def test_windows_media_audio_is_not_late(tmp_path, name, rate):
    found = heard(coded(tmp_path / name, "wmav2", ar=rate), tmp_path / "out.wav")
    at = np.arange(len(found) * RATE // rate) * rate / RATE
    assert abs(offset(np.interp(at, np.arange(len(found)), found))) <= RATE / 1000
    assert recordings.look_at(tmp_path / name).changes == ()


def test_of_windows_media_audio_of_others_two_frames_are_padding(tmp_path):
    path = coded(tmp_path / "a.wma", "wmav2")
    path.write_bytes(path.read_bytes().replace("Lavf".encode("utf-16-le"), "Cool".encode("utf-16-le")))
    # ASF's clock tells milliseconds.
    assert offset(heard(path, tmp_path / "out.wav")) == pytest.approx(-2048, abs=RATE / 1000)


@pytest.mark.parametrize(
    ("edits", "length", "begins"),
    [
        ([(15_000, 1024)], 15_000, 0),
        ([(15_000, 2500)], 15_000, 2500 - 1024),
        ([(9600, -1), (15_000, 1024)], 24_600, -9600),
        ([(9600, -1), (15_000, 3072)], 24_600, 2048 - 9600),
    ],
)
def test_an_edit_ends_at_its_sample(tmp_path, edits, length, begins):
    path = edited(coded(tmp_path / "a.m4a", "aac"), *edits)
    found = heard(path, tmp_path / "out.wav")
    assert len(found) == length
    assert offset(found) == -begins
    assert recordings.look_at(path).seconds == pytest.approx(length / RATE)


def test_between_edits_there_is_silence_and_no_drift(tmp_path):
    silence = 4800
    edits = [(3000, 1024), (silence, -1)] * 3 + [(3000, 1024)]
    found = heard(edited(coded(tmp_path / "a.m4a", "aac"), *edits), tmp_path / "out.wav")
    assert len(found) == 4 * 3000 + 3 * silence
    for number in range(4):
        begins = number * (3000 + silence)
        part, after = found[begins : begins + 3000], found[begins + 3000 : begins + 3000 + silence]
        assert np.corrcoef(part, NOISE[:3000])[0, 1] > 0.5
        assert not np.abs(after).any()


def test_what_itunes_says_of_padding_is_heeded(tmp_path):
    path = said_by_itunes(coded(tmp_path / "a.m4a", "aac"), 1024, 473, COUNT)
    found = heard(path, tmp_path / "out.wav")
    assert len(found) == COUNT
    assert offset(found) == 0
    facts = recordings.look_at(path)
    assert facts.seconds == COUNT / RATE
    assert facts.changes == facts.warnings == ()


def test_what_itunes_says_of_another_sound_is_not_heeded(tmp_path):
    path = said_by_itunes(coded(tmp_path / "a.m4a", "aac"), 1024, 473, COUNT // 2)
    assert len(heard(path, tmp_path / "out.wav")) >= COUNT
