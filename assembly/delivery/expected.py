"""What a deliverable's file must be, compared with what was seen and heard of it.

A difference is a `problem`, and such a file is not delivered. What may be meant, such as a black or silent
stretch that nothing in the film asks for, is a `warning`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from assembly.sound.mix.mix import CEILING_DBTP, TOLERANCE_LU
from storyboard.media.timing import timecode_from_frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assembly.delivery.verify import PictureFacts, SoundFacts, Stretch


@dataclass(frozen=True, slots=True)
class Expected:
    """What a deliverable's file must be, and which black and silent stretches the film asks for.

    Attributes:
        frames: its pictures, or None for a sound file.
        size: width and height.
        rate: frames a second.
        codec: of its picture.
        sound_s: length of its sound in seconds, or None when it is silent.
        lufs: its loudness, or None when nothing is heard.
        dark: frames that a fade darkens.
        heard: frames in which something sounds that is no moment of silence.
    """

    frames: int | None
    size: tuple[int, int]
    rate: Fraction
    codec: str | None
    sound_s: Fraction | None
    lufs: float | None
    dark: tuple[Stretch, ...] = ()
    heard: tuple[Stretch, ...] = ()


def compare(
    expected: Expected, picture: PictureFacts | None, sound: SoundFacts | None
) -> tuple[list[str], list[str]]:
    """What is wrong with a file, and what may be: problems and warnings, a sentence each."""
    problems: list[str] = []
    warnings: list[str] = []
    if picture:
        wanted: list[tuple[str, Any, Any]] = [
            ("frames", picture.frames, expected.frames),
            ("width and height", (picture.width, picture.height), expected.size),
            ("frames a second", picture.rate, expected.rate),
            ("codec", picture.codec, expected.codec),
        ]
        problems += [
            f"{what}: {found} where {want} is right" for what, found, want in wanted if found != want
        ]
        if not picture.evenly:
            problems.append("its frames are not shown one frame after the other")
        if not picture.tagged:
            problems.append("its colours are not tagged as BT.709 in limited range")
        unasked = _not_in(picture.black, expected.dark)
        warnings += [f"black that no fade asks for: {_span(each, expected.rate)}" for each in unasked]
    elif expected.frames:
        problems.append("it has no picture")
    if sound and expected.sound_s is not None:
        _compare_sound(expected, sound, expected.sound_s, problems, warnings)
    elif sound:
        problems.append("it has sound that was not asked for")
    elif expected.sound_s is not None:
        problems.append("it has no sound")
    return problems, warnings


def _compare_sound(
    expected: Expected, sound: SoundFacts, length: Fraction, problems: list[str], warnings: list[str]
) -> None:
    # A block codec's last packet may be longer than the sound; the container then says where it ends.
    off = abs(sound.duration_s - length)
    if off > max(1 / expected.rate, Fraction(2 * 1024, sound.sample_rate)):
        problems.append(f"its sound is {float(sound.duration_s):.3f} s where {float(length):.3f} s is right")
    if sound.true_peak_dbtp > CEILING_DBTP:
        problems.append(f"its true peak is {sound.true_peak_dbtp:.1f} dBTP; the most is {CEILING_DBTP:.1f}")
    if expected.lufs is not None and sound.lufs > expected.lufs + TOLERANCE_LU:
        problems.append(f"its loudness is {sound.lufs:.1f} LUFS; the target is {expected.lufs:.1f}")
    if expected.lufs is not None and sound.lufs < expected.lufs - TOLERANCE_LU:
        warnings.append(f"quieter than its target of {expected.lufs:.1f} LUFS: {sound.lufs:.1f}")
    for first, last in sound.silent:
        begin = int(Fraction(first, sound.sample_rate) * expected.rate)
        end = int(Fraction(last, sound.sample_rate) * expected.rate)
        if any(start < end and begin < stop for start, stop in expected.heard):
            warnings.append(f"silence where something should sound: {_span((begin, end), expected.rate)}")


def _not_in(stretches: Iterable[Stretch], asked: Sequence[Stretch]) -> list[Stretch]:
    """The stretches that touch nothing that was asked for."""
    return [
        (first, last)
        for first, last in stretches
        if not any(start < last and first < stop for start, stop in asked)
    ]


def _span(stretch: Stretch, rate: Fraction) -> str:
    first, last = stretch
    return f"{timecode_from_frames(first, rate)} to {timecode_from_frames(last, rate)}"
