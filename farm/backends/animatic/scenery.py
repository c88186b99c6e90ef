"""Scenery: layers at depths, what moves in them, and the sky behind them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import numpy as np
from numpy.typing import NDArray

from farm.backends.animatic.light import Light, luma, mix
from farm.backends.animatic.staging import EYE, REFERENCE_HEIGHT, View
from farm.backends.animatic.vector import Group, Linear, Paint, Path, Point, Rgb
from storyboard.schema.vocabulary import TimeOfDay, Weather

HORIZON = -74.0  # of the reference view


@dataclass(frozen=True, slots=True)
class Layer:
    """A group at a depth: 0 never moves, 1 is the stage, more passes in front of it."""

    group: Group
    nearness: float

    def look_from(self, view: View, width: int, height: int) -> None:
        """Place the layer as the camera sees it."""
        near = self.nearness
        scale = height / REFERENCE_HEIGHT * (1 + (REFERENCE_HEIGHT / view.height - 1) * near)
        x = view.x * near
        y = EYE + (view.y - EYE) * near
        self.group.place(width / 2 - scale * x, height / 2 - scale * y, scale)


@dataclass(slots=True)
class Scenery:
    """A place being built: its layers from the back to the front."""

    root: Group
    light: Light
    random: Random
    layers: list[Layer] = field(default_factory=list)
    front: list[Layer] = field(default_factory=list)
    animations: list[Callable[[float], None]] = field(default_factory=list)
    lamp_lit: bool = True
    """whether a lighthouse's lamp burns after dark"""
    throne_is_taken: bool = False
    """somebody sits on a throne, which is drawn with them"""
    named: str = ""
    """what the place is called"""
    words: str = ""
    """everything that is said of it, in lower case"""
    epoch: str = ""
    """when it is, of the lexicon's epochs; empty where no word says it"""

    def layer(self, nearness: float) -> Group:
        """A layer behind the actors."""
        group = self.root.group()
        self.layers.append(Layer(group, nearness))
        return group

    def before(self, nearness: float) -> Group:
        """A layer before the actors; it is put into the picture after them."""
        group = Group()
        self.front.append(Layer(group, nearness))
        return group

    def animate(self, move: Callable[[float], None]) -> None:
        """Call `move(seconds)` before each frame."""
        self.animations.append(move)

    def colour(self, colour: Rgb, depth: float = 0.0) -> Rgb:
        """A surface's colour at a depth, 0 near to 1 far."""
        return self.light.shade(colour, depth)


def ridge(
    random: Random, left: float, right: float, base: float, rise: float, *, step: float = 40
) -> list[Point]:
    """A hilly line from left to right: the sum of waves of halving length."""
    phases = [random.random() * math.tau for _ in range(5)]
    points = []
    count = max(2, round((right - left) / step))
    for index in range(count + 1):
        x = left + (right - left) * index / count
        wave = sum(
            math.sin(x / (320 / 2**octave) + phase) / 1.8**octave for octave, phase in enumerate(phases)
        )
        points.append((x, base - rise * (0.55 + 0.3 * wave)))
    return points


def sky_pixels(light: Light, width: int, height: int, seed: int) -> NDArray[np.uint8]:
    """The sky as a picture, uint8 [height, width, 4]; dithered, so that slow gradients show no steps."""
    horizon = 0.5 + (HORIZON - EYE) / REFERENCE_HEIGHT
    rows = np.linspace(0, 1, height, dtype=np.float32) / (horizon + 0.02)
    stops = np.linspace(0, 1, len(light.sky))
    stops = stops**0.85
    colours = np.array([light.grade(colour) for colour in light.sky], np.float32)
    sky = np.stack([np.interp(rows, stops, colours[:, channel]) for channel in range(3)], -1)
    picture = np.repeat(sky[:, None, :].astype(np.float32), width, axis=1)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32) / height
    aspect = width / height
    clear = {
        Weather.CLEAR: 1.0,
        Weather.WIND: 0.9,
        Weather.CLOUDY: 0.5,
        Weather.SNOW: 0.35,
        Weather.FOG: 0.3,
    }.get(light.weather, 0.12)
    x, y = sun_place(light)
    distance = np.hypot(xs - x * aspect, ys - y)
    key = np.array(light.grade(light.key), np.float32)
    night = light.time is TimeOfDay.NIGHT
    reach, power = (0.16, 0.4) if night else (0.34, 0.75)
    halo = np.exp(-((distance / reach) ** 1.1)) * power * clear
    picture += (key - picture) * halo[..., None]
    if clear > 0.2:
        radius = 0.042 if night else 0.05
        edge = np.clip((radius - distance) * height / 1.6 + 0.5, 0, 1)
        if night:
            bite = np.clip(
                (radius * 0.93 - np.hypot(xs - x * aspect + 0.018, ys - y + 0.012)) * height / 1.6 + 0.5, 0, 1
            )
            edge = edge * (1 - 0.88 * bite)
        disc = np.array(mix(light.key, (255, 255, 246), 0.75), np.float32)
        picture += (disc - picture) * (edge * min(1.0, clear + 0.15))[..., None]
    noise = np.random.Generator(np.random.PCG64(seed))
    if light.dark > 0.4 and clear > 0.2:
        _stars(picture, noise, strength=(light.dark - 0.3) * clear, horizon=horizon)
    picture += noise.random((height, width, 1), np.float32) * 1.6 - 0.8
    result = np.full((height, width, 4), 255, np.uint8)
    result[..., :3] = np.clip(picture + 0.5, 0, 255)
    return result


