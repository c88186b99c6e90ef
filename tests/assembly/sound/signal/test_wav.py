import numpy as np
import pytest

from assembly.sound import make_sources
from assembly.sound.signal import wav
from assembly.sound.sources import FileSource
from storyboard.errors import AssemblyError
from tests.support.files import sha256_of


def test_float_samples_come_back_as_they_were(tmp_path):
    samples = np.random.default_rng(1).uniform(-1, 1, (1000, 2)).astype(np.float32)
    wav.write(tmp_path / "a.wav", samples, 48000)
    info = wav.inspect(tmp_path / "a.wav")
    assert (info.sample_rate, info.channels, info.samples) == (48000, 2, 1000)
    assert np.array_equal(info.read().astype(np.float32), samples)
    assert np.array_equal(info.read(990, 50), info.read()[990:])


def test_24_bit_samples_come_back_within_a_step(tmp_path):
    samples = np.random.default_rng(1).uniform(-1, 1, (1000, 2))
    with wav.WavWriter(tmp_path / "a.wav", 44100, 2, 1000) as writer:
        writer.write(samples[:300])
        writer.write(samples[300:])
    assert np.abs(wav.inspect(tmp_path / "a.wav").read() - samples).max() < 2**-22


@pytest.mark.parametrize("bits", [24, 32])
def test_silence_takes_no_room_on_the_disk_and_is_read_as_silence(tmp_path, bits):
    seconds = np.random.default_rng(1).uniform(-1, 1, (48000, 2))
    silence = np.zeros((20 * 48000, 2))
    with wav.WavWriter(tmp_path / "gaps.wav", 48000, 2, 42 * 48000, bits=bits) as writer:
        for block in (silence, seconds, silence, seconds):
            writer.write(block)
    off = wav.inspect(tmp_path / "gaps.wav").read() - np.concatenate([silence, seconds, silence, seconds])
    assert np.abs(off).max() < 2**-22
    with wav.WavWriter(tmp_path / "silent.wav", 48000, 2, 48000, bits=bits) as writer:
        writer.write(silence[:48000])
    assert wav.inspect(tmp_path / "silent.wav").samples == 48000, "a hole at the end is a part of the file"
    told = (tmp_path / "gaps.wav").stat()
    assert told.st_blocks * 512 < told.st_size / 8


def test_a_file_beyond_4_gib_says_its_length_in_rf64(tmp_path):
    path = tmp_path / "long.wav"
    samples = 2**30
    header = wav._header(48000, 2, samples, 24)
    with path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + samples * 6)
    assert wav.inspect(path).samples == samples
    assert header[:4] == b"RF64"


def test_a_writer_that_was_given_too_little_says_so(tmp_path):
    with (
        pytest.raises(AssemblyError, match="short"),
        wav.WavWriter(tmp_path / "a.wav", 48000, 2, 10) as writer,
    ):
        writer.write(np.zeros((9, 2)))


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"not a sound at all, and long enough", b"RIFF\0\0\0\0WAVEfmt "]
)
def test_what_is_no_wav_file_is_refused_by_name(tmp_path, content):
    path = tmp_path / "odd.wav"
    path.write_bytes(content)
    with pytest.raises(AssemblyError, match=r"odd\.wav"):
        wav.inspect(path)


def test_a_recording_can_be_read_from_a_sample_on(tmp_path):
    samples = np.linspace(-1, 1, 2000, dtype=np.float32)[:, None]
    wav.write(tmp_path / "take.wav", samples, 48000)
    source = FileSource(
        tmp_path / "take.wav",
        sha256_of(tmp_path / "take.wav"),
        900,
        loop=False,
        music=False,
        sample_rate=48000,
        skip=700,
    )
    make_sources.make_sources({tmp_path / "out.wav": source})
    assert np.array_equal(wav.inspect(tmp_path / "out.wav").read()[:, 0], samples[700:1600, 0])
