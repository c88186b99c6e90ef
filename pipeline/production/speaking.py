"""Whether every line can be spoken as it is written: voices that there are, in the film's language."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.document.load import LoadedFilm
from storyboard.document.shot_paths import shot_paths
from storyboard.document.text import DocumentPath
from storyboard.errors import Problem
from storyboard.planning.plan import PlanWarning
from storyboard.planning.speakers import ESPEAK, PERSONS, speaker_of
from storyboard.schema.film import DialogueLine, Shot
from storyboard.wording import did_you_mean, listed


def voice_problems(loaded: LoadedFilm) -> list[Problem]:
    """Voices that do not exist, and a language that nobody can speak although somebody has to."""
    from assembly.sound.speech.espeak import ENGLISH
    from assembly.sound.speech.film_voices import voice_of
    from assembly.sound.speech.voices import voice_problem

    film = loaded.film
    problems = []
    for name, character in film.characters.items():
        voice = character.voice
        speaker = speaker_of(character, film.language)
        asked = voice_of(character, film.language).voice or speaker.voice or ENGLISH
        if found := voice_problem(speaker.engine, asked, voice.options):
            key, words = found
            if voice.engine is None and voice.name is not None:
                words += did_you_mean(voice.name, PERSONS)
            place = "engine" if voice.name is None else key
            problems.append(loaded.problem(("characters", name, "voice", place), words))
    for _, shot, line in _spoken(loaded):
        who = film.characters.get(line.character)
        if who and (one := voice_of(who, film.language)).voice is None:
            message = (
                f'{one.engine} has no voice for "{film.language}", and {who.name} speaks in '
                f"{shot.id}; give each who speaks a voice: with a name or another engine, or the lines "
                "recordings"
            )
            problems.append(loaded.problem(("language",), message))
            break
    return problems


def reading_warnings(loaded: LoadedFilm) -> list[PlanWarning]:
    """Japanese lines with kanji that would be spelled, because nothing here reads them, at their places."""
    from assembly.sound.speech.espeak import speaks_japanese
    from assembly.sound.speech.film_voices import voice_of
    from assembly.sound.speech.japanese import EXTRA, as_kana, can_read, kanji_in

    film = loaded.film
    warnings: list[PlanWarning] = []
    for path, shot, line in _spoken(loaded):
        speaker = voice_of(film.characters[line.character], film.language)
        if speaker.engine != ESPEAK or not speaker.voice or not speaks_japanese(speaker.voice):
            continue
        kanji = kanji_in(as_kana(line.text))
        if kanji:
            help_ = "" if can_read() else f"pip install 'shotfarm[{EXTRA}]' has them read, or "
            message = f'{listed(kanji)} would be spoken as "Chinese letter"; {help_}write kana for them'
            warnings.append(PlanWarning(str(loaded.problem((*path, "text"), message)), (shot.id,)))
    return warnings


def _spoken(loaded: LoadedFilm) -> Iterator[tuple[DocumentPath, Shot, DialogueLine]]:
    """The lines that a voice has to speak, for which there is no recording."""
    for path, _, shot in shot_paths(loaded.film):
        for index, line in enumerate(shot.lines):
            if not line.recording:
                yield (*path, "lines", index), shot, line
