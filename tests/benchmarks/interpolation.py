"""How well each way of retiming makes frames that were left out, and how long one takes.

    python -m tests.benchmarks interpolation

Every second frame of a clip is removed and made again from its neighbours. The variable RIFE names the file
that `shotfarm models rife` writes (without it rife is left out); FOOTAGE further clips, separated by colons.
"""

from __future__ import annotations

import os
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from assembly.cut.segments import Retiming
from assembly.retiming.block_motion import moved
from assembly.retiming.onnx_network import Colours
from assembly.retiming.retiming import between, interpolated
from farm.backends.animatic import AnimaticBackend
from farm.backends.animatic.painter import Painter
from storyboard.planning.renderer import Renderer
from storyboard.planning.resolve import resolve_film
from storyboard.schema.film import Film
from storyboard.schema.vocabulary import Retime

WIDTH, HEIGHT, FRAMES = 864, 480, 25
SHOTS = {
    "gentle": {"size": "WS", "camera": "pan-right", "characters": [{"id": "ada", "pose": "waving"}]},
    "fast": {
        "size": "MWS",
        "camera": "truck-left",
        "characters": [{"id": "ada", "pose": "running", "position": "far-right", "move_to": "far-left"}],
    },
}
"""drawn by the animatic backend; the fast one at a quarter of the rate"""


def run(folder: Path, frames: int = FRAMES) -> dict[str, str]:
    """PSNR and SSIM of luma, and milliseconds for a frame that is made, by clip and way."""
    del folder
    rife = os.environ.get("RIFE")
    clips = {name: _drawn(name, frames) for name in SHOTS}
    clips["synthetic"] = _synthetic(frames)
    for path in filter(None, os.environ.get("FOOTAGE", "").split(":")):
        clips[Path(path).stem] = _footage(Path(path), frames)
    results = {}
    for name, clip in clips.items():
        for mode in Retime:
            if mode is not Retime.RIFE or rife:
                results[f"{name}: {mode}"] = _measure(clip, mode, Path(rife) if rife else None)
                print(f"{name}: {mode}: {results[f'{name}: {mode}']}", flush=True)
    return results


def _measure(clip: list[np.ndarray], mode: Retime, rife: Path | None) -> str:
    kept, missing = clip[::2], clip[1::2]
    step = Fraction(1, 2)
    count = 2 * len(kept) - 1
    make = between(Retiming(mode, Fraction(12), Fraction(0), step), rife)
    began = time.perf_counter()
    if mode is Retime.MCI:
        pictures = list(moved(kept, Fraction(0), step, count, len(kept)))
    else:
        pictures = list(interpolated(iter(kept), [number * step for number in range(count)], make))
    took_ms = (time.perf_counter() - began) * 1000
    if not all(np.array_equal(*pair) for pair in zip(pictures[::2], kept, strict=True)):
        raise SystemExit("a frame that was there has changed")
    scores = [_scores(*pair) for pair in zip(pictures[1::2], missing, strict=False)]
    psnr, ssim = np.mean(scores, axis=0)
    return f"{psnr:.1f} dB, {ssim:.3f}, {took_ms / len(scores):.0f} ms"


def _scores(made: np.ndarray, true: np.ndarray) -> tuple[float, float]:
    """PSNR in dB, and SSIM with a Gaussian window of 1.5 pixels (Wang et al., 2004)."""
    luma = true.shape[0] * 2 // 3
    one, two = made[:luma].astype(np.float64), true[:luma].astype(np.float64)
    error = max(float(np.mean((one - two) ** 2)), 1e-9)
    mean_one, mean_two = gaussian_filter(one, 1.5), gaussian_filter(two, 1.5)
    spread_one = gaussian_filter(one * one, 1.5) - mean_one**2
    spread_two = gaussian_filter(two * two, 1.5) - mean_two**2
    together = gaussian_filter(one * two, 1.5) - mean_one * mean_two
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    alike = (2 * mean_one * mean_two + c1) * (2 * together + c2)
    whole = (mean_one**2 + mean_two**2 + c1) * (spread_one + spread_two + c2)
    return 10 * np.log10(255**2 / error), float(np.mean(alike / whole))


