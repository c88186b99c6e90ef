"""What is heard before a viewer answers is the same whatever they answer, and goes on without a jump."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assembly.sound import make_sources
from assembly.sound.lay_soundtrack import RINGING_S, soundtrack
from assembly.sound.mix.limiter import reach
from assembly.sound.mix.mix import Mix
from assembly.sound.mix.stems import Stems
from assembly.sound.music.compose import compose, seconds_of_bar
from assembly.sound.signal.tracks import Duck
from assembly.sound.soundtrack import STEMS, Soundtrack
from storyboard.branching.route import follow
from storyboard.branching.route_film import questions, route_film
from storyboard.schema.film import Film
from storyboard.schema.vocabulary import Mood
from tests.support.assembly.sound_films import score_for

RATE = 44100
BORDER_S = 5


def line(text: str, at: str) -> dict:
    return {"character": "ada", "text": text, "at": at}


def scene(name: str, seconds: int, location: str = "quay", **shot) -> dict:
    return {
        "id": name,
        "slug": name,
        "location": location,
        "shots": [{"id": f"{name}A", "duration": f"{seconds}s", **shot}],
    }


def forked(*, music: list[dict], fade_out: bool = False, **near: object) -> Film:
    start = scene(
        "start",
        BORDER_S,
        lines=[line("We have to choose.", "2.5s")],
        effects=[{"sound": "bell", "at": "4.5s", "duration": "2s"}],
        **({"fade_out": "1s"} if fade_out else {}),
    )
    start["choices"] = {
        "question": "Where to?",
        "default": "near",
        "answers": [{"id": one, "text": one, "goes_to": one} for one in ("near", "far")],
    }
    scenes = [
        start,
        scene("near", 3, lines=[line("Here.", "0.05s")], **near) | {"goes_to": "end"},
        scene("far", 4, "attic") | {"goes_to": "end"},
        scene("end", 3),
    ]
    return Film.model_validate(
        {
            "schema": 1,
            "title": "Test",
            "format": {"sample_rate": RATE},
            "characters": {"ada": {"name": "Ada", "voice": {"name": "en-gb"}}},
            "locations": {
                "quay": {"name": "Quay", "room_tone": "sea"},
                "attic": {"name": "Attic", "room_tone": "wind"},
            },
            "music": music,
            "scenes": scenes,
        }
    )


def way(film: Film, answer: str, digests: dict[str, str] | None = None, folder: Path = Path()) -> Soundtrack:
    """What is heard on the way of an answer."""
    route = route_film(film, follow(film, {"start": (answer,)}))
    borders = [question.due for question in questions(route, route.film)]
    return soundtrack(route.film, digests or {}, folder, borders=borders)


def heard(track: Soundtrack, folder: Path) -> dict[str, np.ndarray]:
    files = {digest: folder / f"{digest}.wav" for digest in track.sources()}
    make_sources.make_sources(
        {files[digest]: one for digest, one in track.sources().items() if not files[digest].exists()}
    )
    score = score_for(track, files)
    return {stem: Stems(score, files, (stem,)).read(0, track.samples) for stem in STEMS}


def mixed(track: Soundtrack, folder: Path) -> np.ndarray:
    files = {digest: folder / f"{digest}.wav" for digest in track.sources()}
    return Mix(Stems(score_for(track, files), files), 3.0).read(0, track.samples)


def _loudness(sound: np.ndarray) -> np.ndarray:
    """The level of each twentieth of a second."""
    whole = sound[: len(sound) // (RATE // 20) * (RATE // 20)]
    return np.sqrt((whole.reshape(-1, RATE // 20, 2) ** 2).mean(axis=(1, 2)))


THROUGH = [{"id": "M1", "from": "startA", "to": "endA", "mood": "hopeful", "tempo": 100}]
FOLLOWED = [
    {"id": "M1", "from": "startA", "to": "startA", "mood": "calm"},
    {"id": "M2", "from": "nearA", "to": "endA", "follows": "M1", "mood": "hopeful"},
    {"id": "M3", "from": "farA", "to": "endA", "follows": "M1", "mood": "tense"},
]


@pytest.mark.parametrize(
    ("music", "fade_out"), [(THROUGH, False), (FOLLOWED, True)], ids=["one cue", "cues that follow"]
)
def test_samples_are_the_same_before_an_answer_and_go_on_after_it(tmp_path, music, fade_out):
    film = forked(music=music, fade_out=fade_out)
    border = BORDER_S * RATE
    ways, mixes = {}, []
    for answer in ("near", "far"):
        track = way(film, answer)
        assert track.borders == (border,)
        ways[answer] = heard(track, tmp_path)
        mixes.append(mixed(track, tmp_path))
    for stem in STEMS:
        one, other = (ways[answer][stem] for answer in ways)
        assert np.array_equal(one[:border], other[:border]), stem
    assert all(np.abs(ways["near"][stem][:border]).max() > 0.01 for stem in STEMS)
    for answer, sounds in ways.items():
        for stem in ("music", "effects"):
            steps = np.abs(np.diff(sounds[stem], axis=0)).max(axis=1)
            around = steps[border - 20 : border + 20].max()
            assert around < steps[RATE : border - RATE // 10].max() / 2, (answer, stem)
        # No twentieth of a second around the border is much softer than the music is elsewhere.
        loud = _loudness(sounds["music"])
        assert loud[BORDER_S * 20 - 6 : BORDER_S * 20 + 6].min() > np.median(loud) / 2, answer
    one, other = mixes
    same = border - reach(RATE)
    assert np.array_equal(one[:same], other[:same])


def test_a_part_is_composed_once_for_all_ways_and_its_bars_end_with_the_scene():
    film = forked(music=THROUGH)
    parts = {answer: way(film, answer).music for answer in ("near", "far")}
    assert parts["near"][0] == parts["far"][0]
    first, second = parts["near"]
    assert (first.source.follows, second.source.follows) == (False, True)
    assert first.start + first.length == BORDER_S * RATE + round(RINGING_S * RATE)
    assert second.start == BORDER_S * RATE
    assert first.source.seconds == BORDER_S
    assert (second.fade_in, second.source.ringing) == (0, 0)
    bars = first.source.seconds / seconds_of_bar(Mood.HOPEFUL, 100, first.source.seconds)
    assert bars == round(bars)


def test_music_that_leads_on_has_no_close_and_what_follows_no_introduction():
    lengths = {"mood": Mood.CALM, "tempo": 84, "key": "C major", "seconds": 30, "seed": 4}
    whole, open_, after = (compose(**lengths, **more) for more in ({}, {"leads_on": True}, {"follows": True}))
    assert max(note.start + note.length for note in whole) <= 30 < max(n.start + n.length for n in open_)
    melody = whole[0].instrument, [note for note in after if note.pan == -0.12]
    assert min(note.start for note in melody[1]) < 3 <= min(note.start for note in whole if note.pan == -0.12)


def test_a_recording_is_as_loud_on_every_way(tmp_path):
    film = forked(music=[{"id": "M1", "from": "startA", "to": "endA", "file": "a.wav"}])
    ways = [way(film, answer, {"a.wav": "0" * 64}, tmp_path).music for answer in ("near", "far")]
    assert ways[0][0].source == ways[1][0].source
    assert ways[0][0].source.samples is None
    assert [len(one) for one in ways] == [1, 1]
    assert ways[0][0].length < ways[1][0].length


def test_music_gives_way_to_nothing_that_is_said_after_a_border_before_it():
    before, border = (1000, 40_000), 50_000
    plain = Duck([before], -10, RATE).gain(0, 120_000)
    for after in ((border, border + 3000), (border + 100, border + 40_000)):
        ducked = Duck([before, after], -10, RATE, [border]).gain(0, 120_000)
        assert np.array_equal(ducked[:border], plain[:border])
        assert np.abs(np.diff(ducked, axis=0)).max() < 3 / RATE * 4
        assert ducked[border + RATE // 4 + 1] == pytest.approx(10 ** (-10 / 20), abs=0.01)


def test_without_borders_a_film_sounds_as_ever():
    track = way(forked(music=THROUGH), "near")
    assert "borders" in track.stem_recipe("music")
    assert "borders" not in track.stem_recipe("dialogue")
    film = Film.model_validate(
        {"schema": 1, "title": "T", "locations": {"quay": {"name": "Q"}}, "scenes": [scene("s", 3)]}
        | {"music": [{"id": "M1", "from": "sA", "to": "sA"}]}
    )
    plain = soundtrack(film, {}, Path())
    assert "borders" not in plain.stem_recipe("music")
    assert not {"follows", "ringing"} & plain.music[0].source.recipe().keys()
