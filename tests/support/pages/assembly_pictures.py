"""Makes the pictures of `docs/assembly.md`: `python -m tests.support.pages.assembly_pictures`.

Two shots of the sample film are drawn, joined by each transition, and shown as the film has them; others are
shown in other frames, through a look, matched to each other and with grain. The sample film's sound is made
and shown as the waveform of its stems and its mix. Slates, titles and subtitles are drawn, and cuts of sound
that leads and trails. Takes a minute.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from font_source_sans_pro import font_files_ttf
from PIL import Image, ImageDraw, ImageFont

from assembly.cut.cut import cut_film
from assembly.cut.form import FrameForm
from assembly.cut.pieces import CopyPiece, Cut
from assembly.delivery import formats, stills
from assembly.delivery.burn import ReviewShot, burn
from assembly.delivery.film_grain import write_plate
from assembly.frames import clips
from assembly.frames.rgb import rgb_image
from assembly.picture.colour_matching import matches, measure
from assembly.picture.joint import pictures
from assembly.picture.prints import Pan, Print, render_print
from assembly.sound.lay_soundtrack import soundtrack
from assembly.sound.make_sources import make_sources
from assembly.sound.mix import mix
from assembly.sound.mix.score import score_of
from assembly.sound.mix.stems import Stems, lengths_of
from assembly.sound.signal import wav
from assembly.words.review_slate import Slate
from farm.backend.conformance import Recorder
from farm.backend.protocol import Conditioning
from farm.backends.animatic.backend import AnimaticBackend
from farm.takes.clip import encode_clip
from pipeline.film.versions import version_of
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.settings import Settings
from storyboard.media.framing import Fit
from storyboard.planning.subtitles import Subtitle
from storyboard.schema.deliverables import Deliverable, DeliverableKind
from storyboard.schema.film import Film
from storyboard.schema.vocabulary import TransitionKind
from tests.support import ROOT
from tests.support.assembly.films import film_of, take_info

DOCS = ROOT / "docs"
SAMPLE = ROOT / "storyboard" / "examples" / "lamp_at_saltmarsh"
SHOTS = ("1B", "5B")
SIZE = (192, 108)
BODY, HANDLE, LENGTH = 36, 12, 24
SHOWN = (-10, -5, 0, 5, 9)
"""frames from the cut"""
PAPER, INK, SOFT = (250, 248, 244), (34, 36, 40), (130, 128, 124)
CREDITS = (("Directed by", "Somebody"), ("Wren", "A Voice"), ("Jonah", "Another"), ("Mara", "A Third"))
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
    takes = {name: take_info(name, HANDLE, BODY, HANDLE) for name in SHOTS}
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
    size = cut.picture.width, cut.picture.height
    for piece in cut.pieces:
        if isinstance(piece, CopyPiece):
            yield from clips.planes(sources[piece.take], piece.first, piece.last, cut.picture.rate, size)
        else:
            yield from pictures(piece, sources)


def frames(production: Production, folder: Path) -> Image.Image:
    """A shot in its own frame, then in others: cropped around a moving focus, and between bars."""
    own, high = FrameForm(640, 360, Fraction(24)), 270
    said = {
        "id": "1B",
        "duration": 48,
        "focus": [0.35, 0.45],
        "focus_to": [0.68, 0.4],
        "titles": [{"text": "Jonah\nFisherman of Saltmarsh", "style": "lower-third", "duration": 48}],
    }
    film = film_of([said], width=own.width, height=own.height)
    clip = _drawn(production, "1B", own, folder)
    shown = []
    for aspect, fit, moments in (
        ("16:9", Fit.CROP, (24,)),
        ("9:16", Fit.CROP, (8, 24, 40)),
        ("1:1", Fit.CROP, (24,)),
        ("2.39:1", Fit.CROP, (24,)),
        ("9:16", Fit.PAD, (24,)),
    ):
        version = version_of(film, Deliverable(kind=DeliverableKind.WEB, aspect=aspect, fit=fit, height=720))
        picture = version.picture
        frame = picture.width, picture.height
        pan = Pan.of(film.scenes[0].shots[0], (own.width, own.height), frame, 0, 48)
        one = Print("1B", 48, own, picture, None, None, None if fit is Fit.PAD else pan)
        render_print(one, clip, [], folder / "print.mp4")
        cut = cut_film(film, {"1B": take_info("print", 0, 48, 0)}, picture)
        every = list(_frames(cut, {"print": folder / "print.mp4"}))
        shown += [_image(every[moment], high) for moment in moments]
    return _in_a_row(shown)


def words(production: Production, folder: Path) -> Image.Image:
    """What is written: a review copy's slate and a frame of it, a title, a lower third and an end roll."""
    own, high = FrameForm(640, 360, Fraction(24)), 216
    credit = "\n".join(f"{role}\t{name}" for role, name in CREDITS)
    shown = {
        "1A": {"text": production.film.title, "style": "main"},
        "1B": {"text": "Jonah\nFisherman of Saltmarsh", "style": "lower-third"},
        "5B": {"text": credit, "style": "credits"},
    }
    plain = _drawn(production, "2B", own, folder)
    line = Subtitle(0, 48, ("You can see it from here.",))
    slate = Slate(production.film.title, (("Version", "93d7cbf3"), ("Length", "00:01:28:12  (2124 frames)")))
    review = ReviewShot("2B", "e0b2300a", 3752490847327367, 0, 48)
    burn(plain, 48, own, [line], [review], folder / "review.mp4", head=slate, head_frames=24)
    images = [_image(each, high) for each in _at(folder / "review.mp4", own, 0, 24 + 24)]
    for shot, title in shown.items():
        clip = _drawn(production, shot, own, folder)
        film = film_of(
            [{"id": shot, "duration": 48, "titles": [{**title, "duration": 48}]}], width=640, height=360
        )
        every = list(_frames(cut_film(film, {shot: take_info("take", 0, 48, 0)}), {"take": clip}))
        images.append(_image(every[24], high))
    return _in_a_row(images)


