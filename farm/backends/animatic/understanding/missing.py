"""What a shot names and the animatic does not draw, for the plan to tell."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.understanding.background import (
    Background,
    background,
    drives_here,
    several,
)
from farm.backends.animatic.understanding.epochs import when, when_of_the_film
from farm.backends.animatic.understanding.looks import manner, styles
from farm.backends.animatic.understanding.moments import (
    PICKING_UP,
    PUTTING_DOWN,
    TABLES,
    TAKING,
    moments_of,
)
from farm.backends.animatic.understanding.mounts import Mount, mounts_of
from farm.backends.animatic.understanding.people import UNKNOWN, who
from farm.backends.animatic.understanding.phrases import (
    Deed,
    Phrase,
    Sentence,
    ending_of,
    names_of,
    take_apart,
)
from farm.backends.animatic.understanding.places import Where, where
from farm.backends.animatic.understanding.sizes import CLOSE
from farm.backends.animatic.understanding.surroundings import (
    in_hands,
    is_unseen,
    lying_about,
    seen,
)
from farm.backends.animatic.understanding.translation import in_english
from farm.backends.animatic.understanding.words import nearest, singular
from storyboard.planning.spec import ResolvedCharacter, ShotSpec


@dataclass(frozen=True, slots=True)
class Missing:
    """A word that names something which is not in the picture.

    Attributes:
        word: what is named.
        instead: what the picture has in its place.
        alike: words that are known and written like it, or that share a part with it.
    """

    word: str
    instead: str
    alike: tuple[str, ...] = ()

    def __str__(self) -> str:
        near = f" (words that it knows: {', '.join(self.alike)})" if self.alike else ""
        return f'not drawn: "{self.word}": {self.instead}{near}'


def missing(spec: ShotSpec) -> list[Missing]:
    """Everything that the words of a shot name and its picture has not, in the order of the words."""
    spec = in_english(spec)
    here = where(spec.location)
    behind = background(spec)
    found = [*_of_the_look(spec), *_of_the_epoch(spec, here), *_of_the_place(spec, here, behind)]
    mounts = mounts_of(spec)
    for person in spec.characters:
        found += _of_a_person(person, mounts)
    found += _of_the_action(spec, here, mounts)
    found += _of_the_background(spec, behind)
    return [*dict.fromkeys(found)]


def _of_the_look(spec: ShotSpec) -> Iterator[Missing]:
    look = manner(spec.look.description)
    if look.unknown:
        yield Missing(look.unknown, f"the film is drawn as {look.style}", styles())


def _of_the_epoch(spec: ShotSpec, here: Where) -> Iterator[Missing]:
    now = when(spec)
    for told in dict.fromkeys((now, when_of_the_film(spec))):
        if told.near:
            yield Missing(told.named, f"it is drawn as {told.epoch}", (*lexicon().years,))
    if here.place and here.place.name in lexicon().absent.get(now.epoch, ()):
        yield Missing(now.named, f"there was no {here.place.name} then; one is drawn as without that word")


def _of_the_place(spec: ShotSpec, here: Where, behind: Background) -> Iterator[Missing]:
    known = lexicon()
    if here.place is None:
        alike = nearest(here.named, [*known.places])
        yield Missing(here.named, "a labelled card stands for the place", tuple(alike))
        return
    if here.near:
        yield Missing(here.near, f"it is drawn as {here.place.name}")
    for phrase in take_apart(spec.location.description, told=False).phrases:
        worn = behind.crowd is not None and ending_of(phrase, known.garments)
        if is_behind(phrase) or worn:
            continue
        if not seen(phrase, here, known.kinds):
            yield Missing(phrase.name, f"the {here.place.name} is drawn without it")


def _of_a_person(person: ResolvedCharacter, mounts: Mapping[str, Mount]) -> Iterator[Missing]:
    known = lexicon()
    kind = who(person)
    ridden = {one.named for one in (mounts.get(person.id),) if one}
    if kind.kind == UNKNOWN:
        alike = nearest(kind.named, [*known.kinds])
        yield Missing(kind.named, "a labelled figure stands for it", tuple(alike))
        return
    if not kind.known:
        yield Missing(kind.named, "a person in plain clothes", tuple(nearest(kind.named, [*known.kinds])))
    worn = known.garments | known.plain_garments
    for text in (person.description, person.wardrobe):
        for phrase in take_apart(text, told=False).phrases:
            if ridden & {phrase.name, " ".join(phrase.words)}:
                continue
            if phrase.after in ("without", "like") or is_unseen(phrase) or phrase.text == kind.named:
                continue
            if ending_of(phrase, known.kinds) or ending_of(phrase, worn) or ending_of(phrase, known.things):
                continue
            if phrase.after in ("", "in", "with", "on", "over", "under"):
                yield Missing(phrase.name, "not on the figure", tuple(nearest(phrase.name, sorted(worn))))


def _of_the_action(spec: ShotSpec, here: Where, mounts: Mapping[str, Mount]) -> Iterator[Missing]:
    known = lexicon()
    names = names_of(spec.characters)
    held = in_hands(spec) | {one.held.thing for one in lying_about(spec)}
    bodies = " ".join(f"{one.description} {one.wardrobe} {one.action}" for one in spec.characters).lower()
    texts = {spec.action: ""} | {person.action: person.id.lower() for person in spec.characters}
    ridden = {one.named for one in mounts.values()}
    drawn_here = {*TABLES} if _has_a_table(spec) else set()
    for text, subject in texts.items():
        sentence = take_apart(text, names, subject=subject)
        for phrase in sentence.phrases:
            if (
                phrase.words[-1] in drawn_here
                or is_behind(phrase)
                or ridden & {phrase.name, " ".join(phrase.words)}
            ):
                continue
            yield from _of_a_phrase(phrase, here, held, bodies)
        for deed in sentence.deeds:
            if deed.verb not in known.deeds and not _is_of_the_background(deed, sentence):
                yield Missing(deed.verb, "nobody is seen to do it", tuple(nearest(deed.verb, [*known.deeds])))
    for moment in moments_of(spec):
        if moment.verb in known.poseless and not moment.does:
            yield Missing(moment.verb, "who does it is drawn without a pose for it")


def _of_the_background(spec: ShotSpec, behind: Background) -> Iterator[Missing]:
    """Vehicles and crowds for which there is no room, or no time before a close camera."""
    drives = drives_here(spec)
    why = "two vehicles are drawn, and no more" if drives else "no vehicle is drawn in this place"
    if drives and spec.size in CLOSE:
        why = "the shot is too close for it"
    for vehicle in behind.unseen_vehicles:
        yield Missing(vehicle.named, why)
    if behind.unseen_crowd is not None:
        yield Missing(behind.unseen_crowd.named, "no crowd is drawn in this place")


def is_behind(phrase: Phrase) -> bool:
    """Whether a phrase names a vehicle or a crowd, of which `_of_the_background` tells."""
    known = lexicon()
    behind = ending_of(phrase, known.vehicles) is not None or ending_of(phrase, known.crowds) is not None
    return behind or bool(several(phrase))


def _is_of_the_background(deed: Deed, sentence: Sentence) -> bool:
    """Whether a vehicle or a crowd does it."""
    known = lexicon()
    moves = deed.verb in known.motions or deed.verb in known.manners
    return moves and any(is_behind(one) for one in sentence.phrases if one.clause == deed.clause)


def _has_a_table(spec: ShotSpec) -> bool:
    """Whether something is on a table, which is then drawn with it."""
    laid = (one.does in (PICKING_UP, PUTTING_DOWN, TAKING) for one in moments_of(spec) if one.table)
    return any(laid) or any(one.table for one in lying_about(spec))


def _of_a_phrase(phrase: Phrase, here: Where, held: Collection[str | None], bodies: str) -> Iterator[Missing]:
    known = lexicon()
    if here.place is not None and seen(phrase, here, {}):
        return
    if is_unseen(phrase) or ending_of(phrase, known.garments | known.plain_garments):
        return
    if phrase.words[-1] in bodies or singular(phrase.words[-1]) in bodies:
        return
    kind = ending_of(phrase, known.kinds)
    if kind:
        if not bodies or known.kinds[kind] not in ("person", "child"):
            yield Missing(phrase.name, "in the picture is who the shot names as its characters")
        return
    thing = ending_of(phrase, known.things)
    if thing:
        if known.things[thing] not in held and phrase.after != "of":
            yield Missing(phrase.name, "nobody holds it")
        return
    place = ending_of(phrase, known.places)
    if place and here.place is known.places[place]:
        return
    instead = "the picture is without it" if here.place else "nothing but a card stands there"
    yield Missing(phrase.name, instead, tuple(nearest(phrase.name, [*known.things, *known.kinds])))
