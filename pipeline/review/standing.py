"""A film as it stands at a moment, in the cut of a renderer: opened, planned and laid on its frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assembly.cut.pieces import Joint
from farm.takes.clip import CLIP
from pipeline.catalog.record import Record
from pipeline.catalog.status import ShotStanding, standings
from pipeline.film.lay import LaidFilm, keep_inputs, lay_film
from pipeline.film.parts import TAKES, clip_of, joint_of
from pipeline.production.material import Material
from pipeline.production.open import rendered_by
from pipeline.production.production import Production
from storyboard.errors import UsageError
from storyboard.planning.plan import Plan
from storyboard.planning.spec import ShotSpec
from storyboard.wording import listed


@dataclass(frozen=True)
class Standing:
    """A film as it stood at a moment.

    Attributes:
        number: counts the moments, from 1.
        production: the film, opened.
        plan: its shots.
        material: what it is made of, as far as that is there.
        laid: its frames.
        shots: the takes of its shots, and what people decided of them.
        decided: the number of the last decision that is in it; 0 without any.
        specs: what the takes were made from that the catalog has, by digest; without those that are gone.
        trouble: why this is not how the film document stands now, in words; empty when it is.
    """

    number: int
    production: Production
    plan: Plan
    material: Material
    laid: LaidFilm
    shots: Mapping[str, ShotStanding]
    decided: int
    specs: Mapping[str, ShotSpec]
    trouble: str = ""

    @cached_property
    def joints(self) -> dict[str, Joint]:
        """The joints of its cut, by digest."""
        return {joint.digest: joint for joint in self.laid.cut.joints}

    @property
    def renderer(self) -> str:
        """Whose cut it is: a profile of the film, or a backend by itself."""
        return self.production.choices.default_name

    @property
    def cuts(self) -> tuple[str, ...]:
        """The renderers whose cuts can be looked at; this one first."""
        choices = self.production.choices
        profiles = [choice.name for choice in choices.every if choice.profile is not None]
        return tuple(dict.fromkeys([self.renderer, *profiles]))

    def cut_of(self, renderer: str) -> Standing:
        """The same moment in the cut of another renderer.

        Raises:
            UsageError: the film has no such renderer.
            DocumentError: it cannot make a shot of the film.
        """
        if renderer not in self.cuts:
            raise UsageError(f"the film has no renderer {renderer!r}", f"it has {listed(self.cuts)}")
        production = rendered_by(self.production, renderer, self.shots)
        return _stands(self.number, production, self.shots, self.decided)


def stands(number: int, production: Production, record: Record) -> Standing:
    """How a film stands that was just opened.

    Args:
        number: of the moment.
        production: the film.
        record: what its log says.

    Raises:
        StoreError: the store cannot be read.
    """
    shots = standings(record.takes, record.decisions, production.holds)
    return _stands(number, production, shots, record.last_number)


def _stands(number: int, production: Production, shots: Mapping[str, ShotStanding], last: int) -> Standing:
    plan = production.plan()
    material = production.material(plan)
    registered = production.takes.of(one.take.digest for shot in shots.values() for one in shot.takes)
    specs = {digest: production.takes.spec_of(take) for digest, take in registered.items()}
    return Standing(number, production, plan, material, lay_film(material), shots, last, specs)


def clip_in(now: Standing, digest: str) -> Path | None:
    """The file of a clip of a cut; None where the cut has none of this name.

    Raises:
        UsageError: it has gone.
        AssemblyError: it cannot be made.
    """
    store = now.production.store
    source = now.laid.sources.get(digest)
    if source:
        keep_inputs(store, now.material, now.laid)
        return clip_of(store, source)
    joint = now.joints.get(digest)
    if joint:
        keep_inputs(store, now.material, now.laid)
        return joint_of(store, joint, now.laid.sources)
    if digest in now.specs:
        manifest = store.find(TAKES, digest)
        if manifest:
            return store.file(manifest, CLIP)
        raise UsageError(f"the take {digest[:12]} has gone from the store")
    return None
