"""Clips are taken apart into groups that a decoder can begin with; what was sent once is kept for good."""

from __future__ import annotations

import struct

import av
import httpx
import numpy as np
import pytest

from assembly.picture.thumbnail import MOST_HIGH, MOST_WIDE
from farm.backends.slate import read_barcode
from farm.takes.clip import CLIP
from pipeline.review.media import group_bytes, index_of
from storyboard.errors import AssemblyError
from storyboard.media.mezzanine import GOP_FRAMES
from tests.support.pipeline.review_films import STARTS, opened
from tests.support.waiting import PATIENCE_S


@pytest.fixture(scope="module")
def clip(film_for_review):
    production = opened(film_for_review)
    shot = next(shot for shot in production.plan().shots if shot.shot == "2A")
    return production.store.file(production.takes.find(shot.digest), CLIP)


@pytest.fixture
def client(review):
    headers = {"Authorization": f"Bearer {review.token}"}
    address = f"http://127.0.0.1:{review.port}"
    with httpx.Client(base_url=address, headers=headers, timeout=PATIENCE_S) as client:
        yield client


def samples_of(content):
    (count,) = struct.unpack_from("<I", content)
    at, samples = 4 + 12 * count, []
    for number in range(count):
        frame, size, key = struct.unpack_from("<3I", content, 4 + 12 * number)
        samples.append((frame, bool(key), content[at : at + size]))
        at += size
    assert at == len(content)
    return samples


def test_groups_hold_every_frame_once_and_each_begins_with_a_keyframe(clip):
    index = index_of(clip)
    assert index.firsts == [*range(0, index.frames, GOP_FRAMES)]
    seen = []
    for number, first in enumerate(index.firsts):
        samples = samples_of(group_bytes(clip, number))
        assert samples[0][:2] == (first, True)
        assert not any(key for _, key, _ in samples[1:])
        seen += sorted(frame for frame, _, _ in samples)
    assert seen == [*range(36)]


def test_a_group_alone_decodes_to_its_frames(clip):
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = index_of(clip).description
    decoded = []
    for frame, _, content in samples_of(group_bytes(clip, 1)):
        packet = av.Packet(content)
        packet.pts = frame
        decoded += decoder.decode(packet)
    decoded += decoder.decode(None)
    numbers = [(one.pts, read_barcode(one.to_ndarray(format="rgb24"))[1]) for one in decoded]
    assert numbers == [(frame, frame) for frame in range(12, 24)]


def test_a_file_that_no_page_can_decode_is_refused_in_words(tmp_path):
    with pytest.raises(AssemblyError, match="cannot be read"):
        index_of(tmp_path / "gone.mp4")
    (tmp_path / "words.mp4").write_text("no film at all")
    with pytest.raises(AssemblyError, match="cannot be read"):
        index_of(tmp_path / "words.mp4")


def test_a_clip_has_no_group_beyond_its_last(clip):
    for number in (-1, len(index_of(clip).samples)):
        with pytest.raises(IndexError):
            group_bytes(clip, number)


def test_the_spans_of_a_film_cover_each_of_its_frames_once(client):
    film = client.get("/api/films/for-review").json()
    at = 0
    for span in film["spans"]:
        assert span["at"] == at
        at += span["frames"]
        clip = client.get(f"/media/1/for-review/clips/{span['clip']}").json()
        assert span["first"] + span["frames"] <= clip["frames"]
    assert at == film["frames"]
    assert {shot["id"]: shot["start"] for shot in film["shots"]} == STARTS
    assert [len(shot["takes"]) for shot in film["shots"]] == [1, 1, 2, 1]


def test_what_lies_under_a_digest_is_sent_once(client):
    film = client.get("/api/films/for-review").json()
    clip = f"/media/1/for-review/clips/{film['spans'][0]['clip']}"
    for path in (f"{clip}/groups/0", f"{clip}/still?frame=3"):
        first = client.get(path)
        assert "immutable" in first.headers["cache-control"]
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{clip}/groups/999").status_code == 404
    assert client.get(f"{clip}/still?frame=999").status_code == 404
    assert client.get("/api/films/for-review").headers["cache-control"] == "no-store"


def test_a_still_is_the_frame_that_was_asked_for_and_small(client):
    import io

    from PIL import Image

    film = client.get("/api/films/for-review").json()
    take = film["shots"][3]["takes"][0]
    answer = client.get(f"/media/1/for-review/clips/{take['clip']}/still?frame=17")
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.width <= MOST_WIDE
    assert picture.height <= MOST_HIGH
    assert read_barcode(np.asarray(picture))[1] == 17


def test_the_pieces_of_the_sound_are_the_samples_of_the_mix(client, film_for_review):
    from pipeline.film.mixing import gain_of, mix_of
    from pipeline.film.sound import mix_digest, soundtrack_of

    sound = client.get("/api/films/for-review/sound").json()["sound"]
    production = opened(film_for_review)
    material = production.material(production.plan())
    store, track = production.store, soundtrack_of(material, production.store)
    digest = mix_digest(track, material.loudness_lufs)
    assert sound["digest"] == digest
    mix = mix_of(store, track, gain_of(store, track, material.loudness_lufs)).read(0, track.samples)
    pieces = -(-sound["samples"] // sound["piece_samples"])
    heard = b"".join(
        client.get(f"/media/1/for-review/sounds/{digest}/{number}").content for number in range(pieces)
    )
    samples = np.frombuffer(heard, "<i2").reshape(-1, sound["channels"])
    assert samples.shape == mix.shape
    assert np.abs(samples / 32767 - mix).max() < 1e-4
    assert np.abs(mix).max() > 0.01
    assert client.get(f"/media/1/for-review/sounds/{digest}/{pieces}").status_code == 404
