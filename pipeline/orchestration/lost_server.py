"""What becomes of a flow whose Prefect server has gone away: an error in words, soon."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker
from prefect.settings import PREFECT_API_URL, get_current_settings

from farm.host.addresses import answers
from storyboard.errors import FarmError


@contextlib.contextmanager
def telling_of_a_lost_server() -> Iterator[None]:
    """To be held while a flow runs in this process.

    Raises:
        FarmError: the server has gone away.
    """
    # Prefect would try for ten seconds to send each event to a server that has gone away, before this ends.
    EventsWorker.set_client_override(PrefectEventsClient, reconnection_attempts=2)
    try:
        yield
    except (httpx.TransportError, RuntimeError) as error:
        # Prefect hides in a RuntimeError that its server does not answer when a flow begins.
        if isinstance(error, RuntimeError) and not isinstance(error.__cause__, httpx.TransportError):
            raise
        raise FarmError(
            f"the Prefect server has gone away: {error}",
            "what was rendered is kept; the same command goes on from here",
        ) from error
    finally:
        # What Prefect logged is sent in the background; the server of this run ends with it.
        for handler in logging.getLogger("prefect.flow_runs").handlers:
            handler.flush()


def ask_a_dead_server_once() -> None:
    """Where the server has gone away, let each question to it fail at once.

    Prefect would put it again after two seconds, and after four more.
    """
    port = urlsplit(PREFECT_API_URL.value()).port
    if port is not None and not answers(port):
        get_current_settings().client.max_retries = 0
