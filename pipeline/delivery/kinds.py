"""The files of a deliverable: one function a kind writes them into a folder and checks what it wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from assembly.delivery import formats, hls, hls_subtitles, stills, verify
from assembly.delivery.film_grain import write_plate
from assembly.delivery.track_languages import track_language
from assembly.picture import film_file
from assembly.sound.mix.mix import Mix
from assembly.sound.music import midi
from assembly.sound.soundtrack import STEMS
from assembly.sound.sources import ComposedSource
from pipeline.delivery import shared_folder
from pipeline.delivery.burned_words import sheet_shots
from pipeline.delivery.make import Making
from pipeline.film.mixing import mix_of
from storyboard.planning.subtitle_files import srt, webvtt
from storyboard.schema.deliverables import WITH_TRACKS, DeliverableKind, scaled

CODECS = {
    DeliverableKind.WEB: "h264",
    DeliverableKind.REVIEW: "h264",
    DeliverableKind.SHARE: "h264",
    DeliverableKind.WEB_HEVC: "hevc",
    DeliverableKind.WEB_AV1: "libdav1d",
    DeliverableKind.MASTER: "prores",
    DeliverableKind.MASTER_DNXHR: "dnxhd",
}
"""what the decoder that reads each back is called"""


def write(making: Making, folder: Path) -> None:
    """Write a deliverable's files into a folder, and check them: `making.found` tells what was measured.

    Raises:
        AssemblyError: ffmpeg fails.
        StoreError: the store cannot be written.
    """
    _WRITERS[making.kind](making, folder)


@contextmanager
def _shown(making: Making, folder: Path) -> Iterator[tuple[formats.Finished, Mapping[int, Path]]]:
    """The finished picture and its sound; the picture by height as well, where it is joined from reels."""
    with TemporaryDirectory(dir=folder.parent, prefix=".shown-") as made:
        aside = Path(made)
        if making.reels:
            joined = making.joined(aside)
            yield making.finished(next(iter(joined.values())), aside), joined
            return
        finished = making.finished(making.drawing.picture(making.stages, making.finishing, aside), aside)
        if not making.what.grain:
            yield finished, {}
            return
        plate = aside / "plate.yuv"
        size = finished.width, finished.height
        write_plate(plate, *size, strength=making.what.grain, seed=making.material.film.seed)
        yield replace(finished, grain=plate), {}


def _one_file(making: Making, folder: Path) -> Path:
    """Picture, sound, subtitles and chapters in one file: the web and master kinds, and review copies."""
    kind = making.kind
    with (
        _shown(making, folder) as (finished, joined),
        TemporaryDirectory(dir=folder.parent, prefix=".subtitles-") as aside,
    ):
        tracks = making.captions.tracks(Path(aside)) if kind in WITH_TRACKS else {}
        film = replace(finished, subtitles=tracks)
        if joined:
            path = formats.finish(making.what.coded_as, film, folder, making.name)
        else:
            form, height = making.what.coded_as, making.size[1]
            path = formats.encode(form, film, height, folder, making.name, progress=making.tell)
    sound = film.sound is not None
    picture = verify.watch(path)
    heard = verify.listen(path) if sound else None
    making.found.heard = heard
    making.found.judge(path, making.expected(CODECS[kind], sound=sound), picture, heard)
    if kind in WITH_TRACKS:
        asked = [track_language(each) for each in making.captions.languages()]
        making.found.same(path, "its subtitles are in", verify.subtitle_languages(path), asked)
    chapters = [(each.title.rstrip(), each.start) for each in film_file.probe(path).chapters]
    wanted = [(film_file.plain(each.title).rstrip(), each.start) for each in making.chapters()]
    making.found.same(path, "its chapters are", chapters, wanted)
    return path


def _share(making: Making, folder: Path) -> None:
    """A page with everything that it shows."""
    shared_folder.write_beside(making, _one_file(making, folder))


def _hls(making: Making, folder: Path) -> None:
    """A stream of renditions, with its subtitles."""
    with _shown(making, folder) as (finished, joined):
        if joined:
            index = hls.finish(finished, joined, folder)
        else:
            index = hls.encode(finished, making.heights, folder, progress=making.tell)
    _check_hls(making, folder, finished)
    if making.captions.languages():
        _write_hls_subtitles(making, index)


def _frames(making: Making, folder: Path) -> None:
    """Every frame as a PNG."""
    with _shown(making, folder) as (finished, _):
        pictures = stills.png_frames(finished, making.size[1], folder, making.name)
    making.found.frames(pictures, "png", making.size, making.film.cut.frames)


def _frames_exr(making: Making, folder: Path) -> None:
    """Every frame in linear light."""
    with _shown(making, folder) as (finished, _):
        pictures = stills.exr_frames(finished, making.size, folder, making.name)
    making.found.frames(pictures, "exr", making.size, making.film.cut.frames)


def _poster(making: Making, folder: Path) -> None:
    """One frame."""
    path = folder / f"{making.name}.png"
    with _shown(making, folder) as (finished, _):
        stills.poster(finished.picture, making.poster_frame(), path, making.size)
    making.found.frames([path], "png", making.size, 1)


def _preview(making: Making, folder: Path) -> None:
    """Moments of the film as a moving picture."""
    path = folder / f"{making.name}.webp"
    with _shown(making, folder) as (finished, _):
        making.found.note(path, {"pictures": stills.preview(finished, path)})


def _contact_sheet(making: Making, folder: Path) -> None:
    """A picture of every shot."""
    shots = sheet_shots(making.material.film, making.film)
    with _shown(making, folder) as (finished, _):
        for path in stills.contact_sheet(finished, shots, folder, making.name):
            making.found.note(path, {"shots": len(shots)})


def _stems(making: Making, folder: Path) -> None:
    """Dialogue, music and effects as loud as in the mix, both without dialogue, and cues as MIDI."""
    store, sound = making.store, making.film.sound
    gain_db, path = making.gain_db(), folder / f"{making.name}.mix.wav"
    parts: dict[str, Mix] = {"mix": mix_of(store, sound, gain_db)}
    parts |= {stem: mix_of(store, sound, gain_db, (stem,)) for stem in STEMS}
    parts["music-and-effects"] = mix_of(store, replace(sound, speech=()), gain_db)
    for number, (part, heard) in enumerate(parts.items()):
        making.stages.stage("stems", number, len(parts))
        heard.write(folder / f"{making.name}.{part}.wav")
    making.stages.stage("stems", len(parts), len(parts))
    parts_of: Counter[str] = Counter()
    for event in sound.music:
        if isinstance(event.source, ComposedSource):
            parts_of[event.cue] += 1
            name = event.cue if parts_of[event.cue] == 1 else f"{event.cue}-{parts_of[event.cue]}"
            out = folder / f"{making.name}.{name}.mid"
            midi.write(event.source, f"{making.material.film.title} {name}", out)
            making.found.note(out, {"cue": event.cue})
    for out in sorted(folder.glob("*.wav")):
        measured = verify.listen(out)
        wanted = making.expected(None, sound=True)
        if out == path:
            making.found.heard = measured
        else:
            wanted = replace(wanted, lufs=None, heard=())
        making.found.judge(out, wanted, None, measured)


def _subtitles(making: Making, folder: Path) -> None:
    """The film's subtitles as files."""
    rate = making.film.cut.picture.rate
    for language in making.captions.languages():
        subtitles = making.captions.of(language)
        for suffix, text in (("srt", srt(subtitles, rate)), ("vtt", webvtt(subtitles, rate))):
            path = folder / f"{making.name}.{language}.{suffix}"
            path.write_text(text, "utf-8")
            found = verify.subtitle_count(path) if subtitles else 0
            making.found.same(path, "subtitles:", found, len(subtitles))
            making.found.note(path, {"language": language, "subtitles": len(subtitles)})


