"""What people said of shots, taken out of the application: listed, as CSV, and as PDF with the frames."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import UTC, datetime

import httpx
import numpy as np
import pypdfium2
import pytest

from farm.backends.slate import read_barcode, shot_hash
from pipeline.catalog.entries import Approve, Note, Omit, Retake, Stroke, Undo, Wish
from pipeline.catalog.log import DecisionLog
from pipeline.review.films import ReviewedFilm
from pipeline.review.notes.as_csv import COLUMNS, notes_csv
from pipeline.review.notes.as_pdf import notes_pdf
from pipeline.review.notes.export import listed_notes
from pipeline.review.routes.found import Part
from pipeline.review.routes.notes import as_csv, notes
from storyboard.planning.adjustments import Adjustment
from tests.support.pipeline.review_films import served, settings_for
from tests.support.pipeline.slate_films import Shotfarm, assert_clear
from tests.support.waiting import PATIENCE_S

RED, BLUE = "#ff0044", "#0044ff"
AT = datetime(2026, 11, 29, 18, 30, tzinfo=UTC)
HOSTILE = "</text><script>alert(1)</script>\u202e\x07 =1+1"


def stroke(frame, colour, tool="line"):
    return Stroke(frame=frame, tool=tool, colour=colour, width=0.03, points=((0.2, 0.8), (0.8, 0.8)))


@pytest.fixture(scope="module")
def noted(film_for_review, tmp_path_factory):
    """A copy of the film about which people have said much."""
    folder = tmp_path_factory.mktemp("noted") / "film"
    shutil.copytree(film_for_review, folder)
    log = DecisionLog.of(folder)
    takes = {(take.shot, take.number): take.digest for take in log.record().takes}
    drawn = (stroke(4, RED), stroke(9, BLUE, "arrow"))

    def said(shot, what, by="ada", take=None):
        return Wish(shot=shot, what=what, by=by, take=take and takes[shot, take])

    log.append(
        [
            said("1A", Note(text="The lamp is\nin the way.", frames=(4, 9), drawing=drawn), take=1),
            said("1A", Note(text="Agreed.", reply_to=1), "Пётр"),
            said(
                "2A", Retake(text="=HYPERLINK()", frames=(20, 31), adjustments=(Adjustment(seed=9),)), take=1
            ),
            said("2A", Approve(), take=2),
            said("2B", Note(text=HOSTILE), '<b>"Bo"</b>'),
            said("2B", Note(text="Taken back.")),
            said("1B", Note(text="光が強すぎます。 Too bright, שלום 👍 𒀀𒀀", region=(0.2, 0.2, 0.5, 0.5))),
            said("1B", Omit()),
        ]
    )
    log.append([said("2B", Undo(of=6))])
    return folder


@pytest.fixture(scope="module")
def reviewed(noted):
    return ReviewedFilm(noted, settings_for(noted))


@pytest.fixture(scope="module")
def client(noted):
    with served([noted]) as door:
        bearer = {"Authorization": f"Bearer {door.token}"}
        with httpx.Client(
            base_url=f"http://127.0.0.1:{door.port}", headers=bearer, timeout=PATIENCE_S
        ) as one:
            yield one


@pytest.fixture(scope="module")
def pdf(client):
    answer = client.get("/api/films/for-review/notes.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert "for-review-notes.pdf" in answer.headers["content-disposition"]
    return pypdfium2.PdfDocument(answer.content)


def text_of(pdf):
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]


def test_notes_are_listed_in_the_order_of_the_film_with_where_they_are_in_it(client):
    listed = client.get("/api/films/for-review/notes").json()["notes"]
    told = [(note["shot"], note["kind"], note["take"], note["frames"], note["status"]) for note in listed]
    assert told == [
        ("1A", "note", 1, [4, 9], "for review"),
        ("1A", "answer", None, None, "for review"),
        ("1B", "note", None, None, "omitted"),
        ("2A", "retake", 1, [20, 31], "retake"),
        ("2B", "note", None, None, "for review"),
    ]
    assert [note["timecodes"] for note in listed[:3]] == [
        ["00:00:00:04", "00:00:00:09"],
        ["00:00:00:00", "00:00:01:15"],
        None,
    ]
    assert listed[3]["wishes"] == ["seed 9"]
    assert (listed[1]["answers"], listed[1]["by"]) == (1, "Пётр")
    assert [picture["frame"] for picture in listed[0]["pictures"]] == [4, 9]
    assert listed[1]["pictures"] == []


def test_who_sees_some_shots_gets_the_notes_of_these_alone(reviewed):
    part = Part("for-review", reviewed, frozenset({"2A", "1B"}))
    seen = notes("for-review", part).notes
    assert [note.shot for note in seen] == ["1B", "2A"]
    assert seen[1].timecodes == ("00:00:00:20", "00:00:01:07")
    assert b"lamp" not in as_csv("for-review", part).body


def test_a_spreadsheet_gets_every_letter_and_calculates_nothing(client):
    answer = client.get("/api/films/for-review/notes.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = [*csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))]
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["words"] == "The lamp is\nin the way."
    assert (rows[0]["first frame"], rows[0]["timecode out"], rows[0]["strokes"]) == ("4", "00:00:00:09", "2")
    assert rows[1]["by"] == "Пётр"
    assert rows[3]["words"] == "'=HYPERLINK()"
    assert rows[3]["asks for"] == "seed 9"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_the_pdf_says_who_said_what_of_which_frames_and_numbers_its_pages(pdf):
    pages = text_of(pdf)
    whole = " ".join(pages)
    assert "For Review 5 notes on 4 shots" in whole
    assert "1A take 1 · note for review 00:00:00:04 to 00:00:00:09 · frames 4 to 9" in whole
    assert "The lamp is in the way." in whole
    assert "asks for: seed 9" in whole
    assert "Пётр" in whole
    assert "</text><script>alert(1)</script> =1+1" in whole
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))


def test_letters_that_no_font_has_are_counted_and_named(pdf):
    whole = " ".join(text_of(pdf))
    assert "[2 letters: Cuneiform]" in whole
    assert "No font here has letters of Cuneiform." in whole
    assert "\ufffd" not in whole


def test_the_frames_in_the_pdf_are_those_that_were_drawn_on(pdf):
    images = [
        np.asarray(found.get_bitmap().to_pil().convert("RGB"))
        for page in pdf
        for found in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    ]
    shown = [read_barcode(image) for image in images]
    assert shown[:2] == [(shot_hash("1A"), 4), (shot_hash("1A"), 9)]
    assert (shot_hash("2A"), 20) in shown


def coloured(content, colour):
    """Pixels of nearly a colour on the first page."""
    page = pypdfium2.PdfDocument(content)[0].render(scale=1.5).to_pil().convert("RGB")
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return int((np.abs(np.asarray(page).astype(int) - wanted).max(axis=2) < 12).sum())


def test_a_drawing_is_drawn_upon_its_frame_and_no_other(reviewed):
    listed = listed_notes(reviewed)
    plain = listed.model_copy(
        update={"notes": tuple(note.model_copy(update={"drawing": ()}) for note in listed.notes)}
    )
    with_drawing, _ = notes_pdf(listed, lambda _: None, AT)
    assert coloured(with_drawing, RED) == 0  # without its frame it would mean nothing

    def pictured(notes):
        from pipeline.review.notes.export import _stills

        return notes_pdf(notes, _stills(reviewed), AT)[0]

    drawn, undrawn = pictured(listed), pictured(plain)
    for colour in (RED, BLUE):
        assert coloured(drawn, colour) > coloured(undrawn, colour) + 100


def test_a_note_longer_than_a_page_goes_on_over_the_next_ones_and_loses_nothing(reviewed):
    listed = listed_notes(reviewed)
    words = " ".join(f"word{number}" for number in range(2000)) + " " + "x" * 900
    long = listed.notes[0].model_copy(update={"words": words})
    content, _ = notes_pdf(listed.model_copy(update={"notes": (long,)}), lambda _: None, AT, "letter")
    pdf = pypdfium2.PdfDocument(content)
    assert len(pdf) >= 3
    assert pdf[0].get_size() == (612, 792)
    whole = " ".join(text_of(pdf))
    assert [f"word{number}" for number in range(2000)] == [w for w in whole.split() if w.startswith("word")]
    assert whole.count("x") >= 900
    assert "The take is not there any more." in whole


def test_a_film_without_notes_says_so(reviewed):
    none = listed_notes(reviewed).model_copy(update={"notes": ()})
    content, missing = notes_pdf(none, lambda _: None, AT)
    assert "For Review No notes yet" in text_of(pypdfium2.PdfDocument(content))[0]
    assert missing == ()
    assert len(notes_csv(none).splitlines()) == 1


def test_the_command_lists_notes_and_writes_them(noted, tmp_path):
    command = Shotfarm(noted / "home")
    backend = ("--backend", "slate")
    listed = json.loads(command.here("notes", noted, *backend, "--json").stdout)
    assert (listed["film"], len(listed["notes"])) == ("For Review", 5)
    shown = command.here("notes", noted, *backend).stdout
    assert "The lamp is" in shown
    assert "(with a drawing)" in shown
    assert "\x07" not in shown
    done = command.here("notes", noted, *backend, "-o", tmp_path / "n.csv")
    assert "5 notes" in done.stdout
    assert (tmp_path / "n.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    made = json.loads(command.here("notes", noted, *backend, "-o", tmp_path / "n.PDF", "--json").stdout)
    assert made["missing_letters"] == ["Cuneiform"]
    assert len(pypdfium2.PdfDocument(tmp_path / "n.PDF")) >= 1
    said = command.here("notes", noted, *backend, "-o", tmp_path / "n.pdf")
    assert "no font here has letters of Cuneiform" in said.stderr
    assert_clear(command.here("notes", noted, *backend, "-o", tmp_path / "n.doc"), 2, "n.doc", ".csv or .pdf")
    assert_clear(command.here("notes", noted, *backend, "-o", tmp_path / "n.pdf", "--paper", "a9"), 2, "a9")
    assert_clear(command.here("notes", noted, *backend, "-o", tmp_path / "no" / "n.csv"), 2, "does not exist")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["n.PDF", "n.csv", "n.pdf"]
