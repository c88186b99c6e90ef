"""Runway as a service of the machine: its official SDK, whose own retries are off, and its answers in words.

Runway has no keys that make a request safe to repeat, and no list of tasks: where an answer is lost, nobody
can tell whether a task was taken on.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from farm.backends.hosted.over_http import (
    certificates,
    container_of,
    download,
    retry_after,
    with_words,
    words_of,
)
from farm.backends.hosted.runway.models import USD_PER_CREDIT
from farm.backends.hosted.service import (
    Away,
    Call,
    CannotTell,
    NotTaken,
    Report,
    TaskState,
    Unheard,
)
from storyboard.errors import FarmError, ShotfarmError, UsageError

HOST = "api.dev.runwayml.com"
MOST_IN_REQUEST = 3_500_000
"""bytes of a file that are sent inside a request; Runway takes 5 MB of their base64"""
TIMEOUT_S = 60.0
_STATES = {
    "PENDING": TaskState.QUEUED,
    "THROTTLED": TaskState.QUEUED,
    "RUNNING": TaskState.RUNNING,
    "SUCCEEDED": TaskState.DONE,
    "CANCELLED": TaskState.WITHDRAWN,
}
_AGAIN = ("INTERNAL", "INPUT_PREPROCESSING.INTERNAL", "THIRD_PARTY.UNAVAILABLE")
"""codes of failures that Runway calls its own, and takes no money for"""
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_DEAD = frozenset({401, 403, 404, 410})
_LIMITED, _BROKEN = 429, 500
_MEDIA_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "matroska": "video/webm",
    "quicktime": "video/quicktime",
    "mp4": "video/mp4",
    "": "video/mp4",
}


class RunwayService:
    """Runway with one key.

    Args:
        key: the account's.
        look_every_s: how often a task is looked at.
    """

    name = "Runway"
    usd_per_credit = USD_PER_CREDIT

    def __init__(self, key: str, look_every_s: float = 5.0) -> None:
        try:
            import runwayml
        except ImportError as error:
            raise UsageError("Runway's SDK is not installed", "`pip install 'shotfarm[hosted]'`") from error
        self._sdk = runwayml
        self._http = httpx.Client(timeout=TIMEOUT_S, follow_redirects=True, verify=certificates())
        self._client = runwayml.RunwayML(
            api_key=key, max_retries=0, timeout=TIMEOUT_S, http_client=self._http
        )
        self.account = f"runway-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
        self.look_every_s = look_every_s
        self._key = key

    def send(self, call: Call, key: str) -> str:  # noqa: ARG002  (Runway knows no keys of requests)
        """Ask for it."""
        body = with_words(dict(call.body), lambda word: self._sent(word, call.files))
        try:
            answer = getattr(self._client, call.kind).create(**body)
        except self._sdk.APIStatusError as error:
            raise self._refused(error, NotTaken) from None
        except self._sdk.APIConnectionError as error:
            if isinstance(error.__cause__, _NOT_SENT):
                raise NotTaken(words_of(error.__cause__)) from None
            raise Unheard from None
        except self._sdk.APIError:
            raise Unheard from None
        task = getattr(answer, "id", None)
        if not isinstance(task, str) or not task:
            raise Unheard
        return task

    def find(self, call: Call, key: str) -> str | None:  # noqa: ARG002  (there is nothing to ask by)
        """Runway cannot tell."""
        raise CannotTell

    def look(self, task: str) -> Report:
        """Where a task is."""
        with self._asking():
            try:
                answer = self._client.tasks.retrieve(task)
            except self._sdk.NotFoundError:
                return Report(TaskState.UNKNOWN)
        return report_of(answer.model_dump(mode="json", by_alias=True))

    def fetch(self, output: str, path: Path) -> None:
        """Write a result into a file."""
        try:
            download(self._http, output, path, _DEAD)
        except httpx.HTTPError as error:
            raise Away(words_of(error)) from None

    def withdraw(self, task: str) -> None:
        """Call a task off."""
        with self._asking(), contextlib.suppress(self._sdk.NotFoundError):
            self._client.tasks.delete(task)

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    # Inside -------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """While something is asked that takes nothing on."""
        try:
            yield
        except self._sdk.APIStatusError as error:
            raise self._refused(error, Away) from None
        except self._sdk.APIError as error:
            raise Away(words_of(error.__cause__ or error)) from None

    def _sent(self, word: str, files: Mapping[str, Path]) -> str:
        """A word of a request: what is named `file:` is the file."""
        return self._file(files[word.removeprefix("file:")]) if word.startswith("file:") else word

    def _file(self, path: Path) -> str:
        kind = _MEDIA_TYPES[container_of(path)]
        if path.stat().st_size <= MOST_IN_REQUEST:
            return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
        name = f"{path.stem[:40]}{mimetypes.guess_extension(kind) or ''}"
        try:
            uploaded = self._client.uploads.create_ephemeral(file=(name, path.read_bytes(), kind))
        except self._sdk.APIStatusError as error:
            raise self._refused(error, NotTaken) from None
        except (self._sdk.APIError, httpx.HTTPError) as error:  # an upload alone costs nothing
            raise NotTaken(words_of(error)) from None
        return str(uploaded.uri)

    def _refused(self, error: Any, kind: type[NotTaken]) -> Exception:
        """What an answer that is an error says."""
        status = error.status_code
        if status == _LIMITED or status >= _BROKEN:
            return kind(f"HTTP {status}", retry_after(error.response.headers))
        return self._wrong(error)

    def _wrong(self, error: Any) -> ShotfarmError:
        if error.status_code in {401, 403}:
            return UsageError("Runway does not let this key in", "see RUNWAYML_API_SECRET in docs/hosted.md")
        body = error.body if isinstance(error.body, dict) else {}
        said = str(body.get("error") or body.get("message") or f"HTTP {error.status_code}")
        said = said.replace(self._key, "…")[:500]
        if "credit" in said.lower():
            return FarmError(f"Runway: {said}", "buy credits, then render again: nothing was lost")
        return UsageError(f"Runway refuses the request: {said}")


def report_of(answer: Mapping[str, Any]) -> Report:
    """What Runway's answer about a task says. Pure."""
    status = str(answer.get("status"))
    cost = answer.get("cost") or answer.get("estimatedCost") or {}
    charged = round(100 * float(cost["credits"])) if "credits" in cost else None
    kept = {name: answer[name] for name in ("id", "status", "createdAt", "failureCode") if answer.get(name)}
    if charged is not None:
        kept["credits"] = charged / 100
    if status == "FAILED":
        code, words = str(answer.get("failureCode") or ""), str(answer.get("failure") or "")
        said = ": ".join(filter(None, (code, words)))
        kept["failure"] = words
        # What is its own fault may be sent again; what it charges for all the same is not.
        again = any(code == one or code.startswith(f"{one}.") for one in _AGAIN) and not charged
        state = TaskState.FAILED if again else TaskState.REFUSED
        return Report(state, words=said, credits=charged, response=kept)
    return Report(
        _STATES.get(status, TaskState.QUEUED),
        float(answer.get("progress") or 0.0),
        tuple(answer.get("output") or ()),
        credits=charged,
        response=kept,
    )
