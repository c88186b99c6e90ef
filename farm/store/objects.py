"""A remote store's operations: each atomic, tried again through an outage, its refusals said in words.

This is the only place that tries a store's operation again: botocore's and s3fs's own retries are off.
"""

from __future__ import annotations

import contextlib
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import fsspec
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_exponential, wait_random

from farm.store.folder import HeldFile
from storyboard.errors import StoreError
from storyboard.wording import first_line

CONNECT_S, READ_S = 10, 60
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 10.0
FIRST_LOOK_S = 5.0
"""how long `check` waits: a store that does not answer before a run is more likely named wrongly than away"""
_CONNECTIONS = 32
"""to an S3 server at once: sixteen are asked about, each with a file or two; botocore allows ten by itself"""
_FULL = 507
_TRY_AGAIN = {"SlowDown", "RequestTimeout", "OperationAborted", "ConditionalRequestConflict", "BadDigest"}
_REFUSED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "403", "401"}
_OBJECTS = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oci", "oss"}
"""where a file is seen when all of it is there"""
_TELLING = ("size", "ETag", "etag", "LastModified", "last_modified", "mtime", "updated", "created")
_CREDENTIALS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, on every machine of the farm"

_Answer = TypeVar("_Answer")


class RemotePlace:
    """Objects below a root that fsspec reaches.

    Args:
        root: an fsspec URL, such as `s3://bucket/prefix`. The endpoint and the credentials of S3 come from
            the machine's AWS settings (`AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, `~/.aws` and so on).
        patience_s: how long an outage is waited through.

    Raises:
        StoreError: nothing here reads such a URL.
    """

    def __init__(self, root: str, patience_s: float) -> None:
        self.root = root
        self._patience_s = patience_s
        self._at_once: dict[str, int] = {}
        protocol = fsspec.utils.get_protocol(root)
        try:
            self._filesystem: Any = fsspec.filesystem(protocol, **_options(protocol))
        except ImportError as error:
            raise StoreError(f"{root}: {error}", "install shotfarm with its extra: `shotfarm[s3]`") from error
        except ValueError as error:
            raise StoreError(
                f"{root}: {error}", "give a folder, or a URL such as s3://bucket/films"
            ) from error
        self._shows_whole = protocol in _OBJECTS
        if protocol in {"s3", "s3a"}:
            self._filesystem.retries = 1
            # Else it asks for the size first, to read what is large in parts; what is read here is small.
            self._at_once["max_concurrency"] = 1
        self.path: str = self._filesystem._strip_protocol(root).rstrip("/")  # noqa: SLF001  (fsspec's own door)
        self.url = f"{protocol}://{self.path}"

    def check(self) -> None:
        """Write a small object and remove it, before anything is rendered for this store.

        Raises:
            StoreError: there is no such bucket, it refuses, or nothing answers.
        """
        probe = f"{self.path}/attempts/probe-{secrets.token_hex(8)}"
        patience_s = min(self._patience_s, FIRST_LOOK_S)
        self._do(lambda: self._filesystem.pipe_file(probe, b""), patience_s)
        self._do(lambda: self._filesystem.rm_file(probe), patience_s)

    def is_there(self) -> bool:
        """Always: objects need no folder that could be taken away."""
        return True

    def read(self, path: str) -> bytes | None:
        """An object's bytes; None when there is none."""
        try:
            return self._do(lambda: bytes(self._filesystem.cat_file(path, **self._at_once)))
        except FileNotFoundError:
            return None

    def size(self, path: str) -> int | None:
        """An object's length in bytes; None when there is none."""
        try:
            return self._do(lambda: int(self._filesystem.info(path)["size"]))
        except FileNotFoundError:
            return None

    def sizes(self, paths: Sequence[str]) -> list[int | None]:
        """Lengths of objects in bytes, in their order, asked for at once; None of what is not there."""
        if len(paths) < 2:
            return [*map(self.size, paths)]
        with ThreadPoolExecutor(min(len(paths), _CONNECTIONS)) as threads:
            return [*threads.map(self.size, paths)]

    def write(self, path: str, content: bytes, *, durable: bool = True) -> None:  # noqa: ARG002  (it always is)
        """Write an object, or write it over; a reader sees the old one or the new one, whole."""
        self._do(lambda: self._filesystem.pipe_file(path, content))

    def create(self, path: str, content: bytes) -> bool:
        """Write an object unless there is one; False when there is.

        A server that knows no conditional writes cannot tell two writers of the same moment apart: the last
        one wins.
        """
        try:
            self._do(lambda: self._filesystem.pipe_file(path, content, mode="create"))
        except FileExistsError:
            return False
        except NotImplementedError:
            if self.size(path) is not None:
                return False
            self.write(path, content)
        return True

    def put(self, local: Path, path: str) -> None:
        """Copy a local file to an object."""
        self._do(lambda: self._filesystem.put_file(str(local), path))

    def put_whole(self, local: Path, path: str) -> None:
        """Copy a local file so that nobody sees half of it, also where files are seen while they grow."""
        if self._shows_whole:
            self.put(local, path)
            return
        aside = f"{path}.{secrets.token_hex(4)}.part"
        self._do(lambda: self._filesystem.makedirs(path.rpartition("/")[0], exist_ok=True))
        try:
            self.put(local, aside)
            self._do(lambda: self._filesystem.mv(aside, path))
        except BaseException:
            with contextlib.suppress(StoreError):
                self.remove(aside)
            raise

    def state(self, path: str) -> str | None:
        """What the place says of a file, which changes when somebody writes it; None when there is none."""
        try:
            facts = self._do(lambda: self._filesystem.info(path))
        except FileNotFoundError:
            return None
        return " ".join(f"{facts[key]}" for key in _TELLING if facts.get(key) is not None)

    def fetch(self, path: str, local: Path) -> None:
        """Copy an object to a local file."""
        self._do(lambda: self._filesystem.get_file(path, str(local)))

    def remove(self, path: str) -> None:
        """Remove an object, if there is one."""
        with contextlib.suppress(FileNotFoundError):
            self._do(lambda: self._filesystem.rm_file(path))

    def below(self, path: str) -> dict[str, datetime | None]:
        """The objects below a path and when each was written, by the store's own clock."""
        try:
            found = self._do(lambda: self._filesystem.find(path, detail=True))
        except FileNotFoundError:
            return {}
        return {name: facts.get("LastModified", facts.get("created")) for name, facts in found.items()}

    def held(self) -> Iterator[tuple[str, HeldFile]]:
        """Every object, in no order."""
        try:
            found = self._do(lambda: self._filesystem.find(self.path, detail=True))
        except FileNotFoundError:
            return
        for name, facts in found.items():
            written = facts.get("LastModified", facts.get("created"))
            yield name, HeldFile(int(facts.get("size") or 0), written or datetime.now(UTC))

    def remove_empty(self, folder: str) -> None:
        """Nothing: objects lie in no folders."""

    def _do(self, work: Callable[[], _Answer], patience_s: float | None = None) -> _Answer:
        """Do it, again and again through an outage."""
        again = Retrying(
            stop=stop_after_delay(self._patience_s if patience_s is None else patience_s),
            wait=wait_exponential(FIRST_PAUSE_S, LONGEST_PAUSE_S) + wait_random(0, FIRST_PAUSE_S),
            retry=retry_if_exception(is_outage),
            reraise=True,
        )
        with self._errors():
            return again(work)

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except StoreError:
            raise
        except Exception as error:
            code, status = _answered(error)
            if code == "PreconditionFailed" or status == 412:
                raise FileExistsError(str(error)) from error
            if code == "NotImplemented" or status == 501:
                raise NotImplementedError(str(error)) from error
            if isinstance(error, FileExistsError) or (
                isinstance(error, FileNotFoundError) and code != "NoSuchBucket"
            ):
                raise
            if not (code or is_outage(error) or isinstance(error, _known_errors())):
                raise
            raise self._in_words(error, code, status) from error

    def _in_words(self, error: Exception, code: str, status: int) -> StoreError:
        if code == "NoSuchBucket":
            bucket = self.path.partition("/")[0]
            return StoreError(
                f"{self.root}: there is no bucket {bucket!r}", "create it, or name another store"
            )
        if code in _REFUSED or status in {401, 403}:
            return StoreError(f"{self.root}: the store refuses access: {error}", _CREDENTIALS)
        if "Credentials" in type(error).__name__:
            return StoreError(f"{self.root}: no credentials were found", _CREDENTIALS)
        if status == _FULL:
            return StoreError(
                f"{self.root}: the store is full", "make room and run again; what was finished is kept"
            )
        if is_outage(error):
            return StoreError(
                f"{self.root}: the store does not answer as it should: {first_line(error)}",
                "is it up, and is AWS_ENDPOINT_URL right? what was finished is kept; run again",
            )
        return StoreError(f"{self.root}: {first_line(error)}")