def _at(path: Path, picture: FrameForm, *frames: int) -> Iterator[clips.Planes]:
    size = picture.width, picture.height
    for frame in frames:
        yield from clips.planes(path, frame, frame + 1, picture.rate, size)


def sound_cuts(folder: Path) -> Image.Image:
    """Two places that change with the picture, a second before it (J) and a second after it (L)."""
    lanes: dict[str, Path] = {}
    for name, transition in (
        ("cut", {}),
        ("J-cut", {"sound_leads": "1s"}),
        ("L-cut", {"sound_trails": "1s"}),
    ):
        film = Film.model_validate(
            {
                "schema": 1,
                "title": name,
                "format": {"width": 64, "height": 48, "rate": 24},
                "locations": {
                    "kitchen": {"name": "Kitchen", "room_tone": "clock"},
                    "sea": {"name": "Sea", "room_tone": "storm"},
                },
                "scenes": [
                    {
                        "id": place,
                        "slug": place,
                        "location": place,
                        "shots": [
                            {"id": place, "duration": "4s", **({"transition": transition} if number else {})}
                        ],
                    }
                    for number, place in enumerate(("kitchen", "sea"))
                ],
            }
        )
        track = soundtrack(film, {}, folder)
        sources = {digest: folder / f"{digest}.wav" for digest in track.sources()}
        make_sources({sources[digest]: source for digest, source in track.sources().items()})
        lanes[name] = folder / f"{name}.wav"
        score = score_of(track, lengths_of(sources, track.sample_rate))
        mix.Mix(Stems(score, sources, ("effects",)), 0.0, None).write(lanes[name])
    return _lanes(lanes, Fraction(8), {"picture": Fraction(4)})


def colours(production: Production, folder: Path) -> Image.Image:
    """Above: two shots as they are and matched. Below: one through a look, and a part of it with grain."""
    own, high = FrameForm(640, 360, Fraction(24)), 180
    film = film_of([{"duration": 48}, {"duration": 48}])
    film = film.model_copy(update={"look": film.look.model_copy(update={"match_colours": True})})
    names = {"s0": "7B", "s1": "7C"}
    sources = {name: _drawn(production, name, own, folder) for name in names.values()}
    measured = {name: measure(path, 48, own.rate) for name, path in sources.items()}
    matched = matches(film, names)
    above = [_image(_frame(sources[name], own), high) for name in names.values()]
    for shot, name in names.items():
        one = Print(name, 48, own, own, matched[shot], None, None)
        render_print(one, sources[name], [matched[shot].table(measured)], folder / "print.mp4")
        above.append(_image(_frame(folder / "print.mp4", own), high))
    axis = np.linspace(0, 1, 17)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    inside = np.stack((red, green, blue), -1)
    light = (inside @ (0.2126, 0.7152, 0.0722))[..., None]
    look = inside + 0.7 * (light**2 * (3 - 2 * light) - light)
    look += 0.8 * ((1 - light) * (-0.05, 0.01, 0.07) + light * (0.08, 0.02, -0.08))
    clip = sources["7B"]
    render_print(
        Print("7B", 48, own, own, None, "x", None), clip, [np.clip(look, 0, 1)], folder / "print.mp4"
    )
    below = [_image(_frame(path, own), high) for path in (clip, folder / "print.mp4")]
    write_plate(folder / "plate.yuv", 640, 360, strength=0.6, seed=1871)
    film_of_it = formats.Finished(clip, None, 48, 640, 360, own.rate, 48000, "", grain=folder / "plate.yuv")
    (folder / "grain").mkdir()
    grained = stills.png_frames(film_of_it, 360, folder / "grain", "g")[24]
    part = (220, 60, 380, 150)
    with Image.open(grained) as image:
        rough = image.crop(part).resize((320, 180), Image.Resampling.NEAREST)
    plain = _image(_frame(clip, own), 360).crop(part).resize((320, 180), Image.Resampling.NEAREST)
    below += [plain, rough]
    rows = [_in_a_row(above), _in_a_row(below)]
    page = Image.new("RGB", (rows[0].width, 2 * rows[0].height - 6), PAPER)
    for number, row in enumerate(rows):
        page.paste(row, (0, number * (rows[0].height - 6)))
    return page


