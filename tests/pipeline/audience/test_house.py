"""A film is given as far as it is there to each who watches, and what is missing is made as they come."""

from __future__ import annotations

import threading
from itertools import pairwise

import httpx
import pytest

from assembly.programs import ffmpeg
from pipeline.audience.keeping import KeptLink, keep_link, kept_link
from tests.support.assembly import hls_rules
from tests.support.pipeline.audience_films import FRAMES, STARTS, shown
from tests.support.waiting import PATIENCE_S, until


@pytest.fixture
def empty(tmp_path):
    """A film of which nothing is there."""
    with shown(tmp_path / "film") as found:
        yield found


@pytest.fixture
def client(showing):
    with showing.client as client:
        yield client


def stream_of(found):
    """Where a plain player finds the film, without any token."""
    return f"{found.base}/hls/{found.house.key}/index.m3u8"


def read(url, name=""):
    answer = httpx.get(url.replace("index.m3u8", name) if name else url, timeout=PATIENCE_S)
    assert answer.status_code == 200, answer.text
    return answer


def frames_of(playlist):
    return round(sum(one.duration_s for one in hls_rules.read_media(playlist).segments) * 24)


def given_until(found, frame):
    until(lambda: found.house.screening(found.house.key).until == frame, f"all before {frame} is given")


def test_what_is_there_is_given_in_order_and_a_gap_stops_it(empty):
    empty.mix()
    empty.publish("1A")
    given_until(empty, 48)  # what a dissolve touches waits for the shot behind it
    empty.publish("2A")
    with empty.client as client:
        key = client.post("/api/screenings", json={"frame": 0}).json()["key"]
        there = lambda: client.get(f"/api/screenings/{key}").json()  # noqa: E731
        until(lambda: [STARTS["2A"], 218] in there()["there"], "what is there is told")
        assert there()["until"] == 48
        wait = there()["wait"]
        assert (wait["words"], wait["failed"]) == ("The farm is starting.", False)
        empty.publish("1B")
        given_until(empty, 218)
        assert not there()["whole"]
        empty.publish("2B")
        until(lambda: there()["whole"], "all of it is given")
        assert there()["wait"] is None
        assert there()["there"] == [[0, FRAMES]]


def test_an_event_grows_as_takes_come_and_ends_and_keeps_every_rule(empty):
    empty.mix()
    seen = []
    for shots, end in [(["1A", "1B"], 110), (["2A"], 218), (["2B"], FRAMES)]:
        empty.publish(*shots)
        given_until(empty, end)
        seen += [read(stream_of(empty), "picture.m3u8").text for _ in range(2)]
    assert [problem for text in seen for problem in hls_rules.of_media(text)] == []
    assert [problem for pair in pairwise(seen) for problem in hls_rules.of_growing(*pair)] == []
    assert hls_rules.read_media(seen[-1]).ended
    assert hls_rules.read_media(seen[-1]).kind == "EVENT"


def test_a_whole_film_keeps_every_rule_with_all_that_it_names(showing):
    url = stream_of(showing)
    given_until(showing, FRAMES)
    index = read(url)
    assert index.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert [*hls_rules.of_stream(index.text)] == []
    picture, sound = (read(url, name).text for name in ("picture.m3u8", "sound.m3u8"))
    assert [*hls_rules.of_together(picture, sound)] == []
    (variant,) = [line for line in index.text.splitlines() if line.startswith("#EXT-X-STREAM-INF")]
    bits = int(hls_rules.attributes(variant)["BANDWIDTH"])
    for text in (picture, sound):
        assert [*hls_rules.of_media(text)] == []
        assert [*hls_rules.of_content(text, lambda name: read(url, name).content, bits)] == []
    assert frames_of(picture) == FRAMES


