"""Questions to a Prefect server, in the words of its REST API: Prefect itself takes seconds to load."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import httpx
from tenacity import Retrying, retry_if_result, stop_after_attempt, wait_exponential

from pipeline.services.prefect_server import PREFECT_USER, prefect_api
from storyboard.errors import FarmError
from storyboard.wording import first_line

ANSWER_S = 60.0
BUSY_S, TRIES = 0.2, 6
"""the first pause before a server that is too busy is asked again, each next one twice as long; how often"""
PAGE = 200
"""as many as the server gives at once"""


_PATIENTLY = Retrying(  # its database is locked, and nothing was done
    retry=retry_if_result(lambda answer: answer.status_code == httpx.codes.SERVICE_UNAVAILABLE),
    wait=wait_exponential(BUSY_S),
    stop=stop_after_attempt(TRIES),
    retry_error_callback=lambda state: state.outcome and state.outcome.result(),
)


class PrefectApi:
    """A server that is asked.

    Raises:
        httpx.HTTPError: from everything: it does not answer, or refuses.
    """

    def __init__(self, port: int, password: str) -> None:
        without_tls = ssl.SSLContext(
            ssl.PROTOCOL_TLS_CLIENT
        )  # else it reads all authorities of the web first
        self._client = httpx.Client(
            base_url=prefect_api(port), auth=(PREFECT_USER, password), timeout=ANSWER_S, verify=without_tls
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, path: str, question: Any = None) -> Any:
        """What the server answers to a POST."""
        return self._answer("POST", path, question)

    def all(self, path: str, question: dict[str, Any], most: int) -> list[Any]:
        """What it answers to a filter, page by page, up to so many."""
        found: list[Any] = []
        while len(found) < most:
            page = {"limit": min(PAGE, most - len(found)), "offset": len(found)}
            rows = self.ask(path, {**question, **page})
            found += rows
            if len(rows) < page["limit"]:
                break
        return found

    def read(self, path: str) -> Any:
        """What the server answers to a GET."""
        return self._answer("GET", path)

    def change(self, path: str, facts: dict[str, Any]) -> None:
        """Change something (PATCH)."""
        self._answer("PATCH", path, facts)

    def remove(self, path: str) -> None:
        """Remove something (DELETE)."""
        self._answer("DELETE", path)

    def end_run(self, path: str, state: str, why: str, name: str = "") -> None:
        """Set the state of a flow run or a task run, whatever it was."""
        wanted = {"type": state, "name": name or state.capitalize(), "message": why}
        self.ask(f"{path}/set_state", {"state": wanted, "force": True})

    def _answer(self, method: str, path: str, question: Any = None) -> Any:
        answer = _PATIENTLY(self._client.request, method, f"/{path}", json=question)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@contextlib.contextmanager
def asking(port: int, password: str) -> Iterator[PrefectApi]:
    """The same for a command: a server that does not answer, or refuses, is an error in words.

    Raises:
        FarmError: see above.
    """
    try:
        with PrefectApi(port, password) as prefect:
            yield prefect
    except httpx.HTTPStatusError as error:
        raise FarmError(f"Prefect refuses: {_said(error.response)}") from error
    except httpx.HTTPError as error:
        raise FarmError(
            f"the Prefect server does not answer: {first_line(error)}", "`shotfarm farm up` starts it again"
        ) from error


def _said(answer: httpx.Response) -> str:
    """What a server says of a question that it refuses."""
    with contextlib.suppress(ValueError):
        told = answer.json()
        for key in ("detail", "exception_message"):
            if isinstance(told, dict) and told.get(key):
                return str(told[key])[:400]
    return f"{answer.status_code} {answer.reason_phrase}"
