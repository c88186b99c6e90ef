"""A film's picture from takes to deliverable: the parts of assembly in a row."""

from fractions import Fraction
from pathlib import Path

import pytest

from assembly.cut.cut import cut_film
from assembly.cut.pieces import CopyPiece
from assembly.delivery import stills
from assembly.picture import film_file
from assembly.picture.joint import render_joint
from assembly.picture.stitch import stitch
from tests.support.assembly import pictures
from tests.support.assembly.films import film_of, takes_of

HOSTILE_NAME = '-it\'s 100% "[a]" a:b;c\nд 🎬 %03d'

SHOTS = [
    {"duration": 30, "transition": {"kind": "fade", "duration": 6}},
    {"duration": 40, "transition": {"kind": "dissolve", "duration": 9}},
    {"duration": 25},
    {
        "duration": 49,
        "transition": {"kind": "fade", "duration": 10},
        "titles": [
            {
                "text": "It's 100% \\ a:b, [c]; %{pts} 🎬\n\u05e9\u05dc\u05d5\u05dd",
                "style": "card",
                "at": 14,
                "duration": 9,
            }
        ],
    },
    {"duration": 13, "transition": {"kind": "dissolve", "duration": 24}},
    {"duration": 36, "fade_out": 8, "titles": [{"text": "Role: Name\n" * 20, "style": "credits", "at": 24}]},
]


def made(film, folder: Path):
    """The film's cut, its picture and where each copied packet should come from."""
    takes = takes_of(film)
    cut = cut_film(film, takes)
    sources = {
        take.digest: pictures.clip(folder / f"{number}.mp4", number, take.shape.total, cut.picture)
        for number, take in enumerate(takes.values())
    }
    pieces, packets, at = [], {}, 0
    for number, piece in enumerate(cut.pieces):
        if isinstance(piece, CopyPiece):
            pieces.append((sources[piece.take], piece.first, piece.last))
            copied = pictures.packets(sources[piece.take])[piece.first : piece.last]
            packets |= dict(enumerate(copied, at))
        else:
            render_joint(piece, sources, folder / f"joint {number}.mp4")
            pieces.append((folder / f"joint {number}.mp4", 0, piece.frames))
        at += piece.frames
    stitch(pieces, film.format.rate, folder / "picture.mp4")
    return cut, folder / "picture.mp4", packets


@pytest.mark.parametrize("rate", [24, "24000/1001"])
def test_every_frame_of_a_film_with_everything_in_it_is_the_right_one(rate, tmp_path):
    folder = tmp_path / HOSTILE_NAME
    folder.mkdir()
    film = film_of(SHOTS, rate=rate)
    cut, picture, copied = made(film, folder)
    frames = [pictures.named(frame) for frame in pictures.decoded(picture)]
    assert len(frames) == cut.frames == film.duration_frames() == 193
    takes = takes_of(film)
    unclear = {*range(6), 67, 68, 69, 70, 71}  # dark
    unclear |= {*range(90, 100), *range(109, 118)}  # a fade; a title over the blocks
    unclear |= {*range(25, 35), *range(132, 156), *range(181, 193)}  # dissolves; credits and a fade
    for number, (shot, start) in enumerate(cut.shot_starts.items()):
        for frame in range(takes[shot].shape.frames):
            if start + frame not in unclear:
                assert frames[start + frame] == (number, takes[shot].shape.head + frame)
    got = pictures.packets(picture)
    assert copied
    assert {place: got[place] for place in copied} == copied

    name = folder / f"{HOSTILE_NAME}.mp4"
    stitch([(picture, 0, 193)], film.format.rate, name, title=HOSTILE_NAME, chapters=cut.chapters)
    facts = film_file.probe(name)
    assert (facts.frames, facts.rate, facts.chapters) == (193, film.format.rate, cut.chapters)
    assert pictures.packets(name) == got

    stills.poster(name, 192, folder / "%d.png")
    assert (folder / "%d.png").exists()


def test_a_film_can_be_made_in_the_folder_one_stands_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, picture, _ = made(film_of([{"duration": 13, "fade_out": 2}]), Path())
    assert film_file.probe(Path("picture.mp4")).duration_s == Fraction(13, 24)
    assert not picture.is_absolute()
