"""Proposals against a film document: what would change, what cannot, and the document with those accepted.

Pure. A proposal that is accepted is a change by hand like any other: the film as the script made it is what a
later import compares with, and so the change stays too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import JsonValue

from storyboard.schema.film import Film, Scene, Shot
from storyboard.schema.vocabulary import ShotSize
from storyboard.screenplay.document import for_editing_part, plain_document
from storyboard.screenplay.edited_text import EditedText
from storyboard.screenplay.proposals import AddedShot, Heard, LeftOutShot
from storyboard.screenplay.questions import Question
from storyboard.wording import shown

_DEFAULTS: dict[str, str] = {"size": "MS", "camera": "static", "action": "", "description": ""}
"""of values that a document need not say"""
_ORDER = ("id", "name", "duration", "speed", "size", "camera", "action", "description")
"""in which keys are written"""
STEP_S = 0.25
"""lengths of new shots are multiples of it"""


class What(StrEnum):
    """What a proposal is about."""

    SHOT = "shot"
    NEW_SHOT = "new shot"
    LEFT_OUT = "leave out shot"
    CHARACTER = "character"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class Change:
    """A value that becomes another.

    Attributes:
        key: its name in the document.
        was: as it is in the document.
        now: as proposed.
    """

    key: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that a person accepts or not.

    Attributes:
        what: what it is about.
        id: of the shot, the character or the location; of a new shot, that which it gets.
        scene: in which it was proposed.
        why: the reason, in the model's words.
        changes: values of what there is.
        after: the id of the shot that a new one follows.
        shot: a new shot, or the one that is left out, in plain values.
    """

    what: What
    id: str
    scene: str
    why: str = ""
    changes: tuple[Change, ...] = ()
    after: str = ""
    shot: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, JsonValue]:
        """For a script."""
        value: dict[str, JsonValue] = {"what": self.what.value, "id": self.id, "scene": self.scene}
        if self.changes:
            value["changes"] = [{"key": one.key, "was": one.was, "now": one.now} for one in self.changes]
        if self.after:
            value["after"] = self.after
        if self.shot:
            value["shot"] = self.shot
        return {**value, "why": self.why}


@dataclass(slots=True)
class Diff:
    """What a film document would become.

    Attributes:
        proposals: what a person accepts or not, in the order of the film.
        refused: what is not valid or not possible, in words.
        by_hand: what was changed by hand already, and stays so, in words.
    """

    proposals: list[Proposal] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)


def diff_of(film: Film, text: str, answers: Iterable[tuple[Question, Heard]]) -> Diff:
    """What answers come to in a document.

    Args:
        film: as the script makes it, with the ids of the document.
        text: the document, in which people may have changed things.
        answers: what was asked, and what was heard.
    """
    comparing = _Comparing(film, plain_document(text))
    for question, answer in answers:
        comparing.scene(question, answer)
    return comparing.diff


def accepted_text(text: str, proposals: Iterable[Proposal]) -> str:
    """A document with proposals in it; everything else of it stays, comments too.

    Args:
        text: the document that they were made for.
        proposals: those that a person accepted.
    """
    accepted = [*proposals]
    return EditedText(text).changed(lambda mine: _accept(mine, accepted))[0] if accepted else text


