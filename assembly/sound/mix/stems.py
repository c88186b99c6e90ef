"""Stems: a soundtrack's dialogue, music or effects as they enter the mix, each in a file of its own.

Sounds are placed, faded, and give way to speech here; what comes after, gain and limiter, is the mix's. So
the stems of a mix add up to it, before its gain, sample by sample.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembly.sound.signal import wav
from assembly.sound.signal.tracks import DUCK_MUSIC_DB, DUCK_ROOM_DB, Duck, Line, PlacedSound, gain_of
from assembly.sound.signal.wav import Floats, WavInfo, WavWriter
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from assembly.sound.soundtrack import Soundtrack, Stem
    from assembly.sound.sources import Source

CUT_S = 0.01
"""fade of a sound that is cut off before its end, in seconds"""

_BLOCK = 2**17


def write_stem(
    track: Soundtrack,
    stem: Stem,
    sources: Mapping[str, Path],
    out: Path,
    *,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write a stem as a float32 stereo WAV file of the soundtrack's length.

    Args:
        track: what is heard when.
        stem: which of it. Music and room tone give way to the lines of `track`.
        sources: the WAV file of each source by its digest (`make_sources` writes them).
        out: the file to write.
        progress: called now and then with the part that is done, 0 to 1; what it raises is raised here.

    Raises:
        AssemblyError: a source is missing or unreadable.
    """
    layers = _Sources(track, sources).layers(stem)
    with WavWriter(out, track.sample_rate, 2, track.samples, bits=32) as writer:
        for first in range(0, track.samples, _BLOCK):
            last = min(first + _BLOCK, track.samples)
            writer.write(sum((layer.read(first, last) for layer in layers[1:]), layers[0].read(first, last)))
            if progress:
                progress(last / track.samples)


class _Layer:
    """Sounds that are heard together, and how they give way to speech."""

    def __init__(self, sounds: list[PlacedSound], duck: Duck | None = None) -> None:
        self._line = Line(sounds)
        self._duck = duck

    def read(self, first: int, last: int) -> Floats:
        block = self._line.read(first, last)
        return block * self._duck.gain(first, last) if self._duck else block


class _Sources:
    """A soundtrack's events as sounds of the files that hold their sources."""

    def __init__(self, track: Soundtrack, files: Mapping[str, Path]) -> None:
        self.track = track
        self.files = files
        self.known: dict[str, WavInfo] = {}

    def info(self, source: Source) -> WavInfo:
        digest = source.digest()
        if digest not in self.known:
            if digest not in self.files:
                raise AssemblyError(f"the mix needs the sound {digest} ({source}), which was not made")
            found = wav.inspect(self.files[digest])
            if found.sample_rate != self.track.sample_rate:
                raise AssemblyError(
                    f"{found.path}: has {found.sample_rate} samples a second, not {self.track.sample_rate}"
                )
            self.known[digest] = found
        return self.known[digest]

    def placed(
        self, source: Source, start: int, length: int | None, gain_db: float, fades: tuple[int, int] = (0, 0)
    ) -> PlacedSound:
        info = self.info(source)
        loop = bool(getattr(source, "loop", False))
        length = max(0, min(info.samples if length is None else length, self.track.samples - start))
        cut = length < info.samples and not loop
        fade_out = max(fades[1], round(CUT_S * self.track.sample_rate) if cut else 0)
        return PlacedSound(
            info, start, length, gain_of(gain_db), min(fades[0], length), min(fade_out, length), loop
        )

    def layers(self, stem: Stem) -> list[_Layer]:
        track = self.track
        if stem == "dialogue":
            return [_Layer(self.dialogue())]
        if stem == "music":
            cues = [
                self.placed(
                    event.source, event.start, event.length, event.gain_db, (event.fade_in, event.fade_out)
                )
                for event in track.music
            ]
            return [_Layer(cues, self.duck(DUCK_MUSIC_DB))]
        effects = [
            self.placed(event.source, event.start, event.length, event.gain_db) for event in track.effects
        ]
        production, room = (
            [
                self.placed(event.source, event.start, event.length, 0.0, (event.fade_in, event.fade_out))
                for event in events
            ]
            for events in (track.production, track.room_tones)
        )
        return [_Layer(effects + production), _Layer(room, self.duck(DUCK_ROOM_DB))]

    def dialogue(self) -> list[PlacedSound]:
        return [self.placed(event.source, event.start, None, event.gain_db) for event in self.track.speech]

    def duck(self, depth_db: float) -> Duck:
        spoken = [
            (sound.start, sound.start + sound.length)
            for sound in self.dialogue()
            if sound.gain and sound.length
        ]
        return Duck(spoken, depth_db, self.track.sample_rate, self.track.borders)
