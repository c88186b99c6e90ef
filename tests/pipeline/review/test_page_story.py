"""A day's work on the page, from the first look to the new cut: once with a mouse, once with keys alone."""

from __future__ import annotations

import pytest

from farm.backends.slate import read_barcode, shot_hash
from pipeline.catalog.log import DecisionLog
from pipeline.settings import load_settings
from tests.support.pipeline.review_films import STARTS, Watching, copy_of_film, link_of, served
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(film_for_review, tmp_path_factory):
    return copy_of_film(film_for_review, tmp_path_factory.mktemp("story") / "film")


@pytest.fixture(scope="module")
def door(folder, standing):
    with served([folder], settings=load_settings(home=standing.home, backend="slate")) as door:
        yield door


def came(visit, door, shot):
    """Somebody at the first frame of a shot; what the page was told of its run is written down."""
    watching = Watching(visit, door).open(f"&shot={shot}")
    visit.sees(lambda: watching.app("desk.story !== null"), "the shot's story is there")
    visit.page.evaluate(
        """() => {
            globalThis.told = [];
            new MutationObserver(() => {
                const run = document.querySelector('.run');
                const image = run?.querySelector('img');
                if (run) told.push([run.dataset.state, Boolean(image?.naturalWidth)]);
            }).observe(document.querySelector('.runs'), { subtree: true, childList: true, attributes: true });
        }"""
    )
    return watching


def plays(watching, shot):
    """Play, stop, and step: the picture is that of the frame that is named."""
    watching.visit.sees(lambda: watching.player("frame") > STARTS[shot] + 3, "it plays")


def exact(watching, shot, into):
    watching.is_at(STARTS[shot] + into)
    assert read_barcode(watching.picture()) == (shot_hash(shot), into)


def arrives(watching, number):
    """The retake is followed live until its take is in its place."""
    row = f"[data-take='{number}']"
    watching.visit.sees(lambda: watching.visit.page.locator(row).count() == 1, "the new take is there")
    told = watching.visit.page.evaluate("told")
    assert "rendering" in {state for state, _ in told}
    assert any(shown for _, shown in told), "a picture was shown while it rendered"


def is_the_new_cut(watching, folder, shot, number):
    """The approved take is what the cut shows, here and for the next render."""
    take = watching.visit.page.locator(f"[data-take='{number}']")
    watching.visit.sees(lambda: "in the cut, approved" in take.inner_text(), "it is in the cut")
    digest = next(
        take.digest for take in DecisionLog.of(folder).record().takes_of(shot) if take.number == number
    )
    shown = f"film.shots.find(({{ id }}) => id === '{shot}').takes.find((one) => one.in_cut) ?? {{}}"
    watching.visit.sees(lambda: watching.app(shown).get("digest") == digest, "the film has it")
    assert watching.app(f"film.spanAt({STARTS[shot] + 15}).clip") == watching.app(shown)["clip"]
    kinds = [one.what.kind for one in DecisionLog.of(folder).record().decisions_of(shot)]
    assert kinds == ["note", "retake", "approve"]
    assert watching.visit.csp_violations == watching.visit.console_errors == []


def test_a_director_with_a_mouse_gets_a_better_take_into_the_cut(visit, door, folder):
    shot = "2A"
    watching = came(visit, door, shot)
    page = visit.page
    # So that it plays for as long as a busy machine takes to stop it.
    watching.button("Again and again (P)").click()
    watching.button("Play (Space)").click()
    plays(watching, shot)
    watching.button("Stop (Space)").click()
    watching.seek(STARTS[shot] + 11)
    watching.button("One frame on (→)").click()
    exact(watching, shot, 12)
    watching.button("Wipe").click()
    visit.sees(lambda: "Take 1" in watching.text("take-diff"), "it says what they were made from")
    assert "seed" in watching.text("take-diff")
    watching.button("Single").click()
    watching.button("Note (N)").click()
    page.locator("note-form textarea").fill("The lamp is too bright")
    page.locator("note-form").get_by_role("button", name="Draw").click()
    page.get_by_role("button", name="Ellipse", exact=True).click()
    watching.drag((0.4, 0.4), (0.6, 0.7))
    page.get_by_role("button", name="Send (Enter)").click()
    visit.sees(lambda: "too bright" in watching.text("shot-conversation"), "the note is there")
    watching.decided()
    assert watching.ink("strokes") == "1"
    watching.button("Retake (R)").click()
    page.get_by_label("What is wrong").fill("Another one, slowly")
    page.get_by_text("Options, references, renderer").click()
    page.get_by_label("delay s").fill("0.5")
    radius = page.locator("retake-form .radius")
    visit.sees(lambda: "1 take to render" in radius.inner_text(), "it says what is made again before it runs")
    page.get_by_role("button", name="Ask for a take").click()
    arrives(watching, 3)
    page.locator("[data-take='3']").click()
    exact(watching, shot, 12)
    watching.button("Approve (A)").click()
    is_the_new_cut(watching, folder, shot, 3)


