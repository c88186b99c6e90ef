"""What YAML makes of words without quotes, where people mean something else. Pure.

A ` #` inside them begins a comment, which ends them; a colon and a space make a key of them; in braces and
brackets a comma ends them. YAML itself says nothing of the first, and of the others nothing that helps.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"[ \t]+(#[^\r\n]*)")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
_IN_BRACES = (
    (
        re.compile(r"\S[ \t]+(#[^\n]*[}\]])"),
        "a # after a space begins a comment, which ends words without quotes",
    ),
    (
        re.compile(r"[\w-]+:\s+[^\s,{}\[\]][^,{}\[\]]*?(:)(?:\s|$)"),
        "a colon and a space inside words without quotes",
    ),
)
ADVICE = "put the words in quotes"


def comment_after(text: str, end: int) -> str:
    """The comment on the line of a plain scalar that ends at an offset; empty when there is none."""
    found = _COMMENT.match(text, end)
    return found[1].strip() if found else ""


def explained(
    text: str, problem: str, first_line: int, line: int, column: int
) -> tuple[int, int, str] | None:
    """What was probably meant where YAML cannot be read: the line, the column and what to do about it.

    Args:
        text: the document.
        problem: what libyaml says.
        first_line: where that begins which it was reading, from 0.
        line: where it found the problem, from 0.
        column: of that, from 0.
    """
    if problem.startswith("mapping values are not allowed"):
        return line, column, f"a colon and a space inside words without quotes; {ADVICE}"
    if not problem.startswith("did not find expected ',' or"):
        return None
    lines = text.split("\n")[: line + 1]
    for pattern, words in _IN_BRACES:
        for number in range(first_line, len(lines)):
            bare = _QUOTED.sub(lambda found: "_" * len(found[0]), lines[number])
            if found := pattern.search(bare):
                return number, found.start(1), f"{words}; {ADVICE}"
    return None
