"""Every form of deliverable: written into a folder with a hostile name, and read back frame by frame."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from assembly.cut.form import FrameForm
from assembly.cut.pieces import Chapter
from assembly.delivery import formats, hls, stills, verify
from assembly.delivery.expected import Expected, compare
from assembly.picture import film_file
from assembly.sound.signal import wav
from storyboard.media.timing import sample_at
from storyboard.planning.overlapping_subtitles import Subtitle
from storyboard.planning.subtitle_files import webvtt_for_mp4
from storyboard.schema.deliverables import DeliverableKind
from tests.support.assembly import pictures
from tests.support.assembly.encoded_sounds import encode_sound

PICTURE = FrameForm(256, 144, Fraction(24000, 1001))
FRAMES = 60
TITLE = "It's =100%; #1 \\ [a]:b %{x} é"
CHAPTERS = (Chapter("INT. A=B; #1", 0), Chapter("EXT. SEA", 17))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A picture of numbered frames with a tone, in a folder whose name means something to every muxer."""
    folder = tmp_path_factory.mktemp("x") / "a%03d 'b' [c]:d,e;%v"
    folder.mkdir()
    clip = pictures.clip(folder / "picture.mp4", 1, FRAMES, PICTURE)
    samples = sample_at(FRAMES, PICTURE.rate, 48000)
    wave = np.sin(np.arange(samples) * 0.05) * 0.3
    wav.write(folder / "mix.wav", np.repeat(wave[:, None], 2, 1), 48000)
    encode_sound(folder / "mix.wav", folder / "mix.m4a")
    metadata = film_file.metadata(TITLE, CHAPTERS, FRAMES, PICTURE.rate, description="50 % = \\ ;")
    return formats.Finished(clip, folder / "mix.m4a", FRAMES, 256, 144, PICTURE.rate, 48000, metadata)


def heard_in(kind, film):
    """A film with its sound as a kind takes it."""
    lossless = kind in {DeliverableKind.MASTER, DeliverableKind.MASTER_DNXHR}
    return replace(film, sound=film.sound.with_suffix(".wav" if lossless else ".m4a"))


def folder_of(finished, name):
    folder = finished.picture.parent / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


CODECS = {
    DeliverableKind.WEB: "h264",
    DeliverableKind.WEB_HEVC: "hevc",
    DeliverableKind.WEB_AV1: "libdav1d",
    DeliverableKind.MASTER: "prores",
    DeliverableKind.MASTER_DNXHR: "dnxhd",
}


@pytest.mark.parametrize("kind", CODECS)
def test_a_file_has_every_frame_the_sound_the_tags_and_the_chapters(kind, finished):
    path = formats.encode(kind, heard_in(kind, finished), 144, folder_of(finished, kind), "film")
    seen, heard = verify.watch(path), verify.listen(path)
    wanted = Expected(
        FRAMES, (256, 144), PICTURE.rate, CODECS[kind], FRAMES / PICTURE.rate, verify.listen(path).lufs
    )
    assert compare(wanted, seen, heard) == ([], [])
    facts = film_file.probe(path)
    assert facts.title == TITLE
    assert [(chapter.title, chapter.start) for chapter in facts.chapters] == [
        (chapter.title, chapter.start) for chapter in CHAPTERS
    ]
    lossless = kind in {DeliverableKind.MASTER, DeliverableKind.MASTER_DNXHR}
    assert (heard.codec == "pcm_s24le") is lossless


@pytest.mark.parametrize("sample_rate", [44100, 48000, 96000])
def test_long_chapters_keep_their_titles_beside_subtitles_and_any_sound(tmp_path, sample_rate):
    picture = FrameForm(64, 48, Fraction(4))
    chapters = (Chapter("ONE", 0), Chapter("TWO", 52), Chapter("THREE", 100), Chapter("FOUR", 336))
    clip = pictures.clip(tmp_path / "picture.mp4", 1, 600, picture)
    wav.write(tmp_path / "mix.wav", np.zeros((sample_rate * 150, 2)), sample_rate)
    said = [Subtitle(6, 30, ("<b> & {\\an8}Ahoy", "-->")), Subtitle(30, 60, ("Who?",), frozenset({0}))]
    (tmp_path / "en.vtt").write_text(webvtt_for_mp4(said, picture.rate))
    metadata = film_file.metadata("Long", chapters, 600, picture.rate)
    encode_sound(tmp_path / "mix.wav", tmp_path / "mix.m4a")
    finished = formats.Finished(clip, tmp_path / "mix.m4a", 600, 64, 48, picture.rate, sample_rate, metadata)
    finished = replace(finished, subtitles={"en": tmp_path / "en.vtt"})
    for number, write in enumerate((formats.finish, formats.encode)):
        size = () if number == 0 else (48,)
        path = write(DeliverableKind.WEB, finished, *size, tmp_path, f"film{number}")
        assert film_file.probe(path).chapters == chapters
        with av.open(str(path)) as container:
            texts = [
                bytes(packet)[2 : 2 + int.from_bytes(bytes(packet)[:2])]
                for packet in container.demux(subtitles=0)
            ]
        assert [text for text in texts if text] == [b"<b> & (\\\xe2\x81\xa0an8)Ahoy\n-->", b"Who?"]


