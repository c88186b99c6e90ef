"""What could not be read of a cut as its file has it, kept with what was."""

from __future__ import annotations

from collections.abc import Iterable

from opentimelineio import schema

from storyboard.interchange.not_held import NAMESPACE, NotHeld

_NOTES = "reading"


def keep_notes(timeline: schema.Timeline, notes: Iterable[NotHeld]) -> None:
    """Keep what is to be said of how a file was read."""
    kept = [*notes_of(timeline), *notes]
    if kept:
        own = dict(timeline.metadata.get(NAMESPACE, {}))
        own[_NOTES] = [
            {"what": one.what, "where": one.where, "words": one.words} for one in dict.fromkeys(kept)
        ]
        timeline.metadata[NAMESPACE] = own


def notes_of(timeline: schema.Timeline) -> list[NotHeld]:
    """What is to be said of how a file was read; nothing of most."""
    own = timeline.metadata.get(NAMESPACE, {})
    return [NotHeld(str(one["what"]), str(one["where"]), str(one["words"])) for one in own.get(_NOTES, [])]
