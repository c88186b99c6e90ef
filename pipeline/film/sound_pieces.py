"""Makes a film's sound by pieces: each is measured and encoded once, and kept under what is heard in it.

What is made next depends on what was measured: the gain of a film on how loud all its pieces are, how far an
encoded piece is limited on the peaks that the encoder made of it. So a sound is made in steps, each of which
says what must be there before the next can be known.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ConfigDict, JsonValue

from assembly.picture.sound_in_pieces import PacketFile
from assembly.sound import aac
from assembly.sound.mix import levels
from assembly.sound.mix.levels import Gain, Level
from assembly.sound.mix.mix import CEILING_DBTP, QUIETEST_DBTP, TOLERANCE_LU
from assembly.sound.mix.pieces import EncodedPiece, LevelPiece, pieces_of
from assembly.sound.mix.score import Score, score_of
from assembly.sound.mix.stems import lengths_of
from assembly.sound.signal.loudness import SILENCE_LUFS
from assembly.sound.soundtrack import Soundtrack
from assembly.sound.sources import BuiltInSource, ComposedSource, FileSource, Source, SpokenSource
from farm.schedule.chores import Chore
from farm.store.manifest import Manifest
from farm.store.store import Store
from pipeline.film.sound import (
    ENCODED_SOUNDS,
    MEASURED,
    MIXES,
    WAY_CEILING_DBTP,
    encoded_digest,
    make_sound,
    mix_digest,
    way_digest,
)
from pipeline.keep import ask_of_each, kept, kept_file, made_before
from pipeline.production.line_lengths import SOUND, SOUNDS
from storyboard.errors import AssemblyError

LEVELS = "sound-levels"
ENCODED_PIECES, PACKETS = "encoded-pieces", "packets.aac"

_TRIES = 4
_FURTHER_DB = 0.1
"""how far below what it would have taken the ceiling of the next try lies"""

Needs = list[tuple[str, str]]
Step = list[tuple[Chore, Needs]]
"""chores, each with what must be in the store before it begins: kinds and digests"""


class _LevelFacts(BaseModel):
    """What a manifest says of a measured piece."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Level


