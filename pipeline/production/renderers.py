"""Which renderer makes a shot: a profile of the film's `renderers`, or a backend by itself.

A backend that was asked for (`--backend`, SHOTFARM_BACKEND) renders the whole film without profiles.
Otherwise a shot is rendered as it says itself, else as `--renderer` says, else as the film says, else by the
default backend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import JsonValue, ValidationError

from farm.backend.registry import available_backends, backend_class
from farm.backend.traits import BackendTraits, OptionFile, complete_options
from farm.store.files import known_sha256_of
from pipeline.settings import MOST_PRIORITY, Settings
from storyboard.document.load import LoadedFilm
from storyboard.document.named_files import confine
from storyboard.document.problems import problems_of
from storyboard.document.shot_paths import shot_paths
from storyboard.document.text import DocumentPath
from storyboard.errors import Problem, UsageError
from storyboard.plugins import unknown_plugin
from storyboard.schema.film import Film, RendererProfile, Shot
from storyboard.schema.vocabulary import CARD, LANCZOS, Retime
from storyboard.wording import composed, did_you_mean, listed

DEFAULT_BACKEND = "animatic"
UNREAD = "0" * 64
"""stands for the digest of a file that cannot be read, which is a problem by itself"""


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """A backend, with the options that a profile gives it.

    Attributes:
        profile: the profile's name in the film, or None for a backend by itself.
        traits: the backend's.
        options: those of the profile.
        retime: how its takes come to the film's frames.
        retime_model: the file of the network that does.
        upscale: how they come to its size: "lanczos", or the file of a network.
        tags: what its workers' nodes must carry.
        folder: the film's, which the files that options name lie in.
    """

    profile: str | None
    traits: BackendTraits
    options: Mapping[str, JsonValue] = field(default_factory=dict)
    retime: Retime = Retime.FLOW
    retime_model: str | None = None
    upscale: str = LANCZOS
    tags: tuple[str, ...] = ()
    folder: Path = Path()
    _digests: dict[str, str] = field(default_factory=dict, init=False)

    @property
    def name(self) -> str:
        """What people call it: the profile, else the backend."""
        return self.profile or self.traits.name

    def complete(self, film: Mapping[str, JsonValue], shot: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """All options of a shot, settled: defaults, the film's, the profile's, its own, in this order.

        Raises:
            pydantic.ValidationError: an option that the backend does not have, or a value it does not take.
        """
        options = complete_options(self.traits, film, self.options, shot)
        return self.traits.settle(options) if self.traits.settle else options

    def named_files(self, options: Mapping[str, JsonValue], shot: str) -> Sequence[OptionFile]:
        """The files of the project that complete options of a shot name."""
        return self.traits.option_files(options, shot, self.folder) if self.traits.option_files else ()

    def given(self, options: Mapping[str, JsonValue], shot: str) -> dict[str, str]:
        """The SHA-256 of each of them; zeros for one that cannot be read, which is a problem by itself.

        As those of all files that a film names, they are taken once, when it is opened.
        """
        return {file.name: self._digest(file.name) for file in self.named_files(options, shot)}

    def _digest(self, name: str) -> str:
        if name not in self._digests:
            try:
                self._digests[name] = known_sha256_of(confine(self.folder, name))
            except (ValueError, OSError):
                self._digests[name] = UNREAD
        return self._digests[name]


class Choices:
    """The renderers of a film's shots.

    Args:
        film: whose they are.
        settings: what a person asked for instead.
        folder: the film's.

    Raises:
        UsageError: a backend or a renderer was asked for that does not exist, or cannot be imported.
    """

    def __init__(self, film: Film, settings: Settings, folder: Path) -> None:
        self._film = film
        self._folder = folder
        self._made: dict[str | None, Choice] = {}
        self._alone = settings.backend if settings.renderer is None else None
        self._default = None if self._alone else composed(settings.renderer or film.renderer or "") or None
        if self._default is not None and self._default not in film.renderers:
            near = did_you_mean(self._default, film.renderers)
            there_are = f"there are: {listed(film.renderers)}" if film.renderers else "the film has none"
            raise UsageError(f'no renderer is called "{self._default}"{near}', there_are)

    @property
    def default_name(self) -> str:
        """What renders a shot that names no renderer: a profile, or a backend by itself."""
        return self._default or self._alone or DEFAULT_BACKEND

    def of(self, shot: Shot) -> Choice:
        """What renders a shot; one whose own renderer does not exist, which is a problem, as others are."""
        own = shot.renderer if shot.renderer in self._film.renderers else None
        return self._choice(None if self._alone else own or self._default)

    def draws_captions(self, shot: Shot) -> bool:
        """Whether lines, and who says them, can be read in a shot's takes; moving mouths have no letters."""
        choice = self.of(shot)
        name, traits = choice.traits.name, choice.traits
        options = choice.complete(
            self._film.backend_options.get(name, {}), shot.backend_options.get(name, {})
        )
        return traits.lines_drawn(options) and traits.names_drawn(options)

    def has_captions(self, shot: Shot) -> bool:
        """Whether captions stand in a shot's takes."""
        return bool(shot.lines) and self.draws_captions(shot)

    def tags(self, shot: Shot) -> tuple[str, ...]:
        """What the node that renders a shot must carry: the renderer's tags and its own, in order."""
        return tuple(sorted({*self.of(shot).tags, *shot.tags}))

    @cached_property
    def used(self) -> tuple[Choice, ...]:
        """Those that render at least one shot."""
        return tuple(dict.fromkeys(self.of(shot) for _, shot in self._film.shots()))

    @cached_property
    def every(self) -> tuple[Choice, ...]:
        """Those that render a shot, and the film's other profiles whose backends can be imported here."""
        others = [name for name, profile in self._film.renderers.items() if _traits_of(profile)]
        return tuple(dict.fromkeys([*self.used, *(self._choice(name) for name in others)]))

    def _choice(self, profile: str | None) -> Choice:
        if profile not in self._made:
            if profile is None:
                traits = backend_class(self._alone or DEFAULT_BACKEND).TRAITS
                self._made[None] = Choice(None, traits, folder=self._folder)
            else:
                found = self._film.renderers[profile]
                traits = backend_class(found.backend).TRAITS
                self._made[profile] = Choice(
                    profile,
                    traits,
                    found.options,
                    found.retime,
                    found.retime_model,
                    found.upscale,
                    found.tags,
                    self._folder,
                )
        return self._made[profile]


