"""Small films for the sound tests: a shot is (id, duration, lines, effects)."""

from __future__ import annotations

from typing import Any

from assembly.sound import make_sources
from assembly.sound.lay_soundtrack import soundtrack
from assembly.sound.mix import mix, stems
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


def mix_of(track: Soundtrack, files: dict, out, **options: Any) -> mix.MixReport:
    """The mix of a soundtrack, with its stems beside it, each named after what it is."""
    parts = {stem: out.with_name(f"{stem}.wav") for stem in track.stems()}
    for stem, path in parts.items():
        stems.write_stem(track, stem, files, path)
    return mix.mix(list(parts.values()), track.sample_rate, track.samples, out, **options)
