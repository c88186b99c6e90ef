"""The voice that a character of a film speaks with, and what its engine is given to say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembly.sound.speech import espeak
from storyboard.planning.speakers import ESPEAK, HIBARI, is_english, speaker_of

if TYPE_CHECKING:
    from storyboard.planning.speakers import Speaker
    from storyboard.schema.film import Character


def voice_of(character: Character, language: str) -> Speaker:
    """What speaks a character's lines; its `voice` is None when its engine has none of the language."""
    speaker = speaker_of(character, language)
    if speaker.engine == HIBARI:
        return speaker if is_english(language) else replace(speaker, voice=None)
    if speaker.voice is not None:
        return speaker
    return replace(speaker, voice=espeak.voice_for(language) if speaker.engine == ESPEAK else espeak.ENGLISH)


def as_read(text: str, speaker: Speaker) -> str:
    """A line as its engine has to be given it. How others than espeak read is their own."""
    if speaker.engine != ESPEAK or speaker.voice is None:
        return text
    return espeak.as_read(text, speaker.voice)
