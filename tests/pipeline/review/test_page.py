"""What the page shows beside the picture: what is missing, what happens now, and which shots are listed."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from farm.schedule.messages import ShotEvent, Update
from farm.schedule.states import TaskState
from pipeline.broadcast import broadcast
from pipeline.observer import Nobody
from tests.benchmarks.takes import publish_slate
from tests.support.pipeline.review_films import FILM, STARTS, Watching, film_with_takes, opened, served
from tests.support.pipeline.slate_films import write_film


def text(watching, selector):
    return watching.visit.page.locator(selector).inner_text()


def listed(watching):
    return watching.visit.page.evaluate(
        "[...document.querySelectorAll('.shot:not([hidden])')].map((one) => one.dataset.shot)"
    )


def test_the_address_says_what_is_seen_and_another_browser_sees_the_same(watching, visits, review):
    watching.open()
    watching.press("ArrowDown", "ArrowDown", "Shift+ArrowRight", "s", "2", "c")
    watching.visit.sees(lambda: "compare=side" in watching.visit.page.url, "the address follows")
    query = urlsplit(watching.visit.page.url).query
    assert parse_qs(query) == {
        "shot": ["2A"], "frame": ["10"], "see": ["shot"], "compare": ["side"], "take": ["2"], "with": ["1"]
    }  # fmt: skip
    assert "token" not in query
    other = Watching(visits.open(), review).open(f"&{query}")
    other.is_at(STARTS["2A"] + 10)
    other.visit.sees(lambda: other.screen("mode") == "side", "the takes are side by side")
    assert other.player("range") == [STARTS["2A"], STARTS["2A"] + 36]
    other.visit.sees(lambda: other.screen("shown") == watching.screen("shown"), "both see the same")


def test_the_strip_lists_what_is_looked_for(watching):
    watching.open()
    watching.visit.sees(lambda: listed(watching) == [*STARTS], "every shot is listed")
    watching.press("/")
    watching.visit.page.keyboard.type("ada begins")
    watching.visit.sees(lambda: listed(watching) == ["1A"], "one shot is listed")
    watching.visit.page.keyboard.type(" no such thing")
    watching.visit.sees(lambda: text(watching, ".strip-empty") == "No shot is like that.", "it says so")
    watching.visit.page.locator("input[type=search]").fill("")
    watching.visit.page.get_by_label("Which scene").select_option("2")
    watching.visit.sees(lambda: listed(watching) == ["2A", "2B"], "a scene is listed")
    watching.visit.page.get_by_label("Which scene").select_option("")
    watching.visit.page.get_by_label("With whom").select_option("Ada")
    watching.visit.sees(lambda: listed(watching) == ["1A"], "where somebody is seen")
    watching.visit.page.get_by_label("With whom").select_option("")
    watching.visit.page.get_by_label("Which shots").select_option("for-review")
    watching.visit.sees(lambda: listed(watching) == [*STARTS], "what waits for somebody's word is listed")
    watching.visit.sees(lambda: "state=for-review" in watching.visit.page.url, "the address follows")
    for state in ("stale", "failed"):
        Watching(watching.visit, watching.door).open(f"&state={state}")
        watching.visit.sees(
            lambda: text(watching, ".strip-empty") == "No shot is like that.", "by an address too"
        )


def test_everything_is_reached_and_told_by_the_keyboard(watching):
    watching.open()
    watching.visit.sees(lambda: watching.app("desk.story !== null"), "there is nothing more to reach")
    watching.press("?")
    assert watching.visit.page.locator("dialog.help").is_visible()
    assert "backwards, faster with each press" in text(watching, "dialog.help")
    watching.press("Escape")
    reached = set()
    for _ in range(40):
        watching.press("Tab")
        reached.add(
            watching.visit.page.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
            )
        )
    assert {
        "Find a shot",
        "Which shots",
        "Play (Space)",
        "Speed",
        "In context",
        "Shots",
        "Place in the film",
    } <= reached


def test_a_person_who_wants_no_motion_gets_none(visits, review):
    watching = Watching(visits.open(reduced_motion="reduce"), review).open()
    running = "document.getAnimations().length"
    assert watching.visit.page.evaluate(running) == 0


@pytest.fixture
def begun(tmp_path):
    """A folder whose film has no take yet, and its application."""
    folder = write_film(tmp_path / "film", FILM)
    with served([folder]) as door:
        yield folder, door


def test_a_shot_that_renders_is_followed_until_its_take_is_there(visit, begun):
    folder, door = begun
    watching = Watching(visit, door).open()
    assert "Nothing of the film is rendered yet" in text(watching, ".card")
    production = opened(folder)
    plan = production.plan()
    first = plan.shots[0]
    picture = io.BytesIO()
    Image.new("RGB", (32, 18), (10, 200, 30)).save(picture, "JPEG")
    with broadcast(Nobody(), folder) as told:
        told.planned(plan)
        visit.sees(lambda: "It waits for its turn." in text(watching, ".card"), "it waits")
        told.rendering(
            Update(
                (ShotEvent(1, first.digest, TaskState.RENDERING, "w1"),),
                {first.digest: 0.4},
                {first.digest: picture.getvalue()},
            )
        )
        visit.sees(lambda: "40 %" in text(watching, ".card"), "progress is told")
        visit.sees(lambda: text(watching, ".news") == "Rendering: 0 of 4 shots", "the head says so")
        width = "document.querySelector('.card img')?.naturalWidth"
        visit.sees(lambda: visit.page.evaluate(width) == 32, "what it makes is shown")
        other = plan.shots[1]
        told.rendering(
            Update((ShotEvent(2, other.digest, TaskState.FAILED, "w1", "<b>the lamp fell</b>"),), {})
        )
        watching.press("ArrowDown")
        visit.sees(lambda: "<b>the lamp fell</b>" in text(watching, ".card"), "what failed says why, as text")
        watching.press("ArrowUp")
        publish_slate((production.store.root, first.spec.model_dump_json(), first.digest, None))
        told.rendering(Update((ShotEvent(3, first.digest, TaskState.DONE, "w1"),), {}))
        production.takes.remember({first.shot: first.digest})
        watching.is_at(0)
    visit.sees(lambda: text(watching, ".news") == "", "nothing happens any more")
    assert visit.csp_violations == []


def test_a_document_that_became_wrong_is_told_and_the_film_stays(visit, tmp_path):
    folder = film_with_takes(tmp_path / "film", assembled=False)
    with served([folder]) as door:
        watching = Watching(visit, door).open()
        right = (folder / "film.yaml").read_text()
        (folder / "film.yaml").write_text(right.replace("duration: 40", "duration: forty"))
        visit.sees(lambda: "before its last change" in text(watching, ".notice"), "the page says so")
        watching.is_at(0)
        (folder / "film.yaml").write_text(right)
        visit.sees(lambda: not visit.page.locator(".notice").is_visible(), "it is right again")


def test_a_film_of_1500_shots_has_elements_for_those_in_view_alone(visit, tmp_path):
    scenes = [
        {
            "id": str(number),
            "slug": f"INT. ROOM {number}",
            "location": "here",
            "shots": [{"id": f"{number}-{shot}", "duration": 12} for shot in range(15)],
        }
        for number in range(1, 101)
    ]
    folder = write_film(tmp_path / "film", {**FILM, "scenes": scenes})
    with served([folder]) as door:
        watching = Watching(visit, door).open()
        visit.page.evaluate("document.querySelector('shot-strip').scrollLeft = 1e9")
        visit.sees(lambda: "100-14" in listed(watching), "the last shot is in view")
        assert visit.page.locator(".shot").count() < 60
        watching.press("Home")
        visit.sees(lambda: "1-0" in listed(watching), "the first shot is in view")
