"""People decide on the page: approve, omit, note, draw, undo; two at once; and when the server is gone."""

from __future__ import annotations

import json

import pytest

from pipeline.catalog.log import DecisionLog
from tests.support.pipeline.review_films import FRAMES, STARTS, Watching, copy_of_film, served

HOSTILE = '<script>hacked = 1</script><img src=x onerror="hacked = 1">\u202eevil\u202c ' + "long " * 300
SHOT = "2A"


class Desk:
    """A film that these tests decide about, and its application."""

    def __init__(self, folder, door):
        self.folder, self.door = folder, door
        self.before = 0

    def decided(self):
        """What a test decided of the shot."""
        return [one.what for one in self._decisions()[self.before :]]

    @property
    def kinds(self):
        return [what.kind for what in self.decided()]

    def begins(self):
        self.before = len(self._decisions())
        return self

    def _decisions(self):
        return DecisionLog.of(self.folder).record().decisions_of(SHOT)


@pytest.fixture(scope="module")
def shared(film_for_review, tmp_path_factory):
    folder = copy_of_film(film_for_review, tmp_path_factory.mktemp("decisions") / "film")
    with served([folder]) as door:
        yield Desk(folder, door)


@pytest.fixture
def desk(shared):
    return shared.begins()


@pytest.fixture
def reviewing(visit, desk):
    """Somebody who looks at the shot with two takes."""
    return ready(Watching(visit, desk.door).open(f"&shot={SHOT}&frame=12"))


def ready(watching):
    watching.visit.sees(lambda: watching.app("desk.story !== null"), "the shot's story is there")
    return watching


def noted(watching, frame):
    """Whether the timeline has the colour of a note at a frame of the film."""
    colour = watching.visit.page.evaluate(
        """(part) => {
            const { canvas } = document.querySelector("time-line");
            const [x, y] = [Math.floor(part * canvas.width), canvas.height - 2];
            return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data];
        }""",
        (frame + 0.5) / FRAMES,
    )
    return colour[:3] == [0x8F, 0xB7, 0xE6]


def news(watching):
    return watching.text(".news")


def test_a_take_is_approved_with_a_button_and_the_circle_goes_with_a_key(reviewing, desk):
    watching = reviewing
    watching.button("Approve (A)").click()
    watching.visit.sees(lambda: news(watching) == "Take 1 of 2A is approved.", "it is said")
    watching.visit.sees(lambda: "in the cut, approved" in watching.text(".takes"), "the take shows it")
    watching.press("2")
    watching.visit.sees(lambda: watching.button("Approve (A)").is_visible(), "the other one is not approved")
    watching.press("1", "a")
    watching.visit.sees(lambda: news(watching) == "Take 1 of 2A is no longer approved.", "it is said")
    assert desk.kinds == ["approve", "unapprove"]
    assert watching.visit.csp_violations == watching.visit.console_errors == []


def test_an_omitted_shot_leaves_the_film_and_undo_brings_it_back(reviewing, desk):
    watching = reviewing
    watching.press("Shift+O")
    watching.visit.sees(lambda: watching.app("film.frames") == 131 - 36, "the film is shorter")
    watching.visit.sees(lambda: "left out of the cut" in watching.text(".card"), "the shot stays in view")
    watching.visit.sees(lambda: watching.button("Restore (Shift O)").is_visible(), "it can come back")
    watching.decided()
    watching.press("u")
    watching.visit.sees(lambda: watching.app("film.frames") == 131, "the film is as long as before")
    watching.visit.sees(lambda: news(watching).startswith("Taken back at shot 2A"), "it is said")
    assert desk.kinds == ["omit", "undo"]
    watching.press("Shift+U")
    watching.visit.sees(lambda: watching.app("film.frames") == 131 - 36, "and done again")
    watching.decided()
    watching.press("u")
    watching.visit.sees(lambda: watching.app("film.frames") == 131, "and taken back")


