"""Makes a film's sound: what is missing of its sources and stems, then the mix. Each is kept in the store.

A mix of another loudness takes the stems that are there; a changed cue makes no other stem than music again.
A lossy encoder moves peaks; what it makes of a mix is known when it has been tried, and measured.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from pydantic import JsonValue

from assembly.picture.film_file import encode_sound
from assembly.programs.stopping import go_on, stoppable
from assembly.sound import aac
from assembly.sound.lay_soundtrack import soundtrack
from assembly.sound.make_sources import make_sources
from assembly.sound.mix.mix import CEILING_DBTP, TOLERANCE_LU, as_in_mix, measure, mix
from assembly.sound.mix.stems import write_stem
from assembly.sound.signal.loudness import SILENCE_LUFS
from assembly.sound.soundtrack import Soundtrack, Stem, TakeSound
from assembly.sound.sources import Source
from assembly.sound.speech.voices import engine_versions
from farm.store.manifest import Manifest
from farm.store.store import Store
from farm.takes.sound import SOUND as TAKE_SOUND
from pipeline.keep import Stages, kept, kept_file
from pipeline.production.line_lengths import SOUND, SOUNDS
from pipeline.production.material import Material
from storyboard.digest import digest_of
from storyboard.errors import AssemblyError

MOST_AT_ONCE = 4
"""sounds that are made side by side; a cue takes some 100 MB meanwhile"""
MIXES = "mixes"
ENCODED_SOUNDS, ENCODED_SOUND = "encoded-sounds", "sound.m4a"
MEASURED = ("lufs", "true_peak_dbtp")
"""what is measured of a film's encoded sound"""
_TRIES = 4
_WAY_CEILING_DBTP = CEILING_DBTP - 1.0
"""of a way's sound that is encoded once, whatever the encoder makes of its peaks"""
_MIX = "mix.wav"
_FURTHER_DB = 0.1
"""how far below what it would have taken the ceiling of the next try lies"""


@dataclass(frozen=True, slots=True)
class EncodedMix:
    """A mix, and what ebur128 measured of what an encoder made of it.

    Attributes:
        mix: what was encoded.
        lufs: integrated loudness; -70 stands for silence.
        true_peak_dbtp: the highest peak; -120 stands for silence.
    """

    mix: Manifest
    lufs: float
    true_peak_dbtp: float


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


def mix_digest(sound: Soundtrack, target_lufs: float, ceiling_dbtp: float = CEILING_DBTP) -> str:
    """The name of a mix in the store."""
    return digest_of([sound.recipe(), target_lufs, ceiling_dbtp])


def mixed(
    store: Store,
    sound: Soundtrack,
    target_lufs: float,
    stages: Stages,
    *,
    ceiling_dbtp: float = CEILING_DBTP,
) -> Manifest:
    """A film's sound as one PCM timeline, made from its stems."""
    digest = mix_digest(sound, target_lufs, ceiling_dbtp)
    found = store.find(MIXES, digest)
    if found:
        return found
    stems = list(stems_of(store, sound, stages).values())

    def make_mix(folder: Path) -> Mapping[str, JsonValue]:
        report = mix(
            stems,
            sound.sample_rate,
            sound.samples,
            folder / SOUND,
            target_lufs=target_lufs,
            ceiling_dbtp=ceiling_dbtp,
            progress=lambda done: stages.stage("mix", round(done * 100), 100),
        )
        return {
            "lufs": report.integrated_lufs if sound.sources() else None,
            "true_peak_dbtp": report.true_peak_dbtp,
            "gain_db": report.gain_db,
            "samples": report.samples,
        }

    return kept(store, MIXES, digest, make_mix)


def encoded_digest(sound: Soundtrack, target_lufs: float) -> str:
    """What a film's sound is called in the store as it goes into the film."""
    return digest_of(["aac", aac.AAC_VERSION, aac.BITRATE, mix_digest(sound, target_lufs)])


def encoded_sound(store: Store, sound: Soundtrack, target_lufs: float, stages: Stages) -> Manifest:
    """A film's sound as it goes into the film, measured; a film of another picture has the same."""

    def make(folder: Path) -> Mapping[str, JsonValue]:
        made = encoded_under_ceiling(store, sound, target_lufs, stages, encode_sound, folder / ENCODED_SOUND)
        heard = (made.lufs, made.true_peak_dbtp) if made.lufs > SILENCE_LUFS else (None, None)
        return {"bits_per_second": aac.BITRATE, **dict(zip(MEASURED, heard, strict=True))}

    return kept(store, ENCODED_SOUNDS, encoded_digest(sound, target_lufs), make)


def make_encoded_sound(store: Store, sound: Soundtrack, target_lufs: float) -> None:
    """A chore: mix and encode a film's sound, where its voices are and its recordings lie."""
    encoded_sound(store, sound, target_lufs, _Unwatched())


