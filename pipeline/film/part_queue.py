"""Finishing a film: its segments, joints and reels, each begun as soon as what it is made from is there.

While shots still render, the takes that are there already become segments, joints and reels on processors
that the farm has to spare, so that little is left to do when the last take comes.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assembly.cut.pieces import Joint
from assembly.delivery.reels import Reel
from assembly.sound.soundtrack import Soundtrack
from farm.schedule.chores import Chore, Hands
from farm.schedule.messages import Update
from farm.schedule.states import TaskState
from farm.store.store import Store
from pipeline.film.lay import LaidFilm, keep_inputs, lay_film, reels_for
from pipeline.film.parts import (
    JOINTS,
    PRINTS,
    REELS,
    SEGMENTS,
    TAKES,
    make_joint,
    make_print,
    make_reel,
    make_segment,
    sources_of,
)
from pipeline.film.sound import (
    ENCODED_SOUNDS,
    MIXES,
    encoded_digest,
    is_foreseen,
    mix_digest,
    soundtrack_of,
    way_digest,
)
from pipeline.film.sound_pieces import (
    ENCODED_PIECES,
    LEVELS,
    Step,
    film_steps,
    source_chore,
    way_steps,
)
from pipeline.film.versions import Version, version_of
from pipeline.keep import Stages, ask_of_each
from pipeline.production.line_lengths import SOUNDS
from pipeline.production.material import Material
from pipeline.services.chore_runners import OwnHands
from storyboard.errors import ShotfarmError
from storyboard.planning.plan import Plan
from storyboard.schema.deliverables import Deliverable

_LOOK_S = 0.5

_STAGES = {
    SEGMENTS: "size and rate",
    PRINTS: "look and frame",
    JOINTS: "transitions and titles",
    SOUNDS: "music and effects",
    LEVELS: "loudness",
    ENCODED_PIECES: "mix",
}

_OF_SOUND = (SOUNDS, LEVELS, ENCODED_PIECES)
"""the stages of a film's sound"""

Key = tuple[str, str]
"""what something is kept under: kind and digest"""


class Waiting:
    """Chores that wait for what they are made from. Pure.

    >>> one = Chore("joints", "j", "a joint", print)
    >>> waiting = Waiting()
    >>> waiting.add(one, [("takes", "a"), ("takes", "b")])
    >>> waiting.arrived(("takes", "a")), waiting.arrived(("takes", "b")) == [one]
    ([], True)
    """

    def __init__(self) -> None:
        self._there: set[Key] = set()
        self._chores: dict[Key, Chore] = {}
        self._lacks: dict[Key, set[Key]] = {}
        self._lacking: dict[Key, list[Key]] = {}
        self._ready: list[Key] = []

    def add(self, chore: Chore, needs: Sequence[Key]) -> None:
        """A chore that was not added before, and what it is made from."""
        key = chore.kind, chore.digest
        if key in self._there:
            return
        self._chores[key] = chore
        lacks = self._lacks[key] = {need for need in needs if need not in self._there}
        for need in lacks:
            self._lacking.setdefault(need, []).append(key)
        if not lacks:
            self._ready.append(key)

    def arrived(self, key: Key) -> list[Chore]:
        """Something is there; the chores that can begin because of it."""
        self._there.add(key)
        self._chores.pop(key, None)
        for other in self._lacking.pop(key, ()):
            self._lacks[other].discard(key)
            if not self._lacks[other]:
                self._ready.append(other)
        return self.ready()

    def ready(self) -> list[Chore]:
        """The chores that lack nothing; each is told once."""
        found = [self._chores.pop(key) for key in self._ready if key in self._chores]
        self._ready.clear()
        return found

    def has(self, key: Key) -> bool:
        """Whether something is there."""
        return key in self._there


@dataclass(slots=True)
class _Stepping:
    """Something that is made in steps, and what its present step lacks."""

    steps: Iterator[Step]
    lacks: set[Key]


