"""What a film is put together from, as it was planned: nothing of it is opened or asked for again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from assembly.sound.sources import SoundFont
from farm.store.manifest import Manifest
from farm.store.store import Store
from pipeline.production.renderers import Choices
from pipeline.settings import Signing
from storyboard.planning.plan import Plan, PlannedShot
from storyboard.schema.film import Film

NO_FILES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Material:
    """A planned film, what it names, and those of its takes that are there.

    Attributes:
        plan: its shots.
        folder: that its paths start from.
        digests: SHA-256 of every file that it names, by its path in the document.
        choices: what renders each shot, and how a take comes to the film's size and rate.
        font: what plays its composed music and MIDI; None for the built-in instruments.
        takes: by digest.
        loudness_lufs: how loud the film is to be.
        signing: what deliverables are signed with; None where they are not.
    """

    plan: Plan
    folder: Path
    digests: Mapping[str, str]
    choices: Choices
    font: SoundFont | None
    takes: Mapping[str, Manifest]
    loudness_lufs: float
    signing: Signing | None = None

    @property
    def film(self) -> Film:
        """The film as people decided it: the plan's cut."""
        return self.plan.film

    @property
    def absent(self) -> tuple[str, ...]:
        """The shots whose takes are not there."""
        return tuple(
            shot.shot
            for shot in self.plan.cut
            if any(digest not in self.takes for digest in (shot.digest, *pickups_of(shot)))
        )


def pickups_of(shot: PlannedShot) -> tuple[str, ...]:
    """The digests of the frames that are rendered beside a shot's take."""
    return tuple(spec.digest() for spec in shot.pickups)


def keep_named_files(
    material: Material, store: Store, wanted: Iterable[str], of_options: Mapping[str, str] = NO_FILES
) -> None:
    """Put files that the film names, each by its SHA-256, into the store, where every node can read them.

    Args:
        material: of the film.
        store: where to.
        wanted: which.
        of_options: those that options name, each by its SHA-256, as paths in the film's folder.

    Raises:
        StoreError: one of them cannot be read, or the store cannot be written.
    """
    named = {**of_options, **{sha256: path for path, sha256 in material.digests.items()}}
    paths = {sha256: material.folder / path for sha256, path in named.items()}
    for sha256 in {*wanted}:
        store.keep_file(paths[sha256], sha256)