def option_problems(loaded: LoadedFilm, choices: Choices) -> list[Problem]:
    """Backends that do not exist, and options that theirs does not have or take: in film, profiles and shots.

    Raises:
        UsageError: a backend that is needed cannot be imported.
    """
    film = loaded.film
    problems = [*_unknown_backends(loaded), *_wrong_stand_ins(loaded)]
    if problems:
        return problems
    for name, profile in film.renderers.items():
        traits = _traits_of(profile)
        if traits:
            problems += _wrong(loaded, traits, ("renderers", name, "options"), profile.options)
    for choice in choices.used:
        name = choice.traits.name
        problems += _wrong(
            loaded, choice.traits, ("backend_options", name), film.backend_options.get(name, {})
        )
    for path, _, shot in shot_paths(film):
        traits = choices.of(shot).traits
        options = shot.backend_options.get(traits.name, {})
        problems += _wrong(loaded, traits, (*path, "backend_options", traits.name), options)
    return list(dict.fromkeys(problems))


def _unknown_backends(loaded: LoadedFilm) -> Iterator[Problem]:
    film = loaded.film
    named: list[tuple[DocumentPath, str]] = [
        (("backend_options", name), name) for name in film.backend_options
    ]
    named += [(("renderers", name, "backend"), one.backend) for name, one in film.renderers.items()]
    for path, _, shot in shot_paths(film):
        named += [((*path, "backend_options", name), name) for name in shot.backend_options]
    for path, name in named:
        if not _is_installed(name):
            words = unknown_plugin("backend", name, available_backends()).in_words
            yield loaded.problem(path, words)


def _wrong_stand_ins(loaded: LoadedFilm) -> Iterator[Problem]:
    """What stands in is a renderer, and each once; nobody sees one after the card, which is always there."""
    film, before = loaded.film, list[str]()
    for index, name in enumerate(film.stand_ins):
        at = ("stand_ins", index)
        known = [*dict.fromkeys([CARD, *film.renderers, *available_backends()])]
        if name not in known:
            near = did_you_mean(name, known)
            yield loaded.problem(at, f'nothing is called "{name}"{near} (allowed: {listed(known)})')
        elif name in before:
            yield loaded.problem(at, f'"{name}" is there already')
        elif CARD in before:
            yield loaded.problem(at, f'"{name}" is never shown: the card before it is always there in time')
        before.append(name)


def in_cut_of(settings: Settings, film: Film, renderer: str) -> Settings:
    """Settings that open a film in the cut of a renderer: a profile of it, or a backend by itself."""
    known = renderer in film.renderers
    chosen = {"renderer": renderer, "backend": None} if known else {"renderer": None, "backend": renderer}
    return settings.model_copy(update=chosen)


def stand_in_settings(settings: Settings, film: Film, renderer: str) -> Settings:
    """Settings that make takes which stand in: they are served before those that they stand in for."""
    priority = min(settings.priority + 1, MOST_PRIORITY)
    return in_cut_of(settings, film, renderer).model_copy(update={"priority": priority})


def faster_renderers(film: Film, shown_in: str) -> tuple[str, ...]:
    """The renderers whose takes stand in while a film is watched, the dearest first.

    Args:
        film: that is watched.
        shown_in: the renderer in whose cut it is shown, which stands in for nothing.
    """
    return tuple(name for name in film.stand_ins if name not in {CARD, shown_in})


def _is_installed(backend: str) -> bool:
    """Whether there is a backend of a name; of one that can be imported this is known at once."""
    try:
        backend_class(backend)
    except UsageError:
        return backend in available_backends()
    return True


def _traits_of(profile: RendererProfile) -> BackendTraits | None:
    """None for a backend that this machine cannot import: a profile that nobody uses need not work here."""
    try:
        return backend_class(profile.backend).TRAITS
    except UsageError:
        return None


def _wrong(
    loaded: LoadedFilm, traits: BackendTraits, at: DocumentPath, options: Mapping[str, JsonValue]
) -> list[Problem]:
    try:
        complete_options(traits, options)
    except ValidationError as error:
        return problems_of(error, loaded.document, traits.options, at=at)
    return []