class _PacketFacts(_LevelFacts):
    """What a manifest says of an encoded piece: also the sizes of its packets, and their configuration."""

    sizes: tuple[int, ...]
    configuration: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A film's sound whose gain is known.

    Attributes:
        score: what is heard.
        plain: the level of each piece before any gain.
        gain: what they are turned up by.
        measured: the names of all levels that this is known from.
    """

    score: Score
    plain: tuple[Level, ...]
    gain: Gain
    measured: tuple[str, ...]

    @property
    def places(self) -> list[tuple[int, int]]:
        """The pieces."""
        return pieces_of(self.score.samples, self.score.sample_rate)


def source_chore(digest: str, source: Source) -> Chore:
    """What makes a source: here, where it needs a voice or a file of this machine; else anywhere."""
    if isinstance(source, BuiltInSource):
        words = f"the sound {source.sound}"
    elif isinstance(source, SpokenSource):
        words = "a line"
    else:
        words = "a recording" if isinstance(source, FileSource) else "a cue"
    composed = isinstance(source, ComposedSource) and source.font is None
    here = not (composed or isinstance(source, BuiltInSource))
    return Chore(SOUNDS, digest, words, make_sound, (source,), here=here)


def make_level(store: Store, piece: LevelPiece) -> None:
    """A chore: measure a piece."""

    def make(_: Path) -> Mapping[str, JsonValue]:
        files = source_files(store, piece.score.sources())
        return _LevelFacts(level=piece.level(files)).model_dump(mode="json")

    kept(store, LEVELS, piece.digest(), make)


def make_encoded_piece(store: Store, piece: EncodedPiece) -> None:
    """A chore: encode a piece, and measure what came of it."""

    def make(folder: Path) -> Mapping[str, JsonValue]:
        made, level = piece.encode(source_files(store, piece.score.sources()))
        (folder / PACKETS).write_bytes(b"".join(made.packets))
        sizes = tuple(map(len, made.packets))
        facts = _PacketFacts(level=level, sizes=sizes, configuration=made.configuration.hex())
        return facts.model_dump(mode="json")

    kept(store, ENCODED_PIECES, piece.digest(), make)


def film_steps(store: Store, sound: Soundtrack, target_lufs: float, *, encoded: bool) -> Iterator[Step]:
    """The steps in which a film's sound is made; with the last one, what it is called by is in the store.

    Args:
        store: where its pieces are kept.
        sound: what is heard.
        target_lufs: how loud.
        encoded: whether it is encoded; else its gain is found, and no more.

    Raises:
        AssemblyError: it cannot be made as loud as it shall be, or under its ceiling.
        StoreError: the store cannot be read or written.
    """
    score = yield from _score_steps(store, sound)
    settled = yield from _gain_steps(store, score, target_lufs)
    _note_gain(store, sound, target_lufs, settled)
    if encoded:
        pieces, tried = yield from _encoding_steps(store, settled)
        more: dict[str, JsonValue] = {"tried": [*tried]}
        _note_pieces(store, encoded_digest(sound, target_lufs), pieces, score, target_lufs, more)


def way_steps(store: Store, sound: Soundtrack, gain_db: float) -> Iterator[Step]:
    """The steps in which the sound of a way through a film is made, turned up as all of them are.

    Raises:
        StoreError: the store cannot be read or written.
    """
    score = yield from _score_steps(store, sound)
    ceilings = (WAY_CEILING_DBTP,) * 3
    places = pieces_of(score.samples, score.sample_rate)
    pieces = [EncodedPiece.of(score, place, gain_db, ceilings) for place in places]
    yield from _wanted(store, pieces)
    _note_pieces(store, way_digest(sound, gain_db), pieces, score, None, {"gain_db": gain_db})


def _score_steps(store: Store, sound: Soundtrack) -> Generator[Step, None, Score]:
    """Has the sources made whose lengths nobody knows before; then everything has its place."""
    sources = sound.sources()
    lengths = {
        d: one.samples for d, one in sources.items() if isinstance(one, ComposedSource | BuiltInSource)
    }
    open_ended = {digest: one for digest, one in sources.items() if digest not in lengths}
    there = ask_of_each(partial(store.has, SOUNDS), open_ended)
    missing = [digest for digest, has in zip(open_ended, there, strict=True) if not has]
    if missing:
        yield [(source_chore(digest, open_ended[digest]), []) for digest in missing]
    files = source_files(store, open_ended)
    return score_of(sound, lengths | lengths_of(files, sound.sample_rate))


def _gain_steps(store: Store, score: Score, target_lufs: float) -> Generator[Step, None, Settled]:
    """Has all pieces measured, and those that are limited once more with the gain, until that is known."""
    places = pieces_of(score.samples, score.sample_rate)
    plain_pieces = [LevelPiece.of(score, place) for place in places]
    yield from _wanted(store, plain_pieces)
    plain = ask_of_each(partial(_level, store), plain_pieces)
    names = [piece.digest() for piece in plain_pieces]
    known: dict[tuple[int, float], Level] = {}

    def limited(number: int, gain_db: float) -> Level | None:
        return known.get((number, gain_db))

    while True:
        gain = levels.gain_for(plain, limited, score.samples, score.sample_rate, target_lufs, CEILING_DBTP)
        if not gain.missing:
            return Settled(score, tuple(plain), gain, tuple(names))
        pieces = {n: LevelPiece.of(score, places[n], gain.db, CEILING_DBTP) for n in gain.missing}
        yield from _wanted(store, [*pieces.values()])
        names += [piece.digest() for piece in pieces.values()]
        found = ask_of_each(partial(_level, store), pieces.values())
        known |= {(number, gain.db): level for number, level in zip(pieces, found, strict=True)}


def _note_gain(store: Store, sound: Soundtrack, target_lufs: float, settled: Settled) -> None:
    gain, score = settled.gain, settled.score
    if gain.lufs > target_lufs + TOLERANCE_LU:
        raise AssemblyError(f"the mix would be as loud as {gain.lufs:.1f} LUFS instead of {target_lufs:.1f}")
    peak_dbtp = min(levels.peak_dbtp(settled.plain) + gain.db, CEILING_DBTP)
    facts: dict[str, JsonValue] = {
        "lufs": gain.lufs if sound.sources() else None,
        "true_peak_dbtp": max(peak_dbtp, QUIETEST_DBTP),
        "gain_db": gain.db,
        "samples": score.samples,
        "pieces": [*settled.measured],
    }
    kept(store, MIXES, mix_digest(sound, target_lufs), lambda _: facts)


def _encoding_steps(
    store: Store, settled: Settled
) -> Generator[Step, None, tuple[list[EncodedPiece], list[str]]]:
    """Has all pieces encoded; those in which the encoder takes a peak over the ceiling, limited further.

    Returns the pieces, and the digests of those that were tried and are not among them: they are found again
    when another sentence changes.

    Raises:
        AssemblyError: the encoder takes peaks over it however low they are.
    """
    ceilings = [CEILING_DBTP] * len(settled.plain)
    tried: set[str] = set()
    for _ in range(_TRIES):
        pieces = _encoded_pieces(settled, ceilings)
        yield from _wanted(store, pieces)
        found = ask_of_each(partial(_packet_facts, store), pieces)
        peaks = [levels.peak_dbtp([one.level]) for one in found]
        over = {number: peak - CEILING_DBTP for number, peak in enumerate(peaks) if peak > CEILING_DBTP}
        if not over:
            return pieces, sorted(tried - {piece.digest() for piece in pieces})
        tried |= {piece.digest() for piece in pieces}
        for number, by_db in over.items():
            ceilings[number] = round(ceilings[number] - by_db - _FURTHER_DB, 1)
    worst = max(over, key=lambda number: over[number])
    raise AssemblyError(
        f"the encoded sound has a peak of {CEILING_DBTP + over[worst]:.1f} dBTP"
        f" {settled.places[worst][0] / settled.score.sample_rate:.0f} s from its beginning",
        "this should not happen with the libraries that come along",
    )


def _encoded_pieces(settled: Settled, ceilings: Sequence[float]) -> list[EncodedPiece]:
    """The pieces as they are encoded under these ceilings; those with no peak near one depend on none."""
    pieces = []
    last = len(ceilings) - 1
    for number, place in enumerate(settled.places):
        near = [max(number - 1, 0), number, min(number + 1, last)]
        own = [ceilings[one] for one in near]
        limited = any(levels.passes(settled.plain[one], settled.gain.db, min(own)) for one in near)
        pieces.append(EncodedPiece.of(settled.score, place, settled.gain.db, own if limited else ()))
    return pieces


def _note_pieces(
    store: Store,
    digest: str,
    pieces: Sequence[EncodedPiece],
    score: Score,
    target_lufs: float | None,
    more: Mapping[str, JsonValue] | None = None,
) -> Manifest:
    """Note which pieces a sound is; what was measured of them is that of the whole."""
    found = ask_of_each(partial(_packet_facts, store), pieces)
    lufs = levels.integrated([one.level for one in found], score.samples, score.sample_rate)
    if target_lufs is not None and lufs > target_lufs + TOLERANCE_LU:
        raise AssemblyError(f"the encoded sound measures {lufs:.1f} LUFS instead of {target_lufs:.1f}")
    heard = (lufs, levels.peak_dbtp([one.level for one in found])) if lufs > SILENCE_LUFS else (None, None)
    pieces_made: list[JsonValue] = [piece.digest() for piece in pieces]
    facts = {
        "bits_per_second": aac.BITS_PER_SECOND,
        **dict(zip(MEASURED, heard, strict=True)),
        "pieces": pieces_made,
        "samples": score.samples,
        "sample_rate": score.sample_rate,
        **(more or {}),
    }
    return kept(store, ENCODED_SOUNDS, digest, lambda _: facts)


def packet_file(store: Store, piece: str) -> PacketFile:
    """Where the packets of a piece lie, by its digest.

    Raises:
        AssemblyError: it has gone from the store.
        StoreError: the store cannot be read.
    """
    found = made_before(store, ENCODED_PIECES, piece)
    return PacketFile(store.file(found, PACKETS), _PacketFacts.model_validate(found.facts).sizes)


def _wanted(store: Store, pieces: Sequence[LevelPiece] | Sequence[EncodedPiece]) -> Iterator[Step]:
    """One step with what is missing of these; none where nothing is."""
    step: Step = []
    here = len(pieces) <= (os.cpu_count() or 1)  # sooner than a process of the farm would begin
    for piece in pieces:
        needs = [(SOUNDS, source) for source in sorted(piece.score.sources())]
        if isinstance(piece, LevelPiece):
            chore = Chore(LEVELS, piece.digest(), "how loud a sound is", make_level, (piece,), here=here)
        else:
            words, work = "a piece of the sound", make_encoded_piece
            chore = Chore(ENCODED_PIECES, piece.digest(), words, work, (piece,), here=here)
        step.append((chore, needs))
    there = ask_of_each(lambda one: store.has(one[0].kind, one[0].digest), step)
    missing = [one for one, has in zip(step, there, strict=True) if not has]
    if missing:
        yield missing


def _level(store: Store, piece: LevelPiece) -> Level:
    return _LevelFacts.model_validate(made_before(store, LEVELS, piece.digest()).facts).level


def _packet_facts(store: Store, piece: EncodedPiece) -> _PacketFacts:
    return _PacketFacts.model_validate(made_before(store, ENCODED_PIECES, piece.digest()).facts)


def source_files(store: Store, digests: Iterable[str]) -> dict[str, Path]:
    """The files of sources that are there, by their digests.

    Raises:
        AssemblyError: one has gone from the store.
        StoreError: the store cannot be read.
    """
    wanted = [*digests]
    found = ask_of_each(lambda digest: kept_file(store, SOUNDS, digest, SOUND), wanted)
    return dict(zip(wanted, found, strict=True))
