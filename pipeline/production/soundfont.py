"""What plays a film's music, looked at before anything is made: its SoundFont and its MIDI files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from assembly.sound.sources import SoundFont
from pipeline.settings import Settings
from storyboard.document.given_files import sha256_of, using_given
from storyboard.document.load import LoadedFilm
from storyboard.document.named_files import confine, is_midi
from storyboard.errors import AssemblyError, Problem, UsageError
from storyboard.planning.plan import PlanWarning
from storyboard.schema.film import MusicCue
from storyboard.wording import listed


def font_of(
    loaded: LoadedFilm, settings: Settings, digests: Mapping[str, str]
) -> tuple[SoundFont | None, list[Problem], list[PlanWarning]]:
    """The font that plays a film's cues, or None; what is wrong with it or a MIDI file; what is silent in it.

    Args:
        loaded: a film that passed its own checks.
        settings: which font plays films that name none.
        digests: SHA-256 of each file that the film names: those that could be read.

    Raises:
        UsageError: the font of the settings cannot be played.
        FileChangedError: a font or a MIDI file has other bytes than those of its digest.
    """
    problems, programs = _programs(loaded, digests)
    named = loaded.film.soundfont
    midi = [(("music", n, "file"), cue.file) for n, cue in enumerate(loaded.film.music) if _is_midi(cue)]
    if named is not None and named not in digests:
        return None, problems, []  # that it cannot be read is told already
    if named is None and settings.soundfont is None:
        needs = "is MIDI and needs a SoundFont: name one with `soundfont:`, or in SHOTFARM_SOUNDFONT"
        return None, problems + [loaded.problem(place, f'"{file}" {needs}') for place, file in midi], []
    try:
        if named is not None:
            font, silent = _looked_at(confine(loaded.folder, named), digests[named], programs)
            told = [str(loaded.problem(("soundfont",), f'"{named}": {words}')) for words in silent]
            return font, problems, [PlanWarning(words, ()) for words in told]
        if midi or programs:
            font, silent = _looked_at(*_of_settings(settings), programs)
            return font, problems, [PlanWarning(f"SHOTFARM_SOUNDFONT: {words}", ()) for words in silent]
    except AssemblyError as error:
        if named is None:
            said = error.about(f"SHOTFARM_SOUNDFONT: '{settings.soundfont}' cannot be used as a SoundFont")
            raise UsageError(said.message, said.hint) from error
        words = f'"{named}" cannot be used as a SoundFont: {error.in_words}'
        problems.append(loaded.problem(("soundfont",), words))
    return None, problems, []


def _is_midi(cue: MusicCue) -> bool:
    return cue.file is not None and is_midi(cue.file)


def _programs(loaded: LoadedFilm, digests: Mapping[str, str]) -> tuple[list[Problem], set[tuple[int, int]]]:
    """What is wrong with MIDI files, and the programs that all cues need."""
    from assembly.sound.music.arrangement import of_midi, programs_of

    problems: list[Problem] = []
    programs: set[tuple[int, int]] = set()
    for index, cue in enumerate(loaded.film.music):
        if cue.file is None:
            programs |= programs_of(cue.mood)
        elif is_midi(cue.file) and cue.file in digests:
            try:
                path = confine(loaded.folder, cue.file)
                programs |= of_midi(path, digests[cue.file], loaded.film.format.sample_rate).programs
            except ValueError as error:
                words = f'"{cue.file}" cannot be played as MIDI: {error}'
                problems.append(loaded.problem(("music", index, "file"), words))
    return problems, programs


def _of_settings(settings: Settings) -> tuple[Path, str]:
    """The font of the settings, and the digest of its bytes."""
    path = Path(str(settings.soundfont)).expanduser().absolute()
    try:
        return path, sha256_of(path)
    except OSError as error:
        raise AssemblyError(f"{error.strerror}") from error


def _looked_at(path: Path, sha256: str, programs: set[tuple[int, int]]) -> tuple[SoundFont, list[str]]:
    """A font, and what to say of it."""
    from assembly.sound.music.soundfonts import look_at

    with using_given(path, sha256):
        found = look_at(path, programs)
    if found.missing:
        raise AssemblyError(
            f"it has no General MIDI program {_numbers(found.missing)} (counted from 0), which the music "
            "needs"
        )
    words = f"nothing is heard of its General MIDI program {_numbers(found.silent)} (counted from 0)"
    return SoundFont(path, sha256, found.player), [words] if found.silent else []


def _numbers(programs: Iterable[tuple[int, int]]) -> str:
    return listed([f"{number}" if not bank else f"{number} of bank {bank}" for bank, number in programs])
