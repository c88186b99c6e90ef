"""Sheets: small pictures of all that the animatic draws, or of a film's people and places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from farm.backend.protocol import Frame
from farm.backends.animatic.captions import Lettering
from farm.backends.animatic.extras import extra
from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.stills import still
from farm.backends.animatic.understanding.looks import (
    BLACK_AND_WHITE,
    CUT_PAPER,
    NOIR,
    styles,
)
from storyboard.lettering.picture import coverage, stamp
from storyboard.planning.spec import ResolvedCharacter, ResolvedLocation, ResolvedLook, ShotSpec
from storyboard.schema.vocabulary import (
    CameraMove,
    Expression,
    Facing,
    Pose,
    Position,
    ShotSize,
    TimeOfDay,
    Weather,
)

if TYPE_CHECKING:
    from storyboard.schema.film import Film

WIDTH, HEIGHT, LABEL = 256, 144, 22
"""of a picture, and of the row of words below it, in pixels"""


class Sheet(StrEnum):
    """What a sheet shows."""

    PLACES = "places"
    PEOPLE = "people"
    THINGS = "things"
    LOOKS = "looks"
    EPOCHS = "epochs"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class Cell:
    """A picture of a sheet and the words below it."""

    words: str
    spec: ShotSpec


def sheet_of(what: Sheet) -> list[Cell]:
    """All that a sheet shows: places by day and night, people, creatures, things, looks, epochs, vehicles."""
    if what is Sheet.LOOKS:
        return _looks()
    if what is Sheet.EPOCHS:
        return _epochs()
    if what is Sheet.BACKGROUND:
        return _background()
    if what is Sheet.PLACES:
        times = ((TimeOfDay.DAY, Weather.CLEAR), (TimeOfDay.NIGHT, Weather.CLEAR))
        return [
            Cell(f"{name}, {time.value}", _spec(_place(_word(name), time, weather)))
            for name in lexicon().place_names
            for time, weather in times
        ]
    if what is Sheet.PEOPLE:
        kinds = [
            "a woman",
            "an old man with a beard",
            "a girl",
            "a knight",
            "a queen",
            "a wizard",
            *sorted(_creatures()),
        ]
        return [
            Cell(f"{kind}, {pose.value}", _spec(_place("Park"), _person(kind, pose=pose)))
            for kind in kinds
            for pose in (Pose.STANDING, Pose.WALKING, Pose.SITTING, Pose.WAVING)
        ]
    held = {thing: words for words, thing in reversed(lexicon().things.items())}
    return [
        Cell(thing, _spec(_place("Office"), _holder(held[thing]), size=ShotSize.MCU))
        for thing in sorted(held)
    ]


def sheet_of_film(film: Film) -> list[Cell]:
    """A film's places in their light, and its people whole and near, in the film's look."""
    look = film.look.description
    cells = [
        Cell(
            place.name,
            _spec(_place(place.name, place.time_of_day, place.weather, place.description, name), look=look),
        )
        for name, place in film.locations.items()
    ]
    for name, one in film.characters.items():
        looks = {"description": one.description, "wardrobe": one.wardrobe.get("default", "")}
        person = _person(one.description).model_copy(
            update={**looks, "id": name, "name": one.name, "colours": tuple(one.colours)}
        )
        for words, size, changes in (
            (one.name, ShotSize.WS, {}),
            (f"{one.name}, near", ShotSize.CU, {}),
            (f"{one.name}, happy", ShotSize.CU, {"expression": Expression.HAPPY, "facing": Facing.CAMERA}),
        ):
            changed = person.model_copy(update=changes)
            cells.append(Cell(words, _spec(_place("Park"), changed, size=size, look=look)))
    return cells


def drawn(cells: Sequence[Cell], columns: int = 8) -> Frame:
    """The sheet, uint8 [height, width, 3]."""
    rows = -(-len(cells) // columns)
    sheet = np.full((rows * (HEIGHT + LABEL), min(columns, len(cells)) * WIDTH, 4), 255, np.uint8)
    for index, cell in enumerate(cells):
        top, left = index // columns * (HEIGHT + LABEL), index % columns * WIDTH
        sheet[top : top + HEIGHT, left : left + WIDTH, :3] = still(cell.spec, 0, (WIDTH, HEIGHT))
        row = Lettering("Semibold", 13).row(cell.words)
        strip = sheet[top + HEIGHT : top + HEIGHT + LABEL, left : left + WIDTH]
        stamp(strip, coverage(row, 13, 4, 15), (40, 36, 44, 255))
    return sheet[..., :3]


def _looks() -> list[Cell]:
    """Every style: two people by day and by night, one of them near, and a room; then the tones."""
    woman = _person("a woman with fair skin and a black bob, in a red coat").model_copy(
        update={"position": Position.LEFT}
    )
    man = _person(
        "an old man with fair skin, a white beard, a hat and a blue coat",
        pose=Pose.HOLDING,
        action="holds a lantern",
    )
    man = man.model_copy(update={"position": Position.RIGHT, "facing": Facing.LEFT})
    near = woman.model_copy(update={"position": Position.CENTRE})
    street, night = _place("Harbour"), _place("Harbour", TimeOfDay.NIGHT)
    shots = (
        ("day", street, (woman, man), ShotSize.WS),
        ("night", night, (woman, man), ShotSize.WS),
        ("near", street, (near,), ShotSize.CU),
        ("inside", _place("Library"), (woman, man), ShotSize.MWS),
    )
    tones = (f"{CUT_PAPER}, {NOIR}", f"{CUT_PAPER}, {NOIR}, {BLACK_AND_WHITE}")
    return [
        Cell(f"{look}, {words}", _spec(place, *people, size=size, look=look))
        for look in (*styles(), *tones)
        for words, place, people, size in shots
    ]


def _epochs() -> list[Cell]:
    """Places in every epoch with two people in its clothes, some of them by day, all by night."""
    man = _person("a man").model_copy(update={"position": Position.LEFT})
    woman = _person("a woman").model_copy(update={"position": Position.RIGHT, "facing": Facing.LEFT})
    return [
        Cell(f"{place}, {epoch}", _spec(_place(place, time), man, woman, look=f"{CUT_PAPER}, {epoch}"))
        for place, times in (
            *((one, (TimeOfDay.DAY, TimeOfDay.NIGHT)) for one in ("City street", "Village street")),
            *((one, (TimeOfDay.NIGHT,)) for one in ("Office", "Bar", "Kitchen", "Laboratory", "Living room")),
        )
        for epoch in lexicon().years
        for time in times
    ]


def _background() -> list[Cell]:
    """Every vehicle in the epochs that differ, every crowd with what it does, and riders."""
    known = lexicon()
    first = {kind: word for word, kind in reversed(known.vehicles.items())}
    cells = [
        Cell(f"{kind}, {epoch}", _behind(f"A {word} waits.", "City street", epoch))
        for kind, word in first.items()
        for epoch in ("1920s", "today", "future")
        if epoch == "1920s" or kind in ("car", "taxi", "lorry")
    ]
    crowds = (
        ("A crowd stands.", "City street", "today"),
        ("A crowd cheers.", "Village street", "medieval"),
        ("Passers-by hurry past.", "City street", "1920s"),
        ("Masked dancers whirl.", "Ballroom", "medieval"),
        ("Soldiers wait.", "Field", "medieval"),
    )
    cells += [Cell(words, _behind(words, place, epoch)) for words, place, epoch in crowds]
    rider = _person("a woman").model_copy(update={"name": "Ada"})
    ridden = (
        ("Ada rides a bicycle.", "Harbour"),
        ("Ada rides a motorcycle.", "City street"),
        ("Ada rides a yellow scooter.", "City street"),
        ("Ada gallops on a horse.", "Forest"),
        ("Ada flies on a red dragon.", "Mountain"),
        ("Ada rides a bear.", "Snowfield"),
        ("Ada rides an elephant.", "Forest"),
        ("Ada rides a camel.", "Desert"),
        ("Ada rides a donkey.", "Village street"),
        ("Ada drives a cart.", "Field"),
        ("Ada sits on the box of the carriage.", "Road"),
        ("Ada drives a red car.", "City street"),
    )
    rides = [
        (words, _spec(_place(place), rider).model_copy(update={"action": words})) for words, place in ridden
    ]
    return cells + [Cell(words, spec) for words, spec in rides]


def _behind(action: str, place: str, epoch: str) -> ShotSpec:
    return _spec(_place(place), look=f"{CUT_PAPER}, {epoch}").model_copy(update={"action": action})


def _word(place: str) -> str:
    """A word that calls for a place."""
    words = lexicon().place_names[place].words
    return place if place in words else min(words, key=len)


def _creatures() -> Iterable[str]:
    known = lexicon()
    kinds = {kind for kind in known.kinds.values() if kind not in ("person", "child")}
    return {f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}" for kind in kinds}


def _holder(words: str) -> ResolvedCharacter:
    return _person("a woman", pose=Pose.HOLDING, action=f"holds the {words}")


def _person(words: str, pose: Pose = Pose.STANDING, action: str = "") -> ResolvedCharacter:
    return extra(words.replace(" ", "-"), words, words, pose=pose, action=action)


def _place(
    name: str,
    time: TimeOfDay = TimeOfDay.DAY,
    weather: Weather = Weather.CLEAR,
    description: str = "",
    place_id: str = "place",
) -> ResolvedLocation:
    return ResolvedLocation(
        id=place_id, name=name, description=description, time_of_day=time, weather=weather, references=()
    )


def _spec(
    place: ResolvedLocation, *people: ResolvedCharacter, size: ShotSize = ShotSize.WS, look: str = ""
) -> ShotSpec:
    style = ResolvedLook(description=look, negative="", palette=(), references=(), loras=())
    return ShotSpec(
        shot="",
        backend="animatic",
        backend_version=1,
        options={},
        width=WIDTH,
        height=HEIGHT,
        rate=Fraction(24),
        frames=1,
        head=0,
        tail=0,
        seed=1,
        size=size,
        camera=CameraMove.STATIC,
        action="",
        look=style,
        location=place,
        characters=people,
        lines=(),
        predecessor=None,
    )
