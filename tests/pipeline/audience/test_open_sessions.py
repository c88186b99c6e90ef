"""A film of one's own: kept as a list of decisions, given to its viewer alone, in the order of coming."""

from __future__ import annotations

import contextlib
import secrets
from datetime import timedelta

import httpx
import pytest

from pipeline.audience.deciding.admission import Limits
from pipeline.audience.keeping import KeptLink
from pipeline.audience.open_sessions import OpenSessions
from pipeline.catalog.session_log import SessionLog
from tests.support.pipeline.audience_films import ASKING, shown
from tests.support.pipeline.screenings import begins, decides, given_until, stands
from tests.support.waiting import PATIENCE_S, until

LIMITS = Limits(sessions=3, waiting=2)
MINE = {"X-Shotfarm": "1"}


@pytest.fixture(autouse=True)
def _nobody_is_away(monkeypatch):
    """Who is in stays in, however late a test asks again."""
    monkeypatch.setattr("pipeline.audience.open_sessions.AWAY_S", PATIENCE_S)


@pytest.fixture(scope="module")
def open_film(tmp_path_factory):
    """A film that asks, with all takes of those who give no name, and those of Ana, for three at once."""
    with shown(tmp_path_factory.mktemp("open") / "film", ASKING, limits=LIMITS) as found:
        found.publish()
        found.publish("2A", who="Ana")
        found.publish("2A", who="Bo")
        yield found


@contextlib.contextmanager
def viewer(found, token=None):
    """Somebody with a session of their own; it goes when they do."""
    with found.client as keeper:
        token = token or keeper.post("/api/sessions").json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=found.base, headers=headers, timeout=PATIENCE_S) as client:
        client.token, client.session = token, token.partition(".")[0]
        try:
            yield client
        finally:
            found.house.sessions.leaves(client.session)


def names(client, made):
    text = client.get(made["picture"]).text
    return [line for line in text.splitlines() if line.endswith(".m4s")]


def routes_of(client, made):
    """Every address of a screening: what it is asked with, and what it says."""
    base, hls = f"/api/screenings/{made['key']}", made["picture"].rpartition("/")[0]
    fragments = [f"{hls}/{name}" for name in names(client, made)[-1:]]
    streams = [made[kind] for kind in ("stream", "picture", "sound")]
    read = [
        base,
        f"{base}/film",
        f"{base}/events",
        f"{base}/cut",
        f"{base}/live/{'0' * 64}",
        *streams,
        *fragments,
    ]
    read += [f"{hls}/picture.mp4", f"{hls}/sound.mp4"]
    told = [
        (f"{base}/position", {"frame": 1, "moves": True}),
        (f"{base}/answers", {"number": 1, "answer": "right"}),
        (f"{base}/cut", None),
        (f"{base}/picture?number=1", None),
    ]
    return [*(("GET", path, None) for path in read), *(("POST", path, body) for path, body in told)]


def test_nothing_is_made_for_who_was_forgotten_while_they_decided(open_film):
    house = open_film.house
    screening = house.begin(0, ["Cy"])
    assert screening.key in house._makers, "nobody else is called so"
    house._forget(screening)
    house._make_for(screening)
    assert screening.key not in house._makers


