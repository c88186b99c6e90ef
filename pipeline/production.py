"""A production opened for work: its film, its store, its renderer, and what is known of earlier takes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue, ValidationError

from farm.backend import BackendTraits, available_backends, backend_class, complete_options
from farm.store import Manifest, Store, store_errors, write_atomically
from pipeline.settings import Settings
from storyboard.checks import open_film
from storyboard.errors import DocumentError, Problem
from storyboard.film import Film
from storyboard.load import LoadedFilm
from storyboard.plan import Plan, Renderer, plan_film
from storyboard.problems import problems_of
from storyboard.references import file_digests
from storyboard.spec import ShotSpec
from storyboard.wording import did_you_mean

STATE_FOLDER = ".shotfarm"
_PIXELS_720P = 1280 * 720


@dataclass(slots=True)
class Production:
    """A film that passed every check, ready to be planned, rendered and assembled."""

    path: Path
    loaded: LoadedFilm
    digests: Mapping[str, str]
    """SHA-256 of every file that the film names, by its path in the document"""
    store: Store
    traits: BackendTraits
    settings: Settings
    _takes: dict[str, Manifest] = field(default_factory=dict)

    @property
    def film(self) -> Film:
        """What the document says."""
        return self.loaded.film

    @property
    def folder(self) -> Path:
        """The project folder, which the film's paths start from."""
        return self.path.parent

    def take(self, digest: str) -> Manifest | None:
        """The published take of this name; a found one is remembered."""
        found = self._takes.get(digest) or self.store.find("takes", digest)
        if found:
            self._takes[digest] = found
        return found

    def plan(self, selection: Sequence[str] = ()) -> Plan:
        """What would be rendered, and why.

        Raises:
            UsageError: the selection names no shot.
        """
        latest = {shot: self.take(digest) for shot, digest in self.latest_takes().items()}
        previous = {
            shot: ShotSpec.model_validate(manifest.facts["spec"])
            for shot, manifest in latest.items()
            if manifest
        }
        return plan_film(
            self.film,
            self.digests,
            self._renderer([manifest for manifest in latest.values() if manifest]),
            published=lambda digest: self.take(digest) is not None,
            previous=previous,
            selection=selection,
        )

    def latest_takes(self) -> dict[str, str]:
        """The digest of each shot's last take, by shot: what `plan` compares with to say why."""
        try:
            record = json.loads(self._record.read_bytes())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return {str(shot): str(digest) for shot, digest in record.items()} if isinstance(record, dict) else {}

    def remember_takes(self, takes: Mapping[str, str]) -> None:
        """Note the digests of shots' takes as their last ones.

        Raises:
            StoreError: the project folder cannot be written.
        """
        record = {**self.latest_takes(), **takes}
        if record == self.latest_takes():
            return
        with store_errors(self._record):
            self._record.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._record, json.dumps(record, indent=1, sort_keys=True).encode())

    @property
    def _record(self) -> Path:
        return self.folder / STATE_FOLDER / "takes.json"

    def _renderer(self, takes: Sequence[Manifest]) -> Renderer:
        traits = self.traits
        return Renderer(
            name=traits.name,
            version=traits.version,
            draws_shot_id=traits.draws_shot_id,
            draws_lines=traits.draws_lines,
            seconds_per_frame_720p=_measured(traits, takes) or traits.seconds_per_frame_720p,
            resolve_options=lambda film, shot: complete_options(traits, film, shot),
        )


def open_production(path: Path, settings: Settings) -> Production:
    """Read a film and check all that can be checked before anything renders.

    Args:
        path: the film document, or the folder that holds `film.yaml`.
        settings: where the store is and which backend renders.

    Raises:
        DocumentError: what is wrong in the film, every problem at once.
        UsageError: there is no such backend.
    """
    path = path / "film.yaml" if path.is_dir() else path
    loaded = open_film(path)
    traits = backend_class(settings.backend).TRAITS
    problems = [*_option_problems(loaded, traits), *_voice_problems(loaded)]
    if problems:
        raise DocumentError(problems)
    store = Store(settings.store or path.absolute().parent / STATE_FOLDER / "store")
    return Production(path.absolute(), loaded, file_digests(loaded), store, traits, settings)


def _option_problems(loaded: LoadedFilm, traits: BackendTraits) -> list[Problem]:
    """Options that the backend does not have or take, in the film and in each shot."""
    film, known = loaded.film, available_backends()
    places: list[tuple[tuple[str | int, ...], Mapping[str, Mapping[str, JsonValue]]]] = [
        ((), film.backend_options)
    ]
    places += [
        (("scenes", scene_number, "shots", shot_number), shot.backend_options)
        for scene_number, scene in enumerate(film.scenes)
        for shot_number, shot in enumerate(scene.shots)
        if shot.backend_options
    ]
    problems = []
    for place, options in places:
        problems += [
            loaded.problem(
                (*place, "backend_options", name),
                f"no backend is named {name!r}{did_you_mean(name, known)} (there are: {', '.join(known)})",
            )
            for name in options
            if name not in known
        ]
        try:
            complete_options(traits, options.get(traits.name, {}))
        except ValidationError as error:
            at = (*place, "backend_options", traits.name)
            problems += problems_of(error, loaded.document, traits.options, at=at)
    return problems


def _voice_problems(loaded: LoadedFilm) -> list[Problem]:
    from assembly.voice import unknown_voice

    return [
        loaded.problem(("characters", name, "voice", "name"), complaint)
        for name, character in loaded.film.characters.items()
        if (complaint := unknown_voice(character.voice.name))
    ]


def _measured(traits: BackendTraits, takes: Sequence[Manifest]) -> float | None:
    """Seconds for a 720p frame, as this film's last takes by the same backend were measured."""
    seconds = pixels = 0.0
    for take in takes:
        spec, render_s = take.facts.get("spec"), take.facts.get("render_s")
        if isinstance(spec, dict) and isinstance(render_s, float) and spec.get("backend") == traits.name:
            parsed = ShotSpec.model_validate(spec)
            seconds += render_s
            pixels += parsed.total_frames * parsed.width * parsed.height
    return seconds / pixels * _PIXELS_720P if pixels else None
