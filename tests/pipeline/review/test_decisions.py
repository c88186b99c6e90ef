"""What people decide in the review application, asked as its page asks; nothing is started for it."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from pipeline.catalog.catalog import Catalog
from pipeline.catalog.log import DecisionLog
from pipeline.review.films import ReviewedFilm
from pipeline.review.live import state_of
from pipeline.settings import Settings
from pipeline.web.bodies import MOST_BYTES
from pipeline.web.roles import Person, Role
from tests.support.pipeline.review_films import FILM, TWICE, film_with_takes, settings_for
from tests.support.pipeline.review_room import Reviewer, room

PEOPLE = {"ada": Role.REVIEWER, "bob": Role.PRODUCER, "client": Role.CLIENT, "viewer": Role.VIEWER}
STROKE = {"frame": 3, "tool": "arrow", "colour": "#ff0000", "points": [[0.1, 0.2], [0.3, 0.4]]}
TWO_RENDERERS = {
    "renderers": {
        "draft": {"backend": "slate", "options": {}},
        "final": {"backend": "slate", "options": {"write_from_frame": 4}},
    },
    "renderer": "draft",
}


@pytest.fixture(scope="module")
def with_takes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose film has all its takes, two of one shot; not to be changed."""
    return film_with_takes(tmp_path_factory.mktemp("decided") / "film", assembled=False)


