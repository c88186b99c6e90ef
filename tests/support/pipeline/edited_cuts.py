"""Changes that an editor makes in a cut, by OpenTimelineIO's own API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from opentimelineio import adapters, schema
from opentimelineio.opentime import RationalTime, TimeRange

RATE = 24.0


class Cut:
    """A timeline in a file, to be changed as an editor does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.timeline = adapters.read_from_file(str(path))

    @property
    def picture(self) -> schema.Track:
        """The track of shots."""
        return self.timeline.video_tracks()[0]

    def clip(self, shot: str) -> schema.Clip:
        """The first clip of a shot."""
        return next(clip for clip in self.picture.find_clips() if clip.name.startswith(f"{shot}_"))

    def trim(self, shot: str, *, begins: int = 0, ends: int = 0) -> None:
        """Let a shot begin and end so many frames later."""
        clip = self.clip(shot)
        whole = clip.source_range
        clip.source_range = frames(whole.start_time.value + begins, whole.duration.value - begins + ends)

    def move(self, shot: str, to: int) -> None:
        """Put a shot at another place among the track's items; the transition before it goes along."""
        clip = self.clip(shot)
        self.picture.remove(clip)
        self.picture.insert(to, clip)

    def changed(self, name: str, *changes: Callable[[Cut], object]) -> Path:
        """The file of a changed cut."""
        for change in changes:
            change(self)
        path = self.path.with_name(name)
        adapters.write_to_file(self.timeline, str(path))
        return path


def frames(first: float, length: float) -> TimeRange:
    """A range in frames."""
    return TimeRange(RationalTime(first, RATE), RationalTime(length, RATE))


def dissolve(before: int, after: int) -> schema.Transition:
    """A dissolve around a cut."""
    kind = schema.TransitionTypes.SMPTE_Dissolve
    return schema.Transition("dissolve", kind, RationalTime(before, RATE), RationalTime(after, RATE))
