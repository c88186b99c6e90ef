"""Tags of flow runs, by which people and the next look at dead runs find them."""

from __future__ import annotations

from prefect.context import TagsContext


def tasks_without_tags() -> TagsContext:
    """While held in a flow, its tasks have none of its tags.

    For each tag of a task Prefect's server is asked for limits of concurrency: 0.17 s for every shot, and a
    server whose database is busy refuses, which would end the run.
    """
    return TagsContext(current_tags=set())
