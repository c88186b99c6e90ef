"""The process of a detached run: `python -m pipeline.cli.detached_run ORDER`, as `render --detach` starts it.

It does what `shotfarm render` would, writes a line for each thing that ends, and tells a journal.
"""

from __future__ import annotations

import os
import signal
import sys

from pipeline.cli.console import out
from pipeline.cli.views.run import show_run, watching
from pipeline.garbage import look_less_often
from pipeline.observer import Both
from pipeline.orchestration.detached import RunOrder, live_with_farm
from pipeline.orchestration.run import run_production
from pipeline.orchestration.run_journal import Journal
from pipeline.services.standing_farm import standing_farm
from pipeline.settings import load_settings
from storyboard.errors import FarmError, Interrupted, ShotfarmError


def main() -> None:
    """Run an order; how it ends is in the journal, and in the exit code."""
    look_less_often()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    order = RunOrder.model_validate_json(sys.argv[1])
    os.chdir(order.folder)
    journal = Journal(order.journal)
    try:
        _run(order, journal)
    except ShotfarmError as error:
        journal.failed(error)
        out.print(f"error: {error.in_words}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except Exception as error:
        journal.failed(FarmError(f"a bug ended the run: {error!r}", "its traceback is in the run's log"))
        raise


def _run(order: RunOrder, journal: Journal) -> None:
    settings = load_settings(**order.options)
    try:
        live_with_farm(settings)
        with watching(out) as lines:
            summary = run_production(
                order.film,
                settings,
                order.shots,
                order.out,
                Both(lines, journal),
                order.given,
                approved_only=order.approved_only,
                name=order.name,
                deadline=order.deadline,
            )
    except KeyboardInterrupt:
        why = "by `farm cancel`" if standing_farm(settings) else "with the farm that it lived with"
        raise Interrupted(
            why, "what is finished is kept; the same render command goes on from here"
        ) from None
    journal.ended(summary)
    show_run(out, summary)


if __name__ == "__main__":
    main()