def _drawn(name: str, frames: int) -> list[np.ndarray]:
    """A shot of the animatic backend; a fast one shows every fourth frame of a longer one."""
    stride = 4 if name == "fast" else 1
    film = Film.model_validate(
        {
            "schema": 1,
            "title": "Interpolation",
            "format": {"width": WIDTH, "height": HEIGHT, "rate": 24},
            "characters": {"ada": {"name": "Ada"}},
            "locations": {"harbour": {"name": "Harbour", "description": "a harbour with boats"}},
            "scenes": [
                {
                    "id": "1",
                    "slug": "EXT. HARBOUR - DAY",
                    "location": "harbour",
                    "shots": [{"id": "1A", "duration": frames * stride, **SHOTS[name]}],
                }
            ],
        }
    )
    traits = AnimaticBackend.TRAITS
    renderer = Renderer(traits, lambda _film, _shot: traits.options().model_dump(), 1.0)
    (shot,) = resolve_film(film, {}, lambda _: renderer)
    painter, colours = Painter(shot.spec, captions=False, soft_focus=True), Colours()
    clip = [colours.planes(painter.frame(number * stride)) for number in range(frames)]
    painter.canvas.close()
    return clip


def _synthetic(frames: int) -> list[np.ndarray]:
    """A textured field that moves and grows, with two textured discs that turn and move before it."""
    random = np.random.default_rng(7)
    colours = Colours()
    field = _texture(random, WIDTH + 400, HEIGHT + 300)
    discs = [
        (_texture(random, 240, 240), 200.0, 300.0, 5.5, 0.8),
        (_texture(random, 200, 200), 700.0, 180.0, -9.0, -2.0),
    ]
    clip = []
    for number in range(frames):
        grown = 1.02 ** (-number / 24)
        place = (grown, 0, 3.1 * number, 0, grown, 60 + 0.7 * number)
        picture = field.transform((WIDTH, HEIGHT), Image.Transform.AFFINE, place, Image.Resampling.BICUBIC)
        for texture, x, y, speed, turn in discs:
            _put(picture, texture, x + speed * number, y + 40 * np.sin(number / 7), turn * number)
        clip.append(colours.planes(np.asarray(picture)))
    return clip


def _put(picture: Image.Image, texture: Image.Image, x: float, y: float, degrees: float) -> None:
    """Lay a disc of a texture at an exact place."""
    side = texture.width
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    half = side / 2
    place = (cos, sin, half - cos * x - sin * y, -sin, cos, half + sin * x - cos * y)
    size = picture.size
    turned = texture.transform(size, Image.Transform.AFFINE, place, Image.Resampling.BICUBIC)
    cover = _disc(side).transform(size, Image.Transform.AFFINE, place, Image.Resampling.BICUBIC)
    picture.paste(turned, (0, 0), cover)


def _disc(side: int) -> Image.Image:
    at = np.hypot(*np.mgrid[0:side, 0:side] - (side - 1) / 2)
    return Image.fromarray((np.clip(side / 2 - 2 - at, 0, 1) * 255).astype(np.uint8))


def _texture(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Colours of every coarseness."""
    values = np.zeros((height, width, 3))
    for cell in (96, 32, 12, 4):
        small = random.uniform(-1, 1, (height // cell + 2, width // cell + 2, 3))
        for channel in range(3):
            plane = Image.fromarray(small[..., channel].astype(np.float32))
            values[..., channel] += (
                np.asarray(plane.resize((width, height), Image.Resampling.BICUBIC)) * cell**0.5
            )
    values = (values - values.min()) / np.ptp(values) * 255
    return Image.fromarray(values.astype(np.uint8))


def _footage(path: Path, frames: int) -> list[np.ndarray]:
    """Frames of a file, in the size of the other clips."""
    clip = []
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if 20 <= number < 20 + frames:
                planes = frame.reformat(width=WIDTH, height=HEIGHT, format="yuv420p", interpolation="LANCZOS")
                clip.append(planes.to_ndarray())
    return clip
