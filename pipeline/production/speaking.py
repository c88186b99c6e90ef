"""Whether every line can be spoken as it is written: voices that there are, in the film's language."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.document.load import LoadedFilm
from storyboard.document.shot_paths import shot_paths
from storyboard.document.text import DocumentPath
from storyboard.errors import Problem
from storyboard.planning.plan import PlanWarning
from storyboard.schema.film import DialogueLine, Shot
from storyboard.wording import listed


def voice_problems(loaded: LoadedFilm) -> list[Problem]:
    """Voices that do not exist, and a language that nobody can speak although somebody has to."""
    from assembly.sound.speech.film_voices import usual_voice, voice_of
    from assembly.sound.speech.voices import voice_problem

    film = loaded.film
    problems = []
    for name, character in film.characters.items():
        voice = character.voice
        asked = voice_of(voice, film.language) or voice.name or usual_voice(voice.engine)
        if found := voice_problem(voice.engine, asked, voice.options):
            key = "engine" if voice.name is None else found[0]
            problems.append(loaded.problem(("characters", name, "voice", key), found[1]))
    for _, shot, line in _spoken(loaded):
        speaker = film.characters.get(line.character)
        if speaker and voice_of(speaker.voice, film.language) is None:
            message = (
                f'{speaker.voice.engine} has no voice for "{film.language}", and {speaker.name} speaks in '
                f"{shot.id}; give each who speaks a voice: with a name or another engine, or the lines "
                "recordings"
            )
            problems.append(loaded.problem(("language",), message))
            break
    return problems


def reading_warnings(loaded: LoadedFilm) -> list[PlanWarning]:
    """Japanese lines with kanji that would be spelled, because nothing here reads them, at their places."""
    from assembly.sound.speech.espeak import speaks_japanese
    from assembly.sound.speech.film_voices import ESPEAK, voice_of
    from assembly.sound.speech.japanese import EXTRA, as_kana, can_read, kanji_in

    film = loaded.film
    warnings: list[PlanWarning] = []
    for path, shot, line in _spoken(loaded):
        voice = film.characters[line.character].voice
        name = voice_of(voice, film.language)
        if voice.engine != ESPEAK or not name or not speaks_japanese(name):
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
