"""A film's folder to share: its files, and what they have in common with its web file."""

from __future__ import annotations

import json
import subprocess

from PIL import Image

from assembly.picture.film_file import probe
from pipeline.delivery.deliver import digests_of
from pipeline.provenance.verify import Verdict, verify
from storyboard.document.given_files import sha256_of
from storyboard.schema.deliverables import Deliverable, DeliverableKind
from tests.support.pipeline.shared_films import reels_of
from tests.support.pipeline.signed_films import made_of


def test_a_share_is_one_folder_with_all_that_its_page_names(shared):
    folder, stem = shared.share.folder, shared.web.files[0].stem
    names = {"index.html", "poster.jpg", "chapters.vtt", f"{stem}.mp4", f"{stem}.en.vtt", f"{stem}.de.vtt"}
    assert {path.name for path in shared.share.files} == names
    assert {path.name for path in folder.iterdir()} == names | {"report.json", "SHA256SUMS"}
    subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=True)
    assert "Los &lt;b&gt;jetzt&lt;/b&gt;." in (folder / f"{stem}.de.vtt").read_text("utf-8")
    text = (folder / "index.html").read_text("utf-8")
    assert 'property="og:image" content="https://films.example/ferry/poster.jpg"' in text
    with Image.open(folder / "poster.jpg") as picture:
        assert picture.size == (160, 90)
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert report["kind"] == "share"
    assert report["says_how_it_was_made"]["signed"] == ["poster.jpg", f"{stem}.mp4"]
    checked = {one["file"]: one for one in report["checks"]}
    assert checked["index.html"] == {"file": "index.html", "chapters": 2, "languages": ["en", "de"]}
    assert checked[f"{stem}.mp4"]["picture"]["frames"] == 107


def test_its_film_is_the_web_file_and_encodes_nothing_again(shared, tmp_path):
    assert shared.reels
    assert reels_of(shared.film) == shared.reels
    unsigned = made_of(shared.film, "share", tmp_path, sign=False)
    film = next(path for path in unsigned.files if path.suffix == ".mp4")
    assert sha256_of(film) == sha256_of(shared.web.files[0])
    assert [one.title for one in probe(film).chapters] == ["INT. HERE - DAY", "INT. HERE - NIGHT"]


def test_its_film_says_all_shots_and_its_poster_the_one_that_it_shows(shared):
    folder = shared.share.folder
    film = verify(next(folder.glob("*.mp4")))
    poster = verify(folder / "poster.jpg")
    assert (film.verdict, poster.verdict) == (Verdict.AS_SIGNED, Verdict.AS_SIGNED)
    assert film.statement
    assert poster.statement
    assert [one.shot for one in film.statement.shots] == ["1A", "1B", "1C", "2A", "2B", "2C"]
    assert [one.shot for one in poster.statement.shots] == ["2A"]


def test_it_is_made_again_where_its_page_says_something_else(shared):
    production = shared.film.open()
    material = production.material(production.plan())
    variants = [{}, {"address": "https://films.example/"}, {"shot": "1B"}, {"subtitles": ("de",)}]
    wanted = {
        str(number): Deliverable(kind=DeliverableKind.SHARE, **one) for number, one in enumerate(variants)
    }
    assert len({*digests_of(material, production.store, wanted).values()}) == len(variants)
