"""Fragments are copies: every frame is there once, at its time, and sound and picture stay together."""

from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest

from assembly.cut.cut import cut_film
from assembly.cut.form import FrameForm
from assembly.delivery.live.remux import PictureTrack, SoundTrack, delay, fragment_bytes, picture_sizes
from assembly.frames.mezzanine_encoder import encode_planes
from assembly.programs import ffmpeg
from assembly.sound.signal import wav
from storyboard.errors import AssemblyError
from storyboard.media.timing import parse_rate
from tests.support.assembly import hls_rules, pictures
from tests.support.assembly.encoded_sounds import encode_sound
from tests.support.assembly.films import film_of, takes_of
from tests.support.assembly.pictures import SMALL
from tests.support.assembly.streams import clips_of, write_stream

SHOTS = [
    {"duration": 50, "titles": [{"text": "Here", "style": "card", "at": 14, "duration": 9}]},
    {"duration": 120, "transition": {"kind": "dissolve", "duration": 9}},
    {"duration": 25},
    {"duration": 49, "transition": {"kind": "wipe-clock", "duration": 10}},
    {"duration": 13, "transition": {"kind": "dissolve", "duration": 12}},
    {"duration": 37},
]
EVERY = 8
"""frames from flash to flash, and from click to click"""


def flashing(take, start):
    """The frames of a take: white at every place of the film that is a multiple of `EVERY`, else grey."""
    for number in range(take.shape.total):
        planes = np.full((SMALL.height * 3 // 2, SMALL.width), 128, np.uint8)
        planes[: SMALL.height] = 235 if (start + number - take.shape.head) % EVERY == 0 else 60
        yield planes


def clicking(path, frames, rate=24):
    """A sound as long as so many frames, encoded, with a click where each flash begins."""
    samples = np.zeros((frames * 48_000 // rate, 2), np.float32)
    for frame in range(0, frames, EVERY):
        samples[frame * 48_000 // rate :][:96] = 0.7
    heard = path.with_suffix(".wav")
    wav.write(heard, samples, 48_000)
    encode_sound(heard, path)
    return path


@pytest.fixture(scope="module")
def stream(tmp_path_factory):
    """The film above with its flashes and clicks as a stream on disk: its cut, and its playlist."""
    folder = tmp_path_factory.mktemp("stream")
    film = film_of(SHOTS)
    infos = takes_of(film)
    cut = cut_film(film, infos)
    takes = {}
    for shot, info in infos.items():
        takes[info.digest] = folder / f"{info.digest}.mp4"
        encode_planes(flashing(info, cut.shot_starts[shot]), SMALL, takes[info.digest])
    clips = clips_of(cut, takes, folder)
    return cut, write_stream(cut, clips, clicking(folder / "sound.m4a", cut.frames), folder / "hls")


def decoded(index):
    """Each frame's time in seconds and how bright it is; the time of the first sample, and all samples."""
    frames, samples, begins = [], [], None
    with av.open(str(index)) as container:
        for frame in container.decode(video=0):
            luma = frame.to_ndarray()[: frame.height]
            frames.append((frame.pts * frame.time_base, float(np.median(luma))))
    with av.open(str(index)) as container:
        for frame in container.decode(audio=0):
            begins = frame.pts * frame.time_base if begins is None else begins
            samples.append(frame.to_ndarray()[0])
    return frames, begins, np.concatenate(samples)


def test_a_player_gets_every_frame_once_and_all_of_the_sound(stream):
    cut, index = stream
    frames, begins, samples = decoded(index)
    late = delay(SMALL.rate)
    assert [at for at, _ in frames] == [Fraction(n + late, 24) for n in range(cut.frames)]
    assert begins == Fraction(late, 24) - Fraction(1024, 48_000)
    assert 0 <= samples.size - 1024 - cut.frames * 2000 < 1024
    told = ffmpeg.run(["-i", str(index), "-f", "null", "-"], loglevel="warning")
    assert told == ""


def test_clicks_and_flashes_stay_together_through_every_joint(stream):
    cut, index = stream
    frames, begins, samples = decoded(index)
    flashes = [at for at, bright in frames if bright > 180]
    loud = np.flatnonzero(np.abs(samples) > 0.2)
    first = loud[np.diff(loud, prepend=-48_000) > 4000]
    clicks = [begins + Fraction(int(at), 48_000) for at in first]
    assert len(flashes) == len(clicks) == len(range(0, cut.frames, EVERY))
    assert all(abs(flash - click) <= Fraction(1, 200) for flash, click in zip(flashes, clicks, strict=True))


def test_a_stream_keeps_the_rules_with_what_its_playlists_name(stream):
    _, index = stream
    texts = {name: index.with_name(f"{name}.m3u8").read_text() for name in ("index", "picture", "sound")}
    assert [*hls_rules.of_stream(texts["index"])] == []
    assert [*hls_rules.of_together(texts["picture"], texts["sound"])] == []
    bits = int(hls_rules.attributes(texts["index"].splitlines()[-2])["BANDWIDTH"])
    for name in ("picture", "sound"):
        fetch = lambda uri: index.with_name(uri).read_bytes()  # noqa: E731
        assert [*hls_rules.of_media(texts[name])] == []
        assert [*hls_rules.of_content(texts[name], fetch, bits)] == []


def test_how_much_a_fragment_takes_is_known_before_it_is_made(stream, tmp_path):
    _, index = stream
    sound = SoundTrack.of(index.parents[1] / "sound.m4a", SMALL.rate)
    assert len(sound.fragment(0, 188)) * 8 * 48_000 / (188 * 1024) <= sound.bits_per_second(0, 188)
    clip = pictures.clip(tmp_path / "c.mp4", 3, 40)
    sizes = picture_sizes(clip)
    assert len(sizes) == 40
    for first, last in ((0, 12), (12, 36), (36, 40)):
        made = len(PictureTrack.of(clip, SMALL.rate).fragment([(clip, first, last)], first))
        assert made <= fragment_bytes(sizes[first:last]) < made + 300


def test_no_byte_of_a_picture_is_encoded_again(tmp_path):
    clip = pictures.clip(tmp_path / "c.mp4", 3, 40)
    track = PictureTrack.of(clip, SMALL.rate)
    content = b"".join(track.fragment([(clip, *span)], span[0]) for span in ((0, 12), (12, 36), (36, 40)))
    (tmp_path / "all.mp4").write_bytes(track.init + content)
    assert pictures.packets(tmp_path / "all.mp4") == pictures.packets(clip)


@pytest.mark.parametrize("rate", ["24000/1001", "25", "30000/1001", "60"])
def test_decode_times_go_on_by_frame_numbers_at_every_rate(rate, tmp_path):
    picture = FrameForm(64, 48, parse_rate(rate))
    clip = pictures.clip(tmp_path / "c.mp4", 0, 30, picture)
    track = PictureTrack.of(clip, picture.rate)
    scale = hls_rules.timescale_of(track.init)
    far = 24 * 60 * 90  # ninety minutes on: nothing is rounded on the way
    moofs = [
        hls_rules.read_moof(track.fragment([(clip, *span)], far + span[0])) for span in ((0, 24), (24, 30))
    ]
    assert [Fraction(moof.start, scale) for moof in moofs] == [far / picture.rate, (far + 24) / picture.rate]
    assert [Fraction(moof.duration, scale) for moof in moofs] == [24 / picture.rate, 6 / picture.rate]
    first = Fraction(moofs[0].offsets[0], scale)
    assert first == delay(picture.rate) / picture.rate
    assert all(offset >= 0 for moof in moofs for offset in moof.offsets)


def test_sound_is_one_row_of_whole_frames(stream):
    cut, index = stream
    track = SoundTrack.of(index.parents[1] / "sound.m4a", SMALL.rate)
    assert track.samples == cut.frames * 2000
    moofs = [hls_rules.read_moof(track.fragment(*span)) for span in pairwise([track.first, 100, 187, 300])]
    assert [moof.start for moof in moofs] == [track.late + at * 1024 for at in (-1, 100, 187)]
    assert [moof.duration for moof in moofs] == [101 * 1024, 87 * 1024, 113 * 1024]
    with pytest.raises(AssemblyError, match="lacks sound"):
        track.fragment(600, 700)


def test_what_has_other_parameters_is_refused_and_so_is_what_is_no_clip(tmp_path):
    clip = pictures.clip(tmp_path / "c.mp4", 0, 24)
    other = pictures.clip(tmp_path / "o.mp4", 0, 24, FrameForm(80, 48, SMALL.rate))
    track = PictureTrack.of(clip, SMALL.rate)
    with pytest.raises(AssemblyError, match="other parameters"):
        track.fragment([(clip, 0, 24), (other, 0, 24)], 0)
    with pytest.raises(AssemblyError, match="not whole groups"):
        track.fragment([(clip, 0, 20)], 0)
    with pytest.raises(AssemblyError, match="lacks frames"):
        track.fragment([(clip, 12, 36)], 0)
    with pytest.raises(AssemblyError, match="has no sound"):
        SoundTrack.of(clip, SMALL.rate)
    (tmp_path / "b.mp4").write_bytes(b"no clip")
    with pytest.raises(AssemblyError, match=r"b\.mp4' cannot be read"):
        PictureTrack.of(tmp_path / "b.mp4", SMALL.rate)
