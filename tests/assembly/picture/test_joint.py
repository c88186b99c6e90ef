from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembly.cut.form import FrameForm
from assembly.cut.pieces import Excerpt, FadeSpan, Joint, TitleSpan
from assembly.frames import blending, mezzanine_encoder
from assembly.picture.joint import pictures as joint_pictures
from assembly.picture.joint import render_joint
from storyboard.errors import AssemblyError
from storyboard.schema.vocabulary import TitleStyle, TransitionKind
from tests.support.assembly import pictures
from tests.support.assembly.pictures import SMALL, grey, named


@pytest.fixture(scope="module")
def takes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("takes")
    return {f"t{n}": pictures.clip(folder / f"t{n}.mp4", n, 60) for n in range(3)}


def rendered(joint, takes, tmp_path):
    render_joint(joint, takes, tmp_path / "joint.mp4")
    return pictures.decoded(tmp_path / "joint.mp4")


def test_a_dissolve_has_the_stated_weights_and_every_frame_is_the_right_one(takes, tmp_path):
    outgoing, incoming = Excerpt("a", "t0", 24, 43, 0), Excerpt("b", "t2", 7, 31, 12)
    joint = Joint((outgoing, incoming), SMALL)
    frames = rendered(joint, takes, tmp_path)
    assert len(frames) == joint.frames == 36
    assert [named(frame) for frame in frames[:12]] == [(0, n) for n in range(24, 36)]
    assert [named(frame) for frame in frames[19:]] == [(2, n) for n in range(14, 31)]
    length = 7
    for step in range(length):
        wanted = (60 * (length - step) + 140 * (step + 1)) / (length + 1)
        assert grey(frames[12 + step]) == pytest.approx(wanted, abs=1.0)


def test_a_wiped_joint_shows_one_shot_on_each_side_of_the_edge(takes, tmp_path):
    incoming = Excerpt("b", "t2", 7, 31, 12, wipe=TransitionKind.WIPE_RIGHT)
    frames = rendered(Joint((Excerpt("a", "t0", 24, 43, 0), incoming), SMALL), takes, tmp_path)
    middle = frames[12 + 3][4:24]
    assert middle[:, :24].mean() == pytest.approx(140, abs=1.5)
    assert middle[:, 40:].mean() == pytest.approx(60, abs=1.5)
    assert (named(frames[11]), named(frames[19])) == ((0, 35), (2, 14))


def test_a_dip_goes_to_white(takes, tmp_path):
    excerpt = Excerpt("a", "t2", 12, 36, 0, fades=(FadeSpan(False, 18, 6, "white"),))
    frames = rendered(Joint((excerpt,), SMALL), takes, tmp_path)
    for step in range(6):
        wanted = 235 - (235 - 140) * (5 - step) / 6
        assert grey(frames[18 + step]) == pytest.approx(wanted, abs=1.5)


def test_three_shots_can_be_in_one_joint(takes, tmp_path):
    excerpts = (Excerpt("a", "t0", 0, 14, 0), Excerpt("b", "t1", 5, 20, 10), Excerpt("c", "t2", 3, 12, 21))
    frames = rendered(Joint(excerpts, SMALL), takes, tmp_path)
    names = [named(frame) for frame in frames]
    assert names[:10] == [(0, n) for n in range(10)]
    assert names[14:21] == [(1, n) for n in range(9, 16)]
    assert names[25:] == [(2, n) for n in range(7, 12)]


def test_a_fade_has_its_stated_levels(takes, tmp_path):
    excerpt = Excerpt(
        "a", "t2", 12, 36, 0, fades=(FadeSpan(rising=True, start=0, length=6), FadeSpan(False, 18, 6))
    )
    frames = rendered(Joint((excerpt,), SMALL), takes, tmp_path)
    levels = [excerpt.level(number) for number in range(24)]
    assert levels[0] == levels[23] == 0
    assert levels[6:18] == [1] * 12
    for frame, level in zip(frames, levels, strict=True):
        assert grey(frame) == pytest.approx(16 + (140 - 16) * float(level), abs=1.5)


