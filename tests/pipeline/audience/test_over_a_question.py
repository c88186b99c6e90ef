"""What a plain player decodes of a film that asks: each frame once, and claps with their flashes."""

from __future__ import annotations

import copy
from fractions import Fraction

import av
import numpy as np

from assembly.delivery.live.remux import delay
from assembly.sound.signal import wav
from farm.backends.slate import read_barcode, shot_hash
from tests.benchmarks.feature import chirp
from tests.benchmarks.takes import publish_slate
from tests.support.assembly import hls_rules
from tests.support.pipeline.audience_films import ASKING, shown
from tests.support.pipeline.slate_films import write_film
from tests.support.waiting import until

RATE, SAMPLES = Fraction(24), 48_000
STARTS = {"1A": 0, "2A": 96, "4A": 192}
CLAPS = {"1A": 40, "2A": 92, "3A": 8, "4A": 3}
"""frames of shots that are white, with a chirp: 4 frames before an answer counts, and 3 after it"""
FRAMES = 252


def clapping(folder):
    """A film that asks, in which nothing is heard but claps."""
    film = copy.deepcopy(ASKING)
    del film["locations"]["here"]["room_tone"]
    for scene in film["scenes"]:
        for shot in scene["shots"]:
            shot["effects"] = [{"sound": "clap.wav", "at": CLAPS[shot["id"]]}]
    write_film(folder, film)
    wav.write(folder / "clap.wav", chirp(), SAMPLES)
    return folder


def decoded(address):
    """Each frame's number in the film, with its brightness and its barcode, and when claps are heard."""
    frames, samples, begins = [], [], None
    with av.open(address) as container:
        for frame in container.decode(video=0):
            picture = frame.to_ndarray(format="rgb24")
            number = frame.pts * frame.time_base * RATE - delay(RATE)
            frames.append((number, picture.mean(), read_barcode(picture)))
    with av.open(address) as container:
        for frame in container.decode(audio=0):
            begins = frame.pts * frame.time_base if begins is None else begins
            samples.append(frame.to_ndarray()[0])
    heard = np.abs(np.concatenate(samples))
    loud = np.flatnonzero(heard > heard.max() / 4)
    first = loud[np.diff(loud, prepend=-SAMPLES) > SAMPLES // 10]
    late = delay(RATE) / RATE
    return frames, [begins + Fraction(int(at), SAMPLES) - late for at in first]


def test_frames_and_claps_go_on_over_answers_in_the_stream_of_a_viewer(tmp_path):
    with shown(clapping(tmp_path / "film")) as found, found.client as client:
        production = found.production
        for shot in production.plan().shots:
            publish_slate((production.store.root, shot.spec.model_dump_json(), shot.digest, CLAPS[shot.shot]))
        made = client.post("/api/screenings", json={}).json()
        state = lambda: client.get(f"/api/screenings/{made['key']}").json()  # noqa: E731
        for number, answer in enumerate((None, "right")):
            until(lambda: state()["question"] and state()["sounds"] > number, "it asks")  # noqa: B023
            said = {"number": number, "answer": answer}
            assert client.post(f"/api/screenings/{made['key']}/answers", json=said).status_code == 200
        ended = lambda: "#EXT-X-ENDLIST" in client.get(made["sound"]).text  # noqa: E731
        until(lambda: state()["whole"] and ended(), "all of it is given")
        for kind in ("picture", "sound"):
            base = made[kind].rpartition("/")[0]
            fetch = lambda uri: client.get(f"{base}/{uri}").content  # noqa: E731, B023
            assert [*hls_rules.of_content(client.get(made[kind]).text, fetch)] == []
        frames, claps = decoded(f"{found.base}{made['stream']}")
    assert [number for number, _, _ in frames] == [*range(FRAMES)], "every frame once, and in order"
    flashes = [start + CLAPS[shot] for shot, start in STARTS.items()]
    assert [number for number, bright, _ in frames if bright > 240] == flashes
    for number, _, code in frames:
        if number not in flashes:
            shot = max((name for name in STARTS if STARTS[name] <= number), key=STARTS.__getitem__)
            assert code == (shot_hash(shot), number - STARTS[shot])
    assert len(claps) == len(flashes)
    assert all(abs(clap - flash / RATE) < 1 / RATE / 4 for clap, flash in zip(claps, flashes, strict=True))
