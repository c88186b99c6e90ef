"""A script → the film that it describes, by the rules of `docs/breakdown.md`. Pure; the same every time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import ConfigDict, Field

from storyboard.media.timing import Span
from storyboard.planning.speakers import is_english
from storyboard.schema.film import (
    SCHEMA_VERSION,
    Blocking,
    Character,
    DialogueLine,
    Film,
    Location,
    Scene,
    Shot,
    SoundEffect,
    Title,
    Transition,
)
from storyboard.schema.vocabulary import TimeOfDay, TransitionKind, Weather
from storyboard.screenplay.beats import Part, Piece, Stretch, stretches_of
from storyboard.screenplay.cast import Cast, cast_of, character_of
from storyboard.screenplay.coverage import Coverage, Draft
from storyboard.screenplay.directions import weather_of
from storyboard.screenplay.guessed_language import language_of
from storyboard.screenplay.heard import Heard
from storyboard.screenplay.languages import Prefixes, Slug
from storyboard.screenplay.names import id_of, letters_of, unused
from storyboard.screenplay.pages import pages_of
from storyboard.screenplay.script import Left, Script, plain
from storyboard.screenplay.staged import Stage
from storyboard.screenplay.tones import tone_of

STEP_S = 0.25
"""lengths are multiples of it"""
SLOWEST, FASTEST = 2.5, 0.5
"""how much longer or shorter than by its words action may last, so that a page is a minute"""
_TRANSITION_S = {TransitionKind.DISSOLVE: 1.0, TransitionKind.FADE: 1.0}
_OMITTED = re.compile(r"^\W*(?:scene\s+)?(?:omitted|omit|deleted|опущено|выпущено)\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen for a breakdown.

    Attributes:
        aliases: names of cues that are another's.
        prefixes: words of one's own that slug lines begin with.
        language: of the script; guessed from its words when None.
        pace: how much longer action lasts than by its words; None calibrates it so that a page is a minute.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    prefixes: Prefixes = field(default_factory=Prefixes)
    language: str | None = None
    pace: float | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Words of the script in a shot.

    Attributes:
        element: their number in the script.
        text: the words.
        where: what they are in the shot: `action`, `lines.0`, `title`, `notes`, or nothing where the shot
            only stands for them, as for a transition.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")  # the record of an import holds them

    element: int
    text: str
    where: Annotated[str, Field(pattern=r"^(?:action|title|notes|lines\.\d{1,4})?$")] = ""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A script as a film.

    Attributes:
        film: the film.
        sources: by shot, which words of the script are in it.
        headings: by scene, the number of its heading in the script.
        left: what has no place in the film.
        joined: names that were taken for another's.
        pages: of the script.
        pace: how much longer action lasts than by its words.
    """

    film: Film
    sources: Mapping[str, tuple[Source, ...]]
    headings: Mapping[str, int]
    left: tuple[Left, ...]
    joined: tuple[tuple[str, str], ...]
    pages: float
    pace: float


def broken_down(script: Script, choices: Choices | None = None) -> Breakdown:
    """Break a script down into scenes and shots.

    Args:
        script: with at least one element.
        choices: what is chosen for it.
    """
    return _Making(script, choices or Choices()).made()


@dataclass(slots=True)
class _Planned:
    """A scene before its shots have ids."""

    id: str
    stretch: Stretch
    slug: Slug
    location: str
    time: TimeOfDay | None
    weather: str | None
    drafts: list[Draft] = field(default_factory=list)