def _write_hls_subtitles(making: Making, index: Path) -> None:
    rate = making.film.cut.picture.rate
    subtitles = {language: making.captions.of(language) for language in making.captions.languages()}
    segments = hls_subtitles.add_subtitles(index, subtitles, making.frames, rate)
    for language, paths in segments.items():
        wanted = [len(each) for _, each in hls_subtitles.segments(subtitles[language], making.frames, rate)]
        found = [
            verify.subtitle_count(path) if count else 0 for path, count in zip(paths, wanted, strict=True)
        ]
        playlist = index.with_name(f"{language}.m3u8")
        making.found.same(playlist, "subtitles in its segments:", found, wanted)
        making.found.note(
            playlist,
            {"language": language, "segments": len(paths), "subtitles": len(subtitles[language])},
        )


def _check_hls(making: Making, folder: Path, finished: formats.Finished) -> None:
    """Every rendition plays, and all can be changed between at the same frames."""
    keyframes = set()
    for height in making.heights:
        size = scaled(finished.width, finished.height, height)
        path = folder / f"{height}p.m3u8"
        picture = verify.watch(path)
        keyframes.add(picture.keyframes)
        making.found.judge(path, making.expected("h264", sound=False, size=size), picture, None)
    if len(keyframes) > 1:
        making.found.problems.append("the renditions have their keyframes at different frames")
    if finished.sound:
        path = folder / "sound.m3u8"
        making.found.heard = verify.listen(path)
        making.found.judge(
            path, replace(making.expected(None, sound=True), frames=None), None, making.found.heard
        )


_WRITERS: Mapping[DeliverableKind, Callable[[Making, Path], object]] = {
    **dict.fromkeys(CODECS, _one_file),
    DeliverableKind.SHARE: _share,
    DeliverableKind.HLS: _hls,
    DeliverableKind.FRAMES: _frames,
    DeliverableKind.FRAMES_EXR: _frames_exr,
    DeliverableKind.STEMS: _stems,
    DeliverableKind.SUBTITLES: _subtitles,
    DeliverableKind.POSTER: _poster,
    DeliverableKind.PREVIEW: _preview,
    DeliverableKind.CONTACT_SHEET: _contact_sheet,
}
