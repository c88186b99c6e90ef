"""A rewritten screenplay's film, with the ids of the one before and what people changed by hand.

Three documents come together: the film of the import before, that of the rewritten script, and the document
as people have edited it. Shots of the second get the ids of those of the first that say the same, or nearly.
Then, value by value: what only the script changed becomes new, what only people changed stays, and what both
changed stays as people have it, and is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from storyboard.schema.film import Film, Scene, Shot
from storyboard.screenplay.names import letters_of

LEAST_LIKE = 0.5
"""of a shot's words that are the same, for it to be that shot"""
LEAST_SCENE = 0.3
"""likewise of a scene's"""


def with_ids_of(
    old: Film, new: Film, used: Sequence[str] = ()
) -> tuple[Film, dict[str, str], dict[str, str]]:
    """A film whose scenes and shots have the ids of those of another that are the same.

    Args:
        old: the film of the import before.
        new: that of the rewritten script.
        used: ids that nothing new may get: those of shots that people added.

    Returns:
        The film; which id each of its shots had, by the new one; likewise of scenes.
    """
    scenes = _same_scenes(old, new)
    shots = _same_shots(old, new, scenes)
    taken = {shot.id for _, shot in old.shots()} | {*used}
    taken_scenes = {scene.id for scene in old.scenes}
    shot_ids: dict[str, str] = {}
    scene_ids: dict[str, str] = {}
    made: list[Scene] = []
    for scene in new.scenes:
        scene_id = scenes.get(scene.id) or _free(scene.id, taken_scenes)
        taken_scenes.add(scene_id)
        scene_ids[scene.id] = scene_id
        number = len(scene.shots) - 1
        for place, shot in enumerate(scene.shots):
            wanted = shots.get(shot.id)
            if wanted is None and shot.id not in taken:
                wanted = shot.id
            while wanted is None or (wanted in taken and shot.id not in shots):
                number += 1
                wanted = f"{scene_id}{'-' if scene_id[-1].isalpha() else ''}{letters_of(max(number, place))}"
            taken.add(wanted)
            shot_ids[shot.id] = wanted
    for scene in new.scenes:
        renamed = tuple(_renamed(shot, scene.id, scene_ids[scene.id], shot_ids) for shot in scene.shots)
        made.append(scene.model_copy(update={"id": scene_ids[scene.id], "shots": renamed}))
    return new.model_copy(update={"scenes": tuple(made)}), shot_ids, scene_ids


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    number = 0
    while f"{name}{letters_of(number)}" in taken:
        number += 1
    return f"{name}{letters_of(number)}"


def _renamed(shot: Shot, scene: str, renamed: str, ids: Mapping[str, str]) -> Shot:
    update: dict[str, object] = {"id": ids[shot.id]}
    if shot.match_cut is not None:
        update["match_cut"] = ids.get(shot.match_cut)
    if shot.setup is not None and shot.setup.startswith(f"{scene}-"):
        update["setup"] = f"{renamed}{shot.setup[len(scene) :]}"[:64].rstrip("-")
    return shot.model_copy(update=update)


def _words(shot: Shot) -> str:
    said = " / ".join(f"{line.character}: {line.text}" for line in shot.lines)
    return f"{said or shot.action} {' '.join(title.text for title in shot.titles)}"


def _key(shot: Shot) -> tuple[str, str]:
    return _words(shot), ",".join(sorted(one.id for one in shot.characters))


def _scene_words(scene: Scene) -> list[str]:
    return [scene.slug, *(_words(shot) for shot in scene.shots)]


