"""Takes of faster renderers, made for those who will come to shots too soon, and shown in their places."""

from __future__ import annotations

import logging
import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from assembly.cut.pieces import CopyPiece, Excerpt, Piece
from assembly.delivery.live.fragments import Fragment, Part
from pipeline.audience.amounts import amount_of
from pipeline.audience.deciding.decisions import key_of
from pipeline.audience.deciding.prefetch import SURE, Coming
from pipeline.audience.deciding.rehearsal import Rehearsal
from pipeline.audience.deciding.standing_in import CLIP_S, FETCH_S, chosen
from pipeline.audience.deciding.understudies import AHEAD_S, Role, Understudy, to_make
from pipeline.audience.faster_cut import FasterCut
from pipeline.audience.making import Maker, MakingState, close_aside
from pipeline.audience.open_sessions import OpenSessions, Wanted
from pipeline.audience.positions import moved
from pipeline.audience.progress import Progress
from pipeline.audience.projector import Projector, Substitute
from pipeline.audience.screening import Screening
from pipeline.film.parts import ClipSource
from storyboard.branching.route import without_visit
from storyboard.document.values import GivenValues
from storyboard.errors import ShotfarmError

STARTS_S = 5.0
"""after a renderer is told what to make until it begins"""
AGAIN_S = 30.0
"""before a renderer is told again that has failed"""
_AT_ONCE = 4
"""takes that a renderer is told of at once: those that are wanted meanwhile wait for it"""
_EVERY_S = 0.5
_MOST_OPEN = 64
_Key = tuple[str, str, tuple[tuple[str, str], ...]]
"""a renderer; the screening that it is for, and the version of the film, where it is for one alone"""
_log = logging.getLogger(__name__)

MakerOf = Callable[[str, GivenValues | None, str], Maker]
"""what makes takes by a renderer: of the film as it is shown, or with a session's own values"""


@dataclass(frozen=True, slots=True)
class Watched:
    """Somebody who watches, and what they come to.

    Attributes:
        screening: theirs.
        frame: of the film, where they are.
        spans: the ways that they may go, each with the frames of it that they may come to.
        own: what they gave of their own.
    """

    screening: Screening
    frame: float
    spans: Sequence[tuple[Projector, int, int]]
    own: GivenValues


@dataclass(frozen=True, slots=True)
class _Cast:
    """A missing take that somebody comes to, and the takes that could stand in for it."""

    watched: Watched
    cuts: Sequence[FasterCut]
    shot: str
    role: Role