def test_a_note_with_a_drawing_lies_on_its_frame_and_on_the_timeline_for_everybody(reviewing, visits, desk):
    watching = reviewing
    page = watching.visit.page
    watching.press("d")
    for tool, (x, y), (to_x, to_y) in [
        ("Pen", (0.2, 0.2), (0.4, 0.3)),
        ("Line", (0.1, 0.5), (0.3, 0.5)),
        ("Arrow", (0.8, 0.2), (0.6, 0.4)),
        ("Box", (0.5, 0.5), (0.7, 0.7)),
        ("Ellipse", (0.3, 0.6), (0.5, 0.9)),
    ]:
        page.get_by_role("button", name=tool, exact=True).click()
        watching.drag((x, y), (to_x, to_y))
    page.get_by_role("button", name="green", exact=True).click()
    page.get_by_role("button", name="Text", exact=True).click()
    watching.drag((0.6, 0.1), (0.6, 0.1))
    page.keyboard.type("hold")
    watching.press("Enter", "Backspace")
    page.get_by_role("button", name="Region", exact=True).first.click()
    watching.drag((0.25, 0.25), (0.75, 0.5))
    watching.visit.sees(lambda: watching.ink("strokes") == "5", "the last stroke was taken back")
    watching.press("d", "n")
    assert page.locator("input.frames").first.input_value() == "12"
    page.keyboard.type("Her hand leaves too early")
    watching.press("Enter")
    watching.visit.sees(
        lambda: "Her hand leaves" in watching.text("shot-conversation"), "it is in the conversation"
    )
    (note,) = desk.decided()
    assert [stroke.tool for stroke in note.drawing] == ["pen", "line", "arrow", "box", "ellipse"]
    assert {stroke.frame for stroke in note.drawing} == {12}
    assert note.frames == (12, 12)
    (left, top), (right, bottom) = note.drawing[3].points
    assert (left, top, right, bottom) == pytest.approx((0.5, 0.5, 0.7, 0.7), abs=0.01)
    assert note.region == pytest.approx((0.25, 0.25, 0.5, 0.25), abs=0.01)
    other = ready(
        Watching(visits.open(viewport={"width": 900, "height": 600}), desk.door).open(f"&shot={SHOT}")
    )
    assert other.ink("strokes") == "0"
    mark = {"from": STARTS[SHOT] + 12, "to": STARTS[SHOT] + 12, "kind": "note"}
    other.visit.sees(lambda: other.app("parts.line.notes").count(mark) == 1, "the timeline has it")
    other.press(".")
    other.is_at(STARTS[SHOT] + 12)
    other.visit.sees(lambda: other.ink("strokes") == "5", "the drawing lies on its frame")
    other.press("ArrowRight")
    other.visit.sees(lambda: other.ink("strokes") == "0", "and on no other")
    other.press("Home")
    other.is_at(0)
    other.visit.sees(lambda: noted(other, STARTS[SHOT] + 12), "the timeline of the whole cut has it")
    assert not noted(other, STARTS["1B"])
    other.press(".")
    other.is_at(STARTS[SHOT] + 12)
    chosen = other.visit.page.locator("shot-conversation .chosen", has_text="Her hand leaves")
    other.visit.sees(lambda: chosen.count() == 1, "the next note is one of another shot")


def test_the_range_between_in_and_out_is_what_a_note_is_about(reviewing, desk):
    watching = reviewing
    watching.press("i", "Shift+ArrowRight", "o", "n")
    watching.visit.page.keyboard.type("too fast")
    watching.press("Enter")
    watching.visit.sees(lambda: news(watching) == "Noted at shot 2A.", "it is decided")
    assert desk.decided()[0].frames == (12, 22)
    field = watching.visit.page.locator("note-form input.frames")
    watching.press("n")
    field.fill("30-99")
    watching.visit.sees(
        lambda: "The shot has frames 0-35." in watching.text("note-form"), "it says what is wrong"
    )


