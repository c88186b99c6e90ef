"""A real browser for the tests of pages: Chromium, driven by Playwright.

One Chromium runs for a session of tests, and Playwright for those of a file: to start it takes as much of a
processor as to open two pages. Its synchronous calls keep an event loop running in the thread until it is
stopped, beside which no other test could run one. Each test has contexts of its own.
Events are heard while a call of Playwright waits, so wait for them with `Visit.sees`.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from tests.support.waiting import PATIENCE_S, until

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""one engine; the first has no windows of a browser, and takes two thirds of a processor's time"""
ARGUMENTS = (
    "--headless",
    "--remote-debugging-port=0",
    # Containers have little shared memory, and the tests of CI are run by the superuser.
    "--disable-dev-shm-usage",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--mute-audio",
    # What a page asks of other machines is recorded, and never leaves this one.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost , EXCLUDE *.localhost",
)
LOG, PORT = "chromium.log", "DevToolsActivePort"
_GIVES_WAY = "Execution context was destroyed"
"""what Playwright says of a question to a page that went to another before it answered"""

_TELL_VIOLATIONS = """document.addEventListener('securitypolicyviolation', (e) =>
    tellViolation(`${e.effectiveDirective}: ${e.blockedURI} (${e.sourceFile}:${e.lineNumber})`))"""


def program() -> str | None:
    """Where Chromium is; None where there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@contextlib.contextmanager
def running(program: str, folder: Path) -> Iterator[str]:
    """Chromium with a profile in a folder: the address that Playwright connects to.

    Raises:
        AssertionError: it did not start; with what it printed.
    """
    with (folder / LOG).open("wb") as log:
        arguments = [program, *ARGUMENTS, f"--user-data-dir={folder}"]
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        until(lambda: (folder / PORT).exists() or process.poll() is not None, "Chromium starts")
        assert process.poll() is None, (
            f"Chromium ended at once:\n{(folder / LOG).read_text(errors='replace')}"
        )
        port = until(lambda: (folder / PORT).read_text().splitlines(), "Chromium names its port")[0]
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


@dataclass
class Visit:
    """Somebody's browser: cookies and storage of its own, a first page, and what its pages did so far."""

    context: BrowserContext
    requests: list[str] = field(default_factory=list)
    """every URL that was asked for, also of web sockets, those that failed as well"""
    console_errors: list[str] = field(default_factory=list)
    """what pages wrote as errors, with answers of 400 and more, and what no handler caught"""
    csp_violations: list[str] = field(default_factory=list)
    """directive, what was blocked, and where"""
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        """Listen before there is a page."""
        context = self.context
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self.requests.append(socket.url)))
        context.on("console", lambda said: said.type == "error" and self.console_errors.append(said.text))
        context.on("weberror", lambda error: self.console_errors.append(str(error.error)))
        context.expose_binding("tellViolation", lambda _, said: self.csp_violations.append(said))
        context.add_init_script(_TELL_VIOLATIONS)
        context.set_default_timeout(PATIENCE_S * 1000)
        self.page = context.new_page()

    def hosts(self) -> set[str]:
        """Every host:port that something was asked of."""
        urls = map(urlsplit, self.requests)
        return {url.netloc for url in urls if url.scheme in ("http", "https", "ws", "wss")}

    def sees(self, fact: Callable[[], Any], what: str) -> Any:
        """What a condition on the page, or on what was recorded, gives once it holds.

        A page that gives way to another in the moment in which it is asked is asked again.
        """

        def heard() -> Any:
            try:
                self.page.evaluate("0")
                return fact()
            except Error as error:
                if _GIVES_WAY in error.message:
                    return None
                raise

        return until(heard, what, least_s=0.1)


class Visits:
    """Opens browsers for as many people as a test has."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._contexts: list[BrowserContext] = []

    def open(self, **options: Any) -> Visit:
        """One more, with Playwright's options of a context (`viewport`, `locale`, ...)."""
        self._contexts.append(self.browser.new_context(**options))
        return Visit(self._contexts[-1])

    def close(self) -> None:
        """Have those people go, and nothing of theirs stay."""
        while self._contexts:
            self._contexts.pop().close()


@contextlib.contextmanager
def connected(address: str) -> Iterator[Visits]:
    """Playwright with a running Chromium; all contexts are closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(address, timeout=PATIENCE_S * 1000)
        try:
            yield Visits(browser)
        finally:
            for context in browser.contexts:
                context.close()
