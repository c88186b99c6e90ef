"""What a retake asks for otherwise than the storyboard: values laid over a shot.

An adjusted shot is a shot like any other: it is checked, resolved and digested as if the film document said
so, and `adopt` can write it there.
"""

from __future__ import annotations

import hashlib

from pydantic import ConfigDict, Field, JsonValue

from storyboard.described import DescribedModel
from storyboard.errors import UsageError
from storyboard.schema.base import Id, PlainName, RelativePath, Seed, Text
from storyboard.schema.film import Shot

MOST_LETTERS = 4000
"""of a shot's action; with the words that retakes add"""


class Adjustment(DescribedModel):
    """Values that are laid over a shot of the storyboard; what is left out stays as it is there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    add_prompt: Text = ""
    """words that are added to what happens in the shot (its `action`)"""
    seed: Seed | None = None
    """the seed of its randomness"""
    renderer: Id | None = None
    """the renderer of the film that makes it"""
    first_frame: RelativePath | None = None
    """a picture of its first frame"""
    last_frame: RelativePath | None = None
    """a picture of its last frame"""
    references: dict[Id, tuple[RelativePath, ...]] = Field(default_factory=dict)
    """other pictures of characters, by the character's id"""
    options: dict[PlainName, dict[PlainName, JsonValue]] = Field(default_factory=dict)
    """options of a backend, by the backend's name"""

    def over(self, shot: Shot) -> Shot:
        """The shot with these values.

        Raises:
            UsageError: its action becomes longer than an action may be.
        """
        changed: dict[str, object] = {
            name: value
            for name in ("seed", "renderer", "first_frame", "last_frame")
            if (value := getattr(self, name)) is not None
        }
        if self.add_prompt:
            changed["action"] = action = f"{shot.action.rstrip()} {self.add_prompt}".strip()
            if len(action) > MOST_LETTERS:
                raise UsageError(
                    f"the action of shot {shot.id} has {len(action)} letters with the words that were added",
                    f"an action has {MOST_LETTERS} at most; write it anew in the storyboard",
                )
        if self.references:
            changed["references"] = {**shot.references, **self.references}
        if self.options:
            changed["backend_options"] = _laid(shot.backend_options, self.options)
        return shot.model_copy(update=changed) if changed else shot

    def then(self, later: Adjustment) -> Adjustment:
        """These values with later ones over them; added words stand one after the other."""
        given = {name: getattr(later, name) for name in later.model_fields_set}
        given["add_prompt"] = " ".join(filter(None, (self.add_prompt, later.add_prompt)))
        given["options"] = _laid(self.options, later.options)
        given["references"] = {**self.references, **later.references}
        kept = {name: getattr(self, name) for name in self.model_fields_set}
        merged = {**kept, **given}
        return Adjustment(**{name: value for name, value in merged.items() if value not in (None, "", {})})

    def in_words(self) -> tuple[str, ...]:
        """What it changes, a phrase each: `seed 42`, `rain = heavy`."""
        words = [f'"{self.add_prompt}" added'] if self.add_prompt else []
        for name in ("seed", "renderer", "first_frame", "last_frame"):
            value = getattr(self, name)
            words += [] if value is None else [f"{name.replace('_', ' ')} {value}"]
        words += [f"{name} as in {', '.join(files)}" for name, files in sorted(self.references.items())]
        for options in self.options.values():
            words += [f"{name} = {value}" for name, value in sorted(options.items())]
        return tuple(words)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it names, in the project folder."""
        frames = [name for name in (self.first_frame, self.last_frame) if name]
        return (*frames, *(name for several in self.references.values() for name in several))

    def __bool__(self) -> bool:
        """Whether it changes anything."""
        return bool(self.in_words())


def _laid(
    below: dict[str, dict[str, JsonValue]], over: dict[str, dict[str, JsonValue]]
) -> dict[str, dict[str, JsonValue]]:
    return {**below, **{backend: {**below.get(backend, {}), **options} for backend, options in over.items()}}


def seed_of_take(seed: int, take: int) -> int:
    """The seed of a take that is to have a new one: from the storyboard's for the shot, and its number.

    It has 53 bits, as a JSON number keeps them, and is the same wherever it is made.
    """
    digest = hashlib.sha256(f"{seed}/take/{take}".encode()).digest()
    return int.from_bytes(digest[:7], "big") >> 3
