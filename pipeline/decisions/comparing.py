"""Two takes of a shot, compared by what they were made from."""

from __future__ import annotations

from dataclasses import dataclass

from farm.takes.facts import TakeFacts
from pipeline.catalog.entries import Take
from pipeline.decisions.shots import Meant
from storyboard.errors import UsageError
from storyboard.planning.difference import Difference, Group, differences
from storyboard.planning.spec import ShotSpec


@dataclass(frozen=True, slots=True)
class Compared:
    """Two takes, and what differs.

    Attributes:
        shot: whose takes they are.
        a: the number of the first.
        b: of the second.
        rows: what they were made from otherwise; nothing when from the same.
    """

    shot: str
    a: int
    b: int
    rows: tuple[Difference, ...]


def compared(meant: Meant, a: int, b: int) -> Compared:
    """Compare two takes of a shot by their numbers.

    Raises:
        UsageError: the shot has no such take, or it is not in the store any more.
        StoreError: the store cannot be read.
    """
    first, second = meant.take(a), meant.take(b)
    known = {sha256: name for name, sha256 in meant.production.digests.items()}
    specs = _made_from(meant, first), _made_from(meant, second)
    rows = differences(*specs, lambda sha256: known.get(sha256, f"a file ({sha256[:8]})"))
    if first.renderer != second.renderer:
        rows = [Difference(Group.RENDERER, "renderer", first.renderer, second.renderer), *rows]
    return Compared(meant.shot.id, a, b, tuple(rows))


def _made_from(meant: Meant, take: Take) -> ShotSpec:
    manifest = meant.production.takes.find(take.digest)
    if manifest is None:
        raise UsageError(f"take {take.number} of shot {meant.shot.id} is not in the store any more")
    return TakeFacts.of(manifest).spec
