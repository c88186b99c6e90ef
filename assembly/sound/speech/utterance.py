"""What an engine is asked to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import JsonValue

    from storyboard.planning.spec import ResolvedSpeech
    from storyboard.schema.vocabulary import LineDelivery


@dataclass(frozen=True, slots=True)
class Utterance:
    """What an engine is asked to say.

    Attributes:
        text: words as data, not markup; what is said in them is the engine's to find.
        voice: one of the engine's own.
        pitch: 0 is the lowest, 50 the voice's own, 99 the highest.
        words_per_minute: its speed.
        delivery: how it is spoken. What a room or a telephone would add is added later, for every engine.
        options: the engine's own, from the film document.
    """

    text: str
    voice: str
    pitch: int
    words_per_minute: int
    delivery: LineDelivery
    options: Mapping[str, JsonValue]


def utterance_of(line: ResolvedSpeech, text: str, voice: str) -> Utterance:
    """What is said in a line of a shot, as its engine has to read it, in one of its voices."""
    return Utterance(text, voice, line.pitch, line.words_per_minute, line.delivery, line.options)
