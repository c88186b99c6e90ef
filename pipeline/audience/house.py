"""A film and all who watch it: they are given what comes, and what is missing is made as they come to it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial

from assembly.delivery.live.fragments import Fragment
from assembly.delivery.live.playlists import Rendition, stream_playlist
from assembly.delivery.live.remux import AAC_CODEC
from pipeline.audience.amounts import amount_of
from pipeline.audience.chances_kept import KeptCounts
from pipeline.audience.cuts import Cut, KeptCuts
from pipeline.audience.deciding.decisions import Decision, key_of, open_question
from pipeline.audience.deciding.standing_in import Standing, is_stood_in
from pipeline.audience.deciding.starting import begins_in_s
from pipeline.audience.making import Maker, MakingState, close_aside
from pipeline.audience.open_sessions import OpenSessions, Wanted
from pipeline.audience.paths import Paths
from pipeline.audience.positions import Position, due_of, moved
from pipeline.audience.progress import Progress
from pipeline.audience.projector import Projector
from pipeline.audience.screening import Screening, rest_of
from pipeline.audience.sharing import Sharing
from pipeline.audience.understudies import MakerOf, Understudies, Watched
from pipeline.audience.waiting import (
    MissingTake,
    Wait,
    wait_for_nothing,
    wait_for_parts,
    wait_for_sound,
    wait_for_takes,
)
from pipeline.audience.ways import Ways
from pipeline.production.renderers import faster_renderers
from storyboard.branching.route import without_visit
from storyboard.document.values import GivenValues
from storyboard.errors import NotNow, ShotfarmError, UsageError

LOOK_S = 0.15
"""how often is looked for what has come"""
FORGOTTEN_S = 600.0
"""a screening that nobody asked anything of for so long is no more"""
_LEAD_S = 1.0
"""a moment that has moved by less is not told to the farm again"""
_LOOKED_FOR = 8
"""missing takes that are looked for each time, whether anybody says that they are there or not"""
_PARTS_S = 1.5
"""joints and segments that the farm makes are waited for so long; then they are made here"""
_READY = 8
"""fragments that are made ready before somebody comes to them"""
_ROOM = Fraction(3, 2)
"""how much more than was measured a stream may take of whose fragments some are not there yet"""
_log = logging.getLogger(__name__)


def _keep_nothing(decision: Decision, values: GivenValues) -> None:
    """Where nothing of what is decided is kept here."""


class House:
    """Everybody who watches a film; any number of threads may ask.

    Args:
        projector: of the film.
        maker: what makes it.
        key: the name of the screening that is everybody's: of players that keep no place of their own.
        ways: opens what those see who answer; without them nobody is asked anything.
        maker_of: makes what is made for the values of one viewer alone.
        counts: how often answers were chosen.
        sharing: makes what viewers share; without it nothing is shared.
        sessions: where each who watches has a film of their own, whose they are.
        faster: what makes takes of faster renderers, which stand in; without it cards alone do.
    """

    def __init__(
        self,
        projector: Projector,
        maker: Maker,
        key: str,
        ways: Ways | None = None,
        maker_of: Callable[[GivenValues, str], Maker] | None = None,
        counts: KeptCounts | None = None,
        sharing: Sharing | None = None,
        sessions: OpenSessions | None = None,
        faster: MakerOf | None = None,
    ) -> None:
        self.projector = projector
        self.sessions = sessions
        self._sharing = sharing
        self.maker = maker
        self._paths = Paths(projector, ways, counts or KeptCounts(), pictures=sessions is not None)
        self._maker_of = maker_of
        self._makers: dict[str, tuple[tuple[tuple[str, str], ...], Maker]] = {}
        self._ways_of: dict[str, Projector] = {}
        self._everybodys = {shot.digest for shot in projector.plan.shots}
        self._progress = Progress(projector.folder)
        self._understudies: Understudies | None = None
        production = projector.production
        names = faster_renderers(production.film, production.choices.default_name)
        if faster and names:
            self._understudies = Understudies(projector, names, faster, self._progress, sessions)
        self._own = Screening(projector.fragments, key)
        self._screenings = {key: self._own}
        self._lock = threading.Lock()
        self._lacks_since: dict[tuple[str, int], float] = {}
        self._troubles: dict[tuple[str, int], ShotfarmError] = {}
        self._trouble: ShotfarmError | None = None
        self._due: Mapping[str, float] = {}
        self._end = threading.Event()
        self.changes = 0
        """counts what has changed for those who watch"""
        if projector.lacks_anything():
            maker.begin()
        if sharing:
            sharing.resume(lambda answers: self._paths.after(answers)[0])
        self._thread = threading.Thread(target=self._work, name="house", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Give nobody anything any more, and let go of what is being made."""
        self._end.set()
        self._thread.join()
        if self._sharing:
            self._sharing.close()
        for maker in self._every_maker():
            maker.close()
        if self._understudies:
            self._understudies.close()
        self._paths.close()
        self.projector.close()

    # Who watches ----------------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """The name of the screening that is everybody's."""
        return self._own.key

    def begin(self, frame: int, answers: Sequence[str | None] = (), session: str = "") -> Screening:
        """A screening for somebody, from a frame of the film on.

        Args:
            frame: where they want to begin; at the latest before the first question that is not decided.
            answers: what they decided before.
            session: the id of the session that it is of; empty for nobody's own.

        Raises:
            AnswerError: an answer cannot be taken.
            ShotfarmError: the way cannot be opened.
        """
        way, decisions = self._paths.after(answers)
        question = open_question(way.questions, decisions) if self._paths.are_asked else None
        frame = min(frame, (question.due if question else way.cut.frames) - 1)
        made = Screening.of(way.fragments, frame, way.rate)
        made.position = Position(frame, time.monotonic(), moves=False)
        made.questions = way.questions if self._paths.are_asked else ()
        made.decisions, made.session = decisions, session
        with self._lock:
            self._ways_of[made.key] = way
            self._give(made)
            self._screenings[made.key] = made
        self._make_for(made)
        return made

    def way(self, screening: Screening) -> Projector:
        """The way that a screening goes."""
        return self._ways_of.get(screening.key, self.projector)

    def decide(
        self,
        key: str,
        number: int,
        answer: str | None,
        keep: Callable[[Decision, GivenValues], None] = _keep_nothing,
        *,
        counted: bool = True,
    ) -> None:
        """Somebody answers the next question of their way, or lets its default hold.

        Args:
            key: of their screening.
            number: of the question, from 0.
            answer: as `Decision` has it.
            keep: is told what was decided, and the version of the film that all comes to, before it holds.
            counted: whether it counts among those by which it is known how likely answers are.

        Raises:
            NotNow: it is decided already.
            AnswerError: the answer cannot be taken, in words for whoever gave it.
            ShotfarmError: the way cannot be opened.
        """
        screening = self.screening(key)
        if number != len(screening.decisions) or screening.question is None:
            raise NotNow("this is decided already")
        way, decisions = self._paths.on(self.way(screening), screening.decisions, answer, counted=counted)
        keep(decisions[-1], self._paths.values(decisions))
        with self._lock:
            if number != len(screening.decisions):
                raise NotNow("this is decided already")
            screening.goes_on(decisions, rest_of(way.fragments, screening.since), way.questions)
            self._ways_of[screening.key] = way
            self._give(screening)
        self.changes += 1
        self._make_for(screening)

    def _make_for(self, screening: Screening) -> None:
        """Have made what is made for this viewer alone."""
        way = self.way(screening)
        own = self._paths.own(screening.decisions)
        if not own or self._maker_of is None or not way.lacks_anything():
            return
        shots = self._granted(screening, way)
        if shots == ():
            return
        name = key_of(own)
        with self._lock:
            if screening.key not in self._screenings:
                return  # its viewer was forgotten meanwhile
            before, maker = self._makers.get(screening.key, (None, None))
            if maker is None or before != name:
                if maker:
                    close_aside(maker)
                maker = self._maker_of(own, screening.session)
                self._makers[screening.key] = name, maker
                self._due = {}
        maker.begin(shots or ())

    def _granted(self, screening: Screening, way: Projector) -> tuple[str, ...] | None:
        """The shots that are made for a session alone, as far as limits let them; None without sessions.

        First those of its way, then those that it may come to.
        """
        if self.sessions is None or not screening.session:
            return None
        planned = {shot.digest: shot for shot in (*way.plan.cut, *way.plan.of_all_ways)}
        own = [
            shot
            for digest, shot in planned.items()
            if digest not in self._everybodys and not shot.exists and not way.is_there(digest)
        ]
        wanted = [Wanted(shot.digest, amount_of(way.production, self.sessions.prices, shot)) for shot in own]
        screening.held = self.sessions.grant(screening.session, wanted)
        return tuple(without_visit(shot.shot) for shot in own if shot.digest not in screening.held)

    def try_again(self, session: str) -> None:
        """Make what is missing, after it failed: of the film, and of what is a session's own."""
        self.maker.begin()
        with self._lock:
            own = [one for one in self._screenings.values() if one.key in self._makers]
        for screening in own:
            if screening.session == session:
                self._make_for(screening)

    def maker_for(self, screening: Screening) -> Maker:
        """What makes what a screening shows."""
        return self._makers.get(screening.key, (None, self.maker))[1]

    def screening(self, key: str) -> Screening:
        """The one of this name.

        Raises:
            UsageError: there is none, or nobody asked for it for long.
        """
        found = self._screenings.get(key)
        if found is None:
            raise UsageError("there is no such screening", "load the page again")
        found.asked_at = time.monotonic()
        return found

    def place(self, key: str, frame: int, *, moves: bool) -> None:
        """Somebody says where they are.

        Raises:
            UsageError: there is no such screening.
        """
        self.screening(key).position = Position(frame, time.monotonic(), moves)

    # What they share ------------------------------------------------------------------------------

    def share(self, screening: Screening) -> str:
        """Share what somebody has watched to its end: the name of the cut, which is made.

        Raises:
            UsageError: nothing is shared here.
            NotNow: something of it is not decided, or not there yet.
        """
        if self._sharing is None:
            raise UsageError("nothing is shared here")
        if screening.question is not None:
            raise NotNow("the film is not over yet", "share it when all that it asks is answered")
        answers = [one.answer for one in screening.decisions]
        own = bool(self._paths.own(screening.decisions))
        return self._sharing.share(_viewer(screening), self.way(screening), answers, own=own)

    def opened(self, name: str) -> Cut:
        """A cut whose link somebody opens.

        Raises:
            UsageError: there is none of this name.
            StoreError: it cannot be kept.
        """
        return self.cuts.of(name) if self._sharing is None else self._sharing.opened(name)

    def shared(self, screening: Screening) -> str:
        """The name of the cut that somebody has shared, or would.

        Raises:
            UsageError: nothing is shared here.
        """
        if self._sharing is None:
            raise UsageError("nothing is shared here")
        return self._sharing.name_of(_viewer(screening), self.way(screening))

    @property
    def cuts(self) -> KeptCuts:
        """What was shared of the film.

        Raises:
            UsageError: nothing is shared here.
        """
        if self._sharing is None:
            raise UsageError("nothing is shared here")
        return self._sharing.kept

    # What they are given --------------------------------------------------------------------------

    def stream(self, screening: Screening) -> str | None:
        """The playlist of a screening; None as long as there is too little of it.

        Raises:
            ShotfarmError: what is there cannot be read.
        """
        projector = self.projector
        sound = projector.sound()
        if not screening.is_offered or (projector.is_heard and sound is None):
            return None
        bits = max(map(projector.clips.bits_per_second, screening.shown))
        if not screening.is_whole:
            bits *= _ROOM
        rendition = Rendition(
            "picture.m3u8",
            projector.clips.picture.size,
            projector.rate,
            projector.clips.picture.codec,
            int(bits + (sound.bits_per_second if sound else 0)) + 1,
            "sound.m3u8" if sound else None,
            AAC_CODEC,
            projector.production.film.language,
        )
        return stream_playlist(rendition)

    def fragment(self, screening: Screening, start: int) -> Fragment:
        """A fragment that somebody was told of.

        Of the screening that is everybody's, whoever fetches one is taken to be at the one before.

        Raises:
            UsageError: nobody was told of such a one.
        """
        given = screening.shown
        found = next((number for number, one in enumerate(given) if one.start == start), None)
        if found is None:
            raise UsageError("there is no such fragment")
        if screening is self._own:
            screening.position = Position(given[max(0, found - 1)].start, time.monotonic(), moves=True)
        return given[found]

    def sound(self, screening: Screening, begin: int, name: str) -> bytes | None:
        """A fragment of sound that somebody was told of; None where they were told of no such one."""
        told = [*screening.heard]
        if not screening.questions and (sound := self.way(screening).sound()):
            told = [(sound, *span) for span in sound.fragments]
        for sound, first, last in told:
            if first == begin and sound.name(begin) == name:
                return sound.track.fragment(first, last)
        return None

    def wait(self, screening: Screening) -> Wait | None:
        """What a screening waits for; None where it has all that it needs, or is whole."""
        projector, making = self.way(screening), self.maker_for(screening).now
        try:
            lacks_sound = projector.is_heard and projector.sound() is None
        except ShotfarmError as error:
            return Wait.failed_by(error)
        if screening.is_offered and lacks_sound:
            return wait_for_sound(making, foreseen=projector.is_foreseen, here=projector.mixes_here)
        fragment = screening.next
        if fragment is None:
            return None
        if trouble := self._trouble or self._troubles.get((projector.name, fragment.start)):
            return Wait.failed_by(trouble)
        takes = self._lacking(projector, fragment)
        for take in takes:
            if take.digest in screening.held:
                return wait_for_nothing(take.shot, screening.held[take.digest])
        return wait_for_takes(takes, making, self._progress.rendering) if takes else wait_for_parts()

    def plays_on_in_s(self, screening: Screening) -> float | None:
        """Seconds to wait so that a film need not stop in the next `paths.AHEAD_S`, and no other must for it.

        None where nobody can say: nothing renders yet.
        """
        workers, now = self._progress.rendering, time.monotonic()
        if not workers:
            return None
        with self._lock:
            others = [one for one, _ in self._playing(now) if one is not screening]
        own = self._paths.coming(screening, self.way(screening), now)
        theirs = [coming for one in others for coming in self._paths.coming(one, self.way(one), now)]
        left_s = {take: self._progress.left_s(take) for take in {one.take for one in (*own, *theirs)}}
        making = {take: seconds for take, seconds in left_s.items() if seconds is not None}
        return begins_in_s(own, theirs, making, max(workers, len(making)))

    def _lacking(self, way: Projector, fragment: Fragment) -> list[MissingTake]:
        """The takes that are not there before a fragment can be sent."""
        takes = (take for take in way.needs(fragment) if not way.is_there(take))
        return [self._progress.of(way.shots[take]) for take in takes]

    # What happens meanwhile -----------------------------------------------------------------------

    def _work(self) -> None:
        while not self._end.wait(LOOK_S):
            before, self._trouble = self._trouble, None
            try:
                self._look()
            except ShotfarmError as error:  # such as a store that is away: it may come back by itself
                self._trouble = error
                if before is None:
                    _log.error("%s", error.in_words)
                    self.changes += 1
            self._lead()
            self._lead_faster()
            for maker in self._every_maker():
                maker.look(time.monotonic())

    def _look(self) -> None:
        """Take what has come, and give it to whoever waits for it."""
        changed = self._progress.look()
        if self._understudies:
            self._understudies.look()
        with self._lock:
            screenings = [*self._screenings.values()]
        foreseen = [
            (way, self._paths.first_after(way, due, _READY))
            for each in screenings
            if each is not self._own
            for way, due in self._paths.foreseen(each)
        ]
        by_way: dict[str, tuple[Projector, list[Fragment]]] = {self.projector.name: (self.projector, [])}
        for way, fragments in [
            *((self.way(one), [one.next] if one.next else []) for one in screenings),
            *foreseen,
        ]:
            by_way.setdefault(way.name, (way, []))[1].extend(fragments)
        for way, fragments in by_way.values():
            changed |= self._look_at(way, fragments)
        for way, fragments in foreseen:
            way.sound()
            for fragment in fragments:
                self._is_ready(way, fragment)
        with self._lock:
            for screening in screenings:
                changed |= self._give(screening)
                if screening is not self._own and self._is_over(screening):
                    self._forget(screening)
        self.changes += changed

    def _is_over(self, screening: Screening) -> bool:
        """Whether nobody asks for it any more, or its viewer is forgotten."""
        if time.monotonic() - screening.asked_at > FORGOTTEN_S:
            return True
        return bool(self.sessions and self.sessions.log.is_forgotten(screening.session))

    def _forget(self, screening: Screening) -> None:
        self._screenings.pop(screening.key, None)
        self._ways_of.pop(screening.key, None)
        if found := self._makers.pop(screening.key, None):
            close_aside(found[1])
        if self._understudies:
            self._understudies.forget(screening.key)

    def _look_at(self, way: Projector, awaited: Sequence[Fragment]) -> bool:
        """Look for what is missing on a way; whether some of it has come."""
        missing = way.missing
        if not missing:
            return False
        made = {*self._progress.done, *(take for fragment in awaited for take in way.needs(fragment))}
        return way.look([*missing[:_LOOKED_FOR], *(take for take in missing if take in made)])

    def _give(self, screening: Screening) -> bool:
        """Give a screening what is ready of it; whether there was anything."""
        before, way = screening.given, self.way(screening)
        while (fragment := screening.next) is not None:
            if self._is_ready(way, fragment):
                screening.gives()
            elif stand_in := self._stand_in(screening, way, fragment):
                screening.gives(stand_in)
            else:
                break
        for fragment in screening.fragments[screening.given + 1 : screening.given + _READY]:
            self._is_ready(way, fragment)
        return screening.given > before or self._give_sound(screening, way)

    def _stand_in(
        self, screening: Screening, way: Projector, fragment: Fragment
    ) -> tuple[Fragment, Sequence[Standing]] | None:
        """What stands in for the next fragment of a screening; None as long as it is waited for.

        The screening that is everybody's waits: what it has been given stays for whoever opens it later.
        """
        now = time.monotonic()
        position = screening.watched_from(now)
        stands_in = way.stands_in or any(take in screening.held for take in way.needs(fragment))
        if not stands_in or screening is self._own or position is None or not position.moves:
            return None
        if way.is_heard and way.sound() is None:
            return None
        ahead_s = (fragment.start - position.now(now, way.rate, fragment.start)) / float(way.rate)
        there_in_s = [one.there_in_s for one in self._lacking(way, fragment)]
        if not is_stood_in(ahead_s, there_in_s):
            return None
        wait = self.wait(screening)
        if wait is None or wait.failed:
            return None
        try:
            if self._understudies is None or not way.stands_in:
                return way.stand_in(fragment)
            return way.stand_in(fragment, partial(self._understudies.substitute, way, ahead_s=ahead_s))
        except ShotfarmError as error:
            self._troubles[way.name, fragment.start] = error
            return None

    def _give_sound(self, screening: Screening, way: Projector) -> bool:
        """Give a screening what is heard as far as it is decided, where that depends on answers."""
        if not screening.questions or (sound := way.sound()) is None:
            return False
        question = screening.question
        return screening.hears(
            sound, way.sound_border(question.due, sound.track.sample_rate) if question else None
        )

    def _is_ready(self, way: Projector, fragment: Fragment) -> bool:
        """Whether a fragment can be sent; what it lacks is made, where its takes are there."""
        if not all(map(way.is_there, way.needs(fragment))):
            return False
        now, key = time.monotonic(), (way.name, fragment.start)
        since = self._lacks_since.setdefault(key, now)
        elsewhere = self.maker.is_at_it and now - since < _PARTS_S
        try:
            ready = way.ready(fragment, made_elsewhere=elsewhere)
        except ShotfarmError as error:
            self._troubles[key] = error
            return False
        self._troubles.pop(key, None)
        return ready

    def _lead(self) -> None:
        """Tell the farm when somebody comes to what is missing; where nobody watches, from the beginning."""
        if self._paths.are_asked:
            self._lead_on_ways()
            return
        missing = {*self.projector.missing}
        if not missing:
            return
        now, rate = time.monotonic(), self.projector.rate
        with self._lock:
            watched = [
                position.now(now, rate, one.until)
                for one in self._screenings.values()
                if (position := one.watched_from(now))
            ]
        needed_at = {take: frame for take, frame in self.projector.needed_at.items() if take in missing}
        due = due_of(watched or [0.0], needed_at, rate, time.time())
        self._tell(due)

    def _lead_on_ways(self) -> None:
        """The same of a film that asks: what viewers may come to, by how likely and how near it is."""
        now = time.monotonic()
        with self._lock:
            watched = [(one, self.way(one)) for one in self._screenings.values() if one.watched_from(now)]
        left_s = {
            one.key: self.sessions.left_s(one.session) for one, _ in watched if self.sessions and one.session
        }
        watched = watched or [(self._own, self.projector)]
        self._tell(self._paths.due(watched, now, time.time(), left_s))

    def _lead_faster(self) -> None:
        """Have made by faster renderers what those who watch come to too soon."""
        if self._understudies is None or self.maker.now.state is MakingState.FAILED:
            return
        now = time.monotonic()
        with self._lock:
            watched = [*self._watched_from(now)]
        try:
            self._understudies.lead(watched, now, time.time())
        except ShotfarmError as error:
            _log.error("%s", error.in_words)

    def _playing(self, now: float) -> Iterator[tuple[Screening, Position]]:
        """Whose film plays, and where they are."""
        for one in self._screenings.values():
            position = one.watched_from(now)
            if position is not None and position.moves:
                yield one, position

    def _watched_from(self, now: float) -> Iterator[Watched]:
        """Those whose film plays, and the ways that they may go."""
        for one, position in self._playing(now):
            if one is self._own:
                continue
            way, question = self.way(one), one.question
            spans = [(way, one.until, question.due if question else way.cut.frames)]
            spans += [(other, due, other.cut.frames) for other, due in self._paths.foreseen(one)]
            yield Watched(one, position.now(now, way.rate, one.until), spans, self._paths.own(one.decisions))

    def _tell(self, due: Mapping[str, float]) -> None:
        if moved(self._due, due, _LEAD_S):
            self._due = due
            for maker in self._every_maker():
                maker.lead(due)

    def _every_maker(self) -> list[Maker]:
        with self._lock:
            return [self.maker, *(maker for _, maker in self._makers.values())]


def _viewer(screening: Screening) -> str:
    """Whose a screening is: a session's, where there are any."""
    return screening.session or screening.key
