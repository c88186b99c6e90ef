import numpy as np
import pytest

from assembly.cut.form import FrameForm
from assembly.picture.sound_in_pieces import PacketFile, SoundInPieces
from assembly.picture.stitch import stitch
from assembly.sound import aac
from storyboard.errors import AssemblyError
from storyboard.media.timing import parse_rate
from tests.support.assembly import pictures
from tests.support.assembly.pictures import SMALL


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    return [pictures.clip(folder / f"c{n}.mp4", n, frames) for n, frames in enumerate((40, 24, 7, 1))]


def test_copied_frames_come_in_order_and_their_packets_are_the_same_bytes(clips, tmp_path):
    pieces = [(clips[0], 12, 36), (clips[1], 0, 24), (clips[0], 36, 40), (clips[2], 0, 7), (clips[3], 0, 1)]
    out = tmp_path / "film.mp4"
    assert stitch(pieces, SMALL.rate, out) == 60
    wanted = [
        *((0, n) for n in range(12, 36)),
        *((1, n) for n in range(24)),
        *((0, n) for n in range(36, 40)),
        *((2, n) for n in range(7)),
        (3, 0),
    ]
    assert [pictures.named(frame) for frame in pictures.decoded(out)] == wanted
    packets = [pictures.packets(clip) for clip in clips]
    assert pictures.packets(out) == [
        *packets[0][12:36],
        *packets[1],
        *packets[0][36:40],
        *packets[2],
        *packets[3],
    ]


@pytest.mark.parametrize("rate", ["24", "24000/1001", "25", "30000/1001", "60"])
def test_every_frame_has_its_exact_time(rate, tmp_path):
    picture = FrameForm(64, 48, parse_rate(rate))
    clip = pictures.clip(tmp_path / "c.mp4", 0, 30, picture)
    stitch([(clip, 0, 30), (clip, 12, 24), (clip, 24, 30)], picture.rate, tmp_path / "film.mp4")
    shown, decoded = pictures.timestamps(tmp_path / "film.mp4")
    assert sorted(shown) == [number / picture.rate for number in range(48)]
    assert decoded == sorted(set(decoded))
    assert pictures.read(tmp_path / "film.mp4").rate == picture.rate


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (0, 30, "not whole groups"),
        (5, 24, "does not have all"),
        (24, 60, "does not have all"),
        (36, 36, None),
    ],
)
def test_pieces_that_are_not_whole_gops_are_refused(clips, tmp_path, first, last, words):
    pieces = [(clips[0], 0, 12), (clips[0], first, last)]
    if words is None:
        assert stitch(pieces, SMALL.rate, tmp_path / "film.mp4") == 12
        return
    with pytest.raises(AssemblyError, match=words):
        stitch(pieces, SMALL.rate, tmp_path / "film.mp4")
    assert not list(tmp_path.iterdir())


def test_a_clip_of_another_form_is_refused(clips, tmp_path):
    other = pictures.clip(tmp_path / "other.mp4", 0, 12, FrameForm(80, 48, SMALL.rate))
    with pytest.raises(AssemblyError, match="encoded with other parameters"):
        stitch([(clips[0], 0, 12), (other, 0, 12)], SMALL.rate, tmp_path / "film.mp4")


def test_nothing_cannot_be_joined(tmp_path):
    with pytest.raises(AssemblyError, match="at least one piece"):
        stitch([], SMALL.rate, tmp_path / "film.mp4")


def test_a_file_that_is_no_clip_is_named(tmp_path):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a film")
    with pytest.raises(AssemblyError, match=r"broken\.mp4' cannot be read"):
        stitch([(broken, 0, 12)], SMALL.rate, tmp_path / "film.mp4")


@pytest.mark.parametrize(
    ("sample_rate", "samples", "level"), [(48000, 96_000, 0.1), (44100, 70_001, 0.9), (48000, 12 * 1024, 0.0)]
)
def test_a_film_with_its_sound_in_pieces_is_the_same_file_as_with_the_sound_as_a_whole(
    clips, tmp_path, sample_rate, samples, level
):
    noise = np.random.default_rng(1).uniform(-level, level, (samples, 2))
    made = aac.encoded(noise, sample_rate)
    aac.join([made], samples, sample_rate, tmp_path / "whole.m4a")
    pieces = []
    for number, part in enumerate((made.packets[:11], made.packets[11:12], made.packets[12:])):
        path = tmp_path / f"{number}.aac"
        path.write_bytes(b"".join(part))
        pieces.append(PacketFile(path, tuple(map(len, part))))
    for container in ("mp4", "mov"):
        films = []
        for sound in (tmp_path / "whole.m4a", SoundInPieces(pieces, samples, sample_rate)):
            film = tmp_path / "film"
            stitch([(clips[0], 0, 40)], SMALL.rate, film, sound=sound, title="Heard", container=container)
            films.append(film.read_bytes())
        assert films[0] == films[1]


def test_who_is_told_hears_every_byte_of_the_file_in_order(clips, tmp_path):
    heard: list[bytes] = []
    stitch([(clips[0], 0, 40), (clips[1], 0, 24)], SMALL.rate, tmp_path / "film.mp4", told=heard.append)
    assert b"".join(heard) == (tmp_path / "film.mp4").read_bytes()