@pytest.fixture
def folder(with_takes: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(with_takes, tmp_path / "film")
    return tmp_path / "film"


@pytest.fixture(params=["sqlite", "postgresql"])
def in_each_database(request: pytest.FixtureRequest, folder: Path) -> Settings:
    """Settings whose catalog lies in a database of each kind."""
    settings = settings_for(folder)
    if request.param == "sqlite":
        return settings
    server = request.getfixturevalue("postgres")
    return settings.model_copy(update={"catalog": server.url(server.new_database())})


@pytest.fixture
def shown(folder: Path) -> Iterator[tuple[ReviewedFilm, dict[str, Reviewer]]]:
    """The film, and people who look at it."""
    with room(folder, settings_for(folder), PEOPLE) as opened:
        yield opened


@pytest.fixture
def film(shown: tuple[ReviewedFilm, dict[str, Reviewer]]) -> ReviewedFilm:
    """The film."""
    return shown[0]


@pytest.fixture
def ada(shown: tuple[ReviewedFilm, dict[str, Reviewer]]) -> Reviewer:
    """A reviewer."""
    return shown[1]["ada"]


@pytest.fixture
def bob(shown: tuple[ReviewedFilm, dict[str, Reviewer]]) -> Reviewer:
    """A producer."""
    return shown[1]["bob"]


def test_a_day_of_decisions_is_told_and_kept_the_same_in_each_database(folder, in_each_database):
    with room(folder, in_each_database, PEOPLE) as (_, people):
        ada, bob = people["ada"], people["bob"]
        approved = ada.decide(TWICE, "approve", take=2)
        assert (approved["decision"]["by"], approved["decision"]["words"]) == ("ada", "approve of take 2")
        assert approved["story"]["undoes"] == "approve of take 2"
        bob.decide(TWICE, "note", text="Lovely.", frames=[2, 8], region=[0.1, 0.1, 0.5, 0.5], take=2)
        note = bob.decide(TWICE, "note", drawing=[STROKE])["decision"]
        ada.decide(TWICE, "note", text="Yes.", reply_to=note["number"])
        ada.decide("1A", "omit")
        assert ada.get("")["frames"] == 131 - 40
        bob.decide("1A", "undo")
        bob.decide("1A", "redo")
        assert bob.decide("1A", "restore")["story"]["omitted"] is False
        ada.decide(TWICE, "unapprove", take=2)
        whole = ada.get("")  # it is opened again for this, and not for a shot's story where that takes long
        before = ada.story(TWICE), ada.story("1A"), whole
    with room(folder, in_each_database, PEOPLE) as (_, people):
        assert (people["ada"].story(TWICE), people["ada"].story("1A")) == before[:2]
        assert {**people["ada"].get(""), "number": 0} == {**before[2], "number": 0}
    with Catalog.open(folder, in_each_database) as catalog:
        assert catalog.decisions() == DecisionLog.of(folder).record().decisions
    said = {one["number"]: one for one in before[0]["conversation"]}
    assert [(one["kind"], one["by"], one["counts"]) for one in said.values()] == [
        ("approve", "ada", True),
        ("note", "bob", True),
        ("note", "bob", True),
        ("note", "ada", True),
        ("unapprove", "ada", True),
    ]
    assert (said[2]["frames"], said[2]["region"], said[2]["take"]) == ([2, 8], [0.1, 0.1, 0.5, 0.5], 2)
    assert (said[3]["drawing"][0]["points"], said[4]["reply_to"]) == (STROKE["points"], 3)
    assert [one["words"] for one in before[1]["conversation"]][1:3] == [
        "undo of decision 5",
        "undo of decision 6",
    ]


def test_the_second_of_two_who_decide_is_told_what_the_first_did_and_how_the_shot_stands(ada, bob):
    seen = ada.story(TWICE)["seen"]
    ada.decide(TWICE, "approve", seen, take=2)
    told = bob.decide(TWICE, "omit", seen, status=409)
    assert told["error"] == "shot 2A: 1 decision since you looked: ada (approve)"
    assert [(one["by"], one["words"]) for one in told["conflict"]] == [("ada", "approve of take 2")]
    assert (told["story"]["seen"], told["story"]["omitted"]) == (1, False)
    bob.decide(TWICE, "omit", told["story"]["seen"])


def test_of_many_who_decide_in_the_same_moment_one_is_heard_and_no_note_is_lost(shown):
    film, people = shown
    seen = people["ada"].story(TWICE)["seen"]

    def decides(number: int) -> int:
        who = people["ada" if number % 2 else "bob"]
        path = f"/api/films/{who.film}/shots/{TWICE}/decisions"
        what = {"kind": "approve", "take": 1 + number % 2}
        return who.client.post(path, json={"what": what, "seen": seen}).status_code

    def notes(number: int) -> int:
        who = people["ada" if number % 2 else "bob"]
        path = f"/api/films/{who.film}/shots/1B/decisions"
        return who.client.post(path, json={"what": {"kind": "note", "text": str(number)}}).status_code

    with ThreadPoolExecutor(8) as threads:
        decided = [threads.submit(decides, number) for number in range(8)]
        noted = [threads.submit(notes, number) for number in range(24)]
    assert sorted(one.result() for one in decided) == [201] + [409] * 7
    assert [one.result() for one in noted] == [201] * 24
    kept = DecisionLog.of(film.folder).record()
    assert sorted(int(one.what.text) for one in kept.decisions_of("1B")) == [*range(24)]
    assert [one.number for one in kept.decisions] == [*range(1, 26)]


@pytest.mark.parametrize(
    ("who", "kind", "status"),
    [
        ("client", "note", 201),
        ("client", "approve", 403),
        ("viewer", "note", 403),
        ("ada", "approve", 201),
        ("bob", "omit", 201),
    ],
)
def test_who_may_comment_may_not_decide(shown, who, kind, status):
    more = {"text": "Hm."} if kind == "note" else {}
    shown[1][who].decide(TWICE, kind, status=status, **more)


def test_a_client_of_one_shot_hears_and_says_something_of_this_one_alone(folder):
    client = Person("client", Role.CLIENT, shots=frozenset({TWICE}))
    with room(folder, settings_for(folder), {"client": client, "bob": Role.PRODUCER}) as (film, people):
        asks = people["client"]
        assert asks.decide(TWICE, "note", text="Lovely.")["story"]["shot"] == TWICE
        asks.get("/shots/1A", 403)
        asks.get("/shots/1A/form", 403)
        asks.get("/runs", 403)
        asks.decide("1A", "note", status=403, text="Hm.")
        for shot in (TWICE, "1A"):
            body = {"what": {"kind": "retake"}, "seen": people["bob"].story(shot)["seen"]}
            people["bob"].send(f"/shots/{shot}/retakes", body, 202)
        told = state_of(film, client.shots)["asked"]
        assert [one["shot"] for one in told] == [TWICE]
        assert [one["shot"] for one in state_of(film)["asked"]] == [TWICE, "1A"]


def test_a_client_asks_for_no_retake_and_calls_none_off(shown):
    client = shown[1]["client"]
    body = {"what": {"kind": "retake"}, "seen": 0}
    assert "needs the right to decide" in client.send(f"/shots/{TWICE}/retakes", body, 403)["error"]
    client.send("/runs", {"decision": 1}, 403)
    assert client.client.delete(f"/api/films/{client.film}/runs/1").status_code == 403


@pytest.mark.parametrize(
    ("kind", "what", "status", "words"),
    [
        ("approve", {"take": 7}, 404, "shot 2A has no take 7"),
        ("approve", {"take": "two"}, 422, "what.approve.take"),
        ("unapprove", {}, 409, "no such take of shot 2A is approved"),
        ("restore", {}, 409, "shot 2A is not omitted"),
        ("undo", {}, 409, "nothing that was decided of shot 2A can be undone"),
        ("redo", {}, 409, "nothing of shot 2A was undone just now"),
        ("note", {"text": " "}, 409, "a note without words says nothing"),
        ("note", {"text": "a", "frames": [3, 36]}, 409, "shot 2A has no frame 36"),
        ("note", {"text": "a", "frames": [4, 3]}, 422, "the first frame lies after the last"),
        ("note", {"text": "a", "drawing": [{**STROKE, "frame": 99}]}, 409, "shot 2A has no frame 99"),
        ("note", {"text": "a", "region": [0.8, 0, 0.3, 0.1]}, 409, "the region is not a part"),
        ("note", {"text": "a", "region": [0, 0, 2, 1]}, 422, "what.note.region"),
        ("note", {"text": "a", "reply_to": 9}, 409, "shot 2A has no decision 9 to answer"),
        ("note", {"text": "a", "colour": "red"}, 422, "what.note.colour"),
        ("note", {"text": "a" * 20_001}, 422, "at most 20000 characters"),
        ("approved", {}, 422, "what: "),
    ],
)
def test_what_cannot_be_decided_is_said_in_words_and_leaves_nothing(film, ada, kind, what, status, words):
    answer = ada.decide(TWICE, kind, 0, status, **what)
    assert words in answer["error"]
    assert DecisionLog.of(film.folder).record().decisions == []


def test_a_decision_says_what_its_person_has_seen(ada):
    answer = ada.send(f"/shots/{TWICE}/decisions", {"what": {"kind": "omit"}}, 409)
    assert "does not say what was seen" in answer["error"]


@pytest.mark.parametrize("shot", ["9Z", "%2e%2e", "..%2f2A", "2A%2f..%2f..", "2A%00", "a" * 65])
def test_a_shot_that_there_is_not_is_found_nowhere(ada, shot):
    for path in ("", "/form", "/difference?a=1&b=2"):
        answer = ada.client.get(f"/api/films/{ada.film}/shots/{shot}{path}")
        assert answer.status_code in {404, 422}
        assert "error" in answer.json()


def test_words_that_would_turn_others_round_or_hide_them_are_kept_without_doing_so(ada):
    hostile = "<script>alert(1)</script> \u202egnp.exe\u0000\u0007 \u2067abc"
    said = ada.decide(TWICE, "note", text=hostile)["decision"]["text"]
    assert said == "<script>alert(1)</script> gnp.exe \u2067abc\u2069"
    hebrew = "\u200f\u05e9\u05dc\u05d5\u05dd 12\u200e"
    assert ada.decide(TWICE, "note", text=hebrew)["decision"]["text"] == hebrew


def _sent(ada: Reviewer, content: object) -> tuple[int, str]:
    answer = ada.client.post(
        f"/api/films/{ada.film}/shots/{TWICE}/decisions",
        content=content,  # type: ignore[arg-type]
        headers={"Content-Type": "application/json"},
    )
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"what": {"kind": "note", "text": "\\ud83d"}}', 422),
        (b'{"what": {"kind": "note", "text": "\xff"}}', 400),
        (b'{"what": {"kind": "note", "text": "a"}, "seen": NaN}', 422),
        (b"[" * 100_000, 400),
        (b'{"what": {"kind": "note", "text": "a", "frames": [1e400, 2]}}', 422),
        (b'{"what": {"kind": "note", "text": "a", "reply_to": ' + b"9" * 5000 + b"}}", 400),
        (b"", 422),
        (b"null", 422),
        (b'{"what": {}}', 422),
    ],
)
def test_what_is_no_request_is_refused_in_words(ada, body, status):
    assert _sent(ada, body)[0] == status