def test_a_fragment_is_kept_by_whoever_has_it_and_a_playlist_is_not(showing):
    url = stream_of(showing)
    given_until(showing, FRAMES)
    name = hls_rules.read_media(read(url, "picture.m3u8").text).segments[0].uri
    assert "immutable" in read(url, name).headers["cache-control"]
    assert read(url, "picture.m3u8").headers["cache-control"] == "no-cache"
    other = name.replace(name[-16:-4], "0" * 12)
    assert httpx.get(url.replace("index.m3u8", other), timeout=PATIENCE_S).status_code == 404


def test_a_plain_player_that_asks_too_early_is_kept_waiting_and_plays_all_of_it(empty, tmp_path, monkeypatch):
    # As long as a busy machine takes to make them: ffmpeg does not ask again, as others do.
    monkeypatch.setattr("pipeline.audience.routes.stream._PATIENCE_S", PATIENCE_S)
    out = tmp_path / "played.mkv"
    told = []

    def play():
        words = ["-i", stream_of(empty), "-map", "0:v", "-map", "0:a", "-c", "copy", str(out)]
        # Of an event that it loads again ffmpeg warns of its initialisation, which it has already.
        told.append(ffmpeg.run(words, loglevel="error"))

    player = threading.Thread(target=play, daemon=True)
    player.start()
    for shot in ("2B", "1A", "1B", "2A"):
        empty.publish(shot)
    empty.mix()
    player.join(PATIENCE_S)
    assert told == [""], "nothing is wrong with it"
    counted = ffmpeg.run(["-i", str(out), "-map", "0:v", "-f", "null", "-"], loglevel="verbose")
    assert f"{FRAMES} frames encoded" in counted


def test_nothing_is_offered_before_there_are_two_fragments_and_the_sound(empty, monkeypatch):
    monkeypatch.setattr("pipeline.audience.routes.stream._PATIENCE_S", 0.1)
    empty.publish("1A")
    given_until(empty, 48)
    asked = lambda: httpx.get(stream_of(empty), timeout=PATIENCE_S)  # noqa: E731
    early = asked()
    assert (early.status_code, early.headers["retry-after"]) == (503, "1")
    empty.publish("1B")
    given_until(empty, 110)
    assert "The sound is being mixed." in asked().text
    empty.mix()
    until(lambda: asked().status_code == 200, "it is offered")


def test_somebody_begins_in_the_middle_and_hears_from_there(showing):
    with showing.client as client:
        made = client.post("/api/screenings", json={"frame": 200}).json()
        assert STARTS["2A"] < made["since"] <= 200
        key = made["key"]
        until(lambda: client.get(f"/api/screenings/{key}").json()["whole"], "the rest is given")
        told = client.get(made["picture"]).text
        picture = hls_rules.read_media(told)
        sound = hls_rules.read_media(client.get(made["sound"]).text)
    assert (picture.kind, picture.ended) == ("VOD", True)
    assert frames_of(told) == FRAMES - made["since"]
    begins = (picture.segments[0].shown_at - sound.segments[0].shown_at).total_seconds()
    assert 0 <= begins < sound.segments[0].duration_s


def test_who_watches_leads_the_farm(empty):
    hand = until(lambda: empty.hands and empty.hands[0], "what makes the film is begun")
    until(lambda: hand.orders, "it is told to make the film")
    shots = {shot.digest: shot.shot for shot in empty.production.plan().shots}
    by_due = lambda: [shots[take] for take in sorted(hand.due, key=hand.due.get)]  # noqa: E731
    until(lambda: by_due() == ["1A", "1B", "2A", "2B"], "without anybody, from the beginning on")
    due = sorted(hand.due.values())
    assert [one - due[0] for one in due] == pytest.approx([0, 48 / 24, 110 / 24, 218 / 24], abs=0.01)
    with empty.client as client:
        key = client.post("/api/screenings", json={"frame": 150}).json()["key"]
        until(lambda: by_due() == ["2B"], "who begins in the last scene but one needs the last shot alone")
        client.post(f"/api/screenings/{key}/position", json={"frame": 0, "moves": False})
        until(lambda: by_due() == ["1A", "1B", "2A", "2B"], "who goes back needs all of it")
    empty.publish("1A", "2A")
    until(lambda: by_due() == ["1B", "2B"], "what is there is needed no more")