@dataclass(slots=True)
class _Making:
    script: Script
    choices: Choices
    language: str = ""
    cast: Cast = field(default_factory=Cast)
    characters: dict[str, Character] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    scenes: list[_Planned] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    _places: dict[tuple[bool | None, str], str] = field(default_factory=dict)
    _headings: dict[str, int] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _given: set[str] = field(default_factory=set)
    _number: int = 0

    def made(self) -> Breakdown:
        """All of it."""
        self.language = self.choices.language or language_of(self.script)
        self.cast = cast_of(self.script, self.choices.aliases)
        self._given = {one.number.upper() for one in self.script.elements if one.number}
        speaking = [person.id for person in self.cast.people.values() if person.speaks]
        self.characters = {
            person.id: character_of(
                person,
                speaking.index(person.id) if person.speaks else 0,
                in_english=is_english(self.language),
            )
            for person in self.cast.people.values()
        }
        stretches, left = stretches_of(self.script, self.cast)
        self.left = [*self.script.left, *left, *self._title_page()]
        kept = _with_what_comes_first([one for one in stretches if not self._is_omitted(one)] or stretches)
        start, where = (TransitionKind.CUT, False), dict[str, str]()
        stage: Stage | None = None
        for stretch in kept:
            planned, is_new = self._planned(stretch)
            continues = (
                planned.slug.goes_on
                and stage is not None
                and self.scenes
                and self.scenes[-1].location == planned.location
            )
            stage = stage if continues and stage is not None else Stage(self.cast)
            coverage = Coverage(
                self.cast,
                {name: one.voice.words_per_minute for name, one in self.characters.items()},
                stage,
                where,
                planned.location,
                self._place_words(planned),
                is_new=is_new,
                interior=planned.slug.interior is True,
            )
            start = coverage.cover(stretch.beats, start)
            planned.drafts = coverage.shots
            planned.drafts[0].notes[:0] = [Piece(-1, f"Section: {one}") for one in stretch.sections]
            self.scenes.append(planned)
        pages = pages_of(self.script)
        pace = self.choices.pace or self._pace(pages)
        film, sources = self._film(pace)
        self.left.sort(key=lambda one: one.line)
        return Breakdown(
            film, sources, self._headings, tuple(self.left), tuple(self.cast.joined), pages, pace
        )

    def _title_page(self) -> list[Left]:
        return [
            Left(1, f"{key}: {value}", "an entry of the title page, kept for export")
            for key, value in self.script.title_page
            if key.casefold() != "title" and value.strip()
        ]

    def _is_omitted(self, stretch: Stretch) -> bool:
        if not _OMITTED.match(stretch.slug) or any(beat.part is not Part.NOTE for beat in stretch.beats):
            return False
        number = f" {stretch.number}" if stretch.number else ""
        self.left.append(Left(stretch.line, stretch.slug, f"scene{number} is omitted"))
        return True

    def _planned(self, stretch: Stretch) -> tuple[_Planned, bool]:
        """A scene with its place and time, and whether the place is new."""
        slug = (
            self.choices.prefixes.taken_apart(stretch.slug)
            if stretch.slug
            else Slug(None, "Opening", None, goes_on=False)
        )
        key = (slug.interior, " ".join(slug.place.casefold().split()))
        is_new = key not in self._places
        weather = self._weather(stretch, slug)
        time = slug.time or (self._time_before() if slug.goes_on else None)
        if is_new:
            name = id_of(slug.place, "place")
            name = unused(
                f"{name}-outside" if name in self.locations and slug.interior is False else name,
                self.locations,
            )
            self._places[key] = name
            self.locations[name] = Location(
                name=_named(slug.place)[:400],
                description=self._described(stretch, slug)[:4000],
                time_of_day=time or TimeOfDay.DAY,
                weather=Weather(weather) if weather else Weather.CLEAR,
                room_tone=tone_of(slug.place, interior=slug.interior, time=time),
            )
        wanted = id_of(stretch.number, "").upper() if stretch.number else ""
        if not wanted or wanted == "DEFAULT":  # which is what a wardrobe calls all scenes
            wanted = self._next_number()
        scene_id = unused(wanted, self._used)
        self._used.add(scene_id)
        if stretch.heading is not None:
            self._headings[scene_id] = stretch.heading
        return _Planned(scene_id, stretch, slug, self._places[key], time, weather), is_new

    def _next_number(self) -> str:
        """The scene's place in the order, or the next number that neither it nor the script has given."""
        number = max(len(self.scenes) + 1, self._number + 1)
        while str(number) in self._used or str(number) in self._given:
            number += 1
        self._number = number
        return str(number)

    def _time_before(self) -> TimeOfDay | None:
        if not self.scenes:
            return None
        before = self.scenes[-1]
        return before.time or self.locations[before.location].time_of_day

    def _weather(self, stretch: Stretch, slug: Slug) -> str | None:
        first = next((beat.text for beat in stretch.beats if beat.part is Part.ACTION), "")
        found = weather_of(stretch.slug) or weather_of(first)
        if found is None and slug.goes_on and self.scenes:
            return self.scenes[-1].weather
        return found

    def _described(self, stretch: Stretch, slug: Slug) -> str:
        """Inside or outside, and what the first words say of the place, where they are about nobody."""
        side = "Interior. " if slug.interior else "Exterior. " if slug.interior is False else ""
        first = next((beat for beat in stretch.beats if beat.part in {Part.ACTION, Part.SPEECH}), None)
        if first is None or first.part is Part.SPEECH or self.cast.named_in(first.text) or first.direction:
            return side.strip()
        if re.match(r"(?:he|she|they|his|her|their|we)\b", first.text, re.IGNORECASE):
            return side.strip()
        return f"{side}{first.text}"

    def _place_words(self, planned: _Planned) -> str:
        time = planned.time or self.locations[planned.location].time_of_day
        return f"{_named(planned.slug.place)}, {time.value}."

    def _pace(self, pages: float) -> float:
        """How much longer action lasts than by its words, so that the whole script has a minute a page."""
        drafts = [draft for scene in self.scenes for draft in scene.drafts]
        target = 60 * pages
        low, high = FASTEST, SLOWEST
        for _ in range(24):
            middle = (low + high) / 2
            if sum(_rounded(draft.length_s(middle)) for draft in drafts) < target:
                low = middle
            else:
                high = middle
        return round((low + high) / 2, 2)

    def _film(self, pace: float) -> tuple[Film, dict[str, tuple[Source, ...]]]:
        scenes: list[Scene] = []
        sources: dict[str, tuple[Source, ...]] = {}
        used: set[str] = set()
        before: str | None = None
        for planned in self.scenes:
            shots: list[Shot] = []
            for number, draft in enumerate(planned.drafts):
                shot_id = unused(
                    f"{planned.id}{'-' if planned.id[-1].isalpha() else ''}{letters_of(number)}", used
                )
                used.add(shot_id)
                shot, source = self._shot(shot_id, planned, draft, pace, before)
                shots.append(shot)
                sources[shot_id] = source
                before = shot_id
            scenes.append(self._scene(planned, shots))
        title = self.script.entry("title", "titel", "titre", "título", "titolo", "название") or "Untitled"
        film = Film.model_validate(
            {
                "schema": SCHEMA_VERSION,
                "title": title[:400],
                "language": self.language,
                "characters": self.characters,
                "locations": self.locations,
                "scenes": tuple(scenes),
            }
        )
        return film, sources

    def _cut(self, text: str, most: int, line: int, what: str) -> str:
        """A text that a film document has room for; what it has none for is listed."""
        if len(text) <= most:
            return text
        self.left.append(Left(line, text[most:], f"the end of a {what} of more than {most} letters"))
        return text[:most]

    def _scene(self, planned: _Planned, shots: list[Shot]) -> Scene:
        location = self.locations[planned.location]
        weather = Weather(planned.weather) if planned.weather else None
        return Scene(
            id=planned.id,
            slug=self._cut(planned.stretch.slug, 400, planned.stretch.line, "slug line"),
            location=planned.location,
            time_of_day=planned.time if planned.time not in {None, location.time_of_day} else None,
            weather=weather if weather is not location.weather else None,
            synopsis=self._cut("\n".join(planned.stretch.synopsis), 4000, planned.stretch.line, "synopsis"),
            shots=tuple(shots),
        )

    def _shot(
        self, shot_id: str, planned: _Planned, draft: Draft, pace: float, before: str | None
    ) -> tuple[Shot, tuple[Source, ...]]:
        seconds = _rounded(draft.length_s(pace))
        start = draft.start
        if start is TransitionKind.DISSOLVE and before is None:
            start = TransitionKind.FADE
        length = Span(f"{_TRANSITION_S.get(start, 0.5):g}s")
        transition = Transition() if start is TransitionKind.CUT else Transition(kind=start, duration=length)
        if start is not TransitionKind.CUT or draft.fade_out:
            seconds = max(seconds, 3.0)
        title = draft.title
        notes = [piece.text for piece in draft.notes]
        setup = f"{planned.id}-{draft.setup}"[:64].rstrip("-") if draft.setup else None
        shot = Shot(
            id=shot_id,
            duration=Span(f"{seconds:g}s"),
            size=draft.size,
            camera=draft.camera,
            action=self._cut(draft.action, 4000, planned.stretch.line, "action"),
            location=draft.place if draft.place and draft.place != planned.location else None,
            characters=tuple(_once(draft.people)),
            lines=tuple(
                DialogueLine(
                    character=line.who,
                    text=line.piece.text,
                    at=Span(f"{line.at_s:g}s"),
                    delivery=line.delivery,
                )
                for line in draft.lines
            ),
            effects=tuple(_effect(one, seconds) for one in draft.sounds),
            titles=(
                Title(
                    text=self._cut(title[1], 2000, planned.stretch.line, "title"),
                    style=title[2],
                    at=Span("0.5s"),
                ),
            )
            if title
            else (),
            transition=transition,
            fade_out=Span("1s") if draft.fade_out else None,
            match_cut=before if draft.match else None,
            setup=setup,
            notes=self._cut("\n".join(notes), 4000, planned.stretch.line, "note"),
        )
        source = [
            *(Source(piece.element, piece.text, "action") for piece in draft.pieces),
            *(
                Source(line.piece.element, line.piece.text, f"lines.{at}")
                for at, line in enumerate(draft.lines)
            ),
            *((Source(title[0].element, title[1], "title"),) if title else ()),
            *(Source(piece.element, piece.text, "notes") for piece in draft.notes if piece.element >= 0),
            *(Source(piece.element, piece.text) for piece in draft.other),
        ]
        return shot, tuple(source)


