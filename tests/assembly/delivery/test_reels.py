"""Pieces of a film, each in the codec of a deliverable: joined, every frame is there and is the right one."""

from __future__ import annotations

import re
from fractions import Fraction

import av
import numpy as np
import pytest

from assembly.cut.form import FrameForm
from assembly.cut.pieces import Chapter, CopyPiece
from assembly.delivery import formats, hls, verify
from assembly.delivery.expected import Expected, compare
from assembly.delivery.reels import IN_REELS, Reel, encode_reel, join_reels
from assembly.frames import clips
from assembly.picture.film_file import metadata, probe
from assembly.picture.stitch import stitch
from assembly.sound.signal import wav
from storyboard.errors import AssemblyError
from storyboard.media.timing import sample_at
from storyboard.schema.deliverables import DeliverableKind
from tests.support.assembly import pictures
from tests.support.assembly.encoded_sounds import encode_sound

PICTURE = FrameForm(256, 144, Fraction(24000, 1001))
LENGTHS = (49, 1, 25, 12, 97)
"""of the pieces; a GOP is 48"""
CODECS = {
    DeliverableKind.WEB: "h264",
    DeliverableKind.WEB_HEVC: "hevc",
    DeliverableKind.WEB_AV1: "libdav1d",
    DeliverableKind.MASTER: "prores",
    DeliverableKind.MASTER_DNXHR: "dnxhd",
}


@pytest.fixture(scope="module")
def takes(tmp_path_factory):
    """A clip for each piece, with a GOP before it that is not shown."""
    folder = tmp_path_factory.mktemp("takes")
    return [
        pictures.clip(folder / f"{number}.mp4", number + 1, 12 + length, PICTURE)
        for number, length in enumerate(LENGTHS)
    ]


def encoded(kind, takes, folder, size=(256, 144)):
    reels = []
    for number, (take, length) in enumerate(zip(takes, LENGTHS, strict=True)):
        reel = Reel(kind, CopyPiece("s", f"{number:064}", 12, 12 + length), PICTURE, size)
        out = folder / f"{number}-{reel.file}"
        encode_reel(reel, take, out)
        reels.append((out, length))
    return reels


def test_every_kind_of_picture_and_sound_but_the_review_copy_is_in_reels():
    assert {*CODECS, DeliverableKind.HLS} == IN_REELS


@pytest.mark.parametrize("kind", CODECS)
def test_joined_reels_are_the_film_frame_by_frame(kind, takes, tmp_path):
    reels = encoded(kind, takes, tmp_path)
    assert len({clips.inspect(path).parameter_sets for path, _ in reels}) == 1
    frames = sum(LENGTHS)
    picture = tmp_path / f"picture{formats.suffix(kind)}"
    assert join_reels(kind, reels, PICTURE.rate, picture) == frames
    samples = sample_at(frames, PICTURE.rate, 48000)
    wave = np.sin(np.arange(samples) * 0.05) * 0.3
    wav.write(tmp_path / "mix.wav", np.repeat(wave[:, None], 2, 1), 48000)
    sound = tmp_path / "mix.wav"
    if kind not in {DeliverableKind.MASTER, DeliverableKind.MASTER_DNXHR}:
        sound = tmp_path / "mix.m4a"
        encode_sound(tmp_path / "mix.wav", sound)
    chapters = [Chapter("ONE", 0), Chapter("TWO", 50)]
    words = metadata("Reels", chapters, frames, PICTURE.rate)
    film = formats.Finished(picture, sound, frames, 256, 144, PICTURE.rate, 48000, words)
    path = formats.finish(kind, film, tmp_path, "film")
    seen, heard = verify.watch(path), verify.listen(path)
    wanted = Expected(frames, (256, 144), PICTURE.rate, CODECS[kind], frames / PICTURE.rate, heard.lufs)
    assert compare(wanted, seen, heard) == ([], [])
    assert list(probe(path).chapters) == chapters
    shown = [(number + 1, 12 + frame) for number, length in enumerate(LENGTHS) for frame in range(length)]
    with av.open(str(path)) as container:
        planes = [frame.reformat(format="yuv420p").to_ndarray() for frame in container.decode(video=0)]
    assert [pictures.named(frame) for frame in planes] == shown
    starts = [sum(LENGTHS[:number]) for number in range(len(LENGTHS))]
    assert set(starts) <= set(seen.keyframes)
    if kind is DeliverableKind.WEB_HEVC:
        with av.open(str(path)) as container:
            assert container.streams.video[0].codec_context.codec_tag == "hvc1"


