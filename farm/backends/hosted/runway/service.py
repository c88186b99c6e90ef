"""Runway as a service of the machine: its official SDK, whose own retries are off, and its answers in words.

Runway has no keys that make a request safe to repeat, and no list of tasks: where an answer is lost, nobody
can tell whether a task was taken on.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from pydantic import JsonValue

from farm.backends.hosted.runway.models import USD_PER_CREDIT
from farm.backends.hosted.service import (
    Away,
    Call,
    CannotTell,
    Expired,
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
        self._http = httpx.Client(timeout=TIMEOUT_S, follow_redirects=True)
        self._client = runwayml.RunwayML(
            api_key=key, max_retries=0, timeout=TIMEOUT_S, http_client=self._http
        )
        self.account = f"runway-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
        self.look_every_s = look_every_s
        self._key = key

    def send(self, call: Call, key: str) -> str:  # noqa: ARG002  (Runway knows no keys of requests)
        """Ask for it."""
        body = {name: self._with_files(value, call.files) for name, value in call.body.items()}
        try:
            answer = getattr(self._client, call.kind).create(**body)
        except self._sdk.APIStatusError as error:
            raise self._not_taken(error) from None
        except self._sdk.APIConnectionError as error:
            if isinstance(error.__cause__, _NOT_SENT):
                raise NotTaken(_words(error.__cause__)) from None
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
        try:
            answer = self._client.tasks.retrieve(task)
        except self._sdk.NotFoundError:
            return Report(TaskState.UNKNOWN)
        except self._sdk.APIStatusError as error:
            raise self._away(error) from None
        except self._sdk.APIError as error:
            raise Away(_words(error.__cause__ or error)) from None
        return report_of(answer.model_dump(mode="json", by_alias=True))

    def fetch(self, output: str, path: Path) -> None:
        """Write a result into a file."""
        aside = path.with_name(f"{path.name}.part")
        try:
            with self._http.stream("GET", output) as answer:
                if answer.status_code in _DEAD:
                    raise Expired
                if not answer.is_success:
                    raise Away(f"HTTP {answer.status_code}", _retry_after(answer.headers))
                with aside.open("wb") as file:
                    for block in answer.iter_bytes():
                        file.write(block)
        except httpx.HTTPError as error:
            raise Away(_words(error)) from None
        aside.replace(path)

    def withdraw(self, task: str) -> None:
        """Call a task off."""
        try:
            self._client.tasks.delete(task)
        except self._sdk.NotFoundError:
            return
        except self._sdk.APIStatusError as error:
            raise self._away(error) from None
        except self._sdk.APIError as error:
            raise Away(_words(error.__cause__ or error)) from None

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    # Inside -------------------------------------------------------------------------------------

    def _with_files(self, value: JsonValue, files: Mapping[str, Path]) -> Any:
        """A value of a request in which `file:<name>` has become the file."""
        if isinstance(value, dict):
            return {name: self._with_files(one, files) for name, one in value.items()}
        if isinstance(value, list):
            return [self._with_files(one, files) for one in value]
        if isinstance(value, str) and value.startswith("file:"):
            return self._file(files[value.removeprefix("file:")])
        return value

    def _file(self, path: Path) -> str:
        kind = _media_type(path)
        if path.stat().st_size <= MOST_IN_REQUEST:
            return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
        name = f"{path.stem[:40]}{mimetypes.guess_extension(kind) or ''}"
        try:
            uploaded = self._client.uploads.create_ephemeral(file=(name, path.read_bytes(), kind))
        except self._sdk.APIStatusError as error:
            raise self._not_taken(error) from None
        except (self._sdk.APIError, httpx.HTTPError) as error:  # an upload alone costs nothing
            raise NotTaken(_words(error)) from None
        return str(uploaded.uri)

    def _not_taken(self, error: Any) -> Exception:
        """What an answer that is an error says of what was sent."""
        status = error.status_code
        if status == _LIMITED or status >= _BROKEN:
            return NotTaken(f"HTTP {status}", _retry_after(error.response.headers))
        return self._wrong(error)

    def _away(self, error: Any) -> Exception:
        status = error.status_code
        if status == _LIMITED or status >= _BROKEN:
            return Away(f"HTTP {status}", _retry_after(error.response.headers))
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


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """How long an answer asks to be left alone: milliseconds, seconds or a date (RFC 9110, 10.2.3)."""
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        said = headers.get("retry-after")
        if said is None:
            return None
        try:
            return max(0.0, float(said))
        except ValueError:
            return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _media_type(path: Path) -> str:
    """By the first bytes of a file: the store's files have no endings."""
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"\x89PNG"):
        return "image/png"
    if head.startswith(b"\xff\xd8"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm"
    return "video/quicktime" if head[4:12] == b"ftypqt  " else "video/mp4"


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200] if str(error) else type(error).__name__