def test_a_session_is_its_viewers_alone_on_every_route(open_film):
    with viewer(open_film) as hers, viewer(open_film) as his, open_film.client as keeper:
        made = begins(hers)
        assert decides(hers, made, 0, "Ana").status_code == 200
        given_until(hers, made, 192)
        routes = routes_of(hers, made)
        said = hers.get("/api/openapi.json").json()["paths"]
        asked = {path.replace(made["key"], "{key}").partition("?")[0] for _, path, _ in routes}
        plain = {path for path in said if "{key}" in path and path.count("{") == 1}
        assert plain <= asked, "every address of a screening is tried"
        stranger = httpx.Client(base_url=open_film.base, timeout=PATIENCE_S)
        forged = {"Authorization": f"Bearer {hers.session}.{secrets.token_urlsafe(24)}"}
        for method, path, body in routes:
            with stranger.stream(method, path, json=body) as refused:
                assert refused.status_code == 401, path
            with stranger.stream(method, path, json=body, headers=forged) as refused:
                assert refused.status_code == 401, path
            for other in (his, keeper):
                with other.stream(method, path, json=body) as refused:
                    assert refused.status_code == 404, path
                    refused.read()
                    assert "Ana" not in refused.text
        assert stands(hers, made)["decided"] == 1, "nobody else has decided anything"
        assert "Ana" not in his.get("/api/session").text
        assert keeper.get("/api/session").status_code == 401, "the link alone is nobody's session"
        assert keeper.post("/api/screenings", json={}).status_code == 401


def test_everybodys_stream_needs_no_session_and_no_answer_of_anybody_is_in_it(open_film):
    key = open_film.house.key
    assert httpx.get(f"{open_film.base}/hls/{key}/picture.m3u8", timeout=PATIENCE_S).status_code == 200
    with viewer(open_film) as hers:
        made = begins(hers)
        assert httpx.get(f"{open_film.base}{made['picture']}", timeout=PATIENCE_S).status_code == 401


def test_what_a_viewer_decided_is_kept_and_two_windows_are_on_one_way(open_film):
    with viewer(open_film) as hers:
        made, other = begins(hers), begins(hers)
        assert decides(hers, made, 0, "Ana").status_code == 200
        assert decides(hers, other, 0, "Bo").status_code == 200, "what was decided first holds"
        for one in (made, other):
            given_until(hers, one, 192)
        assert names(hers, made) == names(hers, other)
        hers.post(f"/api/screenings/{made['key']}/position", json={"frame": 120, "moves": True})
        seat = hers.get("/api/session").json()
        assert (seat["answers"], seat["frame"], seat["finished"]) == (["Ana"], 120, False)
        again = begins(hers)
        assert (again["frame"], again["answers"]) == (120, ["Ana"])
        session = open_film.sessions.find(hers.session)
        assert session.version == {"who": "Ana"}
        decides(hers, made, 1, "right")
        hers.post(f"/api/screenings/{made['key']}/position", json={"frame": 251, "moves": False})
        session = open_film.sessions.find(hers.session)
        assert (session.finished.frames, session.version) == (252, {"who": "Ana", "choose:fork": "right"})


def test_who_comes_when_all_places_are_taken_waits_in_the_order_of_coming(open_film):
    with contextlib.ExitStack() as stack:
        people = [stack.enter_context(viewer(open_film)) for _ in range(6)]
        place = lambda one: one.get("/api/session").json()["place"]  # noqa: E731
        assert [place(one) for one in people] == [0, 0, 0, 1, 2, None]
        assert [place(one) for one in people] == [0, 0, 0, 1, 2, None], "a reload keeps the place"
        words = people[3].get("/api/session").json()
        assert (words["words"], words["more"]) == (
            "Every place is taken: you are number 1.",
            "It begins by itself when it is your turn. The page can be loaded again.",
        )
        for one, hint in ((people[3], "number 1 in the queue"), (people[5], "the queue is full too")):
            refused = one.post("/api/screenings", json={})
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
            assert refused.json() == {"error": "every place is taken", "hint": hint, "wait_s": 2}
        begins(people[0])
        open_film.house.sessions.leaves(people[1].session)
        assert [place(one) for one in people[2:]] == [0, 0, 1, 2]
        begins(people[3])


