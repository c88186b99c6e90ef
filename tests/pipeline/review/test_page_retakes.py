"""Retakes on the page: other references, failed, called off, gone on with, undone; drafts and finals."""

from __future__ import annotations

import pytest
import yaml
from PIL import Image

from pipeline.catalog.log import DecisionLog
from tests.support.pipeline.review_films import STARTS, Watching, copy_of_film, served, settings_for
from tests.support.pipeline.review_room import Scripted

SHOT = "1A"
RENDERERS = {
    "slate": {"backend": "slate", "options": {}},
    "final": {"backend": "slate", "options": {"write_from_frame": 4}},
}


@pytest.fixture(scope="module")
def folder(film_for_review, tmp_path_factory):
    """A film with drafts, no finals, and a picture of somebody in it."""
    folder = copy_of_film(film_for_review, tmp_path_factory.mktemp("retakes") / "film")
    document = yaml.safe_load((folder / "film.yaml").read_text("utf-8"))
    document |= {"renderers": RENDERERS, "renderer": "slate"}
    (folder / "film.yaml").write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    (folder / "refs").mkdir()
    Image.new("RGB", (32, 32), (200, 60, 60)).save(folder / "refs" / "ada.png")
    return folder


@pytest.fixture(scope="module")
def door(folder):
    Scripted.begun.clear()
    settings = settings_for(folder).model_copy(update={"backend": None})
    with served([folder], settings, hand=Scripted) as door:
        yield door


@pytest.fixture
def watching(visit, door):
    """Somebody at the shot."""
    watching = Watching(visit, door).open(f"&shot={SHOT}&frame=7")
    visit.sees(lambda: watching.app("desk.story !== null"), "the shot's story is there")
    return watching


def asked_for(watching, folder):
    """Ask for a retake by keys; the number of its decision."""
    page = watching.visit.page
    watching.press("r")
    watching.visit.sees(lambda: page.locator("retake-form textarea").count(), "the form is open")
    page.get_by_label("What is wrong").fill("Not her")
    watching.press("Control+Enter")
    watching.visit.sees(lambda: page.locator(".run").count() == 1, "it is followed")
    return DecisionLog.of(folder).record().decisions_of(SHOT)[-1]


def test_the_next_renderers_takes_are_looked_at_by_a_key_at_the_same_place(watching):
    page = watching.visit.page
    watching.is_at(STARTS[SHOT] + 7)
    drafted = watching.picture()
    watching.press("v")
    watching.visit.sees(lambda: watching.app("film.renderer") == "final", "these are the finals")
    watching.visit.sees(lambda: watching.text("shot-panel .pill") == "not rendered", "there is none yet")
    watching.visit.sees(lambda: watching.text(".news") == "These are the takes of final.", "it is said")
    watching.visit.sees(lambda: "renderer=final" in page.url, "the address follows")
    assert watching.player("frame") == STARTS[SHOT] + 7
    assert "slate" in watching.text("[data-take='1']"), "who made the take is told"
    page.reload()
    watching.visit.sees(lambda: watching.text("shot-panel .pill") == "not rendered", "a link shows the same")
    watching.press("v")
    watching.visit.sees(lambda: watching.text("shot-panel .pill") == "for review", "these are the first ones")
    watching.is_at(STARTS[SHOT] + 7)
    assert (watching.picture() == drafted).all()
    assert watching.visit.csp_violations == watching.visit.console_errors == []


def test_a_retake_with_other_references_fails_is_tried_again_called_off_gone_on_with_and_undone(
    watching, folder
):
    page = watching.visit.page
    run = page.locator(".run")
    watching.press("r")
    page.get_by_text("Options, references, renderer").click()
    page.get_by_label("References of Ada").select_option("refs/ada.png")
    radius = page.locator("retake-form .radius")
    watching.visit.sees(lambda: "ada as in refs/ada.png" in radius.text_content(), "it says what is meant")
    decision = asked_for(watching, folder)
    assert [wish.references for wish in decision.what.adjustments] == [{"ada": ("refs/ada.png",)}]
    hand = Scripted.told_to(decision.number)
    hand.say("failed", error="no worker <b>is left</b>", hint="look at the farm")
    watching.visit.sees(lambda: "A take: failed" in run.inner_text(), "that it failed is told at its shot")
    assert "No worker <b>is left</b>." in run.inner_text(), "and why, as text"
    assert "Look at the farm." in run.inner_text()
    page.get_by_label("Which shots").select_option("retake")
    listed = page.locator(".shot:not([hidden])")
    watching.visit.sees(lambda: listed.count() == 1, "it is the one of which a retake is asked for")
    watching.visit.sees(lambda: "state=retake" in page.url, "the address follows")
    page.reload()
    watching.visit.sees(lambda: "A take: failed" in watching.text(".run"), "whoever comes later is told too")
    watching.visit.sees(lambda: listed.count() == 1, "and sees the same shots")
    watching.button("Try again").click()
    watching.visit.sees(lambda: len(hand.orders) == 2, "it is tried again")
    hand.say("rendering")
    watching.visit.sees(lambda: "A take: renders" in run.inner_text(), "it renders")
    watching.button("Cancel").click()
    watching.visit.sees(lambda: "A take: called off" in run.inner_text(), "it has let go")
    assert hand.ended.is_set()
    watching.button("Go on").click()
    watching.visit.sees(lambda: len(Scripted.told_to(decision.number).orders) == 1, "another one goes on")
    other = Scripted.told_to(decision.number)
    assert other is not hand
    other.say("failed", error="no worker is left")
    watching.visit.sees(lambda: "A take: failed" in run.inner_text(), "it failed once more")
    watching.press("u")
    watching.visit.sees(lambda: run.count() == 0, "nobody wishes for it any more")
