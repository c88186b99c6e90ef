"""A film → the text of its document, in the form that people write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import JsonValue

from storyboard.document.text import parse_document
from storyboard.schema.film import Film

_HEAD = "# yaml-language-server: $schema=.shotfarm/film.schema.json\n"
_ON_ONE_LINE = frozenset({"characters", "lines", "effects", "titles", "transition", "voice", "colours"})
"""what of a shot or a character is short enough for one line each"""
WIDE = 4096
"""letters of a row: nothing is folded, so that changing one value changes one row"""


class _Flow(dict[str, Any]):
    """A mapping on one line."""


class _FlowList(list[Any]):
    """A list on one line."""


class _Dumper(yaml.SafeDumper):
    """Lists indented under their keys, and nothing by alias."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        del indentless
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


_Dumper.add_representer(
    _Flow,
    lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True),
)
_Dumper.add_representer(
    _FlowList,
    lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True),
)


def plain_film(film: Film) -> dict[str, Any]:
    """A film as plain values, without what is as by default."""
    return film.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def film_text(film: Film) -> str:
    """The text of a film's document."""
    value = plain_film(film)
    head = {"schema": value.pop("schema"), "title": value.pop("title")}
    return _HEAD + yaml.dump(
        {**head, **{key: _formed(key, one) for key, one in value.items()}},
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=WIDE,
    )


def _formed(key: str, value: JsonValue) -> Any:
    """Plain values with what is short on one line."""
    if isinstance(value, dict):
        inner = {name: _formed(name, one) for name, one in value.items()}
        flows = key in _ON_ONE_LINE and not any(isinstance(one, dict | list) for one in value.values())
        return _Flow(inner) if flows else inner
    if isinstance(value, list):
        if value and all(isinstance(one, str) for one in value):
            return _FlowList(value)
        return [_formed(key, one) for one in value]
    return value


def plain_document(text: str) -> Any:
    """What the text of a document says, as whoever reads the film from it takes it.

    Raises:
        DocumentError: it is no document.
    """
    return parse_document(text, "the document").value


def for_editing(film: Film) -> Any:
    """A film as plain values that are written in the same form when they come into a document."""
    return for_editing_part(plain_film(film))


def for_editing_part(part: Mapping[str, JsonValue]) -> Any:
    """Plain values of a part of a film, likewise."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    def formed(value: Any) -> Any:
        if isinstance(value, dict):
            mapping = CommentedMap((key, formed(one)) for key, one in value.items())
            if isinstance(value, _Flow):
                mapping.fa.set_flow_style()
            return mapping
        if isinstance(value, list):
            made = CommentedSeq(formed(one) for one in value)
            if isinstance(value, _FlowList):
                made.fa.set_flow_style()
            return made
        return value

    return formed({key: _formed(key, one) for key, one in part.items()})
