"""The words that no answer of a viewer may have, from the file that a film names."""

from __future__ import annotations

from pathlib import Path

from storyboard.branching.answers import BlockList, block_list
from storyboard.document.named_files import confine
from storyboard.schema.film import Film

MOST_BYTES = 2**20


def blocked_words(film: Film, folder: Path) -> BlockList:
    """The block list of a film in a project folder; empty where it names none.

    Raises:
        ValueError: the file is not there, cannot be read, or is no list of words; says why.
    """
    if film.blocked_words is None:
        return BlockList()
    path = confine(folder, film.blocked_words)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"is larger than a list of words may be ({MOST_BYTES // 2**20} MiB)")
        return block_list(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text") from None
