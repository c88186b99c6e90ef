"""A production opened for work: its film, its store, its renderer, and what is known of earlier takes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import JsonValue

from assembly.sound.sources import SoundFont
from farm.backend.protocol import BackendTraits
from farm.store.files import store_errors, write_atomically
from farm.store.manifest import Manifest
from farm.store.store import Store
from pipeline.keep import ask_of_each
from pipeline.production.backend_checks import Judgement, judge, left_out
from pipeline.production.line_lengths import line_warnings
from pipeline.production.models import NeededModel, licence_warnings, needed_models
from pipeline.production.network_files import network_problems
from pipeline.production.renderers import Choice, Choices, option_problems
from pipeline.production.soundfont import font_of
from pipeline.production.undrawn_letters import letter_warnings
from pipeline.settings import Settings
from storyboard.checks.film import open_film
from storyboard.document.load import LoadedFilm
from storyboard.document.named_files import file_digests
from storyboard.document.problems import in_order
from storyboard.errors import DocumentError, Problem
from storyboard.planning.plan import Plan, PlanWarning, Renderer, plan_film
from storyboard.planning.resolve import resolve_film
from storyboard.planning.spec import ShotSpec
from storyboard.planning.subtitles import find_in_subtitles, languages
from storyboard.schema.deliverables import DeliverableKind
from storyboard.schema.film import Film

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
        renderers = {choice: _renderer(choice, self.film, takes) for choice in self.choices.used}
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


def open_production(path: Path, settings: Settings) -> Production:
    """Read a film and check all that can be checked before anything renders.

    Args:
        path: the film document, or the folder that holds `film.yaml`.
        settings: where the store is and what renders.

    Raises:
        DocumentError: what is wrong in the film, every problem at once.
        UsageError: there is no such backend or renderer, or the SoundFont of the settings cannot be played.
    """
    loaded, choices = read_film(path, settings)
    digests = file_digests(loaded)
    font, problems = font_of(loaded, settings, digests)
    judgement = _judgement(loaded, digests, choices)
    problems += [*judgement.problems, *network_problems(loaded, digests, choices)]
    if problems:
        raise DocumentError(in_order(problems))
    path = loaded.path.absolute()
    store = Store(settings.store or path.parent / STATE_FOLDER / "store", settings)
    models = needed_models(loaded.film, choices)
    warnings = (
        *judgement.warnings,
        *left_out(loaded.film, choices),
        *_subtitle_warnings(loaded),
        *line_warnings(loaded, digests, store, font),
        *letter_warnings(loaded, choices),
        *licence_warnings(models),
    )
    return Production(path, loaded, digests, store, choices, settings, warnings, models, font)


def read_film(path: Path, settings: Settings) -> tuple[LoadedFilm, Choices]:
    """Read a film and its renderers, and check all that needs neither its files nor its models.

    Raises:
        DocumentError: what is wrong in the film.
        UsageError: there is no such backend or renderer.
    """
    loaded = open_film(path / "film.yaml" if path.is_dir() else path)
    choices = Choices(loaded.film, settings)
    problems = [*option_problems(loaded, choices), *_voice_problems(loaded)]
    if problems:
        raise DocumentError(in_order(problems))
    return loaded, choices


def _judgement(loaded: LoadedFilm, digests: Mapping[str, str], choices: Choices) -> Judgement:
    if not any(choice.traits.check for choice in choices.used):
        return Judgement()
    renderers = {choice: _renderer(choice, loaded.film, ()) for choice in choices.used}
    return judge(
        loaded, choices, resolve_film(loaded.film, digests, lambda shot: renderers[choices.of(shot)])
    )


def _subtitle_warnings(loaded: LoadedFilm) -> list[PlanWarning]:
    """What readers of the languages that are delivered will not follow, at its lines of the document."""
    film = loaded.film
    wanted: dict[str, None] = {}
    for one in film.deliverables.values():
        every = languages(film) if one.kind is DeliverableKind.SUBTITLES and not one.subtitles else ()
        wanted |= dict.fromkeys([*every, *one.subtitles])
        wanted |= {one.burned_subtitles: None} if one.burned_subtitles else {}
    return [
        PlanWarning(str(loaded.problem(path, words)), (shot,))
        for path, shot, words in find_in_subtitles(film, wanted)
    ]


def _voice_problems(loaded: LoadedFilm) -> list[Problem]:
    from assembly.sound.speech.voices import voice_problem

    return [
        loaded.problem(("characters", name, "voice", found[0]), found[1])
        for name, character in loaded.film.characters.items()
        if (found := voice_problem(character.voice.engine, character.voice.name, character.voice.options))
    ]


def _renderer(choice: Choice, film: Film, takes: Sequence[Manifest]) -> Renderer:
    traits = choice.traits
    options = choice.complete(film.backend_options.get(traits.name, {}), {})
    return Renderer(
        name=traits.name,
        version=traits.version,
        draws_shot_id=traits.draws_shot_id,
        draws_lines=traits.draws_lines,
        follows_performances=traits.follows_performances,
        matches_cuts=traits.matches_cuts,
        takes_frames=traits.takes_frames,
        seconds_per_frame_720p=_measured(traits, options, takes) or traits.seconds_per_frame_720p,
        resolve_options=choice.complete,
        idle_options=traits.idle_options,
        native=traits.native,
        makes_sound=traits.makes_sound,
    )


def _measured(
    traits: BackendTraits, options: Mapping[str, JsonValue], takes: Sequence[Manifest]
) -> float | None:
    """Seconds for a 720p frame, as this film's last takes were measured with these options, else with any."""
    own: list[tuple[ShotSpec, float]] = []
    for take in takes:
        spec, render_s = take.facts.get("spec"), take.facts.get("render_s")
        if isinstance(spec, dict) and isinstance(render_s, float) and spec.get("backend") == traits.name:
            own.append((ShotSpec.model_validate(spec), render_s))
    alike = [(spec, render_s) for spec, render_s in own if spec.options == options] or own
    pixels = sum(spec.total_frames * spec.width * spec.height for spec, _ in alike)
    return sum(render_s for _, render_s in alike) / pixels * _PIXELS_720P if pixels else None
