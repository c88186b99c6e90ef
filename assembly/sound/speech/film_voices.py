"""Which voice a character of a film speaks with, and what its engine is given to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembly.sound.speech import espeak, hibari

if TYPE_CHECKING:
    from storyboard.schema.film import Voice

ESPEAK = "espeak"
"""the engine that comes along"""
HIBARI = "hibari"
"""the engine of English, an extra"""
_USUAL = {ESPEAK: espeak.ENGLISH, HIBARI: hibari.USUAL_VOICE}


def usual_voice(engine: str) -> str:
    """What an engine is asked for by a character that names no voice, where its language is not looked at."""
    return _USUAL.get(engine, espeak.ENGLISH)


def voice_of(voice: Voice, language: str) -> str | None:
    """The voice that a character speaks with; None when its engine has none of the film's language."""
    if voice.engine == HIBARI:
        return (voice.name or hibari.USUAL_VOICE) if hibari.voice_for(language) else None
    if voice.name is not None or voice.engine != ESPEAK:
        return voice.name or usual_voice(voice.engine)
    return espeak.voice_for(language)


def as_read(text: str, voice: Voice, language: str) -> str:
    """A line as its engine has to be given it. How others than espeak read is their own."""
    name = voice_of(voice, language)
    return espeak.as_read(text, name) if voice.engine == ESPEAK and name else text
