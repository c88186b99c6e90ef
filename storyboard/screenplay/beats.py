"""A script's scenes as beats: what happens, what is said, and what is between them. Pure.

A beat keeps from which element its words are, so that a script can be written back from the film.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from storyboard.schema.vocabulary import LineDelivery
from storyboard.screenplay.cast import Cast, cue_of
from storyboard.screenplay.directions import PAUSE, TITLE, delivery_of
from storyboard.screenplay.languages import is_shot_direction
from storyboard.screenplay.script import Element, Kind, Left, Script, plain

MOST_WORDS = 38
"""of one beat of action: a longer paragraph is divided between its sentences"""
LONGEST = 800
"""letters of a sentence; a longer one is cut"""
_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]*(?:\s+|(?<=[。！？]))(?=\S)")
_SHORTENED = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|prof|vs|etc|sgt|capt|lt|jr|sr|approx)\.|\b[A-Z]\.)$", re.IGNORECASE
)
_CAMERA = re.compile(
    r"^(?:(?:EXTREME )?CLOSE(?:R)? (?:ON|UP)|Close on|ANGLE ON|INSERT|WE SEE|We see|WIDE|WIDER|ON [A-Z]{2,}"
    r"|BACK TO|PUSH IN|PULL BACK|PAN |TILT |TRACKING|REVEAL|CAMERA|OVER [A-Z]+'S SHOULDER)"
)
_ITEM = re.compile(r"^(?:[-–—•*]\s*|\(?[A-Z0-9]{1,2}[.)]\s+)(?=\S)")


class Part(StrEnum):
    """What a beat is."""

    ACTION = "action"
    SPEECH = "speech"
    TITLE = "title"
    TRANSITION = "transition"
    NOTE = "note"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of an element: all of them or some.

    Attributes:
        element: its number in the script.
        text: the words, without emphasis and line breaks.
    """

    element: int
    text: str


@dataclass(slots=True)
class Said:
    """Words of a speech between two parentheticals, and how they are spoken."""

    piece: Piece
    delivery: LineDelivery
    how: str = ""
    after_pause: bool = False


@dataclass(slots=True)
class Beat:
    """What one shot may show.

    Attributes:
        part: what it is.
        pieces: the words that it is made of.
        direction: words for the camera that belong to it.
        speakers: of a speech: whose it is.
        said: of a speech: what is said, in order.
        how: of a speech: its parentheticals and extensions.
        dual: whether it is heard beside the speech before it.
        item: whether it is one of a list, as in a montage.
    """

    part: Part
    pieces: list[Piece]
    direction: str = ""
    speakers: tuple[str, ...] = ()
    said: list[Said] = field(default_factory=list)
    delivery: LineDelivery = LineDelivery.NORMAL
    how: str = ""
    dual: bool = False
    item: bool = False

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(piece.text for piece in self.pieces)

    def text_said(self) -> str:
        """What is said in it."""
        return " ".join(one.piece.text for one in self.said)


@dataclass(slots=True)
class Stretch:
    """What lies between two headings.

    Attributes:
        heading: the heading's number in the script; None before the first.
        number: the scene number that it carries.
        slug: its words.
        beats: in order.
        synopsis: what synopses say.
        sections: sections that begin with it.
    """

    heading: int | None
    number: str
    slug: str
    line: int
    beats: list[Beat] = field(default_factory=list)
    synopsis: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)


def stretches_of(script: Script, cast: Cast) -> tuple[list[Stretch], list[Left]]:
    """A script's scenes, and what no scene has a place for."""
    return _Cutting(script, cast).cut()