def test_a_region_is_said_in_numbers_by_the_keyboard_alone(reviewing, desk):
    watching = reviewing
    watching.press("n")
    watching.visit.page.keyboard.type("here")
    watching.tab_to("Region")
    watching.press("Enter")
    for number in ("10", "20", "30", "40"):
        watching.press("Control+a")
        watching.visit.page.keyboard.type(number)
        watching.press("Tab")
    watching.visit.sees(lambda: watching.ink("region") == "0.1 0.2 0.3 0.4", "it is shown on the picture")
    watching.tab_to("Send (Enter)")
    watching.press("Enter")
    watching.visit.sees(lambda: desk.kinds == ["note"], "it is decided")
    assert desk.decided()[0].region == (0.1, 0.2, 0.3, 0.4)


def test_people_answer_each_other_and_what_is_undone_is_struck_through(reviewing, visits, desk):
    watching = reviewing
    watching.note("Too dark.")
    other = ready(Watching(visits.open(), desk.door).open(f"&shot={SHOT}"))
    other.visit.page.get_by_role("tab", name="Notes").click()
    other.visit.page.get_by_role("button", name="Reply to").last.click()
    other.visit.page.keyboard.type("Not on my screen.")
    other.press("Enter")
    thread = watching.visit.page.locator("ol.said > li", has_text="Too dark.")
    answer = thread.locator("ol li", has_text="Not on my screen.")
    watching.visit.sees(lambda: answer.count() == 1, "it stands under what it answers")
    other.decided()
    other.press("u")
    watching.visit.sees(lambda: "undone" in answer.get_attribute("class"), "it is undone")
    line = "(one) => getComputedStyle(one).textDecorationLine"
    assert answer.locator(".words").evaluate(line) == "line-through"


def test_a_hostile_note_is_words_and_nothing_else(reviewing, visits, desk):
    watching = reviewing
    watching.visit.page.locator("note-form textarea").fill(HOSTILE)
    watching.visit.page.locator("note-form textarea").press("Enter")
    watching.visit.sees(lambda: "hacked" in watching.text("shot-conversation"), "it is in the conversation")
    for person in (watching, ready(Watching(visits.open(), desk.door).open(f"&shot={SHOT}"))):
        person.visit.page.get_by_role("tab", name="Notes").click()
        said = person.visit.page.locator("shot-conversation .words", has_text="hacked")
        assert "<script>hacked = 1</script>" in said.inner_text()
        assert said.get_attribute("dir") == "auto"
        assert person.visit.page.locator("shot-conversation :is(script, img)").count() == 0
        assert person.visit.page.evaluate("typeof hacked") == "undefined"
        wide = "document.querySelector('.sheet:not([hidden])')"
        assert person.visit.page.evaluate(f"{wide}.scrollWidth <= {wide}.clientWidth")
        assert person.visit.csp_violations == []


def test_the_second_of_two_sees_what_the_first_decided_and_decides_again_with_that_in_view(
    reviewing, visits, desk
):
    first = reviewing
    second = Watching(visits.open(), desk.door)
    # Told of nothing that others do: as if both pressed at the same moment.
    second.visit.context.add_init_script("globalThis.EventSource = class extends EventTarget { close() {} };")
    ready(second.open(f"&shot={SHOT}"))
    second.visit.page.locator("note-form textarea").fill("half a thought")
    second.press("Escape")
    first.press("2", "a")
    first.visit.sees(lambda: desk.kinds == ["approve"], "the first has decided")
    second.press("1")
    second.button("Approve (A)").click()
    trouble = "shot-trouble"
    second.visit.sees(lambda: "Somebody decided meanwhile." in second.text(trouble), "the second is told")
    assert "approve of take 2" in second.text(trouble)
    assert desk.kinds == ["approve"]
    assert second.visit.page.locator("note-form textarea").input_value() == "half a thought"
    second.visit.page.get_by_role("button", name="Approve all the same").click()
    second.visit.sees(lambda: desk.kinds == ["approve", "approve"], "and decides all the same")
    second.visit.sees(lambda: not second.visit.page.locator(trouble).is_visible(), "nothing is open")
    first.visit.sees(lambda: "in the cut, approved" in first.text(".takes"), "the first sees it at once")


