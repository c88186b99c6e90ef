"""Errors keep their class and all that they hold: across processes, and when words are put before them."""

from __future__ import annotations

import pickle
import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

import farm.backend
import farm.media
import farm.takes
from storyboard import errors
from storyboard.errors import DocumentError, Problem, ShotfarmError

for room in (
    farm.backend,
    farm.media,
    farm.takes,
):  # where errors of the tree are declared beside its own file
    for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
        import_module(module.name)

PROBLEMS = [
    Problem("film.yaml", 3, 5, "title", "may not be empty"),
    Problem("film.yaml", 9, 1, "scenes", "there must be one"),
]


def kinds_of(root: type[ShotfarmError]) -> Iterator[type[ShotfarmError]]:
    yield root
    for kind in root.__subclasses__():
        yield from kinds_of(kind)


def made(kind: type[ShotfarmError]) -> ShotfarmError:
    return kind(PROBLEMS, "look there") if kind is DocumentError else kind("it broke", "mend it")


def sent(error: ShotfarmError) -> ShotfarmError:
    """As another process has it."""
    found: ShotfarmError = pickle.loads(pickle.dumps(error))  # noqa: S301  (our own bytes)
    return found


@pytest.fixture(params=kinds_of(ShotfarmError), ids=lambda kind: kind.__name__)
def error(request: pytest.FixtureRequest) -> ShotfarmError:
    """One of every class."""
    return made(request.param)


def test_every_class_is_drawn_in_the_tree():
    drawn = {word for line in (errors.__doc__ or "").splitlines() for word in line.split()[:4]}
    assert {kind.__name__ for kind in kinds_of(ShotfarmError)} <= drawn


def test_an_error_comes_whole_out_of_another_process(error):
    error.add_note("seen on node 7")
    there = sent(error)
    assert type(there) is type(error)
    assert vars(there) == vars(error)
    assert str(there) == str(error) == error.message


def test_words_before_an_error_leave_its_class_and_all_else_as_it_was(error):
    before = vars(error).copy()
    said = error.about("the joint of 1A")
    assert type(said) is type(error)
    assert said.message == str(said) == f"the joint of 1A: {error.message}"
    assert vars(said) | {"message": error.message} == before == vars(error)
    assert said.__cause__ is error
    again = sent(said.about("node 7"))
    assert again.message == f"node 7: the joint of 1A: {error.message}"
    assert again.hint == error.hint


def test_an_error_in_other_words_says_its_hint_too(error):
    assert error.in_words == f"{error.message} ({error.hint})"
    error.hint = None
    assert error.in_words == error.message
