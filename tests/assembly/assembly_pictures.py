"""Makes the pictures of `docs/assembly.md`: `python tests/assembly/assembly_pictures.py`.

Two shots of the sample film are drawn, joined by each transition, and shown as the film has them; the sample
film's sound is made, and shown as the waveform of its stems and its mix. Takes half a minute.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import av
import numpy as np
from font_source_sans_pro import font_files_ttf
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "farm"), str(Path(__file__).parent)]

from conformance import Recorder  # noqa: E402
from films import film_of  # noqa: E402

from assembly import clips, score, wav  # noqa: E402
from assembly.cut import TakeInfo, cut_film  # noqa: E402
from assembly.deliver import rgb_image  # noqa: E402
from assembly.joint import pictures  # noqa: E402
from assembly.pieces import CopyPiece, Cut  # noqa: E402
from assembly.placement import soundtrack  # noqa: E402
from assembly.sources import make_sources  # noqa: E402
from assembly.stems import write_stem  # noqa: E402
from farm.backend import Conditioning  # noqa: E402
from farm.backends.animatic.backend import AnimaticBackend  # noqa: E402
from farm.clip import encode_clip  # noqa: E402
from pipeline.production import Production, open_production  # noqa: E402
from pipeline.settings import Settings  # noqa: E402
from storyboard.film import TransitionKind  # noqa: E402

DOCS = ROOT / "docs"
SAMPLE = ROOT / "storyboard" / "examples" / "lamp_at_saltmarsh"
SHOTS = ("1B", "5B")
SIZE = (192, 108)
BODY, HANDLE, LENGTH = 36, 12, 24
SHOWN = (-10, -5, 0, 5, 9)
"""frames from the cut"""
PAPER, INK, SOFT = (250, 248, 244), (34, 36, 40), (130, 128, 124)
LANES = {"dialogue": (62, 108, 158), "music": (176, 122, 52), "effects": (96, 136, 88), "mix": (60, 62, 68)}


def transitions(production: Production, folder: Path) -> Image.Image:
    """A row of frames for every transition kind."""
    sources = {}
    specs = {shot.shot: shot.spec for shot in production.plan().shots}
    for name in SHOTS:
        changes = {
            "width": SIZE[0],
            "height": SIZE[1],
            "head": HANDLE,
            "frames": BODY,
            "tail": HANDLE,
            "lines": (),
        }
        spec = specs[name].model_copy(update=changes)
        frames = AnimaticBackend().render(spec, Conditioning(), Recorder())
        sources[name] = folder / f"{name}.mp4"
        encode_clip(frames, sources[name], spec.rate)
    takes = {name: TakeInfo(name, HANDLE, BODY, HANDLE) for name in SHOTS}
    label, gap = 150, 6
    step_x, step_y = SIZE[0] + gap, SIZE[1] + gap
    kinds = list(TransitionKind)
    page = Image.new("RGB", (label + len(SHOWN) * step_x + gap, len(kinds) * step_y + gap), PAPER)
    pen = ImageDraw.Draw(page)
    for row, kind in enumerate(kinds):
        second = {"id": SHOTS[1], "duration": BODY, "transition": {"kind": kind.value, "duration": LENGTH}}
        film = film_of([{"id": SHOTS[0], "duration": BODY}, second], width=SIZE[0], height=SIZE[1])
        shown = list(_frames(cut_film(film, takes), sources))
        top = gap + row * step_y
        pen.text((gap + 4, top + SIZE[1] / 2), kind.value, fill=INK, font=_font(17), anchor="lm")
        for column, offset in enumerate(SHOWN):
            frame = av.VideoFrame.from_ndarray(shown[BODY + offset], format="yuv420p")
            page.paste(rgb_image(frame), (label + column * step_x, top))
    return page


def _frames(cut: Cut, sources: Mapping[str, Path]) -> Iterator[clips.Planes]:
    for piece in cut.pieces:
        if isinstance(piece, CopyPiece):
            yield from clips.planes(sources[piece.take], piece.first, piece.last, cut.picture.rate, SIZE)
        else:
            yield from pictures(piece, sources)


def waveform(production: Production, folder: Path) -> Image.Image:
    """The sample film's stems, as they enter the mix, and its mix, over the film's scenes."""
    track = soundtrack(production.film, production.digests, production.folder)
    sources = {digest: folder / f"{digest}.wav" for digest in track.sources()}
    make_sources({sources[digest]: source for digest, source in track.sources().items()})
    files = {stem: folder / f"{stem}.wav" for stem in track.stems()}
    for stem, path in files.items():
        write_stem(track, stem, sources, path)
    score.mix(list(files.values()), track.sample_rate, track.samples, folder / "mix.wav")
    lanes: dict[str, Path] = {**files, "mix": folder / "mix.wav"}
    left, width, high, head, foot = 84, 1000, 92, 26, 24
    page = Image.new("RGB", (left + width + 10, head + len(lanes) * high + foot), PAPER)
    pen = ImageDraw.Draw(page)
    seconds = track.samples / track.sample_rate
    for row, (name, path) in enumerate(lanes.items()):
        middle = head + row * high + high // 2
        pen.text((8, middle), name, fill=INK, font=_font(15), anchor="lm")
        samples = np.abs(wav.inspect(path).read()).max(axis=1)
        for x, part in enumerate(np.array_split(samples, width)):
            reach = float(part.max()) ** 0.5 * (high / 2 - 4)  # a square root shows what is soft, too
            pen.line((left + x, middle - reach, left + x, middle + reach), fill=LANES[name])
    bottom = head + len(lanes) * high
    start = 0
    for scene in production.film.scenes:
        x = left + width * start / production.film.duration_frames()
        pen.line((x, head - 6, x, bottom), fill=(206, 202, 194))
        pen.text((x + 4, head - 16), scene.id, fill=SOFT, font=_font(13), anchor="lm")
        start += sum(shot.duration.frames(production.film.format.rate) for shot in scene.shots)
    for second in range(0, int(seconds) + 1, 10):
        x = left + width * second / seconds
        pen.text((x, bottom + 12), f"{second} s", fill=SOFT, font=_font(12), anchor="mm")
    return page


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_files_ttf["SourceSansPro"], size)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        film = Path(temporary) / "film"
        shutil.copytree(SAMPLE, film)
        opened = open_production(film, Settings())
        transitions(opened, Path(temporary)).save(DOCS / "transitions.jpg", quality=78)
        waveform(opened, Path(temporary)).save(DOCS / "waveform.png", optimize=True)
