"""What is drawn into the picture of a deliverable: subtitles, and what a review copy says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import astuple
from fractions import Fraction
from pathlib import Path

from pydantic import JsonValue

from assembly.cut.form import TYPE_VERSION, FrameForm, is_narrow
from assembly.delivery import burn, stills
from assembly.words.review_slate import SLATE_VERSION, Slate
from farm.store.store import Store
from farm.takes.facts import TakeFacts
from pipeline.delivery.subtitle_tracks import Captions
from pipeline.film.assemble import FilmInParts, picture_of
from pipeline.film.part_queue import Finishing
from pipeline.keep import Stages, kept
from pipeline.production.material import Material
from storyboard.digest import digest_of
from storyboard.lettering.identity import letters_of
from storyboard.lettering.places import SUBTITLE_TOP, caption_band
from storyboard.media import mezzanine
from storyboard.media.timing import format_rate, round_half_up, timecode_from_frames
from storyboard.planning.plan import PlannedShot
from storyboard.planning.subtitle_files import webvtt
from storyboard.planning.transitions import CROSSINGS, Overlap, overlap
from storyboard.schema.deliverables import Deliverable, DeliverableKind
from storyboard.schema.film import Film, Shot
from storyboard.schema.vocabulary import TitleStyle

_FILE = "film.mp4"
_WHOLE = "picture.mp4"
SLATE_S = 3
"""for how long the slate of a review copy stands"""


class Drawing:
    """What is drawn into one deliverable of one film.

    Attributes:
        slate_frames: for how many frames a slate stands before the film.
    """

    def __init__(
        self, material: Material, store: Store, film: FilmInParts, what: Deliverable, captions: Captions
    ) -> None:
        self._material = material
        self._store = store
        self._film = film
        self._what = what
        self._captions = captions
        reviewed = what.kind is DeliverableKind.REVIEW
        self._burn_in = what.burn_in or reviewed
        self.slate_frames = round_half_up(SLATE_S * material.film.format.rate) if reviewed else 0

    def recipe(self) -> JsonValue:
        """Everything that is drawn into the picture, or None."""
        language, cut = self._what.burned_subtitles, self._film.cut
        if not (language or self._burn_in):
            return None
        slate: JsonValue = None
        if self.slate_frames:
            head = self._slate()
            slate = [SLATE_VERSION, self.slate_frames, head.recipe()]
        words = webvtt(self._captions.of(language), cut.picture.rate) if language else None
        return {
            "burn": burn.BURN_VERSION,
            "mezzanine": mezzanine.PARAMETERS_VERSION,
            "picture": cut.digest,
            "subtitles": words,
            "low": [[*frames] for frames in self._low()] if language else None,
            "letters": [*letters_of(words or "", language=language or "")],
            "review": [list(astuple(shot)) for shot in self._review()] if self._burn_in else None,
            "type": TYPE_VERSION if is_narrow(cut.picture.width, cut.picture.height) else None,
            "slate": slate,
        }

    def picture(self, stages: Stages, finishing: Finishing, aside: Path) -> Path:
        """The film's picture as a whole, with words drawn into it where it has some.

        Args:
            stages: hears how far it is.
            finishing: what makes its parts.
            aside: where it is written, for as long as somebody needs it.

        Raises:
            AssemblyError: ffmpeg fails.
            StoreError: the store cannot be written.
        """
        store, cut = self._store, self._film.cut
        film = aside / _WHOLE
        drawn = self.recipe()
        if drawn is None:
            picture_of(store, self._film, finishing, film)
            return film

        def make(folder: Path) -> Mapping[str, JsonValue]:
            def tell(frames: int) -> None:
                if frames % 24 == 0 or frames == cut.frames:
                    stages.stage("words in the picture", frames, cut.frames)

            language = self._what.burned_subtitles
            picture_of(store, self._film, finishing, film)
            burn.burn(
                film,
                cut.frames,
                cut.picture,
                self._captions.of(language) if language else [],
                self._review() if self._burn_in else [],
                folder / _FILE,
                head=self._slate() if self.slate_frames else None,
                head_frames=self.slate_frames,
                language=language or "",
                low=self._low(),
                progress=tell,
            )
            return {}

        return store.file(kept(store, "drawn", digest_of(drawn), make), _FILE)

    def _slate(self) -> Slate:
        """The head of a review copy. Its date is the one that was given: no clock is read."""
        film, cut = self._material.film, self._film.cut
        rate = cut.picture.rate
        rows = [
            ("Version", self._film.digest[:8]),
            ("Shots", str(len(self._material.plan.cut))),
            ("Length", f"{timecode_from_frames(cut.frames, rate)}  ({cut.frames} frames)"),
            ("Picture", f"{cut.picture.width} x {cut.picture.height}, {format_rate(rate)} frames a second"),
            ("Date", self._what.date),
            ("Note", self._what.note),
        ]
        return Slate(film.title, tuple(row for row in rows if row[1]), film.language)

    def _low(self) -> list[tuple[int, int]]:
        cut = self._film.cut
        return standing_low(
            self._material.film, cut.shot_starts, cut.picture, self._material.choices.has_captions
        )

    def _review(self) -> list[burn.ReviewShot]:
        planned = {shot.shot: shot for shot in self._material.plan.cut}
        return [
            burn.ReviewShot(
                shot.name,
                planned[shot.name].digest[:8],
                self._seed(planned[shot.name]),
                shot.start,
                shot.start + shot.frames,
            )
            for shot in sheet_shots(self._material.film, self._film)
        ]

    def _seed(self, shot: PlannedShot) -> int:
        """The seed that a take was made with: its shot's, or that of a further try."""
        take = self._material.takes.get(shot.digest)
        told = TakeFacts.of(take).notes.get(shot.spec.backend) if take else None
        seed = told.get("seed") if isinstance(told, dict) else None
        return seed if isinstance(seed, int) else shot.spec.seed


