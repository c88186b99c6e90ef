"""Film → one `ShotSpec` a shot: everything that affects pixels, and nothing else.

What shots share (look, locations, references) is resolved once, so that a film of thousands of shots takes
no longer than its shots need.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from pydantic import JsonValue

from storyboard.digest import canonical_json
from storyboard.media.take_shape import TakeShape
from storyboard.media.timing import round_half_up
from storyboard.planning.adjustments import Adjustment
from storyboard.planning.decided import NOTHING, Circled, Decided
from storyboard.planning.decided_film import without_shots
from storyboard.planning.renderer import Renderer, RendererTraits
from storyboard.planning.speakers import speaker_of
from storyboard.planning.spec import (
    Predecessor,
    ResolvedCharacter,
    ResolvedFile,
    ResolvedLine,
    ResolvedLocation,
    ResolvedLook,
    ResolvedLora,
    ResolvedPerformance,
    ResolvedSpeech,
    ShotSpec,
)
from storyboard.planning.spec_letters import lettered
from storyboard.planning.transitions import Handles, handles, heard_from, runs_of, sound_handles
from storyboard.schema.film import Character, DialogueLine, Film, Format, Location, Look, Lora, Scene, Shot
from storyboard.schema.vocabulary import LineDelivery, TimeOfDay, Weather

DEFAULT_WARDROBE = "default"
"""the key of what a character wears in scenes without clothes of their own"""


@dataclass(frozen=True, slots=True)
class ResolvedShot:
    """A shot of the film, and what is asked of its renderer.

    Attributes:
        shot: with what was decided of it laid over it.
        spec: has the backend's own size, rate and frames.
        digest: of the take.
        shape: the take as the film wants it.
        circled: the take is the one that a person chose.
        today: what the chosen take would be made from now; the same as `spec` when it is not stale.
        lost: the chosen take is not there and cannot be made again; this one is in its place.
        alternative: it is a take beside the one that the film shows, with this laid over the shot.
        pickups: frames that an editor's cut shows before and after the take, rendered alone.
    """

    scene: Scene
    shot: Shot
    renderer: Renderer
    spec: ShotSpec
    digest: str
    shape: TakeShape
    circled: bool = False
    today: ShotSpec | None = None
    lost: bool = False
    alternative: Adjustment | None = None
    pickups: tuple[ShotSpec, ...] = ()


class KnownSpecs:
    """What the shots of a film were resolved to, for whoever plans it, or its versions, again and again.

    A shot is resolved anew when anything that its spec is made from is another value: what the film has for
    all of its shots, the digests of files, its scene, itself, its options, its handles, or the takes that it
    starts from. Any number of threads may use one.
    """

    def __init__(self) -> None:
        self._known: tuple[_ForAllShots, dict[str, str], dict[tuple[str, str], _Known]] | None = None

    def of(self, film: _ForAllShots, digests: Mapping[str, str]) -> dict[tuple[str, str], _Known]:
        """What is known of the shots of a film with these files, by shot and backend; to be added to."""
        known = self._known
        if known is None or known[1] != digests or known[0] != film:
            known = self._known = film, dict(digests), {}
        return known[2]


class _ForAllShots(NamedTuple):
    """What of a film its shots are resolved with, beside themselves and their scenes, and nothing else."""

    format: Format
    seed: int
    look: Look
    characters: Mapping[str, Character]
    locations: Mapping[str, Location]
    backend_options: Mapping[str, Mapping[str, JsonValue]]
    language: str

    @classmethod
    def of(cls, film: Film) -> _ForAllShots:
        return cls(
            film.format,
            film.seed,
            film.look,
            film.characters,
            film.locations,
            film.backend_options,
            film.language,
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """A shot that was resolved, and what of it."""

    shot: Shot
    traits: RendererTraits
    rest: tuple[object, ...]
    spec: ShotSpec
    digest: str
    shape: TakeShape


def derived_seed(film_seed: int, shot: Shot) -> int:
    """The seed of a shot that names none: the first 53 bits of a digest (a JSON number keeps that many)."""
    family = f"setup/{shot.setup}" if shot.setup else shot.id
    digest = hashlib.sha256(f"{film_seed}/{family}".encode()).digest()
    return int.from_bytes(digest[:7], "big") >> 3


def resolve_film(
    film: Film,
    digests: Mapping[str, str],
    renderer_of: Callable[[Shot], Renderer],
    decided: Mapping[str, Decided] | None = None,
    published: Callable[[str], bool] = lambda _: True,
    alternatives: Mapping[str, Sequence[tuple[Adjustment, Shot]]] | None = None,
    known: KnownSpecs | None = None,
    beyond: Mapping[str, Handles] | None = None,
) -> Iterator[ResolvedShot]:
    """Each shot with its spec and the digest of its take, in the order of the film, omitted ones too.

    What starts from a shot starts from its circled take, where it has one. A shot beside an omitted one keeps
    the handles that it had, so that its take stays what it is.

    Args:
        film: checked, so that every name in it names something; its shots as they were decided
            (`decided_film.adjusted_film`).
        digests: SHA-256 of each file that the film names.
        renderer_of: what a shot is planned for; the same value for all shots that one renderer makes.
        decided: what people decided, by shot.
        published: whether a take exists under a digest; asked of circled takes alone.
        alternatives: adjustments and what they make of a shot, by its id; they come after it, and nothing
            starts from them.
        known: what the film's shots were resolved to before.
        beyond: frames that an editor's cut shows beyond the bodies of shots, by shot.
    """
    beyond = beyond or {}
    decided, alternatives = decided or {}, alternatives or {}
    omitted = frozenset(name for name, about in decided.items() if about.omitted)
    around = _ForAllShots.of(film)
    resolver = _Resolver(around, digests)
    specs = known.of(around, digests) if known else {}
    rate, runs = film.format.rate, runs_of(film)
    seen, heard = handles(runs, rate), sound_handles(runs, rate)
    cut = without_shots(film, omitted, runs) if omitted else runs
    seen_in_cut, heard_in_cut = {**seen, **handles(cut, rate)}, {**heard, **sound_handles(cut, rate)}
    takes: dict[str, str] = {}
    for scene, shot in film.shots():
        sides = seen[shot.id].and_of(seen_in_cut[shot.id]), heard[shot.id].and_of(heard_in_cut[shot.id])
        one = _resolved_once(specs, resolver, scene, shot, renderer_of(shot), *sides, takes)
        circled = decided.get(shot.id, NOTHING).circled
        if circled:
            one = _in_place_of(one, circled, seen_in_cut[shot.id], published)
        if shot.id in beyond:
            one = _longer(one, beyond[shot.id], takes, published) or _resolved(
                resolver, scene, shot, renderer_of(shot), sides[0].and_of(beyond[shot.id]), sides[1], takes
            )
        takes[shot.id] = one.digest
        yield one
        for adjustment, other in alternatives.get(shot.id, ()):
            also = _resolved(resolver, scene, other, renderer_of(other), *sides, takes)
            yield replace(also, alternative=adjustment)


def _in_place_of(
    one: ResolvedShot, circled: Circled, seen: Handles, published: Callable[[str], bool]
) -> ResolvedShot:
    """The circled take of a shot, in the place of the one that it would have now."""
    if circled.digest != one.digest and not published(circled.digest):
        return replace(one, lost=True)
    shape = one.shape
    if circled.digest != one.digest:
        shape = replace(shape, head=seen.head, tail=seen.tail)
    return replace(one, spec=circled.spec, digest=circled.digest, shape=shape, circled=True, today=one.spec)


def _longer(
    one: ResolvedShot, beyond: Handles, takes: Mapping[str, str], published: Callable[[str], bool]
) -> ResolvedShot | None:
    """A shot of which a cut shows frames beyond its body; None where its take has to be made anew for them.

    A take that is there stays, and so does one that a person chose. What it lacks is made alone where its
    backend can, else a chosen one stands still there.
    """
    spec, traits = one.spec, one.renderer.traits
    step = spec.rate * one.shot.speed / one.shape.rate
    before = max(0, math.ceil(beyond.head * step) - spec.head)
    last = math.floor((one.shape.frames + beyond.tail - 1) * step)
    after = max(0, last + 1 - spec.frames - spec.tail)
    if not before and not after:
        return one
    same = (spec.backend, spec.backend_version) == (traits.name, traits.version)
    follows = spec.source is None or spec.source.digest in takes.values()
    if traits.frame_by_frame and same and follows and published(one.digest):
        total = spec.shape.total
        parts = [(-before, 0)] * bool(before) + [(total, total + after)] * bool(after)
        return replace(one, pickups=tuple(spec.model_copy(update={"part": part}) for part in parts))
    return one if one.circled else None


def _resolved_once(
    specs: dict[tuple[str, str], _Known],
    resolver: _Resolver,
    scene: Scene,
    shot: Shot,
    renderer: Renderer,
    seen: Handles,
    heard: Handles,
    takes: Mapping[str, str],
) -> ResolvedShot:
    """The same as `_resolved`, from what is known where nothing of it has changed."""
    traits, options = renderer.traits, resolver.options(renderer, shot)
    sides, name = (seen, heard), (shot.id, traits.name)
    before = takes.get(shot.continues or ""), takes.get(shot.match_cut or "")
    around = scene.id, scene.location, scene.time_of_day, scene.weather
    # Options as they are digested: 1 and 1.0 are equal, and not the same there.
    given = renderer.given(options, shot.id)
    rest = canonical_json(options), sides, before, around, dict(given)
    one = specs.get(name)
    same = one is not None and (one.shot is shot or one.shot == shot)
    if one and same and one.traits is traits and one.rest == rest:
        return ResolvedShot(scene, shot, renderer, one.spec, one.digest, one.shape)
    made = _resolved(resolver, scene, shot, renderer, seen, heard, takes)
    specs[name] = _Known(shot, traits, rest, made.spec, made.digest, made.shape)
    return made


def _resolved(
    resolver: _Resolver,
    scene: Scene,
    shot: Shot,
    renderer: Renderer,
    seen: Handles,
    heard: Handles,
    takes: Mapping[str, str],
) -> ResolvedShot:
    """A shot as the storyboard and its adjustment have it; `takes` are those of the shots before it."""
    film, traits = resolver.film, renderer.traits
    options = resolver.options(renderer, shot)
    handle = seen
    if shot.speed == 1 and traits.makes_sound and traits.makes_sound(options):
        handle = seen.and_of(heard)
    shape = TakeShape(
        width=film.format.width,
        height=film.format.height,
        rate=film.format.rate,
        head=handle.head,
        frames=shot.duration.frames(film.format.rate),
        tail=handle.tail,
    )
    named = traits.names_drawn(options)
    spoken = traits.lines_drawn(options)
    moved = traits.moves_mouths is not None and traits.moves_mouths(options)
    native = _native(traits, options, shape, shot.speed)
    spec = ShotSpec(
        shot=shot.id if traits.draws_shot_id else "",
        backend=traits.name,
        backend_version=traits.version,
        options=options,
        idle_options=traits.idle_options,
        width=native.width,
        height=native.height,
        rate=native.rate,
        frames=native.frames,
        head=native.head,
        tail=native.tail,
        seed=derived_seed(film.seed, shot) if shot.seed is None else shot.seed,
        size=shot.size,
        camera=shot.camera,
        action=shot.action,
        look=resolver.look,
        location=resolver.location(scene, shot),
        characters=resolver.characters(scene, shot, named=named),
        lines=resolver.lines(shot, native.rate * shot.speed, named=named, moved=moved) if spoken else (),
        predecessor=Predecessor(shot=shot.continues, digest=takes[shot.continues])
        if shot.continues
        else None,
        match_cut=Predecessor(shot=shot.match_cut, digest=takes[shot.match_cut])
        if shot.match_cut and traits.matches_cuts
        else None,
        performance=resolver.performance(shot) if traits.follows_performances else None,
        first_frame=resolver.file(shot.first_frame) if traits.takes_frames else None,
        last_frame=resolver.file(shot.last_frame) if traits.takes_frames else None,
        given={
            name: ResolvedFile(sha256=sha256) for name, sha256 in renderer.given(options, shot.id).items()
        },
    )
    spec = lettered(spec, film.language) if traits.draws_words else spec
    return ResolvedShot(scene, shot, renderer, spec, spec.digest(), shape)


def _is_seen(line: DialogueLine, shot: Shot) -> bool:
    """Whether the speaker's mouth is in the picture."""
    if line.delivery in (LineDelivery.OFF_SCREEN, LineDelivery.VOICE_OVER):
        return False
    return any(blocking.id == line.character for blocking in shot.characters)