def _same_scenes(old: Film, new: Film) -> dict[str, str]:
    """By a new scene's id, the old scene that it is."""
    found: dict[str, str] = {}
    left_old = {scene.id: scene for scene in old.scenes}
    keys_old = [tuple(_scene_words(scene)) for scene in old.scenes]
    keys_new = [tuple(_scene_words(scene)) for scene in new.scenes]
    for first, second, length in SequenceMatcher(
        None, keys_old, keys_new, autojunk=False
    ).get_matching_blocks():
        for step in range(length):
            found[new.scenes[second + step].id] = old.scenes[first + step].id
            left_old.pop(old.scenes[first + step].id, None)
    for scene in new.scenes:
        if scene.id in found:
            continue
        own = {*_scene_words(scene)[1:]}
        best, score = "", LEAST_SCENE
        for name, other in left_old.items():
            theirs = {*_scene_words(other)[1:]}
            like = len(own & theirs) / max(1, min(len(own), len(theirs)))
            like += 0.35 * (other.slug == scene.slug) + 0.1 * (name == scene.id)
            if like > score:
                best, score = name, like
        if best:
            found[scene.id] = best
            left_old.pop(best)
    return found


def _same_shots(old: Film, new: Film, scenes: Mapping[str, str]) -> dict[str, str]:
    """By a new shot's id, the old shot that it is: the same words, else nearly the same at the same place."""
    by_id = {scene.id: scene for scene in old.scenes}
    found: dict[str, str] = {}
    free: dict[str, Shot] = {shot.id: shot for _, shot in old.shots()}
    for scene in new.scenes:
        before = by_id[scenes[scene.id]].shots if scene.id in scenes else ()
        _pair(before, scene.shots, found, free)
    by_key: dict[tuple[str, str], list[str]] = {}
    for name, shot in free.items():
        by_key.setdefault(_key(shot), []).append(name)
    for _, shot in new.shots():  # moved to another scene
        if shot.id not in found and len(names := by_key.get(_key(shot), [])) == 1 and len(_words(shot)) > 12:
            found[shot.id] = names.pop()
    return found


def _pair(
    before: Sequence[Shot], after: Sequence[Shot], found: dict[str, str], free: dict[str, Shot]
) -> None:
    keys = [_key(shot) for shot in before], [_key(shot) for shot in after]
    for kind, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if kind == "equal":
            for step in range(b - a):
                found[after[c + step].id] = before[a + step].id
                free.pop(before[a + step].id, None)
        elif kind == "replace":
            start = a
            for shot in after[c:d]:
                likes = [(_like(before[at], shot), -at) for at in range(start, b)]
                best = max(likes, default=(0.0, 0))
                if best[0] >= LEAST_LIKE:
                    found[shot.id] = before[-best[1]].id
                    free.pop(before[-best[1]].id, None)
                    start = -best[1] + 1


