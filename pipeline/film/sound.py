"""What is heard in a film: its sources, each made once, and the names of its mix and of its encoded sound."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue

from assembly.sound import aac
from assembly.sound.lay_soundtrack import soundtrack
from assembly.sound.make_sources import make_sources
from assembly.sound.mix.mix import CEILING_DBTP
from assembly.sound.soundtrack import Soundtrack, TakeSound
from assembly.sound.sources import Source
from assembly.sound.speech.voices import engine_versions
from farm.store.store import Store
from farm.takes.sound import SOUND as TAKE_SOUND
from pipeline.keep import kept
from pipeline.production.line_lengths import SOUND, SOUNDS
from pipeline.production.material import Material
from storyboard.digest import digest_of

MIXES = "mixes"
ENCODED_SOUNDS, ENCODED_SOUND = "encoded-sounds", "sound.m4a"
MEASURED = ("lufs", "true_peak_dbtp")
"""what is measured of a film's encoded sound"""
WAY_CEILING_DBTP = CEILING_DBTP - 1.0
"""of a way's sound that is encoded once, whatever the encoder makes of its peaks"""


def make_sound(store: Store, source: Source) -> None:
    """Make a line, an effect or a cue, unless it is in the store; a chore, where it needs nothing else."""

    def make(folder: Path) -> Mapping[str, JsonValue]:
        make_sources({folder / SOUND: source})
        return {"recipe": source.recipe()}

    kept(store, SOUNDS, source.digest(), make)


def soundtrack_of(material: Material, store: Store) -> Soundtrack:
    """What is heard in a film, and when; the sound that came with takes, of those that are there."""
    film = material.film
    sounds = _take_sounds(material, store)
    return soundtrack(
        film,
        material.digests,
        material.folder,
        sounds,
        engine_versions(film),
        material.font,
        material.plan.borders,
    )


def is_foreseen(material: Material) -> bool:
    """Whether all that is heard in a film is known before its missing takes are there."""
    for planned, (_, shot) in zip(material.plan.cut, material.film.shots(), strict=True):
        makes_sound = material.choices.of(shot).traits.makes_sound
        if not planned.exists and shot.speed == 1 and makes_sound and makes_sound(planned.spec.options):
            return False
    return True


def _take_sounds(material: Material, store: Store) -> dict[str, TakeSound]:
    """The sound that came with takes, by shot; a take that is shown slower or faster is mute."""
    sounds = {}
    for shot, (_, of_film) in zip(material.plan.cut, material.film.shots(), strict=True):
        take = material.takes.get(shot.digest)
        if take is not None and TAKE_SOUND in take.files and of_film.speed == 1:
            path = store.file(take, TAKE_SOUND)
            head_s, tail_s = shot.seen / shot.spec.rate, shot.spec.tail / shot.spec.rate
            if (
                shot.circled or of_film.id in material.plan.windows
            ):  # which may have been longer or shorter than the shot is now
                tail_s = shot.spec.seconds - head_s - shot.shape.frames / shot.shape.rate
            sounds[shot.shot] = TakeSound(path, take.files[TAKE_SOUND].sha256, head_s, tail_s)
    return sounds


def mix_digest(sound: Soundtrack, target_lufs: float) -> str:
    """What is known of a mix, such as its gain, is kept under this name; the mix itself is not."""
    return digest_of([sound.recipe(), target_lufs, CEILING_DBTP])


def encoded_digest(sound: Soundtrack, target_lufs: float) -> str:
    """What a film's sound is called in the store as it goes into the film."""
    return digest_of(["aac", aac.AAC_VERSION, aac.BITS_PER_SECOND, mix_digest(sound, target_lufs)])


def way_digest(sound: Soundtrack, gain_db: float) -> str:
    """What the encoded sound of a way through a film is called in the store, turned up as all of them are."""
    mix_recipe: JsonValue = [sound.recipe(), gain_db, WAY_CEILING_DBTP]
    return digest_of(["way", aac.AAC_VERSION, aac.BITS_PER_SECOND, mix_recipe])
