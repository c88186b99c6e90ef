"""The files of a shared cut: its film, joined from what it was watched from, a poster and a link's picture.

Nothing is encoded again, and nothing decoded but the frame of the pictures. What is said of how the film was
made is signed into each of them, last.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from assembly.delivery.link_card import write_link_card
from assembly.delivery.packet_sums import movie_sums
from assembly.delivery.shared_page import MOST_OF_A_POSTER
from assembly.frames import clips
from assembly.frames.rgb import rgb_image
from assembly.picture.film_file import probe
from assembly.picture.stitch import stitch
from assembly.programs.whole_files import written_aside
from pipeline.audience.projector import Projector
from pipeline.delivery.stating import statement_of_film, with_packets
from pipeline.provenance.signer import Signer
from pipeline.provenance.signing import sign
from storyboard.errors import AssemblyError

FILM, POSTER, CARD = "film.mp4", "poster.jpg", "card.jpg"
FILES = (FILM, POSTER, CARD)
KIND = "cut"
"""what is signed says of which kind of deliverable it is"""
_QUALITY = 88


def make_files(way: Projector, folder: Path, signer: Signer | None) -> None:
    """Make all of them of a way whose takes are all there.

    Args:
        way: what is shown.
        folder: where they are written.
        signer: who signs; nothing is signed without one.

    Raises:
        AssemblyError: something of it is not there, or cannot be joined or signed.
        StoreError: the store cannot be read, or the folder not be written.
    """
    film = folder / FILM
    title = way.production.film.title
    stitch(way.pieces(), way.rate, film, sound=way.sound_file(), title=title, chapters=way.cut.chapters)
    made = probe(film, counted=False)
    if made.frames != way.cut.frames:
        raise AssemblyError(f"the cut has {made.frames} frames where the film has {way.cut.frames}")
    shot = max(way.plan.cut, key=lambda one: one.shape.frames)
    at = way.cut.shot_starts[shot.shot] + shot.shape.frames // 2
    (picture,) = clips.decode(film, at, at + 1, way.rate)
    frame = rgb_image(picture)
    _write_poster(frame, folder / POSTER)
    write_link_card(frame, title, folder / CARD, way.production.film.language)
    if signer is None:
        return
    said = statement_of_film(title, KIND, way.cut, way.plan.cut)
    sign(film, with_packets(said, movie_sums(film)), signer, validated=False)
    of_frame = statement_of_film(title, KIND, way.cut, [shot])
    for name in (POSTER, CARD):
        sign(folder / name, of_frame, signer)


def _write_poster(frame: Image.Image, out: Path) -> None:
    poster = frame.copy()
    poster.thumbnail((MOST_OF_A_POSTER, MOST_OF_A_POSTER), Image.Resampling.LANCZOS)
    with written_aside(out) as aside:
        poster.save(aside, format="JPEG", quality=_QUALITY, progressive=True, optimize=True)