def test_a_place_is_given_up_by_who_is_silent_and_kept_over_a_restart(tmp_path, monkeypatch):
    def opened(limits=Limits(sessions=1)):  # noqa: B008
        return OpenSessions(SessionLog(tmp_path), "film.yaml", {}, limits)

    first = opened()
    names = [first.begin().partition(".")[0] for _ in range(4)]
    assert [first.comes(one) for one in names[:3]] == [0, 1, 2]
    again = opened()
    assert [again.comes(one) for one in (names[3], names[2], names[1], names[0])] == [3, 2, 1, 0]
    fewer = opened(Limits(sessions=0))
    assert fewer.comes(names[0]) == 1, "who was in comes first"
    again.log.forget(names[0], "somebody")
    assert [opened().comes(one) for one in names[1:]] == [0, 1, 2]
    monkeypatch.setattr("pipeline.audience.open_sessions.AWAY_S", -1.0)
    late = opened()
    assert late.comes(names[2]) == 0, "nobody was heard of"


def test_whose_link_was_opened_and_nothing_seen_is_nobody_after_a_day(tmp_path, monkeypatch):
    log = SessionLog(tmp_path)
    unused, watched, decided = (log.begin("film.yaml")[0].id for _ in range(3))
    log.reach(watched, 1)
    log.answer(decided, 0, "door", None)
    OpenSessions(log, "film.yaml", {}, LIMITS)
    assert log.find(unused), "not at once"
    monkeypatch.setattr("pipeline.audience.open_sessions.UNUSED", timedelta(0))
    OpenSessions(log, "film.yaml", {}, LIMITS)
    assert [log.find(one) is not None for one in (unused, watched, decided)] == [False, True, True]


def test_who_was_silent_for_long_waits_again_and_who_has_seen_all_of_it_needs_no_place(tmp_path, monkeypatch):
    with shown(tmp_path / "film", ASKING, limits=Limits(sessions=1)) as found:
        found.publish()
        with viewer(found) as hers, viewer(found) as his:
            made = begins(hers)
            assert his.get("/api/session").json()["place"] == 1
            with monkeypatch.context() as silence:
                silence.setattr("pipeline.audience.open_sessions.AWAY_S", -1.0)
                assert his.get("/api/session").json()["place"] == 0
            for path in (f"/api/screenings/{made['key']}", made["picture"]):
                waits = hers.get(path)
                assert (waits.status_code, waits.json()["hint"]) == (503, "number 1 in the queue")
            found.house.sessions.leaves(his.session)
            for number in range(2):
                until(lambda: (stands(hers, made)["question"] or {}).get("number") == number, "it asks")  # noqa: B023
                assert decides(hers, made, number).status_code == 200
            hers.post(f"/api/screenings/{made['key']}/position", json={"frame": 263, "moves": False})
            assert his.get("/api/session").json()["place"] == 0, "who is through gives up the place"
            assert stands(hers, made)["decided"] == 2, "and keeps what is there"


def test_a_link_of_ones_own_opens_it_elsewhere_and_the_films_link_keeps_it(open_film):
    link = f"/?token={open_film.token}"
    with httpx.Client(base_url=open_film.base, timeout=PATIENCE_S, follow_redirects=True) as browser:
        assert browser.get(link).status_code == 200
        mine = browser.get("/api/session", headers=MINE).json()["session"]
        browser.get(link)
        assert browser.get("/api/session", headers=MINE).json()["session"] == mine
        assert browser.post("/api/sessions").status_code == 403, "another site's form cannot begin one"
        begun = browser.post("/api/sessions", headers=MINE).json()
        assert browser.get("/api/session", headers=MINE).json()["session"] == begun["session"] != mine
        assert open_film.sessions.find(begun["session"]).began.after == mine
    with httpx.Client(timeout=PATIENCE_S, follow_redirects=True) as elsewhere:
        assert elsewhere.get(begun["url"]).status_code == 200
        found = elsewhere.get(f"{open_film.base}/api/session").json()
        assert found["session"] == begun["session"]
    for session in (mine, begun["session"]):
        open_film.house.sessions.leaves(session)


