"""Models whose JSON Schema tells what the docstrings of their attributes say.

Pydantic can do so itself (`use_attribute_docstrings`), but reads the source of each model when it is
defined: a tenth of a second of each command, for what few of them show. Here it is read when a schema is
made.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class DescribedModel(BaseModel):
    """A model whose attributes are described, in its JSON Schema, by the docstrings under them."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> JsonSchemaValue:
        """The schema; a field's own `description` goes before its docstring."""
        schema = handler(core_schema)
        properties: dict[str, Any] = handler.resolve_ref_schema(schema).get("properties", {})
        for name, field in cls.model_fields.items():
            words = description_of(cls, name)
            for key in (name, field.alias, field.serialization_alias):
                if words is not None and key in properties:
                    properties[key]["description"] = words
        return schema


def description_of(model: type[BaseModel], name: str) -> str | None:
    """What is said of a field: its `description`, else the docstring under it where it is declared last.

    Args:
        model: that has the field.
        name: of the field, not its alias.
    """
    said = model.model_fields[name].description
    if said is not None:
        return said
    for one in model.__mro__:
        if name in inspect.get_annotations(one):
            return _attributes_of(one.__module__).get(one.__qualname__, {}).get(name)
    return None


@cache
def _attributes_of(module: str) -> Mapping[str, Mapping[str, str]]:
    """By class and attribute, the docstrings of a module; none where its source is not there."""
    try:
        source = inspect.getsource(sys.modules[module])
    except (OSError, TypeError):
        return {}
    return {name: dict(_docstrings(one)) for name, one in _classes(ast.parse(source), "")}


def _classes(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.ClassDef):
            yield f"{prefix}{one.name}", one
            yield from _classes(one, f"{prefix}{one.name}.")


def _docstrings(one: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for declared, after in zip(one.body, one.body[1:], strict=False):
        if (
            isinstance(declared, ast.AnnAssign)
            and isinstance(declared.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
            and isinstance(after.value.value, str)
        ):
            yield declared.target.id, inspect.cleandoc(after.value.value)
