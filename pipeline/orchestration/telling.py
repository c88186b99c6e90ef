"""What a run of a film has to tell to the channels that its document names."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from farm.schedule.messages import Update
from pipeline.film.assemble import FinishedFilm
from pipeline.notices.herald import Herald, heralded
from pipeline.notices.notice import About, finished, late, over_budget, waits_for_approval
from pipeline.production.production import Production
from pipeline.rendering.told import LATE_S
from pipeline.services.standing_farm import StandingFarm
from pipeline.settings import Settings
from storyboard.foreign_names import file_stem
from storyboard.planning.plan import Plan

PREFECT_RUN, REVIEW = "Prefect run", "review"


def heralded_run(production: Production) -> AbstractContextManager[Herald]:
    """To be held while a production runs."""
    film, settings = production.film, production.settings
    about = About(production.title, production.path, review_link(settings, film.title))
    return heralded(settings, {} if production.session else film.notices, about)


def review_link(settings: Settings, title: str) -> dict[str, str]:
    """Where people look at a film, if they do so on a server."""
    if not settings.review_url:
        return {}
    return {REVIEW: f"{settings.review_url.rstrip('/')}/?film={file_stem(title)}"}


def linked(herald: Herald, standing: StandingFarm | None) -> Callable[[str], None]:
    """What is to be called with the id of the flow run: its page, where the server stays."""

    def flow_run(name: str) -> None:
        if standing:
            herald.links_to(PREFECT_RUN, f"{standing.prefect_page}/runs/flow-run/{name}")

    return flow_run


class Tidings:
    """An observer that tells once of a budget that is reached, and of a deadline that will be missed.

    Args:
        deadline: of its production.
        own: tells of the production.
        slate: tells of the slate that it is of.
    """

    def __init__(self, deadline: datetime | None, own: Herald, slate: Herald | None = None) -> None:
        self._own = own
        self._slate = slate
        self._deadline = deadline
        self._over: frozenset[str] = frozenset()
        self._late = False

    def planned(self, plan: Plan) -> None:
        """Nothing is known yet."""

    def rendering(self, update: Update) -> None:
        """How it stands by now."""
        for over in update.over:
            if over.account not in self._over:
                for herald in (self._own, self._slate):
                    if herald:
                        herald.tell(over_budget(herald.about, over))
        self._over = frozenset(over.account for over in update.over)
        late_s = update.late_s
        if self._deadline is not None and late_s is not None and late_s > LATE_S and not self._late:
            self._late = True
            expected = self._deadline + timedelta(seconds=late_s)
            self._own.tell(late(self._own.about, self._deadline, expected))
            if self._slate:
                which = (f"That is {self._own.about.called}; others may be late, too.",)
                self._slate.tell(late(self._slate.about, self._deadline, expected, which))

    def stage(self, name: str, done: int, total: int) -> None:
        """Nothing renders any more."""


def tell_end(
    herald: Herald, film: FinishedFilm | None, rendered: int, absent: int, waits_for: tuple[str, ...]
) -> None:
    """Tell how a run ended well; one that found everything done has nothing to tell.

    Args:
        herald: of the run.
        film: what it made, if it made one.
        rendered: how many shots were missing.
        absent: how many still are.
        waits_for: shots of which a take must be approved before there is a film.
    """
    if film is None:
        if waits_for and not absent:
            herald.tell(waits_for_approval(herald.about, waits_for))
        return
    lacks = [f"{one.name}: {one.error}" for one in film.deliverables if one.error]
    if rendered or film.made or lacks or any(one.made for one in film.deliverables):
        told = finished(
            herald.about, film.path, seconds=film.seconds, shots=film.shots, rendered=rendered, lacks=lacks
        )
        herald.tell(told)
