"""The folder of a share in a browser: from a plain server below a path, from a disk, without a script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.browser import Visit
from tests.support.pipeline.shared_films import HOSTILE, Shared

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


class Quiet(SimpleHTTPRequestHandler):
    """Python's own server, which answers no range requests; it logs nothing."""

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def served(shared: Shared) -> Iterator[str]:
    """The address of the share, below a path of a server."""
    handler = partial(Quiet, directory=shared.share.folder.parent)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{shared.share.folder.name}/"
        server.shutdown()
        thread.join()


def film(visit: Visit, what: str) -> object:
    return visit.page.evaluate(f"document.getElementById('film').{what}")


def cues(visit: Visit) -> object:
    """The words of the subtitles that are shown."""
    return visit.page.evaluate(
        "[...document.getElementById('film').textTracks].filter((t) => t.kind === 'subtitles' && "
        "t.mode === 'showing').map((t) => [t.language, [...(t.cues || [])].map((cue) => cue.text)])"
    )


def undisturbed(visit: Visit) -> None:
    assert visit.csp_violations == []
    assert visit.console_errors == []
    assert visit.page.title() == HOSTILE
    assert visit.page.locator("h1").inner_text() == HOSTILE


def test_it_plays_to_its_end_from_a_plain_server_by_keys_alone(visits, served):
    visit = visits.open(viewport=DESKTOP, locale="de-DE")
    page = visit.page
    page.goto(served)
    visit.sees(lambda: film(visit, "readyState") >= 1, "the film has come")
    visit.sees(lambda: cues(visit) == [["de", ["Los &lt;b&gt;jetzt&lt;/b&gt;."]]], "subtitles of the reader")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "film"
    page.keyboard.press("k")
    visit.sees(lambda: film(visit, "ended"), "it has played to its end")
    assert film(visit, "currentTime") == pytest.approx(107 / 24, abs=0.1)
    assert film(visit, "getVideoPlaybackQuality().totalVideoFrames") > 0
    page.keyboard.press("c")
    assert cues(visit) == []
    page.keyboard.press("c")
    visit.sees(lambda: cues(visit) == [["en", ["Go."]]], "the other language")
    page.locator("nav a").nth(1).click()
    visit.sees(lambda: "range requests" in page.locator("#told").inner_text(), "it says what it cannot")
    assert visit.hosts() == {served.split("/")[2]}
    undisturbed(visit)


def test_on_a_phone_nothing_stands_beyond_its_edge(visits, served):
    visit = visits.open(viewport=PHONE, has_touch=True)
    visit.page.goto(served)
    visit.sees(lambda: film(visit, "readyState") >= 1, "the film has come")
    visit.page.locator("summary").click()
    assert (
        visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        == 0
    )
    boxes = [visit.page.locator(name).first.bounding_box() for name in ("nav a", ".button", "summary")]
    assert all(box and box["height"] >= 44 for box in boxes), "large enough for a thumb"


def test_from_a_disk_it_has_its_words_and_goes_to_a_chapter(visits, shared):
    visit = visits.open(viewport=DESKTOP, locale="de-DE")
    page = visit.page
    page.goto((shared.share.folder / "index.html").as_uri())
    visit.sees(lambda: film(visit, "readyState") >= 1, "the film has come")
    visit.sees(lambda: cues(visit) == [["de", ["Los &lt;b&gt;jetzt&lt;/b&gt;."]]], "its words have come")
    page.locator("nav a").nth(1).click()
    visit.sees(lambda: film(visit, "currentTime") >= 52 / 24, "it is at the chapter")
    visit.sees(lambda: film(visit, "ended"), "it has played to its end")
    visit.sees(lambda: page.locator("nav a[aria-current]").inner_text().endswith("NIGHT"), "it says where")
    page.keyboard.press(",")
    visit.sees(lambda: not film(visit, "seeking"), "a frame back")
    assert film(visit, "currentTime") == pytest.approx(105.5 / 24, abs=1 / 24)
    undisturbed(visit)


def test_without_a_script_the_browser_s_own_player_plays_it(visits, served):
    visit = visits.open(viewport=DESKTOP, java_script_enabled=False)
    visit.page.goto(served)
    player = visit.page.locator("video")
    assert player.get_attribute("controls") is not None
    assert player.locator("track").count() == 3
    assert visit.page.locator("#keys").is_hidden()
    chapter = visit.page.locator("nav a").nth(1).get_attribute("href")
    assert chapter
    assert chapter.endswith(".mp4#t=2.167")
    assert visit.csp_violations == []