def _like(one: Shot, other: Shot) -> float:
    if bool(one.lines) != bool(other.lines):
        return 0.0
    first, second = (re.findall(r"\w+", _words(shot).casefold()) for shot in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


@dataclass(slots=True)
class Merge:
    """Three-way merge of plain values.

    Attributes:
        changes: what is different, in words.
        kept: shots that are as they were.
    """

    changes: list[str] = field(default_factory=list)
    kept: int = 0

    def film(self, base: Mapping[str, Any], new: Mapping[str, Any], mine: Any) -> None:
        """Change `mine`, the edited document, in place to what the rewritten script asks for.

        Args:
            base: the film of the import before, as plain values.
            new: that of the rewritten script, with ids kept.
            mine: the document as people have it; a mapping that keeps its comments.
        """
        for key in ("title", "language"):
            self._value("", key, base, new, mine)
        for key, what in (("characters", "character"), ("locations", "location")):
            self._entries(what, base.get(key, {}), new.get(key, {}), mine, key)
        self._scenes(base, new, mine)

    def _value(self, where: str, key: str, base: Mapping[str, Any], new: Mapping[str, Any], mine: Any) -> str:
        """One value of a mapping; how it went: `same`, `new`, `mine` or `both`."""
        was, now, own = base.get(key), new.get(key), mine.get(key)
        if now in (was, own):
            return "same" if own == now else "mine"
        if own != was and not _like_written(own, was):
            told = f"it stays as it is by hand ({_shown(own)}), the script has {_shown(now)}"
            self.changes.append(f"{where}{key}: changed by hand and by the script; {told}")
            return "both"
        if now is None:
            del mine[key]
        else:
            mine[key] = now
        return "new"

    def _entries(
        self, what: str, base: Mapping[str, Any], new: Mapping[str, Any], mine: Any, key: str
    ) -> None:
        """Characters or locations."""
        if new and key not in mine:
            mine[key] = {}
        own = mine.get(key, {})
        for name, value in new.items():
            if name not in own:
                if name not in base:
                    self.changes.append(f'{what} "{name}" is new')
                    own[name] = value
                elif value != base[name]:
                    self.changes.append(
                        f'{what} "{name}" was removed by hand and is still in the script: it stays away'
                    )
                continue
            for inner in {**base.get(name, {}), **value}:
                self._value(f'{what} "{name}": ', inner, base.get(name, {}), value, own[name])
        for name in [*own]:
            if name in base and name not in new:
                self.changes.append(
                    f'{what} "{name}" is no more in the script; it stays until somebody removes it'
                )

    def _scenes(self, base: Mapping[str, Any], new: Mapping[str, Any], mine: Any) -> None:
        scenes = {str(one["id"]): one for one in mine["scenes"]}
        was = {one["id"]: one for one in base["scenes"]}
        shots = {str(shot["id"]): shot for scene in mine["scenes"] for shot in scene["shots"]}
        was_shots = {shot["id"]: shot for scene in base["scenes"] for shot in scene["shots"]}
        now_shots = {shot["id"]: shot for scene in new["scenes"] for shot in scene["shots"]}
        added_after = _added(mine, was_shots)
        order: list[Any] = []
        for scene in new["scenes"]:
            name = scene["id"]
            if name not in scenes and name in was:
                self.changes.append(f"scene {name} was removed by hand: it stays away")
                continue
            if name not in was:
                self.changes.append(f"scene {name} is new: {scene['slug']}")
            own = scenes.get(name) or {key: value for key, value in scene.items() if key != "shots"}
            if name in scenes and name in was:
                for key in {**was[name], **scene}:
                    if key not in {"id", "shots"}:
                        self._value(f"scene {name}: ", key, was[name], scene, own)
            kept = self._shots_of(scene, was.get(name), own, shots, was_shots, added_after)
            kept += [self._orphan(shot) for shot in self._edited_and_gone(own, was_shots, now_shots)]
            if not kept:
                continue
            own["shots"] = _in_place(own.get("shots"), kept)
            order.append(own)
        for name, scene in scenes.items():
            if any(one is scene for one in order):
                continue
            if name not in was:
                order.insert(_after(order, mine["scenes"], scene), scene)
                continue
            edited = [self._orphan(shot) for shot in self._edited_and_gone(scene, was_shots, now_shots)]
            if edited:
                scene["shots"] = _in_place(scene["shots"], edited)
                order.insert(_after(order, mine["scenes"], scene), scene)
            self.changes.append(
                f"scene {name} is no more in the script{': what was edited by hand stays' if edited else ''}"
            )
        for gone in was_shots.keys() - now_shots.keys():
            if gone in shots and not any(shot is shots[gone] for scene in order for shot in scene["shots"]):
                self.changes.append(
                    f"shot {gone} is no more in the script: it is removed ({_shown(_said(was_shots[gone]))})"
                )
        mine["scenes"] = _in_place(mine["scenes"], order)
        _mend(mine)

    def _shots_of(
        self,
        scene: Mapping[str, Any],
        was: Mapping[str, Any] | None,
        own: Any,
        shots: Mapping[str, Any],
        was_shots: Mapping[str, Any],
        added_after: Mapping[str | None, list[Any]],
    ) -> list[Any]:
        """A scene's shots in their order, with those that people added behind the ones that they followed."""
        kept: list[Any] = []
        names = [shot["id"] for shot in scene["shots"]]
        by_hand = [str(shot["id"]) for shot in own.get("shots", ())]
        before = [shot["id"] for shot in (was or {}).get("shots", ())]
        common = [name for name in by_hand if name in names and name in before]
        if common != [name for name in before if name in common]:  # people put them into another order
            rest = iter(common)
            names = [next(rest) if name in common else name for name in names]
        new = {shot["id"]: shot for shot in scene["shots"]}
        kept += added_after.get(f"scene {scene['id']}", [])
        for name in names:
            if name in shots:
                kept.append(self._shot(name, was_shots.get(name, {}), new[name], shots[name]))
            elif name in was_shots:
                if new[name] != was_shots[name]:
                    self.changes.append(
                        f"shot {name} was removed by hand and changed in the script: it stays away"
                    )
            else:
                self.changes.append(f"shot {name} is new: {_shown(_said(new[name]))}")
                kept.append(new[name])
            kept += added_after.get(name, [])
        return kept

    def _shot(self, name: str, was: Mapping[str, Any], new: Mapping[str, Any], own: Any) -> Any:
        told = [
            key
            for key in {**was, **new}
            if key != "id" and self._value(f"shot {name}: ", key, was, new, own) == "new"
        ]
        if told:
            why = f": {_shown(_said(was))} became {_shown(_said(new))}" if _said(was) != _said(new) else ""
            self.changes.append(f"shot {name} changed ({', '.join(sorted(told))}){why}")
        else:
            self.kept += 1
        return own

    def _edited_and_gone(self, scene: Any, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Any]:
        for shot in scene.get("shots", ()):
            name = str(shot["id"])
            if name in was and name not in now and not _same(shot, was[name]):
                yield shot

    def _orphan(self, shot: Any) -> Any:
        self.changes.append(
            f"shot {shot['id']} is no more in the script, but was edited by hand: it stays at its scene's end"
        )
        return shot


def _same(own: Any, was: Mapping[str, Any]) -> bool:
    return {**own, "id": str(own["id"])} == {**was}


def _like_written(own: Any, was: Any) -> bool:
    """Whether a value is the same that YAML only reads otherwise: `1` for `"1"`."""
    return own is not None and was is not None and str(own) == str(was)


def _said(shot: Mapping[str, Any]) -> str:
    lines = " / ".join(line["text"] for line in shot.get("lines", ()))
    return lines or shot.get("action", "")


def _shown(value: object) -> str:
    words = " ".join(str(value).split())
    return f'"{words if len(words) <= 50 else words[:49] + "…"}"'


def _added(mine: Any, was: Mapping[str, Any]) -> dict[str | None, list[Any]]:
    """Shots that people added, by the one before them, or by their scene where they begin it."""
    found: dict[str | None, list[Any]] = {}
    for scene in mine["scenes"]:
        before = f"scene {scene['id']}"
        for shot in scene["shots"]:
            if str(shot["id"]) in was:
                before = str(shot["id"])
            else:
                found.setdefault(before, []).append(shot)
    return found


def _after(order: Sequence[Any], scenes: Sequence[Any], scene: Any) -> int:
    """Where a scene stands that the script does not have: behind the one that it followed."""
    place = next(at for at, one in enumerate(scenes) if one is scene)
    for before in reversed(scenes[:place]):
        for at, one in enumerate(order):
            if one is before:
                return at + 1
    return 0


def _in_place(holder: Any, values: list[Any]) -> Any:
    """A list with other values; one that keeps comments stays that list."""
    if holder is None:
        return values
    if len(holder) == len(values) and all(one is other for one, other in zip(holder, values, strict=True)):
        return holder
    holder[:] = values
    return holder


def _mend(mine: Any) -> None:
    """No shot starts from or matches one that is not there."""
    there: set[str] = set()
    for scene in mine["scenes"]:
        for shot in scene["shots"]:
            for key in ("match_cut", "continues"):
                if key in shot and str(shot[key]) not in there:
                    del shot[key]
            there.add(str(shot["id"]))