def is_outage(error: BaseException) -> bool:
    """Whether it may work later: nobody answers, too slowly, half of it, or the server itself fails."""
    code, status = _answered(error)
    if code:
        return (status >= 500 and status not in {501, _FULL}) or status == 429 or code in _TRY_AGAIN
    return isinstance(error, (ConnectionError, TimeoutError, *_away()))


def _answered(error: BaseException) -> tuple[str, int]:
    """The code and the HTTP status of an S3 server's answer, or an empty code when there was none."""
    cause: BaseException | None = error
    while cause is not None:
        response = getattr(cause, "response", None)
        if isinstance(response, dict) and "Error" in response:
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            return str(response["Error"].get("Code", "")) or str(status), int(status)
        cause = cause.__cause__
    return "", 0


def _options(protocol: str) -> dict[str, Any]:
    if protocol not in {"s3", "s3a"}:
        return {}
    once = {"total_max_attempts": 1}
    return {
        # A listing that is remembered would hide what others publish.
        "use_listings_cache": False,
        "config_kwargs": {
            "connect_timeout": CONNECT_S,
            "read_timeout": READ_S,
            "retries": once,
            "max_pool_connections": _CONNECTIONS,
        },
    }


def _away() -> tuple[type[Exception], ...]:
    """What s3fs and the libraries below it raise when nobody answers properly; empty without them."""
    if "s3fs" not in sys.modules:
        return ()
    from aiohttp import ClientError
    from botocore import exceptions
    from botocore.parsers import ResponseParserError

    return (
        exceptions.ConnectionError,
        exceptions.HTTPClientError,
        exceptions.IncompleteReadError,
        ResponseParserError,
        ClientError,
    )


def _known_errors() -> tuple[type[Exception], ...]:
    if "s3fs" not in sys.modules:
        return (PermissionError,)
    from botocore.exceptions import BotoCoreError

    return (PermissionError, BotoCoreError)
