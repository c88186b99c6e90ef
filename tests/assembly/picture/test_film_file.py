import os
import subprocess
import wave
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from assembly.cut.form import FrameForm
from assembly.cut.pieces import Chapter
from assembly.delivery import stills
from assembly.picture import film_file
from assembly.picture.stitch import stitch
from assembly.programs.whole_files import written_aside
from storyboard.errors import AssemblyError, StoreError
from storyboard.media.timing import parse_rate, sample_at
from tests.support.assembly import pictures
from tests.support.assembly.encoded_sounds import encode_sound
from tests.support.assembly.pictures import SMALL


def tone(path, seconds, sample_rate=48000):
    wave_form = np.sin(np.arange(int(seconds * sample_rate)) * 0.05)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(sample_rate)
        out.writeframes((np.repeat(wave_form[:, None], 2, 1) * 8000).astype("<i2").tobytes())
    return path


def joined(tmp_path, *, frames=48, rate="24", seconds=2.0, sound=True, **words):
    picture = FrameForm(64, 48, parse_rate(rate))
    clip = pictures.clip(tmp_path / "picture.mp4", 1, frames, picture)
    track = None
    if sound:
        track = tmp_path / "sound.m4a"
        encode_sound(tone(tmp_path / "sound.wav", seconds), track)
    stitch([(clip, 0, frames)], picture.rate, tmp_path / "film.mp4", sound=track, **words)
    return film_file.probe(tmp_path / "film.mp4")


@pytest.mark.parametrize("rate", ["24", "24000/1001", "60"])
def test_picture_and_sound_are_copied_and_begin_and_end_together(rate, tmp_path):
    seconds = 100 / parse_rate(rate)
    samples = sample_at(100, parse_rate(rate), 48000)
    facts = joined(tmp_path, frames=100, rate=rate, seconds=Fraction(samples, 48000), title="Film")
    film = tmp_path / "film.mp4"
    assert facts.frames == 100
    assert pictures.packets(film) == pictures.packets(tmp_path / "picture.mp4")
    assert sound_packets(film) == sound_packets(tmp_path / "sound.m4a")
    assert facts.duration_s == seconds
    assert abs(facts.audio_duration_s - seconds) < Fraction(1, 1000)
    assert (facts.video_codec, facts.audio_codec, facts.sample_rate, facts.channels) == (
        "h264",
        "aac",
        48000,
        2,
    )
    shown, _ = pictures.timestamps(film)
    assert sorted(shown) == [number / parse_rate(rate) for number in range(100)]
    with av.open(str(film)) as container:
        heard = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    with wave.open(str(tmp_path / "sound.wav")) as file:
        said = np.frombuffer(file.readframes(samples), "<i2")[::2] / 2**15
    assert np.abs(heard[:samples] - said)[200:-200].max() < 0.05


def sound_packets(path):
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def test_sound_without_a_track_is_refused(tmp_path):
    clip = pictures.clip(tmp_path / "picture.mp4", 1, 12)
    with pytest.raises(AssemblyError, match="has no sound"):
        stitch([(clip, 0, 12)], SMALL.rate, tmp_path / "film.mp4", sound=clip)
    assert not (tmp_path / "film.mp4").exists()


def test_a_film_can_be_silent(tmp_path):
    facts = joined(tmp_path, sound=False)
    assert facts.audio_codec is None
    assert facts.frames == 48


def test_a_film_starts_before_it_is_loaded_whole(tmp_path):
    joined(tmp_path)
    data = (tmp_path / "film.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_titles_and_chapters_of_any_text_are_written(tmp_path):
    title = "It's =100%; #1 \\ [a]:b %{x} é 🎬 שלום"
    chapters = (Chapter("INT. A=B; #1 \\", 0), Chapter("EXT. SEA - NIGHT", 17))
    facts = joined(tmp_path, title=title, chapters=chapters, rate="24000/1001")
    assert facts.title == title
    assert facts.chapters == chapters


def test_a_long_chapter_is_written_beside_sound_of_any_rate(tmp_path):
    chapters = (Chapter("SHORT", 0), Chapter("LONG", 10), Chapter("END", 590))
    picture = FrameForm(64, 48, Fraction(4))
    clip = pictures.clip(tmp_path / "picture.mp4", 1, 600, picture)
    encode_sound(tone(tmp_path / "sound.wav", 150, 44100), tmp_path / "sound.m4a")
    stitch(
        [(clip, 0, 600)], picture.rate, tmp_path / "film.mp4", sound=tmp_path / "sound.m4a", chapters=chapters
    )
    assert film_file.probe(tmp_path / "film.mp4").chapters == chapters


def test_characters_without_a_shape_are_left_out_of_the_title(tmp_path):
    assert joined(tmp_path, title="a\x00b\nc").title == "abc"


def test_the_same_inputs_give_the_same_file(tmp_path):
    joined(tmp_path)
    first = (tmp_path / "film.mp4").read_bytes()
    joined(tmp_path)
    assert (tmp_path / "film.mp4").read_bytes() == first


def test_a_poster_is_the_frame_that_was_asked_for(tmp_path):
    joined(tmp_path)
    stills.poster(tmp_path / "film.mp4", 30, tmp_path / "poster.png")
    with Image.open(tmp_path / "poster.png") as image:
        assert image.size == (64, 48)
        luma = 16 + np.asarray(image.convert("L"), float) * 219 / 255
    assert pictures.named(np.vstack([luma, np.full((24, 64), 128)])) == (1, 30)


def test_a_poster_beyond_the_end_is_refused(tmp_path):
    joined(tmp_path)
    with pytest.raises(AssemblyError, match="has no frame 48"):
        stills.poster(tmp_path / "film.mp4", 48, tmp_path / "poster.png")


def test_a_folder_that_does_not_exist_is_said(tmp_path):
    with (
        pytest.raises(StoreError, match="does not exist") as caught,
        written_aside(tmp_path / "no" / "film.mp4"),
    ):
        pass
    assert "make it first" in caught.value.hint


def test_what_fails_half_way_leaves_nothing_and_keeps_the_old_file(tmp_path):
    out = tmp_path / "film.mp4"
    out.write_text("old")

    def fail():
        with written_aside(out) as aside:
            aside.write_text("half")
            raise AssemblyError("no")

    with pytest.raises(AssemblyError):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]
    assert out.read_text() == "old"


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 256 KiB, where this machine lets us mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        os.geteuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)],
            capture_output=True,
            check=False,
        ).returncode
    ):
        pytest.skip("mounting takes rights that this user does not have")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_said_and_leaves_nothing(small_disk, tmp_path):
    clip = pictures.clip(tmp_path / "clip.mp4", 1, 200)
    with pytest.raises(StoreError, match="the disk is full") as caught:
        stitch([(clip, 0, 200)] * 40, SMALL.rate, small_disk / "film.mp4")
    assert not list(small_disk.iterdir())
    assert "free some space" in caught.value.hint


def test_a_read_only_disk_is_said(small_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StoreError, match="read-only") as caught, written_aside(small_disk / "film.mp4"):
        pass
    assert "may write" in caught.value.hint
