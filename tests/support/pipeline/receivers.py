"""Receivers of notices on this machine: they refuse, hang, fail and recover as they are told."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import psutil
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from farm.host.addresses import LOOPBACK, free_port
from pipeline.notices.courier import PROGRAM
from tests.support.waiting import PATIENCE_S


def couriers(home: Path) -> list[psutil.Process]:
    """The processes that deliver for a home."""
    found = []
    for process in psutil.process_iter():
        try:
            own = process.environ().get("SHOTFARM_HOME") == str(home) and PROGRAM in process.cmdline()
            if own and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def end_couriers(home: Path) -> None:
    """End those of a home, unless they end by themselves meanwhile."""
    for process in couriers(home):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
            process.wait(PATIENCE_S)


@dataclass
class HttpReceiver:
    """A server that answers each request as the next of its answers says, and the last of them for ever.

    Attributes:
        answers: a status, `hang`, `trickle` (a byte of the answer now and then), or `break off`.
        got: headers and body of each request; a notice comes again where the answer was not heard in time.
    """

    port: int = 0
    answers: list[int | str] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """With a word in it that nobody may repeat."""
        return f"http://{LOOPBACK}:{self.port}/hook/secret-path"

    def notices(self) -> list[dict[str, Any]]:
        """What it was told, each once, in the order of coming."""
        told = [json.loads(body) for _, body in self.got]
        return [*{one["id"]: one for one in told}.values()]

    @property
    def as_apprise(self) -> str:
        """The same for Apprise."""
        return f"json://{LOOPBACK}:{self.port}/hook/secret-path"


@contextlib.contextmanager
def http_receiver(*answers: int | str) -> Iterator[HttpReceiver]:
    """One that answers like this."""
    receiver = HttpReceiver(answers=[*answers] or [200])

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            answer = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
            if answer == "hang":
                receiver.ending.wait()
            elif answer == "trickle":
                while not receiver.ending.wait(0.1):
                    self.wfile.write(b"H")
                    self.wfile.flush()
            elif answer != "break off":
                self.send_response(int(answer))
                self.send_header("Location", receiver.url)
                self.send_header("Content-Length", "0")
                self.end_headers()

        do_GET = do_POST  # noqa: N815

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ending.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class MailReceiver:
    """A mail server that asks for a login.

    Attributes:
        refusals: what it answers to the next mails in the place of taking them.
        got: the mails.
        mode: how Apprise is to speak to it: `insecure`, `starttls` or `ssl`.
        encrypted: of each mail, whether it came so.
    """

    port: int
    refusals: list[str] = field(default_factory=list)
    got: list[EmailMessage] = field(default_factory=list)
    word: str = "pass-word-of-mail"
    mode: Literal["insecure", "starttls", "ssl"] = "insecure"
    encrypted: list[bool] = field(default_factory=list)

    @property
    def as_apprise(self) -> str:
        """Its address, with a login and a receiver."""
        kind = "mailto" if self.mode == "insecure" else "mailtos"
        return (
            f"{kind}://user:{self.word}@{LOOPBACK}:{self.port}?smtp={LOOPBACK}&from=farm@example.com"
            f"&to=producer@example.com&mode={self.mode}"
        )

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """As aiosmtpd calls it."""
        if self.refusals:
            return self.refusals.pop(0)
        content = envelope.content
        mail = message_from_bytes(content if isinstance(content, bytes) else b"", policy=policy.default)
        assert isinstance(mail, EmailMessage)
        mail["X-Receivers"] = ",".join(envelope.rcpt_tos)
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        self.got.append(mail)
        return "250 taken"


def certificate_of_loopback(folder: Path) -> tuple[Path, Path]:
    """A certificate that nobody has signed but its owner, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.com")])
    now = dt.datetime.now(dt.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "mail.pem", folder / "mail.key"
    files[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    encryption = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, encryption))
    return files


@contextlib.contextmanager
def mail_receiver(
    *refusals: str,
    mode: Literal["insecure", "starttls", "ssl"] = "insecure",
    certificate: tuple[Path, Path] | None = None,
) -> Iterator[MailReceiver]:
    """One that takes mail; where it speaks TLS, with a certificate and its key, and nothing without TLS."""
    receiver = MailReceiver(free_port(), [*refusals], mode=mode)
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)

    def knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        given = getattr(data, "password", b"")
        return AuthResult(success=given == receiver.word.encode(), handled=False)

    controller = Controller(
        receiver,
        hostname=LOOPBACK,
        port=receiver.port,
        auth_required=True,
        auth_require_tls=False,
        authenticator=knows,
        ssl_context=context if mode == "ssl" else None,
        tls_context=context if mode == "starttls" else None,
        require_starttls=mode == "starttls",
        ready_timeout=PATIENCE_S,
    )
    controller.start()
    try:
        yield receiver
    finally:
        controller.stop()
