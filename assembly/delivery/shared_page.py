"""The page of a shared film: one HTML file that plays what lies beside it, from a web server or from a disk.

Its script and its style stand in it, and its Content-Security-Policy names both by their digests, so that
nothing else runs, whatever a title says; no other host is asked for anything. Without JavaScript the
browser's own player does all that it can. Subtitles are read from the page's own origin (WHATWG HTML, section
4.8.11.11), of which a page on a disk has none: their words stand in the page as well.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from PIL import Image

from assembly.frames import clips
from assembly.frames.rgb import rgb_image
from assembly.programs.whole_files import written_aside
from storyboard.media.timing import seconds_at
from storyboard.planning.overlapping_subtitles import Subtitle
from storyboard.planning.subtitle_files import webvtt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from assembly.cut.pieces import Chapter

PAGE = "index.html"
POSTER = "poster.jpg"
CHAPTERS = "chapters.vtt"
MOST_OF_A_POSTER = 1280
"""pixels of its longer side: messengers leave out pictures that are much larger"""
_QUALITY = 85
_PARTS = Path(__file__).parent / "share_page"
_POLICY = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src 'self' file:; "
    "media-src 'self' file:; base-uri 'none'; form-action 'none'"
)
"""files are named since browsers may take a page on a disk to be of another origin than what is beside it"""
_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_ADDRESSES = {"href", "poster", "src", "srcset"}


@dataclass(frozen=True, slots=True)
class SharedFilm:
    """What a page shows.

    Attributes:
        title: the film's.
        logline: the film's, or nothing.
        language: that the film speaks, and its title is in.
        file: the name of its MP4.
        size: the picture's width and height.
        frames: its length.
        rate: frames a second.
        chapters: where its scenes begin.
        subtitles: the names of WebVTT files by language.
        words: what is in them.
        address: where the folder will be, with a slash at its end; None where nobody knows.
    """

    title: str
    logline: str
    language: str
    file: str
    size: tuple[int, int]
    frames: int
    rate: Fraction
    chapters: Sequence[Chapter]
    subtitles: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    address: str | None = None

    @property
    def poster_size(self) -> tuple[int, int]:
        """Width and height of its poster: the picture's, or smaller."""
        most = max(self.size)
        if most <= MOST_OF_A_POSTER:
            return self.size
        width, height = (max(1, round(side * MOST_OF_A_POSTER / most)) for side in self.size)
        return width, height


def page(film: SharedFilm) -> str:
    """The text of the page of a film."""
    import jinja2

    script, style = ((_PARTS / name).read_text("utf-8") for name in ("player.js", "page.css"))
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string((_PARTS / "page.html").read_text("utf-8"))
    policy = _POLICY.format(script=_named(script), style=_named(style))
    chapters = []
    for one in film.chapters:
        begins = seconds_at(one.start, film.rate)
        chapters.append({"title": one.title, "at": _within(begins), "clock": _clock(int(begins))})
    return template.render(
        film=film,
        file=quote(film.file),
        policy=policy,
        script=script,
        style=style,
        poster=POSTER,
        chapters=chapters,
        chapters_file=CHAPTERS,
        tracks={language: quote(name) for language, name in film.subtitles.items()},
        summary=" ".join(film.logline.split()),
    )


def chapters_text(film: SharedFilm) -> str:
    """The text of the WebVTT file of its chapters."""
    ends = [*(one.start for one in film.chapters[1:]), film.frames]
    cues = [Subtitle(one.start, end, (one.title,)) for one, end in zip(film.chapters, ends, strict=True)]
    return webvtt(cues, film.rate)


def write_poster(film: Path, frame: int, rate: Fraction, size: tuple[int, int], out: Path) -> None:
    """Write one frame of a film as a JPEG of a size (width, height).

    Raises:
        AssemblyError: the film cannot be read, or has no such frame.
        StoreError: `out` cannot be written.
    """
    (picture,) = clips.decode(film, frame, frame + 1, rate)
    with written_aside(out) as aside:
        rgb_image(picture, size).save(aside, format="JPEG", quality=_QUALITY, progressive=True, optimize=True)


def find_in_folder(folder: Path, film: SharedFilm) -> list[str]:
    """What is wrong with a page and what it names, as they lie in a folder: a sentence each."""
    text = (folder / PAGE).read_text("utf-8")
    read = _Reader()
    read.feed(text)
    problems = [f"{PAGE}: {name} is not beside it" for name in read.names if not (folder / name).is_file()]
    problems += [f"{PAGE}: it asks {other}, which is not beside it" for other in read.elsewhere]
    inline = {kind: _named(content) for kind, content in _INLINE.findall(text)}
    policy = _POLICY.format(script=inline.get("script"), style=inline.get("style"))
    if read.policy != policy or len(read.running) != len(inline):
        problems.append(f"{PAGE}: something else than its own script and style could run")
    if read.title != film.title:
        problems.append(f"{PAGE}: its title is {read.title!r} where {film.title!r} is right")
    with Image.open(folder / POSTER) as picture:
        picture.load()
        if (picture.format, picture.size) != ("JPEG", film.poster_size):
            problems.append(f"{POSTER}: it is {picture.format} of {picture.size}")
    return problems


class _Reader(HTMLParser):
    """Reads a page as a browser does: what it names, what may run in it, and its title."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.elsewhere: list[str] = []
        self.running: list[str] = []
        self.policy = ""
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_title = tag == "title"
        if tag in {"script", "style"} and given.get("type") != "application/json":
            self.running.append(tag)
        self.running += [key for key in given if key == "style" or key.startswith("on")]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given.get("content") or ""
        if given.get("rel") == "canonical":
            return
        for key in _ADDRESSES & given.keys():
            address = given[key] or ""
            if re.match(r"[a-z][a-z0-9+.-]*:|/", address, re.IGNORECASE):
                self.elsewhere.append(address)
            elif not address.startswith("#"):
                self.names.add(unquote(address.partition("#")[0]))

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


def _named(content: str) -> str:
    """What a policy calls the content of an element (W3C CSP 3, section 2.3.1)."""
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _within(seconds: Fraction) -> str:
    """Thousandths of a second in which the frame that begins then is shown."""
    return f"{math.ceil(seconds * 1000) / 1000:.3f}"


def _clock(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