def sun_place(light: Light) -> Point:
    """Where the sun or moon stands, in shares of the frame."""
    height = {TimeOfDay.DAWN: 0.53, TimeOfDay.DAY: 0.14, TimeOfDay.DUSK: 0.55, TimeOfDay.NIGHT: 0.2}[
        light.time
    ]
    return (0.5 + 0.29 * light.side / max(0.5, abs(light.side)), height)


def _stars(
    picture: NDArray[np.float32], noise: np.random.Generator, *, strength: float, horizon: float
) -> None:
    height, width = picture.shape[:2]
    count = int(260 * width / height)
    xs = noise.random(count)
    ys = noise.random(count) ** 1.25 * horizon
    sizes = 0.25 + 0.75 * noise.random(count) ** 4
    for x, y, size in zip(xs, ys, sizes, strict=True):
        radius = max(0.55, size * height / 620)
        px, py = x * (width - 6) + 3, y * height + 2
        left, top = int(px - radius), int(py - radius)
        for row in range(max(0, top), min(height, int(py + radius) + 2)):
            for column in range(max(0, left), min(width, int(px + radius) + 2)):
                cover = max(0.0, min(1.0, radius + 0.5 - math.hypot(column - px, row - py)))
                picture[row, column] += (
                    (np.array((236, 240, 255), np.float32) - picture[row, column])
                    * cover
                    * size
                    * strength
                    * (1 - y / horizon * 0.7)
                )


def vignette(width: int, height: int, strength: float) -> NDArray[np.uint8]:
    """Darker corners as a picture to lay over the frame, uint8 [height, width, 4] premultiplied."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    radius = np.hypot((xs / width - 0.5) * 1.9, (ys / height - 0.5) * 1.75)
    shade = np.clip(radius - 0.52, 0, 1) ** 1.5 * strength * 255
    noise = np.random.Generator(np.random.PCG64(7)).random((height, width), np.float32)
    result = np.zeros((height, width, 4), np.uint8)
    result[..., 3] = np.clip(shade + noise, 0, 200)
    return result


def clouds(scenery: Scenery, amount: int) -> None:
    """Clouds that drift at two depths, lit from below at dusk and dawn."""
    light, random = scenery.light, scenery.random
    low = light.time in (TimeOfDay.DAWN, TimeOfDay.DUSK)
    for nearness, size in ((0.04, 0.7), (0.08, 1.0)):
        drift = scenery.layer(nearness).group()
        speed = {Weather.STORM: 6.0, Weather.WIND: 3.5}.get(light.weather, 1.3) * size
        for _ in range(amount):
            x, y = random.uniform(-520, 520), random.uniform(-290, -130)
            body = mix(light.sky[1], (255, 255, 255), 0.5 if luma(light.sky[1]) > 0.35 else 0.10)
            if light.weather in (Weather.STORM, Weather.RAIN):
                body = mix(body, (30, 34, 46), 0.35)
            under = mix(body, light.key if low else light.sky[0], 0.5 if low else 0.3)
            _cloud(
                drift,
                random,
                x,
                y,
                random.uniform(60, 130) * size,
                light.grade(body),
                light.grade(under),
                0.55,
            )
        scenery.animate(_drifting(drift, speed))


def breathing(paint: Paint, phase: float, rate: float, least: float) -> Callable[[float], None]:
    """An animation that fades something down to `least` and up again."""
    middle = (1 + least) / 2
    return lambda seconds: paint.fade(middle + (1 - middle) * math.sin(seconds * rate + phase))


def _drifting(group: Group, speed: float) -> Callable[[float], None]:
    return lambda seconds: group.place(seconds * speed)


def _cloud(
    into: Group, random: Random, x: float, y: float, size: float, top: Rgb, under: Rgb, alpha: float
) -> None:
    shape = Path()
    lumps = random.randint(5, 8)
    for index in range(lumps):
        share = (index + 0.5) / lumps
        arch = math.sin(share * math.pi)
        radius = size * (0.10 + 0.15 * arch) * random.uniform(0.8, 1.15)
        shape.ellipse(x + (share - 0.5) * 1.9 * size, y - radius * 0.45, radius * 1.5, radius)
    shape.ellipse(x, y + size * 0.02, size * 0.98, size * 0.075)
    into.fill(
        shape,
        Linear(x, y - size * 0.4, x, y + size * 0.1, ((0, top, 0.9), (0.6, top, 0.6), (1, under, 0.85))),
        alpha,
    )
