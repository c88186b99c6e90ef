"""What is wrong with the ways through a film: where scenes lead, and what is asked at their ends. Pure.

That a way goes in a circle is not: each round plays its scenes again, as a viewer asked for. That nothing
leads out of it is, and so is that whoever never answers stays in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from storyboard.branching.graph import SceneGraph, branches, goes_on, graph_of
from storyboard.branching.lengths import frames_of
from storyboard.document.text import DocumentPath
from storyboard.schema.film import Film, Shot
from storyboard.schema.vocabulary import TransitionKind
from storyboard.wording import listed, shown, unknown

Finding = tuple[DocumentPath, str]
"""where in the document, and what is wrong there"""


def find_in_branches(film: Film) -> Iterator[Finding]:
    """Every problem with the ways through a film; none of a film whose scenes follow one another."""
    if not branches(film):
        return
    yield from _said_twice(film)
    unknown = [*_unknown(film)]
    yield from unknown
    yield from _questions(film)
    graph = graph_of(film)
    yield from _unsaid(film)
    if not unknown:  # where a name leads is not known otherwise
        yield from _ways(film, graph)
    yield from _borders(film, graph)
    yield from _continuity(film, graph)


def find_in_question_times(film: Film) -> Iterator[Finding]:
    """Questions that would appear before their scene does."""
    for number, scene in enumerate(film.scenes):
        for key, question in (("choices", scene.choices), ("ask", scene.ask)):
            if question is None:
                continue
            path: DocumentPath = ("scenes", number, key, "within")
            try:
                frames = question.within.frames(film.format.rate)
                room = frames_of(film, scene)
            except ValueError as error:
                if "within" in question.model_fields_set:
                    yield path, str(error)
                continue
            if frames == 0:
                yield path, f'"{question.within}" is no time to answer'
            elif frames > room and "within" in question.model_fields_set:
                yield path, f'"{question.within}" is {frames} frames, and the scene has {room}'


def _said_twice(film: Film) -> Iterator[Finding]:
    """Scenes that say in two ways how they go on, or ask two things."""
    for number, scene in enumerate(film.scenes):
        says = [key for key in ("choices", "goes_to", "ending") if getattr(scene, key) is not None]
        for key in says[1:]:
            yield ("scenes", number, key), f'"{says[0]}" says already how the scene goes on; leave out one'
        if scene.choices and scene.ask:
            yield ("scenes", number, "ask"), 'one thing is asked at a scene\'s end, and "choices" does'
        if scene.ask and scene.ending is not None:
            yield ("scenes", number, "ask"), "the film ends with this scene: nothing follows that is answered"


def _unknown(film: Film) -> Iterator[Finding]:
    """Names of scenes and answers that there are not."""
    names = [scene.id for scene in film.scenes]

    def no_scene(path: DocumentPath, name: str) -> Iterator[Finding]:
        if name not in names:
            yield (*path, "goes_to"), unknown("scene", name, names)

    for number, scene in enumerate(film.scenes):
        path: DocumentPath = ("scenes", number)
        if scene.goes_to is not None:
            yield from no_scene(path, scene.goes_to)
        for index, answer in enumerate(scene.choices.answers if scene.choices else ()):
            yield from no_scene((*path, "choices", "answers", index), answer.goes_to)


def _questions(film: Film) -> Iterator[Finding]:
    """Answers that are there twice, lead to the same, or are a default that there is not."""
    for number, scene in enumerate(film.scenes):
        if scene.choices is None:
            continue
        path: DocumentPath = ("scenes", number, "choices")
        answers = scene.choices.answers
        for index, answer in enumerate(answers):
            before = answers[:index]
            here = (*path, "answers", index)
            if answer.id in {one.id for one in before}:
                yield (*here, "id"), f'there is an answer "{answer.id}" already'
            elif answer.text.casefold() in {one.text.casefold() for one in before}:
                yield (
                    (*here, "text"),
                    f"{shown(answer.text)} is the answer before; viewers cannot tell them apart",
                )
            elif answer.goes_to in {one.goes_to for one in before}:
                yield (
                    (*here, "goes_to"),
                    f'another answer leads to "{answer.goes_to}" already; it changes nothing',
                )
        known = [answer.id for answer in answers]
        if scene.choices.default not in known:
            yield (*path, "default"), unknown("answer", scene.choices.default, known)


def _unsaid(film: Film) -> Iterator[Finding]:
    """Scenes that would go on into what an answer leads to, as nothing is said: mostly it was forgotten."""
    answers = {answer.goes_to for scene in film.scenes if scene.choices for answer in scene.choices.answers}
    for number, scene in enumerate(film.scenes[:-1]):
        following = film.scenes[number + 1].id
        if goes_on(scene) and following in answers:
            where = f"goes_to: {following}, or where else; or ending: what this end is called"
            words = (
                f'"{scene.id}" does not say how it goes on, and an answer leads to the next scene ({where})'
            )
            yield ("scenes", number, "id"), words


def _ways(film: Film, graph: SceneGraph) -> Iterator[Finding]:
    """Scenes that no way comes to, and ways that have no end."""
    for number, scene in enumerate(film.scenes):
        if number not in graph.reached:
            what = "ending" if number in graph.endings else "scene"
            yield ("scenes", number, "id"), f'no way through the film comes to this {what}, "{scene.id}"'
    stuck = sorted(graph.reached - graph.leading_to(graph.endings))
    if stuck:
        names = listed([film.scenes[number].id for number in stuck])
        yield _exit(film, stuck[0]), f"from here no ending can be reached (neither from {names})"
    default = _default_graph(film, graph)
    for circle in _circles(default):
        if not {*circle} & {*stuck} and circle[0] in graph.reached:
            asks = next(number for number in circle if film.scenes[number].choices)
            names = listed([film.scenes[number].id for number in circle])
            yield (
                ("scenes", asks, "choices", "default"),
                f"whoever never answers stays in a circle ({names}); another default leads out of it",
            )


def _exit(film: Film, number: int) -> DocumentPath:
    """Where a scene says what follows it."""
    scene = film.scenes[number]
    key = "choices" if scene.choices else "goes_to" if scene.goes_to is not None else "id"
    return "scenes", number, key


def _default_graph(film: Film, graph: SceneGraph) -> list[int | None]:
    """The scene after each, when nobody answers."""
    numbers = {scene.id: number for number, scene in enumerate(film.scenes)}
    following: list[int | None] = []
    for number, scene in enumerate(film.scenes):
        if scene.choices:
            leads = {answer.id: answer.goes_to for answer in scene.choices.answers}
            following.append(numbers.get(leads.get(scene.choices.default, "")))
        else:
            following.append(next(iter(graph.after[number]), None))
    return following


def _circles(following: Sequence[int | None]) -> Iterator[list[int]]:
    """Each circle of scenes of which each has one after it."""
    seen: dict[int, int] = {}
    for start in range(len(following)):
        way: list[int] = []
        number: int | None = start
        while number is not None and number not in seen:
            seen[number] = start
            way.append(number)
            number = following[number]
        if number is not None and seen[number] == start and number in way:
            yield way[way.index(number) :]


def _borders(film: Film, graph: SceneGraph) -> Iterator[Finding]:
    """Pictures and sounds that reach over a border where another scene may come on another way."""
    for stretch in graph.stretches:
        number = stretch[0]
        if number == 0 and not graph.before[0]:
            continue
        shot = film.scenes[number].shots[0]
        words = f'"{shot.id}" begins what follows {_whence(film, graph, number)}, and nothing before it may'
        path: DocumentPath = ("scenes", number, "shots", 0, "transition")
        if shot.transition.kind is not TransitionKind.CUT:
            yield (*path, "kind"), f"{words} depend on it: a cut, not a {shot.transition.kind}"
        for key in ("sound_leads", "sound_trails"):
            if key in shot.transition.model_fields_set and not _is_nothing(film, shot, key):
                yield (*path, key), f"{words} depend on it: its sound begins and ends with its picture"


def _is_nothing(film: Film, shot: Shot, key: str) -> bool:
    try:
        return bool(getattr(shot.transition, key).frames(film.format.rate) == 0)
    except ValueError:
        return True  # which is told elsewhere


def _whence(film: Film, graph: SceneGraph, number: int) -> str:
    before = [film.scenes[one] for one in graph.before[number]]
    asking = [scene.id for scene in before if scene.question]
    if asking:
        return f'what is asked in "{asking[0]}"'
    if number == 0:
        return "the film's beginning and other scenes"
    return f"several scenes ({listed([scene.id for scene in before])})"


def _continuity(film: Film, graph: SceneGraph) -> Iterator[Finding]:
    """Shots that start from one that not every way to them has shown."""
    scene_of = {shot.id: number for number, scene in enumerate(film.scenes) for shot in scene.shots}
    always: tuple[int, ...] | None = None
    for number, scene in enumerate(film.scenes):
        for index, shot in enumerate(scene.shots):
            for key in ("continues", "match_cut"):
                start = scene_of.get(getattr(shot, key) or "")
                if start is None or start == number or number not in graph.reached:
                    continue
                always = always or graph.always_before
                if not always[number] >> start & 1:
                    yield (
                        ("scenes", number, "shots", index, key),
                        f'not every way to "{scene.id}" comes through "{film.scenes[start].id}", its scene',
                    )
