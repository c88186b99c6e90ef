"""A film that is shared, made once for all tests of a process."""

from __future__ import annotations

import pytest

from storyboard.schema.deliverables import Deliverable, DeliverableKind
from tests.support.pipeline.decided_films import Folder
from tests.support.pipeline.shared_films import HOSTILE, Shared, reels_of
from tests.support.pipeline.signed_films import made_of
from tests.support.pipeline.slate_films import shot_of, six_slates, write_film


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """A film with a title that is markup, and lines in two languages; not to be changed."""
    document = six_slates() | {"title": HOSTILE, "logline": f"{HOSTILE} again."}
    shot_of(document, "2B")["lines"][0]["translations"] = {"de": "Los <b>jetzt</b>."}
    film = Folder(write_film(tmp_path_factory.mktemp("shared") / "film", document))
    film.render()
    web = made_of(film, "web", film.path / "out", sign=False)
    reels = reels_of(film)
    what = Deliverable(kind=DeliverableKind.SHARE, address="https://films.example/ferry", shot="2A")
    share = made_of(film, "share", film.path / "out", what)
    assert (web.error, share.error) == (None, None)
    return Shared(film, web, share, reels)
