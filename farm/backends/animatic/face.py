# ruff: noqa: S311  (seeded randomness that must repeat, not secrets)
"""Heads: face, hair and hat, drawn in units of half a head's width around the head's centre."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from farm.backends.animatic.casting import GOLD, STEEL, Design
from farm.backends.animatic.hats import HATS
from farm.backends.animatic.light import EYE_WHITE, Light, mix, scale
from farm.backends.animatic.masks import WHOLE, draw_mask
from farm.backends.animatic.vector import Group, Linear, Path, Radial, Rgb, ellipse, open_line, smooth
from storyboard.schema.vocabulary import Expression, Facing


@dataclass(frozen=True, slots=True)
class Look:
    """What a face does at a moment."""

    expression: Expression
    mouth: float
    """how far it is open, 0 to 1"""
    blink: float
    """how far the eyes are shut, 0 to 1"""
    gaze: float
    """where the eyes turn, -1 to 1"""
    wide: float = 0.0
    """where the corners of the lips are: -1 drawn together, 1 apart"""


@dataclass(frozen=True, slots=True)
class _Features:
    inner: float
    """how far the inner end of a brow is up (negative) or down"""
    outer: float
    smile: float
    eyes: float
    gape: float


_EXPRESSIONS = {
    Expression.NEUTRAL: _Features(0.0, 0.0, 0.03, 1.0, 0.0),
    Expression.HAPPY: _Features(-0.05, -0.02, 0.17, 0.86, 0.0),
    Expression.SAD: _Features(-0.16, 0.10, -0.12, 0.78, 0.0),
    Expression.WORRIED: _Features(-0.19, 0.04, -0.07, 1.08, 0.0),
    Expression.ANGRY: _Features(0.17, -0.08, -0.10, 0.82, 0.0),
    Expression.SURPRISED: _Features(-0.20, -0.18, 0.0, 1.28, 0.42),
    Expression.DETERMINED: _Features(0.11, -0.03, -0.02, 0.88, 0.0),
}


def blink_at(seed: int, seconds: float) -> float:
    """How far the eyes are shut: a blink every two to five seconds."""
    random = Random(seed)
    at = random.uniform(0.4, 3.0)
    while at < seconds + 0.3:
        if abs(seconds - at) < 0.11:
            return 1 - abs(seconds - at) / 0.11
        at += random.uniform(2.0, 5.0)
    return 0.0


_OPEN = {"a": 1.0, "o": 0.85, "e": 0.6, "i": 0.45, "u": 0.5, "y": 0.4, "m": 0.0, "b": 0.0, "p": 0.0, ".": 0.0}


def mouth_at(text: str, share: float) -> float:
    """How far the mouth is open, `share` 0 to 1 through a spoken text, letter by letter."""
    if not 0 <= share < 1:
        return 0.0
    letters = text.lower()
    place = share * (len(letters) - 1)
    index = int(place)

    def opening(at: int) -> float:
        around = letters[max(0, at - 1) : at + 2]
        return sum(_OPEN.get(letter, 0.22 if letter.isalpha() else 0.05) for letter in around) / len(around)

    rest = place - index
    return opening(index) * (1 - rest) + opening(min(index + 1, len(letters) - 1)) * rest


class Head:
    """Draws one character's head; its colours are worked out once."""

    def __init__(self, design: Design, light: Light) -> None:
        self.design = design
        self.rim = mix(light.lit(design.skin), light.grade(light.key), 0.75)
        self.rim_share = light.rim
        self.side = light.side
        self.skin = (light.lit(design.skin), light.shade(design.skin), light.shadow(design.skin))
        self.hair = (light.lit(design.hair), light.shade(design.hair), light.shadow(design.hair))
        self.hat = (light.lit(design.accent), light.shade(design.accent), light.shadow(design.accent))
        self.metal, self.gold = (
            (light.lit(colour), light.shade(colour), light.shadow(colour))
            for colour in (design.armour or STEEL, GOLD)
        )
        self.mask = (
            light.lit(design.mask_colour),
            light.shade(design.mask_colour),
            light.shadow(design.mask_colour),
        )
        self.white = mix(light.shade(EYE_WHITE), (255, 255, 255), 0.12)
        self.iris = light.shade(design.eyes)
        self.ink = light.shade((38, 26, 32))
        self.brow = light.shade(mix(scale(design.hair, 0.62), (60, 44, 44), 0.35 if design.old else 0.15))
        self.lips = light.shade(mix(design.skin, (168, 62, 62), 0.45))
        self.blush = light.shade(mix(design.skin, (226, 84, 74), 0.6))

    def draw(self, into: Group, look: Look, facing: Facing, key: float) -> None:
        """Draw the head; `key` is the side of the light in the head's own direction."""
        turn = {Facing.CAMERA: 0.0, Facing.AWAY: 0.0}.get(facing, 0.40)
        away = facing is Facing.AWAY
        self._back_hair(into, turn, key, away=away)
        skull = smooth(
            (turn * 0.05, -1.14),
            (0.72, -0.90),
            (0.99 + turn * 0.03, -0.15),
            (0.90 + turn * 0.10, 0.52),
            (0.46 + turn * 0.34, 1.08),
            (turn * 0.62, 1.22),
            (-0.46 + turn * 0.42, 1.06),
            (-0.90 + turn * 0.14, 0.46),
            (-0.99, -0.15),
            (-0.72, -0.90),
        )
        if self.rim_share > 0.2:
            into.fill(skull, self.rim, self.rim_share).place(0.055 * key, -0.03)
        into.fill(skull, self._lit_from(key, self.skin))
        if away:
            self._crown(into, turn, key, away=True)
            self._hat(into, turn, key)
            return
        ears = (-0.50,) if turn else (-1.0, 1.0)
        for x in ears:
            into.fill(ellipse(x, 0.14, 0.17, 0.25), self.skin[1 if x * key > 0 else 2])
            into.fill(ellipse(x + 0.01, 0.15, 0.08, 0.14), self.skin[2], 0.6)
        self._cheeks(into, turn)
        if self.design.mask in WHOLE:
            self._crown(into, turn, key, away=False)
            draw_mask(self.design.mask, into, turn, self.mask, self._lit_from(key, self.mask))
            self._eyes(into, look, turn)
            self._hat(into, turn, key)
            return
        if self.design.mask:
            draw_mask(self.design.mask, into, turn, self.mask, self._lit_from(key, self.mask))
        self._eyes(into, look, turn)
        self._nose(into, turn, key)
        if self.design.beard:
            self._beard(into, turn, key)
        self._mouth(into, look, turn)
        self._crown(into, turn, key, away=False)
        if self.design.glasses:
            self._glasses(into, turn)
        self._hat(into, turn, key)

    @staticmethod
    def _lit_from(key: float, tones: tuple[Rgb, Rgb, Rgb]) -> Linear:
        lit, base, dark = tones
        return Linear(key * 1.0, -0.5, -key * 1.0, 0.35, ((0.0, lit, 1), (0.45, base, 1), (1.0, dark, 1)))

    def _cheeks(self, into: Group, turn: float) -> None:
        for x in (-0.5, 0.5):
            at = x + turn * 0.75
            into.fill(
                ellipse(at, 0.5, 0.3, 0.22),
                Radial(at, 0.5, 0.3, ((0, self.blush, 0.38), (1, self.blush, 0.0))),
            )

    def _eyes(self, into: Group, look: Look, turn: float) -> None:
        features = _EXPRESSIONS[look.expression]
        wide = features.eyes * (1 - look.blink)
        if self.design.kind == "alien":
            self._dark_eyes(into, look, turn, wide)
            return
        for x in (-0.4, 0.4):
            at = x * (1 - turn * 0.18) + turn * 0.80
            narrow = 1 - turn * (0.28 if x > 0 else 0.0)
            inner = -math.copysign(1, x)
            if wide > 0.2:
                height = 0.2 * wide
                into.fill(ellipse(at, 0.08, 0.185 * narrow, height), self.white)
                pupil = at + (look.gaze * 0.06 + turn * 0.10)
                tall = min(0.145, height * 0.92)
                into.fill(ellipse(pupil, 0.09, 0.125 * narrow, tall), self.iris)
                into.fill(ellipse(pupil, 0.09, 0.068 * narrow, tall * 0.55), self.ink)
                into.fill(ellipse(pupil - 0.045, 0.03, 0.034), (255, 255, 255), 0.9)
                lid = Path().move(at - 0.2 * narrow, 0.07 - height * 0.25)
                lid.curve(
                    at - 0.12,
                    0.05 - height * 1.05,
                    at + 0.12,
                    0.05 - height * 1.05,
                    at + 0.2 * narrow,
                    0.07 - height * 0.25,
                )
                into.stroke(lid, self.ink, 0.055, 0.9)
            else:
                lid = (
                    Path()
                    .move(at - 0.18 * narrow, 0.1)
                    .curve(at - 0.08, 0.18, at + 0.08, 0.18, at + 0.18 * narrow, 0.1)
                )
                into.stroke(lid, self.ink, 0.055, 0.9)
            start = (at + inner * 0.17 * narrow, -0.30 + features.inner)
            end = (at - inner * 0.23 * narrow, -0.30 + features.outer)
            middle = (
                (start[0] + end[0]) / 2,
                min(start[1], end[1]) * 0.5 + (start[1] + end[1]) * 0.25 - 0.05,
            )
            into.stroke(
                smooth(start, middle, end, closed=False), self.brow, 0.105 if not self.design.child else 0.08
            )
            if self.design.old:
                into.stroke(open_line((at - 0.14, 0.36), (at + 0.12, 0.39)), self.skin[2], 0.03, 0.7)

    def _dark_eyes(self, into: Group, look: Look, turn: float, wide: float) -> None:
        """Large dark eyes without white."""
        for x in (-0.42, 0.42):
            at = x * (1 - turn * 0.18) + turn * 0.7
            eye = into.group()
            eye.place(at, 0.0, turn=math.copysign(0.3, -x))
            eye.fill(ellipse(0, 0, 0.27, max(0.03, 0.38 * wide)), (24, 22, 34))
            eye.fill(ellipse(-0.08 + look.gaze * 0.05, -0.14 * wide, 0.08, 0.1 * wide), (255, 255, 255), 0.8)

    def _nose(self, into: Group, turn: float, key: float) -> None:
        at = turn * 1.08
        if turn:
            nose = smooth(
                (at + 0.02, 0.08), (at + 0.17, 0.38), (at + 0.05, 0.46), (at - 0.06, 0.44), closed=False
            )
            into.fill(smooth((at - 0.02, 0.05), (at + 0.19, 0.40), (at - 0.05, 0.46)), self.skin[0], 0.7)
        else:
            nose = smooth((at - 0.11, 0.42), (at, 0.49), (at + 0.11, 0.42), closed=False)
            into.fill(ellipse(at + 0.03 * key, 0.34, 0.07, 0.12), self.skin[0], 0.55)
        into.stroke(nose, self.skin[2], 0.05, 0.95)

    def _mouth(self, into: Group, look: Look, turn: float) -> None:
        features = _EXPRESSIONS[look.expression]
        gape = max(look.mouth, features.gape * (1 - look.mouth * 0.5))
        at, y = turn * 0.95, 0.78
        half = (0.27 - 0.05 * gape) * (1 - 0.15 * turn) * (1 + look.wide * (0.2 if look.wide > 0 else 0.45))
        smile = features.smile
        if gape < 0.08:
            line = Path().move(at - half, y - smile * 0.5)
            line.curve(
                at - half * 0.5, y + smile * 0.7, at + half * 0.5, y + smile * 0.7, at + half, y - smile * 0.5
            )
            tone = mix(self.lips, self.skin[0], 0.35) if self.design.beard else mix(self.lips, self.ink, 0.55)
            into.stroke(line, tone, 0.07)
            into.stroke(open_line((at - 0.09, y + 0.15), (at + 0.09, y + 0.15)), self.skin[2], 0.04, 0.5)
            return
        deep = 0.07 + 0.25 * gape
        mouth = Path().move(at - half, y - smile * 0.4)
        mouth.curve(at - half * 0.6, y - 0.08, at + half * 0.6, y - 0.08, at + half, y - smile * 0.4)
        mouth.curve(at + half * 0.8, y + deep, at - half * 0.8, y + deep, at - half, y - smile * 0.4)
        mouth.close()
        into.fill(mouth, self.ink)
        into.fill(
            smooth(
                (at - half * 0.62, y - 0.035), (at, y - 0.05), (at + half * 0.62, y - 0.035), (at, y + 0.02)
            ),
            self.white,
            0.9,
        )
        if gape > 0.35:
            into.fill(ellipse(at, y + deep * 0.58, half * 0.5, deep * 0.2), self.lips, 0.9)
        into.stroke(mouth, self.lips, 0.05)

    def _beard(self, into: Group, turn: float, key: float) -> None:
        shape = smooth(
            (-0.88 + turn * 0.25, 0.22),
            (-0.72 + turn * 0.5, 0.58),
            (-0.30 + turn * 0.85, 0.60),
            (turn * 0.95, 0.54),
            (0.30 + turn * 0.85, 0.60),
            (0.74 + turn * 0.42, 0.56),
            (0.90 + turn * 0.10, 0.22),
            (0.86 + turn * 0.14, 0.92),
            (0.44 + turn * 0.4, 1.42),
            (turn * 0.7, 1.56),
            (-0.44 + turn * 0.4, 1.40),
            (-0.86 + turn * 0.2, 0.90),
        )
        into.fill(shape, self._lit_from(key, self.hair))
        for x in (-0.4, -0.1, 0.22):
            into.stroke(
                smooth(
                    (x + turn * 0.7, 0.98),
                    (x + turn * 0.7 + 0.04, 1.14),
                    (x + turn * 0.6, 1.28),
                    closed=False,
                ),
                self.hair[2],
                0.04,
                0.6,
            )

    def _back_hair(self, into: Group, turn: float, key: float, *, away: bool) -> None:
        style, fill = self.design.hair_style, self._lit_from(key, self.hair)
        shift = -turn * 0.4
        if style == "long":
            into.fill(
                smooth(
                    (shift, -1.2),
                    (1.08 + shift, -0.5),
                    (1.12 + shift, 0.8),
                    (0.95 + shift, 1.9),
                    (shift, 2.1),
                    (-1.0 + shift, 1.9),
                    (-1.16 + shift, 0.8),
                    (-1.1 + shift, -0.5),
                ),
                fill,
            )
        elif style in ("bob", "curly"):
            into.fill(
                smooth(
                    (shift, -1.22),
                    (1.12 + shift, -0.4),
                    (1.14 + shift, 0.6),
                    (0.8 + shift, 1.02),
                    (-0.8 + shift, 1.05),
                    (-1.18 + shift, 0.6),
                    (-1.14 + shift, -0.4),
                ),
                fill,
            )
        elif style == "bun":
            into.fill(ellipse(-1.02 if turn else 0.0, -0.45 if turn else -1.25, 0.44, 0.42), fill)
        elif style == "plait" and not away:
            x = -1.0 if turn else 0.86
            for index in range(4):
                into.fill(ellipse(x + index * 0.03, 0.7 + index * 0.36, 0.24 - index * 0.02, 0.25), fill)
            into.fill(ellipse(x + 0.1, 2.1, 0.14, 0.2), self.hat[1])
        if style == "curly":
            for index in range(11):
                angle = math.pi * (0.92 + index * 0.116)
                into.fill(
                    ellipse(shift * 0.5 + 1.0 * math.cos(angle), 0.05 + 1.12 * math.sin(angle), 0.34), fill
                )

    def _crown(self, into: Group, turn: float, key: float, *, away: bool) -> None:
        style, fill = self.design.hair_style, self._lit_from(key, self.hair)
        if away:
            self._crown_from_behind(into, fill)
            return
        if style == "none":
            for x, lean in ((-0.42, -0.3), (0.42, 0.3)):
                feeler = smooth((x, -1.0), (x + lean * 0.5, -1.5), (x + lean, -1.86), closed=False)
                into.stroke(feeler, self.skin[1], 0.11)
                into.fill(ellipse(x + lean, -1.92, 0.17), self.skin[0])
            return
        if style == "bald":
            for x in (-0.92,) if turn else (-0.95, 0.95):
                into.fill(ellipse(x, -0.02, 0.15, 0.36), fill)
            return
        parting = 0.28 + turn
        into.fill(
            smooth(
                (-1.03, 0.18),
                (-1.12, -0.42),
                (-0.72, -1.10),
                (0.0, -1.30),
                (0.72, -1.08),
                (1.05 - turn * 0.1, -0.45),
                (0.98, 0.02),
                (0.84, -0.42),
                (parting, -0.66),
                (-0.30 + turn * 0.5, -0.52),
                (-0.80 + turn * 0.45, -0.34),
                (-0.90 + turn * 0.35, 0.12),
            )
            if style != "swept"
            else smooth(
                (-1.03, 0.12),
                (-1.10, -0.45),
                (-0.6, -1.18),
                (0.3, -1.46),
                (1.0, -1.12),
                (1.06, -0.5),
                (0.86, -0.62),
                (0.2 + turn, -0.74),
                (-0.5 + turn * 0.4, -0.6),
                (-0.88 + turn * 0.3, 0.1),
            ),
            fill,
        )
        into.stroke(
            smooth((-0.7, -0.72), (-0.2, -1.02), (0.4, -1.02), closed=False),
            self.hair[0],
            0.06,
            0.55 * self.rim_share + 0.15,
        )

    def _crown_from_behind(self, into: Group, fill: Linear) -> None:
        style = self.design.hair_style
        if style == "none":
            return
        low = 1.35 if style in ("long", "bob") else 0.85
        if style == "bald":
            into.fill(smooth((-0.99, 0.2), (0.0, 0.5), (0.99, 0.2), (0.8, 0.9), (-0.8, 0.9)), fill)
            return
        into.fill(
            smooth(
                (0, -1.24),
                (0.8, -0.95),
                (1.06, -0.1),
                (0.92, low * 0.7),
                (0, low),
                (-0.92, low * 0.7),
                (-1.06, -0.1),
                (-0.8, -0.95),
            ),
            fill,
        )
        if style == "plait":
            for index in range(4):
                into.fill(ellipse(0, 0.9 + index * 0.36, 0.26 - index * 0.02, 0.26), fill)

    def _glasses(self, into: Group, turn: float) -> None:
        for x in (-0.4, 0.4):
            at = x * (1 - turn * 0.18) + turn * 0.80
            into.stroke(ellipse(at, 0.1, 0.29 - (0.06 if x > 0 else 0) * turn, 0.28), self.ink, 0.05)
        into.stroke(open_line((turn * 0.8 - 0.1, 0.06), (turn * 0.8 + 0.1, 0.06)), self.ink, 0.05)

    def _hat(self, into: Group, turn: float, key: float) -> None:
        if self.design.hat in HATS:
            tones = (
                self.metal
                if self.design.hat == "visor"
                else self.gold
                if self.design.hat == "crown"
                else self.hat
            )
            HATS[self.design.hat](into, turn, tones, self._lit_from(key, tones))
