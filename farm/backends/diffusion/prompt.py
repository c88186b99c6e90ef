"""The prompt of a shot: the same words for the same thing in every shot of a film.

A character is always named, described and dressed in one sentence of one form, so that the model sees the
same words wherever she appears; a place likewise. What matters most comes first, because some models read
only the first 77 tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

from storyboard.digest import digest_of
from storyboard.planning.spec import ResolvedCharacter, ResolvedLocation, ShotSpec
from storyboard.schema.vocabulary import (
    CameraMove,
    Expression,
    Facing,
    Pose,
    Position,
    ShotSize,
    TimeOfDay,
    Weather,
)

_SIZES = {
    ShotSize.ECU: "Extreme close-up",
    ShotSize.CU: "Close-up",
    ShotSize.MCU: "Medium close-up",
    ShotSize.MS: "Medium shot",
    ShotSize.MWS: "Medium wide shot",
    ShotSize.WS: "Wide shot",
    ShotSize.EWS: "Extreme wide shot",
    ShotSize.OTS: "Over-the-shoulder shot",
}
_CAMERA = {
    CameraMove.STATIC: "The camera does not move",
    CameraMove.PAN_LEFT: "The camera pans slowly to the left",
    CameraMove.PAN_RIGHT: "The camera pans slowly to the right",
    CameraMove.TILT_UP: "The camera tilts slowly upwards",
    CameraMove.TILT_DOWN: "The camera tilts slowly downwards",
    CameraMove.PUSH_IN: "The camera moves slowly closer",
    CameraMove.PULL_OUT: "The camera moves slowly away",
    CameraMove.TRUCK_LEFT: "The camera travels to the left",
    CameraMove.TRUCK_RIGHT: "The camera travels to the right",
    CameraMove.CRANE_UP: "The camera rises",
    CameraMove.CRANE_DOWN: "The camera descends",
    CameraMove.HANDHELD: "The camera is hand-held",
}
_LIGHT = {
    TimeOfDay.DAWN: "at dawn, in soft early light",
    TimeOfDay.DAY: "by day",
    TimeOfDay.DUSK: "at dusk, in warm low light",
    TimeOfDay.NIGHT: "at night",
}
_WEATHER = {
    Weather.CLEAR: "in clear weather",
    Weather.CLOUDY: "under an overcast sky",
    Weather.FOG: "in thick fog",
    Weather.RAIN: "in the rain",
    Weather.STORM: "in a storm",
    Weather.SNOW: "in falling snow",
    Weather.WIND: "in strong wind",
}
_PLACES = {
    Position.FAR_LEFT: "at the far left of the frame",
    Position.LEFT: "on the left of the frame",
    Position.CENTRE: "in the centre of the frame",
    Position.RIGHT: "on the right of the frame",
    Position.FAR_RIGHT: "at the far right of the frame",
}
_FACING = {
    Facing.LEFT: "looking to the left",
    Facing.RIGHT: "looking to the right",
    Facing.CAMERA: "facing the camera",
    Facing.AWAY: "seen from behind",
}
_FEELS = {
    Expression.NEUTRAL: "",
    Expression.HAPPY: "with a happy face",
    Expression.SAD: "with a sad face",
    Expression.WORRIED: "with a worried face",
    Expression.ANGRY: "with an angry face",
    Expression.SURPRISED: "with a surprised face",
    Expression.DETERMINED: "with a determined face",
}
_HUES = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "grey": (128, 128, 128),
    "red": (190, 45, 40),
    "dark red": (120, 20, 30),
    "orange": (225, 120, 40),
    "brown": (110, 70, 40),
    "beige": (215, 190, 155),
    "yellow": (225, 190, 60),
    "green": (70, 130, 60),
    "olive": (110, 115, 60),
    "dark green": (20, 60, 45),
    "teal": (60, 150, 150),
    "blue": (60, 110, 180),
    "light blue": (160, 200, 225),
    "navy": (25, 35, 75),
    "purple": (110, 60, 140),
    "pink": (220, 140, 170),
}


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a shot says to a model."""

    text: str
    negative: str


def prompt_of(spec: ShotSpec) -> Prompt:
    """The prompt of a shot."""
    triggers = [lora.trigger for lora in spec.look.loras if lora.trigger]
    opening = f"{_SIZES[spec.size]} of {_who(spec.characters) or spec.location.name}"
    parts = [
        ", ".join((*triggers, opening)),
        *(_character(one) for one in spec.characters),
        _capital(spec.action),
        _place(spec.location),
        _CAMERA[spec.camera],
        _capital(spec.look.description),
        _palette(spec.look.palette),
    ]
    return Prompt(" ".join(_sentence(part) for part in parts if part.strip()), spec.look.negative.strip())


def _who(characters: tuple[ResolvedCharacter, ...]) -> str:
    names = [_called(one) for one in characters]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def _called(one: ResolvedCharacter) -> str:
    """The name a model knows: the trigger words of the character's LoRAs, before the name in the film."""
    return " ".join((*(lora.trigger for lora in one.loras if lora.trigger), one.name))


def _character(one: ResolvedCharacter) -> str:
    looks = [one.description, f"wearing {one.wardrobe}" if one.wardrobe else ""]
    where = _PLACES[one.position]
    if one.move_to is not None and one.move_to is not one.position:
        where += f", moving until {_PLACES[one.move_to]}"
    does = [one.pose.value if one.pose is not Pose.HOLDING else "holding something", where]
    does += [_FACING[one.facing], _FEELS[one.expression], one.action]
    who = ", ".join(part.strip().rstrip(".") for part in (_called(one), *looks) if part.strip())
    return f"{who}, is {', '.join(part.strip().rstrip('.') for part in does if part.strip())}"


def _place(place: ResolvedLocation) -> str:
    said = ", ".join(part.strip().rstrip(".") for part in (place.name, place.description) if part.strip())
    return f"{said}, {_LIGHT[place.time_of_day]}, {_WEATHER[place.weather]}"


def _palette(colours: tuple[str, ...]) -> str:
    names = list(dict.fromkeys(_hue(colour) for colour in colours))
    return f"Colours: {', '.join(names)}" if names else ""


def _hue(colour: str) -> str:
    wanted = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]

    def distance(name: str) -> int:
        return sum((one - other) ** 2 for one, other in zip(_HUES[name], wanted, strict=True))

    return min(_HUES, key=distance)


def _capital(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:]


def _sentence(part: str) -> str:
    """Names and trigger words stay as they are written: a model knows a trigger by its letters."""
    return f"{' '.join(part.split()).rstrip('.')}."


def seed_of(spec: ShotSpec, retake: int = 0) -> int:
    """The seed of a shot's noise.

    Args:
        spec: the shot; coverage of one set-up has one seed (`setup` in the film document).
        retake: 0 for the first try; each further one has a seed of its own in the same family.
    """
    return spec.seed if not retake else int(digest_of([spec.seed, retake])[:13], 16)