@dataclass(slots=True)
class _Cutting:
    script: Script
    cast: Cast
    stretches: list[Stretch] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    _speech: Beat | None = None
    _sections: list[str] = field(default_factory=list)
    _last: tuple[str, ...] = ()
    _direction: str = ""
    _direction_pieces: list[Piece] = field(default_factory=list)
    _pause: bool = False

    def cut(self) -> tuple[list[Stretch], list[Left]]:
        """All of it."""
        self.stretches = [Stretch(None, "", "", 1)]
        for number, element in enumerate(self.script.elements):
            self._take(number, element)
        self._flush()
        kept = [one for one in self.stretches if one.heading is not None or one.beats]
        return kept or self.stretches[:1], self.left

    @property
    def _here(self) -> Stretch:
        return self.stretches[-1]

    def _add(self, beat: Beat) -> None:
        self._here.beats.append(beat)

    def _take(self, number: int, element: Element) -> None:
        kind, text = element.kind, " ".join(plain(element.text).split())
        if kind not in {
            Kind.DIALOGUE,
            Kind.PARENTHETICAL,
            Kind.LYRIC,
            Kind.NOTE,
            Kind.BONEYARD,
            Kind.PAGE_BREAK,
        }:
            self._speech = None
        if kind is Kind.HEADING:
            self._flush()
            self.stretches.append(
                Stretch(number, element.number, text, element.line, sections=self._sections)
            )
            self._sections = []
        elif kind is Kind.ACTION:
            self._action(number, element)
        elif kind is Kind.SHOT:
            self._flush()
            self._direction, self._direction_pieces = text, [Piece(number, text)]
        elif kind is Kind.CUE:
            self._cue(number, element)
        elif kind in {Kind.DIALOGUE, Kind.LYRIC}:
            self._dialogue(number, element, text)
        elif kind is Kind.PARENTHETICAL:
            self._parenthetical(text)
        elif kind is Kind.TRANSITION:
            self._flush()
            self._add(Beat(Part.TRANSITION, [Piece(number, text)]))
        elif kind is Kind.CENTRED:
            self._flush()
            self._add(Beat(Part.TITLE, [Piece(number, text)]))
        elif kind is Kind.SYNOPSIS:
            self._here.synopsis.append(text)
        elif kind is Kind.SECTION:
            self._sections.append(text)
        elif kind is Kind.NOTE:
            self._add(Beat(Part.NOTE, [Piece(number, text)]))
        else:
            why = "cut by its writer (boneyard)" if kind is Kind.BONEYARD else "a page break"
            self.left.append(Left(element.line, text, why))

    def _flush(self) -> None:
        """A direction that nothing came after is a beat by itself."""
        if self._direction:
            self._add(Beat(Part.ACTION, self._direction_pieces, self._direction))
        self._direction, self._direction_pieces = "", []

    def _action(self, number: int, element: Element) -> None:
        title = TITLE.match(plain(element.text))
        if title:
            self._flush()
            self._add(Beat(Part.TITLE, [Piece(number, " ".join(plain(element.text).split()))]))
            return
        for words, direction, item in _beats_in(plain(element.text)):
            if PAUSE.match(words):
                self._add(Beat(Part.PAUSE, [Piece(number, words)]))
                continue
            if direction:
                self._flush()
            beat = Beat(
                Part.ACTION,
                [*self._direction_pieces, Piece(number, words)],
                self._direction or direction,
                item=item,
            )
            self._direction, self._direction_pieces = "", []
            self._add(beat)

    def _cue(self, number: int, element: Element) -> None:
        del number
        cue = cue_of(element.text)
        self._last = self.cast.speakers(cue.names[0])
        direction, self._direction = self._direction, ""
        pieces, self._direction_pieces = self._direction_pieces, []
        self._speech = Beat(
            Part.SPEECH,
            pieces,
            direction,
            self._last,
            delivery=cue.delivery,
            how="; ".join(cue.said),
            dual=element.dual and any(one.part is Part.SPEECH for one in self._here.beats),
        )
        self._pause, self._how = False, ""
        self._add(self._speech)

    def _dialogue(self, number: int, element: Element, text: str) -> None:
        if not text:
            return
        if self._speech is None:
            if not self._last:
                self._add(Beat(Part.ACTION, [Piece(number, text)]))
                return
            self._speech = Beat(Part.SPEECH, [], "", self._last)
            self._add(self._speech)
        how = self._speech.said[-1].how if self._speech.said and not self._how else self._how
        delivery = self._speech.delivery
        if delivery is LineDelivery.NORMAL:
            delivery = delivery_of(self._how) or LineDelivery.NORMAL
        sung = "sings" if element.kind is Kind.LYRIC else ""
        self._speech.said.append(Said(Piece(number, text), delivery, how or sung, self._pause))
        self._how, self._pause = "", False

    _how: str = ""

    def _parenthetical(self, text: str) -> None:
        inner = text.strip("()（）").strip()
        if PAUSE.match(inner):
            self._pause = True
            return
        self._how = f"{self._how}; {inner}" if self._how else inner
        if self._speech is not None:
            self._speech.how = f"{self._speech.how}; {inner}" if self._speech.how else inner


def _beats_in(text: str) -> Iterator[tuple[str, str, bool]]:
    """The beats of a paragraph: words, the direction that they begin with, and whether they are an item."""
    rows: list[str] = []
    alone = True
    for row in (row.strip() for row in text.split("\n")):
        if not row:
            continue
        direction = is_shot_direction(row)
        if alone or direction or _ITEM.match(row) or _CAMERA.match(row):
            rows.append(row)
        else:
            rows[-1] += f" {row}"
        alone = direction
    for row in rows:
        words = " ".join(row.split())
        item = _ITEM.match(words) if len(rows) > 1 else None
        words = words[item.end() :] if item else words
        if is_shot_direction(words):
            yield words, words, False
            continue
        for part in _divided(sentences(words)):
            yield part, part if _CAMERA.match(part) else "", item is not None


def sentences(text: str) -> list[str]:
    """The sentences of words in one row."""
    found: list[str] = []
    start = 0
    for end in _SENTENCE.finditer(text):
        if _SHORTENED.search(text[max(start, end.start() - 12) : end.start()]):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    if text[start:].strip():
        found.append(text[start:].strip())
    return [part for sentence in found for part in _short(sentence)]


def _short(sentence: str) -> Iterator[str]:
    """A sentence in parts that a line of dialogue has room for, cut between words where there are some."""
    while len(sentence) > LONGEST:
        place = sentence.rfind(" ", LONGEST // 2, LONGEST)
        place = LONGEST if place < 0 else place
        yield sentence[:place].strip()
        sentence = sentence[place:].strip()
    yield sentence


def words_in(text: str) -> int:
    """Words; of scripts that write them without spaces, two letters are one."""
    dense = sum(1 for letter in text if letter >= "\u3000")
    return (
        len(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", re.sub(r"[\u3000-\U0010ffff]", " ", text)))
        + (dense + 1) // 2
    )


def _divided(whole: list[str]) -> Iterator[str]:
    """Sentences in beats of about the same length; one that a camera begins is a beat of its own."""
    groups: list[list[str]] = []
    for sentence in whole:
        if not groups or _CAMERA.match(sentence):
            groups.append([])
        groups[-1].append(sentence)
    for group in groups:
        total = sum(words_in(sentence) for sentence in group)
        parts = max(1, -(-total // MOST_WORDS))
        room, used, held = total / parts, 0, list[str]()
        for place, sentence in enumerate(group):
            held.append(sentence)
            used += words_in(sentence)
            if used >= room - 4 and place < len(group) - 1 and parts > 1:
                yield " ".join(held)
                held, used = [], 0
        if held:
            yield " ".join(held)
