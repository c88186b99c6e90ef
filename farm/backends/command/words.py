"""The words that a program is started with, and the JSON file that tells it the whole shot. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from farm.backends.command.options import PLACEHOLDER
from farm.backends.diffusion.prompt import prompt_of
from storyboard.media.timing import format_rate
from storyboard.planning.spec import ShotSpec


class Told(BaseModel):
    """What `{spec}` holds: the shot as the plan has it, and where what belongs to it lies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shot: ShotSpec
    """everything that affects its pixels; its files are named by their SHA-256"""
    prompt: str
    """the shot in words, as `{prompt}`"""
    negative: str
    out: str
    """where the program puts what it makes, as `{out}`"""
    frames: int
    """of the take, with its handles: so many are to be made"""
    files: dict[str, str]
    """the path of each file of the shot, by its SHA-256"""
    predecessor_frames: tuple[str, ...] = ()
    """PNGs of the last frames of the shot that this one continues, the oldest first"""
    matched_frame: str | None = None
    """a PNG of the frame that the shot is composed like"""


def told(
    spec: ShotSpec, out: Path, files: Mapping[str, Path], before: Sequence[Path], matched: Path | None
) -> Told:
    """What a program is told of a shot.

    Args:
        spec: the shot.
        out: where it puts what it makes.
        files: the local copy of each file of the shot, by its SHA-256.
        before: pictures of the last frames of the shot that this one continues.
        matched: a picture of the frame that it is composed like.
    """
    prompt = prompt_of(spec)
    return Told(
        shot=spec,
        prompt=prompt.text,
        negative=prompt.negative,
        out=str(out),
        frames=spec.total_frames,
        files={sha256: str(path) for sha256, path in files.items()},
        predecessor_frames=tuple(str(path) for path in before),
        matched_frame=None if matched is None else str(matched),
    )


def words_of(command: Sequence[str], shot: Told, spec_file: Path) -> list[str]:
    """A command with the values of a shot in the places of its placeholders.

    Text that would begin a word with `-` has a space before that: what a shot says is no option of a program.
    """
    spec = shot.shot
    values = {
        "out": shot.out,
        "spec": str(spec_file),
        "frames": str(shot.frames),
        "width": str(spec.width),
        "height": str(spec.height),
        "rate": format_rate(spec.rate),
        "seconds": f"{float(spec.seconds):.6f}",
        "seed": str(spec.seed),
        "shot": spec.shot,
        "prompt": shot.prompt,
        "negative": shot.negative,
    }

    def filled(word: str) -> str:
        made = PLACEHOLDER.sub(lambda match: values[match[1]], word).replace("\0", "")
        return f" {made}" if made.startswith("-") and not word.startswith("-") else made

    return [filled(word) for word in command]