def test_a_title_stands_in_its_frames_and_only_there(takes):
    title = TitleSpan("HELLO", TitleStyle.MAIN, 4, 8)
    plain, titled = (
        list(joint_pictures(Joint((Excerpt("a", "t0", 0, 20, 0, titles),), SMALL), takes))
        for titles in ((), (title,))
    )
    differs = [not np.array_equal(one, other) for one, other in zip(plain, titled, strict=True)]
    assert differs == [4 <= number < 12 for number in range(20)]


def test_long_credits_roll_through_the_frame(takes):
    title = TitleSpan("Role: Name\n" * 30, TitleStyle.CREDITS, 0, 60)
    frames = list(joint_pictures(Joint((Excerpt("a", "t0", 0, 60, 0, (title,)),), SMALL), takes))
    assert len(frames) == 60
    assert len({frame.tobytes() for frame in frames[10:50]}) == 40


def test_a_joint_joins_takes_by_copy(takes, tmp_path):
    render_joint(Joint((Excerpt("a", "t0", 0, 20, 0),), SMALL), takes, tmp_path / "j.mp4")
    assert pictures.read(tmp_path / "j.mp4").parameter_sets == pictures.read(takes["t0"]).parameter_sets
    assert pictures.read(tmp_path / "j.mp4").keyframes == (0, 12)


def test_the_same_joint_is_the_same_file(takes, tmp_path):
    joint = Joint((Excerpt("a", "t0", 0, 20, 0), Excerpt("b", "t1", 0, 20, 14)), SMALL)
    for name in ("one.mp4", "two.mp4"):
        render_joint(joint, takes, tmp_path / name)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


@pytest.mark.parametrize(
    ("joint", "words"),
    [
        (Joint((Excerpt("a", "t0", 50, 61, 0),), SMALL), "has no frame 60"),
        (Joint((Excerpt("a", "gone", 0, 5, 0),), SMALL), "the take gone of shot a is not there"),
        (
            Joint((Excerpt("a", "t0", 0, 5, 0),), FrameForm(128, 64, Fraction(24))),
            "is 64x48 yuv420p, not 128x64",
        ),
    ],
)
def test_what_cannot_be_rendered_is_said_and_leaves_nothing(joint, words, takes, tmp_path):
    with pytest.raises(AssemblyError, match=words):
        render_joint(joint, takes, tmp_path / "j.mp4")
    assert not list(tmp_path.iterdir())


@given(st.integers(1, 400), st.data())
def test_a_dissolve_is_exact_to_half_a_level(length, data):
    step = data.draw(st.integers(0, length - 1))
    one, other = (np.array([[data.draw(st.integers(0, 255))]], np.uint8) for _ in range(2))
    wanted = (int(one[0, 0]) * (length - step) + int(other[0, 0]) * (step + 1)) / (length + 1)
    assert abs(int(blending.dissolve(one, other, step, length)[0, 0]) - wanted) <= 0.5


def test_darkening_goes_to_black_without_colour():
    picture = np.full((48 * 3 // 2, 64), 200, np.uint8)
    dark = blending.fade(picture, Fraction(0))
    assert (dark[:48] == 16).all()
    assert (dark[48:] == 128).all()
    assert blending.fade(picture, Fraction(1)) is picture


def test_an_overlay_has_the_colours_that_ffmpeg_decodes_again(tmp_path):
    red = np.zeros((49, 65, 4), np.uint8)
    red[...] = (255, 0, 0, 255)
    planes = np.full((72, 64), 128, np.uint8)
    over = blending.Overlay.of(red, -1, -1, width=64, height=48)
    blending.overlay(planes, over, Fraction(1))
    mezzanine_encoder.encode_planes([planes], SMALL, tmp_path / "red.mp4")
    with av.open(str(tmp_path / "red.mp4")) as film:
        frame = next(film.decode(video=0))
        assert frame.colorspace == av.video.reformatter.Colorspace.ITU709
        rgb = frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
    assert np.abs(rgb.reshape(-1, 3).mean(axis=0) - (255, 0, 0)).max() < 4
