"""Whoever asks, and what they may do."""

from __future__ import annotations

from fastapi import APIRouter

from pipeline.review.answers import Answer
from pipeline.review.roles import Right, Role
from pipeline.review.routes.found import Who

router = APIRouter(prefix="/api", tags=["people"])


class Me(Answer):
    """Whoever asks."""

    name: str
    role: Role
    rights: tuple[Right, ...]


@router.get("/me")
def me(who: Who) -> Me:
    """Whoever asks, and what they may do."""
    return Me(name=who.name, role=who.role, rights=tuple(right for right in Right if who.may(right)))