class Finishing:
    """The chores of a film, and the hands that do them."""

    def __init__(self, store: Store, hands: Hands, stages: Stages) -> None:
        self._store = store
        self._hands = hands
        self._stages = stages
        self._waiting = Waiting()
        self._asked: set[Key] = set()
        self._running: set[Key] = set()
        self._failed: dict[Key, ShotfarmError] = {}
        self._laid: dict[Version, tuple[Plan, LaidFilm]] = {}
        self._stepping: dict[Key, _Stepping] = {}

    def laid(self, material: Material, version: Version | None = None) -> LaidFilm:
        """A plan's film on its frames, as a version of it shows it: laid once, whatever takes are there."""
        version = version or version_of(material.film)
        plan, laid = self._laid.get(version, (None, None))
        if laid is None or plan is not material.plan:
            laid = lay_film(material, version)
            self._laid[version] = material.plan, laid
        return laid

    def want_picture(self, laid: LaidFilm) -> list[Key]:
        """Make what is missing of a film's segments, prints and joints, once takes are there; all of them."""
        keys: list[Key] = []
        for source in laid.sources.values():
            plain = source.plain
            if plain.segment or plain.joined:
                words = f"the segment of shot {source.shot}"
                chore = Chore(SEGMENTS, plain.digest, words, make_segment, (plain,))
                keys.append(self._want(chore, [(TAKES, take) for take in plain.made_of]))
            if source.printed:
                words = f"the print of shot {source.shot}"
                chore = Chore(PRINTS, source.digest, words, make_print, (source,))
                keys.append(self._want(chore, [plain.key, *(each.key for each in source.looked_at)]))
        for joint in laid.cut.joints:
            needs = sources_of(joint, laid.sources)
            words = f"the joint of {' and '.join(dict.fromkeys(joint.shots))}"
            chore = Chore(JOINTS, joint.digest, words, make_joint, (joint, needs))
            keys.append(self._want(chore, [source.key for source in needs.values()]))
        return keys

    def want_reels(self, laid: LaidFilm, reels: Sequence[Reel]) -> list[Key]:
        """Make what is missing of a deliverable's reels, when what they show is there; all of them."""
        if reels:
            self.want_picture(laid)
        keys: list[Key] = []
        for reel in reels:
            needs, piece = sources_of(reel.piece, laid.sources), reel.piece
            shots = " and ".join(dict.fromkeys(source.shot for source in needs.values()))
            chore = Chore(REELS, reel.digest(), f"the {reel.kind} of shot {shots}", make_reel, (reel, needs))
            joint: list[Key] = [(JOINTS, piece.digest)] if isinstance(piece, Joint) else []
            keys.append(self._want(chore, joint or [source.key for source in needs.values()]))
        return keys

    def want_sounds(self, sound: Soundtrack) -> list[Key]:
        """Make what is missing of a film's lines, effects, room tones and cues; all of them."""
        return [self._want(source_chore(digest, one), []) for digest, one in sound.sources().items()]

    def want_mix(self, sound: Soundtrack, target_lufs: float) -> list[Key]:
        """Have a film's sound mixed and encoded by pieces, each once what is heard in it is there."""
        key = ENCODED_SOUNDS, encoded_digest(sound, target_lufs)
        return self._want_heard(key, sound, film_steps(self._store, sound, target_lufs, encoded=True))

    def want_gain(self, sound: Soundtrack, target_lufs: float) -> list[Key]:
        """Have what a film's sound is turned up by found out."""
        key = MIXES, mix_digest(sound, target_lufs)
        return self._want_heard(key, sound, film_steps(self._store, sound, target_lufs, encoded=False))

    def want_way(self, sound: Soundtrack, gain_db: float) -> list[Key]:
        """Have the sound of a way through a film mixed and encoded by pieces."""
        key = ENCODED_SOUNDS, way_digest(sound, gain_db)
        return self._want_heard(key, sound, way_steps(self._store, sound, gain_db))

    def _want_heard(self, key: Key, sound: Soundtrack, steps: Iterator[Step]) -> list[Key]:
        """Nothing where it is there; else what it is called, with its first step begun."""
        if key not in self._asked:
            if self._store.has(*key):
                return []
            self._asked.add(key)
            self.want_sounds(sound)
            self._stepping[key] = _Stepping(steps, set())
            self._step(key)
        return [key]

    def _step(self, key: Key) -> None:
        """Go on with what is made in steps, as far as it can be now."""
        stepping = self._stepping[key]
        try:
            while not stepping.lacks:
                step = next(stepping.steps)
                keys = [self._want(chore, needs) for chore, needs in step]
                stepping.lacks = {one for one in keys if not self._waiting.has(one)}
        except StopIteration:
            del self._stepping[key]
            self._begin(self._arrived(key))
        except ShotfarmError as error:
            del self._stepping[key]
            self._failed[key] = error

    def _arrived(self, key: Key) -> list[Chore]:
        """Something is there; the chores that can begin because of it."""
        chores = self._waiting.arrived(key)
        for other, stepping in [*self._stepping.items()]:
            if key in stepping.lacks:
                stepping.lacks.discard(key)
                if not stepping.lacks:
                    self._step(other)
        return chores + self._waiting.ready()

    def _want(self, chore: Chore, needs: Sequence[Key]) -> Key:
        key = chore.kind, chore.digest
        if key not in self._asked:
            self._asked.add(key)
            self._waiting.add(chore, needs)
        return key

    def takes(self, digests: Sequence[str]) -> None:
        """These takes are there."""
        for digest in digests:
            self._begin(self._arrived((TAKES, digest)))

    def hear(self, update: Update) -> None:
        """What happens on the farm: takes that are done, and time that passes."""
        self.takes([event.digest for event in update.events if event.state is TaskState.DONE])
        self._look(0)

    def begin(self) -> None:
        """Begin what waits for nothing."""
        self._begin(self._waiting.ready())

    def finish(self, keys: Sequence[Key], reels: str = "") -> None:
        """Wait until these are made; `reels` is what the reels among them are for, in words.

        Raises:
            ShotfarmError: one of them, or what it is made from, cannot be made; it says which, and why.
        """
        self.begin()
        wanted, left = set(keys), set(keys)
        while True:
            left = {key for key in left if not self._waiting.has(key)}
            self._tell(wanted, left, reels)
            if not left:
                return
            for key, error in self._failed.items():
                if key in wanted or key[0] != REELS:
                    raise error
            if not self._running:
                raise RuntimeError(f"what {min(left)} is made from was never there")
            self._look(_LOOK_S)

    def _begin(self, chores: Sequence[Chore]) -> None:
        waiting = [*chores]
        while waiting:
            there = ask_of_each(lambda chore: self._store.has(chore.kind, chore.digest), waiting)
            arrived: list[Chore] = []
            for chore, has in zip(waiting, there, strict=True):
                key = chore.kind, chore.digest
                if has:
                    arrived += self._arrived(key)
                else:
                    self._running.add(key)
                    self._hands.begin(chore)
            waiting = arrived

    def _look(self, wait_s: float) -> None:
        if not self._running:
            return
        for chore, error in self._hands.ended(wait_s):
            key = chore.kind, chore.digest
            self._running.discard(key)
            if error is None:
                self._begin(self._arrived(key))
            else:
                self._failed[key] = error

    def _tell(self, wanted: set[Key], left: set[Key], reels: str) -> None:
        heard = {MIXES, ENCODED_SOUNDS}
        if any(kind in heard for kind, _ in wanted):  # it is made of what came to be wanted meanwhile
            of_sound = {key for key in self._asked if key[0] in _OF_SOUND}
            wanted = {key for key in wanted if key[0] not in heard} | of_sound
            left = {key for key in wanted if not self._waiting.has(key)}
        totals, lefts = (Counter(kind for kind, _ in keys) for keys in (wanted, left))
        for kind, total in totals.items():
            self._stages.stage(reels if kind == REELS else _STAGES[kind], total - lefts[kind], total)


