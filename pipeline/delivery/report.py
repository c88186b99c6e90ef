"""What was found of a deliverable: what goes into its report, and what keeps it from being delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from assembly.delivery import verify
from assembly.delivery.expected import Expected, compare


class Report:
    """What was found of the files of one deliverable.

    Attributes:
        checks: what was measured of each file.
        problems: why it is not delivered, a sentence each.
        warnings: what may be meant.
        heard: its sound, where it has one.
    """

    def __init__(self) -> None:
        self.checks: list[dict[str, JsonValue]] = []
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self.heard: verify.SoundFacts | None = None

    def judge(
        self,
        path: Path,
        expected: Expected,
        picture: verify.PictureFacts | None,
        sound: verify.SoundFacts | None,
    ) -> None:
        """Compare what was seen and heard of a file with what it must be."""
        problems, warnings = compare(expected, picture, sound)
        self.problems += [f"{path.name}: {words}" for words in problems]
        self.warnings += warnings
        facts: dict[str, JsonValue] = {}
        if picture:
            facts["picture"] = _plain(replace(picture, keyframes=()), "keyframes")
        if sound:
            unmeasured: dict[str, JsonValue] = {"lufs": None, "true_peak_dbtp": None}
            facts["sound"] = _plain(sound) | (unmeasured if sound.is_silent else {})
        self.note(path, facts)

    def same(self, path: Path, what: str, found: object, wanted: object) -> None:
        """Two things that must not differ."""
        if found != wanted:
            self.problems.append(f"{path.name}: {what} {found} where {wanted} is right")

    def note(self, path: Path, facts: Mapping[str, JsonValue]) -> None:
        """Facts of a file for the report."""
        self.checks.append({"file": path.name, **facts})

    def frames(self, files: Sequence[Path], codec: str, size: tuple[int, int], wanted: int) -> None:
        """A picture in each of these files, of this codec and size."""
        if len(files) != wanted:
            self.problems.append(f"there are {len(files)} pictures where {wanted} are right")
        for path in files:
            facts = verify.watch(path)
            self.same(
                path, "it is", (facts.codec, facts.width, facts.height, facts.frames), (codec, *size, 1)
            )
        self.checks.append({"pictures": len(files), "codec": codec, "size": list(size)})


def _plain(facts: Any, *without: str) -> dict[str, JsonValue]:
    """Facts as JSON has them: rates as text, seconds as numbers."""
    plain: dict[str, JsonValue] = {}
    for key, value in asdict(facts).items():
        if key in without:
            continue
        if isinstance(value, Fraction):
            plain[key] = str(value) if key == "rate" else float(value)
        else:
            plain[key] = [list(each) for each in value] if isinstance(value, tuple) else value
    return plain