def test_a_forgotten_viewer_is_told_so_and_what_they_watch_ends(open_film):
    with viewer(open_film) as hers:
        made = begins(hers)
        decides(hers, made, 0, "Ana")
        open_film.sessions.forget(hers.session, "somebody")
        for path in ("/api/session", f"/api/screenings/{made['key']}", made["picture"], "/"):
            gone = hers.get(path)
            assert gone.status_code == 410, path
            assert "was deleted" in gone.text
        page = httpx.get(f"{open_film.base}/?token={hers.token}", timeout=PATIENCE_S)
        assert (page.status_code, "text/html" in page.headers["content-type"]) == (410, True)
        until(lambda: made["key"] not in open_film.house._screenings, "nothing is made for it any more")
        cookie = {open_film.cookie: hers.token}
        with httpx.Client(
            base_url=open_film.base, cookies=cookie, timeout=PATIENCE_S, follow_redirects=True
        ) as browser:
            assert browser.get(f"/?token={open_film.token}").status_code == 200, (
                "the film's link begins another"
            )
            other = browser.get("/api/session").json()["session"]
        assert other != hers.session
        open_film.house.sessions.leaves(other)


def test_a_server_that_is_back_goes_on_at_the_frame_with_the_answers(tmp_path):
    link = KeptLink()
    with shown(tmp_path / "film", ASKING, link, limits=LIMITS) as found:
        found.publish()
        found.publish("2A", who="Ana")
        port, token = found.port, None
        with viewer(found) as hers:
            token, made = hers.token, begins(hers)
            decides(hers, made, 0, "Ana")
            hers.post(f"/api/screenings/{made['key']}/position", json={"frame": 150, "moves": True})
    with shown(tmp_path / "film", None, link, port, limits=LIMITS) as found, viewer(found, token) as hers:
        made = begins(hers)
        assert (made["frame"], made["answers"]) == (150, ["Ana"])
        assert 96 <= made["since"] <= 150
        given_until(hers, made, 192)
        assert stands(hers, made)["question"]["number"] == 1


@pytest.mark.parametrize(
    "shown_as",
    [
        "x",
        ".",
        "../../film.yaml.x",
        f"{'0' * 20}.",
        f"{'0' * 20}.{'x' * 32}",
        "x" * 10_000,
        "%2e%2e.%00",
        "<script>.alert(1)",
        "{who}.{{ who }}",
    ],
    ids=["short", "dot", "path", "no-secret", "nobody", "long", "escaped", "script", "braces"],
)
def test_what_no_token_can_be_opens_nothing_and_leaves_nothing(open_film, shown_as):
    open_film.sessions.begin("film.yaml")
    before = {path.name for path in open_film.sessions.path.iterdir()}
    with httpx.Client(base_url=open_film.base, timeout=PATIENCE_S) as client:
        for way in (
            {"headers": {"Authorization": f"Bearer {shown_as}"}},
            {"headers": {"Cookie": f"{open_film.cookie}={shown_as.replace(' ', '')}"}},
            {"params": {"token": shown_as}},
        ):
            for path in ("/", "/api/session", "/api/film"):
                refused = client.get(path, **way)
                assert refused.status_code == 401, (path, way)
                assert shown_as not in refused.text or len(shown_as) < 2
    assert {path.name for path in open_film.sessions.path.iterdir()} == before


@pytest.mark.parametrize(
    "answer",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA",
        "file:///etc/passwd",
        "../store/takes",
        "x" * 100_000,
    ],
    ids=["svg", "data", "file", "path", "long"],
)
def test_what_is_no_name_is_refused_and_not_kept(open_film, answer):
    with viewer(open_film) as hers:
        made = begins(hers)
        assert decides(hers, made, 0, answer).status_code == 422
        assert open_film.sessions.find(hers.session).answers == ()
        kept = (open_film.sessions.folder(hers.session) / "session.jsonl").read_bytes()
        assert answer.encode()[:30] not in kept
