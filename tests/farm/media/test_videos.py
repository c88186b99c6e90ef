from __future__ import annotations

import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from farm.media.tone_mapping import Transfer, tone_mapped
from farm.media.videos import VideoError, frames, look_at

CASES = Path(__file__).parent / "cases"
WIDTH, HEIGHT = 96, 64
UPPER, LOWER, LEFT = (200, 40, 40), (40, 40, 200), (40, 200, 40)


def banner():
    made = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    made[: HEIGHT // 2], made[HEIGHT // 2 :] = UPPER, LOWER
    made[:, : WIDTH // 4] = LEFT
    return made


def write(path, pictures=None, codec="libx264", form="yuv420p", *, options=None, times=None, **said):
    """A video of these pictures, one every 24th of a second or at `times`, with what its encoder is told."""
    pictures = [banner()] * 6 if pictures is None else pictures
    with av.open(str(path), "w") as container:
        quiet = {"x265-params": "log-level=none"}
        stream = container.add_stream(codec, rate=24, options=quiet | (options or {}))
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = form
        stream.codec_context.time_base = Fraction(1, 240)
        for key, value in said.items():
            setattr(stream.codec_context, key, value)
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgba" if picture.shape[2] == 4 else "rgb24")
            frame.time_base = Fraction(1, 240)
            frame.pts = index * 10 if times is None else times[index]
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def shown(path, **how):
    return [frame.picture for frame in frames(path, **how)]


def like_banner(picture, within=12):
    """Whether the three colours lie where they belong, whatever the size."""
    high, wide = picture.shape[:2]
    places = (
        (high // 4, wide * 5 // 8, UPPER),
        (high * 3 // 4, wide * 5 // 8, LOWER),
        (high // 2, wide // 8, LEFT),
    )
    return all(np.abs(picture[y, x].astype(int) - wanted).max() <= within for y, x, wanted in places)


def test_a_phone_s_video_is_upright():
    upright = np.asarray(Image.open(CASES / "upright.png").convert("RGB")).astype(int)
    pictures = shown(CASES / "phone.mp4")
    assert len(pictures) == 24
    assert pictures[0].shape == upright.shape
    assert np.abs(pictures[0] - upright).mean() < 3
    facts = look_at(CASES / "phone.mp4")
    assert (facts.width, facts.height, facts.end) == (180, 320, 1)
    assert facts.changes == ("turned upright, as its display matrix says",)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_every_display_matrix_is_the_same_picture(tmp_path, turns, mirrored):
    path = write(
        tmp_path / "a.mp4", [np.ascontiguousarray(stored_for(turns, mirrored))] * 2, "libx264", "yuv444p"
    )
    set_matrix(path, turns, mirrored)
    assert like_banner(shown(path)[0])


def stored_for(turns, mirrored):
    """What is stored so that it looks like the banner after turning left by quarters, then mirroring."""
    seen = banner()[:, ::-1] if mirrored else banner()
    return np.rot90(seen, -turns)


def set_matrix(path, turns, mirrored):
    """Write a display matrix over the one in the track's header."""
    one = 1 << 16
    xx, yx, xy, yy = [(one, 0, 0, one), (0, -one, one, 0), (-one, 0, 0, -one), (0, one, -one, 0)][turns]
    if mirrored:
        xx, xy = -xx, -xy
    plain = b"".join(
        number.to_bytes(4, "big", signed=True) for number in (one, 0, 0, 0, one, 0, 0, 0, 1 << 30)
    )
    wanted = b"".join(
        number.to_bytes(4, "big", signed=True) for number in (xx, yx, 0, xy, yy, 0, 0, 0, 1 << 30)
    )
    data = path.read_bytes()
    at = data.index(plain, data.index(b"tkhd"))
    path.write_bytes(data[:at] + wanted + data[at + len(plain) :])


@pytest.mark.parametrize(("aspect", "size"), [(Fraction(4, 3), (128, 64)), (Fraction(3, 4), (96, 85))])
def test_pixels_become_square(tmp_path, aspect, size):
    path = write(tmp_path / "a.mp4", sample_aspect_ratio=aspect)
    facts = look_at(path)
    assert (facts.width, facts.height) == size
    assert shown(path)[0].shape == (size[1], size[0], 3)
    assert "not square" in facts.changes[0]
    assert like_banner(shown(path)[0])


def test_a_variable_rate_keeps_its_times(tmp_path):
    path = write(tmp_path / "a.mp4", times=[0, 10, 50, 60, 200, 210])
    assert [round(float(frame.start * 240)) for frame in frames(path)] == [0, 10, 50, 60, 200, 210]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_stream_that_starts_late_is_late(tmp_path, name):
    path = write(tmp_path / name, times=[120, 130, 140, 150, 160, 170])
    assert abs(next(frames(path)).start - Fraction(1, 2)) < Fraction(1, 100)
    assert "its pictures begin 0.50 s late, as its clock says" in look_at(path).changes


def test_a_clock_that_begins_anywhere_is_counted_from_its_beginning(tmp_path):
    path = write(tmp_path / "a.ts")
    assert next(frames(path)).start < Fraction(1, 10)


def test_interlaced_frames_become_progressive(tmp_path):
    combed = banner()
    combed[::2, :] = np.roll(combed[::2, :], 8, axis=1)
    options = {"x264-params": "tff=1"}
    path = write(tmp_path / "a.mp4", [combed] * 4, form="yuv444p", options=options)
    assert "interlaced, made progressive" in look_at(path).changes
    edge = shown(path)[0][4:20, WIDTH // 4 - 4 : WIDTH // 4 + 12].astype(int)
    comb = np.abs(np.diff(edge, axis=0)).mean()
    plain = np.abs(np.diff(combed[4:20, WIDTH // 4 - 4 : WIDTH // 4 + 12].astype(int), axis=0)).mean()
    assert comb < plain / 4


@pytest.mark.parametrize(("transfer", "number"), [("HLG", 18), ("PQ", 16)])
def test_hdr_is_mapped(tmp_path, transfer, number):
    light = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    path = write(
        tmp_path / "a.mkv",
        [light] * 2,
        "libx265",
        "yuv420p10le",
        color_trc=number,
        color_primaries=9,
        colorspace=9,
    )
    facts = look_at(path)
    assert f"HDR ({transfer}) is mapped to BT.709" in facts.changes
    grey = shown(path)[0].reshape(-1, 3)
    wanted = int(
        tone_mapped(np.full((1, 1, 3), round(128 / 255 * 65535), np.uint16), Transfer[transfer])[0, 0, 0]
    )
    assert np.abs(grey.astype(int) - wanted).max() <= 4
    assert np.ptp(grey, axis=1).max() <= 2
    assert shown(path, least=(48, 48))[0].shape == (48, 72, 3)


def test_light_is_mapped_as_bt_2408_has_it():
    """Reference white is bright and not clipped, mid grey is mid grey, the peak is white, and tones rise."""
    signals = np.linspace(0, 65535, 256).astype(np.uint16)[:, None, None].repeat(3, 2)
    for transfer, white, peak in ((Transfer.HLG, 0.75, 1.0), (Transfer.PQ, 0.58, 0.7518)):
        tones = tone_mapped(signals, transfer)[:, 0, 0].astype(int)
        assert (np.diff(tones) >= 0).all()
        assert tones[0] == 0
        assert 215 <= tones[round(white * 255)] <= 240
        assert tones[round(peak * 255)] >= 254
    grey = tone_mapped(np.full((1, 1, 3), round(0.38 * 65535), np.uint16), Transfer.HLG)[0, 0, 0]
    assert 95 <= grey <= 125


def test_alpha_that_says_it_is_enormous_is_refused_before_room_is_made_for_it():
    """647 bytes, for which libvpx took 2.2 GiB."""
    code = (
        "import resource, sys; from pathlib import Path; from farm.media.videos import VideoError, look_at\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\n"
        "try: look_at(Path(sys.argv[1]))\n"
        "except VideoError as error: print(error.message)"
    )
    command = [sys.executable, "-c", code, str(CASES / "alpha_bomb.webm")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "it holds no frame that can be read\n"


def test_a_mask_whose_alpha_says_nothing_is_told(tmp_path):
    opaque = np.dstack([banner(), np.full((HEIGHT, WIDTH), 255, np.uint8)])
    (said,) = look_at(write(tmp_path / "a.mov", [opaque] * 2, "qtrle", "argb"), mask=True).changes
    assert said.startswith("its alpha is the mask, and at first opaque all over: export it without")


@pytest.mark.parametrize(
    ("name", "codec", "form"),
    [
        ("a.mov", "qtrle", "argb"),
        ("a.mov", "prores_ks", "yuva444p10le"),
        ("a.webm", "libvpx-vp9", "yuva420p"),
    ],
)
def test_alpha_is_a_mask_s_and_otherwise_lies_on_white(tmp_path, name, codec, form):
    cut = np.dstack([banner(), np.zeros((HEIGHT, WIDTH), np.uint8)])
    cut[:, WIDTH // 2 :, 3] = 255
    path = write(tmp_path / name, [cut] * 3, codec, form)
    mask, seen = shown(path, mask=True)[0], shown(path)[0]
    assert mask[:, : WIDTH // 4].max() < 8
    assert mask[:, -WIDTH // 4 :].min() > 247
    assert seen[:, : WIDTH // 4].min() > 247
    assert np.abs(seen[8, -8].astype(int) - UPPER).max() < 12
    assert look_at(path, mask=True).changes == ("its alpha is the mask",)
    assert look_at(path).changes == ("what is transparent is laid on white",)


def test_a_mask_without_alpha_is_its_own_grey(tmp_path):
    path = write(tmp_path / "a.mp4")
    assert like_banner(shown(path, mask=True)[0])


def test_a_cover_is_no_video(tmp_path):
    cover = tmp_path / "cover.png"
    Image.fromarray(np.full((400, 400, 3), 9, np.uint8)).save(cover)
    path = tmp_path / "a.mp4"
    with av.open(str(write(tmp_path / "plain.mp4"))) as given, av.open(str(path), "w") as made:
        still = made.add_stream("mjpeg", rate=24)
        still.width = still.height = 400
        still.pix_fmt = "yuvj420p"
        still.disposition = av.stream.Disposition.attached_pic
        copied = made.add_stream_from_template(given.streams.video[0])
        copied.disposition = av.stream.Disposition.default
        frame = av.VideoFrame.from_ndarray(np.full((400, 400, 3), 9, np.uint8), format="rgb24")
        made.mux(still.encode(frame))
        made.mux(still.encode())
        for packet in given.demux(video=0):
            if packet.dts is not None:
                packet.stream = copied
                made.mux(packet)
    assert like_banner(shown(path)[0])


def test_the_matrix_and_the_range_are_the_file_s_own(tmp_path):
    for number, said in enumerate(
        ({"colorspace": 1}, {"colorspace": 5}, {"color_range": 2}, {}),
    ):
        path = write(
            tmp_path / f"{number}.mp4", form="yuvj444p" if "color_range" in said else "yuv444p", **said
        )
        assert shown(path)[0].shape == (HEIGHT, WIDTH, 3)
    assert like_banner(shown(tmp_path / "2.mp4")[0])
    assert like_banner(shown(tmp_path / "3.mp4")[0])


def test_half_a_video_is_read_as_far_as_it_goes_and_said(tmp_path):
    noise = [np.random.default_rng(n).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8) for n in range(72)]
    path = write(tmp_path / "a.mkv", noise)
    half = tmp_path / "half.mkv"
    half.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert look_at(half).end < look_at(path).end * Fraction(3, 4)
    assert 10 < len(shown(half)) < 60
    cut = tmp_path / "cut.mp4"
    whole = write(tmp_path / "b.mp4", noise)
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(VideoError, match="cannot be read as a video"):
        look_at(cut)


def test_what_is_no_video_is_refused(tmp_path):
    sound = tmp_path / "a.wav"
    shutil.copy(CASES / "exif6.jpg", tmp_path / "a.mp4")
    with av.open(str(sound), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    for path, words in (
        (sound, "it holds no pictures"),
        (tmp_path / "none.mp4", "cannot be read as a video"),
    ):
        with pytest.raises(VideoError, match=words):
            look_at(path)
        with pytest.raises(VideoError, match=words):
            list(frames(path))
    (tmp_path / "empty.mp4").write_bytes(b"")
    with pytest.raises(VideoError, match="cannot be read as a video"):
        look_at(tmp_path / "empty.mp4")
