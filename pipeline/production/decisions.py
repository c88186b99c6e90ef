"""What people decided of a film's shots, as the plan of a renderer takes it."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.catalog.record import Record
from pipeline.catalog.status import Holds, ShotStanding, standings
from pipeline.production.production import Kept
from pipeline.production.renderers import Choices
from pipeline.production.takes import Takes
from storyboard.planning.decided import NOTHING, THE_CUT, Decided
from storyboard.planning.spec import ShotSpec
from storyboard.schema.film import Film


def decisions_of(film: Film, choices: Choices, kept: Kept) -> tuple[dict[str, Decided], frozenset[str]]:
    """What holds for each shot that was decided of, and the shots with a circled take of any renderer.

    They are read from the log, which needs no database.

    Args:
        film: what the document says.
        choices: what renders each shot, before anything is laid over it.
        kept: its takes, its log, and what holds in this version of it.

    Raises:
        CatalogError: the log has a line that this version of shotfarm does not read.
        StoreError: the log or a circled take cannot be read.
    """
    stand = standings_of(kept.log.record(), kept.holds)
    approved = frozenset(shot for shot, one in stand.items() if one.circled)
    return decided_by(stand, film, choices, kept.takes), approved


def standings_of(record: Record, holds: Holds) -> dict[str, ShotStanding]:
    """How those shots of a version of a film stand of which somebody has decided something.

    Args:
        record: what the log of its project says.
        holds: whether a decision holds in the version.
    """
    shots = {one.shot for one in record.decisions}
    return standings([take for take in record.takes if take.shot in shots], record.decisions, holds)


def decided_by(
    stand: Mapping[str, ShotStanding], film: Film, choices: Choices, takes: Takes
) -> dict[str, Decided]:
    """The same, from how the shots stand."""

    def spec_of(digest: str) -> ShotSpec | None:
        found = takes.find(digest)
        return takes.spec_of(found) if found else None

    decided = {
        shot.id: stand[shot.id].decided(choices.of(shot).name, spec_of)
        for _, shot in film.shots()
        if shot.id in stand
    }
    if THE_CUT in stand:
        decided[THE_CUT] = Decided(cut=stand[THE_CUT].cut)
    return {shot: about for shot, about in decided.items() if about != NOTHING}
