"""What is wrong with a film's music: cues over shots that no way comes to, or that follow no cue. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.branching.graph import SceneGraph, graph_of
from storyboard.document.named_files import is_midi
from storyboard.document.text import DocumentPath
from storyboard.schema.film import Film, MusicCue
from storyboard.wording import unknown


def find_in_cues(film: Film) -> Iterator[tuple[DocumentPath, str]]:
    """Every problem with cues, but for those of their times."""
    order = {shot.id: index for index, (_, shot) in enumerate(film.shots())}
    scene_of = {shot.id: number for number, scene in enumerate(film.scenes) for shot in scene.shots}
    graph = graph_of(film)
    cues = {cue.id: cue for cue in film.music}
    for index, cue in enumerate(film.music):
        path: DocumentPath = ("music", index)
        known = True
        for key, name in (("from", cue.start), ("to", cue.end)):
            if name not in order:
                known = False
                yield (*path, key), unknown("shot", name, order)
        if known and order[cue.end] < order[cue.start]:
            yield (*path, "to"), f'"{cue.end}" comes before "{cue.start}", where the cue starts'
        elif known:
            yield from _over_scenes(graph, path, cue, scene_of[cue.start], scene_of[cue.end])
        if cue.follows is not None and cue.follows not in cues:
            yield (*path, "follows"), unknown("cue", cue.follows, cues)
        elif cue.follows is not None and known:
            yield from _following(film, graph, (*path, "follows"), cue, cues[cue.follows])


def _over_scenes(
    graph: SceneGraph, path: DocumentPath, cue: MusicCue, first: int, last: int
) -> Iterator[tuple[DocumentPath, str]]:
    """A cue whose end no way comes to, or that is played by a clock of its own over what may come."""
    if last != first and last not in graph.come_after(first):
        yield (*path, "to"), f'no way through the film comes from "{cue.start}" to "{cue.end}"'
        return
    together = any(first in run and last in run for run in graph.stretches)
    if cue.file and is_midi(cue.file) and not together:
        words = "MIDI is played as a whole, and this goes over what viewers are asked"
        yield (*path, "file"), f"{words}; a recording may, and composed music"


def _following(
    film: Film, graph: SceneGraph, path: DocumentPath, cue: MusicCue, before: MusicCue
) -> Iterator[tuple[DocumentPath, str]]:
    """A cue that does not begin where the one before it ends."""
    places = {
        shot.id: (number, index)
        for number, scene in enumerate(film.scenes)
        for index, shot in enumerate(scene.shots)
    }
    if before.end not in places:
        return
    (scene, index), (ends, at_end) = places[cue.start], places[before.end]
    same = scene == ends and index == at_end + 1
    next_one = index == 0 and at_end + 1 == len(film.scenes[ends].shots) and scene in graph.after[ends]
    if cue is before or not (same or next_one):
        yield path, f'"{before.id}" ends with shot "{before.end}", and "{cue.start}" does not come after it'
    elif before.duration is not None:
        yield path, f'"{before.id}" has a duration; what another cue follows goes to the end of its last shot'
    elif "at" in cue.model_fields_set:
        yield path, 'what follows another cue begins where that one ends; leave out "at"'
