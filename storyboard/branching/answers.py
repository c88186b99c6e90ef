"""What a viewer may write: of which letters, how long, and with which words. Pure.

An answer is refused, never mended, so that whoever writes it sees what becomes of it; only its Unicode form
and the spaces around and between its words are put right. What is left is letters of one script a word, with
few signs: nothing that a page, a subtitle, a file name or a prompt takes for anything but words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from storyboard.schema.parameters import AnswerForm, Parameter, ParameterType
from storyboard.wording import composed, counted, listed

MOST_BYTES = 4096
"""of an answer in UTF-8; it is not looked into when it is longer"""
MOST_LETTERS = {AnswerForm.NAME: 40, AnswerForm.WORD: 24, AnswerForm.LINE: 120}
MOST_MARKS = 3
"""over or under one letter"""
MOST_BLOCKED = 20_000
"""words of a block list"""

_JOINS = "'’-‐·"  # noqa: RUF001  (those signs are meant)
"""between two letters of a word: O'Neill, Jean-Luc, col·lecció"""
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"
"""fillers of Hangul, which are letters and show nothing"""
_BETWEEN_LETTERS = "\u200c\u200d"
"""with which Persian and Indian scripts join and part letters"""
_SIGNS_OF_A_LINE = ".,;:!?¿¡…'’‘\"“”„«»-–—‐()&+%、。，！？：；「」『』・،؛؟।·"  # noqa: RUF001  (those signs are meant)
_LOOKS_LIKE = str.maketrans("013457@$|", "oieastasi")
_RUN = re.compile(r"(.)\1{2,}")


class AnswerError(ValueError):
    """What a viewer writes cannot be taken; the message is for them."""


@dataclass(frozen=True)
class BlockList:
    """Words that no answer may have.

    Attributes:
        entries: a word each; `*` at an end of one stands for any letters.
    """

    entries: tuple[str, ...] = ()

    @cached_property
    def _whole(self) -> frozenset[str]:
        return frozenset(folded(one) for one in self.entries if "*" not in one)

    @cached_property
    def _parts(self) -> list[tuple[str, str]]:
        """The letters and where they are looked for: at a word's beginning, its end, or anywhere."""
        return [
            (
                folded(one.strip("*")),
                "in" if one[0] == one[-1] == "*" else "end" if one[0] == "*" else "begin",
            )
            for one in self.entries
            if "*" in one
        ]

    def has(self, text: str) -> bool:
        """Whether one of its words is in a text, however it is written there."""
        words = [folded(word) for word in re.split(r"[\s\W_]+", text) if word]
        # Letters with spaces or dots between them are a word too.
        spelt = folded("".join(text.split())) if all(len(word) == 1 for word in words) else ""
        everything = {*words, folded(text), *([spelt] if spelt else [])} - {""}
        if everything & self._whole:
            return True
        together = "".join(words)
        return any(
            letters
            and (
                letters in together
                if where == "in"
                else any(
                    word.startswith(letters) if where == "begin" else word.endswith(letters)
                    for word in everything
                )
            )
            for letters, where in self._parts
        )


def block_list(text: str) -> BlockList:
    """The list in a text file: a word a line, lines that begin with # left out.

    Raises:
        ValueError: it has too many, or a line is no word.
    """
    entries = []
    for number, line in enumerate(text.splitlines(), 1):
        word = composed(line.strip())
        if not word or word.startswith("#"):
            continue
        if "*" in word.strip("*") or not folded(word.strip("*")):
            raise ValueError(f"line {number}: a word, with * at its ends at most, is expected")
        entries.append(word)
        if len(entries) > MOST_BLOCKED:
            raise ValueError(f"it has more than {MOST_BLOCKED:,} words")
    return BlockList(tuple(entries))


def folded(text: str) -> str:
    """Letters alone, small and without marks, look-alikes among digits and signs read as letters."""
    small = unicodedata.normalize("NFKD", text.casefold()).translate(_LOOKS_LIKE)
    letters = "".join(c for c in small if c.isalnum())
    return _RUN.sub(r"\1", letters)


