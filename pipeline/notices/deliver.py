"""One try to deliver a notice. What is told of a failure is in words of our own: libraries name addresses."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.notices.channels import AppriseChannel, Channel, WebhookChannel
from pipeline.notices.notice import Notice
from pipeline.notices.signing import NOTICE, SIGNATURE, TIMESTAMP, signature

ANSWER_S = 15.0
"""how long a receiver may take over each step"""
TRY_S = 60.0
"""how long a whole try may take"""
_CODE = re.compile(r"\berror=(\d{3})\b|\((\d{3}),")
_CALLS = re.compile(r"@(?=\w)|<(?=[!@#])")
"""what would call everybody of a chat, or somebody"""
_CHATTY = ("apprise", "urllib3", "requests", "httpx", "httpcore")


def try_within(channel: Channel, notice: Notice, limit_s: float = TRY_S) -> str:
    """Deliver a notice; why that failed, or nothing. A try that hangs is left to itself."""
    told: list[str] = []

    def attempt() -> None:
        try:
            told.append(deliver(channel, notice))
        except Exception as error:  # noqa: BLE001  (of a library's plugin: its words may hold an address)
            told.append(f"it cannot be sent: {type(error).__name__}")

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(limit_s)
    return told[0] if told else f"the receiver keeps a message hanging for more than {limit_s:.0f} s"


def deliver(channel: Channel, notice: Notice) -> str:
    """Deliver a notice; why it failed, or nothing when it is delivered."""
    if isinstance(channel, WebhookChannel):
        return _post(channel, notice)
    return _notify(channel, notice)


def _post(channel: WebhookChannel, notice: Notice) -> str:
    import httpx

    body = notice.model_dump_json().encode()
    now = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "shotfarm",
        TIMESTAMP: str(now),
        SIGNATURE: signature(channel.secret.get_secret_value(), now, body),
        NOTICE: notice.id,
    }
    try:
        with (
            _quiet(),
            httpx.Client(timeout=ANSWER_S, follow_redirects=False) as client,
            client.stream(
                "POST", channel.webhook.get_secret_value(), content=body, headers=headers
            ) as answer,
        ):
            return "" if answer.is_success else f"the receiver answered {answer.status_code}"
    except httpx.TimeoutException:
        return f"the receiver did not answer within {ANSWER_S:.0f} s"
    except httpx.ConnectError as error:
        trusted = "CERTIFICATE_VERIFY_FAILED" not in str(error)
        return "the receiver cannot be reached" if trusted else "the receiver's certificate is not trusted"
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return f"the receiver broke off: {type(error).__name__}"


def _notify(channel: AppriseChannel, notice: Notice) -> str:
    import apprise

    asset = apprise.AppriseAsset(
        app_id="shotfarm",
        app_desc="shotfarm",
        app_url="",
        image_url_mask=None,
        image_url_logo=None,
        async_mode=False,
        secure_logging=True,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )
    sender = apprise.Apprise(asset=asset)
    with _quiet() as said:
        if not sender.add(channel.apprise.get_secret_value()):
            return "Apprise does not know an address of this form"
        for service in sender:
            service.socket_connect_timeout = service.socket_read_timeout = ANSWER_S
        done = sender.notify(
            body=_calling_nobody(notice.text),
            title=_calling_nobody(notice.subject),
            body_format=apprise.NotifyFormat.TEXT,
        )
    if done:
        return ""
    codes = [next(filter(None, found.groups())) for words in said for found in _CODE.finditer(words)]
    return f"the receiver answered {codes[-1]}" if codes else "the receiver cannot be reached, or refuses it"


def _calling_nobody(text: str) -> str:
    """The same to the eye, with nothing in it that a chat takes for a call to its people."""
    return _CALLS.sub(lambda found: f"{found[0]}\N{WORD JOINER}", text)


class _Heard(logging.Handler):
    """Hears what libraries say in this thread, and passes nothing on."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what was said, for the number in it."""
        if record.thread == self._thread:
            self.said.append(record.getMessage())


@contextmanager
def _quiet() -> Iterator[list[str]]:
    """What libraries say meanwhile, which goes nowhere else: addresses stand in it."""
    heard = _Heard()
    logging.getLogger("apprise").setLevel(logging.DEBUG)  # the code of a refusal is said in a whisper
    for name in _CHATTY:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.addHandler(heard)
    try:
        yield heard.said
    finally:
        for name in _CHATTY:
            logging.getLogger(name).removeHandler(heard)