@contextlib.contextmanager
def finishing_here(store: Store, stages: Stages, finishing: Finishing | None = None) -> Iterator[Finishing]:
    """What is finishing a film already, or else this process for the time being."""
    if finishing:
        yield finishing
        return
    hands = OwnHands(store)
    try:
        yield Finishing(store, hands, stages)
    finally:
        hands.close()


def finish_meanwhile(
    material: Material, store: Store, finishing: Finishing, wanted: Iterable[Deliverable] | None = None
) -> None:
    """Begin the parts of a film and its deliverables while its shots render, if all of those do.

    Args:
        material: what they are made of.
        store: where takes and parts are.
        finishing: what makes them.
        wanted: the deliverables; those of the film when left out.

    Raises:
        StoreError: what they are made with cannot be put into the store.
    """
    film, plan = material.film, material.plan
    missing = {shot.digest for shot in plan.missing}
    if any(not shot.exists and shot.digest not in missing for shot in plan.cut):
        return
    begun = set[Version]()
    for what in (None, *(film.deliverables.values() if wanted is None else wanted)):
        version = version_of(film, what)
        laid = finishing.laid(material, version)
        if version not in begun:
            begun.add(version)
            keep_inputs(store, material, laid)
            finishing.want_picture(laid)
        for reels in reels_for(laid, film, what).values() if what else ():
            finishing.want_reels(laid, reels)
    sound = soundtrack_of(material, store)
    if is_foreseen(material):
        finishing.want_mix(sound, material.loudness_lufs)
    else:
        finishing.want_sounds(sound)
    finishing.begin()
    finishing.takes([shot.digest for shot in (*plan.cut, *plan.pickups) if shot.exists])