def gain_of(store: Store, sound: Soundtrack, target_lufs: float) -> float:
    """What the sum of a film's stems is turned up by, in dB; its mix is made when it is missing."""
    gain_db = mixed(store, sound, target_lufs, _Unwatched()).facts["gain_db"]
    return float(gain_db) if isinstance(gain_db, int | float) else 0.0


def way_digest(sound: Soundtrack, gain_db: float) -> str:
    """What the encoded sound of a way through a film is called in the store, turned up as all of them are."""
    mix_recipe: JsonValue = [sound.recipe(), gain_db, _WAY_CEILING_DBTP]
    return digest_of(["way", aac.AAC_VERSION, aac.BITRATE, mix_recipe])


def make_way_sound(store: Store, sound: Soundtrack, gain_db: float) -> Manifest:
    """Mix and encode the sound of a way through a film: what two ways share is as loud in both.

    Raises:
        AssemblyError: a source cannot be made, or ffmpeg fails.
        StoreError: the store cannot be read or written.
    """

    def make(folder: Path) -> Mapping[str, JsonValue]:
        stems = [*stems_of(store, sound, _Unwatched()).values()]
        as_in_mix(
            stems,
            sound.sample_rate,
            sound.samples,
            folder / _MIX,
            gain_db=gain_db,
            ceiling_dbtp=_WAY_CEILING_DBTP,
        )
        encode_sound(folder / _MIX, folder / ENCODED_SOUND)
        (folder / _MIX).unlink()
        return {"bits_per_second": aac.BITRATE, "gain_db": gain_db}

    return kept(store, ENCODED_SOUNDS, way_digest(sound, gain_db), make)


class _Unwatched:
    """Hears how far something is that nobody watches, and that may be stopped."""

    def stage(self, name: str, done: int, total: int) -> None:
        del name, done, total
        go_on()


def encoded_under_ceiling(
    store: Store,
    sound: Soundtrack,
    target_lufs: float,
    stages: Stages,
    encode: Callable[[Path, Path], None],
    out: Path,
) -> EncodedMix:
    """Encode a film's sound so that what comes out has its loudness, and no true peak over the ceiling.

    Where the encoder takes a peak over it, the mix is limited further and encoded again.

    Args:
        store: where the mix is, or will be.
        sound: what is heard.
        target_lufs: how loud.
        stages: hears how far the mix is.
        encode: encodes a file of PCM into another file.
        out: that file; it holds the last try.

    Raises:
        AssemblyError: the encoder takes peaks over the ceiling however low they are, or it makes the sound
            louder.
    """
    ceiling = CEILING_DBTP
    for _ in range(_TRIES):
        heard = mixed(store, sound, target_lufs, stages, ceiling_dbtp=ceiling)
        encode(store.file(heard, SOUND), out)
        lufs, peak = measure(out)
        if peak <= CEILING_DBTP:
            break
        ceiling = round(ceiling - (peak - CEILING_DBTP) - _FURTHER_DB, 1)
    if peak > CEILING_DBTP or lufs > target_lufs + TOLERANCE_LU:
        raise AssemblyError(
            f"the encoded sound measures {lufs:.1f} LUFS and {peak:.1f} dBTP"
            f" instead of {target_lufs:.1f} LUFS under {CEILING_DBTP:.1f} dBTP",
            "this should not happen with the ffmpeg that comes along; SHOTFARM_FFMPEG may name another",
        )
    return EncodedMix(heard, lufs, peak)


def stems_of(store: Store, sound: Soundtrack, stages: Stages) -> dict[Stem, Path]:
    """The stems of a soundtrack, as they enter its mix; those in which nothing is heard are left out."""
    wanted = sound.stems()
    missing = [stem for stem, digest in wanted.items() if not store.has("stems", digest)]
    sources = _sources(store, sound, stages) if missing else {}
    for stem in missing:

        def make_stem(folder: Path, stem: Stem = stem) -> Mapping[str, JsonValue]:
            def tell(done: float) -> None:
                stages.stage(f"stem: {stem}", round(done * 100), 100)

            write_stem(sound, stem, sources, folder / SOUND, progress=tell)
            return {"stem": stem}

        kept(store, "stems", wanted[stem], make_stem)
    return {stem: kept_file(store, "stems", digest, SOUND) for stem, digest in wanted.items()}


def _sources(store: Store, sound: Soundtrack, stages: Stages) -> dict[str, Path]:
    """The files of a soundtrack's lines, effects and cues, by digest."""
    wanted = sound.sources()
    missing = {digest: source for digest, source in wanted.items() if not store.has(SOUNDS, digest)}
    stages.stage("voices, music and effects", 0, len(missing))
    stop = Event()
    with ThreadPoolExecutor(min(MOST_AT_ONCE, os.cpu_count() or 1)) as pool:
        making = [pool.submit(stoppable, stop, make_sound, store, source) for source in missing.values()]
        try:
            for done, one in enumerate(as_completed(making), 1):
                one.result()
                stages.stage("voices, music and effects", done, len(missing))
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {digest: kept_file(store, SOUNDS, digest, SOUND) for digest in wanted}
