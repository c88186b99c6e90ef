"""One deliverable being made: its files are written, each by its kind, and each is checked after writing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from assembly.cut.cut import darkened
from assembly.cut.pieces import Chapter
from assembly.delivery import formats, hls, hls_subtitles, stills, verify
from assembly.delivery.film_grain import write_plate
from assembly.delivery.reels import join_reels
from assembly.delivery.track_languages import track_language
from assembly.picture import film_file
from assembly.sound.mix.mix import as_in_mix
from assembly.sound.soundtrack import STEMS
from assembly.sound.sources import ComposedSource
from pipeline.delivery.burned_words import Drawing, sheet_shots
from pipeline.delivery.report import Findings
from pipeline.delivery.subtitle_tracks import Captions
from pipeline.film.assemble import FilmInParts, film_path, measured
from pipeline.film.lay import reels_for
from pipeline.film.part_queue import Finishing, Key
from pipeline.film.parts import reel_of
from pipeline.film.sound import encoded_under_ceiling, mixed, stems_of
from pipeline.keep import Stages
from pipeline.production.line_lengths import SOUND
from pipeline.production.production import Production
from storyboard.media.timing import seconds_at
from storyboard.planning.plan import Plan
from storyboard.planning.subtitle_files import srt, webvtt
from storyboard.schema.deliverables import SOUNDING, WITH_TRACKS, Deliverable, DeliverableKind, scaled

_LOSSY = SOUNDING - {DeliverableKind.MASTER, DeliverableKind.MASTER_DNXHR, DeliverableKind.STEMS}
CODECS = {
    DeliverableKind.WEB: "h264",
    DeliverableKind.REVIEW: "h264",
    DeliverableKind.WEB_HEVC: "hevc",
    DeliverableKind.WEB_AV1: "libdav1d",
    DeliverableKind.MASTER: "prores",
    DeliverableKind.MASTER_DNXHR: "dnxhd",
}
"""what the decoder that reads each back is called"""


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
        production: Production,
        plan: Plan,
        film: FilmInParts,
        what: Deliverable,
        stages: Stages,
        finishing: Finishing,
    ) -> None:
        self.production = production
        self.finishing = finishing
        self.film = film
        self.what = what
        self.kind = what.kind
        self.stages = stages
        self.name = film_path(production).stem
        self.size = what.size(production.film.format.size)
        self.captions = Captions(production, film, what)
        self.drawing = Drawing(production, plan, film, what, self.captions)
        self.frames = self.drawing.slate_frames + film.cut.frames
        self.reels = reels_for(film.laid, production.film, what)
        self.heights = what.heights(production.film.format.size)
        self.lufs = production.settings.loudness_lufs if what.loudness_lufs is None else what.loudness_lufs
        self.found = Findings()
        self._keys: list[Key] = []

    def begin(self) -> None:
        """Have its reels made."""
        laid = self.film.laid
        for reels in self.reels.values():
            self._keys += self.finishing.want_reels(laid, reels)
        if self.reels:
            self.finishing.takes([source.take for source in laid.sources.values()])

    def write(self, folder: Path) -> None:
        """Write its files into a folder, and check them: `found` tells what was measured.

        Raises:
            AssemblyError: ffmpeg fails.
            StoreError: the store cannot be written.
        """
        kind = self.kind
        if kind is DeliverableKind.STEMS:
            self._write_stems(folder)
            return
        if kind is DeliverableKind.SUBTITLES:
            self._write_subtitles(folder)
            return
        if self.reels:
            with TemporaryDirectory(dir=folder.parent, prefix=".joined-") as aside:
                joined = self._joined(Path(aside))
                self._encode(self._finished(next(iter(joined.values())), folder), folder, joined)
            return
        finished = self._finished(self.drawing.picture(self.stages, self.finishing), folder)
        if self.what.grain:
            with TemporaryDirectory(dir=folder.parent, prefix=".grain-") as aside:
                plate = Path(aside) / "plate.yuv"
                size = finished.width, finished.height
                write_plate(plate, *size, strength=self.what.grain, seed=self.production.film.seed)
                self._encode(replace(finished, grain=plate), folder)
        else:
            self._encode(finished, folder)

    def _encode(
        self, finished: formats.Finished, folder: Path, joined: Mapping[int, Path] | None = None
    ) -> None:
        """Write what has a picture, and check it; `joined` is its picture by height where it has reels."""
        kind, tell, film_frames = self.kind, self._tell, self.film.cut.frames
        if kind in CODECS:
            with TemporaryDirectory(dir=folder.parent, prefix=".subtitles-") as aside:
                tracks = self.captions.tracks(Path(aside)) if kind in WITH_TRACKS else {}
                finished = replace(finished, subtitles=tracks)
                path = (
                    formats.finish(kind, finished, folder, self.name)
                    if joined
                    else formats.encode(kind, finished, self.size[1], folder, self.name, progress=tell)
                )
            self._check(path, self.size, CODECS[kind], sound=finished.sound is not None)
        elif kind is DeliverableKind.HLS:
            index = (
                hls.finish(finished, joined, folder)
                if joined
                else hls.encode(finished, self.heights, folder, progress=tell)
            )
            self._check_hls(folder, finished)
            if self.captions.languages():
                self._write_hls_subtitles(index)
        elif kind is DeliverableKind.FRAMES:
            pictures = stills.png_frames(finished, self.size[1], folder, self.name)
            self.found.frames(pictures, "png", self.size, film_frames)
        elif kind is DeliverableKind.FRAMES_EXR:
            pictures = stills.exr_frames(finished, self.size, folder, self.name)
            self.found.frames(pictures, "exr", self.size, film_frames)
        elif kind is DeliverableKind.POSTER:
            path = folder / f"{self.name}.png"
            stills.poster(finished.picture, self.poster_frame(), path, self.size)
            self.found.frames([path], "png", self.size, 1)
        elif kind is DeliverableKind.PREVIEW:
            path = folder / f"{self.name}.webp"
            self.found.note(path, {"pictures": stills.preview(finished, path)})
        else:
            shots = sheet_shots(self.production, self.film)
            for path in stills.contact_sheet(finished, shots, folder, self.name):
                self.found.note(path, {"shots": len(shots)})

    def _joined(self, folder: Path) -> dict[int, Path]:
        """The picture by height, from reels that are made where they are missing."""
        store, laid = self.production.store, self.film.laid
        self.finishing.finish(self._keys, reels=f"{self.kind}")
        joined = {}
        for height, reels in self.reels.items():
            joined[height] = folder / f"{height}{formats.suffix(self.kind)}"
            paths = [(reel_of(store, reel, laid.sources), reel.piece.frames) for reel in reels]
            join_reels(self.kind, paths, laid.cut.picture.rate, joined[height])
        return joined

    def _finished(self, picture: Path, folder: Path) -> formats.Finished:
        """A picture, and the mix whose encoding stays under the ceiling."""
        cut, store, sound = self.film.cut, self.production.store, self.film.sound
        finished = formats.Finished(
            picture,
            None,
            self.frames,
            cut.picture.width,
            cut.picture.height,
            cut.picture.rate,
            sound.sample_rate,
            self.metadata(),
            self.drawing.slate_frames,
        )
        if self.kind not in SOUNDING:
            return finished
        if self.kind not in _LOSSY:
            heard = mixed(store, sound, self.lufs, self.stages)
        else:

            def encode(mix: Path, trial: Path) -> None:
                formats.encode_sound(replace(finished, sound=mix), trial)

            with TemporaryDirectory(dir=folder.parent, prefix=".sound-") as aside:
                trial = Path(aside) / "trial.m4a"
                heard = encoded_under_ceiling(store, sound, self.lufs, self.stages, encode, trial).mix
        return replace(finished, sound=store.file(heard, SOUND))

    def _write_stems(self, folder: Path) -> None:
        """Dialogue, music and effects as loud as in the mix, both without dialogue, and cues as MIDI."""
        from assembly.sound.music import midi

        store, sound = self.production.store, self.film.sound
        mix = mixed(store, sound, self.lufs, self.stages)
        path = folder / f"{self.name}.mix.wav"
        shutil.copyfile(store.file(mix, SOUND), path)
        own = stems_of(store, sound, self.stages)
        parts: dict[str, list[Path]] = {stem: [own[stem]] if stem in own else [] for stem in STEMS}
        parts["music-and-effects"] = list(stems_of(store, replace(sound, speech=()), self.stages).values())
        gain_db = measured(mix.facts["gain_db"]) or 0.0
        for number, (part, stems) in enumerate(parts.items()):
            self.stages.stage("stems", number, len(parts))
            out = folder / f"{self.name}.{part}.wav"
            as_in_mix(stems, sound.sample_rate, sound.samples, out, gain_db=gain_db)
        self.stages.stage("stems", len(parts), len(parts))
        for event in sound.music:
            if isinstance(event.source, ComposedSource):
                out = folder / f"{self.name}.{event.cue}.mid"
                midi.write(event.source, f"{self.production.film.title} {event.cue}", out)
                self.found.note(out, {"cue": event.cue})
        for out in sorted(folder.glob("*.wav")):
            heard = verify.listen(out)
            wanted = self._expected(None, sound=True)
            if out == path:
                self.found.heard = heard
            else:
                wanted = replace(wanted, lufs=None, heard=())
            self.found.judge(out, wanted, None, heard)

    def _write_subtitles(self, folder: Path) -> None:
        rate = self.film.cut.picture.rate
        for language in self.captions.languages():
            subtitles = self.captions.of(language)
            for suffix, text in (("srt", srt(subtitles, rate)), ("vtt", webvtt(subtitles, rate))):
                path = folder / f"{self.name}.{language}.{suffix}"
                path.write_text(text, "utf-8")
                found = verify.subtitle_count(path) if subtitles else 0
                self.found.same(path, "subtitles:", found, len(subtitles))
                self.found.note(path, {"language": language, "subtitles": len(subtitles)})

    def _write_hls_subtitles(self, index: Path) -> None:
        rate = self.film.cut.picture.rate
        subtitles = {language: self.captions.of(language) for language in self.captions.languages()}
        segments = hls_subtitles.add_subtitles(index, subtitles, self.frames, rate)
        for language, paths in segments.items():
            wanted = [len(each) for _, each in hls_subtitles.segments(subtitles[language], self.frames, rate)]
            found = [
                verify.subtitle_count(path) if count else 0 for path, count in zip(paths, wanted, strict=True)
            ]
            playlist = index.with_name(f"{language}.m3u8")
            self.found.same(playlist, "subtitles in its segments:", found, wanted)
            self.found.note(
                playlist,
                {"language": language, "segments": len(paths), "subtitles": len(subtitles[language])},
            )

    def _check(self, path: Path, size: tuple[int, int], codec: str, *, sound: bool) -> None:
        picture = verify.watch(path)
        heard = verify.listen(path) if sound else None
        self.found.heard = self.found.heard or heard
        self.found.judge(path, self._expected(codec, sound=sound, size=size), picture, heard)
        if self.kind in CODECS:
            facts = film_file.probe(path)
            chapters = [(chapter.title.rstrip(), chapter.start) for chapter in facts.chapters]
            wanted = [
                (film_file.plain(chapter.title).rstrip(), chapter.start) for chapter in self._chapters()
            ]
            tracks = verify.subtitle_languages(path)
            asked = [track_language(each) for each in self.captions.languages()]
            if self.kind in WITH_TRACKS:
                self.found.same(path, "its subtitles are in", tracks, asked)
            self.found.same(path, "its chapters are", chapters, wanted)

    def _check_hls(self, folder: Path, finished: formats.Finished) -> None:
        """Every rendition plays, and all can be changed between at the same frames."""
        keyframes = set()
        for height in self.heights:
            size = scaled(finished.width, finished.height, height)
            path = folder / f"{height}p.m3u8"
            picture = verify.watch(path)
            keyframes.add(picture.keyframes)
            self.found.judge(path, self._expected("h264", sound=False, size=size), picture, None)
        if len(keyframes) > 1:
            self.found.problems.append("the renditions have their keyframes at different frames")
        if finished.sound:
            path = folder / "sound.m3u8"
            self.found.heard = verify.listen(path)
            self.found.judge(
                path, replace(self._expected(None, sound=True), frames=None), None, self.found.heard
            )

    def _expected(
        self, codec: str | None, *, sound: bool, size: tuple[int, int] | None = None
    ) -> verify.Expected:
        cut, track = self.film.cut, self.film.sound
        rate = cut.picture.rate

        def frame(sample: int) -> int:
            return self.drawing.slate_frames + int(Fraction(sample, track.sample_rate) * rate)

        return verify.Expected(
            frames=self.frames if codec else None,
            size=size or self.size,
            rate=rate,
            codec=codec,
            sound_s=seconds_at(self.frames, rate) if sound else None,
            lufs=self.lufs if track.sources() else None,
            dark=tuple(
                (first + self.drawing.slate_frames, last + self.drawing.slate_frames)
                for first, last in darkened(self.production.film)
            ),
            heard=tuple((frame(first), frame(last)) for first, last in track.sounding()),
        )

    def metadata(self) -> str:
        """Its title and chapters, as ffmpeg reads them."""
        film, cut = self.production.film, self.film.cut
        return film_file.metadata(
            film.title, self._chapters(), self.frames, cut.picture.rate, description=film.logline
        )

    def _chapters(self) -> list[Chapter]:
        slate = [Chapter("Slate", 0)] if self.drawing.slate_frames else []
        return slate + [
            Chapter(chapter.title, chapter.start + self.drawing.slate_frames)
            for chapter in self.film.cut.chapters
        ]

    def poster_frame(self) -> int:
        """The frame of the film that its poster shows."""
        shots = sheet_shots(self.production, self.film)
        named = [shot for shot in shots if shot.name == self.what.shot]
        return (named or sorted(shots, key=lambda shot: -shot.frames))[0].middle

    def _tell(self, seconds: float) -> None:
        done = min(self.frames, round(seconds * self.film.cut.picture.rate))
        self.stages.stage(f"{self.kind}", done, self.frames)
