"""Writes `docs/film.md` from the schema: `python -m tests.support.pages.film_page`."""

from __future__ import annotations

from enum import EnumMeta
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from storyboard.described import description_of
from storyboard.media.timing import Span
from storyboard.schema.film import Film, Transition
from tests.support import ROOT

PAGE = ROOT / "docs" / "film.md"

HEAD = """\
# What a film document can say

A film is a YAML (or JSON) document. `shotfarm new FOLDER` writes one with comments; its first line lets VS
Code and other editors with a YAML language server complete and check it; `shotfarm validate` names every
mistake at once. Files that it names lie in the folder of the document.

A length of time is written in frames (`48` or `48f`), seconds (`2s`, `2.5s`, `250ms`) or timecode
(`00:00:02:00`). The film is as long as its shots add up to: a transition takes its frames from beyond the
cut.

This page is made from the schema by `python -m tests.support.pages.film_page`.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    seen: list[type[BaseModel]] = [Film]
    for model in seen:
        parts.append(f"\n## {model.__name__}\n\n{(model.__doc__ or '').strip().splitlines()[0]}\n")
        parts.append("| key | value | default | |\n|---|---|---|---|")
        for name, field in model.model_fields.items():
            seen += [found for found in _models(field.annotation) if found not in seen]
            key = field.alias or name
            said = description_of(model, name) or ""
            parts.append(f"| `{key}` | {_kind(field.annotation)} | {_default(field)} | {said} |")
    return "\n".join(parts) + "\n"


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models(part)]


def _kind(annotation: Any) -> str:
    origin, parts = get_origin(annotation), [part for part in get_args(annotation) if part is not type(None)]
    if isinstance(annotation, EnumMeta):
        return ", ".join(f"`{member.value}`" for member in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if annotation is Span:
        return "a length of time"
    if origin is tuple:
        return f"list of {_kind(parts[0])}"
    if origin is dict:
        return f"{_kind(parts[1])} by name"
    if origin in {Union, UnionType}:
        return " or ".join(_kind(part) for part in parts)
    if origin is not None and "Literal" in str(origin):
        return ", ".join(f"`{part}`" for part in parts)
    if origin is not None and parts:
        return _kind(parts[0])
    return {"str": "text", "int": "whole number", "float": "number", "Fraction": "number or ratio"}.get(
        getattr(annotation, "__name__", ""), "anything"
    )


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), "", {}) or isinstance(value, BaseModel | Transition):
        return ""
    return f"`{getattr(value, 'value', value)}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