def test_what_failed_is_told_and_tried_again_when_somebody_asks(empty):
    hand = until(lambda: empty.hands and empty.hands[0], "what makes the film is begun")
    hand.say("failed", "the lamp fell")
    with empty.client as client:
        key = client.post("/api/screenings", json={}).json()["key"]
        told = lambda: client.get(f"/api/screenings/{key}").json()["wait"]  # noqa: E731
        until(lambda: told()["failed"], "it says so")
        assert told()["more"] == "The lamp fell."
        client.post("/api/making", json={})
        until(lambda: len(empty.hands) == 2 and empty.hands[1].orders, "it is tried again")
        assert not told()["failed"]


def test_what_nobody_has_to_make_starts_nothing(showing):
    assert showing.hands == []


def test_only_the_key_of_a_screening_opens_it_and_nothing_else_is_open(showing):
    with httpx.Client(base_url=showing.base, timeout=PATIENCE_S) as stranger:
        assert stranger.get("/hls/nobody/index.m3u8").status_code == 404
        for path in ("/api/film", "/api/screenings/x", "/api/live/x"):
            assert stranger.get(path).status_code == 401
        assert stranger.post(f"/hls/{showing.house.key}/index.m3u8").status_code == 401
        rebound = stranger.get(stream_of(showing), headers={"Host": "evil.example"})
        assert rebound.status_code == 421
        other = stranger.get(stream_of(showing), headers={"Sec-Fetch-Site": "cross-site"})
        assert other.status_code == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/screenings", {"frame": -1}),
        ("/api/screenings", {"frame": 0, "more": 1}),
        ("/api/screenings", {"frame": "x"}),
        ("/api/screenings/KEY/position", {"frame": 2**40, "moves": True}),
    ],
)
def test_what_has_not_the_right_form_is_refused_in_words(client, showing, path, body):
    answer = client.post(path.replace("KEY", showing.house.key), json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_the_film_is_told_with_its_scenes_and_shots(client):
    film = client.get("/api/film").json()
    assert (film["title"], film["frames"], film["rate"], film["heard"]) == (
        "For an Audience",
        FRAMES,
        [24, 1],
        True,
    )
    assert [(one["slug"], one["start"]) for one in film["scenes"]] == [
        ("INT. HERE - DAY", 0),
        ("EXT. HERE - NIGHT", STARTS["2A"]),
    ]
    assert {one["id"]: one["start"] for one in film["shots"]} == STARTS


def test_the_link_is_kept_for_its_person_alone_and_a_broken_one_is_made_anew(tmp_path):
    document = tmp_path / "film.yaml"
    link = KeptLink(port=8123)
    keep_link(tmp_path / "home", document, link)
    assert kept_link(tmp_path / "home", document) == link
    (kept,) = (tmp_path / "home" / "watch").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept_link(tmp_path / "home", tmp_path / "other.yaml") != link
    kept.write_text("{")
    assert kept_link(tmp_path / "home", document).port == 0


def test_how_long_to_stop_so_as_not_to_stop_again_is_rehearsed_for_all_who_watch(tmp_path, monkeypatch):
    with shown(tmp_path / "film") as found:
        found.publish("1A")
        progress, house = found.house._progress, found.house
        hers = house.begin(0)
        until(lambda: hers.until == 48, "the first shot is there")
        assert house.plays_on_in_s(hers) is None, "nothing renders, and nobody knows"
        (first,) = found.digests("1B")
        monkeypatch.setattr(type(progress), "rendering", property(lambda _: 1))
        monkeypatch.setattr(progress, "left_s", lambda take: 20.0 if take == first else None)
        alone = house.plays_on_in_s(hers)
        assert 17 < alone < 20, "1B is seen after 2.5 s, and the others are made in moments"
        his = house.begin(0)
        house.place(his.key, 40, moves=True)
        assert house.plays_on_in_s(hers) == pytest.approx(alone, abs=0.5), "he waits for the same"
