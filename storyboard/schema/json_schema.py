"""The JSON Schema of film documents, for editors: completion, descriptions, and mistakes marked early.

It allows whatever the loader allows; the loader and `checks` refuse more.
"""

from __future__ import annotations

from typing import Any

from storyboard.schema.film import Film

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def film_json_schema() -> dict[str, Any]:
    """A fresh copy of the schema, draft 2020-12."""
    schema = Film.model_json_schema(by_alias=True, mode="validation")
    _allow_plain_numbers(schema)
    return {"$schema": DIALECT, **schema}


def _allow_plain_numbers(node: Any) -> None:
    """Where the loader takes a YAML number for text (`id: 1`), so does the schema."""
    if isinstance(node, dict):
        free_text = node.get("type") == "string" and not {"enum", "const"} & node.keys()
        if free_text:
            node["type"] = ["string", "number"]
        for key, value in node.items():
            if key not in {"default", "propertyNames"}:
                _allow_plain_numbers(value)
    elif isinstance(node, list):
        for item in node:
            _allow_plain_numbers(item)