def test_a_body_that_is_too_large_is_refused_before_it_is_read(ada):
    note = json.dumps({"what": {"kind": "note", "text": "a" * 1_000_000}}).encode()
    status, words = _sent(ada, note)
    assert (status, words) == (413, "this is too much at once: 512 KiB can be said")
    sent = []

    def pieces() -> Iterator[bytes]:
        for number in range(64):
            sent.append(number)
            yield b"a" * 65536

    assert _sent(ada, pieces())[0] == 413
    largest = [{**STROKE, "points": [[0.12, 0.34]] * 4000}] * 6
    fits = {"what": {"kind": "note", "text": "a", "drawing": largest}}
    assert len(json.dumps(fits)) < MOST_BYTES
    ada.send(f"/shots/{TWICE}/decisions", fits, 201)


def test_what_a_retake_would_make_again_is_told_before_it_is_asked_for(folder, monkeypatch):
    monkeypatch.setenv("SHOTFARM_PRICE_PER_WORKER_HOUR", "3600")
    with room(folder, settings_for(folder), PEOPLE) as (film, people):
        radius = people["ada"].propose("1B", takes=3, options={"delay_s": 0.5})
        assert [one["shot"] for one in radius["renders"]] == ["1B"] * 3
        assert radius["joints"] == ["1A-1B"]
        assert (radius["follows"], radius["frames"]) == ([], 0)
        assert radius["cost"] == f"{radius['worker_s']:.2f} EUR"
        assert radius["words"][0].startswith("3 takes to render: ")
        assert {words[-1] for words in radius["wishes"]} == {"delay_s = 0.5"}
        assert people["ada"].propose("2B", "omit")["frames"] == -25
        assert DecisionLog.of(film.folder).record().decisions == []


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"options": {"delay": 1}}, 409, "an option of slate: "),
        ({"options": {"delay_s": "soon"}}, 409, "an option of slate: "),
        ({"renderer": "gone"}, 409, 'none is called "gone"'),
        ({"first_frame": "../../etc/passwd"}, 409, "leads outside the project folder"),
        ({"first_frame": "/etc/passwd"}, 409, "is absolute"),
        ({"references": {"ada": ["link.png"]}}, 409, "is a link that leads outside"),
        ({"references": {"ada": ["no.png"]}}, 409, "who is not in the shot"),
        ({"references": {"../ada": ["no.png"]}}, 422, "what.retake.references"),
        ({"takes": 65}, 422, "what.retake.takes"),
        ({"seed": -1}, 422, "what.retake.seed"),
        ({"seed": 1, "new_seed": True}, 409, "exclude each other"),
        ({"take": 9}, 404, "has no take 9"),
    ],
)
def test_what_a_retake_cannot_have_is_said_in_words(film, ada, asked, status, words):
    (film.folder / "link.png").symlink_to("/etc/passwd")
    shot = "1A" if "link" in str(asked) else TWICE
    assert words in ada.propose(shot, status=status, **asked)["error"]
    body = {"what": {"kind": "retake", **asked}, "seen": 0}
    ada.send(f"/shots/{shot}/retakes", body, status)
    assert DecisionLog.of(film.folder).record().decisions == []


