"""The browser of the tests records what pages do, and keeps its visitors apart."""

from __future__ import annotations

import asyncio
import functools
import http.server
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support import browser
from tests.support.browser import Visit, Visits

PAGE = """<!doctype html>
<meta http-equiv="Content-Security-Policy" content="script-src 'self' 'unsafe-inline'">
<title>Prüfung</title>
<script>
  console.error('eine Klage');
  fetch('http://statistics.example/count').catch(() => { document.title = 'refused'; });
  setTimeout(() => { throw new Error('nobody catches it'); });
</script>
<script src="http://other.example/script.js"></script>
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def test_what_a_page_asks_for_and_complains_of_is_recorded(visit: Visit, site: str) -> None:
    visit.page.goto(f"http://{site}/")
    visit.page.wait_for_function("document.title == 'refused'")
    visit.sees(
        lambda: visit.csp_violations and "catches" in str(visit.console_errors), "complaints of the page"
    )
    assert visit.hosts() >= {site, "statistics.example"}
    assert any("eine Klage" in said for said in visit.console_errors)
    assert any("nobody catches it" in said for said in visit.console_errors)
    (violation,) = visit.csp_violations
    assert "script-src" in violation
    assert "other.example/script.js" in violation


def test_a_visitor_has_nothing_of_another(visits: Visits, site: str) -> None:
    one, two = visits.open(), visits.open(locale="ja-JP")
    for visit in (one, two):
        visit.page.goto(f"http://{site}/")
    one.page.evaluate("document.cookie = 'who=one'; localStorage.who = 'one'")
    assert two.page.evaluate("[document.cookie, localStorage.who ?? '', navigator.language]") == [
        "",
        "",
        "ja-JP",
    ]


def test_an_event_loop_can_run_after_the_tests_that_shared_a_connection(chromium: str, site: str) -> None:
    def visited() -> str:
        with browser.connected(chromium) as visits:
            visits.open().page.goto(f"http://{site}/")
        return asyncio.run(asyncio.sleep(0, "ran"))

    with ThreadPoolExecutor(1) as thread:  # the tests of this file share one in theirs
        assert thread.submit(visited).result() == "ran"


def test_who_comes_for_one_test_goes_with_it_and_who_comes_for_the_file_stays(visits_of_file: Visits) -> None:
    stays, visits = visits_of_file.open(), Visits(visits_of_file.browser)
    visits.open()
    visits.close()
    assert visits_of_file.browser.contexts[-1] == stays.context
    stays.page.goto("about:blank")


def test_a_browser_that_cannot_start_fails_with_what_it_printed(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('no such library: libnss3')\n")
    broken.chmod(0o755)
    with pytest.raises(AssertionError, match="libnss3"), browser.running(str(broken), tmp_path):
        pass