def written(parameter: Parameter, text: str, blocked: BlockList = BlockList()) -> str:
    """A text that a viewer gives a parameter, as the film takes it.

    Args:
        parameter: of the type text.
        text: what came from the viewer.
        blocked: words of the producer's list.

    Raises:
        AnswerError: it cannot be taken; says why.
    """
    if parameter.type is not ParameterType.TEXT:
        raise AnswerError("this is no text")
    if len(text) > MOST_BYTES or len(text.encode(errors="surrogatepass")) > MOST_BYTES:
        raise AnswerError(f"this is too long: at most {most_letters(parameter)} letters")
    text = re.sub(r" +", " ", composed(text)).strip(" ")
    if not text:
        raise AnswerError("nothing is written here")
    if (length := len([c for c in text if not unicodedata.combining(c)])) > most_letters(parameter):
        raise AnswerError(f"this has {length} letters; at most {most_letters(parameter)} are taken")
    _check_letters(text, parameter.form)
    if blocked.has(text):
        raise AnswerError("this is not taken here; please write something else")
    return text


def most_letters(parameter: Parameter) -> int:
    """How many letters an answer may have."""
    return min(parameter.max_length, MOST_LETTERS[parameter.form])


def _check_letters(text: str, form: AnswerForm) -> None:
    words = text.split(" ")
    if form is AnswerForm.WORD and len(words) > 1:
        raise AnswerError(f"this is {counted(len(words), 'word')}; one is asked for")
    if form is not AnswerForm.LINE and not any(c.isalpha() for c in text):
        raise AnswerError("there is no letter in it")
    for index, letter in enumerate(text):
        if not _is_taken(text, index, form):
            shown = letter if letter.isprintable() and not unicodedata.combining(letter) else ""
            raise AnswerError(f"{shown or f'U+{ord(letter):04X}'} is not taken here; {_TAKEN[form]}")
    marks = 0
    for letter in unicodedata.normalize("NFD", text):
        marks = marks + 1 if unicodedata.category(letter) in {"Mn", "Me"} else 0
        if marks > MOST_MARKS:
            raise AnswerError(f"a letter has more than {counted(MOST_MARKS, 'mark')}")
    for word in words:
        scripts = sorted({script for c in word if (script := _script(c))} - {""})
        if len(scripts) > 1 and not {*scripts} <= _TOGETHER:
            raise AnswerError(f"letters of two scripts are in one word ({listed(scripts)})")


_TAKEN = {
    AnswerForm.NAME: "a name has letters, spaces, and ' - or . between and after them",
    AnswerForm.WORD: "a word has letters, and ' or - between them",
    AnswerForm.LINE: "a line has letters, digits and punctuation",
}
_TOGETHER = {"HIRAGANA", "KATAKANA", "CJK", "KATAKANA-HIRAGANA", "BOPOMOFO", "HANGUL"}
"""scripts that are written in one word"""


def _is_taken(text: str, index: int, form: AnswerForm) -> bool:
    letter = text[index]
    kind = unicodedata.category(letter)
    before = text[index - 1] if index else ""
    after = text[index + 1] if index + 1 < len(text) else ""
    if kind in {"Lu", "Ll", "Lt", "Lo", "Lm"} or letter == " ":
        return letter not in _BLANK_LETTERS
    if kind in {"Mn", "Mc"} or letter in _BETWEEN_LETTERS:
        return (
            bool(before)
            and (before.isalpha() or unicodedata.category(before)[0] == "M")
            and (letter not in _BETWEEN_LETTERS or after.isalpha())
        )
    if letter in _JOINS:
        joined = _is_letter(before) and after.isalpha()
        return joined or (form is AnswerForm.LINE and letter in _SIGNS_OF_A_LINE)
    if form is AnswerForm.NAME:
        return letter == "." and _is_letter(before) and after in {"", " "}
    return form is AnswerForm.LINE and (kind == "Nd" or letter in _SIGNS_OF_A_LINE)


def _is_letter(letter: str) -> bool:
    return bool(letter) and (letter.isalpha() or unicodedata.category(letter)[0] == "M")


def _script(letter: str) -> str:
    """The script of a letter, as its Unicode name begins; empty for what belongs to all."""
    if not letter.isalpha() or unicodedata.category(letter) == "Lm":
        return ""
    name = unicodedata.name(letter, "")
    return name.partition(" ")[0] if name else "unknown"
