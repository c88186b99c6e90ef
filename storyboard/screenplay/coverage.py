"""A scene's beats as shots: what is seen of each, how large, from where. Pure; see `docs/breakdown.md`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from storyboard.planning.speaking_time import guessed_s
from storyboard.schema.film import Blocking
from storyboard.schema.vocabulary import (
    CameraMove,
    Expression,
    LineDelivery,
    Pose,
    ShotSize,
    TitleStyle,
    TransitionKind,
)
from storyboard.screenplay.beats import Beat, Part, Piece, Said, sentences, words_in
from storyboard.screenplay.cast import Cast
from storyboard.screenplay.directions import (
    DETAIL,
    FACE,
    FAST,
    PHONE,
    SLOW,
    TITLE,
    TRAVEL,
    face_of,
    move_of,
    size_of,
    transition_of,
)
from storyboard.screenplay.heard import Heard, heard_in
from storyboard.screenplay.staged import PLACES, Stage

LEAD_S, TAIL_S, GAP_S, PAUSE_S = 0.4, 0.35, 0.3, 1.0
"""before the first line of a shot, behind its last, between two, and where a pause is asked for"""
QUICK_S = 1.7
"""lines that are shorter come several to a shot"""
LONG_S = 9.0
"""a speech that is longer is divided: the listener is seen while it goes on"""
LISTEN_S = 3.5
"""how long the listener is seen"""
MASTER_EACH = 9
"""shots of dialogue after which all are seen again"""
_CLOSER = {
    ShotSize.EWS: ShotSize.MWS,
    ShotSize.WS: ShotSize.MS,
    ShotSize.MWS: ShotSize.MS,
    ShotSize.MS: ShotSize.MCU,
    ShotSize.MCU: ShotSize.CU,
    ShotSize.CU: ShotSize.MS,
}
_AS_USUAL = frozenset({LineDelivery.NORMAL, LineDelivery.SAD, LineDelivery.FAST})
"""what is spoken so is no reason to come closer"""
_STOP = re.compile(r"[.!?…;:。！？]+(?=\s)|[—–]")
_SAD_SLOWER = 1.22
"""what is said sadly takes longer by this"""
_PACE = 160
"""words a minute, where nobody's own speed is known"""


@dataclass(slots=True)
class Spoken:
    """A line in a shot.

    Attributes:
        who: the speaker's id.
        piece: the words.
        delivery: how it is spoken.
        at_s: when it starts, in seconds from the shot's beginning.
        lasts_s: how long its words take.
    """

    who: str
    piece: Piece
    delivery: LineDelivery
    at_s: float
    lasts_s: float


@dataclass(slots=True)
class Draft:
    """A shot before it has an id and its final length.

    Attributes:
        kind: what it is in the coverage: `place`, `action`, `master`, `over`, `single`, `listener`, `title`.
        action: what happens, in words.
        pieces: of the script: what `action` is made of; empty where the rules made the words.
        raw_s: how long its action lasts before the script is calibrated; 0 where speech says it.
        least_s: shorter it cannot be: what is said in it, or what has to be read.
        title: words over the picture, and their style.
        start: how it begins, and how long that takes in seconds.
        sounds: that its words call for.
    """

    kind: str
    size: ShotSize
    camera: CameraMove = CameraMove.STATIC
    action: str = ""
    pieces: list[Piece] = field(default_factory=list)
    people: list[Blocking] = field(default_factory=list)
    lines: list[Spoken] = field(default_factory=list)
    raw_s: float = 0.0
    least_s: float = 0.0
    sounds: list[Heard] = field(default_factory=list)
    title: tuple[Piece, str, TitleStyle] | None = None
    start: TransitionKind = TransitionKind.CUT
    fade_out: bool = False
    match: bool = False
    notes: list[Piece] = field(default_factory=list)
    other: list[Piece] = field(default_factory=list)
    place: str | None = None
    setup: str = ""

    def length_s(self, factor: float) -> float:
        """Its length, where actions last `factor` times as long as their words make them."""
        return max(self.least_s, self.raw_s * factor, 1.5)


