"""Deliverables of a film: encoded from its finished picture and a mix of their own loudness, checked, kept.

Each is made once for its inputs and lies in the store; what a person opens is a copy in a folder of its own
below `out/`, with a report of what was measured and a list of checksums that `sha256sum -c` reads.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from pydantic import JsonValue

from assembly.cut.cut import darkened
from assembly.delivery import formats, stills
from assembly.delivery.film_grain import GRAIN_VERSION
from assembly.delivery.reels import REEL_VERSION
from assembly.frames.rgb import RGB_VERSION
from farm.store.store import Store
from pipeline.delivery import kinds, shared_folder
from pipeline.delivery.burned_words import sheet_shots
from pipeline.delivery.kinds import CODECS
from pipeline.delivery.make import Making
from pipeline.delivery.output_folder import CHECKSUMS, REPORT, place
from pipeline.delivery.stating import recipe_of, sign_files
from pipeline.film.assemble import Delivery, FilmInParts, check_folder, film_in_parts, measured
from pipeline.film.part_queue import Finishing, finishing_here
from pipeline.film.sound import mix_digest
from pipeline.film.versions import Version, version_of
from pipeline.keep import Stages, kept
from pipeline.observer import Nobody
from pipeline.production.material import Material
from pipeline.services.chore_runners import OwnHands
from storyboard.digest import digest_of
from storyboard.document.given_files import sha256_of
from storyboard.errors import AssemblyError, Interrupted, ShotfarmError
from storyboard.lettering.identity import letters_of
from storyboard.media import mezzanine
from storyboard.planning.subtitle_files import webvtt
from storyboard.planning.subtitles import find_in_subtitles
from storyboard.schema.deliverables import (
    SOUNDING,
    WITH_POSTER,
    WITH_SUBTITLE_FILES,
    WITH_TRACKS,
    Deliverable,
    DeliverableKind,
)

DELIVERABLES = "deliverables"
_IN_RGB = {
    DeliverableKind.POSTER,
    DeliverableKind.PREVIEW,
    DeliverableKind.CONTACT_SHEET,
    DeliverableKind.FRAMES_EXR,
    DeliverableKind.SHARE,
}


def deliver(
    material: Material,
    store: Store,
    wanted: Mapping[str, Deliverable],
    out: Path,
    stages: Stages,
    finishing: Finishing | None = None,
) -> list[Delivery]:
    """Make a film's deliverables from takes that are all there, each into the folder of its name below `out`.

    Args:
        material: what they are made of.
        store: where takes and parts are.
        wanted: what to make, by name.
        out: where their folders are.
        stages: hears how far it is.
        finishing: what has begun to make their parts; this process makes them when it is left out.

    Returns:
        One for each that is wanted. One that cannot be made (ffmpeg fails, what was written is not what it
        must be, its folder cannot be written) has an error, and does not keep the others from being made.

    Raises:
        StoreError: the folder cannot be written.
    """
    check_folder(out)
    films: dict[Version, FilmInParts] = {}
    delivering: dict[str, _Delivering] = {}
    done: dict[str, Delivery] = {}
    with finishing_here(store, stages, finishing) as doing:
        for name, what in wanted.items():
            with _failing_alone(name, out / name, done):
                version = version_of(material.film, what)
                film = films.get(version) or film_in_parts(material, store, version)
                films[version] = film
                one = _Delivering(Making(material, store, film, what, stages, doing))
                one.begin()
                delivering[name] = one
        for number, (name, one) in enumerate(delivering.items()):
            stages.stage("deliverables", number, len(wanted))
            with _failing_alone(name, out / name, done):
                done[name] = one.delivered(name, out / name)
    stages.stage("deliverables", len(wanted), len(wanted))
    return [done[name] for name in wanted]


def digests_of(material: Material, store: Store, wanted: Mapping[str, Deliverable]) -> dict[str, str]:
    """What deliverables are called in the store, by name, when all takes are there; none is made.

    Lines are spoken where subtitles are to last as long as they are heard, and the store has them not.

    Raises:
        StoreError: what they are made with cannot be put into the store.
    """
    films: dict[Version, FilmInParts] = {}
    found: dict[str, str] = {}
    unused = Finishing(store, OwnHands(store), Nobody())
    for name, what in wanted.items():
        version = version_of(material.film, what)
        films[version] = film = films.get(version) or film_in_parts(material, store, version)
        found[name] = deliverable_digest(Making(material, store, film, what, Nobody(), unused))
    return found


def all_there(material: Material, store: Store, wanted: Mapping[str, Deliverable]) -> bool:
    """Whether the store has all of these deliverables.

    Raises:
        StoreError: what they are made with cannot be put into the store.
    """
    digests = digests_of(material, store, wanted).values()
    return all(store.has(DELIVERABLES, digest) for digest in digests)


@contextlib.contextmanager
def _failing_alone(name: str, folder: Path, done: dict[str, Delivery]) -> Iterator[None]:
    """Note what one deliverable fails of, and go on with the others."""
    try:
        yield
    except Interrupted:
        raise
    except ShotfarmError as error:
        words = f'the deliverable "{name}" could not be made: {error.message}'
        words += f"\n{error.hint}" if error.hint else ""
        done[name] = Delivery(name, folder, (), None, None, (), made=False, error=words)


class _Delivering:
    """One deliverable on its way to its folder: made unless the store has it."""

    def __init__(self, making: Making) -> None:
        self._making = making
        self._store = making.store
        self._digest = deliverable_digest(making)

    def begin(self) -> None:
        """Have its parts made, unless it is in the store."""
        if not self._store.has(DELIVERABLES, self._digest):
            self._making.begin()

    def delivered(self, name: str, folder: Path) -> Delivery:
        """Made, or found in the store, and copied to its folder."""
        made = not self._store.has(DELIVERABLES, self._digest)
        manifest = kept(self._store, DELIVERABLES, self._digest, self._make)
        files = place(self._store, manifest, folder)
        warnings = manifest.facts["warnings"]
        return Delivery(
            name,
            folder,
            tuple(files),
            measured(manifest.facts["lufs"]),
            measured(manifest.facts["true_peak_dbtp"]),
            tuple(str(words) for words in warnings) if isinstance(warnings, list) else (),
            made,
        )

    def _make(self, folder: Path) -> Mapping[str, JsonValue]:
        """Write the files into a folder of the store, check and sign them, and write report and checksums."""
        making = self._making
        kinds.write(making, folder)
        burned = [making.what.burned_subtitles] if making.what.burned_subtitles else []
        for _, shot, words in find_in_subtitles(
            making.material.film, [*making.captions.languages(), *burned]
        ):
            making.found.warnings.append(f"subtitles, shot {shot}: {words}")
        if making.found.problems:
            raise AssemblyError(
                "\n".join(["it is not what it must be:", *making.found.problems]),
                "this should not happen with the ffmpeg that comes along; SHOTFARM_FFMPEG may name another",
            )
        signed = sign_files(making, folder)
        heard = making.found.heard
        heard = heard if heard and not heard.is_silent else None
        files = sorted(folder.iterdir())
        sums = {path.name: sha256_of(path) for path in files}
        facts: dict[str, JsonValue] = {
            "kind": making.kind.value,
            "lufs": heard.lufs if heard else None,
            "true_peak_dbtp": heard.true_peak_dbtp if heard else None,
            "warnings": [*dict.fromkeys(making.found.warnings)],
        }
        report: dict[str, object] = {
            "title": making.material.film.title,
            **facts,
            "target_lufs": making.lufs if making.kind in SOUNDING else None,
            "checks": making.found.checks,
            "says_how_it_was_made": signed,
            "files": [
                {"name": path.name, "bytes": path.stat().st_size, "sha256": sums[path.name]} for path in files
            ],
        }
        (folder / REPORT).write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", "utf-8")
        sums[REPORT] = sha256_of(folder / REPORT)
        (folder / CHECKSUMS).write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)), "utf-8")
        return facts


def deliverable_digest(making: Making) -> str:
    """What a deliverable is called in the store."""
    return digest_of(_recipe(making))


def _recipe(making: Making) -> JsonValue:
    """Everything that the files of a deliverable depend on."""
    kind, document = making.kind, making.material.film
    picture = kind not in {DeliverableKind.STEMS, DeliverableKind.SUBTITLES}
    rate = document.format.rate
    return {
        "deliverable": formats.FORMATS_VERSION,
        "kind": kind.value,
        "mezzanine": mezzanine.PARAMETERS_VERSION,
        "name": making.name,
        "picture": making.film.cut.digest if picture else None,
        "reels": REEL_VERSION if making.reels else None,
        "size": list(making.size) if picture else None,
        "heights": list(making.heights) if kind is DeliverableKind.HLS else None,
        "mix": mix_digest(making.film.sound, making.lufs) if kind in SOUNDING else None,
        "metadata": making.metadata() if kind in CODECS else None,
        "frame": making.poster_frame() if kind in WITH_POSTER else None,
        "shots": _sheet(making) if kind is DeliverableKind.CONTACT_SHEET else None,
        "subtitles": {
            language: webvtt(making.captions.of(language), rate) for language in making.captions.languages()
        }
        if kind in WITH_TRACKS | WITH_SUBTITLE_FILES
        else None,
        "drawn": making.drawing.recipe(),
        "grain": _grain(making),
        "rgb": RGB_VERSION if kind in _IN_RGB else None,
        "asked": [list(each) for each in darkened(document)],
        "says": recipe_of(making),
        **({"page": shared_folder.recipe_of(making)} if kind is DeliverableKind.SHARE else {}),
    }


def _sheet(making: Making) -> JsonValue:
    """The shots on a contact sheet, and what their names are set in."""
    shots = sheet_shots(making.material.film, making.film)
    return [
        stills.SHEET_VERSION,
        *(asdict(shot) for shot in shots),
        *letters_of(*(f"{one.scene} {one.name}" for one in shots)),
    ]


def _grain(making: Making) -> JsonValue:
    """Its grain, where it has some."""
    strength, seed = making.what.grain, making.material.film.seed
    return [GRAIN_VERSION, strength, seed] if strength else None
