"""A film → the script that says it: what was imported, with what people changed since. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from storyboard.schema.film import Film, Scene, Shot
from storyboard.schema.vocabulary import LineDelivery, TransitionKind
from storyboard.screenplay.breakdown import Source
from storyboard.screenplay.record import Record
from storyboard.screenplay.script import Element, Kind, Script, plain

_EXTENSIONS = {LineDelivery.VOICE_OVER: " (V.O.)", LineDelivery.OFF_SCREEN: " (O.S.)"}
_MANNERS = {
    LineDelivery.WHISPERED: "(whispering)",
    LineDelivery.SHOUTED: "(shouting)",
    LineDelivery.SAD: "(sadly)",
    LineDelivery.FAST: "(quickly)",
}
_TRANSITIONS = {
    TransitionKind.DISSOLVE: "DISSOLVE TO:",
    TransitionKind.FADE: "FADE IN:",
    TransitionKind.DIP_TO_WHITE: "FADE TO WHITE:",
}


def exported(film: Film, record: Record | None) -> Script:
    """A film as a screenplay.

    Args:
        film: as it is now.
        record: of its import; None for a film that was written as a document.
    """
    if record is None:
        elements = [element for scene in film.scenes for element in _scene(film, scene)]
        return Script((("Title", film.title),), tuple(elements))
    return _Exporting(film, record).script()


def _scene(film: Film, scene: Scene) -> Iterator[Element]:
    yield Element(Kind.HEADING, scene.slug or film.locations[scene.location].name, 1, number=scene.id)
    for row in filter(None, scene.synopsis.split("\n")):
        yield Element(Kind.SYNOPSIS, row, 1)
    for shot in scene.shots:
        yield from _shot(film, shot)


def _shot(film: Film, shot: Shot) -> Iterator[Element]:
    """A shot that no script is known of."""
    if shot.transition.kind is not TransitionKind.CUT:
        yield Element(Kind.TRANSITION, _TRANSITIONS.get(shot.transition.kind, "WIPE TO:"), 1)
    if shot.action.strip():
        yield Element(Kind.ACTION, shot.action.strip(), 1)
    for title in shot.titles:
        yield Element(Kind.ACTION, f"SUPER: {title.text.strip()}", 1)
    for line in shot.lines:
        yield Element(
            Kind.CUE, f"{film.characters[line.character].name.upper()}{_EXTENSIONS.get(line.delivery, '')}", 1
        )
        if manner := _MANNERS.get(line.delivery):
            yield Element(Kind.PARENTHETICAL, manner, 1)
        yield Element(Kind.DIALOGUE, line.text.strip(), 1)
    if shot.fade_out is not None:
        yield Element(Kind.TRANSITION, "FADE OUT.", 1)
    if shot.notes.strip():
        yield Element(Kind.NOTE, shot.notes.strip(), 1)


@dataclass(slots=True)
class _Exporting:
    """The elements of a script, in groups that belong to shots and scenes."""

    film: Film
    record: Record
    base: dict[str, Shot] = field(default_factory=dict)
    _elements: tuple[Element, ...] = ()
    _owner: dict[int, str] = field(default_factory=dict)

    def script(self) -> Script:
        script = self.record.as_script()
        self._elements = script.elements
        made = Film.model_validate(self.record.film)
        self.base = {shot.id: shot for _, shot in made.shots()}
        groups = self._groups(made)
        if self._as_before(made):
            elements = [*self._in_order(groups)]
        else:
            elements = [script.elements[number] for number in groups.get("", ())]
            for scene in self.film.scenes:
                elements += self._of_scene(scene, groups)
        title = tuple(
            (key, self.film.title if key.casefold() == "title" and self.film.title != made.title else value)
            for key, value in script.title_page
        )
        return Script(title, tuple(elements))

    def _as_before(self, made: Film) -> bool:
        """Whether scenes and shots that are there come in the order in which they were imported."""
        before = [
            name
            for scene in made.scenes
            for name in (f"scene {scene.id}", *(shot.id for shot in scene.shots))
        ]
        now = [
            name
            for scene in self.film.scenes
            for name in (f"scene {scene.id}", *(shot.id for shot in scene.shots))
        ]
        return [name for name in now if name in {*before}] == [name for name in before if name in {*now}]

    def _in_order(self, groups: Mapping[str, list[int]]) -> Iterator[Element]:
        """The elements as they came, with what people added behind the shot that it follows."""
        behind: dict[int, list[Element]] = {}
        replaced: dict[int, str] = {}
        last = max(groups.get("", [-1]))
        for scene in self.film.scenes:
            heading = self.record.headings.get(scene.id)
            if heading is not None:
                last = max(last, heading)
                if " ".join(plain(self._elements[heading].text).split())[:400] != scene.slug:
                    replaced[heading] = scene.slug
            elif f"scene {scene.id}" not in groups and scene.slug and scene.shots[0].id not in self.base:
                behind.setdefault(last, []).append(Element(Kind.HEADING, scene.slug, 1))
            for shot in scene.shots:
                if shot.id in self.base:
                    replaced |= self._replaced(shot)
                    last = max([last, *groups.get(shot.id, ())])
                    behind.setdefault(last, []).extend(self._added(shot))
                else:
                    behind.setdefault(last, []).extend(_shot(self.film, shot))
        kept = {number for numbers in groups.values() for number in numbers}
        yield from behind.get(-1, ())
        for number in range(len(self._elements)):
            if number in kept:
                yield from self._element(number, replaced)
            yield from behind.get(number, ())

    def _groups(self, made: Film) -> dict[str, list[int]]:
        """Which elements go with which shot or scene; what is of none goes with what stood before it.

        Words of shots that people removed go with none.
        """
        there = {shot.id for _, shot in self.film.shots()}
        owner_of = {number: f"scene {scene}" for scene, number in self.record.headings.items()}
        gone: set[int] = set()
        for _, shot in made.shots():
            for source in self.record.sources_of(shot.id):
                if shot.id in there:
                    owner_of.setdefault(source.element, shot.id)
                else:
                    gone.add(source.element)
        gone -= owner_of.keys()
        groups: dict[str, list[int]] = {}
        owner = ""
        waiting: list[int] = []
        for number, element in enumerate(self._elements):
            if number in gone:
                waiting = [one for one in waiting if self._elements[one].kind is Kind.HEADING]
                continue
            if number in owner_of:
                owner = owner_of[number]
            elif element.kind in {Kind.CUE, Kind.PARENTHETICAL, Kind.HEADING}:
                waiting.append(number)  # it goes with what comes behind it
                continue
            groups.setdefault(owner, []).extend([*waiting, number])
            waiting = []
        groups.setdefault(owner, []).extend(waiting)
        self._owner = {number: name for name, numbers in groups.items() for number in numbers}
        return groups

    def _of_scene(self, scene: Scene, groups: Mapping[str, list[int]]) -> Iterator[Element]:
        heading = self.record.headings.get(scene.id)
        if heading is None and f"scene {scene.id}" not in groups and scene.slug:
            yield Element(Kind.HEADING, scene.slug, 1)
        for number in groups.get(f"scene {scene.id}", ()):
            element = self._elements[number]
            if number == heading and " ".join(plain(element.text).split())[:400] != scene.slug:
                element = replace(element, text=scene.slug)
            yield element
        for shot in scene.shots:
            if shot.id not in self.base:
                yield from _shot(self.film, shot)
                continue
            replaced = self._replaced(shot)
            for number in groups.get(shot.id, ()):
                yield from self._element(number, replaced)
            yield from self._added(shot)

    def _element(self, number: int, replaced: Mapping[int, str]) -> Iterator[Element]:
        element = self._elements[number]
        if number not in replaced:
            yield element
        elif replaced[number].strip():
            yield replace(element, text=replaced[number])

    def _replaced(self, shot: Shot) -> dict[int, str]:
        """New words of the elements of a shot, where they differ from what was imported."""
        changed: dict[int, str] = {}
        numbers = {
            source.element
            for source in self.record.sources_of(shot.id)
            if self._owner.get(source.element) == shot.id
        }
        for number in numbers:
            text = " ".join(plain(self._elements[number].text).split())
            new = text
            for owner, source in self._pieces(number):
                new = self._with(new, owner, source)
            if new != text:
                changed[number] = " ".join(new.split())
        return changed

    def _pieces(self, number: int) -> Iterator[tuple[str, Source]]:
        for shot in self.base:
            for source in self.record.sources_of(shot):
                if source.element == number:
                    yield shot, source

    def _with(self, text: str, owner: str, source: Source) -> str:
        """Words of an element with those of one shot as they are now."""
        now = next((shot for _, shot in self.film.shots() if shot.id == owner), None)
        before = self.base[owner]
        if now is None:
            return text.replace(source.text, "", 1) if source.where.startswith(("action", "lines")) else text
        if source.where == "action" and now.action != before.action:
            first = next(one for one in self.record.sources_of(owner) if one.where == "action")
            return text.replace(source.text, now.action if first == source else "", 1)
        if source.where.startswith("lines."):
            at = int(source.where[6:])
            if at >= len(now.lines):
                return text.replace(source.text, "", 1)
            if now.lines[at].text != before.lines[at].text:
                return text.replace(source.text, now.lines[at].text, 1)
        if source.where == "title" and now.titles and now.titles[0].text != before.titles[0].text:
            return text.replace(source.text, now.titles[0].text, 1)
        return text

    def _added(self, shot: Shot) -> Iterator[Element]:
        """Lines that people added to a shot at its end."""
        lines = shot.lines[len(self.base[shot.id].lines) :]
        yield from _shot(self.film, Shot(id=shot.id, duration=shot.duration, lines=lines))
