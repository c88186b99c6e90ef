"""Deliverables of a film: encoded from its finished picture and a mix of their own loudness, checked, kept.

Each is made once for its inputs and lies in the store; what a person opens is a copy in a folder of its own
below `out/`, with a report of what was measured and a list of checksums that `sha256sum -c` reads.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import JsonValue

from assembly import burn, formats, hls_subtitles, score, stills, verify, wav
from assembly import deliver as assembly_deliver
from assembly.cut import darkened
from assembly.grain import GRAIN_VERSION, write_plate
from assembly.pieces import TYPE_VERSION, Chapter, is_narrow
from assembly.recipes import ComposedSource, Source
from assembly.slate import SLATE_VERSION, Slate
from assembly.soundtrack import STEMS
from farm.disk import copy_atomically, sha256_of, store_errors, write_atomically
from farm.store import Manifest
from pipeline.assemble import FILM, AssembledFilm, Delivery, assembled, check_folder, film_path
from pipeline.keeping import Stages, kept, kept_file
from pipeline.mixing import SOUND, mix_digest, mixed, stems_of
from pipeline.production import Production
from pipeline.versions import Version, version_of
from storyboard import mezzanine
from storyboard.deliverables import SOUNDING, WITH_TRACKS, Deliverable, DeliverableKind, scaled
from storyboard.errors import AssemblyError
from storyboard.plan import Plan, PlannedShot
from storyboard.spec import digest_of
from storyboard.subtitles import Spoken, Subtitle, is_unseen, languages, lay, srt, webvtt, words_in
from storyboard.timing import format_rate, round_half_up, seconds_at, timecode_from_frames

REPORT = "report.json"
CHECKSUMS = "SHA256SUMS"
SLATE_S = 3
"""for how long the slate of a review copy stands"""

_LOSSY = SOUNDING - {DeliverableKind.MASTER, DeliverableKind.MASTER_DNXHR, DeliverableKind.STEMS}
_IN_RGB = {
    DeliverableKind.POSTER,
    DeliverableKind.PREVIEW,
    DeliverableKind.CONTACT_SHEET,
    DeliverableKind.FRAMES_EXR,
}
_TRIES = 4
_CODECS = {
    DeliverableKind.WEB: "h264",
    DeliverableKind.REVIEW: "h264",
    DeliverableKind.WEB_HEVC: "hevc",
    DeliverableKind.WEB_AV1: "libdav1d",
    DeliverableKind.MASTER: "prores",
    DeliverableKind.MASTER_DNXHR: "dnxhd",
}
"""what the decoder that reads each back is called"""


def deliver(
    production: Production, plan: Plan, wanted: Mapping[str, Deliverable], out: Path, stages: Stages
) -> list[Delivery]:
    """Make a film's deliverables from takes that are all there, each into the folder of its name below `out`.

    Raises:
        AssemblyError: a take is missing, ffmpeg fails, or what was written is not what it must be.
        StoreError: the store or the folder cannot be written.
    """
    check_folder(out)
    films: dict[Version, AssembledFilm] = {}
    made: list[Delivery] = []
    for number, (name, what) in enumerate(wanted.items()):
        version = version_of(production.film, what)
        film = films.get(version) or assembled(production, plan, stages, version)
        films[version] = film
        stages.stage("deliverables", number, len(wanted))
        made.append(_Making(production, plan, film, what, stages).delivered(name, out / name))
    stages.stage("deliverables", len(wanted), len(wanted))
    return made


class _Making:
    """One deliverable of one film."""

    def __init__(
        self,
        production: Production,
        plan: Plan,
        film: AssembledFilm,
        what: Deliverable,
        stages: Stages,
    ) -> None:
        self.production = production
        self.plan = plan
        self.film = film
        self.what = what
        self.kind = what.kind
        self.stages = stages
        self.name = film_path(production).stem
        self.size = what.size(production.film)
        reviewed = what.kind is DeliverableKind.REVIEW
        self.burn_in = what.burn_in or reviewed
        self.slate_frames = round_half_up(SLATE_S * production.film.format.rate) if reviewed else 0
        self.frames = self.slate_frames + film.cut.frames
        self.heights = what.heights(production.film)
        self.lufs = production.settings.loudness_lufs if what.loudness_lufs is None else what.loudness_lufs
        self.checks: list[dict[str, JsonValue]] = []
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self.heard: verify.SoundFacts | None = None
        self._spoken: dict[str, int] = {}

    def recipe(self) -> JsonValue:
        """Everything that its files depend on."""
        kind, document = self.kind, self.production.film
        picture = kind not in {DeliverableKind.STEMS, DeliverableKind.SUBTITLES}
        rate = document.format.rate
        return {
            "deliverable": formats.FORMATS_VERSION,
            "kind": kind.value,
            "mezzanine": mezzanine.PARAMETERS_VERSION,
            "name": self.name,
            "picture": self.film.cut.digest if picture else None,
            "size": list(self.size) if picture else None,
            "heights": list(self.heights) if kind is DeliverableKind.HLS else None,
            "mix": mix_digest(self.film.sound, self.lufs) if kind in SOUNDING else None,
            "metadata": self._metadata() if kind in _CODECS else None,
            "frame": self._poster_frame() if kind is DeliverableKind.POSTER else None,
            "shots": [asdict(shot) for shot in self._sheet_shots()]
            if kind is DeliverableKind.CONTACT_SHEET
            else None,
            "subtitles": {language: srt(self._subtitles(language), rate) for language in self._languages()}
            if kind in {*WITH_TRACKS, DeliverableKind.SUBTITLES}
            else None,
            "drawn": self._drawn(),
            **self._grain(),
            **({"rgb": assembly_deliver.RGB_VERSION} if kind in _IN_RGB else {}),
            "asked": [list(each) for each in darkened(document)],
        }

    def _grain(self) -> dict[str, JsonValue]:
        """Its grain, where it has some."""
        strength, seed = self.what.grain, self.production.film.seed
        return {"grain": [GRAIN_VERSION, strength, seed]} if strength else {}

    def delivered(self, name: str, folder: Path) -> Delivery:
        """Made, or found in the store, and copied to its folder."""
        store = self.production.store
        digest = digest_of(self.recipe())
        made = not store.has("deliverables", digest)
        manifest = kept(store, "deliverables", digest, self._make)
        files = _place(self.production, manifest, folder)
        warnings = manifest.facts["warnings"]
        return Delivery(
            name,
            folder,
            tuple(files),
            _float(manifest.facts["lufs"]),
            _float(manifest.facts["true_peak_dbtp"]),
            tuple(str(words) for words in warnings) if isinstance(warnings, list) else (),
            made,
        )

    def _make(self, folder: Path) -> Mapping[str, JsonValue]:
        """Write the files into a folder of the store, check them, and write the report and the checksums."""
        self._write(folder)
        if self.problems:
            raise AssemblyError(
                "\n".join([f"the deliverable {self.kind} is not what it must be:", *self.problems]),
                "this should not happen with the ffmpeg that comes along; SHOTFARM_FFMPEG may name another",
            )
        files = sorted(folder.iterdir())
        sums = {path.name: sha256_of(path) for path in files}
        facts: dict[str, JsonValue] = {
            "kind": self.kind.value,
            "lufs": self.heard.lufs if self.heard else None,
            "true_peak_dbtp": self.heard.true_peak_dbtp if self.heard else None,
            "warnings": [*dict.fromkeys(self.warnings)],
        }
        report: dict[str, object] = {
            "title": self.production.film.title,
            **facts,
            "target_lufs": self.lufs if self.kind in SOUNDING else None,
            "checks": self.checks,
            "files": [
                {"name": path.name, "bytes": path.stat().st_size, "sha256": sums[path.name]} for path in files
            ],
        }
        (folder / REPORT).write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", "utf-8")
        sums[REPORT] = sha256_of(folder / REPORT)
        (folder / CHECKSUMS).write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)), "utf-8")
        return facts

    def _write(self, folder: Path) -> None:
        kind = self.kind
        if kind is DeliverableKind.STEMS:
            self._write_stems(folder)
            return
        if kind is DeliverableKind.SUBTITLES:
            self._write_subtitles(folder)
            return
        finished = self._finished(folder)
        if self.what.grain:
            with TemporaryDirectory(dir=folder.parent, prefix=".grain-") as aside:
                plate = Path(aside) / "plate.yuv"
                size = finished.width, finished.height
                write_plate(plate, *size, strength=self.what.grain, seed=self.production.film.seed)
                self._encode(replace(finished, grain=plate), folder)
        else:
            self._encode(finished, folder)

    def _encode(self, finished: formats.Finished, folder: Path) -> None:
        """Write what has a picture, and check it."""
        kind, tell = self.kind, self._tell
        if kind in _CODECS:
            with TemporaryDirectory(dir=folder.parent, prefix=".subtitles-") as aside:
                tracks = self._tracks(Path(aside)) if kind in WITH_TRACKS else {}
                finished = replace(finished, subtitles=tracks)
                path = formats.encode(kind, finished, self.size[1], folder, self.name, progress=tell)
            self._check(path, self.size, _CODECS[kind], sound=finished.sound is not None)
        elif kind is DeliverableKind.HLS:
            index = formats.encode_hls(finished, self.heights, folder, progress=tell)
            self._check_hls(folder, finished)
            if self._languages():
                self._write_hls_subtitles(index)
        elif kind is DeliverableKind.FRAMES:
            self._check_frames(formats.encode_frames(finished, self.size[1], folder, self.name), "png")
        elif kind is DeliverableKind.FRAMES_EXR:
            self._check_frames(stills.exr_frames(finished, self.size, folder, self.name), "exr")
        elif kind is DeliverableKind.POSTER:
            path = folder / f"{self.name}.png"
            assembly_deliver.poster(finished.picture, self._poster_frame(), path, self.size)
            self._check_frames([path], "png", frames=1)
        elif kind is DeliverableKind.PREVIEW:
            path = folder / f"{self.name}.webp"
            self._note(path, {"pictures": stills.preview(finished, path)})
        else:
            shots = self._sheet_shots()
            for path in stills.contact_sheet(finished, shots, folder, self.name):
                self._note(path, {"shots": len(shots)})

    def _finished(self, folder: Path) -> formats.Finished:
        """The picture, and the mix whose encoding stays under the ceiling."""
        cut, store, sound = self.film.cut, self.production.store, self.film.sound
        finished = formats.Finished(
            self._picture(),
            None,
            self.frames,
            cut.picture.width,
            cut.picture.height,
            cut.picture.rate,
            sound.sample_rate,
            self._metadata(),
            self.slate_frames,
        )
        if self.kind not in SOUNDING:
            return finished
        ceiling = score.CEILING_DBTP
        for _ in range(_TRIES):
            heard = mixed(store, sound, self.lufs, self.stages, ceiling_dbtp=ceiling)
            finished = replace(finished, sound=store.file(heard, SOUND))
            if self.kind not in _LOSSY:
                return finished
            # A lossy encoder moves peaks; what it makes of them is known when it has been tried.
            with TemporaryDirectory(dir=folder.parent, prefix=".sound-") as aside:
                trial = Path(aside) / "trial.m4a"
                formats.encode_sound(finished, trial)
                _, peak = score.measure(trial)
            if peak <= score.CEILING_DBTP:
                return finished
            ceiling = round(ceiling - (peak - score.CEILING_DBTP) - 0.1, 1)
        return finished

    def _write_stems(self, folder: Path) -> None:
        """Dialogue, music and effects as loud as in the mix, both without dialogue, and cues as MIDI."""
        from assembly import midi

        store, sound = self.production.store, self.film.sound
        mix = mixed(store, sound, self.lufs, self.stages)
        path = folder / f"{self.name}.mix.wav"
        shutil.copyfile(store.file(mix, SOUND), path)
        own = stems_of(store, sound, self.stages)
        parts: dict[str, list[Path]] = {stem: [own[stem]] if stem in own else [] for stem in STEMS}
        parts["music-and-effects"] = list(stems_of(store, replace(sound, speech=()), self.stages).values())
        gain_db = _float(mix.facts["gain_db"]) or 0.0
        for number, (part, stems) in enumerate(parts.items()):
            self.stages.stage("stems", number, len(parts))
            out = folder / f"{self.name}.{part}.wav"
            score.as_in_mix(stems, sound.sample_rate, sound.samples, out, gain_db=gain_db)
        self.stages.stage("stems", len(parts), len(parts))
        for event in sound.music:
            if isinstance(event.source, ComposedSource):
                out = folder / f"{self.name}.{event.cue}.mid"
                midi.write(event.source, f"{self.production.film.title} {event.cue}", out)
                self._note(out, {"cue": event.cue})
        for out in sorted(folder.glob("*.wav")):
            heard = verify.listen(out)
            wanted = self._expected(None, sound=True)
            if out == path:
                self.heard = heard
            else:
                wanted = replace(wanted, lufs=None, heard=())
            self._judge(out, wanted, None, heard)

    def _picture(self) -> Path:
        """The film, or its picture with words drawn into it."""
        store, cut = self.production.store, self.film.cut
        film = store.file(self.film.manifest, FILM)
        drawn = self._drawn()
        if drawn is None:
            return film

        def make(folder: Path) -> Mapping[str, JsonValue]:
            def tell(frames: int) -> None:
                if frames % 24 == 0 or frames == cut.frames:
                    self.stages.stage("words in the picture", frames, cut.frames)

            language = self.what.burned_subtitles
            burn.burn(
                film,
                cut.frames,
                cut.picture,
                self._subtitles(language) if language else [],
                self._review() if self.burn_in else [],
                folder / FILM,
                head=self._slate() if self.slate_frames else None,
                head_frames=self.slate_frames,
                progress=tell,
            )
            return {}

        return store.file(kept(store, "drawn", digest_of(drawn), make), FILM)

    def _drawn(self) -> JsonValue:
        """Everything that is drawn into the picture, or None."""
        language, cut = self.what.burned_subtitles, self.film.cut
        if not (language or self.burn_in):
            return None
        drawn: dict[str, JsonValue] = {
            "burn": burn.BURN_VERSION,
            "mezzanine": mezzanine.PARAMETERS_VERSION,
            "picture": cut.digest,
            "subtitles": srt(self._subtitles(language), cut.picture.rate) if language else None,
            "review": [list(astuple(shot)) for shot in self._review()] if self.burn_in else None,
        }
        if is_narrow(cut.picture.width, cut.picture.height):
            drawn["type"] = TYPE_VERSION
        if self.slate_frames:
            slate = self._slate()
            rows: JsonValue = [[*row] for row in slate.rows]
            drawn["slate"] = [SLATE_VERSION, self.slate_frames, slate.title, rows]
        return drawn

    def _slate(self) -> Slate:
        """The head of a review copy. Its date is the one that was given: no clock is read."""
        film, cut = self.production.film, self.film.cut
        rate = cut.picture.rate
        rows = [
            ("Version", self.film.manifest.digest[:8]),
            ("Shots", str(len(self.plan.shots))),
            ("Length", f"{timecode_from_frames(cut.frames, rate)}  ({cut.frames} frames)"),
            ("Picture", f"{cut.picture.width} x {cut.picture.height}, {format_rate(rate)} frames a second"),
            ("Date", self.what.date),
            ("Note", self.what.note),
        ]
        return Slate(film.title, tuple(row for row in rows if row[1]))

    def _review(self) -> list[burn.ReviewShot]:
        planned = {shot.shot: shot for shot in self.plan.shots}
        return [
            burn.ReviewShot(
                shot.name,
                planned[shot.name].digest[:8],
                self._seed(planned[shot.name]),
                shot.start,
                shot.start + shot.frames,
            )
            for shot in self._sheet_shots()
        ]

    def _seed(self, shot: PlannedShot) -> int:
        """The seed that a take was made with: its shot's, or that of a further try."""
        take = self.production.take(shot.digest)
        told = take.facts.get(shot.spec.backend) if take else None
        seed = told.get("seed") if isinstance(told, dict) else None
        return seed if isinstance(seed, int) else shot.spec.seed

    def _languages(self) -> list[str]:
        every = languages(self.production.film)
        return [*self.what.subtitles] or (every if self.kind is DeliverableKind.SUBTITLES else [])

    def _subtitles(self, language: str) -> list[Subtitle]:
        """A language's subtitles, each as long as its line is heard or takes to be read."""
        film, sound, rate = self.production.film, self.film.sound, self.film.cut.picture.rate
        lines = [line for _, shot in film.shots() for line in shot.lines]
        spoken = []
        for line, event in zip(lines, sound.speech, strict=True):
            words = words_in(film, line, language)
            if words is not None:
                ends = event.start + self._heard_samples(event.source)
                first, last = (
                    int(Fraction(sample, sound.sample_rate) * rate) for sample in (event.start, ends)
                )
                spoken.append(Spoken(first, last, words, is_unseen(line)))
        return lay(spoken, self.film.cut.frames, rate)

    def _heard_samples(self, source: Source) -> int:
        """How long a line is heard; it was spoken when the film was mixed."""
        digest = source.digest()
        if digest not in self._spoken:
            path = kept_file(self.production.store, "sounds", digest, SOUND)
            self._spoken[digest] = wav.inspect(path).samples
        return self._spoken[digest]

    def _tracks(self, folder: Path) -> dict[str, Path]:
        """A SubRip file for each language of a track."""
        rate = self.film.cut.picture.rate
        tracks = {}
        for language in self._languages():
            tracks[language] = folder / f"{language}.srt"
            tracks[language].write_text(srt(self._subtitles(language), rate), "utf-8")
        return tracks

    def _write_subtitles(self, folder: Path) -> None:
        rate = self.film.cut.picture.rate
        for language in self._languages():
            subtitles = self._subtitles(language)
            for suffix, text in (("srt", srt(subtitles, rate)), ("vtt", webvtt(subtitles, rate))):
                path = folder / f"{self.name}.{language}.{suffix}"
                path.write_text(text, "utf-8")
                found = verify.subtitle_count(path) if subtitles else 0
                if found != len(subtitles):
                    self.problems.append(f"{path.name}: {found} subtitles where {len(subtitles)} are right")
                self._note(path, {"language": language, "subtitles": len(subtitles)})

    def _write_hls_subtitles(self, index: Path) -> None:
        rate = self.film.cut.picture.rate
        subtitles = {language: self._subtitles(language) for language in self._languages()}
        segments = hls_subtitles.add_subtitles(index, subtitles, self.frames, rate)
        for language, paths in segments.items():
            wanted = [len(each) for _, each in hls_subtitles.segments(subtitles[language], self.frames, rate)]
            found = [
                verify.subtitle_count(path) if count else 0 for path, count in zip(paths, wanted, strict=True)
            ]
            if found != wanted:
                self.problems.append(f"{language}: {found} subtitles in segments where {wanted} are right")
            self._note(
                index.with_name(f"{language}.m3u8"),
                {"language": language, "segments": len(paths), "subtitles": len(subtitles[language])},
            )

    def _check(self, path: Path, size: tuple[int, int], codec: str, *, sound: bool) -> None:
        picture = verify.watch(path)
        heard = verify.listen(path) if sound else None
        self.heard = self.heard or heard
        self._judge(path, self._expected(codec, sound=sound, size=size), picture, heard)
        if self.kind in _CODECS:
            facts = assembly_deliver.probe(path)
            chapters = [(chapter.title.rstrip(), chapter.start) for chapter in facts.chapters]
            wanted = [
                (assembly_deliver.plain(chapter.title).rstrip(), chapter.start)
                for chapter in self._chapters()
            ]
            tracks = verify.subtitle_languages(path)
            asked = [formats.track_language(each) for each in self._languages()]
            if self.kind in WITH_TRACKS and tracks != asked:
                self.problems.append(f"{path.name}: its subtitles are in {tracks} where {asked} is right")
            if chapters != wanted:
                self.problems.append(f"{path.name}: its chapters are {chapters} where {wanted} are right")

    def _check_hls(self, folder: Path, finished: formats.Finished) -> None:
        """Every rendition plays, and all can be changed between at the same frames."""
        keyframes = set()
        for height in self.heights:
            size = scaled(finished.width, finished.height, height)
            path = folder / f"{height}p.m3u8"
            picture = verify.watch(path)
            keyframes.add(picture.keyframes)
            self._judge(path, self._expected("h264", sound=False, size=size), picture, None)
        if len(keyframes) > 1:
            self.problems.append("the renditions have their keyframes at different frames")
        if finished.sound:
            path = folder / "sound.m3u8"
            self.heard = verify.listen(path)
            self._judge(path, replace(self._expected(None, sound=True), frames=None), None, self.heard)

    def _check_frames(self, files: Sequence[Path], codec: str, frames: int | None = None) -> None:
        wanted = self.film.cut.frames if frames is None else frames
        if len(files) != wanted:
            self.problems.append(f"there are {len(files)} pictures where {wanted} are right")
        for path in files:
            facts = verify.watch(path)
            found = facts.codec, facts.width, facts.height, facts.frames
            if found != (codec, *self.size, 1):
                self.problems.append(f"{path.name}: {found} where {(codec, *self.size, 1)} is right")
        self.checks.append({"pictures": len(files), "codec": codec, "size": list(self.size)})

    def _judge(
        self,
        path: Path,
        expected: verify.Expected,
        picture: verify.PictureFacts | None,
        sound: verify.SoundFacts | None,
    ) -> None:
        problems, warnings = verify.compare(expected, picture, sound)
        self.problems += [f"{path.name}: {words}" for words in problems]
        self.warnings += warnings
        facts: dict[str, JsonValue] = {}
        if picture:
            facts["picture"] = _plain(replace(picture, keyframes=()), "keyframes")
        if sound:
            facts["sound"] = _plain(sound)
        self._note(path, facts)

    def _note(self, path: Path, facts: Mapping[str, JsonValue]) -> None:
        self.checks.append({"file": path.name, **facts})

    def _expected(
        self, codec: str | None, *, sound: bool, size: tuple[int, int] | None = None
    ) -> verify.Expected:
        cut, track = self.film.cut, self.film.sound
        rate = cut.picture.rate

        def frame(sample: int) -> int:
            return self.slate_frames + int(Fraction(sample, track.sample_rate) * rate)

        return verify.Expected(
            frames=self.frames if codec else None,
            size=size or self.size,
            rate=rate,
            codec=codec,
            sound_s=seconds_at(self.frames, rate) if sound else None,
            lufs=self.lufs if track.sources() else None,
            dark=tuple(
                (first + self.slate_frames, last + self.slate_frames)
                for first, last in darkened(self.production.film)
            ),
            heard=tuple((frame(first), frame(last)) for first, last in track.sounding()),
        )

    def _metadata(self) -> str:
        film, cut = self.production.film, self.film.cut
        return assembly_deliver.metadata(
            film.title, self._chapters(), self.frames, cut.picture.rate, description=film.logline
        )

    def _chapters(self) -> list[Chapter]:
        slate = [Chapter("Slate", 0)] if self.slate_frames else []
        return slate + [
            Chapter(chapter.title, chapter.start + self.slate_frames) for chapter in self.film.cut.chapters
        ]

    def _sheet_shots(self) -> list[stills.SheetShot]:
        film, cut = self.production.film, self.film.cut
        return [
            stills.SheetShot(
                shot.id, scene.id, cut.shot_starts[shot.id], shot.duration.frames(film.format.rate)
            )
            for scene, shot in film.shots()
        ]

    def _poster_frame(self) -> int:
        shots = self._sheet_shots()
        named = [shot for shot in shots if shot.name == self.what.shot]
        return (named or sorted(shots, key=lambda shot: -shot.frames))[0].middle

    def _tell(self, seconds: float) -> None:
        done = min(self.frames, round(seconds * self.film.cut.picture.rate))
        self.stages.stage(f"{self.kind}", done, self.frames)


