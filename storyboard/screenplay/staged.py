"""Who is in a scene, where they stand and which way they look, from shot to shot. Pure.

Everybody keeps one side of the picture for a whole scene, so that the camera never crosses the line between
two who talk (the 180-degree rule), and looks towards whom they talk to (eyelines).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from storyboard.schema.film import Blocking
from storyboard.schema.vocabulary import Expression, Facing, Pose, Position
from storyboard.screenplay.beats import sentences
from storyboard.screenplay.cast import Cast, of_gender
from storyboard.screenplay.directions import ENTERS, LEAVES, face_of, pose_of

PLACES = (Position.LEFT, Position.RIGHT, Position.FAR_LEFT, Position.FAR_RIGHT, Position.CENTRE)
"""of people, in the order in which they come into a scene; a picture holds as many"""
_RANK = {
    Position.FAR_LEFT: 0,
    Position.LEFT: 1,
    Position.CENTRE: 2,
    Position.RIGHT: 3,
    Position.FAR_RIGHT: 4,
}
_SEVERAL = frozenset({"they", "their", "them", "both", "everyone"})
_PRONOUN = re.compile(r"\b(?:he|his|him|she|her|they|their|them|both|everyone)\b", re.IGNORECASE)
_PASSING = frozenset({Pose.WALKING, Pose.RUNNING, Pose.POINTING, Pose.WAVING, Pose.HOLDING})
"""poses that end with their shot"""


@dataclass(slots=True)
class Stage:
    """A scene's people.

    Attributes:
        cast: everybody in the script.
        present: who is there now, in the order in which they came.
        sides: where each who was there stands.
        poses: what bodies go on doing.
    """

    cast: Cast
    present: list[str] = field(default_factory=list)
    sides: dict[str, Position] = field(default_factory=dict)
    poses: dict[str, Pose] = field(default_factory=dict)
    named: list[str] = field(default_factory=list)

    def come(self, who: str) -> None:
        """Somebody is there from now on."""
        if who not in self.sides:
            taken = {self.sides[one] for one in self.present}
            free = [place for place in PLACES if place not in taken]
            self.sides[who] = free[0] if free else PLACES[len(self.sides) % len(PLACES)]
        if who not in self.present:
            self.present.append(who)

    def go(self, who: str) -> None:
        """Somebody is there no more."""
        if who in self.present:
            self.present.remove(who)

    def meant(self, words: str) -> list[str]:
        """Whom words are about: those they name, those their pronouns stand for."""
        named = [*self.cast.named_in(words)]
        pronoun = _PRONOUN.search(words) if not named else None
        if pronoun:
            first = pronoun.group().casefold()
            if first in _SEVERAL:
                named = [*self.present]
            else:
                gender = "she" if first in {"she", "her"} else "he"
                one = of_gender(
                    self.cast, gender, [one for one in self.named if one in self.present] or self.present
                )
                named = [one] if one else []
        for one in named:
            if one in self.named:
                self.named.remove(one)
            self.named.append(one)
        return named

    def facing(self, who: str, to: str | None) -> Facing:
        """Towards somebody, else towards the middle of the scene."""
        own = _RANK[self.sides[who]]
        if to is not None and to in self.sides and to != who:
            other = _RANK[self.sides[to]]
            if own != other:
                return Facing.RIGHT if other > own else Facing.LEFT
        if own == _RANK[Position.CENTRE]:
            return Facing.CAMERA
        return Facing.RIGHT if own < _RANK[Position.CENTRE] else Facing.LEFT

    def placed(
        self, who: str, to: str | None = None, *, face: Expression | None = None, action: str = ""
    ) -> Blocking:
        """Somebody where they stand, with the pose that they have."""
        return Blocking(
            id=who,
            position=self.sides[who],
            facing=self.facing(who, to),
            pose=self.poses.get(who, Pose.STANDING),
            expression=face or Expression.NEUTRAL,
            action=action[:400],
        )

    def acted(self, people: Sequence[str], words: str) -> list[Blocking]:
        """People in a beat of action, as its words have them stand, move and look; they go on so."""
        blocked: list[Blocking] = []
        own_words = {one: self._about(one, words) for one in people}
        enters, leaves = ENTERS.search(words), LEAVES.search(words)
        doers = [one for one in people if one in self.cast.named_in(words)] or [*people]
        for one in people:
            self.come(one)
        for place, one in enumerate(people):
            pose, face = pose_of(own_words[one]), face_of(own_words[one])
            doing = one == doers[0] or len(people) == 1
            own = (
                pose
                if doing or (pose in {Pose.SITTING, Pose.RUNNING, Pose.WALKING} and len(doers) > 1)
                else None
            )
            if own is not None and own not in _PASSING:
                self.poses[one] = own
            elif own is not None:
                self.poses.pop(one, None)
            to = people[1] if place == 0 and len(people) > 1 else people[0]
            made = self.placed(one, to, face=face if doing else None)
            changes: dict[str, object] = {"pose": own} if own is not None else {}
            if doing and (enters or leaves):
                changes |= self._through(one, comes=bool(enters) and not leaves)
            blocked.append(made.model_copy(update=changes))
        if leaves and doers:
            self.go(doers[0])
        return blocked

    def _about(self, who: str, words: str) -> str:
        """The sentences of words that name somebody, or begin with a pronoun; all where none does."""
        found = [
            sentence
            for sentence in sentences(words)
            if who in self.cast.named_in(sentence) or _PRONOUN.match(sentence)
        ]
        return " ".join(found) or words

    def _through(self, who: str, *, comes: bool) -> dict[str, object]:
        """Into the picture from its edge, or out over it; the edge is that of their own side."""
        side = self.sides[who]
        left = _RANK[side] < _RANK[Position.CENTRE]
        edge = Position.FAR_LEFT if left else Position.FAR_RIGHT
        inner = side if side is not edge else (Position.LEFT if left else Position.RIGHT)
        if comes:
            return {
                "position": edge,
                "move_to": inner,
                "facing": Facing.RIGHT if left else Facing.LEFT,
                "pose": Pose.WALKING,
            }
        return {
            "position": inner,
            "move_to": edge,
            "facing": Facing.LEFT if left else Facing.RIGHT,
            "pose": Pose.WALKING,
        }
