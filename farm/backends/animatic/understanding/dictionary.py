"""The dictionary of English: which stems a word has, by part of speech. lemminflect's, word by word.

lemminflect itself makes a table of all its 70,000 words before it answers for one, which takes longer than
everything else that is read of a film. Here its lines are cut and looked through by halves.
"""

from __future__ import annotations

import gzip
from bisect import bisect_left
from functools import cache
from importlib.util import find_spec
from pathlib import Path


class Dictionary:
    """lemminflect's words and what it corrects of them.

    Args:
        words: its file of words: lines of `word,category,stem/stem`, in the order of the words.
        corrections: its file of what goes before them: lines of `word,PART,stem`.
    """

    def __init__(self, words: Path, corrections: Path) -> None:
        self._lines = gzip.decompress(words.read_bytes()).splitlines()
        self._corrections: dict[str, dict[str, tuple[str, ...]]] = {}
        for line in corrections.read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                word, part, stem = line.strip().split(",")
                self._corrections.setdefault(word, {})[part] = (stem,)

    def readings(self, word: str) -> dict[str, tuple[str, ...]]:
        """The stems of a word in lower case, by part of speech; empty for one that is not there."""
        sought = word.encode()
        found: dict[str, tuple[str, ...]] = {}
        first = bisect_left(self._lines, sought, key=_word)
        for at in range(first, len(self._lines)):
            if _word(self._lines[at]) != sought:
                break
            _, category, stems = self._lines[at].decode().split(",")
            found["AUX" if category == "modal" else category.upper()] = tuple(stems.lower().split("/"))
        return found | self._corrections.get(word, {})


def _word(line: bytes) -> bytes:
    return line.partition(b",")[0]


@cache
def dictionary() -> Dictionary:
    """The one that is installed, read when it is first asked for."""
    package = find_spec("lemminflect")  # which imports numpy and its own models where it is imported
    if package is None or package.origin is None:
        raise ModuleNotFoundError("no module named 'lemminflect'", name="lemminflect")
    files = Path(package.origin).with_name("resources")
    return Dictionary(files / "lemma_lu.csv.gz", files / "lemma_overrides.csv")
