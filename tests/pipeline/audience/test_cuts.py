"""A cut that is shared: it is what its viewer saw, for whoever has its link, until they are forgotten."""

from __future__ import annotations

import json
import re
import shutil

import httpx
import numpy as np
import pytest
from PIL import Image

from assembly.delivery.link_card import SIZE, draw_link_card
from assembly.delivery.packet_sums import movie_sums, packet_sums
from assembly.picture.film_file import probe
from pipeline.audience import sharing
from pipeline.audience.cuts import Cut, CutState, KeptCuts, cut_name, keep, read
from pipeline.audience.deciding.admission import Limits
from pipeline.audience.forgetting import forget_viewer
from pipeline.audience.keeping import KeptLink
from pipeline.provenance.signing import read as read_signed
from pipeline.provenance.verify import Verdict, verify
from pipeline.web.public_url import PublicUrl
from storyboard.errors import AssemblyError
from tests.support.pipeline.audience_films import ASKING, FRAMES, shown
from tests.support.waiting import PATIENCE_S, until

NAME = cut_name("a secret", "somebody", "a way")


def test_a_cut_that_is_kept_just_after_its_viewer_was_forgotten_says_so(tmp_path):
    kept = KeptCuts(tmp_path, lambda viewer: viewer == "a viewer")
    folder = kept.folder_of(NAME)
    assert not kept.keep(folder, Cut(viewer="a viewer", answers=("a name",)))
    assert read(folder) == Cut(state=CutState.GONE)


def begins(client, **more):
    return client.post("/api/screenings", json=more).json()["key"]


def shares(client, key):
    return client.post(f"/api/screenings/{key}/cut", json={})


def ready(client, key):
    """The address of what a screening shares, once it is there."""
    until(lambda: shares(client, key).status_code == 200, "all of it is there")
    said = until(
        lambda: (said := client.get(f"/api/screenings/{key}/cut").json())["state"] != "making" and said,
        "it is put together",
    )
    assert said["state"] == "ready", said
    return said["address"]


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    """A film that asks, with all takes of those who give no name, and those of Ana."""
    with shown(tmp_path_factory.mktemp("cuts") / "film", ASKING) as found:
        found.publish()
        found.publish("2A", who="Ana")
        yield found


@pytest.fixture(scope="module")
def cut(asking):
    """The address of Ana's cut, who went to the right."""
    with asking.client as client:
        key = begins(client, answers=["Ana", "right"])
        address = ready(client, key)
        assert shares(client, key).json()["address"] == address, "shared again it is the same"
        return address


@pytest.fixture
def stranger():
    """Somebody who has the link, and no token."""
    with httpx.Client(timeout=PATIENCE_S) as client:
        yield client


def test_a_cut_is_exactly_what_was_watched(cut, stranger, tmp_path):
    film = tmp_path / "film.mp4"
    answer = stranger.get(f"{cut}/film.mp4", params={"download": ""})
    assert 'filename="it-asks.mp4"' in answer.headers["content-disposition"]
    film.write_bytes(answer.content)
    facts = probe(film)
    assert (facts.frames, facts.audio_codec, facts.title) == (252, "aac", "It Asks")
    assert [(one.title, one.start) for one in facts.chapters][-1] == ("EXT. RIGHT - DAY", 192)
    assert movie_sums(film) == packet_sums(film)
    found = verify(film)
    assert found.verdict is Verdict.AS_SIGNED
    assert [(one.shot, one.first, one.frames) for one in found.statement.shots] == [
        ("1A", 0, 96),
        ("2A", 96, 96),
        ("4A", 192, 60),
    ]
    assert found.statement.kind == "cut"
    assert "Ana" not in found.statement.model_dump_json(), "no word of a viewer's is signed into it"


