"""Which voice a character of a film speaks with, and what its engine is given to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembly.sound.speech import espeak

if TYPE_CHECKING:
    from storyboard.schema.film import Voice

ESPEAK = "espeak"
"""the engine that comes along"""
USUAL_VOICE = espeak.ENGLISH
"""what another engine is asked for by a character that names no voice"""


def voice_of(voice: Voice, language: str) -> str | None:
    """The voice that a character speaks with; None when espeak has none of the film's language."""
    if voice.name is not None or voice.engine != ESPEAK:
        return voice.name or USUAL_VOICE
    return espeak.voice_for(language)


def as_read(text: str, voice: Voice, language: str) -> str:
    """A line as its engine has to be given it. How others than espeak read is their own."""
    name = voice_of(voice, language)
    return espeak.as_read(text, name) if voice.engine == ESPEAK and name else text
