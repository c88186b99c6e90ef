"""A film's sound, made here by whoever needs it: its gain, its encoding, or any samples of its mix."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ConfigDict, JsonValue

from assembly.picture.sound_in_pieces import SoundInPieces
from assembly.programs.stopping import go_on
from assembly.sound import aac
from assembly.sound.mix.mix import CEILING_DBTP, Mix
from assembly.sound.mix.score import score_of
from assembly.sound.mix.stems import Stems, lengths_of
from assembly.sound.soundtrack import STEMS, Soundtrack, Stem
from farm.store.manifest import Manifest
from farm.store.store import Store
from pipeline.film.part_queue import Finishing, finishing_here
from pipeline.film.sound import ENCODED_SOUND, ENCODED_SOUNDS, MIXES, encoded_digest, mix_digest, way_digest
from pipeline.film.sound_pieces import packet_file, source_files
from pipeline.keep import Stages, ask_of_each, kept, made_before
from pipeline.production.line_lengths import SOUND

JOINED_SOUNDS = "joined-sounds"
"""the kind of encoded sounds that were joined for whoever watches a film before it is whole"""
STEMS_KEPT = "stems"
"""the kind of stems that were made for editing programs"""


def gain_of(
    store: Store,
    sound: Soundtrack,
    target_lufs: float,
    stages: Stages | None = None,
    finishing: Finishing | None = None,
) -> float:
    """What the sum of a film's stems is turned up by, in dB; it is found where nobody knows it.

    Args:
        store: where that is kept.
        sound: what is heard.
        target_lufs: how loud.
        stages: hears how far it is; nobody does when it is left out.
        finishing: what makes it; this process does when it is left out.

    Raises:
        AssemblyError: a source cannot be made.
        StoreError: the store cannot be read or written.
    """
    with finishing_here(store, stages or _Unwatched(), finishing) as doing:
        doing.finish(doing.want_gain(sound, target_lufs))
    gain_db = made_before(store, MIXES, mix_digest(sound, target_lufs)).facts["gain_db"]
    return float(gain_db) if isinstance(gain_db, int | float) else 0.0


def encoded_sound(
    store: Store, sound: Soundtrack, target_lufs: float, stages: Stages, finishing: Finishing | None = None
) -> Manifest:
    """A film's sound as it goes into the film, measured; a film of another picture has the same.

    Args:
        store: where it is kept.
        sound: what is heard.
        target_lufs: how loud.
        stages: hears how far it is.
        finishing: what makes it; this process does when it is left out.

    Raises:
        AssemblyError: a source cannot be made, or the encoder takes peaks over the ceiling.
        StoreError: the store cannot be read or written.
    """
    with finishing_here(store, stages, finishing) as doing:
        doing.finish(doing.want_mix(sound, target_lufs))
    return made_before(store, ENCODED_SOUNDS, encoded_digest(sound, target_lufs))


def write_sound(store: Store, encoded: Manifest, out: Path) -> None:
    """Join the pieces of an encoded sound to one file (AAC in MP4).

    Raises:
        AssemblyError: a piece has gone from the store.
        StoreError: the store cannot be read, or `out` cannot be written.
    """
    sound = sound_in_pieces(store, encoded)
    pieces = (piece.packets() for piece in sound.pieces)
    aac.join(pieces, sound.samples, sound.sample_rate, out)


def sound_in_pieces(store: Store, encoded: Manifest) -> SoundInPieces:
    """An encoded sound as its pieces lie in the store: a film is joined from them.

    Raises:
        AssemblyError: a piece has gone from the store.
        StoreError: the store cannot be read.
    """
    made = _SoundFacts.model_validate(encoded.facts)
    pieces = ask_of_each(partial(packet_file, store), made.pieces)
    return SoundInPieces(pieces, made.samples, made.sample_rate)


def sound_file(store: Store, encoded: Manifest) -> Path:
    """The file of an encoded sound, kept: it is read again and again while somebody watches.

    Raises:
        AssemblyError: a piece has gone from the store.
        StoreError: the store cannot be read or written.
    """

    def make(folder: Path) -> Mapping[str, JsonValue]:
        write_sound(store, encoded, folder / ENCODED_SOUND)
        return {}

    return store.file(kept(store, JOINED_SOUNDS, encoded.digest, make), ENCODED_SOUND)


def make_encoded_sound(store: Store, sound: Soundtrack, target_lufs: float) -> None:
    """Mix and encode a film's sound, where its voices are and its recordings lie."""
    encoded_sound(store, sound, target_lufs, _Unwatched())


def make_way_sound(store: Store, sound: Soundtrack, gain_db: float) -> Manifest:
    """Mix and encode the sound of a way through a film: what two ways share is as loud in both.

    Raises:
        AssemblyError: a source cannot be made.
        StoreError: the store cannot be read or written.
    """
    with finishing_here(store, _Unwatched()) as doing:
        doing.finish(doing.want_way(sound, gain_db))
    return made_before(store, ENCODED_SOUNDS, way_digest(sound, gain_db))


def mix_of(
    store: Store,
    sound: Soundtrack,
    gain_db: float,
    only: Collection[Stem] = STEMS,
    ceiling_dbtp: float | None = CEILING_DBTP,
) -> Mix:
    """A mix whose sources are all there: any samples of it can be read.

    Args:
        store: where they are.
        sound: what is heard.
        gain_db: what it is turned up by.
        only: the stems that are heard.
        ceiling_dbtp: what no peak of it passes; None leaves peaks as they are.

    Raises:
        AssemblyError: a source is not there, or cannot be read.
        StoreError: the store cannot be read.
    """
    files = source_files(store, sound.sources())
    score = score_of(sound, lengths_of(files, sound.sample_rate))
    return Mix(Stems(score, files, only), gain_db, ceiling_dbtp)


def stems_of(store: Store, sound: Soundtrack, stages: Stages) -> dict[Stem, Path]:
    """The stems of a film as files, as they enter its mix, for editing programs; what is missing is made.

    Args:
        store: where they are kept.
        sound: what is heard; stems in which nothing is are left out.
        stages: hears how far it is.

    Raises:
        AssemblyError: a source cannot be made.
        StoreError: the store cannot be read or written.
    """
    wanted = sound.stems()
    if any(not store.has(STEMS_KEPT, digest) for digest in wanted.values()):
        with finishing_here(store, stages) as doing:
            doing.finish(doing.want_sounds(sound))
    found = {}
    for stem, digest in wanted.items():

        def make(folder: Path, stem: Stem = stem) -> Mapping[str, JsonValue]:
            def tell(done: float) -> None:
                stages.stage(f"stem: {stem}", round(done * 100), 100)

            mix_of(store, sound, 0.0, (stem,), None).write(folder / SOUND, tell, bits=32)
            return {"stem": stem}

        found[stem] = store.file(kept(store, STEMS_KEPT, digest, make), SOUND)
    return found


class _SoundFacts(BaseModel):
    """What a manifest says of an encoded sound, besides what was measured of it."""

    model_config = ConfigDict(frozen=True)

    pieces: tuple[str, ...]
    samples: int
    sample_rate: int


class _Unwatched:
    """Hears how far something is that nobody watches, and that may be stopped."""

    def stage(self, name: str, done: int, total: int) -> None:
        del name, done, total
        go_on()
