"""The words that a film document chooses from: sizes, moves, poses, transitions and the like."""

from __future__ import annotations

from enum import StrEnum


class ShotSize(StrEnum):
    """How much of the subject the frame holds, from the closest to the widest; OTS is over a shoulder."""

    ECU = "ECU"
    CU = "CU"
    MCU = "MCU"
    MS = "MS"
    MWS = "MWS"
    WS = "WS"
    EWS = "EWS"
    OTS = "OTS"


class CameraMove(StrEnum):
    """What the camera does during the shot."""

    STATIC = "static"
    PAN_LEFT = "pan-left"
    PAN_RIGHT = "pan-right"
    TILT_UP = "tilt-up"
    TILT_DOWN = "tilt-down"
    PUSH_IN = "push-in"
    PULL_OUT = "pull-out"
    TRUCK_LEFT = "truck-left"
    TRUCK_RIGHT = "truck-right"
    CRANE_UP = "crane-up"
    CRANE_DOWN = "crane-down"
    HANDHELD = "handheld"


class TimeOfDay(StrEnum):
    """The light of a location."""

    DAWN = "dawn"
    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


class Weather(StrEnum):
    """The weather of a location."""

    CLEAR = "clear"
    CLOUDY = "cloudy"
    FOG = "fog"
    RAIN = "rain"
    STORM = "storm"
    SNOW = "snow"
    WIND = "wind"


class Position(StrEnum):
    """Where a character stands in the frame."""

    FAR_LEFT = "far-left"
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    FAR_RIGHT = "far-right"


class Facing(StrEnum):
    """Which way a character looks."""

    LEFT = "left"
    RIGHT = "right"
    CAMERA = "camera"
    AWAY = "away"


class Pose(StrEnum):
    """What a character's body does."""

    STANDING = "standing"
    SITTING = "sitting"
    WALKING = "walking"
    RUNNING = "running"
    KNEELING = "kneeling"
    LYING = "lying"
    POINTING = "pointing"
    WAVING = "waving"
    HOLDING = "holding"


class Expression(StrEnum):
    """What a character's face says."""

    NEUTRAL = "neutral"
    HAPPY = "happy"
    SAD = "sad"
    WORRIED = "worried"
    ANGRY = "angry"
    SURPRISED = "surprised"
    DETERMINED = "determined"


class LineDelivery(StrEnum):
    """How a line is spoken."""

    NORMAL = "normal"
    WHISPERED = "whispered"
    SHOUTED = "shouted"
    SAD = "sad"
    FAST = "fast"
    OFF_SCREEN = "off-screen"
    VOICE_OVER = "voice-over"


class TransitionKind(StrEnum):
    """How a shot begins: the transition from the shot before it."""

    CUT = "cut"
    DISSOLVE = "dissolve"
    FADE = "fade"
    DIP_TO_WHITE = "dip-to-white"
    WIPE_LEFT = "wipe-left"
    WIPE_RIGHT = "wipe-right"
    WIPE_UP = "wipe-up"
    WIPE_DOWN = "wipe-down"
    WIPE_BARN_DOOR = "wipe-barn-door"
    WIPE_CLOCK = "wipe-clock"
    WIPE_IRIS = "wipe-iris"


class TitleStyle(StrEnum):
    """Where and how a title stands in the picture."""

    MAIN = "main"
    CARD = "card"
    LOWER_THIRD = "lower-third"
    CREDITS = "credits"


class Retime(StrEnum):
    """How frames of the film come to be between those of a take at another rate or speed."""

    FLOW = "flow"
    MCI = "mci"
    RIFE = "rife"
    BLEND = "blend"
    NONE = "none"


LANCZOS = "lanczos"
"""how takes are brought to the film's size without a model"""


class Mood(StrEnum):
    """The character of a composed music cue."""

    CALM = "calm"
    TENDER = "tender"
    HOPEFUL = "hopeful"
    TENSE = "tense"
    SAD = "sad"
    TRIUMPHANT = "triumphant"
    MYSTERIOUS = "mysterious"


CARD = "card"
"""what stands in for a shot while its film is watched: a still that says what happens in it"""
