"""What a run that ended well tells of, and when it has nothing to tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.film.assemble import Delivery, FinishedFilm
from pipeline.notices.herald import Herald
from pipeline.notices.notice import About, Notice
from pipeline.orchestration.telling import linked, review_link, tell_end
from pipeline.services.standing_farm import StandingFarm
from pipeline.settings import load_settings


class Heard(Herald):
    """Keeps what it is given to tell."""

    def __init__(self) -> None:
        super().__init__(load_settings(), {}, About("F", Path("film.yaml")))
        self.told: list[Notice] = []

    def tell(self, notice: Notice) -> None:
        self.told.append(notice)


def film(*, made: bool = False, deliverables: tuple[Delivery, ...] = ()) -> FinishedFilm:
    return FinishedFilm(Path("f.mp4"), "d", 48, 2.0, 2, None, None, made=made, deliverables=deliverables)


def delivery(**facts: Any) -> Delivery:
    return Delivery("web", Path("web"), (), None, None, (), **{"made": False, **facts})


@pytest.mark.parametrize(
    ("made", "rendered", "absent", "waits_for", "told"),
    [
        (film(made=True), 2, 0, (), ["finished"]),
        (film(), 1, 0, (), ["finished"]),
        (film(deliverables=(delivery(made=True),)), 0, 0, (), ["finished"]),
        (film(deliverables=(delivery(error="no room"),)), 0, 0, (), ["failed"]),
        (film(deliverables=(delivery(),)), 0, 0, (), []),
        (film(), 0, 0, (), []),
        (None, 2, 0, ("1A",), ["waits-for-approval"]),
        (None, 2, 1, ("1A",), []),
        (None, 2, 4, (), []),
    ],
)
def test_what_was_made_or_waits_is_told_of(made, rendered, absent, waits_for, told):
    herald = Heard()
    tell_end(herald, made, rendered, absent, waits_for)
    assert [one.occasion for one in herald.told] == told


def test_the_page_of_a_run_is_a_link_where_its_server_stays():
    herald = Heard()
    linked(herald, None)("some-id")
    assert herald.about.links == {}
    ray = {"ray_pid": 1, "ray_birth": "", "ray_port": 1, "ray_token": "t"}
    prefect = {"prefect_pid": 1, "prefect_birth": "", "prefect_port": 4200, "prefect_password": "p"}
    linked(herald, StandingFarm.model_validate(ray | prefect))("some-id")
    assert herald.about.links == {"Prefect run": "http://127.0.0.1:4200/runs/flow-run/some-id"}


def test_the_film_in_review_is_a_link_where_people_have_a_server():
    assert review_link(load_settings(review_url=None), "The Lamp") == {}
    settings = load_settings(review_url="https://review.studio.example/")
    assert review_link(settings, "The Lamp") == {"review": "https://review.studio.example/?film=the-lamp"}