def test_a_form_says_what_can_be_asked_for_and_how_it_is_now(film, ada):
    (film.folder / "refs").mkdir()
    Image.new("RGB", (32, 32)).save(film.folder / "refs" / "ada.png")
    form = ada.get("/shots/1A/form")
    assert form["pictures"] == ["refs/ada.png"]
    assert form["characters"] == [{"id": "ada", "name": "Ada", "references": []}]
    (slate,) = form["renderers"]
    assert slate["schema"]["properties"]["delay_s"]["type"] == "number"
    assert slate["values"].keys() == slate["schema"]["properties"].keys()
    assert ada.propose("1A", references={"ada": ["refs/ada.png"]})["wishes"] == [["ada as in refs/ada.png"]]


def test_two_takes_are_compared_by_what_they_were_made_from(ada):
    found = ada.get(f"/shots/{TWICE}/difference", a=1, b=2)
    assert [(row["group"], row["b"]) for row in found["rows"]] == [("seed", "7")]
    assert ada.get(f"/shots/{TWICE}/difference", a=2, b=2)["rows"] == []
    ada.get(f"/shots/{TWICE}/difference", 404, a=1, b=9)
    ada.get(f"/shots/{TWICE}/difference", 422, a=1, b="two")


def test_drafts_and_finals_stand_side_by_side(tmp_path):
    document = copy.deepcopy(FILM) | copy.deepcopy(TWO_RENDERERS)
    settings = settings_for(tmp_path / "film").model_copy(update={"backend": None})
    folder = film_with_takes(tmp_path / "film", document, assembled=False, settings=settings)
    with room(folder, settings, PEOPLE) as (_, people):
        ada = people["ada"]
        draft, final = ada.get(""), ada.get("", renderer="final")
        assert (draft["renderer"], final["renderer"]) == ("draft", "final")
        assert draft["cuts"] == ["draft", "final"]
        assert all(shot["there"] for shot in draft["shots"])
        assert not any(shot["there"] for shot in final["shots"])
        ada.decide("1A", "approve", take=1)
        assert ada.get("")["shots"][0]["status"] == "approved"
        assert ada.get("", renderer="final")["shots"][0]["status"] == ""
        assert ada.story("1A", renderer="final")["takes"][0]["in_cut"] is False
        assert [one["name"] for one in ada.get("/shots/1A/form")["renderers"]] == ["draft", "final"]
        assert "it has draft, final" in ada.get("", 404, renderer="gone")["hint"]
