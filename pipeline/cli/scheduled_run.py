"""The process of a run of a schedule: `python -m pipeline.cli.scheduled_run FLOW_RUN`.

The runner of schedules starts it when Prefect has let the run begin. How it goes is told to Prefect.
"""

from __future__ import annotations

import signal
import sys
from uuid import UUID

from pipeline.garbage import look_less_often
from pipeline.orchestration.detached import live_with_farm
from pipeline.services.prefect_server import use_prefect_server
from pipeline.services.standing_farm import standing_farm
from pipeline.settings import load_settings
from storyboard.errors import FarmError, ShotfarmError


def main() -> None:
    """Run a flow run; how it ends is in Prefect, and in the exit code."""
    look_less_often()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = load_settings()
    try:
        live_with_farm(settings)
        if (farm := standing_farm(settings)) is None:
            raise FarmError("the farm has gone away")
        use_prefect_server(settings.home, farm.prefect_port, farm.prefect_password)
        from pipeline.orchestration.scheduled_batch import run_scheduled

        run_scheduled(UUID(sys.argv[1]), settings.home)
    except ShotfarmError as error:
        print(f"error: {error.in_words}", file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
