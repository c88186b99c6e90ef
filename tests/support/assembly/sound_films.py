"""Small films for the sound tests: a shot is (id, duration, lines, effects)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assembly.sound import make_sources
from assembly.sound.lay_soundtrack import soundtrack
from assembly.sound.mix import levels, mix, stems
from assembly.sound.mix.pieces import LevelPiece, pieces_of
from assembly.sound.mix.score import Score, score_of
from assembly.sound.soundtrack import Soundtrack
from storyboard.schema.film import Film


def film(
    shots: list[dict[str, Any]], *, rate: str = "24", sample_rate: int = 48000, music=(), tone=None
) -> Film:
    return Film.model_validate(
        {
            "schema": 1,
            "title": "Test",
            "format": {"rate": rate, "sample_rate": sample_rate},
            "characters": {
                "ada": {"name": "Ada", "voice": {"name": "en-gb+f2"}},
                "ben": {"name": "Ben", "voice": {"name": "en-us+m3"}},
            },
            "locations": {"quay": {"name": "Quay", "room_tone": tone}, "attic": {"name": "Attic"}},
            "music": list(music),
            "scenes": [{"id": "1", "slug": "EXT. QUAY - DAY", "location": "quay", "shots": shots}],
        }
    )


def line(text: str, at: str = "0s", who: str = "ada", **more: Any) -> dict[str, Any]:
    return {"character": who, "text": text, "at": at, **more}


def made(film_: Film, folder, digests=None) -> tuple[Soundtrack, dict]:
    track = soundtrack(film_, digests or {}, folder)
    files = {digest: folder / f"{digest}.wav" for digest in track.sources()}
    make_sources.make_sources({files[digest]: source for digest, source in track.sources().items()})
    return track, files


@dataclass(frozen=True)
class Heard:
    """A mix that was written, as ffmpeg's ebur128 measured it."""

    integrated_lufs: float
    true_peak_dbtp: float
    samples: int
    target_lufs: float
    gain_db: float


def score_for(track: Soundtrack, files: dict) -> Score:
    """A soundtrack whose sources were made."""
    return score_of(track, stems.lengths_of(files, track.sample_rate))


def mix_of(
    track: Soundtrack, files: dict, out, target_lufs=mix.TARGET_LUFS, ceiling_dbtp=mix.CEILING_DBTP
) -> Heard:
    """The mix of a soundtrack, made of its pieces, with its stems beside it, each named after what it is."""
    score = score_for(track, files)
    for stem in track.stems():
        mix.Mix(stems.Stems(score, files, (stem,)), 0.0, None).write(out.with_name(f"{stem}.wav"))
    places = pieces_of(track.samples, track.sample_rate)
    plain = [LevelPiece.of(score, place).level(files) for place in places]

    def limited(number: int, gain_db: float) -> levels.Level:
        return LevelPiece.of(score, places[number], gain_db, ceiling_dbtp).level(files)

    rate = track.sample_rate
    gain = levels.gain_for(plain, limited, track.samples, rate, target_lufs, ceiling_dbtp)
    mix.Mix(stems.Stems(score, files), gain.db, ceiling_dbtp).write(out)
    return Heard(*mix.measure(out), track.samples, target_lufs, gain.db)
