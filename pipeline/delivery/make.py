"""One deliverable being made: what its files are made of, and what they must be."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from assembly.cut.cut import darkened
from assembly.cut.pieces import Chapter
from assembly.delivery import formats
from assembly.delivery.expected import Expected
from assembly.delivery.reels import join_reels
from assembly.picture import film_file
from assembly.sound.soundtrack import Soundtrack
from farm.store.store import Store
from pipeline.delivery.burned_words import Drawing, sheet_shots
from pipeline.delivery.report import Report
from pipeline.delivery.subtitle_tracks import Captions
from pipeline.film.assemble import FilmInParts, film_path
from pipeline.film.lay import reels_for
from pipeline.film.mixing import encoded_sound, gain_of, mix_of, write_sound
from pipeline.film.part_queue import Finishing, Key
from pipeline.film.parts import reel_of
from pipeline.film.sound import ENCODED_SOUND
from pipeline.keep import Stages
from pipeline.production.material import Material
from storyboard.media.timing import sample_at, seconds_at
from storyboard.schema.deliverables import SOUNDING, Deliverable, DeliverableKind

_LOSSY = SOUNDING - {DeliverableKind.MASTER, DeliverableKind.MASTER_DNXHR, DeliverableKind.STEMS}

_MIX = "mix.wav"


class Making:
    """One deliverable of one film.

    Attributes:
        film: what it is made of.
        what: as the film document or the command asks for it.
        name: how the names of its files begin.
        size: width and height of its picture.
        heights: of its renditions, where it has several.
        lufs: how loud it shall be.
        reels: what its picture is joined from, by height, where it is not encoded as a whole.
        found: what was measured of its files.
    """

    def __init__(
        self,
        material: Material,
        store: Store,
        film: FilmInParts,
        what: Deliverable,
        stages: Stages,
        finishing: Finishing,
    ) -> None:
        self.material = material
        self.store = store
        self.finishing = finishing
        self.film = film
        self.what = what
        self.kind = what.kind
        self.stages = stages
        self.name = film_path(material.film.title, material.folder).stem
        self.size = what.size(material.film.format.size)
        self.captions = Captions(material.film, store, film, what)
        self.drawing = Drawing(material, store, film, what, self.captions)
        self.frames = self.drawing.slate_frames + film.cut.frames
        self.reels = reels_for(film.laid, material.film, what)
        self.heights = what.heights(material.film.format.size)
        self.lufs = material.loudness_lufs if what.loudness_lufs is None else what.loudness_lufs
        self.found = Report()
        self._keys: list[Key] = []

    def begin(self) -> None:
        """Have its reels made."""
        laid = self.film.laid
        for reels in self.reels.values():
            self._keys += self.finishing.want_reels(laid, reels)
        if self.reels:
            self.finishing.takes([take for source in laid.sources.values() for take in source.made_of])

    def joined(self, folder: Path) -> dict[int, Path]:
        """The picture by height, from reels that are made where they are missing."""
        store, laid = self.store, self.film.laid
        self.finishing.finish(self._keys, reels=f"{self.kind}")
        joined = {}
        for height, reels in self.reels.items():
            joined[height] = folder / f"{height}{formats.suffix(self.what.coded_as)}"
            paths = [(reel_of(store, reel, laid.sources), reel.piece.frames) for reel in reels]
            join_reels(self.what.coded_as, paths, laid.cut.picture.rate, joined[height])
        return joined

    def finished(self, picture: Path, aside: Path) -> formats.Finished:
        """A picture, and its sound as the kind takes it.

        Args:
            picture: its file.
            aside: where its sound is written.

        Raises:
            AssemblyError: the sound cannot be made.
        """
        cut, sound = self.film.cut, self.sound
        finished = formats.Finished(
            picture,
            None,
            self.frames,
            cut.picture.width,
            cut.picture.height,
            cut.picture.rate,
            sound.sample_rate,
            self.metadata(),
        )
        if self.kind not in SOUNDING:
            return finished
        if self.kind in _LOSSY:
            heard = encoded_sound(self.store, sound, self.lufs, self.stages, self.finishing)
            write_sound(self.store, heard, aside / ENCODED_SOUND)
            return replace(finished, sound=aside / ENCODED_SOUND)
        mix = aside / _MIX
        mix_of(self.store, sound, self.gain_db()).write(mix, self._tell_mix)
        return replace(finished, sound=mix)

    @property
    def sound(self) -> Soundtrack:
        """What is heard, after the silence of its slate; exactly as long as its picture."""
        track, rate = self.film.sound, self.film.cut.picture.rate
        if not self.drawing.slate_frames:
            return track
        before, samples = (
            sample_at(frames, rate, track.sample_rate) for frames in (self.drawing.slate_frames, self.frames)
        )
        return track.later(before, samples)

    def gain_db(self) -> float:
        """What the sum of its stems is turned up by."""
        return gain_of(self.store, self.sound, self.lufs, self.stages, self.finishing)

    def _tell_mix(self, done: float) -> None:
        self.stages.stage("mix", round(100 * done), 100)

    def expected(self, codec: str | None, *, sound: bool, size: tuple[int, int] | None = None) -> Expected:
        """What a file of it must be: its picture in a codec, or none, and with its sound or without."""
        cut, track = self.film.cut, self.film.sound
        rate = cut.picture.rate

        def frame(sample: int) -> int:
            return self.drawing.slate_frames + int(Fraction(sample, track.sample_rate) * rate)

        return Expected(
            frames=self.frames if codec else None,
            size=size or self.size,
            rate=rate,
            codec=codec,
            sound_s=seconds_at(self.frames, rate) if sound else None,
            lufs=self.lufs if track.sources() else None,
            dark=tuple(
                (first + self.drawing.slate_frames, last + self.drawing.slate_frames)
                for first, last in darkened(self.material.film)
            ),
            heard=tuple((frame(first), frame(last)) for first, last in track.sounding()),
        )

    def metadata(self) -> str:
        """Its title and chapters, as ffmpeg reads them."""
        film, cut = self.material.film, self.film.cut
        return film_file.metadata(
            film.title, self.chapters(), self.frames, cut.picture.rate, description=film.logline
        )

    def chapters(self) -> list[Chapter]:
        """Its chapters: the film's scenes, after its slate."""
        slate = [Chapter("Slate", 0)] if self.drawing.slate_frames else []
        return slate + [
            Chapter(chapter.title, chapter.start + self.drawing.slate_frames)
            for chapter in self.film.cut.chapters
        ]

    def poster_frame(self) -> int:
        """The frame of the film that its poster shows."""
        shots = sheet_shots(self.material.film, self.film)
        named = [shot for shot in shots if shot.name == self.what.shot]
        return (named or sorted(shots, key=lambda shot: -shot.frames))[0].middle

    def tell(self, seconds: float) -> None:
        """Say how much of it is encoded."""
        done = min(self.frames, round(seconds * self.film.cut.picture.rate))
        self.stages.stage(f"{self.kind}", done, self.frames)
