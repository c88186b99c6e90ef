"""Light: what the time of day, the weather and the film's palette make of every colour.

All drawing asks `Light.shade` for its colours, so that one place decides how a red coat looks at dusk in fog.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from farm.backends.animatic.vector import Rgb
from storyboard.schema.vocabulary import TimeOfDay, Weather

EYE_WHITE = (248.0, 246.0, 240.0)
"""of an eye in white light"""
GRADE = 0.13  # how far colours are drawn towards the film's palette
PLACE_GRADE = 0.34  # how far they are towards the colours of a picture of the place


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """`first` with a share of `second` in it."""
    rest = 1 - share
    return (
        first[0] * rest + second[0] * share,
        first[1] * rest + second[1] * share,
        first[2] * rest + second[2] * share,
    )


def scale(colour: Rgb, factor: float) -> Rgb:
    """Darker or lighter by a factor."""
    return (colour[0] * factor, colour[1] * factor, colour[2] * factor)


def luma(colour: Rgb) -> float:
    """How light a colour is, 0 to 1 (BT.709 weights)."""
    return (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]) / 255


def from_hex(text: str) -> Rgb:
    """A colour written `#rrggbb`."""
    return (float(int(text[1:3], 16)), float(int(text[3:5], 16)), float(int(text[5:7], 16)))


@dataclass(frozen=True, slots=True)
class Light:
    """The light of a shot.

    Attributes:
        sky: the sky's colours from the top to the horizon.
        ambient: what every surface's own colour is multiplied by, each channel 0 to 1.
        key: the colour of the sun, the moon or the lamp.
        side: where the key light comes from: -1 is left, 1 is right.
        rim: how strongly edges towards the key light shine, 0 to 1.
        haze: the colour of the air.
        thickness: how much of the air's colour a far surface takes, 0 to 1.
        dark: how dark it is outside, 0 to 1: stars, lit windows and lamps show by it.
        contrast: how far the shaded side is from the lit one, 0 to 1.
        indoors: the sky does not show.
        grading: how far colours are drawn towards the palette, 0 to 1.
    """

    sky: tuple[Rgb, ...]
    ambient: Rgb
    key: Rgb
    side: float
    rim: float
    haze: Rgb
    thickness: float
    dark: float
    contrast: float
    time: TimeOfDay
    weather: Weather
    palette: tuple[Rgb, ...] = ()
    indoors: bool = False
    grading: float = GRADE

    def grade(self, colour: Rgb) -> Rgb:
        """A colour as the film's palette would have it."""
        if not self.palette:
            return colour
        steps = len(self.palette) - 1
        place = min(1.0, luma(colour)) * steps
        index = min(int(place), max(0, steps - 1))
        upper = self.palette[min(index + 1, steps)]
        return mix(colour, mix(self.palette[index], upper, place - index), self.grading)

    def shade(self, colour: Rgb, depth: float = 0.0) -> Rgb:
        """A surface's colour in this light, `depth` 0 (here) to 1 (at the horizon)."""
        red, green, blue = colour
        here = (red * self.ambient[0], green * self.ambient[1], blue * self.ambient[2])
        return self.grade(mix(here, self.haze, min(1.0, depth * self.thickness)))

    def lit(self, colour: Rgb, depth: float = 0.0) -> Rgb:
        """The side of a surface that the key light falls on."""
        return mix(self.shade(colour, depth), self.grade(self.key), 0.10 + 0.22 * self.contrast * (1 - depth))

    def shadow(self, colour: Rgb, depth: float = 0.0) -> Rgb:
        """The side of a surface that is turned away."""
        cool = mix(scale(self.shade(colour, depth), 0.62), self.grade(self.sky[0]), 0.18)
        return mix(self.shade(colour, depth), cool, 0.45 + 0.45 * self.contrast)

    def glass(self) -> Rgb:
        """A window of a vehicle; it is lit from inside after dark."""
        return mix(self.shade((116, 142, 158)), self.flame(), 0.35 * self.dark)

    def flame(self, strength: float = 1.0) -> Rgb:
        """Lamp light, of windows and lanterns."""
        return self.grade(mix((255, 196, 110), (255, 236, 190), strength))