class _Comparing:
    def __init__(self, film: Film, document: Mapping[str, Any]) -> None:
        self.diff = Diff()
        self._film = film
        self._scenes = {scene.id: scene for scene in film.scenes}
        self._document = document
        self._shots = {str(shot["id"]): shot for scene in document["scenes"] for shot in scene["shots"]}
        self._left = {str(scene["id"]): len(scene["shots"]) for scene in document["scenes"]}
        self._scene_of = {
            str(shot["id"]): str(scene["id"]) for scene in document["scenes"] for shot in scene["shots"]
        }
        self._named = {*_named_shots(document)}

    def scene(self, question: Question, heard: Heard) -> None:
        """All that was heard of a scene."""
        scene, answer = self._scenes[question.scene], heard.answer
        shots = {shot.id: shot for shot in scene.shots}
        self.diff.refused += [f"scene {scene.id}: {words}" for words in heard.refused]
        gone = {one.shot for one in answer.left_out}
        done: set[str] = set()
        for one in answer.shots:
            if one.shot not in shots:
                self._refuse(scene, one.shot, "there is no such shot in the scene")
            elif one.shot in done:
                self._refuse(scene, one.shot, "it is proposed twice")
            elif one.size is ShotSize.OTS and len(shots[one.shot].characters) < 2:
                self._refuse(scene, one.shot, "over a shoulder (OTS) there must be two people in it")
            elif one.shot not in gone:
                done.add(one.shot)
                wanted = {"size": one.size, "camera": one.camera, "action": one.action}
                self._values(What.SHOT, scene, shots[one.shot], wanted, self._shots, one.why)
        self._added(scene, shots, answer.added)
        for out in {one.shot: one for one in answer.left_out}.values():
            self._left_out(scene, shots, out)
        for person in {one.id: one for one in answer.people}.values():
            if person.id in question.people:
                made, there = self._film.characters[person.id], self._document.get("characters") or {}
                wanted = {"description": person.description}
                self._values(What.CHARACTER, scene, (person.id, made), wanted, there, person.why)
            else:
                self.diff.refused.append(
                    f"scene {scene.id}: character {shown(person.id)}: is not to be described here"
                )
        if answer.place is not None and question.place:
            location = (question.place, self._film.locations[question.place])
            there = self._document.get("locations") or {}
            self._values(What.LOCATION, scene, location, {"description": answer.place}, there)
        elif answer.place is not None:
            self.diff.refused.append(f"scene {scene.id}: place: is not to be described here")

    def _refuse(self, scene: Scene, shot: str, why: str) -> None:
        self.diff.refused.append(f"scene {scene.id}: shot {shown(shot)}: {why}")

    def _values(
        self,
        what: What,
        scene: Scene,
        made: Any,
        wanted: Mapping[str, str | None],
        there: Mapping[Any, Any],
        why: str = "",
    ) -> None:
        """Values that become others, where people have not changed them."""
        name, model = made if isinstance(made, tuple) else (made.id, made)
        own = there.get(name)
        if own is None:
            return  # people took it away
        changes: list[Change] = []
        for key, value in wanted.items():
            was, now = str(own.get(key, _DEFAULTS[key])), str(value) if value is not None else None
            if now is None or now == was:
                continue
            if was != str(getattr(model, key)):
                self.diff.by_hand.append(f"{what} {name}: {key}")
            else:
                changes.append(Change(key, was, now))
        if changes:
            self.diff.proposals.append(Proposal(what, name, scene.id, why, tuple(changes)))

    def _added(self, scene: Scene, shots: Mapping[str, Shot], added: Iterable[AddedShot]) -> None:
        there = self._document.get("characters") or {}
        known = {one.id: one for shot in scene.shots for one in shot.characters if one.id in there}
        numbers: dict[str, int] = {}
        for one in added:
            if one.after not in shots:
                self._refuse(scene, one.after, "there is no such shot in the scene that another could follow")
                continue
            strange = [who for who in one.people if who not in known]
            if strange:
                self._refuse(scene, one.after, f"a shot behind it has {shown(strange[0])}, who is not there")
                continue
            if one.size is ShotSize.OTS and len({*one.people}) < 2:
                self._refuse(scene, one.after, "over a shoulder (OTS) there must be two people in it")
                continue
            number = numbers[one.after] = numbers.get(one.after, 0) + 1
            name = f"{one.after}-{number}"
            if name in self._shots or one.after not in self._shots or len(name) > 64:
                continue  # it was accepted before, or people took away what it would follow
            blocking = [known[who].model_dump(mode="json", exclude_defaults=True) for who in {*one.people}]
            shot: dict[str, Any] = {
                "id": name,
                "duration": f"{max(1.5, round(one.seconds / STEP_S) * STEP_S):g}s",
                "size": one.size.value,
                "camera": one.camera.value,
                "action": one.action,
                **({"characters": sorted(blocking, key=lambda who: str(who["id"]))} if blocking else {}),
            }
            after = f"{one.after}-{number - 1}" if number > 1 else one.after
            self.diff.proposals.append(
                Proposal(What.NEW_SHOT, name, scene.id, one.why, after=after, shot=shot)
            )

    def _left_out(self, scene: Scene, shots: Mapping[str, Shot], one: LeftOutShot) -> None:
        if one.shot not in shots:
            self._refuse(scene, one.shot, "there is no such shot in the scene")
            return
        own, made = self._shots.get(one.shot), shots[one.shot]
        if own is None:
            return  # it is gone already
        if own.get("lines") or made.lines or own.get("titles"):
            self._refuse(scene, one.shot, "it has dialogue or titles and stays")
        elif one.shot in self._named:
            self._refuse(scene, one.shot, "other shots or music of the film name it, and it stays")
        elif self._left[self._scene_of[one.shot]] < 2:
            self._refuse(scene, one.shot, "it is the only one of its scene and stays")
        elif str(own.get("action", "")) != made.action:
            self.diff.by_hand.append(f"shot {one.shot}: action")
        else:
            self._left[self._scene_of[one.shot]] -= 1
            self.diff.proposals.append(
                Proposal(What.LEFT_OUT, one.shot, scene.id, one.why, shot=_plain_shot(own))
            )


