from fractions import Fraction

import ffmpeg as ffmpeg_python
import numpy as np
import pytest

from assembly.cut.form import FrameForm
from assembly.cut.segments import Segment
from assembly.picture.conform import conform, needs_conform, render_segment
from assembly.picture.stitch import stitch
from assembly.programs import ffmpeg
from storyboard.errors import AssemblyError
from tests.support.assembly import pictures
from tests.support.assembly.pictures import SMALL

NTSC = FrameForm(64, 48, Fraction(24000, 1001))


def foreign(path, *, size="64x48", rate="24", seconds=2, **options):
    """A clip from elsewhere: white."""
    source = ffmpeg_python.input(f"color=white:size={size}:rate={rate}:duration={seconds}", f="lavfi")
    ffmpeg.run(source.output(str(path), **{"c:v": "libx264", "pix_fmt": "yuv420p", **options}))
    return path


@pytest.mark.parametrize("picture", [SMALL, NTSC, FrameForm(1280, 720, Fraction(24))])
def test_a_mezzanine_clip_is_used_as_it_is(picture, tmp_path):
    clip = pictures.clip(tmp_path / "c.mp4", 0, 13, picture)
    assert not needs_conform(clip, picture)


def test_a_clip_of_another_size_rate_or_encoding_is_not(tmp_path):
    clip = pictures.clip(tmp_path / "c.mp4", 0, 13)
    assert needs_conform(clip, NTSC)
    assert needs_conform(clip, FrameForm(80, 48, SMALL.rate))
    assert needs_conform(foreign(tmp_path / "f.mp4"), SMALL)


def test_what_the_farm_encodes_needs_no_conform(tmp_path):
    encode_clip = pytest.importorskip("farm.takes.clip").encode_clip
    frames = [np.full((48, 64, 3), 20 * n, np.uint8) for n in range(13)]
    encode_clip(frames, tmp_path / "take.mp4", SMALL.rate)
    assert not needs_conform(tmp_path / "take.mp4", SMALL)
    made_here = pictures.clip(tmp_path / "joint.mp4", 1, 12)
    assert (
        stitch([(tmp_path / "take.mp4", 0, 13), (made_here, 0, 12)], SMALL.rate, tmp_path / "film.mp4") == 25
    )
    assert len(pictures.decoded(tmp_path / "film.mp4")) == 25


@pytest.mark.parametrize(
    "source",
    [
        {"size": "128x48"},
        {"size": "50x100", "rate": "30000/1001"},
        {"rate": "12"},
        {"c:v": "libx264rgb", "pix_fmt": "bgr24"},
    ],
)
def test_a_foreign_clip_becomes_one_that_joins(source, tmp_path):
    path = foreign(tmp_path / "f.mp4", **source)
    conform(path, SMALL, tmp_path / "segment.mp4")
    assert not needs_conform(tmp_path / "segment.mp4", SMALL)
    assert pictures.read(tmp_path / "segment.mp4").frames == 48


def test_the_picture_keeps_its_shape_between_black_bars(tmp_path):
    conform(foreign(tmp_path / "f.mp4", size="128x48"), SMALL, tmp_path / "segment.mp4")
    luma = pictures.decoded(tmp_path / "segment.mp4")[5][:48, 32]
    assert (luma[:10] < 20).all()
    assert (luma[14:34] > 225).all()
    assert (luma[38:] < 20).all()


@pytest.mark.parametrize("wanted", [30, 48, 60])
def test_a_segment_is_exactly_as_long_as_asked(wanted, tmp_path):
    segment = Segment("t", Fraction(0), wanted, SMALL)
    render_segment(segment, foreign(tmp_path / "f.mp4"), tmp_path / "segment.mp4")
    assert pictures.read(tmp_path / "segment.mp4").frames == wanted


def test_a_file_without_a_picture_is_refused(tmp_path):
    ffmpeg.run(["-f", "lavfi", "-i", "sine=duration=1", str(tmp_path / "sound.wav")])
    with pytest.raises(AssemblyError, match="has no picture"):
        conform(tmp_path / "sound.wav", SMALL, tmp_path / "segment.mp4")
