"""The contact sheet: the shots that an address asks for, on the screen and on paper."""

from __future__ import annotations

import shutil

import pypdfium2
import pytest

from pipeline.catalog.entries import Approve, Note, Omit, Wish
from pipeline.catalog.log import DecisionLog
from tests.support.pipeline.review_films import STARTS, served

A4, LETTER = (595, 842), (612, 792)


@pytest.fixture(scope="module")
def noted(film_for_review, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sheet") / "film"
    shutil.copytree(film_for_review, folder)
    log = DecisionLog.of(folder)
    take = next(take.digest for take in log.record().takes if (take.shot, take.number) == ("2A", 2))
    log.append(
        [
            Wish(shot="2A", what=Approve(), by="ada", take=take),
            Wish(shot="1A", what=Note(text="<img src=x onerror=alert(1)> " + "long " * 60), by="<b>bo</b>"),
            Wish(shot="1A", what=Note(text="second"), by="bo"),
            Wish(shot="1A", what=Note(text="third"), by="bo"),
            Wish(shot="2B", what=Omit(), by="ada"),
        ]
    )
    return folder


@pytest.fixture(scope="module")
def door(noted):
    with served([noted]) as door:
        yield door


@pytest.fixture
def sheet(visit, door):
    def open_sheet(query=""):
        page = visit.page
        page.goto(f"http://127.0.0.1:{door.port}/sheet/for-review?token={door.token}{query}")
        state = page.locator("contact-sheet")
        visit.sees(lambda: state.get_attribute("data-state") in {"ready", "failed"}, "the sheet is laid out")
        return page

    return open_sheet


def told(page, number):
    lines = page.locator(".shot").nth(number).inner_text().split("\n")
    return [line.strip() for line in lines if line.strip()]


def shots(page):
    return page.evaluate("[...document.querySelectorAll('.shot')].map((one) => one.dataset.shot)")


def test_every_shot_is_told_with_picture_timecode_length_take_status_and_first_words(sheet, visit):
    page = sheet()
    assert shots(page) == [*STARTS]
    assert page.locator(".shot img").count() == 4
    assert page.evaluate("[...document.images].every((one) => one.naturalWidth > 0)")
    first = told(page, 0)
    assert first[:5] == ["1A", "take 1", "for review", "00:00:00:00", "40 frames"]
    assert first[5].startswith("<b>bo</b>: <img src=x onerror=alert(1)> long long")
    assert first[5].endswith("…")
    assert first[6:] == ["bo: second", "and 1 note more"]
    assert told(page, 2)[:2] == ["2A", "take 2 ◎"]
    assert page.locator(".shot").nth(3).get_attribute("data-state") == "omitted"
    assert "token" not in page.url
    assert visit.csp_violations == []
    assert visit.console_errors == []


def test_the_address_filters_it_as_it_does_the_strip(sheet):
    page = sheet("&scene=2&state=omitted")
    assert shots(page) == ["2B"]
    assert "omitted · scene 2 EXT. HERE - NIGHT · 1 of 4 shots" in page.locator(".what").inner_text()
    back = page.get_by_text("Back to the film").get_attribute("href")
    assert back == "/?scene=2&state=omitted&film=for-review"
    page = sheet("&who=Ada&find=begins")
    assert shots(page) == ["1A"]
    page = sheet("&find=nothing")
    assert shots(page) == []
    assert "No shot is like that." in page.inner_text("body")


@pytest.mark.parametrize(("paper", "size"), [("A4", A4), ("Letter", LETTER)])
def test_printed_a_scene_begins_a_page_and_pages_are_numbered(sheet, paper, size):
    pdf = pypdfium2.PdfDocument(sheet().pdf(format=paper, print_background=True))
    assert [page.get_size() for page in pdf] == [pytest.approx(size, abs=1)] * 2
    # Spaces are gaps between letters in a PDF, and how wide one is depends on the browser.
    first, second = ("".join(page.get_textpage().get_text_range().split()) for page in pdf)
    assert "INT.HERE-DAY" in first
    assert "EXT.HERE" not in first
    assert "EXT.HERE-NIGHT" in second
    assert "1/2" in first
    assert "ForReview" in second
    assert "2/2" in second
    assert "Print" not in first
    images = [sum(one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE for one in page.get_objects()) for page in pdf]
    assert images == [2, 2]


def test_pages_are_filled_when_nobody_wants_scenes_apart(sheet, visit):
    page = sheet()
    page.get_by_label("A scene begins a page").uncheck()
    visit.sees(lambda: page.url.endswith("?pages=full"), "the address says so")
    assert len(pypdfium2.PdfDocument(page.pdf(format="A4"))) == 1
    assert len(pypdfium2.PdfDocument(sheet("&pages=full").pdf(format="A4"))) == 1


def test_a_film_that_is_not_there_and_a_person_without_a_link_see_none(visit, door):
    page = visit.page
    page.goto(f"http://127.0.0.1:{door.port}/sheet/for-review")
    assert "Nobody knows you here" in page.inner_text("h1")
    page.goto(f"http://127.0.0.1:{door.port}/sheet/..%2f..%2ffilm?token={door.token}")
    assert page.locator("contact-sheet").count() == 0
