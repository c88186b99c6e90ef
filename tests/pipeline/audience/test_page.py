"""The page plays a film as it comes: every frame at its place, and words wherever it has to wait."""

from __future__ import annotations

import contextlib
import io
import time

import psutil
import pytest
from PIL import Image

from farm.backends.slate import read_barcode, shot_hash
from farm.schedule.messages import ShotEvent, Update
from farm.schedule.states import TaskState
from pipeline.audience.deciding.admission import Limits
from pipeline.audience.keeping import KeptLink
from pipeline.broadcast import broadcast
from pipeline.observer import Nobody
from tests.support.farm.productions import let_go
from tests.support.pipeline.audience_films import ASKING, FILM, FRAMES, STARTS, Watcher, shot_at, shown, shows

JOINED = {*range(48, 72), *range(134, 158), *range(218, 242)}
"""frames of which some are made of two shots, or have a title over them"""


@pytest.fixture
def empty(tmp_path):
    """A film of which nothing is there but its sound."""
    with shown(tmp_path / "film") as found:
        found.mix()
        yield found


@pytest.fixture
def watcher(visit, showing):
    """Somebody with a browser, who has not come yet."""
    return Watcher(visit, showing.url)


def heads(found):
    return {shot.shot: shot.spec.head for shot in found.production.plan().shots}


def stands_before(watcher, frame):
    """Whether picture and sound stand at the last frames before one that is not there."""
    return watcher.player("video.paused") and frame - 5 <= watcher.player("frame") < frame


def is_at(watcher, frame):
    """Wait until a frame is on the screen, and compare it with its barcode."""
    ready = lambda: not watcher.app("stage.video.seeking") and watcher.player("video.readyState") >= 2  # noqa: E731
    watcher.visit.sees(lambda: watcher.player("frame") == frame and ready(), f"it is at {frame}")


def test_it_plays_as_takes_come_and_every_frame_is_at_its_place(visit, empty):
    watcher = Watcher(visit, empty.url).open()
    watcher.comes_to("nothing")
    visit.sees(lambda: "The farm is starting." in watcher.text(".card"), "it says what it waits for")
    assert "For an Audience" in watcher.text(".card")
    watcher.record()
    empty.publish("1A", "1B")
    watcher.play()
    visit.sees(lambda: stands_before(watcher, 110), "picture and sound stand where no more is there")
    watcher.comes_to("waiting")
    empty.publish("2A")
    visit.sees(lambda: stands_before(watcher, 218), "it goes on by itself")
    empty.publish("2B")
    watcher.ends_at(FRAMES - 1)
    seen = watcher.recorded()
    frames = [frame for frame, _ in seen]
    assert frames == sorted(frames)
    assert {shot_at(frame) for frame in frames} == {*STARTS}
    assert len({*frames}) > 10 * len(STARTS)
    of_takes = heads(empty)
    plain = [(frame, code) for frame, code in seen if frame not in JOINED]
    assert [code for _, code in plain] == [shows(frame, of_takes) for frame, _ in plain]
    assert visit.console_errors == []
    assert visit.csp_violations == []


def test_a_card_stands_in_for_what_is_not_there_and_the_page_says_so(visit, tmp_path):
    with shown(tmp_path / "film", {**FILM, "stand_ins": ["card"]}) as found:
        found.mix()
        found.publish("1A")
        watcher = Watcher(visit, found.url).open()
        watcher.play(until="app.player.frame > 72")
        visit.sees(lambda: watcher.player("frame") > 72 and watcher.state == "paused", "it goes on")
        watcher.player("seek(80)")  # a busy browser may have come further
        is_at(watcher, 80)
        assert watcher.text(".stand-in") == "Shot 1B was not there in time: this is its storyboard card."
        visit.page.set_viewport_size({"width": 390, "height": 844})
        title, words = (visit.page.locator(one).bounding_box() for one in (".title", ".stand-in"))
        assert title["y"] + title["height"] <= words["y"], "also on a phone neither lies over the other"
        watcher.press("Home")
        visit.sees(lambda: watcher.text(".stand-in") == "", "nothing is said of a take")
        found.publish("1B", "2A", "2B")
        visit.sees(lambda: watcher.player("whole"), "all of it is there")
        assert watcher.player("state.stand_ins.length") > 0, "what was told stays"
        watcher.press("End")
        watcher.comes_to("ended")
        watcher.press("Space")
        visit.sees(lambda: watcher.player("state.stand_ins.length") == 0, "seen again it has its takes")
    assert visit.csp_violations == []


