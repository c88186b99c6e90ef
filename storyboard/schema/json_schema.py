"""The JSON Schema of film documents, for editors: completion, descriptions, and mistakes marked early.

It allows whatever the loader allows; the loader and `checks` refuse more.
"""

from __future__ import annotations

from typing import Any

from storyboard.schema.film import Film

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMULA = {"type": "string", "pattern": r"\{\{[\s\S]*\}\}", "description": "a text with {{ a formula }}"}
"""what may stand for any text, number or choice of a film that has parameters"""

_PLAIN = {"string", "integer", "number", "boolean"}
_SAID = ("title", "description", "default")
_WITHOUT_FORMULAS = {"schema", "parameters", "when"}
"""keys that are read before any formula is"""
_READ_BEFORE = {"Parameter", "ParameterType"}


def film_json_schema() -> dict[str, Any]:
    """A fresh copy of the schema, draft 2020-12."""
    schema = Film.model_json_schema(by_alias=True, mode="validation")
    _allow_plain_numbers(schema)
    for name, model in schema["$defs"].items():
        if name not in _READ_BEFORE:
            schema["$defs"][name] = _with_formulas(model)
    return {"$schema": DIALECT, **_with_formulas(schema)}


def _allow_plain_numbers(node: Any) -> None:
    """Where the loader takes a YAML number for text (`id: 1`), so does the schema."""
    if isinstance(node, dict):
        free_text = node.get("type") == "string" and not {"enum", "const"} & node.keys()
        if free_text:
            node["type"] = ["string", "number"]
        for key, value in node.items():
            if key == "properties":  # of which one may be called "default"
                for inner in value.values():
                    _allow_plain_numbers(inner)
            elif key not in {"default", "propertyNames"}:
                _allow_plain_numbers(value)
    elif isinstance(node, list):
        for item in node:
            _allow_plain_numbers(item)


def _with_formulas(node: dict[str, Any]) -> dict[str, Any]:
    """A schema whose plain values may be formulas too; keys and whole lists and mappings may not."""
    node = dict(node)
    if "properties" in node:
        node["properties"] = {
            key: inner if key in _WITHOUT_FORMULAS else _with_formulas(inner)
            for key, inner in node["properties"].items()
        }
    for inside in ("items", "additionalProperties"):
        if isinstance(node.get(inside), dict):
            node[inside] = _with_formulas(node[inside])
    if "anyOf" in node:
        alternatives = [_with_formulas(inner) if not _is_plain(inner) else inner for inner in node["anyOf"]]
        node["anyOf"] = [*alternatives, *([FORMULA] if any(map(_is_plain, node["anyOf"])) else [])]
    elif _is_plain(node):
        said = {key: node.pop(key) for key in _SAID if key in node}
        return {**said, "anyOf": [node, FORMULA]}
    return node


def _is_plain(node: dict[str, Any]) -> bool:
    """Whether a schema is of a text, a number, a choice, or true and false."""
    types = node.get("type", [])
    return bool(_PLAIN & {*([types] if isinstance(types, str) else types)}) or bool(
        {"enum", "const"} & node.keys()
    )
