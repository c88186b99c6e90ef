"""Version numbers that go into digests, and the code that they stand for: `python -m tests.support.versions`.

A number is an assignment to a name that ends in VERSION (or VERSIONS, for a table of them), with a
docstring that ends in `code of <modules>: <digest>`. The digest is of the modules' source without comments,
docstrings, imports and white space, and of the data files (`.toml`) below a package, so that only a change
of what they do is seen. Run as a command, it writes the digests anew: after the number was raised, or when a
person has decided that the change makes the same bytes as before.
"""

from __future__ import annotations

import ast
import hashlib
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support import ROOT

ROOMS = ("storyboard", "farm", "assembly", "pipeline")
NO_DIGEST = {"LOG_VERSION", "SCHEMA_VERSION"}
"""of the form of documents and of the log of decisions, which themselves say it"""
RECORD = re.compile(r"code of ([\w.*,\s]+?):\s+([0-9a-f]{8})\s*$")


@dataclass(frozen=True)
class Number:
    """A version number, and what is kept beside it.

    Attributes:
        path: of the module that it stands in.
        name: of the constant.
        line: where it stands, counted from 1.
        modules: what its docstring says it is of; `farm.backends.slate`, or `assembly.sound.music.*` for all
            below.
        kept: the digest in the docstring; both are empty where there is none.
    """

    path: Path
    name: str
    line: int
    modules: tuple[str, ...]
    kept: str

    @property
    def where(self) -> str:
        """The number's place, for messages."""
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.name}"

    def now(self) -> str:
        """The digest of the code as it is."""
        sources = [code_of(path) for module in sorted(self.modules) for path in files_of(module)]
        return hashlib.sha256("\n".join(sources).encode()).hexdigest()[:8]


def numbers() -> Iterator[Number]:
    """Every version number of the four rooms."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            body = ast.parse(path.read_text("utf-8")).body
            for node, after in zip(body, [*body[1:], None], strict=True):
                name = _version_name(node)
                if name is None or name in NO_DIGEST:
                    continue
                record = RECORD.search(_docstring(after))
                modules = re.split(r"[,\s]+", record[1].strip()) if record else []
                yield Number(
                    path, name, node.lineno, tuple(filter(None, modules)), record[2] if record else ""
                )


def files_of(module: str) -> list[Path]:
    """The files of a module, or of all below a package."""
    path = ROOT.joinpath(*module.removesuffix(".*").split("."))
    found = (
        sorted(one for end in ("*.py", "*.toml") for one in path.rglob(end))
        if module.endswith(".*")
        else [path.with_suffix(".py")]
    )
    if not found or not all(one.exists() for one in found):
        raise FileNotFoundError(f"a version number is of {module}, which is not there")
    return found


@cache
def code_of(path: Path) -> str:
    """A module's source without what changes nothing that it makes, or a file of data beside modules."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        return " ".join(text.split())
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def at(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    spans = [
        (at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom) or _docstring(node) or _version_name(node)
    ]
    spans += [
        (starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1])
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    ]
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
    return " ".join(text.split())


def _docstring(node: ast.AST | None) -> str:
    """The text of an expression that is a string alone; empty for everything else."""
    if (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ):
        return node.value.value
    return ""


def _version_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        name, value = node.targets[0].id, node.value
        one = isinstance(value, ast.Constant) and isinstance(value.value, int)
        if (name.endswith("VERSION") and one) or (name.endswith("VERSIONS") and isinstance(value, ast.Dict)):
            return name
    return None


def main() -> None:
    """Write every digest anew."""
    for number in list(numbers()):
        now = number.now()
        if number.kept and now != number.kept:
            text = number.path.read_text("utf-8")
            number.path.write_text(text.replace(number.kept, now), "utf-8")
            print(f"{number.where}: {number.kept} → {now}")


if __name__ == "__main__":
    main()
