"""What services that are asked by HTTP share: what their answers ask for, and files in and out."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from farm.backends.hosted.service import Away, Expired

_HEADS = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpeg"), (b"\x1a\x45\xdf\xa3", "matroska"))


@cache
def certificates() -> ssl.SSLContext:
    """The certificates that servers are known by: one context for all clients of a process.

    Each client would read them anew, which takes 20 ms and megabytes.
    """
    return httpx.create_ssl_context()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """How long an answer asks to be left alone: milliseconds, seconds or a date (RFC 9110, 10.2.3).

    A date is by the clock of whoever answers, where its `date` says what that shows.
    """
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        said = headers.get("retry-after")
        if said is None:
            return None
        try:
            return max(0.0, float(said))
        except ValueError:
            at = parsedate_to_datetime(said)
            now = parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
            return max(0.0, (at - now).total_seconds())
    except (ValueError, TypeError):
        return None


def words_of(error: BaseException) -> str:
    """What went wrong with a connection, for people."""
    return f"{type(error).__name__}: {error}"[:200] if str(error) else type(error).__name__


def download(
    client: httpx.Client,
    address: str,
    path: Path,
    dead: Collection[int],
    params: Mapping[str, str] | None = None,
) -> None:
    """Write what lies at an address into a file, which is there when all of it is.

    Args:
        client: asks.
        address: where it lies.
        path: the file.
        dead: the statuses of an address at which it lies no more.
        params: of the question.

    Raises:
        Expired: it lies there no more.
        Away: the service refuses otherwise.
        httpx.HTTPError: the connection broke.
    """
    aside = path.with_name(f"{path.name}.part")
    with client.stream("GET", address, params=params) as answer:
        if answer.status_code in dead:
            raise Expired
        if answer.is_error:
            raise Away(f"HTTP {answer.status_code}", retry_after(answer.headers))
        with aside.open("wb") as file:
            for block in answer.iter_bytes():
                file.write(block)
    aside.replace(path)


def container_of(path: Path) -> str:
    """The form of a file by its first bytes, as the store's files have no endings; empty for another.

    `png`, `jpeg`, `webp`, `matroska`, `quicktime`, or `mp4` for any other of that family.
    """
    with path.open("rb") as file:
        head = file.read(16)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return "quicktime" if head[8:12] == b"qt  " else "mp4"
    return next((name for begin, name in _HEADS if head.startswith(begin)), "")


def with_words(value: Any, change: Callable[[str], Any]) -> Any:
    """Plain values in which each text is what `change` makes of it."""
    if isinstance(value, dict):
        return {name: with_words(one, change) for name, one in value.items()}
    if isinstance(value, list):
        return [with_words(one, change) for one in value]
    return change(value) if isinstance(value, str) else value