def _preset(time: TimeOfDay) -> Light:
    """Clear weather at a time of day."""
    clear = Weather.CLEAR
    if time is TimeOfDay.DAWN:
        return Light(
            sky=((62, 82, 138), (136, 122, 170), (236, 164, 150), (255, 214, 164)),
            ambient=(0.88, 0.78, 0.80),
            key=(255, 204, 150),
            side=0.8,
            rim=0.8,
            haze=(240, 186, 166),
            thickness=0.72,
            dark=0.25,
            contrast=0.7,
            time=time,
            weather=clear,
        )
    if time is TimeOfDay.DAY:
        return Light(
            sky=((56, 126, 190), (118, 178, 216), (196, 224, 228)),
            ambient=(1.0, 0.98, 0.95),
            key=(255, 246, 216),
            side=-0.6,
            rim=0.4,
            haze=(188, 214, 224),
            thickness=0.62,
            dark=0.0,
            contrast=0.55,
            time=time,
            weather=clear,
        )
    if time is TimeOfDay.DUSK:
        return Light(
            sky=((38, 44, 98), (104, 68, 126), (216, 104, 102), (255, 178, 100)),
            ambient=(0.76, 0.60, 0.66),
            key=(255, 158, 88),
            side=-0.8,
            rim=0.95,
            haze=(206, 122, 112),
            thickness=0.7,
            dark=0.5,
            contrast=0.85,
            time=time,
            weather=clear,
        )
    return Light(
        sky=((9, 14, 38), (18, 32, 70), (44, 70, 112)),
        ambient=(0.50, 0.52, 0.70),
        key=(178, 204, 246),
        side=0.7,
        rim=0.75,
        haze=(40, 62, 104),
        thickness=0.72,
        dark=1.0,
        contrast=0.75,
        time=time,
        weather=clear,
    )


def light_of(time: TimeOfDay, weather: Weather, palette: tuple[Rgb, ...] = ()) -> Light:
    """The light outdoors."""
    base = _preset(time)
    grey_share, dim, thickness, rim = {
        Weather.CLEAR: (0.0, 1.0, 0.0, 1.0),
        Weather.WIND: (0.15, 1.0, 0.0, 1.0),
        Weather.CLOUDY: (0.45, 0.94, 0.08, 0.6),
        Weather.SNOW: (0.55, 1.0, 0.16, 0.55),
        Weather.RAIN: (0.6, 0.82, 0.14, 0.5),
        Weather.FOG: (0.55, 0.97, 0.3, 0.45),
        Weather.STORM: (0.5, 0.74, 0.12, 0.85),
    }[weather]

    def overcast(colour: Rgb) -> Rgb:
        level = luma(colour) * 255
        return scale(mix(colour, (level * 0.95, level, level * 1.06), grey_share), dim)

    sky = tuple(overcast(colour) for colour in base.sky)
    haze = overcast(base.haze)
    if weather is Weather.FOG:
        sky = tuple(mix(colour, haze, 0.6) for colour in sky)
    return Light(
        sky=sky,
        ambient=scale(base.ambient, 0.5 + 0.5 * dim),
        key=mix(base.key, overcast(base.key), 0.7),
        side=base.side,
        rim=base.rim * rim,
        haze=haze,
        thickness=min(0.97, base.thickness + thickness),
        dark=min(1.0, base.dark + (1 - dim)),
        contrast=base.contrast * (1 - 0.5 * grey_share),
        time=time,
        weather=weather,
        palette=tuple(sorted(palette, key=luma)),
    )


def by_lantern(light: Light, side: float) -> Light:
    """The light on people who stand near a lantern after dark."""
    near = 0.75 * light.dark
    return replace(
        light,
        ambient=mix(light.ambient, (0.84, 0.66, 0.52), near),
        key=mix(light.key, light.flame(), near),
        side=side,
        rim=max(light.rim, 0.9 * near),
        contrast=0.9,
    )


def indoors(outside: Light) -> Light:
    """The light of a room: warm lamps after dark, the window by day."""
    warm = outside.dark
    return Light(
        sky=outside.sky,
        ambient=mix((0.80, 0.80, 0.82), (0.86, 0.66, 0.50), warm),
        key=mix(outside.key, (255, 190, 110), warm),
        side=-0.7,
        rim=0.45 + 0.4 * warm,
        haze=mix(scale(outside.haze, 0.8), (96, 60, 44), warm),
        thickness=0.35,
        dark=outside.dark,
        contrast=0.6 + 0.3 * warm,
        time=outside.time,
        weather=outside.weather,
        palette=outside.palette,
        indoors=True,
    )


def by_screens(outside: Light) -> Light:
    """The light of a room without a sky: cool strips and screens, at any hour."""
    return Light(
        sky=outside.sky,
        ambient=(0.70, 0.78, 0.88),
        key=(178, 222, 250),
        side=-0.7,
        rim=0.6,
        haze=(58, 74, 98),
        thickness=0.35,
        dark=0.35,
        contrast=0.7,
        time=outside.time,
        weather=outside.weather,
        palette=outside.palette,
        indoors=True,
    )