def action_s(words: str) -> float:
    """How long a beat of action lasts by its words, before the script is calibrated."""
    seconds = 1.2 + 0.2 * words_in(words)
    if SLOW.search(words):
        seconds *= 1.35
    if FAST.search(words):
        seconds *= 0.8
    return min(seconds, 12.0)


@dataclass(slots=True)
class Coverage:
    """The shots of one scene.

    Attributes:
        cast: everybody in the script.
        paces: words a minute by person.
        stage: who is there.
        where: by person, the place where they were last seen.
        location: this scene's place.
        place_words: what an establishing shot of it says.
        is_new: whether the place comes for the first time.
        interior: whether it is inside.
    """

    cast: Cast
    paces: dict[str, int]
    stage: Stage
    where: dict[str, str]
    location: str
    place_words: str
    is_new: bool
    interior: bool
    shots: list[Draft] = field(default_factory=list)
    _since_master: int = -1
    _turns: int = 0
    _intercut: bool = False
    _start: tuple[TransitionKind, bool] = (TransitionKind.CUT, False)
    _over: list[Spoken] = field(default_factory=list)
    _pending: list[Piece] = field(default_factory=list)
    _titles: list[tuple[Piece, str, TitleStyle]] = field(default_factory=list)
    _others: list[Piece] = field(default_factory=list)

    def cover(self, beats: Sequence[Beat], start: tuple[TransitionKind, bool]) -> tuple[TransitionKind, bool]:
        """All beats of the scene.

        Args:
            beats: in order.
            start: how its first shot begins, and whether it matches the shot before.

        Returns:
            The same for what comes after it.
        """
        self._start = start
        at = 0
        if self.is_new and not self._opens_wide(beats):
            self._establish()
        while at < len(beats):
            beat = beats[at]
            if beat.part is Part.SPEECH:
                last = at
                while last < len(beats) and beats[last].part in {Part.SPEECH, Part.NOTE}:
                    last += 1
                self._exchange([*beats[at:last]])
                at = last
                continue
            {
                Part.ACTION: self._act,
                Part.PAUSE: self._wait,
                Part.TITLE: self._title,
                Part.TRANSITION: self._transition,
                Part.NOTE: self._note,
            }[beat.part](beat)
            at += 1
        self._settle()
        return self._start

    def _settle(self) -> None:
        """What waited for a shot that does not come."""
        if self._over or self._titles or not self.shots:
            if self._over or not self.shots:
                self._establish()
            for words in self._titles:
                self._entitle(self.shots[-1], words)
            self._titles = []
        self.shots[-1].notes += self._pending
        self.shots[-1].other += self._others
        self._pending, self._others = [], []

    def _opens_wide(self, beats: Sequence[Beat]) -> bool:
        """Whether the first beat shows the place: nobody is named in it, or it is said to be wide."""
        first = next((beat for beat in beats if beat.part in {Part.ACTION, Part.SPEECH, Part.PAUSE}), None)
        if first is None or first.part is not Part.ACTION:
            return False
        asked = size_of(first.text)
        if asked is not None:
            return asked in {ShotSize.EWS, ShotSize.WS}
        named = self.cast.named_in(first.text)
        return not named and words_in(first.text) >= 4 and not PHONE.search(first.text)

    def _add(self, draft: Draft) -> Draft:
        draft.start, draft.match = self._start
        self._start = (TransitionKind.CUT, False)
        draft.notes += self._pending
        draft.other += self._others
        self._pending, self._others = [], []
        if self._over and draft.kind in {"action", "place"}:
            self._lay_over(draft)
        for words in self._titles:
            self._entitle(draft, words)
        self._titles = []
        if self._intercut and draft.people:
            draft.place = self.where.get(draft.people[0].id)
        else:
            self.where |= dict.fromkeys((one.id for one in draft.people), self.location)
        self.shots.append(draft)
        return draft

    def _establish(self) -> None:
        size = ShotSize.WS if self.interior else ShotSize.EWS
        move = CameraMove.PUSH_IN if self.interior else CameraMove.STATIC
        self._add(Draft("place", size, move, self.place_words, raw_s=3.0))

    def _act(self, beat: Beat) -> None:
        """A shot of a beat of action."""
        words = beat.text
        people = self.stage.meant(words)[: len(PLACES)]
        first = not self.shots
        blocked = self.stage.acted(people, words)
        size = size_of(words) or self._size(words, people, first=first)
        kind = "action"
        if first and self.is_new and not self.shots and self._opens_wide([beat]):
            kind, size = "place", size_of(words) or (ShotSize.WS if self.interior else ShotSize.EWS)
        if size is ShotSize.ECU and DETAIL.search(words) and size_of(words) is ShotSize.ECU:
            blocked = []
        size = self._other_size(size, [one.id for one in blocked], asked=size_of(words) is not None)
        move = move_of(words) or self._move(words, blocked, kind)
        raw = action_s(words) * (0.6 if beat.item else 1.0)
        self._add(Draft(kind, size, move, words, [*beat.pieces], blocked, raw_s=raw, sounds=heard_in(words)))

    def _size(self, words: str, people: Sequence[str], *, first: bool) -> ShotSize:
        if not people:
            return ShotSize.CU if DETAIL.search(words) else ShotSize.WS if first else ShotSize.MWS
        if len(people) > 2:
            return ShotSize.WS
        if first and not self.is_new:
            return ShotSize.MWS if self.interior else ShotSize.WS
        if TRAVEL.search(words):
            return ShotSize.WS if first else ShotSize.MWS
        if len(people) == 2:
            return ShotSize.MWS if first else ShotSize.MS
        if FACE.search(words) and not first:
            return ShotSize.MCU
        return ShotSize.CU if DETAIL.search(words) and not first else ShotSize.MS

    def _other_size(self, size: ShotSize, people: Sequence[str], *, asked: bool) -> ShotSize:
        """Another size than that of the shot before, where the same people would jump in the same frame."""
        before = self.shots[-1] if self.shots else None
        same = before is not None and before.size is size and {one.id for one in before.people} == {*people}
        return _CLOSER.get(size, size) if same and not asked and people else size

    def _move(self, words: str, people: Sequence[Blocking], kind: str) -> CameraMove:
        if kind == "place":
            return CameraMove.PUSH_IN if self.interior else CameraMove.PAN_RIGHT
        moving = next((one for one in people if one.move_to is not None), None)
        if moving is not None and len(people) == 1:
            return CameraMove.TRUCK_RIGHT if moving.facing.value == "right" else CameraMove.TRUCK_LEFT
        if any(one.pose is Pose.RUNNING for one in people):
            return CameraMove.HANDHELD
        return CameraMove.PUSH_IN if SLOW.search(words) and people else CameraMove.STATIC

    def _wait(self, beat: Beat) -> None:
        """A pause is seen on the face of whoever was spoken to."""
        last = next((line.who for shot in reversed(self.shots) for line in shot.lines), None)
        listener = next((one for one in reversed(self.stage.present) if one != last), last)
        if listener is None or listener not in self.stage.sides:
            self._add(Draft("action", ShotSize.MS, action=beat.text, pieces=[*beat.pieces], raw_s=1.8))
            return
        size = self._other_size(ShotSize.CU, [listener], asked=False)
        people = [self.stage.placed(listener, last)]
        self._add(Draft("listener", size, action=beat.text, pieces=[*beat.pieces], people=people, raw_s=2.0))

    def _note(self, beat: Beat) -> None:
        if self.shots:
            self.shots[-1].notes += beat.pieces
        else:
            self._pending += beat.pieces

    def _title(self, beat: Beat) -> None:
        found = TITLE.match(beat.text)
        words = found["text"].strip() if found else beat.text
        quoted = re.fullmatch(r"[\"“«](.+)[\"”»]\.?", words)
        words = quoted[1] if quoted else words
        word = found["word"].casefold() if found else ""
        style = (
            TitleStyle.LOWER_THIRD
            if word.startswith(("super", "chyron", "legend", "caption"))
            else TitleStyle.CARD
        )
        if word.startswith("main"):
            style = TitleStyle.MAIN
        entry = (beat.pieces[0], words, style)
        if self.shots and self.shots[-1].title is None and not self.shots[-1].lines:
            self._entitle(self.shots[-1], entry)
        elif style is TitleStyle.CARD and self.shots:
            faded = self.shots[-1].fade_out
            self._start = (TransitionKind.FADE, False) if faded else self._start
            self._add(Draft("title", ShotSize.WS, action=self.place_words, raw_s=3.0, fade_out=faded))
            self._entitle(self.shots[-1], entry)
        else:
            self._titles.append(entry)

    def _entitle(self, draft: Draft, entry: tuple[Piece, str, TitleStyle]) -> None:
        if draft.title is not None:
            piece, words, style = draft.title
            draft.other.append(entry[0])
            draft.title = (piece, f"{words}\n{entry[1]}", style)
        else:
            draft.title = entry
        draft.least_s = max(draft.least_s, 2.0 + 0.25 * words_in(draft.title[1]))

    def _transition(self, beat: Beat) -> None:
        kind, more = transition_of(beat.text)
        self._others += beat.pieces
        if more == "intercut" or (kind is TransitionKind.CUT and "INTERCUT" in beat.text.upper()):
            self._intercut = more == "intercut"
            return
        if more == "out":
            if self.shots:
                self.shots[-1].fade_out = True
                self.shots[-1].least_s = max(self.shots[-1].least_s, 2.5)
            return
        self._start = (kind or TransitionKind.CUT, more == "match")

    def _lay_over(self, draft: Draft) -> None:
        """Voices over a picture; a voice-over may go on into the shots after it, but begins here."""
        at = LEAD_S
        for line in self._over:
            line.at_s = at
            at += line.lasts_s + GAP_S
        draft.lines += self._over
        draft.least_s = max(draft.least_s, at - GAP_S + TAIL_S)
        self._over = []

    def _exchange(self, beats: list[Beat]) -> None:
        """Speeches that follow one another without action between them."""
        for beat in beats:
            if beat.part is Part.NOTE:
                self._note(beat)
        speeches = [beat for beat in beats if beat.part is Part.SPEECH]
        for beat in speeches:
            if beat.delivery not in {LineDelivery.VOICE_OVER, LineDelivery.OFF_SCREEN}:
                for one in beat.speakers:
                    if one not in self.stage.present and not self._intercut:
                        self.stage.come(one)
        at = 0
        while at < len(speeches):
            at += self._speeches(speeches, at)

    def _speeches(self, speeches: Sequence[Beat], at: int) -> int:
        """The shot, or shots, of one speech, and how many speeches it took."""
        beat = speeches[at]
        if not beat.said:
            self._others += beat.pieces
            return 1
        if beat.delivery is LineDelivery.VOICE_OVER:
            self._over += self._lines(beat.said, beat.speakers)
            if at + 1 < len(speeches) and speeches[at + 1].delivery is not LineDelivery.VOICE_OVER:
                self._voice_over()
            return 1
        if self._over:
            self._voice_over()
        together = self._quick(speeches, at)
        to = self._addressed(speeches, at)
        if len(together) > 1 or beat.dual or len(beat.speakers) > 1:
            self._group(together, "master" if self._since_master < 0 else "two")
            return len(together)
        if self._spoken_s(beat) > LONG_S and len(self._divided(beat)) > 1:
            self._long(beat, to)
            return 1
        self._single(beat, beat.said, to, last=at == len(speeches) - 1 and len(speeches) > 4)
        return 1

    def _voice_over(self) -> None:
        """A voice over nothing that happens: whoever thinks is seen, else the place."""
        who = self._over[0].who
        if who in self.stage.present:
            people = [self.stage.placed(who)]
            size = self._other_size(ShotSize.MCU, [who], asked=False)
            draft = Draft("action", size, CameraMove.PUSH_IN, f"{self._name(who)}, thinking.", people=people)
        else:
            draft = Draft("place", ShotSize.WS, CameraMove.PUSH_IN, self.place_words, raw_s=2.0)
        self._add(draft)

    def _quick(self, speeches: Sequence[Beat], at: int) -> list[Beat]:
        """Short speeches from here on that come in one shot; those that are spoken at once with them too."""
        together = [speeches[at]]
        total = self._spoken_s(speeches[at])
        quick = total < QUICK_S
        for beat in speeches[at + 1 :]:
            seconds = self._spoken_s(beat)
            plain_speech = (
                beat.delivery is LineDelivery.NORMAL and not beat.direction and not beat.how and beat.said
            )
            if beat.dual and beat.said:
                together.append(beat)
                continue
            if not (
                quick and plain_speech and seconds < QUICK_S and total + seconds < 5.0 and not self._intercut
            ):
                break
            together.append(beat)
            total += seconds
        return together

    def _addressed(self, speeches: Sequence[Beat], at: int) -> str | None:
        """Whom a speech is for: whoever it names, whoever spoke before, whoever answers."""
        own = speeches[at].speakers
        named = [
            one
            for one in self.cast.named_in(speeches[at].text_said())
            if one not in own and one in self.stage.present
        ]
        if named:
            return named[0]
        before = [one for beat in reversed(speeches[:at]) for one in beat.speakers if one not in own]
        after = [one for beat in speeches[at + 1 :] for one in beat.speakers if one not in own]
        others = [one for one in reversed(self.stage.present) if one not in own]
        return next(iter([*before, *after, *others]), None)

    def _group(self, beats: Sequence[Beat], kind: str) -> None:
        """Several who speak in one picture."""
        shown = [*dict.fromkeys(one for beat in beats for one in beat.speakers if one in self.stage.present)]
        if kind == "master" or len(shown) < 2:
            shown = [*dict.fromkeys([*shown, *self.stage.present])]
        shown = [one for one in self.stage.present if one in shown[: len(PLACES)]]
        people = [
            self.stage.placed(
                one, next((other for other in shown if other != one), None), face=self._face(beats, one)
            )
            for one in shown
        ]
        lines: list[Spoken] = []
        at = LEAD_S
        for beat in beats:
            start = lines[-1].at_s if beat.dual and lines else at
            made = self._lines(beat.said, beat.speakers, start)
            lines += made
            at = max(at, max(line.at_s + line.lasts_s for line in made) + GAP_S)
        size = ShotSize.MWS if len(shown) == 2 else ShotSize.WS if len(shown) > 2 else ShotSize.MS
        asked = size_of(beats[0].direction)
        size = asked or self._other_size(size, shown, asked=False)
        names = " and ".join(self._name(one) for one in shown) if len(shown) < 4 else "All of them"
        pieces = [piece for beat in beats for piece in beat.pieces]
        draft = Draft(
            "two" if kind == "two" else "master",
            size,
            action=beats[0].direction or f"{names}, talking.",
            pieces=pieces,
        )
        draft.people, draft.lines, draft.least_s = people, lines, at - GAP_S + TAIL_S
        draft.setup = "-".join(["all" if kind == "master" else "two", *shown[:2]])
        self._add(draft)
        if kind == "master":
            self._since_master = 0
        self._turns += 1

    def _single(
        self, beat: Beat, said: Sequence[Said], to: str | None, *, last: bool = False, closer: bool = False
    ) -> None:
        """A speech on its speaker."""
        who = beat.speakers[0]
        if beat.delivery is LineDelivery.OFF_SCREEN or who not in self.stage.sides:
            if not (self._intercut and who in self.where) or beat.delivery is LineDelivery.OFF_SCREEN:
                self._heard(beat, said)
                return
            self.stage.come(who)
        others = [one for one in self.stage.present if one != who]
        alone = not others or bool(PHONE.search(beat.how)) or self._intercut
        if (
            not alone
            and (self._since_master < 0 or self._since_master >= MASTER_EACH)
            and not beat.direction
            and not closer
        ):
            self._group([_with(beat, said)], "master")
            return
        if to not in others:
            to = others[-1] if others and not alone else None
        asked = size_of(beat.direction)
        strong = any(
            one.piece.text.rstrip("\"'”’").endswith("!") or one.delivery not in _AS_USUAL for one in said
        )
        if alone:
            kind, size = "single", ShotSize.MS if self._turns < 1 else ShotSize.MCU
        elif self._turns < 4 and not closer:
            kind, size = "over", ShotSize.OTS
        else:
            kind, size = "single", ShotSize.CU if strong or last or closer else ShotSize.MCU
        if asked:
            kind, size = "over" if asked is ShotSize.OTS and to else "single", asked
        elif kind == "single":
            size = self._other_size(size, [who], asked=False)
        people = [self.stage.placed(who, to, face=self._face([beat], who), action=beat.how)]
        how = f", {beat.how}" if beat.how else ""
        spoken_to = f" to {self._name(to)}" if to is not None and not alone else ""
        action = f"{self._name(who)} speaks{spoken_to}{how}."
        if kind == "over" and to in self.stage.sides and to is not None:
            people.append(self.stage.placed(to, who))
            action = f"{self._name(who)}, over {self._name(to)}'s shoulder{how}."
        lines = self._lines(said, beat.speakers)
        draft = Draft(kind, size, CameraMove.PUSH_IN if closer or last else CameraMove.STATIC)
        draft.action = f"{beat.direction}. {action}" if beat.direction else action
        draft.pieces = [*beat.pieces] if said is beat.said else []
        draft.people, draft.lines = people, lines
        draft.least_s = lines[-1].at_s + lines[-1].lasts_s + TAIL_S
        draft.setup = f"{kind}-{who}"
        self._since_master = max(0, self._since_master) + 1
        self._turns += 1
        self._add(draft)

    def _heard(self, beat: Beat, said: Sequence[Said]) -> None:
        """A speech whose speaker is not in the picture: who listens is seen, else the place."""
        lines = self._lines(said, beat.speakers)
        listener = next((one for one in reversed(self.stage.present) if one not in beat.speakers), None)
        draft = Draft("listener" if listener else "place", ShotSize.MCU if listener else ShotSize.WS)
        if listener:
            draft.people = [self.stage.placed(listener)]
            draft.size = self._other_size(ShotSize.MCU, [listener], asked=False)
            draft.action = f"{self._name(listener)} listens to {self._name(beat.speakers[0])}."
        else:
            draft.action = self.place_words
        draft.lines, draft.pieces = lines, [*beat.pieces] if said is beat.said else []
        draft.least_s = lines[-1].at_s + lines[-1].lasts_s + TAIL_S
        draft.setup = f"listener-{listener}" if listener else ""
        self._add(draft)

    def _long(self, beat: Beat, to: str | None) -> None:
        """A long speech: on the speaker, on who listens, and closer on the speaker."""
        parts = self._divided(beat)
        for number, part in enumerate(parts):
            listens = (
                number % 2 == 1 and to is not None and to in self.stage.present and number < len(parts) - 1
            )
            if not listens:
                self._single(beat, part, to, closer=number > 0)
                if number == 0:
                    self.shots[-1].pieces = [*beat.pieces]
                continue
            assert to is not None  # noqa: S101  (what `listens` says, for the type checker)
            lines = self._lines(part, beat.speakers)
            draft = Draft("listener", self._other_size(ShotSize.MCU, [to], asked=False))
            draft.people = [self.stage.placed(to, beat.speakers[0], face=Expression.NEUTRAL)]
            draft.action = f"{self._name(to)} listens to {self._name(beat.speakers[0])}."
            draft.lines, draft.least_s = lines, lines[-1].at_s + lines[-1].lasts_s + 0.1
            draft.setup = f"listener-{to}"
            self._add(draft)

    def _divided(self, beat: Beat) -> list[list[Said]]:
        """A long speech in parts: on the speaker for a while, then a sentence on the listener, and so on."""
        single: list[Said] = []
        for one in beat.said:
            for place, sentence in enumerate(sentences(one.piece.text)):
                piece = Piece(one.piece.element, sentence)
                single.append(Said(piece, one.delivery, one.how, one.after_pause and place == 0))
        parts: list[list[Said]] = [[]]
        seconds = [self._s(one.piece.text, beat.speakers, one.delivery) for one in single]
        used, rest = 0.0, sum(seconds)
        for one, own in zip(single, seconds, strict=True):
            listens = len(parts) % 2 == 0
            room, least = (LISTEN_S, 1.2) if listens else (LONG_S * 0.75, LONG_S * 0.45)
            if parts[-1] and used >= least and used + own > room and rest > 1.5:
                parts.append([])
                used = 0.0
            parts[-1].append(one)
            used, rest = used + own, rest - own
        if len(parts) % 2 == 0:  # it ends on whoever speaks
            parts[-2:] = [[*parts[-2], *parts[-1]]]
        return parts

    def _lines(self, said: Sequence[Said], speakers: Sequence[str], start: float = LEAD_S) -> list[Spoken]:
        """Words one after the other; what is of one element and spoken alike is one line."""
        lines: list[Spoken] = []
        at = start
        for one in said:
            at += PAUSE_S if one.after_pause else 0
            seconds = self._s(one.piece.text, speakers, one.delivery)
            joins = (
                lines
                and lines[-1].piece.element == one.piece.element
                and lines[-1].delivery is one.delivery
                and not one.after_pause
            )
            if joins and len(lines[-1].piece.text) + len(one.piece.text) < 900:
                for line in lines[-len(speakers) :]:
                    line.piece = Piece(one.piece.element, f"{line.piece.text} {one.piece.text}")
                    line.lasts_s = self._s(line.piece.text, speakers, line.delivery)
                at = lines[-1].at_s + lines[-1].lasts_s + GAP_S
                continue
            lines += [Spoken(who, one.piece, one.delivery, round(at, 2), seconds) for who in speakers]
            at += seconds + GAP_S
        return lines

    def _s(self, words: str, speakers: Sequence[str], delivery: LineDelivery) -> float:
        """How long words take to be spoken, with the breaths between their sentences and clauses."""
        breaths = 0.25 * len(_STOP.findall(words)) + 0.12 * words.count(",")
        pace = min((self.paces.get(one, _PACE) for one in speakers), default=_PACE)
        slower = _SAD_SLOWER if delivery is LineDelivery.SAD else 1.0
        return (float(guessed_s(words, pace)) + breaths) * slower

    def _spoken_s(self, beat: Beat) -> float:
        return sum(
            self._s(one.piece.text, beat.speakers, one.delivery) + (PAUSE_S if one.after_pause else 0)
            for one in beat.said
        )

    def _face(self, beats: Sequence[Beat], who: str) -> Expression | None:
        for beat in beats:
            if who in beat.speakers and beat.how and (face := face_of(beat.how)):
                return face
        return None

    def _name(self, who: str) -> str:
        return self.cast.people[who].name


def _with(beat: Beat, said: Sequence[Said]) -> Beat:
    """A speech with a part of its words."""
    if said is beat.said:
        return beat
    return Beat(beat.part, [], "", beat.speakers, [*said], beat.delivery, beat.how, beat.dual)
