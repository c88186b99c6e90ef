"""Films like those that went wrong for people, from the document to what lies in `out/`."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
import yaml

from assembly.picture.film_file import probe
from tests.support.pipeline.slate_films import assert_clear

pytestmark = pytest.mark.slow

CASES = Path(__file__).parent.parent / "cases"


def case(name, tmp_path, **changes):
    """A copy of a case's folder, small, rendered by slates."""
    folder = tmp_path / name
    shutil.copytree(CASES / name, folder)
    film = yaml.safe_load((folder / "film.yaml").read_text())
    film = {**film, "format": {"width": 256, "height": 144, "rate": 24}, **changes}
    film |= {"renderer": "slates", "renderers": {"slates": {"backend": "slate"}}}
    (folder / "film.yaml").write_text(yaml.safe_dump(film, sort_keys=False, allow_unicode=True))
    return folder


def cues(text):
    """The times and the words of the cues of a WebVTT file."""
    found = []
    for block in text.split("\n\n")[1:]:
        times, *rows = block.strip().split("\n")
        found.append((*times.split(" --> "), rows))
    return found


def test_two_lines_that_overlap_are_both_read_in_every_kind_of_subtitles(standing, tmp_path):
    deliverables = {
        "burned": {"kind": "web", "burned_subtitles": "en"},
        "track": {"kind": "web", "subtitles": ["en"]},
        "stream": {"kind": "hls", "renditions": [144], "subtitles": ["en"]},
        "words": {"kind": "subtitles"},
    }
    folder = case("overlap", tmp_path, deliverables=deliverables)
    standing.json("render", folder)
    out = folder / "out"
    found = cues((out / "words" / "overlap.en.vtt").read_text())
    assert all(one[1] <= after[0] for one, after in pairwise(found)), "one at a time"
    first, second = "Do not open that door, I am begging you.", "I am going in!"
    together = [f"- {first}", f"- {second}"]
    assert [rows for _, _, rows in found] == [[first], together, [first]]
    assert cues((out / "stream" / "en.0000.vtt").read_text()) == found
    written = (out / "words" / "overlap.en.srt").read_text()
    assert (written.count(first), written.count(second)) == (3, 1)
    with av.open(str(out / "track" / "overlap.mp4")) as container:
        packets = [bytes(packet) for packet in container.demux(subtitles=0)]
    read = [packet[2 : 2 + int.from_bytes(packet[:2])].decode() for packet in packets if packet[2:]]
    assert read == [first, "\n".join(together), first]
    drawn = lettered(out / "burned" / "overlap.mp4", out / "track" / "overlap.mp4")
    assert drawn[30] > 1.6 * drawn[10], "one above the other"


def lettered(burned: Path, plain: Path) -> list[int]:
    """In how many rows of each frame something is drawn."""
    frames = []
    with av.open(str(burned)) as one, av.open(str(plain)) as other:
        for a, b in zip(one.decode(video=0), other.decode(video=0), strict=True):
            luma = [frame.to_ndarray()[: frame.height].astype(int) for frame in (a, b)]
            frames.append(int((np.abs(luma[0] - luma[1]).max(axis=1) > 60).sum()))
    return frames


def test_every_chapter_has_its_own_title_beside_a_track_of_subtitles(standing, tmp_path):
    folder = case("chapters", tmp_path, deliverables={"web": {"kind": "web", "subtitles": ["en"]}})
    standing.json("render", folder)
    facts = probe(folder / "out" / "web" / "the-last-train-to-rook-street.mp4")
    film = yaml.safe_load((folder / "film.yaml").read_text())
    assert [chapter.title for chapter in facts.chapters] == [scene["slug"] for scene in film["scenes"]]


def test_one_deliverable_that_fails_does_not_keep_the_others_from_being_made(standing, copy_of_finished):
    film = yaml.safe_load((copy_of_finished / "film.yaml").read_text())
    film["deliverables"] = {
        "press-kit": {"kind": "poster"},
        "teaser": {"kind": "poster"},
        "words": {"kind": "subtitles"},
    }
    (copy_of_finished / "film.yaml").write_text(yaml.safe_dump(film, sort_keys=False))
    (copy_of_finished / "out" / "press-kit").write_text("a file where a folder goes")
    for command in (("deliver", ""), ("render",)):
        done = standing(*command, copy_of_finished)
        assert_clear(done, 1, 'the deliverable "press-kit" could not be made')
        assert (copy_of_finished / "out" / "teaser" / "six-slates.png").is_file()
        assert (copy_of_finished / "out" / "words" / "six-slates.en.srt").is_file()
        shutil.rmtree(copy_of_finished / "out" / "teaser")
    done = standing("deliver", "", copy_of_finished, "--json")
    assert done.returncode == 1
    told = {one["name"]: one["error"] for one in json.loads(done.stdout)}
    assert [name for name, error in told.items() if error] == ["press-kit"]