def test_every_place_where_clips_meet_shows_its_own_frames(watcher, showing):
    watcher.open()
    watcher.comes_to("ready")
    of_takes = heads(showing)
    edges = [0, 47, 72, 109, 110, 133, 158, 182, 183, 217, 242, FRAMES - 1]
    for frame in [*edges, *reversed(edges)]:
        watcher.player(f"seek({frame})")
        is_at(watcher, frame)
        visit_sees = lambda: read_barcode(watcher.picture()) == shows(frame, of_takes)  # noqa: E731, B023
        watcher.visit.sees(visit_sees, f"frame {frame} is shown")


def test_a_browser_that_was_held_up_shows_the_last_frame_in_the_end(watcher, showing):
    watcher.open()
    watcher.comes_to("ready")
    watcher.player(f"seek({FRAMES - 48})")
    is_at(watcher, FRAMES - 48)
    watcher.record()
    watcher.play()
    watcher.visit.sees(lambda: watcher.player("frame") > FRAMES - 44, "it plays")
    with standing_still(watcher.visit):
        time.sleep(2.5)  # the film goes on for its clock
    watcher.ends_at(FRAMES - 1)
    assert read_barcode(watcher.picture()) == shows(FRAMES - 1, heads(showing))


@contextlib.contextmanager
def standing_still(visit):
    """What puts pictures on the screen is stopped, as on a machine that has no time for it."""
    asked = visit.context.browser.new_browser_cdp_session()
    told = asked.send("SystemInfo.getProcessInfo")["processInfo"]
    asked.detach()
    drawing = [psutil.Process(one["id"]) for one in told if one["type"] == "GPU"]
    for process in drawing:
        process.suspend()
    try:
        yield
    finally:
        for process in drawing:
            let_go(process)