class Understudies:
    """The thread of the house alone may ask.

    Args:
        first: the film as it is shown.
        names: of the renderers, the dearest first.
        maker_of: makes takes by a renderer.
        progress: of what is rendered.
        sessions: whose limits hold for what is made for one viewer alone.

    Raises:
        ShotfarmError: the film cannot be opened in the cut of a renderer that stands in.
    """

    def __init__(
        self,
        first: Projector,
        names: Sequence[str],
        maker_of: MakerOf,
        progress: Progress,
        sessions: OpenSessions | None,
    ) -> None:
        self.names = names
        self._maker_of = maker_of
        self._progress = progress
        self._sessions = sessions
        self._pool = ThreadPoolExecutor(1, "faster")
        self._open: OrderedDict[str, Future[tuple[FasterCut, ...]]] = OrderedDict()
        self._there: set[str] = set()
        self._wanted: dict[str, FasterCut] = {}
        self._makers: dict[_Key, Maker] = {}
        self._failed_at: dict[_Key, float] = {}
        self._begun: dict[_Key, dict[str, float]] = {}
        self._due: Mapping[str, float] = {}
        self._led_at = -math.inf
        cuts = self._opened(first)
        self._everybodys = {take for cut in cuts for take in cut.by_take}
        opened: Future[tuple[FasterCut, ...]] = Future()
        opened.set_result(cuts)
        self._open[first.name] = opened

    def close(self) -> None:
        """Make nothing more; returns when nothing is left of it."""
        self._pool.shutdown(cancel_futures=True)
        for maker in self._makers.values():
            maker.close()

    def _opened(self, way: Projector) -> tuple[FasterCut, ...]:
        cuts = tuple(FasterCut(way, name) for name in self.names)
        for cut in cuts:
            self._there |= cut.there
        return cuts

    def cuts_of(self, way: Projector) -> tuple[FasterCut, ...]:
        """A way in the cuts of the renderers, the dearest first; none before they are open."""
        found = self._open.get(way.name)
        if found is None:
            found = self._open[way.name] = self._pool.submit(self._opened, way)
            if len(self._open) > _MOST_OPEN:
                self._open.popitem(last=False)
        self._open.move_to_end(way.name)
        if not found.done():
            return ()
        if error := found.exception():
            _log.error("nothing but cards stands in: %s", error)
            return ()
        return found.result()

    # What is shown --------------------------------------------------------------------------------

    def substitute(self, way: Projector, part: Part, at: int, ahead_s: float) -> Substitute:
        """What stands in for a part of a fragment: takes, where they are there in time, else cards.

        What is seen of several shots at once is made of the film's own takes of those that are there.

        Args:
            way: whose.
            part: of it; takes of it are missing.
            at: the film's frame that it begins with.
            ahead_s: seconds until somebody comes to it.
        """
        piece = part.piece
        offset = piece.first if isinstance(piece, CopyPiece) else 0
        start, cuts = at - (part.first - offset), self.cuts_of(way)
        others = [cut.counterpart(piece, start) for cut in cuts]
        shown, sources, by, waits = (
            list[Excerpt | CopyPiece](),
            dict[str, ClipSource](),
            dict[str, str](),
            False,
        )
        for number, own in enumerate(_seen(piece)):
            source = way.source(own.take)
            if all(way.is_there(take) for take in source.takes):
                shown.append(own)
                sources[own.take] = source
                continue
            stands = [_seen(other)[number] if other else None for other in others]
            found = [cut.source(one.take) if one else None for cut, one in zip(cuts, stands, strict=True)]
            there_in_s = [self._there_in_s(cut, one) for cut, one in zip(cuts, found, strict=True)]
            best = chosen(ahead_s, there_in_s)
            seen, source_of_it = (stands[best], found[best]) if best is not None else (None, None)
            if best is None or seen is None or source_of_it is None:
                return Substitute()
            waits |= there_in_s[best] != 0
            shown.append(seen)
            sources[seen.take] = source_of_it
            by[own.shot] = cuts[best].renderer
        if waits:
            return Substitute(waits=True)
        return self._ready(way, _part_of(part, shown), at, Substitute(None, sources, by), ahead_s)

    @staticmethod
    def _ready(way: Projector, part: Part, at: int, found: Substitute, ahead_s: float) -> Substitute:
        """A part whose takes are there, once it can be sent; it is waited for as long as there is time."""
        try:
            if way.clips.ready(Fragment(at, (part,)), found.sources):
                return replace(found, part=part)
        except ShotfarmError as error:
            _log.error("a card stands in: %s", error.in_words)
            return Substitute()
        return Substitute(waits=ahead_s >= CLIP_S + FETCH_S)

    def _there_in_s(self, cut: FasterCut, source: ClipSource | None) -> float | None:
        """In how many seconds the takes of a clip are there; None where nobody can say."""
        if source is None:
            return None
        lacking = [take for take in source.takes if take not in self._there]
        seconds = [self._progress.of(cut.by_take[take]).there_in_s for take in lacking]
        known = [one for one in seconds if one is not None]
        if len(known) < len(seconds):
            return None
        return max(known) + CLIP_S if known else 0.0

    # What is made ---------------------------------------------------------------------------------

    def look(self) -> None:
        """Look for takes that were wanted, and make clips of what came.

        Raises:
            StoreError: the store cannot be read.
        """
        came = [take for take, cut in self._wanted.items() if cut.production.takes.find(take)]
        self._there.update(came)
        for take in came:
            del self._wanted[take]
            for begun in self._begun.values():
                begun.pop(take, None)

    def lead(self, watched: Sequence[Watched], now: float, epoch_s: float) -> None:
        """Have made what can be there sooner than what somebody comes to.

        Args:
            watched: all who watch.
            now: on a clock that never goes back, in seconds.
            epoch_s: the same moment in seconds since 1970.

        Raises:
            ShotfarmError: what is granted to a session cannot be kept.
        """
        if now - self._led_at < _EVERY_S:
            return
        self._led_at = now
        for key, maker in self._makers.items():
            if not maker.is_at_it:
                self._begun.pop(key, None)
        cast = self._cast(watched)
        begins_in_s = [self._begins_in_s(name, now) for name in self.names]
        made = to_make([one.role for one in cast.values()], begins_in_s, max(1, self._progress.rendering))
        by_take = {
            understudy.take: (one, one.cuts[number])
            for one in cast.values()
            for number, understudy in enumerate(one.role.understudies)
            if understudy
        }
        due = {
            one.take: epoch_s + each.role.in_s
            for each in cast.values()
            for one in each.role.understudies
            if one and one.take in self._wanted
        }
        for name, takes in zip(self.names, made, strict=True):
            for key, several in self._by_maker(name, takes, by_take).items():
                granted = [take for take in several if self._may_be_made(take, *by_take[take])]
                due |= {take: epoch_s + by_take[take][0].role.in_s for take in granted}
                self._wanted |= {take: by_take[take][1] for take in granted}
                if granted:
                    self._make(key, granted, by_take, now)
        if due and moved(self._due, due, 1.0):
            self._due = due
            for maker in self._makers.values():
                maker.lead(due)

    def forget(self, key: str) -> None:
        """A screening is no more: let go of what is made for it alone."""
        for one in [*self._makers]:
            if one[1] == key:
                close_aside(self._makers.pop(one))

    def _cast(self, watched: Iterable[Watched]) -> dict[str, _Cast]:
        """The missing takes that somebody comes to soon, by their digests, each for who does first."""
        coming: dict[str, tuple[float, Watched, Projector]] = {}
        for one in watched:
            for way, first, last in one.spans:
                for take in way.missing:
                    frame = way.needed_at[take]
                    in_s = (frame - one.frame) / float(way.rate)
                    near = first <= frame < last and 0 <= in_s <= AHEAD_S
                    if near and (take not in coming or in_s < coming[take][0]):
                        coming[take] = in_s, one, way
        there = self._there_in_s_of(coming)
        found: dict[str, _Cast] = {}
        for take, (in_s, one, way) in coming.items():
            cuts, shot = self.cuts_of(way), way.shots[take].shot
            if cuts:
                understudies = tuple(self._understudy(cut, shot, take) for cut in cuts)
                there_in_s = math.inf if take in one.screening.held else there[take]
                found[take] = _Cast(one, cuts, shot, Role(in_s, there_in_s, understudies))
        return found

    def _understudy(self, cut: FasterCut, shot: str, take: str) -> Understudy | None:
        """A shot's take by another renderer; None where it is the same."""
        one = cut.shots[shot]
        if one.digest == take:
            return None
        made = one.digest in self._there or any(one.digest in begun for begun in self._begun.values())
        return Understudy(one.digest, one.estimate_s, made)

    def _there_in_s_of(self, coming: Mapping[str, tuple[float, Watched, Projector]]) -> Mapping[str, float]:
        """When the film's own takes are there, as far as it can be foreseen."""
        making: dict[str, float] = {}
        waits: list[Coming] = []
        for take, (in_s, _, way) in coming.items():
            missing = self._progress.of(way.shots[take])
            if missing.there_in_s is not None:
                making[take] = missing.there_in_s
            else:
                waits.append(Coming(take, in_s, SURE, missing.estimate_s))
        workers = max(1, self._progress.rendering)
        return Rehearsal(making, max(workers, len(making))).there_in_s(waits)

    def _begins_in_s(self, name: str, now: float) -> float:
        """In how many seconds a renderer can begin to make something; never soon after it failed."""
        if now - self._failed_at.get((name, "", ()), -math.inf) < AGAIN_S:
            return math.inf
        begun = self._begun.get((name, "", ()))
        return STARTS_S + math.fsum(begun.values()) if begun else STARTS_S

    def _by_maker(
        self, name: str, takes: Sequence[str], by_take: Mapping[str, tuple[_Cast, FasterCut]]
    ) -> dict[_Key, list[str]]:
        """Who makes which takes: what everybody may see is made once, the rest for each who needs it."""
        found: dict[_Key, list[str]] = {}
        for take in takes:
            watched = by_take[take][0].watched
            own = watched.screening.key, key_of(watched.own)
            whose = ("", ()) if take in self._everybodys else own
            found.setdefault((name, *whose), []).append(take)
        return found

    def _may_be_made(self, take: str, cast: _Cast, cut: FasterCut) -> bool:
        """Whether limits let a take be made, where it is made for one session alone."""
        session = cast.watched.screening.session
        if self._sessions is None or not session or take in self._everybodys:
            return True
        amount = amount_of(cut.production, self._sessions.prices, cut.by_take[take])
        return not self._sessions.grant(session, [Wanted(take, amount)])

    def _make(
        self,
        key: _Key,
        takes: Sequence[str],
        by_take: Mapping[str, tuple[_Cast, FasterCut]],
        now: float,
    ) -> None:
        """Have takes made, unless what makes them is at others, or has just failed."""
        watched = by_take[takes[0]][0].watched
        maker = self._makers.get(key)
        if maker is None:
            own, session = (watched.own, watched.screening.session) if key[1] else (None, "")
            for other in [one for one in self._makers if key[1] and one[:2] == key[:2]]:
                close_aside(self._makers.pop(other))  # what they gave before is not what they see
            maker = self._makers[key] = self._maker_of(key[0], own, session)
        if maker.now.state is MakingState.FAILED and now - self._failed_at.setdefault(key, now) < AGAIN_S:
            return
        if not maker.is_at_it:
            self._failed_at.pop(key, None)
            first = takes[:_AT_ONCE]
            self._begun[key] = {take: by_take[take][1].by_take[take].estimate_s for take in first}
            maker.begin([without_visit(by_take[take][0].shot) for take in first])


def _seen(piece: Piece) -> Sequence[Excerpt | CopyPiece]:
    """What is seen of each shot of a piece."""
    return (piece,) if isinstance(piece, CopyPiece) else piece.excerpts


def _part_of(part: Part, shown: Sequence[Excerpt | CopyPiece]) -> Part:
    """A part with other clips in the places of its own."""
    piece, other = part.piece, shown[0]
    if isinstance(piece, CopyPiece):
        by = other.first - piece.first
        whole = replace(piece, take=other.take, first=other.first, last=other.last)
        return Part(whole, part.first + by, part.last + by)
    excerpts = tuple(one for one in shown if isinstance(one, Excerpt))
    return Part(replace(piece, excerpts=excerpts), part.first, part.last)
