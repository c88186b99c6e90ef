from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from assembly.sound import recordings
from assembly.sound.make_sources import make_sources
from assembly.sound.signal import wav
from assembly.sound.signal.channels import mixing
from assembly.sound.sources import FileSource
from storyboard.errors import AssemblyError
from tests.support.files import sha256_of

CASES = Path(__file__).parent / "cases"
RATE = 48_000


def tone(seconds=1.0, hertz=440.0, level=0.3):
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def write(path, *tracks, layout="mono", codec="pcm_s16le", start=0.0, form="s16", planar=False):
    """A file with these tracks, each floats [n, channels], the sound of the last beginning at `start`."""
    with av.open(str(path), "w") as container:
        streams = [container.add_stream(codec, rate=RATE, layout=layout) for _ in tracks]
        for number, (stream, samples) in enumerate(zip(streams, tracks, strict=True)):
            whole = np.rint(np.clip(samples, -1, 1) * 32767).astype(np.int16)
            array = np.ascontiguousarray(whole.T) if planar else whole.reshape(1, -1)
            if form == "fltp":
                array = np.ascontiguousarray(samples.T.astype(np.float32))
            frame = av.AudioFrame.from_ndarray(array, format=form, layout=layout)
            frame.sample_rate = RATE
            frame.time_base = Fraction(1, RATE)
            frame.pts = round(start * RATE) if number == len(tracks) - 1 else 0
            container.mux(stream.encode(frame))
            container.mux(stream.encode())
    return path


def heard(path, out, **how):
    recordings.write(path, out, **({"mono": True, "seconds": 100} | how))
    return wav.inspect(out).read()


def begins(samples, level=0.05):
    return int(np.flatnonzero(np.abs(samples).max(1) > level)[0]) / RATE


def test_an_inverted_channel_does_not_silence_a_voice(tmp_path):
    found = heard(CASES / "inverted.wav", tmp_path / "a.wav")
    assert found.shape[1] == 1
    assert np.abs(found).max() > 0.3
    facts = recordings.look_at(CASES / "inverted.wav", mono=True)
    assert "its channels cancel each other; those that are inverted are turned round" in facts.changes
    assert recordings.look_at(CASES / "inverted.wav").warnings == (
        "its two channels cancel each other where they are heard as one",
    )
    assert heard(CASES / "inverted.wav", tmp_path / "b.wav", mono=False).shape[1] == 2


def test_a_line_is_heard_whatever_its_channels_are(tmp_path):
    source = FileSource(
        CASES / "inverted.wav", sha256_of(CASES / "inverted.wav"), None, False, False, RATE, speech_lufs=-23.0
    )
    make_sources({tmp_path / "line.wav": source})
    assert np.abs(wav.inspect(tmp_path / "line.wav").read()).max() > 0.05


def test_the_track_with_sound_is_taken(tmp_path):
    assert np.abs(heard(CASES / "twotracks.mov", tmp_path / "a.wav")).max() > 0.2
    facts = recordings.look_at(CASES / "twotracks.mov")
    assert facts.changes == ("the sound is in track 2 of 2; what comes first is silent",)
    assert facts.warnings == ()


def test_sound_that_starts_late_is_late(tmp_path):
    found = heard(CASES / "late.mp4", tmp_path / "a.wav")
    assert begins(found) == pytest.approx(0.5, abs=0.005)
    assert "late, as its clock says" in recordings.look_at(CASES / "late.mp4").changes[0]


@pytest.mark.parametrize(("name", "codec", "form"), [("a.mka", "pcm_s16le", "s16"), ("a.m4a", "aac", "fltp")])
def test_every_clock_counts_and_priming_is_no_sound(tmp_path, name, codec, form):
    for start in (0.0, 0.25):
        path = write(tmp_path / name, tone()[:, None], codec=codec, form=form, start=start)
        found = heard(path, tmp_path / "a.wav")
        assert begins(found) == pytest.approx(start, abs=0.004)
        assert len(found) == pytest.approx((1 + start) * RATE, abs=1100)


