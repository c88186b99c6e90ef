"""Everybody reaches everything: names of controls, contrast, what a finger hits, and what a role may not."""

from __future__ import annotations

import itertools

import pytest

from pipeline.catalog.log import DecisionLog
from pipeline.web.roles import Person, Role
from tests.support.pipeline.review_films import Watching, copy_of_film, served

SHOT = "2A"
AA = 4.5
"""to 1, of words against what is behind them"""
FINGER = 44
"""pixels that a finger hits"""

CONTROLS = """() =>
    [...document.querySelectorAll('button, a[href], input, select, textarea, [tabindex="0"], summary')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('[hidden]'))
    .map((one) => {
        const box = (one.type === 'checkbox' ? one.closest('label') ?? one : one).getBoundingClientRect();
        const labels = [...(one.labels ?? [])].map((label) => label.textContent.trim()).join(' ');
        const name = one.getAttribute('aria-label') || labels || one.textContent.trim() || one.title;
        return { what: one.outerHTML.slice(0, 90), tag: one.localName, role: one.getAttribute('role'), name,
                 wide: box.width, high: box.height };
    })"""

WORDS = """() => {
    const number = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const behind = (one) => {
        let layers = [];
        for (let at = one; at; at = at.parentElement) {
            const [r, g, b, a = 1] = number(getComputedStyle(at).backgroundColor);
            if (a > 0) layers.push([r, g, b, a]);
            if (a === 1) break;
        }
        let seen = [22, 23, 24];
        for (const [r, g, b, a] of layers.reverse()) {
            seen = [r, g, b].map((part, at) => part * a + seen[at] * (1 - a));
        }
        return seen;
    };
    const light = (colour) => {
        const [r, g, b] = colour.map((part) => {
            const value = part / 255;
            return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const one = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !one.checkVisibility({ visibilityProperty: true })) continue;
        if (one.closest('option, noscript, [aria-disabled="true"], :disabled, .spoken')) continue;
        const ground = behind(one);
        const [r, g, b, a = 1] = number(getComputedStyle(one).color);
        const ink = [r, g, b].map((part, at) => part * a + ground[at] * (1 - a));
        const [high, low] = [light(ink), light(ground)].sort((x, y) => y - x);
        found.push([(high + 0.05) / (low + 0.05), walk.currentNode.data.trim().slice(0, 40), one.className]);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def folder(film_for_review, tmp_path_factory):
    return copy_of_film(film_for_review, tmp_path_factory.mktemp("reach") / "film")


@pytest.fixture(scope="module")
def door(folder):
    with served([folder]) as door:
        yield door


def states(watching):
    """The page in each of its states, one after another."""
    page = watching.visit.page
    watching.visit.sees(lambda: watching.app("desk.story !== null"), "the shot's story is there")
    yield "takes"
    watching.press("c", "c")
    yield "compared"
    watching.note("It is too dark.")
    watching.press("d")
    yield "notes and drawing"
    watching.press("Escape", "r")
    watching.visit.sees(lambda: page.locator("retake-form .radius li").count(), "it says what it touches")
    page.locator("retake-form summary").first.click()
    yield "retake"
    watching.press("Escape")
    page.evaluate("document.activeElement.blur()")
    watching.press("?")
    yield "keys"
    watching.press("Escape")


def test_every_control_has_a_name_and_every_word_can_be_read(visit, door):
    watching = Watching(visit, door).open(f"&shot={SHOT}")
    for state in states(watching):
        controls = visit.page.evaluate(CONTROLS)
        assert len(controls) > 20
        assert [one for one in controls if not one["name"]] == [], state
        own = [one for one in controls if "-" in one["tag"]]
        assert [one for one in own if not one["role"]] == [], state
        words = visit.page.evaluate(WORDS)
        assert len(words) > 30
        assert [one for one in words if one[0] < AA] == [], state
    assert visit.csp_violations == []


def test_a_finger_hits_every_control_of_a_tablet_held_upright(visits, door):
    visit = visits.open(viewport={"width": 820, "height": 1180}, has_touch=True, is_mobile=True)
    watching = Watching(visit, door).open(f"&shot={SHOT}")
    for state in itertools.islice(states(watching), 4):
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 820, state
        small = [
            one for one in visit.page.evaluate(CONTROLS) if one["high"] < FINGER or one["wide"] < FINGER - 16
        ]
        assert small == [], state


def test_nothing_moves_when_a_note_is_begun_or_a_retake_asked_for(visit, door):
    watching = Watching(visit, door).open(f"&shot={SHOT}")
    place = "JSON.stringify(document.querySelector('.picture').getBoundingClientRect())"
    before = visit.page.evaluate(place)
    for state in itertools.islice(states(watching), 4):
        assert visit.page.evaluate(place) == before, state


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.VIEWER, set()), (Role.CLIENT, {"Note (N)"}), (Role.REVIEWER, {"Note (N)", "Approve (A)"})],
)
def test_who_may_not_decide_is_shown_so_and_keys_say_it(visit, folder, role, may):
    log = DecisionLog.of(folder)
    before = log.record().last_number
    with served([folder], keeper=Person("cy", role)) as door:
        watching = Watching(visit, door).open(f"&shot={SHOT}")
        visit.sees(lambda: watching.app("desk.story !== null"), "the shot's story is there")
        assert watching.text(".me") == f"cy {role}"
        for name in ("Approve (A)", "Note (N)"):
            one = visit.page.get_by_role("button", name=name, exact=True)
            assert one.count() == 0 or (one.get_attribute("aria-disabled") == "true") == (name not in may)
        assert visit.page.locator("note-form").is_visible() == ("Note (N)" in may)
        if "Approve (A)" not in may:
            watching.press("a", "Shift+O", "r")
            visit.sees(lambda: "ask a producer" in watching.text(".news"), "it says who may")
            assert not visit.page.locator("retake-form").is_visible()
            assert log.record().last_number == before