def _plain_shot(own: Mapping[str, Any]) -> dict[str, Any]:
    return {"duration": str(own["duration"]), "action": str(own.get("action", ""))}


def _named_shots(document: Mapping[str, Any]) -> Iterator[str]:
    """Ids of shots that something of a document names."""
    for scene in document["scenes"]:
        for shot in scene["shots"]:
            yield from (str(shot[key]) for key in ("match_cut", "continues") if key in shot)
            if str((shot.get("transition") or {}).get("kind", "cut")) != "cut" or shot.get("fade_out"):
                yield str(shot["id"])  # it is how a scene begins or ends
    for cue in document.get("music") or ():
        yield from (str(cue[key]) for key in ("from", "to") if key in cue)


def _accept(mine: Any, accepted: Iterable[Proposal]) -> None:
    shots = {str(shot["id"]): shot for scene in mine["scenes"] for shot in scene["shots"]}
    for one in accepted:
        if one.what is What.NEW_SHOT:
            _put_in(mine, one)
        elif one.what is What.LEFT_OUT:
            for scene in mine["scenes"]:
                for at, shot in enumerate(scene["shots"]):
                    if str(shot["id"]) == one.id:
                        del scene["shots"][at]
                        break
        else:
            group = {What.CHARACTER: "characters", What.LOCATION: "locations"}.get(one.what)
            own = mine[group][one.id] if group else shots[one.id]
            for change in one.changes:
                _set(own, change)


def _set(own: Any, change: Change) -> None:
    """A value; one that was not there comes behind those that are written before it, if it can."""
    if change.key in own or not hasattr(own, "insert"):
        own[change.key] = change.now
        return
    before = _ORDER[: _ORDER.index(change.key)]
    own.insert(
        1 + max((at for at, key in enumerate(own) if key in before), default=-1), change.key, change.now
    )


def _put_in(mine: Any, one: Proposal) -> None:
    """A new shot behind the one that it follows; where that was not accepted, behind the one before."""
    root = one.id.rpartition("-")[0]
    for scene in mine["scenes"]:
        names = [str(shot["id"]) for shot in scene["shots"]]
        at = next((names.index(name) for name in (one.after, root) if name in names), None)
        if at is not None:
            scene["shots"].insert(at + 1, for_editing_part(one.shot))
            return
