"""A film is shared from its page at its end, and its link is opened by somebody else, in a real browser."""

from __future__ import annotations

import threading

import pytest

from pipeline.audience import sharing
from pipeline.audience.cuts import CutState, keep, read
from storyboard.errors import AssemblyError
from tests.support.pipeline.audience_films import ASKING, Watcher, shown
from tests.support.waiting import until


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    with shown(tmp_path_factory.mktemp("cut_page") / "film", ASKING) as found:
        found.publish()
        yield found


def at_its_end(visit, found):
    """Somebody who has gone to the right, and seen the film to its end."""
    watcher = Watcher(visit, found.url)
    visit.context.add_init_script(
        "sessionStorage.setItem('shotfarm watch: answers', '[null, \"right\"]');"
        "sessionStorage.setItem('shotfarm watch', '200')"
    )
    watcher.open()
    watcher.play()
    watcher.comes_to("ended")
    return watcher


def says(watcher, words):
    watcher.visit.sees(lambda: words in watcher.text(".sharing .status"), f"it says {words!r}")


def test_what_was_seen_is_shared_by_keys_alone(visit, asking, monkeypatch):
    watcher = at_its_end(visit, asking)
    made, goes_on = sharing.make_files, threading.Event()

    def fails(*_):
        raise AssemblyError("the scissors broke")

    monkeypatch.setattr(sharing, "make_files", fails)
    watcher.press("s")
    says(watcher, "It could not be put together: the scissors broke.")
    monkeypatch.setattr(sharing, "make_files", lambda *given: goes_on.wait() and made(*given))
    watcher.press("Enter")
    says(watcher, "The film is being put together.")
    goes_on.set()
    says(watcher, "It is there.")
    address = visit.page.locator(".sharing input").input_value()
    assert address.startswith(f"{asking.base}/cut/")
    assert visit.page.evaluate("document.activeElement.textContent") == "Copy the link"
    watcher.press("Escape")
    assert not visit.page.locator(".sharing").is_visible()
    assert visit.csp_violations == []


def test_a_stranger_sees_it_as_soon_as_it_is_there_and_no_more_when_it_is_gone(visit, asking):
    with asking.client as client:
        key = client.post("/api/screenings", json={"answers": [None, "right"]}).json()["key"]

        def shares():
            said = client.post(f"/api/screenings/{key}/cut", json={})
            return said.status_code == 200 and said.json()["state"] == "ready" and said.json()["address"]

        address = until(shares, "it is put together")
    folder = asking.house.cuts.folder_of(address.rpartition("/")[2])
    cut = read(folder)

    def stands(state):
        keep(folder, cut.model_copy(update={"state": state}))

    stands(CutState.MAKING)
    visit.page.goto(address)
    words = visit.page.locator("h1")
    assert words.inner_text() == "This film is being put together"
    stands(CutState.READY)
    visit.page.locator("#keys").wait_for()  # the page shows the film by itself, and hears keys
    assert words.inner_text() == "It Asks"
    visit.page.keyboard.press("k")
    plays = "document.getElementById('film').currentTime > 0.2"
    visit.sees(lambda: visit.page.evaluate(plays), "it plays")
    size = visit.page.evaluate("[film.videoWidth, film.videoHeight, Math.round(film.duration * 24)]")
    assert size == [320, 180, 252]
    visit.page.keyboard.press("?")
    assert visit.page.locator("dialog.help").is_visible()
    assert visit.csp_violations == []
    assert visit.hosts() == {asking.base.removeprefix("http://")}
    stands(CutState.FAILED)
    visit.page.goto(address)
    assert words.inner_text() == "This film could not be put together"
    asking.house.cuts.forget(cut.viewer)
    visit.page.goto(address)
    assert words.inner_text() == "This film is gone"
    assert "It Asks" not in visit.page.content()