def test_what_was_a_frame_is_the_same_frame(finished):
    path = formats.encode(DeliverableKind.WEB, finished, 144, folder_of(finished, "same"), "film")
    assert [pictures.named(frame) for frame in pictures.decoded(path)] == [(1, n) for n in range(FRAMES)]


def test_the_same_film_gives_the_same_web_file_and_master(finished):
    for kind in (DeliverableKind.WEB, DeliverableKind.MASTER):
        film = heard_in(kind, finished)
        first, second = (
            formats.encode(kind, film, 144, folder_of(finished, name), "film").read_bytes()
            for name in ("one", "two")
        )
        assert first == second


def test_another_height_keeps_the_shape(finished):
    path = formats.encode(DeliverableKind.WEB, finished, 90, folder_of(finished, "small"), "film")
    seen = verify.watch(path)
    assert (seen.width, seen.height, seen.frames) == (160, 90, FRAMES)


@pytest.mark.parametrize("sound", [True, False])
def test_renditions_of_a_stream_change_at_the_same_frames(sound, finished):
    folder = folder_of(finished, "hls")
    film = finished if sound else replace(finished, sound=None)
    index = hls.encode(film, (144, 72), folder).read_text()
    assert "RESOLUTION=256x144" in index
    assert "RESOLUTION=128x72" in index
    assert ("sound.m3u8" in index) is sound
    large, small = (verify.watch(folder / f"{height}p.m3u8") for height in (144, 72))
    assert large.frames == small.frames == FRAMES
    assert large.keyframes == small.keyframes == (0, 48)
    assert large.evenly
    assert large.tagged
    if sound:
        assert abs(verify.listen(folder / "sound.m3u8").duration_s - FRAMES / PICTURE.rate) < 0.05


def test_a_sequence_has_a_picture_for_every_frame_in_order(finished):
    files = stills.png_frames(finished, 144, folder_of(finished, "frames"), "film")
    assert len(files) == FRAMES
    assert files[0].name == "film.000001.png"
    seen = verify.watch(files[40])
    assert (seen.codec, seen.width, seen.height, seen.frames) == ("png", 256, 144, 1)
    from PIL import Image

    with Image.open(files[40]) as image:
        luma = 16 + np.asarray(image.convert("L"), float) * 219 / 255
    assert pictures.named(np.vstack([luma, np.full((72, 256), 128)])) == (1, 40)


def test_an_exr_holds_linear_light(finished):
    import av

    short = replace(finished, frames=3)
    files = stills.exr_frames(short, (256, 144), folder_of(finished, "exr"), "film")
    assert [path.name for path in files] == [f"film.00000{number}.exr" for number in (1, 2, 3)]
    with av.open(str(files[2])) as container:
        frame = next(container.decode(video=0))
        assert frame.format.name == "gbrpf16le"
        field = np.frombuffer(memoryview(frame.planes[0]), np.float16)[:200].astype(float)
    encoded = (100 - 16) / 219  # the field of clip 1 is luma 100
    assert np.median(field) == pytest.approx(((encoded + 0.099) / 1.099) ** (1 / 0.45), rel=0.03)


def test_a_preview_moves_and_a_contact_sheet_has_every_shot(finished):
    from PIL import Image

    folder = folder_of(finished, "stills")
    count = stills.preview(finished, folder / "film.webp")
    with Image.open(folder / "film.webp") as image:
        assert image.n_frames == count > 10
        assert image.size == (256, 144)
    shots = [stills.SheetShot(f"s{number}", "1", number, 1) for number in range(50)]
    pages = stills.contact_sheet(finished, shots, folder, "sheet")
    assert [page.name for page in pages] == ["sheet-01.jpg", "sheet-02.jpg"]
    with Image.open(pages[0]) as image:
        cell = np.asarray(image.convert("L").crop((16, 16, 16 + 320, 16 + 180)).resize((256, 144)), float)
    assert pictures.named(np.vstack([16 + cell * 219 / 255, np.full((72, 256), 128)])) == (1, 0)
