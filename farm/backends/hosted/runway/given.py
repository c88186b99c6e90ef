"""The videos and pictures that a shot is made from with Runway: whether they are what its models take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from farm.backend.traits import Complaint
from farm.backends.hosted.footage import SHORT_S
from farm.backends.hosted.over_http import container_of
from farm.backends.hosted.runway.models import PERFORMANCE_S
from farm.backends.hosted.runway.options import RunwayOptions
from farm.backends.hosted.runway.requests import changes, is_performed
from farm.media.pictures import PictureError, open_picture
from farm.media.videos import VideoError, look_at
from storyboard.errors import ShotfarmError, UsageError
from storyboard.planning.spec import ShotSpec

DRIVING = "the driving video"
_PICTURES = frozenset({"png", "jpeg", "webp"})


def length_of(video: Path, spec: ShotSpec, what: str) -> float:
    """How many seconds a video lasts that a shot is made from.

    Raises:
        VideoError: it cannot be read.
        UsageError: it ends before the shot does.
    """
    try:
        seconds = float(look_at(video).end)
    except VideoError as error:
        raise error.about(what) from error
    if seconds < float(spec.seconds - SHORT_S):
        needs = f"the shot lasts {float(spec.seconds):.2f} s with its handles"
        raise UsageError(f"{what} lasts {seconds:.2f} s; {needs}")
    return seconds


def performed_s(video: Path, spec: ShotSpec) -> float:
    """How many seconds a driving video lasts.

    Raises:
        VideoError: it cannot be read.
        UsageError: it ends before the shot does, or act_two does not take it.
    """
    seconds = length_of(video, spec, DRIVING)
    shortest, longest = PERFORMANCE_S
    if not shortest <= seconds <= longest:
        raise UsageError(f"{DRIVING} lasts {seconds:.2f} s; act_two takes {shortest} to {longest} s")
    return seconds


def moves(path: Path) -> bool:
    """Whether a file is a video, not a picture.

    Raises:
        UsageError: it is neither that Runway takes.
    """
    if container_of(path) not in _PICTURES:
        try:
            look_at(path)
        except VideoError as error:
            words = f"the character is to be seen in a PNG, JPEG or WebP, or in a video: {error.message}"
            raise UsageError(words) from error
        return True
    try:
        open_picture(path)
    except PictureError as error:
        raise error.about("the character's picture") from error
    return False


def complaints_of_files(
    spec: ShotSpec,
    files: Mapping[str, Path],
    may_ask: Callable[[str], bool],  # noqa: ARG001  (it names no servers)
) -> Sequence[Complaint]:
    """What is wrong with the files that a shot is made from, said before anything is sent.

    Args:
        spec: the shot.
        files: those of its options, by their paths in the project, and its driving video by its SHA-256.
        may_ask: nothing is asked.
    """
    options = RunwayOptions.model_validate(spec.options)
    return [*_of_changed(spec, options, files), *_of_performance(spec, options, files)]


def _of_changed(spec: ShotSpec, options: RunwayOptions, files: Mapping[str, Path]) -> Iterator[Complaint]:
    if options.change:
        yield from _found(lambda: length_of(files[options.change], spec, f'"{options.change}"'), "change")
    elif spec.performance is not None and changes(spec, options):
        yield from _found(lambda: length_of(files[_driving(spec)], spec, DRIVING))


def _of_performance(spec: ShotSpec, options: RunwayOptions, files: Mapping[str, Path]) -> Iterator[Complaint]:
    if is_performed(spec, options):
        yield from _found(lambda: performed_s(files[_driving(spec)], spec))
        if options.character:
            yield from _found(lambda: moves(files[options.character]), "character")


def _driving(spec: ShotSpec) -> str:
    return spec.performance.file.sha256 if spec.performance else ""


def _found(look: Callable[[], object], option: str = "") -> Iterator[Complaint]:
    try:
        look()
    except ShotfarmError as error:
        yield Complaint("error", error.message, option)
