# ruff: noqa: S311  (seeded randomness that must repeat, not secrets)
"""Weather before the camera: rain, snow, fog, storm, and the motes of a room."""

from __future__ import annotations

import math
from random import Random

import numpy as np

from farm.backends.animatic.light import Light, mix
from farm.backends.animatic.vector import Group, Linear, Path, ellipse, glow, rect
from storyboard.schema.vocabulary import Weather


class Air:
    """What hangs and falls in the air, in units of the frame's height."""

    def __init__(self, root: Group, light: Light, seed: int, aspect: float, indoors_seen: bool) -> None:  # noqa: FBT001
        self.light = light
        self.aspect = aspect
        self.seed = seed
        weather = light.weather
        self.group = root.group()
        self.fog: list[tuple[Group, float, float]] = []
        self.falls = (
            None if light.indoors else {Weather.RAIN: 130, Weather.STORM: 210, Weather.SNOW: 170}.get(weather)
        )
        generator = np.random.Generator(np.random.PCG64(seed))
        count = self.falls or (26 if light.indoors or weather is Weather.WIND else 0)
        self.seeds = [tuple(float(value) for value in row) for row in generator.random((count, 4))]
        if not light.indoors and weather in (Weather.FOG, Weather.RAIN, Weather.STORM, Weather.SNOW):
            self._fog(generator, {Weather.FOG: 0.62}.get(weather, 0.26))
        self.flash = None
        if weather is Weather.STORM and indoors_seen:
            self.flash = root.fill(rect(0, 0, aspect, 1), (214, 224, 255))
            self.flash.fade(0)

    def _fog(self, generator: np.random.Generator, strength: float) -> None:
        air = self.light.grade(mix(self.light.haze, (255, 255, 255), 0.06))
        for index in range(3):
            band = self.group.group()
            y = 0.5 + 0.17 * index
            high = 0.34
            for part in range(4):
                x = (part - 1.2) * 0.9 + float(generator.random()) * 0.3
                bank = band.group()
                bank.fill(ellipse(0, 0, 0.5), glow(0, 0, 0.5, air, strength))
                bank.matrix(1.7, 0, x, 0, high, y)
            self.fog.append((band, 0.012 * (index + 1), float(generator.random()) * 6))

    def move(self, seconds: float, into: Group) -> None:
        """Put everything where it is at a moment; what falls is drawn into a group of its own."""
        for band, speed, phase in self.fog:
            band.place(math.sin(seconds * speed * 6 + phase) * 0.16 + 0.1)
        into.clear()
        weather = self.light.weather
        if self.falls and weather is Weather.SNOW:
            self._snow(seconds, into)
        elif self.falls:
            self._rain(seconds, into, storm=weather is Weather.STORM)
        elif self.light.indoors:
            self._motes(seconds, into)
        elif self.seeds:
            self._leaves(seconds, into)
        if self.flash is not None:
            self.flash.fade(self._lightning(seconds))

    def _lightning(self, seconds: float) -> float:
        random = Random(self.seed)
        at = random.uniform(0.8, 2.2)
        while at < seconds + 1:
            since = seconds - at
            if 0 <= since < 0.5:
                return 0.6 * math.exp(-since * 9) * (1.0 if since < 0.09 or since > 0.14 else 0.2)
            at += random.uniform(2.4, 5.0)
        return 0.0

    def _rain(self, seconds: float, into: Group, *, storm: bool) -> None:
        slant = 0.34 if storm else 0.12
        span = self.aspect + slant
        tone = mix(self.light.haze, (255, 255, 255), 0.55)
        # Few drops a path: ThorVG slows down with the number of edges in one path, not in the picture.
        for first in range(0, len(self.seeds), 10):
            drops = Path()
            close = first % 30 == 0
            wide = 0.0020 if close else 0.0012
            for x, y, rate, size in self.seeds[first : first + 10]:
                speed = (2.1 + rate) * (1.25 if storm else 1.0)
                at = (y + seconds * speed) % 1.25 - 0.15
                left = (x * span + at * -slant) % span - slant * 0.2
                long = 0.035 + 0.05 * size * (1.4 if close else 0.9)
                foot = left - long * slant
                drops.poly(((left, at), (left + wide, at), (foot + wide, at + long), (foot, at + long)))
            into.fill(drops, tone, 0.42 if close else 0.3)

    def _snow(self, seconds: float, into: Group) -> None:
        flakes, soft = Path(), Path()
        for x, y, rate, size in self.seeds:
            at_y = (y + seconds * (0.07 + 0.09 * size + 0.04 * rate)) % 1.1 - 0.05
            at_x = (
                x * self.aspect + math.sin(seconds * (0.6 + rate) + x * 20) * 0.025 + seconds * 0.02
            ) % self.aspect
            radius = 0.0016 + 0.0052 * size**2
            (soft if size > 0.85 else flakes).ellipse(at_x, at_y, radius, radius)
        white = mix((255, 255, 255), self.light.haze, 0.15)
        into.fill(flakes, white, 0.85)
        into.fill(soft, white, 0.5)

    def _motes(self, seconds: float, into: Group) -> None:
        path = Path()
        for x, y, rate, size in self.seeds:
            at_x = (x + seconds * 0.008 * (rate - 0.3)) % 1 * self.aspect
            at_y = (y - seconds * 0.012 * rate + 0.01 * math.sin(seconds + x * 30)) % 1
            path.ellipse(at_x, at_y, 0.0010 + 0.0014 * size, 0.0010 + 0.0014 * size)
        into.fill(path, self.light.grade(self.light.key), 0.34)

    def _leaves(self, seconds: float, into: Group) -> None:
        path = Path()
        for x, y, rate, size in self.seeds:
            at_x = (x * (self.aspect + 0.4) + seconds * (0.35 + 0.3 * rate)) % (self.aspect + 0.4) - 0.2
            at_y = 0.25 + 0.7 * y + 0.05 * math.sin(seconds * 2.4 + y * 40)
            turn = seconds * 5 + x * 9
            long = 0.004 + 0.004 * size
            dx, dy = math.cos(turn) * long, math.sin(turn) * long * 0.6
            path.poly(
                (
                    (at_x - dx, at_y - dy),
                    (at_x + dy * 0.5, at_y - dx * 0.5),
                    (at_x + dx, at_y + dy),
                    (at_x - dy * 0.5, at_y + dx * 0.5),
                )
            )
        into.fill(path, self.light.shade((150, 118, 66)), 0.75)


def lens_light(root: Group, light: Light, aspect: float) -> None:
    """A breath of key light from its side over the whole picture."""
    x = aspect * (0.5 + 0.6 * light.side)
    strength = 0.16 * light.rim if not light.indoors else 0.12
    key = light.grade(light.key)
    root.fill(
        rect(0, 0, aspect, 1),
        Linear(x, 0.2, aspect - x, 0.7, ((0, key, strength), (0.6, key, 0.0), (1, key, 0.0))),
    )
