"""A picture of a viewer's own is looked at, written anew, seen by them alone, and forgotten with them."""

from __future__ import annotations

import copy
import zlib
from io import BytesIO

import httpx
import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from farm.media.pictures import PictureError
from farm.media.viewer_pictures import MOST_BYTES, viewer_picture
from pipeline.audience.app import most_bytes
from pipeline.audience.deciding.admission import Limits
from pipeline.audience.forgetting import forget_viewer
from pipeline.production.open import open_production
from pipeline.web.bodies import MOST_BYTES as MOST_WORDS
from storyboard.document.values import Given
from tests.support.files import files_below
from tests.support.pipeline.audience_films import ASKING, Watcher, shown
from tests.support.pipeline.slate_films import bytes_of, write_film
from tests.support.waiting import PATIENCE_S, until

FACE = copy.deepcopy(ASKING)
FACE["parameters"]["face"] = {"type": "file", "default": "nobody.png"}
FACE["scenes"][0]["ask"] = {"parameter": "face", "question": "Who is it?", "within": "3s"}
FACE["scenes"][1]["shots"][0]["action"] = "Somebody waits."
FACE["scenes"][1]["location"] = "there"
FACE["locations"] = {"here": {"name": "Here"}, "there": {"name": "There", "references": ["{{ face }}"]}}


def picture(form="PNG", size=(320, 180), **options):
    made = Image.new("RGB", size, (200, 80, 40))
    ImageDraw.Draw(made).ellipse((10, 10, 60, 60), fill=(20, 20, 160))
    out = BytesIO()
    made.save(out, form, **options)
    return out.getvalue()


def bomb():
    """A PNG of a few kilobytes that says that it is 60,000 pixels wide and high."""
    content = bytearray(picture())
    content[16:24] = (60_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    return bytes(content)


HOSTILE = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "page": b"<html><script>alert(1)</script></html>",
    "bomb": bomb(),
    "gif": picture("GIF"),
    "half": picture()[:200],
    "small": picture(size=(20, 20)),
    "nothing": b"",
}


def asks(folder):
    write_film(folder, FACE)
    Image.new("RGB", (320, 180)).save(folder / "nobody.png")
    return folder


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A film that asks for a picture, with all takes of those who give none."""
    folder = asks(tmp_path_factory.mktemp("pictures") / "film")
    with shown(folder, limits=Limits(9)) as found:
        found.publish()
        yield found


def begins(client):
    client.headers["Authorization"] = f"Bearer {client.post('/api/sessions').json()['token']}"
    key = client.post("/api/screenings", json={}).json()["key"]
    return f"/api/screenings/{key}"


def gives(client, at, content, number=0):
    return client.post(f"{at}/picture", params={"number": number}, content=content)


def words_in(folder, words):
    return [path for path in files_below(folder) if words in bytes_of(path)]


def test_a_picture_is_kept_without_what_it_hides_and_is_a_value_of_one_film_alone(film):
    said = PngInfo()
    said.add_text("Comment", "where I live")
    with film.client as hers, film.client as his:
        at, other = begins(hers), begins(his)
        assert gives(hers, at, picture(pnginfo=said)).status_code == 200
        name = hers.get("/api/session").json()["session"]
        (kept,) = film.sessions.folder(name).glob("picture-*.png")
        assert not Image.open(kept).info
        assert (kept.stat().st_mode & 0o077) == 0
        assert words_in(film.folder, b"where I live") == []
        session = film.sessions.find(name)
        assert session.answers == (str(kept.relative_to(film.folder)),)
        assert hers.get(at).json()["decided"] == 1
        again = gives(hers, at, picture())
        assert (again.status_code, "decided already" in again.json()["error"]) == (409, True)
        stolen = {"number": 0, "answer": session.answers[0]}
        assert his.post(f"{other}/answers", json=stolen).status_code == 422, "nobody else can name it"
        assert his.post(f"{other}/answers", json={"number": 0}).status_code == 200
        with httpx.Client(base_url=film.base, timeout=PATIENCE_S) as stranger:
            assert stranger.get(f"/{session.answers[0]}").status_code in {401, 404}
        film.house.sessions.leaves(name)
        forget_viewer(film.folder, film.settings, name, "somebody")
        assert not kept.exists()
        assert words_in(film.folder, session.answers[0].encode()) == []


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_picture_is_refused_in_words_and_not_kept(film, content):
    with film.client as client:
        at = begins(client)
        refused = gives(client, at, content)
        assert refused.status_code == 422
        assert len(refused.json()["error"]) > 10
        name = client.get("/api/session").json()["session"]
        assert [*film.sessions.folder(name).glob("picture-*")] == []
        assert client.get(at).json()["decided"] == 0
        film.house.sessions.leaves(name)


def test_more_than_a_picture_may_have_is_not_heard_and_more_than_words_only_where_one_is_sent():
    assert most_bytes("/api/screenings/x_-1/picture") == MOST_BYTES
    for path in ("/api/screenings/x/answers", "/api/screenings/x/y/picture", "/picture", "/"):
        assert most_bytes(path) == MOST_WORDS
    with pytest.raises(PictureError, match="12 MiB"):
        viewer_picture(b"x" * (MOST_BYTES + 1))


def test_what_is_made_with_it_is_the_viewers_and_goes_with_them(tmp_path):
    with shown(asks(tmp_path / "film"), limits=Limits(2)) as found, found.client as hers:
        found.publish()
        at = begins(hers)
        assert gives(hers, at, picture()).status_code == 200
        name = hers.get("/api/session").json()["session"]
        (face,) = found.sessions.find(name).answers
        mine = open_production(found.folder, found.settings, {"face": Given(face, "a test")}).plan()
        (take,) = [one.digest for one in mine.shots if not one.exists]
        until(lambda: found.hands and found.hands[-1].told.session == name, "it is made for them alone")
        found.publish("2A", face=face)
        assert found.production.takes.find(take)
        until(lambda: hers.get(at).json()["until"] == 192, "it is seen")
        found.house.sessions.leaves(name)
        (gone,) = forget_viewer(found.folder, found.settings, name, "somebody")
        assert [one.digest for one in gone.removed if one.kind == "takes"] == [take]


def test_without_sessions_no_picture_is_taken(tmp_path):
    with shown(asks(tmp_path / "film")) as found, found.client as client:
        found.publish()
        key = client.post("/api/screenings", json={}).json()["key"]
        refused = gives(client, f"/api/screenings/{key}", picture())
        assert (refused.status_code, "a film of their own" in refused.json()["error"]) == (422, True)
        told = {"answers": [f".shotfarm/sessions/{'0' * 20}/picture-{'0' * 16}.png"]}
        assert client.post("/api/screenings", json=told).status_code == 422


def test_the_page_says_what_is_refused_and_takes_a_picture(film, visit):
    watcher = Watcher(visit, film.url).open()
    watcher.play(until="!app.stage.asking.root.hidden")
    asked = visit.page.locator(".asking")
    visit.sees(lambda: asked.is_visible() and watcher.state == "paused", "it asks")
    chooser = visit.page.locator("input.file")
    for name, content in (("a.svg", HOSTILE["svg"]), ("a.jpg", picture("JPEG"))):
        chooser.set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": content})
        visit.page.locator(".give").click()
        if name == "a.svg":
            visit.sees(lambda: "no picture that is taken" in watcher.text(".refused-answer"), "it says why")
    visit.sees(lambda: watcher.app("answers.length") == 1, "it is taken")
    assert len([*film.sessions.path.glob("*/picture-*.png")]) == 1
