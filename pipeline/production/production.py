"""A production opened for work: its film, its store, its renderer, and what is known of earlier takes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assembly.sound.sources import SoundFont
from farm.store.files import store_errors, write_atomically
from farm.store.manifest import Manifest
from farm.store.store import Store
from pipeline.keep import ask_of_each
from pipeline.production.estimates import renderer_for
from pipeline.production.models import NeededModel
from pipeline.production.renderers import Choices
from pipeline.settings import Settings
from storyboard.document.load import LoadedFilm
from storyboard.planning.plan import Plan, PlanWarning, plan_film
from storyboard.planning.spec import ShotSpec
from storyboard.schema.film import Film

STATE_FOLDER = ".shotfarm"


@dataclass(slots=True)
class Production:
    """A film that passed every check, ready to be planned, rendered and assembled."""

    path: Path
    loaded: LoadedFilm
    digests: Mapping[str, str]
    """SHA-256 of every file that the film names, by its path in the document"""
    store: Store
    choices: Choices
    """what renders each shot"""
    settings: Settings
    warnings: tuple[PlanWarning, ...] = ()
    """what the backends will not do as asked, and what may not be sold"""
    models: list[NeededModel] = field(default_factory=list)
    """the models that its shots are rendered with"""
    font: SoundFont | None = None
    """what plays its composed music and MIDI; None for the built-in instruments"""
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
        remembered = self.latest_takes()
        latest = dict(zip(remembered, ask_of_each(self.take, remembered.values()), strict=True))
        previous = {
            shot: ShotSpec.model_validate(manifest.facts["spec"])
            for shot, manifest in latest.items()
            if manifest
        }
        takes = [manifest for manifest in latest.values() if manifest]
        renderers = {choice: renderer_for(choice, self.film, takes) for choice in self.choices.used}
        plan = plan_film(
            self.film,
            self.digests,
            lambda shot: renderers[self.choices.of(shot)],
            published=lambda digest: self.take(digest) is not None,
            previous=previous,
            selection=selection,
        )
        return replace(plan, warnings=self.warnings)

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
        before = self.latest_takes()
        record = {**before, **takes}
        if record == before:
            return
        with store_errors(self._record):
            self._record.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._record, json.dumps(record, indent=1, sort_keys=True).encode())

    @property
    def _record(self) -> Path:
        return self.folder / STATE_FOLDER / "takes.json"
