"""YAML that is written again with its comments: each plain word of it means what it means to `text`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storyboard.document.text import kind_of_word

if TYPE_CHECKING:
    from ruamel.yaml import YAML


def keeping_comments(width: int, mapping: int = 2, sequence: int = 4, offset: int = 2) -> YAML:
    """What reads YAML, and writes it with its comments and quotes as they were.

    Args:
        width: letters of a row, after which it is folded.
        mapping: spaces before the keys of a mapping in another.
        sequence: spaces before what is in a list.
        offset: those of them that stand before its dash.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import ScalarNode
    from ruamel.yaml.resolver import VersionedResolver
    from ruamel.yaml.tag import Tag

    class AsRead(VersionedResolver):
        """Its own rules read dates, and numbers with `_` in them, which are words to `text`."""

        def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
            if kind is ScalarNode and implicit[0]:
                return Tag(suffix=f"tag:yaml.org,2002:{kind_of_word(value)}")
            return super().resolve(kind, value, implicit)

    made = YAML()
    made.Resolver = AsRead
    made.preserve_quotes = True
    made.width = width
    made.indent(mapping=mapping, sequence=sequence, offset=offset)
    return made