def _drawn(production: Production, shot: str, picture: FrameForm, folder: Path) -> Path:
    """Two seconds of a shot of the sample film."""
    spec = next(one.spec for one in production.plan().shots if one.shot == shot)
    changes = {
        "width": picture.width,
        "height": picture.height,
        "head": 0,
        "frames": 48,
        "tail": 0,
        "lines": (),
    }
    spec = spec.model_copy(update=changes)
    path = folder / f"{shot}-drawn.mp4"
    encode_clip(AnimaticBackend().render(spec, Conditioning(), Recorder()), path, spec.rate)
    return path


def _frame(path: Path, picture: FrameForm) -> clips.Planes:
    return next(clips.planes(path, 24, 25, picture.rate, (picture.width, picture.height)))


def _image(planes: clips.Planes, high: int) -> Image.Image:
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    return rgb_image(frame, (round(frame.width * high / frame.height), high))


def _in_a_row(images: Sequence[Image.Image]) -> Image.Image:
    gap = 6
    page = Image.new(
        "RGB", (sum(each.width + gap for each in images) + gap, images[0].height + 2 * gap), PAPER
    )
    x = gap
    for each in images:
        page.paste(each, (x, gap))
        x += each.width + gap
    return page


def waveform(production: Production, folder: Path) -> Image.Image:
    """The sample film's stems, as they enter the mix, and its mix, over the film's scenes."""
    track = soundtrack(production.film, production.digests, production.folder)
    sources = {digest: folder / f"{digest}.wav" for digest in track.sources()}
    make_sources({sources[digest]: source for digest, source in track.sources().items()})
    files = {stem: folder / f"{stem}.wav" for stem in track.stems()}
    score = score_of(track, lengths_of(sources, track.sample_rate))
    for stem, path in files.items():
        mix.Mix(Stems(score, sources, (stem,)), 0.0, None).write(path)
    mix.Mix(Stems(score, sources), 0.0).write(folder / "mix.wav")
    lanes: dict[str, Path] = {**files, "mix": folder / "mix.wav"}
    marks, start = {}, 0
    for scene in production.film.scenes:
        marks[scene.id] = start / production.film.format.rate
        start += sum(shot.duration.frames(production.film.format.rate) for shot in scene.shots)
    return _lanes(lanes, Fraction(track.samples, track.sample_rate), marks)


def _lanes(lanes: Mapping[str, Path], length_s: Fraction, marks: Mapping[str, Fraction]) -> Image.Image:
    """Waveforms of sounds one below the other, over marks at their seconds."""
    left, width, high, head, foot = 84, 1000, 92, 26, 24
    page = Image.new("RGB", (left + width + 10, head + len(lanes) * high + foot), PAPER)
    pen = ImageDraw.Draw(page)
    for row, (name, path) in enumerate(lanes.items()):
        middle = head + row * high + high // 2
        pen.text((8, middle), name, fill=INK, font=_font(15), anchor="lm")
        samples = np.abs(wav.inspect(path).read()).max(axis=1)
        for x, part in enumerate(np.array_split(samples, width)):
            reach = float(part.max()) ** 0.5 * (high / 2 - 4)  # a square root shows what is soft, too
            pen.line((left + x, middle - reach, left + x, middle + reach), fill=LANES.get(name, INK))
    bottom = head + len(lanes) * high
    for name, moment in marks.items():
        x = left + float(width * moment / length_s)
        pen.line((x, head - 6, x, bottom), fill=(206, 202, 194))
        pen.text((x + 4, head - 16), name, fill=SOFT, font=_font(13), anchor="lm")
    step = 10 if length_s > 20 else 1
    for second in range(0, int(length_s) + 1, step):
        x = left + float(width * second / length_s)
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
        frames(opened, Path(temporary)).save(DOCS / "frames.jpg", quality=82)
        colours(opened, Path(temporary)).save(DOCS / "colours.jpg", quality=88)
        words(opened, Path(temporary)).save(DOCS / "words.jpg", quality=82)
        sound_cuts(Path(temporary)).save(DOCS / "sound-cuts.png", optimize=True)
        waveform(opened, Path(temporary)).save(DOCS / "waveform.png", optimize=True)