def test_words_that_were_not_sent_survive_a_reload_and_another_shot(reviewing):
    watching = reviewing
    page = watching.visit.page
    watching.press("n")
    page.keyboard.type("not yet")
    watching.press("Escape", "ArrowDown")
    assert page.locator("note-form textarea").input_value() == ""
    watching.press("ArrowUp")
    assert page.locator("note-form textarea").input_value() == "not yet"
    watching.visit.sees(lambda: page.url.endswith("shot=2A"), "the address follows")
    page.reload()
    watching.visit.sees(
        lambda: page.locator("note-form textarea").input_value() == "not yet", "it is still there"
    )


def test_a_server_that_is_gone_is_told_and_what_was_decided_is_decided_once_when_it_is_back(visit, shared):
    desk = Desk(shared.folder, None).begins()
    with served([desk.folder]) as door:
        watching = ready(Watching(visit, door).open(f"&shot={SHOT}"))
        page = visit.page
        page.locator("note-form textarea").fill("kept")
        # The answer to the decision is lost on the way, and then the server.
        page.route("**/decisions", lambda route: (route.fetch(), route.abort()))
        page.locator("note-form textarea").press("Enter")
        visit.sees(lambda: "Nothing that you wrote is lost." in watching.text("shot-trouble"), "it is told")
    visit.sees(lambda: "The server does not answer." in watching.text(".notice"), "the page says so")
    page.unroute("**/decisions")
    assert page.locator("note-form textarea").input_value() == "kept"
    page.get_by_role("button", name="Try again").click()
    visit.sees(lambda: watching.app("desk.busy") is False, "it was tried")
    assert page.locator("note-form textarea").input_value() == "kept"
    with served([desk.folder], door=door):
        # The page may be asking by itself at this moment, and then has no such button any more.
        page.locator(".notice button").dispatch_event("click")
        visit.sees(lambda: not page.locator(".notice").is_visible(), "it is there again")
        page.get_by_role("button", name="Try again").click()
        visit.sees(lambda: page.locator("note-form textarea").input_value() == "", "it stands")
        assert desk.kinds == ["note"]
        watching.note("and on")
        visit.sees(lambda: desk.kinds == ["note", "note"], "and it goes on")


def test_a_line_that_says_nothing_any_more_is_told_and_a_page_that_nobody_looks_at_hangs_up(visit, desk):
    page = visit.page
    page.clock.install()
    watching = ready(Watching(visit, desk.door).open(f"&shot={SHOT}"))
    closed, gone = "followed.source.readyState === 2", "The server does not answer."
    seen = "Object.defineProperty(document, 'hidden', { value: %s, configurable: true });"
    seen += "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(seen % "true")
    page.clock.run_for(31_000)
    assert watching.app(closed) is True
    page.clock.run_for(60_000)
    assert gone not in watching.text(".notice")
    page.route("**/events*", lambda _: None)  # a line on which nobody answers
    page.evaluate(seen % "false")
    assert watching.app(closed) is False
    page.clock.run_for(46_000)
    visit.sees(lambda: gone in watching.text(".notice"), "the page says so")
    page.unroute_all(behavior="ignoreErrors")
    page.clock.run_for(2_000)
    visit.sees(lambda: not page.locator(".notice").is_visible(), "it is there again")


def test_letters_can_be_switched_off_as_keys(reviewing, desk):
    watching = reviewing
    watching.press("?")
    watching.visit.page.get_by_label("Letters and signs work as keys").uncheck()
    watching.press("Escape", "a", "Shift+O", "ArrowRight")
    watching.is_at(STARTS[SHOT] + 13)
    assert desk.kinds == []
    assert json.loads(watching.visit.page.evaluate("JSON.stringify(localStorage)"))