def standing_low(
    film: Film, starts: Mapping[str, int], picture: FrameForm, has_captions: Callable[[Shot], bool]
) -> list[tuple[int, int]]:
    """The film's frames in which captions of takes or lower thirds stand where subtitles would.

    Args:
        film: whose they are.
        starts: the first frame of each shot.
        picture: the form of frames.
        has_captions: whether captions stand in a shot's takes.
    """
    rate = film.format.rate
    _, captions_end = caption_band(picture.height, picture.inside)
    meet = captions_end > SUBTITLE_TOP * picture.height
    found: list[tuple[int, int]] = []
    shots = [shot for _, shot in film.shots()]
    for shot, following in zip(shots, [*shots[1:], None], strict=True):
        start = starts[shot.id]
        end = start + shot.duration.frames(rate)
        if meet and has_captions(shot):
            found.append((start - _crossed(shot, rate).before, end + _crossed(following, rate).after))
        for title in shot.titles:
            if title.style is TitleStyle.LOWER_THIRD:
                first = start + title.at.frames(rate)
                last = first + title.duration.frames(rate) if title.duration else end
                found.append((first, min(last, end)))
    return found


def _crossed(shot: Shot | None, rate: Fraction) -> Overlap:
    """The frames of a transition in which a shot is seen together with the one before it."""
    if shot is None or shot.transition.kind not in CROSSINGS:
        return Overlap(0, 0)
    return overlap(shot.transition.duration.frames(rate))


def sheet_shots(document: Film, film: FilmInParts) -> list[stills.SheetShot]:
    """The film's shots and where they lie in it."""
    cut = film.cut
    return [
        stills.SheetShot(
            shot.id, scene.id, cut.shot_starts[shot.id], shot.duration.frames(document.format.rate)
        )
        for scene, shot in document.shots()
    ]