def test_the_link_tells_messengers_what_it_is(cut, stranger, tmp_path):
    page = stranger.get(cut)
    assert page.status_code == 200
    meta = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page.text))
    assert meta["og:title"] == meta["twitter:title"] == "It Asks"
    assert meta["og:description"] == "Numbers pass, and somebody decides which."
    assert meta["twitter:card"] == "summary_large_image"
    assert meta["og:image"] == f"{cut}/card.jpg"
    assert meta["og:video"] == f"{cut}/film.mp4"
    for name, size in (("card.jpg", SIZE), ("poster.jpg", (320, 180))):
        picture = tmp_path / name
        picture.write_bytes(stranger.get(f"{cut}/{name}").content)
        assert Image.open(picture).size == size
        assert not read_signed(picture).failures
    assert "'unsafe" not in page.headers["content-security-policy"]


def test_parts_of_the_film_are_given_as_players_ask_for_them(cut, stranger):
    part = stranger.get(f"{cut}/film.mp4", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")


def test_the_link_gives_nothing_else(asking, cut, stranger):
    for path in ("/", "/api/film", "/api/openapi.json"):
        assert stranger.get(f"{asking.base}{path}").status_code == 401
    assert stranger.post(cut).status_code == 401
    for path in ("/cut.json", "/..%2fcut.json", "/../cut.json", "/other.mp4"):
        assert stranger.get(f"{cut}{path}").status_code in {401, 404}
    assert stranger.get(f"{cut[:-1]}{'A' if cut[-1] != 'A' else 'B'}").status_code == 404
    for name in ("x", "a" * 500, "%00", "..", "é" * 32):
        assert stranger.get(f"{asking.base}/cut/{name}").status_code in {401, 404, 422}


def test_what_a_viewer_answered_is_not_kept_and_the_link_is_in_no_folder(asking, cut):
    folder = asking.house.cuts.folder_of(cut.rpartition("/")[2]).parent
    kept = "".join(path.read_text() for path in folder.glob("*/cut.json"))
    assert "Ana" not in kept
    name = cut.rpartition("/")[2]
    assert name not in kept + " ".join(str(path) for path in folder.rglob("*"))


def test_what_is_not_over_or_not_there_is_not_shared(asking):
    with asking.client as client:
        refused = shares(client, begins(client, answers=["Ana"]))
        assert refused.status_code == 409
        assert refused.json()["error"] == "the film is not over yet"
        missing = shares(client, begins(client, answers=["Bo", "left"]))
        assert missing.status_code == 409
        assert "not all of this film is there yet" in missing.json()["error"]
        assert shares(client, "nobody").status_code == 404


def test_each_viewer_has_a_link_of_their_own_and_the_film_lies_there_once(asking, cut, stranger):
    with asking.client as client:
        key = begins(client, answers=["Ana", "right"])
        other = ready(client, key)
        assert other != cut
        kept = asking.house.cuts
        files = [kept.folder_of(one.rpartition("/")[2]) / "film.mp4" for one in (cut, other)]
        assert files[0].samefile(files[1])
        assert kept.forget(key) == 1
        for path in ("", "/film.mp4", "/card.jpg", "/state"):
            gone = stranger.get(f"{other}{path}")
            assert gone.status_code == 410
            assert "It Asks" not in gone.text
        assert "has had it deleted" in stranger.get(other).text
        assert [path.name for path in files[1].parent.iterdir()] == ["cut.json"]
        assert stranger.get(f"{cut}/film.mp4").status_code == 200, "the other's stays"
        assert shares(client, key).status_code == 409


def test_a_link_outlives_the_server_and_what_was_begun_is_made_by_the_next(stranger, tmp_path):
    link = KeptLink()
    folder = tmp_path / "film"
    with shown(folder, link=link) as found, found.client as client:
        found.mix()
        found.publish()
        address = ready(client, begins(client))
        kept = found.house.cuts
        done = kept.folder_of(address.rpartition("/")[2])
        begun = kept.folder_of(NAME)
        was = read(done)
        keep(begun, was.model_copy(update={"state": CutState.MAKING, "viewer": "somebody", "signer": ""}))
        shutil.rmtree(done)  # so that nothing is there to be had from it
    with shown(folder, link=link) as found:
        address = f"{found.base}/cut/{NAME}"
        until(lambda: stranger.get(f"{address}/state").json()["state"] == "ready", "it is made")
        assert len(stranger.get(f"{address}/film.mp4").content) > 10_000
        assert probe(begun / "film.mp4").frames == FRAMES


def test_what_cannot_be_made_says_so_and_can_be_tried_again(asking, stranger, monkeypatch, tmp_path):
    def broken(*_):
        raise AssemblyError(f"{tmp_path}: the scissors broke")

    with asking.client as client:
        key = begins(client, answers=[None, "left"])
        with monkeypatch.context() as patched:
            patched.setattr(sharing, "make_files", broken)
            until(lambda: shares(client, key).status_code == 200, "all of it is there")
            said = lambda: client.get(f"/api/screenings/{key}/cut").json()  # noqa: E731
            until(lambda: said()["state"] == "failed", "it says so")
            assert "the scissors broke" in said()["words"]
            page = stranger.get(said()["address"])
            assert page.status_code == 503
            assert "could not be put together" in page.text
            assert str(tmp_path) not in page.text, "strangers learn nothing of this machine"
        assert stranger.get(ready(client, key)).status_code == 200


def test_a_cut_that_is_forgotten_while_it_is_made_leaves_nothing(asking, monkeypatch):
    made = sharing.make_files

    def forgotten_meanwhile(way, folder, signer):
        made(way, folder, signer)
        assert asking.house.cuts.forget(key) == 1

    with asking.client as client:
        key = begins(client, answers=["Ana", "left"])
        monkeypatch.setattr(sharing, "make_files", forgotten_meanwhile)
        until(lambda: shares(client, key).status_code == 200, "all of it is there")
        said = client.get(f"/api/screenings/{key}/cut").json()
        folder = asking.house.cuts.folder_of(said["address"].rpartition("/")[2])
        until(
            lambda: (
                [path.name for path in folder.iterdir()] == ["cut.json"]
                and read(folder).state is CutState.GONE
            ),
            "nothing is left",
        )


def test_a_session_s_cut_is_its_viewers_and_goes_with_them(tmp_path, stranger):
    with shown(tmp_path / "film", ASKING, limits=Limits(9)) as found:
        found.publish()
        found.publish("2A", who="Ana")
        with found.client as keeper:
            hers, his = (keeper.post("/api/sessions").json() for _ in range(2))
        clients = [
            httpx.Client(
                base_url=found.base, headers={"Authorization": f"Bearer {one['token']}"}, timeout=PATIENCE_S
            )
            for one in (hers, his)
        ]
        with clients[0] as she, clients[1] as he:
            key = begins(she)
            for number, answer in enumerate(("Ana", "right")):
                said = {"number": number, "answer": answer}
                assert she.post(f"/api/screenings/{key}/answers", json=said).status_code == 200
            address = ready(she, key)
            assert shares(he, key).status_code == 404, "it is not his"
            assert ready(she, begins(she)) == address, "the session's link is the same in another window"
        page = stranger.get(address)
        assert (page.status_code, stranger.get(f"{found.base}/api/film").status_code) == (200, 401)
        record = found.house.cuts.folder_of(address.rpartition("/")[2]) / "cut.json"
        before = record.read_bytes()
        forget_viewer(found.folder, found.settings, hers["session"], "somebody")
        assert stranger.get(address).status_code == 410
        assert [path.name for path in record.parent.iterdir()] == ["cut.json"]
        record.write_bytes(before)  # as if somebody had forgotten them where this home folder is not
        assert stranger.get(f"{address}/state").status_code == 410


def test_titles_are_text_on_the_page(stranger, tmp_path):
    hostile = {**ASKING, "title": '"><script>alert(1)</script>', "logline": "<img src=x onerror=alert(1)>"}
    with shown(tmp_path / "film", hostile) as found:
        title, logline = hostile["title"], hostile["logline"]
        keep(found.house.cuts.folder_of(NAME), Cut(state=CutState.READY, title=title, logline=logline))
        text = stranger.get(f"{found.base}/cut/{NAME}").text
        assert text.count("<script") == 1
        assert "<img" not in text


def test_names_of_cuts_are_guessed_by_nobody():
    names = {cut_name(secret, viewer, way) for secret in "ab" for viewer in "cd" for way in "ef"}
    assert len(names) == 8
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", name) for name in names)
    assert cut_name("a", "b", "c") == cut_name("a", "b", "c")


def test_records_that_cannot_be_read_are_none(tmp_path):
    kept = KeptCuts(tmp_path)
    folder = kept.folder_of(NAME)
    folder.mkdir()
    (folder / "cut.json").write_text(json.dumps({"state": "bread"}))
    assert [*kept.every()] == []
    assert kept.forget("") == 0


@pytest.mark.parametrize(
    "title", ["It Asks", "A " + "very " * 60 + "long title", "x" * 300, "最後の手紙", "الرسالة الأخيرة"]
)
def test_a_links_picture_has_its_title_at_its_lower_edge(title):
    frame = Image.new("RGB", (320, 180), (40, 90, 160))
    drawn, plain = draw_link_card(frame, title), draw_link_card(frame, "")
    assert drawn.size == plain.size == SIZE
    assert np.asarray(drawn)[300:].sum(axis=2).max() > 600, "letters stand there"
    assert drawn.crop((0, 0, SIZE[0], 60)).getextrema() == plain.crop((0, 0, SIZE[0], 60)).getextrema()


def test_a_title_that_no_typeface_has_is_left_to_the_messenger():
    frame = Image.new("RGB", (320, 180), (40, 90, 160))
    assert draw_link_card(frame, "𒀀 in cuneiform").tobytes() == draw_link_card(frame, "").tobytes()


def test_links_begin_with_what_people_call_the_server(whole_film):
    with shown(whole_film, public=PublicUrl.parse("https://films.studio.example")) as found:
        assert found.url == f"https://films.studio.example/?token={found.token}"
        headers = {"Authorization": f"Bearer {found.token}", "Host": "films.studio.example"}
        here = f"http://127.0.0.1:{found.port}"
        with httpx.Client(base_url=here, headers=headers, timeout=PATIENCE_S) as client:
            address = ready(client, begins(client))
            assert address.startswith("https://films.studio.example/cut/")
            assert client.get(address.removeprefix("https://films.studio.example")).status_code == 200
            assert f'content="{address}/card.jpg"' in client.get(address[28:]).text
            elsewhere = client.get("/api/film", headers={"Host": f"127.0.0.1:{found.port}"})
            assert elsewhere.status_code == 421
        host = {"Host": "films.studio.example"}
        entered = httpx.get(here, params={"token": found.token}, headers=host, timeout=PATIENCE_S)
        assert "Secure" in entered.headers["set-cookie"]


def test_the_oldest_cuts_make_room_and_are_made_again_when_their_links_are_opened(
    whole_film, stranger, tmp_path
):
    shutil.copytree(whole_film, tmp_path / "film")
    with shown(tmp_path / "film") as found, found.client as client:
        addresses = [ready(client, begins(client)) for _ in range(2)]
        cuts = found.house.cuts
        names = [address.rpartition("/")[2] for address in addresses]
        folders = [*map(cuts.folder_of, names)]
        cuts.make_room(0, folders[1])
        assert [cuts.of(name).state for name in names] == [CutState.AWAY, CutState.READY]
        assert [(folder / "film.mp4").exists() for folder in folders] == [False, True]
        assert "put together" in stranger.get(addresses[0]).text
        until(lambda: cuts.of(names[0]).state is CutState.READY, "it is made again")
        first, second = (stranger.get(f"{address}/film.mp4").content for address in addresses)
        assert first == second
        keep(folders[0], cuts.of(names[0]).model_copy(update={"again": False}))
        cuts.make_room(0, folders[1])
        assert cuts.of(names[0]).state is CutState.READY, "what cannot be made again stays"
