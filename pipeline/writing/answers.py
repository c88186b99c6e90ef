"""What writers answered, kept in the project under the digest of what they were asked: each is asked once.

<project>/.shotfarm/writer/<sha256>.json
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from farm.store.files import write_atomically
from pipeline.settings import STATE_FOLDER
from storyboard.digest import digest_of
from storyboard.refusals import store_errors

_FOLDER = "writer"
_MOST_BYTES = 16 * 2**20


class Asked(BaseModel):
    """All that an answer depends on.

    Attributes:
        writer: the base URL of the server.
        model: as it was chosen; None where the server has one.
        temperature: of its choice of words.
        seed: of its choices.
        messages: what it was told and asked.
        response_format: the form of the answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    writer: str
    model: str | None
    temperature: float
    seed: int
    messages: tuple[dict[str, str], ...]
    response_format: dict[str, JsonValue]

    def digest(self) -> str:
        """Its name."""
        return digest_of(self.model_dump(mode="json"))


class KeptAnswer(BaseModel):
    """An answer, and what it was to.

    Attributes:
        asked: what it depends on.
        content: its words.
        model: which model says that it answered.
        system_fingerprint: what the server says of itself.
        prompt_tokens: of the question, as the server counts.
        completion_tokens: of the answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked: Asked
    content: str
    model: str | None = None
    system_fingerprint: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


def kept_answer(folder: Path, asked: Asked) -> KeptAnswer | None:
    """An answer that is kept; None for a question that was not asked, or where the file is not what was kept.

    Raises:
        StoreError: the folder cannot be read.
    """
    path = answer_path(folder, asked)
    with store_errors(path):
        try:
            if path.stat().st_size > _MOST_BYTES:
                return None
            data = path.read_bytes()
        except FileNotFoundError:
            return None
    try:
        kept = KeptAnswer.model_validate_json(data)
    except ValidationError:
        return None
    return kept if kept.asked == asked else None


def keep_answer(folder: Path, kept: KeptAnswer) -> None:
    """Keep an answer.

    Raises:
        StoreError: the folder cannot be written.
    """
    path = answer_path(folder, kept.asked)
    with store_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, kept.model_dump_json(indent=1).encode() + b"\n")


def answer_path(folder: Path, asked: Asked) -> Path:
    """Where an answer is kept in the folder of a project."""
    return folder / STATE_FOLDER / _FOLDER / f"{asked.digest()}.json"