def test_a_clock_that_begins_anywhere_is_counted_from_its_beginning(tmp_path):
    path = write(tmp_path / "a.ts", tone()[:, None], codec="aac", form="fltp")
    assert begins(heard(path, tmp_path / "a.wav")) < 0.05


@pytest.mark.parametrize(
    ("layout", "channels"), [("5.1", 6), ("7.1", 8), ("quad", 4), ("3.0", 3), ("hexadecagonal", 16)]
)
def test_each_channel_is_heard_alone(tmp_path, layout, channels):
    for number in range(channels):
        samples = np.zeros((RATE // 4, channels))
        samples[:, number] = tone(0.25)
        path = write(tmp_path / "a.wav", samples, layout=layout)
        for mono in (True, False):
            found = heard(path, tmp_path / "out.wav", mono=mono)
            assert np.abs(found).max() > 0.3 / channels * 0.6
        assert f"its {channels} channels are mixed to two" in recordings.look_at(path).changes


def test_nine_channels_without_names_are_all_heard(tmp_path):
    path = tmp_path / "nine.wav"
    samples = np.zeros((RATE, 9))
    for number in range(9):
        samples[number * 4000 : (number + 1) * 4000, number] = tone(4000 / RATE)
    with wav.WavWriter(path, RATE, 9, len(samples), bits=32) as writer:
        writer.write(samples)
    for mono in (True, False):
        found = heard(path, tmp_path / "out.wav", mono=mono)
        parts = [np.abs(found[number * 4000 : (number + 1) * 4000]).max() for number in range(9)]
        assert min(parts) > 0.02


def products(*channels):
    stacked = np.stack(channels, 1)
    return stacked.T @ stacked


def test_channels_are_mixed_as_they_are_unless_they_cancel():
    a, b = tone(), tone(hertz=700)
    assert mixing(["FL"], products(a), mono=False).tolist() == [[1]]
    assert mixing(["FL", "FR"], products(a, -a), mono=False).tolist() == [[1, 0], [0, 1]]
    assert mixing(["FL", "FR"], products(a, b), mono=True).tolist() == [[0.5, 0.5]]
    assert mixing(["FL", "FR"], products(a, -a), mono=True).tolist() == [[0.5, -0.5]]
    surround = mixing(["FL", "FR", "FC", "LFE", "BL", "BR"], products(a, b, a, b, a, b), mono=False)
    assert (np.abs(surround).sum(0) > 0).all()
    assert surround[0, 1] == surround[1, 0] == 0
    assert np.sqrt((surround**2).sum(1)) == pytest.approx(1.0)


def test_silence_and_half_a_file_are_warned_of(tmp_path):
    silent = write(tmp_path / "silent.wav", np.zeros((RATE, 1)))
    assert recordings.look_at(silent).warnings == ("it is silent all through",)
    assert recordings.look_at(write(tmp_path / "a.wav", tone()[:, None])).warnings == ()
    whole = write(tmp_path / "long.wav", tone(4.0)[:, None])
    half = tmp_path / "half.wav"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert recordings.look_at(half).warnings == ("it ends after 2.0 of the 4.0 s that it says it has",)
    flac = write(tmp_path / "long.flac", tone(4.0)[:, None], codec="flac")
    half.write_bytes(flac.read_bytes()[: flac.stat().st_size // 2])
    assert any("that it says it has" in words for words in recordings.look_at(half).warnings)


def test_what_holds_no_sound_is_refused(tmp_path):
    empty, words, none = tmp_path / "a.wav", tmp_path / "b.wav", tmp_path / "c.wav"
    empty.write_bytes(b"")
    words.write_text("no sound")
    wav.WavWriter(none, RATE, 1, 0).close()
    for path in (empty, words, none):
        with pytest.raises(AssemblyError, match=r"no sound|no sound in it"):
            recordings.look_at(path)
        with pytest.raises(AssemblyError, match=r"no sound|no sound in it"):
            heard(path, tmp_path / "out.wav")
