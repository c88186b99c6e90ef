"""The subtitles of a deliverable: which languages it has, and when each line is to be read."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from assembly.sound.signal import wav
from assembly.sound.sources import Source
from farm.store.store import Store
from pipeline.film.assemble import FilmInParts
from pipeline.film.sound import make_sound
from pipeline.keep import kept_file
from pipeline.production.line_lengths import SOUND, SOUNDS
from storyboard.planning.overlapping_subtitles import Subtitle
from storyboard.planning.subtitle_files import webvtt_for_mp4
from storyboard.planning.subtitles import Spoken, delivered_languages, is_unseen, lay, words_in
from storyboard.planning.text_direction import directed
from storyboard.schema.deliverables import Deliverable
from storyboard.schema.film import Film


class Captions:
    """The subtitles of one deliverable of one film."""

    def __init__(self, document: Film, store: Store, film: FilmInParts, what: Deliverable) -> None:
        self._document = document
        self._store = store
        self._film = film
        self._what = what
        self._spoken: dict[str, int] = {}

    def languages(self) -> list[str]:
        """Those that are delivered: as asked for, or of files all that the film has."""
        return delivered_languages(self._document, self._what)

    def of(self, language: str) -> list[Subtitle]:
        """A language's subtitles, each as long as its line is heard or takes to be read."""
        film, sound, rate = self._document, self._film.sound, self._film.cut.picture.rate
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
        return directed(lay(spoken, self._film.cut.frames, rate), language)

    def _heard_samples(self, source: Source) -> int:
        """How long a line is heard; it is spoken for that, where no mix has needed it."""
        digest = source.digest()
        if digest not in self._spoken:
            make_sound(self._store, source)
            path = kept_file(self._store, SOUNDS, digest, SOUND)
            self._spoken[digest] = wav.inspect(path).samples
        return self._spoken[digest]

    def tracks(self, folder: Path) -> dict[str, Path]:
        """A WebVTT file for each language of a track, for ffmpeg to read."""
        rate = self._film.cut.picture.rate
        tracks = {}
        for language in self.languages():
            tracks[language] = folder / f"{language}.vtt"
            tracks[language].write_text(webvtt_for_mp4(self.of(language), rate), "utf-8")
        return tracks
