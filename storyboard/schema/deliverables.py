"""What a film is delivered as: the kinds of deliverable, and what a film document can say of each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from storyboard.media.framing import Aspect, Fit, frame_size, ratio
from storyboard.schema.base import Id, Language, Line, Model, RelativePath, ShortLine


class DeliverableKind(StrEnum):
    """What a deliverable is."""

    WEB = "web"
    WEB_HEVC = "web-hevc"
    WEB_AV1 = "web-av1"
    MASTER = "master"
    MASTER_DNXHR = "master-dnxhr"
    HLS = "hls"
    FRAMES = "frames"
    FRAMES_EXR = "frames-exr"
    STEMS = "stems"
    SUBTITLES = "subtitles"
    POSTER = "poster"
    REVIEW = "review"
    PREVIEW = "preview"
    CONTACT_SHEET = "contact-sheet"
    SHARE = "share"


SOUNDING = frozenset(
    {
        DeliverableKind.WEB,
        DeliverableKind.WEB_HEVC,
        DeliverableKind.WEB_AV1,
        DeliverableKind.MASTER,
        DeliverableKind.MASTER_DNXHR,
        DeliverableKind.HLS,
        DeliverableKind.REVIEW,
        DeliverableKind.STEMS,
        DeliverableKind.SHARE,
    }
)
"""kinds that have sound, and so a loudness"""
WITH_TRACKS = frozenset(
    {DeliverableKind.WEB, DeliverableKind.WEB_HEVC, DeliverableKind.WEB_AV1, DeliverableKind.HLS}
)
"""kinds that can carry tracks of subtitles"""
WITH_SUBTITLE_FILES = frozenset({DeliverableKind.SUBTITLES, DeliverableKind.SHARE})
"""kinds that have subtitles as files: in every language, unless some are asked for"""
WITH_POSTER = frozenset({DeliverableKind.POSTER, DeliverableKind.SHARE})
"""kinds that have the picture of one shot"""
DRAWN_ON = frozenset({*SOUNDING, DeliverableKind.FRAMES, DeliverableKind.FRAMES_EXR}) - {
    DeliverableKind.STEMS
}
"""kinds that show the whole film, and so can have words drawn on it"""
GRAINED = DRAWN_ON - {DeliverableKind.FRAMES_EXR}
"""kinds that can have grain; pictures in linear light are for further work, which comes before it"""
WITHOUT_PICTURE = frozenset({DeliverableKind.STEMS, DeliverableKind.SUBTITLES})
FolderUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$", max_length=400),
    Field(description='the address of a folder, such as "https://films.example/the-last-ferry/"'),
]
LEAST_SIZE = {
    DeliverableKind.WEB_HEVC: (64, 32),
    DeliverableKind.WEB_AV1: (64, 64),
    DeliverableKind.MASTER_DNXHR: (256, 120),
}
"""what an encoder does not go below, width and height; x265 4.2 does, and breaks its heap at 48 and less"""


class Deliverable(Model):
    """A form that the finished film is delivered in; each is checked after it was written."""

    kind: DeliverableKind
    """what it is"""
    height: Annotated[int, Field(strict=True, ge=16, le=8192, multiple_of=2)] | None = None
    """its picture's height in pixels, even; the width follows; the film's when left out"""
    renditions: Annotated[
        tuple[Annotated[int, Field(strict=True, ge=16, le=8192, multiple_of=2)], ...], Field(max_length=8)
    ] = ()
    """the heights of an HLS stream's renditions, the largest first; chosen by the film's when left out"""
    loudness_lufs: Annotated[float, Field(strict=True, ge=-40, le=-5, allow_inf_nan=False)] | None = None
    """its integrated loudness: -14 (music services), -16 (web), -23 (EBU R 128), -27 (films for streaming)"""
    aspect: Aspect | None = None
    """the shape of its frame; the film's when left out"""
    fit: Fit = Fit.CROP
    """how the takes come into that frame: cropped around each shot's focus, or whole between black bars"""
    lut: RelativePath | None = None
    """a .cube file through which its pictures are seen, in the place of the film's"""
    grain: Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)] = 0.0
    """film grain over its pictures: 0 is none, 0.3 like a fine-grained stock, 1 like a very fast one"""
    shot: Id | None = None
    """a poster's shot: its middle frame; the longest shot's when left out"""
    address: FolderUrl | None = None
    """where people will find a share's folder: link cards take whole addresses only"""

    subtitles: Annotated[tuple[Language, ...], Field(max_length=32)] = ()
    """languages of its subtitle tracks; of subtitle files and a share's, all of the film when left out"""
    burned_subtitles: Language | None = None
    """the language of subtitles that are drawn into the picture"""
    burn_in: bool = False
    """draw shot, take, seed and timecode into the picture; a review copy has them without this"""
    date: ShortLine = ""
    """the date on the slate of a review copy, as it is to be read there"""
    note: Line = ""
    """what the slate of a review copy says beside title, version, shots and length"""

    @property
    def coded_as(self) -> DeliverableKind:
        """The kind in whose form its film is encoded: a share's is a web file."""
        return DeliverableKind.WEB if self.kind is DeliverableKind.SHARE else self.kind

    def size(self, film: tuple[int, int]) -> tuple[int, int]:
        """Width and height of its picture in pixels, of a film of this width and height."""
        shape = self.aspect and ratio(self.aspect)
        if shape:
            return frame_size(film, shape, self.fit, self.height)
        width, height = film
        return scaled(width, height, self.height or height)

    def heights(self, film: tuple[int, int]) -> tuple[int, ...]:
        """The heights of its renditions: those given, else common ones up to the film's, four at most."""
        _, full = self.size(film)
        return self.renditions or (full, *[each for each in (1080, 720, 480, 360, 240) if each < full][:3])


def scaled(width: int, height: int, to_height: int) -> tuple[int, int]:
    """The even size of this shape that is so high."""
    return max(2, 2 * round(width * to_height / height / 2)), to_height
