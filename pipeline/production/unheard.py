"""Notices that nobody would get: channels that a film names and this machine does not have."""

from __future__ import annotations

from pipeline.notices.channels import load_channels
from pipeline.settings import Settings
from storyboard.document.load import LoadedFilm
from storyboard.errors import UsageError
from storyboard.planning.plan import PlanWarning
from storyboard.wording import did_you_mean


def unheard(loaded: LoadedFilm, settings: Settings) -> list[PlanWarning]:
    """A warning for each, at its line; the film renders all the same."""
    named = loaded.film.notices
    if not named:
        return []
    try:
        there = load_channels(settings)
    except UsageError as error:
        return [PlanWarning(str(loaded.problem(("notices",), f"no notice can be sent: {error.message}")), ())]
    return [
        PlanWarning(
            str(
                loaded.problem(
                    ("notices", name),
                    f"this machine has no channel {name}{did_you_mean(name, there)}: its notices wait",
                )
            ),
            (),
        )
        for name in named
        if name not in there
    ]