def test_a_director_with_keys_alone_gets_a_better_take_into_the_cut(visit, door, folder):
    shot = "1A"
    watching = came(visit, door, shot)
    page = visit.page
    watching.press("Space")
    plays(watching, shot)
    watching.press("k", "Home", "Shift+ArrowRight", "ArrowRight", "ArrowRight")
    exact(watching, shot, 12)
    watching.press("n")
    page.keyboard.type("The lamp is too bright")
    watching.tab_to("Region")
    watching.press("Enter")
    page.keyboard.type("50")
    watching.tab_to("Send (Enter)")
    watching.press("Enter")
    visit.sees(lambda: "too bright" in watching.text("shot-conversation"), "the note is there")
    watching.decided()
    watching.press("r")
    visit.sees(lambda: page.locator("retake-form textarea").count(), "the form is open")
    page.keyboard.type("Another one, slowly")
    watching.tab_to("Options, references, renderer")
    watching.press("Space")
    watching.tab_to("delay s")
    watching.press("Control+a")
    page.keyboard.type("0.5")
    radius = page.locator("retake-form .radius")
    visit.sees(lambda: "1 take to render" in radius.inner_text(), "it says what is made again before it runs")
    watching.press("Control+Enter")
    arrives(watching, 2)
    watching.press("2", "c", "c")
    visit.sees(lambda: watching.screen("mode") == "wipe", "the two are compared")
    visit.sees(lambda: "options: delay_s" in watching.text("take-diff"), "it says what they were made from")
    watching.press("c", "c", "c", "2", "a")
    is_the_new_cut(watching, folder, shot, 2)


def test_a_server_that_is_killed_in_mid_decision_loses_nothing_that_was_typed(visit, folder, shotfarm):
    started = shotfarm.start("review", folder, "--json", "--backend", "slate")
    watching = Watching(visit, Link(link_of(started))).open("&shot=2B")
    visit.sees(lambda: watching.app("desk.story !== null"), "the shot's story is there")
    port = watching.door.url.split(":")[2].partition("/")[0]
    field = visit.page.locator("note-form textarea")
    field.fill("Hold it until she turns")
    visit.page.route("**/decisions", lambda _: started.kill())  # and no answer comes
    with visit.page.expect_request("**/decisions"):
        field.press("Enter")
    visit.sees(lambda: "The server does not answer." in watching.text(".notice"), "the page says so")
    visit.page.unroute_all(behavior="ignoreErrors")
    assert field.input_value() == "Hold it until she turns"
    started.wait(PATIENCE_S)
    again = shotfarm.start("review", folder, "--json", "--backend", "slate", "--port", port)
    watching.door = Link(link_of(again))
    watching.open("&shot=2B")
    assert field.input_value() == "Hold it until she turns"
    field.press("Enter")
    visit.sees(lambda: "Hold it until" in watching.text("shot-conversation"), "it is decided, once")
    said = [one.what for one in DecisionLog.of(folder).record().decisions_of("2B")]
    assert [what.text for what in said] == ["Hold it until she turns"]


class Link:
    """The link of an application in another process."""

    def __init__(self, url):
        self.url = url
