"""How a command ends that somebody stops."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, field_serializer

from pipeline.cli.console import interruptible
from storyboard.errors import FarmError, Interrupted


def stopped() -> None:
    raise KeyboardInterrupt


def stopped_in_compiled_code() -> None:
    try:
        stopped()
    except KeyboardInterrupt as error:
        raise SystemError("returned a result with an exception set") from error


def stopped_and_not_cleared_away() -> None:
    try:
        stopped()
    finally:
        raise ConnectionError


def stopped_while_it_asks() -> None:
    try:
        stopped_and_not_cleared_away()
    except ConnectionError as error:
        raise FarmError("the server has gone away") from error


class Stops(BaseModel):
    """Is stopped while it is written as JSON."""

    words: str = ""

    @field_serializer("words")
    def written(self, _: str) -> str:
        stopped()
        return ""


def stopped_while_it_is_written() -> None:
    Stops().model_dump_json()


@pytest.mark.parametrize(
    "stop",
    [
        stopped,
        stopped_in_compiled_code,
        stopped_and_not_cleared_away,
        stopped_while_it_asks,
        stopped_while_it_is_written,
    ],
)
def test_a_stopped_command_says_so_wherever_it_was(stop):
    with pytest.raises(Interrupted, match="by you"), interruptible():
        stop()


@pytest.mark.parametrize("error", [SystemError("a bug"), FarmError("the farm has gone away"), SystemExit(2)])
def test_other_ends_are_what_they_are(error):
    with pytest.raises(type(error)) as raised, interruptible():
        raise error
    assert raised.value is error