def _with_what_comes_first(stretches: list[Stretch]) -> list[Stretch]:
    """Transitions and notes before the first heading belong to its scene."""
    if len(stretches) > 1 and stretches[0].heading is None:
        first, second = stretches[:2]
        if all(beat.part in {Part.TRANSITION, Part.NOTE} for beat in first.beats):
            second.beats[:0] = first.beats
            second.synopsis[:0] = first.synopsis
            return stretches[1:]
    return stretches


def _effect(heard: Heard, seconds: float) -> SoundEffect:
    """A sound in a shot of so many seconds."""
    at = heard.at_s(seconds)
    return SoundEffect(sound=heard.sound, at=Span(f"{at:g}s")) if at else SoundEffect(sound=heard.sound)


def _once(people: list[Blocking]) -> list[Blocking]:
    return [*{one.id: one for one in people}.values()]


def _rounded(seconds: float) -> float:
    """The next multiple of a step; a little above one is that one."""
    steps = -(-int(seconds * 1000 - 20) // int(STEP_S * 1000))
    return max(1, steps) * STEP_S


def _named(place: str) -> str:
    """`MARA'S KITCHEN` → `Mara's kitchen`; what is not all in capitals stays as it is."""
    words = plain(place)
    if words != words.upper() or words == words.lower():
        return words
    return words[:1] + words[1:].lower()
