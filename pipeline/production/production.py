"""A production opened for work: its film, its store and takes, and what renders it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assembly.sound.sources import SoundFont
from farm.store.store import Store
from pipeline.catalog.log import DecisionLog
from pipeline.production.estimates import renderer_for, renderers_in
from pipeline.production.holding import Holding
from pipeline.production.material import Material, pickups_of
from pipeline.production.models import NeededModel
from pipeline.production.other_productions import OtherProductions
from pipeline.production.renderers import Choice, Choices
from pipeline.production.takes import Takes
from pipeline.settings import Settings
from storyboard.branching.overview import Overview, overview
from storyboard.document.load import LoadedFilm
from storyboard.document.named_files import file_digest
from storyboard.errors import UsageError
from storyboard.planning.adjustments import Adjustment
from storyboard.planning.decided import Decided
from storyboard.planning.decided_film import adjusted_film
from storyboard.planning.plan import Plan, PlanWarning, plan_film
from storyboard.planning.renderer import Renderer
from storyboard.planning.resolve import KnownSpecs, resolve_film
from storyboard.planning.spec import ShotSpec
from storyboard.schema.film import Film, Shot

OF_SESSION = "session "
"""what is made for one viewer is called so, and by their session"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays with a film while it is opened again and again: what was read once is not read anew.

    Attributes:
        takes: those of its store.
        log: of what people decide.
        holds: says which decisions hold in this version of the film.
        specs: what its shots were resolved to.
    """

    takes: Takes
    log: DecisionLog
    holds: Holding
    specs: KnownSpecs = field(default_factory=KnownSpecs)


@dataclass(slots=True)
class Production:
    """A film that passed every check, ready to be planned, rendered and assembled."""

    path: Path
    loaded: LoadedFilm
    digests: Mapping[str, str]
    """SHA-256 of every file that the film names, by its path in the document"""
    kept: Kept
    choices: Choices
    """what renders each shot"""
    settings: Settings
    warnings: tuple[PlanWarning, ...] = ()
    """what the backends will not do as asked, and what may not be sold"""
    models: list[NeededModel] = field(default_factory=list)
    """the models that its shots are rendered with"""
    font: SoundFont | None = None
    """what plays its composed music and MIDI; None for the built-in instruments"""
    decided: Mapping[str, Decided] = field(default_factory=dict)
    """what people decided, by shot"""
    approved: frozenset[str] = frozenset()
    """the shots that have a circled take of any renderer"""
    session: str = ""
    """of the viewer whose own it is: its values, and what is in its title, are kept under that name alone"""

    @property
    def store(self) -> Store:
        """Where its takes are, and all that is made of them."""
        return self.kept.takes.store

    @property
    def takes(self) -> Takes:
        """Those in the store."""
        return self.kept.takes

    @property
    def log(self) -> DecisionLog:
        """Of what people decide."""
        return self.kept.log

    @property
    def holds(self) -> Holding:
        """Says which decisions hold in this version of the film."""
        return self.kept.holds

    @property
    def film(self) -> Film:
        """What the document says."""
        return self.loaded.film

    @property
    def title(self) -> str:
        """What it is called where others see it too."""
        return f"{OF_SESSION}{self.session}" if self.session else self.film.title

    @property
    def folder(self) -> Path:
        """The project folder, which the film's paths start from."""
        return self.path.parent

    def plan(
        self, selection: Sequence[str] = (), alternatives: Mapping[str, Sequence[Adjustment]] | None = None
    ) -> Plan:
        """What would be rendered, and why.

        Args:
            selection: patterns of shots; all when there are none.
            alternatives: further takes of shots, which the film does not show.

        Raises:
            UsageError: the selection names no shot, every shot is omitted, or a file of an alternative is not
                there.
        """
        latest = self.takes.latest()
        found = self.takes.of(latest.values())
        specs = {shot: self.takes.spec_of(found[one]) for shot, one in latest.items() if one in found}
        renderer = renderers_in(self.store)
        plan = plan_film(
            self.film,
            self._digests_with(alternatives),
            lambda shot: renderer(self.choices.of(shot)),
            published=lambda digest: self.takes.find(digest) is not None,
            previous=specs,
            elsewhere=OtherProductions(self.store.notes, self.film.title, self.takes.find).like,
            selection=selection,
            decided=self.decided,
            alternatives=alternatives,
            chosen=self.loaded.chosen,
            known=self.kept.specs,
        )
        return replace(plan, warnings=self.warnings)

    def ways(self) -> Overview:
        """What the ways through the film come to, as people decided it."""
        omitted = {shot for shot, about in self.decided.items() if about.omitted}
        return overview(adjusted_film(self.film, self.decided), self.loaded.chosen, omitted)

    def specs_with(self, alternatives: Mapping[str, Sequence[Adjustment]]) -> dict[str, list[ShotSpec]]:
        """What shots would be made from with each of these laid over them, by shot; nothing is looked up.

        Raises:
            UsageError: a file that one names is not there.
        """
        adjusted = adjusted_film(self.film, self.decided)
        others = {
            shot.id: [(one, one.over(shot)) for one in alternatives[shot.id]]
            for _, shot in self.film.shots()
            if shot.id in alternatives
        }
        found: dict[str, list[ShotSpec]] = {}
        left = sum(map(len, others.values()))
        digests = self._digests_with(alternatives)
        renderers: dict[Choice, Renderer] = {}

        def renderer(shot: Shot) -> Renderer:
            choice = self.choices.of(shot)
            return renderers.setdefault(choice, renderer_for(choice))

        def published(digest: str) -> bool:
            return self.takes.find(digest) is not None

        resolved = resolve_film(adjusted, digests, renderer, self.decided, published, others, self.kept.specs)
        while left:
            one = next(resolved)
            if one.alternative is not None:
                found.setdefault(one.shot.id, []).append(one.spec)
                left -= 1
        return found

    def _digests_with(self, alternatives: Mapping[str, Sequence[Adjustment]] | None) -> Mapping[str, str]:
        """The digests of what the film names, and of what alternatives name beside it."""
        asked = [one for several in (alternatives or {}).values() for one in several]
        names = {name for one in asked for name in one.files}
        more = {}
        for name in names - self.digests.keys():
            try:
                more[name] = file_digest(self.folder, name)
            except (ValueError, OSError) as error:
                raise UsageError(str(error)) from None
        return {**self.digests, **more} if more else self.digests

    def unapproved(self, plan: Plan) -> tuple[str, ...]:
        """The shots of a plan's cut that its film waits for; none where it need not wait."""
        if not self.film.require_approval:
            return ()
        return tuple(shot.shot for shot in plan.cut if shot.shot not in self.approved)

    def material(self, plan: Plan) -> Material:
        """What a film of this plan is put together from, with the takes that are there now."""
        beside = {shot.shot: [shot.adjustment] for shot in plan.alternatives if shot.adjustment}
        return Material(
            plan,
            self.folder,
            self._digests_with(beside),
            self.choices,
            self.font,
            self.takes.of(digest for shot in plan.cut for digest in (shot.digest, *pickups_of(shot))),
            self.settings.loudness_lufs,
            self.settings.signing,
        )
