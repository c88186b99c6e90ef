"""Whether a file is what was signed, what of it is not, and which of its takes a store has."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from assembly.delivery.packet_sums import PacketSums, packet_sums
from pipeline.provenance.signing import FILMS, Signed, read
from pipeline.provenance.statement import Statement
from storyboard.errors import AssemblyError

_CONTENT = frozenset({"assertion.bmffHash.mismatch", "assertion.dataHash.mismatch"})
"""C2PA's words for: the file is not the one that was signed"""
_EXPLAINED = {
    "claimSignature.mismatch": "what it says of itself is not what was signed",
    "assertion.hashedURI.mismatch": "what it says of itself is not what was signed",
    "signingCredential.expired": "the certificate that signed it has expired",
}


class Verdict(StrEnum):
    """What is to be thought of a file."""

    AS_SIGNED = "as signed"
    CHANGED = "changed"
    NOTHING = "nothing is said"


class Verified(BaseModel):
    """What was found of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    verdict: Verdict
    changes: tuple[str, ...] = ()
    """in words, what is not as it was signed"""
    signer: str = ""
    """the names in the signer's certificate"""
    trusted: bool = False
    """whether somebody vouches for the signer whom C2PA's library knows"""
    generator: str = ""
    statement: Statement | None = None
    takes: dict[str, bool] | None = None
    """whether the store has the take of each shot; None where there is no store to look in"""


def verify(path: Path, has_take: Callable[[str], bool] | None = None) -> Verified:
    """Compare a file with what it says of itself.

    Args:
        path: the file.
        has_take: whether a store has a take of a digest; None where no store is known.

    Raises:
        AssemblyError: it cannot be read.
        UsageError: it is of no kind that can be signed.
    """
    signed = read(path)
    if signed is None:
        words = (
            "it says nothing of how it was made: it was never signed, or another program has written it anew"
        )
        return Verified(file=str(path), verdict=Verdict.NOTHING, changes=(words,))
    statement = signed.statement
    changes = tuple(_changes(path, signed))
    takes = None
    if statement and has_take:
        takes = {shot.shot: has_take(shot.take) for shot in statement.shots}
    return Verified(
        file=str(path),
        verdict=Verdict.CHANGED if changes else Verdict.AS_SIGNED,
        changes=changes,
        signer=signed.signer,
        trusted=signed.trusted,
        generator=signed.generator,
        statement=statement,
        takes=takes,
    )


def _changes(path: Path, signed: Signed) -> list[str]:
    """What is not as it was signed, in words."""
    said = [
        _EXPLAINED.get(code, f"{code}: {words}" if words else code)
        for code, words in signed.failures.items()
        if code not in _CONTENT
    ]
    if signed.failures.keys() & _CONTENT:
        said += _of_content(path, signed.statement)
    return [*dict.fromkeys(said)]


def _of_content(path: Path, statement: Statement | None) -> list[str]:
    if statement is None or not statement.frames or path.suffix.lower() not in FILMS:
        return ["the file is not the one that was signed"]
    try:
        found = packet_sums(path)
    except AssemblyError as error:
        return [f"the file is not the one that was signed, and cannot be played: {error.message}"]
    return compared(statement, found)


def compared(statement: Statement, found: PacketSums) -> list[str]:
    """Which shots, and whether the sound, are not what was signed, in words. Pure.

    Args:
        statement: what was signed.
        found: what the file holds, which is known not to be the file that was signed.
    """
    said: list[str] = []
    lost: list[str] = []
    for shot in statement.shots:
        place = found.place_of(bytes.fromhex(shot.start), shot.packets, shot.frames, shot.first)
        if place is None:
            lost.append(shot.shot)
        elif place != shot.first:
            moved = place - shot.first
            where = "later" if moved > 0 else "earlier"
            said.append(f"shot {shot.shot} stands {abs(moved)} frames {where} than it did")
    whole = len(found.frames) == statement.frames
    if len(lost) == len(statement.shots):
        said = ["none of its pictures is as it was signed: they were encoded again, or are another film's"]
    elif whole:
        said = [f"the picture of shot {name} is changed" for name in lost] + said
    else:
        said = [f"shot {name} is not in it, or is changed" for name in lost] + said
    if not whole:
        said.append(f"it has {len(found.frames)} frames; {statement.frames} were signed")
    if found.sound != statement.sound:
        said.append("its sound is changed" if found.sound else "its sound is gone")
    return said or ["its pictures and its sound are as they were signed; something beside them is changed"]
