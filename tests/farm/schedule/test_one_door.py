"""The state of a shot and of a worker is changed in one place each, and by nobody past it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FARM = Path(__file__).parents[3] / "farm"
PLACES = [*(FARM / "schedule").glob("*.py"), *(FARM / "cluster").glob("*.py")]


def assigned(node: ast.AST, inside: str = "") -> Iterator[tuple[str, str]]:
    """The attributes of something else than `self` that are assigned, and the function that does it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from assigned(child, child.name)
            continue
        stored = isinstance(child, ast.Attribute) and isinstance(child.ctx, ast.Store)
        if stored and not (isinstance(child.value, ast.Name) and child.value.id == "self"):
            yield child.attr, inside
        yield from assigned(child, inside)


@pytest.mark.parametrize(
    ("names", "doors"),
    [
        ({"state", "error", "failure"}, {"tasks.py": {"move"}}),
        ({"waits", "productions", "paused"}, {"tasks.py": {"_ask", "pause"}}),
        ({"stands_down", "writing", "hurries", "warmth", "blame", "blocks", "blocked_until"}, {"roster.py"}),
        ({"tries", "losses", "passes", "failed_on", "alive_at", "asked_back", "given_back"}, {"schedule.py"}),
        ({"limits", "drained", "workers", "tasks"}, set()),
    ],
)
def test_what_is_known_of_a_shot_or_a_worker_is_assigned_by_its_owner_alone(names, doors):
    found: dict[str, set[str]] = {}
    for path in PLACES:
        for name, function in assigned(ast.parse(path.read_text())):
            if name in names and not (path.name == "dispatcher.py" and name in {"paused", "limits"}):
                found.setdefault(path.name, set()).add(function)
    if isinstance(doors, dict):
        assert found == doors
    else:
        assert found.keys() <= doors
