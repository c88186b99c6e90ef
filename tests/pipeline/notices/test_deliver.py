"""One try: what arrives, and what is said of a receiver that does not take it. No address is ever said."""

from __future__ import annotations

import io
import json
import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from farm.host.addresses import LOOPBACK, free_port
from pipeline.notices.channels import AppriseChannel, WebhookChannel
from pipeline.notices.deliver import TRY_S, deliver, try_within
from pipeline.notices.notice import About, finished
from pipeline.notices.signing import NOTICE, SIGNATURE, TIMESTAMP, signature
from tests.support.pipeline.receivers import certificate_of_loopback, http_receiver, mail_receiver
from tests.support.waiting import until

SECRET = "a-secret-of-receivers"  # noqa: S105
HOSTILE = "Lamp\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script> @everyone <!channel> \u202egnp.exe"


def told(title: str = "The Lamp"):
    return finished(About(title, Path("film.yaml")), Path("f.mp4"), seconds=1, shots=2, rendered=2)


def hook(url: str) -> WebhookChannel:
    return WebhookChannel(webhook=SecretStr(url), secret=SecretStr(SECRET))


def service(url: str) -> AppriseChannel:
    return AppriseChannel(apprise=SecretStr(url))


def test_a_webhook_gets_the_notice_as_json_with_a_signature_over_timestamp_and_body():
    notice = told()
    with http_receiver() as receiver:
        assert deliver(hook(receiver.url), notice) == ""
    ((headers, body),) = receiver.got
    stamp = int(headers[TIMESTAMP.lower()])
    assert headers[SIGNATURE.lower()] == signature(SECRET, stamp, body)
    assert headers[SIGNATURE.lower()] != signature(SECRET, stamp + 1, body)
    assert headers[SIGNATURE.lower()] != signature(SECRET, stamp, body + b" ")
    assert headers[NOTICE.lower()] == notice.id
    assert json.loads(body) == json.loads(notice.model_dump_json())


def test_the_signature_is_the_one_that_openssl_makes():
    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", SECRET],
        input=b"1795976737.{}",
        capture_output=True,
        check=True,
    )
    assert signature(SECRET, 1795976737, b"{}") == f"sha256={made.stdout.decode().split()[-1]}"


@pytest.mark.parametrize(
    ("answer", "limit_s", "words"),
    [
        (500, TRY_S, "answered 500"),
        (302, TRY_S, "answered 302"),
        (401, TRY_S, "answered 401"),
        ("break off", TRY_S, "the receiver broke off: RemoteProtocolError"),
        ("hang", 1.0, "hanging for more than 1 s"),
        ("trickle", 1.0, "hanging for more than 1 s"),
    ],
)
def test_a_webhook_that_does_not_take_it_is_told_of_without_its_address(answer, limit_s, words):
    with http_receiver(answer) as receiver:
        why = try_within(hook(receiver.url), told(), limit_s)
        until(lambda: receiver.got, "it was tried")
        assert words in why
        assert "secret" not in why
        assert str(receiver.port) not in why
        assert len(receiver.got) == 1, "no redirection is followed"


@pytest.mark.parametrize("url", ["https://{}:{}/secret-path", "http://{}:{}/secret-path"])
def test_a_webhook_where_nobody_is_is_told_of(url):
    why = try_within(hook(url.format(LOOPBACK, free_port())), told())
    assert why == "the receiver cannot be reached"


def test_a_server_without_a_certificate_is_not_spoken_to():
    with http_receiver() as receiver:
        why = try_within(hook(receiver.url.replace("http:", "https:")), told())
        assert why == "the receiver cannot be reached"
        assert receiver.got == []


def test_a_mail_arrives_with_its_subject_and_text():
    with mail_receiver() as receiver:
        assert deliver(service(receiver.as_apprise), told()) == ""
    (mail,) = receiver.got
    assert mail["Subject"] == "The Lamp: finished"
    assert mail["X-Receivers"] == "producer@example.com"
    assert "The film is there: f.mp4" in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize("mode", ["starttls", "ssl"])
def test_a_mail_goes_encrypted_to_a_server_whose_certificate_is_trusted_and_to_no_other(
    tmp_path, monkeypatch, mode
):
    certificate = certificate_of_loopback(tmp_path)
    with mail_receiver(mode=mode, certificate=certificate) as receiver:
        assert deliver(service(receiver.as_apprise), told()).startswith("the receiver cannot be reached")
        assert receiver.got == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert deliver(service(receiver.as_apprise), told()) == ""
    assert [mail["Subject"] for mail in receiver.got] == ["The Lamp: finished"]
    assert receiver.encrypted == [True]


def test_a_hostile_title_adds_no_header_no_markup_and_calls_nobody():
    with mail_receiver() as receiver:
        assert deliver(service(receiver.as_apprise), told(HOSTILE)) == ""
    (mail,) = receiver.got
    assert mail["Bcc"] is None
    assert mail["X-Receivers"] == "producer@example.com"
    subject = mail["Subject"]
    assert "Bcc: all@" in subject
    assert "\u202e" not in subject
    assert "@everyone" not in subject
    assert "<!channel>" not in subject
    page = mail.get_body(("html",)).get_content()
    assert "<script" not in page
    with http_receiver() as receiver:
        assert deliver(hook(receiver.url), told(HOSTILE)) == ""
    ((headers, body),) = receiver.got
    assert not {"bcc"} & headers.keys()
    assert "\u202e" not in json.loads(body)["subject"]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What a log of everything holds."""
    said = io.StringIO()
    handler, root = logging.StreamHandler(said), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the receiver's own
    yield said
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize(("refusal", "words"), [("451 later", "answered 451"), ("550 never", "answered 550")])
def test_a_mail_server_that_refuses_is_told_of_by_its_code_and_nothing_is_logged(
    refusal, words, logged, capfd
):
    with mail_receiver(refusal) as receiver:
        why = deliver(service(receiver.as_apprise), told())
    assert words in why
    said = why + logged.getvalue() + "".join(capfd.readouterr())
    assert receiver.word not in said
    assert "producer@example.com" not in said


def test_a_mail_server_that_refuses_the_login_is_told_of_without_the_password(logged, capfd):
    with mail_receiver() as receiver:
        wrong = receiver.as_apprise.replace(receiver.word, "wrong-word")
        why = deliver(service(wrong), told())
    assert why == "the receiver answered 535"
    assert "wrong-word" not in logged.getvalue() + "".join(capfd.readouterr())


def test_services_of_apprise_that_fail_or_hang_are_told_of():
    with http_receiver(500, "hang") as receiver:
        assert deliver(service(receiver.as_apprise), told()) == "the receiver answered 500"
        assert "hanging" in try_within(service(receiver.as_apprise), told(), 1.0)
    gone = f"json://{LOOPBACK}:{free_port()}/secret-path"
    assert deliver(service(gone), told()) == "the receiver cannot be reached, or refuses it"


@pytest.mark.parametrize("url", ["nonsense", "slack://", "https-but-no"])
def test_an_address_that_apprise_does_not_know_is_told_of(url):
    assert deliver(service(url), told()) == "Apprise does not know an address of this form"
