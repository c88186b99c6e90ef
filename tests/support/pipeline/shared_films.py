"""A film with a title that is markup, and what is shared of it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.film.assemble import Delivery
from tests.support.pipeline.decided_films import Folder

HOSTILE = "</title><script>document.title = 'taken'</script> & \"Co\""


@dataclass(frozen=True)
class Shared:
    """A film, its web file and its folder to share.

    Attributes:
        reels: digests of those that were in the store when only the web file was made.
    """

    film: Folder
    web: Delivery
    share: Delivery
    reels: set[str]


def reels_of(film: Folder) -> set[str]:
    """The digests of a film's reels in its store."""
    kept = film.path / ".shotfarm" / "store" / "reels"
    return {path.parent.name for path in kept.glob("*/*/manifest.json")}
