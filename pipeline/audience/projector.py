"""A film as it is shown: what it is made of, what of that is there, and its fragments.

The film is the one that was opened: what becomes of its document afterwards is for whoever opens it then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assembly.cut.pieces import CopyPiece, Piece
from assembly.delivery.live.fragments import AAC_SAMPLES, Fragment, Part, fragments_of, shots_of, target_s
from assembly.delivery.live.remux import SoundTrack
from assembly.picture.stitch import StitchPiece
from assembly.sound.soundtrack import Soundtrack
from assembly.words.shot_card import ShotCard
from pipeline.audience.clips import Clips, Source
from pipeline.audience.deciding.standing_in import Standing, standing
from pipeline.audience.sound import FilmSound
from pipeline.audience.way_sounds import WaySounds
from pipeline.film.assemble import pieces_of
from pipeline.film.cards import slate_of
from pipeline.film.lay import keep_inputs, lay_film
from pipeline.film.mixing import sound_file
from pipeline.film.parts import JOINTS, ClipSource, sources_of
from pipeline.film.sound import ENCODED_SOUNDS, encoded_digest, is_foreseen, soundtrack_of
from pipeline.keep import ask_of_each
from pipeline.production.open import open_production
from pipeline.settings import Settings
from storyboard.branching.graph import branches
from storyboard.branching.route import without_visit
from storyboard.document.load import NO_VALUES
from storyboard.document.values import GivenValues
from storyboard.errors import AssemblyError
from storyboard.media import mezzanine
from storyboard.planning.plan import PlannedShot

_SHARED = 2
"""frames of AAC before an answer is due that are heard as what follows it has them"""


@dataclass(frozen=True, slots=True)
class Substitute:
    """What stands in for a part of a fragment.

    Attributes:
        part: what it is copied from; None for cards, and as long as it is waited for.
        sources: what that is made of, by what it knows them by.
        by: the renderers of the takes that stand in, by their shots.
        waits: it will be there in time.
    """

    part: Part | None = None
    sources: Mapping[str, ClipSource] = field(default_factory=dict)
    by: Mapping[str, str] = field(default_factory=dict)
    waits: bool = False


def _cards_alone(part: Part, at: int) -> Substitute:
    """Where nothing but cards stands in."""
    del part, at
    return Substitute()


class Projector:
    """A film that is shown; any number of threads may ask.

    Args:
        path: the film document, or its folder.
        settings: where its store is, and what renders it.
        given: the version of it that is shown: values of its parameters, and what is chosen.
        beside: another way through the same film; what both share is made once.

    Raises:
        ShotfarmError: it cannot be opened; the message says why.
    """

    def __init__(
        self,
        path: Path,
        settings: Settings,
        given: GivenValues = NO_VALUES,
        beside: Projector | None = None,
    ) -> None:
        self.production = open_production(path, settings, given)
        self.plan = self.production.plan()
        self._material = self.production.material(self.plan)
        self._laid = lay_film(self._material)
        self.cut = self._laid.cut
        self.rate = self.cut.picture.rate
        self.target_s = target_s(self.rate)
        self._there = {*self._material.takes}
        self.clips: Clips = beside.clips if beside else Clips(self.production.store, self.rate)
        self.questions = self.plan.questions
        """what is asked on the way, in order"""
        borders = {question.due for question in self.questions}
        self.fragments = fragments_of(self.cut, needs=self.takes_of, borders=borders)
        """all of the film, in order"""
        self._needs = {
            fragment.start: frozenset(take for part in fragment.parts for take in self.takes_of(part.piece))
            for fragment in self.fragments
        }
        self.needed_at: dict[str, int] = {}
        """the frame of the film that waits first for each take"""
        for fragment in self.fragments:
            for take in self.needs(fragment):
                self.needed_at.setdefault(take, fragment.start)
        self.there = self._ranges()
        """the frames of the film whose takes are there, as ranges in order"""
        self.name = self.cut.digest
        """of what is shown: no two ways that show something else have it"""
        self.shots = {shot.digest: shot for shot in self.plan.cut}
        """of the film, by the digests of their takes; of several that share one, the last"""
        self.scenes = [
            (without_visit(scene.id), self.cut.shot_starts[scene.shots[0].id])
            for scene in self.plan.film.scenes
            if scene.shots
        ]
        """of the way by their ids, each with its first frame"""
        self.shots_of: dict[str, list[PlannedShot]] = {}
        """all that any way may show, by their scenes' ids"""
        for shot in self.plan.of_all_ways:
            self.shots_of.setdefault(shot.scene, []).append(shot)
        language = self.plan.film.language
        self._slates = {shot.id: slate_of(scene, shot, language) for scene, shot in self.plan.film.shots()}
        self._sound: FilmSound | None = None
        self._foreseen = is_foreseen(self._material)
        self._soundtrack: Soundtrack | None = None
        self._heard = self._soundtrack_digest() if self._foreseen or not self.missing else None
        self._is_beside = beside is not None
        self.way_sounds: WaySounds | None = beside.way_sounds if beside else self._sounds_of_ways()
        keep_inputs(self.production.store, self._material, self._laid)

    def close(self) -> None:
        """Make nothing more ready."""
        if self._is_beside:
            return
        self.clips.close()
        if self.way_sounds:
            self.way_sounds.close()

    @property
    def folder(self) -> Path:
        """The project folder."""
        return self.production.folder

    @property
    def missing(self) -> tuple[str, ...]:
        """The digests of the takes that are not there, in the order of the film."""
        return tuple(dict.fromkeys(shot.digest for shot in self.plan.cut if shot.digest not in self._there))

    def is_there(self, take: str) -> bool:
        """Whether a take was there when it was last looked for."""
        return take in self._there

    def look(self, takes: Iterable[str]) -> bool:
        """Look for takes that were missing; whether one of them is there now.

        Raises:
            StoreError: the store cannot be read.
        """
        found = {take for take in takes if take not in self._there and self.production.takes.find(take)}
        self._there |= found
        if found:
            self.there = self._ranges()
            if not self._foreseen and not self.missing:
                self._material = self.production.material(self.plan)
                self._heard = self._soundtrack_digest()
        return bool(found)

    def takes_of(self, piece: Piece) -> Collection[str]:
        """The digests of the takes that must be there before a piece can be shown."""
        sources = sources_of(piece, self._laid.sources).values()
        return {take for source in sources for take in source.takes}

    def source(self, name: str) -> ClipSource:
        """A clip that the cut is made of, by what it knows it by."""
        return self._laid.sources[name]

    def needs(self, fragment: Fragment) -> Collection[str]:
        """The digests of the takes that must be there before a fragment can be sent."""
        return self._needs[fragment.start]

    def lacks_anything(self) -> bool:
        """Whether anything of the film has to be made: takes, what lies between them, or the sound.

        Raises:
            StoreError: the store cannot be read.
        """
        if self.missing or (self.is_heard and self.sound() is None):
            return True
        if any(not shot.exists for shot in self.plan.of_all_ways):
            return True
        keys = [source.key for source in self._laid.sources.values()]
        keys += [(JOINTS, joint.digest) for joint in self.cut.joints]
        return not all(ask_of_each(lambda key: self.production.store.has(*key), dict.fromkeys(keys)))

    def _ranges(self) -> tuple[tuple[int, int], ...]:
        """The frames of the film whose takes are there, as ranges in order."""
        ranges: list[tuple[int, int]] = []
        for fragment in self.fragments:
            if not self._there.issuperset(self.needs(fragment)):
                continue
            if ranges and ranges[-1][1] == fragment.start:
                ranges[-1] = (ranges[-1][0], fragment.end)
            else:
                ranges.append((fragment.start, fragment.end))
        return tuple(ranges)

    def ready(self, fragment: Fragment, *, made_elsewhere: bool) -> bool:
        """Whether a fragment whose takes are there can be sent now; what it lacks is made.

        Raises:
            ShotfarmError: something of it cannot be made, or the store cannot be read.
        """
        return self.clips.ready(fragment, self._laid.sources, made_elsewhere=made_elsewhere)

    # As a whole -----------------------------------------------------------------------------------

    def pieces(self) -> list[StitchPiece]:
        """All of its picture as ranges of clips that join by copy; its takes are there.

        Raises:
            AssemblyError: a take is not there, or ffmpeg fails.
            StoreError: the store cannot be read or written.
        """
        return pieces_of(self.production.store, self._laid)

    def sound_file(self) -> Path | None:
        """Its encoded sound; None where nothing is heard.

        Raises:
            AssemblyError: it is not there, or cannot be read.
            StoreError: the store cannot be read.
        """
        if not self.is_heard:
            return None
        sound = self.sound()
        if sound is None:
            raise AssemblyError("the sound is not there yet")
        return sound.track.path

    # What stands in -------------------------------------------------------------------------------

    @property
    def stands_in(self) -> bool:
        """Whether the film wants something to stand in for shots that are not there in time."""
        return bool(self.production.film.stand_ins)

    def stand_in(
        self, fragment: Fragment, substitute: Callable[[Part, int], Substitute] = _cards_alone
    ) -> tuple[Fragment, Sequence[Standing]] | None:
        """A fragment as it is shown without the takes that it lacks, and what stands in for what.

        None as long as it cannot be sent: what it needs is made.

        Args:
            fragment: whose takes are not all there.
            substitute: what stands in for a part whose takes are not there, which begins at a frame.

        Raises:
            ShotfarmError: something of it cannot be made, or the store cannot be read.
        """
        missing = {shot.shot for shot in self.plan.cut if shot.digest not in self._there}
        parts, stood, at = list[Part](), list[Standing](), fragment.start
        sources: dict[str, Source] = {**self._laid.sources}
        for part in fragment.parts:
            end = at + part.last - part.first
            if self._there.issuperset(self.takes_of(part.piece)):
                parts.append(part)
            else:
                found = substitute(part, at)
                if found.waits:
                    return None
                starts = [(shot, self.cut.shot_starts[shot]) for shot in shots_of(part.piece)]
                stands = [
                    replace(one, by=found.by.get(one.shot, "")) for one in standing(at, end, starts, missing)
                ]
                stood += stands
                sources |= found.sources
                if found.part:
                    parts.append(found.part)
                for shot, card in ((one.shot, card) for one in stands for card in self._cards(one)):
                    sources[card.digest] = card
                    parts.append(Part(CopyPiece(shot, card.digest, 0, card.frames), 0, card.frames))
            at = end
        made = Fragment(fragment.start, tuple(parts))
        return (made, stood) if self.clips.ready(made, sources) else None

    def _cards(self, one: Standing) -> list[ShotCard]:
        """The clips that show a card for so many frames: a GOP again and again, and what is left of one."""
        if one.by:
            return []
        slate = self._slates[one.shot]
        whole, rest = divmod(one.end - one.start, mezzanine.GOP_FRAMES)
        lengths = [mezzanine.GOP_FRAMES] * whole + [rest] * bool(rest)
        return [ShotCard(slate, frames, self.cut.picture) for frames in lengths]

    # The sound ------------------------------------------------------------------------------------

    @property
    def is_heard(self) -> bool:
        """Whether there is a sound beside the picture, or will be: where takes make it, nobody knows yet."""
        return self._heard != ""

    @property
    def is_foreseen(self) -> bool:
        """Whether all that is heard is known before all takes are there."""
        return self._heard is not None

    @property
    def mixes_here(self) -> bool:
        """Whether its sound is mixed where it is shown: it goes on from that of other ways."""
        return self.way_sounds is not None

    def sound(self) -> FilmSound | None:
        """The film's sound, once it is encoded.

        Raises:
            AssemblyError: it cannot be read.
            StoreError: the store cannot be read.
        """
        if self._sound is None and self._heard and self._soundtrack:
            store, name = self.production.store, self._heard
            if self.way_sounds:
                self.way_sounds.want(self._heard, self._soundtrack)
                name = self.way_sounds.digest(self._soundtrack) or ""
            found = store.find(ENCODED_SOUNDS, name) if name else None
            if found:
                track = SoundTrack.of(sound_file(store, found), self.rate)
                self._sound = FilmSound(name, track, self.target_s, self._sound_borders(track.sample_rate))
        return self._sound

    def sound_border(self, due: int, sample_rate: int) -> int:
        """The frame of AAC with which what is heard may depend on an answer: shortly before it is due.

        Before it, and as long as a frame sounds on into the next, all ways sound the same.
        """
        return int(due / self.rate * sample_rate) // AAC_SAMPLES - _SHARED

    def _sound_borders(self, sample_rate: int) -> tuple[int, ...]:
        return tuple(self.sound_border(question.due, sample_rate) for question in self.questions)

    def _sounds_of_ways(self) -> WaySounds | None:
        """What makes the sounds of all ways, where there are several."""
        if self._soundtrack is None or not branches(self.production.film):
            return None
        return WaySounds(self.production.store, self._soundtrack, self._material.loudness_lufs)

    def _soundtrack_digest(self) -> str:
        """What the encoded sound is called in the store; empty where nothing is heard."""
        sound = self._soundtrack = soundtrack_of(self._material, self.production.store)
        return encoded_digest(sound, self._material.loudness_lufs) if sound.sources() else ""