def _plain(facts: Any, *without: str) -> dict[str, JsonValue]:
    """Facts as JSON has them: rates as text, seconds as numbers."""
    plain: dict[str, JsonValue] = {}
    for key, value in asdict(facts).items():
        if key in without:
            continue
        if isinstance(value, Fraction):
            plain[key] = str(value) if key == "rate" else float(value)
        else:
            plain[key] = [list(each) for each in value] if isinstance(value, tuple) else value
    return plain


def _float(value: JsonValue) -> float | None:
    return value if isinstance(value, float) else None


def _place(production: Production, manifest: Manifest, folder: Path) -> list[Path]:
    """Copy a deliverable to its folder, unless it is there already; files of the one before go.

    What is in the folder beside it stays. The list of checksums is written last, so that a folder that has
    it is whole.
    """
    store = production.store
    with store_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        sums = folder / CHECKSUMS
        before = _listed(sums)
        after = {name: stored.sha256 for name, stored in manifest.files.items() if name != CHECKSUMS}
        text = store.file(manifest, CHECKSUMS).read_bytes()
        whole = sums.is_file() and sums.read_bytes() == text
        for name, sha256 in after.items():
            path, stored = folder / name, manifest.files[name]
            there = path.is_file() and path.stat().st_size == stored.size and sha256_of(path) == sha256
            if not there:
                whole = False
                copy_atomically(store.file(manifest, name), path)
        for name in before - set(after):
            (folder / name).unlink(missing_ok=True)
        if not whole:
            write_atomically(sums, text)
    return [folder / name for name in sorted(after) if name != REPORT]


def _listed(sums: Path) -> set[str]:
    """The plain file names of a list of checksums."""
    try:
        lines = sums.read_text("utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return set()
    names = {line[66:] for line in lines if line[64:66] == "  "}
    return {name for name in names if name and name == Path(name).name and name not in {".", ".."}}
