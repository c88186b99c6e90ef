"""The whole API against its own description, asked by a machine that tries what people do not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from pipeline.review.app import review_app
from pipeline.review.films import ReviewedFilm, reviewed
from pipeline.web.access import Door
from tests.support.pipeline.review_films import TWICE, film_with_takes, settings_for
from tests.support.pipeline.review_room import HERE, Idle

EXAMPLES = 12
"""of each operation: what more of them find is found by tests that know what they look for"""
ENDLESS = {"/api/films/{film}/events"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ReviewedFilm, FastAPI, TestClient]]:
    """A film that may be changed, its application, and somebody who may do all."""
    folder = film_with_takes(tmp_path_factory.mktemp("api") / "film", assembled=False)
    films = reviewed([folder], settings_for(folder), hand=Idle)
    (film,) = films.values()
    door = Door("127.0.0.1", 80)
    app = review_app(films, door)
    headers = {"Authorization": f"Bearer {door.token}"}
    with TestClient(app, HERE, headers=headers, raise_server_exceptions=False) as client:
        yield film, app, client
    film.close()


def test_whatever_is_asked_is_answered_as_the_description_says(asked):
    film, app, client = asked
    schema = schemathesis.openapi.from_dict(app.openapi())
    tried, answered = set(), set()
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in ENDLESS:
            continue
        tried.add(operation.path)

        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            named = {"film": "for-review", "shot": TWICE}
            case.path_parameters = {**(case.path_parameters or {}), **named}
            if isinstance(case.body, dict) and isinstance(case.body.get("seen"), int):
                # Or hardly any would be heard.
                case.body |= {"seen": film.log.record().last(TWICE), "renderer": None}
            sent = case.as_transport_kwargs(base_url=HERE)
            sent.pop("cookies", None)
            answer = client.request(**sent)
            answered.add(answer.status_code)
            case.validate_response(answer, checks=CHECKS)

        ask()
    assert "/api/films/{film}/shots/{shot}/decisions" in tried
    assert answered >= {200, 201, 202, 404, 409, 422}
