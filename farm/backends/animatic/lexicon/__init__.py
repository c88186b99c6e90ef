"""The lexicon: the words that the animatic knows, in data files, and what each of them calls for. Pure.

`places.toml`, `people.toml`, `things.toml`, `deeds.toml`, `epochs.toml`, `background.toml` and `words.toml`
beside this module are all of it: a word that is added there is understood, with no code changed.
`own_words.py` adds those of a project's own file.
"""

from __future__ import annotations

import tomllib
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FUNCTION_WORDS = ("determiners", "prepositions", "others")


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """A place that can be drawn.

    Attributes:
        name: what its builder is registered as.
        words: phrases that name it, in lower case.
        shows: what the drawing has in it, as nouns in the singular.
        inside: there is a roof over it.
        other: names in languages that write without spaces between words.
        cool: it is lit by screens and strips of light, whatever the time of day.
        outside: the name of the place that is drawn where it is seen from outside.
    """

    name: str
    words: frozenset[str]
    shows: frozenset[str]
    inside: bool
    other: tuple[str, ...]
    cool: bool
    outside: str = "street"


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Every word that is known, by what it names.

    Attributes:
        places: phrase → the place; `place_names` has them by name.
        near_places: phrase → the nearest place, for those that are not drawn.
        rival_places: phrase → a place that it names too, where the description has more of that.
        kinds: phrase → the kind of body of a person or creature.
        other_kinds: the same in languages that write without spaces, longest first.
        trades: word → what somebody of that trade wears.
        heights: word or kind → how tall such a one is, in centimetres.
        coats: word or kind → the colour of its fur, feathers or plates.
        garments: clothes that are drawn.
        plain_garments: clothes that everybody wears, or that are too small to be seen.
        things: phrase → the drawing of a thing that a hand holds.
        deeds: verb → the pose or the gesture that it is, or empty where it is neither.
        poseless: verbs of which nothing is to be seen when people do it.
        gestures: what hands and heads do, beside the poses of whole bodies.
        determiners, prepositions, others: words that name neither a thing nor a deed; `function_words` are
            all of them.
        qualities: what things are like.
        unseen: nouns that nothing is to be seen of, and parts of every body.
        colours: names of colours.
        ambiguous: names of places that a noun before them makes other places.
        epochs: phrase → the epoch that it names; `near_epochs` those that are not drawn → the nearest.
        years: the first and the last year of each epoch; `near_years` those of which it is the nearest.
        absent: epoch → places that it had not.
        clothes: epoch → what women and what men wear of whom nothing says it.
        ridden: phrase → the drawing of a machine that somebody sits on.
        vehicles, crowds: phrase → what is drawn of it in the background.
        motions, manners: verb → how a vehicle moves, and what a crowd does.
        forms: form of a verb that no dictionary may have → the verb.
    """

    places: dict[str, PlaceWords]
    place_names: dict[str, PlaceWords]
    near_places: dict[str, PlaceWords]
    rival_places: dict[str, PlaceWords]
    kinds: dict[str, str]
    other_kinds: tuple[tuple[str, str], ...]
    trades: dict[str, str]
    heights: dict[str, float]
    coats: dict[str, str]
    garments: frozenset[str]
    plain_garments: frozenset[str]
    things: dict[str, str]
    deeds: dict[str, str]
    gestures: frozenset[str]
    poseless: frozenset[str]
    determiners: frozenset[str]
    prepositions: frozenset[str]
    others: frozenset[str]
    function_words: frozenset[str]
    qualities: frozenset[str]
    unseen: frozenset[str]
    colours: frozenset[str]
    ambiguous: frozenset[str]
    epochs: dict[str, str]
    near_epochs: dict[str, str]
    years: dict[str, tuple[int, int]]
    near_years: dict[str, tuple[int, int]]
    absent: dict[str, list[str]]
    clothes: dict[str, dict[str, list[str]]]
    ridden: dict[str, str]
    vehicles: dict[str, str]
    crowds: dict[str, str]
    motions: dict[str, str]
    manners: dict[str, str]
    forms: dict[str, str]

    def only_describes(self, word: str) -> bool:
        """Whether a word says what something is like, or when it is, or names what is not to be seen."""
        by = (self.unseen, self.colours, self.qualities, self.epochs, self.near_epochs)
        return any(word in words for words in by)


SPOKEN: ContextVar[Lexicon | None] = ContextVar("SPOKEN", default=None)
"""the lexicon of the shot that is read; None for the one that ships"""


def lexicon() -> Lexicon:
    """The lexicon that words are looked up in."""
    return SPOKEN.get() or shipped()


@cache
def shipped() -> Lexicon:
    """The lexicon that ships; read once in a process."""
    places, people, things, deeds, words, epochs, background = (
        tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
        for name in ("places", "people", "things", "deeds", "words", "epochs", "background")
    )
    named = {
        name: PlaceWords(
            name,
            frozenset(one["words"]),
            frozenset(one["shows"]),
            one.get("inside", False),
            tuple(one.get("other", ())),
            one.get("cool", False),
            one.get("outside", "street"),
        )
        for name, one in places.items()
    }
    kinds = people["kinds"]
    foreign = [(word, kind) for kind, one in kinds.items() for word in one.get("other", ())]
    named_deeds = deeds["gestures"] | deeds["poses"]
    poses = {verb: pose for pose, verbs in named_deeds.items() for verb in verbs.split()}
    return Lexicon(
        places={word: place for place in named.values() for word in place.words},
        place_names=named,
        near_places={word: named[name] for name, one in places.items() for word in one.get("near", ())},
        rival_places={word: named[name] for name, one in places.items() for word in one.get("also", ())},
        kinds={word: kind for kind, one in kinds.items() for word in one["words"]},
        other_kinds=tuple(sorted(foreign, key=lambda pair: -len(pair[0]))),
        trades=people["trades"],
        heights={word: float(tall) for word, tall in people["heights"].items()},
        coats=people["coats"],
        garments=frozenset(people["garments"]["drawn"]),
        plain_garments=frozenset(people["garments"]["plain"]),
        things={word: prop for prop, named_so in reversed(things.items()) for word in named_so},
        deeds=dict.fromkeys(deeds["seen"]["words"].split(), "") | poses,
        poseless=frozenset(deeds["poseless"]["words"].split()),
        gestures=frozenset(deeds["gestures"]),
        epochs=_turned(epochs["words"]),
        near_epochs=_turned(epochs["near"]),
        years={epoch: (first, last) for epoch, (first, last) in epochs["years"].items()},
        near_years={epoch: (first, last) for epoch, (first, last) in epochs["near_years"].items()},
        absent=epochs["none"],
        clothes=epochs["clothes"],
        ridden=_turned(background["ridden"]),
        vehicles=_turned(background["vehicles"]),
        crowds=_turned(background["crowds"]),
        motions=_turned(background["motions"]),
        manners=_turned(background["manners"]),
        forms={},
        function_words=frozenset(" ".join(words[name] for name in _FUNCTION_WORDS).split()),
        **{name: frozenset(one.split()) for name, one in words.items()},
    )


def _turned(table: dict[str, list[str]]) -> dict[str, str]:
    """Word → the name that it stands under."""
    return {word: name for name, words in table.items() for word in words}