def _native(
    traits: RendererTraits, options: Mapping[str, JsonValue], shape: TakeShape, speed: Fraction
) -> TakeShape:
    """The take as it is rendered. A slow one goes on until a frame follows the film's last."""
    action = shape.at_speed(speed)
    native = action if traits.native is None else traits.native(options, action)
    if speed != 1 and native.place_of(shape, shape.total - 1, speed) > native.total - 1:
        action = replace(action, tail=action.tail + math.ceil(action.rate / native.rate))
        native = action if traits.native is None else traits.native(options, action)
    native.check_covers(action)
    return native


class _Resolver:
    """The parts of specs; those that shots share are made once."""

    def __init__(self, film: _ForAllShots, digests: Mapping[str, str]) -> None:
        self.film = film
        self._digests = digests
        self._film_options: dict[Renderer, dict[str, JsonValue]] = {}
        self._locations: dict[tuple[str, TimeOfDay, Weather], ResolvedLocation] = {}
        self._belongings: dict[str, tuple[tuple[ResolvedFile, ...], tuple[ResolvedLora, ...]]] = {}

    @cached_property
    def look(self) -> ResolvedLook:
        look = self.film.look
        return ResolvedLook(
            description=look.description,
            negative=look.negative,
            palette=look.palette,
            references=self._files(look.references),
            loras=self._loras(look.loras),
        )

    def options(self, renderer: Renderer, shot: Shot) -> dict[str, JsonValue]:
        shared = self.film.backend_options.get(renderer.traits.name, {})
        own = shot.backend_options.get(renderer.traits.name)
        if own:
            return renderer.resolve_options(shared, own)
        if renderer not in self._film_options:
            self._film_options[renderer] = renderer.resolve_options(shared, {})
        return self._film_options[renderer]

    def location(self, scene: Scene, shot: Shot) -> ResolvedLocation:
        location_id = shot.location or scene.location
        location = self.film.locations[location_id]
        key = (location_id, scene.time_of_day or location.time_of_day, scene.weather or location.weather)
        if key not in self._locations:
            self._locations[key] = ResolvedLocation(
                id=location_id,
                name=location.name,
                description=location.description,
                time_of_day=key[1],
                weather=key[2],
                references=self._files(location.references),
            )
        return self._locations[key]

    def characters(self, scene: Scene, shot: Shot, *, named: bool) -> tuple[ResolvedCharacter, ...]:
        resolved = []
        for blocking in shot.characters:
            character = self.film.characters[blocking.id]
            references, loras = self._of(blocking.id, character)
            if blocking.id in shot.references:
                references = self._files(shot.references[blocking.id])
            wardrobe = character.wardrobe
            resolved.append(
                ResolvedCharacter(
                    id=blocking.id,
                    name=character.name if named else "",
                    description=character.description,
                    wardrobe=wardrobe.get(scene.id, wardrobe.get(DEFAULT_WARDROBE, "")),
                    colours=character.colours,
                    references=references,
                    loras=loras,
                    position=blocking.position,
                    move_to=blocking.move_to,
                    facing=blocking.facing,
                    pose=blocking.pose,
                    expression=blocking.expression,
                    action=blocking.action,
                )
            )
        return tuple(resolved)

    def lines(self, shot: Shot, rate: Fraction, *, named: bool, moved: bool) -> tuple[ResolvedLine, ...]:
        film_rate = self.film.format.rate
        return tuple(
            ResolvedLine(
                character=line.character,
                name=self.film.characters[line.character].name if named else "",
                text=line.text,
                delivery=line.delivery,
                start=round_half_up(heard_from(shot, line.at, film_rate) * rate / film_rate),
                speech=self.speech(line, rate) if moved and _is_seen(line, shot) else None,
            )
            for line in shot.lines
        )

    def speech(self, line: DialogueLine, rate: Fraction) -> ResolvedSpeech:
        character = self.film.characters[line.character]
        voice, speaker = character.voice, speaker_of(character, self.film.language)
        return ResolvedSpeech(
            text=line.text,
            delivery=line.delivery,
            language=self.film.language,
            engine=speaker.engine,
            voice=speaker.voice,
            pitch=voice.pitch,
            words_per_minute=voice.words_per_minute,
            options=voice.options,
            rate=rate,
            recording=self.file(line.recording),
        )

    def performance(self, shot: Shot) -> ResolvedPerformance | None:
        acted = shot.performance
        if acted is None:
            return None
        return ResolvedPerformance(
            file=ResolvedFile(sha256=self._digests[acted.file]),
            pose=self.file(acted.pose),
            face=self.file(acted.face),
            background=self.file(acted.background),
            mask=self.file(acted.mask),
        )

    def file(self, name: str | None) -> ResolvedFile | None:
        return ResolvedFile(sha256=self._digests[name]) if name else None

    def _of(
        self, character_id: str, character: Character
    ) -> tuple[tuple[ResolvedFile, ...], tuple[ResolvedLora, ...]]:
        if character_id not in self._belongings:
            self._belongings[character_id] = (self._files(character.references), self._loras(character.loras))
        return self._belongings[character_id]

    def _files(self, names: tuple[str, ...]) -> tuple[ResolvedFile, ...]:
        return tuple(ResolvedFile(sha256=self._digests[name]) for name in names)

    def _loras(self, loras: tuple[Lora, ...]) -> tuple[ResolvedLora, ...]:
        return tuple(
            ResolvedLora(file=file, weight=lora.weight, trigger=lora.trigger)
            for lora, file in zip(loras, self._files(tuple(lora.file for lora in loras)), strict=True)
        )