def test_the_keyboard_does_all_of_it(watcher):
    watcher.open()
    watcher.comes_to("ready")
    watcher.let_go()
    watcher.player("video.playbackRate = 0")  # it does not end before somebody has looked
    watcher.press("Space")
    watcher.comes_to("playing")
    watcher.press("k")
    watcher.comes_to("paused")
    watcher.press("Home")
    is_at(watcher, 0)
    watcher.press("ArrowRight")
    is_at(watcher, 120)
    watcher.press(",", ",", ".")
    is_at(watcher, 119)
    watcher.press("Home", "l", "ArrowLeft")
    is_at(watcher, 120)
    watcher.press("End")
    is_at(watcher, FRAMES - 1)
    watcher.press("m")
    assert watcher.player("video.muted")
    watcher.press("m", "ArrowDown")
    assert watcher.player("video.volume") == pytest.approx(0.9)
    watcher.press("?")
    assert watcher.visit.page.locator("dialog.help").is_visible()
    watcher.press("Escape")
    reached = set()
    for _ in range(8):
        watcher.press("Tab")
        reached.add(watcher.visit.page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert {"Place in the film", "Mute (M)", "Volume", "Keys (?)", "Fill the screen (F)"} <= reached


def test_a_shot_that_renders_is_shown_while_it_is_waited_for(visit, empty):
    watcher = Watcher(visit, empty.url).open()
    plan = empty.production.plan()
    first, second = plan.shots[:2]
    picture = io.BytesIO()
    Image.new("RGB", (32, 18), (10, 200, 30)).save(picture, "JPEG")
    with broadcast(Nobody(), empty.folder) as told:
        told.planned(plan)
        event = ShotEvent(1, first.digest, TaskState.RENDERING, "w1")
        told.rendering(Update((event,), {first.digest: 0.4}, {first.digest: picture.getvalue()}))
        visit.sees(lambda: "Shot 1A is being made." in watcher.text(".card"), "it says what is made")
        width = "document.querySelector('.live')?.naturalWidth"
        visit.sees(lambda: visit.page.evaluate(width) == 32, "what the worker makes is seen")
        bar = "document.querySelector('.bar i').style.width"
        assert visit.page.evaluate(bar) == "40%"
        failed = ShotEvent(2, second.digest, TaskState.FAILED, "w1", "<b>the lamp fell</b>")
        told.rendering(Update((failed,), {}))
        empty.publish("1A")
        watcher.play()
        visit.sees(lambda: "Shot 1B could not be made." in watcher.text(".card"), "it says what failed")
        visit.sees(lambda: "<b>the lamp fell</b>" in watcher.text(".card"), "why, as text")
        watcher.comes_to("failed")
        watcher.visit.page.get_by_role("button", name="Try again").click()


def test_whoever_goes_where_the_film_is_there_already_watches_from_there(visit, empty):
    empty.publish("1A", "2A")
    watcher = Watcher(visit, empty.url).open()
    watcher.comes_to("ready", "waiting")
    watcher.player("stop()")
    watcher.player(f"seek({STARTS['2A'] + 60})")
    is_at(watcher, STARTS["2A"] + 60)
    code = shows(STARTS["2A"] + 60, heads(empty))
    visit.sees(lambda: read_barcode(watcher.picture()) == code, "the second scene is shown")
    watcher.press("Home")
    is_at(watcher, 0)
    visit.sees(lambda: read_barcode(watcher.picture()) == shows(0, heads(empty)), "the first is shown again")


def test_a_server_that_was_gone_is_found_again_and_nothing_is_lost(visit, tmp_path):
    link = KeptLink()
    with shown(tmp_path / "film", link=link) as found:
        found.mix()
        found.publish("1A", "1B")
        watcher = Watcher(visit, found.url).open()
        watcher.record()
        watcher.play()
        visit.sees(lambda: watcher.player("frame") > 20, "it plays")
        visit.sees(lambda: watcher.player("tracks.every((one) => one.until(0) > 4.5)"), "all is here")
        port = int(found.base.rpartition(":")[2])
    visit.sees(lambda: "The server does not answer." in watcher.text(".notice"), "it says so")
    visit.sees(lambda: stands_before(watcher, 110), "what was there is played")
    with shown(tmp_path / "film", link=link, port=port) as found:
        visit.sees(lambda: not visit.page.locator(".notice").is_visible(), "it is there again")
        found.publish("2A", "2B")
        watcher.ends_at(FRAMES - 1)
        seen = [frame for frame, _ in watcher.recorded()]
        assert seen == sorted(seen)
        of_takes = heads(found)
        plain = [(frame, code) for frame, code in watcher.recorded() if frame not in JOINED]
        assert [code for _, code in plain] == [shows(frame, of_takes) for frame, _ in plain]


@pytest.mark.parametrize("is_told", [True, False], ids=["it is told that it ends", "it is not"])
def test_a_page_that_is_loaded_again_goes_on_where_it_was(watcher, is_told):
    if not is_told:  # as on a phone that throws it away, or when the next page is there before it was told
        untold = "addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true)"
        watcher.visit.context.add_init_script(untold)
    watcher.open()
    watcher.comes_to("ready")
    watcher.player("seek(160)")
    is_at(watcher, 160)
    watcher.visit.page.reload()
    watcher.visit.sees(lambda: watcher.state, "it is there again")
    watcher.visit.sees(lambda: watcher.player("frame") == 160, "it is where it was")


def test_a_film_that_asks_goes_on_without_a_gap_and_can_be_seen_again_on_another_way(visit, tmp_path):
    with shown(tmp_path / "film", ASKING) as found:
        found.publish()
        found.publish("2A", who="Ana")
        watcher = Watcher(visit, found.url).open()
        asked = visit.page.locator(".asking")
        watcher.record()
        asks = "app.stage.asking.number === %s"
        watcher.play(until=asks % 0)
        visit.sees(lambda: asked.is_visible() and watcher.state == "paused", "it asks for a name")
        visit.page.keyboard.type("<b>k")
        visit.page.keyboard.press("Enter")
        visit.sees(lambda: "is not taken here" in watcher.text(".refused-answer"), "it says why")
        visit.page.locator(".own").fill("Ana")
        visit.page.keyboard.press("Enter")
        visit.sees(lambda: watcher.app("answers.length") == 1, "it is taken")
        watcher.play(until=asks % 1)
        visit.sees(lambda: asked.is_visible() and "Which way?" in asked.inner_text(), "it asks for a way")
        watcher.comes_to("paused")
        watcher.press("2")
        visit.sees(lambda: watcher.app("answers.length") == 2, "it is taken")
        watcher.play()
        watcher.ends_at(251)
        seen = watcher.recorded()
        assert [frame for frame, _ in seen] == sorted(frame for frame, _ in seen)
        assert [code for _, code in seen] == [of_way("4A", frame) for frame, _ in seen]
        visit.page.evaluate("globalThis.held = true")
        watcher.press("Space")
        watcher.comes_to("paused")
        assert watcher.app("answers") == [], "it begins again"
        is_at(watcher, 0)
        visit.page.evaluate("globalThis.recorded.length = 0")
        watcher.play()
        watcher.ends_at(263)
        assert watcher.app("answers") == [None, None], "who gives no answer has the defaults"
        seen = watcher.recorded()
        assert [code for _, code in seen] == [of_way("3A", frame) for frame, _ in seen]


def of_way(last, frame):
    """What the barcode of a frame of `ASKING` says on the way that ends with a shot."""
    shot, start = next((shot, at) for shot, at in ((last, 192), ("2A", 96), ("1A", 0)) if frame >= at)
    return shot_hash(shot), frame - start


def test_the_link_opens_the_page_and_nobody_else_gets_it(visits, showing):
    stranger = visits.open()
    stranger.page.goto(showing.base)
    assert "nobody knows you here" in stranger.page.locator("h1").inner_text().lower()


def test_a_browser_without_media_sources_is_given_the_stream(visit, showing):
    visit.context.add_init_script("delete globalThis.MediaSource; delete globalThis.ManagedMediaSource")
    watcher = Watcher(visit, showing.url).open()
    source = watcher.player("video.currentSrc || document.querySelector('video').src")
    assert source.endswith("/index.m3u8")


def test_who_waits_for_a_place_is_told_it_and_then_goes_on_with_their_own_film(visit, tmp_path):
    with shown(tmp_path / "film", ASKING, limits=Limits(sessions=1)) as found:
        found.publish()
        found.publish("2A", who="Ana")
        sessions = found.house.sessions
        before = sessions.begin().partition(".")[0]
        assert sessions.comes(before) == 0

        def is_first():
            sessions.comes(before)  # whoever is not heard of for a minute gives up their place
            return "you are number 1." in visit.page.locator(".words").inner_text()

        watcher = Watcher(visit, found.url).open()
        visit.sees(is_first, "its place")
        visit.page.reload()
        visit.sees(is_first, "it is kept")
        assert visit.page.locator(".more").inner_text().startswith("It begins by itself")
        sessions.leaves(before)
        visit.sees(lambda: watcher.app("player.isHere"), "it begins by itself")
        visit.sees(lambda: watcher.player("state?.question") is not None, "it asks")
        visit.page.evaluate("document.querySelector('watch-app').stage.asking.answer('Ana')")
        visit.sees(lambda: watcher.app("answers.length") == 1, "it is taken")
        session = watcher.app("session")
        visit.page.evaluate("sessionStorage.clear()")
        visit.page.reload()
        visit.sees(lambda: watcher.app("answers?.length") == 1, "the server knows what was decided")
        assert watcher.app("session") == session
        found.sessions.forget(session, "somebody")
        visit.sees(lambda: "was deleted" in visit.page.locator("h1").inner_text(), "the page says so")
