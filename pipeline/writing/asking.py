"""Asks a server in the form of OpenAI's chat completions, by httpx: one answer each, or one clear error.

Nothing of an answer is trusted: it may be huge, endless, a web page, or lead elsewhere.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Annotated, Self, TypeVar

import httpx
from pydantic import BaseModel, Field, JsonValue, ValidationError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from farm.backends.hosted.over_http import certificates, retry_after, words_of
from pipeline.writing.writer import Writer
from storyboard.errors import ShotfarmError
from storyboard.wording import listed

MOST_BYTES = 4 * 2**20
"""of an answer"""
TRIES = 4
"""of a question that a busy server refuses"""
LONGEST_PAUSE_S = 60.0
"""before the next of them"""
CONNECT_S = 20.0
LEAST_KEY = 8
"""letters of a key that is kept out of what servers say"""
_BUSY = frozenset({408, 429, 500, 502, 503, 504})
_AS_IT_WAS = (
    "nothing was written, and what was answered so far is kept; without --writer the import needs no server"
)


class WriterError(ShotfarmError):
    """A language model cannot be asked, or answers what is no answer."""

    exit_code = 2


class _BusyError(Exception):
    """The server does not take the question at this moment."""

    def __init__(self, error: WriterError, pause_s: float | None) -> None:
        super().__init__()
        self.error = error
        self.pause_s = pause_s


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Completion(BaseModel):
    """An answer of a server, of which the rest is not read."""

    choices: Annotated[tuple[_Choice, ...], Field(min_length=1)]
    model: str | None = None
    system_fingerprint: str | None = None
    usage: _Usage | None = None


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    data: tuple[_Model, ...]


_Form = TypeVar("_Form", bound=BaseModel)


class Asker:
    """A connection to a writer; a context manager."""

    def __init__(self, writer: Writer) -> None:
        """Nothing is asked yet.

        Args:
            writer: whom to ask.
        """
        self._writer = writer
        self._model = writer.model
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        if writer.key:
            headers["authorization"] = f"Bearer {writer.key}"
        timeout = httpx.Timeout(writer.wait_s, connect=CONNECT_S)
        self._http = httpx.Client(
            headers=headers, timeout=timeout, verify=certificates(), follow_redirects=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def complete(self, messages: list[dict[str, str]], form: dict[str, JsonValue]) -> Completion:
        """Have messages answered.

        Args:
            messages: what is said and asked.
            form: how the answer is to be formed, as `response_format`.

        Raises:
            WriterError: it does not answer, or not so.
        """
        body: dict[str, object] = {
            "model": self._named(),
            "messages": messages,
            "temperature": self._writer.temperature,
            "seed": self._writer.seed,
            "response_format": form,
        }
        return self._read(self._asked("POST", "chat/completions", body), Completion, "chat completion")

    def _named(self) -> str:
        """The model; where none is chosen, the only one that the server has."""
        if self._model is None:
            there = [
                one.id for one in self._read(self._asked("GET", "models"), _Models, "list of models").data
            ]
            if len(there) != 1:
                raise WriterError(
                    f"{self._writer.url} has {len(there)} models{': ' if there else ''}{listed(there)}",
                    "choose one with --writer-model (SHOTFARM_WRITER_MODEL)",
                )
            self._model = there[0]
        return self._model

    def _read(self, data: bytes, form: type[_Form], what: str) -> _Form:
        try:
            return form.model_validate_json(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            said = (
                "it is a web page"
                if _is_html(data)
                else f"{where}: {first['msg']}"
                if where
                else first["msg"]
            )
            raise self._error(
                f"answers what is no {what}: {said}",
                "the base URL is the part before /chat/completions; most servers have it at /v1",
            ) from None

    def _asked(self, method: str, path: str, body: dict[str, object] | None = None) -> bytes:
        """The bytes of an answer; a server that is busy is asked again."""
        asking = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=_pause,
            retry=retry_if_exception_type(_BusyError),
            reraise=True,
        )
        try:
            return asking(self._asked_once, method, path, body)
        except _BusyError as busy:
            raise busy.error from None

    def _asked_once(self, method: str, path: str, body: dict[str, object] | None) -> bytes:
        until = time.monotonic() + self._writer.wait_s
        data = bytearray()
        try:
            with self._http.stream(method, f"{self._writer.url}/{path}", json=body) as answer:
                for block in answer.iter_bytes():
                    data += block
                    if len(data) > MOST_BYTES:
                        raise self._error(f"answers with more than {MOST_BYTES // 2**20} MiB")
                    if time.monotonic() > until:
                        raise self._slow()
        except (httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout):
            raise self._slow() from None
        except (httpx.HTTPError, httpx.InvalidURL) as broken:
            raise self._error(
                f"cannot be asked ({words_of(broken)})", "is it running, and at this address?"
            ) from None
        if answer.is_success:
            return self._without_key(data)
        error = self._refusal(answer, self._without_key(data))
        if answer.status_code in _BUSY:
            raise _BusyError(error, retry_after(answer.headers))
        raise error

    def _refusal(self, answer: httpx.Response, data: bytes) -> WriterError:
        status = answer.status_code
        said = f"HTTP {status}{_said(data)}"
        if status in {401, 403}:
            hint = "set SHOTFARM_WRITER_KEY to one that it takes"
            return self._error(f"{'refuses the key' if self._writer.key else 'wants a key'} ({said})", hint)
        if answer.is_redirect:
            return self._error(
                f"sends elsewhere, where nothing is sent after it ({said})", "name that address"
            )
        if status == 404:
            return self._error(f"has no such page, or no such model ({said})", "most servers have it at /v1")
        if status in _BUSY:
            return self._error(f"does not answer at this time ({said})", "the same command asks what is left")
        return self._error(f"does not take the question ({said})")

    def _slow(self) -> WriterError:
        return self._error(
            f"has not answered within {self._writer.wait_s:g} s", "SHOTFARM_WRITER_WAIT_S waits longer"
        )

    def _error(self, words: str, hint: str = "") -> WriterError:
        return WriterError(
            f"the writer at {self._writer.url} {words}", f"{hint}; {_AS_IT_WAS}" if hint else _AS_IT_WAS
        )

    def _without_key(self, data: bytearray) -> bytes:
        """What a server said, in which the key does not stand even if the server repeats it.

        Words as short as `none`, which servers without keys are given, are no secret.
        """
        key = self._writer.key.encode()
        return bytes(data.replace(key, b"...") if len(key) >= LEAST_KEY else data)


def _pause(state: RetryCallState) -> float:
    """How long to wait before the next try, in seconds."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.pause_s if isinstance(error, _BusyError) else None
    return min(2.0**state.attempt_number if asked is None else asked, LONGEST_PAUSE_S)


def _is_html(data: bytes) -> bool:
    return data[:300].lstrip().lower().startswith((b"<!doctype", b"<html", b"<"))


def _said(data: bytes) -> str:
    """What a server says of an error, for people."""
    if _is_html(data):
        return ": a web page"
    try:
        words = _Refused.model_validate_json(data).words()
    except ValidationError:
        words = data[:1000].decode("utf-8", "replace")
    words = " ".join(words.split())
    return f": {words if len(words) <= 300 else words[:299] + '…'}" if words else ""


class _RefusedWords(BaseModel):
    message: str = ""


class _Refused(BaseModel):
    error: _RefusedWords | str = ""
    message: str = ""
    detail: str | list[JsonValue] = ""

    def words(self) -> str:
        said = self.error if isinstance(self.error, str) else self.error.message
        return said or self.message or str(self.detail or "")