def test_keyframes_are_spread_evenly_and_none_is_alone(takes, tmp_path):
    reels = encoded(DeliverableKind.WEB, takes, tmp_path)
    keyframes = {length: clips.inspect(path).keyframes for path, length in reels}
    assert keyframes == {49: (0, 25), 1: (0,), 25: (0,), 12: (0,), 97: (0, 33, 66)}


def test_a_reel_is_the_same_bytes_each_time_and_at_another_size_keeps_its_shape(takes, tmp_path):
    for kind in (DeliverableKind.WEB, DeliverableKind.WEB_HEVC, DeliverableKind.WEB_AV1):
        for name in ("a", "b"):
            (tmp_path / name).mkdir(exist_ok=True)
        first, second = (encoded(kind, takes, tmp_path / name, (160, 90)) for name in ("a", "b"))
        assert [path.read_bytes() for path, _ in first] == [path.read_bytes() for path, _ in second]
        facts = clips.inspect(first[0][0])
        assert (facts.width, facts.height) == (160, 90)


def test_reels_of_other_parameters_are_not_joined(takes, tmp_path):
    one = Reel(DeliverableKind.WEB, CopyPiece("s", "0" * 64, 12, 24), PICTURE, (256, 144))
    other = Reel(DeliverableKind.WEB, CopyPiece("s", "0" * 64, 12, 24), PICTURE, (160, 90))
    for reel, name in ((one, "one"), (other, "other")):
        encode_reel(reel, takes[0], tmp_path / f"{name}.mp4")
    with pytest.raises(AssemblyError, match="other parameters"):
        stitch(
            [(tmp_path / f"{name}.mp4", 0, 12) for name in ("one", "other")], PICTURE.rate, tmp_path / "x.mp4"
        )


def test_renditions_of_reels_can_be_changed_between_at_every_segment(takes, tmp_path):
    frames = sum(LENGTHS)
    joined = {}
    for height in (144, 72):
        (tmp_path / f"{height}").mkdir()
        reels = encoded(DeliverableKind.HLS, takes, tmp_path / f"{height}", (height * 16 // 9, height))
        joined[height] = tmp_path / f"{height}.mp4"
        join_reels(DeliverableKind.HLS, reels, PICTURE.rate, joined[height])
    film = formats.Finished(joined[144], None, frames, 256, 144, PICTURE.rate, 48000, "")
    folder = tmp_path / "a%03d 'b' [c];%v"
    folder.mkdir()
    path = hls.finish(film, joined, folder)
    index = path.read_text()
    assert 'RESOLUTION=256x144,CODECS="avc1.64' in index
    assert 'RESOLUTION=128x72,CODECS="avc1.64' in index
    path.write_text(re.sub(r',CODECS="[^"]*"', "", index))
    hls.name_codecs(path, sound=False)
    assert path.read_text() == index
    large, small = (verify.watch(folder / f"{height}p.m3u8") for height in (144, 72))
    assert large.frames == small.frames == frames
    assert large.keyframes == small.keyframes
    assert large.evenly
    assert large.tagged
    lists = [(folder / f"{height}p.m3u8").read_text().splitlines() for height in (144, 72)]
    lengths = [[float(line[8:-1]) for line in each if line.startswith("#EXTINF:")] for each in lists]
    assert lengths[0] == lengths[1]
    (longest,) = [int(line[22:]) for line in lists[0] if line.startswith("#EXT-X-TARGETDURATION:")]
    assert all(round(length) <= longest for length in lengths[0])
    starts = np.cumsum([0.0, *lengths[0]])[:-1] * float(PICTURE.rate)
    assert {round(start) for start in starts} <= set(large.keyframes)
