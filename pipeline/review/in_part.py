"""Some shots of a film, as if there were no others: for links that show no more. Pure."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.review.answers import ShownFilm, ShownScene, ShownShot, ShownSpan


def in_part(film: ShownFilm, shots: Collection[str]) -> ShownFilm:
    """The same film with these shots alone, one after another.

    Each is shown from its own take up to its cut: a joint would show the shot on its other side too.
    """
    scenes: list[ShownScene] = []
    kept: list[ShownShot] = []
    spans: list[ShownSpan] = []
    at, last_scene = 0, -1
    for shot in film.shots:
        if shot.id not in shots:
            continue
        if shot.scene != last_scene:
            scenes.append(film.scenes[shot.scene])
            last_scene = shot.scene
        start = None if shot.start is None else at
        if start is not None:
            spans.append(_span(shot, at, len(kept)))
            at += shot.frames
        kept.append(shot.model_copy(update={"scene": len(scenes) - 1, "start": start}))
    changed = {"frames": at, "scenes": tuple(scenes), "shots": tuple(kept), "spans": tuple(spans)}
    return film.model_copy(update=changed)


def _span(shot: ShownShot, at: int, place: int) -> ShownSpan:
    taken = next((take for take in shot.takes if take.in_cut), None)
    return ShownSpan(
        at=at,
        frames=shot.frames,
        clip=taken.clip if taken else None,
        first=taken.first if taken else 0,
        shot=place,
    )


def clips_of(film: ShownFilm) -> frozenset[str]:
    """The digests of all clips that a film shows."""
    takes = {take.clip for shot in film.shots for take in shot.takes}
    return frozenset(takes | {span.clip for span in film.spans if span.clip})
